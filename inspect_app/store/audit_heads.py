"""The newest link of each agency's audit: how far the database has come."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inspect_app.store.tables import AuditRow


def read(tx: Session) -> dict[str, tuple[int, str]]:
    """Agency → number and hash of its newest row. The reader's scope must be everybody's."""
    newest = select(AuditRow.agency_id, func.max(AuditRow.seq).label("seq")).group_by(AuditRow.agency_id).subquery()
    rows = tx.execute(
        select(AuditRow.agency_id, AuditRow.seq, AuditRow.hash).join(
            newest, (newest.c.agency_id == AuditRow.agency_id) & (newest.c.seq == AuditRow.seq)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def hash_at(tx: Session, agency: str, seq: int) -> str | None:
    return tx.scalar(select(AuditRow.hash).where(AuditRow.agency_id == agency, AuditRow.seq == seq))
