"""The legal instruments and penalty rules that checklists point at, read from forms/laws/*.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from inspect_app.domain.checklists import Confidence
from inspect_app.store.checklist_schema import (
    ChecklistProblem,
    Shape,
    day,
    flag,
    list_of,
    one_of,
    table_of,
    text,
    told,
    whole,
)


class PrintedBasis(StrEnum):
    """Whom the amount printed in the decree is for; the other amount is computed from it."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"


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


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """One penalty rule; min and max in đồng as printed in the decree for printed_basis.

    organisation_only: the decree names no individual for this conduct, so nothing is halved.
    """

    code: str
    decree: str
    clause: str
    conduct: str
    printed_basis: PrintedBasis
    min: int
    max: int
    organisation_only: bool
    note: str

    def amounts(self, basis: PrintedBasis) -> tuple[int, int] | None:
        """The range in đồng for an individual or an organisation; None: no such penalty."""
        if basis is self.printed_basis:
            return self.min, self.max
        if self.organisation_only:
            return None
        if basis is PrintedBasis.ORGANISATION:
            return self.min * 2, self.max * 2
        return self.min // 2, self.max // 2


@dataclass(frozen=True, slots=True)
class Laws:
    laws: Mapping[str, Law]
    provisions: Mapping[tuple[str, str], Provision]
    penalties: Mapping[str, PenaltyRule]


class _LawShape(Shape):
    id = text(required=True)
    number = text(required=True)
    title = text(required=True)
    label = text(required=True)
    confidence = one_of(list(Confidence), required=True)
    issued = day()
    in_force = day()
    replaced_on = day()
    replaced_by = text()
    note = text(load_default="")


class _ProvisionShape(Shape):
    law = text(required=True)
    at = text(required=True)
    gist = text(required=True)
    confidence = one_of(list(Confidence), required=True)


class _PenaltyShape(Shape):
    code = text(required=True)
    decree = text(required=True)
    clause = text(required=True)
    conduct = text(required=True)
    printed_basis = one_of(list(PrintedBasis), required=True)
    min = whole(0, 10_000_000_000, required=True)
    max = whole(0, 10_000_000_000, required=True)
    organisation_only = flag(load_default=False)
    note = text(load_default="")


class _FileShape(Shape):
    law = list_of(table_of(_LawShape), load_default=list)
    provision = list_of(table_of(_ProvisionShape), most=2_000, load_default=list)
    penalty = list_of(table_of(_PenaltyShape), most=2_000, load_default=list)


def read_laws(folder: Path) -> tuple[Laws, list[ChecklistProblem]]:
    """Every instrument, provision and penalty rule of a folder, and everything that is wrong with them."""
    laws: dict[str, Law] = {}
    provisions: dict[tuple[str, str], Provision] = {}
    penalties: dict[str, PenaltyRule] = {}
    problems: list[ChecklistProblem] = []
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        name = f"{folder.name}/{path.name}"
        try:
            raw: dict[str, Any] = _FileShape().load(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            problems.append(not_toml(name, broken))
            continue
        except ValidationError as broken:
            problems.extend(told(broken.messages, file=name))
            continue
        for each in raw["law"]:
            law = _law(each)
            problems.extend(_twice(name, "law", law.id, laws))
            laws[law.id] = law
            places[law.id] = name
        for each in raw["provision"]:
            provision = Provision(**{**each, "confidence": Confidence(each["confidence"])})
            problems.extend(_twice(name, "provision", (provision.law, provision.at), provisions))
            provisions[provision.law, provision.at] = provision
            places[f"{provision.law} {provision.at}"] = name
        for each in raw["penalty"]:
            rule = PenaltyRule(**{**each, "printed_basis": PrintedBasis(each["printed_basis"])})
            problems.extend(_twice(name, "penalty", rule.code, penalties))
            penalties[rule.code] = rule
            places[rule.code] = name
    read = Laws(MappingProxyType(laws), MappingProxyType(provisions), MappingProxyType(penalties))
    return read, problems + _pointing_nowhere(read, places)


def not_toml(name: str, broken: Exception) -> ChecklistProblem:
    return ChecklistProblem(name, "", "", f"không đọc được tệp TOML: {broken}", "sửa dòng được nêu, lưu tệp dạng UTF-8")


def _law(raw: dict[str, Any]) -> Law:
    dates = {key: raw.get(key) for key in ("issued", "in_force", "replaced_on", "replaced_by")}
    return Law(**{**raw, **dates, "confidence": Confidence(raw["confidence"])})


def _twice(name: str, kind: str, key: object, known: Mapping[Any, object]) -> list[ChecklistProblem]:
    if key not in known:
        return []
    return [ChecklistProblem(name, str(key), kind, "mã bị ghi hai lần", "xóa một trong hai khối hoặc đổi mã")]


def _pointing_nowhere(laws: Laws, places: Mapping[str, str]) -> list[ChecklistProblem]:
    problems: list[ChecklistProblem] = []

    def needs(law: str | None, item: str, key: str) -> None:
        if law is not None and law not in laws.laws:
            wrong = f"không có văn bản {law}"
            problems.append(ChecklistProblem(places[item], item, key, wrong, "thêm khối [[law]] hoặc sửa mã văn bản"))

    for law in laws.laws.values():
        needs(law.replaced_by, law.id, "replaced_by")
    for provision in laws.provisions.values():
        needs(provision.law, f"{provision.law} {provision.at}", "law")
    for rule in laws.penalties.values():
        needs(rule.decree, rule.code, "decree")
        if rule.min > rule.max:
            wrong = "mức thấp nhất lớn hơn mức cao nhất"
            problems.append(ChecklistProblem(places[rule.code], rule.code, "min", wrong, "đổi chỗ hai mức phạt"))
    return problems
