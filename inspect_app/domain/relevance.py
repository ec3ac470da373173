"""When an item is asked, said as the relevance of an XLSForm."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from inspect_app.domain.checklist_items import Condition, Item, ItemType, Verdict

# A condition as it stands in a checklist file: see "Điều kiện" in forms/README.md.
Raw: TypeAlias = Mapping[str, Any]
NA = "na"
GIVEN = [Verdict.PASS, Verdict.FAIL, Verdict.NA, Verdict.ANSWERED]
FIELD_GAP = "__"  # between an item and one of its fields; no id has it


@dataclass(frozen=True, slots=True)
class Asked:
    """What a condition must know of the item it asks about. names: of options in the form → our ids."""

    type: ItemType
    options: Mapping[str, Verdict] = field(default_factory=dict)
    fields: Mapping[str, bool] = field(default_factory=dict)  # id → counts in whole numbers
    least: float | None = None
    most: float | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Item) -> "Asked":
        limit = item.limit
        return cls(
            item.type,
            {each.id: each.verdict for each in item.options},
            {each.id: not each.decimal for each in item.fields},
            limit.min if limit else None,
            limit.max if limit else None,
        )


def name_of(item: str, field_id: str | None = None) -> str:
    """XDK-04 → XDK_04: a name that XPath cannot take for a subtraction."""
    name = item.replace("-", "_", 1)
    return f"{name}{FIELD_GAP}{field_id}" if field_id else name


def as_written(condition: Condition) -> dict[str, Any]:
    """The condition with the keys of a checklist file; those that say nothing are left out."""
    raw: dict[str, Any] = {
        "item": condition.item,
        "is": list(condition.values),
        "verdict": [str(each) for each in condition.verdicts],
        "field": condition.field,
        "above": condition.above,
        "below": condition.below,
        "all": [as_written(each) for each in condition.all],
        "any": [as_written(each) for each in condition.any],
    }
    return {key: value for key, value in raw.items() if value is not None and value != []}


class Inexpressible(Exception):
    """A condition, or a piece of it, that the other language has no words for."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.mend = mend


# --- ours → XPath -------------------------------------------------------------------------------


def to_relevant(condition: Raw, asked: Mapping[str, Asked]) -> str:
    """The condition as an XPath expression that means the same wherever XLSForm can hold the answers."""
    parts = []
    if "item" in condition:
        parts += _about_item(condition, asked[condition["item"]])
    parts += [_grouped(to_relevant(each, asked)) for each in condition.get("all", ())]
    if condition.get("any"):
        parts.append(_either([to_relevant(each, asked) for each in condition["any"]]))
    return " and ".join(parts) if parts else "true()"


def _about_item(condition: Raw, asked: Asked) -> list[str]:
    ref = "${" + name_of(condition["item"], condition.get("field")) + "}"
    parts = []
    if condition.get("is"):
        parts.append(_either([f"{ref} = '{value}'" for value in condition["is"]]))
    if condition.get("verdict"):
        parts.append(_verdicts(condition["item"], condition["verdict"], asked))
    if "above" in condition:
        parts.append(f"{ref} > {condition['above']}")
    if "below" in condition:
        parts.append(f"{ref} < {condition['below']}")
    return parts


def _verdicts(item: str, wanted: Sequence[str], asked: Asked) -> str:
    ref = "${" + name_of(item) + "}"
    if set(wanted) == set(GIVEN) and asked.type is not ItemType.COUNT:
        return f"{ref} != ''"
    said = [_verdict(item, Verdict(each), asked) for each in wanted]
    return _either([each for each in said if each] or ["false()"])


def _verdict(item: str, wanted: Verdict, asked: Asked) -> str:
    """Empty where such an answer can never be given in an XLSForm."""
    ref = "${" + name_of(item) + "}"
    refs = ["${" + name_of(item, each) + "}" for each in asked.fields] or [ref]
    if wanted is Verdict.UNANSWERED:
        return _either([f"{each} = ''" for each in refs])
    if asked.type is ItemType.PASS_FAIL:
        return f"{ref} = '{wanted}'" if wanted is not Verdict.ANSWERED else ""
    if asked.type is ItemType.CHOICE:
        ids = [each for each, said in asked.options.items() if said is wanted] + ([NA] if wanted is Verdict.NA else [])
        return _either([f"{ref} = '{each}'" for each in ids]) if ids else ""
    if asked.type is ItemType.NUMBER and (asked.least is not None or asked.most is not None):
        return _limit(ref, wanted, asked)
    if wanted is Verdict.ANSWERED and asked.type in {ItemType.NUMBER, ItemType.TEXT}:
        return f"{ref} != ''"
    return ""


def _limit(ref: str, wanted: Verdict, asked: Asked) -> str:
    if wanted is Verdict.FAIL:
        sides = [f"{ref} < {asked.least}"] if asked.least is not None else []
        return _either([*sides, *([f"{ref} > {asked.most}"] if asked.most is not None else [])])
    if wanted is Verdict.PASS:
        sides = [f"{ref} >= {asked.least}"] if asked.least is not None else []
        return _grouped(" and ".join([*sides, *([f"{ref} <= {asked.most}"] if asked.most is not None else [])]))
    return ""


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else "(" + " or ".join(_grouped(each) for each in parts) + ")"


def _grouped(part: str) -> str:
    """In brackets where `and` and `or` could be mixed up."""
    is_one = part.startswith("(") and part.endswith(")") and _closes_last(part)
    return part if is_one or not re.search(r" (and|or) ", part) else f"({part})"


def _closes_last(part: str) -> bool:
    depth = 0
    for place, letter in enumerate(part):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return place == len(part) - 1
    return False
