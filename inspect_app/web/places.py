"""The left column of the office: the places that exist and that the reader's role may enter."""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from inspect_app.domain.people import EVERY_AGENCY, Role
from inspect_app.services import sites
from inspect_app.web.auth import allowed_of
from inspect_app.web.request import current_actor, reading

PLACES = (
    ("Hôm nay", "/desk/"),
    ("Tổng quan", "/desk/overview"),
    ("Kế hoạch", "/desk/plan"),
    ("Cuộc kiểm tra", "/desk/inspections"),
    ("Sổ vi phạm", "/desk/violations"),
    ("Theo dõi khắc phục", "/desk/follow-up"),
    ("Cơ sở", "/desk/sites"),
    ("Biểu mẫu & pháp luật", "/desk/checklists"),
    ("Báo cáo", "/desk/reports"),
    ("Quản trị", "/desk/people"),
)
# Addresses that lie in a place although they do not begin like it.
ALSO = {
    "/desk/overview": ("/desk/map",),
    "/desk/violations": ("/desk/referrals",),
    "/desk/plan": ("/desk/plans", "/desk/risk", "/desk/people/availability"),
    "/desk/checklists": ("/desk/laws",),
    "/desk/people": ("/desk/webhooks",),
}
AGENCIES = "inspect-agencies"


@dataclass(frozen=True, slots=True)
class Place:
    """here: the page lies in this place; exact: it is the place's own page."""

    label: str
    href: str
    here: bool
    exact: bool


def places() -> list[Place]:
    """The links of the column for whoever reads the page."""
    who = current_actor()
    if who is None:
        return []
    path = request.path.rstrip("/") or "/"
    found = []
    for label, href in PLACES:
        roles = _roles(href)
        if roles is not None and who.role in roles:
            own = href.rstrip("/")
            inside = any(
                path == each or (each != "/desk" and path.startswith(f"{each}/")) for each in (own, *ALSO.get(href, ()))
            )
            found.append(Place(label, href, inside, path == own))
    return found


def _roles(href: str) -> frozenset[Role] | None:
    """Who may open the page behind an address; None when there is no such page."""
    router = current_app.url_map.bind("")
    try:
        endpoint, _ = router.match(href, method="GET")
    except HTTPException:
        return None
    return allowed_of(current_app.view_functions[endpoint])


def agency_name(agency: str) -> str:
    """The short name of an agency. Agencies come with a release, so they are read once per process."""
    known: dict[str, str] = current_app.extensions.setdefault(AGENCIES, {})
    if agency not in known:
        known |= reading(lambda tx: {each.id: each.short_name for each in sites.list_agencies(tx)}, scope=EVERY_AGENCY)
    return known.get(agency, agency)
