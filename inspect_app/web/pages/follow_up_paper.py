"""Danh sách theo dõi khắc phục as Word, for offices that edit before signing, and as PDF."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import follow_up_paper, paper_print
from inspect_app.services.paper_print import Check
from inspect_app.web.auth import allow
from inspect_app.web.registry_query import filter_of
from inspect_app.web.request import actor, in_snapshot, now, paper_templates

bp = Blueprint("follow_up_paper", __name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/follow-up.<any(pdf, docx):form>")
@allow(*DESK_ROLES)
def file(form: str) -> ResponseReturnValue:
    wanted, who, at = filter_of(request.args.to_dict()), actor(), now()
    paper = in_snapshot(lambda tx: follow_up_paper.make(tx, wanted, agency=who.agency, now=at))
    folder = paper_templates().folder
    if form == "pdf":
        content = paper_print.as_pdf(paper, folder, pictures=lambda _: None, check=Check(), made_at=at)
    else:
        content = paper_print.as_word(paper, folder, pictures=lambda _: None, check=Check())
    headers = {
        "Content-Disposition": f'attachment; filename="theo-doi-khac-phuc-{local_day(at).isoformat()}.{form}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype="application/pdf" if form == "pdf" else WORD, headers=headers)
