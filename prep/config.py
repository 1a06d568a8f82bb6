"""Settings in `$PREP_HOME/config.toml`: read, checked, written back with their comments.

Memory is a pure function of (rows, settings), so the settings that it depends on are part of `Settings.memory_key`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from prep.errors import PrepError, did_you_mean

FILE = "config.toml"

# The defaults of FSRS-6, https://github.com/open-spaced-repetition/fsrs-rs
FSRS6 = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may set. Steps are in seconds, intervals in days."""

    desired_retention: float = 0.9
    new_per_day: int = 10
    reviews_per_day: int = 200
    rollover_hour: int = 4
    timezone: str | None = None
    learning_steps: tuple[int, ...] = (60, 600)
    relearning_steps: tuple[int, ...] = (600,)
    maximum_interval: int = 36500
    fuzz: bool = True
    parameters: tuple[float, ...] = FSRS6
    lang: str = "en"
    interview: date | None = None

    @property
    def memory_key(self) -> str:
        """Equal keys give equal memories from equal rows."""
        return repr(
            (
                self.desired_retention,
                self.rollover_hour,
                self.learning_steps,
                self.relearning_steps,
                self.maximum_interval,
                self.fuzz,
                self.parameters,
            )
        )


STEP = re.compile(r"(\d{1,6})([smhd])")
UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return float(value)

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _steps(value: Any) -> tuple[int, ...]:
    found = (
        [STEP.fullmatch(step) if isinstance(step, str) else None for step in value]
        if isinstance(value, list)
        else [None]
    )
    steps = tuple(int(step[1]) * UNIT[step[2]] for step in found if step)
    if None in found or len(found) > 20 or not all(0 < step <= 365 * UNIT["d"] for step in steps):
        raise ValueError('must be a list of steps such as ["1m", "10m"] (units s, m, h, d; at most 365d), or []')
    return steps


def _parameters(value: Any) -> tuple[float, ...]:
    numbers = isinstance(value, list) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value)
    if not numbers or len(value) != len(FSRS6) or not all(abs(n) < 1000 for n in value):
        raise ValueError(f"must be the {len(FSRS6)} numbers of FSRS-6")
    return tuple(float(n) for n in value)


def _timezone(value: Any) -> str:
    from prep.places import zone

    if not isinstance(value, str):
        raise ValueError("must be an IANA name such as Asia/Shanghai")
    try:
        zone(value)
    except PrepError:
        raise ValueError("must be an IANA name such as Asia/Shanghai") from None
    return value


def _lang(value: Any) -> str:
    if value not in ("en", "zh"):
        raise ValueError("must be en or zh")
    return str(value)


def _date(value: Any) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif type(value) is date:
        return value
    raise ValueError("must be a date such as 2026-12-24")


READ: dict[str, Callable[[Any], Any]] = {
    "desired_retention": _number(0.7, 0.99),
    "new_per_day": _whole(0, 9999),
    "reviews_per_day": _whole(0, 9999),
    "rollover_hour": _whole(0, 23),
    "timezone": _timezone,
    "learning_steps": _steps,
    "relearning_steps": _steps,
    "maximum_interval": _whole(1, 36500),
    "fuzz": _flag,
    "parameters": _parameters,
    "lang": _lang,
    "interview": _date,
}
KNOWN = f"known: {', '.join(READ)}"


def load(home: Path) -> Settings:
    """The settings of a user; the defaults where the file says nothing. All faults are told at once."""
    path = home / FILE
    return parse(_text(path), path)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "not UTF-8"
        raise PrepError(f"cannot be read ({why})", where=path, hint="mend it, or move the file away") from None


def parse(text: str, path: Path) -> Settings:
    values, faults = {}, []
    for key, value in _table(text, path).items():
        place = f"{path}:{_line(text, key)}"
        if key not in READ:
            faults.append(f'{place}: unknown key "{key}"; {did_you_mean(key, list(READ), KNOWN)}')
            continue
        try:
            values[key] = READ[key](value)
        except ValueError as fault:
            faults.append(f"{place}: {key} = {_short(value)}: {fault}")
    if faults:
        raise PrepError("\n".join(faults))
    return Settings(**values)


def _short(value: Any) -> str:
    try:
        return _cut(repr(value))
    except ValueError:  # Python writes no number of more than 4300 digits
        return "a number of thousands of digits"


def _cut(text: str) -> str:
    return text if len(text) <= 100 else text[:99] + "…"


def _table(text: str, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # also a number of thousands of digits
        raise PrepError(f"not TOML: {fault}", where=path, hint="mend it, or move the file away") from None


def _line(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*{re.escape(key)}\s*=", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def shown(settings: Settings) -> dict[str, Any]:
    """The settings as JSON values, in the form in which they are written."""
    return {field.name: _written(field.name, getattr(settings, field.name)) for field in fields(settings)}


def _written(key: str, value: Any) -> Any:
    if key.endswith("_steps"):
        return [_step(seconds) for seconds in value]
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _step(seconds: int) -> str:
    unit = next(unit for unit in "dhms" if seconds % UNIT[unit] == 0)
    return f"{seconds // UNIT[unit]}{unit}"


def write(home: Path, key: str, word: str) -> Settings:
    """Set a key to what the user typed, keeping the rest of the file as it is."""
    import os

    import tomlkit

    if key not in READ:
        raise PrepError("no such setting", where=key, hint=did_you_mean(key, list(READ), KNOWN))
    path = home / FILE
    before = _text(path)
    _table(before, path)  # raises where it is not TOML
    document = tomlkit.parse(before)
    if word == "default":
        document.pop(key, None)
    else:
        document[key] = _meant(key, word)
    text = tomlkit.dumps(document)
    settings = parse(text, path)
    draft = path.with_suffix(".new")
    try:
        draft.write_text(text, "utf-8")
        os.replace(draft, path)
    except OSError as fault:
        hint = "set PREP_HOME to a folder that you may write"
        raise PrepError(f"cannot be written ({fault.strerror})", where=path, hint=hint) from None
    return settings


def _meant(key: str, word: str) -> Any:
    """What the user typed, as a TOML value: `0.9`, `true`, `1m 10m`, `["1m"]`, `zh`."""
    import tomllib

    try:
        value = tomllib.loads(f"x = {word}")["x"]
    except (ValueError, RecursionError):
        value = word
    if key.endswith("_steps") and isinstance(value, str):
        value = _split(value)
    if key == "parameters" and isinstance(value, str):
        value = [float(n) if re.fullmatch(r"-?\d*\.?\d+", n) else n for n in _split(value)]
    try:
        READ[key](value)
    except ValueError as fault:
        raise PrepError(f"{fault}", where=f"{key} {_cut(word)}") from None
    return value


def _split(words: str) -> Iterable[str]:
    return [part for part in re.split(r"[\s,]+", words) if part]
