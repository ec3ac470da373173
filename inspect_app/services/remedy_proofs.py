"""The establishment's side of its link: what it is shown, and how its proof becomes evidence."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from inspect_app.domain import citations
from inspect_app.domain.deadlines import local_day, overdue_days
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.remedy_links import (
    LONGEST_NOTE,
    MOST_PROOFS,
    OPEN_TO_PROOF,
    File,
    ProofKind,
    is_open,
    last_day,
    token_hash,
)
from inspect_app.domain.violations import OPEN_REMEDY, Remedy, Step
from inspect_app.services import notices, patience
from inspect_app.services.planning import get
from inspect_app.services.remedy_links import find, findings_of
from inspect_app.store import audit, people
from inspect_app.store import remedy as store
from inspect_app.store import violations as violations_store
from inspect_app.store.database import Tx
from inspect_app.store.tables import (
    Inspection,
    Organisation,
    Photo,
    RemedyAnswer,
    RemedyLink,
    RemedyProof,
    Violation,
    ViolationStep,
)

FREE_UNKNOWN = 20  # addresses that do not exist, by network
FREE_SENDINGS = 40  # by link
FREE_FROM_NETWORK = 300  # a whole industrial zone may share one address


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding in the establishment's own page."""

    row: Violation
    basis: str
    requested: str  # the paper that asked for the remedy; empty when none was written yet
    asked_on: date | None
    late_days: int
    takes_proof: bool
    photos: list[Photo]
    proofs: list[RemedyProof]
    answers: list[RemedyAnswer]
    waits: int  # proofs nobody has answered yet


@dataclass(frozen=True, slots=True)
class Page:
    """All that a link shows."""

    link: RemedyLink
    agency: str
    inspection: Inspection
    organisation: Organisation
    findings: list[Shown]

    @property
    def last_day(self) -> date:
        """The last day on which the link opens."""
        return last_day(self.link.expires_at)


@dataclass(frozen=True, slots=True)
class Received:
    """new: proofs that came with this sending; again: how many were here already."""

    new: list[RemedyProof]
    again: int


# --- the door -------------------------------------------------------------------------------------


