"""How fast the subnet calculator is beside ipaddress, netaddr and, where installed, ipcalc-ng, prips, iprange, sipcalc.

    python benchmarks/subnet.py [--rounds 5] [--pairs 31] [--only split merge lines one]

Whole processes that write to /dev/null, run in turn so that whatever else the machine does falls on all; seconds are
the least and the median of the rounds, the ratio is of the least ones. The peak of memory is never told below that of
this process, from which the others are forked. What takes longer than SLOW seconds runs once. Every list is made from a
seed; the outputs of a merge are compared.

split   10.0.0.0/8 into 4,194,304 /30
merge   1,000,000 random prefixes, /16 to /32 (--prefixes)
lines   100,000 addresses, one a line, all that there is to say of each as JSON, IPv4 and IPv6 (--lines)
one     one calculation, as a ratio to `python -c pass`
"""

import argparse
import compileall
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median

from paired import heading, paired, tell

import prep

SLOW = 5.0
PREP = [sys.executable, "-m", "prep", "subnet"]
Command = list[str]


def python(code: str) -> Command:
    return [sys.executable, "-c", code]


SPLIT = {
    "ipaddress": python(
        "import ipaddress\nfor n in ipaddress.ip_network('10.0.0.0/8').subnets(new_prefix=30): print(n)"
    ),
    "netaddr": python("import netaddr\nfor n in netaddr.IPNetwork('10.0.0.0/8').subnet(30): print(n)"),
    "prips": ["prips", "-i", "4", "10.0.0.0/8"],  # the addresses without /30
    "ipcalc-ng": ["ipcalc-ng", "--no-decorate", "-S", "30", "10.0.0.0/8"],
    "sipcalc": ["sipcalc", "-s", "30", "10.0.0.0/8"],
}
MERGE = {
    "ipaddress": python(
        "import ipaddress, sys\n"
        "for n in ipaddress.collapse_addresses([ipaddress.ip_network(l.strip()) for l in sys.stdin]): print(n)"
    ),
    "netaddr": python("import netaddr, sys\nfor n in netaddr.cidr_merge([l.strip() for l in sys.stdin]): print(n)"),
    "iprange": ["iprange", "-"],  # writes /32 without it
}
LINES = {
    "ipaddress, 7 values a line": python(
        "import ipaddress, json, sys\n"
        "for l in sys.stdin:\n"
        "    n = ipaddress.ip_interface(l.strip()).network\n"
        "    row = [n[0], n.netmask, n.hostmask, n[-1], n[min(1, n.num_addresses - 1)]]\n"
        "    print(json.dumps([*map(str, row), n.num_addresses, l.strip()]))"
    ),
    "netaddr, 7 values a line": python(
        "import json, netaddr, sys\n"
        "for l in sys.stdin:\n"
        "    n = netaddr.IPNetwork(l.strip())\n"
        "    row = [n.network, n.netmask, n.hostmask, n[-1], n[min(1, n.size - 1)]]\n"
        "    print(json.dumps([*map(str, row), n.size, l.strip()]))"
    ),
    "sipcalc": ["sipcalc", "-"],
}
ONE = {
    "prep 10.0.0.5/23": [*PREP, "10.0.0.5/23"],
    "prep 10.0.0.5/23 --json": [*PREP, "10.0.0.5/23", "--json"],
    "prep 10.0.0.5/23 --explain": [*PREP, "10.0.0.5/23", "--explain"],
    "prep 2001:db8::5/64 --json": [*PREP, "2001:db8::5/64", "--json"],
    "import ipaddress": python("import ipaddress"),
    "netaddr info": [sys.executable, "-m", "netaddr", "info", "10.0.0.5/23"],
    "ipcalc-ng": ["ipcalc-ng", "10.0.0.5/23"],
    "sipcalc": ["sipcalc", "10.0.0.5/23"],
}


def installed(tools: dict[str, Command]) -> dict[str, Command]:
    """Those that are here: netaddr as a package, the others as programs."""
    missing = set() if find_spec("netaddr") else {"netaddr"}
    return {
        name: command
        for name, command in tools.items()
        if shutil.which(command[0]) and name.split()[0].rstrip(",") not in missing
    }


