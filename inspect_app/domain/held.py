"""What a person may decide about a held operation: which decisions there are, and which of them can take effect."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from inspect_app.domain.checklists import Item
from inspect_app.domain.inspections import wrong_in_all
from inspect_app.domain.intake import NAMESPACE, NOT_IN_CHAIN
from inspect_app.domain.operation_bodies import MOST_TEXT, wrong


class Result(StrEnum):
    """A decision. Whatever it is, the operation itself stays stored as it came."""

    ACCEPTED = "accepted"  # it takes effect
    REASSIGNED = "reassigned"  # its author is in the team again; it and what follows take effect
    ANNEXED = "annexed"  # kept beside the inspection for good, with the reason; nothing of it enters the results
    REFUSED = "refused"  # stays stored and marked, with the reason


NEEDS_REASON = frozenset({Result.ANNEXED, Result.REFUSED})
TAKES_EFFECT = frozenset({Result.ACCEPTED, Result.REASSIGNED})
OUTSIDE_TEAM = frozenset({"assignment-revoked", "not-in-team"})


def obstacle(
    body: Mapping[str, Any], items: Mapping[str, Item], earlier: Iterable[Mapping[str, Item]] = ()
) -> str | None:
    """Why a body cannot take effect whoever wishes it; a long text is no obstacle once a person has looked at it."""
    return wrong(_shortened(body)) or wrong_in_all(body, items, earlier)


def _shortened(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: each[:MOST_TEXT] if isinstance(each, str) else each for name, each in body.items()}


def choices(code: str) -> tuple[Result, ...]:
    """What can be decided about an operation that is held for this reason."""
    given = (Result.REASSIGNED,) if code in OUTSIDE_TEAM else ()
    return (Result.ACCEPTED, *given, Result.ANNEXED, Result.REFUSED)


def needs_copy(code: str) -> bool:
    """Its id or its number belongs to another operation: only a copy with an id and a number of its own can count."""
    return code in NOT_IN_CHAIN


def copy_device(inspection: UUID) -> UUID:
    """The number-giver of the copies in one inspection: they form a chain of their own."""
    return uuid5(NAMESPACE, f"copies/{inspection}")


def copy_of(body: Mapping[str, Any], body_sha256: str, n: int) -> dict[str, Any]:
    """The copy that takes effect in place of an operation whose id or number is taken. It names what it copies."""
    said = str(body["id"])
    return {**body, "id": str(uuid5(NAMESPACE, f"{said}/{body_sha256}")), "n": n, "copies": [said, body_sha256]}
