"""Penalty rules: what may be fined, from when until when, and what it costs an individual, organisation or household.

The decree prints one level; the other is computed. A rule is a pointer for the person who sanctions, never a
qualification of the facts. Amounts are in đồng.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from inspect_app.domain.checklist_items import Confidence


class PrintedBasis(StrEnum):
    """Whom the amount printed in the decree is for; the other amount is computed from it."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


class Offender(StrEnum):
    """Who is fined. A household business is fined like an individual (NĐ 283/2026 Đ7k3, NĐ 106/2025 Đ4k3)."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    HOUSEHOLD = "household"

    @property
    def level(self) -> PrintedBasis:
        return PrintedBasis.ORGANISATION if self is Offender.ORGANISATION else PrintedBasis.INDIVIDUAL


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a scale: from so many (people, machines) to so many the range is min–max, as printed."""

    least: int
    most: int | None  # None: and more
    min: int
    max: int

    def holds(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """One penalty rule; min and max as printed in the decree for printed_basis, None where we have not read them.

    organisation_only: the decree names no individual for this conduct, so nothing is halved.
    """

    code: str
    decree: str
    clause: str
    conduct: str
    printed_basis: PrintedBasis
    min: int | None = None
    max: int | None = None
    organisation_only: bool = False
    tiers: tuple[Tier, ...] = ()
    scale: str = ""  # what the tiers count
    per: str = ""  # the range is for each of these
    cap: int | None = None  # and together no more than this, as printed
    additional: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None  # the first day it no longer holds
    confidence: Confidence = Confidence.VERIFIED
    source: str = ""
    note: str = ""

    def in_force_on(self, day: date) -> bool:
        """True unless a known date says otherwise."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def level(self, printed: int, basis: PrintedBasis) -> int | None:
        """A printed amount at the level of `basis`; None: the decree knows no such penalty."""
        if basis is self.printed_basis:
            return printed
        if self.organisation_only:
            return None
        return printed * 2 if basis is PrintedBasis.ORGANISATION else printed // 2

    def amounts(self, basis: PrintedBasis) -> tuple[int, int] | None:
        """The range for an individual or an organisation; None: no such penalty, or not read."""
        return self._range(self.min, self.max, basis)

    def fine(self, offender: Offender) -> tuple[int, int] | None:
        return self.amounts(offender.level)

    def tier_amounts(self, tier: Tier, offender: Offender) -> tuple[int, int] | None:
        return self._range(tier.min, tier.max, offender.level)

    def cap_for(self, offender: Offender) -> int | None:
        return None if self.cap is None else self.level(self.cap, offender.level)

    def tier(self, count: int) -> Tier | None:
        """The step of the scale that so many (people, machines) fall into."""
        return next((each for each in self.tiers if each.holds(count)), None)

    @property
    def article(self) -> int:
        """The number of the article; 0 when the clause names none."""
        return article_of(self.clause)

    def _range(self, least: int | None, most: int | None, basis: PrintedBasis) -> tuple[int, int] | None:
        if least is None or most is None:
            return None
        low, high = self.level(least, basis), self.level(most, basis)
        return None if low is None or high is None else (low, high)


def article_of(clause: str) -> int:
    found = re.search(r"Điều ([0-9]+)", clause)
    return int(found.group(1)) if found else 0


@dataclass(frozen=True, slots=True)
class Field:
    """A field of administration (lĩnh vực): the highest fine for an individual and the limitation of sanctioning."""

    id: str
    label: str
    decree: str
    first_article: int
    last_article: int
    most_individual: int
    limitation_months: int
    repeated: str  # conduct repeated and not sanctioned: each act is punished, or once with aggravation
    ground: str
    confidence: Confidence

    def holds(self, decree: str, article: int) -> bool:
        return self.decree == decree and self.first_article <= article <= self.last_article


class Rules:
    """Every penalty rule, old and new, and the lookup by the day the conduct ended."""

    def __init__(self, rules: Iterable[PenaltyRule], fields: Iterable[Field] = ()) -> None:
        self.by_code: Mapping[str, PenaltyRule] = MappingProxyType({rule.code: rule for rule in rules})
        self.fields = tuple(fields)
        self._replaced_by: dict[str, list[str]] = {}
        for rule in self.by_code.values():
            for old in rule.replaces:
                self._replaced_by.setdefault(old, []).append(rule.code)

    def applicable(self, code: str, ended: date) -> list[PenaltyRule]:
        """The rules that held on the day the conduct ended, for a rule that a checklist names.

        The rule itself when it held; else those it replaced or that replaced it, as far back or on as needed.
        None: on that day none that we know. Conduct that began earlier and went on falls under the newer decree
        (NĐ 283/2026 Đ67k2): only the day it ended counts.
        """
        rule = self.by_code.get(code)
        if rule is None:
            return []
        if rule.in_force_on(ended):
            return [rule]
        is_earlier = rule.valid_from is not None and ended < rule.valid_from
        reached, ahead = {code}, [code]
        while ahead:
            step = {near for each in ahead for near in self._near(each, earlier=is_earlier)} - reached
            found = [self.by_code[each] for each in sorted(step) if self.by_code[each].in_force_on(ended)]
            if found:
                return found
            reached |= step
            ahead = sorted(step)
        return []

    def _near(self, code: str, *, earlier: bool) -> list[str]:
        near = self.by_code[code].replaces if earlier else self._replaced_by.get(code, [])
        return [each for each in near if each in self.by_code]

    def successors(self, code: str) -> list[str]:
        return sorted(self._replaced_by.get(code, []))

    def conduct(self, code: str) -> str | None:
        """What counts as the same conduct: the article, of the newest decree that took it over (NĐ 68/2025 k1a, k1b).

        None for a rule we do not know: it can be compared with nothing.
        """
        rule = self.by_code.get(code)
        if rule is None:
            return None
        seen = {rule.code}
        while newer := [each for each in self.successors(rule.code) if each not in seen]:
            rule = self.by_code[newer[0]]
            seen.add(rule.code)
        return f"{rule.decree}:{rule.article}"

    def conducts(self, codes: Iterable[str]) -> frozenset[str]:
        return frozenset(found for code in codes if (found := self.conduct(code)))

    def field(self, code: str) -> Field | None:
        rule = self.by_code.get(code)
        if rule is None:
            return None
        return next((each for each in self.fields if each.holds(rule.decree, rule.article)), None)

    def limitation_months(self, codes: Iterable[str]) -> int | None:
        """The longest limitation among the rules that may apply; None where we know none."""
        found = [field.limitation_months for code in codes if (field := self.field(code))]
        return max(found, default=None)


def dated(rule: PenaltyRule, valid_from: date | None, valid_to: date | None, source: str) -> PenaltyRule:
    """The rule with the days and the source of its decree where it names none of its own."""
    return replace(
        rule,
        valid_from=rule.valid_from or valid_from,
        valid_to=rule.valid_to or valid_to,
        source=rule.source or source,
    )
