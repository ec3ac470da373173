"""Codes printed on papers, as rows."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.tables import Agency, Inspection, VerifyCode


def of_content(tx: Session, inspection: UUID, content: str) -> VerifyCode | None:
    asked = select(VerifyCode).where(VerifyCode.inspection_id == inspection, VerifyCode.content == content)
    return tx.scalar(asked)


def behind(tx: Session, code: str) -> tuple[Inspection, VerifyCode, str] | None:
    """The inspection a code was made for, the code, and the agency's name."""
    asked = (
        select(Inspection, VerifyCode, Agency.name)
        .join(VerifyCode, VerifyCode.inspection_id == Inspection.id)
        .join(Agency, Agency.id == Inspection.agency_id)
        .where(VerifyCode.code == code)
    )
    row = tx.execute(asked).one_or_none()
    return (row[0], row[1], row[2]) if row else None
