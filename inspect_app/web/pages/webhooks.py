"""Kết nối hệ thống khác: where the agency's changes are sent, what was sent, and whether it arrived."""

import logging
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms import validators as must
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.feed import TOLD, Event
from inspect_app.domain.people import Role
from inspect_app.outside.outgoing import Outgoing
from inspect_app.services import webhooks
from inspect_app.services.webhooks import Wanted
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, now, queue, reading, settings

bp = Blueprint("webhooks", __name__)
log = logging.getLogger(__name__)

LABELS = {
    Event.RECORDED: "Vi phạm mới",
    Event.CHANGED: "Vi phạm thay đổi",
    Event.REMOVED: "Vi phạm không còn",
    Event.INSPECTION: "Cuộc kiểm tra thay đổi",
    Event.TEST: "Tin thử",
}
FIELDS = {"webhook-address": "url", "webhook-kinds": "kinds"}


class PressForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A button and its CSRF token."""


class WebhookForm(FlaskForm):  # type: ignore[misc]
    id = HiddenField(validators=[must.UUID("Tải lại trang.")])
    name = StringField("Tên hệ thống", [InputRequired("Nhập tên hệ thống."), Length(max=120)])
    url = StringField("Địa chỉ nhận", [InputRequired("Nhập địa chỉ."), Length(max=500)])
    kinds = SelectMultipleField(
        "Gửi khi có",
        choices={each.value: LABELS[each] for each in TOLD},
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def wanted(self) -> Wanted:
        return Wanted(
            (self.name.data or "").strip(), (self.url.data or "").strip(), tuple(map(Event, self.kinds.data or ()))
        )


@bp.get("/webhooks")
@allow(Role.ADMIN)
def index() -> ResponseReturnValue:
    who = actor()
    return render_template("webhooks/index.html", lines=reading(lambda tx: webhooks.listing(tx, actor=who)))


@bp.route("/webhooks/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
def new() -> ResponseReturnValue:
    """The secret is shown in the answer to this form, and nowhere else."""
    form = WebhookForm()
    if not form.is_submitted():
        form = WebhookForm(formdata=None, id=str(uuid4()), kinds=[each.value for each in TOLD])
        return render_template("webhooks/form.html", form=form, row=None)
    if form.validate():
        who, at, secret, webhook, wanted = actor(), now(), settings().secret_key, UUID(form.id.data), form.wanted()
        try:
            made = in_transaction(
                lambda tx: webhooks.register(
                    tx, webhook, wanted, actor=who, now=at, secret=secret, outgoing=_outgoing()
                )
            )
        except RuleBroken as broken:
            tell(form, broken, FIELDS)
        else:
            return _secret(webhook, made) if made else redirect(url_for(".page", webhook_id=webhook))
    return render_template("webhooks/form.html", form=form, row=None), 422


@bp.get("/webhooks/<uuid:webhook_id>")
@allow(Role.ADMIN)
def page(webhook_id: UUID) -> ResponseReturnValue:
    who = actor()
    row, sent = reading(lambda tx: webhooks.page(tx, webhook_id, actor=who))
    return render_template(
        "webhooks/page.html", row=row, sent=sent, labels=LABELS, told=_told(row.kinds), press=PressForm()
    )


@bp.route("/webhooks/<uuid:webhook_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMIN)
def edit(webhook_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    row, _ = reading(lambda tx: webhooks.page(tx, webhook_id, actor=who))
    form = WebhookForm()
    if not form.is_submitted():
        kept = {"id": str(row.id), "name": row.name, "url": row.url, "kinds": row.kinds.split()}
        form = WebhookForm(formdata=None, **kept)
        return render_template("webhooks/form.html", form=form, row=row)
    if form.validate():
        wanted = form.wanted()
        try:
            in_transaction(lambda tx: webhooks.change(tx, webhook_id, wanted, actor=who, now=at, outgoing=_outgoing()))
        except RuleBroken as broken:
            tell(form, broken, FIELDS)
        else:
            flash("Đã ghi; tin đang chờ cũng gửi đến địa chỉ mới.", "done")
            return redirect(url_for(".page", webhook_id=webhook_id))
    return render_template("webhooks/form.html", form=form, row=row), 422


@bp.post("/webhooks/<uuid:webhook_id>/secret")
@allow(Role.ADMIN)
def secret(webhook_id: UUID) -> ResponseReturnValue:
    who, at, ours = actor(), now(), settings().secret_key
    made = in_transaction(lambda tx: webhooks.renew_secret(tx, webhook_id, actor=who, now=at, secret=ours))
    return _secret(webhook_id, made)


@bp.post("/webhooks/<uuid:webhook_id>/test")
@allow(Role.ADMIN)
def test(webhook_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: webhooks.send_test(tx, webhook_id, actor=who, now=at))
    return _sending(webhook_id, "Tin thử được gửi trong vòng một phút.")


@bp.post("/webhooks/<uuid:webhook_id>/again")
@allow(Role.ADMIN)
def again(webhook_id: UUID) -> ResponseReturnValue:
    """A delivery that was given up, once more."""
    who, at, delivery = actor(), now(), request.form.get("delivery", type=UUID)
    if delivery is None:
        raise RuleBroken("unknown-webhook")
    in_transaction(lambda tx: webhooks.send_again(tx, webhook_id, delivery, actor=who, now=at))
    return _sending(webhook_id, "Tin được gửi lại trong vòng một phút.")


@bp.post("/webhooks/<uuid:webhook_id>/switch")
@allow(Role.ADMIN)
def switch(webhook_id: UUID) -> ResponseReturnValue:
    who, at, on = actor(), now(), request.form.get("on") == "1"
    in_transaction(lambda tx: webhooks.switch(tx, webhook_id, on=on, actor=who, now=at))
    flash("Đã bật lại; thay đổi trong lúc tắt được gửi bây giờ." if on else "Đã tắt; không gửi gì nữa.", "done")
    return redirect(url_for(".page", webhook_id=webhook_id))


@bp.post("/webhooks/<uuid:webhook_id>/remove")
@allow(Role.ADMIN)
def remove(webhook_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: webhooks.remove(tx, webhook_id, actor=who, now=at))
    flash("Đã xóa kết nối.", "done")
    return redirect(url_for(".index"))


def _outgoing() -> Outgoing:
    return Outgoing(settings().inhouse_nets)


def _secret(webhook_id: UUID, made: str) -> str:
    who = actor()
    row, _ = reading(lambda tx: webhooks.page(tx, webhook_id, actor=who))
    return render_template("webhooks/secret.html", row=row, secret=made)


def _told(kinds: str) -> list[str]:
    return [LABELS[Event(each)] for each in kinds.split()]


def _sending(webhook_id: UUID, told: str) -> ResponseReturnValue:
    """The wish stands in the database; the queue only makes it quicker, and may be away."""
    try:
        queue().ask("webhooks")
    except Exception:
        log.warning("the queue is away; the worker finds the message at its next look", exc_info=True)
    flash(told, "done")
    return redirect(url_for(".page", webhook_id=webhook_id))
