"""The changes of violations and inspections for other systems: in order, without gaps, each object as it stands now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.feed import NOW, Cursor, Event, Touch, in_short, parse, touched
from inspect_app.domain.people import Scope
from inspect_app.services import markers
from inspect_app.store import audit_rows, feed
from inspect_app.store.database import Tx

PAGE, LARGEST_PAGE = 200, 500  # rows that are looked at: many of them are about something else


@dataclass(frozen=True, slots=True)
class Told:
    """One change. data: the object as it stands now; None: it is gone."""

    seq: int
    agency: str
    at: datetime
    event: Event
    id: UUID
    data: dict[str, object] | None

    def plain(self) -> dict[str, object]:
        return {
            "seq": self.seq,
            "agency": self.agency,
            "at": self.at.isoformat(),
            "type": self.event.value,
            "id": str(self.id),
            "data": self.data,
        }


@dataclass(frozen=True, slots=True)
class Page:
    items: Sequence[Told]
    next: Cursor
    more: bool


def page(tx: Tx, after: str | None, *, scope: Scope, limit: int) -> Page:
    """What came after the cursor. RuleBroken: bad-cursor, epoch-changed (the database was restored: begin anew)."""
    epoch = markers.epoch(tx)
    agencies = sorted(audit_rows.agencies(tx) if scope.agencies is None else scope.agencies)
    if after == NOW:
        return Page([], Cursor(epoch, {each: audit_rows.counted(tx, each) for each in agencies}), more=False)
    cursor = parse(after) if after else Cursor(epoch, {})
    if cursor is None:
        raise RuleBroken("bad-cursor")
    if cursor.epoch != epoch:
        raise RuleBroken("epoch-changed", epoch=epoch)
    items: list[Told] = []
    read = {each: cursor.read.get(each, 0) for each in agencies}
    room, more = limit, False
    for agency in agencies:
        if not room:  # not looked at: the next page says whether there is anything
            more = True
            break
        told, last, looked = changes(tx, agency, read[agency], limit=room)
        items += told
        read[agency] = last
        more = more or looked == room
        room -= looked
    return Page(items, Cursor(epoch, read), more)


def changes(tx: Tx, agency: str, after: int, *, limit: int) -> tuple[list[Told], int, int]:
    """An agency's changes after a number; up to which number they were read, and how many rows were looked at."""
    rows = feed.after(tx, agency, after, limit=limit)
    at = {row.seq: row.at for row in rows}
    touches = in_short((row.seq, touch) for row in rows for touch in touched(row.action, row.subject, row.facts))
    return list(_told(tx, agency, touches, at)), rows[-1].seq if rows else after, len(rows)


def _told(tx: Tx, agency: str, touches: Sequence[tuple[int, Touch]], at: dict[int, datetime]) -> Iterator[Told]:
    visits = feed.inspections(tx, agency, {each.id for _, each in touches if each.event is Event.INSPECTION})
    findings = feed.violations(tx, agency, {each.id for _, each in touches if each.event is not Event.INSPECTION})
    for seq, touch in touches:
        if touch.event is Event.INSPECTION:
            if touch.id in visits:  # facts may have come for a visit that this agency does not have
                yield Told(seq, agency, at[seq], touch.event, touch.id, inspection(visits[touch.id]))
        elif touch.id in findings:
            event = Event.CHANGED if touch.event is Event.REMOVED else touch.event  # it has come back since
            yield Told(seq, agency, at[seq], event, touch.id, violation(findings[touch.id]))
        else:
            yield Told(seq, agency, at[seq], Event.REMOVED, touch.id, None)


def violation(row: Row[Any]) -> dict[str, object]:
    """A violation for other systems: no words of the inspector, no people, no photos."""
    return {
        "id": str(row.id),
        "code": row.code,
        "agency": row.agency_id,
        "inspection": str(row.inspection_id),
        "inspection_number": row.inspection_number,
        "checklist": row.checklist,
        "item": row.item,
        "title": row.title,
        "kind": row.kind,
        "severity": row.severity,
        **_place(row),
        "found_on": _day(row.found_on),
        "deadline": _day(row.deadline),
        "remedy_status": row.remedy_status,
        "sanction_status": row.sanction_status,
        "stop_status": row.stop_status,
        "fine_vnd": row.fine_vnd,
        "in_conflict": row.in_conflict,
        "version": row.version,
    }


def inspection(row: Row[Any]) -> dict[str, object]:
    """An inspection for other systems: no team, no photos, no answers."""
    return {
        "id": str(row.id),
        "number": row.number,
        "agency": row.agency_id,
        "kind": row.kind,
        "planned": row.planned,
        "ground": row.ground,
        "decision_no": row.decision_no,
        "decision_date": _day(row.decision_date),
        "window_start": _day(row.window_start),
        "window_end": _day(row.window_end),
        "state": row.state,
        "visited_on": _day(row.visited_on),
        "submitted_at": row.submitted_at and row.submitted_at.isoformat(),
        "approved_at": row.approved_at and row.approved_at.isoformat(),
        "answered": row.answered,
        "failing": row.failing,
        "version": row.version,
        **_place(row),
    }


def _place(row: Row[Any]) -> dict[str, object]:
    return {
        "site": {"id": str(row.site_id), "name": row.site_name},
        "organisation": {
            "id": str(row.organisation_id),
            "name": row.organisation_name,
            "tax_code": row.tax_code or None,
        },
        "commune": {"code": row.commune_code, "name": row.commune_name},
        "zone": row.zone_id,
        "sector": row.sector,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
