"""Referrals as their sender and their receiver see them; the receiver reads across the border, its own cases only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import (
    Agency,
    Inspection,
    Organisation,
    Photo,
    Referral,
    Site,
    Violation,
    ViolationStep,
)

OPEN = ("sent", "received")


@dataclass(frozen=True, slots=True)
class Row:
    """A referral in a list."""

    referral: Referral
    title: str
    code: str
    site: str
    organisation: str
    sender: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a receiver may know of its case (domain.visibility: short and case, no siblings, no people)."""

    referral: Referral
    violation: Violation
    inspection: UUID
    site: Site
    organisation: Organisation
    sender: str
    steps: Sequence[ViolationStep]
    photos: Sequence[str]


def of_step(tx: Session, violation: UUID, number: int) -> Referral | None:
    asked = select(Referral).where(Referral.violation_id == violation, Referral.step_number == number)
    return tx.scalar(asked)


def page(
    tx: Session, agency: str | None, *, received: bool, open_only: bool, after: tuple[date, UUID] | None, limit: int
) -> list[Row]:
    """Newest first. agency: whose inbox, or whose sent ones; None: everybody's, for the coordinator."""
    conditions: list[ColumnElement[bool]] = []
    if agency is not None:
        conditions.append(Referral.to_agency == agency if received else Referral.agency_id == agency)
    elif received:
        conditions.append(Referral.to_agency.is_not(None))
    if open_only:
        conditions.append(Referral.state.in_(OPEN))
    if after is not None:
        day, last = after
        conditions.append(or_(Referral.sent_on < day, and_(Referral.sent_on == day, Referral.id < last)))
    asked = (
        select(Referral, Violation.title, Violation.code, Site.name, Organisation.name, Agency.short_name)
        .join(Violation, Violation.id == Referral.violation_id)
        .join(Site, Site.id == Violation.site_id)
        .join(Organisation, Organisation.id == Violation.organisation_id)
        .join(Agency, Agency.id == Referral.agency_id)
        .where(*conditions)
        .order_by(Referral.sent_on.desc(), Referral.id.desc())
        .limit(limit)
    )
    with across_agencies(tx):
        return [Row(*row) for row in tx.execute(asked)]


def one(tx: Session, referral_id: UUID, agency: str | None, *, lock: bool = False) -> Referral | None:
    """For its sender and its receiver; None (agency): for the coordinator."""
    asked = select(Referral).where(Referral.id == referral_id)
    if agency is not None:
        asked = asked.where(or_(Referral.agency_id == agency, Referral.to_agency == agency))
    with across_agencies(tx):
        return tx.scalar(asked.with_for_update() if lock else asked)


def case(tx: Session, row: Referral) -> Case:
    """The case behind a referral that was read for this person."""
    with across_agencies(tx):
        violation, site, organisation, sender = tx.execute(
            select(Violation, Site, Organisation, Agency.short_name)
            .join(Site, Site.id == Violation.site_id)
            .join(Organisation, Organisation.id == Violation.organisation_id)
            .join(Agency, Agency.id == Violation.agency_id)
            .where(Violation.id == row.violation_id)
        ).one()
        steps = tx.scalars(
            select(ViolationStep).where(ViolationStep.violation_id == row.violation_id).order_by(ViolationStep.number)
        ).all()
        photos = tx.scalars(
            select(Photo.sha256)
            .where(
                Photo.inspection_id == violation.inspection_id,
                Photo.item == violation.item,
                Photo.withdrawn.is_(None),
            )
            .order_by(Photo.taken_at, Photo.id)
        ).all()
    return Case(row, violation, violation.inspection_id, site, organisation, sender, steps, photos)


def overdue(tx: Session, today: date, *, limit: int) -> list[tuple[Referral, str]]:
    """Open ones whose clock has run out, with the number of the inspection; for the worker."""
    asked = (
        select(Referral, Inspection.number)
        .join(Violation, Violation.id == Referral.violation_id)
        .join(Inspection, Inspection.id == Violation.inspection_id)
        .where(Referral.state.in_(OPEN), Referral.due_on < today)
        .order_by(Referral.due_on, Referral.id)
        .limit(limit)
    )
    return [(row, number) for row, number in tx.execute(asked)]


def add(tx: Session, rows: Iterable[Referral]) -> None:
    tx.add_all(list(rows))
    tx.flush()
