"""Making and shutting the establishment's link: which findings of which organisation, how long, with which photos."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.domain.remedy_links import HIDDEN, check_last_day, is_open, shuts_at, token_hash, token_of
from inspect_app.domain.violations import Remedy
from inspect_app.services.planning import get
from inspect_app.store import audit, case_rows
from inspect_app.store import remedy as store
from inspect_app.store.database import Tx
from inspect_app.store.remedy import LinkLine
from inspect_app.store.tables import Inspection, Organisation, Photo, RemedyAnswer, RemedyLink, Violation

__all__ = ["LinkLine", "RemedyLink"]

PAGE = 50
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Addressee:
    """One organisation of a visit: what may be shown to it, and the links it has."""

    organisation: Organisation
    findings: list[Violation]
    photos: list[Photo]
    links: list[RemedyLink]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says. id: minted with it, so that sending it twice makes one link."""

    id: UUID
    inspection: UUID
    organisation: UUID
    violations: tuple[UUID, ...]
    photos: tuple[str, ...]
    last_day: date


def of_visit(tx: Tx, inspection_id: UUID) -> tuple[Inspection, list[Addressee]]:
    """The organisations that answer for something found. RuleBroken "unknown-inspection"."""
    row = get(tx, inspection_id)
    findings = store.findings(tx, row.id)
    links = store.of_inspection(tx, row.id)
    photos = store.shown_photos(tx, row.id, {each.item for each in findings})
    ids = {each.organisation_id for each in findings} | {each.organisation_id for each in links}
    told = []
    for unit in sorted(store.organisations(tx, ids).values(), key=lambda each: (each.name, str(each.id))):
        mine = [each for each in findings if each.organisation_id == unit.id and is_shown(each)]
        items = {each.item for each in mine}
        pictures = [each for each in photos if each.item in items]
        told.append(Addressee(unit, mine, pictures, [each for each in links if each.organisation_id == unit.id]))
    return row, told


def is_shown(row: Violation) -> bool:
    return Remedy(row.remedy_status) not in HIDDEN


def make(tx: Tx, wanted: Wanted, *, actor: Actor, now: datetime, secret: str) -> RemedyLink:
    """Open a door. RuleBroken: unknown-inspection, other-agency, remedy-link-empty, remedy-link-term."""
    row = get(tx, wanted.inspection, lock=True)
    there = store.one(tx, wanted.id)
    if there is not None:
        return there
    if row.agency_id != actor.agency:
        raise RuleBroken("other-agency", agency=row.agency_id)
    check_last_day(wanted.last_day, local_day(now))
    _, addressees = of_visit(tx, row.id)
    unit = next((each for each in addressees if each.organisation.id == wanted.organisation), None)
    mine = [each for each in unit.findings if each.id in wanted.violations] if unit else []
    if unit is None or not mine or len(mine) != len(set(wanted.violations)):
        raise RuleBroken("remedy-link-empty")
    items = {each.item for each in mine}
    link = RemedyLink(
        id=wanted.id,
        agency_id=row.agency_id,
        inspection_id=row.id,
        organisation_id=unit.organisation.id,
        token_sha256=token_hash(token_of(secret, wanted.id)),
        violations=[str(each.id) for each in mine],
        photos=sorted({each.sha256 for each in unit.photos if each.item in items} & set(wanted.photos)),
        made_by=actor.id,
        made_at=now,
        expires_at=shuts_at(wanted.last_day),
    )
    tx.add(link)
    tx.flush()
    entry = audit.Entry(row.agency_id, actor.id, "remedy.link-made", f"inspection:{row.id}", now, facts_of(link))
    audit.note(tx, entry)
    return link


def facts_of(link: RemedyLink) -> dict[str, object]:
    """What the audit says about a link, and what the case file is compared with."""
    return {
        "link": str(link.id),
        "organisation": str(link.organisation_id),
        "violations": list(link.violations),
        "photos": list(link.photos),
        "expires": link.expires_at.astimezone(UTC).isoformat(),
    }


def revoke(tx: Tx, link_id: UUID, *, actor: Actor, now: datetime) -> RemedyLink:
    """Shut the door for good. A second time changes nothing."""
    link = find(tx, link_id, lock=True)
    if link.agency_id != actor.agency:
        raise RuleBroken("other-agency", agency=link.agency_id)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = now, actor.id
        tx.flush()
        subject = f"inspection:{link.inspection_id}"
        entry = audit.Entry(link.agency_id, actor.id, "remedy.link-revoked", subject, now, {"link": str(link.id)})
        audit.note(tx, entry)
    return link


def find(tx: Tx, link_id: UUID, *, lock: bool = False) -> RemedyLink:
    """RuleBroken "unknown-remedy-link", also for another agency's."""
    link = store.one(tx, link_id, lock=lock)
    if link is None:
        raise RuleBroken("unknown-remedy-link", link=str(link_id))
    return link


def state_of(link: RemedyLink, now: datetime) -> str:
    """open | revoked | expired"""
    if link.revoked_at is not None:
        return "revoked"
    return "open" if is_open(expires_at=link.expires_at, revoked_at=None, now=now) else "expired"


def printable_token(link: RemedyLink, *, secret: str) -> str | None:
    """The token to print again; None when the installation's secret is another one than when it was made."""
    token = token_of(secret, link.id)
    return token if token_hash(token) == link.token_sha256 else None


def listing(tx: Tx, *, waiting: bool, after: Place | None) -> tuple[list[LinkLine], Place | None]:
    """Links of the reader's agencies, newest first."""
    return store.page(tx, waiting=waiting, after=after, limit=PAGE)


def findings_of(tx: Tx, link: RemedyLink) -> list[Violation]:
    """What the link shows now: chosen when it was made, still a finding, and still this organisation's."""
    chosen: Collection[str] = set(link.violations)
    unit = store.organisations(tx, {link.organisation_id})[link.organisation_id]
    answering = {unit.id, unit.merged_into}
    rows = [each for each in store.findings(tx, link.inspection_id) if str(each.id) in chosen]
    return [each for each in rows if is_shown(each) and each.organisation_id in answering]


def names(tx: Tx, link: RemedyLink, answers: Iterable[RemedyAnswer]) -> dict[UUID, str]:
    """Who made the link, shut it, and answered."""
    people = {link.made_by, *(each.actor_id for each in answers)} | ({link.revoked_by} if link.revoked_by else set())
    return case_rows.names(tx, people)
