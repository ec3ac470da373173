"""Every address says who may call it, and nobody else gets through."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

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
    "shell.static_file": "static",
    "verify.form": "whoever holds a paper may type its code",
    "verify.page": "whether a code is genuine: number, day, agency and hash, never the content",
    "verify.program": "the program that checks case files; the same for everybody",
    "remedy.page": "an establishment's own findings, behind a token of 256 bits that expires and can be revoked",
    "remedy.photo": "the photos of these findings that the office chose to show, behind the same token",
    "remedy.send": "its proof, behind the same token",
    "today.set_theme": "a colour of the screen",
}


SAMPLES = {UUIDConverter: UUID("01890000-0000-7000-8000-000000000000"), IntegerConverter: 1}


def rules(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address with every placeholder filled)."""
    for rule in app.url_map.iter_rules():
        parts = {name: _sample(rule._converters[name]) for name in rule.arguments}
        built = rule.build(parts)
        assert built is not None, rule
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method, built[1]


def _sample(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return SAMPLES.get(type(converter), "x")


def test_what_anyone_may_see_is_listed_here_with_its_reason(app: Flask) -> None:
    open_to_all = {name for name, view in app.view_functions.items() if allowed_of(view) is None}
    assert open_to_all == set(FOR_ANYONE)


@pytest.fixture
def without_form_tokens(app: Flask) -> None:
    """So that the roles themselves are seen to close the door, not the missing token."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("without_form_tokens")
def test_without_a_session_every_other_address_is_closed(app: Flask) -> None:
    stranger = app.test_client()
    open_doors = []
    for endpoint, method, address in rules(app):
        if endpoint in FOR_ANYONE:
            continue
        answer = stranger.open(address, method=method, headers={"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"})
        sent_to_sign_in = answer.status_code == 302 and "/desk/sign-in" in answer.headers["Location"]
        if not sent_to_sign_in and answer.status_code != 401:
            open_doors.append((endpoint, method, answer.status_code))
    assert open_doors == []


@pytest.mark.usefixtures("without_form_tokens")
@pytest.mark.parametrize("role", list(Role))
def test_every_address_refuses_the_roles_it_does_not_name(app: Flask, cast: Cast, role: Role) -> None:
    player = {each.role: each for each in (cast.alice, cast.bob, cast.vera, cast.cora, cast.auth, cast.adam)}[role]
    client = cast.client(player)
    got_in = []
    for endpoint, method, address in rules(app):
        allowed = allowed_of(app.view_functions[endpoint])
        if allowed is None or role in allowed:
            continue
        answer = client.open(address, method=method, headers={"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"})
        if answer.status_code != 403:
            got_in.append((endpoint, method, answer.status_code))
    assert got_in == []


def test_a_call_from_another_site_is_refused_whatever_its_session(app: Flask, cast: Cast) -> None:
    signed_in = cast.client(cast.alice).get_cookie("inspect")
    assert signed_in is not None
    client = app.test_client()  # plain: sends no header of ours by itself
    client.set_cookie("inspect", signed_in.value)
    for _, method, address in rules(app):
        if not address.startswith("/api/") or method == "GET":
            continue
        assert client.open(address, method=method).status_code == 403, address
        foreign = {"X-KT-Sync": "1", "Sec-Fetch-Site": "cross-site"}
        assert client.open(address, method=method, headers=foreign).get_json()["code"] == "cross-site"


def test_a_form_without_its_token_is_refused_on_every_page(app: Flask, cast: Cast) -> None:
    client = cast.client(cast.vera)
    for endpoint, method, address in rules(app):
        if method == "GET" or address.startswith("/api/"):
            continue
        assert client.open(address, method=method).status_code == 400, endpoint


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
