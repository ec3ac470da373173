"""Số liệu ATVSLĐ: what enterprises declare, kind by kind; and who has the right to see health data."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, validators
from wtforms.validators import InputRequired, Length, NumberRange

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.osh_records import KINDS, MOST, RecordKind
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import health_right, osh_records, table_intake
from inspect_app.services.osh_records import Declared
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.accidents import ENTERERS
from inspect_app.web.problems import RequestRefused
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, now, reading
from inspect_app.web.table_forms import sent_sample, take_table

bp = Blueprint("osh_records", __name__)

FIGURE = "figure_"
FIELDS_OF_RULES = {"unknown-tax-code": "tax_code", "declared-later-than-today": "day"}


class RecordForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    record = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    tax_code = StringField("Mã số thuế", [InputRequired("Ghi mã số thuế."), Length(max=14)])
    day = DateField("Ngày thực hiện, hoặc ngày cuối kỳ", [InputRequired("Ghi ngày.")])
    note = StringField("Ghi chú", [Length(max=1000)])


class TableForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    file = FileField("Bảng (.xlsx hoặc .csv)", [FileRequired("Chọn tệp.")])


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    reason = StringField("Lý do", [InputRequired("Ghi lý do."), Length(max=500)])


class RightForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    person = SelectField("Người được cấp", [InputRequired("Chọn người.")])
    reason = StringField("Lý do", [InputRequired("Ghi lý do."), Length(max=500)])


@bp.get("/reports/records/<code>")
@allow(*DESK_ROLES)
def index(code: str) -> ResponseReturnValue:
    """One kind, the newest first. A view of health data is written down, so this reads in a writing transaction."""
    kind = osh_records.kind_of(code)
    year, after = request.args.get("year", type=int), cursors.day(request.args.get("after"))
    who, at = actor(), now()
    read = in_transaction if kind.health else reading
    rows, onward = read(lambda tx: osh_records.page(tx, code, year, actor=who, now=at, after=after))
    here = {"year": year} if year else {}
    key = cursors.of_day(onward)
    this = local_day(at).year
    return render_template(
        "reports/records.html",
        kind=kind,
        kinds=KINDS,
        rows=rows,
        year=year,
        years=[(each, str(each)) for each in range(this, this - 8, -1)],
        may_enter=who.role in ENTERERS,
        withdrawing=WithdrawForm(),
        next_href=f"{url_for('.index', code=code)}?{urlencode({**here, 'after': key})}" if key else None,
        first_href=f"{url_for('.index', code=code)}?{urlencode(here)}" if after else None,
    )


@bp.route("/reports/records/<code>/new", methods=["GET", "POST"])
@allow(*ENTERERS)
def new(code: str) -> ResponseReturnValue:
    kind = osh_records.kind_of(code)
    if kind.health:
        who = actor()
        reading(lambda tx: health_right.check(tx, who))
    form = _form(kind)
    if request.method == "GET":
        form.record.data = str(uuid4())
        return render_template("reports/record.html", form=form, kind=kind, figures=_figures(form, kind))
    if form.validate() and _enter(form, kind):
        flash("Đã ghi.", "done")
        return redirect(url_for(".index", code=code))
    return render_template("reports/record.html", form=form, kind=kind, figures=_figures(form, kind)), 422


@bp.post("/reports/records/<code>/<uuid:record_id>/withdraw")
@allow(*ENTERERS)
def withdraw(code: str, record_id: UUID) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.validate():
        raise RequestRefused("bad-request", reason="missing")
    who, at, reason = actor(), now(), (form.reason.data or "").strip()
    in_transaction(lambda tx: osh_records.withdraw(tx, record_id, reason, actor=who, now=at))
    flash("Đã rút; số liệu này không còn được tính.", "done")
    return redirect(url_for(".index", code=code))


@bp.route("/reports/records/<code>/table", methods=["GET", "POST"])
@allow(*ENTERERS)
def table(code: str) -> ResponseReturnValue:
    kind, form, taken = osh_records.kind_of(code), TableForm(), None
    if request.method == "POST" and form.validate():
        data, who, at = form.file.data.read(), actor(), now()
        taken = take_table(form, lambda tx: table_intake.take_records(tx, data, kind, actor=who, now=at))
        if taken and not taken.wrong:
            flash(f"Đã nhận {taken.count} dòng. Gửi lại đúng bảng này không làm thêm dòng nào.", "done")
            return redirect(url_for(".index", code=code))
    shown = render_template(
        "reports/table.html",
        form=form,
        taken=taken,
        sample=url_for(".sample", code=code),
        title=f"Nhận bảng: {kind.title}",
        back=url_for(".index", code=code),
    )
    return shown, (200 if request.method == "GET" else 422)


@bp.get("/reports/records/<code>/sample.csv")
@allow(*ENTERERS)
def sample(code: str) -> ResponseReturnValue:
    return sent_sample(table_intake.record_columns(osh_records.kind_of(code)), code)


@bp.route("/reports/health-right", methods=["GET", "POST"])
@allow(Role.ADMIN)
def rights() -> ResponseReturnValue:
    """Who may see health data, and since when; given here with a reason."""
    who, at = actor(), now()
    given, people = reading(lambda tx: health_right.overview(tx, who))
    form = RightForm()
    form.person.choices = {"": "– chọn –", **{str(each.id): f"{each.name} ({each.username})" for each in people}}
    if request.method == "POST" and form.validate():
        person, reason = UUID(form.person.data), (form.reason.data or "").strip()
        in_transaction(lambda tx: health_right.give(tx, person, reason, actor=who, now=at).id)
        flash("Đã cấp quyền xem số liệu sức khỏe.", "done")
        return redirect(url_for(".rights"))
    shown = render_template("reports/health_right.html", form=form, given=given)
    return shown, (200 if request.method == "GET" else 422)


@bp.post("/reports/health-right/<uuid:person_id>/end")
@allow(Role.ADMIN)
def end_right(person_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: health_right.end(tx, person_id, actor=who, now=at))
    flash("Đã thu hồi quyền.", "done")
    return redirect(url_for(".rights"))


def _form(kind: RecordKind) -> Any:
    """The fields every kind has, and this one's own."""
    own: dict[str, Any] = {
        f"{FIGURE}{each.name}": IntegerField(each.label, [InputRequired(), NumberRange(0, MOST)], default=0)
        for each in kind.figures
    }
    if kind.details:
        own["detail"] = SelectField(kind.detail, choices={each: each for each in kind.details})
    elif kind.detail:
        own["detail"] = StringField(kind.detail, [InputRequired("Ghi mục này."), Length(max=120)])
    if kind.provider:
        own["provider"] = StringField(kind.provider, [Length(max=240)])
    return type("KindForm", (RecordForm,), own)()


def _figures(form: Any, kind: RecordKind) -> list[Any]:
    return [form[f"{FIGURE}{each.name}"] for each in kind.figures]


def _enter(form: Any, kind: RecordKind) -> bool:
    declared = Declared(
        kind=kind.code,
        day=form.day.data,
        tax_code=form.tax_code.data.strip(),
        figures={each.name: form[f"{FIGURE}{each.name}"].data for each in kind.figures},
        provider=(form.provider.data or "").strip() if kind.provider else "",
        detail=(form.detail.data or "").strip() if kind.detail else "",
        note=(form.note.data or "").strip(),
    )
    key, who, at = UUID(form.record.data), actor(), now()
    try:
        in_transaction(lambda tx: osh_records.enter(tx, key, declared, actor=who, now=at).id)
    except RuleBroken as broken:
        tell(form, broken, FIELDS_OF_RULES)
        return False
    return True
