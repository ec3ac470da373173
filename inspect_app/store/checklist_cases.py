"""Reads the golden cases beside a checklist: answers and what both engines must make of them."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validate

from inspect_app.domain.checklists import Checklist
from inspect_app.store.checklist_schema import ChecklistProblem, Shape, table_of, text, told


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case. `missing` is asked with the notes and photo counts of the same case."""

    name: str
    on: date
    values: dict[str, Any]
    notes: dict[str, str] = field(default_factory=dict)
    photos: dict[str, int] = field(default_factory=dict)
    expect: dict[str, Any] = field(default_factory=dict)


class _ExpectShape(Shape):
    verdicts = fields.Dict(keys=text(), values=text())
    hidden = fields.List(text())
    progress = fields.Dict()
    missing = fields.Dict(keys=text(), values=fields.List(text()))
    refused = fields.Dict(keys=text(), values=text())


class _CaseShape(Shape):
    name = text(required=True)
    on = fields.Date(required=True)
    values = fields.Dict(keys=text(), required=True)
    notes = fields.Dict(keys=text(), values=fields.String(), load_default=dict)
    photos = fields.Dict(keys=text(), values=fields.Integer(strict=True), load_default=dict)
    expect = table_of(_ExpectShape, required=True)


class _CasesShape(Shape):
    cases = fields.List(fields.Nested(_CaseShape), required=True, validate=validate.Length(min=1))


def read_cases(path: Path) -> list[Case]:
    """Raises OSError, ValueError or ValidationError (itself a ValueError) for a file that is no case file."""
    raw = _CasesShape().load(json.loads(path.read_text(encoding="utf-8")))
    return [Case(**each) for each in raw["cases"]]


def check_cases(path: Path, checklist: Checklist) -> list[ChecklistProblem]:
    """A checklist without cases, or cases about items it does not have, is a problem."""
    name = f"{path.parent.name}/{path.name}"
    try:
        cases = read_cases(path)
    except FileNotFoundError:
        return [ChecklistProblem(name, "", "", "phiếu không có tệp ca kiểm thử", "thêm tệp vN.cases.json cạnh phiếu")]
    except ValidationError as broken:
        return told(broken.messages, file=name)
    except ValueError as broken:
        return [ChecklistProblem(name, "", "", f"không đọc được JSON: {broken}", "sửa dòng được nêu")]
    problems: list[ChecklistProblem] = []
    for case in cases:
        expected = [case.expect.get(key, ()) for key in ("verdicts", "hidden", "missing", "refused")]
        named = {item for group in (case.values, case.notes, case.photos, *expected) for item in group}
        for item in sorted(named - set(checklist.by_id)):
            wrong = f"ca “{case.name}” nói về mục không có trong phiếu"
            problems.append(ChecklistProblem(name, item, "", wrong, "sửa mã mục trong ca kiểm thử"))
    return problems
