"""Reads and writes of what waits for a person, and of what people decided about it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from inspect_app.domain.search import words
from inspect_app.store.tables import Device, HeldDecision, HeldOperation, Inspection, Person, Site

Key = tuple[UUID, str]  # an operation's id and the hash of its body


@dataclass(frozen=True, slots=True)
class HeldFilter:
    """What the inbox is narrowed to; empty fields narrow nothing. decided: what was decided instead of what waits."""

    text: str = ""
    code: str = ""
    inspection: str = ""
    before: datetime | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the first arrival of the inspection's group, the inspection, the arrival, the operation."""

    first: datetime
    claimed: str
    received: datetime
    operation: UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """One held operation with what a list shows beside it. number and site: empty when no such inspection is here."""

    operation: HeldOperation
    author: str
    phone: str
    number: str
    site: str
    state: str
    first: datetime  # when the oldest of its inspection arrived
    decision: HeldDecision | None


def is_waiting() -> ColumnElement[bool]:
    """Nobody has decided yet."""
    return ~exists().where(
        HeldDecision.operation_id == HeldOperation.id, HeldDecision.body_sha256 == HeldOperation.body_sha256
    )


def waiting(tx: Session, wanted: HeldFilter, *, after: Place | None, limit: int) -> list[Waiting]:
    """Grouped by inspection; the inspection that waits longest comes first, in it the oldest operation."""
    first = func.min(HeldOperation.received_at).over(partition_by=HeldOperation.claimed_inspection).label("first")
    matching = _matching(select(HeldOperation.id, HeldOperation.body_sha256, first), wanted).subquery()
    order = (matching.c.first, HeldOperation.claimed_inspection, HeldOperation.received_at, HeldOperation.id)
    asked = (
        _shown(matching.c.first)
        .join(matching, and_(matching.c.id == HeldOperation.id, matching.c.body_sha256 == HeldOperation.body_sha256))
        .order_by(*order, HeldOperation.body_sha256)
        .limit(limit)
    )
    if after is not None:
        asked = asked.where(_beyond(order, (after.first, after.claimed, after.received, after.operation)))
    return [_waiting(row) for row in tx.execute(asked)]


def _beyond(columns: Sequence[Any], values: Sequence[object]) -> ColumnElement[bool]:
    """(a, b, c) > (x, y, z), written out: SQLite compares no typed tuples."""
    steps = []
    for count in range(len(columns)):
        level = [columns[n] == values[n] for n in range(count)]
        steps.append(and_(*level, columns[count] > values[count]))
    return or_(*steps)


def _shown(first: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(HeldOperation, Person.name, Device.name, Inspection.number, Site.name, Inspection.state, first)
        .add_columns(HeldDecision)
        .join(Person, Person.id == HeldOperation.person_id)
        .outerjoin(Device, and_(Device.id == HeldOperation.device_id, Device.person_id == HeldOperation.person_id))
        .outerjoin(Inspection, Inspection.id == HeldOperation.inspection_id)
        .outerjoin(Site, Site.id == Inspection.site_id)
        .outerjoin(
            HeldDecision,
            and_(
                HeldDecision.operation_id == HeldOperation.id,
                HeldDecision.body_sha256 == HeldOperation.body_sha256,
            ),
        )
    )


def _waiting(row: Any) -> Waiting:
    held, author, phone, number, site, state, first, decision = row
    return Waiting(held, author, phone or "", number or "", site or "", state or "", first, decision)


def _matching(asked: Select[*tuple[Any, ...]], wanted: HeldFilter) -> Select[*tuple[Any, ...]]:
    return asked.where(~is_waiting() if wanted.decided else is_waiting(), *_conditions(wanted))


def _conditions(wanted: HeldFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.code:
        yield HeldOperation.code == wanted.code
    if wanted.inspection:
        yield HeldOperation.claimed_inspection == wanted.inspection
    if wanted.before is not None:
        yield HeldOperation.received_at < wanted.before
    for word in words(wanted.text):
        at_visit = (
            select(Inspection.id)
            .join(Site, Site.id == Inspection.site_id)
            .where(
                or_(
                    func.lower(Inspection.number).contains(word, autoescape=True),
                    Site.search_key.contains(word, autoescape=True),
                )
            )
        )
        by_author = select(Person.id).where(Person.username.contains(word, autoescape=True))
        yield or_(HeldOperation.inspection_id.in_(at_visit), HeldOperation.person_id.in_(by_author))


def one(tx: Session, key: Key) -> Waiting | None:
    """One of them, decided or not; the agency filter applies."""
    first = HeldOperation.received_at.label("first")
    asked = _shown(first).where(HeldOperation.id == key[0], HeldOperation.body_sha256 == key[1])
    row = tx.execute(asked).one_or_none()
    return _waiting(row) if row else None


def these(tx: Session, keys: Collection[Key]) -> list[HeldOperation]:
    """The rows behind the keys, as far as the reader may see them, in the order their phones wrote them."""
    if not keys:
        return []
    asked = select(HeldOperation).where(tuple_(HeldOperation.id, HeldOperation.body_sha256).in_(sorted(keys)))
    return list(tx.scalars(asked.order_by(HeldOperation.device_id, HeldOperation.n, HeldOperation.id)))


def decisions(tx: Session, keys: Collection[Key]) -> dict[Key, HeldDecision]:
    """What was decided already."""
    if not keys:
        return {}
    asked = select(HeldDecision).where(tuple_(HeldDecision.operation_id, HeldDecision.body_sha256).in_(sorted(keys)))
    return {(row.operation_id, row.body_sha256): row for row in tx.scalars(asked)}


def of_inspection(tx: Session, inspection: UUID) -> list[HeldOperation]:
    """What waits there, oldest first."""
    asked = select(HeldOperation).where(HeldOperation.inspection_id == inspection, is_waiting())
    return list(tx.scalars(asked.order_by(HeldOperation.received_at, HeldOperation.id).limit(200)))


def count(tx: Session, *, before: datetime | None = None, inspection: str = "") -> int:
    """How many wait; `before`: that arrived earlier than this; `inspection`: of this one."""
    wanted = HeldFilter(before=before, inspection=inspection)
    asked = _matching(select(func.count()).select_from(HeldOperation), wanted)
    found: int = tx.scalars(asked).one()
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as the author's phone hears of it."""

    operation: UUID
    claimed: str
    result: str
    reason: str
    by_name: str
    at: datetime


def told(tx: Session, decisions: Collection[UUID], author: UUID) -> dict[UUID, Told]:
    """Decisions about what this person wrote, by id. Past the agency filter: they may be another agency's."""
    rows = tx.connection().execute(
        select(
            HeldDecision.id,
            HeldDecision.operation_id,
            HeldOperation.claimed_inspection,
            HeldDecision.result,
            HeldDecision.reason,
            Person.name,
            HeldDecision.decided_at,
        )
        .join(
            HeldOperation,
            and_(HeldOperation.id == HeldDecision.operation_id, HeldOperation.body_sha256 == HeldDecision.body_sha256),
        )
        .join(Person, Person.id == HeldDecision.decided_by)
        .where(HeldDecision.id.in_(sorted(decisions)), HeldOperation.person_id == author)
    )
    return {row[0]: Told(*row[1:]) for row in rows}


def has_photo(tx: Session, inspection: UUID, sha256: str) -> bool:
    """Whether a held operation of this inspection names the picture; the agency filter applies."""
    asked = select(HeldOperation.body).where(HeldOperation.inspection_id == inspection)
    return any(body.get("sha") == sha256 for body in tx.scalars(asked))
