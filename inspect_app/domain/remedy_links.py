"""The establishment's link: its token, how long it opens, which findings it shows, and what may be sent through it."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from inspect_app.domain.deadlines import VIETNAM
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.seals import b64
from inspect_app.domain.violations import Remedy

# As people read a day; the door shuts when that day has ended.
PROPOSED_DAYS = 90
LONGEST_DAYS = 365
MOST_FILES = 6  # in one sending
LARGEST_FILE = 15 * 1024 * 1024
LARGEST_SENDING = MOST_FILES * LARGEST_FILE + 1024 * 1024
MOST_PROOFS = 60  # about one finding
LONGEST_NOTE = 2000
LONGEST_NAME = 120
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_PURPOSE = b"inspect-remedy-link/1:"

# Not yet confirmed by the leader, or found to be none: nothing to be told outside the house.
HIDDEN = frozenset({Remedy.AWAITING_LEADER, Remedy.CANCELLED})
# Proof is taken in until somebody has closed the finding: what comes late is still worth knowing.
OPEN_TO_PROOF = frozenset(Remedy) - HIDDEN - {Remedy.CLOSED, Remedy.REMEDIED}


class ProofKind(StrEnum):
    """What can be sent: a picture, a paper, words."""

    PHOTO = "photo"
    PDF = "pdf"
    NOTE = "note"


class Result(StrEnum):
    """What a person may answer to proof. Closing is another step, and another person's than the author's."""

    ACCEPTED = "accepted"
    ASKED_AGAIN = "asked-again"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent. name: what the sender's phone called it; never used as a path."""

    kind: ProofKind
    sha256: str
    size: int
    name: str


def token_of(secret: str, link: UUID) -> str:
    """256 bits nobody can guess without the installation's secret; made again whenever the code is printed again."""
    return b64(hmac.new(secret.encode(), _PURPOSE + link.bytes, hashlib.sha256).digest())


def token_hash(token: str) -> str | None:
    """What is stored of a token; None for what cannot be one."""
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else None


def is_open(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    return revoked_at is None and now < expires_at


def check_last_day(last_day: date, today: date) -> None:
    """RuleBroken "remedy-link-term": a link opens from today for at most a year."""
    if not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
        raise RuleBroken("remedy-link-term", most=LONGEST_DAYS)


def kind_of(beginning: bytes) -> ProofKind | None:
    """What a file is by its first bytes; whatever its name and its sender say about it."""
    if beginning.startswith(b"%PDF-"):
        return ProofKind.PDF
    is_webp = beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP"
    if beginning.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or is_webp:
        return ProofKind.PHOTO
    return None


def plain_name(given: str) -> str:
    """The last part of a file's name without what cannot be shown."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and not "\ud800" <= letter <= "\udfff")
    return kept.strip()[:LONGEST_NAME]


def plain_note(given: str) -> str:
    """Words in one form, so that the same words sent twice are the same proof."""
    return given.replace("\r\n", "\n").replace("\r", "\n").strip()[:LONGEST_NOTE]


def shuts_at(last_day: date) -> datetime:
    """When the last day ends in Vietnam."""
    return datetime.combine(last_day + timedelta(days=1), time(), VIETNAM)


def last_day(expires_at: datetime) -> date:
    """The other way round: the last day on which it opens."""
    return (expires_at - timedelta(seconds=1)).astimezone(VIETNAM).date()