def run(command: Command, given: Path | None = None) -> tuple[float, float]:
    """(seconds, peak memory in MB) of a process."""
    with open(given or os.devnull, "rb") as stdin:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        return time.perf_counter() - began, used.ru_maxrss / 1024


def compare(title: str, tools: dict[str, Command], rounds: int, given: Path | None = None) -> None:
    """The first tool is the one that the others are compared with."""
    print(f"\n{title}\n{'':<32} {'least':>8} {'median':>8} {'ratio':>8} {'peak':>9}")
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, command in tools.items():
            if not runs[name] or runs[name][0][0] < SLOW:
                runs[name].append(run(command, given))
    ours = min(runs[next(iter(tools))])[0]
    for name, found in runs.items():
        least, peak = min(found)[0], max(memory for _, memory in found)
        middle = median(seconds for seconds, _ in found)
        print(f"{name:<32} {least:7.3f}s {middle:7.3f}s {least / ours:7.1f}× {peak:6.1f} MB", flush=True)


def digest(command: Command, given: Path) -> str:
    with open(given, "rb") as stdin:
        told = subprocess.run(command, stdin=stdin, capture_output=True, check=False)
    return sha256(told.stdout).hexdigest()[:12]


def quad(number: int) -> str:
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def write_prefixes(path: Path, count: int) -> Path:
    """Networks without host bits, which ipaddress would refuse."""
    dice = Random(1)
    with path.open("w") as file:
        for _ in range(count):
            length = dice.randint(16, 32)
            file.write(f"{quad(dice.getrandbits(length) << (32 - length))}/{length}\n")
    return path


def write_lines(path: Path, count: int, version: int) -> Path:
    dice = Random(version)
    with path.open("w") as file:
        for _ in range(count):
            if version == 4:
                file.write(f"{quad(dice.getrandbits(32))}/{dice.randint(8, 32)}\n")
            else:
                groups = (f"{dice.getrandbits(16):x}" for _ in range(7))
                file.write(f"2001:{':'.join(groups)}/{dice.randint(16, 128)}\n")
    return path


def measure_merge(folder: Path, count: int, rounds: int) -> None:
    given = write_prefixes(folder / "prefixes", count)
    tools = {"prep subnet merge -": [*PREP, "merge", "-"], **installed(MERGE)}
    compare(f"{count:,} random prefixes merged", tools, rounds, given)
    few = write_prefixes(folder / "few", 20_000)
    same = {digest(command, few) for name, command in tools.items() if name != "iprange"}
    print(f"outputs of 20,000 are {'the same' if len(same) == 1 else 'NOT the same'}")


def measure_lines(folder: Path, count: int, rounds: int) -> None:
    for version in (4, 6):
        given = write_lines(folder / f"lines{version}", count, version)
        tools = installed(LINES)
        compare(f"{count:,} lines, IPv{version}", {"prep subnet info -": [*PREP, "info", "-"], **tools}, rounds, given)


def measure_one(pairs: int) -> None:
    heading("one calculation", "python -c pass")
    for name, command in installed(ONE).items():
        tell(name, paired(lambda: run(python("pass"))[0], lambda command=command: run(command)[0], pairs))  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each tool")
    parser.add_argument("--pairs", type=int, default=31, help="paired runs of one calculation")
    parser.add_argument("--prefixes", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=("split", "merge", "lines", "one"))
    given = parser.parse_args()
    chosen = given.only or ["split", "merge", "lines", "one"]
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Python {sys.version.split()[0]}, prep {prep.__version__}, this process {own:.1f} MB")
    compileall.compile_dir(Path(prep.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PREP_HOME"] = name
        if "split" in chosen:
            ours = {"prep subnet split --prefix 30": [*PREP, "split", "10.0.0.0/8", "--prefix", "30"]}
            compare("10.0.0.0/8 into 4,194,304 /30", ours | installed(SPLIT), given.rounds)
        if "merge" in chosen:
            measure_merge(folder, given.prefixes, given.rounds)
        if "lines" in chosen:
            measure_lines(folder, given.lines, given.rounds)
        if "one" in chosen:
            measure_one(given.pairs)


if __name__ == "__main__":
    main()
