"""What of a submitted inspection is still missing, and on whose phone; and which facts the server holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.inspections import DECLARED, State
from inspect_app.domain.people import Actor
from inspect_app.store import arrivals, inspections
from inspect_app.store.arrivals import Known
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.store.tables import Inspection

MOST_ASKED = 2000


@dataclass(frozen=True, slots=True)
class Missing:
    """One phone and what of it has not arrived."""

    device: UUID
    device_name: str
    person_name: str
    ops: int
    photos: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """A phone of the team that still keeps work, of this visit or of another."""

    device_name: str
    person_name: str
    unsent: int
    since: datetime | None
    last_contact_at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """complete: everything that was declared is here. keeping: phones that may hold more; they block nothing."""

    complete: bool
    missing: tuple[Missing, ...] = ()
    keeping: tuple[Keeping, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As the visit document tells it."""
        return {
            "complete": self.complete,
            "missing": [
                {
                    "device": str(each.device),
                    "device_name": each.device_name,
                    "person_name": each.person_name,
                    "ops": each.ops,
                    "photos": each.photos,
                }
                for each in self.missing
            ],
        }


def arrival(tx: Tx, row: Inspection) -> Arrival:
    """How much of it is here. Before it is submitted nothing was declared, so nothing is missing."""
    state = State(row.state)
    if state not in DECLARED:
        return Arrival(state is State.APPROVED)
    people = [seat.person_id for seat in row.team]
    manifest = row.manifest or {"devices": [], "photos": []}
    ops = _missing_ops(tx, row.id, manifest)
    photos = _missing_photos(tx, row, manifest, ops)
    known = arrivals.phones(tx, set(ops) | set(photos), people)
    missing = tuple(
        _named(device, known, ops.get(device, 0), photos.get(device, 0)) for device in sorted(set(ops) | set(photos))
    )
    keeping = tuple(
        Keeping(each.device_name, each.person_name, each.unsent, each.oldest_unsent_at, each.last_contact_at)
        for each in known
        if each.unsent and not each.is_revoked
    )
    return Arrival(state is State.COMPLETE, missing, keeping)


def _missing_ops(tx: Tx, inspection: UUID, manifest: Mapping[str, Any]) -> dict[UUID, int]:
    """Per phone: declared numbers, and numbers below one that arrived, that are not here. Who declared comes first."""
    wanted: dict[UUID, int] = {UUID(each["device"]): each["n"] for each in manifest["devices"]}
    for device, n in arrivals.gaps(tx, inspection).items():
        wanted[device] = max(wanted.get(device, 0), n)
    counted = {device: n - arrivals.count_here(tx, inspection, device, n) for device, n in wanted.items()}
    return {device: count for device, count in counted.items() if count > 0}


def _missing_photos(tx: Tx, row: Inspection, manifest: Mapping[str, Any], ops: Mapping[UUID, int]) -> Counter[UUID]:
    """Per phone. A declared picture whose photo is not known yet is on a phone whose facts are missing.

    The first of them: a phone that declared comes before one that did not.
    """
    waited = dict(arrivals.waited_for(tx, row.id))
    found = Counter(waited.values())
    declared = set(manifest["photos"]) - waited.keys()
    unknown = len(declared - arrivals.pictures_here(tx, row.id, row.agency_id, declared))
    if unknown:
        devices = [UUID(each["device"]) for each in manifest["devices"]]
        found[next(iter(ops), devices[0] if devices else UUID(int=0))] += unknown
    return found


def _named(device: UUID, known: Sequence[Known], ops: int, photos: int) -> Missing:
    phone = next((each for each in known if each.device == device), None)
    return Missing(device, phone.device_name if phone else "", phone.person_name if phone else "", ops, photos)


# --- "which of these do you hold?" -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotHeld:
    """What a phone asked about and the server does not hold."""

    ops: list[str]
    photos: list[str]


def not_held(
    tx: Tx, inspection: UUID, ops: Sequence[str], photos: Sequence[str], *, actor: Actor, files: EvidenceFiles
) -> NotHeld:
    """Of an inspection that is none of the person's business everything is "not held".

    A picture counts only when its bytes stand in the folder, whatever the rows say.
    """
    is_member = inspections.is_member(tx, inspection, actor.id)
    here = arrivals.held_here(tx, inspection, actor.id, ops, is_member=is_member) if ops else set()
    agency = inspections.agency_for(tx, inspection, actor.id)
    whole = arrivals.is_whole(tx, agency, set(photos)) if agency else set()
    kept = {sha for sha in whole if agency and files.is_complete(agency, sha)}
    return NotHeld([each for each in ops if each not in here], [sha for sha in photos if sha not in kept])
