"""Lặp lại định kỳ: ending what the worker would go on making."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import Role
from inspect_app.services import recurrence
from inspect_app.web.auth import allow
from inspect_app.web.request import actor, in_transaction, now

bp = Blueprint("recurrences", __name__)


@bp.post("/inspections/<uuid:inspection_id>/repeats/end")
@allow(Role.SUPERVISOR)
def end(inspection_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: recurrence.end(tx, inspection_id, actor=who, now=at))
    flash("Đã dừng lặp lại. Các cuộc đã phân công vẫn giữ nguyên.", "done")
    return redirect(url_for("inspections.page", inspection_id=inspection_id))
