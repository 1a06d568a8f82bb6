"""`--pcap FILE`: the capture of one wire, whole or not at all. What stood in the file before remains until then."""

import os
from pathlib import Path

from prep.errors import PrepError
from prep.labs.kit import Lab, Report


def check_pcap(file: str, labs: list[Lab]) -> None:
    """Raises PrepError where there would be nothing to write, or nowhere: before an experiment of seconds."""
    if len(labs) != 1 or labs[0].tier != 2:
        raise PrepError("writes what crossed one wire", where="--pcap", hint="name one lab of tier 2, or wire")
    if file == "-":
        raise PrepError("a capture is written to a file", where="--pcap -", hint="name one")
    try:
        path = Path(file)
        new = not path.exists()
        with path.open("ab"):
            pass
        if new:  # so that nothing is left of an experiment that is interrupted
            path.resolve().unlink()
    except OSError as fault:
        raise _not_written(file, fault) from None


def write_pcap(file: str, report: Report) -> None:
    """Raises PrepError; the file is then as it was."""
    if report.capture is None:
        because = report.because.en if report.because else "nothing crossed the wire"
        raise PrepError(f"not written, {because}", where=file)
    path = Path(file)
    try:
        if path.exists() and not path.is_file():  # a device, a pipe
            path.write_bytes(report.capture)
        else:
            _replace(path.resolve(), report.capture)
    except OSError as fault:
        raise _not_written(file, fault) from None


def _replace(path: Path, capture: bytes) -> None:
    draft = path.with_name(f".prep-{os.getpid()}.pcap")
    try:
        draft.write_bytes(capture)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _not_written(file: str, fault: OSError) -> PrepError:
    return PrepError(f"cannot be written ({fault.strerror})", where=file, hint="name another file")
