"""GET /api/v1/checklists/<code>/<version>."""

from flask import Flask

from inspect_app.web.request import ground
from tests.cast import Client


def test_a_checklist_comes_as_the_phone_stores_it(app: Flask, client: Client) -> None:
    answer = client.get("/api/v1/checklists/GEN/1")

    assert answer.get_data() == ground(app).library.phone_json("GEN", 1)
    assert answer.mimetype == "application/json"
    assert "immutable" in answer.headers["Cache-Control"]


def test_what_the_phone_has_is_not_sent_again(client: Client) -> None:
    etag = client.get("/api/v1/checklists/GEN/1").headers["ETag"]

    assert client.get("/api/v1/checklists/GEN/1", headers={"If-None-Match": etag}).status_code == 304


def test_a_version_that_was_never_published(client: Client) -> None:
    for address in ("GEN/99", "NOPE/1", "gen/1", "..%2f..%2fsetup.cfg/1"):
        answer = client.get(f"/api/v1/checklists/{address}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not-found")


def test_without_a_session(app: Flask) -> None:
    assert Client(app).get("/api/v1/checklists/GEN/1").status_code == 401
