"""How one cell of an XLSForm holds what is a list in a checklist: one per line, as a person would write it."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspect_app.domain.checklist_items import Basis, FailRule

ABOVE, BELOW = ">", "<"
RULE = re.compile(r'([a-z0-9_-]+)\s*([<>])\s*(")?([a-z0-9_-]+)(?(3)")$')


def lines_cell(values: Iterable[str], *, parted: str = "\n") -> str:
    """One per line; as a TOML list when a value has lines of its own, or what else parts values there."""
    values = list(values)
    if all(_is_plain(each) and parted not in each for each in values):
        return "\n".join(values)
    return "[" + ", ".join(quoted(each) for each in values) + "]"


def lines_of(cell: str) -> list[Any]:
    if cell.startswith("["):
        return _toml_list(cell)
    return [line.strip() for line in cell.splitlines() if line.strip()]


def several_of(cell: str) -> list[Any]:
    """Names that may have commas of their own: one per line, or parted by semicolons."""
    if cell.startswith("["):
        return _toml_list(cell)
    return [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]


def names_of(cell: str) -> list[Any]:
    """Codes and other short names: commas and semicolons part them as well."""
    return [part.strip() for part in re.split(r"[,;\n]", cell) if part.strip()]


def basis_cell(bases: Iterable[Basis]) -> str:
    """`law | place | confidence | note`, one ground per line."""
    return "\n".join(_basis_line(each) for each in bases)


def basis_of(cell: str) -> list[Any]:
    """What was written, for the checks of a checklist file to judge."""
    found: list[Any] = []
    for line in lines_of(cell) if not cell.startswith("[") else [cell]:
        if line.startswith("{"):
            found += _toml_list(f"[{line}]")
            continue
        parts = [part.strip() for part in line.split("|")]
        keys = ("law", "at", "confidence", "note")
        told = {key: part for key, part in zip(keys, parts, strict=False) if part}
        found.append(told if len(parts) <= len(keys) else line)
    return found


def rules_cell(rules: Iterable[FailRule]) -> str:
    return "\n".join(_rule_line(each) for each in rules)


def rules_of(cell: str) -> list[Any]:
    found: list[Any] = []
    for part in re.split(r"[;\n]", cell):
        match = RULE.match(part.strip())
        if match is None:
            found += [part.strip()] if part.strip() else []
            continue
        field, sign, named, other = match.groups()
        key = "above" if sign == ABOVE else "below"
        is_number = other.isdigit() and not named
        found.append({"field": field, key: int(other)} if is_number else {"field": field, f"{key}_field": other})
    return found


def condition_of(cell: str) -> Any:
    """Our own words for a condition; the cell itself when they cannot be read."""
    try:
        return tomllib.loads(f"when = {cell.strip()}")["when"]
    except tomllib.TOMLDecodeError:
        return cell


def number_of(cell: str) -> Any:
    """A number as a person writes it; the cell itself when it is none, so that the checks can say so."""
    text = cell.replace(",", ".") if re.fullmatch(r"-?\d+,\d+", cell) else cell
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) else cell


def quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are a part of TOML's, and DEL has one too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: Any) -> str:
    """A value on one line of TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def _is_plain(text: str) -> bool:
    return text == text.strip() and len(text.splitlines()) == 1 and text[0] not in "[{"


def _basis_line(basis: Basis) -> str:
    parts = [basis.law, basis.at, str(basis.confidence), basis.note]
    if any("|" in each or (each and not _is_plain(each)) for each in parts):
        told = {"law": basis.law, "at": basis.at, "confidence": str(basis.confidence), "note": basis.note}
        return inline({key: value for key, value in told.items() if value})
    return " | ".join(parts[:3] if not basis.note else parts)


def _rule_line(rule: FailRule) -> str:
    for sign, number, field in ((ABOVE, rule.above, rule.above_field), (BELOW, rule.below, rule.below_field)):
        if number is not None:
            return f"{rule.field} {sign} {number}"
        if field is not None:
            named = f'"{field}"' if field.isdigit() else field  # a name of digits alone would be read as a number
            return f"{rule.field} {sign} {named}"
    raise AssertionError(rule)


def _toml_list(cell: str) -> list[Any]:
    try:
        found = tomllib.loads(f"it = {cell}")["it"]
    except tomllib.TOMLDecodeError:
        return [cell]
    return found if isinstance(found, list) else [cell]
