"""Violations and their steps: one by id, and what stands around a page of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import CompoundSelect, Table, Uuid, and_, bindparam, or_, select, union
from sqlalchemy.orm import Session

from inspect_app.domain.search import search_key
from inspect_app.store import statements
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import (
    Agency,
    Commune,
    Inspection,
    InspectionChecklist,
    Organisation,
    Person,
    Photo,
    Site,
    SiteParty,
    TeamMember,
    Violation,
    ViolationStep,
    Zone,
)

NONE = UUID(int=0)  # no inspection has it
RUNNING = ("assigned", "in-progress", "returned", "submitted", "complete")


@dataclass(frozen=True, slots=True)
class Where:
    """The site of a violation, by name."""

    name: str
    address: str
    commune: str
    zone: str
    lat: float | None
    lon: float | None

    @property
    def place(self) -> str:
        """The address with its commune, which many addresses name already."""
        return self.address if self.commune in self.address else f"{self.address}, {self.commune}"


@dataclass(frozen=True, slots=True)
class Who:
    """The organisation that answers for it."""

    name: str
    tax_code: str
    address: str
    household: bool
    invented: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """The inspection it was found in."""

    number: str


class Told(NamedTuple):
    """A step as a list prints it."""

    step: str
    track: str
    note: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Names for a page of violations, read at once."""

    sites: dict[UUID, Where]
    organisations: dict[UUID, Who]
    visits: dict[UUID, Visit]
    people: dict[UUID, str]
    agencies: dict[str, str]


def key_of(violation: Violation, organisation: Organisation, site: Site, commune: str) -> str:
    """What a violation is found by: its code and words, who and where, the tax code."""
    return search_key(
        violation.code,
        violation.title,
        violation.observed,
        organisation.name,
        organisation.tax_code,
        site.name if site.name != organisation.name else None,
        site.address,
        commune,
    )


def one(tx: Session, violation_id: UUID) -> Violation | None:
    """Within the reader's agencies."""
    return tx.scalar(select(Violation).where(Violation.id == violation_id))


def several(tx: Session, ids: Collection[UUID]) -> list[Violation]:
    """Those of them that the reader may see."""
    return list(tx.scalars(select(Violation).where(Violation.id.in_(ids))))


def steps(tx: Session, violations: Iterable[UUID]) -> dict[UUID, list[ViolationStep]]:
    """The history of each, oldest first."""
    ids = list(violations)
    found: dict[UUID, list[ViolationStep]] = {each: [] for each in ids}
    asked = select(ViolationStep).where(ViolationStep.violation_id.in_(ids))
    for step in tx.scalars(asked.order_by(ViolationStep.violation_id, ViolationStep.number)):
        found[step.violation_id].append(step)
    return found


def told(tx: Session, violations: Iterable[UUID], steps: Collection[str], track: str) -> dict[UUID, list[Told]]:
    """Of each history what a list prints, oldest first: these steps, and every remark on the track."""
    ids = list(violations)
    found: dict[UUID, list[Told]] = {each: [] for each in ids}
    remark = and_(ViolationStep.track == track, ViolationStep.note != "")
    asked = select(
        ViolationStep.violation_id, ViolationStep.step, ViolationStep.track, ViolationStep.note, ViolationStep.facts
    ).where(ViolationStep.violation_id.in_(ids), or_(ViolationStep.step.in_(steps), remark))
    for violation, *rest in tx.execute(asked.order_by(ViolationStep.violation_id, ViolationStep.number)):
        found[violation].append(Told(*rest))
    return found


def surroundings(tx: Session, rows: Sequence[Violation]) -> Surroundings:
    """Five reads for any number of rows."""
    return Surroundings(
        sites=_sites(tx, {row.site_id for row in rows}),
        organisations=_organisations(tx, {row.organisation_id for row in rows}),
        visits=_visits(tx, {row.inspection_id for row in rows}),
        people=names(tx, {row.owner_id for row in rows} | {row.author_id for row in rows}),
        agencies=dict(tx.execute(select(Agency.id, Agency.short_name)).all()),
    )


