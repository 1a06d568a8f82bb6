"""HTTP over TCP: one connection for many requests, where a body ends, and the 40 ms of Python's own server.

HTTP/1.1 keeps the connection unless someone says `Connection: close` (RFC 9112 §9.3). A body ends where Content-Length
or chunks say so; an answer without either ends with the connection (§6.3). http.server writes the headers, then the
body: two small writes, and so Nagle meets the client's delayed ACK (RFC 9293 §3.7.4, §3.8.6.3).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from threading import Thread
from typing import Any

from prep.labs.kit import DEADLINE, Ask, Facts, fact, lab, ms_since
from prep.labs.loopback import HOST, Loopback
from prep.text import Both

CODES = [200, 204, 206, 301, 302, 304, 400, 401, 403, 404, 429, 500, 502, 503, 504]
WITHOUT_BODY = (204, 304)  # RFC 9110 §15.3.5, §15.4.5
FIELDS = {  # what an answer of this code must or should carry (RFC 9110 §15, RFC 6585 §4)
    206: ("Content-Range", "bytes 0-4/10"),
    301: ("Location", "/200"),
    302: ("Location", "/200"),
    401: ("WWW-Authenticate", 'Basic realm="prep"'),
    429: ("Retry-After", "1"),
    503: ("Retry-After", "1"),
}
BODY = b"body\n"
SLOW = 30  # ms: longer than an answer takes on loopback, shorter than the delayed ACK of Linux (40)


class Handler(BaseHTTPRequestHandler):
    """Answers `/404` with 404; `/end` with a body of no declared length."""

    protocol_version = "HTTP/1.1"
    timeout = DEADLINE

    def do_GET(self) -> None:
        code = int(self.path[1:]) if self.path[1:].isdigit() else 200
        self.send_response(code)
        if code in FIELDS:
            self.send_header(*FIELDS[code])
        if code not in WITHOUT_BODY and self.path != "/end":
            self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if code not in WITHOUT_BODY:
            self.wfile.write(BODY)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent."""


class HandlerWithoutNagle(Handler):
    disable_nagle_algorithm = True


class Server(TCPServer):
    """HTTPServer looks its own name up in the DNS; this one does not. One connection at a time, counted."""

    connections = 0
    refused: OSError | None = None  # by accept(), which TCPServer passes over

    def get_request(self) -> Any:
        try:
            return super().get_request()
        except OSError as fault:
            self.refused = fault
            raise

    def process_request(self, *request: Any) -> None:
        self.connections += 1
        super().process_request(*request)

    def handle_error(self, *request: Any) -> None:
        """A client that has gone is not reported."""


@contextmanager
def serving(handler: type[Handler]) -> Iterator[Server]:
    with Server((HOST, 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        except TimeoutError as late:
            raise server.refused or late from None
        finally:
            server.shutdown()
            thread.join()


@lab(
    "http.keepalive",
    Both("Fifteen requests of HTTP/1.1", "HTTP/1.1 的十五个请求"),
    (
        fact("conns == 1", "15 requests of HTTP/1.1: one TCP connection", "HTTP/1.1 的 15 个请求：一个 TCP 连接"),
        fact(
            "codes == [200, 204, 206, 301, 302, 304, 400, 401, 403, 404, 429, 500, 502, 503, 504]",
            "their status codes; an error is an answer like any other and leaves the connection open",
            "各自的状态码；错误响应也是普通的响应，连接照样保持",
        ),
        fact(
            "slow_default >= 8",
            "http.server as it comes: most answers with a body take over 30 ms",
            "http.server 默认设置：多数带响应体的响应超过 30 毫秒",
            seen=12,
        ),
        fact(
            "slow_nodelay == 0",
            "with TCP_NODELAY (disable_nagle_algorithm): none",
            "设 TCP_NODELAY（disable_nagle_algorithm）：一个也没有",
        ),
        fact("close == True", "Connection: close: EOF after the answer", "Connection: close：响应之后就是 EOF"),
        fact(
            "http10 == True",
            "HTTP/1.0 and no Content-Length: the body ends at EOF",
            "HTTP/1.0 且没有 Content-Length：响应体到 EOF 为止",
        ),
    ),
    typical_ms=560,
    ask=Ask(
        "conns",
        "An HTTP/1.1 client fetches 15 pages, among them 404 and 500. How many TCP connections does it need?",
        "HTTP/1.1 客户端取 15 个页面，其中有 404 和 500。需要几个 TCP 连接？",
        (
            (15, "15, one each", "15 个，每个请求一个"),
            (1, "one", "1 个"),
            (9, "9: a new one after each error", "9 个：每次出错后重建"),
        ),
    ),
)
def keepalive(facts: Facts) -> None:
    with serving(Handler) as server:
        facts["codes"], slow = _fetch_all(server)
        facts["slow_default"], facts["conns"] = len(slow), server.connections
        facts["close"] = _until_eof(server, "GET /200 HTTP/1.1", "Connection: close")
        facts["http10"] = _until_eof(server, "GET /end HTTP/1.0")
    with serving(HandlerWithoutNagle) as server:
        # What Nagle makes slow is slow each time; what a busy machine makes slow is not.
        facts["slow_nodelay"] = len(set.intersection(*(_fetch_all(server)[1] for _ in range(3))))


def _fetch_all(server: Server) -> tuple[list[int], set[int]]:
    """The codes as they came, and those that took long."""
    connection = HTTPConnection(HOST, server.server_address[1], timeout=DEADLINE)
    codes, slow = [], set()
    try:
        for code in CODES:
            start = time.monotonic()
            connection.request("GET", f"/{code}")
            answer = connection.getresponse()
            answer.read()
            codes.append(answer.status)
            slow |= {code} if ms_since(start) > SLOW else set()
    finally:
        connection.close()
    return codes, slow


def _until_eof(server: Server, *request: str) -> bool:
    """Does the answer end with EOF, and the body in it with the answer? Raises TimeoutError where EOF does not come."""
    with Loopback() as loopback:
        client = loopback.tcp()
        client.connect((HOST, server.server_address[1]))
        client.sendall("\r\n".join([*request, f"Host: {HOST}", "", ""]).encode())
        answer = b""
        while chunk := client.recv(4096):
            answer += chunk
        return answer.partition(b"\r\n\r\n")[2] == BODY
