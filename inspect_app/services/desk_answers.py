"""A leader decides at the office which of two answers stands: by an operation of the own, through the same intake."""

import secrets
from datetime import datetime
from uuid import UUID, uuid5

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.intake import NAMESPACE, Chain
from inspect_app.domain.operations import fold
from inspect_app.domain.people import Actor, TeamRole
from inspect_app.services import planning, receive
from inspect_app.services.receive import Push, ScopePush
from inspect_app.store import operations
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection


def desk_of(person: UUID) -> UUID:
    """The number-giver of what a person writes at the office."""
    return uuid5(NAMESPACE, f"desk/{person}")


def may_choose(row: Inspection, actor: Actor) -> bool:
    """The team's leader; its members choose on their phones."""
    return any(
        seat.person_id == actor.id and seat.removed_at is None and seat.role == TeamRole.LEADER for seat in row.team
    )


def choose(
    tx: Tx, inspection: UUID, item: str, chosen: str, *, note: str, actor: Actor, now: datetime, library: Library
) -> None:
    """The answer of this operation stands, the others are replaced by it; all of them stay in the history.

    RuleBroken: unknown-inspection, not-allowed, changed-meanwhile (nothing contradicts there any more).
    """
    row = planning.get(tx, inspection, lock=True)
    if not may_choose(row, actor):
        raise RuleBroken("not-allowed", role=str(actor.role))
    register = fold(operations.entries(tx, row.id))["answers"].get(item)
    heads = register["heads"] if register and register["state"] == "conflict" else []
    stands = next((head for head in heads if head["id"] == chosen), None)
    if stands is None:
        raise RuleBroken("changed-meanwhile")
    device = desk_of(actor.id)
    n = operations.chains(tx, row.id).get(str(device), Chain()).through
    common = {"t": int(now.timestamp() * 1000), "m": 0}
    sup = [head["id"] for head in heads]
    ops = [{"id": _new_id(now), "n": n + 1, "k": "answer", "i": item, "v": stands["value"], "sup": sup, **common}]
    if note.strip():
        text = note.strip()
        ops.append({"id": _new_id(now), "n": n + 2, "k": "comment", "i": item, "text": text, "sup": [], **common})
    pushed = Push(None, device, actor.id, None, [ScopePush(row.id, ops)], carrier=actor.id)
    answer = receive.push(tx, pushed, actor=actor, now=now, library=library)
    if any(status != "ok" for status, _, _ in answer.scopes[0].ops.values()):
        raise RuleBroken("wrong-state", state=row.state, number=row.number)


def _new_id(now: datetime) -> str:
    """UUIDv7, as phones make them."""
    moment = int(now.timestamp() * 1000) << 80
    return str(UUID(int=moment | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)))
