"""Reads the duties of the founding plans from store/reference/duties.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "reference" / "duties.toml"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty in our words. scope: served | partly | outside; `how`: in what way, when a page does not say it."""

    ref: str
    duty: str
    scope: str
    how: str = ""
    pages: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@cache
def read() -> tuple[Duty, ...]:
    rows = tomllib.loads(FILE.read_text("utf-8"))["duty"]
    return tuple(
        Duty(**{**row, "pages": tuple(row.get("pages", ())), "commands": tuple(row.get("commands", ()))})
        for row in rows
    )
