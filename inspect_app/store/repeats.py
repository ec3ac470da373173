"""Earlier findings of any agency: THE place that decides what one agency may see of another's findings.

Read across agencies for one purpose: to tell a repeat. What leaves this file is what, when, where, by which agency and
organisation, how it stands, and whether a decision was taken. Never the inspector's words, photos, names of people, or
amounts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from inspect_app.domain.repeats import Decision, Finding
from inspect_app.store.registry import failed_before
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import Agency, Organisation, Site, Violation, ViolationStep

# The longest that anything counts: a decision that was never enforced, and the limitation of construction.
OLDEST_YEARS = 5
MOST = 1_000
# A stop was asked for or decided, and nobody has allowed work to go on since.
_DEMANDED = ("stop-demanded", "suspension-proposed", "suspension-decided")
_SANCTIONED = ("decided", "executing", "executed", "enforced", "reduced", "ended")


@dataclass(frozen=True, slots=True)
class Seen:
    """An earlier finding with the names around it, as far as any agency may know them."""

    finding: Finding
    agency: str
    site: str
    organisation: str
    remedy_status: str


def among(tx: Session, rows: Sequence[Violation]) -> set[UUID]:
    """Those of the rows whose item any agency found failing before, at their site or by their organisation.

    For lists, which only tell plain repeats: the database looks along its indexes, and no earlier finding is fetched.
    """
    if not rows:
        return set()
    asked = select(Violation.id).where(Violation.id.in_([row.id for row in rows]), failed_before())
    with across_agencies(tx):
        return set(tx.scalars(asked))


def earlier(
    tx: Session,
    *,
    before: date,
    site: UUID,
    organisations: Collection[UUID],
    items: Collection[str] = (),
    not_of: UUID | None = None,
) -> list[Seen]:
    """What was found before that day by these organisations anywhere, and on these items at the site; newest first."""
    asked = (
        select(Violation, Agency.short_name, Site.name, Organisation.name)
        .join(Agency, Agency.id == Violation.agency_id)
        .join(Site, Site.id == Violation.site_id)
        .join(Organisation, Organisation.id == Violation.organisation_id)
        .where(
            Violation.found_on < before,
            Violation.found_on >= date(before.year - OLDEST_YEARS, 1, 1),
            Violation.remedy_status != "cancelled",
            or_(
                Violation.organisation_id.in_(organisations) if organisations else false(),
                (Violation.site_id == site) & Violation.item.in_(items) if items else false(),
            ),
        )
        .order_by(Violation.found_on.desc(), Violation.id)
        .limit(MOST)
    )
    if not_of is not None:
        asked = asked.where(Violation.inspection_id != not_of)
    with across_agencies(tx):
        return _seen(tx, asked)


def _seen(tx: Session, asked: Select[Violation, str, str, str]) -> list[Seen]:
    rows = tx.execute(asked).all()
    steps = _sanction_steps(tx, [row[0].id for row in rows])
    return [
        Seen(finding_of(row[0], steps.get(row[0].id, ())), row[1], row[2], row[3], row[0].remedy_status) for row in rows
    ]


def _sanction_steps(tx: Session, violations: Collection[UUID]) -> dict[UUID, list[ViolationStep]]:
    found: dict[UUID, list[ViolationStep]] = {}
    if violations:
        asked = select(ViolationStep).where(
            ViolationStep.violation_id.in_(violations), ViolationStep.track == "sanction"
        )
        for step in tx.scalars(asked.order_by(ViolationStep.violation_id, ViolationStep.number)):
            found.setdefault(step.violation_id, []).append(step)
    return found


def finding_of(row: Violation, steps: Iterable[ViolationStep]) -> Finding:
    """A violation with what its sanction track says of it."""
    taken = [step for step in steps if step.track == "sanction"]
    proposed = _last(taken, "rule")
    ended = _last(taken, "ended")
    return Finding(
        row.id,
        row.inspection_id,
        row.item,
        row.site_id,
        row.organisation_id,
        row.found_on,
        row.code,
        row.agency_id,
        row.remedy_status == "cancelled",
        (proposed,) if proposed else tuple(row.penalties),
        row.kind,
        row.sanction_status,
        date.fromisoformat(ended) if ended else None,
        _decision(row, taken),
        row.stop_status in _DEMANDED,
    )


def _decision(row: Violation, taken: Sequence[ViolationStep]) -> Decision | None:
    if row.sanction_status not in _SANCTIONED:
        return None
    decided = next((step for step in reversed(taken) if step.step == "decide"), None)
    if decided is None:
        return None
    return Decision(
        str(decided.facts.get("document", "")),
        date.fromisoformat(str(decided.facts["date"])),
        decided.facts.get("amount") == 0,
        _day_of(taken, "execute") or _day_of(taken, "end-sanction"),
    )


def _day_of(taken: Sequence[ViolationStep], name: str) -> date | None:
    found = next((step for step in reversed(taken) if step.step == name and step.facts.get("date")), None)
    return date.fromisoformat(str(found.facts["date"])) if found else None


def _last(taken: Sequence[ViolationStep], fact: str) -> str:
    return next((str(step.facts[fact]) for step in reversed(taken) if step.facts.get(fact)), "")
