"""Another system: a real HTTP server that keeps what it is sent and answers as a test says."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from inspect_app.outside.certificates import make_certificate


@dataclass(frozen=True, slots=True)
class Arrived:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What arrived, oldest first. status: what is answered; drip: seconds between the letters of an endless answer."""

    url: str = ""
    authority: Path | None = None
    received: list[Arrived] = field(default_factory=list)
    status: int = 204
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    look: Callable[[Arrived], int] | None = None  # decides the status of one request


class _Handler(BaseHTTPRequestHandler):
    """One request; `here` and `ended` are those of the server that took it."""

    here: Receiver
    ended: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        arrived = Arrived(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.here.received.append(arrived)
        if self.here.drip:
            self._drip()
            return
        self.send_response(self.here.look(arrived) if self.here.look else self.here.status)
        for name, value in self.here.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.here.answer)))
        self.end_headers()
        self.wfile.write(self.here.answer)

    def _drip(self) -> None:
        self.close_connection = True
        with suppress(OSError):  # whoever waited has gone
            while not self.ended.wait(self.here.drip):
                self.wfile.write(b"H")

    def log_message(self, *given: object) -> None:
        """Tests look at what arrived, not at a log."""


@contextmanager
def running(tls: Path | None = None) -> Iterator[Receiver]:
    """tls: a folder for a certificate of its own authority; none: plain HTTP."""
    here, ended = Receiver(), threading.Event()
    handler = type("Handler", (_Handler,), {"here": here, "ended": ended})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        here.authority, certificate, key = make_certificate(tls, "127.0.0.1", datetime.now(UTC))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    here.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
