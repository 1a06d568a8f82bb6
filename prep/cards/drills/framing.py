"""Drills: bytes of a stream, and which messages they hold. The framers of `prep.net.framing` give the answers.

Bands go by the scheme: 1 a length of two bytes or lines; 2 little-endian, CRLF, varint and netstring; 3 lengths that
count themselves, or not the byte behind them, as real protocols have it.
"""

from dataclasses import dataclass, field
from typing import Any

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip
from prep.cards.drills.shared import drill, slip, steps
from prep.net.framing import carry, decoder, encode
from prep.net.framing.spans import Span, encode_all

TAGS = ("framing",)
STREAM = ("RFC 9293", "2.2")  # a byte stream without record boundaries


@dataclass(frozen=True, slots=True)
class Way:
    """A scheme as the question tells it; `header` is how many bytes stand before a short message."""

    en: str
    zh: str
    scheme: str
    header: int
    params: dict[str, Any] = field(default_factory=dict)


WAYS: dict[int, tuple[Way, ...]] = {
    1: (
        Way("a length of two bytes, big-endian", "两字节长度，大端", "length", 2, {"width": 2}),
        Way("a line feed (0a) at the end of each message", "每条消息以换行符（0a）结尾", "delimiter", 0),
        Way("a length of one byte", "一字节长度", "length", 1, {"width": 1}),
    ),
    2: (
        Way("a length of four bytes, little-endian", "四字节长度，小端", "length", 4, {"endian": "little"}),
        Way("CRLF (0d 0a) at the end", "以 CRLF（0d 0a）结尾", "delimiter", 0, {"delimiters": [b"\r\n"]}),
        Way("a protobuf varint as the length", "protobuf varint 作长度", "varint", 1),
        Way("netstrings (length in digits, 3a, message, 2c)", "netstring（十进制长度、3a、消息、2c）", "netstring", 2),
    ),
    3: (
        Way(
            "a type byte, then four bytes of length, big-endian, that counts itself but not the type (PostgreSQL)",
            "一字节类型，再加四字节大端长度，长度含自身、不含类型（PostgreSQL）",
            "postgresql",
            5,
        ),
        Way(
            "three bytes of length, little-endian, then a sequence number that it does not count (MySQL)",
            "三字节小端长度，再加一字节序号，长度不含序号（MySQL）",
            "mysql",
            4,
        ),
        Way(
            "a type byte, then two bytes of length, big-endian, of the value alone",
            "一字节类型，再加两字节大端长度，只计值",
            "tlv",
            3,
        ),
    ),
}


def message(dice: Dice, way: Way, data: bytes) -> bytes:
    """A message of the scheme that carries the bytes; where the header is a part of the message, one that is right."""
    if way.scheme == "postgresql":
        return dice.pick([b"Q", b"D", b"Z", b"C"]) + (len(data) + 4).to_bytes(4, "big") + data
    if way.scheme == "mysql":
        return len(data).to_bytes(3, "little") + bytes([dice.below(4)]) + data
    return carry(way.scheme, data, **way.params)


@dataclass(frozen=True, slots=True)
class Stream:
    """Some messages in bytes, and the beginning of one more (`cut` of its `next_size` bytes; 0 where there is none)."""

    way: Way
    data: bytes
    spans: list[Span]
    cut: int
    next_size: int


def stream(dice: Dice, band: int) -> Stream:
    way = dice.pick(WAYS[band])
    texts = [bytes(dice.between(0x61, 0x7A) for _ in range(dice.between(1, 6))) for _ in range(dice.between(2, 4))]
    if dice.below(3) == 0:
        texts[dice.below(len(texts) - 1)] = b""
    messages = [message(dice, way, text) for text in texts]
    *_, last = messages
    whole, spans = encode_all(way.scheme, messages[:-1], **way.params)
    frame = encode(way.scheme, last, **way.params)
    cut = dice.between(0, len(frame) - 1)
    return Stream(way, whole + frame[:cut], spans, cut, len(frame))


def shown(data: bytes) -> str:
    """Hex in rows of sixteen."""
    return "\n".join(data[at : at + 16].hex(" ") for at in range(0, len(data), 16))


