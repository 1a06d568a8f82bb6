"""Windows: `netstat -ano` (`TCP local foreign STATE [PID]`) and Get-NetTCPConnection (addresses and ports apart).

Neither prints queues or timers, so only what the states say can be found. `Bound` is a socket that has a port and no
connection; `DeleteTCB` one that is being torn down.
"""

from collections.abc import Sequence

from prep.net.tcp.sockets.ends import checked, endpoint
from prep.net.tcp.sockets.row import LONGEST_NAME, Cut, Listing, Row, UnknownState, cut_state, state_of

NO_STATE = ("BOUND", "DELETETCB", "DELETE_TCB")


def read_netstat(words: Sequence[str], listing: Listing) -> Row | None:
    """A row, or None where it is none or a socket without a state of TCP. Raises Cut and UnknownState."""
    if len(words) > 1 and ":" not in words[1]:
        return None
    if len(words) < 4:
        raise Cut
    if words[3].upper() in NO_STATE:
        return None
    row = Row(listing, "CLOSED", *endpoint(words[1]), *endpoint(words[2]))
    return _finished(row, words[3], words[4:5])


def read_powershell(words: Sequence[str], listing: Listing) -> Row | None:
    """A row, or None where it is none or a socket without a state of TCP. Raises Cut and UnknownState."""
    if len(words) < 5:
        raise Cut
    if words[4].upper() in NO_STATE:
        return None
    local, remote = (checked(words[at][:LONGEST_NAME], words[at + 1][:LONGEST_NAME]) for at in (0, 2))
    row = Row(listing, "CLOSED", *local, *remote)
    return _finished(row, words[4], words[-1:] if len(words) > 5 else ())


def _finished(row: Row, word: str, pid: Sequence[str]) -> Row:
    state = state_of(word)
    if state is None:
        cut = cut_state(word) if not pid else None
        raise Cut(row._replace(state=cut)) if cut else UnknownState(word)
    if pid and pid[0].isdecimal() and pid[0] != "0":
        row = row._replace(process=f"pid {pid[0][:10]}")
    return row._replace(state=state)
