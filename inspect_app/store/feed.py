"""Reads of the changes for other systems: rows of the audit after a number, and the objects as they stand now."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from inspect_app.store.tables import AuditRow, Commune, Inspection, Organisation, Site, Violation

_ROWS = select(AuditRow.seq, AuditRow.at, AuditRow.action, AuditRow.subject, AuditRow.facts)
_PLACE = (
    Site.id.label("site_id"),
    Site.name.label("site_name"),
    Organisation.id.label("organisation_id"),
    Organisation.name.label("organisation_name"),
    Organisation.tax_code,
    Commune.code.label("commune_code"),
    Commune.name.label("commune_name"),
)
_VIOLATIONS = select(
    Violation.id,
    Violation.agency_id,
    Violation.code,
    Violation.inspection_id,
    Inspection.number.label("inspection_number"),
    Violation.checklist,
    Violation.item,
    Violation.title,
    Violation.kind,
    Violation.severity,
    Violation.zone_id,
    Violation.sector,
    Violation.found_on,
    Violation.deadline,
    Violation.remedy_status,
    Violation.sanction_status,
    Violation.stop_status,
    Violation.fine_vnd,
    Violation.in_conflict,
    Violation.version,
    *_PLACE,
)
_INSPECTIONS = select(
    Inspection.id,
    Inspection.agency_id,
    Inspection.number,
    Inspection.kind,
    Inspection.planned,
    Inspection.ground,
    Inspection.decision_no,
    Inspection.decision_date,
    Inspection.window_start,
    Inspection.window_end,
    Inspection.state,
    Inspection.visited_on,
    Inspection.submitted_at,
    Inspection.approved_at,
    Inspection.answered,
    Inspection.failing,
    Inspection.version,
    Site.zone_id,
    Site.sector,
    *_PLACE,
)


def after(tx: Session, agency: str, seq: int, *, limit: int) -> Sequence[Row[Any]]:
    """The agency's rows after this number, oldest first. Numbers have no gaps, whoever writes at the same time."""
    asked = _ROWS.where(AuditRow.agency_id == agency, AuditRow.seq > seq)
    return tx.execute(asked.order_by(AuditRow.seq).limit(limit)).all()


def violations(tx: Session, agency: str, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    asked = _VIOLATIONS.join(Inspection, Inspection.id == Violation.inspection_id).join(
        Site, Site.id == Violation.site_id
    )
    placed = asked.join(Organisation, Organisation.id == Violation.organisation_id)
    return _found(tx, placed, Violation.id.in_(ids), Violation.agency_id == agency) if ids else {}


def inspections(tx: Session, agency: str, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    asked = _INSPECTIONS.join(Site, Site.id == Inspection.site_id)
    placed = asked.join(Organisation, Organisation.id == Inspection.organisation_id)
    return _found(tx, placed, Inspection.id.in_(ids), Inspection.agency_id == agency) if ids else {}


def _found(tx: Session, asked: Any, *where: Any) -> dict[UUID, Row[Any]]:
    rows: Iterable[Row[Any]] = tx.execute(asked.join(Commune, Commune.code == Site.commune_code).where(*where))
    return {row.id: row for row in rows}
