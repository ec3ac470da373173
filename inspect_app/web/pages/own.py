"""Việc của tôi: what the reader was told, and how they want to be told."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.notices import KINDS, sentence
from inspect_app.services import own_settings
from inspect_app.web.auth import allow
from inspect_app.web.pages.team import TicksField
from inspect_app.web.problems import RequestRefused
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, current_actor, in_transaction, now, reading

bp = Blueprint("own", __name__)

LONGEST = own_settings.LONGEST_ADDRESS


class OwnForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    email = StringField("Địa chỉ thư điện tử", [Length(max=LONGEST)])
    mailed = TicksField("Gửi thư khi có", choices={name: kind.label for name, kind in KINDS.items()})


@bp.app_context_processor
def unread() -> dict[str, object]:
    """How much is new, for the corner of every page of the office; asked only where it is shown."""
    return {"count_unread": _count}


def _count() -> int:
    who = current_actor()
    return reading(lambda tx: own_settings.count_unread(tx, actor=who)) if who is not None else 0


@bp.get("/me")
@allow()
def page() -> ResponseReturnValue:
    return _page(None)


@bp.post("/me/settings")
@allow()
def choose() -> ResponseReturnValue:
    form, who, at = OwnForm(), actor(), now()
    if form.validate_on_submit():
        email, mailed = form.email.data or "", list(form.mailed.data or ())
        try:
            in_transaction(lambda tx: own_settings.choose(tx, email=email, mailed=mailed, actor=who, now=at))
        except RuleBroken as broken:
            tell(form, broken, {"bad-email": "email"})
        else:
            flash("Đã ghi cách nhận thông báo.", "done")
            return redirect(url_for(".page"))
    return _page(form), 422


@bp.post("/me/read")
@allow()
def read() -> ResponseReturnValue:
    """Everything that stood on the page when it was opened."""
    who, at = actor(), now()
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise RequestRefused("bad-request") from None
    if until.tzinfo is None:
        raise RequestRefused("bad-request")
    in_transaction(lambda tx: own_settings.mark_read(tx, actor=who, until=until, now=at))
    return redirect(url_for(".page"))


def _page(form: OwnForm | None) -> str:
    who = actor()
    own = reading(lambda tx: own_settings.own(tx, actor=who))
    if form is None:
        form = OwnForm(formdata=None)
        form.email.data, form.mailed.data = own.email, own.mailed
    return render_template("own/page.html", own=own, form=form, sentence=sentence, until=now().isoformat())
