"""`prep sticky decode`, `encode` and `explain-length`: bytes in, messages out, and the other way."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import typer

from prep.cli.app import many
from prep.cli.batch import json_line, say_json
from prep.cli.hexdump import dump
from prep.errors import Exit, PrepError
from prep.net.framing import Codec, FramingError, decoder, read_params
from prep.net.framing.lengths import explain_length
from prep.net.framing.spans import boundaries, encode_all
from prep.text import Both, clip, wrap

PIECE = 1 << 16
DRAWN = 512  # bytes of a stream that are drawn
COLUMNS = 80
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


FAULT = Both("fault: {kind}: {what}", "出错：{kind}：{what}")


def _tell(codec: Codec, chunks: Iterator[bytes], scheme: str, settings: dict[str, Any], lang: str) -> bool:
    fault, count, head = None, 0, bytearray()

    def kept() -> Iterator[bytes]:
        for chunk in chunks:
            if len(head) <= DRAWN:
                head.extend(chunk[: DRAWN + 1 - len(head)])
            yield chunk

    lines = []
    for found in _fed(codec, kept()):
        if isinstance(found, FramingError):
            fault = found
            continue
        for message in found:
            count += 1
            lines.append(f"{count:6}  {len(message):6} B  {clip(repr(message)[2:-1], COLUMNS - 20)}")
        if len(head) > DRAWN:
            _echo(lines)
    drawn = bytes(head[:DRAWN])
    if len(head) <= DRAWN:
        _echo([*dump(drawn, boundaries(scheme, drawn, **settings)[0]), ""] if drawn else [])
    _echo(lines)
    typer.echo(_counted(count, len(codec.pending), lang))
    if fault:
        _echo(wrap(FAULT.say(lang).format(kind=fault.kind, what=fault.what), COLUMNS))
    return fault is not None


def _counted(count: int, pending: int, lang: str) -> str:
    if lang == "zh":
        return f"完整消息 {count} 条，另有 {pending} 字节在等待"
    return f"{many(count, 'message')} complete, {many(pending, 'byte')} waiting"


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
    stream, spans = encode_all(scheme, given, **settings)
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


def explain(text: str, width: int, lang: str) -> dict[str, Any]:
    """What a wrong length really was. Raises PrepError."""
    try:
        number = int(text.strip(), 0) if len(text) < 40 and text.isascii() and "_" not in text else None
    except ValueError:
        number = None
    if number is None:
        raise PrepError("not a number", where=clip(text.strip(), 40), hint="write it as 1195725856 or 0x47455420")
    readings = [
        {
            "code": found.code,
            "endian": found.endian,
            "hex": found.hex,
            "text": found.text,
            "what": found.what[lang],
            "why": found.why[lang],
            "source": found.source,
        }
        for found in explain_length(number, width)
    ]
    return {"number": number, "width": width, "readings": readings}


LIKE_A_LENGTH = Both("looks like a length: nothing else is known by it", "看起来就是一个长度：没有更好的解释")


def explained(found: dict[str, Any], lang: str) -> Iterator[str]:
    if not found["readings"]:
        yield f"{found['number']}: {LIKE_A_LENGTH.say(lang)}"
    for reading in found["readings"]:
        source = f" [{reading['source']}]" if reading["source"] else ""
        yield from wrap(f"{found['number']} = {reading['text']}: {reading['what']}{source}", COLUMNS, "  ")
        yield from wrap(f"  {reading['why']}", COLUMNS, "  ")
