"""Puts the app together: the one module that knows every floor."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from inspect_app.outside.queue import Queue
from inspect_app.outside.signing import open_signer
from inspect_app.services.papers import Templates
from inspect_app.settings import Settings
from inspect_app.store.checklist_drafts import published_by
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import open_engine, open_glances, open_snapshots, open_transactions
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.web import auth, problems, words
from inspect_app.web.problems import answer
from inspect_app.web.registered import BLUEPRINTS, CHECK_THEIR_FORMS
from inspect_app.web.request import Ground

TOP = Path(__file__).parent.parent
MOST_BYTES = 2 * 1024 * 1024  # a push; uploads and imports set their own

# No inline script or style, nothing from elsewhere: one injected script would read a month of evidence on a phone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


class _Sessions(SecureCookieSessionInterface):
    """Forms have a cookie of their own; phones come without it, and nothing is made ready to read it for them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies and app.secret_key:
            return self.session_class()
        return super().open_session(app, request)


def create_app(settings: Settings) -> Flask:
    """The WSGI application for these settings. Opens the database and the checklists once."""
    app = assemble()
    furnish(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def assemble() -> Flask:
    """Views and hooks, the same under any settings; it answers once it is furnished."""
    app = Flask(__name__, static_folder=None, template_folder=str(TOP / "templates"))
    app.session_interface = _Sessions()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    _add_views(app)
    problems.register(app)
    words.register(app)
    auth.register(app)
    app.after_request(_harden)
    return app


def furnish(app: Flask, settings: Settings) -> None:
    """Give the views their ground: what these settings name is opened here."""
    tiles = settings.tile_origin
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        SESSION_COOKIE_NAME="__Host-form" if settings.is_secure else "form",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser session: what was typed is not lost to a clock
        POLICY=POLICY.replace("img-src 'self'", f"img-src 'self' {tiles}") if tiles else POLICY,
    )
    engine = open_engine(settings.database_url, pool_size=min(settings.threads, 8))
    reading, writing = open_transactions(engine)
    glances = open_glances(engine)
    app.extensions["inspect"] = Ground(
        settings,
        engine,
        reading,
        writing,
        glances,
        open_snapshots(engine),
        Library(TOP / "forms", published_by(glances)),
        EvidenceFiles(settings.evidence_dir, settings.data_dir),
        open_signer(settings.signing_key),
        Templates(TOP / "templates" / "documents"),
        Queue(settings.queue_url, settings.data_dir, settings.secret_key),
    )


def _add_views(app: Flask) -> None:
    csrf = CSRFProtect(app)
    app.register_error_handler(CSRFError, lambda _: answer("form-expired", {}))
    for module, prefix in BLUEPRINTS:
        blueprint = import_module(module).bp
        app.register_blueprint(blueprint, url_prefix=prefix or None)
        if prefix.startswith("/api/"):
            csrf.exempt(blueprint)  # guarded by fetch metadata and our own header, see web.auth
        elif module in CHECK_THEIR_FORMS:
            csrf.exempt(blueprint)


def _harden(response: Response) -> Response:
    """The headers every answer carries."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.path.startswith("/assets/"):
        # Thirty files on 2G: what a script or a picture cannot use is not sent.
        headers.setdefault("Content-Security-Policy", "default-src 'self'")
        return response
    headers.setdefault("Content-Security-Policy", current_app.config["POLICY"])
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    if request.path.startswith(("/api/", "/desk")):
        headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
