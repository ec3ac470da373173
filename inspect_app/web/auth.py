"""Who may call what: every view declares it, one hook enforces it, and a view without a declaration stops the start."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar, cast

from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from inspect_app.domain.people import EVERY_AGENCY, Actor, Role
from inspect_app.services import people
from inspect_app.web.problems import RequestRefused, wants_json
from inspect_app.web.request import current_actor, glancing, ground, in_transaction, is_storable, now

View = TypeVar("View", bound=Callable[..., object])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def allow(*roles: Role, on_revoked_phone: bool = False) -> Callable[[View], View]:
    """Only these roles. Without roles: anybody who is signed in.

    on_revoked_phone: also for a session that was opened on a revoked phone, which may send and learn nothing.
    """

    def mark(view: View) -> View:
        view.allowed = frozenset(roles or Role)  # type: ignore[attr-defined]  # read back by allowed_of
        view.on_revoked_phone = on_revoked_phone  # type: ignore[attr-defined]  # read back by the gate
        return view

    return mark


def allow_anyone(view: View) -> View:
    """Signed in or not: the shell, the sign-in, public checks. Such a view must show nothing of an agency."""
    view.allowed = None  # type: ignore[attr-defined]  # read back by allowed_of
    return view


def allowed_of(view: Callable[..., object]) -> frozenset[Role] | None:
    """What a view declared; AttributeError when it declared nothing."""
    return cast("frozenset[Role] | None", view.allowed)  # type: ignore[attr-defined]  # set by allow


def register(app: Flask) -> None:
    """Install the gate. Call after the last route was added."""
    undeclared = [name for name, view in app.view_functions.items() if not hasattr(view, "allowed")]
    if undeclared:
        raise RuntimeError(f"these views do not say who may call them: {', '.join(sorted(undeclared))}")
    app.before_request(_gate)


def _gate() -> AnyResponse | None:
    if request.endpoint is None or request.url_rule is None:
        return None  # becomes the 404 or 405 page
    from flask import current_app

    if wants_json() and request.method not in SAFE:
        _refuse_cross_site()
    if not _is_storable_address():
        raise RequestRefused("bad-request")
    _recognise()
    allowed = allowed_of(current_app.view_functions[request.endpoint])
    if allowed is None:
        return None
    who = current_actor()
    if who is None:
        if wants_json() or request.method not in SAFE:
            raise RequestRefused("signed-out")
        return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
    _refuse(who.role, allowed, current_app.view_functions[request.endpoint])
    return None


def _refuse(role: Role, allowed: frozenset[Role], view: Callable[..., object]) -> None:
    if role not in allowed:
        raise RequestRefused("not-allowed", role=role.value)
    if g.send_only and not getattr(view, "on_revoked_phone", False):
        raise RequestRefused("device-revoked")


def _is_storable_address() -> bool:
    """Address and form without texts that no database takes; else a stray %00 would look like a fault of ours."""
    told = [request.args.to_dict(flat=False), dict(request.view_args or {})]
    if not wants_json():  # the body of a program's call is not a form, and must not be read here
        told.append(request.form.to_dict(flat=False))
    return is_storable(told)


def recognised() -> Actor | None:
    """Who asks, for what must be known before the gate."""
    _recognise()
    return current_actor()


def _recognise() -> None:
    """Put the person behind the cookie into the request. An unknown cookie is simply nobody."""
    token = request.cookies.get(cookie_name())
    g.token = token
    g.actor = None
    g.device = None
    g.send_only = False
    if not token:
        return
    found = glancing(lambda tx: people.behind_token(tx, token, now()), scope=EVERY_AGENCY)
    if found is None:
        return
    g.actor, session = found
    g.device = session.device
    g.send_only = session.send_only
    if now() - session.last_seen_at > people.TOUCH_EVERY:
        in_transaction(lambda tx: people.touch(tx, token, now()), scope=EVERY_AGENCY)


def _refuse_cross_site() -> None:
    """Fetch metadata where the browser sends it, the origin where not; and always our own header (SYNC: OWASP 2026)."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = ground().settings.base_url
    same = site == "same-origin" if site else origin in {None, ours, request.host_url.rstrip("/")}
    if not same or request.headers.get("X-KT-Sync") != "1":
        raise RequestRefused("cross-site")


def cookie_name() -> str:
    return "__Host-inspect" if ground().settings.is_secure else "inspect"


def set_cookie(response: Response, token: str) -> None:
    """HttpOnly, SameSite=Lax, and Secure with the __Host- prefix wherever we are reached over HTTPS."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(timedelta(days=90).total_seconds()),
        httponly=True,
        secure=ground().settings.is_secure,
        samesite="Lax",
        path="/",
    )


def clear_cookie(response: Response) -> None:
    response.delete_cookie(cookie_name(), path="/", secure=ground().settings.is_secure, httponly=True, samesite="Lax")
