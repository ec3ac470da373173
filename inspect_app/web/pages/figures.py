"""Tổng quan: what is open where, and the year month by month; every number leads to exactly its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain import months
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import figures, sites
from inspect_app.services.figures import Month, Overview, Sums
from inspect_app.web import charts, places
from inspect_app.web.auth import allow
from inspect_app.web.charts import Bars
from inspect_app.web.request import Tx, actor, now, reading
from inspect_app.web.words import word

bp = Blueprint("figures", __name__)

# column of Sums → its part of the address.
COLUMNS: Mapping[str, dict[str, str]] = {
    "open": {"open": "1"},
    "overdue": {"overdue": "1"},
    "due_soon": {"due_in": str(figures.SOON)},
    "imminent": {"open": "1", "severity": "4"},
}
# series of a month → its title and its part of the address.
SERIES: Mapping[str, tuple[str, str]] = {
    "recorded": ("Ghi nhận", "Vi phạm, tồn tại ghi vào Sổ trong tháng"),
    "remedied": ("Đã khắc phục", "Được chấp nhận đã khắc phục trong tháng"),
    "overdue": ("Còn quá hạn", "Có hạn trong tháng mà nay vẫn quá hạn"),
    "repeated": ("Lặp lại", "Ghi nhận trong tháng và đã từng có ở cơ sở hoặc đơn vị đó"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One table: its rows as (value in the address, label, numbers)."""

    name: str  # of the filter
    title: str
    column: str
    rows: list[tuple[str, str, Sums]]


@dataclass(frozen=True, slots=True)
class Names:
    agencies: dict[str, str]
    zones: dict[str, str]
    communes: dict[str, str]


@bp.get("/overview")
@allow(*DESK_ROLES)
def page() -> ResponseReturnValue:
    who, at = actor(), now()
    sees_all = who.scope.agencies is None
    agency = request.args.get("agency", "") if sees_all else ""

    def read(tx: Tx) -> tuple[Overview, Names]:
        names = Names(
            {each.id: each.short_name for each in sites.list_agencies(tx)},
            {each.id: each.name for each in sites.list_zones(tx)},
            {each.code: each.name for each in sites.list_communes(tx)},
        )
        return figures.overview(tx, agency=agency, now=at), names

    shown, names = reading(read)
    return render_template(
        "figures/page.html",
        shown=shown,
        groups=_groups(shown, names, sees_all=sees_all),
        charts={name: _chart(name, shown) for name in SERIES},
        series=SERIES,
        columns=COLUMNS,
        href=_href,
        month_href=_month_href,
        agencies=sorted(names.agencies.items(), key=lambda pair: pair[1]) if sees_all else [],
        whose=names.agencies.get(agency, "các cơ quan" if sees_all else places.agency_name(who.agency)),
        share=charts.share,
        soon=figures.SOON,
        moment=at,
    )


def _groups(shown: Overview, names: Names, *, sees_all: bool) -> list[Group]:
    told = [
        Group("sector", "Theo lĩnh vực", "Lĩnh vực", _rows(shown.sectors, _sector)),
        Group("zone", "Theo khu công nghiệp", "Khu công nghiệp", _rows(shown.zones, names.zones.get)),
        Group("commune", "Theo xã, phường", "Xã, phường", _rows(shown.communes, names.communes.get)),
    ]
    if sees_all and not shown.agency:
        told.insert(0, Group("agency", "Theo cơ quan", "Cơ quan", _rows(shown.agencies, names.agencies.get)))
    return told


def _sector(code: str) -> str:
    return word("sector", code)


def _rows(sums: Mapping[str, Sums], name: object) -> list[tuple[str, str, Sums]]:
    assert callable(name)  # noqa: S101 - one of the four above
    return [(key, str(name(key) or key), each) for key, each in figures.ranked(sums)]


def _href(column: str, whose: str, /, **narrowed: str) -> str:
    """The rows behind a number of what is open."""
    given = {"agency": whose} if whose else {}
    return url_for("violations.listing", **{**given, **narrowed, **COLUMNS[column]})  # type: ignore[arg-type]


def _month_href(series: str, month: date, agency: str) -> str:
    """The rows behind a number of a month."""
    key = months.write(month)
    parts = {
        "recorded": {"recorded": key},
        "remedied": {"remedied": key},
        "overdue": {"due_month": key, "overdue": "1"},
        "repeated": {"recorded": key, "repeated": "1"},
    }[series]
    given = {"agency": agency} if agency else {}
    return url_for("violations.listing", **{**given, **parts})  # type: ignore[arg-type]


def _chart(series: str, shown: Overview) -> Bars:
    return charts.bars(
        [
            (f"{each.first:%m}", _number(series, each), _month_href(series, each.first, shown.agency))
            for each in shown.months
        ]
    )


def _number(series: str, month: Month) -> int | None:
    found: int | None = getattr(month, series)
    return found
