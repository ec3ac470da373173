"""Danh sách đã lưu: follow-up lists under a name, sent in their rhythm, compared with last month."""

from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from marshmallow import ValidationError
from wtforms import BooleanField, HiddenField, SelectField, StringField, validators
from wtforms.validators import InputRequired, Length

from inspect_app.domain.follow_lists import Every
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import accounts, follow_lists, follow_up
from inspect_app.services.follow_lists import Wanted, unpack_filter
from inspect_app.services.registry import Filter
from inspect_app.web.auth import allow
from inspect_app.web.pages.team import TicksField
from inspect_app.web.problems import RequestRefused
from inspect_app.web.registry_query import address_of, filter_of
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.words import word

bp = Blueprint("follow_lists", __name__)


class ListForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    id = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    filters = HiddenField(validators=[Length(max=2000)])
    name = StringField("Tên danh sách", [InputRequired("Đặt tên cho danh sách."), Length(max=120)])
    shared = BooleanField("Cả cơ quan cùng dùng")
    every = SelectField("Gửi qua thư", choices={each.value: word("every", each) for each in Every})
    readers = TicksField("Người nhận thư")


@bp.get("/follow-up/lists")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    who = actor()
    rows = reading(lambda tx: follow_lists.of_reader(tx, actor=who))
    hrefs = {row.id: _href(unpack_filter(row.filters)) for row in rows}
    return render_template("follow_up/lists.html", rows=rows, hrefs=hrefs)


@bp.route("/follow-up/lists/new", methods=["GET", "POST"])
@allow(*DESK_ROLES)
def new() -> ResponseReturnValue:
    """The filters come with the address of the list they were chosen on."""
    form = _form()
    if request.method == "GET":
        wanted = _filter(request.args.to_dict())
        form.id.data, form.readers.data = str(uuid4()), [str(actor().id)]
        form.filters.data = request.query_string.decode()
        return _render_form(form, wanted, is_new=True)
    wanted = _filter(dict(parse_qsl(form.filters.data or "")))
    if not form.validate():
        return _render_form(form, wanted, is_new=True), 422
    return _keep(form, wanted)


@bp.route("/follow-up/lists/<uuid:list_id>/edit", methods=["GET", "POST"])
@allow(*DESK_ROLES)
def edit(list_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    page = reading(lambda tx: follow_lists.read(tx, list_id, actor=who, now=at))
    form = _form()
    if request.method == "GET":
        form.id.data, form.name.data, form.shared.data = str(list_id), page.row.name, page.row.shared
        form.every.data, form.readers.data = page.row.every, list(page.row.readers)
        return _render_form(form, page.filter, is_new=False)
    form.id.data = str(list_id)
    if not form.validate():
        return _render_form(form, page.filter, is_new=False), 422
    return _keep(form, page.filter)


@bp.get("/follow-up/lists/<uuid:list_id>")
@allow(*DESK_ROLES)
def page(list_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()

    def read(tx: Tx) -> tuple[follow_lists.Page, list[str]]:
        found = follow_lists.read(tx, list_id, actor=who, now=at)
        return found, follow_up.describe(tx, found.filter)

    found, told = reading(read)
    href = _href(found.filter)
    return render_template("follow_up/list_page.html", page=found, told=told, href=href, form=FlaskForm())


@bp.post("/follow-up/lists/<uuid:list_id>/run")
@allow(*DESK_ROLES)
def run(list_id: UUID) -> ResponseReturnValue:
    """Write down how it stands today, to compare with later."""
    who, at = actor(), now()
    in_transaction(lambda tx: follow_lists.note_now(tx, list_id, actor=who, now=at))
    flash("Đã ghi lại danh sách hôm nay để so về sau.", "done")
    return redirect(url_for(".page", list_id=list_id))


@bp.post("/follow-up/lists/<uuid:list_id>/delete")
@allow(*DESK_ROLES)
def delete(list_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: follow_lists.delete(tx, list_id, actor=who, now=at))
    flash("Đã xóa danh sách; sẽ không gửi thư nữa.", "done")
    return redirect(url_for(".index"))


def _href(wanted: Filter) -> str:
    return f"{url_for('follow_up.listing')}?{urlencode(address_of(wanted))}"


def _form() -> ListForm:
    form, who = ListForm(), actor()
    people = reading(lambda tx: accounts.of_agency(tx, actor=who))
    form.readers.choices = [(str(each.id), each.name) for each in people if each.disabled_at is None]
    return form


def _keep(form: ListForm, wanted: Filter) -> ResponseReturnValue:
    who, at = actor(), now()
    kept = Wanted(
        id=UUID(form.id.data),
        name=(form.name.data or "").strip(),
        shared=bool(form.shared.data),
        every=Every(form.every.data),
        wanted=wanted,
        readers=tuple(UUID(each) for each in form.readers.data or ()),
    )
    in_transaction(lambda tx: follow_lists.keep(tx, kept, actor=who, now=at))
    flash(f"Đã lưu danh sách “{kept.name}”.", "done")
    return redirect(url_for(".page", list_id=kept.id))


def _filter(given: dict[str, str]) -> Filter:
    try:
        return filter_of(given)
    except ValidationError:
        raise RequestRefused("bad-request") from None


def _render_form(form: ListForm, wanted: Filter, *, is_new: bool) -> str:
    told = reading(lambda tx: follow_up.describe(tx, wanted))
    return render_template("follow_up/list_form.html", form=form, told=told, is_new=is_new)
