"""Taking in a table that somebody sent: all of it or nothing, and an empty one to be filled in."""

from typing import Any

from flask import Response
from flask_wtf import FlaskForm

from inspect_app.domain.errors import RuleBroken
from inspect_app.services import table_intake
from inspect_app.services.table_intake import Taken
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, in_transaction


class _Undone(Exception):
    """Lines are wrong: nothing of the table stays."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


def take_table(form: FlaskForm, take: Any) -> Taken | None:
    """What became of a table; None when it is none, which the form then tells."""

    def do(tx: Tx) -> Taken:
        taken: Taken = take(tx)
        if taken.wrong:
            raise _Undone(taken)
        return taken

    try:
        return in_transaction(do)
    except _Undone as undone:
        return undone.taken
    except RuleBroken as broken:
        tell(form, broken, {"bad-table": "file"})
        return None


def sent_sample(columns: list[str], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(table_intake.sample(columns), mimetype="text/csv", headers=headers)
