"""What held operations would mean: the item each is about, and what the inspection says at the same place now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from inspect_app.domain import held as rules
from inspect_app.domain.checklists import Item
from inspect_app.domain.operations import Folded, Head, fold
from inspect_app.store import inspection_facts as facts
from inspect_app.store import operations
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.held import Waiting
from inspect_app.store.tables import InspectionChecklist

T = TypeVar("T")
_PLACES = {"answer": "answers", "comment": "notes", "finding": "findings"}


@dataclass(frozen=True, slots=True)
class Read:
    """One held operation as it can be told. present: the heads that stand at its place now; obstacle: why it could
    not take effect as it is."""

    waiting: Waiting
    item: Item | None
    is_sound: bool
    obstacle: str | None
    present: tuple[Head, ...]
    names: Mapping[UUID, str]
    has_photo: bool


def read(tx: Tx, rows: Sequence[Waiting], *, library: Library) -> list[Read]:
    """Each inspection is read and folded once, however many of its operations wait."""
    visits = {row.operation.inspection_id for row in rows if row.operation.inspection_id and row.number}
    folded = {each: fold(operations.entries(tx, each)) for each in visits}
    items = {each: _items(tx, each, library) for each in visits}
    present = [_present(row, _of(row, folded)) for row in rows]
    names = facts.names(tx, {UUID(head["by"]) for heads in present for head in heads})
    shas = _shas(rows)
    arrived = {agency: facts.arrived(tx, agency, known) for agency, known in shas.items()}
    return [_read(row, _of(row, items) or {}, heads, names, arrived) for row, heads in zip(rows, present, strict=True)]


def _of(row: Waiting, known: Mapping[UUID, T]) -> T | None:
    inspection = row.operation.inspection_id
    return known.get(inspection) if inspection else None


def _items(tx: Tx, inspection: UUID, library: Library) -> dict[str, Item]:
    lists = tx.query(InspectionChecklist).where(InspectionChecklist.inspection_id == inspection)
    return {item.id: item for each in lists for item in library.get(each.code, each.version).items}


def _present(row: Waiting, folded: Folded | None) -> tuple[Head, ...]:
    body = row.operation.body
    place, kind = body.get("i"), body.get("k")
    if folded is None or not isinstance(kind, str):
        return ()
    if kind == "opinion":
        return tuple(folded["opinion"]["heads"]) if folded["opinion"] else ()
    if kind == "refuse":
        return tuple(folded["refusal"]["heads"]) if folded["refusal"] else ()
    if kind == "sign":
        role = body.get("role")
        signed = folded["signatures"].get(role) if isinstance(role, str) else None
        return tuple(signed["heads"]) if signed else ()
    if kind == "photo" and isinstance(place, str):
        return tuple(folded["photos"].get(place, ()))
    if kind in _PLACES and isinstance(place, str):
        found: Any = folded[_PLACES[kind]].get(place)  # type: ignore[literal-required]
        return tuple(found["heads"]) if found else ()
    return ()


def _read(
    row: Waiting,
    items: Mapping[str, Item],
    present: tuple[Head, ...],
    names: Mapping[UUID, str],
    arrived: Mapping[str, frozenset[str]],
) -> Read:
    body = row.operation.body
    against = rules.obstacle(body, items)
    place = body.get("i")
    return Read(
        waiting=row,
        item=items.get(place) if isinstance(place, str) else None,
        is_sound=against not in {"bad-body", "unknown-kind"},
        obstacle=against if row.number else "unknown-inspection",
        present=present,
        names=names,
        has_photo=body.get("sha") in arrived.get(row.operation.agency_id, frozenset()),
    )


def _shas(rows: Sequence[Waiting]) -> dict[str, set[str]]:
    """The photos that held operations name, by the agency whose evidence they would be."""
    found: dict[str, set[str]] = {}
    for row in rows:
        sha = row.operation.body.get("sha")
        if isinstance(sha, str):
            found.setdefault(row.operation.agency_id, set()).add(sha)
    return found
