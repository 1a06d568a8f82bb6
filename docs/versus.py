"""Writes docs/versus.md: where well-known subnet tools answer otherwise than `prep subnet`, and who is right.

python docs/versus.py            asks the tools again, writes docs/versus.md and docs/versus/*.txt
python docs/versus.py --check    asks them again, writes nothing, tells what differs (exit code 1)

The tools are those that Debian installs, looked for in /usr/bin and /bin. One that is not there keeps its recorded
answer. Each is started without a shell, in the C locale, with 5 seconds and a bounded output, and with names switched
off; subnetcalc and iprange are only given what they can read as numbers, for they look up the rest.

The verdicts are ours and stand in QUESTIONS, each beside the words it is about; where a tool does not say these words
any more, both ways of calling the script tell so and exit with 1.
"""

import io
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

RIGHT, DEFENSIBLE, OUTDATED, UNHEARD, WRONG = "right", "defensible", "outdated", "refused, exit 0", "wrong"
VERDICTS = {
    RIGHT: "what the RFC says; or a refusal, with exit code, of what has no one meaning.",
    DEFENSIBLE: "another reading that somebody may want, and why.",
    OUTDATED: "right when the tool was made; the registry has moved on.",
    UNHEARD: "refuses, rightly, but exits with 0: a script goes on as if all were well.",
    WRONG: "an answer, given as if it were sure, that the RFC or arithmetic contradicts.",
}


class Ask(NamedTuple):
    """A command, our verdict on its answer, and the words of the answer that the verdict is about."""

    verdict: str
    argv: list[str]
    says: tuple[str, ...]
    why: str = ""
    given: str = ""  # its input

    @property
    def tool(self) -> str:
        return self.argv[0]

    @property
    def command(self) -> str:
        """As one would type it; also the name of its answer in the raw file."""
        given = self.given.rstrip("\n")
        quoted = "$" + repr(given) if "\n" in given else shlex.quote(given)
        return shlex.join(self.argv) + (f" <<< {quoted}" if given else "")


class Question(NamedTuple):
    id: str
    title: str
    answer: str
    asks: list[Ask]


# ── how each tool is asked ──


def prep(words: str, *says: str) -> Ask:
    return Ask(RIGHT, ["prep", "subnet", *words.split()], says)


def ipcalc(verdict: str, words: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["ipcalc", "-n", "-b", *words.split()], says, why)


def ipcalc_ng(verdict: str, words: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["ipcalc-ng", *words.split()], says, why)


def sipcalc(verdict: str, words: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["sipcalc", *words.split()], says, why)


def subnetcalc(verdict: str, words: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["subnetcalc", *words.split(), "-n", "-nocolour"], says, why)


def netmask(verdict: str, words: str, *says: str, why: str = "", form: str = "-c") -> Ask:
    return Ask(verdict, ["netmask", "-n", form, *words.split()], says, why)


def prips(verdict: str, words: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["prips", "-c", *words.split()], says, why)


def iprange(verdict: str, given: str, *says: str, why: str = "", form: str = "") -> Ask:
    return Ask(verdict, ["iprange", *form.split(), "-"], says, why, given + "\n")


def aggregate(verdict: str, given: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["aggregate"], says, why, given + "\n")


def grepcidr(verdict: str, pattern: str, given: str, *says: str, why: str = "") -> Ask:
    return Ask(verdict, ["grepcidr", pattern], says, why, given.replace(" ", "\n") + "\n")


def python(verdict: str, expression: str, *says: str, why: str = "") -> Ask:
    plain = expression.replace("'", '"')
    code = f"import sys, ipaddress as ip; sys.tracebacklimit = 0; print({plain})"
    return Ask(verdict, ["python3", "-Ic", code], says, why)


NO_INTERFACE = "-[ERR : Unable to retrieve interface information]"
NO_MASK = "prips: CIDR base address didn't start at subnet boundary"
OTHER_WORDS = "The message is about something else."
PYTHON_REFUSES = "does not appear to be an IPv4 or IPv6 interface"

TOOLS = {
    "ipcalc": "in Perl; information, split, ranges",
    "ipcalc-ng": "in C, the `ipcalc` of Fedora; information, split, ranges, JSON",
    "sipcalc": "information, split",
    "subnetcalc": "information",
    "netmask": "masks, ranges, lists",
    "prips": "prints ranges",
    "iprange": "sets of addresses, for firewalls",
    "aggregate": "merges route lists",
    "grepcidr": "finds addresses in files",
    "python3": "the module `ipaddress`",
}
NOT_PACKAGED = {"ripcalc": "is no package of Debian 12, so it was not asked."}

