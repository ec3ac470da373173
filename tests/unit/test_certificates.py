"""The certificate for trying a phone in the local network."""

import ssl
import stat
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from inspect_app.outside.certificates import make_certificate


def test_a_client_that_trusts_the_authority_and_only_that_one_connects(tmp_path: Path) -> None:
    authority, certificate, key = make_certificate(tmp_path, "127.0.0.1", datetime.now(UTC))
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.socket = served.wrap_socket(server.socket, server_side=True)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    address = f"https://127.0.0.1:{server.server_port}/"
    try:
        with urlopen(address, context=ssl.create_default_context(cafile=str(authority))) as answer:
            assert answer.read() == b"hello"
        with pytest.raises(URLError):
            urlopen(address, context=ssl.create_default_context())
    finally:
        server.shutdown()
        server.server_close()
        running.join()


def test_the_key_is_for_the_owner_alone(tmp_path: Path) -> None:
    key = make_certificate(tmp_path, "may-chu.local", datetime.now(UTC))[2]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Quiet."""
