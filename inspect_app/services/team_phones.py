"""The phones of a team: whether somebody who leaves has learnt of it, and whether work is still on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.store import team_phones
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection


@dataclass(frozen=True, slots=True)
class Phone:
    """What the phone said at its last contact. unsent: facts of any visit that it still kept then."""

    name: str
    last_contact_at: datetime
    unsent: int

    def knows_of(self, moment: datetime) -> bool:
        """It was in contact after this: what was decided then has reached it."""
        return self.last_contact_at > moment


def of(tx: Tx, row: Inspection) -> Mapping[UUID, list[Phone]]:
    """By person, for whoever is or was in the team and has a phone that was not revoked."""
    found: dict[UUID, list[Phone]] = {}
    for each in team_phones.of(tx, [seat.person_id for seat in row.team]):
        found.setdefault(each.person_id, []).append(Phone(each.name, each.last_contact_at, each.unsent))
    return found
