"""A form that somebody else's change overtook: both versions are shown, and nothing that was typed is lost.

The form carries what it showed when it was made. What only the other changed is taken over, what only this reader
changed stays, and where both changed the same field the reader's word stays in it with the other's beside it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField

OURS = frozenset({"csrf_token", "version", "shown"})


class Guarded(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """What a form needs for it. `version` of the row that was read; "" for one that is not there yet."""

    version = HiddenField()
    shown = HiddenField()

    def read_version(self) -> int:
        """0 for what is no number: it never was a version."""
        said = self.version.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


@dataclass(frozen=True, slots=True)
class Difference:
    """field: its id on the page. mine is None where only the other changed it."""

    label: str
    field: str
    mine: str | None
    theirs: str


def remember(form: Guarded, version: int) -> None:
    """Note what the form shows now; call it when the page is made."""
    form.version.data = str(version)
    form.shown.data = json.dumps({each.name: _plain(each.data) for each in _fields(form)}, ensure_ascii=False)


def meet(form: Guarded, theirs: Mapping[str, Any], version: int) -> list[Difference]:
    """Bring the form up to what the row says now; what is different, in the order of the fields."""
    base = was_shown(form)
    met = []
    for each in _fields(form):
        mine, now = _plain(each.data), _plain(theirs.get(each.name))
        was_told = each.name in base  # a form that does not say what it showed: whatever differs is shown
        if now == mine or (was_told and now == base[each.name]):
            continue
        if was_told and mine == base[each.name]:
            each.data, each.raw_data = theirs.get(each.name), None
            met.append(Difference(each.label.text, each.id, None, _words(each, now)))
        else:
            met.append(Difference(each.label.text, each.id, _words(each, mine), _words(each, now)))
    form.version.data, form.version.raw_data = str(version), None
    form.shown.data = json.dumps({name: _plain(value) for name, value in theirs.items()}, ensure_ascii=False)
    form.shown.raw_data = None
    return met


def was_shown(form: Guarded) -> dict[str, Any]:
    """What the form showed when it was made, as plain JSON; empty when it does not say."""
    try:
        found = json.loads(form.shown.data or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _fields(form: Guarded) -> Iterable[Any]:
    return (each for each in form if each.name not in OURS)


def _plain(value: Any) -> Any:
    """As JSON brings it back; nothing and an empty text are the same on a form."""
    if isinstance(value, (date, UUID)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return sorted(str(each) for each in value)
    return None if value == "" else value


def _words(field: Any, value: Any) -> str:
    if value is None:
        return "(để trống)"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(field, (SelectField, SelectMultipleField)):
        labels = {str(value): label for value, label, *_ in field.iter_choices()}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(str(each), each)) for each in chosen) or "(để trống)"
    return str(value)
