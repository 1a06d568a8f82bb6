"""How many packets a second `prep tcp pcap --json` follows, beside tshark and dpkt; where its time goes; what it holds.

    python benchmarks/pcap.py [--flows 100000] [--together 64] [--pairs 5] [--sizes 1000,10000,100000]

The capture is made by pcap_load.py: about ten packets a connection, VLAN, IPv6, IP options, packets that are cut. Whole
processes, in turn: prep, `tshark -T fields` (stream, flags and lengths of every packet) and dpkt (Ethernet, IP and TCP
unpacked, a dictionary of connections with the flags seen: less than prep does). tshark and dpkt are left out, and said
to be, where they are not installed.

Then the shares of the time: reading records, following connections, writing them. Then the peak of the memory that the
process has for itself (the mapped file is the kernel's), against the connections that are open at once.
"""

import argparse
import importlib.util
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from pcap_load import make

import prep
from prep.cli.tcp_pcap_json import Writer
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.records import Records

DPKT = """
import sys, dpkt
flows = {}
with open(sys.argv[1], "rb") as stream:
    for when, octets in dpkt.pcap.Reader(stream):
        ip = dpkt.ethernet.Ethernet(octets).data
        tcp = getattr(ip, "data", None)
        if isinstance(tcp, dpkt.tcp.TCP):
            flow = flows.setdefault(frozenset(((ip.src, tcp.sport), (ip.dst, tcp.dport))), [0, 0, 0])
            flow[0] += 1
            flow[1] |= tcp.flags
            flow[2] += len(tcp.data)
print(len(flows))
"""
PEAK = """
import sys
from prep.cli.app import run
run(sys.argv[1:])
sys.stdout.flush()
lines = open("/proc/self/smaps_rollup").read().splitlines()
print([line.split()[1] for line in lines if line.startswith("Anonymous")][0], file=sys.stderr)
"""
FIELDS = ["-e", "tcp.stream", "-e", "tcp.flags", "-e", "tcp.len"]


def prep_words(path: Path) -> list[str]:
    return [sys.executable, "-m", "prep", "tcp", "pcap", str(path), "--json"]


def others(path: Path) -> dict[str, list[str]]:
    """The other readers that are here."""
    found = {}
    if tshark := shutil.which("tshark"):
        found["tshark -T fields"] = [tshark, "-r", str(path), "-Y", "tcp", "-T", "fields", *FIELDS]
    if importlib.util.find_spec("dpkt"):
        found["dpkt"] = [sys.executable, "-c", DPKT, str(path)]
    return found


def seconds(words: list[str]) -> float:
    """Of a whole process."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        subprocess.run(words, stdout=out, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def beside(path: Path, packets: int, pairs: int) -> None:
    rivals = others(path)
    for name in ("tshark -T fields", "dpkt"):
        if name not in rivals:
            print(f"{name}: not installed here, left out")
    times: dict[str, list[float]] = {name: [] for name in ("prep", *rivals)}
    for _ in range(pairs):
        for name, words in {"prep": prep_words(path), **rivals}.items():
            times[name].append(seconds(words))
    for name, took in times.items():
        ratio = median(mine / theirs for mine, theirs in zip(took, times["prep"], strict=True))
        print(f"{name:<18} {median(took):7.2f} s   {packets / median(took):>9,.0f} packets/s   {ratio:6.1f} x prep")


def shares(path: Path) -> None:
    """Where the time goes: each stage with those before it, and what it adds."""
    stages: dict[str, Callable[[memoryview], object]] = {
        "read records": lambda view: sum(1 for _ in Records(view)),
        "follow connections": lambda view: sum(1 for _ in Flows(view).follow(Records(view))),
        "write JSON": lambda view: sum(map(len, map(Writer("en").connection, Flows(view).follow(Records(view))))),
    }
    with path.open("rb") as stream:
        view = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    before = 0.0
    for name, stage in stages.items():
        took = []
        for _ in range(3):
            began = time.process_time()
            stage(view)
            took.append(time.process_time() - began)
        print(f"  {name:<20} {min(took) - before:6.2f} s")
        before = min(took)
    idle = min(seconds([sys.executable, "-m", "prep", "--version"]) for _ in range(3))
    print(f"  {'the process itself':<20} {idle:6.2f} s")


def peak(path: Path) -> int:
    """Kilobytes that the process had for itself when it was done; they do not shrink."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "tcp", "pcap", str(path), "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        env=os.environ | {"MALLOC_TRIM_THRESHOLD_": "-1"},
    )
    return int(done.stderr.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flows", type=int, default=100_000)
    parser.add_argument("--together", type=int, default=64, help="connections that are open at once")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--sizes", default="1000,10000,100000", help="connections open at once, for the memory")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.pcap"
        packets = make(path, given.flows, given.together)
        size = path.stat().st_size / 1e6
        print(f"Python {sys.version.split()[0]}, prep {prep.__version__}, medians of {given.pairs} runs")
        print(f"{packets:,} packets, {given.flows:,} connections, {given.together} at a time, {size:.0f} MB\n")
        beside(path, packets, given.pairs)
        print("\nwhere the time goes (processor time)")
        shares(path)
        print("\nopen at once      peak memory of its own")
        for together in map(int, given.sizes.split(",")):
            make(path, max(given.flows, together), together)
            print(f"{together:>12,}      {peak(path) / 1024:8.1f} MB", flush=True)


if __name__ == "__main__":
    main()
