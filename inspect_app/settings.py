"""Every INSPECT_* variable, read once into one frozen value; docs/settings.md describes each of them."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

SHORTEST_SECRET = 32
Network = IPv4Network | IPv6Network


class Environment(StrEnum):
    """Where this installation stands: a demo forgives, production does not."""

    DEMO = "demo"
    PRODUCTION = "production"


class SettingsWrong(SystemExit):
    """A setting stops the start. The message, in Vietnamese and English, goes to the console; the exit code is 1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Made by `from_environment`, handed down by app and cli, read nowhere else."""

    environment: Environment = field(metadata={"variable": "INSPECT_ENV"})
    data_dir: Path = field(metadata={"variable": "INSPECT_DATA_DIR"})
    database_url: str = field(metadata={"variable": "INSPECT_DATABASE_URL"}, repr=False)
    secret_key: str = field(metadata={"variable": "INSPECT_SECRET_KEY"}, repr=False)
    signing_key: Path = field(metadata={"variable": "INSPECT_SIGNING_KEY"})
    host: str = field(metadata={"variable": "INSPECT_HOST"})
    port: int = field(metadata={"variable": "INSPECT_PORT"})
    base_url: str = field(metadata={"variable": "INSPECT_BASE_URL"})
    tls_certificate: Path | None = field(metadata={"variable": "INSPECT_TLS_CERTIFICATE"})
    tls_key: Path | None = field(metadata={"variable": "INSPECT_TLS_KEY"})
    evidence_url: str = field(metadata={"variable": "INSPECT_EVIDENCE_URL"})
    queue_url: str = field(metadata={"variable": "INSPECT_QUEUE_URL"}, repr=False)
    smtp_url: str | None = field(metadata={"variable": "INSPECT_SMTP_URL"}, repr=False)
    tile_url: str | None = field(metadata={"variable": "INSPECT_TILE_URL"})
    tile_credit: str = field(metadata={"variable": "INSPECT_TILE_CREDIT"})
    geocoder_contact: str | None = field(metadata={"variable": "INSPECT_GEOCODER_CONTACT"})
    geocoder_url: str = field(metadata={"variable": "INSPECT_GEOCODER_URL"})
    inhouse_nets: tuple[Network, ...] = field(metadata={"variable": "INSPECT_INHOUSE_NETS"})
    locale: str = field(metadata={"variable": "INSPECT_LOCALE"})
    workers: int = field(metadata={"variable": "INSPECT_WORKERS"})
    threads: int = field(metadata={"variable": "INSPECT_THREADS"})
    proxies: int = field(metadata={"variable": "INSPECT_PROXIES"})

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> "Settings":
        """Read and check everything; raises SettingsWrong, never guesses. An empty variable counts as absent."""
        given = {name: value.strip() for name, value in variables.items() if value.strip()}
        environment = Environment(_one_of(given, "INSPECT_ENV", [str(e) for e in Environment], Environment.DEMO))
        data_dir = Path(given.get("INSPECT_DATA_DIR", "instance")).expanduser().absolute()
        host = given.get("INSPECT_HOST", "127.0.0.1")
        port = _whole_number(given, "INSPECT_PORT", 8000, least=1, most=65535)
        return cls(
            environment=environment,
            data_dir=data_dir,
            database_url=given.get("INSPECT_DATABASE_URL", f"sqlite:///{data_dir / 'inspect.sqlite3'}"),
            secret_key=_secret(given, environment, data_dir),
            signing_key=Path(given.get("INSPECT_SIGNING_KEY", data_dir / "signing.pem")).expanduser().absolute(),
            host=host,
            port=port,
            base_url=_base_url(given, host, port),
            tls_certificate=_file(given, "INSPECT_TLS_CERTIFICATE"),
            tls_key=_file(given, "INSPECT_TLS_KEY"),
            evidence_url=_evidence_url(given, data_dir),
            queue_url=_queue_url(given),
            smtp_url=_smtp_url(given),
            tile_url=_tile_url(given),
            tile_credit=given.get("INSPECT_TILE_CREDIT", ""),
            geocoder_contact=given.get("INSPECT_GEOCODER_CONTACT"),
            geocoder_url=_geocoder_url(given),
            inhouse_nets=_inhouse_nets(given),
            locale=_one_of(given, "INSPECT_LOCALE", ["vi", "en"], "vi"),
            workers=_whole_number(given, "INSPECT_WORKERS", max(1, min(os.cpu_count() or 1, 4)), least=1, most=64),
            threads=_whole_number(given, "INSPECT_THREADS", 32, least=1, most=256),
            proxies=_whole_number(given, "INSPECT_PROXIES", 0, least=0, most=8),
        )

    @property
    def is_production(self) -> bool:
        """Demo data and demo passwords are refused here."""
        return self.environment is Environment.PRODUCTION

    @property
    def is_secure(self) -> bool:
        """People reach us over HTTPS, so cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def tile_origin(self) -> str:
        """The one other server a page may take pictures from; empty when there is none."""
        parts = urlsplit(self.tile_url or "")
        return f"{parts.scheme}://{parts.netloc}" if self.tile_url else ""

    @property
    def evidence_dir(self) -> Path:
        """The folder behind `evidence_url`."""
        return Path(unquote(urlsplit(self.evidence_url).path))


def _stop(vietnamese: str, english: str) -> SettingsWrong:
    return SettingsWrong(f"{vietnamese}\n{english}")


def _one_of(given: Mapping[str, str], name: str, allowed: list[str], default: str) -> str:
    value = given.get(name, default)
    if value not in allowed:
        raise _stop(
            f"{name} = {value!r} không hợp lệ; giá trị được phép: {', '.join(allowed)}.",
            f"{name} = {value!r} is not allowed; it may be: {', '.join(allowed)}.",
        )
    return value


