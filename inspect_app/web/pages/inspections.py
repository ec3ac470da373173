"""Cuộc kiểm tra: the list, one inspection as a file, and what a supervisor decides about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import (
    checklist_moves,
    desk_answers,
    evidence_panel,
    inspection_files,
    planning,
    recurrence,
    review,
    sites,
    team_phones,
)
from inspect_app.services.inspection_files import File
from inspect_app.services.inspections_list import PAGE, VisitFilter, list_inspections
from inspect_app.web import cursors, drawings
from inspect_app.web.answers import answer_text, limit_text
from inspect_app.web.auth import allow
from inspect_app.web.pages.review import seen_of
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, library, now, reading
from inspect_app.web.words import moment_vi

bp = Blueprint("inspections", __name__)


class ReasonForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """Giving back and calling off both say why."""

    reason = TextAreaField("Nội dung", [InputRequired("Ghi rõ nội dung."), Length(max=2000)])


class PressForm(FlaskForm):  # type: ignore[misc]
    """A button, its CSRF token, and the newest fact that stood beside it."""

    seen = HiddenField()


@bp.get("/inspections")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    wanted = asked_filter()
    after = cursors.day(request.args.get("after"))
    rows, onward = reading(lambda tx: list_inspections(tx, wanted, after=after))
    agencies = reading(sites.list_agencies) if actor().role is Role.COORDINATOR else []
    return render_template(
        "inspections/index.html",
        rows=rows,
        wanted=wanted,
        agencies=agencies,
        next_href=page_href("inspections.index", cursors.of_day(onward)),
        first_href=page_href("inspections.index", "") if after else None,
        full=PAGE,
    )


def asked_filter() -> VisitFilter:
    """The filter that stands in the address. What we do not know narrows nothing."""
    given = request.args
    return VisitFilter(
        text=given.get("q", "").strip()[:120],
        state=given.get("state", ""),
        kind=given.get("kind", ""),
        agency=given.get("agency", ""),
        since=_day(given.get("since")),
        until=_day(given.get("until")),
        conflicts=given.get("conflicts") == "1",
        held=given.get("held") == "1",
        failing=given.get("failing") == "1",
    )


def page_href(endpoint: str, after: str | None) -> str | None:
    """The same address with another place to begin; None when there is no further page."""
    if after is None:
        return None
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after" and value}
    return url_for(endpoint, **(kept | ({"after": after} if after else {})))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@bp.get("/inspections/<uuid:inspection_id>")
@allow(*DESK_ROLES)
def page(inspection_id: UUID) -> ResponseReturnValue:
    return _render(inspection_id)


def _render(inspection_id: UUID, *, give_back: ReasonForm | None = None, cancel: ReasonForm | None = None) -> str:
    who = actor()
    file = reading(lambda tx: inspection_files.read(tx, inspection_id, library=library()))
    row = file.inspection
    proof, own, phones, repeats = reading(
        lambda tx: (
            evidence_panel.read(tx, row),
            review.is_own_work(tx, row, who),
            team_phones.of(tx, row) if any(seat.removed_at for seat in row.team) else {},
            recurrence.of(tx, row.id),
        )
    )
    mine = actor().role is Role.SUPERVISOR
    return render_template(
        "inspections/page.html",
        file=file,
        row=file.inspection,
        evidence=proof,
        answer_text=answer_text,
        limit_text=limit_text,
        history=_history(file),
        press=PressForm(formdata=None, seen=str(file.newest)),
        give_back=give_back or ReasonForm(formdata=None, prefix="back"),
        cancel=cancel or ReasonForm(formdata=None, prefix="off"),
        may_choose=desk_answers.may_choose(file.inspection, actor()),
        own_work=own,
        phones=phones,
        repeats=repeats,
        may_decide=mine and file.inspection.state == "complete",
        may_return=mine and review.is_returnable(file.inspection),
        may_change=mine and file.inspection.state in planning.CHANGEABLE,
        newer=checklist_moves.newer(file.inspection, library()),
    )


@bp.post("/inspections/<uuid:inspection_id>/approve")
@allow(Role.SUPERVISOR)
def approve(inspection_id: UUID) -> ResponseReturnValue:
    who, at, seen = actor(), now(), seen_of(PressForm())
    row = in_transaction(lambda tx: review.approve(tx, inspection_id, actor=who, now=at, seen=seen))
    flash(f"Đã duyệt {row.number}. Vi phạm trong cuộc này nằm ở Sổ vi phạm.", "done")
    return redirect(url_for("inspections.page", inspection_id=inspection_id))


@bp.post("/inspections/<uuid:inspection_id>/return")
@allow(Role.SUPERVISOR)
def give_back(inspection_id: UUID) -> ResponseReturnValue:
    form = ReasonForm(prefix="back")
    if form.validate_on_submit():
        who, at, comment = actor(), now(), form.reason.data or ""
        try:
            row = in_transaction(lambda tx: review.give_back(tx, inspection_id, comment=comment, actor=who, now=at))
        except RuleBroken as broken:
            tell(form, broken, dict.fromkeys(("own-work", "wrong-state", "comment-missing"), "reason"))
        else:
            flash(f"Đã trả lại {row.number}. Đoàn sẽ thấy khi máy có mạng.", "done")
            return redirect(url_for("inspections.page", inspection_id=inspection_id))
    return _render(inspection_id, give_back=form), 422


@bp.post("/inspections/<uuid:inspection_id>/cancel")
@allow(Role.SUPERVISOR)
def cancel(inspection_id: UUID) -> ResponseReturnValue:
    form = ReasonForm(prefix="off")
    if form.validate_on_submit():
        who, at, reason = actor(), now(), form.reason.data or ""
        try:
            row = in_transaction(lambda tx: planning.cancel(tx, inspection_id, reason=reason, actor=who, now=at))
        except RuleBroken as broken:
            tell(form, broken, {"wrong-state": "reason"})
        else:
            flash(f"Đã hủy {row.number}. Dữ liệu đã ghi vẫn được giữ.", "done")
            return redirect(url_for("inspections.page", inspection_id=inspection_id))
    return _render(inspection_id, cancel=form), 422


@bp.get("/inspections/<uuid:inspection_id>/positions.svg")
@allow(*DESK_ROLES)
def positions(inspection_id: UUID) -> ResponseReturnValue:
    """The positions as a picture: the site, where the visit began, failing items, photos."""
    file = reading(lambda tx: inspection_files.read(tx, inspection_id, library=library()))
    failing = {line.item.id for line in (*file.failing, *file.conflicts)}
    site = file.inspection.site
    spots = []
    if site.lat is not None and site.lon is not None:
        spots.append(drawings.Spot(site.lat, site.lon, "site", "Cơ sở"))
    for each in file.positions:
        fails = each.what == "answer" and each.item in failing
        kind = "fail" if fails else "photo" if each.what == "photo" else "answer" if each.what == "answer" else "visit"
        spots.append(drawings.Spot(each.lat, each.lon, kind, each.item if fails else "", each.accuracy))
    return _svg(drawings.positions(spots))


@bp.get("/inspections/<uuid:inspection_id>/signatures/<uuid:operation>.svg")
@allow(*DESK_ROLES)
def signature(inspection_id: UUID, operation: UUID) -> ResponseReturnValue:
    strokes = reading(lambda tx: inspection_files.read_strokes(tx, inspection_id, operation))
    return _svg(drawings.signature(strokes))


def _svg(text: str) -> Response:
    return Response(text, mimetype="image/svg+xml", headers={"Content-Security-Policy": "default-src 'none'; sandbox"})


def _overlapped(facts: Mapping[str, Any]) -> str:
    """Which visits stood against this one when it was assigned; the ground stands beside it on the page."""
    numbers = dict.fromkeys(each["visit"] for each in facts.get("overlaps", ()))
    return f"Dù trùng với {', '.join(numbers)}: {facts['overlap_ground']}" if numbers else ""


def _history(file: File) -> list[dict[str, Any]]:
    """Decisions and what the phones did, oldest first, for the timeline."""
    titles = {
        "inspection.assigned": ("Phân công", "plain"),
        "inspection.team-changed": ("Đổi đoàn", "plain"),
        "inspection.moved": ("Dời ngày, bổ sung quyết định", "plain"),
        "inspection.checklist-moved": ("Chuyển phiên bản phiếu", "plain"),
        "inspection.repeats": ("Lặp lại định kỳ", "plain"),
        "inspection.repeats-ended": ("Dừng lặp lại", "plain"),
        "inspection.returned": ("Trả lại để bổ sung", "wait"),
        "inspection.approved": ("Duyệt", "pass"),
        "inspection.cancelled": ("Hủy", "plain"),
    }
    steps: list[tuple[Any, dict[str, Any]]] = []
    for each in file.decisions:
        title, tone = titles[each.action]
        note = each.facts.get("comment") or each.facts.get("reason") or _overlapped(each.facts)
        who = file.names.get(each.actor_id, "") if each.actor_id else ""
        steps.append((each.at, {"title": title, "who": who, "note": note, "tone": tone}))
    row = file.inspection
    for at, title in (
        (row.started_at, "Bắt đầu kiểm tra"),
        (row.submitted_at, "Đoàn gửi kết quả"),
        (row.completed_at, "Đủ dữ liệu"),
    ):
        if at is not None:
            steps.append((at, {"title": title, "tone": "act"}))
    return [{"at": moment_vi(at), **told} for at, told in sorted(steps, key=lambda step: step[0])]
