"""Who may draw the record of a violation and who may sanction, up to what amount: questions put to a table.

The table is forms/laws/authority.toml. It differs per decree, clause, agency and title, never per "inspector". Where an
agency may not act, it writes down what it saw and refers the file (chuyển hồ sơ) to one that may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspect_app.domain.checklist_items import Confidence
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.penalties import Field, Offender, PenaltyRule, Rules


class Answer(StrEnum):
    YES = "yes"
    CONDITIONAL = "conditional"
    NO = "no"
    UNKNOWN = "unknown"


class Action(StrEnum):
    RECORD = "record"
    SANCTION = "sanction"


@dataclass(frozen=True, slots=True)
class AuthorityRule:
    """One row of the table. What it leaves open, it says of everybody and everything: articles, codes, days."""

    decree: str
    agency: str
    action: Action
    answer: Answer
    title: str = ""
    most_individual: int | None = None
    share_percent: int | None = None  # of the highest fine of the field
    condition: str = ""
    ground: str = ""
    confidence: Confidence = Confidence.VERIFIED
    first_article: int = 0
    last_article: int = 10_000
    codes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, decree: str, rule: PenaltyRule | None, day: date) -> bool:
        """Whether the row speaks of this rule on this day. Without a rule: of the decree in general."""
        if self.decree != decree or not self._in_force(day):
            return False
        if rule is None:
            return not self.codes
        return self.first_article <= rule.article <= self.last_article and (not self.codes or rule.code in self.codes)

    def _in_force(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Power:
    """One answer: condition and ground in Vietnamese as the screen shows them; confidence as with citations."""

    answer: Answer
    ground: str
    title: str = ""
    condition: str = ""
    most_individual: int | None = None
    confidence: Confidence = Confidence.VERIFIED

    def most(self, offender: Offender) -> int | None:
        """The highest fine; an organisation is fined up to twice as much as an individual (NĐ 283/2026 Đ63k1)."""
        if self.most_individual is None:
            return None
        return self.most_individual * (2 if offender is Offender.ORGANISATION else 1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may sanction: an agency and a title with its power."""

    agency: str
    label: str
    power: Power


@dataclass(frozen=True, slots=True)
class Competence:
    """What an agency may do under one decree, or one rule of it, and where the file goes when it may not."""

    decree: str
    code: str
    record: Power
    sanction: Power
    refer_to: str
    enough: bool  # our highest title reaches the top of the range
    holders: tuple[Holder, ...]  # everybody who may sanction, whoever's they are, the lowest power first

    @property
    def must_refer(self) -> bool:
        return self.record.answer in {Answer.NO, Answer.UNKNOWN}

    @property
    def must_refer_decision(self) -> bool:
        return self.sanction.answer in {Answer.NO, Answer.UNKNOWN} or not self.enough


_UNREAD = Power(Answer.UNKNOWN, "Chưa đối chiếu văn bản", confidence=Confidence.MEMORY)
_STRENGTH = (Answer.YES, Answer.CONDITIONAL, Answer.NO, Answer.UNKNOWN)


