"""Nhập phiếu từ Excel: what was read and what could not be, then a second person reads it and publishes it."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, TextAreaField, validators
from wtforms.validators import InputRequired, Length

from inspect_app.domain.checklist_changes import compare
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.penalties import Offender
from inspect_app.services import checklist_drafts, checklist_import, checklist_library
from inspect_app.services.checklist_words import key_word, told
from inspect_app.web.answers import limit_text
from inspect_app.web.auth import allow
from inspect_app.web.pages.checklists import as_on_the_phone
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, library, now, reading

bp = Blueprint("checklist_drafts", __name__)

MOST_BYTES = 11 * 1024 * 1024  # a little over what a workbook may have, so that ours is the message
MOST_SHOWN = 300


class UploadForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    draft = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    file = FileField("Tệp Excel (.xlsx)", [FileRequired("Chọn một tệp.")])


class DecideForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField("Ý kiến", [Length(max=500)])


@bp.get("/checklists/import")
@allow(*checklist_drafts.IMPORTERS)
def form() -> ResponseReturnValue:
    return _form(UploadForm(formdata=None, draft=str(uuid4())))


@bp.post("/checklists/import")
@allow(*checklist_drafts.IMPORTERS)
def take_in() -> ResponseReturnValue:
    """A sound file becomes a draft; of any other every fault is told, and nothing is kept."""
    request.max_content_length = MOST_BYTES
    filled = UploadForm()
    if not filled.validate_on_submit():
        return _form(filled), 422
    data, name = filled.file.data.read(), filled.file.data.filename or "phieu.xlsx"
    who, at = actor(), now()
    found = checklist_import.read(data, library())
    if found.checklist is None:
        again = UploadForm(formdata=None, draft=str(uuid4()))
        return _form(again, found.remarks, name), 422
    draft = UUID(filled.draft.data)
    in_transaction(lambda tx: checklist_drafts.keep(tx, draft, found, file_name=name, data=data, actor=who, now=at))
    return redirect(url_for("checklist_drafts.page", draft_id=draft))


def _form(filled: UploadForm, remarks: object = (), name: str = "") -> str:
    return render_template("checklists/import.html", form=filled, remarks=remarks, name=name, most=MOST_SHOWN)


@bp.get("/checklists/drafts/<uuid:draft_id>")
@allow(*checklist_drafts.IMPORTERS)
def page(draft_id: UUID) -> ResponseReturnValue:
    return _render(draft_id, DecideForm(formdata=None))


def _render(draft_id: UUID, decision: DecideForm) -> str:
    ours, on = library(), local_day(now())
    row = reading(lambda tx: checklist_drafts.get(tx, draft_id))
    checklist = checklist_drafts.checklist_of(row, ours)
    before = [each for each in ours.versions(row.code) if each.version < row.version]
    who = actor()
    return render_template(
        "checklists/draft.html",
        row=row,
        reading=checklist_library.read(checklist, ours, on),
        remarks=checklist_drafts.remarks_of(row),
        names=reading(lambda tx: checklist_drafts.names_of(tx, [row])),
        before=before[-1] if before else None,
        changes=compare(before[-1], checklist) if before else None,
        form=decision,
        on=on,
        most=MOST_SHOWN,
        may_ask=row.state == "draft",
        may_decide=row.state == "waiting" and who.role in checklist_drafts.APPROVERS and who.id != row.imported_by,
        is_own=who.id == row.imported_by,
        limit_text=limit_text,
        told=told,
        key_word=key_word,
        Offender=Offender,
    )


@bp.get("/checklists/drafts/<uuid:draft_id>/phone")
@allow(*checklist_drafts.IMPORTERS)
def phone(draft_id: UUID) -> ResponseReturnValue:
    row = reading(lambda tx: checklist_drafts.get(tx, draft_id))
    back = url_for("checklist_drafts.page", draft_id=draft_id)
    address = url_for("checklist_drafts.shape", draft_id=draft_id)
    return as_on_the_phone(address, f"{row.code} bản {row.version}, dự thảo", back)


@bp.get("/checklists/drafts/<uuid:draft_id>.json")
@allow(*checklist_drafts.IMPORTERS)
def shape(draft_id: UUID) -> ResponseReturnValue:
    """What the phone would store."""
    row = reading(lambda tx: checklist_drafts.get(tx, draft_id))
    return Response(checklist_drafts.phone_json(row, library()), mimetype="application/json")


@bp.post("/checklists/drafts/<uuid:draft_id>/ask")
@allow(*checklist_drafts.IMPORTERS)
def ask(draft_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    row = in_transaction(lambda tx: checklist_drafts.ask(tx, draft_id, actor=who, now=at))
    flash(f"{row.code} bản {row.version} chờ người thứ hai duyệt.", "done")
    return redirect(url_for("checklist_drafts.page", draft_id=draft_id))


@bp.post("/checklists/drafts/<uuid:draft_id>/decide")
@allow(*checklist_drafts.APPROVERS)
def decide(draft_id: UUID) -> ResponseReturnValue:
    filled, who, at, ours = DecideForm(), actor(), now(), library()
    approve, reason = request.form.get("decision") == "approve", filled.reason.data or ""
    if filled.validate_on_submit():
        try:
            row = in_transaction(
                lambda tx: checklist_drafts.decide(
                    tx, draft_id, approve=approve, reason=reason, actor=who, now=at, library=ours
                )
            )
        except RuleBroken as broken:
            tell(filled, broken, {"comment-missing": "reason"})
        else:
            ours.refresh(at_once=True)
            done = "đã ban hành; cuộc kiểm tra phân công từ nay dùng bản này" if approve else "không được duyệt"
            flash(f"{row.code} bản {row.version} {done}.", "done")
            return redirect(url_for("checklist_drafts.page", draft_id=draft_id))
    return _render(draft_id, filled), 422
