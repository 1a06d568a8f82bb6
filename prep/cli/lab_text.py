"""A lab's report as text: each fact with what the kernel did, the path of the state machine, the prediction."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from prep.cli.predict import compared, predict
from prep.cli.render import columns
from prep.labs.kit import Fact, Lab, Report
from prep.text import Both, clip, visible, wrap

SKIPPED = Both("skipped: {}", "跳过：{}")
RECORDED = Both("recorded elsewhere:", "别处的记录：")
NO_ASK = Both("There is no prediction to make for this one.", "这个实验没有要预测的问题。")
REWIRED = Both(
    "On a wire of your own making: the facts below are those of the lab without your rules and MTU.",
    "这是你自己改过的连线：下面的事实是按没有这些规则、MTU 未改时写的。",
)
ALL = Both(
    "{labs} labs: {held} of {all} facts held, {skipped} skipped",
    "{labs} 个实验：{all} 条事实中 {held} 条成立，跳过 {skipped} 个",
)
# What stands behind a frame of a trace: labs/frames.py.
MARKS = {
    "!": Both("! lost", "! 丢失"),
    "@": Both("@ held back", "@ 被扣住"),
    "=": Both("= delivered twice", "= 送达两次"),
    "^": Both("^ swapped with the next", "^ 与下一个交换"),
    "_": Both("_ held 100 ms, nothing came behind to swap it with", "_ 扣住 100 毫秒，后面没有可交换的"),
    "~": Both("~ damaged", "~ 被损坏"),
}
STUCK = Both("it got stuck: {}", "卡住了：{}")
HELD = Both("{held} of {all} facts held", "{all} 条事实中 {held} 条成立")
EXPECTED = Both("expected {} {}", "预期 {} {}")
UNSEEN = Both("cannot be shown here", "本机无法展示")
MISSING = Both("not reached", "没有走到这一步")
MACHINE = Both("state machine: {} ({})", "状态机：{}（{}）")
LEGAL, ILLEGAL = Both("legal", "合法"), Both("illegal", "不合法")


def asked(lab: Lab, lang: str) -> int | None:
    return predict(lab.ask, lang) if lab.ask else None


def head(lab: Lab, lang: str, *, rewired: bool = False) -> Iterator[str]:
    """What is shown before it runs, since some take seconds."""
    yield from _prose(f"{lab.name}  {lab.title.say(lang)}")
    if rewired and lab.facts:
        yield from _prose(REWIRED.say(lang))


def no_ask(lang: str) -> Iterator[str]:
    yield from _prose(NO_ASK.say(lang))


def told(report: Report, prediction: int | None, lang: str, fields: Collection[str] | None = None) -> Iterator[str]:
    """All facts, or those of the named fields; `head` stands above."""
    lab = report.lab
    if report.because:
        said = (STUCK if report.ran else SKIPPED).say(lang).format(report.because.say(lang))
        yield from _prose(visible(said))
        if not report.ran and lab.facts:
            yield RECORDED.say(lang)
    for fact in lab.facts:
        if fields is None or fact.field in fields:
            yield from _fact(fact, report, lang)
    if not lab.facts and report.ran:
        yield from _own(report.facts, lang)
    yield from _legend(report.facts, lang)
    if lab.path:
        yield from _path(lab.path, lang)
    if report.ran and fields is None and lab.facts:
        yield from _prose(HELD.say(lang).format(held=sum(report.held.values()), all=len(report.held)))
    if prediction is not None and lab.ask and report.ran:
        yield from _prose(compared(lab.ask, prediction, report.facts.get(lab.ask.field), lang))
    yield ""


def _fact(fact: Fact, report: Report, lang: str) -> Iterator[str]:
    seen = report.facts.get(fact.field)
    held = report.held.get(fact.field)
    mark = "·" if held is None else "✓" if held else "✗"
    yield from _prose(f"{mark} {fact.zh if lang == 'zh' else fact.en}")
    if report.ran and fact.field not in report.facts:
        value = MISSING.say(lang)
    elif seen is None and held is None and report.ran:
        value = UNSEEN.say(lang)
    else:
        value = _short(seen)
    more = "" if held is not False else f"  ({EXPECTED.say(lang).format(fact.op, _short(_expected(fact)))})"
    yield from _prose(f"    {fact.field} = {value}{more}", "      ")


STEPS = ("connect", "accept", "send", "receive", "answer", "answered", "close_a", "eof", "close_b", "end")
UNUSED = Both("no packet hit: {}", "没有命中任何数据包的规则：{}")


def _own(facts: dict[str, Any], lang: str) -> Iterator[str]:
    """One's own experiment: what each step came to, the states of both ends after it, and what crossed the wire."""
    yield f"{'':28}{'ms':>9}  A            B"
    for step in STEPS:
        if f"{step}.result" in facts:
            states = "  ".join(f"{state or '-':11}" for state in facts[f"{step}.states"])
            yield f"  {step:10}{facts[f'{step}.result']:16}{facts[f'{step}.ms']:9.1f}  {states}".rstrip()
    yield ""
    for at, frame in zip(facts.get("at_ms", []), facts.get("trace", []), strict=True):
        side, _, what = frame.partition(":")
        yield f"{at:10.1f} ms  A {'-->' if side == 'A' else '<--'} B  {what}"
    for rule in facts.get("unused", []):
        yield from _prose(UNUSED.say(lang).format(rule))


def _legend(facts: dict[str, Any], lang: str) -> Iterator[str]:
    """The marks that occur in the trace."""
    last = {frame[-1:] for frame in facts.get("trace") or ()}
    if used := [said.say(lang) for mark, said in MARKS.items() if mark in last]:
        yield from _prose("  " + ", ".join(used))


def total(reports: Sequence[Report], lang: str) -> Iterator[str]:
    held = [held for report in reports for held in report.held.values()]
    skipped = sum(not report.ran for report in reports)
    yield from _prose(ALL.say(lang).format(labs=len(reports), held=sum(held), all=len(held), skipped=skipped))


def _prose(text: str, indent: str = "  ") -> list[str]:
    """As wide as the terminal; tables and traces stay as they are."""
    return wrap(text, columns(), indent)


def _short(value: Any) -> str:
    return clip(visible(json.dumps(value, ensure_ascii=False)), 300)


def _expected(fact: Fact) -> Any:
    try:
        return fact.expected()
    except OSError:
        return None


def _path(path: str, lang: str) -> Iterator[str]:
    """What the state machine says of the path that the kernel takes here."""
    from prep.net.tcp.check import check

    found = check(path, None, None, "rfc")
    verdict = (LEGAL if found["legal"] else ILLEGAL).say(lang)
    said = MACHINE.say(lang).format(" -> ".join(found["path"]), verdict)
    yield from _prose(f"  {said} [{found['source']}]", "    ")
