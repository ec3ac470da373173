"""The law as data: instruments, provisions, penalty rules, authority and limits, read from forms/laws/*.toml."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from inspect_app.domain.authority import Action, Answer, Authority, AuthorityRule
from inspect_app.domain.checklists import Confidence
from inspect_app.domain.laws import Amended, Law, Laws, Provision
from inspect_app.domain.limits import LimitRow
from inspect_app.domain.penalties import Field, PenaltyRule, PrintedBasis, Rules, Tier, dated
from inspect_app.store.checklist_schema import ChecklistProblem, told
from inspect_app.store.law_checks import check_laws
from inspect_app.store.law_schema import LawFileShape

__all__ = ["Amended", "Law", "Laws", "PenaltyRule", "PrintedBasis", "Provision", "not_toml", "read_laws"]


Key = Callable[[dict[str, Any]], Any]
Build = Callable[[dict[str, Any]], Any]


class _Gathered:
    """What the files of a folder hold, block by block, with the file each came from."""

    def __init__(self) -> None:
        self.laws: dict[str, Law] = {}
        self.provisions: dict[tuple[str, str], Provision] = {}
        self.penalties: dict[str, PenaltyRule] = {}
        self.fields: dict[str, Field] = {}
        self.agencies: dict[str, tuple[str, bool]] = {}
        self.addressees: dict[str, str] = {}
        self.authority: list[AuthorityRule] = []
        self.limits: list[LimitRow] = []
        self.places: dict[str, str] = {}
        self.problems: list[ChecklistProblem] = []

    def take(self, name: str, raw: dict[str, Any]) -> None:
        keyed: tuple[tuple[str, dict[Any, Any], Key, Build], ...] = (
            ("law", self.laws, itemgetter("id"), _law),
            ("provision", self.provisions, itemgetter("law", "at"), lambda each: Provision(**_sure(each))),
            ("penalty", self.penalties, itemgetter("code"), _penalty),
            ("field", self.fields, itemgetter("id"), lambda each: Field(**_sure(each))),
            ("agency", self.agencies, itemgetter("id"), itemgetter("label", "is_highest")),
            ("addressee", self.addressees, itemgetter("decree"), itemgetter("agency")),
        )
        for kind, known, key, build in keyed:
            for each in raw[kind]:
                self._keep(name, kind, key(each), known, build(each))
        self.authority += map(_authority, raw["authority"])
        self.limits += (LimitRow(**_sure(each)) for each in raw["limit"])
        for kind in ("authority", "limit"):
            if raw[kind]:
                self.places.setdefault(kind, name)

    def _keep(self, name: str, kind: str, key: Any, known: dict[Any, Any], value: object) -> None:
        if key in known:
            mend = "xóa một trong hai khối hoặc đổi mã"
            self.problems.append(ChecklistProblem(name, str(key), kind, "mã bị ghi hai lần", mend))
        known[key] = value
        self.places[" ".join(key) if isinstance(key, tuple) else key] = name


def read_laws(folder: Path) -> tuple[Laws, list[ChecklistProblem]]:
    """Everything the files of a folder say about the law, and everything that is wrong with them."""
    found = _Gathered()
    for path in sorted(folder.glob("*.toml")):
        name = f"{folder.name}/{path.name}"
        try:
            raw: dict[str, Any] = LawFileShape().load(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            found.problems.append(not_toml(name, broken))
        except ValidationError as broken:
            found.problems.extend(told(broken.messages, file=name))
        else:
            found.take(name, raw)
    laws = _laws(found)
    problems = check_laws(laws, found.places, agencies=found.agencies, addressees=found.addressees)
    return laws, found.problems + problems


def not_toml(name: str, broken: Exception) -> ChecklistProblem:
    return ChecklistProblem(name, "", "", f"không đọc được tệp TOML: {broken}", "sửa dòng được nêu, lưu tệp dạng UTF-8")


def _laws(found: _Gathered) -> Laws:
    penalties = {code: _dated(rule, found.laws) for code, rule in found.penalties.items()}
    rules = Rules(penalties.values(), found.fields.values())
    authority = Authority(
        found.authority,
        rules=rules,
        labels={agency: label for agency, (label, _) in found.agencies.items()},
        addressees=found.addressees,
        highest=next((label for label, is_highest in found.agencies.values() if is_highest), ""),
    )
    return Laws(
        MappingProxyType(found.laws),
        MappingProxyType({key: _held(each, found.laws) for key, each in found.provisions.items()}),
        MappingProxyType(penalties),
        tuple(_held(each, found.laws) for each in found.limits),
        rules,
        authority,
    )


def _dated(rule: PenaltyRule, laws: Mapping[str, Law]) -> PenaltyRule:
    decree = laws.get(rule.decree)
    return dated(rule, decree.in_force, decree.replaced_on, decree.source) if decree else rule


def _held(each: Any, laws: Mapping[str, Law]) -> Any:
    """A provision or a limit holds as long as its instrument, and was read where that was, unless it says otherwise."""
    law = laws.get(each.law)
    if law is None:
        return each
    return replace(
        each,
        valid_from=each.valid_from or law.in_force,
        valid_to=each.valid_to or law.replaced_on,
        source=each.source or law.source,
    )


def _sure(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "confidence": Confidence(raw["confidence"])}


def _law(raw: dict[str, Any]) -> Law:
    return Law(**{**_sure(raw), "amended": tuple(Amended(**each) for each in raw["amended"])})


def _penalty(raw: dict[str, Any]) -> PenaltyRule:
    lists: Iterable[str] = ("additional", "replaces")
    return PenaltyRule(
        **{
            **_sure(raw),
            **{name: tuple(raw[name]) for name in lists},
            "printed_basis": PrintedBasis(raw["printed_basis"]),
            "tiers": tuple(Tier(**each) for each in raw["tiers"]),
        }
    )


def _authority(raw: dict[str, Any]) -> AuthorityRule:
    return AuthorityRule(
        **{
            **_sure(raw),
            "action": Action(raw["action"]),
            "answer": Answer(raw["answer"]),
            "codes": tuple(raw["codes"]),
        }
    )
