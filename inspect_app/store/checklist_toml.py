"""Writes a checklist as the file a person would write: the head in its order, long lists line by line."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from inspect_app.domain.xlsform_cells import inline

HEAD = ("code", "version", "title", "title_en", "agencies", "sectors", "valid_from")
LONG = 100


def checklist_toml(raw: Mapping[str, Any]) -> str:
    """`raw` as tomllib would give it back."""
    lines = [_line(key, raw[key]) for key in HEAD if key in raw]
    for block in ("section", "item"):
        for each in raw.get(block, ()):
            lines += ["", f"[[{block}]]", *(_line(key, value) for key, value in each.items())]
    return "\n".join(lines) + "\n"


def _line(key: str, value: Any) -> str:
    if key == "valid_from" and _is_day(value):
        return f"{key} = {value}"
    short = f"{key} = {inline(value)}"
    if len(short) <= LONG or not isinstance(value, Sequence) or isinstance(value, str):
        return short
    return "\n".join([f"{key} = [", *(f"  {inline(each)}," for each in value), "]"])


def _is_day(value: object) -> bool:
    """Days have no quotes in TOML. What is no day stays text, for the checks to refuse."""
    try:
        return bool(date.fromisoformat(str(value))) and len(str(value)) == len("2026-09-10")
    except ValueError:
        return False
