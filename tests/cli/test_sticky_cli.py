"""`prep sticky` as it is typed: the comparison, one run, decode, encode, corrupt, explain-length."""

import errno
import json
import re
import socket
import sys
import threading

import pytest

from prep.cli.sticky_demo import CURE, CURE_TITLE, STALLS
from prep.cli.sticky_frames import TITLE
from prep.cli.sticky_runs import MEANING, ROWS, SLOW
from prep.labs.kit import CannotRun, Overdue
from prep.labs.loopback import Loopback
from prep.labs.stalls import EXCHANGES
from prep.net.framing import FRAMERS, PRESETS
from prep.text import width

linux = pytest.mark.skipif(sys.platform != "linux", reason="segments are counted on Linux")


# ── the demonstration ──


@linux
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_comparison_fits_80_columns_and_holds_every_row_stall_and_scheme(prep, lang):
    shown = prep("sticky", "--lang", lang)

    assert (shown.code, shown.err) == (0, "")
    assert max(map(width, shown.lines)) <= 80
    wanted = [name.say(lang) for name in (*(name for name, _ in ROWS), SLOW)] + [
        said.say(lang) for said in STALLS.values()
    ]
    assert [name for name in [*wanted, *(f"{scheme}: " for scheme in FRAMERS)] if name not in shown.out] == []
    assert "\n".join(CURE.splitlines()) in shown.out


@linux
def test_json_tells_three_numbers_for_each_run(prep):
    told = prep("sticky", "--json").json

    runs = {(run["transport"], *run["options"], run["sends"], run["recv"]): run for run in told["runs"]}
    assert runs["tcp", 10, 4096]["segments"] == 10
    assert runs["tcp", 10, 4096]["reads"] == [70]
    assert runs["tcp", "nodelay", 10, 4096]["reads"] == [70]
    assert runs["tcp", "delayed_ack", 10, 4096]["reads"] == [7, 63]
    assert runs["tcp", "nodelay", "delayed_ack", 10, 4096]["reads"] == [70]
    assert runs["udp", 10, 4096]["segments"] is None
    assert runs["udp", 10, 4096]["reads"] == [7] * 10
    [slow] = [run for run in told["runs"] if "slow_reader" in run["options"]]
    assert (slow["transport"], slow["sends"], slow["size"], sum(slow["reads"])) == ("tcp", 20, 7, 140)
    assert len(slow["reads"]) < 20
    assert len(told["runs"]) == len(ROWS) + 1
    assert {tuple(run) for run in told["runs"]} == {tuple(told["runs"][0])}
    assert [row["exchange"] for row in told["stalls"]] == list(EXCHANGES)
    assert all(row["whole"] for row in told["framing"])
    assert [row["scheme"] for row in told["framing"]] == list(FRAMERS)


def test_an_option_makes_it_one_run(prep):
    told = prep("sticky", "--transport", "unix", "--sends", "3", "--size", "5", "--recv", "4", "--json").json

    [run] = told["runs"]
    assert (run["transport"], run["options"], run["sends"], run["reads"]) == ("unix", [], 3, [4, 4, 4, 3])
    assert told["stalls"] == []


OWN = ("--sends", "20", "--scheme", "netstring")


@pytest.mark.parametrize(
    ("args", "en", "zh"),
    [
        (("--delayed-ack",), "TCP, delayed ACK  ", "TCP，延迟 ACK  "),
        (("--nodelay", "--recv", "9"), "TCP, TCP_NODELAY, read by recv(9)  ", "TCP，TCP_NODELAY，用 recv(9) 读  "),
        (("--cork",), "TCP, TCP_CORK  ", "TCP，TCP_CORK  "),
        (("--transport", "unix"), "AF_UNIX stream  ", "AF_UNIX 流  "),
        (("--transport", "pipe", "--recv", "9"), "pipe, read by recv(9)  ", "管道，用 recv(9) 读  "),
        (("--transport", "seqpacket"), "AF_UNIX SOCK_SEQPACKET  ", "AF_UNIX SOCK_SEQPACKET  "),
    ],
)
@linux
def test_a_run_of_ones_own_is_called_as_a_person_would(prep, args, en, zh):
    assert prep("sticky", *OWN, *args).lines[3].startswith(en)
    assert prep("sticky", *OWN, *args, "--lang", "zh").lines[3].startswith(zh)


@linux
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_of_many_options_and_many_reads_fits_80_columns(prep, lang):
    options = ("--nodelay", "--cork", "--delayed-ack", "--recv", "1000000", "--size", "1000000", "--sends", "20")

    shown = prep("sticky", *options, "--scheme", "delimiter", "--lang", lang)

    assert shown.code == 0
    assert max(map(width, shown.lines)) <= 80
    assert "20" in shown.lines[4].split()


