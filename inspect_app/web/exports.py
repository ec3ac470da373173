"""Sends a whole list as a file: what the caller accepts decides the form, one snapshot of the database the content.

The file is complete before its first byte is sent: a slow reader holds nothing open in the database, and a list that
could not be read to its end is an error, never half a file.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Generic, TypeVar, cast

from flask import Response, request

from inspect_app.outside import table_files
from inspect_app.outside.table_files import Cell, Form, Point
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import Tx, in_snapshot

T = TypeVar("T")

JSON = "application/json"
MIMES = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.GEOJSON: "application/geo+json",
    Form.LINES: "application/x-ndjson",
}
IN_MEMORY = 4 * 1024 * 1024
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """How a row of a list is written. `plain`: as JSON; `cells`: under `columns`; `point`: where it is, if anywhere."""

    name: str
    columns: tuple[str, ...]
    cells: Callable[[T], Sequence[Cell]]
    plain: Callable[[T], dict[str, Any]]
    point: Callable[[T], Point | None] = lambda _: None


def wanted_form() -> Form | None:
    """What was asked for, by `?format=` (a link) or `Accept` (a program); None: a page as JSON."""
    named = request.args.get("format", "")
    if named:
        if named not in set(Form):
            raise RequestRefused("bad-request", format=named)
        return Form(named)
    best = request.accept_mimetypes.best_match([JSON, *MIMES.values()])
    return next((form for form, mime in MIMES.items() if mime == best), None)


def is_page() -> bool:
    """A page of a map was asked for, not the whole of it."""
    return "limit" in request.args or "cursor" in request.args


def whole(sheet: Sheet[T], form: Form, rows: Callable[[Tx], Iterator[T]]) -> Response:
    """The list in one file."""
    with ExitStack() as unless_sent:
        file = cast("IO[bytes]", unless_sent.enter_context(SpooledTemporaryFile(IN_MEMORY)))

        def fill(tx: Tx) -> None:
            file.seek(0)
            file.truncate()  # a second try after the database was restarted begins anew
            write(file, sheet, form, rows(tx))

        in_snapshot(fill)
        size = file.tell()
        answer = Response(_pieces(file), mimetype=MIMES[form])
        answer.call_on_close(file.close)
        unless_sent.pop_all()  # from here on the answer closes it
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.{form}"'
    answer.headers["Vary"] = "Accept"
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def write(file: IO[bytes], sheet: Sheet[T], form: Form, rows: Iterator[T]) -> int:
    """The list in this form; how many rows."""
    if form is Form.CSV:
        return table_files.write_csv(file, sheet.columns, map(sheet.cells, rows))
    if form is Form.XLSX:
        return table_files.write_xlsx(file, sheet.columns, map(sheet.cells, rows))
    if form is Form.GEOJSON:
        return table_files.write_geojson(file, rows, sheet.plain, sheet.point)
    return table_files.write_lines(file, map(sheet.plain, rows))
