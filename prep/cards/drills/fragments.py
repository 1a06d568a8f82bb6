"""Drills: how a datagram is cut for a link with a smaller MTU (RFC 791 §3.2).

Bands: 1 into how many fragments; 2 a number of one of them; 3 a number of all.
"""

from dataclasses import dataclass

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.net.tcp.sums import IP_HEADER, Fragment, ipv4_fragments

MTUS = (296, 512, 576, 620, 1006, 1280, 1400, 1492, 1500)
HEADER = IP_HEADER[4]


@dataclass(frozen=True, slots=True)
class Cut:
    """A datagram and its fragments. `room` is what an MTU leaves for data, `each` what of it may be used in all
    fragments but the last."""

    total: int
    mtu: int
    pieces: list[Fragment]

    @property
    def data(self) -> int:
        return self.total - HEADER

    @property
    def room(self) -> int:
        return self.mtu - HEADER

    @property
    def each(self) -> int:
        return self.room // 8 * 8


def some_cut(dice: Dice, most: int) -> Cut:
    """At least two fragments and at most one more than `most`; often on a border."""
    mtu, full = dice.pick(MTUS), dice.between(2, most)
    room = mtu - HEADER
    each = room // 8 * 8
    data = dice.pick(
        [
            each * full,
            each * (full - 1) + room,
            each * full + dice.between(1, HEADER),  # so few more that the headers decide
            each * (full - 1) + dice.between(8, each),
        ]
    )
    return Cut(data + HEADER, mtu, ipv4_fragments(mtu, data))


def portions(data: int, most: int) -> list[int]:
    """Cut without a thought of eights: full ones, and what is left."""
    return [min(most, data - at) for at in range(0, data, most)]


