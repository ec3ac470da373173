"""Which checklists a sector is inspected with: forms/sectors.toml, a default that the person assigning may change."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from marshmallow import ValidationError

from inspect_app.store.checklist_schema import ChecklistProblem, Shape, list_of, table_of, text, told
from inspect_app.store.law_files import not_toml

SECTORS = "sectors.toml"
CODE = r"^[A-Z]{2,4}$"


@dataclass(frozen=True, slots=True)
class SectorLists:
    """`use` is ticked beforehand, in the order of asking; `also` comes next in the list, unticked."""

    use: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class _SectorShape(Shape):
    code = text(required=True, pattern=CODE)
    use = list_of(text(pattern=CODE), least=1, required=True)
    also = list_of(text(pattern=CODE), load_default=list)


class _FileShape(Shape):
    sector = list_of(table_of(_SectorShape), least=1, required=True)


def read_sectors(folder: Path, checklists: Collection[str]) -> tuple[Mapping[str, SectorLists], list[ChecklistProblem]]:
    """The lists of each sector, none for a folder without the file; and whatever is wrong with it.

    `checklists` are the codes the folder has files for, sound or not.
    """
    path = folder / SECTORS
    if not path.exists():
        return {}, []
    try:
        raw = _FileShape().load(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        return {}, [not_toml(SECTORS, broken)]
    except ValidationError as broken:
        return {}, told(broken.messages, file=SECTORS)
    sectors: dict[str, SectorLists] = {}
    problems: list[ChecklistProblem] = []
    for each in raw["sector"]:
        code, named = each["code"], [*each["use"], *each["also"]]
        if code in sectors:
            problems.append(ChecklistProblem(SECTORS, code, "code", "ngành bị ghi hai lần", "xóa một khối"))
        for unknown in sorted(set(named) - set(checklists)):
            mend = "sửa mã, hoặc thêm phiếu trước"
            problems.append(ChecklistProblem(SECTORS, code, "use", f"không có phiếu {unknown}", mend))
        for twice in sorted({name for name in named if named.count(name) > 1}):
            mend = "giữ ở use hoặc ở also"
            problems.append(ChecklistProblem(SECTORS, code, "use", f"phiếu {twice} bị ghi hai lần", mend))
        sectors[code] = SectorLists(tuple(each["use"]), tuple(each["also"]))
    return sectors, problems
