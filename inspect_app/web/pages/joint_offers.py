"""Đề nghị lập đoàn liên ngành: asking the agency whose visit stands in the way to go together."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from inspect_app.domain.people import Role
from inspect_app.services import overlap
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, in_transaction, now

bp = Blueprint("joint_offers", __name__)


class OfferForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    note = StringField("Lời đề nghị", [Length(max=300)])


@bp.post("/plan/joint-offers/<uuid:visit_id>")
@allow(Role.SUPERVISOR)
def offer(visit_id: UUID) -> ResponseReturnValue:
    """They get a notice and decide by changing their own team; nothing of ours changes."""
    form = OfferForm()
    if not form.validate():
        flash("Lời đề nghị dài quá 300 chữ.", "error")
    else:
        who, at, note = actor(), now(), form.note.data or ""
        there = in_transaction(lambda tx: overlap.offer_joint_team(tx, visit_id, note=note, actor=who, now=at))
        flash(f"Đã đề nghị {there.agency} lập đoàn liên ngành cho {there.number}.", "done")
    site = request.args.get("site", type=UUID)
    return redirect(url_for("plan.new", site=site) if site else url_for("plan.index"))
