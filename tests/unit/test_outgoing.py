"""Requests that leave the house: not into it, not elsewhere than was checked, and never for long."""

import time
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from inspect_app.outside import outgoing
from inspect_app.outside.outgoing import Answer, Outgoing, Refused, Unreached, is_public
from tests.rigs import children, receiver
from tests.rigs.receiver import Receiver

OPEN = Outgoing()
HERE = Outgoing((ip_network("127.0.0.1/32"),))


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver.running() as running:
        yield running


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "203.162.4.190"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - an address that is refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:0:1::1",
        "::127.0.0.1",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_never_asked(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/in",
        "https://localhost/in",
        "https://[::1]/in",
        "https://[::ffff:127.0.0.1]/in",
        "https://127.1/in",
        "https://2130706433/in",
        "https://0x7f000001/in",
        "https://10.0.0.8/in",
        "https://169.254.169.254/latest",
        "http://1.1.1.1/in",
    ],
)
def test_nothing_is_sent_into_the_house(url: str) -> None:
    with pytest.raises(Refused):
        OPEN.post(url, b"{}", {})


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "https:///in",
        "https://name:word@example.org/",
        "https://example.org/#there",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: other",
        "https://ví-dụ.example/",
        "http://example.org/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "javascript:alert(1)",
        f"https://example.org/{'x' * 1000}",
    ],
)
def test_what_may_not_even_be_entered(url: str) -> None:
    with pytest.raises(Refused):
        OPEN.check(url)


def test_a_name_is_judged_when_it_is_used() -> None:
    OPEN.check("https://localhost/in")  # who knows what it will stand for
    with pytest.raises(Refused, match="nội bộ"):
        OPEN.post("https://localhost/in", b"{}", {})


def test_a_named_network_may_be_asked_also_in_plain(other: Receiver) -> None:
    other.answer, other.status = "đã nhận\n".encode(), 200

    assert HERE.post(f"{other.url}?a=1", b"{}", {"webhook-id": "1"}) == Answer(200, "đã nhận")

    (arrived,) = other.received
    assert (arrived.path, arrived.body, arrived.headers["webhook-id"]) == ("/in?a=1", b"{}", "1")


def test_one_network_opens_no_other(other: Receiver) -> None:
    elsewhere = Outgoing((ip_network("10.0.0.0/8"),))

    with pytest.raises(Refused):
        elsewhere.post(other.url, b"{}", {})

    assert other.received == []


def test_a_redirect_is_an_answer_and_not_a_way(other: Receiver) -> None:
    with receiver.running() as second:
        other.status, other.headers = 307, {"Location": second.url}

        assert HERE.post(other.url, b"{}", {}).status == 307

        assert second.received == []


def test_an_answer_without_end_is_cut_off(other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "DEADLINE", 0.5)
    other.drip = 0.05
    began = time.monotonic()

    with pytest.raises(Unreached):
        HERE.post(other.url, b"{}", {})

    assert time.monotonic() - began < outgoing.PATIENCE


def test_no_more_of_an_answer_is_read_than_is_shown(other: Receiver) -> None:
    other.status, other.answer = 500, b"x" * 1_000_000
    assert HERE.post(other.url, b"{}", {}) == Answer(500, "x" * 300)


def test_a_machine_that_is_away_is_told_in_words() -> None:
    with pytest.raises(Unreached, match="Không kết nối được"):
        HERE.post(f"http://127.0.0.1:{children.free_port()}/", b"{}", {})


def test_a_name_that_is_none_is_told_in_words() -> None:
    with pytest.raises(Unreached, match="Không tìm thấy máy"):
        OPEN.post("https://no-such-machine.invalid/", b"{}", {})


def test_a_certificate_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver.running(tmp_path / "tls") as other:
        with pytest.raises(Unreached, match="Chứng thư"):
            HERE.post(other.url, b"{}", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
        assert HERE.post(other.url, b"{}", {}).status == 204
        assert len(other.received) == 1
