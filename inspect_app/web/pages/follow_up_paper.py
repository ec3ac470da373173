"""Danh sách theo dõi khắc phục as Word, for offices that edit before signing, and as PDF."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import follow_up_paper
from inspect_app.web.auth import allow
from inspect_app.web.paper_files import printed
from inspect_app.web.registry_query import filter_of
from inspect_app.web.request import actor, in_snapshot, now

bp = Blueprint("follow_up_paper", __name__)


@bp.get("/follow-up.<any(pdf, docx):form>")
@allow(*DESK_ROLES)
def file(form: str) -> ResponseReturnValue:
    wanted, who, at = filter_of(request.args.to_dict()), actor(), now()
    paper = in_snapshot(lambda tx: follow_up_paper.make(tx, wanted, agency=who.agency, now=at))
    return printed(paper, form, f"theo-doi-khac-phuc-{local_day(at).isoformat()}")
