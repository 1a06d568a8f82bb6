"""How the answers to drills are read: a form for each kind of answer, text → value.

Two texts with the same value are the same answer: `/26`, `26` and `255.255.255.192`, all spellings of an IPv6 address,
networks in any order. What cannot be read is refused with what is wanted, and is no wrong answer.
"""

import re
from collections.abc import Callable
from unicodedata import normalize

from prep.cards.card import Text
from prep.net.subnet.address import ALL, LENGTH, AddressError, address, ipv4, ipv6, mask_length, network

Value = tuple[object, ...]


LIST = r"[\s,;、]+"
COUNTER = r"(?<=\d)\s*[个条片段次台]"  # measure words: they say what is counted, and no size


def _number(text: str) -> Value:
    """A whole number; thousands may be set apart, and `2^n` and `2^n - 2` are read. A unit is refused: which one the
    question asks in, a form does not know, and 150 s must not pass for 150 ms."""
    plain = re.sub(r"(?<=\d)[,_ '](?=\d{3})", "", re.sub(f"{COUNTER}$", "", text))
    if power := re.fullmatch(r"2\^(\d{1,3})(?:([+-])(\d{1,3}))?", plain.replace(" ", "").replace("−", "-")):
        more = int(power[3] or 0)
        return ((1 << int(power[1])) + (-more if power[2] == "-" else more),)
    if not re.fullmatch(r"[0-9]{1,40}", plain):
        raise ValueError(WANTED["number"].en)
    return (int(plain),)


def _numbers(text: str) -> Value:
    return tuple(_number(part) for part in re.split(rf"{LIST}|/", re.sub(f"{COUNTER}(?=$|{LIST})", "", text)) if part)


def _address(text: str) -> Value:
    try:
        return address(text)
    except AddressError as fault:
        raise ValueError(f"an address ({fault})") from None


def _addresses(text: str) -> Value:
    """Several addresses, in order: a range `first - last`, or a list."""
    return tuple(_address(part) for part in re.split(rf"{LIST}|[-–—~]|to|至|到", text) if part)


def _length(text: str) -> Value:
    """A prefix length, where a mask would be no answer."""
    length = LENGTH[6].get(text.removeprefix("/"))
    if length is None:
        raise ValueError("a prefix length, for example /26")
    return (length,)


def _prefix(text: str) -> Value:
    """A prefix length or a mask: `/26`, `26`, `255.255.255.192`."""
    try:
        return (mask_length(text),) if text.count(".") == 3 else _length(text)
    except ValueError as fault:
        why = f" ({fault})" if isinstance(fault, AddressError) else ""
        raise ValueError(f"a prefix length or a mask, for example /26 or 255.255.255.192{why}") from None


def _network(text: str) -> Value:
    try:
        net = network(text)
    except AddressError as fault:
        raise ValueError(f"a network, for example 10.0.4.0/22 ({fault})") from None
    if not re.search(r"[/ ]", text):
        raise ValueError("a network with its prefix length, for example 10.0.4.0/22")
    return tuple(net)


def _networks(text: str) -> Value:
    """Several networks in any order."""
    return tuple(sorted(_network(part) for part in re.split(LIST, text) if part))


def _matched(text: str) -> Value:
    """What a line of an access list matches: the last two words, address and wildcard, whatever stands before them."""
    words = text.split()
    try:
        number, wildcard = (ipv4(word) for word in words[-2:])
    except ValueError:
        raise ValueError("an address and a wildcard mask, for example 10.0.4.0 0.0.3.255") from None
    return (number & (ALL[4] ^ wildcard), wildcard)


def _spelling(text: str) -> Value:
    """An IPv6 address as it is spelled, to the letter."""
    try:
        ipv6(text)
    except AddressError as fault:
        raise ValueError(f"an IPv6 address ({fault})") from None
    return (text,)


def _digits(text: str) -> Value:
    """An IPv6 address with all its digits."""
    if not re.fullmatch(r"(?:[0-9a-f]{4}:){7}[0-9a-f]{4}", text.casefold()):
        raise ValueError("eight groups of four hexadecimal digits")
    return (text.casefold(),)


