"""Who works on a site: contractors, supervision and employers, in which role, on what, and from when to when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.expiry import check_days
from inspect_app.domain.people import Actor
from inspect_app.services import organisations, sites
from inspect_app.store import audit
from inspect_app.store import sites as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import SiteParty

ROLES = ("investor", "main-contractor", "subcontractor", "supervision", "employer")


@dataclass(frozen=True, slots=True)
class Stay:
    """What it does there, and its days; last_day None: it is still there."""

    work: str = ""
    first_day: date | None = None
    last_day: date | None = None

    def plain(self) -> dict[str, Any]:
        days = {"first_day": self.first_day, "last_day": self.last_day}
        return {"work": self.work} | {name: day.isoformat() if day else None for name, day in days.items()}


def add(
    tx: Tx, site_id: UUID, organisation_id: UUID, role: str, stay: Stay | None = None, *, actor: Actor, now: datetime
) -> SiteParty:
    """Put an organisation on a site in a role; the same again changes nothing, other days are a change."""
    if role not in ROLES:
        raise RuleBroken("unknown-party-role", role=role)
    wanted = stay or Stay()
    check_days(wanted.first_day, wanted.last_day)
    site = sites.get(tx, site_id)
    there = store.party(tx, site.id, organisation_id, role)
    if there is not None:
        return there if stay is None else change(tx, site.id, organisation_id, role, stay, actor=actor, now=now)
    organisation = organisations.get(tx, organisation_id)
    row = SiteParty(
        site_id=site.id,
        organisation_id=organisation.id,
        role=role,
        work=wanted.work,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        organisation=organisation,
    )
    site.parties.append(row)
    tx.flush()
    _note(tx, row, "site.party-added", wanted.plain(), actor, now)
    return row


def change(
    tx: Tx,
    site_id: UUID,
    organisation_id: UUID,
    role: str,
    stay: Stay,
    *,
    read: Stay | None = None,
    actor: Actor,
    now: datetime,
) -> SiteParty:
    """Correct what it does there and its days; what was found stays with the organisation. `read`: what was shown.

    RuleBroken "unknown-party", "days-reversed", "changed-meanwhile".
    """
    check_days(stay.first_day, stay.last_day)
    row = get(tx, site_id, organisation_id, role)
    was = Stay(row.work, row.first_day, row.last_day)
    if was != stay:
        if read is not None and was != read:
            raise RuleBroken("changed-meanwhile")
        row.work, row.first_day, row.last_day = stay.work, stay.first_day, stay.last_day
        tx.flush()
        _note(tx, row, "site.party-changed", {"before": was.plain(), "after": stay.plain()}, actor, now)
    return row


def remove(tx: Tx, site_id: UUID, organisation_id: UUID, role: str, *, actor: Actor, now: datetime) -> None:
    """It was entered by mistake and never was there; the audit keeps what stood here. Again: nothing happens."""
    row = store.party(tx, site_id, organisation_id, role)
    if row is None:
        return
    _note(tx, row, "site.party-removed", Stay(row.work, row.first_day, row.last_day).plain(), actor, now)
    tx.delete(row)
    tx.flush()


def get(tx: Tx, site_id: UUID, organisation_id: UUID, role: str) -> SiteParty:
    """RuleBroken "unknown-party"."""
    row = store.party(tx, site_id, organisation_id, role)
    if row is None:
        raise RuleBroken("unknown-party")
    return row


def _note(tx: Tx, row: SiteParty, action: str, facts: dict[str, Any], actor: Actor, now: datetime) -> None:
    told = {"organisation": str(row.organisation_id), "role": row.role, **facts}
    audit.note(tx, audit.Entry(actor.agency, actor.id, action, f"site:{row.site_id}", now, told))
    sites.tell_phones(tx, row.site_id)
