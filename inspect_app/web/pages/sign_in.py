"""The office's sign-in and sign-out."""

import math
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.outside import passwords
from inspect_app.services import people
from inspect_app.services.people import SignInRequest
from inspect_app.web import auth
from inspect_app.web.auth import allow_anyone
from inspect_app.web.problems import CATALOGUE, RequestRefused
from inspect_app.web.request import in_transaction, now

bp = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    username = StringField("Tên đăng nhập", [InputRequired("Nhập tên đăng nhập."), Length(max=80)])
    password = PasswordField("Mật khẩu", [InputRequired("Nhập mật khẩu."), Length(max=200)])


def enter(asked: SignInRequest) -> str:
    """Check and open a session; its token comes back. Raises `too-many-tries`, `wrong-password`."""
    known = in_transaction(lambda tx: people.claim(tx, asked, now()), scope=EVERY_AGENCY)
    if known.wait.total_seconds() > 0:
        seconds = math.ceil(known.wait.total_seconds())
        raise RequestRefused("too-many-tries", headers={"Retry-After": str(seconds)}, seconds=seconds)
    right = passwords.matches(known.stored_hash, asked.password)  # slow, so outside of any transaction
    opened = in_transaction(lambda tx: people.sign_in(tx, asked, right=right, now=now()), scope=EVERY_AGENCY)
    if opened is None:
        raise RequestRefused("wrong-password")
    return opened[0]


@bp.get("/sign-in")
@allow_anyone
def form() -> ResponseReturnValue:
    return render_template("sign_in.html", form=SignInForm(), problem=None)


@bp.post("/sign-in")
@allow_anyone
def sign_in() -> ResponseReturnValue:
    filled = SignInForm()
    if not filled.validate_on_submit():
        return render_template("sign_in.html", form=filled, problem=None), 422
    name, password = str(filled.username.data).strip(), str(filled.password.data)
    try:
        token = enter(SignInRequest(name, password, request.remote_addr or ""))
    except RequestRefused as refused:
        problem = CATALOGUE[refused.code]
        advice = problem.advice.format_map({"seconds": "—", **refused.facts})
        page = render_template("sign_in.html", form=filled, problem=problem, advice=advice)
        return page, problem.status, refused.headers
    response = redirect(_own_address(request.args.get("next", "")))
    auth.set_cookie(response, token)  # type: ignore[arg-type]  # werkzeug's response has set_cookie as well
    return response


@bp.post("/sign-out")
@allow_anyone
def sign_out() -> ResponseReturnValue:
    token = g.token
    if token:
        in_transaction(lambda tx: people.sign_out(tx, token), scope=EVERY_AGENCY)
    response: Response = redirect(url_for("sign_in.form"))  # type: ignore[assignment]  # werkzeug's response
    auth.clear_cookie(response)
    return response


def _own_address(asked: str) -> str:
    """Only a path of ours: an address of another site would make the sign-in a trap."""
    parts = urlsplit(asked)
    ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and not parts.netloc and "\\" not in asked
    return asked if ours else "/"
