"""Doanh nghiệp: who answers for what is found; the list, one of them with its places, and correcting it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from inspect_app.domain import tax_codes
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import merging, organisations
from inspect_app.services.organisations import NewOrganisation
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.pages.sites import KEEPERS
from inspect_app.web.problems import RequestRefused
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, in_transaction, now, reading
from inspect_app.web.stale import Difference, Guarded, meet, remember

bp = Blueprint("organisations", __name__)

FIELDS_OF_RULES = {
    "bad-tax-code": "tax_code",
    "bad-check-digit": "tax_code",
    "personal-number": "tax_code",
    "tax-code-taken": "tax_code",
}


class OrganisationForm(Guarded):
    name = StringField("Tên", [InputRequired("Nhập tên."), Length(max=240)])
    tax_code = StringField("Mã số thuế, số định danh", [Length(max=30)])
    household = BooleanField("Hộ kinh doanh, cá nhân")
    representative = StringField("Người đại diện theo pháp luật", [Length(max=120)])
    phone = StringField("Điện thoại", [Length(max=40)])
    address = StringField("Địa chỉ trụ sở", [Length(max=300)])

    def organisation(self) -> NewOrganisation:
        return NewOrganisation(
            name=(self.name.data or "").strip(),
            tax_code=tax_codes.tidy(self.tax_code.data or "") or None,
            household=bool(self.household.data),
            representative=(self.representative.data or "").strip(),
            phone=(self.phone.data or "").strip(),
            address=(self.address.data or "").strip(),
        )


@bp.get("/sites/organisations")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    text, after = request.args.get("q", "").strip()[:120], cursors.text(request.args.get("after"))
    rows, onward = reading(lambda tx: organisations.page(tx, text, after=after))
    return render_template(
        "organisations/index.html",
        rows=rows,
        text=text,
        next_href=page_href("organisations.index", cursors.of_text(onward)),
        first_href=page_href("organisations.index", "") if after else None,
    )


@bp.get("/sites/organisations/<uuid:organisation_id>")
@allow(*DESK_ROLES)
def page(organisation_id: UUID) -> ResponseReturnValue:
    row = _sought(organisation_id)
    if row.merged_into is not None:
        flash(f"{row.name} đã được gộp; đây là hồ sơ chung.", "warn")
        return redirect(url_for("organisations.page", organisation_id=row.merged_into))
    works, merges = reading(
        lambda tx: (organisations.works_of(tx, organisation_id), merging.merged_into(tx, organisation_id))
    )
    lost = reading(lambda tx: merging.lost(tx, "organisation", merges))
    return render_template("organisations/page.html", row=row, works=works, merges=merges, lost=lost, keepers=KEEPERS)


@bp.route("/sites/organisations/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(organisation_id: UUID) -> ResponseReturnValue:
    row = _sought(organisation_id)
    form = OrganisationForm(data=_known(row))
    if not form.is_submitted():
        remember(form, row.version)
        return _render(form, row)
    if form.validate():
        who, at, wanted, version = actor(), now(), form.organisation(), form.read_version()
        try:
            in_transaction(
                lambda tx: organisations.change(tx, organisation_id, wanted, version=version, actor=who, now=at)
            )
        except RuleBroken as broken:
            if broken.code == "changed-meanwhile":
                row = reading(lambda tx: organisations.get(tx, organisation_id))
                return _render(form, row, meet(form, _known(row), row.version)), 409
            tell(form, broken, FIELDS_OF_RULES)
        else:
            flash("Đã lưu thay đổi.", "done")
            return redirect(url_for("organisations.page", organisation_id=organisation_id))
    return _render(form, row), 422


def _sought(organisation_id: UUID) -> Any:
    row = reading(lambda tx: organisations.seek(tx, organisation_id))
    if row is None:
        raise RequestRefused("not-found")
    return row


def _render(form: OrganisationForm, row: Any, met: list[Difference] | None = None) -> str:
    return render_template("organisations/form.html", form=form, row=row, met=met)


def _known(row: Any) -> Mapping[str, Any]:
    return {name: getattr(row, name) or "" for name in ("name", "tax_code", "representative", "phone", "address")} | {
        "household": row.household
    }
