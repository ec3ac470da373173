"""Việc tự động: what the worker does by itself, how it went, and the letters that did not get through."""

import logging

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from inspect_app.domain.people import Role
from inspect_app.services import chore_runs, outbox
from inspect_app.services.chores import CHORES
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, in_transaction, now, queue, reading, settings

bp = Blueprint("chores", __name__)
log = logging.getLogger(__name__)


class PressForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A button and its CSRF token."""


@bp.get("/chores")
@allow(Role.ADMIN)
def index() -> ResponseReturnValue:
    at = now()
    shown, mail = reading(lambda tx: (chore_runs.shown(tx, CHORES, now=at), outbox.standing(tx)))
    asleep = chore_runs.is_asleep(shown, now=at)
    return render_template(
        "chores/index.html",
        chores=shown,
        mail=mail,
        has_mail=bool(settings().smtp_url),
        asleep=asleep,
        press=PressForm(),
    )


@bp.post("/chores/<name>/run")
@allow(Role.ADMIN)
def run(name: str) -> ResponseReturnValue:
    """The wish stands in the database; the queue only makes it quicker, and may be away."""
    who, at = actor(), now()
    in_transaction(lambda tx: chore_runs.ask(tx, CHORES, name, actor=who, now=at))
    try:
        queue().ask(name)
    except Exception:
        log.warning("the queue is away; the worker finds %s at its next look", name, exc_info=True)
    flash("Worker sẽ làm việc này trong vòng một phút.", "done")
    return redirect(url_for(".index"))
