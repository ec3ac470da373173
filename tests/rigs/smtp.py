"""A real SMTP server on a free port that keeps what it is sent; it can be told to refuse, to insist and to go away."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from inspect_app.outside.certificates import make_certificate
from tests.rigs import children

USER, PASSWORD = "kiem-tra@co-quan.example", "s3cret/of:the?mail@box"


@dataclass
class Postbox:
    """What arrived, oldest first. refusing: address → the answer it gets."""

    port: int
    received: list[EmailMessage] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    authority: Path | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - named by the library
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - named by the library
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 kept"


@contextmanager
def running(folder: Path, *, scheme: str = "smtp", needs_password: bool = False) -> Iterator[Postbox]:
    """scheme: smtp (no encryption offered), smtp+starttls (insists), smtps (from the start)."""
    box = Postbox(children.free_port())
    options: dict[str, Any] = {}
    if scheme != "smtp":
        box.authority, certificate, key = make_certificate(folder, "127.0.0.1", datetime.now(UTC))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    if needs_password:
        options |= {"authenticator": _authenticator(box), "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _authenticator(box: Postbox) -> Any:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        right = data.login == USER.encode() and data.password == PASSWORD.encode()
        if right:
            box.signed_in.append(mechanism)
        return AuthResult(success=right, handled=False)

    return check


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """The body in one of its two forms."""
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


__all__ = ["PASSWORD", "USER", "Postbox", "running", "text_of"]
