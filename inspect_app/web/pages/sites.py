"""Cơ sở: the list, one site with what every agency knows of it, and what runs out soon anywhere."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.expiry import standing
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import duplicates, merging, site_files, site_profile, sites
from inspect_app.services.site_profile import DueFilter
from inspect_app.services.sites import SiteFilter
from inspect_app.web import cursors
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.request import Tx, actor, in_transaction, now, reading

bp = Blueprint("sites", __name__)

KEEPERS = (Role.SUPERVISOR, Role.ADMIN)
DAYS_AHEAD = {"30": "30 ngày", "60": "60 ngày", "90": "90 ngày", "365": "một năm"}


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
    communes, zones = reading(reference)
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


@bp.get("/sites/due")
@allow(*DESK_ROLES)
def due() -> ResponseReturnValue:
    """What has run out or will: equipment and documents of every place in one list, earliest first."""
    given = request.args
    days = given.get("days", "30")
    wanted = DueFilter(
        days=int(days) if days in DAYS_AHEAD else 30,
        over=given.get("over") == "1",
        what=given.get("what", "") if given.get("what") in {"equipment", "document"} else "",
        commune=given.get("commune", ""),
        sector=given.get("sector", ""),
        text=given.get("q", "").strip()[:120],
    )
    after, today = cursors.day(given.get("after")), local_day(now())
    rows, onward = reading(lambda tx: site_profile.due(tx, wanted, today=today, after=after))
    communes, _ = reading(reference)
    return render_template(
        "sites/due.html",
        rows=rows,
        wanted=wanted,
        communes=communes,
        days_ahead=DAYS_AHEAD,
        standing=standing,
        next_href=page_href("sites.due", cursors.of_day(onward)),
        first_href=page_href("sites.due", "") if after else None,
    )


@bp.get("/sites/<uuid:site_id>")
@allow(*DESK_ROLES)
def page(site_id: UUID) -> ResponseReturnValue:
    who, today = actor(), local_day(now())
    file = reading(lambda tx: site_files.read(tx, site_id, today=today, reader=who))
    if file.site.merged_into is not None:
        flash("Cơ sở này đã được gộp; đây là hồ sơ chung.", "warn")
        return redirect(url_for("sites.page", site_id=file.site.merged_into))

    def read(tx: Tx) -> tuple[Any, Any, Any]:
        merges = merging.merged_into(tx, site_id)
        alike = duplicates.open_with(tx, site_id, file.site.organisation_id) if who.role in KEEPERS else []
        return merges, merging.lost(tx, "site", merges), alike

    merges, lost, alike = reading(read)
    return render_template(
        "sites/page.html",
        file=file,
        site=file.site,
        keepers=KEEPERS,
        standing=standing,
        merges=merges,
        lost=lost,
        alike=alike,
    )


@bp.post("/sites/<uuid:site_id>/end")
@allow(*KEEPERS)
def end(site_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: sites.end_site(tx, site_id, actor=who, now=at))
    flash("Đã ghi là ngừng hoạt động. Vi phạm đã phát hiện vẫn theo doanh nghiệp.", "done")
    return redirect(url_for("sites.page", site_id=site_id))


def reference(tx: Tx) -> tuple[list[Any], list[Any]]:
    """Communes and zones to choose from."""
    return list(sites.list_communes(tx)), list(sites.list_zones(tx))
