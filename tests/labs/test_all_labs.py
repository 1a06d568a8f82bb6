"""Every lab, once, on this machine's kernel: what it reports, and that it held."""

import json
import os
import sys
from pathlib import Path

import pytest

from prep.errors import PrepError
from prep.labs.kit import Sysctl, run
from prep.labs.registry import all_labs, find

RECORDED = Path(__file__).parents[3] / "shared/reference/lab-facts.json"
# Recorded weaker than their sentences say.
SHARPER = {("close.close_wait_leak", "ms"), ("sniff.lo", "syn_opts")}
LABS = {lab.name: lab for lab in all_labs()}
LINUX = sys.platform == "linux"


@pytest.mark.skipif(not LINUX, reason="the facts are those of Linux")
@pytest.mark.parametrize("name", LABS)
def test_the_kernel_does_what_the_lab_claims(name):
    report = run(LABS[name])

    if not report.ran:
        pytest.skip(f"{name}: {report.because and report.because.en}")
    assert {field: report.facts.get(field, "not reached") for field, held in report.held.items() if not held} == {}
    assert report.because is None
    json.dumps(report.facts)


@pytest.mark.skipif(not LINUX, reason="counts descriptors in /proc")
@pytest.mark.parametrize("name", [name for name in LABS if LABS[name].typical_ms < 100])
def test_a_lab_leaves_no_descriptor_open(name):
    before = len(os.listdir("/proc/self/fd"))

    run(LABS[name])

    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("name", LABS)
def test_a_lab_speaks_both_languages(name):
    lab = LABS[name]

    said = [lab.title, *((fact.en, fact.zh) for fact in lab.facts)]
    said += [(lab.ask.en, lab.ask.zh), *(choice[1:] for choice in lab.ask.choices)] if lab.ask else []
    assert [pair for pair in said if not all(pair)] == []


@pytest.mark.parametrize("name", [name for name in LABS if LABS[name].ask])
def test_exactly_one_prediction_is_what_was_recorded(name):
    lab = LABS[name]
    recorded = {fact.field: fact.recorded() for fact in lab.facts}

    right = [choice for choice in lab.ask.choices if choice[0] == recorded[lab.ask.field]]
    assert len(right) == 1


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded facts lie beside the project")
@pytest.mark.parametrize("name", LABS)
def test_a_lab_reports_every_recorded_fact(name):
    recorded = {lab["lab"]: lab for lab in json.loads(RECORDED.read_text("utf-8"))["labs"]}[name]

    ours = {(fact.field, fact.op, as_written(fact.value)) for fact in LABS[name].facts}
    theirs = {(fact["field"], fact["op"], json.dumps(fact["value"])) for fact in recorded["facts"]}
    missing = {row for row in theirs - ours if "sysctl" not in row[2] and (name, row[0]) not in SHARPER}
    assert missing == set()
    assert {row[0] for row in theirs} <= {row[0] for row in ours}


def as_written(value):
    return "sysctl" if isinstance(value, Sysctl) else json.dumps(value)


def test_a_mistyped_lab_gets_the_closest_name():
    with pytest.raises(PrepError, match=r"did you mean sticky\.core\?"):
        find("sticky.cores")
