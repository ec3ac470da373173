"""Kế hoạch năm, chuyên đề, chiến dịch: the lines of a plan on a board or in a calendar, moved by hand, key or form."""

from datetime import date
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, validators
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from inspect_app.domain.assignments import kinds_of
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.domain.planning import Column, PlanKind, Span, end_of, months, start_of, weeks
from inspect_app.services import accounts, availability, plan_states, plans, sites
from inspect_app.services.plans import Changed, Line, Plan, Wanted
from inspect_app.services.sites import SiteFilter
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.words import word

bp = Blueprint("plans", __name__)

VIEWS = ("board", "calendar")
TOLD = (
    "changed-meanwhile",
    "plan-closed",
    "line-has-visit",
    "line-needs-visit",
    "outside-plan",
    "site-ended",
    "not-our-kind",
)


class PlanForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    plan = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    kind = SelectField("Loại", choices={each.value: word("plan_kind", each) for each in PlanKind})
    title = StringField("Tên kế hoạch", [InputRequired("Nhập tên."), Length(max=200)])
    first_day = DateField("Từ ngày", [InputRequired("Chọn ngày bắt đầu.")])
    last_day = DateField("Đến ngày", [InputRequired("Chọn ngày kết thúc.")])
    decision_no = StringField("Số quyết định phê duyệt", [Length(max=60)])
    decision_date = DateField("Ngày quyết định", [Optional()])


class MoveForm(FlaskForm):  # type: ignore[misc]
    """One move of a card. What is empty stays as it is."""

    version = IntegerField("Bản", [InputRequired()])
    column = SelectField("Cột", [Optional()], choices={"": ""} | {str(each): str(each) for each in Column})
    starts_on = DateField("Tháng, tuần", [Optional()])
    span = SelectField("Theo", choices={"month": "tháng", "week": "tuần"}, default="month")
    leader = SelectField("Trưởng đoàn dự kiến", [Optional()], validate_choice=False)
    days = IntegerField("Số ngày làm việc", [Optional(), NumberRange(1, 60, "Từ 1 đến 60 ngày.")])
    drop = HiddenField()
    back = HiddenField()

    def changed(self) -> Changed:
        leader = self.leader.data or ""
        return Changed(
            column=Column(self.column.data) if self.column.data else None,
            starts_on=self.starts_on.data,
            span=Span(self.span.data or Span.MONTH),
            leader=UUID(leader) if leader else None,
            days=self.days.data,
        )


@bp.get("/plans")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    after = cursors.day(request.args.get("after"))
    rows, onward = reading(lambda tx: plans.list_plans(tx, after=after))
    return render_template(
        "plans/index.html",
        rows=rows,
        next_href=page_href("plans.index", cursors.of_day(onward)),
        first_href=page_href("plans.index", "") if after else None,
    )


