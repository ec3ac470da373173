"""Tai nạn lao động: the list, entering one, correcting it, and taking in a table."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from inspect_app.domain.accidents import CAUSES, FACTORS, INVESTIGATORS, KINDS, SOURCES, investigation_due
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import accidents, table_intake
from inspect_app.services.accidents import Declared, Filter, Row
from inspect_app.services.table_intake import Taken
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.table_forms import sent_sample, take_table

bp = Blueprint("accidents", __name__)

ENTERERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.AUTHORITY, Role.LEADER})
CHOOSE = {"": "– chưa rõ –"}
FIELDS_OF_RULES = {
    "unknown-tax-code": "tax_code",
    "accident-days-wrong": "happened_on",
    "accident-without-victim": "deaths",
    "more-than-victims": "women",
}


def _count(label: str) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(0, 10_000, "Từ 0 đến 10.000.")], default=0)


def _money(label: str) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(0, 10**13, "Số đồng, từ 0.")], default=0)


class AccidentForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    accident = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    version = HiddenField(default="0")
    kind = RadioField("Loại", choices=dict(KINDS), default="accident")
    happened_on = DateField("Ngày xảy ra", [InputRequired("Ghi ngày xảy ra.")])
    declared_on = DateField("Ngày khai báo, ghi nhận", [InputRequired("Ghi ngày nhận khai báo.")])
    commune_code = SelectField("Xã, phường nơi xảy ra", [InputRequired("Chọn xã, phường.")])
    place = StringField("Địa điểm", [Length(max=300)])
    source = SelectField("Nguồn", choices=dict(SOURCES))
    has_contract = RadioField(
        "Người bị nạn", choices={"yes": "Có hợp đồng lao động", "no": "Không theo hợp đồng lao động"}, default="yes"
    )
    tax_code = StringField("Mã số thuế của người sử dụng lao động", [Length(max=14)])
    deaths = _count("Số người chết")
    seriously_injured = _count("Bị thương nặng")
    injured = _count("Bị thương nhẹ")
    women = _count("Trong đó nữ")
    outside = _count("Không thuộc quyền quản lý")
    occupation = StringField("Nghề nghiệp", [Length(max=120)])
    cause = SelectField("Nguyên nhân", choices={**CHOOSE, **CAUSES})
    factor = SelectField("Yếu tố gây chấn thương", choices={**CHOOSE, **FACTORS})
    description = TextAreaField("Diễn biến", [Length(max=4000)])
    record_no = StringField("Số biên bản ghi nhận của UBND xã, phường", [Length(max=60)])
    investigator = SelectField("Điều tra", choices={"": "– chưa điều tra –", **INVESTIGATORS})
    investigated_on = DateField("Ngày công bố kết luận", [Optional()])
    investigation_no = StringField("Số biên bản điều tra", [Length(max=60)])
    criminal_no = StringField("Số văn bản chuyển cơ quan điều tra", [Length(max=60)])
    criminal_on = DateField("Ngày chuyển", [Optional()])
    days_off = _count("Số ngày nghỉ")
    medical_vnd = _money("Chi phí y tế (đồng)")
    wages_vnd = _money("Trả lương thời gian điều trị (đồng)")
    compensation_vnd = _money("Bồi thường, trợ cấp (đồng)")
    property_vnd = _money("Thiệt hại tài sản (đồng)")


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    reason = StringField("Lý do", [InputRequired("Ghi lý do."), Length(max=500)])


class TableForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    source = SelectField("Nguồn", choices=dict(SOURCES), default="commune")
    file = FileField("Bảng (.xlsx hoặc .csv)", [FileRequired("Chọn tệp.")])
    sure = BooleanField("Đã kiểm tra bảng")


@bp.get("/reports/accidents")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    """The newest first."""
    wanted = _filter()
    after = cursors.day(request.args.get("after"))
    rows, onward = reading(lambda tx: accidents.page(tx, wanted, after=after))
    communes = reading(accidents.communes)
    here = {name: value for name, value in request.args.items() if value and name != "after"}
    next_key = cursors.of_day(onward)
    return render_template(
        "reports/accidents.html",
        rows=rows,
        wanted=wanted,
        communes=[(each.code, each.name) for each in communes],
        years=_years(),
        due={row.id: _due(row) for row in rows},
        may_enter=actor().role in ENTERERS,
        next_href=f"{url_for('.index')}?{urlencode({**here, 'after': next_key})}" if next_key else None,
        first_href=f"{url_for('.index')}?{urlencode(here)}" if after else None,
    )


@bp.route("/reports/accidents/new", methods=["GET", "POST"])
@allow(*ENTERERS)
def new() -> ResponseReturnValue:
    form = _form()
    if request.method == "GET":
        form.accident.data = str(uuid4())
        form.declared_on.data = local_day(now())
        return render_template("reports/accident.html", form=form, row=None)
    if form.validate():
        key, declared, who, at = UUID(form.accident.data), _declared(form), actor(), now()
        if _done(form, lambda tx: accidents.enter(tx, key, declared, actor=who, now=at)):
            flash("Đã ghi vụ tai nạn lao động.", "done")
            return redirect(url_for(".page", accident_id=key))
    return render_template("reports/accident.html", form=form, row=None), 422


@bp.route("/reports/accidents/<uuid:accident_id>", methods=["GET", "POST"])
@allow(*DESK_ROLES)
def page(accident_id: UUID) -> ResponseReturnValue:
    """One accident: read by the office, corrected by the agency that took it in."""
    row = reading(lambda tx: accidents.get(tx, accident_id))
    form = _form()
    own = actor().role in ENTERERS and row.agency_id == actor().agency and row.withdrawn_at is None
    if request.method == "GET":
        _fill(form, row)
        return _show(form, row, own)
    if not own:
        raise RequestRefused("not-allowed", role=actor().role.value)
    if form.validate():
        declared, who, at = _declared(form), actor(), now()
        version = request.form.get("version", 0, type=int)
        if _done(form, lambda tx: accidents.change(tx, accident_id, declared, version=version, actor=who, now=at)):
            flash("Đã sửa. Giá trị cũ được giữ trong nhật ký.", "done")
            return redirect(url_for(".page", accident_id=accident_id))
    return _show(form, row, own), 422


@bp.post("/reports/accidents/<uuid:accident_id>/withdraw")
@allow(*ENTERERS)
def withdraw(accident_id: UUID) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.validate():
        raise RequestRefused("bad-request", reason="missing")
    who, at, reason = actor(), now(), (form.reason.data or "").strip()
    in_transaction(lambda tx: accidents.withdraw(tx, accident_id, reason, actor=who, now=at))
    flash("Đã rút; vụ này không còn được tính.", "done")
    return redirect(url_for(".index"))


@bp.route("/reports/accidents/table", methods=["GET", "POST"])
@allow(*ENTERERS)
def table() -> ResponseReturnValue:
    """A commune's or an enterprise's table, taken in whole or not at all."""
    form = TableForm()
    taken: Taken | None = None
    if request.method == "POST" and form.validate():
        data, source, who, at = form.file.data.read(), form.source.data, actor(), now()
        taken = take_table(form, lambda tx: table_intake.take_accidents(tx, data, source=source, actor=who, now=at))
        if taken and not taken.wrong:
            flash(f"Đã nhận {taken.count} vụ. Gửi lại đúng bảng này không làm thêm vụ nào.", "done")
            return redirect(url_for(".index"))
    sample, title = url_for(".sample"), "Nhận bảng tai nạn lao động"
    shown = render_template(
        "reports/table.html", form=form, taken=taken, sample=sample, title=title, back=url_for(".index")
    )
    return shown, (200 if request.method == "GET" else 422)


@bp.get("/reports/accidents/sample.csv")
@allow(*ENTERERS)
def sample() -> ResponseReturnValue:
    return sent_sample(list(table_intake.ACCIDENT_COLUMNS), "tai-nan-lao-dong")


def _years() -> list[tuple[int, str]]:
    this = local_day(now()).year
    return [(year, str(year)) for year in range(this, this - 8, -1)]


def _filter() -> Filter:
    given = request.args
    contract = given.get("contract", "")
    return Filter(
        year=given.get("year", type=int),
        agency=given.get("agency", "")[:32],
        commune=given.get("commune", "")[:5],
        kind=given.get("kind", "") if given.get("kind", "") in KINDS else "",
        contract=contract if contract in ("yes", "no") else "",
        fatal=given.get("fatal") == "1",
    )


def _due(row: Row) -> date | None:
    """Until when the investigation must end; None when it has ended or nobody has to."""
    if row.investigated_on or not row.has_contract:
        return None
    return investigation_due(row.happened_on, row.deaths, row.seriously_injured)


def _form() -> AccidentForm:
    form = AccidentForm()
    form.commune_code.choices = {"": "– chọn –", **{each.code: each.name for each in reading(accidents.communes)}}
    return form


COPIED = (
    "kind",
    "happened_on",
    "declared_on",
    "commune_code",
    "place",
    "source",
    "deaths",
    "seriously_injured",
    "injured",
    "women",
    "outside",
    "occupation",
    "cause",
    "factor",
    "description",
    "record_no",
    "investigator",
    "investigated_on",
    "investigation_no",
    "criminal_no",
    "criminal_on",
    "days_off",
    "medical_vnd",
    "wages_vnd",
    "compensation_vnd",
    "property_vnd",
)


def _declared(form: AccidentForm) -> Declared:
    given = {name: form[name].data for name in COPIED}
    texts = {name: value.strip() for name, value in given.items() if isinstance(value, str)}
    contract = form.has_contract.data == "yes"
    return Declared(**{**given, **texts}, has_contract=contract, tax_code=(form.tax_code.data or "").strip())


def _fill(form: AccidentForm, row: Row) -> None:
    for name in COPIED:
        form[name].data = getattr(row, name)
    form.accident.data, form.version.data = str(row.id), str(row.version)
    form.has_contract.data = "yes" if row.has_contract else "no"
    form.tax_code.data = reading(lambda tx: _tax_code(tx, row.id))


def _tax_code(tx: Tx, accident: UUID) -> str:
    organisation = accidents.get(tx, accident).organisation
    return (organisation.tax_code or "") if organisation else ""


def _show(form: AccidentForm, row: Row, own: bool) -> str:
    return render_template(
        "reports/accident.html", form=form, row=row, own=own, withdrawing=WithdrawForm(), due=_due(row)
    )


def _done(form: AccidentForm, do: Any) -> bool:
    try:
        in_transaction(do)
    except RuleBroken as broken:
        tell(form, broken, FIELDS_OF_RULES)
        return False
    return True
