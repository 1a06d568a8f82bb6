"""Where things live, and the one clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from prep.errors import PrepError
from prep.places import clock, home, make_home, shipped_decks, zone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_prep_home_names_the_home_which_looking_does_not_make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PREP_HOME", str(tmp_path / "mine"))
    assert home() == tmp_path / "mine"
    assert not home().exists()
    assert make_home(home()).is_dir()


def test_a_home_that_is_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    monkeypatch.setenv("PREP_HOME", str(tmp_path / "mine"))
    with pytest.raises(PrepError, match="mine: not a folder; set PREP_HOME to a folder"):
        home()


def test_a_relative_home_and_a_tilde_are_resolved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREP_HOME", "mine")
    assert home() == tmp_path / "mine"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PREP_HOME", "~/other")
    assert home() == tmp_path / "other"


def test_without_prep_home_it_is_in_the_data_folder_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREP_HOME", raising=False)
    assert home().is_absolute()
    assert home().name == "netprep"


def test_the_shipped_decks_are_found() -> None:
    assert (shipped_decks() / "handshake.yaml").is_file()


@pytest.mark.parametrize(
    ("frozen", "where", "shown"),
    [
        ("2026-11-21T09:00:00+08:00", SHANGHAI, "2026-11-21T09:00:00+08:00"),
        ("2026-11-21T09:00:00Z", SHANGHAI, "2026-11-21T17:00:00+08:00"),
        ("2026-11-21T09:00:00", SHANGHAI, "2026-11-21T09:00:00+08:00"),
        ("2026-11-21", SHANGHAI, "2026-11-21T00:00:00+08:00"),
        ("2026-11-21T09:00:00+08:00", UTC, "2026-11-21T01:00:00+00:00"),
    ],
)
def test_prep_now_stands_still_in_the_users_zone(
    monkeypatch: pytest.MonkeyPatch, frozen: str, where: ZoneInfo, shown: str
) -> None:
    monkeypatch.setenv("PREP_NOW", frozen)
    now = clock(where)
    assert now().isoformat() == shown
    assert now() == now()


@pytest.mark.parametrize("frozen", ["now", "2026-02-30", "25:00", "1969-12-31T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_prep_now_that_is_no_time_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch, frozen: str) -> None:
    monkeypatch.setenv("PREP_NOW", frozen)
    with pytest.raises(PrepError) as fault:
        clock(UTC)
    assert str(fault.value).startswith(f"PREP_NOW={frozen}: not an ISO-8601 time")
    assert str(fault.value).endswith("write it like 2026-11-21T09:00:00+08:00")


def test_the_clock_tells_the_time_in_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREP_NOW", raising=False)
    before = datetime.now(UTC)
    told = [clock(SHANGHAI)(), clock(None)()]
    assert all(before <= moment <= datetime.now(UTC) for moment in told)
    assert told[0].utcoffset() == timedelta(hours=8)
    assert told[1].tzinfo is not None


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "Asia"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(PrepError, match=r"no such time zone; use an IANA name such as Asia/Shanghai$"):
        zone(name)


def test_a_zone_is_found_by_its_name() -> None:
    assert zone("Asia/Shanghai") == SHANGHAI
    assert zone(None) is None
