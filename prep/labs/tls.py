"""A TLS handshake between two ends in memory: who says what, and what an eavesdropper can still read.

TLS 1.2 (RFC 5246 §7.3) shows every message of the handshake but the last; TLS 1.3 (RFC 8446 §2) encrypts all that
follows ServerHello, and needs a round trip less. With (EC)DHE the certificate's key signs, it does not encrypt: the
session key is agreed by ServerKeyExchange and ClientKeyExchange, in TLS 1.3 by the two hellos. Nothing of a record
layer is a message boundary for the application, though reads follow records (RFC 8446 §5.1: 2^14 bytes at most).

The two ends are ssl.SSLObject over ssl.MemoryBIO: the same OpenSSL as under a socket, and each flight can be looked at.
"""

import ssl
from collections.abc import Iterator
from pathlib import Path

from prep.labs.kit import Ask, Facts, fact, lab
from prep.labs.tls_records import shown
from prep.text import Both

NAME = "prep.test"
CERTIFICATE = Path(__file__).with_name("tls_test.pem")  # with its key, which is published and protects nothing


class End:
    """One end: an SSLObject, and what is on its way out of it."""

    def __init__(self, context: ssl.SSLContext, name: str | None = None) -> None:
        """A client, where the name of the server that it wants is given; else a server."""
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._in, self._out, server_side=name is None, server_hostname=name)
        self.done = False
        self.fault: ssl.SSLError | None = None

    def shake(self, arrived: bytes) -> bytes:
        """Goes on with the handshake as far as it can. What it sends."""
        self._in.write(arrived)
        try:
            self.tls.do_handshake()
            self.done = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as fault:
            self.fault = fault
        return self._out.read()

    def send(self, data: bytes) -> bytes:
        self.tls.write(data)
        return self._out.read()

    def reads(self, arrived: bytes) -> Iterator[int]:
        """The sizes that reads of up to 64 KiB return."""
        self._in.write(arrived)
        while True:
            try:
                yield len(self.tls.read(65536))
            except ssl.SSLWantReadError:
                return


@lab(
    "tls.memory",
    Both("The flights of a TLS handshake", "TLS 握手，一趟一趟看"),
    (
        fact(
            'tls12 == [["ClientHello"], ["ServerHello", "Certificate", "ServerKeyExchange", "ServerHelloDone"], '
            '["ClientKeyExchange", "ChangeCipherSpec", "encrypted"], '
            '["NewSessionTicket", "ChangeCipherSpec", "encrypted"]]',
            "TLS 1.2: four flights, two round trips; only the Finished messages are encrypted",
            "TLS 1.2：四趟，两个往返；只有 Finished 是加密的",
        ),
        fact(
            'tls13 == [["ClientHello"], ["ServerHello", "ChangeCipherSpec", "ApplicationData x4"], '
            '["ChangeCipherSpec", "ApplicationData"]]',
            "TLS 1.3: three flights, one round trip; what follows ServerHello, the certificate too, looks like "
            "application data",
            "TLS 1.3：三趟，一个往返；ServerHello 之后的内容，包括证书，看起来都像应用数据",
        ),
        fact(
            'untrusted == ["CERTIFICATE_VERIFY_FAILED", "TLSV1_ALERT_UNKNOWN_CA"]',
            "a certificate that the client does not trust: it fails with CERTIFICATE_VERIFY_FAILED, the server gets "
            "the alert unknown_ca",
            "客户端不信任的证书：客户端报 CERTIFICATE_VERIFY_FAILED，服务器收到 unknown_ca 告警",
        ),
        fact(
            'host contains "Hostname mismatch"',
            "a trusted certificate for another name: Hostname mismatch",
            "证书可信但名字不对：Hostname mismatch",
            seen="Hostname mismatch, certificate is not valid for 'other.test'.",
        ),
        fact(
            "records == [10, 20]",
            "a write of 10 and one of 20: reads of 10 and 20, for a read ends with its record; a boundary by accident",
            "写 10 再写 20：读到 10 和 20，因为一次读不跨记录；只是碰巧有边界",
        ),
        fact(
            "big == [16384, 16384, 7232]", "a write of 40000: three records, three reads", "写 40000：三个记录，读三次"
        ),
    ),
    typical_ms=14,
    ask=Ask(
        "tls13",
        "What can be read on the wire of a TLS 1.3 handshake?",
        "在线路上看 TLS 1.3 握手，能看到什么？",
        (
            (
                [
                    ["ClientHello"],
                    ["ServerHello", "Certificate", "CertificateVerify", "Finished"],
                    ["Finished"],
                ],
                "hellos, certificate and Finished",
                "双方 Hello、证书和 Finished",
            ),
            (
                [
                    ["ClientHello"],
                    ["ServerHello", "ChangeCipherSpec", "ApplicationData x4"],
                    ["ChangeCipherSpec", "ApplicationData"],
                ],
                "the hellos; the rest looks like application data",
                "只有双方 Hello，其余都像应用数据",
            ),
            ([["ApplicationData"], ["ApplicationData"]], "nothing at all", "什么也看不到"),
        ),
    ),
)
def memory(facts: Facts) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    facts["untrusted"] = [fault and fault.reason for fault in _faults(client, server, NAME)]
    client.load_verify_locations(CERTIFICATE)
    facts["host"] = getattr(_faults(client, server, "other.test")[0], "verify_message", None) or "no fault"
    facts["tls13"] = _flights(client, server) if ssl.HAS_TLSv1_3 else None
    facts["records"], facts["big"] = _read_sizes(client, server, 10, 20), _read_sizes(client, server, 40000)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    facts["tls12"] = _flights(client, server)


def _handshake(client: End, server: End) -> Iterator[bytes]:
    """The flights, until both are done, or one has failed and the other has its alert."""
    speaker, other = client, server
    flight = speaker.shake(b"")
    while flight:
        yield flight
        speaker, other = other, speaker
        flight = speaker.shake(flight)
        if client.done and server.done:
            return  # tickets may follow; they are not part of it


def _flights(client: ssl.SSLContext, server: ssl.SSLContext) -> list[list[str]]:
    return [shown(flight) for flight in _handshake(End(client, name=NAME), End(server))]


def _faults(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> list[ssl.SSLError | None]:
    ends = End(client, name=name), End(server)
    for _ in _handshake(*ends):
        pass
    return [end.fault for end in ends]


def _read_sizes(client: ssl.SSLContext, server: ssl.SSLContext, *writes: int) -> list[int]:
    """What the server's reads return, after the client has written so many bytes at a time."""
    sender, receiver = End(client, name=NAME), End(server)
    for _ in _handshake(sender, receiver):
        pass
    return [*receiver.reads(b"".join([sender.send(bytes(size)) for size in writes]))]
