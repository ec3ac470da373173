"""The first screen of the office: the numbers to act on, today's visits, and imminent danger on top."""

from dataclasses import dataclass
from datetime import datetime

from inspect_app.domain.deadlines import DUE_IN, local_day
from inspect_app.store import dangers as dangers_store
from inspect_app.store import overview, visits
from inspect_app.store.dangers import Seen
from inspect_app.store.database import Tx
from inspect_app.store.overview import Danger, Numbers
from inspect_app.store.tables import Inspection

SOON = DUE_IN[0]
ROWS = 25
DANGERS = 4  # the worst news must not push the day's visits off the screen


@dataclass(frozen=True, slots=True)
class Overview:
    numbers: Numbers
    under_way: list[Seen]  # imminent danger in visits that nobody has sent in yet
    dangers: list[Danger]
    more_dangers: bool
    visits: list[Inspection]


def today(tx: Tx, *, now: datetime) -> Overview:
    """What the reader's agencies have to act on at this moment."""
    day = local_day(now)
    dangers = overview.dangers(tx, limit=DANGERS + 1)
    return Overview(
        overview.numbers(tx, today=day, now=now, due_days=SOON),
        dangers_store.under_way(tx, limit=ROWS),
        dangers[:DANGERS],
        len(dangers) > DANGERS,
        visits.open_today(tx, day, limit=ROWS),
    )
