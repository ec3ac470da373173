"""Whatever checklist can be written comes back from Excel as it was, and pyxform converts it without a warning."""

import io
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

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
    Section,
    Verdict,
)
from inspect_app.services import checklist_import
from inspect_app.store.checklist_files import Library

LIBRARY = Library(Path(__file__).parents[1] / "forms/language")
LETTERS = "aăâđêôơưAĂzQ0129 .,;:|!?()[]{}<>=&%'\"“”‘’–/\\#@*+-_~^`"
texts = st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
small_ids = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3}|_[a-z0-9]{1,3}){0,2}", fullmatch=True).filter(
    lambda each: each != "na"
)
numbers = st.integers(-1000, 1000) | st.floats(-1000, 1000).map(lambda each: round(each, 3) or 0.0)
FAILS = {ItemType.PASS_FAIL, ItemType.DATE}


@st.composite
def bases(draw: st.DrawFn) -> Basis:
    law = draw(
        st.sampled_from(sorted(law for law, told in LIBRARY.laws.laws.items() if told.in_force_on(date(2026, 11, 1))))
    )
    told = LIBRARY.laws.laws[law]
    note = draw(st.just("") | texts)
    return Basis(law, "", draw(st.sampled_from(Confidence)), told.label, told.title, note)


@st.composite
def fields_of(draw: st.DrawFn, field_id: str, whole: str) -> Field:
    within = whole if draw(st.booleans()) else None
    return Field(field_id, draw(texts), draw(texts), draw(st.just("") | texts), within, draw(st.booleans()))


@st.composite
def items(draw: st.DrawFn, number: int, sections: list[str], above: list[Item]) -> Item:
    kind = draw(st.sampled_from(ItemType))
    told: dict[str, Any] = {}
    if kind is ItemType.CHOICE:
        ids = draw(st.lists(small_ids, min_size=2, max_size=5, unique=True))
        said = [Verdict.PASS, Verdict.FAIL, Verdict.NA, Verdict.ANSWERED]
        told["options"] = tuple(Option(each, draw(texts), draw(texts), draw(st.sampled_from(said))) for each in ids)
    if kind is ItemType.NUMBER:
        ends = sorted(draw(st.lists(numbers, min_size=4, max_size=4, unique=True)))
        told |= {"unit": draw(texts), "range": (ends[0], ends[3])}
        if draw(st.booleans()):
            told["limit"] = Limit(draw(st.none() | st.just(ends[1])), ends[2], draw(bases()))
    if kind is ItemType.COUNT:
        ids = draw(st.lists(small_ids, min_size=1, max_size=4, unique=True))
        told["fields"] = tuple(draw(fields_of(each, ids[0])) for each in ids)
        rules = [FailRule(ids[0], above=3), FailRule(ids[0], below=7), FailRule(ids[0], below_field=ids[-1])]
        told["fail"] = tuple(draw(st.lists(st.sampled_from(rules), max_size=2, unique=True)))
    if kind is ItemType.DATE:
        dated: list[dict[str, Any]] = [{}, {"older_than_days": 365}, {"expires": True}]
        told |= draw(st.sampled_from(dated))
    fails = (
        kind in FAILS
        or "limit" in told
        or told.get("fail")
        or any(o.verdict is Verdict.FAIL for o in told.get("options", ()))
    )
    return Item(
        id=f"TST-{number:02d}",
        section=draw(st.sampled_from(sections)),
        ask=draw(texts),
        ask_en=draw(texts),
        type=kind,
        severity=draw(st.integers(1, 4)),
        evidence=tuple(draw(st.lists(st.sampled_from(Evidence), unique=True, max_size=3))),
        basis=tuple(draw(st.lists(bases(), max_size=2))),
        remedy_days=draw(st.integers(0, 365)),
        phrases=tuple(draw(st.lists(texts, min_size=2, max_size=5))) if fails else (),
        penalties=(),
        advice=draw(st.just("") | texts),
        responsible=draw(st.just("") | texts),
        when=draw(conditions(above)) if len(above) > 0 and draw(st.booleans()) else None,
        **told,
    )


@st.composite
def conditions(draw: st.DrawFn, above: list[Item], depth: int = 0) -> Condition:
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        inner = tuple(draw(st.lists(conditions(above, depth + 1), min_size=1, max_size=3)))
        return Condition(all=inner) if draw(st.booleans()) else Condition(any=inner)
    item = draw(st.sampled_from(above))
    verdicts = tuple(draw(st.lists(st.sampled_from(Verdict), min_size=1, max_size=4, unique=True)))
    possible = {ItemType.PASS_FAIL: ["pass", "fail", "na"], ItemType.CHOICE: [*(o.id for o in item.options), "na"]}
    values = possible.get(item.type)
    if values and draw(st.booleans()):
        return Condition(item.id, values=tuple(draw(st.lists(st.sampled_from(values), min_size=1, unique=True))))
    if item.type in {ItemType.NUMBER, ItemType.COUNT} and draw(st.booleans()):
        field = draw(st.sampled_from(item.fields)).id if item.fields else None
        asked: list[dict[str, Any]] = [{"above": 1.5}, {"below": 7}, {"above": 1, "below": 9}]
        ends = draw(st.sampled_from(asked))
        return Condition(item.id, field=field, **ends)
    return Condition(item.id, verdicts=verdicts)


@st.composite
def checklists(draw: st.DrawFn) -> Checklist:
    wanted = draw(st.lists(small_ids, min_size=1, max_size=3, unique=True))
    made: list[Item] = []
    for number in range(draw(st.integers(1, 7))):
        made.append(draw(items(number, wanted, made)))
    used = sorted({item.section for item in made})
    return Checklist(
        code="TST",
        version=LIBRARY.next_version("TST"),
        title=draw(texts),
        title_en=draw(texts),
        agencies=tuple(draw(st.lists(texts, min_size=1, max_size=3))),
        sectors=("KCN", "XDK"),
        valid_from=date(2026, 11, 1),
        sections=tuple(Section(each, draw(texts), draw(texts)) for each in used),
        items=tuple(made),
    )


@given(checklists())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_checklist_survives_excel(checklist: Checklist) -> None:
    data = checklist_import.write(checklist)

    found = checklist_import.read(data, LIBRARY)

    assert found.checklist is not None, "\n".join(map(str, found.remarks))
    assert found.checklist.items == checklist.items
    assert sorted(found.checklist.sections, key=lambda each: each.id) == list(checklist.sections)
    for key in ("title", "title_en", "agencies", "sectors", "valid_from", "version"):
        assert getattr(found.checklist, key) == getattr(checklist, key)
    assert found.remarks == []


@given(checklists())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_pyxform_has_no_objection(checklist: Checklist) -> None:
    warnings: list[str] = []

    convert(io.BytesIO(checklist_import.write(checklist)), warnings=warnings, file_type=".xlsx")

    assert warnings == []


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
@settings(max_examples=200, deadline=None)
def test_no_bytes_are_more_than_a_message(data: bytes) -> None:
    found = checklist_import.read(data, LIBRARY)

    assert found.checklist is None
    assert len(found.remarks) == 1