def _name(text: str) -> Value:
    """A name in the DNS: no difference of case, the dot at the end may be missing."""
    if not re.fullmatch(r"(?:[0-9a-z_/-]+\.)+[a-z]+\.?", text.casefold()):
        raise ValueError("a domain name, for example 8.b.d.0.1.0.0.2.ip6.arpa")
    return (text.casefold().rstrip("."),)


def _word(text: str) -> Value:
    word = WORDS.get(_bare(text))
    if word is None:
        raise ValueError("one of the words in the question")
    return (word,)


def _bare(word: str) -> str:
    """`Link Local` and `link-local` are one word."""
    return re.sub(r"[\s_-]+", "", word.casefold())


SPELLINGS = {
    "yes": "y 是 对 在 同一子网",
    "no": "n 否 不 不是 不对 不在",
    "host": "主机 主机地址",
    "network": "网络 网络地址 网络号",
    "broadcast": "广播 广播地址",
    "gateway": "网关 默认网关",
    "fine": "ok 正确 没问题 没有问题",
    "a": "a类 a类地址 classa", "b": "b类 b类地址 classb", "c": "c类 c类地址 classc",
    "d": "d类 d类地址 classd", "e": "e类 e类地址 classe",
    "private": "私有 私有地址 私网 私网地址 rfc1918",
    "shared": "共享 共享地址 运营商级nat cgnat cgn",
    "loopback": "环回 环回地址 回环 回环地址 本地环回",
    "link-local": "链路本地 链路本地地址 本地链路 apipa",
    "documentation": "文档 文档地址 文档示例 test-net",
    "benchmarking": "基准测试 测试 benchmark",
    "multicast": "多播 多播地址 组播 组播地址",
    "reserved": "保留 保留地址",
    "public": "公网 公网地址 公有 公有地址",
    "unspecified": "未指定 未指定地址",
    "unique-local": "唯一本地 唯一本地地址 ula",
    "global": "全球 全球单播 全局 全局单播 全球单播地址 global-unicast gua",
    "site-local": "站点本地 站点本地地址",
    "mapped": "映射 映射地址 ipv4映射 ipv4映射地址 ipv4mapped",
    "nat64": "",
    "6to4": "",
    "teredo": "",
    "ok": "正常 正常处理",
    "error": "错误 失败 报错",
    "drop": "丢弃",
    "reset": "复位 RST",
    "challenge": "挑战 挑战ACK",
    "accept-queue-full": "全连接队列已满 全连接队列满",
    "not-accepted": "程序未accept 未accept",
    "syn-sent-unanswered": "SYN无应答",
    "syn-received-waiting": "第三次握手未到",
    "self-connected": "自连接 自己连自己 self-connect",
    "close-wait-pile-up": "CLOSE_WAIT堆积 close-wait",
    "time-wait-as-client": "客户端侧TIME_WAIT过多 客户端TIME_WAIT",
    "time-wait-as-server": "服务端侧TIME_WAIT 服务端TIME_WAIT 服务端侧TIME_WAIT过多",
    "fin-wait-2-orphans": "无主的FIN_WAIT_2 孤儿FIN_WAIT_2",
    "fin-wait-2-half-closed": "半关闭的FIN_WAIT_2 半关闭 half-closed",
    "fin-unacknowledged": "FIN未确认",
    "peer-not-reading": "对端不读数据 对端不读",
    "program-not-reading": "本机程序不读数据 本机不读 程序不读",
    "peer-silent": "对端沉默 对端无应答",
    "healthy": "一切正常 健康",
    "here": "本机 本机程序",
    "peer": "对端 对方 对端程序",
    "nobody": "没有人 无人",
    "S0": "", "S1": "", "S2": "", "S3": "", "SF": "", "REJ": "", "RSTO": "", "RSTR": "",
    "R1": "", "R2": "", "R3": "", "R4": "", "R5": "", "R6": "",
}  # fmt: skip
WORDS = {_bare(spelling): word for word, others in SPELLINGS.items() for spelling in (word, *others.split())}


def _state(text: str) -> Value:
    """A TCP state in any common spelling."""
    from prep.net.tcp.reading import PathError, read_state

    try:
        return (read_state(text),)
    except PathError as fault:
        raise ValueError(f"a TCP state ({fault})") from None


