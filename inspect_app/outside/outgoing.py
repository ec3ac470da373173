"""Requests that leave the house for addresses that people have entered: public ones only, unless a setting says so.

The name is looked up once and the connection goes to exactly what was checked, so that a name cannot mean another
machine a moment later. Redirects are answers like others: nothing is followed.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

PATIENCE = 10.0  # seconds for each single wait
DEADLINE = 15.0  # seconds for the whole, however slowly an answer drips
LONGEST_URL = 1000
MOST_READ = 2048  # of an answer: enough to show a person what went wrong
AGENT = "inspect-app"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Addresses that carry another one inside, where our look at it would not see it.
_CARRIERS: tuple[IPv6Network, ...] = tuple(
    IPv6Network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


class Unreached(Exception):
    """No answer came; the message says why, for a person of the office."""


class Refused(Unreached):
    """We do not go there."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    said: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """inhouse: networks that may be reached although they are not public, there also without encryption."""

    inhouse: tuple[Network, ...] = ()

    def check(self, url: str) -> None:
        """Whether an address may be entered at all, without looking it up. Raises Refused."""
        parts = _parts(url)
        if parts.scheme == "http" and not self.inhouse:
            raise Refused("Địa chỉ phải bắt đầu bằng https://.")
        literal = _literal(parts.hostname or "")
        if literal is not None:
            self._check_address(literal, parts.scheme)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises Unreached when there is no answer, Refused when the address is none of those that may be asked."""
        parts = _parts(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        began = time.monotonic()
        where = self._look_up(host, port, parts.scheme)
        connection = _connection(parts.scheme, host, port, where)
        end = threading.Timer(max(0.1, DEADLINE - (time.monotonic() - began)), _cut, (connection,))
        end.daemon = True
        end.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {"User-Agent": AGENT, "Accept": "*/*", **headers})
            answer = connection.getresponse()
            said = answer.read(MOST_READ).decode("utf-8", "replace")
            return Answer(answer.status, " ".join(said.split())[:300])
        except ssl.SSLError as trouble:
            raise Unreached(f"Chứng thư hoặc mã hóa không dùng được: {trouble}"[:300]) from trouble
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise Unreached(_told(trouble)) from trouble
        finally:
            end.cancel()
            connection.close()

    def _look_up(self, host: str, port: int, scheme: str) -> Sequence[Address]:
        """Every address the name stands for; one that may not be asked refuses the name."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as trouble:
            raise Unreached(f"Không tìm thấy máy {host}.") from trouble
        addresses = list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))
        for each in addresses:
            self._check_address(each, scheme)
        return addresses

    def _check_address(self, address: Address, scheme: str) -> None:
        inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        meant = inner or address
        if any(meant in network for network in self.inhouse if network.version == meant.version):
            return
        if scheme != "https":
            raise Refused("Địa chỉ ngoài mạng nội bộ phải bắt đầu bằng https://.")
        if not is_public(meant):
            raise Refused(f"Không gửi đến địa chỉ nội bộ {address}.")


def is_public(address: Address) -> bool:
    """An address of the open internet: not this machine, not our networks, not a group, nothing hidden inside."""
    if isinstance(address, IPv6Address) and (address.is_site_local or any(address in carrier for carrier in _CARRIERS)):
        return False
    closed = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
    )
    return address.is_global and not any(closed)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("Địa chỉ không đọc được.") from None
    sound = parts.scheme in {"https", "http"} and parts.hostname and not parts.fragment and "@" not in parts.netloc
    if not sound or port == 0 or len(url) > LONGEST_URL or not url.isascii() or any(each <= " " for each in url):
        raise Refused("Địa chỉ phải có dạng https://máy/đường-dẫn, không kèm tên và mật khẩu.")
    return parts


def _literal(host: str) -> Address | None:
    """The address a host is written as, also in the short forms that the system's look-up takes (127.1, 0x7f000001)."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _connection(scheme: str, host: str, port: int, where: Sequence[Address]) -> http.client.HTTPConnection:
    if scheme == "https":
        return _Tls(host, port, where)
    return _Plain(host, port, where)


class _Plain(http.client.HTTPConnection):
    """To the addresses that were checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, where: Sequence[Address]) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self._where = where

    def connect(self) -> None:
        self.sock = _open(self._where, self.port)


class _Tls(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int, where: Sequence[Address]) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=PATIENCE, context=self._tls)
        self._where = where

    def connect(self) -> None:
        raw = _open(self._where, self.port)
        self.sock = sock = self._tls.wrap_socket(raw, server_hostname=self.host, do_handshake_on_connect=False)
        sock.do_handshake()  # only now: the clock can cut what it can see


def _open(where: Sequence[Address], port: int) -> socket.socket:
    """The first of at most three that answers."""
    trouble: OSError = OSError("no address")
    for each in where[:3]:
        try:
            return socket.create_connection((str(each), port), timeout=PATIENCE / 2)
        except OSError as error:
            trouble = error
    raise trouble


def _cut(connection: http.client.HTTPConnection) -> None:
    """Called by the clock: whoever waits for this answer wakes up with an error."""
    sock = connection.sock
    if sock is not None:
        with suppress(OSError):  # it has just come to its end by itself
            sock.shutdown(socket.SHUT_RDWR)


def _told(trouble: Exception) -> str:
    if isinstance(trouble, TimeoutError):
        return "Không trả lời trong thời gian chờ."
    return f"Không kết nối được: {str(trouble) or type(trouble).__name__}"[:300]
