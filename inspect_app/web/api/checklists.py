"""Checklists as the phone stores them. A version never changes, so neither does the answer."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import Role
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import library

bp = Blueprint("api_checklists", __name__)


@bp.get("/checklists/<code>/<int:version>")
@allow(*Role)
def one(code: str, version: int) -> ResponseReturnValue:
    """404 `not-found` for a version that was never published here."""
    forms = library()
    try:
        content, sha256 = forms.phone_json(code, version), forms.sha256(code, version)
    except KeyError:
        raise RequestRefused("not-found") from None
    response = Response(content, mimetype="application/json")
    response.set_etag(sha256)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response.make_conditional(request)
