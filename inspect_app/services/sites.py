"""Organisations and the places that are inspected: entered once, found again by every agency."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from inspect_app.domain.distance import PROVINCE, metres
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.domain.search import search_key
from inspect_app.store import audit
from inspect_app.store import sites as store
from inspect_app.store.sites import Outline, SiteFilter
from inspect_app.store.tables import Agency, Commune, Organisation, Site, SiteParty, Zone

__all__ = ["Outline", "SiteFilter"]

KINDS = ("establishment", "works", "service-provider", "commune")
PARTY_ROLES = ("investor", "main-contractor", "subcontractor", "supervision", "employer")
# Ten digits, or ten digits, a hyphen and the three of a branch; household businesses may use the owner's twelve.
TAX_CODE = re.compile(r"[0-9]{10}(-[0-9]{3})?|[0-9]{12}")
CHANGEABLE = ("kind", "name", "address", "commune_code", "zone_id", "sector", "lat", "lon", "workers", "contacts")
PAGE = 50


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is known of an organisation when it is entered."""

    name: str
    tax_code: str | None = None
    household: bool = False
    representative: str = ""
    phone: str = ""
    address: str = ""
    invented: bool = False


@dataclass(frozen=True, slots=True)
class NewSite:
    """What is known of a place when it is entered. contacts: [{name, role, phone}]."""

    kind: str
    name: str
    address: str
    commune_code: str
    sector: str
    organisation_id: UUID
    zone_id: str | None = None
    lat: float | None = None
    lon: float | None = None
    workers: int | None = None
    contacts: list[dict[str, str]] = field(default_factory=list)


def load_reference(tx: Session) -> int:
    """Communes, zones and agencies as the release brings them; how many rows were new or changed. Safe to run again."""
    return store.load_reference(tx)


def register_organisation(
    tx: Session, new: NewOrganisation, *, actor: Actor, now: datetime, known_id: UUID | None = None
) -> Organisation:
    """Enter an organisation. RuleBroken "bad-tax-code", "tax-code-taken" (with the organisation that has it)."""
    if new.tax_code is not None:
        if not TAX_CODE.fullmatch(new.tax_code):
            raise RuleBroken("bad-tax-code", tax_code=new.tax_code)
        holder = store.organisation_by_tax_code(tx, new.tax_code)
        if holder is not None:
            raise RuleBroken("tax-code-taken", tax_code=new.tax_code, organisation=holder.name)
    row = Organisation(
        id=known_id or uuid4(),
        name=new.name,
        tax_code=new.tax_code,
        household=new.household,
        representative=new.representative,
        phone=new.phone,
        address=new.address,
        invented=new.invented,
        search_key=search_key(new.name, new.tax_code, new.address, most=600),
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, object] = {"name": new.name, "tax_code": new.tax_code, "household": new.household}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "organisation.registered", f"organisation:{row.id}", now, facts))
    return row


def register_site(tx: Session, new: NewSite, *, actor: Actor, now: datetime, known_id: UUID | None = None) -> Site:
    """Enter a place. RuleBroken "unknown-commune", "unknown-zone", "unknown-organisation", "outside-province"."""
    commune, zone = _place(tx, new)
    owner = store.organisation(tx, new.organisation_id)
    if owner is None:
        raise RuleBroken("unknown-organisation", organisation=str(new.organisation_id))
    row = Site(
        id=known_id or uuid4(),
        kind=new.kind,
        name=new.name,
        address=new.address,
        commune_code=commune.code,
        commune=commune,
        zone_id=new.zone_id,
        zone=zone,
        sector=new.sector,
        organisation_id=owner.id,
        organisation=owner,
        lat=new.lat,
        lon=new.lon,
        workers=new.workers,
        contacts=list(new.contacts),
        search_key=search_key(new.name, owner.name, owner.tax_code, new.address, commune.name, most=800),
        created_at=now,
        parties=[],
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, Any] = {"name": new.name, "commune": commune.code, "organisation": str(owner.id)}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site.registered", f"site:{row.id}", now, facts))
    return row