def _states(text: str) -> Value:
    """TCP states in order, with arrows, commas or blanks between."""
    return tuple(_state(part)[0] for part in re.split(rf"{LIST}|->|→|>", text) if part)


BIT = "SYN|ACK|FIN|RST|PSH|URG"
TCPDUMP = {"S": "SYN", ".": "ACK", "F": "FIN", "R": "RST", "P": "PSH", "U": "URG"}


def _flags(text: str) -> Value:
    """The control bits of a segment in any order: `SYN,ACK`, `SYN-ACK`, tcpdump's `[S.]`; or that none is sent."""
    if text.casefold() in ("none", "nothing", "no", "无", "没有", "不发", "什么都不发"):
        return ("nothing",)
    said = text.upper()
    if dumped := re.fullmatch(r"(?:FLAGS\s*)?\[([SFRPU.]+)\]", said):
        return tuple(sorted({TCPDUMP[letter] for letter in dumped[1]}))
    if not re.fullmatch(rf"(?:[\s,+/、&|\[\]-]*(?:{BIT}))+\]?", said):
        raise ValueError("control bits such as SYN,ACK, or nothing")
    return tuple(sorted(set(re.findall(BIT, said))))


def _data_flags(text: str) -> Value:
    """The control bits of a segment with data, where PSH is the sender's choice (RFC 9293 §3.9.1.2)."""
    found = _flags(text)
    return tuple(bit for bit in found if bit != "PSH") or found


FORMS: dict[str, Callable[[str], Value]] = {
    "number": _number,
    "numbers": _numbers,
    "address": _address,
    "addresses": _addresses,
    "length": _length,
    "prefix": _prefix,
    "network": _network,
    "networks": _networks,
    "matched": _matched,
    "spelling": _spelling,
    "digits": _digits,
    "name": _name,
    "word": _word,
    "state": _state,
    "states": _states,
    "flags": _flags,
    "data-flags": _data_flags,
}
WANTED = {
    "number": Text("a whole number without a unit", "一个整数，不写单位"),
    "numbers": Text("numbers without a unit, with commas between", "用逗号隔开的数字，不写单位"),
    "address": Text("an address", "一个地址"),
    "addresses": Text("addresses with a comma or - between", "用逗号或 - 隔开的地址"),
    "length": Text("a prefix length, for example /26", "前缀长度，例如 /26"),
    "prefix": Text("a prefix or mask, for example /26", "前缀长度或掩码，例如 /26"),
    "network": Text("a network, for example 10.0.4.0/22", "一个网络，例如 10.0.4.0/22"),
    "networks": Text("networks with commas between", "用逗号隔开的网络"),
    "matched": Text(
        "an address and a wildcard mask, for example 10.0.4.0 0.0.3.255", "地址和反掩码，例如 10.0.4.0 0.0.3.255"
    ),
    "spelling": Text("an IPv6 address in exactly the right spelling", "书写完全规范的 IPv6 地址"),
    "digits": Text("eight groups of four hexadecimal digits", "八组，每组四个十六进制数字"),
    "name": Text("a domain name", "一个域名"),
    "word": Text("one of the words in the question", "题目里列出的一个词"),
    "state": Text("a state, for example CLOSE_WAIT", "一个状态，例如 CLOSE_WAIT"),
    "states": Text("states in order, with commas between", "按顺序写出状态，用逗号隔开"),
    "flags": Text("control bits such as SYN,ACK, or nothing", "控制位，例如 SYN,ACK；不发则写 无"),
}
WANTED["data-flags"] = WANTED["flags"]


def spoken(form: str, answer: str, lang: str) -> str:
    """The answer as it is told: words in the language of the question."""
    if lang != "zh":
        return answer
    if form in ("flags", "data-flags") and answer == "nothing":
        return "无"
    others = SPELLINGS.get(answer, "").split() if form == "word" else []
    return next((word for word in others if not word.isascii()), answer)


def value_of(form: str, text: str) -> Value:
    """What an answer means. Raises ValueError, with what is wanted, for one that cannot be read."""
    powers = re.sub("[⁰¹²³⁴-⁹]+", lambda raised: f"^{raised[0]}", text)  # NFKC would make 26 of 2⁶
    value = FORMS[form](normalize("NFKC", powers).strip())
    if not value:
        raise ValueError(WANTED[form].en)
    return value