QUESTIONS = [
    Question(
        "everyday",
        "What is 192.168.1.10/26?",
        "Network 192.168.1.0, broadcast 192.168.1.63, 62 hosts from .1 to .62.",
        [
            prep("192.168.1.10/26", "network 192.168.1.0/26", "broadcast 192.168.1.63", "count 62 usable of 64"),
            ipcalc(RIGHT, "192.168.1.10/26", "Network: 192.168.1.0/26", "Broadcast: 192.168.1.63", "Hosts/Net: 62"),
            ipcalc_ng(RIGHT, "192.168.1.10/26", "Network: 192.168.1.0/26", "Broadcast: 192.168.1.63", "Hosts/Net: 62"),
            sipcalc(RIGHT, "192.168.1.10/26", "Broadcast address - 192.168.1.63", "192.168.1.1 - 192.168.1.62"),
            subnetcalc(RIGHT, "192.168.1.10/26", "Broadcast = 192.168.1.63", "Max. Hosts = 62 (2^6 - 2)"),
            netmask(RIGHT, "192.168.1.10/26", "192.168.1.0-192.168.1.63 (64)", form="-r"),
            prips(DEFENSIBLE, "192.168.1.10/26", NO_MASK, why="Wants the network's own address; then it agrees."),
            prips(RIGHT, "192.168.1.0/26", "192.168.1.0/26"),
            iprange(RIGHT, "192.168.1.10/26", "192.168.1.0-192.168.1.63", form="-j"),
            aggregate(
                DEFENSIBLE,
                "192.168.1.10/26",
                "[line 1] 192.168.1.10/26 inconsistent; ignoring line",
                why="Wants the network's own address, or `-t`; fair for a list of routes. But it exits with 0.",
            ),
            aggregate(RIGHT, "192.168.1.0/26", "192.168.1.0/26"),
            grepcidr(RIGHT, "192.168.1.10/26", "192.168.1.63 192.168.1.64", "192.168.1.63"),
            python(
                RIGHT,
                "ip.ip_interface('192.168.1.10/26').network, len(list(ip.ip_network('192.168.1.0/26').hosts()))",
                "192.168.1.0/26 62",
            ),
        ],
    ),
    Question(
        "p31",
        "How many hosts has 10.0.0.5/31, and what is its broadcast address?",
        "Two hosts, and no directed broadcast address: on a point-to-point link with a 31-bit mask both addresses must "
        "be taken for host addresses (RFC 3021 §2.1), and a broadcast there goes to 255.255.255.255 (§2.2).",
        [
            prep("10.0.0.5/31", "broadcast none (RFC 3021", "count 2 usable of 2", "role host address"),
            ipcalc(RIGHT, "10.0.0.5/31", "HostMax: 10.0.0.5", "Hosts/Net: 2", "PtP Link RFC 3021"),
            ipcalc_ng(
                DEFENSIBLE,
                "10.0.0.5/31",
                "Broadcast: 255.255.255.255",
                "Hosts/Net: 2",
                why="The limited broadcast is what such a link uses (RFC 3021 §2.2). But for every other prefix the "
                "same line is the directed one.",
            ),
            sipcalc(
                WRONG, "10.0.0.5/31", "Broadcast address - 10.0.0.5", why="10.0.0.5 is a host. It has no line on hosts."
            ),
            subnetcalc(
                WRONG,
                "10.0.0.5/31",
                "Broadcast = not needed on Point-to-Point links",
                "Max. Hosts = 2",
                "10.0.0.5 is the BROADCAST address of 10.0.0.4/31",
                why="Count and broadcast line are right; the last line contradicts them.",
            ),
            netmask(RIGHT, "10.0.0.5/31", "10.0.0.4-10.0.0.5 (2)", why="Counts addresses, not hosts.", form="-r"),
            python(
                DEFENSIBLE,
                "[str(h) for h in ip.ip_network('10.0.0.4/31').hosts()], "
                "ip.ip_network('10.0.0.4/31').broadcast_address",
                "['10.0.0.4', '10.0.0.5'] 10.0.0.5",
                why="Two hosts, right; `broadcast_address` is the last address of any network, IPv6 too.",
            ),
        ],
    ),
    Question(
        "p0",
        "How many addresses has 0.0.0.0/0?",
        "2^32 = 4294967296 (RFC 4632 §3.1); less the first and the last, as other prefixes are counted, 4294967294. "
        "4294967295 is neither: the largest number of 32 bits stands where 2^32 does not fit.",
        [
            prep("0.0.0.0/0", "count 4294967294 usable of 4294967296"),
            ipcalc(RIGHT, "0.0.0.0/0", "Hosts/Net: 4294967294"),
            ipcalc_ng(WRONG, "0.0.0.0/0", "Hosts/Net: 4294967295"),
            sipcalc(WRONG, "0.0.0.0/0", "Addresses in network - 4294967295"),
            subnetcalc(RIGHT, "0.0.0.0/0", "Max. Hosts = 4294967294 (2^32 - 2)"),
            netmask(RIGHT, "0.0.0.0/0", "0.0.0.0-255.255.255.255 (4294967296)", form="-r"),
            iprange(
                WRONG, "0.0.0.0/0", "1,0", why="One entry, no addresses: 0 is what 32 bits leave of 2^32.", form="-C"
            ),
            python(RIGHT, "ip.ip_network('0.0.0.0/0').num_addresses", "4294967296"),
        ],
    ),
    Question(
        "wildcard",
        "What is 10.0.0.0/0.0.0.255?",
        "A mask has its ones on the left (RFC 4632 §5.1), so 0.0.0.255 is none. As the wildcard of an access list it "
        "is 10.0.0.0/24. A wildcard belongs to access lists: to refuse it is right too. To read it as /0 or /8 is not.",
        [
            prep("10.0.0.0/0.0.0.255", "network 10.0.0.0/24"),
            ipcalc(RIGHT, "10.0.0.0/0.0.0.255", "WILDCARD", "Network: 10.0.0.0/24", why="And says how it was read."),
            ipcalc_ng(WRONG, "10.0.0.0/0.0.0.255", "Network: 10.0.0.0/8"),
            sipcalc(UNHEARD, "10.0.0.0/0.0.0.255", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(RIGHT, "10.0.0.0/0.0.0.255", "ERROR: Invalid netmask 0.0.0.255!"),
            netmask(RIGHT, "10.0.0.0/0.0.0.255", "10.0.0.0/24"),
            prips(RIGHT, "10.0.0.0/0.0.0.255", NO_MASK, why=OTHER_WORDS),
            iprange(WRONG, "10.0.0.0/0.0.0.255", "0.0.0.0/0", why="In a firewall's list one line becomes all of IPv4."),
            aggregate(
                UNHEARD,
                "10.0.0.0/0.0.0.255",
                "[line 1] mask length 0 out of range; ignoring line",
                why="Read as /0, which it does not take; the line is lost.",
            ),
            grepcidr(
                WRONG,
                "10.0.0.0/0.0.0.255",
                "10.0.0.9 99.0.0.1",
                "10.0.0.9",
                "99.0.0.1",
                why="Read as /0: every address matches.",
            ),
            python(RIGHT, "ip.ip_interface('10.0.0.0/0.0.0.255').network", "10.0.0.0/24"),
        ],
    ),
    Question(
        "octal-prefix",
        "What is 10.0.0.0/024?",
        "The length is a decimal value (RFC 4632 §3.1), which leaves /24 or a refusal. Octal, it would be /20, and "
        "sixteen times as many addresses. As tools disagree, the refusal is the safe one.",
        [
            prep("10.0.0.0/024", 'prefix "024" has a leading zero'),
            ipcalc(UNHEARD, "10.0.0.0/024", "INVALID MASK1: 024"),
            ipcalc_ng(WRONG, "10.0.0.0/024", "Network: 10.0.0.0/20"),
            sipcalc(UNHEARD, "10.0.0.0/024", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(RIGHT, "10.0.0.0/024", "Network = 10.0.0.0 / 24"),
            netmask(
                WRONG, "10.0.0.0/024", "10.0.0.0/20", why="Its help allows octal for addresses, not for the length."
            ),
            prips(RIGHT, "10.0.0.0/024", "10.0.0.0/24"),
            iprange(RIGHT, "10.0.0.0/024", "10.0.0.0/24"),
            aggregate(RIGHT, "10.0.0.0/024", "10.0.0.0/24"),
            grepcidr(RIGHT, "10.0.0.0/024", "10.0.0.9 10.0.15.1", "10.0.0.9", why="As /24: 10.0.15.1 is not found."),
            python(RIGHT, "ip.ip_interface('10.0.0.0/024').network", "10.0.0.0/24"),
        ],
    ),
    Question(
        "octal-address",
        "What is 010.1.1.0/24?",
        "It has two readings: 10.1.1.0 where octets are decimal, 8.1.1.0 where inet_aton() reads them. RFC 6943 §3.1.1 "
        "names this as a danger to whatever compares addresses, and the grammar of RFC 3986 §3.2.2 has no leading "
        "zeros. One program that checks and another that connects must not differ (CVE-2021-29921): refuse.",
        [
            prep("010.1.1.0/24", 'octet "010" has a leading zero'),
            ipcalc(DEFENSIBLE, "010.1.1.0/24", "Network: 10.1.1.0/24", why="Decimal."),
            ipcalc_ng(RIGHT, "010.1.1.0/24", "ipcalc-ng: bad IPv4 address: 010.1.1.0"),
            sipcalc(DEFENSIBLE, "010.1.1.0/24", "Network address - 10.1.1.0", why="Decimal."),
            subnetcalc(DEFENSIBLE, "010.1.1.0/24", "Network = 8.1.1.0 / 24", why="Octal, as inet_aton() has it."),
            netmask(DEFENSIBLE, "010.1.1.0/24", "8.1.1.0/24", why="Octal, as its help says."),
            prips(RIGHT, "010.1.1.0/24", NO_MASK, why=OTHER_WORDS),
            iprange(DEFENSIBLE, "010.1.1.0/24", "8.1.1.0/24", why="Octal, as inet_aton() has it."),
            aggregate(DEFENSIBLE, "010.1.1.0/24", "10.1.1.0/24", why="Decimal."),
            grepcidr(DEFENSIBLE, "010.1.1.0/24", "10.1.1.9 8.1.1.9", "10.1.1.9", why="Decimal."),
            python(RIGHT, "ip.ip_interface('010.1.1.0/24').network", PYTHON_REFUSES),
        ],
    ),
    Question(
        "short",
        "What is 10/8?",
        "People mean 10.0.0.0/8; RFC 1918 §3 writes so itself. A prefix is noted with four octets, though (RFC 4632 "
        "§3.1), and inet_aton() takes a lone 10 for 0.0.0.10: refuse, and ask. 0.0.0.0/8 is what nobody means.",
        [
            prep("10/8", "1 of 4 octets", "did you mean 10.0.0.0/8?"),
            ipcalc(UNHEARD, "10/8", "INVALID ADDRESS: 10"),
            ipcalc_ng(RIGHT, "10/8", "ipcalc-ng: bad IPv4 address: 10"),
            sipcalc(UNHEARD, "10/8", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(WRONG, "10/8", "Address = 0.0.0.10", "Network = 0.0.0.0 / 8"),
            netmask(DEFENSIBLE, "10/8", "0.0.0.0/8", why="Its help says so: a lone N is a decimal number."),
            prips(RIGHT, "10/8", NO_MASK, why=OTHER_WORDS),
            iprange(WRONG, "10/8", "0.0.0.0/8"),
            aggregate(UNHEARD, "10/8", "[line 1] 0.0.0.10/8 inconsistent; ignoring line"),
            grepcidr(RIGHT, "10/8", "10.0.0.9 0.0.0.9", "grepcidr: Not a valid pattern: 10/8"),
            python(RIGHT, "ip.ip_interface('10/8').network", PYTHON_REFUSES),
        ],
    ),
    Question(
        "gaps",
        "What are 10.0.0.0/255.0.255.0 and 10.0.0.0/0.0.255.0?",
        "Nothing: RFC 950 §2.1 still allowed masks with gaps, RFC 4632 §5.1 wants the ones contiguous from the left. "
        "The second is no wildcard of a network either.",
        [
            prep("10.0.0.0/255.0.255.0", "not a mask: its ones are not all on the left"),
            prep("10.0.0.0/0.0.255.0", "not a mask: its ones are not all on the left"),
            ipcalc(UNHEARD, "10.0.0.0/255.0.255.0", "INVALID MASK1: 255.0.255.0"),
            ipcalc(UNHEARD, "10.0.0.0/0.0.255.0", "INVALID MASK1: 0.0.255.0"),
            ipcalc_ng(RIGHT, "10.0.0.0/255.0.255.0", "ipcalc-ng: bad IPv4 prefix: 255.0.255.0"),
            ipcalc_ng(WRONG, "10.0.0.0/0.0.255.0", "Network: 10.0.0.0/8"),
            sipcalc(UNHEARD, "10.0.0.0/255.0.255.0", NO_INTERFACE, why=OTHER_WORDS),
            sipcalc(UNHEARD, "10.0.0.0/0.0.255.0", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(RIGHT, "10.0.0.0/255.0.255.0", "ERROR: Invalid netmask 255.0.255.0!"),
            subnetcalc(RIGHT, "10.0.0.0/0.0.255.0", "ERROR: Invalid netmask 0.0.255.0!"),
            netmask(UNHEARD, "10.0.0.0/255.0.255.0", 'netmask: parse error "10.0.0.0/255.0.255.0"'),
            netmask(UNHEARD, "10.0.0.0/0.0.255.0", 'netmask: parse error "10.0.0.0/0.0.255.0"'),
            prips(RIGHT, "10.0.0.0/255.0.255.0", "prips: CIDR offsets are between 0 and 32"),
            prips(RIGHT, "10.0.0.0/0.0.255.0", NO_MASK, why=OTHER_WORDS),
            iprange(UNHEARD, "10.0.0.0/255.0.255.0", "iprange: Invalid netmask 255.0.255.0"),
            iprange(WRONG, "10.0.0.0/0.0.255.0", "0.0.0.0/0", why="All of IPv4."),
            aggregate(UNHEARD, "10.0.0.0/255.0.255.0", "[line 1] mask length 255 out of range; ignoring line"),
            aggregate(UNHEARD, "10.0.0.0/0.0.255.0", "[line 1] mask length 0 out of range; ignoring line"),
            grepcidr(RIGHT, "10.0.0.0/255.0.255.0", "10.0.0.9 99.0.0.1", "grepcidr: Not a valid pattern"),
            grepcidr(WRONG, "10.0.0.0/0.0.255.0", "10.0.0.9 99.0.0.1", "10.0.0.9", "99.0.0.1", why="Read as /0."),
            python(RIGHT, "ip.ip_interface('10.0.0.0/255.0.255.0').network", PYTHON_REFUSES),
            python(RIGHT, "ip.ip_interface('10.0.0.0/0.0.255.0').network", PYTHON_REFUSES),
        ],
    ),
    Question(
        "five-digits",
        "What is 2001:db8::12345/64?",
        "No address: a group has one to four hexadecimal digits (RFC 4291 §2.2).",
        [
            prep("2001:db8::12345/64", 'group "12345" has 5 digits'),
            ipcalc(WRONG, "2001:db8::12345/64", "Address: 2001:db8::1:2345", why="Another address, without a word."),
            ipcalc_ng(RIGHT, "2001:db8::12345/64", "ipcalc-ng: bad IPv6 address: 2001:db8::12345"),
            sipcalc(UNHEARD, "2001:db8::12345/64", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(RIGHT, "2001:db8::12345/64", "ERROR: Bad address 2001:db8::12345!"),
            netmask(UNHEARD, "2001:db8::12345/64", 'netmask: parse error "2001:db8::12345/64"'),
            grepcidr(RIGHT, "2001:db8::12345/64", "2001:db8::1:2345", "grepcidr: Not a valid pattern"),
            python(RIGHT, "ip.ip_interface('2001:db8::12345/64').network", PYTHON_REFUSES),
        ],
    ),
    Question(
        "ipv6-hosts",
        "How many hosts have 2001:db8::/127 and 2001:db8::/64, and which is the first?",
        "A /127 is the IPv6 form of a /31: two hosts, the Subnet-Router anycast address is switched off there "
        "(RFC 6164 §6). In a /64 the all-zero interface identifier is that anycast address (RFC 4291 §2.6.1), which "
        "leaves 2^64 - 1 from ::1 on; there is no broadcast to take off.",
        [
            prep("2001:db8::/127", "hosts 2001:db8:: - 2001:db8::1", "count 2 usable of 2"),
            prep("2001:db8::/64", "hosts 2001:db8::1 - ", "count 18446744073709551615 usable of 18446744073709551616"),
            ipcalc_ng(RIGHT, "2001:db8::/127", "HostMin: 2001:db8::", "Hosts/Net: 2"),
            ipcalc_ng(
                DEFENSIBLE,
                "2001:db8::/64",
                "HostMin: 2001:db8::",
                "Hosts/Net: 2^(64) = 18446744073709551616",
                why="Counts addresses. No host can have the first one where a router serves the link.",
            ),
            subnetcalc(WRONG, "2001:db8::/127", "Max. Hosts = 1 (2^1 - 1)"),
            subnetcalc(RIGHT, "2001:db8::/64", "Max. Hosts = 18446744073709551615 (2^64 - 1)"),
            netmask(RIGHT, "2001:db8::/127", "2001:db8::-2001:db8::1 (2)", why="Counts addresses.", form="-r"),
            python(
                RIGHT,
                "[str(h) for h in ip.ip_network('2001:db8::/127').hosts()]",
                "['2001:db8::', '2001:db8::1']",
            ),
            python(RIGHT, "next(ip.ip_network('2001:db8::/64').hosts())", "2001:db8::1"),
        ],
    ),
    Question(
        "class",
        "Of which class was 239.255.255.255?",
        "D: its first bits are 1110, host groups go from 224.0.0.0 to 239.255.255.255; E begins with 1111 "
        "(RFC 1112 §4).",
        [
            prep("239.255.255.255", "class D before CIDR", "special Multicast"),
            ipcalc(RIGHT, "239.255.255.255", "Class D, Multicast"),
            ipcalc_ng(
                WRONG,
                "--all-info 239.255.255.255",
                "Address space: Multicast",
                "Address class: Class E",
                why="Contradicts itself; of 224.0.0.1 it says D.",
            ),
            ipcalc_ng(RIGHT, "--all-info 224.0.0.1", "Address class: Class D"),
            sipcalc(RIGHT, "-c 239.255.255.255", "Network class - D (multicast network)"),
            subnetcalc(RIGHT, "239.255.255.255", "Class D (Multicast)"),
            python(RIGHT, "ip.ip_address('239.255.255.255').is_multicast", "True", why="Has no classes."),
        ],
    ),
    Question(
        "new-blocks",
        "What are 3fff::1, 5f00::1 and 100:0:0:1::1 reserved for?",
        "Documentation (RFC 9637), SRv6 SIDs (RFC 9602), the dummy prefix (RFC 9780); none is globally reachable, says "
        "the IANA registry of special-purpose IPv6 addresses (RFC 6890, RFC 8190). All are of 2024 or later; these "
        "releases are older, and every table will be one day.",
        [
            prep("3fff::1/20", "special Documentation: 3fff::/20, not globally reachable"),
            prep("5f00::1/16", "special Segment Routing (SRv6) SIDs: 5f00::/16, not globally reachable"),
            prep("100:0:0:1::1/64", "special Dummy IPv6 Prefix: 100:0:0:1::/64, not globally reachable"),
            ipcalc_ng(OUTDATED, "3fff::1/20", "Address space: Global Unicast"),
            ipcalc_ng(OUTDATED, "5f00::1/16", "Address space: Reserved"),
            ipcalc_ng(OUTDATED, "100:0:0:1::1/64", "Address space: Reserved"),
            sipcalc(OUTDATED, "3fff::1/20", "Address type - Aggregatable Global Unicast Addresses"),
            sipcalc(OUTDATED, "5f00::1/16", "Address type - Unassigned"),
            sipcalc(OUTDATED, "100:0:0:1::1/64", "Address type - Unassigned"),
            subnetcalc(
                WRONG,
                "3fff::1/20",
                "Global Unicast Properties:",
                "6to4 address =",
                "0.0.0.0",
                why="The first is outdated; the second, half of it on stderr, was wrong at any date: 6to4 is 2002::/16 "
                "(RFC 3056 §2).",
            ),
            python(OUTDATED, "ip.ip_address('3fff::1').is_global", "True"),
            python(OUTDATED, "ip.ip_address('5f00::1').is_global", "True"),
            python(OUTDATED, "ip.ip_address('100:0:0:1::1').is_global", "True"),
        ],
    ),
    Question(
        "old-blocks",
        "What are fd00::1/64 and 192.168.1.5/8?",
        "Unique local (RFC 4193 §3.1, of 2005), and private: 192.168.0.0/16 (RFC 1918 §3) holds the address, whatever "
        "the mask beside it. Its network 192.0.0.0/8 is private in part only.",
        [
            prep("fd00::1/64", "special Unique-Local: fc00::/7"),
            prep("192.168.1.5/8", "network 192.0.0.0/8", "special Private-Use: 192.168.0.0/16"),
            ipcalc(RIGHT, "192.168.1.5/8", "In Part Private Internet", why="Names the network, and does so rightly."),
            ipcalc_ng(RIGHT, "fd00::1/64", "Address space: Unique Local Unicast"),
            ipcalc_ng(
                WRONG,
                "192.168.1.5/8",
                "Address space: IPv4 Service Continuity Prefix",
                why="That is 192.0.0.0/29 (RFC 7335), looked up for the first address of the network.",
            ),
            sipcalc(WRONG, "fd00::1/64", "Address type - Unassigned", why="The copyright of this release is of 2013."),
            subnetcalc(RIGHT, "fd00::1/64", "Unique Local Unicast Properties:"),
            subnetcalc(RIGHT, "192.168.1.5/8", "- Private", why="Names the address."),
            python(RIGHT, "ip.ip_address('fd00::1').is_private", "True"),
            python(
                RIGHT,
                "ip.ip_interface('192.168.1.5/8').is_private, ip.ip_interface('192.168.1.5/8').network.is_private",
                "True False",
                why="The address is, its network is not.",
            ),
        ],
    ),
    Question(
        "reverse-ipv4",
        "Which reverse zones have 10.1.0.0/20, 10.0.0.64/26 and 10.0.0.4/31?",
        "Sixteen zones, 0.1.10.in-addr.arpa to 15.1.10.in-addr.arpa, for in-addr.arpa is cut at octets "
        "(RFC 1035 §3.5). Below a /24 the parent makes a zone by CNAMEs, named after first address and length: "
        "64/26.0.0.10.in-addr.arpa, 4/31.0.0.10.in-addr.arpa (RFC 2317 §4, which leaves the name free).",
        [
            prep("10.1.0.0/20", "zone 0.1.10.in-addr.arpa and 15 more"),
            prep("10.0.0.64/26", "zone 64/26.0.0.10.in-addr.arpa"),
            prep("10.0.0.4/31", "zone 4/31.0.0.10.in-addr.arpa"),
            ipcalc_ng(
                WRONG,
                "--reverse-dns 10.1.0.0/20",
                "REVERSEDNS=0-15.1.10.in-addr.arpa.",
                why="No PTR query falls below such a name; RFC 2317 bends them there below a /24 only (§2).",
            ),
            ipcalc_ng(
                DEFENSIBLE,
                "--reverse-dns 10.0.0.64/26",
                "REVERSEDNS=64-127.0.0.10.in-addr.arpa.",
                why="The name is free; first and last address is a common one.",
            ),
            ipcalc_ng(
                WRONG,
                "--reverse-dns 10.0.0.4/31",
                "REVERSEDNS=4-255.0.0.10.in-addr.arpa.",
                why="By its own rule it would be 4-5; 255 looks like the end of its broadcast address (see p31).",
            ),
            python(
                WRONG,
                "ip.ip_network('10.1.0.0/20').reverse_pointer",
                "0/20.0.1.10.in-addr.arpa",
                why="The attribute is made for addresses, and networks inherit it.",
            ),
            python(RIGHT, "ip.ip_network('10.0.0.64/26').reverse_pointer", "64/26.0.0.10.in-addr.arpa"),
            python(RIGHT, "ip.ip_network('10.0.0.4/31').reverse_pointer", "4/31.0.0.10.in-addr.arpa"),
        ],
    ),
    Question(
        "reverse-ipv6",
        "Which reverse zones has 2001:db8::/33?",
        "Eight, 0.8.b.d.0.1.0.0.2.ip6.arpa to 7.8.b.d.0.1.0.0.2.ip6.arpa: ip6.arpa is cut at nibbles (RFC 3596 §2.5).",
        [
            prep("2001:db8::/33", "zone 0.8.b.d.0.1.0.0.2.ip6.arpa and 7 more"),
            ipcalc_ng(WRONG, "--reverse-dns 2001:db8::/33", why="Crashes."),
            ipcalc_ng(RIGHT, "--reverse-dns 2001:db8::/32", "REVERSEDNS=8.b.d.0.1.0.0.2.ip6.arpa."),
            sipcalc(
                DEFENSIBLE,
                "-r 2001:db8::/33",
                "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
                why="The pointer of the address, as `-r` promises no more.",
            ),
            python(
                WRONG,
                "ip.ip_network('2001:db8::/33').reverse_pointer",
                "3.3./.0.0.0.",
                why="The slash and the length taken for nibbles: made for addresses, and networks inherit it.",
            ),
        ],
    ),
    Question(
        "whole-range",
        "Which networks are 0.0.0.0 to 255.255.255.255, and 255.255.255.255 alone?",
        "0.0.0.0/0 and 255.255.255.255/32. A counter of 32 bits that goes one past the last address begins again.",
        [
            prep("range 0.0.0.0 255.255.255.255", "0.0.0.0/0"),
            prep("range 255.255.255.255 255.255.255.255", "255.255.255.255/32"),
            ipcalc(WRONG, "-r 0.0.0.0 - 255.255.255.255", why="Does not end."),
            ipcalc(RIGHT, "-r 255.255.255.255 - 255.255.255.255", "255.255.255.255/32"),
            ipcalc_ng(WRONG, "-d 0.0.0.0-255.255.255.255", why="Does not end."),
            ipcalc_ng(WRONG, "-d 255.255.255.255-255.255.255.255", why="Does not end."),
            netmask(RIGHT, "0.0.0.0:255.255.255.255", "0.0.0.0/0"),
            netmask(RIGHT, "255.255.255.255:255.255.255.255", "255.255.255.255/32"),
            prips(RIGHT, "0.0.0.0 255.255.255.255", "0.0.0.0/0"),
            prips(RIGHT, "255.255.255.255 255.255.255.255", "255.255.255.255/32"),
            iprange(RIGHT, "0.0.0.0-255.255.255.255", "0.0.0.0/0"),
            iprange(RIGHT, "255.255.255.255-255.255.255.255", "255.255.255.255"),
            python(
                RIGHT,
                "*ip.summarize_address_range(ip.ip_address('0.0.0.0'), ip.ip_address('255.255.255.255'))",
                "0.0.0.0/0",
            ),
        ],
    ),
    Question(
        "range",
        "Which networks are exactly 10.0.0.5 to 10.0.0.77, and 2001:db8:: to 2001:db8::ff?",
        "Eight, from 10.0.0.5/32 to 10.0.0.76/31; and 2001:db8::/120. Arithmetic: a block begins at a multiple of its "
        "size, so an odd address stands alone.",
        [
            prep("range 10.0.0.5 10.0.0.77", "10.0.0.5/32", "10.0.0.32/27", "10.0.0.76/31"),
            prep("range 2001:db8:: 2001:db8::ff", "2001:db8::/120"),
            ipcalc(RIGHT, "-r 10.0.0.5 - 10.0.0.77", "10.0.0.5/32", "10.0.0.32/27", "10.0.0.76/31"),
            ipcalc(
                WRONG,
                "-r 2001:db8:: - 2001:db8::ff",
                "deaggregate 255.255.255.255 - 255.255.255.255",
                "255.255.255.255/24",
                why="Ranges are for IPv4 here, but it does not say so, and exits with 0.",
            ),
            ipcalc_ng(RIGHT, "-d 10.0.0.5-10.0.0.77", "10.0.0.5/32", "10.0.0.32/27", "10.0.0.76/31"),
            ipcalc_ng(RIGHT, "-d 2001:db8::-2001:db8::ff", "2001:db8::/120"),
            netmask(RIGHT, "10.0.0.5:10.0.0.77", "10.0.0.5/32", "10.0.0.32/27", "10.0.0.76/31"),
            prips(
                DEFENSIBLE,
                "10.0.0.5 10.0.0.77",
                "10.0.0.0/25",
                why="The smallest block around the range: 128 addresses for 73. Its manual promises the range “in CIDR "
                "notation”.",
            ),
            iprange(RIGHT, "10.0.0.5-10.0.0.77", "10.0.0.5", "10.0.0.32/27", "10.0.0.76/31"),
            python(
                RIGHT,
                "*ip.summarize_address_range(ip.ip_address('10.0.0.5'), ip.ip_address('10.0.0.77'))",
                "10.0.0.5/32 10.0.0.6/31",
            ),
        ],
    ),
    Question(
        "hosts",
        "Which subnet of 10.0.0.0/24 holds 14 hosts, and which of 10.0.0.0/28 holds 50?",
        "10.0.0.0/28: 14 hosts, and the two addresses that no host may have (RFC 1122 §3.2.1.3), make 16. The second "
        "does not exist: 50 hosts need a /26.",
        [
            prep("fit 14", "prefix 28", "usable hosts 14"),
            prep("vlsm 10.0.0.0/24 --hosts 14", "10.0.0.0/28 14 hosts wanted 14 usable"),
            prep("vlsm 10.0.0.0/28 --hosts 50", "no: 10.0.0.0/28 has 16 addresses"),
            ipcalc(
                WRONG,
                "10.0.0.0/24 -s 14",
                "1. Requested size: 14 hosts",
                "Network: 10.0.0.0/29",
                "Hosts/Net: 6",
                "Needed size: 16 addresses.",
                "Used network: 10.0.0.0/28",
                why="A /29 for 14 hosts; its own last lines know better.",
            ),
            ipcalc(
                WRONG,
                "10.0.0.0/28 -s 50",
                "Network: 10.0.0.0/27",
                "Hosts/Net: 30",
                "Network is too small",
                why="Sees that it does not fit, shows a network for 30 outside of the /28, exits with 0.",
            ),
        ],
    ),
    Question(
        "writing",
        "How are 2001:db8:0:1:1:1:1:1 and ::ffff:c000:201 written?",
        "As 2001:db8:0:1:1:1:1:1, for `::` must not stand for a single group (RFC 5952 §4.2.2), and as "
        "::ffff:192.0.2.1, for IPv4-mapped addresses are best shown with their IPv4 address (§5, a recommendation).",
        [
            prep("2001:db8:0:1:1:1:1:1", "address 2001:db8:0:1:1:1:1:1/128"),
            prep("::ffff:c000:201", "address ::ffff:192.0.2.1/128"),
            ipcalc(
                WRONG,
                "2001:db8:0:1:1:1:1:1",
                "Address: 2001:db8::1:1:1:1:1",
                why="A legal input (RFC 4291 §2.2), but not the form to print.",
            ),
            ipcalc(DEFENSIBLE, "::ffff:c000:201", "Address: ::ffff:c000:201", why="Only recommended."),
            ipcalc_ng(RIGHT, "2001:db8:0:1:1:1:1:1", "Address: 2001:db8:0:1:1:1:1:1"),
            ipcalc_ng(RIGHT, "::ffff:c000:201", "Address: ::ffff:192.0.2.1"),
            sipcalc(RIGHT, "2001:db8:0:1:1:1:1:1", "Compressed address - 2001:db8:0:1:1:1:1:1"),
            sipcalc(DEFENSIBLE, "::ffff:c000:201", "Compressed address - ::ffff:c000:201", why="Only recommended."),
            subnetcalc(RIGHT, "2001:db8:0:1:1:1:1:1", "Address = 2001:db8:0:1:1:1:1:1"),
            subnetcalc(RIGHT, "::ffff:c000:201", "Address = ::ffff:192.0.2.1"),
            netmask(RIGHT, "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1/128"),
            netmask(RIGHT, "::ffff:c000:201", "::ffff:192.0.2.1/128"),
            python(RIGHT, "ip.ip_address('2001:db8:0:1:1:1:1:1')", "2001:db8:0:1:1:1:1:1"),
            python(DEFENSIBLE, "ip.ip_address('::ffff:c000:201')", "::ffff:c000:201", why="Only recommended."),
        ],
    ),
    Question(
        "junk",
        "What are 10.0.0.0/4294967320, 10.0.0.0/ and 10.0.0.0/24abc?",
        "Nothing: the length is a decimal value from 0 to 32 (RFC 4632 §3.1). 4294967320 is 2^32 + 24. subnetcalc was "
        "not asked about the last, which it looks up as a name.",
        [
            prep("10.0.0.0/4294967320", "prefix must be 0 to 32 for IPv4"),
            prep("10.0.0.0/", "nothing behind the slash"),
            prep("10.0.0.0/24abc", '"abc" behind the prefix'),
            ipcalc(UNHEARD, "10.0.0.0/4294967320", "INVALID MASK1: 4294967320"),
            ipcalc(
                WRONG,
                "10.0.0.0/",
                "Network: 10.0.0.0/24",
                why="Its help promises the mask of the class where none is given; that would be /8.",
            ),
            ipcalc(UNHEARD, "10.0.0.0/24abc", "INVALID MASK1: 24abc"),
            ipcalc_ng(RIGHT, "10.0.0.0/4294967320", "ipcalc-ng: bad IPv4 prefix: 4294967320"),
            ipcalc_ng(RIGHT, "10.0.0.0/", "ipcalc-ng: bad IPv4 prefix:"),
            ipcalc_ng(RIGHT, "10.0.0.0/24abc", "ipcalc-ng: bad IPv4 prefix: 24abc"),
            sipcalc(UNHEARD, "10.0.0.0/4294967320", NO_INTERFACE, why=OTHER_WORDS),
            sipcalc(UNHEARD, "10.0.0.0/", NO_INTERFACE, why=OTHER_WORDS),
            sipcalc(UNHEARD, "10.0.0.0/24abc", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(WRONG, "10.0.0.0/4294967320", "Network = 10.0.0.0 / 24"),
            subnetcalc(WRONG, "10.0.0.0/", "Network = 0.0.0.0 / 0"),
            netmask(WRONG, "10.0.0.0/4294967320", "10.0.0.0/24"),
            netmask(WRONG, "10.0.0.0/", "0.0.0.0/0"),
            netmask(UNHEARD, "10.0.0.0/24abc", 'netmask: parse error "10.0.0.0/24abc"'),
            prips(WRONG, "10.0.0.0/4294967320", "10.0.0.0/24"),
            prips(RIGHT, "10.0.0.0/", "usage: prips"),
            prips(WRONG, "10.0.0.0/24abc", "10.0.0.0/24"),
            iprange(WRONG, "10.0.0.0/4294967320", "10.0.0.0/24"),
            iprange(UNHEARD, "10.0.0.0/", "iprange: Cannot understand line No 1 from stdin: 10.0.0.0/"),
            iprange(
                WRONG,
                "10.0.0.0/24abc",
                "iprange: Ignoring text after hostname '10.0.0.0' on line 1: '/24abc",
                "10.0.0.0",
                why="Says so, and goes on with one address.",
            ),
            aggregate(WRONG, "10.0.0.0/4294967320", "10.0.0.0/24"),
            aggregate(UNHEARD, "10.0.0.0/", "[line 1] mask length 0 out of range; ignoring line"),
            aggregate(WRONG, "10.0.0.0/24abc", "10.0.0.0/24"),
            grepcidr(WRONG, "10.0.0.0/4294967320", "10.0.0.9 99.0.0.1", "10.0.0.9", why="Read as /24."),
            grepcidr(WRONG, "10.0.0.0/24abc", "10.0.0.9 99.0.0.1", "10.0.0.9", why="Read as /24."),
            python(RIGHT, "ip.ip_interface('10.0.0.0/4294967320').network", PYTHON_REFUSES),
            python(RIGHT, "ip.ip_interface('10.0.0.0/').network", PYTHON_REFUSES),
            python(RIGHT, "ip.ip_interface('10.0.0.0/24abc').network", PYTHON_REFUSES),
        ],
    ),
    Question(
        "exit",
        "What does a script learn of 10.0.0.0/33?",
        "That it is bad, by an exit code above 0. No RFC says so; POSIX does of its utilities (EXIT STATUS: >0, an "
        "error occurred), and so does the manual of aggregate.",
        [
            prep("10.0.0.0/33", "prefix must be 0 to 32 for IPv4"),
            ipcalc(UNHEARD, "10.0.0.0/33", "INVALID MASK1: 33"),
            ipcalc_ng(RIGHT, "10.0.0.0/33", "ipcalc-ng: bad IPv4 prefix: 33"),
            sipcalc(UNHEARD, "10.0.0.0/33", NO_INTERFACE, why=OTHER_WORDS),
            subnetcalc(RIGHT, "10.0.0.0/33", "ERROR: Invalid netmask 0.0.0.33!"),
            netmask(UNHEARD, "10.0.0.0/33", 'netmask: parse error "10.0.0.0/33"'),
            prips(RIGHT, "10.0.0.0/33", "prips: CIDR offsets are between 0 and 32"),
            iprange(UNHEARD, "10.0.0.0/33", "iprange: Invalid netmask 33"),
            aggregate(UNHEARD, "10.0.0.0/33", "[line 1] mask length 33 out of range; ignoring line"),
            grepcidr(RIGHT, "10.0.0.0/33", "10.0.0.9 99.0.0.1", "grepcidr: Not a valid pattern: 10.0.0.0/33"),
            python(RIGHT, "ip.ip_interface('10.0.0.0/33').network", PYTHON_REFUSES),
        ],
    ),
]


# ── asking ──

SECONDS, MOST_LINES, MOST_COLUMNS, MOST_BYTES = 5, 40, 120, 1 << 18
PATH = "/usr/bin:/bin"
ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C", "PERL_HASH_SEED": "0", "PERL_PERTURB_KEYS": "0"}
VERSION = {
    "ipcalc": "--version",
    "ipcalc-ng": "--version",
    "sipcalc": "-v",
    "netmask": "--version",
    "prips": "--version",
    "iprange": "--version",
    "grepcidr": "-V",
    "python3": "-V",
}  # subnetcalc and aggregate tell none


def run(argv: list[str], given: str = "") -> tuple[str, str, str]:
    """(how it ended, output, errors) of a program."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            done = subprocess.run(
                argv,
                input=given.encode(),
                stdout=out,
                stderr=err,
                timeout=SECONDS,
                env=ENVIRONMENT,
                preexec_fn=_limit,
                check=False,
            )
            code = done.returncode
            end = f"exit {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
        except subprocess.TimeoutExpired:
            end = f"stopped after {SECONDS} s"
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read(MOST_BYTES).decode("utf-8", "backslashreplace"))
    return end, texts[0], texts[1]


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_prep(argv: list[str]) -> tuple[str, str, str]:
    """The same of `prep`, in this process."""
    from prep.cli.app import _guarded

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = _guarded(argv[1:])
    texts = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return f"exit {int(code)}", texts[0], texts[1]


def block(ask: Ask, end: str, out: str, err: str) -> str:
    """An answer as the raw files hold it."""
    lines = [*_shown(">", out), *_shown("!", err)]
    return "\n".join([f"$ {ask.command}", *lines, f"= {end}"])


def _shown(mark: str, text: str) -> list[str]:
    lines = text.rstrip().splitlines()
    shown = []
    for line in lines[:MOST_LINES]:
        plain = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line.expandtabs()).rstrip()
        cut = plain if len(plain) <= MOST_COLUMNS else plain[: MOST_COLUMNS - 1] + "…"
        shown.append(f"{mark} {cut}".rstrip())
    return shown + ([f"{mark} … {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else [])


def installed(tool: str) -> bool:
    return shutil.which(tool, path=PATH) is not None


def version(tool: str) -> str:
    """`sipcalc 1.1.6 (Debian 1.1.6-3)`"""
    own = ""
    if tool in VERSION:
        _, out, err = run([tool, VERSION[tool]])
        found = re.search(r"\d+(?:\.\d+)+", (out + err).partition("\n")[0])
        own = f" {found[0]}" if found else ""
    end, package, _ = run(["dpkg-query", "-W", "-f=${Version}", tool])
    return f"{tool}{own}" + (f" (Debian {package})" if end == "exit 0" else "")


# ── raw files ──

ROOT = Path(__file__).parent
PAGE, RAW = ROOT / "versus.md", ROOT / "versus"
MISSING = ", not installed at the last run"
LEGEND = (
    "$ a command   > its output   ! its errors   = how it ended\n"
    f"Tabs are shown as blanks, other control characters as \\x..; more than {MOST_LINES} lines or {MOST_COLUMNS} "
    "columns are cut."
)


class Record(NamedTuple):
    """What a raw file holds: tool → version, command → answer."""

    versions: dict[str, str]
    blocks: dict[str, str]

    def ended(self, ask: Ask) -> str:
        return self.blocks[ask.command].rpartition("\n= ")[2]

    def lines(self, ask: Ask) -> list[str]:
        """The lines of an answer without marks, blanks made one."""
        inner = self.blocks[ask.command].splitlines()[1:-1]
        return [" ".join(line[1:].split()) for line in inner]

    def misses(self, ask: Ask) -> list[str]:
        """The words of the verdict that the answer does not have (any more)."""
        if ask.command not in self.blocks:
            return ["no answer recorded"]
        lines = self.lines(ask)
        faults = [words for words in ask.says if not any(words in line for line in lines)]
        if ask.verdict == UNHEARD and self.ended(ask) != "exit 0":
            faults.append("exit 0")
        if not ask.says and self.ended(ask).startswith("exit"):
            faults.append("nothing, ended by force")
        return faults


def read(path: Path) -> Record:
    """A raw file, or nothing."""
    text = path.read_text("utf-8") if path.exists() else ""
    versions = dict(re.findall(r"^with: (\S+) ?(.*)$", text, re.M))
    blocks = re.findall(r"^\$ (.*)\n((?:[>!].*\n)*= .*)$", text, re.M)
    return Record(versions, {command: f"$ {command}\n{rest}" for command, rest in blocks})


def write(question: Question, record: Record) -> str:
    """The text of a raw file."""
    head = [f"{question.id}: {question.title}", *(f"with: {tool} {v}".rstrip() for tool, v in record.versions.items())]
    blocks = [record.blocks[ask.command] for ask in question.asks if ask.command in record.blocks]
    return "\n\n".join(["\n".join([*head, LEGEND]), *blocks]) + "\n"


def asked(question: Question, versions: dict[str, str], checking: bool) -> Record:
    """The answers of today; of tools that are not here, the recorded ones."""
    old = read(RAW / f"{question.id}.txt")
    found = Record({}, {})
    for ask in question.asks:
        if ask.tool == "prep":
            found.blocks[ask.command] = block(ask, *run_prep(ask.argv))
        elif ask.tool in versions:
            found.versions[ask.tool] = versions[ask.tool]
            found.blocks[ask.command] = block(ask, *run(ask.argv, ask.given))
        elif ask.command in old.blocks:
            told = old.versions.get(ask.tool, "")
            found.versions[ask.tool] = told if checking else told.removesuffix(MISSING) + MISSING
            found.blocks[ask.command] = old.blocks[ask.command]
    return found


# ── page ──

HEAD = """# Where other subnet tools answer otherwise

Made by `python docs/versus.py`; do not edit. `--check` asks the tools again and tells what differs.

These questions were picked because answers differ, but for the first: on such an everyday one these tools agree, with
each other and with `prep subnet`. So this is no score. It is a list of the places where it pays to look twice.

Each tool had 5 seconds, the C locale, and no names to look up. Perl's hash seed was fixed: which block `ipcalc` names
for a network that holds several (“In Part …”) changes from run to run otherwise.
"""


def page(records: dict[str, Record]) -> str:
    parts = [HEAD, _verdicts(), _tools(records), _summary(), *(_section(q, records[q.id]) for q in QUESTIONS)]
    return "\n".join(parts)


def _verdicts() -> str:
    return "Verdicts:\n\n" + "".join(f"- **{name}**: {meaning}\n" for name, meaning in VERDICTS.items())


def _tools(records: dict[str, Record]) -> str:
    versions: dict[str, str] = {}
    for record in records.values():
        versions |= record.versions
    rows = [
        f"| {tool} | {versions.get(tool) or 'not installed, nothing recorded'} | {what} |\n"
        for tool, what in TOOLS.items()
    ]
    more = "".join(f"\n`{tool}` {why}\n" for tool, why in NOT_PACKAGED.items())
    return "| tool | asked | what it is |\n|---|---|---|\n" + "".join(rows) + more


def _summary() -> str:
    lines = ["| question | wrong | defensible or outdated | refused, exit 0 |", "|---|---|---|---|"]
    for question in QUESTIONS:
        cells = [_who(question, WRONG), _who(question, DEFENSIBLE, OUTDATED), _who(question, UNHEARD)]
        lines.append(f"| [{question.id}](#{question.id}) {question.title} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", "Who is not named was right, or was not asked: not every tool does everything.", ""])


def _who(question: Question, *verdicts: str) -> str:
    return ", ".join(dict.fromkeys(ask.tool for ask in question.asks if ask.verdict in verdicts)) or "–"


def _section(question: Question, record: Record) -> str:
    rows = []
    for ask in question.asks:
        if ask.command not in record.blocks:
            rows.append(f"| {_code(_called(ask))} | not installed, nothing recorded | | |")
            continue
        quoted = " … ".join(_code(words) for words in ask.says) or "nothing"
        verdict = "" if ask.tool == "prep" else f"**{ask.verdict}**" if ask.verdict == WRONG else ask.verdict
        told = ": ".join(filter(None, [verdict, ask.why]))
        rows.append(f"| {_code(_called(ask))} | {quoted} | {record.ended(ask)} | {told} |")
    words = fill(f"**{question.title}** {question.answer}", 120, break_long_words=False, break_on_hyphens=False)
    head = f"## {question.id}\n\n{words}\n"
    raw = f"Raw output: [versus/{question.id}.txt](versus/{question.id}.txt)\n"
    return "\n".join([head, "| asked | said | ended | verdict |", "|---|---|---|---|", *rows, "", raw])


def _called(ask: Ask) -> str:
    """The command; of Python the expression."""
    return f"python3: {ask.argv[-1].partition('print(')[2][:-1]}" if ask.tool == "python3" else ask.command


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`"


# ── main ──


def stale(records: dict[str, Record]) -> list[str]:
    """Verdicts about words that the tools do not say."""
    return [
        f"{question.id}: `{ask.command}` does not say: {words}"
        for question in QUESTIONS
        for ask in question.asks
        for words in records[question.id].misses(ask)
    ]


def _differences(path: Path, new: str) -> list[str]:
    old = path.read_text("utf-8") if path.exists() else ""
    if old == new:
        return []
    theirs, ours = old.splitlines(), new.splitlines()
    place = next((n for n, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b), min(len(theirs), len(ours)))
    was, now = (lines[place] if place < len(lines) else "the end" for lines in (theirs, ours))
    return [f"{path.name}, line {place + 1}:", f"  recorded  {was}", f"  now       {now}"]


def main(words: list[str]) -> int:
    checking = words == ["--check"]
    if words and not checking:
        print("usage: python docs/versus.py [--check]", file=sys.stderr)
        return 2
    versions = {tool: version(tool).partition(" ")[2] for tool in TOOLS if installed(tool)}
    for tool in TOOLS.keys() - versions.keys():
        print(f"{tool} is not installed: its recorded answers stay", file=sys.stderr)
    records = {question.id: asked(question, versions, checking) for question in QUESTIONS}
    texts = {RAW / f"{question.id}.txt": write(question, records[question.id]) for question in QUESTIONS}
    texts[PAGE] = page(records)
    faults = stale(records)
    left = [path for path in sorted(RAW.glob("*.txt")) if path not in texts]
    if checking:
        faults += [line for path, text in texts.items() for line in _differences(path, text)]
        faults += [f"{path.name}: of no question" for path in left]
    else:
        RAW.mkdir(exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, "utf-8")
        for path in left:
            path.unlink()
    print("\n".join(faults) or f"{len(QUESTIONS)} questions, all as recorded" * checking, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
