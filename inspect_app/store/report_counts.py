"""The numbers of a report alone, where no rows are asked for: counted with the conditions of those rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
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


Conditions = Mapping[str, tuple[ColumnElement[bool], ...]]


def _kinds_of_visit() -> Conditions:
    again, planned = Inspection.kind == FOLLOW_UP, Inspection.planned.is_(True)
    return {
        "visits": (),
        "visits-routine": (planned, ~again),
        "visits-special": (~planned, ~again),
        "visits-follow-up": (again,),
        "visits-joint": (Inspection.kind == JOINT,),
        "visits-clean": (Inspection.failing == 0,),
    }


def _kinds_of_finding(today: date) -> Conditions:
    still_open = Violation.remedy_status.not_in(sorted(CLOSED_REMEDY))
    return {
        "findings": (),
        "findings-violation": (Violation.kind == "violation",),
        "findings-advice": (Violation.kind == "advice",),
        "findings-serious": (Violation.severity >= 3,),
        "findings-closed": (Violation.remedy_status == "closed",),
        "findings-overdue": (still_open, Violation.deadline < today),
    }


def visits(tx: Session, period: Period) -> dict[str, int]:
    """One statement for the visits, one for the people at the places that were visited."""
    wanted: Mapping[str, ColumnElement[int]] = {
        **{code: _if(*conditions) for code, conditions in _kinds_of_visit().items()},
        "sites": func.count(Inspection.site_id.distinct()),
        "organisations": func.count(Inspection.organisation_id.distinct()),
    }
    row = tx.execute(_visited(period, *wanted.values())).one()
    there = Site.id.in_(_visited(period, Inspection.site_id))
    people = tx.scalar(select(func.sum(Site.workers)).where(there))
    return {**dict(zip(wanted, row, strict=True)), "workers-covered": int(people or 0)}


def _visited(period: Period, *columns: Any) -> Select[Any]:
    asked = select(*columns).select_from(Inspection)
    return (asked.join(Site, Site.id == Inspection.site_id) if period.has_place else asked).where(*visited(period))


def findings(tx: Session, period: Period, today: date) -> dict[str, int]:
    wanted = {code: _if(*conditions) for code, conditions in _kinds_of_finding(today).items()}
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
    return func.count(case((and_(*conditions), 1))) if conditions else func.count()


# --- the rows of one of them ----------------------------------------------------------------------


def rows(tx: Session, period: Period, code: str, today: date, *, limit: int | None = None) -> list[tuple[UUID, int]]:
    """The rows behind a figure, or the first of them, by id, each with what it adds."""
    if code == "fines":
        decided = select(ViolationStep.violation_id, ViolationStep.facts).where(*taken(period, ["decide"]))
        fines = tx.execute(decided.order_by(ViolationStep.violation_id, ViolationStep.number).limit(limit))
        return [(violation, int(facts.get("amount") or 0)) for violation, facts in fines]
    if code == "workers-covered":
        there = Site.id.in_(_visited(period, Inspection.site_id))
        people = select(Site.id, Site.workers).where(there, Site.workers > 0).order_by(Site.id).limit(limit)
        return [(site, workers or 0) for site, workers in tx.execute(people)]
    return [(row, 1) for (row,) in tx.execute(_counted_once(period, code, today).limit(limit))]


def _counted_once(period: Period, code: str, today: date) -> Select[Any]:
    """Which rows count once each. KeyError: no figure of visits, findings or steps."""
    once = {"sites": Inspection.site_id, "organisations": Inspection.organisation_id}
    if code in once:
        return _visited(period, once[code]).distinct().order_by(once[code])
    if code in (kinds := _kinds_of_visit()):
        return _visited(period, Inspection.id).where(*kinds[code]).order_by(Inspection.id)
    if code in (kinds := _kinds_of_finding(today)):
        return select(Violation.id).where(*found(period), *kinds[code]).order_by(Violation.id)
    steps = [step for step, figure in MOVES.items() if figure == code]
    if not steps:
        raise KeyError(code)
    moved = ViolationStep.violation_id
    return select(moved).where(*taken(period, steps)).distinct().order_by(moved)
