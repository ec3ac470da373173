"""Danh sách tái kiểm tra of a site: what is open there, what others found, and what its contractors brought along."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import open_here
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, now, reading

bp = Blueprint("open_here", __name__)


@bp.get("/follow-up/site/<uuid:site_id>")
@allow(*DESK_ROLES)
def page(site_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    here = reading(lambda tx: open_here.read(tx, site_id, actor=who, now=at))
    return render_template(
        "follow_up/open_here.html", here=here, may_open=lambda each: who.scope.covers(each.agency_id)
    )
