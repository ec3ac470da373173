"""Equipment and documents of a site: entering, correcting, and saying that a thing is not there any more."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField, validators
from wtforms.validators import InputRequired, Length, Optional

from inspect_app.domain.errors import RuleBroken
from inspect_app.services import site_profile, sites
from inspect_app.services.site_profile import NewDocument, NewEquipment
from inspect_app.web.auth import allow
from inspect_app.web.pages.sites import KEEPERS
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.stale import Difference, Guarded, meet, remember
from inspect_app.web.words import WORDS

bp = Blueprint("site_profile", __name__)


class ThingForm(Guarded):
    """What equipment and documents have in common. `id` was minted with the form: sending it twice makes one."""

    id = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    name = StringField("Tên", [InputRequired("Nhập tên."), Length(max=200)])
    note = TextAreaField("Ghi chú", [Length(max=500)])

    def text(self, name: str) -> str:
        return (self[name].data or "").strip()


class EquipmentForm(ThingForm):
    kind = SelectField("Loại thiết bị", choices=WORDS["equipment"])
    serial = StringField("Số chế tạo, biển số", [Length(max=80)])
    organisation = SelectField("Thuộc về")
    certificate = StringField("Số phiếu kết quả kiểm định", [Length(max=80)])
    inspected_by = StringField("Tổ chức kiểm định", [Length(max=200)])
    inspected_on = DateField("Ngày kiểm định", [Optional()])
    due_on = DateField("Hạn kiểm định tiếp theo", [Optional()])

    def thing(self) -> NewEquipment:
        return NewEquipment(
            kind=self.kind.data,
            name=self.text("name"),
            serial=self.text("serial"),
            certificate=self.text("certificate"),
            inspected_by=self.text("inspected_by"),
            inspected_on=self.inspected_on.data,
            due_on=self.due_on.data,
            note=self.text("note"),
            organisation_id=UUID(self.organisation.data) if self.organisation.data else None,
        )


class DocumentForm(ThingForm):
    kind = SelectField("Loại giấy tờ", choices=WORDS["site_document"])
    number = StringField("Số, ký hiệu", [Length(max=80)])
    issued_by = StringField("Nơi cấp", [Length(max=200)])
    issued_on = DateField("Ngày cấp", [Optional()])
    expires_on = DateField("Hết hạn ngày", [Optional()])

    def thing(self) -> NewDocument:
        return NewDocument(
            kind=self.kind.data,
            name=self.text("name"),
            number=self.text("number"),
            issued_by=self.text("issued_by"),
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            note=self.text("note"),
        )


FORMS: Mapping[str, type[EquipmentForm] | type[DocumentForm]] = {"equipment": EquipmentForm, "documents": DocumentForm}


@bp.route("/sites/<uuid:site_id>/<any(equipment, documents):shelf>/new", methods=["GET", "POST"])
@allow(*KEEPERS)
def new(site_id: UUID, shelf: str) -> ResponseReturnValue:
    site = reading(lambda tx: sites.get(tx, site_id))
    form = FORMS[shelf]()
    _offer(form, site)
    if not form.is_submitted():
        form.id.data = str(uuid4())
        return _render(form, site, shelf, None)
    if form.validate():
        return _keep(form, site, shelf, UUID(form.id.data), None)
    return _render(form, site, shelf, None), 422


@bp.route("/sites/<uuid:site_id>/<any(equipment, documents):shelf>/<uuid:thing_id>", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(site_id: UUID, shelf: str, thing_id: UUID) -> ResponseReturnValue:
    site, thing = reading(
        lambda tx: (sites.get(tx, site_id), site_profile.get(tx, site_id, thing_id, equipment=shelf == "equipment"))
    )
    form = FORMS[shelf](data=_known(thing))
    _offer(form, site, thing)
    if not form.is_submitted():
        remember(form, thing.version)
        return _render(form, site, shelf, thing)
    if form.validate():
        return _keep(form, site, shelf, thing_id, form.read_version())
    return _render(form, site, shelf, thing), 422


def _keep(form: Any, site: Any, shelf: str, key: UUID, version: int | None) -> ResponseReturnValue:
    who, at = actor(), now()

    def do(tx: Tx) -> None:
        site_profile.keep(tx, site.id, key, form.thing(), version=version, actor=who, now=at)

    try:
        in_transaction(do)
    except RuleBroken as broken:
        if broken.code in {"changed-meanwhile", "entered-before"}:
            thing = reading(lambda tx: site_profile.get(tx, site.id, key, equipment=shelf == "equipment"))
            return _render(form, site, shelf, thing, meet(form, _known(thing), thing.version)), 409
        ends = "due_on" if shelf == "equipment" else "expires_on"
        tell(form, broken, {"days-reversed": ends, "unknown-kind": "kind", "unknown-organisation": "organisation"})
        return _render(form, site, shelf, None if version is None else key), 422
    flash("Đã ghi.", "done")
    return redirect(url_for("sites.page", site_id=site.id, _anchor=shelf))


@bp.post("/sites/<uuid:site_id>/<any(equipment, documents):shelf>/<uuid:thing_id>/remove")
@allow(*KEEPERS)
def remove(site_id: UUID, shelf: str, thing_id: UUID) -> ResponseReturnValue:
    who, at, is_equipment = actor(), now(), shelf == "equipment"
    in_transaction(lambda tx: site_profile.remove(tx, site_id, thing_id, equipment=is_equipment, actor=who, now=at))
    flash("Đã ghi là không còn tại cơ sở.", "done")
    return redirect(url_for("sites.page", site_id=site_id, _anchor=shelf))


def _render(form: Any, site: Any, shelf: str, thing: Any, met: list[Difference] | None = None) -> str:
    key = getattr(thing, "id", thing)
    action = url_for("site_profile.edit", site_id=site.id, shelf=shelf, thing_id=key) if key else None
    return render_template("sites/thing.html", form=form, site=site, shelf=shelf, action=action, key=key, met=met)


def _offer(form: Any, site: Any, thing: Any = None) -> None:
    """Equipment belongs to the site's own organisation or to one that works there."""
    if "organisation" not in form:
        return
    there = {str(each.organisation_id): each.organisation.name for each in site.parties}
    if thing is not None and thing.organisation is not None:
        there[str(thing.organisation_id)] = thing.organisation.name
    form.organisation.choices = {"": site.organisation.name} | there


def _known(thing: Any) -> Mapping[str, Any]:
    names = ("name", "note", "kind", "serial", "certificate", "inspected_by", "inspected_on", "due_on")
    more = ("number", "issued_by", "issued_on", "expires_on")
    owner = getattr(thing, "organisation_id", None)
    found = {name: getattr(thing, name) for name in (*names, *more) if hasattr(thing, name)}
    return {**found, "id": str(thing.id), "organisation": str(owner) if owner else ""}
