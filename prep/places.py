"""Where decks and data live, and the one clock.

PREP_HOME  the folder of all that is the user's; the platform's data folder otherwise
PREP_NOW   an ISO-8601 time at which the clock stands still (without an offset: in the user's time zone)
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from prep.errors import PrepError

Clock = Callable[[], datetime]


def home() -> Path:
    """The user's folder; not created here, so that looking changes nothing."""
    named = os.environ.get("PREP_HOME")
    if named:
        try:
            folder = Path(named).expanduser().absolute()
        except RuntimeError:  # `~somebody` who does not exist
            raise PrepError("no such user", where=f"PREP_HOME={named}", hint="name a folder") from None
    else:
        from platformdirs import user_data_path

        folder = user_data_path("netprep", appauthor=False)
    if folder.exists() and not folder.is_dir():
        raise PrepError("not a folder", where=folder, hint="set PREP_HOME to a folder")
    return folder


def make_home(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise PrepError(
            f"cannot make this folder ({fault.strerror})",
            where=folder,
            hint="set PREP_HOME to a folder that you may write",
        ) from None
    return folder


def shipped_decks() -> Path:
    """The decks beside the package: inside it in a wheel, next to it in a checkout."""
    package = Path(__file__).parent
    inside = package / "_decks"
    return inside if inside.is_dir() else package.parent / "decks"


def zone(name: str | None) -> tzinfo | None:
    """The time zone with an IANA name; None is the system's."""
    if name is None:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PrepError("no such time zone", where=name, hint="use an IANA name such as Asia/Shanghai") from None


def clock(where: tzinfo | None) -> Clock:
    """The clock in a time zone (None: the system's), standing still at PREP_NOW if that is set."""
    frozen = os.environ.get("PREP_NOW")
    if not frozen:
        return lambda: datetime.now(UTC).astimezone(where)
    try:
        moment = datetime.fromisoformat(frozen)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=where) if where else moment.astimezone()
        moment = moment.astimezone(where)
        if not 1970 < moment.year < 9000:  # what the log can hold
            raise ValueError
    except (ValueError, OverflowError):
        raise PrepError(
            "not an ISO-8601 time of our days",
            where=f"PREP_NOW={frozen}",
            hint="write it like 2026-11-21T09:00:00+08:00",
        ) from None
    return lambda: moment
