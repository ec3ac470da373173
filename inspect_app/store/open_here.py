"""What is open at a site, and of those who work there now, whichever agency found it and wherever: the list of a
re-inspection. Read across agencies, with no more than other agencies may know (domain.visibility: SHORT)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inspect_app.store.registry import OPEN
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Agency, Organisation, Site, SiteParty, Violation

MOST = 1000


@dataclass(frozen=True, slots=True)
class OpenHere:
    """One open violation. elsewhere: found at another site of somebody who works here now."""

    id: UUID
    code: str
    title: str
    severity: int
    deadline: date | None
    remedy_status: str
    found_on: date
    agency_id: str
    agency: str
    organisation: str
    site_id: UUID
    site: str
    elsewhere: bool


def open_here(tx: Session, site: UUID, *, today: date, limit: int = MOST) -> list[OpenHere]:
    """Exactly the open ones: the gravest first, then by deadline."""
    at_work = select(SiteParty.organisation_id).where(
        SiteParty.site_id == site, or_(SiteParty.last_day.is_(None), SiteParty.last_day >= today)
    )
    own = select(Site.organisation_id).where(Site.id == site)
    asked = (
        select(
            Violation.id,
            Violation.code,
            Violation.title,
            Violation.severity,
            Violation.deadline,
            Violation.remedy_status,
            Violation.found_on,
            Violation.agency_id,
            Agency.short_name,
            Organisation.name,
            Violation.site_id,
            Site.name,
            Violation.site_id != site,
        )
        .join(Agency, Agency.id == Violation.agency_id)
        .join(Organisation, Organisation.id == Violation.organisation_id)
        .join(Site, Site.id == Violation.site_id)
        .where(
            OPEN,
            or_(
                Violation.site_id == site,
                Violation.organisation_id.in_(at_work),
                Violation.organisation_id.in_(own),
            ),
        )
        .order_by(Violation.severity.desc(), Violation.deadline, Violation.id)
        .limit(limit)
    )
    with across_agencies(tx):
        rows: Sequence[Any] = tx.execute(asked).all()
    return [OpenHere(*row) for row in rows]
