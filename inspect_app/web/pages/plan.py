"""Kế hoạch and Phân công: visits to come, and giving a visit to a team after seeing what others did there."""

import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, validators
from wtforms.validators import InputRequired, Length, Optional

from inspect_app.domain import recurrence as recurrences
from inspect_app.domain.assignments import Ground, kinds_of
from inspect_app.domain.citations import printed
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import BASES, Kind, Overlap
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import accounts, overlap, plans, recurrence, reinspection, site_files, sites
from inspect_app.services.inspections_list import VisitFilter, list_inspections
from inspect_app.services.planning import Assignment
from inspect_app.services.reinspection import Violation
from inspect_app.services.site_files import SiteFile
from inspect_app.services.sites import SiteFilter
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.pages.joint_offers import OfferForm
from inspect_app.web.pages.team import TeamForm, TicksField
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, library, now, reading
from inspect_app.web.words import word

bp = Blueprint("plan", __name__)

FIELDS_OF_RULES = {
    "not-our-kind": "kind",
    "window-backwards": "last_day",
    "window-too-long": "last_day",
    "one-leader": "leader",
    "one-secretary": "secretary",
    "twice-in-team": "members",
    "not-for-the-field": "members",
    "conflict-of-interest": "members",
    "person-away": "members",
    "no-checklist": "checklists",
    "unknown-checklist": "checklists",
    "overlap": "overlap_ground",
    "recurrence-never": "repeat_until",
    "recurrence-too-long": "repeat_until",
}
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


REPEATS = {"": "Không"} | {str(months): f"Mỗi {months} tháng" for months in recurrences.EVERY}


class AssignForm(TeamForm):
    inspection = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    kind = SelectField("Hình thức", [InputRequired()])
    planned = RadioField("Kế hoạch", choices={"yes": "Theo kế hoạch", "no": "Đột xuất"}, default="yes")
    ground = SelectField("Căn cứ", choices={each.value: word("ground", each) for each in Ground})
    ground_note = StringField("Nội dung căn cứ", [Length(max=500)])
    overlap_ground = TextAreaField("Căn cứ vẫn kiểm tra dù trùng", [Length(max=500)])
    decision_no = StringField("Số quyết định", [Length(max=60)])
    decision_date = DateField("Ngày quyết định", [Optional()])
    first_day = DateField("Từ ngày", [InputRequired("Chọn ngày bắt đầu.")])
    last_day = DateField("Đến ngày", [InputRequired("Chọn ngày kết thúc.")])
    checklists = TicksField("Phiếu kiểm tra")
    repeat_months = SelectField(
        "Lặp lại", choices={"": "Không"} | {str(n): f"Mỗi {n} tháng" for n in recurrences.EVERY}
    )
    repeat_until = DateField("Lặp lại đến", [Optional()])
    violations = HiddenField()
    line = HiddenField()

    def violation_ids(self) -> list[UUID]:
        """The findings a re-inspection is about."""
        return [UUID(each) for each in (self.violations.data or "").split(",") if UUID_TEXT.fullmatch(each)]


@bp.get("/plan")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    """Visits that nobody has sent in yet, the earliest first."""
    given = request.args
    wanted = VisitFilter(text=given.get("q", "").strip()[:120], kind=given.get("kind", ""), running=True)
    after = cursors.day(given.get("after"))
    rows, onward = reading(lambda tx: list_inspections(tx, wanted, after=after, ascending=True))
    return render_template(
        "plan/index.html",
        rows=rows,
        wanted=wanted,
        next_href=page_href("plan.index", cursors.of_day(onward)),
        first_href=page_href("plan.index", "") if after else None,
    )


