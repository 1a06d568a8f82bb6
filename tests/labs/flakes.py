"""How often a lab is refuted that should not be: each lab many times, while other processes burn the CPU.

    python tests/labs/flakes.py [--times 20] [--burners 4] [--only NAME…]

NAME is a lab or a family. Not collected by pytest. Exits with 1 when a lab was refuted or stuck once. What one machine
allows another forbids, so run it as root, as an ordinary user, and inside `unshare -Urn` (loopback is brought up here).
"""

import argparse
import fcntl
import os
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from prep.labs.kit import Lab, Report, run
from prep.labs.registry import all_labs

BURN = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(10**6))"  # ends with its parent


def main() -> int:
    parser = argparse.ArgumentParser(description="Run each lab many times under CPU load.")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--burners", type=int, default=4)
    parser.add_argument("--only", nargs="*", metavar="NAME")
    asked = parser.parse_args()
    labs = [lab for lab in all_labs() if chosen(lab, asked.only)]
    bring_loopback_up()
    with ExitStack() as stack:
        for _ in range(asked.burners):
            burner = stack.enter_context(subprocess.Popen([sys.executable, "-ISc", BURN]))
            stack.callback(burner.kill)
        print(f"{len(labs)} labs, {asked.times} times each, {asked.burners} burners, uid {os.getuid()}")
        print(f"{'lab':<28}{'runs':>5}{'held':>6}{'refuted':>9}{'skipped':>9}{'slowest ms':>12}")
        return max([observe(lab, asked.times) for lab in labs], default=0)


def chosen(lab: Lab, only: list[str] | None) -> bool:
    return not only or lab.name in only or lab.name.split(".")[0] in only


def bring_loopback_up() -> None:
    """In a new network namespace it is down. SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP: netdevice(7)."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = fcntl.ioctl(sock, 0x8913, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack_from("h", request, 16)[0]
        if not flags & 1:
            fcntl.ioctl(sock, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))


def observe(lab: Lab, times: int) -> int:
    """Prints the lab's row, then why it was refuted or skipped. 1 where it was refuted, else 0."""
    outcomes, reasons, slowest = Counter[str](), Counter[str](), 0.0
    for _ in range(times):
        start = time.monotonic()
        report = run(lab)
        slowest = max(slowest, (time.monotonic() - start) * 1000)
        outcome, reason = judged(report)
        outcomes[outcome] += 1
        reasons[reason] += 1
    counts = f"{times:>5}{outcomes['held']:>6}{outcomes['refuted']:>9}{outcomes['skipped']:>9}"
    print(f"{lab.name:<28}{counts}{slowest:>12.1f}", flush=True)
    for reason, count in reasons.items():
        if reason:
            print(f"    {count} times: {reason}", flush=True)
    return int(bool(outcomes["refuted"]))


def judged(report: Report) -> tuple[str, str]:
    why = report.because.en if report.because else ""
    if not report.ran:
        return "skipped", why
    wrong = {field: report.facts.get(field, "not reached") for field, held in report.held.items() if not held}
    unshown = [field for field, value in report.facts.items() if value is None and field not in report.held]
    if wrong or why:
        return "refuted", f"{why} {wrong}".strip()
    return "held", f"cannot be shown here: {', '.join(unshown)}" if unshown else ""


if __name__ == "__main__":
    sys.exit(main())
