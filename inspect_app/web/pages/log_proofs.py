"""Bằng chứng theo dõi: three sentences about the office's own work, with every row that breaks them."""

import io
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.escalation import MARKS
from inspect_app.domain.people import DESK_ROLES
from inspect_app.outside.table_files import Cell, write_csv
from inspect_app.services import log_proofs
from inspect_app.services.log_proofs import SPANS, Proof, Sentence
from inspect_app.web.auth import allow
from inspect_app.web.places import agency_name
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import now, reading
from inspect_app.web.words import word

bp = Blueprint("log_proofs", __name__)

COLUMNS = ("Mã vi phạm", "Nội dung", "Cơ quan", "Phát hiện", "Hạn", "Khắc phục", "Phụ trách")


@bp.get("/follow-up/proofs")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    days, at = _days(), now()
    proofs = reading(lambda tx: log_proofs.all_of(tx, days=days, now=at))
    return render_template(
        "follow_up/proofs.html", proofs=proofs, days=days, spans=SPANS, at=at, marks=MARKS, shown=log_proofs.SHOWN
    )


@bp.get("/follow-up/proofs/<sentence>.csv")
@allow(*DESK_ROLES)
def export(sentence: str) -> ResponseReturnValue:
    """Every row that breaks the sentence."""
    try:
        wanted = Sentence(sentence)
    except ValueError:
        raise RequestRefused("not-found") from None
    days, at = _days(), now()
    proof = reading(lambda tx: log_proofs.prove(tx, wanted, days=days, now=at, limit=log_proofs.MOST_ROWS))
    name = f"bang-chung-{wanted.value}-{local_day(at).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_csv(proof), mimetype="text/csv; charset=utf-8", headers=headers)


def _csv(proof: Proof) -> bytes:
    file = io.BytesIO()
    write_csv(file, COLUMNS, (_row(proof, place) for place in range(len(proof.rows))))
    return file.getvalue()


def _row(proof: Proof, place: int) -> list[Cell]:
    row = proof.rows[place]
    deadline: date | None = row.deadline
    owner = proof.owners.get(row.owner, "")
    return [row.code, row.title, agency_name(row.agency), row.found_on, deadline, word("remedy", row.remedy), owner]


def _days() -> int:
    asked = request.args.get("days", str(SPANS[0]))
    if asked not in {str(each) for each in SPANS}:
        raise RequestRefused("bad-request")
    return int(asked)
