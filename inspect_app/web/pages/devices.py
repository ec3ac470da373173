"""Máy của đoàn: the phones of the agency's people, what each still keeps, and revoking a lost one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from inspect_app.domain.people import Role
from inspect_app.services import devices, seals
from inspect_app.services.devices import DeviceFilter
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.request import actor, in_transaction, now, reading

bp = Blueprint("devices", __name__)


class RevokeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    username = HiddenField(validators=[InputRequired()])
    reason = StringField("Lý do thu hồi", [InputRequired("Ghi lý do."), Length(max=500)])


@bp.get("/devices")
@allow(Role.ADMIN, Role.SUPERVISOR)
def index() -> ResponseReturnValue:
    wanted, at = _asked(), now()
    after = cursors.phone(request.args.get("after"))
    rows, onward = reading(lambda tx: devices.phones(tx, wanted, after=after, now=at))
    return render_template(
        "devices/index.html",
        rows=rows,
        wanted=wanted,
        form=RevokeForm(formdata=None),
        waiting=reading(seals.waiting) if after is None else [],
        next_href=page_href("devices.index", cursors.of_phone(onward)),
        first_href=page_href("devices.index", "") if after else None,
    )


def _asked() -> DeviceFilter:
    given = request.args
    return DeviceFilter(
        text=given.get("q", "").strip()[:120],
        silent=given.get("silent") == "1",
        revoked=given.get("revoked") == "1",
    )


@bp.post("/devices/<uuid:device>/revoke")
@allow(Role.ADMIN, Role.SUPERVISOR)
def revoke(device: UUID) -> ResponseReturnValue:
    form = RevokeForm()
    if not form.validate_on_submit():
        flash("Chưa thu hồi: cần ghi lý do.", "error")
        return redirect(url_for("devices.index"))
    who, at, username, reason = actor(), now(), form.username.data or "", form.reason.data or ""
    in_transaction(lambda tx: devices.revoke(tx, device, username, reason=reason, agency=who.agency, actor=who, now=at))
    flash("Đã thu hồi máy và kết thúc mọi phiên trên máy. Dữ liệu máy gửi về sẽ được giữ lại để xem.", "done")
    return redirect(url_for("devices.index"))
