"""Reads of what supervisors returned, and why."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import InspectionReturn, Person


def last(tx: Session, inspection: UUID) -> InspectionReturn | None:
    asked = select(InspectionReturn).where(InspectionReturn.inspection_id == inspection)
    return tx.scalars(asked.order_by(InspectionReturn.number.desc()).limit(1)).first()


def last_for_team(tx: Session, inspection: UUID) -> tuple[InspectionReturn, str] | None:
    """The same with the supervisor's name, for a member of the team, whichever agency sent that member."""
    asked = (
        select(InspectionReturn, Person.name)
        .join(Person, Person.id == InspectionReturn.by_id)
        .where(InspectionReturn.inspection_id == inspection)
        .order_by(InspectionReturn.number.desc())
        .limit(1)
    )
    with across_agencies(tx):
        found = tx.execute(asked).first()
    return (found[0], found[1]) if found else None
