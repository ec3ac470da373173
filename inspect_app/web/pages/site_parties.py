"""The parties of a site: who works there, in which role, on what, and from when to when."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from inspect_app.domain import tax_codes
from inspect_app.domain.errors import RuleBroken
from inspect_app.services import organisations, site_parties, sites, twins
from inspect_app.services.organisations import NewOrganisation
from inspect_app.services.site_parties import Stay
from inspect_app.services.twins import Twin
from inspect_app.web.auth import allow
from inspect_app.web.pages.duplicates import REASONS
from inspect_app.web.pages.sites import KEEPERS
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.stale import Difference, Guarded, meet, remember, was_shown
from inspect_app.web.twins import ShowsTwins, unseen
from inspect_app.web.words import WORDS

bp = Blueprint("site_parties", __name__)

FIELDS_OF_RULES = {
    "bad-tax-code": "tax_code",
    "bad-check-digit": "tax_code",
    "personal-number": "tax_code",
    "tax-code-taken": "tax_code",
    "organisation-missing": "organisation",
    "unknown-party-role": "role",
    "days-reversed": "last_day",
}


class StayForm(Guarded):
    work = StringField("Hạng mục, công việc", [Length(max=200)])
    first_day = DateField("Từ ngày", [Optional()])
    last_day = DateField("Đến ngày", [Optional()])

    def stay(self) -> Stay:
        return Stay((self.work.data or "").strip(), self.first_day.data, self.last_day.data)


class PartyForm(StayForm, ShowsTwins):
    tax_code = StringField("Mã số thuế", [Length(max=30)])
    organisation = StringField("Tên tổ chức", [Length(max=240)])
    household = BooleanField("Hộ kinh doanh")
    role = SelectField("Vai trò", choices=WORDS["party_role"])

    def party(self) -> NewOrganisation:
        code = tax_codes.tidy(self.tax_code.data or "") or None
        return NewOrganisation((self.organisation.data or "").strip(), code, household=bool(self.household.data))


@bp.route("/sites/<uuid:site_id>/parties/new", methods=["GET", "POST"])
@allow(*KEEPERS)
def new(site_id: UUID) -> ResponseReturnValue:
    form = PartyForm()
    site = reading(lambda tx: sites.get(tx, site_id))
    if not form.is_submitted():
        return _render(form, site, None)
    if form.validate():
        alike = unseen(form, reading(lambda tx: twins.of_organisation(tx, form.party())))
        if alike:
            return _render(form, site, None, alike=alike)
        who, at = actor(), now()

        def do(tx: Tx) -> str:
            organisation = organisations.find_or_register(tx, form.party(), actor=who, now=at)
            party = site_parties.add(tx, site_id, organisation.id, form.role.data, form.stay(), actor=who, now=at)
            return party.organisation.name

        try:
            name = in_transaction(do)
        except RuleBroken as broken:
            tell(form, broken, FIELDS_OF_RULES)
        else:
            flash(f"Đã ghi {name} tại cơ sở này.", "done")
            return redirect(url_for("sites.page", site_id=site_id))
    return _render(form, site, None), 422


@bp.route("/sites/<uuid:site_id>/parties/<uuid:organisation_id>/<role>", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(site_id: UUID, organisation_id: UUID, role: str) -> ResponseReturnValue:
    party, site = reading(lambda tx: (site_parties.get(tx, site_id, organisation_id, role), sites.get(tx, site_id)))
    form = StayForm(data=_known(party))
    if not form.is_submitted():
        remember(form, 0)
        return _render(form, site, party)
    if form.validate():
        who, at, read = actor(), now(), _read(form)
        try:
            in_transaction(
                lambda tx: site_parties.change(
                    tx, site_id, organisation_id, role, form.stay(), read=read, actor=who, now=at
                )
            )
        except RuleBroken as broken:
            if broken.code == "changed-meanwhile":
                party = reading(lambda tx: site_parties.get(tx, site_id, organisation_id, role))
                return _render(form, site, party, meet(form, _known(party), 0)), 409
            tell(form, broken, FIELDS_OF_RULES)
        else:
            flash("Đã lưu thay đổi.", "done")
            return redirect(url_for("sites.page", site_id=site_id))
    return _render(form, site, party), 422


@bp.post("/sites/<uuid:site_id>/parties/<uuid:organisation_id>/<role>/remove")
@allow(*KEEPERS)
def remove(site_id: UUID, organisation_id: UUID, role: str) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: site_parties.remove(tx, site_id, organisation_id, role, actor=who, now=at))
    flash("Đã gỡ bên ghi nhầm. Nhật ký giữ lại điều đã ghi.", "done")
    return redirect(url_for("sites.page", site_id=site_id))


def _render(
    form: StayForm, site: Any, party: Any, met: list[Difference] | None = None, alike: Sequence[Twin] = ()
) -> str:
    return render_template("sites/party.html", form=form, site=site, party=party, met=met, alike=alike, reasons=REASONS)


def _known(party: Any) -> Mapping[str, Any]:
    return {"work": party.work, "first_day": party.first_day, "last_day": party.last_day}


def _read(form: StayForm) -> Stay | None:
    """The days as the form showed them when it was made; None when that is not to be told."""
    was = was_shown(form)
    try:
        days = [date.fromisoformat(was[name]) if was.get(name) else None for name in ("first_day", "last_day")]
    except (TypeError, ValueError):
        return None
    return Stay(str(was.get("work") or ""), *days)
