"""Where to go first: six reasons, each a share of its weight, added up to points. Who inspected is never a reason."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.hazards import HAZARDS


class Reason(StrEnum):
    HAZARDS = "hazards"  # what can hurt people there
    WORKERS = "workers"  # how many people are there
    HISTORY = "history"  # serious findings of the last years, closed ones too
    SINCE = "since"  # how long nobody has been there
    OPEN = "open"  # serious findings that are still open
    ACCIDENTS = "accidents"


# Points at most, chosen by judgement: together one hundred. An agency may set its own (audited).
USUAL: Mapping[Reason, int] = {
    Reason.HAZARDS: 25,
    Reason.WORKERS: 10,
    Reason.HISTORY: 20,
    Reason.SINCE: 15,
    Reason.OPEN: 20,
    Reason.ACCIDENTS: 10,
}
MOST_POINTS = 100
SERIOUS = 3  # severity from which a finding counts
YEARS_BACK = 3

# Each reason is full at this much of it.
FULL_HAZARDS, FULL_HISTORY, FULL_OPEN = 9, 5, 3
# Workers below the number → hundredths; more than all of them: 100. Unknown counts as a small place.
WORKER_STEPS = ((10, 20), (50, 40), (200, 60), (1000, 80))
WORKERS_UNKNOWN = 30
# Days since the last visit up to → hundredths; later, or never: 100.
SINCE_STEPS = ((365, 0), (730, 50), (1095, 75))
DEATH, SERIOUS_INJURY, OTHER_ACCIDENT = 100, 70, 40


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a site, of whichever agency it comes. No person stands here, on purpose."""

    hazards: Collection[str] = ()
    workers: int | None = None
    serious: int = 0  # findings of the last years, at least serious
    last_visit: date | None = None
    open_serious: int = 0
    accidents: int = 0
    badly_hurt: int = 0
    deaths: int = 0


def shares(known: Known, today: date) -> dict[Reason, int]:
    """Hundredths of each reason's weight. The statement in store.risk computes the same for all sites at once."""
    weight = sum(each.weight for each in HAZARDS if each.code in known.hazards)
    return {
        Reason.HAZARDS: min(100, weight * 100 // FULL_HAZARDS),
        Reason.WORKERS: _step(known.workers, WORKER_STEPS, below=True)
        if known.workers is not None
        else WORKERS_UNKNOWN,
        Reason.HISTORY: min(100, known.serious * 100 // FULL_HISTORY),
        Reason.SINCE: _step((today - known.last_visit).days, SINCE_STEPS) if known.last_visit else 100,
        Reason.OPEN: min(100, known.open_serious * 100 // FULL_OPEN),
        Reason.ACCIDENTS: _accidents(known),
    }


def points(known: Known, today: date, weights: Mapping[Reason, int] = USUAL) -> dict[Reason, int]:
    """Whole points by reason; what a person reads adds up to the score."""
    return {reason: share * weights[reason] // 100 for reason, share in shares(known, today).items()}


def check_weights(weights: Mapping[Reason, int]) -> None:
    """RuleBroken "bad-weights": every reason has one, none is negative, and together they are one hundred."""
    wrong = set(weights) != set(Reason) or any(each < 0 for each in weights.values())
    if wrong or sum(weights.values()) != MOST_POINTS:
        raise RuleBroken("bad-weights", most=MOST_POINTS, total=sum(weights.values()))


def _step(value: int, steps: tuple[tuple[int, int], ...], *, below: bool = False) -> int:
    return next((share for limit, share in steps if (value < limit if below else value <= limit)), 100)


def _accidents(known: Known) -> int:
    if known.deaths:
        return DEATH
    if known.badly_hurt:
        return SERIOUS_INJURY
    return OTHER_ACCIDENT if known.accidents else 0
