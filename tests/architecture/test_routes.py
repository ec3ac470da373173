"""Every address says who may call it, and nobody else gets through."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inspect_app.domain.people import Role
from inspect_app.web.auth import allow, allowed_of, register
from tests.cast import Cast

# Addresses that show something to people who are not signed in, each with its reason.
FOR_ANYONE = {
    "home.home": "sends each role home",
    "home.healthz": "probe",
    "home.readyz": "probe",
    "sign_in.form": "the door",
    "sign_in.sign_in": "the door",
    "sign_in.sign_out": "leaving works even when the session is gone",
    "api_session.sign_in": "the door for phones",
    "api_session.sign_out": "leaving works even when the session is gone",
    "shell.field": "static, holds no user data; the phone must start without network",
    "shell.service_worker": "static",
    "shell.manifest": "static",
    "shell.asset": "static",
}


def rules(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address with every placeholder filled)."""
    filled = {
        "uuid": "01890000-0000-7000-8000-000000000000",
        "int": "1",
        "string": "x",
        "default": "x",
        "path": "x",
    }
    for rule in app.url_map.iter_rules():
        parts = {name: filled[_kind(rule, name)] for name in rule.arguments}
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **parts)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method, address


def _kind(rule: object, name: str) -> str:
    converter = rule._converters[name]  # type: ignore[attr-defined]  # werkzeug keeps them here
    return {"UUIDConverter": "uuid", "IntegerConverter": "int", "PathConverter": "path"}.get(
        type(converter).__name__, "string"
    )


def test_what_anyone_may_see_is_listed_here_with_its_reason(app: Flask) -> None:
    open_to_all = {name for name, view in app.view_functions.items() if allowed_of(view) is None}
    assert open_to_all == set(FOR_ANYONE)


def test_without_a_session_every_other_address_is_closed(app: Flask) -> None:
    stranger = app.test_client()
    open_doors = []
    for endpoint, method, address in rules(app):
        if endpoint in FOR_ANYONE:
            continue
        answer = stranger.open(address, method=method, headers={"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"})
        sent_to_sign_in = answer.status_code == 302 and "/desk/sign-in" in answer.headers["Location"]
        # 400: the form token comes before the session on pages.
        if not sent_to_sign_in and answer.status_code not in {400, 401}:
            open_doors.append((endpoint, method, answer.status_code))
    assert open_doors == []


@pytest.mark.parametrize("role", list(Role))
def test_every_address_refuses_the_roles_it_does_not_name(app: Flask, cast: Cast, role: Role) -> None:
    client = cast.client(app, role)
    got_in = []
    for endpoint, method, address in rules(app):
        allowed = allowed_of(app.view_functions[endpoint])
        if allowed is None or role in allowed:
            continue
        answer = client.open(address, method=method, headers={"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"})
        if answer.status_code not in {400, 403}:
            got_in.append((endpoint, method, answer.status_code))
    assert got_in == []


def test_a_call_from_another_site_is_refused_whatever_its_session(app: Flask, client: FlaskClient) -> None:
    for _, method, address in rules(app):
        if not address.startswith("/api/") or method == "GET":
            continue
        assert client.open(address, method=method).status_code == 403, address
        foreign = {"X-KT-Sync": "1", "Sec-Fetch-Site": "cross-site"}
        assert client.open(address, method=method, headers=foreign).get_json()["code"] == "cross-site"


def test_a_view_without_a_declaration_stops_the_start() -> None:
    app = Flask(__name__)

    @app.get("/declared")
    @allow(Role.ADMIN)
    def declared() -> str:
        return "fine"

    @app.get("/forgotten")
    def forgotten() -> str:
        return "who may see this?"

    with pytest.raises(RuntimeError, match="forgotten"):
        register(app)


def test_every_answer_carries_the_policy_without_inline_script(client: FlaskClient) -> None:
    for address in ("/field/", "/desk/sign-in", "/api/v1/session", "/no-such-page"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
