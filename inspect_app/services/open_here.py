"""Danh sách tái kiểm tra: what is open at a site and of those who work there, across visits and agencies."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.store import open_here as store
from inspect_app.store import sites
from inspect_app.store.database import Tx
from inspect_app.store.open_here import OpenHere
from inspect_app.store.tables import Site


@dataclass(frozen=True, slots=True)
class Here:
    """ours: of the reader's agencies, at this site: what a re-inspection of ours is made of."""

    site: Site
    ours: list[OpenHere]
    others: list[OpenHere]  # found here by other agencies
    elsewhere: list[OpenHere]  # found at other sites of those who work here now


def read(tx: Tx, site_id: UUID, *, actor: Actor, now: datetime) -> Here:
    """RuleBroken "unknown-site"."""
    site = sites.site(tx, site_id)
    if site is None:
        raise RuleBroken("unknown-site", site=str(site_id))
    found = store.open_here(tx, site_id, today=local_day(now))
    here = [each for each in found if not each.elsewhere]
    return Here(
        site,
        [each for each in here if actor.scope.covers(each.agency_id)],
        [each for each in here if not actor.scope.covers(each.agency_id)],
        [each for each in found if each.elsewhere],
    )
