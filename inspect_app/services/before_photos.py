"""What an open violation looked like when last photographed: for who goes there again, and may see its photos."""

from collections.abc import Sequence
from uuid import UUID

from inspect_app.domain.visibility import Part, Reader, of_violation, relation
from inspect_app.store import people, takealong
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection
from inspect_app.store.takealong import SeenPhoto, SeenViolation


def last(tx: Tx, row: Inspection, violations: Sequence[SeenViolation], person: UUID) -> dict[UUID, SeenPhoto]:
    """The newest photo of each violation, as far as this person may see the case it belongs to."""
    found = takealong.photos(tx, row, violations)
    reader = people.by_id(tx, person)
    if not found or reader is None:
        return {}
    mine = takealong.seats(tx, person, {each.inspection_id for each in found})
    who = Reader(reader.agency_id, reader.role)
    seen = {}
    for violation in violations:
        for photo in found:
            if _is_of(photo, violation) and _may_see(who, photo, violation, mine):
                seen[violation.id] = photo
                break
    return seen


def _is_of(photo: SeenPhoto, violation: SeenViolation) -> bool:
    return (photo.agency_id, photo.site_id, photo.item) == (violation.agency_id, violation.site_id, violation.item)


def _may_see(who: Reader, photo: SeenPhoto, violation: SeenViolation, mine: set[UUID]) -> bool:
    """A seat in an earlier joint visit opens the photos of that visit, not those of later ones."""
    in_team = photo.inspection_id in mine
    related = relation(who, violation.agency_id, in_team=in_team)
    return Part.CASE in of_violation(related)
