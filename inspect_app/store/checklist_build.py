"""Turns one parsed checklist file into a Checklist, or into everything that is wrong with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from inspect_app.domain.checklists import (
    Basis,
    Checklist,
    Condition,
    Confidence,
    Evidence,
    FailRule,
    Field,
    Item,
    ItemType,
    Limit,
    Option,
    Penalty,
    Section,
    Verdict,
)
from inspect_app.domain.laws import Laws
from inspect_app.store.checklist_checks import Checks
from inspect_app.store.checklist_schema import ChecklistProblem, FileShape, ItemShape, told
from inspect_app.store.checklist_shared import Others, with_shared


def build(
    raw: dict[str, Any], name: str, laws: Laws, others: Others | None = None
) -> tuple[Checklist | None, list[ChecklistProblem]]:
    """The checklist, or None with the problems that prevent it. `name` is folder/file, `others` the whole folder."""
    checks = Checks(name, laws)
    blocks = raw.get("item")
    items = _read_items(blocks, checks, others or {}) if isinstance(blocks, list) else []
    try:
        head = FileShape().load(raw)
    except ValidationError as broken:
        return None, checks.problems + told(broken.messages, file=name)
    checks.check(head, items)
    return (None if checks.problems else _checklist(laws, head, items)), checks.problems


def _read_items(blocks: list[Any], checks: Checks, others: Others) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for number, block in enumerate(blocks, 1):
        item = str(block.get("id", f"item {number}")) if isinstance(block, dict) else f"item {number}"
        try:
            items.append(ItemShape().load(with_shared(block, others)))
        except ValidationError as broken:
            checks.problems += told(broken.messages, file=checks.name, item=item)
            checks.unread.add(item)
    return items


def _checklist(laws: Laws, head: dict[str, Any], items: Iterable[dict[str, Any]]) -> Checklist:
    return Checklist(
        code=head["code"],
        version=head["version"],
        title=head["title"],
        title_en=head["title_en"],
        agencies=tuple(head["agencies"]),
        sectors=tuple(head["sectors"]),
        valid_from=head["valid_from"],
        sections=tuple(Section(**each) for each in head["section"]),
        items=tuple(_item(laws, each) for each in items),
    )


def _item(laws: Laws, raw: dict[str, Any]) -> Item:
    least, most = raw.get("min"), raw.get("max")
    return Item(
        **{key: raw[key] for key in ("id", "section", "ask", "ask_en", "severity", "remedy_days", "advice")},
        type=ItemType(raw["type"]),
        evidence=tuple(Evidence(each) for each in raw["evidence"]),
        basis=tuple(_basis(laws, each) for each in raw["basis"]),
        phrases=tuple(raw["phrases"]),
        penalties=tuple(_penalty(laws, code) for code in raw["penalties"]),
        responsible=raw["responsible"],
        when=_condition(raw["when"]) if "when" in raw else None,
        unit=raw.get("unit", ""),
        range=(raw["range"][0], raw["range"][1]) if "range" in raw else None,
        limit=Limit(least, most, _basis(laws, raw["limit_basis"])) if "limit_basis" in raw else None,
        fields=tuple(Field(**each) for each in raw.get("fields_", ())),
        fail=tuple(FailRule(**each) for each in raw.get("fail", ())),
        older_than_days=raw.get("older_than_days"),
        expires=raw.get("expires", False),
        options=tuple(_option(each) for each in raw.get("options", ())),
    )


def _basis(laws: Laws, raw: dict[str, Any]) -> Basis:
    law = laws.laws[raw["law"]]
    return Basis(law.id, raw["at"], Confidence(raw["confidence"]), law.label, law.title, raw["note"])


def _penalty(laws: Laws, code: str) -> Penalty:
    rule = laws.penalties[code]
    decree = laws.laws.get(rule.decree)
    # A rule of an unknown decree is told with the laws; the checklist itself is sound.
    return Penalty(code, decree.label if decree else rule.decree, rule.clause, rule.conduct)


def _option(raw: Mapping[str, str]) -> Option:
    said = Verdict.ANSWERED if raw["verdict"] == "none" else Verdict(raw["verdict"])
    return Option(raw["id"], raw["label"], raw["label_en"], said)


def _condition(raw: Mapping[str, Any]) -> Condition:
    return Condition(
        item=raw.get("item"),
        values=tuple(raw.get("is_", ())),
        verdicts=tuple(Verdict(each) for each in raw.get("verdict", ())),
        field=raw.get("field"),
        above=raw.get("above"),
        below=raw.get("below"),
        all=tuple(_condition(each) for each in raw.get("all_", ())),
        any=tuple(_condition(each) for each in raw.get("any_", ())),
    )
