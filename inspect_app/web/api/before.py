"""The last photo of an open violation, small enough to be taken along on 2G."""

import re
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import Role
from inspect_app.outside import small_pictures
from inspect_app.services import visits
from inspect_app.web import pictures
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import actor, evidence, reading

bp = Blueprint("api_before", __name__)

PIXELS = 640
MOST_BYTES = 40 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


@bp.get("/visits/<uuid:inspection>/before/<sha256>")
@allow(*Role)
def photo(inspection: UUID, sha256: str) -> ResponseReturnValue:
    """A JPEG of at most 40 KB. 404 `not-found` for what the visit does not take along for this person; 422
    `not-a-picture`."""
    if not SHA256.fullmatch(sha256):
        raise RequestRefused("not-found")
    who = actor()
    found = reading(lambda tx: visits.before(tx, inspection, sha256, person=who.id))
    response = Response(_small(found.agency_id, sha256), mimetype="image/jpeg")
    response.set_etag(f"{sha256}-{PIXELS}")
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response.make_conditional(request)


def _small(agency: str, sha256: str) -> bytes:
    """Made once and kept, like the other sizes."""
    files = evidence()
    path = files.derived_path(agency, sha256, PIXELS)
    if not path.exists():
        made = small_pictures.within(pictures.jpeg(agency, sha256, pictures.SIZES["view"]), PIXELS, MOST_BYTES)
        files.keep_derived(agency, sha256, PIXELS, made)
        return made
    return path.read_bytes()