@linux
def test_datagrams_that_were_dropped_are_told(prep):
    args = ("sticky", "--transport", "udp", "--sends", "10000", "--scheme", "netstring")
    [run] = prep(*args, "--json").json["runs"]

    assert run["lost"] == 10_000 - len(run["reads"]) > 0
    assert run["cut"] == 0
    assert re.search(r"\d+ lost: the receive buffer was full", prep(*args).out)
    assert re.search(r"丢了 \d+ 条：接收缓冲区已满", prep(*args, "--lang", "zh").out)


def test_datagrams_that_were_cut_are_told(prep):
    args = ("sticky", "--transport", "udp", "--recv", "3", "--scheme", "netstring")
    [run] = prep(*args, "--json").json["runs"]

    assert (run["lost"], run["cut"], run["reads"]) == (0, 40, [3] * 10)
    assert "each cut to 3 of 7 bytes, the rest is gone" in prep(*args).out
    assert "每条 7 字节只读到 3 字节，其余已丢弃" in prep(*args, "--lang", "zh").out


def test_nothing_is_said_of_losses_where_nothing_was_lost(prep):
    shown = prep("sticky", "--transport", "udp", "--scheme", "netstring")

    assert "lost" not in shown.out
    assert "cut to" not in shown.out


def test_one_of_a_thing_is_told_in_the_singular(prep):
    shown = prep("sticky", "--sends", "1", "--size", "1", "--scheme", "fixed")

    assert "4 bytes, 3 of them framing; 1 read, 1 message, all whole." in shown.lines


def test_the_hexdump_says_in_both_languages_how_much_follows(prep):
    args = ("sticky", "--scheme", "delimiter", "--transport", "pipe", "--size")

    assert "… 48 more bytes" in prep(*args, "7").out
    assert "… 还有 48 字节" in prep(*args, "7", "--lang", "zh").out
    assert "… 1 more byte\n" in prep(*args, "32", "--sends", "1").out


@pytest.mark.parametrize("args", [(), ("--json",), ("--delayed-ack",), ("--scheme", "length")])
def test_without_loopback_there_is_one_clear_error_and_nothing_before_it(prep, monkeypatch, args):
    def refuses(*_, **__):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(Loopback, "pair", refuses)

    done = prep("sticky", *args)

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: loopback: this system refuses, ENETUNREACH (Network is unreachable); "
        "`prep lab doctor` tells what works here\n"
    )


@pytest.fixture
def no_loopback(monkeypatch):
    """The interface is down, as it is in a fresh network namespace."""

    def is_down(*_):
        raise CannotRun("loopback is down", "环回接口未启用")

    monkeypatch.setattr(Loopback, "__init__", is_down)


@linux
@pytest.mark.parametrize("transport", ["unix", "seqpacket", "pipe"])
def test_a_transport_of_the_machine_runs_without_loopback_and_is_framed_over_a_unix_stream(
    prep, no_loopback, transport
):
    args = ("sticky", "--transport", transport, "--sends", "3")
    told, shown, zh = prep(*args, "--json").json, prep(*args), prep(*args, "--lang", "zh")

    [run] = told["runs"]
    assert (sum(run["reads"]), run["skipped_because"]) == (21, None)
    assert [row["scheme"] for row in told["framing"] if row["whole"]] == list(FRAMERS)
    assert "sent over a Unix stream" in " ".join(shown.out.split())
    assert "经 Unix 流发送" in "".join(zh.lines)


@linux
def test_without_loopback_the_comparison_runs_what_can_be_run_and_says_why_the_rest_cannot(prep, no_loopback):
    told = prep("sticky", "--json").json
    shown = prep("sticky", "--predict")

    why = {run["transport"]: run["skipped_because"] for run in told["runs"]}
    assert why == dict.fromkeys(("tcp", "udp"), "loopback is down") | dict.fromkeys(("unix", "pipe", "seqpacket"))
    assert told["stalls"] == []
    assert all(row["whole"] for row in told["framing"])
    assert shown.lines[0] == "loopback is down"
    assert "Your prediction" not in shown.out
    assert [
        bool(re.search(rf"^{re.escape(name.en)} .*loopback is down$", shown.out, re.MULTILINE)) for name, _ in ROWS
    ] == [setup.transport in ("tcp", "udp") for _, setup in ROWS]
    assert re.search(r"stall, and four cures\n\nloopback is down\n", shown.out)
    assert max(map(width, shown.lines)) <= 80


