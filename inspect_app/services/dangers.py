"""Imminent danger: looked for in every visit as its facts arrive, shown at once and told to the supervisors."""

from datetime import datetime, timedelta

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.inspections import standing
from inspect_app.domain.operations import fold
from inspect_app.services import notices
from inspect_app.services.chore import Tools
from inspect_app.store import dangers, operations, staff
from inspect_app.store.checklist_files import Library
from inspect_app.store.dangers import ToLook
from inspect_app.store.database import Tx

EVERY = timedelta(seconds=20)
AT_ONCE = 50  # inspections in one round; the next round takes the others
IMMINENT = 4
STALE = timedelta(days=1)  # what arrived earlier is no news: it is shown, and nobody is told


def look(tools: Tools, now: datetime) -> str:
    """One inspection per transaction; a second worker that looks at the same finds nothing new to tell."""
    with tools.reading() as tx:
        wanted = dangers.to_look(tx, limit=AT_ONCE)
    found = 0
    for each in wanted:
        with tools.writing() as tx:
            found += take(tx, each, library=tools.library, now=now)
            tx.commit()
    return f"{len(wanted)} cuộc có dữ kiện mới, {found} mục nguy cơ trực tiếp mới" if wanted else ""


def take(tx: Tx, looked: ToLook, *, library: Library, now: datetime) -> int:
    """Record what stands in one inspection and tell its supervisors what is new; how many items are new."""
    folded = fold(operations.entries(tx, looked.id))
    lists = [library.get(code, version) for code, version in looked.checklists]
    stands = standing(folded, lists, looked.visited_on or local_day(now))
    found = {each.item.id: each.item.ask for each in stands.failing if each.item.severity == IMMINENT}
    fresh = found.keys() - looked.before
    dangers.record(tx, looked, found, now)
    if fresh and now - looked.arrived_at < STALE:
        facts = {"count": len(fresh), "site": looked.site, "number": looked.number}
        notices.tell(
            tx,
            staff.supervisors(tx, looked.agency),
            "danger",
            subject=f"{looked.number} · {looked.site}",
            href=f"/desk/inspections/{looked.id}",
            facts=facts,
            now=now,
            once=f"danger:{looked.id}:{','.join(sorted(fresh))}"[:120],
        )
    return len(fresh)
