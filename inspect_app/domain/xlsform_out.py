"""A checklist as the three sheets of an XLSForm. What XLSForm has no column for stands in columns of our own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from inspect_app.domain.checklist_items import Checklist, Evidence, Field, Item, ItemType, Option, Verdict
from inspect_app.domain.relevance import NA, Asked, as_written, name_of, to_relevant
from inspect_app.domain.xlsform_cells import basis_cell, inline, lines_cell, rules_cell
from inspect_app.domain.xpath import wants_own_words

Cells: TypeAlias = Mapping[str, str]
Sheets: TypeAlias = dict[str, tuple[Sequence[str], list[Cells]]]

VI, EN = "Tiếng Việt (vi)", "English (en)"
LABEL, LABEL_EN, HINT, HINT_EN = (f"{key}::{lang}" for key in ("label", "hint") for lang in (VI, EN))
SURVEY = (
    "type", "name", LABEL, LABEL_EN, HINT, HINT_EN, "required", "relevant", "constraint", "appearance", "parameters",
    "severity", "evidence", "basis", "remedy_days", "phrases", "penalties", "responsible", "unit",
    "limit_min", "limit_max", "limit_basis", "item_type", "fail", "older_than_days", "expires", "when",
)  # fmt: skip
CHOICES = ("list_name", "name", LABEL, LABEL_EN, "verdict")
SETTINGS = (
    "form_title", "form_id", "version", "default_language", "title_en", "agencies", "sectors", "valid_from",
)  # fmt: skip
PASS_FAIL = "pass_fail"  # noqa: S105 - the name of a list of choices
SECTION = "section_"
PHOTO = "_photo"
PHOTO_SIZE = "max-pixels=2048"
NOT_APPLICABLE = ("Không áp dụng", "Not applicable")
STANDARD = (("pass", "Đạt", "Pass"), ("fail", "Không đạt", "Fail"), (NA, *NOT_APPLICABLE))


def sheets_of(checklist: Checklist) -> Sheets:
    """Sheet → its columns and rows. Texts are said as they are; only `${` cannot stand in a label of XLSForm."""
    asked = {item.id: Asked.of(item) for item in checklist.items}
    return {
        "survey": (SURVEY, list(_survey(checklist, asked))),
        "choices": (CHOICES, [*_standard(checklist), *(row for item in checklist.items for row in _choices(item))]),
        "settings": (SETTINGS, [_settings(checklist)]),
    }


def _settings(checklist: Checklist) -> Cells:
    return {
        "form_title": checklist.title,
        "form_id": checklist.code,
        "version": str(checklist.version),
        "default_language": VI,
        "title_en": checklist.title_en,
        "agencies": lines_cell(checklist.agencies, parted=";"),
        "sectors": ", ".join(checklist.sectors),
        "valid_from": checklist.valid_from.isoformat(),
    }


def _survey(checklist: Checklist, asked: Mapping[str, Asked]) -> Iterable[Cells]:
    """Groups hold what stands together: a section that is taken up again later is a second group of it."""
    titles = {each.id: each for each in checklist.sections}
    now, used = "", dict.fromkeys(titles, 0)
    for item in checklist.items:
        if item.section != now:
            if now:
                yield {"type": "end group"}
            now = item.section
            used[now] += 1
            again = f".{used[now]}" if used[now] > 1 else ""
            yield {"type": "begin group", "name": f"{SECTION}{now}{again}"} | _labels(
                titles[now].title, titles[now].title_en
            )
        yield from _item(item, asked)
    yield {"type": "end group"}


def _item(item: Item, asked: Mapping[str, Asked]) -> Iterable[Cells]:
    row = {"name": name_of(item.id), **_labels(item.ask, item.ask_en), **_own(item)}
    if item.advice:
        row[HINT] = item.advice
    if item.when is not None:
        when = as_written(item.when)
        row["relevant"] = to_relevant(when, asked)
        if wants_own_words(when, asked):
            row["when"] = inline(when)
    if item.type is ItemType.COUNT:
        yield {"type": "begin group", **row, "appearance": "field-list", "item_type": "count"}
        yield from (_field(item, each) for each in item.fields)
        yield {"type": "end group"}
    else:
        yield row | _typed(item)
    if Evidence.PHOTO in item.evidence:
        yield _photo(item, row.get("relevant", ""))


def _typed(item: Item) -> dict[str, str]:
    match item.type:
        case ItemType.PASS_FAIL:
            return {"type": f"select_one {PASS_FAIL}", "required": "yes"}
        case ItemType.CHOICE:
            return {"type": f"select_one {_list_name(item)}", "required": "yes"}
        case ItemType.NUMBER:
            ends = [f". {sign} {end}" for sign, end in zip((">=", "<="), item.range or (), strict=False)]
            return {"type": "decimal", "constraint": " and ".join(ends)}
        case _:
            return {"type": str(item.type)}


def _own(item: Item) -> dict[str, str]:
    """Columns that XLSForm does not know and leaves alone."""
    told = {
        "severity": str(item.severity),
        "evidence": ", ".join(item.evidence),
        "basis": basis_cell(item.basis),
        "remedy_days": str(item.remedy_days),
        "phrases": lines_cell(item.phrases),
        "penalties": lines_cell(each.code for each in item.penalties),
        "responsible": item.responsible,
        "unit": item.unit,
        "fail": rules_cell(item.fail),
        "older_than_days": "" if item.older_than_days is None else str(item.older_than_days),
        "expires": "yes" if item.expires else "",
    }
    if item.limit is not None:
        ends = {"limit_min": item.limit.min, "limit_max": item.limit.max}
        told |= {key: str(end) for key, end in ends.items() if end is not None}
        told["limit_basis"] = basis_cell([item.limit.basis])
    return {key: cell for key, cell in told.items() if cell}


def _field(item: Item, field: Field) -> Cells:
    whole = f" and . <= ${{{name_of(item.id, field.within)}}}" if field.within else ""
    row = {
        "type": "decimal" if field.decimal else "integer",
        "name": name_of(item.id, field.id),
        **_labels(field.label, field.label_en),
        "constraint": f". >= 0{whole}",
    }
    return row | ({"unit": field.unit} if field.unit else {})


def _photo(item: Item, relevant: str) -> Cells:
    failed = f"${{{name_of(item.id)}}} = 'fail'" if item.type is ItemType.PASS_FAIL else relevant
    row = {"type": "image", "name": name_of(item.id) + PHOTO, "parameters": PHOTO_SIZE}
    row |= _labels(f"Ảnh {item.id}: {item.ask}", f"Photo {item.id}: {item.ask_en}")
    return row | ({"relevant": failed} if failed else {})


def _standard(checklist: Checklist) -> Iterable[Cells]:
    if any(item.type is ItemType.PASS_FAIL for item in checklist.items):
        for name, label, label_en in STANDARD:
            yield {"list_name": PASS_FAIL, "name": name, **_labels(label, label_en), "verdict": name}


def _choices(item: Item) -> Iterable[Cells]:
    if item.type is not ItemType.CHOICE:
        return
    for each in (*item.options, Option(NA, *NOT_APPLICABLE, Verdict.NA)):
        said = "none" if each.verdict is Verdict.ANSWERED else str(each.verdict)
        row = {"list_name": _list_name(item), "name": each.id, **_labels(each.label, each.label_en), "verdict": said}
        yield row


def _list_name(item: Item) -> str:
    return f"{name_of(item.id)}_options"


def _labels(text: str, text_en: str) -> dict[str, str]:
    return {LABEL: text.replace("${", "$ {"), LABEL_EN: text_en.replace("${", "$ {")}
