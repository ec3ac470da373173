"""Chuyển phiên bản: a visit goes on with a newer version of a checklist, when a supervisor says so."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role
from inspect_app.services import checklist_moves, planning
from inspect_app.services.checklist_words import key_word, told
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, library, now, reading

bp = Blueprint("checklist_moves", __name__)


class MoveForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    reason = StringField("Lý do chuyển", [InputRequired("Ghi lý do chuyển."), Length(max=300)])


@bp.route("/inspections/<uuid:inspection_id>/checklists/<code>/<int:version>", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def change(inspection_id: UUID, code: str, version: int) -> ResponseReturnValue:
    """What carries over and what does not, and the decision."""
    ours, form = library(), MoveForm()
    if form.validate_on_submit():
        reason, who, at = form.reason.data or "", actor(), now()
        try:
            row = in_transaction(
                lambda tx: checklist_moves.move(
                    tx, inspection_id, code, version, reason=reason, actor=who, now=at, library=ours
                )
            )
        except RuleBroken as broken:
            tell(form, broken, {"wrong-state": "reason"})
        else:
            flash(f"{row.number} dùng {code} bản {version}. Máy của đoàn nhận bản mới khi có mạng.", "done")
            return redirect(url_for("inspections.page", inspection_id=inspection_id))
    row = reading(lambda tx: planning.get(tx, inspection_id))
    found = reading(lambda tx: checklist_moves.offer(tx, row, code, version, ours))
    page = render_template("checklists/move.html", row=row, offer=found, form=form, told=told, key_word=key_word)
    return (page, 422) if form.is_submitted() else page
