"""Communes, zones, agencies, organisations and sites in the database: the province's, not one agency's."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, lazyload

from inspect_app.domain.distance import Box
from inspect_app.domain.search import words
from inspect_app.store.tables import Agency, Base, Commune, Organisation, Site, SiteParty, Zone

REFERENCE = Path(__file__).parent / "reference"


@dataclass(frozen=True, slots=True)
class SiteFilter:
    """What a list of sites is narrowed to; empty fields narrow nothing."""

    text: str = ""
    commune: str = ""
    zone: str = ""
    sector: str = ""
    kind: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A commune's box and centre, from the reference file; boxes of neighbours overlap."""

    code: str
    name: str
    lat: float
    lon: float
    box: Box


def load_reference(tx: Session) -> int:
    """Bring communes, zones and agencies to the state of the files; how many rows were new or changed."""
    return (
        _load(tx, Commune, "code", [{**row, "lat": float(row["lat"]), "lon": float(row["lon"])} for row in _communes()])
        + _load(tx, Zone, "id", _rows("zones.csv"))
        + _load(tx, Agency, "id", _rows("agencies.csv"))
    )


@cache
def outlines() -> tuple[Outline, ...]:
    """The boxes of all communes; read once, they change with a release only."""
    edges = ("min_lat", "min_lon", "max_lat", "max_lon")
    return tuple(
        Outline(row["code"], row["name"], float(row["lat"]), float(row["lon"]), Box(*(float(row[e]) for e in edges)))
        for row in _rows("communes.csv")
    )


def communes(tx: Session) -> list[Commune]:
    """By code, which keeps neighbours together."""
    return list(tx.scalars(select(Commune).order_by(Commune.code)))


def zones(tx: Session) -> list[Zone]:
    return list(tx.scalars(select(Zone).order_by(Zone.name)))


def agencies(tx: Session) -> list[Agency]:
    return list(tx.scalars(select(Agency).order_by(Agency.id)))


def site(tx: Session, site_id: UUID) -> Site | None:
    return tx.get(Site, site_id)


def organisation(tx: Session, organisation_id: UUID) -> Organisation | None:
    return tx.get(Organisation, organisation_id)


def hold_organisation(tx: Session, organisation_id: UUID) -> None:
    """Nobody else plans a visit to it until this transaction ends; whoever only writes about it is not held up."""
    held = select(Organisation.id).where(Organisation.id == organisation_id)
    tx.execute(held.with_for_update(key_share=True))


def organisation_by_tax_code(tx: Session, tax_code: str) -> Organisation | None:
    return tx.scalars(select(Organisation).where(Organisation.tax_code == tax_code)).one_or_none()


def party(tx: Session, site_id: UUID, organisation_id: UUID, role: str) -> SiteParty | None:
    return tx.get(SiteParty, (site_id, organisation_id, role))


def sites(tx: Session, wanted: SiteFilter, *, after: tuple[str, UUID] | None, limit: int) -> list[Site]:
    """By name; `after` is the (name, id) of the last row already seen."""
    asked = select(Site).where(*_conditions(wanted)).order_by(Site.name, Site.id).limit(limit)
    if after is not None:
        name, last = after
        asked = asked.where(or_(Site.name > name, and_(Site.name == name, Site.id > last)))
    return list(tx.scalars(asked))


def organisations(tx: Session, text: str, *, after: tuple[str, UUID] | None = None, limit: int) -> list[Organisation]:
    """Those whose name, tax code or address holds every word of `text`, by name; `after` as in `sites`."""
    held = [Organisation.search_key.contains(word, autoescape=True) for word in words(text)]
    asked = select(Organisation).where(*held, Organisation.merged_into.is_(None))
    if after is not None:
        name, last = after
        asked = asked.where(or_(Organisation.name > name, and_(Organisation.name == name, Organisation.id > last)))
    return list(tx.scalars(asked.order_by(Organisation.name, Organisation.id).limit(limit)))


def owned_by(tx: Session, organisation_id: UUID) -> list[Site]:
    """Whose owner or employer it is; without the parties."""
    asked = select(Site).where(Site.organisation_id == organisation_id).options(lazyload(Site.parties))
    return list(tx.scalars(asked))


def works_of(tx: Session, organisation_id: UUID) -> list[Site]:
    """Every site where the organisation is the employer, the owner or one of the parties."""
    on_site = select(SiteParty.site_id).where(SiteParty.organisation_id == organisation_id)
    here = or_(Site.organisation_id == organisation_id, Site.id.in_(on_site))
    return list(tx.scalars(select(Site).where(here, Site.merged_into.is_(None)).order_by(Site.name, Site.id)))


def _conditions(wanted: SiteFilter) -> Iterable[ColumnElement[bool]]:
    for word in words(wanted.text):
        yield Site.search_key.contains(word, autoescape=True)
    for column, value in (
        (Site.commune_code, wanted.commune),
        (Site.zone_id, wanted.zone),
        (Site.sector, wanted.sector),
        (Site.kind, wanted.kind),
    ):
        if value:
            yield column == value
    yield Site.merged_into.is_(None)
    yield Site.ended_at.is_not(None) if wanted.ended else Site.ended_at.is_(None)


def _load(tx: Session, table: type[Base], key: str, rows: list[dict[str, str]] | list[dict[str, object]]) -> int:
    known = {getattr(row, key): row for row in tx.scalars(select(table))}
    changed = 0
    for row in rows:
        there = known.get(row[key])
        if there is None:
            tx.add(table(**row))
            changed += 1
        elif any(getattr(there, name) != value for name, value in row.items()):
            for name, value in row.items():
                setattr(there, name, value)
            changed += 1
    tx.flush()
    return changed


def _communes() -> list[dict[str, str]]:
    return [{name: row[name] for name in ("code", "name", "lat", "lon")} for row in _rows("communes.csv")]


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