@pytest.mark.parametrize("args", [("--transport", "tcp"), ("--transport", "udp"), ("--scheme", "dns"), ("--nodelay",)])
def test_a_run_that_needs_loopback_is_refused_without_it(prep, no_loopback, args):
    done = prep("sticky", *args)

    assert (done.code, done.out) == (2, "")
    assert done.err == "error: loopback is down; `prep lab doctor` tells what works here\n"


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Overdue("the FIN, waited 5 s"), "loopback: the kernel did not get there: the FIN, waited 5 s"),
        (TimeoutError("timed out"), "loopback: the kernel did not get there: timed out"),
        (CannotRun("no TCP here", "没有 TCP"), "no TCP here"),
    ],
)
def test_a_kernel_that_does_not_get_there_is_told_in_one_line(prep, monkeypatch, fault, line):
    def fails(*_, **__):
        raise fault

    monkeypatch.setattr(Loopback, "pair", fails)

    done = prep("sticky", "--scheme", "dns")

    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: {line}; `prep lab doctor` tells what works here\n"


def test_a_scheme_restricts_the_framing_to_it(prep):
    told = prep("sticky", "--scheme", "netstring", "--json").json

    assert [row["scheme"] for row in told["framing"]] == ["netstring"]
    assert len(told["runs"]) == 1


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_demonstrated_or_says_why_not(prep, preset):
    shown = prep("sticky", "--scheme", preset, "--json")

    assert shown.code == 0 or (shown.code == 2 and shown.err.count("\n") == 1)


def test_a_prediction_is_compared_with_what_the_kernel_did(prep):
    wrong = prep("sticky", "--predict", lines=("1",))
    right = prep("sticky", "--predict", lines=("9", "2"))
    skipped = prep("sticky", "--predict", lines=("",))

    assert wrong.lines[-1] == "✗ you predicted ten reads of 7; the kernel did: one read of 70"
    assert right.lines[-1] == "✓ as you predicted: one read of 70"
    assert "A number from 1 to 3" in right.out
    assert skipped.lines[-1] == CURE.splitlines()[-1]


@pytest.mark.parametrize("args", [("--transport", "udp"), ("--scheme", "netstring")])
def test_a_run_of_ones_own_has_no_prediction_and_says_so(prep, args):
    said = [prep("sticky", "--predict", *args, "--lang", lang).lines[0] for lang in ("en", "zh")]

    assert said == ["There is no prediction to make for a run of your own.", "自己设定的运行没有要预测的问题。"]
    assert "prediction" not in prep("sticky", *args).out


def test_a_prediction_and_json_exclude_each_other(prep):
    done = prep("sticky", "--predict", "--json")

    assert (done.code, done.out) == (2, "")
    assert done.err == "error: --predict: asks a question; leave --json out\n"


def test_the_cure_reads_exactly_one_message_however_the_bytes_come():
    namespace = {}
    exec(CURE, namespace)
    here, there = socket.socketpair()
    with here, there:

        def send():
            for byte in b"\0\0\0\5hello\0\0\0\0\0\0\0\2hi\0\0":
                there.send(bytes([byte]))
            there.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=send)
        thread.start()
        read = [bytes(namespace["read_message"](here)) for _ in range(3)]
        with pytest.raises(EOFError):
            namespace["read_message"](here)
        thread.join()

    assert read == [b"hello", b"", b"hi"]
    assert len(CURE.splitlines()) == 10


def test_the_cure_refuses_a_length_over_its_limit_before_it_reads():
    namespace = {}
    exec(CURE, namespace)
    here, there = socket.socketpair()
    with here, there:
        there.send(b"\xff\xff\xff\xff")
        with pytest.raises(ValueError, match="4294967295 bytes announced"):
            namespace["read_message"](here)


# ── decode and encode ──


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (
            ("--scheme", "length", "-p", "width=2", "--hex", "00026869 0000"),
            {"messages": ["6869", ""], "error": None, "pending": ""},
        ),
        (
            ("--scheme", "delimiter", "-p", "delimiters=0d0a", "--hex", "68690d0a780d"),
            {"messages": ["6869"], "error": "truncated", "pending": "780d"},
        ),
        (
            ("--scheme", "length", "-p", "max=64", "--hex", "ffffffff"),
            {"messages": [], "error": "oversize", "pending": ""},
        ),
        (("--scheme", "netstring", "--hex", "303a2c353a"), {"messages": [""], "error": "truncated", "pending": "353a"}),
        (("--scheme", "dns", "--hex", ""), {"messages": [], "error": None, "pending": ""}),
    ],
)
def test_a_stream_is_decoded(prep, args, told):
    done = prep("sticky", "decode", *args, "--json")

    assert {key: done.json[key] for key in told} == told
    assert done.code == (1 if told["error"] else 0)


def test_a_file_and_the_input_are_decoded(prep, tmp_path):
    (tmp_path / "stream").write_bytes(b"5:hello,0:,")

    from_file = prep("sticky", "decode", "--scheme", "netstring", "stream", "--json")

    assert from_file.json["messages"] == ["68656c6c6f", ""]


