"""Which places make a finding: a row is told at one of its two ports, however many ports there are."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from prep.net.tcp.sockets import places
from prep.net.tcp.sockets.place import Place
from prep.net.tcp.sockets.places import BOTH_ENDS, LEAST, Places
from prep.net.tcp.sockets.row import Listing, Row

LISTING = Listing("ss")
CODES = st.sampled_from(sorted(BOTH_ENDS))
SIDES = st.sampled_from(["local", "remote"])
COUNTS = st.one_of(*(st.integers(least - 1, 2 * least) for least in sorted(set(LEAST.values()))))


def row(state="CLOSE_WAIT", port="80", peer_port="443"):
    return Row(LISTING, state, "10.0.0.1", port, "10.0.0.2", peer_port)


def plainly(counted, states):
    """By the definition: a remote port is told if its rows fit in beside those of all places told before it."""
    told = []
    for (code, side, port), count in sorted(counted.items(), key=lambda item: item[0][1]):
        mine = BOTH_ENDS[code]
        before = sum(other for name, _, _, other in told if BOTH_ENDS[name] == mine)
        room = sum(states[state] for state in mine) - before
        if count >= LEAST[code] and (side == "local" or count <= room):
            told.append((code, side, port, count))
    return told


@given(
    st.dictionaries(st.tuples(CODES, SIDES, st.sampled_from(["80", "81", "443"])), COUNTS, max_size=10),
    st.lists(st.integers(0, 300), min_size=5, max_size=5),
)
def test_a_remote_port_is_told_where_its_rows_fit_in_beside_those_told_before(counted, many):
    states = Counter(dict(zip(("CLOSE_WAIT", "TIME_WAIT", "FIN_WAIT_1", "CLOSING", "LAST_ACK"), many, strict=True)))
    kept = Places()
    for (code, side, port), count in counted.items():
        kept.count(code, side, row(port=port, peer_port=port), count)
    chosen = kept.chosen(states)

    assert sorted((code, p.side, p.port, p.count) for code, told in chosen.items() for p in told) == sorted(
        plainly(counted, states)
    )


class Watched(Place):
    """A place that counts how often its number is looked at."""

    looks = 0

    def __getattribute__(self, name):
        Watched.looks += name == "count"
        return super().__getattribute__(name)


def test_each_place_is_looked_at_a_few_times_however_many_there_are(monkeypatch):
    ports, pile = 300, LEAST["close-wait-pile-up"]
    monkeypatch.setattr(places, "Place", Watched)
    kept = Places()
    for n in range(ports):
        kept.count("close-wait-pile-up", "local", row(port=str(n)), pile)
        kept.count("close-wait-pile-up", "remote", row(peer_port=str(n)), pile)
    Watched.looks = 0
    told = kept.chosen(Counter(CLOSE_WAIT=2 * ports * pile))

    assert len(told["close-wait-pile-up"]) == 2 * ports
    assert Watched.looks <= 5 * 2 * ports
