"""Whether a submitted inspection is complete: asked again whenever facts or photos arrive, answered by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from inspect_app.domain import evidence
from inspect_app.domain.inspections import DECLARED, Arrived, State, is_complete
from inspect_app.domain.intake import Chain
from inspect_app.store import arrivals, changes, operations
from inspect_app.store.database import Tx
from inspect_app.store.inspections import Course


@dataclass(frozen=True, slots=True)
class Growth:
    """How far the phone in hand came with this push; heads: the chain's head at each number beyond the one before."""

    device: UUID
    before: Chain
    reached: Chain
    missing: list[int]
    heads: Sequence[bytes]
    is_alone: bool = False  # nothing had come here before of another phone, accepted or held


def settle(
    tx: Tx,
    place: Course,
    state: State,
    manifest: Mapping[str, Any] | None,
    *,
    missing: int,
    growth: Growth | None = None,
) -> State:
    """submitted ↔ complete, from what was declared and what is here. Other states stay."""
    if state not in DECLARED or manifest is None:
        return state
    if missing:
        return State.SUBMITTED
    phones: dict[str, Arrived] = {}
    if growth:
        phones[str(growth.device)] = Arrived(growth.reached.through, partial(_had_in_hand, tx, place.id, growth))
    if any(declared["device"] not in phones for declared in manifest["devices"]):
        for device, chain in operations.chains(tx, place.id).items():
            phones.setdefault(device, Arrived(chain.through, partial(_had, tx, place.id, UUID(device), chain)))
    pictures = arrivals.pictures_here(tx, place.id, place.agency, manifest["photos"])
    if not is_complete(manifest, phones, pictures) or _has_gaps(tx, place.id, growth):
        return State.SUBMITTED
    return State.COMPLETE


def _has_gaps(tx: Tx, inspection: UUID, growth: Growth | None) -> bool:
    """Whether a phone, declared or not, has sent a later number than one that has not arrived."""
    if growth and growth.missing:
        return True
    if growth and growth.is_alone:
        return False
    return bool(arrivals.gaps(tx, inspection).keys() - ({growth.device} if growth else set()))


def _had_in_hand(tx: Tx, inspection: UUID, growth: Growth, n: int, head: str) -> bool:
    """The heads at the numbers that came with this push are in hand: nothing has to be read for them."""
    if n < growth.before.through:
        return _had(tx, inspection, growth.device, growth.reached, n, head)
    if n == growth.before.through:
        return growth.before.head == head
    return growth.heads[n - growth.before.through - 1].hex() == head


def _had(tx: Tx, inspection: UUID, device: UUID, chain: Chain, n: int, head: str) -> bool:
    """Only from the head that the chain really had do the facts since lead to the one it has: few have to be read."""
    if n == chain.through:
        return chain.head == head
    since = operations.body_hashes(tx, inspection, device, after=n, through=chain.through)
    return evidence.chain(since, head) == chain.head


def state_columns(place: Course, state: State, now: datetime) -> dict[str, Any]:
    """The columns that say a state, with the first moment it was reached."""
    values: dict[str, Any] = {"state": str(state)}
    if state in DECLARED and place.submitted_at is None:
        values["submitted_at"] = now
    if state is State.COMPLETE and place.completed_at is None:
        values["completed_at"] = now
    return values


def tell_team(tx: Tx, place: Course) -> None:
    """The team's phones look again: the visit stands differently now."""
    for person in place.team:
        changes.tell(tx, person, "visit", place.id)
