"""Sends letters through one SMTP server: its address, its encryption, and what its refusals mean."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import parse_qs, unquote, urlsplit

from inspect_app.domain.notices import one_line

SENDER_NAME = "Kiểm tra ATVSLĐ"
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PATIENCE_SECONDS = 30
NEAR = frozenset({"127.0.0.1", "::1", "localhost"})
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Away(Exception):
    """The mail server cannot be reached, or does not let us in: no letter's fault."""


class Refused(Exception):
    """The server refuses this letter. for_good: the same letter will never be taken."""

    def __init__(self, said: str, *, for_good: bool) -> None:
        super().__init__(said)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Post:
    """Where letters are handed in, from INSPECT_SMTP_URL.

    smtp:// encrypts when the server offers it, smtp+starttls:// insists on it, smtps:// is encrypted from the start.
    """

    host: str
    port: int
    scheme: str
    user: str
    password: str
    sender: str
    authority: str | None  # a file with the certificate of a private authority

    @classmethod
    def of(cls, url: str, base_url: str) -> "Post":
        """`…?from=address` names the sender, `…&ca=/file.pem` a private certificate authority."""
        parts, given = urlsplit(url), parse_qs(urlsplit(url).query)
        user = unquote(parts.username or "")
        ours = urlsplit(base_url).hostname or "localhost"
        usual = user if "@" in user else f"inspect@{ours}"
        return cls(
            host=parts.hostname or "",
            port=parts.port or PORTS[parts.scheme],
            scheme=parts.scheme,
            user=user,
            password=unquote(parts.password or ""),
            sender=given.get("from", [usual])[0],
            authority=next(iter(given.get("ca", [])), None),
        )

    @property
    def domain(self) -> str:
        """What message ids end with: always the same, so that they stay the same."""
        return self.sender.rpartition("@")[2] or "localhost"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person. `id` is its Message-ID: a second copy of the same letter is recognised by it."""

    id: str
    name: str
    address: str
    subject: str
    body: str
    html: str
    made_at: datetime
    file_name: str | None = None
    file: bytes | None = None

    def message(self, post: Post) -> EmailMessage:
        """ValueError when the address is none. Names cannot break out of their header: they are one line, encoded."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(SENDER_NAME, addr_spec=post.sender)
        message["To"] = Address(one_line(self.name), addr_spec=self.address)
        message["Subject"] = one_line(self.subject)
        message["Date"] = self.made_at
        message["Message-ID"] = f"<{self.id}@{post.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body)
        message.add_alternative(self.html, subtype="html")
        if self.file is not None:
            message.add_attachment(self.file, maintype=XLSX[0], subtype=XLSX[1], filename=self.file_name)
        return message


class Line:
    """An open connection to the mail server."""

    def __init__(self, post: Post, server: smtplib.SMTP) -> None:
        self._post, self._server = post, server

    def send(self, letter: Letter) -> None:
        """Raises Refused, or Away when the connection is lost."""
        try:
            message = letter.message(self._post)
        except ValueError as error:
            raise Refused(f"address: {error}", for_good=True) from error
        try:
            self._server.send_message(message, from_addr=self._post.sender, to_addrs=[letter.address])
        except smtplib.SMTPRecipientsRefused as error:
            code, told = next(iter(error.recipients.values()))
            raise Refused(_said(code, told), for_good=_is_final(code)) from error
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise Refused(_said(error.smtp_code, error.smtp_error), for_good=_is_final(error.smtp_code)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Away(f"{type(error).__name__}: {error}") from error


@contextmanager
def open_line(post: Post) -> Iterator[Line]:
    """Connect, encrypt, sign in. Raises Away; what the block raises goes through untouched."""
    server = _connect(post)
    try:
        yield Line(post, server)
    finally:
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()  # it was gone already


def _connect(post: Post) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=post.authority)
    try:
        server: smtplib.SMTP
        if post.scheme == "smtps":
            server = smtplib.SMTP_SSL(post.host, post.port, timeout=PATIENCE_SECONDS, context=context)
        else:
            server = smtplib.SMTP(post.host, post.port, timeout=PATIENCE_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise Away(f"{type(error).__name__}: {error}") from error
    try:
        _let_in(post, server, context)
    except (smtplib.SMTPException, OSError) as error:
        server.close()
        raise Away(f"{type(error).__name__}: {error}") from error
    except Away:
        server.close()
        raise
    return server


def _let_in(post: Post, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
    server.ehlo()
    encrypted = post.scheme == "smtps"
    if not encrypted and (post.scheme == "smtp+starttls" or server.has_extn("starttls")):
        server.starttls(context=context)
        server.ehlo()
        encrypted = True
    if post.user:
        if not encrypted and post.host not in NEAR:
            raise Away("the server offers no encryption: the password was not sent")
        try:
            server.login(post.user, post.password)
        except UnicodeEncodeError as error:
            raise Away("the mail server's name or password has letters beyond ASCII, which cannot be sent") from error


def _is_final(code: int) -> bool:
    return 500 <= code < 600


def _said(code: int, told: bytes | str) -> str:
    text = told.decode("utf-8", errors="replace") if isinstance(told, bytes) else told
    return one_line(f"{code} {text}")
