"""The parts a checklist is made of, as they are once forms/ has been read and found sound."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Verdict(StrEnum):
    """What one answer says. ANSWERED: recorded, and by itself neither good nor bad."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NA = "na"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class ItemType(StrEnum):
    PASS_FAIL = "pass-fail"  # noqa: S105 - a type of item, no password
    NUMBER = "number"
    COUNT = "count"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"


class Evidence(StrEnum):
    PHOTO = "photo"
    DOCUMENT = "document"
    MEASUREMENT = "measurement"
    INTERVIEW = "interview"
    VIDEO = "video"
    SKETCH = "sketch"


class Confidence(StrEnum):
    """How far a citation was read. Below SECONDARY the screens say "cần kiểm tra"."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    TITLE_ONLY = "title-only"
    MEMORY = "memory"


# An answer as it travels: see "Answers on the wire" in forms/README.md. None: withdrawn.
Answer: TypeAlias = str | int | float | Mapping[str, int | float] | None
Answers: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Basis:
    """One legal ground of an item; label and title come from forms/laws."""

    law: str
    at: str
    confidence: Confidence
    label: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Penalty:
    """A candidate penalty rule: a pointer for the competent person, never a qualification."""

    code: str
    decree: str
    clause: str
    conduct: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A measured value outside [min, max] fails; both ends are allowed values."""

    min: float | None
    max: float | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a count, whole unless `decimal`. `within` names the field it may not exceed."""

    id: str
    label: str
    label_en: str
    unit: str = ""
    within: str | None = None
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class FailRule:
    """A count fails when `field` is above or below a number or another field."""

    field: str
    above: int | None = None
    below: int | None = None
    above_field: str | None = None
    below_field: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str
    label_en: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Condition:
    """When an item is asked. Every key that is given must hold; `all` and `any` hold conditions."""

    item: str | None = None
    values: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    field: str | None = None
    above: float | None = None
    below: float | None = None
    all: tuple["Condition", ...] = ()
    any: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    section: str
    ask: str
    ask_en: str
    type: ItemType
    severity: int
    evidence: tuple[Evidence, ...]
    basis: tuple[Basis, ...]
    remedy_days: int
    phrases: tuple[str, ...]
    penalties: tuple[Penalty, ...] = ()
    advice: str = ""
    responsible: str = ""
    when: Condition | None = None
    unit: str = ""
    range: tuple[float, float] | None = None
    limit: Limit | None = None
    fields: tuple[Field, ...] = ()
    fail: tuple[FailRule, ...] = ()
    older_than_days: int | None = None
    # The answer is the day something ends, not the day it was last done.
    expires: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Checklist:
    code: str
    version: int
    title: str
    title_en: str
    agencies: tuple[str, ...]
    sectors: tuple[str, ...]
    valid_from: date
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    by_id: Mapping[str, Item] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {item.id: item for item in self.items})


@dataclass(frozen=True, slots=True)
class Tally:
    """answered and failing count visible items only; answered includes "na" and the failing."""

    answered: int
    visible: int
    failing: int


@dataclass(frozen=True, slots=True)
class Progress(Tally):
    sections: Mapping[str, Tally]