@bp.route("/plans/new", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def new() -> ResponseReturnValue:
    form = PlanForm()
    if not form.is_submitted():
        year = local_day(now()).year + 1
        form.plan.data = str(uuid4())
        form.first_day.data, form.last_day.data = date(year, 1, 1), date(year, 12, 31)
        return render_template("plans/form.html", form=form)
    if form.validate() and form.first_day.data and form.last_day.data:
        wanted = Wanted(
            UUID(form.plan.data),
            PlanKind(form.kind.data),
            form.title.data or "",
            form.first_day.data,
            form.last_day.data,
            form.decision_no.data or "",
            form.decision_date.data,
        )
        who, at = actor(), now()
        try:
            plan = in_transaction(lambda tx: plans.create(tx, wanted, actor=who, now=at).id)
        except RuleBroken as broken:
            tell(form, broken, dict.fromkeys(("window-backwards", "plan-too-long"), "last_day"))
        else:
            flash("Đã lập kế hoạch. Thêm cơ sở từ gợi ý theo rủi ro hoặc tìm theo tên.", "done")
            return redirect(url_for("plans.page", plan_id=plan))
    return render_template("plans/form.html", form=form), 422


@bp.get("/plans/<uuid:plan_id>")
@allow(*DESK_ROLES)
def page(plan_id: UUID) -> ResponseReturnValue:
    """The board, or the calendar by months, or by weeks of one month."""
    plan, lines = reading(lambda tx: plans.read(tx, plan_id))
    view = request.args.get("view", "board")
    if view not in VIEWS:
        view = "board"
    month = _day(request.args.get("month", ""))
    return render_template(
        "plans/page.html",
        plan=plan,
        lines=lines,
        view=view,
        month=month,
        columns={each: [line for line in lines if line.column is each] for each in Column},
        cells=_cells(plan, lines, month) if view == "calendar" else [],
        undated=[line for line in lines if line.row.starts_on is None],
        months=months(plan.first_day, plan.last_day),
        may=actor().role is Role.SUPERVISOR and actor().agency == plan.agency_id and plan.state != "closed",
        steps=plan_states.steps_for(plan, actor()),
        form=MoveForm(formdata=None),
        back=request.full_path,
    )


def _cells(plan: Plan, lines: list[Line], month: date | None) -> list[tuple[date, Span, list[Line]]]:
    """Months of the plan; of one month its weeks, where lines that are due some time in the month stand first."""
    if month is None:
        starts = months(plan.first_day, plan.last_day)
        dated = [(start_of(each.row.starts_on, Span.MONTH), each) for each in lines if each.row.starts_on]
        return [(start, Span.MONTH, [line for day, line in dated if day == start]) for start in starts]
    found = [
        (month, Span.MONTH, [each for each in lines if each.row.starts_on == month and each.row.span == Span.MONTH])
    ]
    for monday in weeks(month, end_of(month, Span.MONTH)):
        here = [each for each in lines if each.row.starts_on == monday and each.row.span == Span.WEEK]
        found.append((monday, Span.WEEK, here))
    return found


@bp.get("/plans/<uuid:plan_id>/sites")
@allow(Role.SUPERVISOR)
def choose(plan_id: UUID) -> ResponseReturnValue:
    """Sites to add, found by name; those by risk stand on the page of suggestions."""
    plan, lines = reading(lambda tx: plans.read(tx, plan_id))
    text = request.args.get("q", "").strip()[:120]
    found, more = reading(lambda tx: sites.list_sites(tx, SiteFilter(text=text), limit=20)) if text else ([], None)
    return render_template(
        "plans/sites.html",
        plan=plan,
        found=found,
        more=more,
        text=text,
        there={line.row.site_id for line in lines},
        form=FlaskForm(),
    )


@bp.post("/plans/<uuid:plan_id>/lines")
@allow(Role.SUPERVISOR)
def add(plan_id: UUID) -> ResponseReturnValue:
    """Sites ticked in a list. A site that is in the plan already stays as it is."""
    chosen = request.form.getlist("site", type=UUID)
    kind = request.form.get("kind") or kinds_of(actor().agency)[0].value
    if not FlaskForm().validate() or kind not in set(Kind):
        flash("Chưa thêm được; hãy tải lại trang và chọn lại.", "error")
        return redirect(url_for("plans.page", plan_id=plan_id))
    who, at = actor(), now()

    def do(tx: Tx) -> None:
        for site in chosen:
            plans.add_line(tx, plan_id, uuid4(), site, kind=Kind(kind), actor=who, now=at)

    try:
        in_transaction(do)
    except RuleBroken as broken:
        if broken.code not in TOLD:
            raise
        _flash(broken)
    else:
        flash(f"Đã đưa {len(chosen)} cơ sở vào mục gợi ý của kế hoạch.", "done")
    return redirect(url_for("plans.page", plan_id=plan_id))


@bp.route("/plans/lines/<uuid:line_id>", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def line(line_id: UUID) -> ResponseReturnValue:
    """One line: its month or week, who leads it, how many days it takes; or out of the plan."""
    row, plan = reading(lambda tx: plans.line_with_plan(tx, line_id))
    form = MoveForm()
    people = [each for each in reading(accounts.for_teams) if each.agency_id == actor().agency]
    form.leader.choices = {"": "Chưa chọn"} | {str(each.id): each.name for each in people}
    if form.is_submitted() and form.validate() and (form.leader.data or "") in form.leader.choices:
        who, at, version = actor(), now(), form.version.data or 0
        try:
            if form.drop.data:
                in_transaction(lambda tx: plans.drop_line(tx, line_id, version=version, actor=who, now=at))
            else:
                changed = form.changed()
                in_transaction(lambda tx: plans.change_line(tx, line_id, changed, version=version, actor=who, now=at))
        except RuleBroken as broken:
            if broken.code not in TOLD:
                raise
            _flash(broken)
        else:
            flash(f"Đã cập nhật {row.site.name}.", "done")
        return redirect(_back(form.back.data, plan.id))
    if not form.is_submitted():
        form.version.data, form.starts_on.data, form.span.data = row.version, row.starts_on, row.span
        form.leader.data, form.days.data = str(row.leader_id or ""), row.days
    status = 422 if form.is_submitted() else 200
    return render_template("plans/line.html", form=form, row=row, plan=plan), status


@bp.get("/plans/<uuid:plan_id>/people")
@allow(Role.SUPERVISOR)
def people(plan_id: UUID) -> ResponseReturnValue:
    """What the people of the agency can take on month by month, beside what the plans ask of them."""
    plan = reading(lambda tx: plans.get(tx, plan_id))
    month = _day(request.args.get("month", "")) or start_of(max(plan.first_day, local_day(now())), Span.MONTH)
    who = actor()
    rows = reading(lambda tx: availability.of_agency(tx, month, end_of(month, Span.MONTH), actor=who))
    return render_template(
        "plans/people.html", plan=plan, rows=rows, month=month, months=months(plan.first_day, plan.last_day)
    )


def _flash(broken: RuleBroken) -> None:
    form = FlaskForm(formdata=None)
    tell(form, broken, {})
    flash(" ".join(form.form_errors), "error")


def _back(given: str | None, plan: UUID) -> str:
    """The view of the plan the move was made on, never another address."""
    own = url_for("plans.page", plan_id=plan)
    return given if given and given.split("?")[0] == own else own


def _day(text: str) -> date | None:
    try:
        return start_of(date.fromisoformat(text), Span.MONTH) if text else None
    except ValueError:
        return None
