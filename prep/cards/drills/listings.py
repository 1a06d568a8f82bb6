"""Listings of sockets as ss or netstat shows them. What is wrong in one is for `prep.net.tcp.sockets` to say.

Columns are as wide as they must be; with short addresses a row fits 79 columns.
"""

from dataclasses import dataclass

from prep.net.tcp.sockets.listing import Reader
from prep.net.tcp.sockets.tally import Tally

HEALTHY = "healthy"
COUNTED = "uniq -c"  # of `ss -tan`, without the ephemeral ports
PLAIN, TIMERS, PROGRAMS, NETSTAT = "ss -tan", "ss -tano", "ss -tanp", "netstat -tan"
EPHEMERAL = 32768  # the first, as Linux has it
NETSTAT_NAMES = {"ESTAB": "ESTABLISHED", "FIN-WAIT-1": "FIN_WAIT1", "FIN-WAIT-2": "FIN_WAIT2"}

End = tuple[str, int]  # address and port; port 0 is any


@dataclass(frozen=True, slots=True)
class Socket:
    """A row in the words of ss; `count` of them in a counted listing."""

    state: str
    recv: int
    send: int
    local: End
    peer: End
    timer: str = ""
    program: str = ""
    count: int = 1


def code(lines: list[str]) -> str:
    """What the finder says. Raises ValueError where it finds more than one thing."""
    [found] = [finding.code for finding in Tally().add_all(Reader().rows(lines)).findings()] or [HEALTHY]
    return found


def each(rows: list[Socket]) -> list[str]:
    """One line for every socket that a counted row stands for."""
    lines = []
    for row in rows:
        for place in range(row.count):
            ends = (_end(end, EPHEMERAL + place) for end in (row.local, row.peer))
            lines.append(" ".join([row.state, str(row.recv), str(row.send), *ends]))
    return lines


def _end(end: End, ephemeral: int | str = "") -> str:
    """Address and port; `ephemeral` stands for the port where it is one."""
    address, port = end
    return f"{address}:{ephemeral if ephemeral and port >= EPHEMERAL else port or '*'}"


def drawn(rows: list[Socket], tool: str) -> list[str]:
    """In columns, with a header; the rows stand last."""
    heads = ["State", "Recv-Q", "Send-Q", "Local", "Peer", ""]
    if tool == NETSTAT:
        heads = ["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State"]
    table = [cells(row, tool) for row in rows]
    if tool != COUNTED:
        table.insert(0, heads)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    if tool == COUNTED:
        table = [[line[0].rjust(widths[0]), *line[1:]] for line in table]
    return [" ".join(map(str.ljust, line, widths)).rstrip() for line in table]


def cells(row: Socket, tool: str) -> list[str]:
    local, peer = (_end(end, "*" if tool == COUNTED else "") for end in (row.local, row.peer))
    if tool == COUNTED:
        return [str(row.count), row.state, str(row.recv), str(row.send), local, peer]
    if tool == NETSTAT:
        send = 0 if row.state == "LISTEN" else row.send  # it does not tell the limit
        name = NETSTAT_NAMES.get(row.state, row.state.replace("-", "_"))
        return ["tcp", str(row.recv), str(send), local, peer, name]
    more = {TIMERS: row.timer, PROGRAMS: row.program}.get(tool, "")
    return [row.state, str(row.recv), str(row.send), local, peer, more]
