"""Running the worker's chores: one worker at a time holds each, failures are kept visible and tried again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.services import notices
from inspect_app.services.chore import Chore, Tools
from inspect_app.store import chores as store
from inspect_app.store import staff
from inspect_app.store.chores import Run
from inspect_app.store.database import Tx
from inspect_app.store.tables import Chore as ChoreRow
from inspect_app.store.tables import ChoreRun

log = logging.getLogger(__name__)

# A worker that died in the middle holds a chore no longer than this.
LEASE = timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# So many failures in a row are told to the administrators, once.
TELL_AFTER = 3
LONGEST_SAID = 2000
ASLEEP_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Shown:
    """One chore as the administrator sees it."""

    name: str
    label: str
    every: timedelta
    next_at: datetime | None
    running: bool
    failures: int
    last_ok_at: datetime | None
    last: ChoreRun | None


def run_due(tools: Tools, chore: Chore, clock: Callable[[], datetime]) -> bool:
    """Run it if it is due and nobody is at it; whether it ran. Its failure is written down and goes no further."""
    worker, now = uuid4(), clock()
    with tools.writing() as tx:
        taken = store.take(tx, chore.name, worker, now=now, until=now + LEASE)
        tx.commit()
    if not taken:
        return False
    ok, said = _run(tools, chore, now)
    run = Run(chore.name, now, clock(), ok, said[:LONGEST_SAID])
    with tools.writing() as tx:
        failures = store.give_back(tx, chore.name, worker, next_at=_next(tx, chore, run), run=run)
        if failures == TELL_AFTER:
            _tell(tx, chore, run)
        tx.commit()
    return True


def _run(tools: Tools, chore: Chore, now: datetime) -> tuple[bool, str]:
    try:
        return True, chore.run(tools, now)
    except Exception as error:
        log.exception("the chore %s failed", chore.name)
        return False, f"{type(error).__name__}: {error}"


def _next(tx: Tx, chore: Chore, run: Run) -> datetime:
    """In its rhythm; after a failure sooner, and then less and less soon."""
    if run.ok:
        return run.started_at + chore.every
    row = store.standing(tx).get(chore.name)
    failed_before = row.failures if row else 0
    wait: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failed_before, 10))
    return run.ended_at + wait


def _tell(tx: Tx, chore: Chore, run: Run) -> None:
    notices.tell(
        tx,
        staff.with_role(tx, Role.ADMIN),
        "chore",
        subject=f"Việc tự động “{chore.label}” lỗi {TELL_AFTER} lần liền",
        href="/desk/chores",
        facts={"name": chore.label, "failures": TELL_AFTER, "said": run.said[:200]},
        now=run.ended_at,
        once=f"chore:{chore.name}:{run.started_at.isoformat()}",
    )


def shown(tx: Tx, chores: Sequence[Chore], *, now: datetime) -> list[Shown]:
    """Every chore with its last run, those that fail first."""
    rows, last = store.standing(tx), store.last_runs(tx)
    found = [_shown(chore, rows, last, now) for chore in chores]
    return sorted(found, key=lambda each: -each.failures)


def _shown(chore: Chore, rows: dict[str, ChoreRow], last: dict[str, ChoreRun], now: datetime) -> Shown:
    row = rows.get(chore.name)
    return Shown(
        chore.name,
        chore.label,
        chore.every,
        row.next_at if row else None,
        running=row is not None and row.taken_until is not None and row.taken_until > now,
        failures=row.failures if row else 0,
        last_ok_at=row.last_ok_at if row else None,
        last=last.get(chore.name),
    )


def history(tx: Tx, chore: str, *, limit: int) -> list[ChoreRun]:
    return store.runs(tx, [chore], limit=limit)


def ask(tx: Tx, chores: Sequence[Chore], name: str, *, actor: Actor, now: datetime) -> None:
    """Have it run at the worker's next look. RuleBroken: unknown-chore."""
    if name not in {chore.name for chore in chores}:
        raise RuleBroken("unknown-chore", name=name)
    log.info("%s asks for the chore %s", actor.username, name)
    store.make_due(tx, name, now)


def is_asleep(chores: Sequence[Shown], *, now: datetime) -> bool:
    """No worker has looked for a while: something is long due and nobody is at it."""
    return not any(each.running for each in chores) and all(
        each.next_at is None or each.next_at < now - ASLEEP_AFTER for each in chores if not each.failures
    )
