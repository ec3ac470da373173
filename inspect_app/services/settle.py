"""Whether a submitted inspection is complete: asked again whenever facts or photos arrive, answered by itself."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from inspect_app.domain import evidence
from inspect_app.domain.inspections import DECLARED, Arrived, State, is_complete
from inspect_app.domain.intake import Chain
from inspect_app.store import changes, inspections, operations
from inspect_app.store.database import Tx
from inspect_app.store.inspections import Place


def settle(tx: Tx, place: Place, state: State, manifest: Mapping[str, Any] | None, *, missing: int) -> State:
    """submitted ↔ complete, from what was declared and what is here. Other states stay."""
    if state not in DECLARED or manifest is None:
        return state
    if missing:
        return State.SUBMITTED
    phones = {
        device: Arrived(chain.through, partial(_head_at, tx, place.id, UUID(device), chain))
        for device, chain in operations.chains(tx, place.id).items()
    }
    pictures = inspections.complete_blobs(tx, place.agency, set(manifest["photos"]))
    return State.COMPLETE if is_complete(manifest, phones, frozenset(pictures)) else State.SUBMITTED


def _head_at(tx: Tx, inspection: UUID, device: UUID, chain: Chain, n: int) -> str:
    if n == chain.through:
        return chain.head
    return evidence.chain(operations.body_hashes(tx, inspection, device, after=0, through=n))


def state_columns(place: Place, state: State, now: datetime) -> dict[str, Any]:
    """The columns that say a state, with the first moment it was reached."""
    values: dict[str, Any] = {"state": str(state)}
    if state in DECLARED and place.submitted_at is None:
        values["submitted_at"] = now
    if state is State.COMPLETE and place.completed_at is None:
        values["completed_at"] = now
    return values


def tell_team(tx: Tx, place: Place, state: State) -> None:
    """The team's phones look again when the office sees the visit differently."""
    if state in DECLARED and state != place.state:
        for person in inspections.team(tx, place.id):
            changes.tell(tx, person, "visit", place.id)
