"""Nhập cơ sở từ tệp: choose a file, read what would become of each row, enter the sound ones, mend the others."""

import io
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, validators
from wtforms.validators import InputRequired

from inspect_app.services import site_imports
from inspect_app.services.site_import_rows import site_id
from inspect_app.services.site_imports import Unreadable
from inspect_app.web.auth import allow
from inspect_app.web.pages.sites import KEEPERS
from inspect_app.web.request import actor, in_transaction, now, reading
from inspect_app.web.words import WORDS

bp = Blueprint("site_imports", __name__)

MOST_BYTES = 16 * 1024 * 1024  # a little over what a list may have, so that ours is the message
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTCOMES = {
    "new": "Thêm mới",
    "changed": "Cập nhật",
    "same": "Đã có, không đổi",
    "bad": "Chưa nhập được",
    "skipped": "Không phải cơ sở",
}


class UploadForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    id = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    file = FileField("Tệp Excel (.xlsx) hoặc CSV", [FileRequired("Chọn một tệp.")])


@bp.get("/sites/imports")
@allow(*KEEPERS)
def index() -> ResponseReturnValue:
    return _index(UploadForm(formdata=None, id=str(uuid4())))


@bp.post("/sites/imports")
@allow(*KEEPERS)
def take_in() -> ResponseReturnValue:
    request.max_content_length = MOST_BYTES
    form = UploadForm()
    if not form.validate_on_submit():
        return _index(form), 422
    data, name, key = form.file.data.read(), form.file.data.filename or "danh-sach", UUID(form.id.data)
    who, at = actor(), now()
    try:
        in_transaction(
            lambda tx: site_imports.take_in(
                tx, key, data, name, kinds=WORDS["site_kind"], sectors=WORDS["sector"], actor=who, now=at
            )
        )
    except Unreadable as refused:
        form.file.errors = [str(refused)]
        return _index(form), 422
    return redirect(url_for("site_imports.page", import_id=key))


def _index(form: UploadForm) -> str:
    return render_template("sites/imports.html", form=form, rows=reading(site_imports.newest), outcomes=OUTCOMES)


@bp.get("/sites/imports/<uuid:import_id>")
@allow(*KEEPERS)
def page(import_id: UUID) -> ResponseReturnValue:
    given = request.args
    outcome = given.get("outcome", "") if given.get("outcome") in OUTCOMES else ""
    after = int(given["after"]) if given.get("after", "").isascii() and given.get("after", "").isdigit() else 0
    row, (lines, onward) = reading(
        lambda tx: (
            site_imports.get(tx, import_id),
            site_imports.page(tx, import_id, outcome, after=min(after, 2**31 - 1)),
        )
    )
    return render_template(
        "sites/import.html",
        row=row,
        lines=lines,
        outcome=outcome,
        outcomes=OUTCOMES,
        made=site_id,
        next_href=url_for("site_imports.page", import_id=import_id, outcome=outcome or None, after=onward)
        if onward
        else None,
        first_href=url_for("site_imports.page", import_id=import_id, outcome=outcome or None) if after else None,
    )


@bp.post("/sites/imports/<uuid:import_id>/apply")
@allow(*KEEPERS)
def apply(import_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(
        lambda tx: site_imports.apply(
            tx, import_id, kinds=WORDS["site_kind"], sectors=WORDS["sector"], actor=who, now=at
        )
    )
    flash("Đã nhập. Dòng chưa nhập được vẫn còn ở đây và tải về được.", "done")
    return redirect(url_for("site_imports.page", import_id=import_id))


@bp.post("/sites/imports/<uuid:import_id>/drop")
@allow(*KEEPERS)
def drop(import_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: site_imports.drop(tx, import_id, actor=who, now=at))
    flash("Đã bỏ; không có gì được nhập.", "done")
    return redirect(url_for("site_imports.index"))


@bp.get("/sites/imports/<uuid:import_id>/left.xlsx")
@allow(*KEEPERS)
def left(import_id: UUID) -> ResponseReturnValue:
    target = io.BytesIO()
    reading(lambda tx: site_imports.write_left(tx, import_id, target))
    return _workbook(target, "chua-nhap.xlsx")


@bp.get("/sites/imports/template.xlsx")
@allow(*KEEPERS)
def template() -> ResponseReturnValue:
    target = io.BytesIO()
    reading(lambda tx: site_imports.write_template(tx, target, kinds=WORDS["site_kind"], sectors=WORDS["sector"]))
    return _workbook(target, "mau-co-so.xlsx")


def _workbook(target: io.BytesIO, name: str) -> Response:
    return Response(target.getvalue(), mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
