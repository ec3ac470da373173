"""The same step for several violations: what may be taken for which of them, each judged by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import Actor
from inspect_app.domain.violations import Need, Step, steps_for
from inspect_app.services import registry
from inspect_app.services.registry import Line
from inspect_app.services.steps import standing_of
from inspect_app.store import violations as store
from inspect_app.store.database import Tx

MOST = 100
# What can honestly be said of several at once. A fine, a suspension, a rule, giving up: each of those has its own case.
IN_BULK = (
    Step.CONFIRM,
    Step.REQUEST_REMEDY,
    Step.ACKNOWLEDGE,
    Step.EXTEND,
    Step.RECEIVE_REPORT,
    Step.ACCEPT_REPORT,
    Step.SCHEDULE_REINSPECTION,
    Step.FOUND_REMEDIED,
    Step.FOUND_PARTLY,
    Step.FOUND_NOT,
    Step.CLOSE,
    Step.CLOSE_ADVICE,
    Step.REFER,
    Step.BEGIN_EXECUTION,
    Step.EXECUTE,
    Step.END_SANCTION,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One violation and the steps this reader may take on it."""

    line: Line
    steps: frozenset[Step]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was chosen. needs: the facts each offered step asks for. gone: how many are not there (any more)."""

    chosen: list[Chosen]
    offered: dict[Step, int]
    needs: dict[Step, frozenset[Need]]
    gone: int


def look(tx: Tx, violations: Sequence[UUID], *, actor: Actor, now: datetime) -> Bulk:
    """A fixed number of reads for any number of rows, in the order in which they were chosen."""
    rows = {row.id: row for row in store.several(tx, violations)}
    there = [rows[each] for each in dict.fromkeys(violations) if each in rows]
    lines = registry.lines(tx, there, local_day(now))
    chosen, offered, needs = [], dict.fromkeys(IN_BULK, 0), {step: frozenset[Need]() for step in IN_BULK}
    for line in lines:
        mine = {step: rule for step, rule in steps_for(standing_of(line.row), actor) if step in offered}
        chosen.append(Chosen(line, frozenset(mine)))
        for step, rule in mine.items():
            offered[step] += 1
            needs[step] |= rule.needs
    return Bulk(chosen, {step: n for step, n in offered.items() if n}, needs, len(set(violations)) - len(there))
