"""What was found before: judged for one violation of the office, and taken along by a phone to be searched offline."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.laws import Laws
from inspect_app.domain.repeats import Finding, Judged, judge, pending_until
from inspect_app.store import repeats as store
from inspect_app.store.database import Tx
from inspect_app.store.repeats import Seen
from inspect_app.store.tables import Inspection, Violation, ViolationStep

__all__ = ["Earlier", "Seen", "for_visit", "of_violation"]

MOST_TAKEN = 200


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier findings are to one violation, and the names to show them with."""

    judged: Judged
    seen: dict[UUID, Seen]

    def __bool__(self) -> bool:
        return bool(self.judged)

    def of(self, found: Iterable[Finding]) -> list[Seen]:
        return [self.seen[each.id] for each in found]

    @property
    def repeats(self) -> list[Seen]:
        return self.of(self.judged.repeats)

    @property
    def recidivism(self) -> list[Seen]:
        return self.of(self.judged.recidivism)

    @property
    def multiple(self) -> list[Seen]:
        return self.of(self.judged.multiple)

    @property
    def defied(self) -> list[Seen]:
        return self.of(self.judged.defied)


def of_violation(tx: Tx, row: Violation, steps: Iterable[ViolationStep], laws: Laws) -> Earlier:
    """Judged now, from what is known now: an older visit that came in late counts from the moment it is here."""
    seen = store.earlier(
        tx, before=row.found_on, site=row.site_id, organisations=[row.organisation_id], items=[row.item]
    )
    judged = judge(store.finding_of(row, steps), [each.finding for each in seen], laws.rules)
    return Earlier(judged, {each.finding.id: each for each in seen})


def for_visit(
    tx: Tx,
    row: Inspection,
    organisations: Collection[UUID],
    checklists: Iterable[Checklist],
    laws: Laws,
    now: datetime,
) -> dict[str, Any]:
    """The list a phone searches before a finding is written. `seq` says when it was made."""
    asked = [item for checklist in checklists for item in checklist.items]
    items = {item.id for item in asked}
    conduct = {rule.code: key for item in asked for rule in item.penalties if (key := laws.rules.conduct(rule.code))}
    today = local_day(now)
    wanted = set(conduct.values())
    found = [
        each
        for each in store.earlier(
            tx, before=_after(today), site=row.site_id, organisations=organisations, items=items, not_of=row.id
        )
        if each.finding.item in items or wanted & laws.rules.conducts(each.finding.rules)
    ]
    return {
        "seq": int(now.timestamp() * 1000),
        "more": max(0, len(found) - MOST_TAKEN),
        "conduct": dict(sorted(conduct.items())),
        "found": [_taken(each, row.site_id, laws) for each in found[:MOST_TAKEN]],
    }


def _after(day: date) -> date:
    """The visit is today or later: everything found up to today is earlier."""
    return date.fromordinal(day.toordinal() + 1)


def _taken(seen: Seen, site: UUID, laws: Laws) -> dict[str, Any]:
    finding = seen.finding
    decision = finding.decision
    pending = pending_until(finding, laws.rules)
    return {
        "id": str(finding.id),
        "code": finding.code,
        "item": finding.item,
        "conduct": sorted(laws.rules.conducts(finding.rules)),
        "found_on": finding.found_on.isoformat(),
        "agency": seen.agency,
        "site": seen.site,
        "here": finding.site == site,
        "organisation": str(finding.organisation),
        "organisation_name": seen.organisation,
        "state": seen.remedy_status,
        "decision": decision
        and {"no": decision.number, "date": decision.on.isoformat(), "until": decision.until.isoformat()},
        "pending_until": pending and pending.isoformat(),
    }
