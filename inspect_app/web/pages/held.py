"""Mục giữ lại: what phones sent that waits for a person, one of them, and the decision to keep it beside."""

import json
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import held
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import ReasonForm, page_href
from inspect_app.web.request import actor, in_transaction, now, reading

bp = Blueprint("held", __name__)


@bp.get("/held")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    after = cursors.moment(request.args.get("after"))
    rows, onward = reading(lambda tx: held.waiting(tx, after=after))
    return render_template(
        "held/index.html",
        rows=rows,
        next_href=page_href("held.index", cursors.of_moment(onward)),
        first_href=page_href("held.index", "") if after else None,
    )


@bp.get("/held/<uuid:operation>/<body>")
@allow(*DESK_ROLES)
def page(operation: UUID, body: str) -> ResponseReturnValue:
    return _render(operation, body, ReasonForm())


@bp.post("/held/<uuid:operation>/<body>")
@allow(Role.SUPERVISOR)
def keep_beside(operation: UUID, body: str) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _render(operation, body, form), 422
    who, at, reason = actor(), now(), form.reason.data or ""
    in_transaction(lambda tx: held.keep_beside(tx, operation, body, reason=reason, actor=who, now=at))
    flash("Đã giữ làm phụ lục. Mục này không vào kết quả, nội dung vẫn được lưu nguyên.", "done")
    return redirect(url_for("held.index"))


def _render(operation: UUID, body: str, form: ReasonForm) -> str:
    row, inspection, author = reading(lambda tx: held.get(tx, operation, body))
    shown = json.dumps(row.body, ensure_ascii=False, indent=2)
    return render_template("held/page.html", row=row, inspection=inspection, author=author, shown=shown, form=form)
