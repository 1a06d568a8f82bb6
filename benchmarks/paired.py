"""Paired runs: a baseline and a subject in turn, so that whatever else the machine does falls on both."""

from collections.abc import Callable
from statistics import median

Run = Callable[[], float]  # runs once and gives its seconds


def paired(baseline: Run, subject: Run, pairs: int) -> tuple[float, float, float]:
    """(median of the ratios subject / baseline, median seconds of the subject, median seconds of the baseline)."""
    runs = [(baseline(), subject()) for _ in range(pairs)]
    return (
        median(theirs / ours for ours, theirs in runs),
        median(theirs for _, theirs in runs),
        median(ours for ours, _ in runs),
    )


def tell(name: str, figures: tuple[float, float, float]) -> None:
    ratio, subject, baseline = figures
    print(f"{name:<44} {ratio:7.2f}× {subject * 1000:9.2f} ms {baseline * 1000:9.2f} ms", flush=True)


def heading(title: str, baseline: str) -> None:
    print(f"\n{title}\n{'':<44} {'ratio':>8} {'subject':>12} {'baseline':>12}   (baseline: {baseline})", flush=True)