def change_site(tx: Session, site_id: UUID, new: NewSite, *, actor: Actor, now: datetime) -> Site:
    """Correct what is known of a place; the audit keeps what it was. The same again changes nothing."""
    site = get(tx, site_id)
    commune, zone = _place(tx, new)
    wanted: dict[str, Any] = {name: getattr(new, name) for name in CHANGEABLE}
    before = {name: getattr(site, name) for name, value in wanted.items() if getattr(site, name) != value}
    if not before:
        return site
    for name in before:
        setattr(site, name, wanted[name])
    site.commune, site.zone = commune, zone
    owner = site.organisation
    site.search_key = search_key(new.name, owner.name, owner.tax_code, new.address, commune.name, most=800)
    tx.flush()
    facts: dict[str, Any] = {"before": before, "after": {name: wanted[name] for name in before}}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site.changed", f"site:{site.id}", now, facts))
    return site


def _place(tx: Session, new: NewSite) -> tuple[Commune, Zone | None]:
    if new.kind not in KINDS:
        raise RuleBroken("unknown-site-kind", kind=new.kind)
    commune = tx.get(Commune, new.commune_code)
    if commune is None:
        raise RuleBroken("unknown-commune", commune=new.commune_code)
    zone = tx.get(Zone, new.zone_id) if new.zone_id is not None else None
    if new.zone_id is not None and zone is None:
        raise RuleBroken("unknown-zone", zone=new.zone_id)
    if (new.lat is None) != (new.lon is None):
        raise RuleBroken("half-a-position")
    if new.lat is not None and new.lon is not None and not PROVINCE.holds(new.lat, new.lon):
        raise RuleBroken("outside-province", lat=new.lat, lon=new.lon)
    return commune, zone


def add_party(
    tx: Session, site_id: UUID, organisation_id: UUID, role: str, *, actor: Actor, now: datetime
) -> SiteParty:
    """Put an organisation on a site in a role; the same again changes nothing."""
    if role not in PARTY_ROLES:
        raise RuleBroken("unknown-party-role", role=role)
    site = get(tx, site_id)
    there = store.party(tx, site.id, organisation_id, role)
    if there is not None:
        return there
    organisation = store.organisation(tx, organisation_id)
    if organisation is None:
        raise RuleBroken("unknown-organisation", organisation=str(organisation_id))
    row = SiteParty(site_id=site.id, organisation_id=organisation.id, role=role, organisation=organisation)
    site.parties.append(row)
    tx.flush()
    facts: dict[str, object] = {"organisation": str(organisation.id), "role": role}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site.party-added", f"site:{site.id}", now, facts))
    return row


def end_site(tx: Session, site_id: UUID, *, actor: Actor, now: datetime) -> Site:
    """The works are finished or the establishment is closed. What was found stays with the organisations."""
    site = get(tx, site_id)
    if site.ended_at is None:
        site.ended_at = now
        audit.note(tx, audit.Entry(actor.agency, actor.id, "site.ended", f"site:{site.id}", now))
    return site


def get(tx: Session, site_id: UUID) -> Site:
    """RuleBroken "unknown-site"."""
    site = store.site(tx, site_id)
    if site is None:
        raise RuleBroken("unknown-site", site=str(site_id))
    return site


def list_sites(
    tx: Session, wanted: SiteFilter, *, after: tuple[str, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Site], tuple[str, UUID] | None]:
    """A page of sites by name, and the place where the next page begins (None: this was the last)."""
    found = store.sites(tx, wanted, after=after, limit=limit + 1)
    page = found[:limit]
    return page, ((page[-1].name, page[-1].id) if len(found) > limit else None)


def find_organisation(tx: Session, tax_code: str) -> Organisation | None:
    return store.organisation_by_tax_code(tx, tax_code)


def list_organisations(tx: Session, text: str, *, limit: int = PAGE) -> list[Organisation]:
    return store.organisations(tx, text, limit=limit)


def works_of(tx: Session, organisation_id: UUID) -> list[Site]:
    """Every site where the organisation answers for something."""
    return store.works_of(tx, organisation_id)


def list_communes(tx: Session) -> list[Commune]:
    return store.communes(tx)


def list_zones(tx: Session) -> list[Zone]:
    return store.zones(tx)


def list_agencies(tx: Session) -> list[Agency]:
    return store.agencies(tx)


def candidate_communes(lat: float, lon: float) -> list[Outline]:
    """Communes whose box holds the position, the nearest centre first. A proposal: a person chooses."""
    around = [each for each in store.outlines() if each.box.holds(lat, lon)]
    return sorted(around, key=lambda each: metres(lat, lon, each.lat, each.lon))
