"""`--pcap FILE`: the capture of one wire, whole or not at all. What stood in the file before remains until then.

A file that may be written but not replaced (its directory takes no other, it is another user's in a sticky one, it is a
mount point) is written into: the experiment has been run, and its capture is what was asked for. If the disk is full
then, the file is left cut, and that is said.
"""

import errno
import os
from pathlib import Path

from prep.errors import PrepError
from prep.labs.kit import Lab, Report

NOT_REPLACED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)


def check_pcap(file: str, labs: list[Lab]) -> None:
    """Raises PrepError where there would be nothing to write, or nowhere: before an experiment of seconds."""
    if len(labs) != 1 or labs[0].tier != 2:
        raise PrepError("writes what crossed one wire", where="--pcap", hint="name one lab of tier 2, or wire")
    if file == "-":
        raise PrepError("a capture is written to a file", where="--pcap -", hint="name one")
    try:
        _try(Path(file))
    except OSError as fault:
        raise _not_written(file, fault) from None


def _try(path: Path) -> None:
    """Raises OSError where it may not be written. A FIFO is not opened: its reader would see the end, and leave."""
    if path.is_fifo():
        if not os.access(path, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return
    new = not path.exists()
    with path.open("ab"):
        pass
    if new:  # so that nothing is left of an experiment that is interrupted
        path.resolve().unlink()


def write_pcap(file: str, report: Report) -> None:
    """Raises PrepError; the file is then as it was, unless it could not be replaced."""
    if report.capture is None:
        because = report.because.en if report.because else "nothing crossed the wire"
        raise PrepError(f"not written, {because}", where=file)
    path = Path(file)
    try:
        if path.exists() and not path.is_file():  # a device, a pipe
            path.write_bytes(report.capture)
        else:
            _write(path.resolve(), report.capture)
    except OSError as fault:
        raise _not_written(file, fault) from None


def _write(path: Path, capture: bytes) -> None:
    try:
        _replace(path, capture)
    except OSError as fault:
        if fault.errno not in NOT_REPLACED:
            raise
        path.write_bytes(capture)


def _replace(path: Path, capture: bytes) -> None:
    draft = path.with_name(f".prep-{os.getpid()}.pcap")
    try:
        draft.write_bytes(capture)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _not_written(file: str, fault: OSError) -> PrepError:
    return PrepError(f"cannot be written ({fault.strerror})", where=file, hint="name another file")
