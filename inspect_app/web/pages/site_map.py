"""A small map as a picture made here: the communes around, and a pin. No tiles, no network, no script in it."""

from math import cos, radians
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.distance import PROVINCE, Box
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import positions
from inspect_app.web.auth import allow

bp = Blueprint("site_map", __name__)

WIDTH, HEIGHT = 480, 360
A_DAY = 86_400


@bp.get("/sites/map.svg")
@allow(*DESK_ROLES)
def picture() -> ResponseReturnValue:
    """?commune=05443&lat=21.59&lon=105.84; the view's edges are in the root's data-box, for whoever clicks on it."""
    code, lat, lon = request.args.get("commune", ""), _degree("lat"), _degree("lon")
    view = _view(code)
    project = _projection(view)
    drawn: list[dict[str, Any]] = []
    for each, (name, outline) in positions.shapes(view).items():
        rings = [
            " ".join(f"{x:.1f},{y:.1f}" for x, y in (project(*corner) for corner in ring)) for ring in outline.rings
        ]
        middle = project(
            (outline.box.min_lon + outline.box.max_lon) / 2, (outline.box.min_lat + outline.box.max_lat) / 2
        )
        drawn.append({"name": name, "rings": rings, "named": each == code, "at": middle})
    pin = project(lon, lat) if lat is not None and lon is not None else None
    shown = render_template("sites/map.svg", communes=drawn, pin=pin, width=WIDTH, height=HEIGHT, has_names=bool(code))
    answer = Response(shown, mimetype="image/svg+xml")
    answer.cache_control.private, answer.cache_control.max_age = True, A_DAY
    answer.headers["X-Map-Box"] = ",".join(
        str(edge) for edge in (view.min_lat, view.min_lon, view.max_lat, view.max_lon)
    )
    return answer


def _view(code: str) -> Box:
    """The commune with its surroundings, widened to the shape of the picture."""
    try:
        box = positions.around(code)
    except KeyError:
        box = PROVINCE
    lat = (box.min_lat + box.max_lat) / 2
    shrink = cos(radians(lat))
    wide, high = (box.max_lon - box.min_lon) * shrink, box.max_lat - box.min_lat
    room = max(high, wide * HEIGHT / WIDTH)
    half_high, half_wide = room / 2, room * WIDTH / HEIGHT / 2 / shrink
    lon = (box.min_lon + box.max_lon) / 2
    return Box(lat - half_high, lon - half_wide, lat + half_high, lon + half_wide)


def _projection(view: Box) -> Any:
    across, down = WIDTH / (view.max_lon - view.min_lon), HEIGHT / (view.max_lat - view.min_lat)
    return lambda lon, lat: ((lon - view.min_lon) * across, (view.max_lat - lat) * down)


def _degree(name: str) -> float | None:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
