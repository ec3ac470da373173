"""One site as a file: who works there, every agency's visits, what is still open."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.store import sites, visits
from inspect_app.store.database import Tx
from inspect_app.store.tables import Site
from inspect_app.store.visits import SeenViolation, SeenVisit

FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class SiteFile:
    """visits: of this calendar year and planned later, at the site or elsewhere at the same organisation."""

    site: Site
    visits: list[SeenVisit]
    earlier: list[SeenVisit]
    violations: list[SeenViolation]


def read(tx: Tx, site_id: UUID, *, today: date) -> SiteFile:
    """RuleBroken "unknown-site"."""
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
    return SiteFile(
        site=site,
        visits=[each for each in seen if each.last_day >= new_year],
        earlier=[each for each in seen if each.last_day < new_year],
        violations=visits.seen_violations(tx, site=site.id),
    )