def joined(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


# ── texts ──

HINTS = (
    Text(
        "The datagram has one header of 20 bytes; what follows is cut, and each piece gets a header of its own.",
        "数据报只有一个 20 字节的首部；被切的是首部后面的数据，每片再各加一个首部。",
    ),
    Text(
        "In all fragments but the last the data are the largest multiple of 8 that the MTU leaves room for.",
        "除最后一片外，每片数据都取 MTU 减首部后能容纳的最大的 8 的倍数。",
    ),
)
OWN_HEADER = ("Each fragment has a header of 20 bytes in its MTU.", "每片都有 20 字节的首部，也占 MTU。")
NOT_DATA = (
    "The header of the datagram is not among the data that are cut.",
    "数据报自己的首部不算在被切的数据里。",
)
EIGHTS = ("All fragments but the last hold a multiple of 8 bytes.", "除最后一片外，每片数据都是 8 的倍数。")
IN_EIGHTS = ("The field counts in units of 8 bytes.", "该字段以 8 字节为单位。")


def _ask(cut: Cut, en: str, zh: str) -> Text:
    return Text(
        f"An IPv4 datagram of {cut.total} bytes in all, {HEADER} of them header, DF = 0, meets a link with MTU "
        f"{cut.mtu} and is cut into fragments as large as possible. {en}",
        f"一个 IPv4 数据报，总长度 {cut.total} 字节，其中首部 {HEADER} 字节，DF = 0，要经过 MTU 为 {cut.mtu} 的链路，"
        f"每片尽可能大。{zh}",
    )


def _solution(cut: Cut) -> Text:
    rows = [(place, one, one.data + HEADER, int(one.more)) for place, one in enumerate(cut.pieces, 1)]
    return steps(
        (f"{cut.total} - {HEADER} = {cut.data} bytes of data", f"{cut.total} - {HEADER} = {cut.data} 字节数据"),
        (
            f"{cut.mtu} - {HEADER} = {cut.room} bytes of room; in all but the last a multiple of 8: {cut.each}",
            f"{cut.mtu} - {HEADER} = {cut.room} 字节；除最后一片外取 8 的倍数：{cut.each}",
        ),
        *(
            (
                f"{place}: offset {one.offset}, {one.data} bytes of data, total length {length}, MF = {more}",
                f"第 {place} 片：片偏移 {one.offset}，数据 {one.data} 字节，总长度 {length}，MF = {more}",
            )
            for place, one, length, more in rows
        ),
    )


@drill(
    "v4-fragments@1",
    Text("Cut a datagram into fragments", "IPv4 分片计算"),
    Text(
        "Data per fragment = the largest multiple of 8 up to MTU - 20, the last one takes the rest; offset = data "
        "before it / 8; MF = 1 on all but the last.",
        "每片数据 = 不超过 MTU - 20 的最大的 8 的倍数，最后一片装剩下的；片偏移 = 前面的数据量 / 8；"
        "除最后一片外 MF = 1。",
    ),
    ("RFC 791", "2.3"),
    ("RFC 791", "3.2"),
)
def fragment(dice: Dice, band: int) -> Question:
    cut = some_cut(dice, 4 if band == 3 else 6)
    if band == 1:
        return how_many(cut)
    if band == 3:
        return dice.pick([all_lengths, all_offsets])(cut)
    return one_offset(cut, dice.between(2, len(cut.pieces))) if dice.below(2) else last_data(cut)


# ── band 1 ──


def how_many(cut: Cut) -> Question:
    answer = len(cut.pieces)
    return Question(
        ask=_ask(cut, "How many are there?", "共有几片？"),
        form="number",
        answer=str(answer),
        solution=_solution(cut),
        hints=HINTS,
        slips=(
            slip(len(portions(cut.data, cut.mtu)), *OWN_HEADER),
            slip(len(portions(cut.total, cut.mtu)), *OWN_HEADER),
            slip(len(portions(cut.data, cut.room)), *EIGHTS),
            slip(len(portions(cut.total, cut.each)), *NOT_DATA),
            slip(answer + 1, "One less is enough.", "少一片就够了。"),
            slip(answer - 1, "They do not hold all the data.", "这样装不下全部数据。"),
        ),
    )


# ── band 2 ──


def one_offset(cut: Cut, place: int) -> Question:
    before, offset = place - 1, cut.pieces[place - 1].offset
    return Question(
        ask=_ask(
            cut,
            f"What stands in the Fragment Offset field of fragment {place}, counted from 1?",
            f"从 1 数起，第 {place} 片的片偏移（Fragment Offset）字段是多少？",
        ),
        form="number",
        answer=str(offset),
        solution=_solution(cut),
        hints=(*HINTS, Text("The field counts in units of 8 bytes, from 0.", "该字段以 8 字节为单位，从 0 开始。")),
        slips=(
            slip(offset * 8, *IN_EIGHTS),
            slip(offset + cut.each // 8, "The first fragment begins at 0.", "第一片从 0 开始。"),
            slip(offset - cut.each // 8, f"That is where fragment {before} begins.", f"那是第 {before} 片的起点。"),
            slip(cut.room * before // 8, *EIGHTS),
            slip(cut.room * before, *IN_EIGHTS),
            slip(cut.mtu * before // 8, *OWN_HEADER),
            slip(cut.mtu * before, *OWN_HEADER),
        ),
    )


def last_data(cut: Cut) -> Question:
    answer = cut.pieces[-1].data
    return Question(
        ask=_ask(
            cut,
            "How many bytes of data does the last fragment carry, its header not counted?",
            "最后一片携带多少字节数据（不算首部）？",
        ),
        form="number",
        answer=str(answer),
        solution=_solution(cut),
        hints=HINTS,
        slips=(
            slip(answer + HEADER, "That is its total length; the header is in it.", "那是它的总长度，含首部。"),
            slip(portions(cut.data, cut.room)[-1], *EIGHTS),
            slip(portions(cut.total, cut.each)[-1], *NOT_DATA),
            slip(portions(cut.data, cut.mtu)[-1], *OWN_HEADER),
            slip(portions(cut.total, cut.mtu)[-1], *OWN_HEADER),
            slip(cut.each, "The others are full; the last has what is left.", "前面几片是满的，最后一片只装剩下的。"),
        ),
    )


# ── band 3 ──


def all_lengths(cut: Cut) -> Question:
    return Question(
        ask=_ask(
            cut,
            "What are the total lengths of the fragments, in order? (list)",
            "各片的总长度依次是多少？（列出全部）",
        ),
        form="numbers",
        answer=joined([one.data + HEADER for one in cut.pieces]),
        solution=_solution(cut),
        hints=HINTS,
        slips=(
            slip(
                joined([one.data for one in cut.pieces]),
                "Those are the data; each has a header too.",
                "这是数据量，每片还有首部。",
            ),
            slip(joined([size + HEADER for size in portions(cut.data, cut.room)]), *EIGHTS),
            slip(joined([size + HEADER for size in portions(cut.total, cut.each)]), *NOT_DATA),
            slip(joined(portions(cut.total, cut.mtu)), *OWN_HEADER),
            slip(joined(portions(cut.data, cut.mtu)), *OWN_HEADER),
        ),
    )


def all_offsets(cut: Cut) -> Question:
    offsets, places = [one.offset for one in cut.pieces], range(len(cut.pieces))
    return Question(
        ask=_ask(
            cut,
            "What stands in their Fragment Offset fields, in order? (list)",
            "各片的片偏移（Fragment Offset）字段依次是多少？（列出全部）",
        ),
        form="numbers",
        answer=joined(offsets),
        solution=_solution(cut),
        hints=(*HINTS, Text("The field counts in units of 8 bytes, from 0.", "该字段以 8 字节为单位，从 0 开始。")),
        slips=(
            slip(joined([offset * 8 for offset in offsets]), *IN_EIGHTS),
            slip(joined([offset + cut.each // 8 for offset in offsets]), "The first begins at 0.", "第一片从 0 开始。"),
            slip(joined([cut.room * place // 8 for place in places]), *EIGHTS),
            slip(joined([cut.mtu * place // 8 for place in places]), *OWN_HEADER),
            slip(joined([cut.mtu * place for place in places]), *OWN_HEADER),
        ),
    )


DRILLS: tuple[Drill, ...] = (fragment,)
