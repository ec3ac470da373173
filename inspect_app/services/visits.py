"""The visit document: all that an inspector takes along for one inspection. Rendered when a phone asks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.distance import PROVINCE
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import TeamRole
from inspect_app.services import before_photos, completeness, repeats
from inspect_app.store import returns, takealong
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, InspectionChecklist, Site, TeamMember


def documents(
    tx: Tx, inspections: Sequence[UUID], person: UUID, library: Library, now: datetime
) -> dict[UUID, dict[str, Any]]:
    """A document for each inspection this person is in the team of now; the others are left out."""
    found = takealong.inspections(tx, inspections)
    mine = {row.id: row for row in found if _seat(row, person)}
    return {key: _document(tx, row, person, library, now) for key, row in mine.items()}


def _seat(row: Inspection, person: UUID) -> TeamMember | None:
    return next((each for each in row.team if each.person_id == person and each.removed_at is None), None)


def _document(tx: Tx, row: Inspection, person: UUID, library: Library, now: datetime) -> dict[str, Any]:
    seat = _seat(row, person)
    returned = _returned(tx, row)
    parties = _concerned(row)
    open_now = takealong.open_violations(tx, row, parties)
    before = before_photos.last(tx, row, open_now, person)
    return {
        **as_assigned(row),
        "id": str(row.id),
        # A visit that was given back stays so for the phones until it is sent in again.
        "state": "returned" if returned else row.state,
        "returned": returned,
        "window": [row.window_start.isoformat(), row.window_end.isoformat()],
        "my_role": str(seat.role) if seat else None,
        "checklists": [_checklist(each, library) for each in row.checklists],
        "history": [
            {
                "number": seen.number,
                "date": _day(seen.visited_on or seen.window_start),
                "agency": seen.agency,
                "kind": seen.kind,
                "failing": seen.failing,
            }
            for seen in takealong.history(tx, row)
        ],
        "open_violations": [
            {
                "id": str(seen.id),
                "code": seen.code,
                "item": seen.item,
                "title": seen.title,
                "severity": seen.severity,
                "deadline": _day(seen.deadline),
                "remedy_status": seen.remedy_status,
                "found_on": _day(seen.found_on),
                "agency": seen.agency,
                "organisation": seen.organisation,
                "photo": _photo(before.get(seen.id)),
            }
            for seen in open_now
        ],
        "repeats": repeats.for_visit(tx, row, parties, _asked(row, library), library.laws, now),
        "arrival": completeness.arrival(tx, row).plain(),
        "version": row.version,
        "amended": row.amended_at is not None,
        "revoked": False,
        "province": _province(),
    }


def as_assigned(row: Inspection) -> dict[str, Any]:
    """The part of the document that the record of the visit is made from; on the phone and, the same, here."""
    return {
        "number": row.number,
        "kind": row.kind,
        "planned": row.planned,
        "ground": row.ground,
        "ground_note": row.ground_note,
        "decision": {"no": row.decision_no, "date": _day(row.decision_date)},
        "site": _site(row.site),
        "organisation": {
            "id": str(row.organisation.id),
            "name": row.organisation.name,
            "tax_code": row.organisation.tax_code,
            "household": row.organisation.household,
            "address": row.organisation.address,
            "representative": row.organisation.representative,
        },
        "parties": [
            {"id": str(each.organisation_id), "name": each.organisation.name, "role": each.role}
            for each in row.site.parties
        ],
        "team": [_member(each) for each in sorted(row.team, key=_rank) if each.removed_at is None],
    }


def before(tx: Tx, inspection: UUID, sha256: str, *, person: UUID) -> takealong.SeenPhoto:
    """A photo that the visit takes along for this person. RuleBroken "not-found", also without a seat in it now."""
    row = next((each for each in takealong.inspections(tx, [inspection]) if _seat(each, person)), None)
    if row is not None:
        open_now = takealong.open_violations(tx, row, _concerned(row))
        for photo in before_photos.last(tx, row, open_now, person).values():
            if photo.sha256 == sha256:
                return photo
    raise RuleBroken("not-found")


def _concerned(row: Inspection) -> set[UUID]:
    """The organisations whose open violations a visit takes along."""
    site = row.site
    return {site.organisation_id, row.organisation_id, *(each.organisation_id for each in site.parties)}


def _photo(seen: takealong.SeenPhoto | None) -> dict[str, Any] | None:
    return {"sha": seen.sha256, "at": int(seen.taken_at.timestamp() * 1000)} if seen else None


def _returned(tx: Tx, row: Inspection) -> dict[str, Any] | None:
    """What the supervisor asks for, on the whole and answer by answer; None unless it was given back and is open."""
    if row.state != "returned" and (row.state != "in-progress" or row.submitted_at is None):
        return None
    found = returns.last_for_team(tx, row.id)
    if found is None:
        return None
    last, by = found
    return {"comment": last.comment, "items": last.items, "by": by, "at": last.at.isoformat()}


def _site(site: Site) -> dict[str, Any]:
    return {
        "id": str(site.id),
        "kind": site.kind,
        "name": site.name,
        "address": site.address,
        "commune": {"code": site.commune.code, "name": site.commune.name},
        "zone": {"id": site.zone.id, "name": site.zone.name} if site.zone else None,
        "sector": site.sector,
        "lat": site.lat,
        "lon": site.lon,
        "workers": site.workers,
        "contacts": site.contacts,
    }


def _rank(seat: TeamMember) -> tuple[int, bool, str]:
    """The leader first, then deputies, the secretary, and the others by name."""
    return list(TeamRole).index(TeamRole(seat.role)), not seat.is_secretary, seat.person.name


def _member(seat: TeamMember) -> dict[str, Any]:
    return {
        "person": str(seat.person_id),
        "name": seat.person.name,
        "title": seat.person.title,
        "agency": seat.person.agency.short_name,
        "role": str(seat.role),
        "is_secretary": seat.is_secretary,
    }


def _checklist(row: InspectionChecklist, library: Library) -> dict[str, Any]:
    checklist = library.get(row.code, row.version)
    return {
        "code": row.code,
        "version": row.version,
        "sha256": row.sha256,
        "title": checklist.title,
        "title_en": checklist.title_en,
        "items": len(checklist.items),
        "url": f"/api/v1/checklists/{row.code}/{row.version}",
    }


def _asked(row: Inspection, library: Library) -> list[Checklist]:
    return [library.get(each.code, each.version) for each in row.checklists]


@cache
def _province() -> Mapping[str, float]:
    return {
        "min_lat": PROVINCE.min_lat,
        "min_lon": PROVINCE.min_lon,
        "max_lat": PROVINCE.max_lat,
        "max_lon": PROVINCE.max_lon,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
