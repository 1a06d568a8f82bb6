"""Counts instead of sockets: `ss -s`, and states as awk (`CLOSE_WAIT 412`) or `uniq -c` (`412 CLOSE-WAIT`) count."""

import re

from prep.net.tcp.sockets.row import state_of
from prep.net.tcp.table import State

SUMMARY = re.compile(r"TCP:\s+(\d{1,12}) \(estab (\d{1,12}), closed (\d{1,12}),[^()]{0,60}timewait (\d{1,12})")
NAMES = ("total", "estab", "closed", "timewait")
COUNTED = re.compile(r"\s*(?:([A-Za-z][\w-]{2,19})[\s:=]{1,20}(\d{1,12})|(\d{1,12})\s{1,20}([A-Za-z][\w-]{2,19}))\s*")


def summary(line: str) -> dict[str, int] | None:
    """The counts of `ss -s`, from its line about TCP."""
    found = SUMMARY.search(line)
    return {name: int(count) for name, count in zip(NAMES, found.groups(), strict=True)} if found else None


def counted(line: str) -> tuple[State, int] | None:
    """A state and how many are in it, where the line holds nothing else."""
    if not (found := COUNTED.fullmatch(line)):
        return None
    state = state_of(found[1] or found[4])
    return (state, int(found[2] or found[3])) if state else None
