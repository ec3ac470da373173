"""What an answer to a checklist item means.

Reads nothing and writes nothing. The same rules stand in static/js/core/checklist.js, where the phone
previews them; the golden cases forms/*/v*.cases.json hold the two together. The server decides.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from inspect_app.domain.checklist_items import (
    Answer,
    Answers,
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
    Progress,
    Section,
    Tally,
    Verdict,
)
from inspect_app.domain.errors import RuleBroken

__all__ = [
    "Answer",
    "Answers",
    "Basis",
    "Checklist",
    "Condition",
    "Confidence",
    "Evidence",
    "FailRule",
    "Field",
    "Item",
    "ItemType",
    "Limit",
    "Option",
    "Penalty",
    "Progress",
    "Section",
    "Tally",
    "Verdict",
    "check_value",
    "missing_evidence",
    "progress",
    "verdict",
    "visible_items",
]

NOT_APPLICABLE = "na"
NEVER_DONE = "none"
TEXT_LENGTH = 20_000
GREATEST_NUMBER = 1_000_000
# A typed year outside these is a slip of the finger, not a document.
FIRST_DATE, LAST_DATE = date(1950, 1, 1), date(2100, 12, 31)
# From this severity on a failure needs a picture (see forms/README.md).
PHOTO_SEVERITY = 3


def check_value(item: Item, value: object) -> None:
    """Refuse what can never be an answer to this item: RuleBroken "bad-answer" with item and reason."""
    if value is None or value == NOT_APPLICABLE:
        return
    reason = _WRONG[item.type](item, value)
    if reason:
        raise RuleBroken("bad-answer", item=item.id, type=str(item.type), reason=reason)


def _wrong_pass_fail(_: Item, value: object) -> str | None:
    return None if value in ("pass", "fail") else "unknown-option"


def _wrong_choice(item: Item, value: object) -> str | None:
    return None if value in [option.id for option in item.options] else "unknown-option"


def _wrong_number(item: Item, value: object) -> str | None:
    number = _number(value)
    if number is None:
        return "not-a-number"
    least, most = item.range or (-GREATEST_NUMBER, GREATEST_NUMBER)
    return None if least <= number <= most else "out-of-range"


def _wrong_count(item: Item, value: object) -> str | None:
    """A field may still be missing: the inspector is half way. It may not be impossible."""
    if not isinstance(value, Mapping):
        return "not-a-count"
    if set(value) - {each.id for each in item.fields}:
        return "unknown-field"
    misfits = [each for each in item.fields if each.id in value and not _fits(each, value[each.id])]
    if misfits:
        return "not-a-number" if any(each.decimal for each in misfits) else "not-a-whole-number"
    if any(not 0 <= count <= GREATEST_NUMBER for count in value.values()):
        return "out-of-range"
    parts = [each for each in item.fields if each.id in value and each.within in value]
    return "more-than-the-whole" if any(value[each.id] > value[each.within] for each in parts) else None


def _fits(field: Field, count: object) -> bool:
    return _number(count) is not None and (field.decimal or isinstance(count, int))


def _wrong_date(_: Item, value: object) -> str | None:
    if value == NEVER_DONE:
        return None
    day = _day(value)
    if day is None:
        return "not-a-date"
    return None if FIRST_DATE <= day <= LAST_DATE else "out-of-range"


def _wrong_text(_: Item, value: object) -> str | None:
    if not isinstance(value, str):
        return "not-text"
    return None if len(value) <= TEXT_LENGTH else "too-long"


_WRONG: Mapping[ItemType, Callable[[Item, object], str | None]] = {
    ItemType.PASS_FAIL: _wrong_pass_fail,
    ItemType.NUMBER: _wrong_number,
    ItemType.COUNT: _wrong_count,
    ItemType.DATE: _wrong_date,
    ItemType.CHOICE: _wrong_choice,
    ItemType.TEXT: _wrong_text,
}


def verdict(item: Item, value: object, on_date: date) -> Verdict:
    """What the answer says on the day of the visit. Never raises; what is no answer is UNANSWERED."""
    if value is None:
        return Verdict.UNANSWERED
    if value == NOT_APPLICABLE:
        return Verdict.NA
    return _VERDICT[item.type](item, value, on_date)


_SAID: Mapping[str, Verdict] = {"pass": Verdict.PASS, "fail": Verdict.FAIL}


def _verdict_of_pass_fail(_: Item, value: object, _on: date) -> Verdict:
    return _SAID[str(value)] if value in ("pass", "fail") else Verdict.UNANSWERED


def _verdict_of_choice(item: Item, value: object, _on: date) -> Verdict:
    return next((each.verdict for each in item.options if each.id == value), Verdict.UNANSWERED)


def _verdict_of_text(_: Item, value: object, _on: date) -> Verdict:
    return Verdict.ANSWERED if isinstance(value, str) and value.strip() else Verdict.UNANSWERED


def _verdict_of_number(item: Item, value: object, _on: date) -> Verdict:
    number = _number(value)
    if number is None:
        return Verdict.UNANSWERED
    if item.limit is None:
        return Verdict.ANSWERED
    least, most = item.limit.min, item.limit.max
    low = least is not None and number < least
    high = most is not None and number > most
    return Verdict.FAIL if low or high else Verdict.PASS


def _verdict_of_count(item: Item, value: object, _on: date) -> Verdict:
    if not isinstance(value, Mapping):
        return Verdict.UNANSWERED
    if any(not _fits(each, value.get(each.id)) for each in item.fields):
        return Verdict.UNANSWERED
    if not item.fail:
        return Verdict.ANSWERED
    return Verdict.FAIL if any(_breaks(rule, value) for rule in item.fail) else Verdict.PASS


def _breaks(rule: FailRule, counts: Mapping[str, int | float]) -> bool:
    count = counts[rule.field]
    return (
        (rule.above is not None and count > rule.above)
        or (rule.below is not None and count < rule.below)
        or (rule.above_field is not None and count > counts[rule.above_field])
        or (rule.below_field is not None and count < counts[rule.below_field])
    )


def _verdict_of_date(item: Item, value: object, on_date: date) -> Verdict:
    """A day that has not come yet is a plan, not something done; what ends today is still good today."""
    if value == NEVER_DONE:
        return Verdict.FAIL
    day = _day(value)
    if day is None:
        return Verdict.UNANSWERED
    age = (on_date - day).days
    if item.expires:
        return Verdict.FAIL if age > 0 else Verdict.PASS
    too_old = item.older_than_days is not None and age > item.older_than_days
    return Verdict.FAIL if age < 0 or too_old else Verdict.PASS


_VERDICT: Mapping[ItemType, Callable[[Item, object, date], Verdict]] = {
    ItemType.PASS_FAIL: _verdict_of_pass_fail,
    ItemType.NUMBER: _verdict_of_number,
    ItemType.COUNT: _verdict_of_count,
    ItemType.DATE: _verdict_of_date,
    ItemType.CHOICE: _verdict_of_choice,
    ItemType.TEXT: _verdict_of_text,
}


def visible_items(checklist: Checklist, values: Answers, on_date: date) -> list[Item]:
    """The items that are asked, in order. The answer of a hidden item counts as not given."""
    seen: dict[str, object] = {}
    visible: list[Item] = []
    for item in checklist.items:
        if item.when is None or _holds(item.when, checklist, seen, on_date):
            visible.append(item)
            seen[item.id] = values.get(item.id)
    return visible


def _holds(condition: Condition, checklist: Checklist, seen: Answers, on_date: date) -> bool:
    if condition.item is not None:
        value = seen.get(condition.item)
        if condition.values and value not in condition.values:
            return False
        said = verdict(checklist.by_id[condition.item], value, on_date)
        if condition.verdicts and said not in condition.verdicts:
            return False
        if not _between(condition, value):
            return False
    return all(_holds(each, checklist, seen, on_date) for each in condition.all) and (
        not condition.any or any(_holds(each, checklist, seen, on_date) for each in condition.any)
    )


def _between(condition: Condition, value: object) -> bool:
    if condition.above is None and condition.below is None:
        return True
    if condition.field is not None:
        value = value.get(condition.field) if isinstance(value, Mapping) else None
    number = _number(value)
    if number is None:
        return False
    over = condition.above is None or number > condition.above
    return over and (condition.below is None or number < condition.below)


def missing_evidence(item: Item, value: object, on_date: date, *, note: str | None, photos: int) -> list[str]:
    """What a failing answer still needs: "note", "photo", "measurement" (the instrument, in the note)."""
    if verdict(item, value, on_date) is not Verdict.FAIL:
        return []
    missing: list[str] = []
    bare = not (note or "").strip()
    if bare and item.type in (ItemType.PASS_FAIL, ItemType.CHOICE):
        missing.append("note")
    if photos < 1 and item.severity >= PHOTO_SEVERITY:
        missing.append("photo")
    # A measured value without the instrument that gave it (serial, calibration) proves nothing.
    measured = item.type in (ItemType.NUMBER, ItemType.COUNT) and Evidence.MEASUREMENT in item.evidence
    if bare and measured:
        missing.append("measurement")
    return missing


def progress(checklist: Checklist, values: Answers, on_date: date) -> Progress:
    """How far the inspector is; a section without a visible item is there with zeros."""
    said: dict[str, list[Verdict]] = {section.id: [] for section in checklist.sections}
    for item in visible_items(checklist, values, on_date):
        said[item.section].append(verdict(item, values.get(item.id), on_date))
    sections = {key: _tally(each) for key, each in said.items()}
    whole = _tally([one for each in said.values() for one in each])
    return Progress(whole.answered, whole.visible, whole.failing, sections)


def _tally(verdicts: Sequence[Verdict]) -> Tally:
    unanswered = verdicts.count(Verdict.UNANSWERED)
    return Tally(len(verdicts) - unanswered, len(verdicts), verdicts.count(Verdict.FAIL))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _day(value: object) -> date | None:
    """Only YYYY-MM-DD: fromisoformat alone would also take 20260101 and 2026-W01-1."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