def test_a_pipe_is_framed_raw_and_decoded_again(process):
    framed = process("sticky", "encode", "--scheme", "length", "-", given=b"hello\nworld\n")
    decoded = process("sticky", "decode", "--scheme", "length", "-", "--json", given=framed.out.encode())

    assert framed.out == "\0\0\0\5hello\0\0\0\5world"
    assert decoded.json["messages"] == [b"hello".hex(), b"world".hex()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_decoded_text_draws_boundaries_and_counts_what_waits(prep, lang):
    shown = prep("sticky", "decode", "--scheme", "length", "-p", "width=2", "--hex", "000268690003", "--lang", lang)

    assert shown.code == 1
    assert "00 02 68 69|00 03" in shown.out
    assert "^^ ^^" in shown.lines[1]
    counted = "1 message complete, 2 bytes waiting" if lang == "en" else "完整消息 1 条，另有 2 字节在等待"
    assert counted in shown.lines


@pytest.mark.parametrize(
    ("args", "en", "zh"),
    [
        (("length", "--hex", "47455420"), "0 messages complete, 4 bytes not decoded", "完整消息 0 条，4 字节未解码"),
        (("netstring", "--hex", "313a612cff"), "1 message complete, 1 byte not decoded", "完整消息 1 条，1 字节未解码"),
        (("netstring", "--hex", "313a61"), "0 messages complete, 3 bytes waiting", "完整消息 0 条，另有 3 字节在等待"),
        (("netstring", "long"), "200 messages complete, the rest not decoded", "完整消息 200 条，其余未解码"),
    ],
)
def test_after_a_fault_nothing_waits_and_what_was_not_decoded_is_told(prep, tmp_path, args, en, zh):
    (tmp_path / "long").write_bytes(b"1:a," * 200 + b"?")

    shown = [prep("sticky", "decode", *args[1:], "--scheme", args[0], "--lang", lang) for lang in ("en", "zh")]

    assert [each.code for each in shown] == [1, 1]
    assert en in shown[0].lines
    assert zh in shown[1].lines


def test_a_length_that_is_text_is_named_and_the_way_to_its_explanation_shown(prep):
    args = ("sticky", "decode", "--scheme", "length", "--hex", "47455420")
    shown, zh = prep(*args), prep(*args, "--lang", "zh")

    flat = " ".join(shown.out.split())
    assert "a length of 1195725856 makes a frame of 1195725860 bytes, over the limit of 1048576" in flat
    assert "`prep sticky explain-length 1195725856` tells what was sent" in flat
    assert "-p max=N raises the limit" in flat
    assert "`prep sticky explain-length 1195725856`" in zh.out
    assert "-p max=N" in zh.out


def test_the_explanation_that_decode_points_to_has_the_width_of_the_field(prep):
    shown = prep("sticky", "decode", "--scheme", "length", "-p", "width=2", "-p", "max=64", "--hex", "4745")

    assert "`prep sticky explain-length 18245 --width 2`" in shown.out


@pytest.mark.parametrize(
    ("args", "absent"),
    [
        (("--scheme", "length", "-p", "max=64", "--hex", "00000100"), "explain-length"),
        (("--scheme", "length", "--hex", "7f8090a0"), "explain-length"),  # large, and nothing else is known by it
        (("--scheme", "netstring", "--hex", "ff"), "max"),
    ],
)
def test_no_way_is_shown_that_leads_nowhere(prep, args, absent):
    assert absent not in prep("sticky", "decode", *args).out


def test_each_limit_of_a_scheme_is_named_where_one_was_passed(prep):
    shown = prep("sticky", "decode", "--scheme", "chunked", "-p", "max_line=4", "--hex", "313b78797a7a")

    assert "-p max=N, max_line=N raise the limits" in shown.out


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (("length", "--hex", "47455420"), "oversize（声明或累积的长度超过上限）"),
        (("netstring", "--hex", "353a"), "truncated（流在帧的中间结束）"),
        (("jsonl", "--hex", "7b0a"), "bad_json（这一行不是 JSON）"),
    ],
)
def test_a_fault_in_chinese_keeps_its_kind_and_says_what_it_means(prep, args, kind):
    shown = prep("sticky", "decode", "--scheme", *args, "--lang", "zh")

    assert f"出错：{kind}：" in shown.out.replace("\n", "")
    assert max(map(width, shown.lines)) <= 80


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("netstring", "--hex", "353a"), "流在一帧的中间结束，已收到 '5:'（2 字节）"),
        (("chunked", "--hex", "300d0a"), "流在一条消息的各部分之间结束"),
        (("length", "--hex", "47455420"), "长度 1195725856 使这一帧有 1195725860 字节，超过上限 1048576；读自 'GET '"),
        (("bgp", "--hex", "ff" * 16 + "0012"), "长度 18 使这一帧有 18 字节，少于最短的 19 字节；读自"),
        (("length", "-p", "adjust=-4", "--hex", "00000003"), "少于头部的 4 字节；读自"),
        (("amqp", "--hex", "0100000000000141cd"), "一帧必须以 '\\xce' 结尾，而不是 '\\xcd'"),
        (("tlv", "-p", "max=1", "--hex", "010002"), "长度 2 字节超过上限 1；读自"),
        (("varint", "--hex", "8000"), "varint 8000 表示 0，字节数多于所需"),
        (("varint", "--hex", "ffffffff7f"), "varint ffffffff7f 超过 32 位"),
        (("varint", "--hex", "ffffffffff"), "varint ffffffffff… 超过 5 字节"),
        (("netstring", "--hex", "78"), "netstring 以数字和冒号开头，而不是 'x'"),
        (("netstring", "--hex", "3031"), "netstring 的长度不能有前导零：'01'"),
        (("netstring", "--hex", "313a612e"), "1 字节的 netstring 必须以逗号结尾，而不是 '.'"),
        (("delimiter", "-p", "max=1", "--hex", "616263"), "1 字节（上限）之后仍没有结尾：'abc'"),
        (("cobs", "--hex", "050100"), "编码字节 5 之后只有 1 字节"),
        (("cobs", "-p", "max=254", "--hex", "01" * 256 + "00"), "消息有 255 字节，超过上限 254"),
        (("chunked", "-p", "max_line=2", "--hex", "31323334"), "分块的长度行超过 2 字节：'1234'"),
        (("chunked", "--hex", "310a"), "分块的长度行必须以 CRLF 结尾，且不含其他 CR：'1'"),
        (("chunked", "--hex", "310d0a617878"), "分块必须以 CRLF 结尾，而不是 'xx'"),
        (("chunked", "--hex", "780d0a"), "分块的长度是十六进制数字，而不是 'x'"),
        (("chunked", "-p", "max=1", "--hex", "320d0a"), "'2' 字节的分块使正文超过 1 字节"),
        (("chunked", "--hex", "300d0a200d0a"), "最后一个分块之后是头部字段和空行，而不是 ' '"),
        (("resp", "--hex", "2b610a"), "简单字符串这一行必须以 CRLF 结尾"),
        (("resp", "--hex", "24300d0a7878"), "批量字符串必须以 CRLF 结尾，而不是 'xx'"),
        (("resp", "--hex", "2a780d0a"), "数组的长度是 -1 或没有前导零的数字，而不是 'x'"),
        (("resp", "-p", "max=1", "--hex", "24320d0a"), "批量字符串的长度 '2' 超过 1"),
        (("resp", "-p", "max_depth=0", "--hex", "2a310d0a"), "数组嵌套超过 0 层"),
        (("resp", "-p", "max_total=1", "--hex", "2b610d0a"), "一个值超过 1 字节"),
        (("resp", "--hex", "78"), "没有以 'x' 开头的值；类型有 + - : $ *"),
        (("jsonl", "--hex", "7b0a"), "'{' 不是 JSON：Expecting property name"),
        (("websocket", "--hex", "c200"), "第一个字节 0xc2：保留位为 1，而没有启用扩展"),
        (("websocket", "--hex", "8300"), "操作码 3 属于保留值"),
        (("websocket", "--hex", "0900"), "ping 帧被分片"),
        (("websocket", "--hex", "897e"), "ping 帧超过 125 字节"),
        (("websocket", "--hex", "8000"), "续帧之前没有要继续的消息"),
        (("websocket", "--hex", "01008200"), "上一条消息的分片还没有结束，又来了 binary 帧"),
        (("websocket", "--hex", "8280"), "帧加了掩码，而服务器的帧不得加"),
        (("websocket", "-p", "masked=yes", "--hex", "8200"), "帧没有加掩码，而客户端的帧必须加"),
        (("websocket", "--hex", "827e0001"), "长度 1 占用的字节多于所需"),
        (("websocket", "--hex", "827fffffffffffffffff"), "64 位长度的最高位必须为 0"),
        (("websocket", "-p", "max=1", "--hex", "8202"), "2 字节的帧使消息超过 1 字节"),
    ],
)
def test_the_commonest_faults_are_told_in_chinese(prep, args, said):
    shown = prep("sticky", "decode", "--scheme", *args, "--lang", "zh")

    flat = "".join(shown.out.split())
    assert shown.code == 1
    assert "".join(said.split()) in flat
    assert max(map(width, shown.lines)) <= 80


