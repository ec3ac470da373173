"""One site as a file: who works there, every agency's visits, what is still open."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import overlap, positions, site_profile
from inspect_app.services.positions import Stray
from inspect_app.store import sites, visits
from inspect_app.store.database import Tx
from inspect_app.store.tables import Equipment, Site, SiteDocument, SiteParty
from inspect_app.store.visits import SeenViolation, SeenVisit

FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class SiteFile:
    """visits: of this calendar year and planned later, at the site or elsewhere at the same organisation."""

    site: Site
    visits: list[SeenVisit]
    earlier: list[SeenVisit]
    violations: list[SeenViolation]
    parties: list[SiteParty]  # those who are there now first
    equipment: list[Equipment]
    documents: list[SiteDocument]
    stray: Stray | None  # the pin lies in another commune


def read(tx: Tx, site_id: UUID, *, today: date, reader: Actor) -> SiteFile:
    """As this reader may know it (domain.visibility). RuleBroken "unknown-site"."""
    site = sites.site(tx, site_id)
    if site is None:
        raise RuleBroken("unknown-site", site=str(site_id))
    new_year = date(today.year, 1, 1)
    seen = visits.seen_visits(
        tx,
        site=site.id,
        organisation=site.organisation_id,
        first_day=date(FIRST_YEAR, 1, 1),
        last_day=date(today.year + 1, 12, 31),
    )
    seen = overlap.shown_to(seen, reader)
    equipment, documents = site_profile.of_site(tx, site_id)
    has_pin = site.lat is not None and site.lon is not None
    return SiteFile(
        site=site,
        parties=sorted(site.parties, key=lambda each: (each.last_day is not None, each.role, each.organisation.name)),
        equipment=equipment,
        documents=documents,
        stray=positions.stray(site.commune_code, site.lat or 0, site.lon or 0) if has_pin else None,
        visits=[each for each in seen if each.last_day >= new_year],
        earlier=[each for each in seen if each.last_day < new_year],
        violations=visits.seen_violations(tx, site=site.id),
    )
