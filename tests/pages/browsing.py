"""Reads and sends forms as a browser does: what the page holds, changed where a test says so."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from inspect_app.web.request import ground

Value = str | Sequence[str] | None


class _Reader(HTMLParser):
    """Collects the fields of the one form whose action ends as asked (a form without action: the page's own)."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self._select = ""
        self._textarea = ""
        self.found = False
        self.fields: MultiDict[str, str] = MultiDict()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = given.get("method") == "post"
            self._inside = is_post and given.get("action", "").endswith(self._action) and not self.found
            self._inside = self._inside and (bool(self._action) or "action" not in given)
            self.found = self.found or self._inside
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self.fields:  # a browser sends the first when none is chosen
                self.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.fields.add(name, "")

    def _input(self, name: str, given: Mapping[str, str]) -> None:
        if given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.fields.add(name, given.get("value", "y"))
        elif given.get("type") != "submit":
            self.fields.add(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] = self.fields[self._textarea] + data.lstrip("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def fields_of(page: TestResponse, action: str = "") -> "MultiDict[str, str]":
    """What the form holds at this moment."""
    reader = _Reader(action)
    reader.feed(page.get_data(as_text=True))
    assert reader.found, f"no form with action …{action} on the page:\n{page.get_data(as_text=True)[-3000:]}"
    return reader.fields


def send(client: FlaskClient, address: str, form: str = "", /, to: str = "", **changed: Value) -> TestResponse:
    """Open the page, change some fields of its form, send it. None takes a field out."""
    fields = fields_of(client.get(address), form)
    return client.post(to or form or address, data=change(fields, changed))


def change(fields: "MultiDict[str, str]", changed: Mapping[str, Any]) -> "MultiDict[str, str]":
    for name, value in changed.items():
        fields.poplist(name)
        fields.setlist(name, [] if value is None else [value] if isinstance(value, str) else [str(v) for v in value])
    return fields


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The SQL statements that run inside, without the look for newly published checklists every two seconds
    and without the beginnings of transactions."""
    ran: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM checklist_version" not in statement and not statement.startswith("BEGIN"):
            ran.append(statement)

    engine = ground(app).engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)
