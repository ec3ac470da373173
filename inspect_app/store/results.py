"""What a push amounts to, as rows: written with one statement where the database can."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from inspect_app.domain.intake import Chain
from inspect_app.store import bulk, findings, inspections, operations, statements, violations
from inspect_app.store.tables import Violation

_VIOLATION = cast("Table", Violation.__table__)


@dataclass(frozen=True, slots=True)
class Near:
    """Where violations changed: the site, and the organisations that answer for them."""

    site: UUID
    organisations: Collection[UUID]


def write(
    tx: Session,
    inspection: UUID,
    *,
    device: UUID,
    reached: Chain | None,
    found: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    near: Near | None,
) -> list[tuple[UUID, UUID]]:
    """How far the phone's chain reaches now, new violations, and the inspection's own columns; as far as there are.

    near: where the registry changed; (person, inspection) of the other visits on their way there come back.
    """
    if statements.is_postgresql(tx):
        parts = dict(_parts(inspection, device, reached, found, values))
        if near:
            asked = violations.way_asked(near.site, near.organisations, inspection, on_postgresql=True)
            parts[violations.asking_on_the_way(on_postgresql=True)] = asked
        given = {name: value for each in parts.values() for name, value in each.items()}
        rows = statements.run_all(tx, tuple(parts), given) if parts else []
        return rows if near else []
    if reached is not None:
        operations.keep_chain(tx, inspection, device, reached)
    if found:
        findings.add(tx, found)
    if values:
        inspections.change(tx, inspection, values)
    return violations.on_the_way(tx, near.site, near.organisations, not_of=inspection) if near else []


def _parts(
    inspection: UUID,
    device: UUID,
    reached: Chain | None,
    found: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Statements and what each is given."""
    if reached is not None:
        yield operations.keeping_chain(on_postgresql=True), operations.chain_row(inspection, device, reached)
    if found:
        yield bulk.insert_all(_VIOLATION, tuple(found[0])), {"rows": bulk.packed(found)}
    if values:
        yield inspections.changing(frozenset(values)), {"of_id": inspection, **values}
