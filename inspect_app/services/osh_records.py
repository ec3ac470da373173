"""Taking in what enterprises and providers declare: entered one by one or as a table, withdrawn, listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.osh_records import KINDS, RecordKind, wrong_figures
from inspect_app.domain.people import Actor
from inspect_app.services import health_right
from inspect_app.store import accidents as store
from inspect_app.store import audit
from inspect_app.store.accidents import Place
from inspect_app.store.database import Tx
from inspect_app.store.tables import OshRecord

PAGE = 50
Row = OshRecord


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration. `day`: when it was done, or the last day of its period; its year is the one it counts for."""

    kind: str
    day: date
    tax_code: str
    figures: Mapping[str, int]
    provider: str = ""
    detail: str = ""
    note: str = ""
    commune_code: str = ""


def kind_of(code: str) -> RecordKind:
    """RuleBroken "not-found"."""
    if code not in KINDS:
        raise RuleBroken("not-found")
    return KINDS[code]


def enter(tx: Tx, record_id: UUID, new: Declared, *, actor: Actor, now: datetime) -> OshRecord:
    """Take one in; with the same id again: the one that is there.

    RuleBroken: declared-later-than-today, figures-do-not-fit, unknown-tax-code, health-right-missing.
    """
    kind = kind_of(new.kind)
    if kind.health:
        health_right.check(tx, actor)
    there = store.record(tx, record_id)
    if there is not None:
        return there
    if new.day > local_day(now):
        raise RuleBroken("declared-later-than-today")
    figures = {each.name: int(new.figures.get(each.name, 0)) for each in kind.figures}
    if wrong := wrong_figures(kind, figures):
        raise RuleBroken("figures-do-not-fit", wrong="; ".join(f"{name}: {told}" for name, told in wrong.items()))
    organisation = store.organisation(tx, new.tax_code)
    if organisation is None:
        raise RuleBroken("unknown-tax-code", tax_code=new.tax_code)
    row = OshRecord(
        id=record_id,
        agency_id=actor.agency,
        kind=new.kind,
        year=new.day.year,
        day=new.day,
        organisation_id=organisation.id,
        site_id=store.only_site(tx, organisation.id, new.commune_code) if new.commune_code else None,
        provider=new.provider,
        detail=new.detail,
        figures=figures,
        note=new.note,
        made_by=actor.id,
        recorded_at=now,
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, object] = {"kind": new.kind, "organisation": str(organisation.id), "day": new.day.isoformat()}
    if not kind.health:  # the audit is read by more people than health data
        facts["figures"] = figures
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "record.entered", f"record:{row.id}", now, facts))
    return row


def withdraw(tx: Tx, record_id: UUID, reason: str, *, actor: Actor, now: datetime) -> OshRecord:
    """It was wrong: kept, counted no more. A right one is entered anew. Again: nothing."""
    row = store.record(tx, record_id)
    if row is None:
        raise RuleBroken("not-found")
    if KINDS[row.kind].health:
        health_right.check(tx, actor)
    if row.agency_id != actor.agency:
        raise RuleBroken("other-agency", agency=row.agency_id)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_reason = now, reason
        tx.flush()
        facts: dict[str, object] = {"reason": reason}
        audit.note(tx, audit.Entry(row.agency_id, actor.id, "record.withdrawn", f"record:{row.id}", now, facts))
    return row


def page(
    tx: Tx, code: str, year: int | None, *, actor: Actor, now: datetime, after: Place | None = None, limit: int = PAGE
) -> tuple[list[OshRecord], Place | None]:
    """The newest first. Health data: only with the right to them, and the view is written down (so this writes)."""
    kind = kind_of(code)
    if kind.health:
        health_right.check(tx, actor)
    found = store.records(tx, code, year, after=after, limit=limit + 1)
    rows = found[:limit]
    if kind.health:
        health_right.note_view(tx, code, [each.id for each in rows], actor=actor, now=now)
    return rows, ((rows[-1].day, rows[-1].id) if len(found) > limit else None)
