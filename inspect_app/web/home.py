"""The addresses that belong to no screen: the way home for each role, and the probes."""

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from inspect_app.domain.people import EVERY_AGENCY, FIELD_ROLES
from inspect_app.services import readiness
from inspect_app.web.auth import allow_anyone
from inspect_app.web.request import current_actor, reading

bp = Blueprint("home", __name__)


@bp.get("/")
@allow_anyone
def home() -> AnyResponse:
    """Inspectors and leaders to the phone app, everybody else to the office."""
    who = current_actor()
    if who is None:
        return redirect(url_for("sign_in.form"))
    return redirect("/field/" if who.role in FIELD_ROLES else "/desk/")


@bp.get("/healthz")
@allow_anyone
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@allow_anyone
def readyz() -> Response:
    """The database answers and has the newest tables."""
    missing = reading(readiness.missing, scope=EVERY_AGENCY)
    if missing:
        return Response(f"{missing}\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")