def test_json_tells_a_fault_in_english_in_both_languages(prep):
    told = [
        prep("sticky", "decode", "--scheme", "netstring", "--hex", "353a", "--json", "--lang", lang).json["why"]
        for lang in ("en", "zh")
    ]

    assert told == ["the stream ended inside a frame, after '5:' (2 bytes)"] * 2


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("中文 ok", "中文 ok"),
        ("tab\there", "tab\\there"),
        ("a\\b", "a\\\\b"),
        ("\u202ex\u200b", "\\u202ex\\u200b"),
        (b"\xe4\xb8", "\\xe4\\xb8"),
        (b"ok\xff", "ok\\xff"),
        ("é" * 300, "é" * 59 + "…"),
        ("中" * 300, "中" * 29 + "…"),
        ("e\u0301" * 300, None),
    ],
)
def test_a_decoded_message_is_text_where_it_is_and_escaped_where_not(prep, sent, seen):
    data = sent if isinstance(sent, bytes) else sent.encode()

    shown = prep("sticky", "decode", "--scheme", "delimiter", "--hex", (data + b"\n").hex())

    [line] = [line for line in shown.lines if line.startswith("     1  ")]
    assert width(line) <= 80
    assert seen is None or line.split(" B  ")[1] == seen


@pytest.mark.parametrize(
    ("sent", "drawn"),
    [
        ("中文 ok", "中 文  ok"),  # a character has the columns of its bytes
        ("é😀", "é 😀  "),
        (b"\xe4\xb8ok", "..ok"),
        ("a\u0301", "a.."),
        ("\u202ex", "...x"),
        ("\x1b[2J\t", ".[2J."),
    ],
)
def test_a_hexdump_shows_text_as_text_and_all_else_as_dots(prep, sent, drawn):
    data = sent if isinstance(sent, bytes) else sent.encode()

    shown = prep("sticky", "decode", "--scheme", "fixed", "-p", f"size={len(data)}", "--hex", data.hex())

    assert shown.lines[0].endswith(f"{data[-1]:02x}" + "   " * (16 - len(data)) + "  " + drawn)


