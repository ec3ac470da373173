"""Imminent danger in visits that are under way: which ones to look at, and what was seen there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inspect_app.store.tables import DangerLook, ImminentDanger, Inspection, InspectionChecklist, Operation, Site

OPEN = ("in-progress", "returned", "submitted", "complete")
UNDER_WAY = ("in-progress", "returned")


@dataclass(frozen=True, slots=True)
class ToLook:
    """An inspection with failing items about which facts arrived since somebody last looked."""

    id: UUID
    agency: str
    number: str
    site: str
    state: str
    visited_on: date | None
    newest: int
    arrived_at: datetime
    before: frozenset[str]
    checklists: tuple[tuple[str, int], ...]


def to_look(tx: Session, *, limit: int) -> list[ToLook]:
    """The ones with the oldest news first."""
    newest = (
        select(
            Operation.inspection_id, func.max(Operation.seq).label("seq"), func.max(Operation.received_at).label("at")
        )
        .group_by(Operation.inspection_id)
        .where(Operation.inspection_id.in_(select(Inspection.id).where(Inspection.state.in_(OPEN), _matters())))
        .subquery()
    )
    rows = tx.execute(
        select(Inspection, Site.name, newest.c.seq, newest.c.at)
        .join(newest, newest.c.inspection_id == Inspection.id)
        .join(Site, Site.id == Inspection.site_id)
        .outerjoin(DangerLook, DangerLook.inspection_id == Inspection.id)
        .where(func.coalesce(DangerLook.seq, 0) < newest.c.seq)
        .order_by(newest.c.at)
        .limit(limit)
    ).all()
    ids = [row[0].id for row in rows]
    before: dict[UUID, set[str]] = {}
    for inspection, item in tx.execute(
        select(ImminentDanger.inspection_id, ImminentDanger.item).where(ImminentDanger.inspection_id.in_(ids))
    ):
        before.setdefault(inspection, set()).add(item)
    lists: dict[UUID, list[tuple[str, int]]] = {}
    asked = select(InspectionChecklist.inspection_id, InspectionChecklist.code, InspectionChecklist.version)
    for inspection, code, version in tx.execute(asked.where(InspectionChecklist.inspection_id.in_(ids))):
        lists.setdefault(inspection, []).append((code, version))
    return [
        ToLook(
            row.id,
            row.agency_id,
            row.number,
            site,
            row.state,
            row.visited_on,
            seq,
            at,
            frozenset(before.get(row.id, ())),
            tuple(lists.get(row.id, ())),
        )
        for row, site, seq, at in rows
    ]


def _matters() -> ColumnElement[bool]:
    """Something fails now, or something was in danger when somebody last looked."""
    return or_(Inspection.failing > 0, Inspection.id.in_(select(ImminentDanger.inspection_id)))


def record(tx: Session, looked: ToLook, found: Mapping[str, str], now: datetime) -> None:
    """What stands now: item → question. What is no longer so is gone; the same again stays as it was."""
    dialect = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    gone = looked.before - found.keys()
    if gone:
        mine = ImminentDanger.inspection_id == looked.id
        tx.execute(delete(ImminentDanger).where(mine, ImminentDanger.item.in_(sorted(gone))))
    fresh = sorted(found.keys() - looked.before)
    rows = [
        {"inspection_id": looked.id, "agency_id": looked.agency, "item": item, "title": found[item], "seen_at": now}
        for item in fresh
    ]
    if rows:
        tx.execute(dialect.insert(ImminentDanger).on_conflict_do_nothing(), rows)
    look = dialect.insert(DangerLook).values(inspection_id=looked.id, agency_id=looked.agency, seq=looked.newest)
    tx.execute(look.on_conflict_do_update(index_elements=["inspection_id"], set_={"seq": look.excluded.seq}))


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of imminent danger in a visit that is still under way."""

    inspection: UUID
    agency: str
    number: str
    site: str
    item: str
    title: str
    seen_at: datetime


def under_way(tx: Session, *, limit: int) -> list[Seen]:
    """The newest first; once the visit is sent in, its violations take over."""
    rows = tx.execute(
        select(
            Inspection.id,
            Inspection.agency_id,
            Inspection.number,
            Site.name,
            ImminentDanger.item,
            ImminentDanger.title,
            ImminentDanger.seen_at,
        )
        .join(Inspection, Inspection.id == ImminentDanger.inspection_id)
        .join(Site, Site.id == Inspection.site_id)
        .where(Inspection.state.in_(UNDER_WAY), Inspection.submitted_at.is_(None))
        .order_by(ImminentDanger.seen_at.desc(), ImminentDanger.item)
        .limit(limit)
    )
    return [Seen(*row) for row in rows]
