"""The laws of drills, for all kinds and bands: one question for ever, answers as `ipaddress` has them, slips named.

drill_pins.json holds a fingerprint of twenty questions of each kind. After a new kind or version:
`python tests/cards/test_drills.py` adds the fingerprints that are missing and changes none.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from drill_judge import JUDGES, RFC1918, quads
from drill_judge_diagnosis import DIAGNOSIS_JUDGES
from drill_judge_framing import FRAMING_JUDGES
from drill_judge_machine import MACHINE_JUDGES
from drill_judge_routes import ROUTES_JUDGES
from drill_judge_tcp import TCP_JUDGES
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards.card import Text
from prep.cards.drill import WANTED, Dice, Question, Slip, drills, mark, question, value_of
from prep.cards.drills.forms import FORMS
from prep.cards.drills.names import MORE6, WORDS4, WORDS6
from prep.cards.drills.tcp_events import SYNCHRONIZED, happens
from prep.cards.drills.tcp_machine import rules
from prep.net.tcp.table import Event, State

KINDS = drills()
ALL_JUDGES = JUDGES | TCP_JUDGES | MACHINE_JUDGES | FRAMING_JUDGES | DIAGNOSIS_JUDGES | ROUTES_JUDGES
BANDS = [(kind, band) for kind, drill in KINDS.items() for band in range(1, drill.bands + 1)]
SEEDS = st.integers(0, 2**64)
PINS = Path(__file__).with_name("drill_pins.json")

each = pytest.mark.parametrize(("kind", "band"), BANDS)
often = settings(deadline=None, max_examples=10)


def texts(asked: Question) -> list[Text]:
    return [asked.ask, asked.solution, *asked.hints, *(slip.why for slip in asked.slips)]


def figures(asked: Question) -> tuple[list[str], str, str]:
    """What makes the question: its wording may be mended, these may not change."""
    return re.findall(r"[0-9a-fA-F.:/]*\d[0-9a-fA-F.:/]*", asked.ask.en), asked.form, asked.answer


def fingerprint(kind: str) -> str:
    asked = [question(kind, 1 + seed % KINDS[kind].bands, seed) for seed in range(20)]
    return sha256(json.dumps([figures(one) for one in asked]).encode()).hexdigest()


# ── the same question for ever ──


@each
@given(seed=SEEDS)
@often
def test_the_same_seed_gives_the_same_question(kind: str, band: int, seed: int) -> None:
    assert question(kind, band, seed) == question(kind, band, seed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_whose_questions_change_gets_a_new_version(kind: str) -> None:
    assert fingerprint(kind) == json.loads(PINS.read_text())["pins"].get(kind)


def test_no_pinned_kind_is_gone() -> None:
    assert sorted(json.loads(PINS.read_text())["pins"]) == sorted(KINDS)


@each
def test_seeds_give_different_questions(kind: str, band: int) -> None:
    assert len({question(kind, band, seed).ask.en for seed in range(60)}) >= 5


def test_dice_fall_evenly_and_shuffle_all() -> None:
    dice = Dice("even")
    counts = [sum(dice.below(6) == face for _ in range(6000)) for face in range(6)]
    assert all(900 < count < 1100 for count in counts)
    assert sorted(dice.shuffled(range(10))) == list(range(10))


# ── answers ──


@each
@given(seed=SEEDS)
@often
def test_the_answer_is_what_the_standard_library_says(kind: str, band: int, seed: int) -> None:
    asked = question(kind, band, seed)
    judged = ALL_JUDGES[kind.partition("@")[0]](asked.ask.en)
    assert value_of(asked.form, judged) == value_of(asked.form, asked.answer)


@each
@given(seed=SEEDS)
@often
def test_the_right_answer_is_right_in_all_its_spellings(kind: str, band: int, seed: int) -> None:
    asked = question(kind, band, seed)
    for spelling in [asked.answer, f"  {asked.answer} ", *spellings(asked)]:
        assert mark(asked, spelling).correct, spelling


def spellings(asked: Question) -> Iterator[str]:
    answer = asked.answer
    full_width = answer.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    yield full_width
    match asked.form:
        case "number":
            yield from (f"{int(answer):,}", f"{answer}个", f"{answer} 个")
        case "numbers":
            yield from (answer.replace(", ", "，"), f"{answer.replace(', ', '个、')}个")
        case "flags" | "data-flags":
            yield from (answer.lower(), answer.replace(",", "-"), answer.replace(",", "|"), answer.replace(",", ""))
        case "address":
            yield answer.upper()
        case "addresses":
            yield from (re.sub(" - |, ", mark, answer) for mark in ("-", " – ", "，", " to ", " 至 ", " "))
        case "length" | "prefix":
            yield answer.removeprefix("/")
        case "network" | "networks":
            yield "、".join(reversed(answer.upper().split(", ")))
        case "matched":
            yield f"access-list 10 permit ip {answer}"
        case "digits" | "name" | "word":
            yield answer.upper()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("nonsense", ["what?", "", " ", ",", "-", "10.0.0.256", "2⁶⁶x"])
def test_what_cannot_be_read_is_refused_with_what_is_wanted(form: str, nonsense: str) -> None:
    assert WANTED[form].zh
    with pytest.raises(ValueError, match=r"\w"):
        value_of(form, nonsense)


@pytest.mark.parametrize(
    ("form", "text", "same"),
    [
        ("prefix", "255.255.255.192", "/26"),
        ("prefix", "26", "/26"),
        ("number", "2^6 - 2", "62"),
        ("number", "2⁶", "64"),
        ("number", "65 534", "65534"),
        ("address", "2001:DB8:0:0::1", "2001:db8::1"),
        ("network", "10.0.4.0 255.255.252.0", "10.0.4.0/22"),
        ("networks", "10.0.1.0/24 10.0.0.0/24", "10.0.0.0/24, 10.0.1.0/24"),
        ("matched", "10.0.7.9 0.0.3.255", "10.0.4.0 0.0.3.255"),
        ("name", "8.B.D.0.1.0.0.2.ip6.arpa.", "8.b.d.0.1.0.0.2.ip6.arpa"),
        ("word", "是", "yes"),
        ("word", "链路本地地址", "link-local"),
        ("word", "Ｂ类", "B"),
        ("number", "62个", "62"),
        ("number", "1,024 个", "1024"),
        ("numbers", "3个、7 个", "3, 7"),
        ("flags", "SYN-ACK", "SYN,ACK"),
        ("flags", "syn|ack", "SYN,ACK"),
        ("flags", "SYNACK", "SYN,ACK"),
        ("flags", "RSTACK", "RST,ACK"),
        ("flags", "[S.]", "SYN,ACK"),
        ("flags", "Flags [F.]", "FIN,ACK"),
        ("flags", "[.]", "ACK"),
        ("flags", "[R]", "RST"),
        ("flags", "[SYN, ACK]", "SYN,ACK"),
        ("data-flags", "[P.]", "ACK"),
        ("data-flags", "PSH,ACK", "ACK"),
    ],
)
def test_spellings_of_one_value_are_one_answer(form: str, text: str, same: str) -> None:
    assert value_of(form, text) == value_of(form, same)


def test_the_spelling_of_rfc_5952_is_compared_to_the_letter() -> None:
    assert value_of("spelling", "2001:db8::1") != value_of("spelling", "2001:DB8::1")
    assert value_of("spelling", "2001:db8::1") != value_of("spelling", "2001:db8:0::1")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("length", "255.255.255.192"),
        ("network", "10.0.4.0"),
        ("networks", "10.0.4.0 10.0.8.0/24"),
        ("digits", "2001:db8::1"),
        ("word", "hots"),
        ("matched", "10.0.4.0/22"),
        ("flags", "SYN, not ACK"),
        ("flags", "[X.]"),
        ("flags", "[]"),
    ],
)
def test_an_answer_that_only_repeats_or_says_too_little_is_asked_for_again(form: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        value_of(form, text)


@pytest.mark.parametrize("text", ["150 ms", "150ms", "150 s", "150 毫秒", "1s, 3s, 7s", "20 字节", "6个 200 ms", "8位"])
@pytest.mark.parametrize("form", ["number", "numbers"])
def test_a_number_with_a_unit_is_asked_for_again_and_neither_right_nor_wrong(form: str, text: str) -> None:
    with pytest.raises(ValueError, match="without a unit"):
        value_of(form, text)


@pytest.mark.parametrize("text", ["6个2", "6 个 200", "个"])
def test_a_counter_joins_no_numbers(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        value_of("number", text)


# ── slips ──


@each
@given(seed=SEEDS)
@often
def test_every_slip_is_wrong_and_named(kind: str, band: int, seed: int) -> None:
    asked = question(kind, band, seed)
    assert asked.slips
    for slip in asked.slips:
        marked = mark(asked, slip.answer)
        assert not marked.correct
        assert marked.slip == slip


def test_a_slip_that_is_no_slip_is_dropped() -> None:
    why, other = Text("why", "为什么"), Text("other", "别的")
    slips = (Slip("26", why), Slip("255.255.255.128", why), Slip("/25", other))
    asked = Question(Text("?"), "prefix", "/26", Text("!"), slips=slips)
    assert asked.slips == (Slip("255.255.255.128", why),)


# ── texts ──


@each
@given(seed=SEEDS)
@often
def test_both_languages_ask_with_the_same_numbers(kind: str, band: int, seed: int) -> None:
    ask = question(kind, band, seed).ask
    assert ask.zh is not None
    assert sorted(re.findall(r"\d+", ask.en)) == sorted(re.findall(r"\d+", ask.zh))


@each
@given(seed=SEEDS)
@often
def test_texts_are_whole_in_both_languages(kind: str, band: int, seed: int) -> None:
    for text in [KINDS[kind].name, KINDS[kind].method, *texts(question(kind, band, seed))]:
        assert text.zh
        assert not re.search(r"[{}]|None|\bFalse\b", text.en + text.zh)
        assert not re.search(r"[一-鿿][,;:?!()]|[,;?!][一-鿿]", text.zh), text.zh
        assert not re.search(r"[一-鿿，。：；？！（）]", text.en), text.en


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_hints_tags_and_a_source(kind: str) -> None:
    drill = KINDS[kind]
    assert re.fullmatch(r"(v4|v6|cloud|tcp|udp|fr|dg)(-[a-z0-9]+)+@\d+", drill.id)
    assert drill.bands in ((3,) if kind.startswith("v4") else (2, 3) if kind.startswith(("tcp", "fr")) else (2,))
    assert drill.tags
    assert drill.cite
    assert all(len(question(kind, band, 1).hints) >= 2 for band in range(1, drill.bands + 1))


@each
@given(seed=SEEDS)
@often
def test_private_and_documentation_addresses_are_practised_on(kind: str, band: int, seed: int) -> None:
    ask = question(kind, band, seed).ask.en
    if not kind.startswith(("v4-name", "v6-type", "v6-eui64")):  # where special blocks or a MAC address are the point
        masks = re.compile(r"255\.|0\.")
        assert all(masks.match(quad) or any(IPv4Address(quad) in net for net in RFC1918) for quad in quads(ask))
        assert all(re.match("2001:0?db8:", text) for text in re.findall(r"[0-9a-f]+:[0-9a-f:]*:[0-9a-f:]*", ask))


@pytest.mark.parametrize(("word", "zh"), [*WORDS4.items(), *WORDS6.items(), *MORE6.items()])
def test_each_word_of_a_question_is_read_in_both_languages(word: str, zh: str) -> None:
    assert value_of("word", word) == value_of("word", zh) == (word,)


# ── what a question takes for granted ──


def asked_with(kind: str, band: int, *words: str) -> Question:
    """The first question of the kind whose English text has all the words."""
    found = (question(kind, band, seed) for seed in range(2000))
    return next(one for one in found if all(word in one.ask.en for word in words))


def told(state: State, event: Event) -> str:
    return happens(state, event).en


DRILLED = [(rule.state, rule.event) for band in (1, 2, 3) for rule in rules(band)]


@pytest.mark.parametrize(("state", "event"), [pair for pair in DRILLED if pair[0] not in SYNCHRONIZED])
def test_where_no_syn_has_come_no_question_knows_rcv_nxt_a_window_or_an_order(state: State, event: Event) -> None:
    assert not re.search(r"RCV\.NXT|window|in-order|our FIN", told(state, event))
    assert state == "SYN_SENT" or "our SYN" not in told(state, event)


def test_a_rst_in_syn_sent_has_no_ack_as_the_one_that_refuses_has() -> None:
    asked = asked_with("tcp-next-state@1", 3, "the state is SYN_SENT; a RST without ACK arrives.")
    marked = mark(asked, "CLOSED")
    assert mark(asked, "SYN_SENT").correct
    assert marked.slip is not None
    assert "acknowledges our SYN" in marked.slip.why.en


@pytest.mark.parametrize("state", ["ESTABLISHED", "CLOSE_WAIT"])
def test_what_carries_data_may_have_psh(state: State) -> None:
    asked = asked_with("tcp-sends@1", 2, f"the state is {state}; the program sends data.")
    assert all(mark(asked, text).correct for text in ("ACK", "PSH,ACK", "[P.]"))
    assert not mark(asked, "PSH").correct
    assert "PSH" in asked.solution.en


def test_what_carries_no_data_has_no_psh() -> None:
    asked = asked_with("tcp-sends@1", 1, "the state is SYN_SENT; a SYN,ACK arrives")
    assert mark(asked, "ACK").correct
    assert not mark(asked, "PSH,ACK").correct


@pytest.mark.parametrize(
    ("state", "event", "en"),
    [
        ("CLOSED", "RCV_RST", "a RST arrives"),
        ("LISTEN", "RCV_RST", "a RST arrives"),
        ("ESTABLISHED", "RCV_RST", "a RST arrives with SEQ = RCV.NXT"),
        ("SYN_RECEIVED", "RCV_SYN", "the peer's SYN comes again"),
        ("ESTABLISHED", "RCV_SYN", "a SYN arrives"),
        ("SYN_SENT", "RCV_ACK_OF_SYN", "a bare ACK of our SYN arrives, without a SYN"),
        ("SYN_RECEIVED", "RCV_ACK_OF_SYN", "the ACK of our SYN arrives"),
        ("CLOSED", "RCV_FIN", "a FIN,ACK arrives"),
        ("LISTEN", "RCV_FIN", "a FIN,ACK arrives"),
        ("SYN_SENT", "RCV_FIN", "a FIN,ACK arrives that acknowledges our SYN, but without a SYN"),
        ("SYN_RECEIVED", "RCV_FIN", "an in-order FIN,ACK arrives that acknowledges our SYN"),
        ("ESTABLISHED", "RCV_FIN", "an in-order FIN arrives"),
        ("FIN_WAIT_1", "RCV_FIN", "an in-order FIN arrives that does not acknowledge ours"),
        ("FIN_WAIT_2", "RCV_FIN", "an in-order FIN arrives"),
        ("CLOSE_WAIT", "RCV_FIN", "the peer's FIN comes again"),
        ("LAST_ACK", "RCV_FIN", "the peer's FIN comes again and still does not acknowledge ours"),
    ],
)
def test_an_event_is_told_as_its_state_can_see_it(state: State, event: Event, en: str) -> None:
    assert told(state, event) == en


def test_no_timer_expires_in_closed() -> None:
    assert not [event for state, event in DRILLED if state == "CLOSED" and event.startswith("TIMEOUT")]


def test_the_steps_between_states_are_those_of_the_rfc_and_not_of_a_stack() -> None:
    ask = question("tcp-legal@1", 1, 0).ask
    assert ask.en.startswith("By RFC 9293: can")
    assert ask.zh is not None
    assert ask.zh.startswith("按 RFC 9293")


@pytest.mark.parametrize("kind", ["fr-complete@1", "fr-waiting@1", "fr-boundary@1"])
@pytest.mark.parametrize(
    ("band", "scheme", "word", "other"),
    [(1, "line feed", "mark", "header"), (2, "CRLF", "mark", "header"), (1, "two bytes", "header", "mark")],
)
def test_a_hint_speaks_of_what_the_scheme_has(kind: str, band: int, scheme: str, word: str, other: str) -> None:
    hints = " ".join(hint.en for hint in asked_with(kind, band, scheme).hints)
    assert word in hints
    assert other not in hints
    assert "mark" in KINDS[kind].method.en
    assert "分隔符" in KINDS[kind].method.say("zh")


@pytest.mark.parametrize("band", [1, 2])
@given(seed=SEEDS)
@often
def test_both_languages_name_the_same_handshake(band: int, seed: int) -> None:
    ask = question("tcp-setup@1", band, seed).ask
    for en, zh in [("without TLS", "无 TLS"), ("full handshake", "完整握手"), ("TCP Fast Open", "TCP 快速打开")]:
        assert (en in ask.en) == (zh in ask.say("zh"))
    assert ("TCP Fast Open" in ask.en) == ask.en.startswith("TCP")
    assert re.search("without TLS|full handshake|resum|0-RTT", ask.en)


@pytest.mark.parametrize("band", [1, 2, 3])
def test_the_least_ssthresh_is_a_rule_of_the_question_and_no_secret_of_a_hint(band: int) -> None:
    ask, method = question("tcp-cwnd@1", band, 0).ask, KINDS["tcp-cwnd@1"].method
    assert all("at least two" in text.en for text in (ask, method))
    assert all("至少两个" in text.say("zh") for text in (ask, method))


if __name__ == "__main__":
    known = json.loads(PINS.read_text()) if PINS.exists() else {"pins": {}}
    about = (
        "Fingerprints of 20 questions a kind: figures, form, answer. `python tests/cards/test_drills.py` adds new kinds"
    )
    kept = {kind: known["pins"].get(kind) or fingerprint(kind) for kind in sorted(KINDS)}
    PINS.write_text(
        json.dumps({"about": f"{about}; a changed one needs a new version.", "pins": kept}, indent=2) + "\n"
    )
