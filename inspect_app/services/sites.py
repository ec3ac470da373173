"""The places that are inspected: entered once, corrected, found again by every agency."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from inspect_app.domain import hazards, workforce
from inspect_app.domain.distance import PROVINCE, metres
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import organisations
from inspect_app.store import audit, changes, violations
from inspect_app.store import sites as store
from inspect_app.store.database import Tx
from inspect_app.store.sites import Outline, SiteFilter
from inspect_app.store.tables import Agency, Commune, Site, Zone

__all__ = ["Outline", "SiteFilter"]

KINDS = ("establishment", "works", "service-provider", "commune")
CHANGEABLE = (
    "kind",
    "name",
    "address",
    "commune_code",
    "zone_id",
    "sector",
    "lat",
    "lon",
    "workers",
    "workforce",
    "hazards",
    "contacts",
)
PAGE = 50


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
    workforce: dict[str, int] = field(default_factory=dict)
    hazards: list[str] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)


def load_reference(tx: Tx) -> int:
    """Communes, zones and agencies as the release brings them; how many rows were new or changed. Safe to run again."""
    return store.load_reference(tx)


def register_site(tx: Tx, new: NewSite, *, actor: Actor, now: datetime, known_id: UUID | None = None) -> Site:
    """Enter a place. With an id that was given out before: the same again changes nothing.

    RuleBroken "unknown-commune", "unknown-zone", "unknown-organisation", "outside-province", "unknown-hazard",
    "group-over-whole"; "entered-before" for that id with something else.
    """
    there = store.site(tx, known_id) if known_id else None
    if there is not None:
        if _differences(there, new):
            raise RuleBroken("entered-before", site=str(there.id), name=there.name)
        return there
    commune, zone = _place(tx, new)
    owner = organisations.get(tx, new.organisation_id)
    row = Site(
        id=known_id or uuid4(),
        **_wanted(new),
        commune=commune,
        zone=zone,
        organisation_id=owner.id,
        organisation=owner,
        search_key="",
        created_at=now,
        parties=[],
    )
    row.search_key = organisations.site_search_key(row, owner)
    tx.add(row)
    tx.flush()
    facts: dict[str, Any] = {"name": new.name, "commune": commune.code, "organisation": str(owner.id)}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site.registered", f"site:{row.id}", now, facts))
    return row


def change_site(tx: Tx, site_id: UUID, new: NewSite, *, version: int, actor: Actor, now: datetime) -> Site:
    """Correct what is known of a place; the audit keeps what it was. The same again changes nothing.

    RuleBroken as `register_site`, and "changed-meanwhile" when it is no longer the version that was read.
    """
    site = get(tx, site_id)
    before = _differences(site, new)
    if not before:
        return site
    if site.merged_into is not None:
        raise RuleBroken("merged-away", into=str(site.merged_into))
    if site.version != version:
        raise RuleBroken("changed-meanwhile")
    commune, zone = _place(tx, new)
    wanted = _wanted(new)
    for name in before:
        setattr(site, name, wanted[name])
    site.commune, site.zone = commune, zone
    site.search_key = organisations.site_search_key(site, site.organisation)
    site.keyed = 0
    tx.flush()
    facts: dict[str, Any] = {"before": before, "after": {name: wanted[name] for name in before}}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "site.changed", f"site:{site.id}", now, facts))
    tell_phones(tx, site.id)
    return site


def tell_phones(tx: Tx, site_id: UUID) -> None:
    """Phones on their way to the place take along what is known of it now."""
    for person, inspection in violations.on_the_way(tx, site_id):
        changes.tell(tx, person, "visit", inspection)


def _wanted(new: NewSite) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: getattr(new, name) for name in CHANGEABLE}
    wanted["hazards"] = hazards.chosen(new.hazards)
    wanted["workforce"] = workforce.profile(new.workers, new.workforce)
    return wanted


def _differences(site: Site, new: NewSite) -> dict[str, Any]:
    """What the row says where the new facts say something else."""
    return {name: getattr(site, name) for name, value in _wanted(new).items() if getattr(site, name) != value}


def _place(tx: Tx, new: NewSite) -> tuple[Commune, Zone | None]:
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


def end_site(tx: Tx, site_id: UUID, *, actor: Actor, now: datetime) -> Site:
    """The works are finished or the establishment is closed. What was found stays with the organisations."""
    site = get(tx, site_id)
    if site.ended_at is None:
        site.ended_at = now
        audit.note(tx, audit.Entry(actor.agency, actor.id, "site.ended", f"site:{site.id}", now))
    return site


def find(tx: Tx, site_id: UUID) -> Site | None:
    return store.site(tx, site_id)


def get(tx: Tx, site_id: UUID) -> Site:
    """RuleBroken "unknown-site"."""
    site = store.site(tx, site_id)
    if site is None:
        raise RuleBroken("unknown-site", site=str(site_id))
    return site


def list_sites(
    tx: Tx, wanted: SiteFilter, *, after: tuple[str, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Site], tuple[str, UUID] | None]:
    """A page of sites by name, and the place where the next page begins (None: this was the last)."""
    found = store.sites(tx, wanted, after=after, limit=limit + 1)
    page = found[:limit]
    return page, ((page[-1].name, page[-1].id) if len(found) > limit else None)


def list_communes(tx: Tx) -> list[Commune]:
    return store.communes(tx)


def list_zones(tx: Tx) -> list[Zone]:
    return store.zones(tx)


def list_agencies(tx: Tx) -> list[Agency]:
    return store.agencies(tx)


def candidate_communes(lat: float, lon: float) -> list[Outline]:
    """Communes whose box holds the position, the nearest centre first. A proposal: a person chooses."""
    around = [each for each in store.outlines() if each.box.holds(lat, lon)]
    return sorted(around, key=lambda each: metres(lat, lon, each.lat, each.lon))