def test_a_character_that_is_cut_by_the_end_of_a_row_moves_no_byte(prep):
    shown = prep("sticky", "decode", "--scheme", "delimiter", "--hex", ("x" * 15 + "中").encode().hex() + "79")

    assert [line[55:] for line in shown.lines[:2]] == ["x" * 15 + "中", " y"]


def test_a_message_of_control_codes_reaches_no_terminal(prep):
    shown = prep("sticky", "decode", "--scheme", "delimiter", "--hex", "1b5d35323b633b414107 1b5b324a 0a e280ae 0a")

    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown.out) is None


def test_what_decode_says_encode_takes(prep, tmp_path):
    (tmp_path / "stream").write_bytes(b"\x00\x02hi\x00\x00\x00\x01\n")
    decoded = prep("sticky", "decode", "--scheme", "dns", "stream", "--json")
    (tmp_path / "told").write_text(decoded.out)

    assert prep("sticky", "encode", "--scheme", "dns", "told", "--json").json["stream"] == "0002686900000001" + "0a"


def test_lines_are_framed(prep, tmp_path):
    (tmp_path / "lines").write_bytes(b"hello\r\n\n{x\n")

    framed = prep("sticky", "encode", "--scheme", "netstring", "lines", "--json").json

    assert bytes.fromhex(framed["stream"]) == b"5:hello,0:,2:{x,"
    assert len(framed["frames"]) == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("decode", "--scheme", "lenght", "--hex", "00"), "did you mean length?"),
        (("decode", "--scheme", "length", "-p", "widht=2", "--hex", "00"), "did you mean width?"),
        (("decode", "--scheme", "length", "-p", "width", "--hex", "00"), "-p key=value"),
        (("decode", "--scheme", "length", "-p", "width=9", "--hex", "00"), "width=9"),
        (("decode", "--scheme", "length", "-p", "width=1", "-p", "width=2", "--hex", "00"), "twice"),
        (("decode", "--scheme", "length", "--hex", "0g"), "0g: not bytes in hex"),
        (("decode", "--scheme", "length"), "name a FILE"),
        (("decode", "--scheme", "length", "nowhere"), "nowhere: cannot be read"),
        (("decode", "--scheme", "length", "."), "a folder"),
        (("encode", "--scheme", "delimiter", "--hex", "610a62"), "would come back as 2 messages"),
        (("encode", "--scheme", "mysql", "--hex", "616263"), "begins with its own header: MySQL packet: length, seq"),
        (("encode", "--scheme", "http2", "--hex", "616263"), "begins with its own header: HTTP/2 frame: length of"),
        (("encode", "--scheme", "amqp", "--hex", "616263"), "begins with its own header: AMQP 0-9-1 frame: type, "),
        (("encode", "--scheme", "bgp", "--hex", "616263"), "begins with its own header: BGP message: marker of 16"),
        (("encode", "--scheme", "tpkt", "--hex", "616263"), "begins with its own header: TPKT, under RDP and S7"),
        (("encode", "--scheme", "mysql", "--hex", "68656c6c6f20776f726c64"), "a message of mysql begins with its own"),
        (("encode", "--scheme", "redis", "--hex", "61"), "a message of redis: Redis commands and replies, RESP2"),
        (("decode", "--scheme", "length", "-p", "width=two", "--hex", "00"), "not a value of width"),
        (("corrupt", "--byte", "3"), "name it with --scheme"),
        (("corrupt", "--scheme", "length", "--byte", "999"), "999: there are 40 framing bytes"),
        (("explain-length", "GET"), "GET: not a number"),
        (("explain-length", "1" * 50), "not a number"),
        (("explain-length", "4294967296"), "4 bytes"),
        (("--transport", "tpc"), "tpc: no such transport"),
        (("--transport", "udp", "--size", "65508"), "--size 65508: EMSGSIZE"),
        (("--size", "2000000", "--sends", "1", "--scheme", "netstring"), "over the limit of 1048576"),
        (("--scheme", "nope"), "nope: no such scheme"),
    ],
)
def test_an_error_is_one_line_that_names_the_offender(prep, args, said):
    done = prep("sticky", *args)

    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert said in done.err


