"""Hai kết quả khác nhau: the leader chooses at the office which one stands."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from inspect_app.domain.people import Role
from inspect_app.services import desk_answers
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, in_transaction, library, now

bp = Blueprint("conflicts", __name__)


class ChooseForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    chosen = StringField(validators=[InputRequired(), Length(max=36)])
    note = StringField(validators=[Length(max=2000)])


@bp.post("/inspections/<uuid:inspection_id>/items/<item>/choose")
@allow(Role.LEADER)
def choose(inspection_id: UUID, item: str) -> ResponseReturnValue:
    form = ChooseForm()
    if form.validate_on_submit():
        who, at, forms = actor(), now(), library()
        chosen, note = form.chosen.data or "", form.note.data or ""
        in_transaction(
            lambda tx: desk_answers.choose(tx, inspection_id, item, chosen, note=note, actor=who, now=at, library=forms)
        )
        flash(f"Đã chọn kết quả cho {item}. Kết quả còn lại vẫn nằm trong lịch sử.", "done")
    else:
        flash("Chưa chọn kết quả nào.", "error")
    return redirect(url_for("inspections.page", inspection_id=inspection_id))