@bp.route("/plan/new", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def new() -> ResponseReturnValue:
    """Without a site: choose one. With a site: the form, beside what every agency did there this year.

    `reinspect=<site>`, or `violations=<id>` several times: the visit that looks again at what is open.
    """
    again = _to_look_at_again()
    asked = again[0].site_id if again else request.args.get("site", type=UUID)
    if asked is None:
        text = request.args.get("q", "").strip()[:120]
        found, more = reading(lambda tx: sites.list_sites(tx, SiteFilter(text=text), limit=20))
        return render_template("plan/choose.html", found=found, text=text, more=more)
    today = local_day(now())
    who = actor()
    file, people = reading(lambda tx: (site_files.read(tx, asked, today=today, reader=who), accounts.for_teams(tx)))
    form = AssignForm()
    _offer(form, people, file.site.sector, today)
    if request.method == "GET":
        _suggest(form, file, people, today)
        if again:
            _suggest_again(form, again)
        _suggest_line(form, today)
        if request.args.get("joint"):
            form.kind.data = Kind.JOINT.value
        return _render(form, file)
    if form.validate():
        assigned = _assign(form, asked)
        if assigned is not None:
            flash(f"Đã phân công {assigned}. Đoàn thấy cuộc này trên điện thoại khi có mạng.", "done")
            return redirect(url_for("inspections.page", inspection_id=UUID(form.inspection.data)))
    return _render(form, file), 422


def _to_look_at_again() -> list[Violation]:
    site = request.args.get("reinspect", type=UUID)
    ids = request.args.getlist("violations", type=UUID)
    if site is None and not ids:
        return []
    found = reading(lambda tx: reinspection.open_at(tx, site) if site else reinspection.chosen(tx, ids))
    if not found:
        flash("Không còn vi phạm nào mở để phúc tra ở đây.", "warn")
    return found


def _suggest_line(form: AssignForm, today: date) -> None:
    """What the plan says of this visit: its kind, its month or week, its lists, who leads it."""
    asked = request.args.get("line", type=UUID)
    if asked is None:
        return
    line, plan = reading(lambda tx: plans.line_with_plan(tx, asked))
    form.line.data = str(line.id)
    form.kind.data, form.ground_note.data = line.kind, plan.title
    form.decision_no.data, form.decision_date.data = plan.decision_no, plan.decision_date
    if line.starts_on and line.starts_on > today:
        form.first_day.data = form.last_day.data = line.starts_on
    if line.checklists:
        form.checklists.data = list(line.checklists)
    if line.leader_id:
        form.leader.data = str(line.leader_id)


def _suggest_again(form: AssignForm, again: list[Violation]) -> None:
    form.kind.data, form.ground.data = Kind.FOLLOW_UP.value, Ground.FOLLOW_UP.value
    form.ground_note.data = reinspection.note(again)
    form.checklists.data = reinspection.checklists(again)
    form.violations.data = ",".join(str(each.id) for each in again)


def _offer(form: AssignForm, people: list[accounts.Seatable], sector: str, today: date) -> None:
    form.offer(people, actor().agency, first=request.args.get("joint", ""))
    form.kind.choices = {each.value: word("inspection_kind", each) for each in kinds_of(actor().agency)}
    newest: dict[str, Any] = {}
    for each in library().all():
        if each.valid_from <= today or each.code not in newest:
            newest[each.code] = each
    lists = library().for_sector(sector)
    first = [*lists.use, *lists.also]
    ordered = [*first, *sorted(newest.keys() - set(first))]
    form.checklists.choices = {code: f"{code} – {newest[code].title}" for code in ordered}


def _suggest(form: AssignForm, file: SiteFile, people: list[accounts.Seatable], today: date) -> None:
    """What most visits look like, so that a prepared one needs few steps: the sector's checklists, own leader."""
    leaders = [each for each in people if each.agency_id == actor().agency and each.role is Role.LEADER]
    form.inspection.data = str(uuid4())
    form.kind.data = kinds_of(actor().agency)[0].value
    form.planned.data, form.ground.data = "yes", Ground.THEMATIC_PLAN.value
    form.first_day.data = form.last_day.data = today
    form.leader.data = str(leaders[0].id) if leaders else ""
    form.members.data = []
    form.checklists.data = list(library().for_sector(file.site.sector).use)


def _assign(form: AssignForm, site: UUID) -> str | None:
    """The new visit's number; None when a rule spoke against it, which the form then tells."""
    first_day, last_day = form.first_day.data, form.last_day.data
    if first_day is None or last_day is None:
        raise ValueError("a form without its days has not been validated")
    wanted = Assignment(
        id=UUID(form.inspection.data),
        site=site,
        kind=Kind(form.kind.data),
        planned=form.planned.data == "yes",
        ground=Ground(form.ground.data),
        ground_note=form.ground_note.data or "",
        overlap_ground=form.overlap_ground.data or "",
        decision_no=form.decision_no.data or "",
        decision_date=form.decision_date.data,
        first_day=first_day,
        last_day=last_day,
        team=form.team(),
        checklists=tuple(form.checklists.data or ()),
    )
    who, at, lists, again = actor(), now(), library(), form.violation_ids()

    def do(tx: Tx) -> str:
        row = reinspection.assign(tx, wanted, again, actor=who, now=at, library=lists)
        if UUID_TEXT.fullmatch(form.line.data or ""):
            plans.take_visit(tx, UUID(form.line.data), row.id, site)
        if form.repeat_months.data:
            months, until = int(form.repeat_months.data), form.repeat_until.data or first_day
            recurrence.begin(tx, row, every_months=months, until=until, actor=who, now=at)
        return row.number

    try:
        return in_transaction(do)
    except RuleBroken as broken:
        tell(form, broken, FIELDS_OF_RULES)
        return None


def _render(form: AssignForm, file: SiteFile) -> str:
    """The overlap is shown for what is chosen at the moment; the server decides again when the form is sent."""
    found: list[Overlap] = []
    if form.first_day.data and form.last_day.data and form.kind.data in set(Kind):
        content = form.checklists.data or []
        found = overlap.find(file.visits, Kind(form.kind.data), form.first_day.data, form.last_day.data, content)
    numbers = {each.visit.number for each in found}
    line = form.line.data or ""
    return render_template(
        "plan/assign.html",
        form=form,
        file=file,
        site=file.site,
        overlaps=found,
        bases={reason: printed(basis) for reason, basis in BASES.items()},
        in_the_way=[each for each in file.visits if each.number in numbers and each.agency_id != actor().agency],
        offer=OfferForm(formdata=None),
        again=set(form.violation_ids()),
        plan=reading(lambda tx: plans.line_with_plan(tx, UUID(line))[1]) if UUID_TEXT.fullmatch(line) else None,
    )
