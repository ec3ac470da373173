"""Xem xét kết quả: answer by answer, each with room for a comment; then given back to the team, or approved."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role
from inspect_app.services import inspection_files, review
from inspect_app.services.inspection_files import File
from inspect_app.web.answers import answer_text, limit_text
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, library, now, reading

bp = Blueprint("review", __name__)

COMMENT = "c-"  # and the item's id


class ReturnForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    seen = HiddenField()
    comment = TextAreaField("Nhận xét chung", [Length(max=2000)])


def seen_of(form: FlaskForm) -> int | None:
    """The newest fact that stood on the page; a form without it decides about what is there now."""
    text = str(form.seen.data or "")
    return int(text) if text.isdecimal() else None


@bp.get("/inspections/<uuid:inspection_id>/review")
@allow(Role.SUPERVISOR)
def page(inspection_id: UUID) -> ResponseReturnValue:
    file, own = _read(inspection_id)
    form = ReturnForm(formdata=None, seen=str(file.newest))
    return _render(file, form, {}, own=own)


@bp.post("/inspections/<uuid:inspection_id>/review")
@allow(Role.SUPERVISOR)
def give_back(inspection_id: UUID) -> ResponseReturnValue:
    """Comments at items that the file does not have are left out; what was typed stays when something is wrong."""
    file, own = _read(inspection_id)
    form, known = ReturnForm(), {line.item.id for section in file.sections for line in section.lines}
    typed = {
        name.removeprefix(COMMENT): text
        for name, text in request.form.items()
        if name.startswith(COMMENT) and name.removeprefix(COMMENT) in known
    }
    if form.validate():
        who, at, comment, seen = actor(), now(), form.comment.data or "", seen_of(form)
        try:
            row = in_transaction(
                lambda tx: review.give_back(
                    tx, inspection_id, comment=comment, items=typed, actor=who, now=at, seen=seen
                )
            )
        except RuleBroken as broken:
            codes = ("own-work", "wrong-state", "comment-missing", "comment-too-long", "changed-meanwhile")
            tell(form, broken, dict.fromkeys(codes, "comment"))
        else:
            flash(f"Đã trả lại {row.number}. Đoàn thấy từng góp ý tại mục của nó khi máy có mạng.", "done")
            return redirect(url_for("inspections.page", inspection_id=inspection_id))
    return _render(file, form, typed, own=own), 422


def _read(inspection_id: UUID) -> tuple[File, bool]:
    who, lists = actor(), library()

    def do(tx: Tx) -> tuple[File, bool]:
        file = inspection_files.read(tx, inspection_id, library=lists)
        return file, review.is_own_work(tx, file.inspection, who)

    return reading(do)


def _render(file: File, form: ReturnForm, typed: Mapping[str, str], *, own: bool) -> str:
    row = file.inspection
    return render_template(
        "inspections/review.html",
        file=file,
        row=row,
        form=form,
        typed=typed,
        asked_before=file.returned.items if file.returned else {},
        own_work=own,
        may_decide=row.state == "complete",
        may_return=review.is_returnable(row),
        answer_text=answer_text,
        limit_text=limit_text,
        longest=review.LONGEST_COMMENT,
    )
