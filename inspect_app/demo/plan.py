"""Which visits there are: who goes where, when, with which checklists, and how far each visit has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inspect_app.domain.overlap import Kind


class Ending(StrEnum):
    """How far a visit has come when the story ends."""

    APPROVED = "approved"
    COMPLETE = "complete"
    CONFLICT = "conflict"  # complete, and two inspectors differ
    RETURNED = "returned"
    PHOTO_MISSING = "submitted"
    IN_PROGRESS = "in-progress"
    ASSIGNED = "assigned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of the story. `number` counts within the agency; `team` are the ends of usernames."""

    agency: str
    number: int
    site: str
    checklists: tuple[str, ...]
    kind: Kind
    ending: Ending
    day: date
    team: tuple[str, ...]
    guest: str = ""  # a member from another agency
    earlier: int | None = None  # the visit whose findings are looked at again
    refused: bool = False  # the other side does not sign
    late: bool = False  # something arrives after the approval
    removed: bool = False  # a member is taken off the team and still sends
    hands_on: bool = False  # what it may not sanction goes on at once

    @property
    def name(self) -> str:
        return f"{self.agency}/{self.number}"


# (days before today, ending), oldest first; days ahead are negative.
COURSE: tuple[tuple[int, Ending], ...] = (
    (66, Ending.APPROVED),
    (62, Ending.APPROVED),
    (57, Ending.APPROVED),
    (52, Ending.APPROVED),
    (47, Ending.APPROVED),
    (41, Ending.APPROVED),
    (34, Ending.APPROVED),
    (27, Ending.COMPLETE),
    (22, Ending.APPROVED),
    (16, Ending.CONFLICT),
    (13, Ending.COMPLETE),
    (9, Ending.RETURNED),
    (6, Ending.PHOTO_MISSING),
    (8, Ending.CANCELLED),
    (1, Ending.IN_PROGRESS),
    (0, Ending.ASSIGNED),
    (0, Ending.ASSIGNED),
    (-1, Ending.ASSIGNED),
    (-3, Ending.ASSIGNED),
)
FOLLOW_UPS = ((29, 1, Ending.APPROVED), (15, 4, Ending.COMPLETE))  # (days before today, earlier visit, ending)
FIELD = ("leader", "inspector1", "inspector2")
TEAMS = (FIELD, ("leader", "inspector1"), ("leader", "inspector2"))

_WORKS = tuple(f"ct-{number:02d}" for number in range(1, 25))
_PLANTS = tuple(f"kcn-{number:02d}" for number in range(1, 23))
_OTHERS = tuple(f"gen-{number:02d}" for number in range(1, 21))
SITES: dict[str, tuple[str, ...]] = {
    "thanh-tra": (*_OTHERS[:12], *_WORKS[1:15:2]),
    "so-xay-dung": _WORKS[:19],
    "bql-kcn": _PLANTS[:19],
    "so-noi-vu": (
        *("gen-13", "gen-14", "xa-01", "vln-01", "gen-17", "yt-01", "gen-20", "pc-01", "dv-01", "dv-02", "dl-01"),
        *("gen-15", "gen-18", "gen-16", "gen-19", "kcn-20", "kcn-21", "kcn-22", "gen-12"),
    ),
}
# What is asked besides the checklist of the site's own sector.
WORKS_TOGETHER = ("XDC", "XDK", "XDT")
HIGH_RISES = (2, 15)
WITH_GENERAL = frozenset({"CK", "DT", "HC", "KCN", "MO", "NN", "YT"})
# The office for labour comes upon a building site: what it finds belongs to the office for construction.
HANDED_ON = ("so-noi-vu", "ct-20", 44)  # agency, site, days before today
GUESTS = {"bql-kcn": "so-noi-vu.inspector1", "so-noi-vu": "bql-kcn.inspector2"}


def visits(today: date, first_day: date, sectors: Mapping[str, str]) -> list[Visit]:
    """The whole programme for a story that ends today; nothing before `first_day`, when the checklists begin.

    `sectors` has the sector of each site: its checklists are asked there.
    """
    programme = [visit for agency in SITES for visit in _of_agency(agency, today, first_day, sectors)]
    agency, site, ago = HANDED_ON
    number = len(COURSE) + len(FOLLOW_UPS) + 1
    lists, day = _checklists(sectors[site], number), _day(today, ago, first_day)
    handed_on = Visit(agency, number, site, lists, Kind.CHECK, Ending.APPROVED, day, TEAMS[1], hands_on=True)
    return [*programme, handed_on]


def _of_agency(agency: str, today: date, first_day: date, sectors: Mapping[str, str]) -> list[Visit]:
    made: list[Visit] = []
    for number, ((ago, ending), site) in enumerate(zip(COURSE, SITES[agency], strict=True), start=1):
        joint = agency in GUESTS and number in (3, 8)
        made.append(
            Visit(
                agency,
                number,
                site,
                _checklists(sectors[site], number),
                Kind.JOINT if joint else Kind.INSPECTION if agency == "thanh-tra" else Kind.CHECK,
                ending,
                _day(today, ago, first_day),
                FIELD if ago <= 0 or number % 3 == 1 or ending is Ending.CONFLICT else TEAMS[number % 3],
                guest=GUESTS[agency] if joint else "",
                refused=number == 5,
                late=number == 2,
                removed=number == 6,
            )
        )
    for ago, earlier, ending in FOLLOW_UPS:
        before = made[earlier - 1]
        day = _day(today, ago, first_day)
        number = len(made) + 1
        made.append(
            Visit(
                agency, number, before.site, before.checklists, Kind.FOLLOW_UP, ending, day, TEAMS[1], earlier=earlier
            )
        )
    return made


def _checklists(sector: str, number: int) -> tuple[str, ...]:
    """The sector's own; now and then with those it is combined with, as a whole site or enterprise is checked."""
    if sector == "XDK" and number in HIGH_RISES:
        return WORKS_TOGETHER
    if sector in WITH_GENERAL and number % 3 == 1:
        return ("GEN", sector)
    return (sector,)


def _day(today: date, ago: int, first_day: date) -> date:
    """A visit of the past was made on a working day; what is under way or ahead is so whatever the weekday."""
    day = today - timedelta(days=ago)
    back = max(0, day.weekday() - 4) if ago > 1 else 0
    return max(first_day, day - timedelta(days=back))
