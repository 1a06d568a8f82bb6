"""`prep tcp sockets`: a listing of sockets, or this machine's own, and whose fault it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from typing import TextIO

import typer

from prep.cli.batch import say_json
from prep.cli.learner import Learner
from prep.errors import Exit, PrepError
from prep.net.tcp.sockets.listing import LONGEST_ROW, Reader
from prep.net.tcp.sockets.report import Fault, Reading
from prep.net.tcp.sockets.row import Listing, Row, state_of
from prep.net.tcp.sockets.tally import Tally
from prep.text import clip

LONGEST_PREFIX = 16
PASTE = "paste `ss -tanop`, `netstat -tanp`, `lsof -nP -iTCP` or /proc/net/tcp"

IMPOSSIBLE = {
    "ipv4": "no IPv4 address; it has four numbers from 0 to 255",
    "ipv6": "no IPv6 address; it has up to eight groups of one to four hex digits",
    "port": "no port; ports are 0 to 65535",
}


def sockets(file: str | None, lang: str | None, *, as_json: bool) -> None:
    """Raises PrepError where there is nothing to read, or not all of it could be; exits with 1 with a finding."""
    from prep.cli import tcp_sockets_text as show

    lang = Learner(lang).lang
    reader, tally = Reader(), Tally()
    if file is None:
        tally.add_all(_here(reader.reading))
    else:
        with _opened(file) as stream:
            tally.add_all(reader.rows(_lines(stream, file)))
    reading = reader.reading
    if not reading.recognised and file is not None:
        raise PrepError("no listing of sockets in it" if reading.lines else "empty", where=file, hint=PASTE)
    told = show.document(tally.states, tally.findings(), reading, lang)
    faults = _faults(reading)
    if as_json:
        say_json(told)
    else:
        for line in show.page(told, lang, in_part=bool(faults)):
            typer.echo(line)
    if faults:
        raise PrepError("\n".join(faults))
    if told["findings"]:
        raise typer.Exit(Exit.NO)


# ── what is read ──


def _here(reading: Reading) -> Iterator[Row]:
    """This machine's sockets."""
    from prep.labs.sockdiag import tcp_rows

    listing = Listing("sock_diag", timers=True)
    for found in tcp_rows():
        state = state_of(found.state)
        if state is None:
            continue
        reading.sockets[listing.format] += 1
        local, remote = ((end[0].removeprefix("::ffff:"), str(end[1])) for end in (found.local, found.remote))
        row = Row(listing, state, *local, *remote, found.rqueue, found.wqueue, found.timer, found.retransmits)
        yield row._replace(owned=found.inode != 0, left=found.expires_ms / 1000)


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    """The text of a file or of the input. Raises PrepError where it cannot be opened, or read inside the `with`."""
    hint = "name a file, or - for the input"
    try:
        with _input() if file == "-" else _file(file) as stream:
            yield stream
    except OSError as fault:
        raise PrepError(f"cannot be read ({fault.strerror or fault})", where=file, hint=hint) from None


@contextmanager
def _input() -> Iterator[TextIO]:
    raw = getattr(sys.stdin, "buffer", None)
    if not isinstance(raw, BufferedReader):
        yield sys.stdin
        return
    text = _decoded(raw)
    yield text
    text.detach()


@contextmanager
def _file(file: str) -> Iterator[TextIO]:
    try:
        stream = open(file, "rb")  # noqa: SIM115
    except ValueError:  # a name with a NUL
        raise FileNotFoundError("no such name") from None
    with stream:
        yield _decoded(stream)


def _decoded(raw: BufferedReader) -> TextIOWrapper:
    """UTF-8, or UTF-16 with its mark, as PowerShell writes files."""
    mark = raw.peek(2)[:2]
    encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return TextIOWrapper(raw, encoding, errors="replace")


def _lines(stream: TextIO, file: str) -> Iterator[str]:
    """Lines. Raises PrepError at one that is no tool's, so that memory stays small and an endless one has an end."""
    number = 0
    while line := stream.readline(LONGEST_ROW + 1):
        number += 1
        if len(line) > LONGEST_ROW:
            what = f"line {number} has more than {LONGEST_ROW} characters: no listing of sockets has such a line"
            raise PrepError(what, where=file, hint=PASTE)
        yield line


# ── what could not be read ──


def _faults(reading: Reading) -> list[str]:
    faults = [_fault(kind, fault) for kind, fault in reading.faults.items()]
    if reading.strange and reading.headers and not (reading.sockets or reading.conntrack or faults):
        faults.append(_fault("strange", reading.strange))
    if reading.summary and not (reading.sockets or reading.conntrack):
        faults.append("`ss -s` holds counts only, no sockets; " + PASTE)
    if reading.counted and not (reading.sockets or reading.conntrack):
        faults.append("counts by state, no sockets; paste the whole listing (`ss -tanop`)")
    return faults


def _fault(kind: str, fault: Fault) -> str:
    first = f"line {fault.line}" + (f":{fault.column}" if fault.column else "")
    lines = f"{fault.count} lines, first {first}" if fault.count > 1 else first
    where = f"{lines}: {fault.text}"
    if kind == "cut":
        read = {0: "", fault.count: ", read as far as they go"}.get(fault.in_part, f", {fault.in_part} read in part")
        return f"{where}: cut off{read}; make the terminal wider, or print into a file or `| cat`"
    if kind == "prefix":
        return f"{lines}: `{clip(fault.text, LONGEST_PREFIX)}` before the row; strip it"
    if kind == "word":
        return f"{where}: not a state of TCP; print the listing in English (LC_ALL=C)"
    if kind in IMPOSSIBLE:
        return f"{where}: {IMPOSSIBLE[kind]}; {'these lines are' if fault.count > 1 else 'this line is'} left out"
    if kind == "strange":
        return f"{where}: no socket could be read in it; {PASTE}"
    return f"{where}: no State column; paste the command too, or leave its `state` filter out"
