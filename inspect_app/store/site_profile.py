"""Equipment and documents of sites, and what of them runs out soon: the province's, like the sites."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, String, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from inspect_app.domain.search import words
from inspect_app.store.tables import Commune, Equipment, Site, SiteDocument


@dataclass(frozen=True, slots=True)
class DueFilter:
    """days: how far ahead; over: only what has run out. Empty fields narrow nothing."""

    days: int = 30
    over: bool = False
    what: str = ""  # equipment | document
    commune: str = ""
    sector: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that runs out. what: equipment | document; number: of its certificate."""

    what: str
    id: UUID
    kind: str
    name: str
    number: str
    ends: date
    site_id: UUID
    site: str
    commune: str


def equipment(tx: Session, site_id: UUID) -> list[Equipment]:
    asked = select(Equipment).where(Equipment.site_id == site_id, Equipment.removed_at.is_(None))
    return list(tx.scalars(asked.order_by(Equipment.due_on, Equipment.name, Equipment.id)))


def documents(tx: Session, site_id: UUID) -> list[SiteDocument]:
    asked = select(SiteDocument).where(SiteDocument.site_id == site_id, SiteDocument.removed_at.is_(None))
    return list(tx.scalars(asked.order_by(SiteDocument.expires_on, SiteDocument.name, SiteDocument.id)))


def due(
    tx: Session, wanted: DueFilter, *, today: date, last_day: date, after: tuple[date, UUID] | None, limit: int
) -> list[Due]:
    """By day, then id; each half stops at `limit` by its own index before the two are put in one order."""
    ahead = _Ahead(wanted, today, last_day, after, limit)
    halves = []
    if wanted.what != "document":
        halves.append(_half("equipment", Equipment, Equipment.certificate, Equipment.due_on, ahead).subquery())
    if wanted.what != "equipment":
        halves.append(_half("document", SiteDocument, SiteDocument.number, SiteDocument.expires_on, ahead).subquery())
    both = union_all(*(select(each) for each in halves)).subquery()
    rows = tx.execute(select(both).order_by(both.c.ends, both.c.id).limit(limit)).all()
    return [Due(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Ahead:
    wanted: DueFilter
    today: date
    last_day: date
    after: tuple[date, UUID] | None
    limit: int


def _half(
    what: str,
    table: type[Equipment] | type[SiteDocument],
    number: InstrumentedAttribute[str],
    ends: InstrumentedAttribute[date | None],
    ahead: _Ahead,
) -> Select[str, UUID, str, str, str, date | None, UUID, str, str]:
    wanted = ahead.wanted
    asked = (
        select(
            literal(what, String).label("what"),
            table.id.label("id"),
            table.kind.label("kind"),
            table.name.label("name"),
            number.label("number"),
            ends.label("ends"),
            table.site_id.label("site_id"),
            Site.name.label("site"),
            Commune.name.label("commune"),
        )
        .join(Site, Site.id == table.site_id)
        .join(Commune, Commune.code == Site.commune_code)
        .where(table.removed_at.is_(None), Site.ended_at.is_(None), Site.merged_into.is_(None))
        .where(ends < ahead.today if wanted.over else ends <= ahead.last_day)
    )
    for column, value in ((Site.commune_code, wanted.commune), (Site.sector, wanted.sector)):
        if value:
            asked = asked.where(column == value)
    for word in words(wanted.text):
        asked = asked.where(Site.search_key.contains(word, autoescape=True))
    if ahead.after is not None:
        day, last = ahead.after
        asked = asked.where((ends > day) | ((ends == day) & (table.id > last)))
    return asked.order_by(ends, table.id).limit(ahead.limit)
