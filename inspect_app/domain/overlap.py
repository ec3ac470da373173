"""Whether a visit would come on top of another one of the same calendar year, and what law says so."""

from collections.abc import Iterable, Mapping
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


# What each reason rests on, as sure as it was read: only citations.printed turns this into words.
_ONCE_A_YEAR = {"label": "NQ 198/2025/QH15", "at": "Điều 4", "confidence": "secondary"}
_INSPECTION_FIRST = {"label": "Luật Thanh tra 84/2025/QH15", "at": "khoản 2 Điều 58", "confidence": "verified"}
BASES: Mapping[Reason, tuple[Mapping[str, str], ...]] = {
    Reason.SECOND_INSPECTION: (_ONCE_A_YEAR,),
    Reason.SECOND_CHECK: (_ONCE_A_YEAR,),
    Reason.SAME_CONTENT: (_ONCE_A_YEAR, _INSPECTION_FIRST),
}


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

    @property
    def basis(self) -> tuple[Mapping[str, str], ...]:
        return BASES[self.reason]


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
