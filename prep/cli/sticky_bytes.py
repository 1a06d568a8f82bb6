"""`prep sticky decode` and `encode`: bytes in, messages out, and the other way."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import typer

from prep.cli.app import many
from prep.cli.batch import json_line, say_json
from prep.cli.hexdump import as_text, dump
from prep.cli.sticky_fault import fault_lines, must_be
from prep.cli.sticky_width import columns
from prep.errors import Exit, PrepError
from prep.net.framing import Codec, FramingError, decoder, read_params
from prep.net.framing.spans import boundaries, encode_all
from prep.text import clip, wrap

PIECE = 1 << 16
DRAWN = 512  # bytes of a stream that are drawn
LONGEST = 1 << 26  # bytes of input that encode takes


def read_all(scheme: str, params: list[str]) -> dict[str, Any]:
    """`key=value` pairs as parameters of the scheme. Raises PrepError."""
    given = {}
    for pair in params:
        key, equals, value = pair.partition("=")
        if not equals or key in given:
            what = "given twice" if equals else "not a parameter"
            raise PrepError(what, where=f"-p {pair}", hint="write -p key=value, each key once")
        given[key] = value
    return read_params(scheme, given)


def decode(
    file: str | None, hex_bytes: str | None, scheme: str, params: list[str], lang: str, *, as_json: bool
) -> None:
    """Messages are told as they come, so that memory does not grow with the stream. Exits with 1 on a fault."""
    settings = read_all(scheme, params)
    codec = decoder(scheme, **settings)
    chunks = _chunks(file, hex_bytes)
    fault = (_tell_json if as_json else _tell)(codec, chunks, scheme, settings, lang)
    if fault:
        raise typer.Exit(Exit.NO)


def _chunks(file: str | None, hex_bytes: str | None) -> Iterator[bytes]:
    """The bytes of a file, of the input or of the option. Raises PrepError."""
    if (file is None) == (hex_bytes is None):
        raise PrepError("name a FILE, or - for the input, or give --hex; one of them")
    if hex_bytes is not None:
        yield from [_unhex(hex_bytes)]
        return
    with _opened(file or "") as stream:
        while chunk := stream.read1(PIECE) if hasattr(stream, "read1") else stream.read(PIECE):
            yield chunk


def _opened(file: str) -> BinaryIO:
    if file == "-":
        return open(sys.stdin.fileno(), "rb", closefd=False)
    if Path(file).is_dir():
        raise PrepError("a folder", where=file, hint="name a file")
    try:
        return open(file, "rb")
    except OSError as fault:
        raise PrepError(
            f"cannot be read ({fault.strerror})", where=file, hint="name a file, or - for the input"
        ) from None


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise PrepError("not bytes in hex", where=clip(text, 40), hint="two digits a byte, as in 00026869") from None


def _fed(codec: Codec, chunks: Iterator[bytes]) -> Iterator[list[bytes] | FramingError]:
    """What each chunk completes; a fault at last, where there is one."""
    try:
        for chunk in chunks:
            yield codec.feed(chunk)
        codec.end()
    except FramingError as fault:
        yield fault.messages
        yield fault


def _tell_json(codec: Codec, chunks: Iterator[bytes], scheme: str, settings: dict[str, Any], lang: str) -> bool:
    fault, comma = None, ""
    opened = False
    for found in _fed(codec, chunks):
        if not opened:
            sys.stdout.write('{"messages": [')
            opened = True
        if isinstance(found, FramingError):
            fault = found
            continue
        for message in found:
            sys.stdout.write(f'{comma}"{message.hex()}"')
            comma = ", "
    rest = json_line(
        {"error": fault.kind if fault else None, "why": fault.what if fault else None, "pending": codec.pending.hex()}
    )
    sys.stdout.write(("" if opened else '{"messages": [') + "], " + rest[1:])
    return fault is not None


def _tell(codec: Codec, chunks: Iterator[bytes], scheme: str, settings: dict[str, Any], lang: str) -> bool:
    fault, count, head = None, 0, bytearray()
    lines: list[str] = []
    for found in _fed(codec, _kept(chunks, head)):
        if isinstance(found, FramingError):
            fault = found
            continue
        for message in found:
            count += 1
            lines.append(f"{count:6}  {len(message):6} B  {as_text(message, columns() - 20)}")
        if len(head) > DRAWN:
            _echo(lines)
    left = None
    if len(head) <= DRAWN:
        spans, _ = boundaries(scheme, bytes(head), **settings)
        left = len(head) - (spans[-1].end if spans else 0)
        _echo([*dump(bytes(head), spans, lang=lang), ""] if head else [])
    _echo(lines)
    _echo(wrap(_counted(count, lang) + _rest(fault, len(codec.pending), left, lang), columns()))
    _echo([*fault_lines(fault, scheme, lang)] if fault else [])
    return fault is not None


def _kept(chunks: Iterator[bytes], head: bytearray) -> Iterator[bytes]:
    """The chunks, and in `head` what is drawn of them, with one byte more where there is more."""
    for chunk in chunks:
        head.extend(chunk[: DRAWN + 1 - len(head)])
        yield chunk


def _counted(count: int, lang: str) -> str:
    return f"完整消息 {count} 条" if lang == "zh" else f"{many(count, 'message')} complete"


def _rest(fault: FramingError | None, pending: int, left: int | None, lang: str) -> str:
    """What waits for more; or was not decoded, since no more is after a fault: `left` bytes, None where unknown."""
    if fault is None or fault.kind == "truncated":
        return f"，另有 {pending} 字节在等待" if lang == "zh" else f", {many(pending, 'byte')} waiting"
    if left is None:
        return "，其余未解码" if lang == "zh" else ", the rest not decoded"
    return f"，{left} 字节未解码" if lang == "zh" else f", {many(left, 'byte')} not decoded"


def _echo(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
    lines.clear()


def encode(file: str | None, messages: list[str], scheme: str, params: list[str], *, as_json: bool) -> None:
    """Raises PrepError for what cannot be framed."""
    settings = read_all(scheme, params)
    if (file is None) == (not messages):
        raise PrepError("name a FILE, or - for the input, or give --hex; one of them")
    given = [_unhex(text) for text in messages] if messages else _messages(file or "")
    try:
        stream, spans = encode_all(scheme, given, **settings)
    except FramingError as fault:
        raise PrepError(fault.what, hint=None if fault.kind == "oversize" else must_be(scheme, settings)) from None
    if as_json:
        say_json({"stream": stream.hex(), "frames": [stream[span.start : span.end].hex() for span in spans]})
    elif sys.stdout.isatty():
        _echo([*dump(stream, spans)])
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(stream)


def _messages(file: str) -> list[bytes]:
    """A message a line, without its line end; or the messages of a JSON document as `decode --json` writes it."""
    with _opened(file) as stream:
        data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise PrepError(f"more than {LONGEST} bytes", where=file, hint="frame it in parts")
    if data[:1] == b"{":
        try:
            found = json.loads(data)["messages"]
            return [bytes.fromhex(text) for text in found]
        except (ValueError, KeyError, TypeError, RecursionError):
            pass  # text that begins with a brace
    lines = data.split(b"\n")
    return [line.removesuffix(b"\r") for line in (lines[:-1] if not lines[-1] else lines)]
