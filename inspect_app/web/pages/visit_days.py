"""Dời ngày: when an assigned visit takes place and on which decision."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role
from inspect_app.services import planning
from inspect_app.services.planning import Window
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, now, reading

bp = Blueprint("visit_days", __name__)

FIELDS_OF_RULES = {
    "window-backwards": "last_day",
    "window-too-long": "last_day",
    "overlap": "overlap_ground",
    "person-away": "first_day",
    "conflict-of-interest": "first_day",
}


class DaysForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    first_day = DateField("Từ ngày", [InputRequired("Chọn ngày bắt đầu.")])
    last_day = DateField("Đến ngày", [InputRequired("Chọn ngày kết thúc.")])
    decision_no = StringField("Số quyết định", [Length(max=60)])
    decision_date = DateField("Ngày quyết định", [Optional()])
    overlap_ground = TextAreaField("Căn cứ vẫn kiểm tra dù trùng", [Length(max=500)])
    reason = StringField("Lý do thay đổi", [InputRequired("Ghi lý do thay đổi."), Length(max=300)])

    def window(self) -> Window:
        first_day, last_day = self.first_day.data, self.last_day.data
        if first_day is None or last_day is None:
            raise ValueError("a form without its days has not been validated")
        return Window(
            first_day, last_day, self.decision_no.data or "", self.decision_date.data, self.overlap_ground.data or ""
        )


@bp.route("/inspections/<uuid:inspection_id>/days", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def change(inspection_id: UUID) -> ResponseReturnValue:
    row = reading(lambda tx: planning.get(tx, inspection_id))
    form = DaysForm()
    if not form.is_submitted():
        form.first_day.data, form.last_day.data = row.window_start, row.window_end
        form.decision_no.data, form.decision_date.data = row.decision_no, row.decision_date
        form.overlap_ground.data = row.overlap_ground
        return render_template("inspections/days.html", form=form, row=row)
    if form.validate():
        window, reason, who, at = form.window(), form.reason.data or "", actor(), now()
        try:
            in_transaction(
                lambda tx: planning.change_window(tx, inspection_id, window, reason=reason, actor=who, now=at)
            )
        except RuleBroken as broken:
            tell(form, broken, FIELDS_OF_RULES)
        else:
            flash(f"Đã đổi lịch của {row.number}. Đoàn thấy ngày mới khi máy có mạng.", "done")
            return redirect(url_for("inspections.page", inspection_id=inspection_id))
    return render_template("inspections/days.html", form=form, row=row), 422
