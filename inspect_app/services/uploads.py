"""Files on their way in: who may send them, how far they are, and what changes when one is whole."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.inspections import State
from inspect_app.domain.people import Actor
from inspect_app.services.settle import settle, state_columns, tell_team
from inspect_app.store import audit, blobs, held, inspections
from inspect_app.store.blobs import Announced, Shown
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.store.scope import across_agencies

LARGEST_FILE = 15 * 1024 * 1024
LARGEST_PIECE = 1024 * 1024
MOST_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a file stands. agency: whose evidence it becomes. size: as announced, None before."""

    agency: str
    size: int | None
    is_complete: bool


def find(tx: Tx, inspection: UUID, sha256: str, *, actor: Actor, files: EvidenceFiles) -> Standing:
    """Where a file stands. RuleBroken: unknown-inspection, photo-held."""
    found = inspections.upload(tx, inspection, actor.id, sha256)
    if found is None:
        raise RuleBroken("unknown-inspection", inspection=str(inspection))
    if found.state == "held":
        raise RuleBroken("photo-held", failures=found.failures)
    # What was whole and is not there was lost in a restore: it is asked for again.
    is_complete = found.state == "complete" and files.is_complete(found.agency, sha256)
    return Standing(found.agency, found.size, is_complete)


def announce(tx: Tx, agency: str, sha256: str, size: int, media_type: str, *, actor: Actor, now: datetime) -> None:
    """Remember that a file will come in pieces."""
    blobs.keep(tx, Announced(agency, sha256, size, media_type, actor.id, now))


def complete(tx: Tx, agency: str, sha256: str, size: int, media_type: str, *, actor: Actor, now: datetime) -> None:
    """The file is whole, durable and has the right hash: say so, and see whether inspections are complete by that."""
    places = blobs.complete(tx, Announced(agency, sha256, size, media_type, actor.id, now))
    for place in places:
        before = State(place.state)
        missing = inspections.count_missing(tx, place.id)
        state = settle(tx, place, before, place.manifest, missing=missing)
        if state is not before:
            inspections.change(tx, place.id, state_columns(place, state, now))
            tell_team(tx, place)
    subject = f"inspection:{places[0].id}" if len(places) == 1 else f"photo:{sha256[:60]}"
    facts: dict[str, object] = {"sha256": sha256, "size": size}
    if len(places) > 1:
        facts["inspections"] = [str(place.id) for place in places]
    audit.note(tx, audit.Entry(agency, actor.id, "photo.received", subject, now, facts))


def mismatch(tx: Tx, agency: str, sha256: str, size: int, media_type: str, *, actor: Actor, now: datetime) -> None:
    """The whole had another hash. After five times the file waits for a person."""
    announce(tx, agency, sha256, size, media_type, actor=actor, now=now)
    failures = blobs.count_failure(tx, agency, sha256, most=MOST_FAILURES)
    facts: dict[str, object] = {"sha256": sha256, "failures": failures}
    audit.note(tx, audit.Entry(agency, actor.id, "photo.damaged", f"photo:{sha256[:60]}", now, facts))


# --- looking at them ------------------------------------------------------------------------------


def shown(tx: Tx, inspection: UUID, sha256: str, *, actor: Actor) -> Shown:
    """A photo somebody wants to see: people of the agency, and the team. RuleBroken: not-found, photo-missing."""
    found = blobs.shown(tx, inspection, sha256)
    if found is None and inspections.is_member(tx, inspection, actor.id):
        with across_agencies(tx):  # a joint visit: the team sees its own photos
            found = blobs.shown(tx, inspection, sha256)
    if found is None and held.has_photo(tx, inspection, sha256):  # whoever decides about it must see it
        found = blobs.of_inspection(tx, inspection, sha256)
    if found is None:
        raise RuleBroken("not-found")
    if not found.is_complete:
        raise RuleBroken("photo-missing")
    return found


def original(tx: Tx, inspection: UUID, sha256: str, *, actor: Actor, now: datetime) -> Shown:
    """The file as it was received; that somebody took it is noted."""
    found = shown(tx, inspection, sha256, actor=actor)
    facts: dict[str, object] = {"sha256": sha256}
    audit.note(tx, audit.Entry(found.agency, actor.id, "photo.original-read", f"inspection:{inspection}", now, facts))
    return found
