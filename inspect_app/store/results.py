"""What a push amounts to, as rows: written with one statement where the database can."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from inspect_app.domain.intake import Chain
from inspect_app.store import bulk, findings, inspections, operations, statements
from inspect_app.store.tables import Violation

_VIOLATION = cast("Table", Violation.__table__)


def write(
    tx: Session,
    inspection: UUID,
    *,
    device: UUID,
    reached: Chain | None,
    found: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
) -> None:
    """How far the phone's chain reaches now, new violations, and the inspection's own columns; as far as there are."""
    if tx.connection().dialect.name == "postgresql":
        parts = dict(_parts(inspection, device, reached, found, values))
        if parts:
            given = {name: value for each in parts.values() for name, value in each.items()}
            statements.run_all(tx, tuple(parts), given)
        return
    if reached is not None:
        operations.keep_chain(tx, inspection, device, reached)
    if found:
        findings.add(tx, found)
    if values:
        inspections.change(tx, inspection, values)


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
