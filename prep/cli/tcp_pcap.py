"""`prep tcp pcap`: every connection of a capture, printed as it ends."""

import gc
import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from prep.cli.app import many
from prep.cli.batch import json_line
from prep.cli.learner import Learner
from prep.errors import PrepError
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.frames import CUT, FRAGMENTED, LINKS, TUNNELS
from prep.net.tcp.capture.records import NoCapture, Records
from prep.text import visible


def pcap(file: str, number: int | None, lang: str | None, *, as_json: bool) -> None:
    """Raises PrepError where the capture cannot be read, or not all of it could be."""
    lang = Learner(lang).lang
    with _mapped(file) as buffer:
        try:
            records = Records(buffer)
        except NoCapture as fault:
            raise PrepError(str(fault), where=file) from None
        if number is not None:
            faults = _one(buffer, records, file, number, lang, as_json)
        elif as_json:
            faults = _json(buffer, records, file, lang)
        else:
            faults = _text(buffer, records, file, lang)
    if records.backwards:
        said = f"time runs backwards {many(records.backwards, 'time')}; the order of the file counts"
        typer.echo(f"note: {visible(file)}: {said}", err=True)
    if faults:
        raise PrepError("\n".join(f"{file}: {fault}" for fault in faults))


# ── the file ──


@contextmanager
def _mapped(file: str) -> Iterator[memoryview]:
    """The file as memory that is read when it is looked at; unmapped when nobody holds it any more. Garbage is not
    looked for meanwhile: nothing that was given out goes in circles, and there are many objects."""
    if file == "-":
        raise PrepError("a capture is mapped, so it must be a file", where="-", hint="write it to a file first")
    try:
        path = Path(file)
        path.stat()
        if not path.is_file():  # before it is opened: a FIFO would wait for its writer
            raise PrepError(f"a {_kind(path)}, not a file", where=file, hint="write the capture to a file first")
        with path.open("rb") as stream:
            if not os.fstat(stream.fileno()).st_size:
                yield memoryview(b"")
                return
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or "no such name"
        raise PrepError(f"cannot be read ({why})", where=file, hint="name a pcap or pcapng file") from None
    collects = gc.isenabled()
    gc.disable()
    try:
        yield memoryview(mapped)
    finally:
        if collects:
            gc.enable()


def _kind(path: Path) -> str:
    if path.is_dir():
        return "directory"
    return "FIFO" if path.is_fifo() else "socket" if path.is_socket() else "device"


# ── what is shown ──


def _json(buffer: memoryview, records: Records, file: str, lang: str) -> list[str]:
    """One document, written as connections end."""
    from prep.cli.tcp_pcap_json import Writer

    flows, writer = Flows(buffer), Writer(lang)
    write = sys.stdout.write
    write(f'{{"file": {json_line(file).rstrip()}, "connections": [')
    between = "\n"
    for flow in flows.follow(iter(records)):
        write(between + writer.connection(flow))
        between = ",\n"
    write("],\n" + json_line(_rest(flows, records))[1:])
    return _faults(flows, records)


def _text(buffer: memoryview, records: Records, file: str, lang: str) -> list[str]:
    from prep.cli import tcp_pcap_text as show

    flows = Flows(buffer)
    page = show.Page(lang)
    write = sys.stdout.write
    write(show.HEAD)
    for flow in flows.follow(iter(records)):
        write(page.connection(flow))
    write(show.total(flows.packets, flows.count, flows.skipped))
    return _faults(flows, records)


def _one(buffer: memoryview, records: Records, file: str, number: int, lang: str, as_json: bool) -> list[str]:
    """One connection: in JSON as it stands in the list, else with its ladder."""
    from prep.cli import tcp_pcap_text as show
    from prep.cli.tcp_pcap_json import Writer
    from prep.net.tcp.capture.drawn import Drawn

    flows = Flows(buffer)
    found = ""
    place: tuple[bytes, int] | None = None
    for flow in flows.follow(iter(records)):
        if flow.number == number:
            found = Writer(lang).connection(flow) if as_json else show.Page(lang).connection(flow)
            place = flow.sides[0].key, flow.start
    if place is None:
        there = f"there {'is' if flows.count == 1 else 'are'} {flows.count}"
        raise PrepError(
            "no such connection", where=f"--connection {number}", hint="; ".join([there, *_faults(flows, records)])
        )
    if as_json:
        sys.stdout.write(found + "\n")
    else:
        drawn = Drawn(buffer, *place)
        sys.stdout.write(show.HEAD + found + "\n" + show.drawn(drawn))
    return _faults(flows, records)


def _rest(flows: Flows, records: Records) -> dict[str, object]:
    faults = _faults(flows, records)
    return {
        "linktype": records.links[0] if len(set(records.links)) == 1 else None,
        "linktypes": records.links[:100],
        "packets": flows.packets,
        "skipped": flows.skipped,
        "time_backwards": records.backwards,
        "error": "; ".join(faults) or None,
    }


def _faults(flows: Flows, records: Records) -> list[str]:
    """Why something could not be read, a line each."""
    faults = [f"{records.fault}; what came before it was read"] if records.fault else []
    if cut := flows.skipped.get(CUT):
        faults.append(f"{many(cut, 'packet')} cut within the headers by the snap length; capture with `-s 0`")
    if strange := flows.skipped.get("unknown-link"):
        kinds = ", ".join(str(link) for link in dict.fromkeys(records.links) if link not in LINKS)
        known = "1 Ethernet, 113 and 276 Linux cooked, 101 raw IP, 0 BSD loopback"
        faults.append(f"{many(strange, 'packet')} of link type {kinds}, which is not read; known are {known}")
    if pieces := flows.skipped.get(FRAGMENTED):
        faults.append(
            f"{many(pieces, 'IP fragment')} of TCP packets, left out, as nothing is put together; capture at the sender"
        )
    tunnels = {name: count for name, count in sorted(flows.skipped.items()) if name in TUNNELS}
    if tunnels:
        kinds = ", ".join(f"{count} {name}" for name, count in tunnels.items())
        faults.append(
            f"{many(sum(tunnels.values()), 'packet')} in tunnels ({kinds}), left out with the TCP that they may hold;"
            " capture on the tunnel's own interface"
        )
    return faults
