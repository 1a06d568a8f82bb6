"""What `prep sticky` shows: the runs, the stall, the schemes, the cure; and a prediction before them."""

import errno
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import typer

from prep.cli.batch import say_json
from prep.cli.predict import at_a_terminal, compared, predict
from prep.cli.sticky_frames import frames, frames_json
from prep.cli.sticky_runs import comparison, comparison_json, one_run, run_json
from prep.cli.sticky_width import columns
from prep.errors import PrepError
from prep.labs.kit import CannotRun, Overdue
from prep.labs.stalls import EXCHANGES, STALL, exchanges
from prep.labs.sticky import core
from prep.labs.transfer import Setup, no_loopback, transfer
from prep.net.framing.registry import find
from prep.text import Both, pad, wrap

T = TypeVar("T")

NO_ASK = Both("There is no prediction to make for a run of your own.", "自己设定的运行没有要预测的问题。")

STALL_TITLE = Both("The 40 ms stall, and four cures", "40 毫秒停顿，四种解法")
STALLS = {
    "nagle": Both("write, write, read", "写、写、读"),
    "nodelay": Both("the same, TCP_NODELAY", "同上，TCP_NODELAY"),
    "cork": Both("the same between TCP_CORK", "同上，放在 TCP_CORK 开关之间"),
    "msg_more": Both("the first write with MSG_MORE", "第一次写带 MSG_MORE"),
    "sendmsg": Both("both parts in one sendmsg", "两部分放进一次 sendmsg"),
}
STALL_MEANING = Both(
    "Nagle holds the second small write until the first is acknowledged; the server, with half a request, has nothing "
    "to answer and delays its ACK. The cure is one write; TCP_NODELAY works too, but sends more segments.",
    "第一次写的数据未被确认，Nagle 就扣住第二次写的小数据；服务器只收到半个请求，无从应答，于是延迟 ACK。"
    "根治办法是一次写完；TCP_NODELAY 也行，但报文段更多。",
)

CURE_TITLE = Both("The cure: read exactly one message", "解法：恰好读出一条消息")
CURE = """\
def read_exactly(sock, n):
    got = bytearray()
    while len(got) < n:
        if not (part := sock.recv(n - len(got))): raise EOFError("cut short")
        got += part
    return bytes(got)
def read_message(sock, limit=1 << 20):
    size = int.from_bytes(read_exactly(sock, 4), "big")
    if size > limit: raise ValueError(f"{size} bytes announced")
    return read_exactly(sock, size)
"""


def sticky(setup: Setup | None, scheme: str | None, lang: str, *, as_json: bool, predicting: bool | None) -> None:
    """The comparison or one run, the stall, the schemes, the cure; nothing is printed before all of it has run.
    Raises PrepError."""
    if scheme is not None:
        find(scheme)
    if as_json and predicting:
        raise PrepError("asks a question", where="--predict", hint="leave --json out")
    if as_json:
        say_json(_ran(lambda: _json(setup, scheme)))
        return
    no_ask = _no_ask(setup)
    if no_ask is None and (at_a_terminal() if predicting is None else predicting):
        _predicted(lang)
    else:
        why = wrap(no_ask.say(lang), columns()) if no_ask and predicting else []
        _say([*why, *_ran(lambda: [*_shown(setup, scheme, lang)])])


def _no_ask(setup: Setup | None) -> Both | None:
    """Why nothing can be predicted; None where it can."""
    if setup is not None:
        return NO_ASK
    down = _ran(no_loopback)
    return down.why if down else None


def _predicted(lang: str) -> None:
    """The comparison between a prediction and what became of it."""
    ask = core.ask
    found = _ran(lambda: transfer(Setup(nodelay=True)).reads)
    chosen = predict(ask, lang) if ask else None
    _say(_ran(lambda: [*_shown(None, None, lang)]))
    if ask and chosen is not None:
        _say(["", *wrap(compared(ask, chosen, found, lang), columns())])


def _say(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)


def _ran(work: Callable[[], T]) -> T:
    """What came of work on sockets. Raises PrepError where this system refuses it."""
    help_there = "`prep lab doctor` tells what works here"
    try:
        return work()
    except CannotRun as reason:
        raise PrepError(str(reason), hint=help_there) from None
    except (Overdue, TimeoutError) as fault:
        raise PrepError(f"the kernel did not get there: {fault}", where="loopback", hint=help_there) from None
    except OSError as fault:
        said = f"this system refuses, {errno.errorcode.get(fault.errno or 0, 'OSError')} ({fault.strerror or fault})"
        raise PrepError(said, where="loopback", hint=help_there) from None


def _shown(setup: Setup | None, scheme: str | None, lang: str) -> Iterator[str]:
    if setup is None:
        yield from comparison(lang)
        yield ""
        yield from stalled(lang)
    else:
        yield from one_run(setup, lang)
    yield ""
    yield from frames(setup, scheme, lang)
    yield ""
    yield CURE_TITLE.say(lang)
    yield ""
    yield from CURE.splitlines()


def _json(setup: Setup | None, scheme: str | None) -> dict[str, Any]:
    return {
        "runs": comparison_json() if setup is None else [run_json(setup)],
        "stalls": [*stalls()] if setup is None else [],
        "framing": frames_json(setup, scheme),
    }


def stalls() -> Iterator[dict[str, Any]]:
    """Eight exchanges each of the five ways to write; on a system that has not got one it is left out."""
    for name, write in EXCHANGES.items():
        try:
            times = exchanges(write)
        except (CannotRun, AttributeError):
            continue
        slow = [ms for ms in times if ms > STALL]
        yield {"exchange": name, "of": len(times), "stalled": len(slow), "slowest_ms": max(times)}


def stalled(lang: str) -> Iterator[str]:
    yield STALL_TITLE.say(lang)
    yield ""
    rows = [*stalls()]
    if not rows and (down := no_loopback()):
        yield from wrap(down.why.say(lang), columns())
        return
    for row in rows:
        name = pad(STALLS[row["exchange"]].say(lang), 34)
        said = Both(
            "{stalled} of {of} exchanges stalled, the slowest {slowest_ms:.1f} ms",
            "{of} 个来回中 {stalled} 个停顿，最慢 {slowest_ms:.1f} 毫秒",
        )
        yield name + said.say(lang).format(**row)
    yield ""
    yield from wrap(STALL_MEANING.say(lang), columns())
