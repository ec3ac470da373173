"""Hôm nay: one screen with what somebody must act on."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import laws, overview
from inspect_app.web import places
from inspect_app.web.auth import allow, allow_anyone
from inspect_app.web.request import library, now, reading

bp = Blueprint("today", __name__)

THEMES = frozenset({"light", "dark"})
A_YEAR = 365 * 24 * 3600


@bp.app_context_processor
def frame() -> dict[str, object]:
    """What every page of the office needs for its left column."""
    return {"places": places.places, "agency_name": places.agency_name}


@bp.get("/")
@allow(*DESK_ROLES)
def page() -> ResponseReturnValue:
    shown = reading(lambda tx: overview.today(tx, now=now()))
    told = laws.notices(library().laws, local_day(now()))
    changes = sorted(told, key=lambda each: not each.is_replacement)  # what was replaced weighs more
    return render_template("today/page.html", shown=shown, soon=overview.SOON, rows=overview.ROWS, changes=changes)


@bp.post("/theme")
@allow_anyone
def set_theme() -> ResponseReturnValue:
    """Light, dark, or as the computer says. The choice is no secret and stays on this computer."""
    back = urlsplit(request.form.get("back", "/desk/"))
    ours = back.path.startswith("/desk") and not back.netloc
    answer = redirect((f"{back.path}?{back.query}" if back.query else back.path) if ours else "/desk/")
    wanted = request.form.get("theme", "")
    if wanted in THEMES:
        answer.set_cookie("theme", wanted, max_age=A_YEAR, path="/desk", samesite="Lax", secure=request.is_secure)
    else:
        answer.delete_cookie("theme", path="/desk")
    return answer
