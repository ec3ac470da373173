"""Khả năng của người: days a week for visits, leave, and declared interests that keep somebody from a team."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role
from inspect_app.services import availability, organisations
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading

bp = Blueprint("availability", __name__)

LOOK_AHEAD = timedelta(days=30)


class DaysForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    days_per_week = IntegerField("Ngày đi kiểm tra mỗi tuần", [InputRequired(), NumberRange(0, 7, "Từ 0 đến 7.")])


class AbsenceForm(FlaskForm):  # type: ignore[misc]
    first_day = DateField("Vắng từ ngày", [InputRequired("Chọn ngày.")])
    last_day = DateField("đến ngày", [InputRequired("Chọn ngày.")])
    why = StringField("Lý do", [Length(max=200)])


class InterestForm(FlaskForm):  # type: ignore[misc]
    tax_code = StringField("Mã số thuế của tổ chức", [InputRequired("Nhập mã số thuế."), Length(max=14)])
    reason = StringField("Quan hệ, lợi ích", [InputRequired("Ghi rõ."), Length(max=300)])


@bp.get("/people/availability")
@allow(Role.SUPERVISOR)
def index() -> ResponseReturnValue:
    return _render()


@bp.post("/people/<uuid:person_id>/availability/<any(days,absence,interest):what>")
@allow(Role.SUPERVISOR)
def change(person_id: UUID, what: str) -> ResponseReturnValue:
    form: FlaskForm = {"days": DaysForm, "absence": AbsenceForm, "interest": InterestForm}[what]()
    if form.validate():
        try:
            in_transaction(lambda tx: _do(tx, what, person_id, form))
        except RuleBroken as broken:
            if broken.code == "unknown-person":
                raise
            tell(form, broken, {"window-backwards": "last_day", "unknown-organisation": "tax_code"})
        else:
            flash("Đã lưu.", "done")
            return redirect(url_for("availability.index"))
    return _render(person_id, form), 422


@bp.post("/people/availability/<any(absence,interest):what>/<uuid:row_id>/end")
@allow(Role.SUPERVISOR)
def end(what: str, row_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    ending = availability.remove_absence if what == "absence" else availability.end_interest
    in_transaction(lambda tx: ending(tx, row_id, actor=who, now=at))
    flash("Đã lưu.", "done")
    return redirect(url_for("availability.index"))


def _do(tx: Tx, what: str, person: UUID, form: FlaskForm) -> None:
    who, at = actor(), now()
    if what == "days":
        availability.set_days(tx, person, form["days_per_week"].data, actor=who, now=at)
    elif what == "absence":
        days = form["first_day"].data, form["last_day"].data
        availability.add_absence(tx, person, *days, reason=form["why"].data or "", actor=who, now=at)
    else:
        organisation = organisations.find(tx, (form["tax_code"].data or "").strip())
        if organisation is None:
            raise RuleBroken("unknown-organisation")
        availability.declare(tx, person, organisation.id, reason=form["reason"].data or "", actor=who, now=at)


def _render(wrong_of: UUID | None = None, wrong: FlaskForm | None = None) -> str:
    today, who = local_day(now()), actor()
    rows = reading(lambda tx: availability.of_agency(tx, today, today + LOOK_AHEAD, actor=who))
    forms = {"days": DaysForm, "absence": AbsenceForm, "interest": InterestForm}
    return render_template(
        "plans/availability.html",
        rows=rows,
        forms={name: made(formdata=None) for name, made in forms.items()},
        wrong_of=wrong_of,
        wrong=wrong,
        ahead=LOOK_AHEAD.days,
        posted=request.view_args.get("what", "") if request.view_args and wrong else "",
    )
