"""Which labs work on this machine, and what stands in the way of the others."""

from dataclasses import dataclass

from prep.labs.kernel import LINUX
from prep.labs.kit import run
from prep.labs.sticky import core
from prep.text import Both


@dataclass(frozen=True, slots=True)
class Tier:
    """`obstacle` is None where its labs work."""

    number: int
    what: Both
    obstacle: Both | None


def examine() -> list[Tier]:
    """Tries each tier: a lab on loopback, and a wire that is built and taken down again."""
    from prep.labs.wired import obstacle

    loopback = Both("loopback, as an ordinary user", "环回，普通用户即可")
    wire = Both("a private network namespace with a programmable wire", "私有网络命名空间与可编程连线")
    return [Tier(1, loopback, _loopback()), Tier(2, wire, obstacle())]


def _loopback() -> Both | None:
    if not LINUX:
        return Both(
            "the facts are those of Linux; prep sticky runs here without counting segments",
            "这些事实只对 Linux 成立；prep sticky 在本机可以运行，但不数报文段",
        )
    return run(core).because
