"""Whether a visit would come on top of another one of the same calendar year (NQ 198/2025/QH15, Điều 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of visit. A joint team's visit and one from afar are checks (kiểm tra) as well."""

    INSPECTION = "thanh-tra"
    CHECK = "kiem-tra"
    JOINT = "lien-nganh"
    FOLLOW_UP = "phuc-tra"
    REMOTE = "tu-xa"


CHECKS = frozenset({Kind.CHECK, Kind.JOINT, Kind.REMOTE})


class Reason(StrEnum):
    """Why a visit overlaps with another."""

    SECOND_INSPECTION = "second-inspection"  # thanh tra at most once a year
    SECOND_CHECK = "second-check"  # kiểm tra, joint ones included, at most once a year
    SAME_CONTENT = "same-content"  # not both on the same content in one year


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of any agency, done or planned, as far as the rule looks at it. `content`: the checklists' codes."""

    number: str
    agency: str
    kind: Kind
    first_day: date
    last_day: date
    content: frozenset[str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """One reason and the visit it comes from."""

    reason: Reason
    visit: Visit


def overlaps(wanted: Visit, others: Iterable[Visit]) -> list[Overlap]:
    """Every reason against the wanted visit, earliest first. Reads nothing; an empty list means: go.

    A follow-up (phúc tra) neither counts nor is counted. Clear signs of violation are the law's exception;
    a person records them as the ground, the rule does not guess them.
    """
    if wanted.kind is Kind.FOLLOW_UP:
        return []
    found = [
        Overlap(reason, other)
        for other in others
        if other.kind is not Kind.FOLLOW_UP and _years(wanted) & _years(other)
        for reason in [_reason(wanted, other)]
        if reason is not None
    ]
    return sorted(found, key=lambda each: (each.visit.first_day, each.visit.number))


def _reason(wanted: Visit, other: Visit) -> Reason | None:
    if wanted.kind is Kind.INSPECTION and other.kind is Kind.INSPECTION:
        return Reason.SECOND_INSPECTION
    if wanted.kind in CHECKS and other.kind in CHECKS:
        return Reason.SECOND_CHECK
    return Reason.SAME_CONTENT if wanted.content & other.content else None


def _years(visit: Visit) -> set[int]:
    """A window over New Year belongs to both years: nobody knows yet on which side the visit falls."""
    return set(range(visit.first_day.year, visit.last_day.year + 1))
