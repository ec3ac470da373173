"""What a place has that runs out: equipment due for inspection, documents that expire, and the list of what is near."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, cast
from uuid import UUID

from inspect_app.domain import expiry
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import organisations, sites
from inspect_app.store import audit
from inspect_app.store import site_profile as store
from inspect_app.store.database import Tx
from inspect_app.store.site_profile import Due, DueFilter
from inspect_app.store.tables import Equipment, SiteDocument

__all__ = ["Due", "DueFilter"]

PAGE = 50


@dataclass(frozen=True, slots=True)
class NewEquipment:
    """A machine. organisation_id None: the site's own, otherwise of a contractor that brought it."""

    kind: str
    name: str
    serial: str = ""
    certificate: str = ""
    inspected_by: str = ""
    inspected_on: date | None = None
    due_on: date | None = None
    note: str = ""
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDocument:
    kind: str
    name: str
    number: str = ""
    issued_by: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    note: str = ""


Thing: TypeAlias = Equipment | SiteDocument
New: TypeAlias = NewEquipment | NewDocument


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What differs between the two: the table, its word in the audit, its kinds, and the two days."""

    table: type[Equipment] | type[SiteDocument]
    word: str
    kinds: Mapping[str, str]
    begins: str
    ends: str


EQUIPMENT = _Shelf(Equipment, "equipment", expiry.EQUIPMENT, "inspected_on", "due_on")
DOCUMENTS = _Shelf(SiteDocument, "document", expiry.DOCUMENTS, "issued_on", "expires_on")


def keep(tx: Tx, site_id: UUID, thing_id: UUID, new: New, *, version: int | None, actor: Actor, now: datetime) -> Thing:
    """Enter (version None) or correct a thing of this site; the same again changes nothing.

    RuleBroken "unknown-thing" (another site's, or removed), "unknown-kind", "days-reversed", "unknown-organisation",
    "changed-meanwhile", "entered-before".
    """
    shelf = EQUIPMENT if isinstance(new, NewEquipment) else DOCUMENTS
    wanted = asdict(new)
    _check(tx, shelf, wanted)
    site = sites.get(tx, site_id)
    row: Any = tx.get(shelf.table, thing_id)
    if row is None:
        if version is not None:
            raise RuleBroken("unknown-thing")
        row = shelf.table(id=thing_id, site_id=site.id, created_at=now, **wanted)
        tx.add(row)
        tx.flush()
        _note(tx, row, f"site.{shelf.word}-added", _plain(wanted), actor, now)
        return cast("Thing", row)
    if row.site_id != site.id or row.removed_at is not None:
        raise RuleBroken("unknown-thing")
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if before:
        _change(row, before, wanted, version)
        tx.flush()
        facts = {"id": str(row.id), "before": _plain(before), "after": _plain({name: wanted[name] for name in before})}
        _note(tx, row, f"site.{shelf.word}-changed", facts, actor, now)
    return cast("Thing", row)


def _change(row: Any, before: Mapping[str, Any], wanted: Mapping[str, Any], version: int | None) -> None:
    if version is None:
        raise RuleBroken("entered-before", site=str(row.site_id), name=row.name)
    if version != row.version:
        raise RuleBroken("changed-meanwhile")
    for name in before:
        setattr(row, name, wanted[name])


def remove(tx: Tx, site_id: UUID, thing_id: UUID, *, equipment: bool, actor: Actor, now: datetime) -> None:
    """It is not there any more. The row stays; again: nothing happens. RuleBroken "unknown-thing"."""
    shelf = EQUIPMENT if equipment else DOCUMENTS
    row: Any = tx.get(shelf.table, thing_id)
    if row is None or row.site_id != site_id:
        raise RuleBroken("unknown-thing")
    if row.removed_at is None:
        row.removed_at = now
        tx.flush()
        _note(tx, row, f"site.{shelf.word}-removed", {"id": str(row.id), "name": row.name}, actor, now)


def get(tx: Tx, site_id: UUID, thing_id: UUID, *, equipment: bool) -> Thing:
    """RuleBroken "unknown-thing"."""
    row: Any = tx.get((EQUIPMENT if equipment else DOCUMENTS).table, thing_id)
    if row is None or row.site_id != site_id or row.removed_at is not None:
        raise RuleBroken("unknown-thing")
    return cast("Thing", row)


def of_site(tx: Tx, site_id: UUID) -> tuple[list[Equipment], list[SiteDocument]]:
    """What is there now, the first to run out first."""
    return store.equipment(tx, site_id), store.documents(tx, site_id)


def due(
    tx: Tx, wanted: DueFilter, *, today: date, after: tuple[date, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Due], tuple[date, UUID] | None]:
    """Everything that ran out or will within `wanted.days`, earliest first, at places that still work."""
    last_day = today + timedelta(days=wanted.days)
    found = store.due(tx, wanted, today=today, last_day=last_day, after=after, limit=limit + 1)
    page = found[:limit]
    return page, ((page[-1].ends, page[-1].id) if len(found) > limit else None)


def _check(tx: Tx, shelf: _Shelf, wanted: Mapping[str, Any]) -> None:
    if wanted["kind"] not in shelf.kinds:
        raise RuleBroken("unknown-kind", kind=wanted["kind"])
    expiry.check_days(wanted[shelf.begins], wanted[shelf.ends])
    if wanted.get("organisation_id") is not None:
        organisations.get(tx, wanted["organisation_id"])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Days and ids as texts: the audit takes plain JSON."""
    return {name: str(value) if isinstance(value, (date, UUID)) else value for name, value in values.items()}


def _note(tx: Tx, row: Thing, action: str, facts: dict[str, Any], actor: Actor, now: datetime) -> None:
    told = {"id": str(row.id), **facts}
    audit.note(tx, audit.Entry(actor.agency, actor.id, action, f"site:{row.site_id}", now, told))
