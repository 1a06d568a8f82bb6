"""`prep lab`: the user's own kernel as the witness."""

import sys
from collections.abc import Iterable
from typing import Any

import typer

from prep.cli.app import new_app
from prep.cli.batch import say_json
from prep.cli.learner import Learner
from prep.errors import Exit, PrepError
from prep.labs.kit import Lab, Report
from prep.text import Both, pad, width, wrap

app = new_app("Small experiments on this machine's kernel: predict, run, compare.")

COLUMNS = 80
JSON = typer.Option(False, "--json", help="JSON; a list where several labs were named.")
ONE_JSON = typer.Option(False, "--json", help="JSON.")
LANG = typer.Option(None, "--lang", help="en or zh.")


def _rule(kind: str, what: str) -> Any:
    return typer.Option(None, f"--{kind}", metavar="RULE", help=what)


DROP = _rule("drop", "Lose a segment: A:SYN#1, B:SYN,ACK#2, A:data#3, B:any#*.")
DELAY = _rule("delay", "Hold one back: A:data#1=300 (milliseconds).")
DUPLICATE = _rule("duplicate", "Deliver one twice.")
REORDER = _rule("reorder", "Deliver one after the next.")
CORRUPT = _rule("corrupt", "Flip a bit in one.")


@app.command("list")
def list_(as_json: bool = ONE_JSON, lang: str | None = LANG) -> None:
    """List the labs: name, tier (1 loopback, 2 a private network namespace), typical time, title."""
    from prep.labs.registry import all_labs

    spoken = Learner(lang).lang
    labs = all_labs()
    if as_json:
        rows = [
            {"lab": lab.name, "title": lab.title.say(spoken), "tier": lab.tier, "typical_ms": lab.typical_ms}
            for lab in labs
        ]
        say_json({"labs": rows})
        return
    column = max(width(lab.name) for lab in labs) + 2
    for lab in labs:
        head = f"{pad(lab.name, column)}{lab.tier}{lab.typical_ms:6} ms  "
        for line in wrap(head + lab.title.say(spoken), COLUMNS, " " * len(head)):
            typer.echo(line)


@app.command()
def doctor(as_json: bool = ONE_JSON, lang: str | None = LANG) -> None:
    """Tell which tier of labs works on this machine, and why one does not."""
    from prep.cli.render import say
    from prep.labs.doctor import examine

    spoken = Learner(lang).lang
    found = examine()
    if as_json:
        tiers = [
            {
                "tier": tier.number,
                "works": tier.obstacle is None,
                "why_not": tier.obstacle and tier.obstacle.say(spoken),
            }
            for tier in found
        ]
        say_json({"tiers": tiers})
        return
    for tier in found:
        works = Both("works", "可用").say(spoken) if tier.obstacle is None else tier.obstacle.say(spoken)
        say(f"{tier.number}  {tier.what.say(spoken)}{Both(': ', '：').say(spoken)}{works}", "   ")


@app.command()
def run(
    names: list[str] = typer.Argument(
        ..., metavar="NAME...", help="Labs; all of a family, `sticky` or `wire.*`; `all`; `wire`: your own experiment."
    ),
    predict: bool = typer.Option(False, "--predict", help="Ask for a prediction before it runs."),
    drop: list[str] | None = DROP,
    delay: list[str] | None = DELAY,
    duplicate: list[str] | None = DUPLICATE,
    reorder: list[str] | None = REORDER,
    corrupt: list[str] | None = CORRUPT,
    mtu: int | None = typer.Option(None, "--mtu", help="MTU of the wire (1500)."),
    pcap: str | None = typer.Option(None, "--pcap", metavar="FILE", help="Write what A's interface saw."),
    as_json: bool = JSON,
    lang: str | None = LANG,
) -> None:
    """Run labs and compare what the kernel did with what is claimed; exit code 1 where a fact did not hold.

    `prep lab run wire --drop A:SYN#1` is a plain connection between two real kernels' ends under your own rules. Where
    several hit one packet, the first in this order decides: drop, delay, duplicate, reorder, corrupt.
    """
    from prep.cli.lab_pcap import check_pcap, write_pcap
    from prep.cli.lab_text import asked, head, no_ask, told, total
    from prep.labs.kit import run as run_lab

    spoken = Learner(lang).lang
    if predict and as_json:
        raise PrepError("asks a question", where="--predict", hint="leave --json out")
    given = {"drop": drop, "delay": delay, "duplicate": duplicate, "reorder": reorder, "corrupt": corrupt}
    labs = _wired(chosen(names), given, mtu)
    own_wire = any(given.values()) or mtu is not None
    if pcap is not None:
        check_pcap(pcap, labs)
    reports = []
    for lab in labs:
        opening = [*head(lab, spoken, rewired=own_wire), *(no_ask(spoken) if predict and lab.ask is None else ())]
        if pcap is None or predict:
            _say(opening, as_json)
            opening = []
        prediction = asked(lab, spoken) if predict else None
        report = run_lab(lab)
        reports.append(report)
        if pcap is not None and report.capture is not None:
            write_pcap(pcap, report)  # before anything is shown: who reads it may go away, as in `… | head`
        _say([*opening, *told(report, prediction, spoken)], as_json)
    if len(reports) > 1:
        _say(total(reports, spoken), as_json)
    if as_json:
        rows = [json_of(report, spoken) for report in reports]
        say_json(rows[0] if len(rows) == 1 and names == [labs[0].name] else rows)
    if pcap is not None and reports[0].capture is None:
        write_pcap(pcap, reports[0])  # says why there is nothing to write
    if not all(held for report in reports for held in report.held.values()):
        raise typer.Exit(Exit.NO)


def chosen(names: Iterable[str]) -> list[Lab]:
    """The labs of these names, families and `all`; `wire` is one's own experiment. Raises PrepError."""
    from prep.labs.registry import FAMILIES, all_labs, family, find
    from prep.labs.wired import own_experiment

    found: dict[str, Lab] = {}
    for name in names:
        group = name.removesuffix(".*")
        if name == "all":
            labs = all_labs()
        elif name == "wire":
            labs = [own_experiment()]
        else:
            labs = family(group) if group in FAMILIES else [find(name)]
        found |= {lab.name: lab for lab in labs}
    return [*found.values()]


def _wired(labs: list[Lab], given: dict[str, list[str] | None], mtu: int | None) -> list[Lab]:
    """The labs on a wire with these rules. Raises PrepError for a rule that cannot be read, a lab without a wire."""
    if not any(given.values()) and mtu is None:
        return labs
    from prep.labs.rules import KINDS, parse_rule
    from prep.labs.wire import MTU
    from prep.labs.wired import rewired

    rules = [parse_rule(kind, text) for kind in KINDS for text in given[kind] or []]
    return [rewired(lab, mtu=MTU if mtu is None else mtu, rules=rules) for lab in labs]


def _say(lines: Iterable[str], as_json: bool) -> None:
    for line in () if as_json else lines:
        typer.echo(line)
    sys.stdout.flush()  # an experiment of seconds comes next


def json_of(report: Report, lang: str) -> dict[str, Any]:
    because = report.because.say(lang) if report.because else None
    return {
        "lab": report.lab.name,
        "tier": report.lab.tier,
        "ran": report.ran,
        "facts": dict.fromkeys(report.held) | report.facts,  # null: not reached
        "held": report.held,
        "skipped_because": None if report.ran else because,
        "stuck_because": because if report.ran else None,
    }