# ── corrupt ──


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_corrupt_shows_every_scheme_in_80_columns(prep, lang):
    shown = prep("sticky", "corrupt", "--lang", lang)

    assert shown.code == 0
    assert max(map(width, shown.lines)) <= 80
    assert [scheme for scheme in FRAMERS if not re.search(rf"^{scheme} ", shown.out, re.MULTILINE)] == []


@pytest.mark.parametrize(("lang", "column"), [("en", "harmless"), ("zh", "无害")])
def test_noticed_silent_and_harmless_are_columns_that_make_up_the_trials(prep, lang, column):
    row = prep("sticky", "corrupt", "--scheme", "grpc", "--json").json["sweeps"][0]
    shown = prep("sticky", "corrupt", "--scheme", "grpc", "--lang", lang)

    counts = [row[name] for name in ("noticed", "silent", "harmless")]
    assert sum(counts) == row["trials"]
    [line] = [line for line in shown.lines if line.startswith("grpc") and ("flip" in line or "翻转" in line)]
    assert re.findall(r"(\d+) %", line)[:3] == [f"{100 * count / row['trials']:.0f}" for count in counts]
    [head] = [line for line in shown.lines if column in line and ":" not in line and "：" not in line]
    assert width(head) == width(line) == 80
    assert shown.out.count(column) == 2  # above its numbers, and explained below


def test_a_netstring_notices_every_flip_and_a_line_goes_on_behind_the_damage(prep):
    rows = {(row["scheme"], row["damage"]): row for row in prep("sticky", "corrupt", "--json").json["sweeps"]}

    netstring, line = rows["netstring", "flip"], rows["delimiter", "flip"]
    assert (netstring["noticed"], netstring["wrong"], netstring["resynced"]) == (netstring["trials"], 0, 0)
    assert line["resynced"] > line["followed"] / 2
    assert line["silent"] > line["noticed"]


def test_one_damaged_byte_is_shown_with_its_consequences(prep):
    told = prep("sticky", "corrupt", "--scheme", "length", "--byte", "3", "--json").json
    shown = prep("sticky", "corrupt", "--scheme", "length", "--byte", "3")

    assert (told["at"], told["bit"], told["index"]) == (3, 0, 0)
    assert told["error"]
    assert (told["was"], told["now"]) == ("07", "06")
    assert "bit 0 of byte 0003 flipped, 07 → 06, in message 1" in shown.lines
    assert "  msg-01" in shown.lines


def test_the_damage_is_told_in_chinese_with_the_meaning_of_the_error(prep):
    shown = prep("sticky", "corrupt", "--scheme", "netstring", "--byte", "1", "--lang", "zh")

    assert "字节 0001 的第 0 位翻转，3a → 3b（第 1 条消息）" in shown.lines
    assert "报错：bad_length（长度不合法" in shown.out
    assert max(map(width, shown.lines)) <= 80


