"""Whatever was pasted, as rows: each line is recognised by its shape, so headers may be missing or in any language.

- What looks like a row and cannot be read, or holds an address that cannot be, is counted as a fault; a line that is
  no row (prompts, headers, prose, UDP, Unix sockets) is passed over.
- A row that ends too early is tried together with the next line: a terminal may have broken it. Otherwise it was cut,
  and what it tells is taken.
- A header, a command line or another format begins another listing. Memory does not grow with the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile
from typing import NamedTuple

from prep.net.tcp.sockets import counts, lsof, netstat, prefix, proc, ss, windows
from prep.net.tcp.sockets.ends import BadEnd
from prep.net.tcp.sockets.report import Fault, Reading, quoted
from prep.net.tcp.sockets.row import Cut, Listing, Row, UnknownState, state_of

# Colours and other commands to a terminal, then what is left of C0.
CONTROL = re.compile(
    r"\x1b(?:\[[0-?]{0,30}[ -/]{0,5}[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)?|.)|[\x00-\x08\x0a-\x1f\x7f]"
)
HEADER = re.compile(
    r"recv-q|local.?address|\bsl +local_address|^command +pid |^\s*(?:proto|协议)\s{1,3}\S|^active (?:internet|conn)",
    re.I,
)
COMMAND = re.compile(
    r"(?:^|[\s#$%>;|&(])(ss|netstat|lsof|conntrack|get-nettcpconnection|/proc/net/\w{1,20})(?:\.exe)?(\s.*)?$", re.I
)
FILTER = re.compile(r"\bstate\s+([\w-]{1,20})")
OF_UDP = re.compile(r"\bdrops\b|/proc/net/udp|\bss\b(?!.*\s-\w*t).*\s-\w*u")
OTHER_SOCKETS = re.compile(r"\s*(?:udp|unix|u_|raw|nl|p_|icmp|sctp|mptcp|vsock|\[|-----)", re.I)
QUOTES = (">", "|", "```")  # around what was pasted into a mail or a ticket
LONGEST_COMMAND = 300
LONGEST_ROW = 100_000  # of a listener with some thousand workers
LONGEST_JOINED = 2_000
TRACKED = 32  # states of a tracker


class Broken(NamedTuple):
    """A row that ends too early, what it tells, and its line."""

    text: str
    row: Row | None
    number: int


class Reader:
    """Lines in, rows out; when the lines are at their end, `reading` tells the rest."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._listing = Listing("")
        self._lsof = lsof.Reader()
        self._numbers = prefix.Numbers()

    def rows(self, lines: Iterable[str]) -> Iterator[Row]:
        last: Row | None = None  # the next line may say more about it
        for row, line in self._recognised(lines):
            if row is not None:
                if last is not None and not last.listing.datagrams:
                    yield last
                self._count(row.listing)
                last = row
            elif (before := prefix.before(line)) and (before[0] == "[" or not OTHER_SOCKETS.match(line)):
                self._fault("prefix", before, self.reading.lines)
            elif last is not None and last.listing.format == "ss" and ss.is_more(line):
                last = ss.more(last, line)
            elif last is not None and last.state == "CLOSED" and line.startswith("_WAIT"):
                last = last._replace(state="CLOSE_WAIT")  # netstat's CLOSE is a word of its own
            else:
                self._other(line)
        if last is not None and not last.listing.datagrams:
            yield last

    def _count(self, listing: Listing) -> None:
        if listing.datagrams:
            self.reading.datagrams += 1
            return
        listing.sockets += 1
        self.reading.sockets[listing.format] += 1
        self.reading.dotted |= listing.dotted

    def _recognised(self, lines: Iterable[str]) -> Iterator[tuple[Row | None, str]]:
        """The row that ends in a line, or None, and the line."""
        broken: Broken | None = None
        for line in lines:
            row, cut, line = self._tried(line)
            if broken is not None:
                whole = self._joined(broken, line) if row is None and cut is None else None
                if isinstance(whole, Broken):
                    broken = whole
                    continue
                head, broken = broken, None
                if whole is not None:
                    yield whole, line
                    continue
                yield self._cut(head), ""
            if cut is not None:
                broken = Broken(line, cut.row, self.reading.lines)
            else:
                yield row, line
        if broken is not None:
            yield self._cut(broken), ""

    def _tried(self, line: str) -> tuple[Row | None, Cut | None, str]:
        """The row that the line is, or what is left of it; and the line, which is empty where it was refused."""
        self.reading.lines += 1
        line = line.rstrip("\r\n")
        if not line.isprintable():
            line = CONTROL.sub("", line.replace("\t", " "))
        whole, line = line, self._numbers.off(line, self.reading.lines)
        try:
            return self._read(line), None, line
        except Cut as cut:
            return None, cut, line
        except UnknownState as word:
            self._fault("word", str(word), self.reading.lines)
            return None, None, line
        except BadEnd as end:
            column = whole.find(end.text) + max(end.text.find(end.part), 0) + 1
            self._fault(end.kind, end.part, self.reading.lines, column=column)
            return None, None, ""

    def _read(self, line: str) -> Row | None:
        """The row that the line is, None where it is none. Raises Cut, UnknownState and BadEnd."""
        words = list(dropwhile(QUOTES.__contains__, line.split()))
        if not words:
            return None
        first, second = words[0], words[1] if len(words) > 1 else ""
        if first[0].isdecimal():
            return self._number_first(words, line)
        if state_of(first) or (first in netstat.PROTOCOLS and state_of(second)):
            return ss.read(words, line, self._as_ss(first))
        if first in netstat.PROTOCOLS:
            if "src=" in line:
                return None
            if "/" in second:
                return netstat.read_queue(words, self._as("netstat -L"))
            return netstat.read(words, line, self._as("netstat"))
        if first == "TCP" and ":" in second:
            return windows.read_netstat(words, self._as("Windows netstat"))
        if " TCP " in line and second.isdecimal():
            listing = self._as("lsof")
            return self._lsof.read(words, listing)
        if ":" in first and len(words) > 3 and second.isdecimal() and words[3].isdecimal():
            return windows.read_powershell(words, self._as("Get-NetTCPConnection"))
        return None

    def _number_first(self, words: Sequence[str], line: str) -> Row | None:
        """A row that begins with a number. Raises Cut and UnknownState."""
        first, second = words[0], words[1] if len(words) > 1 else ""
        if first[-1] == ":":
            return proc.read(words, self._as("/proc/net/tcp")) if proc.ENDPOINT.fullmatch(second) else None
        if first.count("/") == 2:
            return netstat.read_queue(words, self._as("netstat -L"))
        if len(words) < 4 or not second.isdecimal():
            return None
        if "." in first and words[3].isdecimal():
            return windows.read_powershell(words, self._as("Get-NetTCPConnection"))
        if first.isdecimal() and ":" in words[2] and ":" in words[3]:
            if self._listing.state is None:
                self._fault("state", line, self.reading.lines)
            return ss.read_filtered(words, line, self._as("ss"))
        return None

    def _joined(self, head: Broken, line: str) -> Row | Broken | None:
        """The row that the two lines are, if a terminal has broken it inside a word or between two, or more of it."""
        for text in (head.text + line, f"{head.text} {line}"):
            try:
                if row := self._read(text):
                    return row
            except (UnknownState, BadEnd):
                continue
            except Cut as cut:
                if cut.row is not None and ss.goes_on(line) and len(text) <= LONGEST_JOINED:
                    return Broken(text, cut.row, head.number)
        return None

    def _cut(self, broken: Broken) -> Row | None:
        if not self._counts(broken.text):
            self._fault("cut", broken.text, broken.number, in_part=broken.row is not None)
        return broken.row

    # ── lines that are no rows, and what they say about those that follow ──

    def _other(self, line: str) -> None:
        if "src=" in line and "tcp" in line:
            self._track(line.split())
        elif summary := counts.summary(line):
            self.reading.summary = summary
        elif HEADER.search(line):
            self.reading.headers += 1
            self.reading.strange = None  # what stands above a header is its title, in whatever language
            if self._listing.format:
                self._listing = Listing("")
            self._listing.datagrams |= _of_udp(line)
            self._listing.edge = ss.edge(line)
        elif COMMAND.search(line):
            told = FILTER.search(line)
            self._listing = Listing("", datagrams=_of_udp(line))
            self._listing.state = state_of(told[1]) if told else None
        elif line.strip() and not OTHER_SOCKETS.match(line) and not self._counts(line):
            self.reading.strange = strange = self.reading.strange or Fault(self.reading.lines, quoted(line))
            strange.count += 1

    def _as(self, name: str) -> Listing:
        """The listing that a row of this format belongs to."""
        if self._listing.format != name:
            if self._listing.format:
                self._listing = Listing("")
            self._listing.format = name
            self._lsof = lsof.Reader()
        return self._listing

    def _as_ss(self, word: str) -> Listing:
        """The same for ss, which shows UDP as UNCONN and ESTAB: the former is of UDP only, all others of TCP only."""
        listing = self._as("ss")
        if word == "UNCONN" and listing.streams:
            self._listing = Listing("ss", datagrams=True)
        elif word == "UNCONN" and not listing.datagrams:
            listing.datagrams = True
            self.reading.sockets["ss"] -= listing.sockets
        elif word not in ("UNCONN", "ESTAB"):
            if listing.datagrams:
                self._listing = Listing("ss")
            self._listing.streams = True
        return self._listing

    def _counts(self, line: str) -> bool:
        """Is it a count by state?"""
        if found := counts.counted(line):
            self.reading.counted[found[0]] += found[1]
        return found is not None

    def _track(self, words: Sequence[str]) -> None:
        """An entry of conntrack: `tcp 6 431999 ESTABLISHED src=… [UNREPLIED] …`."""
        tracked = self.reading.conntrack
        at = words.index("tcp") if "tcp" in words else len(words)
        name = next((word for word in words[at + 1 : at + 4] if word.isupper()), None)
        if name is not None and (name in tracked or len(tracked) < TRACKED):
            tracked[name[:20]] += 1

    def _fault(self, kind: str, text: str, number: int, *, in_part: bool = False, column: int = 0) -> None:
        fault = self.reading.faults.get(kind)
        if fault is None:
            fault = self.reading.faults[kind] = Fault(number, quoted(text), column)
        fault.count += 1
        fault.in_part += in_part


def _of_udp(line: str) -> bool:
    return OF_UDP.search(line[:LONGEST_COMMAND]) is not None