def _ask(made: Stream, en: str, zh: str) -> Text:
    dump = shown(made.data)
    return Text(
        f"A stream is framed by {made.way.en}. So far these bytes have come:\n{dump}\n{en}",
        f"一个流的消息定界方式：{made.way.zh}。目前收到这些字节：\n{dump}\n{zh}",
    )


def _solution(made: Stream) -> list[tuple[str, str]]:
    lines = []
    for place, span in enumerate(made.spans, 1):
        frame = made.data[span.start : span.end].hex(" ")
        lines.append((f"message {place}, from offset {span.start}: {frame}",
                      f"第 {place} 条，从偏移 {span.start} 起：{frame}"))  # fmt: skip
    rest = made.data[len(made.data) - made.cut :].hex(" ")
    if made.cut:
        lines.append((f"the rest waits: {rest}", f"剩余字节还在等待：{rest}"))
    else:
        lines.append(("nothing waits", "没有字节在等待"))
    return lines


WALK = Text(
    "Walk from the front: header, then as many bytes as it says.", "从开头走起：先看头部，再按它给出的长度往后数。"
)
LOOK = Text(
    "Look for the mark from the front: each one ends a message and belongs to its frame.",
    "从开头找分隔符：每个分隔符结束一条消息，也属于这一帧。",
)
NOT_YET = Text("A frame that is not all there is no message yet.", "没有收全的帧还不算消息。")


def hints(way: Way) -> tuple[Text, ...]:
    return (LOOK if way.scheme == "delimiter" else WALK, NOT_YET)


@drill(
    "fr-complete@1",
    Text("How many messages are complete", "已有几条完整消息"),
    Text(
        "Walk frame by frame: read each header and skip what it announces, or look for the mark at the end. A frame "
        "counts when its last byte is there; an empty message counts too.",
        "逐帧往后走：有头部就按它给出的长度跳过，用分隔符就找分隔符。最后一个字节到了才算一条；空消息也算一条。",
    ),
    STREAM,
    tags=TAGS,
)
def complete(dice: Dice, band: int) -> Question:
    made = stream(dice, band)
    count = len(made.spans)
    empty = sum(_is_empty(made, span) for span in made.spans)
    return Question(
        ask=_ask(made, "How many messages are complete?", "有几条完整的消息？"),
        form="number",
        answer=str(count),
        solution=steps(*_solution(made), (f"{count} complete", f"完整 {count} 条")),
        hints=hints(made.way),
        slips=(
            slip(count + 1, "The last one is not all there yet.", "最后一条还没有收全。"),
            slip(count - empty, "An empty message is a message.", "空消息也是消息。"),
            slip(1, "A read is not a message: walk through all the bytes.", "一次读不等于一条消息：要走完所有字节。"),
        ),
    )


def _is_empty(made: Stream, span: Span) -> bool:
    return span.end - span.start == len(encode(made.way.scheme, _nothing(made, span), **made.way.params))


def _nothing(made: Stream, span: Span) -> bytes:
    """The empty message of the scheme."""
    if made.way.scheme == "postgresql":
        return span.message[:1] + (4).to_bytes(4, "big")
    if made.way.scheme == "mysql":
        return bytes(3) + span.message[3:4]
    return carry(made.way.scheme, b"", **made.way.params)