class Authority:
    """The table with the agencies it names and the addressee of each decree."""

    def __init__(
        self,
        table: Iterable[AuthorityRule],
        *,
        rules: Rules,
        labels: dict[str, str],
        addressees: dict[str, str],
        highest: str = "",
    ) -> None:
        self.table = tuple(table)
        self.labels = labels
        self._rules = rules
        self._addressees = addressees
        self._highest = highest

    def decree_of(self, code: str) -> str | None:
        """The decree a penalty rule belongs to; None when the rule is written in free words."""
        rule = self._rules.by_code.get(code.strip())
        return rule.decree if rule else None

    def competence(self, agency: str, decree: str, on: date, code: str = "") -> Competence:
        """What the agency may do on this day. Unknown to us means: refer, and have it checked."""
        rule = self._rules.by_code.get(code.strip())
        record = self._best(agency, decree, Action.RECORD, rule, on)
        sanction = self._best(agency, decree, Action.SANCTION, rule, on)
        holders = self._holders(decree, rule, on)
        enough = reaches(sanction, rule)
        refer_to = self._refer_to(agency, decree, record, holders, rule)
        return Competence(decree, rule.code if rule else "", record, sanction, refer_to, enough, holders)

    def competences(self, agency: str, codes: Iterable[str], on: date) -> list[Competence]:
        """One for each rule that may apply; rules in free words have none."""
        known = {code: decree for code in dict.fromkeys(codes) if (decree := self.decree_of(code))}
        return [self.competence(agency, decree, on, code) for code, decree in known.items()]

    def addressee(self, decree: str) -> str:
        """Where a file goes under the decree when the own agency may not handle it."""
        found = self._addressees.get(decree)
        return self.labels.get(found, self._highest) if found else self._highest

    def check_record(self, agency: str, code: str, on: date) -> None:
        """Refuse a record the agency may not draw: RuleBroken "not-competent" with whom to refer to."""
        decree = self.decree_of(code)
        if decree is None:
            return
        found = self.competence(agency, decree, on, code)
        if found.must_refer:
            raise RuleBroken("not-competent", decree=decree, ground=found.record.ground, refer_to=found.refer_to)

    def check_decision(
        self, agency: str, code: str, on: date, *, amount: int | None = None, offender: Offender = Offender.ORGANISATION
    ) -> None:
        """Refuse a decision the agency cannot have taken itself; that of a referred file is recorded unchecked.

        Two ways to exceed: no power, or none that anybody has read ("not-competent"), or a range or an amount above
        the highest title ("above-competence"). Power is measured by the top of the range of the conduct, not by the
        fine alone (Luật XLVPHC Đ52k2).
        """
        decree = self.decree_of(code)
        if decree is None:
            return
        found = self.competence(agency, decree, on, code)
        if found.sanction.answer in {Answer.NO, Answer.UNKNOWN}:
            raise RuleBroken("not-competent", decree=decree, ground=found.sanction.ground, refer_to=found.refer_to)
        most = found.sanction.most(offender)
        if most is None:
            return
        rule = self._rules.by_code[code.strip()]
        top = top_of_range(rule, offender, amount)
        if (amount or 0) > most or (top is not None and top > most):
            refer_to = self._above(found.holders, max(amount or 0, top or 0), offender)
            raise RuleBroken(
                "above-competence",
                decree=decree,
                title=found.sanction.title,
                most=most,
                top=top or amount or 0,
                ground=found.sanction.ground,
                refer_to=refer_to,
            )

    def _best(self, agency: str, decree: str, action: Action, rule: PenaltyRule | None, on: date) -> Power:
        """The strongest row of the agency: a title that may before one that may not, then the higher amount."""
        rows = [each for each in self.table if each.agency == agency and each.action is action]
        powers = [self._power(each, rule) for each in rows if each.holds(decree, rule, on)]
        return min(
            powers, key=lambda each: (_STRENGTH.index(each.answer), -(each.most_individual or 0)), default=_UNREAD
        )

    def _holders(self, decree: str, rule: PenaltyRule | None, on: date) -> tuple[Holder, ...]:
        found = [
            Holder(each.agency, self.labels.get(each.agency, each.agency), self._power(each, rule))
            for each in self.table
            if each.action is Action.SANCTION
            and each.answer in {Answer.YES, Answer.CONDITIONAL}
            and each.holds(decree, rule, on)
        ]
        return tuple(sorted(found, key=lambda each: each.power.most_individual or 0))

    def _power(self, row: AuthorityRule, rule: PenaltyRule | None) -> Power:
        most = row.most_individual
        if most is None and row.share_percent is not None:
            field = self._field(row.decree, rule)
            most = field.most_individual * row.share_percent // 100 if field else None
        return Power(row.answer, row.ground, row.title, row.condition, most, row.confidence)

    def _field(self, decree: str, rule: PenaltyRule | None) -> Field | None:
        """The field of the rule; for a decree in general its only field."""
        if rule is not None:
            return self._rules.field(rule.code)
        fields = [each for each in self._rules.fields if each.decree == decree]
        return fields[0] if len(fields) == 1 else None

    def _refer_to(
        self, agency: str, decree: str, record: Power, holders: Sequence[Holder], rule: PenaltyRule | None
    ) -> str:
        """To who draws records under the decree; from those who do themselves, to a title that reaches the range."""
        usual = self.addressee(decree)
        if record.answer in {Answer.NO, Answer.UNKNOWN} or usual != self.labels.get(agency):
            return usual
        top = top_of_range(rule, Offender.INDIVIDUAL, None) if rule else None
        return self._above(holders, top or 0, Offender.INDIVIDUAL)

    def _above(self, holders: Sequence[Holder], amount: int, offender: Offender) -> str:
        """The chairman of the province may fine up to the highest of every field."""
        able = [each for each in holders if (each.power.most(offender) or 0) >= amount]
        return self._highest if not able or any(each.label == self._highest for each in able) else able[-1].label


def top_of_range(rule: PenaltyRule, offender: Offender, amount: int | None) -> int | None:
    """The top of the range the conduct falls into; of a scale, that of the lowest step the amount may come from."""
    ranges = [found for tier in rule.tiers if (found := rule.tier_amounts(tier, offender))]
    tops = [high for _, high in ranges if (amount or 0) <= high]
    if tops:
        return min(tops)
    found = rule.fine(offender) or rule.fine(Offender.ORGANISATION)
    return found[1] if found else None


def reaches(sanction: Power, rule: PenaltyRule | None) -> bool:
    """Whether the title reaches the top of the range (of a scale: of its first step). Unknown amounts do not hinder."""
    if rule is None or sanction.most_individual is None:
        return True
    for offender in (Offender.INDIVIDUAL, Offender.ORGANISATION):
        found = rule.fine(offender)
        most = sanction.most(offender)
        if found is None or most is None:
            continue
        top = top_of_range(rule, offender, None)
        return top is None or top <= most
    return True
