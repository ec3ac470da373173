"""Cơ sở: the list, one site with what every agency knows of it, entering and correcting a site."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, FloatField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES, Actor, Role
from inspect_app.services import site_files, sites
from inspect_app.services.sites import NewOrganisation, NewSite, SiteFilter
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.words import WORDS

bp = Blueprint("sites", __name__)

KEEPERS = (Role.SUPERVISOR, Role.ADMIN)
FIELDS_OF_RULES = {
    "bad-tax-code": "tax_code",
    "tax-code-taken": "tax_code",
    "unknown-commune": "commune",
    "unknown-zone": "zone",
    "half-a-position": "lon",
    "outside-province": "lat",
    "unknown-site-kind": "kind",
}


class PlaceForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """What is known of the place itself."""

    name = StringField("Tên cơ sở, công trình", [InputRequired("Nhập tên."), Length(max=240)])
    kind = SelectField("Loại", choices=WORDS["site_kind"])
    sector = SelectField("Ngành", choices=WORDS["sector"])
    address = StringField("Địa chỉ", [InputRequired("Nhập địa chỉ."), Length(max=300)])
    commune = SelectField("Xã, phường", [InputRequired("Chọn xã, phường.")])
    zone = SelectField("Khu công nghiệp")
    workers = IntegerField("Số lao động", [Optional(), NumberRange(0, 1_000_000, "Số lao động không hợp lý.")])
    lat = FloatField("Vĩ độ", [Optional()])
    lon = FloatField("Kinh độ", [Optional()])
    contact_name = StringField("Người liên hệ", [Length(max=120)])
    contact_role = StringField("Chức vụ", [Length(max=120)])
    contact_phone = StringField("Điện thoại", [Length(max=40)])

    def place(self, organisation: UUID, contacts: Sequence[dict[str, str]] = ()) -> NewSite:
        """What was typed. The form shows the first contact; the others stay as they are."""
        fields = {"name": self.contact_name, "role": self.contact_role, "phone": self.contact_phone}
        contact = {name: (field.data or "").strip() for name, field in fields.items()}
        return NewSite(
            kind=self.kind.data,
            name=(self.name.data or "").strip(),
            address=(self.address.data or "").strip(),
            commune_code=self.commune.data,
            sector=self.sector.data,
            organisation_id=organisation,
            zone_id=self.zone.data or None,
            lat=self.lat.data,
            lon=self.lon.data,
            workers=self.workers.data,
            contacts=[*([contact] if contact["name"] else []), *contacts[1:]],
        )


class OrganisationFields(FlaskForm):  # type: ignore[misc]
    """Who runs the place. A known tax code finds the organisation; a new one enters it."""

    tax_code = StringField("Mã số thuế", [Length(max=14)])
    organisation = StringField("Tên doanh nghiệp, chủ đầu tư", [Length(max=240)])
    household = BooleanField("Hộ kinh doanh")
    representative = StringField("Người đại diện theo pháp luật", [Length(max=120)])


class NewSiteForm(OrganisationFields, PlaceForm):
    pass


class PartyForm(FlaskForm):  # type: ignore[misc]
    tax_code = StringField("Mã số thuế", [Length(max=14)])
    organisation = StringField("Tên tổ chức", [Length(max=240)])
    role = SelectField("Vai trò", choices=WORDS["party_role"])


@bp.get("/sites")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    given = request.args
    wanted = SiteFilter(
        text=given.get("q", "").strip()[:120],
        commune=given.get("commune", ""),
        zone=given.get("zone", ""),
        sector=given.get("sector", ""),
        kind=given.get("kind", ""),
        ended=given.get("ended") == "1",
    )
    after = cursors.text(given.get("after"))
    rows, onward = reading(lambda tx: sites.list_sites(tx, wanted, after=after))
    communes, zones = reading(_reference)
    return render_template(
        "sites/index.html",
        rows=rows,
        wanted=wanted,
        communes=communes,
        zones=zones,
        next_href=page_href("sites.index", cursors.of_text(onward)),
        first_href=page_href("sites.index", "") if after else None,
        keepers=KEEPERS,
    )


@bp.get("/sites/<uuid:site_id>")
@allow(*DESK_ROLES)
def page(site_id: UUID) -> ResponseReturnValue:
    return _render(site_id, PartyForm())


@bp.post("/sites/<uuid:site_id>/parties")
@allow(*KEEPERS)
def add_party(site_id: UUID) -> ResponseReturnValue:
    form = PartyForm()
    if form.validate_on_submit():
        who, at = actor(), now()

        def do(tx: Tx) -> str:
            organisation = _organisation(tx, form, who, at)
            return sites.add_party(tx, site_id, organisation, form.role.data, actor=who, now=at).organisation.name

        try:
            name = in_transaction(do)
        except RuleBroken as broken:
            tell(form, broken, FIELDS_OF_RULES | {"organisation-missing": "organisation"})
        else:
            flash(f"Đã ghi {name} tại cơ sở này.", "done")
            return redirect(url_for("sites.page", site_id=site_id))
    return _render(site_id, form), 422


@bp.post("/sites/<uuid:site_id>/end")
@allow(*KEEPERS)
def end(site_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: sites.end_site(tx, site_id, actor=who, now=at))
    flash("Đã ghi là ngừng hoạt động. Vi phạm đã phát hiện vẫn theo doanh nghiệp.", "done")
    return redirect(url_for("sites.page", site_id=site_id))


@bp.route("/sites/new", methods=["GET", "POST"])
@allow(*KEEPERS)
def new() -> ResponseReturnValue:
    form = NewSiteForm()
    _offer(form)
    if not form.is_submitted():
        return render_template("sites/form.html", form=form, site=None)
    if form.validate():
        who, at = actor(), now()

        def do(tx: Tx) -> UUID:
            organisation = _organisation(tx, form, who, at)
            return sites.register_site(tx, form.place(organisation), actor=who, now=at).id

        try:
            made = in_transaction(do)
        except RuleBroken as broken:
            tell(form, broken, FIELDS_OF_RULES | {"organisation-missing": "organisation"})
        else:
            flash("Đã thêm cơ sở.", "done")
            return redirect(url_for("sites.page", site_id=made))
    return render_template("sites/form.html", form=form, site=None), 422


@bp.route("/sites/<uuid:site_id>/edit", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(site_id: UUID) -> ResponseReturnValue:
    site = reading(lambda tx: sites.get(tx, site_id))
    form = PlaceForm(data=_known(site))
    _offer(form)
    if not form.is_submitted():
        return render_template("sites/form.html", form=form, site=site)
    if form.validate():
        who, at, wanted = actor(), now(), form.place(site.organisation_id, site.contacts)
        try:
            in_transaction(lambda tx: sites.change_site(tx, site_id, wanted, actor=who, now=at))
        except RuleBroken as broken:
            tell(form, broken, FIELDS_OF_RULES)
        else:
            flash("Đã lưu thay đổi.", "done")
            return redirect(url_for("sites.page", site_id=site_id))
    return render_template("sites/form.html", form=form, site=site), 422


def _render(site_id: UUID, form: PartyForm) -> str:
    file = reading(lambda tx: site_files.read(tx, site_id, today=local_day(now())))
    return render_template("sites/page.html", file=file, site=file.site, form=form, keepers=KEEPERS)


def _known(site: Any) -> dict[str, Any]:
    contact: dict[str, Any] = site.contacts[0] if site.contacts else {}
    same = ("name", "kind", "sector", "address", "workers", "lat", "lon")
    return {
        **{name: getattr(site, name) for name in same},
        **{f"contact_{name}": contact.get(name, "") for name in ("name", "role", "phone")},
        "commune": site.commune_code,
        "zone": site.zone_id or "",
    }


def _offer(form: PlaceForm) -> None:
    communes, zones = reading(_reference)
    form.commune.choices = {"": "Chọn…"} | {each.code: f"{each.name} ({each.code})" for each in communes}
    form.zone.choices = {"": "Ngoài khu công nghiệp"} | {each.id: each.name for each in zones}


def _reference(tx: Tx) -> tuple[list[Any], list[Any]]:
    return list(sites.list_communes(tx)), list(sites.list_zones(tx))


def _organisation(tx: Tx, form: Any, who: Actor, at: datetime) -> UUID:
    """The organisation with this tax code, or a new one. RuleBroken "organisation-missing"."""
    tax_code = (form.tax_code.data or "").strip()
    known = sites.find_organisation(tx, tax_code) if tax_code else None
    if known is not None:
        return known.id
    name = (form.organisation.data or "").strip()
    if not name:
        raise RuleBroken("organisation-missing", tax_code=tax_code)
    entered = NewOrganisation(
        name=name,
        tax_code=tax_code or None,
        household=bool(form.household.data) if "household" in form else False,
        representative=str(form.representative.data or "") if "representative" in form else "",
    )
    return sites.register_organisation(tx, entered, actor=who, now=at).id