@drill(
    "fr-waiting@1",
    Text("How many bytes wait", "还有几个字节在等待"),
    Text(
        "All bytes less those of the complete frames, with their headers or end marks.",
        "总字节数减去完整帧的字节数，头部和分隔符都算在帧内。",
    ),
    STREAM,
    tags=TAGS,
)
def waiting(dice: Dice, band: int) -> Question:
    made = stream(dice, band)
    codec = decoder(made.way.scheme, **made.way.params)
    codec.feed(made.data)
    answer = len(codec.pending)
    return Question(
        ask=_ask(
            made,
            "How many bytes wait for the rest of their message?",
            "有几个字节还在等待所属消息的其余部分？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(*_solution(made), (f"{answer} wait", f"{answer} 个字节等待")),
        hints=hints(made.way),
        slips=tuple(_waiting_slips(made, answer)),
    )


def _waiting_slips(made: Stream, answer: int) -> list[Slip]:
    found = [
        slip(made.next_size - made.cut, "That is how many are still missing.", "这是还缺的字节数。"),
        slip(
            len(made.data), "The complete messages are delivered; they do not wait.", "完整的消息已经交付，不再等待。"
        ),
    ]
    if answer > made.way.header > 0:
        found.insert(0, slip(answer - made.way.header, "The header waits with its message.", "头部也和消息一起等待。"))
    return found


@drill(
    "fr-boundary@1",
    Text("Where a message begins", "消息从哪里开始"),
    Text(
        "The offset behind the frame before: from 0, add up every frame with its header or end mark.",
        "前一帧之后的偏移：从 0 起把每一帧加起来，头部和分隔符都算在帧内。",
    ),
    STREAM,
    tags=TAGS,
)
def boundary(dice: Dice, band: int) -> Question:
    made = stream(dice, band)
    starts = [span.start for span in made.spans] + ([made.spans[-1].end] if made.cut else [])
    place = dice.between(2, len(starts)) if len(starts) > 1 else 1
    answer = starts[place - 1]
    return Question(
        ask=_ask(
            made,
            f"At which offset, counted from 0, does the frame of message {place} begin?",
            f"第 {place} 条消息的帧从哪个偏移（从 0 数）开始？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(*_solution(made), (f"message {place}: offset {answer}", f"第 {place} 条：偏移 {answer}")),
        hints=hints(made.way),
        slips=(
            slip(answer + 1, "Offsets are counted from 0.", "偏移从 0 数起。"),
            slip(answer + made.way.header, "The frame begins with its header.", "帧从它的头部开始。"),
            *([slip(starts[place], "That is the next message.", "那是下一条消息。")] if place < len(starts) else []),
        ),
    )


@drill(
    "fr-reads@1",
    Text("How many reads it takes", "要读几次"),
    Text(
        "A read takes what is there, up to its size: bytes / size, rounded up. Where the sends ended plays no part.",
        "一次读有多少取多少，最多取到指定大小：次数 = 字节数 / 大小，向上取整。与每次发送的边界无关。",
    ),
    STREAM,
    ("recv(2)", None),
    bands=2,
    tags=TAGS,
)
def reads(dice: Dice, band: int) -> Question:
    sends, size = dice.between(3, 12), dice.between(5, 60)
    recv = dice.pick([4, 8, 10, 16, 32]) if band == 1 else dice.pick([24, 50, 100, 128, 200])
    total, spare = sends * size, 0
    if band == 2:
        spare = dice.between(1, 9)
        total += spare
    answer = -(-total // recv)
    more = (f" and one of {spare} bytes", f"，再发一次 {spare} 字节") if spare else ("", "")
    return Question(
        ask=Text(
            f"{sends} sends of {size} bytes each{more[0]} have arrived over TCP. The reader calls recv({recv}) until "
            "all is read. How many calls return data?",
            f"TCP 上 {sends} 次发送、每次 {size} 字节{more[1]}，都已到达。读方不断调用 recv({recv}) 直到读完。"
            "有几次调用返回了数据？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"{total} bytes have arrived", f"共到达 {total} 字节"),
            (f"{total} / {recv}, rounded up: {answer}", f"{total} / {recv} 向上取整：{answer}"),
        ),
        hints=(
            Text("Does a read stop where a send ended?", "读会在某次发送的末尾停下吗？"),
            Text("Add up all the bytes first.", "先把所有字节加起来。"),
        ),
        slips=(
            slip(sends + bool(spare), "Sends and reads are different numbers.", "发送次数与读取次数是两回事。"),
            slip(
                sends * -(-size // recv) + -(-spare // recv),
                "A read does not stop at the end of a send.",
                "读不会在一次发送的末尾停下。",
            ),
            slip(total // recv, "The rest takes one more read.", "余下的还要再读一次。"),
            slip(
                answer + 1,
                "A call when all is read would wait; it returns nothing.",
                "读完之后再调用会等待，不返回数据。",
            ),
        ),
    )


DRILLS: tuple[Drill, ...] = (complete, waiting, boundary, reads)
