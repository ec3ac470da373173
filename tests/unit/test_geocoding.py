"""Proposals for a pin: asked politely, once per address, inside the province, against a service on this machine."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside.geocoder import PAUSE
from inspect_app.services import geocoding

PLACES = [
    {"lat": "21.59", "lon": "105.84", "display_name": "12, Lương Ngọc Quyến, Thái Nguyên"},
    {"lat": "21.02", "lon": "105.85", "display_name": "12, Lương Ngọc Quyến, Hà Nội"},
]


class Service(ThreadingHTTPServer):
    """Answers like Nominatim and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[dict[str, list[str]], str]] = []
        self.is_broken = False


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append((parse_qs(urlsplit(self.path).query), self.headers["User-Agent"]))
        self.send_response(503 if self.server.is_broken else 200)
        self.end_headers()
        self.wfile.write(json.dumps(PLACES).encode())

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def geocoder(service: Service, folder: Path) -> geocoding.Geocoder:
    return geocoding.service("ban-do@co-quan.example", f"http://127.0.0.1:{service.server_port}", folder)


def test_without_a_contact_nobody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="geocoding-off"):
        geocoding.service(None, "https://nominatim.example", tmp_path)


def test_the_service_is_told_who_asks_and_only_the_province_counts(service: Service, tmp_path: Path) -> None:
    found = geocoding.ask(geocoder(service, tmp_path), "12, Lương Ngọc Quyến")

    assert [(each.lat, each.lon) for each in found] == [(21.59, 105.84)]
    [(query, agent)] = service.asked
    assert "ban-do@co-quan.example" in agent
    assert query["bounded"] == ["1"]
    assert query["countrycodes"] == ["vn"]


def test_two_questions_are_a_second_apart(service: Service, tmp_path: Path) -> None:
    asking = geocoder(service, tmp_path)
    began = time.monotonic()

    for _ in range(2):
        geocoding.ask(asking, "x")

    assert time.monotonic() - began >= PAUSE - 0.1


def test_a_service_in_trouble_is_told_as_such(service: Service, tmp_path: Path) -> None:
    service.is_broken = True

    with pytest.raises(RuleBroken, match="geocoding-failed"):
        geocoding.ask(geocoder(service, tmp_path), "x")


def test_one_writing_of_an_address() -> None:
    assert geocoding.question(" Tổ  5 ", "Phường Gia Sàng") == "Tổ 5, Phường Gia Sàng, Thái Nguyên, Việt Nam"
    assert len(geocoding.question("x" * 900, "")) == 500