def _whole_number(given: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise _stop(
            f"{name} = {text!r} phải là số nguyên từ {least} đến {most}.",
            f"{name} = {text!r} must be a whole number from {least} to {most}.",
        )
    return int(text)


def _base_url(given: Mapping[str, str], host: str, port: int) -> str:
    # Who listens on every address is still reached by name; the machine itself is the one name we know.
    reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    shown = f"[{reachable}]" if ":" in reachable else reachable
    scheme = "https" if "INSPECT_TLS_CERTIFICATE" in given else "http"
    url = given.get("INSPECT_BASE_URL", f"{scheme}://{shown}:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise _stop(
            f"INSPECT_BASE_URL = {url!r} phải có dạng https://tên-miền, không kèm đường dẫn.",
            f"INSPECT_BASE_URL = {url!r} must look like https://name, without a path.",
        )
    return url


def _file(given: Mapping[str, str], name: str) -> Path | None:
    if name not in given:
        return None
    path = Path(given[name]).expanduser().absolute()
    if not path.is_file():
        raise _stop(f"{name}: không có tệp {path}.", f"{name}: there is no file {path}.")
    return path


def _tile_url(given: Mapping[str, str]) -> str | None:
    url = given.get("INSPECT_TILE_URL")
    if url is None:
        return None
    parts = urlsplit(url)
    has_places = all(part in parts.path for part in ("{z}", "{x}", "{y}")) and url.count("{") == 3
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_places or {*url} & set(" ;,'\""):
        raise _stop(
            f"INSPECT_TILE_URL = {url!r} phải có dạng https://tên-miền/{{z}}/{{x}}/{{y}}.png.",
            f"INSPECT_TILE_URL = {url!r} must look like https://name/{{z}}/{{x}}/{{y}}.png.",
        )
    return url


def _evidence_url(given: Mapping[str, str], data_dir: Path) -> str:
    url = given.get("INSPECT_EVIDENCE_URL", (data_dir / "evidence").as_uri())
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc or len(parts.path) < 2:
        raise _stop(
            f"INSPECT_EVIDENCE_URL = {url!r} phải là một thư mục: file:///đường/dẫn.",
            f"INSPECT_EVIDENCE_URL = {url!r} must be a folder: file:///some/path.",
        )
    return url


def _queue_url(given: Mapping[str, str]) -> str:
    url = given.get("INSPECT_QUEUE_URL", "local")
    if url != "local" and not (urlsplit(url).scheme in {"redis", "rediss"} and _is_address(url)):
        raise _stop(
            f"INSPECT_QUEUE_URL = {url!r} phải là `local` hoặc redis://máy:6379/0.",
            f"INSPECT_QUEUE_URL = {url!r} must be `local` or redis://host:6379/0.",
        )
    return url


def _geocoder_url(given: Mapping[str, str]) -> str:
    url = given.get("INSPECT_GEOCODER_URL", "https://nominatim.openstreetmap.org").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
        raise _stop(
            "INSPECT_GEOCODER_URL phải có dạng https://máy (một dịch vụ Nominatim).",
            "INSPECT_GEOCODER_URL must look like https://host (a Nominatim service).",
        )
    return url


def _inhouse_nets(given: Mapping[str, str]) -> tuple[Network, ...]:
    text = given.get("INSPECT_INHOUSE_NETS", "")
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise _stop(
            f"INSPECT_INHOUSE_NETS = {text!r} phải là các dải địa chỉ, ví dụ 10.20.0.0/16, cách nhau bằng dấu phẩy.",
            f"INSPECT_INHOUSE_NETS = {text!r} must be networks such as 10.20.0.0/16, with commas between.",
        ) from None


def _smtp_url(given: Mapping[str, str]) -> str | None:
    url = given.get("INSPECT_SMTP_URL")
    if url is not None and not (urlsplit(url).scheme in {"smtp", "smtps", "smtp+starttls"} and _is_address(url)):
        raise _stop(
            "INSPECT_SMTP_URL phải có dạng smtp://, smtp+starttls:// hoặc smtps://người:mật-khẩu@máy:cổng.",
            "INSPECT_SMTP_URL must look like smtp://, smtp+starttls:// or smtps://user:password@host:port.",
        )
    return url


def _is_address(url: str) -> bool:
    """It has a host, and a port that is one if any; the password in it is never shown."""
    try:
        return bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:
        return False


def _secret(given: Mapping[str, str], environment: Environment, data_dir: Path) -> str:
    secret = given.get("INSPECT_SECRET_KEY")
    if secret is None:
        if environment is Environment.DEMO:
            return _kept_secret(data_dir)
        raise _stop(
            "Thiếu INSPECT_SECRET_KEY: với INSPECT_ENV=production máy chủ không khởi động khi chưa có khóa bí mật.",
            "INSPECT_SECRET_KEY is missing: with INSPECT_ENV=production the server does not start without a secret. "
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    if len(secret) < SHORTEST_SECRET:
        raise _stop(
            f"INSPECT_SECRET_KEY quá ngắn: cần ít nhất {SHORTEST_SECRET} ký tự.",
            f"INSPECT_SECRET_KEY is too short: it needs at least {SHORTEST_SECRET} characters.",
        )
    return secret


def _kept_secret(data_dir: Path) -> str:
    """The demo's own secret, made once. Several processes may start at the same moment: the first to link wins."""
    kept = data_dir / "secret.key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".secret.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass  # another process was first; its secret is the one
        finally:
            draft.unlink()
    return kept.read_text(encoding="ascii")
