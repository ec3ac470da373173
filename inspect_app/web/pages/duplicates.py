"""Nghi trùng: two entries side by side; a person puts them together, says they are two, or takes a merge apart."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, validators
from wtforms.validators import InputRequired, Length

from inspect_app.domain.errors import RuleBroken
from inspect_app.services import duplicates, merging, organisations, sites
from inspect_app.services.duplicates import KINDS
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.sites import KEEPERS
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading

bp = Blueprint("duplicates", __name__)

REASONS = {
    "tax-same": "cùng mã số thuế",
    "tax-near": "mã số thuế chỉ khác một chỗ",
    "tax-different": "hai mã số thuế khác nhau",
    "tax-branch": "chi nhánh khác nhau",
    "name-same": "cùng tên riêng",
    "name-close": "tên riêng gần giống",
    "name-shorter": "một tên ngắn hơn",
    "name-acronym": "tên viết tắt",
    "name-differs": "tên riêng khác",
    "name-empty": "không có tên riêng",
    "marks-differ": "tên khác dấu",
    "number-differs": "số trong tên khác",
    "branch-differs": "chi nhánh, đơn vị trực thuộc",
    "form-differs": "khác loại hình",
    "trade-differs": "khác ngành trong tên",
    "trade-missing": "một tên thiếu ngành",
    "address-same": "cùng số nhà, đường",
    "address-alike": "địa chỉ gần giống",
    "address-differs": "địa chỉ khác",
    "house-differs": "khác số nhà",
    "phone-same": "cùng điện thoại",
    "phone-differs": "điện thoại khác",
    "person-same": "cùng người đại diện",
    "person-differs": "người đại diện khác",
    "place-name-same": "cùng tên",
    "place-name-close": "tên gần giống",
    "position-near": "vị trí gần nhau",
    "position-far": "vị trí xa nhau",
}


class MergeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    id = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    kept = RadioField(
        "Giữ lại", choices={"first": "thứ nhất", "second": "thứ hai"}, validators=[InputRequired("Chọn mục giữ lại.")]
    )
    reason = StringField("Lý do", [InputRequired("Ghi lý do."), Length(max=500)])


class ReasonForm(FlaskForm):  # type: ignore[misc]
    reason = StringField("Lý do", [InputRequired("Ghi lý do."), Length(max=500)])


@bp.get("/sites/duplicates")
@allow(*KEEPERS)
def index() -> ResponseReturnValue:
    kind = request.args.get("kind", "organisation")
    kind = kind if kind in KINDS else "organisation"
    after = cursors.score(request.args.get("after"))
    rows, onward = reading(lambda tx: duplicates.page(tx, kind, after=after))
    return render_template(
        "duplicates/index.html",
        rows=rows,
        kind=kind,
        reasons=REASONS,
        next_href=url_for("duplicates.index", kind=kind, after=cursors.of_score(onward)) if onward else None,
        first_href=url_for("duplicates.index", kind=kind) if after else None,
    )


@bp.post("/sites/duplicates/search")
@allow(*KEEPERS)
def search() -> ResponseReturnValue:
    """Now, instead of waiting for the worker: some rows, so that nobody waits long."""
    at = now()
    looked = in_transaction(lambda tx: duplicates.search(tx, now=at))
    flash(f"Đã xem {looked} mục mới hoặc vừa sửa." if looked else "Mọi mục đều đã được xem.", "done")
    return redirect(url_for("duplicates.index"))


@bp.get("/sites/duplicates/<uuid:pair_id>")
@allow(*KEEPERS)
def page(pair_id: UUID) -> ResponseReturnValue:
    return _render(pair_id, MergeForm(formdata=None, id=str(uuid4())))


@bp.post("/sites/duplicates/<uuid:pair_id>/merge")
@allow(*KEEPERS)
def merge(pair_id: UUID) -> ResponseReturnValue:
    form, who, at = MergeForm(), actor(), now()
    if form.validate():
        pair = reading(lambda tx: duplicates.get(tx, pair_id))
        both = (pair.first_id, pair.second_id)
        kept, lost = both if form.kept.data == "first" else both[::-1]
        key, reason = UUID(form.id.data), (form.reason.data or "").strip()
        try:
            in_transaction(
                lambda tx: merging.merge(tx, key, pair.kind, kept=kept, lost=lost, reason=reason, actor=who, now=at)
            )
        except RuleBroken as broken:
            tell(form, broken, {})
        else:
            flash("Đã gộp. Vi phạm, cuộc kiểm tra và nhà thầu theo mục giữ lại; có thể tách lại.", "done")
            return redirect(_home(pair.kind, kept))
    return _render(pair_id, form), 422


@bp.post("/sites/duplicates/<uuid:pair_id>/apart")
@allow(*KEEPERS)
def apart(pair_id: UUID) -> ResponseReturnValue:
    form, who, at = ReasonForm(), actor(), now()
    if not form.validate():
        return _render(pair_id, MergeForm(formdata=None, id=str(uuid4())), form), 422
    reason = (form.reason.data or "").strip()
    in_transaction(lambda tx: duplicates.keep_apart(tx, pair_id, reason=reason, actor=who, now=at))
    flash("Đã ghi là hai mục khác nhau.", "done")
    return redirect(url_for("duplicates.index"))


@bp.post("/sites/merges/<uuid:merge_id>/undo")
@allow(*KEEPERS)
def undo(merge_id: UUID) -> ResponseReturnValue:
    who, at, reason = actor(), now(), request.form.get("reason", "").strip()[:500]
    row = in_transaction(lambda tx: merging.undo(tx, merge_id, reason=reason or "gộp nhầm", actor=who, now=at))
    flash("Đã tách lại; những gì đã chuyển trở về mục cũ.", "done")
    return redirect(_home(row.kind, row.lost_id))


def _home(kind: str, row: UUID) -> str:
    if kind == "organisation":
        return url_for("organisations.page", organisation_id=row)
    return url_for("sites.page", site_id=row)


def _render(pair_id: UUID, form: MergeForm, apart_form: ReasonForm | None = None) -> str:
    def read(tx: Tx) -> tuple[Any, Any, Any, list[int]]:
        pair = duplicates.get(tx, pair_id)
        get = organisations.get if pair.kind == "organisation" else sites.get
        counts = [len(organisations.works_of(tx, each)) for each in (pair.first_id, pair.second_id)]
        return pair, get(tx, pair.first_id), get(tx, pair.second_id), counts

    pair, first, second, counts = reading(read)
    return render_template(
        "duplicates/page.html",
        pair=pair,
        sides=(("first", first), ("second", second)),
        counts=counts,
        reasons=REASONS,
        form=form,
        apart=apart_form or ReasonForm(formdata=None),
    )
