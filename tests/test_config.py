"""Settings: read with all faults at once, written back with what stands around them."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from prep.config import FILE, FSRS6, Settings, load, parse, shown, write
from prep.errors import PrepError

PARAMETERS = [round(0.1 * n, 1) for n in range(1, 22)]
FULL = f"""
desired_retention = 0.85
new_per_day = 5
reviews_per_day = 0
rollover_hour = 0
timezone = "Asia/Shanghai"
learning_steps = ["30s", "10m", "2h", "1d"]
relearning_steps = []
maximum_interval = 365
fuzz = false
parameters = {PARAMETERS}
lang = "zh"
interview = 2026-12-24
"""
READ = Settings(
    desired_retention=0.85,
    new_per_day=5,
    reviews_per_day=0,
    rollover_hour=0,
    timezone="Asia/Shanghai",
    learning_steps=(30, 600, 7200, 86400),
    relearning_steps=(),
    maximum_interval=365,
    fuzz=False,
    parameters=tuple(PARAMETERS),
    lang="zh",
    interview=date(2026, 12, 24),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def configured(home: Path, text: str) -> Path:
    (home / FILE).write_text(text, "utf-8")
    return home


# ── reading ──


def test_without_a_file_all_is_at_its_default(home: Path) -> None:
    assert load(home) == Settings()
    assert load(home / "nowhere") == Settings()
    assert Settings().parameters == FSRS6
    assert list(home.iterdir()) == []


def test_every_setting_is_read(home: Path) -> None:
    assert load(configured(home, FULL)) == READ


def test_an_interview_may_be_written_as_text(home: Path) -> None:
    assert load(configured(home, 'interview = "2026-12-24"')).interview == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("desired_retention = 0.5", "must be a number from 0.7 to 0.99"),
        ("desired_retention = nan", "must be a number from 0.7 to 0.99"),
        ("desired_retention = true", "must be a number from 0.7 to 0.99"),
        ('desired_retention = "0.9"', "must be a number from 0.7 to 0.99"),
        ("new_per_day = -1", "must be a whole number from 0 to 9999"),
        ("new_per_day = 1.0", "must be a whole number from 0 to 9999"),
        ("reviews_per_day = true", "must be a whole number from 0 to 9999"),
        ("rollover_hour = 24", "must be a whole number from 0 to 23"),
        ("maximum_interval = 0", "must be a whole number from 1 to 36500"),
        ("maximum_interval = 36501", "must be a whole number from 1 to 36500"),
        ("fuzz = 1", "must be true or false"),
        ('lang = "de"', "must be en or zh"),
        ('timezone = "Mars/Base"', "must be an IANA name such as Asia/Shanghai"),
        ('timezone = "../etc/passwd"', "must be an IANA name such as Asia/Shanghai"),
        ("timezone = 8", "must be an IANA name such as Asia/Shanghai"),
        ('interview = "soon"', "must be a date such as 2026-12-24"),
        ("interview = 2026-12-24T09:00:00", "must be a date such as 2026-12-24"),
        (f"new_per_day = 0x{'f' * 5000}", "must be a whole number from 0 to 9999"),
        ("parameters = [1, 2]", "must be the 21 numbers of FSRS-6"),
        (f"parameters = {[1e9] * 21}", "must be the 21 numbers of FSRS-6"),
    ],
)
def test_a_value_out_of_its_range_is_told_with_its_place(home: Path, line: str, message: str) -> None:
    with pytest.raises(PrepError) as fault:
        load(configured(home, f"# mine\n{line}\n"))
    assert str(fault.value).startswith(f"{home / FILE}:2: {line.split()[0]} = ")
    assert str(fault.value).endswith(f": {message}")


@pytest.mark.parametrize(
    "steps", ['"1m"', "[60]", '["1x"]', '["0m"]', '["366d"]', '["-1m"]', '["1m", 2]', str(["1m"] * 21)]
)
def test_steps_that_are_none_are_told(home: Path, steps: str) -> None:
    with pytest.raises(PrepError, match=r'must be a list of steps such as \["1m", "10m"\]'):
        load(configured(home, f"learning_steps = {steps}"))


def test_all_faults_are_told_at_once_each_with_its_line(home: Path) -> None:
    text = 'lang = "de"\nfuzzy = true\n\nrollover_hour = 99\n'
    with pytest.raises(PrepError) as fault:
        load(configured(home, text))
    lines = str(fault.value).split("\n")
    assert [re.sub(r".*config\.toml:", "", line) for line in lines] == [
        "1: lang = 'de': must be en or zh",
        '2: unknown key "fuzzy"; did you mean fuzz?',
        "4: rollover_hour = 99: must be a whole number from 0 to 23",
    ]


@pytest.mark.parametrize(
    "content",
    [b"lang = ", b"\xff\xfe", b"lang = 'en'\nlang = 'zh'\n", b"new_per_day = " + b"9" * 5000, b"x = " + b"[" * 5000],
    ids=["half", "utf-8", "twice", "long", "deep"],
)
def test_a_file_that_cannot_be_read_is_told_and_kept(home: Path, content: bytes) -> None:
    (home / FILE).write_bytes(content)
    with pytest.raises(PrepError, match=re.escape(str(home / FILE))):
        load(home)
    with pytest.raises(PrepError, match=re.escape(str(home / FILE))):
        write(home, "lang", "zh")
    assert (home / FILE).read_bytes() == content


# ── writing ──


@pytest.mark.parametrize(
    ("key", "word", "value"),
    [
        ("desired_retention", "0.85", 0.85),
        ("new_per_day", "20", 20),
        ("fuzz", "false", False),
        ("lang", "zh", "zh"),
        ("lang", '"zh"', "zh"),
        ("timezone", "Europe/Berlin", "Europe/Berlin"),
        ("interview", "2026-12-24", date(2026, 12, 24)),
        ("learning_steps", "1m 10m", (60, 600)),
        ("learning_steps", "1m,10m", (60, 600)),
        ("learning_steps", '["1m", "1d"]', (60, 86400)),
        ("learning_steps", "5m", (300,)),
        ("relearning_steps", "[]", ()),
        ("parameters", " ".join(map(str, PARAMETERS)), tuple(PARAMETERS)),
        ("parameters", str(PARAMETERS), tuple(PARAMETERS)),
    ],
)
def test_what_a_user_types_is_written_and_read_again(home: Path, key: str, word: str, value: Any) -> None:
    assert getattr(write(home, key, word), key) == value
    assert getattr(load(home), key) == value


def test_writing_keeps_comments_and_the_other_keys(home: Path) -> None:
    text = "# my settings\nnew_per_day = 5  # slowly\n\nlang = 'zh'\n"
    write(configured(home, text), "new_per_day", "7")
    assert (home / FILE).read_text("utf-8") == text.replace("= 5", "= 7")
    assert [path.name for path in home.iterdir()] == [FILE]


def test_default_takes_a_key_away(home: Path) -> None:
    configured(home, "new_per_day = 5\nlang = 'zh'\n")
    assert write(home, "new_per_day", "default") == Settings(lang="zh")
    assert (home / FILE).read_text("utf-8") == "lang = 'zh'\n"
    assert write(home, "new_per_day", "default") == Settings(lang="zh")


@pytest.mark.parametrize(
    ("key", "word", "message"),
    [
        ("lang", "de", "lang de: must be en or zh"),
        ("new_per_day", "ten", "new_per_day ten: must be a whole number from 0 to 9999"),
        ("new_per_da", "5", "new_per_da: no such setting; did you mean new_per_day?"),
    ],
)
def test_a_bad_value_is_refused_and_the_file_stays(home: Path, key: str, word: str, message: str) -> None:
    configured(home, "lang = 'zh'\n")
    with pytest.raises(PrepError) as fault:
        write(home, key, word)
    assert str(fault.value) == message
    assert (home / FILE).read_text("utf-8") == "lang = 'zh'\n"


# ── what is shown, and what memory depends on ──


@pytest.mark.parametrize("settings", [Settings(), READ])
def test_what_is_shown_reads_back_as_the_same_settings(settings: Settings) -> None:
    values = {key: value for key, value in shown(settings).items() if value is not None}
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in values.items()
    ]
    assert parse("\n".join(lines), Path("x")) == settings


@pytest.mark.parametrize(
    ("change", "matters"),
    [
        ({"desired_retention": 0.8}, True),
        ({"rollover_hour": 5}, True),
        ({"learning_steps": (60,)}, True),
        ({"relearning_steps": ()}, True),
        ({"maximum_interval": 9}, True),
        ({"fuzz": False}, True),
        ({"parameters": tuple(PARAMETERS)}, True),
        ({"new_per_day": 1}, False),
        ({"reviews_per_day": 1}, False),
        ({"timezone": "Asia/Shanghai"}, False),
        ({"lang": "zh"}, False),
        ({"interview": date(2026, 12, 24)}, False),
    ],
)
def test_memory_depends_on_the_settings_that_its_key_holds(change: dict[str, Any], matters: bool) -> None:
    assert (Settings(**change).memory_key != Settings().memory_key) == matters
