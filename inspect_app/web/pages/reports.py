"""Báo cáo: the annual report of an agency and of all, its figures down to the rows, statistics of any period."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField, validators
from wtforms.validators import InputRequired, Length, NumberRange

from inspect_app.domain.annual_report import COUNTED, SUPPLIED, WORDS, WORKERS, Choice
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.papers import read_paper
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import (
    duties,
    health_right,
    report_content,
    report_figures,
    report_rows,
    reports,
    sites,
)
from inspect_app.services.reports import AGENCY, CONSOLIDATED, Period, Report
from inspect_app.web.auth import allow
from inspect_app.web.paper_files import printed, table
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import Tx, actor, in_snapshot, in_transaction, now, reading

bp = Blueprint("reports", __name__)

HANDERS = frozenset({Role.SUPERVISOR, Role.AUTHORITY, Role.COORDINATOR})
FIRST_YEAR, LAST_YEAR = 2020, 2100
HREFS = {
    "inspection": ("inspections.page", "inspection_id"),
    "violation": ("violations.one", "violation_id"),
    "accident": ("accidents.page", "accident_id"),
    "site": ("sites.page", "site_id"),
}


class WordsForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    version = HiddenField(default="0")


for _name, _label in WORDS.items():
    setattr(WordsForm, _name, TextAreaField(_label, [Length(max=reports.LONGEST)]))


class HandInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    report = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])


class ChoiceForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    base_year = IntegerField("Năm gốc", [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)])
    counted = RadioField("Tử số", choices=dict(COUNTED), default="deaths")
    workers = RadioField("Mẫu số", choices=dict(WORKERS), default="contract")
    document = StringField("Văn bản quyết định", [Length(max=120)])


class SupplyForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    year = IntegerField("Năm", [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)])
    name = SelectField("Số liệu", choices=dict(SUPPLIED))
    value = IntegerField("Giá trị", [InputRequired(), NumberRange(0, 10**9)])
    source = StringField("Nguồn", [InputRequired("Ghi nguồn số liệu."), Length(max=300)])


@bp.get("/reports")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    """The annual report as it stands now, with how many days are left and who has not handed in."""
    year, kind = _year(), _kind()
    report = _build(year, kind, with_rows=False)
    at = now()
    mine = reading(lambda tx: [row for row in reports.of_year(tx, year) if row.agency_id == actor().agency])
    form = HandInForm(report=str(uuid4()))
    return render_template(
        "reports/annual.html",
        report=report,
        year=year,
        kind=kind,
        years=_years(),
        left=reports.countdown(year, local_day(at)),
        due=reports.due_day(year),
        mine=mine,
        form=form,
        may_hand_in=actor().role in HANDERS,
        may_consolidate=actor().role is Role.COORDINATOR,
        decimal=report_content.decimal,
        href=lambda each: url_for(".figure", year=year, code=each.code, kind=kind if kind == CONSOLIDATED else None),
    )


@bp.get("/reports/<int:year>.<any(pdf, docx, xlsx, csv):form>")
@allow(*DESK_ROLES)
def file(year: int, form: str) -> ResponseReturnValue:
    """The report as it stands now, as a draft for Word and PDF or as a table with real numbers."""
    kind = _kind()
    report = _build(year, kind)
    name = f"bao-cao-nam-{year}-{report.agency}" + ("-tong-hop" if kind == CONSOLIDATED else "")
    if form in ("pdf", "docx"):
        return printed(report_content.paper(report), form, name)
    return table(report_content.TABLE_COLUMNS, report_content.table(report), form, name)


@bp.get("/reports/<int:year>/figures/<code>")
@allow(*DESK_ROLES)
def figure(year: int, code: str) -> ResponseReturnValue:
    """The rows a figure was counted from. Single rows of health data: with the right to them, and written down."""
    _check(year)
    kind, who, at, is_file = _kind(), actor(), now(), request.args.get("format") == "csv"
    limit = None if is_file else report_rows.MOST_SHOWN + 1
    found = in_snapshot(lambda tx: reports.figure(tx, year, kind, who.agency, code, now=at, limit=limit))

    def read(tx: Tx) -> list[report_rows.Line]:
        if found.health:
            health_right.check(tx, who)
            health_right.note_view(tx, f"figure:{code}", [row for row, _ in found.rows], actor=who, now=at)
        return report_rows.lines(tx, found)

    lines = in_transaction(read) if found.health else reading(read)
    if is_file:
        return table(("id", "adds"), ([str(row), adds] for row, adds in found.rows), "csv", f"{code}-{year}")
    return render_template(
        "reports/figure.html",
        figure=found,
        lines=lines,
        year=year,
        kind=_kind(),
        most=report_rows.MOST_SHOWN,
        hrefs=HREFS,
    )


@bp.route("/reports/<int:year>/words", methods=["GET", "POST"])
@allow(*HANDERS)
def words(year: int) -> ResponseReturnValue:
    _check(year)
    form = WordsForm()
    who, at = actor(), now()
    if request.method == "POST" and form.validate():
        said = {name: (form[name].data or "").strip() for name in WORDS}
        version = request.form.get("version", 0, type=int)
        in_transaction(lambda tx: reports.save_words(tx, year, said, version=version, actor=who, now=at).version)
        flash("Đã lưu nội dung báo cáo.", "done")
        return redirect(url_for(".index", year=year))
    if request.method == "GET":
        report = _build(year, AGENCY, with_rows=False)
        for name in WORDS:
            form[name].data = report.words[name]
        form.version.data = str(reading(lambda tx: reports.draft_version(tx, who.agency, year)))
    shown = render_template("reports/words.html", form=form, year=year, names=list(WORDS))
    return shown, (200 if request.method == "GET" else 422)


@bp.post("/reports/<int:year>/hand-in")
@allow(*HANDERS)
def hand_in(year: int) -> ResponseReturnValue:
    """Once more with the same form: the same report."""
    form = HandInForm()
    _check(year)
    if not form.validate():
        raise RequestRefused("bad-request")
    key, kind, who, at = UUID(form.report.data), _kind(), actor(), now()
    row = in_transaction(lambda tx: reports.hand_in(tx, key, year, kind, actor=who, now=at))
    flash(f"Đã gửi báo cáo số {row.number}. Sửa thì gửi báo cáo mới; bản mới nhất được tính.", "done")
    return redirect(url_for(".index", year=year, kind=kind if kind == CONSOLIDATED else None))


@bp.get("/reports/handed-in/<uuid:report_id>.<any(pdf, docx):form>")
@allow(*DESK_ROLES)
def handed(report_id: UUID, form: str) -> ResponseReturnValue:
    """A report exactly as it was handed in."""
    row = reading(lambda tx: reports.get(tx, report_id))
    return printed(read_paper(row.content), form, f"bao-cao-{row.number}")


@bp.route("/reports/targets", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def targets() -> ResponseReturnValue:
    """How the targets are counted, and the figures that come from outside; only the coordinating agency decides."""
    who, at, year = actor(), now(), local_day(now()).year
    chosen, supply = ChoiceForm(), SupplyForm()
    if request.method == "POST" and request.form.get("what") == "choice" and chosen.validate():
        base, document = chosen.base_year.data or year, (chosen.document.data or "").strip()
        new = Choice(base, chosen.counted.data, chosen.workers.data, document)
        in_transaction(lambda tx: reports.choose(tx, new, actor=who, now=at))
        flash("Đã ghi cách tính chỉ tiêu; báo cáo in cách tính này.", "done")
        return redirect(url_for(".targets"))
    if request.method == "POST" and request.form.get("what") == "figure" and supply.validate():
        of, name, value = supply.year.data or year, supply.name.data, supply.value.data or 0
        source = (supply.source.data or "").strip()
        in_transaction(lambda tx: reports.supply(tx, of, name, value, source, actor=who, now=at))
        flash("Đã ghi số liệu.", "done")
        return redirect(url_for(".targets"))
    stands, given = reading(lambda tx: (report_figures.choice(tx, year), reports.supplied(tx)))
    if request.method == "GET":
        chosen.base_year.data, chosen.counted.data = stands.base_year, stands.counted
        chosen.workers.data, chosen.document.data = stands.workers, stands.document
        supply.year.data = year
    shown = render_template(
        "reports/targets.html", chosen=chosen, supply=supply, stands=stands, given=given, names=SUPPLIED
    )
    return shown, (200 if request.method == "GET" else 422)


@bp.get("/reports/statistics")
@allow(*DESK_ROLES)
def statistics() -> ResponseReturnValue:
    period = _period()
    today = local_day(now())
    figures, told = in_snapshot(lambda tx: (report_figures.counted(tx, period, today=today), _told(tx, period)))
    choices = reading(lambda tx: (sites.list_agencies(tx), sites.list_communes(tx), sites.list_zones(tx)))
    asked = {name: value for name, value in request.args.items() if value}
    return render_template(
        "reports/statistics.html",
        figures=figures,
        period=period,
        told=told,
        agencies=[(each.id, each.short_name) for each in choices[0]],
        communes=[(each.code, each.name) for each in choices[1]],
        zones=[(each.id, each.name) for each in choices[2]],
        files=[
            (form, f"{url_for('.statistics_file', form=form)}?{urlencode(asked)}")
            for form in ("xlsx", "docx", "pdf", "csv")
        ],
    )


@bp.get("/reports/statistics.<any(pdf, docx, xlsx, csv):form>")
@allow(*DESK_ROLES)
def statistics_file(form: str) -> ResponseReturnValue:
    period, today, who = _period(), local_day(now()), actor()

    def read(tx: Tx) -> tuple[Any, Any, str]:
        return reports.agency(tx, who.agency), report_figures.of(tx, period, today=today), _told(tx, period)

    whose, figures, told = in_snapshot(read)
    name = f"thong-ke-{period.first}-{period.last}"
    if form in ("pdf", "docx"):
        return printed(report_content.statistics_paper(whose, period, figures, told, today), form, name)
    columns = ("code", "label", "unit", "value", "rows")
    rows = ([each.code, each.label, each.unit, each.value, len(each.rows)] for each in figures)
    return table(columns, rows, form, name)


@bp.get("/reports/duties")
@allow(*DESK_ROLES)
def duties_page() -> ResponseReturnValue:
    """Each duty of the two founding plans, and where the product serves it."""
    return render_template("reports/duties.html", duties=duties.all_duties(), scopes=duties.SCOPES)


def _year() -> int:
    given = request.args.get("year", type=int)
    return given if given is not None and FIRST_YEAR <= given <= LAST_YEAR else local_day(now()).year


def _years() -> list[tuple[int, str]]:
    this = local_day(now()).year
    return [(year, str(year)) for year in range(this, this - 6, -1)]


def _kind() -> str:
    if request.args.get("kind") != CONSOLIDATED:
        return AGENCY
    if actor().role is not Role.COORDINATOR:
        raise RequestRefused("not-allowed", role=actor().role.value)
    return CONSOLIDATED


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RequestRefused("not-found")


def _build(year: int, kind: str, *, with_rows: bool = True) -> Report:
    _check(year)
    who, at = actor(), now()
    return in_snapshot(lambda tx: reports.build(tx, year, kind, who.agency, now=at, with_rows=with_rows))


def _period() -> Period:
    """This year so far, unless days are given."""
    today, given = local_day(now()), request.args
    try:
        first = date.fromisoformat(given.get("first") or f"{today.year}-01-01")
        last = date.fromisoformat(given.get("last") or today.isoformat())
    except ValueError:
        raise RequestRefused("bad-request", first=given.get("first"), last=given.get("last")) from None
    if first > last:
        first, last = last, first
    texts = {name: given.get(name, "")[:40] for name in ("agency", "commune", "zone", "sector")}
    return Period(first, last, **texts)


def _told(tx: Tx, period: Period) -> str:
    """The filters in words."""
    told = [each.name for each in sites.list_agencies(tx) if each.id == period.agency]
    told += [each.name for each in sites.list_communes(tx) if each.code == period.commune]
    told += [each.name for each in sites.list_zones(tx) if each.id == period.zone]
    told += [f"lĩnh vực {period.sector}"] if period.sector else []
    return "; ".join(told)
