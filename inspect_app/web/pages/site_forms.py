"""Entering a site, and correcting one: what is typed is never lost, and nothing is written twice."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import (
    BooleanField,
    FloatField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from inspect_app.domain import tax_codes, workforce
from inspect_app.domain.errors import RuleBroken
from inspect_app.services import geocoding, organisations, positions, sites, twins
from inspect_app.services.organisations import NewOrganisation
from inspect_app.services.sites import NewSite
from inspect_app.services.twins import Twin
from inspect_app.web.auth import allow
from inspect_app.web.pages.duplicates import REASONS
from inspect_app.web.pages.sites import KEEPERS, reference
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading, settings
from inspect_app.web.stale import Difference, Guarded, meet, remember
from inspect_app.web.twins import ShowsTwins, unseen
from inspect_app.web.words import WORDS

bp = Blueprint("site_forms", __name__)

FIELDS_OF_RULES = {
    "bad-tax-code": "tax_code",
    "bad-check-digit": "tax_code",
    "personal-number": "tax_code",
    "tax-code-taken": "tax_code",
    "organisation-missing": "organisation",
    "unknown-commune": "commune",
    "unknown-zone": "zone",
    "half-a-position": "lon",
    "outside-province": "lat",
    "unknown-site-kind": "kind",
    "group-over-whole": "workers",
}


def group_field(code: str) -> str:
    return f"group_{code.replace('-', '_')}"


class PlaceForm(Guarded):
    """What is known of the place itself."""

    name = StringField("Tên cơ sở, công trình", [InputRequired("Nhập tên."), Length(max=240)])
    kind = SelectField("Loại", choices=WORDS["site_kind"])
    sector = SelectField("Ngành", choices=WORDS["sector"])
    address = StringField("Địa chỉ", [InputRequired("Nhập địa chỉ."), Length(max=300)])
    commune = SelectField("Xã, phường", [InputRequired("Chọn xã, phường.")])
    zone = SelectField("Khu công nghiệp")
    lat = FloatField("Vĩ độ", [Optional()])
    lon = FloatField("Kinh độ", [Optional()])
    workers = IntegerField("Số lao động", [Optional(), NumberRange(0, workforce.MOST, "Số lao động không hợp lý.")])
    hazards = SelectMultipleField(
        "Yếu tố nguy hiểm, có hại",
        choices=WORDS["hazard"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    contact_name = StringField("Người liên hệ", [Length(max=120)])
    contact_role = StringField("Chức vụ", [Length(max=120)])
    contact_phone = StringField("Điện thoại", [Length(max=40)])

    @property
    def groups(self) -> list[Any]:
        return [self[group_field(code)] for code in workforce.GROUPS]

    def place(self, organisation: UUID, contacts: Sequence[dict[str, str]] = ()) -> NewSite:
        """What was typed. The form shows the first contact; the others stay as they are."""
        fields = {"name": self.contact_name, "role": self.contact_role, "phone": self.contact_phone}
        contact = {name: (field.data or "").strip() for name, field in fields.items()}
        counted = {code: self[group_field(code)].data for code in workforce.GROUPS}
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
            workforce={code: people for code, people in counted.items() if people is not None},
            hazards=list(self.hazards.data or ()),
            contacts=[*([contact] if contact["name"] else []), *contacts[1:]],
        )


for _code, _label in workforce.GROUPS.items():
    setattr(PlaceForm, group_field(_code), IntegerField(_label, [Optional(), NumberRange(0, workforce.MOST)]))


class NewSiteForm(PlaceForm, ShowsTwins):
    """With who runs the place: a known tax code finds the organisation, a new one enters it."""

    id = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    tax_code = StringField("Mã số thuế", [Length(max=30)])
    organisation = StringField("Tên doanh nghiệp, chủ đầu tư", [Length(max=240)])
    household = BooleanField("Hộ kinh doanh")
    representative = StringField("Người đại diện theo pháp luật", [Length(max=120)])

    def owner(self) -> NewOrganisation:
        return NewOrganisation(
            name=(self.organisation.data or "").strip(),
            tax_code=tax_codes.tidy(self.tax_code.data or "") or None,
            household=bool(self.household.data),
            representative=(self.representative.data or "").strip(),
            address=(self.address.data or "").strip(),
        )


@bp.route("/sites/new", methods=["GET", "POST"])
@allow(*KEEPERS)
def new() -> ResponseReturnValue:
    form = NewSiteForm()
    _offer(form)
    if not form.is_submitted():
        form.id.data = str(uuid4())
        return _render(form, None)
    if _asks():
        return _propose(form, None)
    if not form.validate():
        return _render(form, None), 422
    alike = _unseen_twins(form)
    return _render(form, None, alike=alike) if alike else _enter(form)


def _unseen_twins(form: NewSiteForm) -> Sequence[Twin]:
    owner, key = form.owner(), UUID(form.id.data)

    def look(tx: Tx) -> list[Twin]:
        if sites.find(tx, key) is not None:  # sent twice
            return []
        return twins.find(tx, owner, form.place(key))  # whose it is does not matter here

    return unseen(form, reading(look))


def _enter(form: NewSiteForm) -> ResponseReturnValue:
    who, at, key = actor(), now(), UUID(form.id.data)

    def do(tx: Tx) -> UUID:
        there = sites.find(tx, key)
        owner = (
            there.organisation_id if there else organisations.find_or_register(tx, form.owner(), actor=who, now=at).id
        )
        return sites.register_site(tx, form.place(owner), actor=who, now=at, known_id=key).id

    try:
        made = in_transaction(do)
    except RuleBroken as broken:
        if broken.code == "entered-before":  # back, changed, sent again: a correction of what is there
            return _as_correction(key, form)
        tell(form, broken, FIELDS_OF_RULES)
        return _render(form, None), 422
    flash("Đã thêm cơ sở.", "done")
    return redirect(url_for("sites.page", site_id=made))


def _as_correction(site_id: UUID, typed: NewSiteForm) -> ResponseReturnValue:
    site = reading(lambda tx: sites.get(tx, site_id))
    form = PlaceForm(formdata=None, data=typed.data)
    _offer(form)
    return _render(form, site, meet(form, _known(site), site.version)), 409


@bp.route("/sites/<uuid:site_id>/edit", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(site_id: UUID) -> ResponseReturnValue:
    site = reading(lambda tx: sites.get(tx, site_id))
    form = PlaceForm(data=_known(site))
    _offer(form)
    if not form.is_submitted():
        remember(form, site.version)
        return _render(form, site)
    if _asks():
        return _propose(form, site)
    if form.validate():
        who, at, version = actor(), now(), form.read_version()
        wanted = form.place(site.organisation_id, site.contacts)
        try:
            in_transaction(lambda tx: sites.change_site(tx, site_id, wanted, version=version, actor=who, now=at))
        except RuleBroken as broken:
            if broken.code == "changed-meanwhile":
                site = reading(lambda tx: sites.get(tx, site_id))
                return _render(form, site, meet(form, _known(site), site.version)), 409
            tell(form, broken, FIELDS_OF_RULES)
        else:
            flash("Đã lưu thay đổi.", "done")
            return redirect(url_for("sites.page", site_id=site_id))
    return _render(form, site), 422


def _asks() -> bool:
    """The form came for a proposal of a pin, or with one that was taken; nothing is written then."""
    return bool({"locate", "take"} & request.form.keys())


def _position(text: str) -> tuple[float, float] | None:
    try:
        lat, lon = (float(each) for each in text.split(","))
    except ValueError:
        return None
    return lat, lon


def _propose(form: PlaceForm, site: Any) -> str:
    """Everything typed stays; the proposals stand beside the map until one is taken and the form is saved."""
    taken = _position(request.form.get("take", ""))
    if taken is not None:
        (form.lat.data, form.lon.data), form.lat.raw_data, form.lon.raw_data = taken, None, None
        return _render(form, site)
    communes = {str(value): str(label) for value, label, *_ in form.commune.iter_choices() if value}
    named = communes.get(form.commune.data or "", "").partition(" (")[0]
    asked = geocoding.question(form.address.data or "", named)
    try:
        found = reading(lambda tx: geocoding.known(tx, asked))
        if found is None:
            ours, at = settings(), now()
            found = geocoding.ask(geocoding.service(ours.geocoder_contact, ours.geocoder_url, ours.data_dir), asked)
            answer = found
            in_transaction(lambda tx: geocoding.keep(tx, asked, answer, now=at))
    except RuleBroken as broken:
        tell(form, broken, {})
        return _render(form, site)
    return _render(form, site, proposals=found)


def _render(
    form: PlaceForm,
    site: Any,
    met: list[Difference] | None = None,
    proposals: list[geocoding.Proposal] | None = None,
    alike: Sequence[Twin] = (),
) -> str:
    lat, lon, commune = form.lat.data, form.lon.data, form.commune.data
    stray = positions.stray(commune, lat, lon) if commune and lat is not None and lon is not None else None
    return render_template(
        "sites/form.html",
        form=form,
        site=site,
        met=met,
        stray=stray,
        proposals=proposals,
        alike=alike,
        reasons=REASONS,
        may_ask=settings().geocoder_contact is not None,
    )


def _known(site: Any) -> Mapping[str, Any]:
    contact: dict[str, Any] = site.contacts[0] if site.contacts else {}
    same = ("name", "kind", "sector", "address", "workers", "lat", "lon")
    return {
        **{name: getattr(site, name) for name in same},
        **{f"contact_{name}": contact.get(name, "") for name in ("name", "role", "phone")},
        **{group_field(code): site.workforce.get(code) for code in workforce.GROUPS},
        "hazards": list(site.hazards),
        "commune": site.commune_code,
        "zone": site.zone_id or "",
    }


def _offer(form: PlaceForm) -> None:
    communes, zones = reading(reference)
    form.commune.choices = {"": "Chọn…"} | {each.code: f"{each.name} ({each.code})" for each in communes}
    form.zone.choices = {"": "Ngoài khu công nghiệp"} | {each.id: each.name for each in zones}