def test_a_dropped_byte_leaves_the_marks_of_the_boundaries_where_they_were(prep):
    told = prep("sticky", "corrupt", "--scheme", "length", "--byte", "3", "--drop", "--json").json
    shown = prep("sticky", "corrupt", "--scheme", "length", "--byte", "3", "--drop")

    assert (told["was"], told["now"]) == ("07", None)
    assert shown.lines[0].startswith("0000  00 00 00 6d 73 67 2d 30 31 7c|00 00 00 07 6d 73  ")
    assert shown.lines[1] == "      ^^ ^^ ^^                      ^^ ^^ ^^ ^^"
    assert "byte 0003 dropped, 07, in message 1" in shown.lines


# ── explain-length ──


def test_a_length_that_is_text_is_read_back(prep):
    told = prep("sticky", "explain-length", "1195725856", "--json").json

    assert told["readings"][0]["text"].strip("'\"") == "GET "
    assert "HTTP" in told["readings"][0]["what"]


def test_a_negative_length_is_a_number_and_not_an_option(prep):
    told = prep("sticky", "explain-length", "-1", "--json").json

    assert told["number"] == -1
    assert [reading["code"] for reading in told["readings"]] == ["negative", "too-large"]
    assert prep("sticky", "explain-length", "-100", "--width", "2").out.startswith("-100 read big-endian = ")
    assert prep("sticky", "explain-length", "--nothing").err == (
        "error: --nothing: not a number; write it as 1195725856 or 0x47455420\n"
    )


def test_lengths_are_explained_line_by_line(prep):
    done = prep("sticky", "explain-length", "-", lines=("0x47455420", "nonsense", "5"))

    rows = [json.loads(line) for line in done.lines]
    assert done.code == 2
    assert rows[0]["number"] == 1195725856
    assert rows[1]["error"].startswith("nonsense: not a number")
    assert rows[2]["readings"] == []


def test_a_small_length_looks_like_one(prep):
    assert prep("sticky", "explain-length", "5").out == "5: looks like a length: nothing else is known by it\n"


def test_each_reading_of_a_length_says_in_which_order_its_bytes_were_read(prep):
    told = prep("sticky", "explain-length", "542393671", "--json").json["readings"]
    shown, zh = (prep("sticky", "explain-length", "542393671", "--lang", lang).out for lang in ("en", "zh"))

    assert [reading["endian"] for reading in told] == ["little", "big"]
    assert re.findall(r"^542393671 (.+?) = '(.+?)'", shown, re.MULTILINE) == [
        ("read little-endian", "GET "),
        ("read big-endian", " TEG"),
    ]
    assert re.findall(r"^542393671 (.+?) = '(.+?)'", zh, re.MULTILINE) == [
        ("按小端序读", "GET "),
        ("按大端序读", " TEG"),
    ]


# ── a narrow terminal ──


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "args",
    [
        ("decode", "--scheme", "length", "--hex", "47455420"),
        ("decode", "--scheme", "netstring", "--hex", "33303a" + "61" * 30 + "2c35"),
        ("corrupt", "--scheme", "netstring", "--byte", "0"),
        ("explain-length", "542393671"),
        ("explain-length", "5"),
    ],
)
def test_what_is_said_of_bytes_fits_a_terminal_of_40_columns(prep, monkeypatch, args, lang):
    monkeypatch.setenv("COLUMNS", "40")

    assert max(map(width, prep("sticky", *args, "--lang", lang).lines)) <= 40


@linux
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_prose_and_hexdumps_of_the_demonstration_fit_a_terminal_of_40_columns(prep, monkeypatch, lang):
    monkeypatch.setenv("COLUMNS", "40")

    shown = prep("sticky", "--transport", "unix", "--predict", "--lang", lang)

    framed = shown.lines[shown.lines.index(TITLE.say(lang)) : shown.lines.index(CURE_TITLE.say(lang))]
    assert max(map(width, [shown.lines[0], *framed])) <= 40
    assert (
        max(map(width, prep("sticky", "--lang", lang).out.split(MEANING[0].say(lang)[:9])[1].splitlines()[:14])) <= 40
    )


def test_a_prediction_is_asked_for_within_a_terminal_of_40_columns(prep, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    asked = prep("sticky", "--predict", lines=("",)).out.split("Your prediction")[0]

    assert max(map(width, asked.splitlines())) <= 40


@pytest.mark.parametrize(("columns", "across"), [("200", 16), ("70", 16), ("69", 8), ("1", 8)])
def test_a_hexdump_has_eight_bytes_a_row_where_the_terminal_is_under_70_columns(prep, monkeypatch, columns, across):
    monkeypatch.setenv("COLUMNS", columns)

    shown = prep("sticky", "decode", "--scheme", "fixed", "-p", "size=20", "--hex", "41" * 20)

    rows = [line for line in shown.lines if re.match(r"00[01]. ", line)]
    assert [row.count("41") for row in rows] == [min(across, 20 - at) for at in range(0, 20, across)]
    assert [int(row[:4], 16) for row in rows] == [*range(0, 20, across)]
