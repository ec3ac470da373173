"""The numbers of a report alone, where no rows are asked for: counted with the conditions of those rows."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.store.report_rows import Period, found, taken, visited
from inspect_app.store.tables import Inspection, Site, Violation, ViolationStep

FOLLOW_UP, JOINT = "phuc-tra", "lien-nganh"
# step → the figure that counts it.
MOVES: Mapping[str, str] = {
    "request-remedy": "remedy-requests",
    "demand-stop": "stop-demands",
    "decide-suspension": "suspensions",
    "refer": "referred",
    "draw-record": "records",
    "decide": "sanctions",
    "refer-criminal": "criminal",
}


def visits(tx: Session, period: Period) -> dict[str, int]:
    """One statement for the visits, one for the people at the places that were visited."""
    again, planned = Inspection.kind == FOLLOW_UP, Inspection.planned.is_(True)
    wanted: Mapping[str, ColumnElement[int]] = {
        "visits": func.count(),
        "visits-routine": _if(planned, ~again),
        "visits-special": _if(~planned, ~again),
        "visits-follow-up": _if(again),
        "visits-joint": _if(Inspection.kind == JOINT),
        "visits-clean": _if(Inspection.failing == 0),
        "sites": func.count(Inspection.site_id.distinct()),
        "organisations": func.count(Inspection.organisation_id.distinct()),
    }
    asked = select(*wanted.values()).select_from(Inspection)
    there = select(Inspection.site_id)
    if period.has_place:
        asked = asked.join(Site, Site.id == Inspection.site_id)
        there = there.join(Site, Site.id == Inspection.site_id)
    row = tx.execute(asked.where(*visited(period))).one()
    people = tx.scalar(select(func.sum(Site.workers)).where(Site.id.in_(there.where(*visited(period)))))
    return {**dict(zip(wanted, row, strict=True)), "workers-covered": int(people or 0)}


def findings(tx: Session, period: Period, today: date) -> dict[str, int]:
    still_open = Violation.remedy_status.not_in(sorted(CLOSED_REMEDY))
    wanted: Mapping[str, ColumnElement[int]] = {
        "findings": func.count(),
        "findings-violation": _if(Violation.kind == "violation"),
        "findings-advice": _if(Violation.kind == "advice"),
        "findings-serious": _if(Violation.severity >= 3),
        "findings-closed": _if(Violation.remedy_status == "closed"),
        "findings-overdue": _if(still_open, Violation.deadline < today),
    }
    row = tx.execute(select(*wanted.values()).select_from(Violation).where(*found(period))).one()
    return dict(zip(wanted, row, strict=True))


def moves(tx: Session, period: Period, names: Sequence[str]) -> dict[str, int]:
    """A violation counts once for each step, however often it was taken; fines are added up decision by decision."""
    once = select(ViolationStep.step, ViolationStep.violation_id).where(*taken(period, names)).distinct().subquery()
    steps = tx.execute(select(once.c.step, func.count()).group_by(once.c.step))
    told = {MOVES[step]: number for step, number in steps if step in MOVES}
    decided = tx.scalars(select(ViolationStep.facts).where(*taken(period, ["decide"])))
    return {**told, "fines": sum(int(facts.get("amount") or 0) for facts in decided)}


def _if(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*conditions), 1)))
