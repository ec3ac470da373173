"""Pháp luật: search, one instrument with its provisions, rules, powers and limits, and what a change touches."""

from datetime import date
from itertools import groupby

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.authority import Action
from inspect_app.domain.citations import confidence_of, doubt
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.limits import noise
from inspect_app.domain.penalties import Offender
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import laws
from inspect_app.services.laws import Standing
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.law_timeline import timeline
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import library, now, reading

bp = Blueprint("laws", __name__)

LONGEST_EXPOSURE = 480.0


@bp.app_template_filter("doubt")
def doubt_of(confidence: object) -> str:
    """ "cần kiểm tra", "nguồn thứ cấp", or nothing."""
    return doubt(confidence_of(confidence))


@bp.get("/laws")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[:120]
    only = request.args.get("only", "")
    only = only if only in set(Standing) else ""
    today = local_day(now())
    return render_template(
        "laws/index.html",
        lines=laws.find(library(), text, today=today, only=only),
        notices=laws.notices(library().laws, today),
        text=text,
        only=only,
    )


@bp.get("/laws/limits")
@allow(*DESK_ROLES)
def limits() -> ResponseReturnValue:
    rows = library().laws.limits
    minutes = _minutes(request.args.get("minutes", ""))
    today = local_day(now())
    return render_template(
        "laws/limits.html",
        groups=[(label, list(each)) for label, each in groupby(rows, key=lambda row: row.group)],
        laws=library().laws.laws,
        minutes=minutes,
        noise=noise(rows, minutes, today) if minutes is not None else None,
    )


@bp.get("/laws/<law_id>")
@allow(*DESK_ROLES)
def page(law_id: str) -> ResponseReturnValue:
    today, on = local_day(now()), _day(request.args.get("on", ""))
    file = laws.read(library(), law_id, today=today, on=on)
    return render_template(
        "laws/page.html",
        file=file,
        on=on,
        line=timeline(file.chain, file.law.id, today),
        laws=library().laws,
        records=[row for row in file.authority if row.action is Action.RECORD],
        sanctions=[row for row in file.authority if row.action is Action.SANCTION],
        Offender=Offender,
    )


@bp.get("/laws/<law_id>/changed-by/<by>")
@allow(*DESK_ROLES)
def change(law_id: str, by: str) -> ResponseReturnValue:
    after = cursors.moment(request.args.get("after"))
    ours = library()
    found = reading(lambda tx: laws.touched(tx, ours, law_id, by, after=after))
    onward = cursors.of_moment(found.after)
    return render_template(
        "laws/change.html",
        found=found,
        most=laws.MOST_COUNTED,
        next_href=url_for(".change", law_id=law_id, by=by, after=onward) if onward else None,
        first_href=url_for(".change", law_id=law_id, by=by) if after else None,
        is_first=after is None,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestRefused("bad-request", on=text) from None


def _minutes(text: str) -> float | None:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    if not 0 < found <= LONGEST_EXPOSURE:
        return None
    return int(found) if found.is_integer() else found
