"""Three different things about a finding that was there before. All are computed, none is stored.

Tồn tại lặp lại: the same item failed before, at the same site or by the same organisation. Ứng viên tái phạm: the same
conduct was sanctioned before and still counts (Luật XLVPHC Đ2k5, Đ7). Ứng viên vi phạm nhiều lần: the same conduct was
found before, is not handled yet and may still be sanctioned (Đ2k6). The last two follow the organisation, and stay
candidates: whoever sanctions decides. An earlier visit that arrives late changes what is said of the later ones,
because nothing is remembered.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from inspect_app.domain.penalties import Rules

# Until a sanctioned act counts as not sanctioned (Luật XLVPHC Đ7), and how long a decision may be enforced (Đ74).
AFTER_WARNING_MONTHS = 6
AFTER_FINE_MONTHS = 12
ENFORCEABLE_MONTHS = 12
# Sanctions that were refused, ran out or went to the investigators: nothing to be sanctioned is left of them.
_OVER = frozenset({"no-sanction", "time-barred", "criminal"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a sanction, with its execution as far as it is known."""

    number: str
    on: date
    is_warning: bool
    executed_on: date | None = None

    @property
    def until(self) -> date:
        """The first day the act counts as never sanctioned.

        From the day the decision was executed; of one that was not, from the day it could no longer be enforced.
        """
        begun = self.executed_on or months_after(self.on, ENFORCEABLE_MONTHS)
        return months_after(begun, AFTER_WARNING_MONTHS if self.is_warning else AFTER_FINE_MONTHS)

    def counts_on(self, day: date) -> bool:
        return self.on <= day < self.until


@dataclass(frozen=True, slots=True)
class Finding:
    """As much of a violation as a comparison needs. A cancelled one was none."""

    id: UUID
    inspection: UUID
    item: str
    site: UUID
    organisation: UUID
    found_on: date
    code: str = ""
    agency: str = ""
    cancelled: bool = False
    rules: tuple[str, ...] = ()  # the rule that was proposed; else those that may apply
    kind: str = "violation"
    sanction: str = "none"
    ended: date | None = None  # the conduct, when somebody said so
    decision: Decision | None = None
    stop_demanded: bool = False

    @property
    def conduct_ended(self) -> date:
        return self.ended or self.found_on


@dataclass(frozen=True, slots=True)
class Judged:
    """What earlier findings are to one finding; the latest first. One may be in several lists."""

    repeats: list[Finding] = field(default_factory=list)
    recidivism: list[Finding] = field(default_factory=list)
    multiple: list[Finding] = field(default_factory=list)
    defied: list[Finding] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.repeats or self.recidivism or self.multiple or self.defied)


def is_repeat_of(later: Finding, earlier: Finding) -> bool:
    """Whether `later` was found before as `earlier`: another visit, an earlier day, the same item and place or firm."""
    return (
        later.item == earlier.item
        and _is_before(earlier, later)
        and (later.site == earlier.site or later.organisation == earlier.organisation)
    )


def may_be_recidivism(later: Finding, earlier: Finding, rules: Rules) -> bool:
    """The same organisation repeats conduct it was sanctioned for, while the sanction still counts."""
    return (
        earlier.decision is not None
        and _is_before(earlier, later)
        and earlier.decision.counts_on(later.conduct_ended)
        and _is_same_conduct(later, earlier, rules)
    )


def may_be_multiple(later: Finding, earlier: Finding, rules: Rules) -> bool:
    """The same organisation repeats conduct nobody has sanctioned yet, while it still may be."""
    last = pending_until(earlier, rules)
    return (
        last is not None
        and _is_before(earlier, later)
        and later.found_on <= last
        and _is_same_conduct(later, earlier, rules)
    )


def may_be_defiance(later: Finding, earlier: Finding, rules: Rules) -> bool:
    """The same organisation goes on although an immediate end was demanded: aggravating (Luật XLVPHC Đ10k1i)."""
    return earlier.stop_demanded and _is_before(earlier, later) and _is_same_conduct(later, earlier, rules)


def pending_until(finding: Finding, rules: Rules) -> date | None:
    """The last day a finding that was not sanctioned still may be; None when it may not, or we know no limitation."""
    if finding.decision is not None or finding.cancelled or finding.sanction in _OVER or finding.kind == "advice":
        return None
    months = rules.limitation_months(finding.rules)
    return None if months is None else months_after(finding.conduct_ended, months)


def judge(finding: Finding, others: Iterable[Finding], rules: Rules) -> Judged:
    """What each of the others is to the finding."""
    given = sorted(others, key=lambda each: (each.found_on, str(each.id)), reverse=True)
    return Judged(
        [each for each in given if is_repeat_of(finding, each)],
        [each for each in given if may_be_recidivism(finding, each, rules)],
        [each for each in given if may_be_multiple(finding, each, rules)],
        [each for each in given if may_be_defiance(finding, each, rules)],
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month when that has no such day (Bộ luật Dân sự Đ148)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _is_before(earlier: Finding, later: Finding) -> bool:
    return later.inspection != earlier.inspection and earlier.found_on < later.found_on and not earlier.cancelled


def _is_same_conduct(later: Finding, earlier: Finding, rules: Rules) -> bool:
    """Of one organisation, and of one article (NĐ 68/2025); rules in free words: the same item."""
    if later.organisation != earlier.organisation:
        return False
    ours, theirs = rules.conducts(later.rules), rules.conducts(earlier.rules)
    return bool(ours & theirs) if ours and theirs else later.item == earlier.item
