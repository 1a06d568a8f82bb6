"""A second process that holds a socket: another Python, which ends with this one or is killed with the lab."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

from prep.labs.kit import DEADLINE, NO_PROCESS, CannotRun, Overdue

WAITS = "input()"  # until its parent is done with it, or gone


@contextmanager
def child(code: str, held: socket) -> Iterator[subprocess.Popen[bytes]]:
    """Runs the code in a process that holds a copy of the socket, its number in sys.argv[1]."""
    if sys.platform == "win32":
        raise CannotRun("a socket cannot be handed to a process so on Windows", "Windows 上不能这样把套接字交给子进程")
    number = held.fileno()
    command = [sys.executable, "-ISc", code, str(number)]
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=[number])
    except BlockingIOError:
        raise CannotRun(*NO_PROCESS) from None
    with process:
        try:
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[bytes]) -> None:
    """An empty line: what its `input()` waits for. Raises Overdue where nobody is there to hear it."""
    must_live(process)
    if process.stdin:
        process.stdin.write(b"\n")
        process.stdin.flush()


def must_live(process: subprocess.Popen[bytes]) -> None:
    """What a child's copy of a socket shows, it shows only while the child is there. Raises Overdue."""
    if process.poll() is not None:
        raise Overdue(f"the child has ended by itself, with {process.returncode}")


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL; returns when it has died of that. Raises Overdue where it ended otherwise."""
    must_live(process)
    process.kill()
    if process.wait(DEADLINE) != -signal.SIGKILL:
        raise Overdue(f"the child has ended by itself, with {process.returncode}")
