"""Legal instruments and provisions as data, and which of them held on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from inspect_app.domain.authority import Authority
from inspect_app.domain.checklist_items import Confidence
from inspect_app.domain.limits import LimitRow
from inspect_app.domain.penalties import PenaltyRule, Rules


@dataclass(frozen=True, slots=True)
class Amended:
    """Changed, not replaced: by which instrument, from which day, what."""

    by: str
    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Law:
    """One legal instrument. `confidence` is that of number and title; dates are empty when not known."""

    id: str
    number: str
    title: str
    label: str
    confidence: Confidence
    issued: date | None
    in_force: date | None
    replaced_on: date | None
    replaced_by: str | None
    note: str
    amended: tuple[Amended, ...] = ()
    source: str = ""

    def in_force_on(self, on: date) -> bool:
        """True unless a known date says otherwise."""
        begun = self.in_force is None or self.in_force <= on
        return begun and (self.replaced_on is None or on < self.replaced_on)


@dataclass(frozen=True, slots=True)
class Provision:
    """What one provision says, in our words; never the wording of the law."""

    law: str
    at: str
    gist: str
    confidence: Confidence
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    def in_force_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Laws:
    """Everything the files say. `rules` and `authority` answer questions; the rest is there to be read."""

    laws: Mapping[str, Law]
    provisions: Mapping[tuple[str, str], Provision]
    penalties: Mapping[str, PenaltyRule]
    limits: tuple[LimitRow, ...] = ()
    rules: Rules = field(default_factory=lambda: Rules(()))
    authority: Authority = field(default_factory=lambda: Authority((), rules=Rules(()), labels={}, addressees={}))

    def replaced(self, law: str) -> list[Law]:
        """The instruments this one took the place of."""
        return [each for each in self.laws.values() if each.replaced_by == law]

    def on(self, law: str, day: date) -> Law:
        """The instrument that held on the day: this one, the one before it, or the one after it, as far as known."""
        found = self.laws[law]
        seen = {law}
        while not found.in_force_on(day):
            is_early = found.in_force is not None and day < found.in_force
            near = self.replaced(found.id) if is_early else [self.laws[each] for each in (found.replaced_by,) if each]
            near = [each for each in near if each.id not in seen]
            if not near:
                return found
            found = next((each for each in near if each.in_force_on(day)), near[0])
            seen.add(found.id)
        return found
