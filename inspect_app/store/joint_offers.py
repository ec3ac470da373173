"""Whether a joint team was offered for a visit of another agency: the audit of the own agency remembers it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.tables import AuditRow


def is_made(tx: Session, action: str, visit: UUID) -> bool:
    asked = select(AuditRow.seq).where(AuditRow.subject == f"inspection:{visit}", AuditRow.action == action)
    return tx.scalars(asked.limit(1)).first() is not None
