"""Sends a paper as Word or PDF, and rows as CSV or Excel: as a file to be kept, never opened in our own name."""

import io
from collections.abc import Iterable, Sequence

from flask import Response

from inspect_app.domain.papers import Paper
from inspect_app.outside import table_files
from inspect_app.outside.table_files import Cell
from inspect_app.services import paper_print
from inspect_app.services.paper_print import Check
from inspect_app.web.exports import MIMES
from inspect_app.web.request import now, paper_templates

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def printed(paper: Paper, form: str, name: str) -> Response:
    folder = paper_templates().folder
    if form == "pdf":
        content = paper_print.as_pdf(paper, folder, pictures=lambda _: None, check=Check(), made_at=now())
    else:
        content = paper_print.as_word(paper, folder, pictures=lambda _: None, check=Check())
    return download(content, "application/pdf" if form == "pdf" else WORD, f"{name}.{form}")


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]], form: str, name: str) -> Response:
    out = io.BytesIO()
    if form == "csv":
        table_files.write_csv(out, columns, rows)
    else:
        table_files.write_xlsx(out, columns, rows)
    return download(out.getvalue(), MIMES[table_files.Form(form)], f"{name}.{form}")


def download(content: bytes, mimetype: str, name: str) -> Response:
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in name)
    headers = {
        "Content-Disposition": f'attachment; filename="{plain}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype=mimetype, headers=headers)