def _sites(tx: Session, ids: set[UUID]) -> dict[UUID, Where]:
    asked = (
        select(Site.id, Site.name, Site.address, Commune.name, Zone.name, Site.lat, Site.lon)
        .join(Commune, Commune.code == Site.commune_code)
        .outerjoin(Zone, Zone.id == Site.zone_id)
        .where(Site.id.in_(ids))
    )
    return {
        site: Where(name, address, commune, zone or "", lat, lon)
        for site, name, address, commune, zone, lat, lon in tx.execute(asked)
    }


def _organisations(tx: Session, ids: set[UUID]) -> dict[UUID, Who]:
    asked = select(
        Organisation.id,
        Organisation.name,
        Organisation.tax_code,
        Organisation.address,
        Organisation.household,
        Organisation.invented,
    ).where(Organisation.id.in_(ids))
    return {
        organisation: Who(name, tax_code or "", address, household, invented)
        for organisation, name, tax_code, address, household, invented in tx.execute(asked)
    }


def _visits(tx: Session, ids: set[UUID]) -> dict[UUID, Visit]:
    asked = select(Inspection.id, Inspection.number).where(Inspection.id.in_(ids))
    return {inspection: Visit(number) for inspection, number in tx.execute(asked)}


def names(tx: Session, people: set[UUID]) -> dict[UUID, str]:
    return dict(tx.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all())


def checklist_version(tx: Session, inspection: UUID, code: str) -> int | None:
    """The version of a checklist an inspection was begun on."""
    found = tx.get(InspectionChecklist, (inspection, code))
    return found.version if found else None


def photos(tx: Session, inspection: UUID, item: str) -> list[Photo]:
    """The photos of one item that were not taken back, in the order they were taken."""
    asked = select(Photo).where(Photo.inspection_id == inspection, Photo.item == item, Photo.withdrawn.is_(None))
    return list(tx.scalars(asked.order_by(Photo.taken_at, Photo.id)))


def on_the_way(
    tx: Session, site: UUID, organisations: Collection[UUID] = (), *, not_of: UUID | None = None
) -> list[tuple[UUID, UUID]]:
    """(person, inspection) of every running visit to the site, or to a site these organisations are at, of any agency:
    their phones show its open violations and what was found before.

    Read across agencies only to tell phones to look again; nothing of the visits is shown to anybody.
    """
    on_postgresql = statements.is_postgresql(tx)
    asked = way_asked(site, organisations, not_of or NONE, on_postgresql)
    with across_agencies(tx):
        found = statements.run(tx, asking_on_the_way(on_postgresql), asked)
    return [(person, inspection) for person, inspection in found]


def way_asked(site: UUID, organisations: Iterable[UUID], not_of: UUID, on_postgresql: bool) -> dict[str, object]:
    named = statements.listed((str(each) for each in organisations), on_postgresql)
    return {"site": site, "organisations": named, "not_of": not_of}


@cache
def asking_on_the_way(on_postgresql: bool) -> CompoundSelect[UUID, UUID]:
    """The statement of `on_the_way`, given what `way_asked` says. Built once. Three ways to a visit, each by its own
    index; one condition with OR would read every inspection."""
    visit, seat = cast("Table", Inspection.__table__), cast("Table", TeamMember.__table__)
    party = cast("Table", SiteParty.__table__)
    asked = (
        select(seat.c.person_id, seat.c.inspection_id)
        .join(visit, visit.c.id == seat.c.inspection_id)
        .where(
            or_(*(visit.c.state == each for each in RUNNING)),
            seat.c.removed_at.is_(None),
            visit.c.id != bindparam("not_of", type_=Uuid()),
        )
    )
    return union(
        asked.where(visit.c.site_id == bindparam("site", type_=Uuid())),
        asked.where(statements.among(visit.c.organisation_id, "organisations", on_postgresql)),
        asked.join(party, party.c.site_id == visit.c.site_id).where(
            statements.among(party.c.organisation_id, "organisations", on_postgresql)
        ),
    )
