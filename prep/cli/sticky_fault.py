"""What `prep sticky` tells of a fault of framing: its kind, what the kind means, and the ways out."""

from collections.abc import Iterator

from prep.cli.sticky_width import columns
from prep.net.framing import KINDS, PRESETS, FramingError
from prep.net.framing.fault import KINDS_ZH
from prep.net.framing.lengths import explain_length
from prep.net.framing.registry import find, settle
from prep.text import Both, wrap

LIMITS = ("max", "max_line", "max_total", "max_depth")  # the parameters that an oversize is over
WIDTH = 4  # of a length field, where `explain-length` is told no other

EXPLAINS = Both("`{}` tells what was sent", "`{}` 可查明对方实际发的是什么")


def kind_told(kind: str, lang: str) -> str:
    return f"{kind}（{KINDS_ZH[kind]}）" if lang == "zh" else f"{kind} ({KINDS[kind]})"


def fault_lines(fault: FramingError, scheme: str, lang: str) -> Iterator[str]:
    """The fault of a stream. Its kind and a number may be looked up, so they stand in both languages as they are."""
    said = f"出错：{kind_told(fault.kind, lang)}：" if lang == "zh" else f"fault: {fault.kind}: "
    yield from wrap(said + fault.said.say(lang), columns())
    if fault.kind == "oversize":
        if fault.declared and _is_explained(*fault.declared):
            number, width = fault.declared
            more = f" --width {width}" if width != WIDTH else ""
            yield from wrap(EXPLAINS.say(lang).format(f"prep sticky explain-length {number}{more}"), columns())
        yield from wrap(_raised(scheme, lang), columns())


def _is_explained(number: int, width: int) -> bool:
    """Is more known of it than that it is large?"""
    return any(found.code != "too-large" for found in explain_length(number, width))


def _raised(scheme: str, lang: str) -> str:
    framer, _ = find(scheme)
    names = [param.name for param in framer.params if param.name in LIMITS]
    given = ", ".join(f"{name}=N" for name in names)
    if lang == "zh":
        return f"-p {given} 可提高上限"
    return f"-p {given} {'raises the limit' if len(names) == 1 else 'raise the limits'}"


def must_be(scheme: str, params: dict[str, object]) -> str:
    """What a message of the scheme or protocol is, for who gave one that is none."""
    framer, settled = settle(scheme, params)
    what = PRESETS.get(scheme, framer).what
    headed = framer.name == "length" and settled["strip"] < settled["offset"] + settled["width"]
    return f"a message of {scheme}{' begins with its own header' if headed else ''}: {what}"