def behind(tx: Tx, token: str, network: str, now: datetime) -> RemedyLink:
    """The link of a token, in the scope of everybody. RuleBroken: too-many-tries, not-found, remedy-link-shut."""
    patience.check(tx, patience.of_network("remedy", network), now)
    link = _behind(tx, token)
    if link is None:
        raise RuleBroken("not-found")
    if not is_open(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        raise RuleBroken("remedy-link-shut")
    return link


def is_usable(tx: Tx, token: str, now: datetime) -> bool:
    """Whether something may be sent through it; asked before the body of a request is read."""
    link = _behind(tx, token)
    return link is not None and is_open(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now)


def _behind(tx: Tx, token: str) -> RemedyLink | None:
    hashed = token_hash(token)
    return store.by_token(tx, hashed) if hashed else None


def count_unknown(tx: Tx, network: str, now: datetime) -> None:
    patience.count(tx, patience.of_network("remedy", network), now, free=FREE_UNKNOWN)


def count_sending(tx: Tx, link: UUID, network: str, now: datetime) -> None:
    """Every sending counts, also one that brings nothing. RuleBroken "too-many-tries"."""
    for key, free in (
        (f"remedy-link:{link}", FREE_SENDINGS),
        (patience.of_network("remedy-send", network), FREE_FROM_NETWORK),
    ):
        patience.check(tx, key, now)
        patience.count(tx, key, now, free=free)


# --- what is shown --------------------------------------------------------------------------------


def read(tx: Tx, link_id: UUID, *, now: datetime) -> Page:
    """The page of a link, in the scope of its agency. A fixed number of reads."""
    link = find(tx, link_id)
    inspection = get(tx, link.inspection_id)
    agency = people.agency(tx, link.agency_id)
    rows = findings_of(tx, link)
    history = violations_store.steps(tx, [row.id for row in rows])
    sent = store.sent(tx, [link.id])
    chosen = set(link.photos)
    photos = store.shown_photos(tx, link.inspection_id, {row.item for row in rows}) if chosen else []
    organisation = store.organisations(tx, {link.organisation_id})[link.organisation_id]
    today = local_day(now)
    return Page(
        link,
        agency.name if agency else link.agency_id,
        inspection,
        organisation,
        [
            Shown(
                row,
                citations.printed(row.basis),
                *_requested(history[row.id]),
                overdue_days(row.deadline, today, is_open=row.remedy_status in OPEN_REMEDY),
                Remedy(row.remedy_status) in OPEN_TO_PROOF,
                [each for each in photos if each.item == row.item and each.sha256 in chosen],
                sent.proofs[row.id],
                sent.answers[row.id],
                sent.waits(row.id),
            )
            for row in rows
        ],
    )


def _requested(steps: Sequence[ViolationStep]) -> tuple[str, date | None]:
    """The paper that asked for the remedy, and its day."""
    asked = next((step.facts for step in reversed(steps) if step.step == Step.REQUEST_REMEDY), None)
    if asked is None:
        return "", None
    day = asked.get("date")
    return str(asked.get("document") or ""), date.fromisoformat(str(day)) if day else None


def is_shown_photo(tx: Tx, link_id: UUID, sha256: str) -> bool:
    """Whether this link shows this photo now."""
    link = find(tx, link_id)
    if sha256 not in link.photos:
        return False
    items = {row.item for row in findings_of(tx, link)}
    return any(each.sha256 == sha256 for each in store.shown_photos(tx, link.inspection_id, items))


# --- what is sent ---------------------------------------------------------------------------------


def check_open(tx: Tx, link_id: UUID, violation: UUID, coming: int) -> RemedyLink:
    """Whether the finding takes that many more. RuleBroken: not-found, remedy-finding-closed, remedy-proof-too-many."""
    link = find(tx, link_id)
    row = next((each for each in findings_of(tx, link) if each.id == violation), None)
    if row is None:
        raise RuleBroken("not-found")
    if Remedy(row.remedy_status) not in OPEN_TO_PROOF:
        raise RuleBroken("remedy-finding-closed")
    if len(store.of_violation(tx, violation)) + coming > MOST_PROOFS:
        raise RuleBroken("remedy-proof-too-many", most=MOST_PROOFS)
    return link


def receive(tx: Tx, link_id: UUID, violation: UUID, files: Sequence[File], note: str, *, now: datetime) -> Received:
    """Enter what was sent; its files are durable already. What is here already is not entered again.

    RuleBroken: those of `check_open`, remedy-link-shut, remedy-proof-empty.
    """
    find(tx, link_id, lock=True)  # the numbers of the proofs follow one another
    link = check_open(tx, link_id, violation, 0)
    if not is_open(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        raise RuleBroken("remedy-link-shut")
    if not files and not note:
        raise RuleBroken("remedy-proof-empty")
    sent = store.sent(tx, [link.id])
    here = {each.sha256 for each in sent.proofs[violation]}
    last = max((each.n for rows in sent.proofs.values() for each in rows), default=0)
    given = [*((file, "") for file in files), *([(_words(note), note)] if note else [])]
    coming: Mapping[str, tuple[File, str]] = {file.sha256: (file, text) for file, text in given}
    check_open(tx, link_id, violation, len(coming.keys() - here))
    new = [
        _proof(link, violation, last + at, file, text, now)
        for at, (file, text) in enumerate((each for sha, each in coming.items() if sha not in here), start=1)
    ]
    tx.add_all(new)
    tx.flush()
    subject = f"inspection:{link.inspection_id}"
    for each in new:
        audit.note(tx, audit.Entry(link.agency_id, None, "remedy.received", subject, now, told(each)))
    if new:
        _tell(tx, link, violation, len(new), now)
    return Received(new, len(given) - len(new))


def _words(note: str) -> File:
    content = note.encode()
    assert len(note) <= LONGEST_NOTE  # noqa: S101 - domain.remedy_links.plain_note has cut it
    return File(ProofKind.NOTE, hashlib.sha256(content).hexdigest(), len(content), "")


def _proof(link: RemedyLink, violation: UUID, n: int, file: File, text: str, now: datetime) -> RemedyProof:
    return RemedyProof(
        id=uuid4(),
        agency_id=link.agency_id,
        link_id=link.id,
        inspection_id=link.inspection_id,
        violation_id=violation,
        n=n,
        kind=file.kind.value,
        sha256=file.sha256,
        size=file.size,
        name=file.name,
        text=text,
        received_at=now,
    )


def told(proof: RemedyProof) -> dict[str, object]:
    """What the audit says about a proof, and what the case file is compared with."""
    return {
        "proof": str(proof.id),
        "link": str(proof.link_id),
        "violation": str(proof.violation_id),
        "n": proof.n,
        "kind": proof.kind,
        "sha256": proof.sha256,
        "size": proof.size,
        "name": proof.name,
    }


def _tell(tx: Tx, link: RemedyLink, violation: UUID, count: int, now: datetime) -> None:
    """Whoever follows the finding up, and whoever opened the door, hear of it."""
    row = violations_store.one(tx, violation)
    if row is None:
        return
    facts = {"count": count, "code": row.code}
    notices.tell(
        tx,
        {row.owner_id, link.made_by},
        "remedy-proof",
        subject=f"Bằng chứng khắc phục: {row.code}",
        href=f"/desk/remedy/{link.id}",
        facts=facts,
        now=now,
    )
