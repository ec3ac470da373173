"""Reads the templates of papers from templates/documents/*.toml."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from inspect_app.domain.paper_templates import (
    BlockTemplate,
    ColumnTemplate,
    PaperTemplate,
    SignerTemplate,
    TemplateProblem,
)
from inspect_app.domain.papers import BlockKind
from inspect_app.store.checklist_schema import Shape, flag, list_of, one_of, table_of, told, whole
from inspect_app.store.checklist_schema import text as words

LONGEST = 4_000


class _Column(Shape):
    title = words(required=True)
    width = whole(1, 100, required=True)
    text = words(longest=LONGEST, required=True)


class _Block(Shape):
    kind = one_of(list(BlockKind), required=True)
    text = words(longest=LONGEST)
    when = words()
    each = words()
    columns = list_of(table_of(_Column), most=20)


class _Signer(Shape):
    title = words(required=True)
    name = words(load_default="")
    note = words()
    when = words()
    each = words()


class _File(Shape):
    title = words(required=True)
    name = words(required=True)
    about = words()
    symbol = words(longest=20)
    with_agency = flag(load_default=False)
    about_what = one_of(["inspection", "violations"], required=True)
    addressees = list_of(words(), load_default=list)
    recipients = list_of(words(), load_default=list)
    block = list_of(table_of(_Block), least=1, required=True)
    signer = list_of(table_of(_Signer), most=20, load_default=list)


def read_templates(folder: Path) -> tuple[Mapping[str, PaperTemplate], list[TemplateProblem]]:
    """The templates by code (the file's name), and what is wrong with those that cannot be read."""
    found: dict[str, PaperTemplate] = {}
    problems: list[TemplateProblem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = _File().load(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            problems.append(TemplateProblem(path.name, "", f"không đọc được tệp TOML: {broken}", "sửa dòng được nêu"))
        except ValidationError as broken:
            problems += [
                TemplateProblem(path.name, f"{each.item} {each.key}".strip(), each.wrong, each.mend)
                for each in told(broken.messages, file=path.name)
            ]
        else:
            found[path.stem] = _template(path.stem, raw)
    return MappingProxyType(found), problems


def _template(code: str, raw: dict[str, Any]) -> PaperTemplate:
    return PaperTemplate(
        code=code,
        title=raw["title"],
        name=raw["name"],
        about=raw.get("about", ""),
        symbol=raw.get("symbol", ""),
        with_agency=raw["with_agency"],
        about_what=raw["about_what"],
        blocks=tuple(_block(each) for each in raw["block"]),
        signers=tuple(SignerTemplate(**each) for each in raw["signer"]),
        addressees=tuple(raw["addressees"]),
        recipients=tuple(raw["recipients"]),
    )


def _block(raw: dict[str, Any]) -> BlockTemplate:
    columns = tuple(ColumnTemplate(**each) for each in raw.pop("columns", ()))
    return BlockTemplate(**{**raw, "kind": BlockKind(raw["kind"])}, columns=columns)
