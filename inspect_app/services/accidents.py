"""Taking in accidents: entered by an office from a declaration or a commune's record, corrected, withdrawn."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.store import accidents as store
from inspect_app.store import audit
from inspect_app.store.accidents import Filter, Place
from inspect_app.store.database import Tx
from inspect_app.store.tables import Accident, Commune

__all__ = ["Declared", "Filter", "Place", "Row"]

PAGE = 50
Row = Accident


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration says. `tax_code`: of the employer; empty when there is none (no contract, unknown)."""

    kind: str
    happened_on: date
    declared_on: date
    commune_code: str
    has_contract: bool
    source: str
    tax_code: str = ""
    place: str = ""
    sector: str = ""
    deaths: int = 0
    seriously_injured: int = 0
    injured: int = 0
    women: int = 0
    outside: int = 0
    cause: str = ""
    factor: str = ""
    occupation: str = ""
    description: str = ""
    record_no: str = ""
    investigator: str = ""
    investigated_on: date | None = None
    investigation_no: str = ""
    criminal_no: str = ""
    criminal_on: date | None = None
    days_off: int = 0
    medical_vnd: int = 0
    wages_vnd: int = 0
    compensation_vnd: int = 0
    property_vnd: int = 0


def enter(tx: Tx, accident_id: UUID, new: Declared, *, actor: Actor, now: datetime) -> Accident:
    """Take one in; with the same id again: the one that is there.

    RuleBroken: accident-later-than-today, accident-without-victim, too-many-of-them, unknown-tax-code.
    """
    there = store.one(tx, accident_id)
    if there is not None:
        return there
    row = Accident(id=accident_id, agency_id=actor.agency, made_by=actor.id, recorded_at=now, **_columns(tx, new, now))
    tx.add(row)
    tx.flush()
    _note(tx, "accident.entered", row, actor, now, _plain(new))
    return row


def change(tx: Tx, accident_id: UUID, new: Declared, *, version: int, actor: Actor, now: datetime) -> Accident:
    """Correct one; the audit keeps what changed. RuleBroken: those of enter, changed-meanwhile, other-agency."""
    row = _own(tx, accident_id, actor)
    wanted = _columns(tx, new, now)
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return row
    if row.version != version or row.withdrawn_at:
        raise RuleBroken("changed-meanwhile")
    for name in before:
        setattr(row, name, wanted[name])
    tx.flush()
    facts: dict[str, object] = {name: [_told(value), _told(wanted[name])] for name, value in before.items()}
    _note(tx, "accident.changed", row, actor, now, facts)
    return row


def withdraw(tx: Tx, accident_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Accident:
    """It was entered by mistake: kept, counted no more. Again: nothing."""
    row = _own(tx, accident_id, actor)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_reason = now, reason
        tx.flush()
        _note(tx, "accident.withdrawn", row, actor, now, {"reason": reason})
    return row


def get(tx: Tx, accident_id: UUID) -> Accident:
    """RuleBroken "not-found" also for another agency's."""
    row = store.one(tx, accident_id)
    if row is None:
        raise RuleBroken("not-found")
    return row


def page(
    tx: Tx, wanted: Filter, *, after: Place | None = None, limit: int = PAGE
) -> tuple[list[Accident], Place | None]:
    """The newest first, and where the next page begins (None: this was the last)."""
    found = store.page(tx, wanted, after=after, limit=limit + 1)
    rows = found[:limit]
    return rows, ((rows[-1].happened_on, rows[-1].id) if len(found) > limit else None)


def communes(tx: Tx) -> list[Commune]:
    return store.communes(tx)


def _own(tx: Tx, accident_id: UUID, actor: Actor) -> Accident:
    row = get(tx, accident_id)
    if row.agency_id != actor.agency:
        raise RuleBroken("other-agency", agency=row.agency_id)
    return row


def _columns(tx: Tx, new: Declared, now: datetime) -> dict[str, Any]:
    if new.happened_on > local_day(now) or new.declared_on < new.happened_on:
        raise RuleBroken("accident-days-wrong")
    victims = new.deaths + new.seriously_injured + new.injured
    if new.kind == "accident" and victims == 0:
        raise RuleBroken("accident-without-victim")
    if max(new.women, new.outside) > victims:
        raise RuleBroken("more-than-victims", victims=victims)
    columns = asdict(new)
    tax_code = columns.pop("tax_code")
    organisation = None
    if tax_code:
        organisation = store.organisation(tx, tax_code)
        if organisation is None:
            raise RuleBroken("unknown-tax-code", tax_code=tax_code)
    site = store.only_site(tx, organisation.id, new.commune_code) if organisation else None
    return {
        **columns,
        "victims": victims,
        "organisation_id": organisation.id if organisation else None,
        "site_id": site,
    }


def _note(tx: Tx, action: str, row: Accident, actor: Actor, now: datetime, facts: dict[str, object]) -> None:
    audit.note(tx, audit.Entry(row.agency_id, actor.id, action, f"accident:{row.id}", now, facts))


def _plain(new: Declared) -> dict[str, object]:
    return {name: _told(value) for name, value in asdict(new).items() if value not in ("", 0, None)}


def _told(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
