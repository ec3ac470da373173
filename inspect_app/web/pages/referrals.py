"""Hồ sơ chuyển: what came from other agencies, what was sent, the receipt, the result, and the clock."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from inspect_app.domain.citations import printed
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.domain.referrals import ANSWERS, Answer, Kind
from inspect_app.domain.violations import GREATEST_FINE_VND
from inspect_app.services import referrals
from inspect_app.services.referrals import Case, Result
from inspect_app.web import cursors, pictures
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.problems import RequestRefused
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, now, reading
from inspect_app.web.words import word

bp = Blueprint("referrals", __name__)

WRITERS = (Role.SUPERVISOR, Role.AUTHORITY)
FIELDS = {
    "date-in-future": "on",
    "date-before-sending": "on",
    "wrong-answer": "answer",
    "document-missing": "document",
}


class ReceiptForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    version = IntegerField("Bản", [InputRequired()])
    receipt = StringField("Số văn bản tiếp nhận", [Length(max=120)])
    on = DateField("Ngày tiếp nhận", [InputRequired("Chọn ngày.")])


class AnswerForm(FlaskForm):  # type: ignore[misc]
    version = IntegerField("Bản", [InputRequired()])
    answer = SelectField("Kết quả", [InputRequired("Chọn kết quả.")], validate_choice=False)
    document = StringField("Số văn bản", [Length(max=120)])
    on = DateField("Ngày văn bản", [InputRequired("Chọn ngày.")])
    fine_vnd = IntegerField("Số tiền phạt (đồng)", [Optional(), NumberRange(0, GREATEST_FINE_VND)])
    note = TextAreaField("Nội dung", [Length(max=2000)])


@bp.get("/referrals")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    received = request.args.get("box", "received") != "sent"
    everything = request.args.get("all") == "1"
    after, who = cursors.day(request.args.get("after")), actor()
    rows, onward = reading(
        lambda tx: referrals.inbox(tx, received=received, open_only=not everything, after=after, actor=who)
    )
    return render_template(
        "referrals/index.html",
        rows=rows,
        received=received,
        everything=everything,
        next_href=page_href("referrals.index", cursors.of_day(onward)),
        first_href=page_href("referrals.index", "") if after else None,
    )


@bp.get("/referrals/<uuid:referral_id>")
@allow(*DESK_ROLES)
def page(referral_id: UUID) -> ResponseReturnValue:
    return _render(_case(referral_id))


@bp.post("/referrals/<uuid:referral_id>/receipt")
@allow(*WRITERS)
def receive(referral_id: UUID) -> ResponseReturnValue:
    form, who, at = ReceiptForm(), actor(), now()
    if form.validate() and form.on.data:
        receipt, on, version = form.receipt.data or "", form.on.data, form.version.data or 0
        try:
            in_transaction(
                lambda tx: referrals.receive(
                    tx, referral_id, receipt=receipt, on=on, version=version, actor=who, now=at
                )
            )
        except RuleBroken as broken:
            _tell(form, broken)
        else:
            flash("Đã ghi tiếp nhận; cơ quan gửi được báo.", "done")
            return redirect(url_for("referrals.page", referral_id=referral_id))
    return _render(_case(referral_id), receipt=form), 422


@bp.post("/referrals/<uuid:referral_id>/answer")
@allow(*WRITERS)
def answer(referral_id: UUID) -> ResponseReturnValue:
    form, who, at = AnswerForm(), actor(), now()
    if form.validate() and form.on.data and form.answer.data in set(Answer):
        result = Result(
            Answer(form.answer.data), form.on.data, form.document.data or "", form.note.data or "", form.fine_vnd.data
        )
        version = form.version.data or 0
        try:
            in_transaction(lambda tx: referrals.answer(tx, referral_id, result, version=version, actor=who, now=at))
        except RuleBroken as broken:
            _tell(form, broken)
        else:
            flash("Đã ghi kết quả; cơ quan gửi được báo và ghi bước tiếp theo của vi phạm.", "done")
            return redirect(url_for("referrals.page", referral_id=referral_id))
    return _render(_case(referral_id), answered=form), 422


@bp.get("/referrals/<uuid:referral_id>/photos/<sha256>")
@allow(*DESK_ROLES)
def photo(referral_id: UUID, sha256: str) -> ResponseReturnValue:
    """A photo of the case that was handed on; of no other finding."""
    case = _case(referral_id)
    if sha256 not in case.photos:
        raise RequestRefused("not-found")
    try:
        content = pictures.jpeg(case.violation.agency_id, sha256, pictures.SIZES["view"])
    except FileNotFoundError:
        raise RequestRefused("not-found") from None
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": f"private, max-age={AN_HOUR}"})


AN_HOUR = int(timedelta(hours=1).total_seconds())


def _case(referral_id: UUID) -> Case:
    who = actor()
    return reading(lambda tx: referrals.read(tx, referral_id, actor=who))


def _tell(form: FlaskForm, broken: RuleBroken) -> None:
    if broken.code in {"unknown-referral", "not-the-receiver"}:
        raise broken
    tell(form, broken, {code: name for code, name in FIELDS.items() if name in form})


def _render(case: Case, *, receipt: ReceiptForm | None = None, answered: AnswerForm | None = None) -> str:
    row, today = case.referral, local_day(now())
    receipt = receipt or ReceiptForm(formdata=None, version=row.version, on=today)
    answered = answered or AnswerForm(formdata=None, version=row.version, on=today)
    answered.answer.choices = {"": "Chọn…"} | {
        str(each): word("referral_answer", each) for each in Answer if each in ANSWERS[Kind(row.kind)]
    }
    return render_template(
        "referrals/page.html",
        case=case,
        row=row,
        basis=printed(case.violation.basis),
        receipt=receipt,
        answered=answered,
        may=referrals.may_write(row, actor()),
        is_sender=actor().agency == row.agency_id or actor().role is Role.COORDINATOR,
    )
