"""GET /api/v1/inspections: filters, cursor, one inspection."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests import builders
from tests.builders import TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import counted

ADDRESS = "/api/v1/inspections"


def items(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{ADDRESS}{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_a_list_holds_the_own_agencys_inspections(client: Client, cast: Cast, noise: UUID) -> None:
    mine = cast.inspection(cast.alice, number="SXD-2026-0001", failing=3)

    [row] = items(client)

    assert (row["id"], row["number"], row["failing"], row["agency"]) == (
        str(mine),
        "SXD-2026-0001",
        3,
        cast.alice.agency,
    )
    assert row["team"][0]["person"] == str(cast.alice.id)
    assert "password_hash" not in str(row)


def test_the_coordinator_reads_all_agencies(cast: Cast, noise: UUID) -> None:
    mine = cast.inspection(cast.alice)
    coordinator = cast.client(cast.cora)

    assert {row["id"] for row in items(coordinator)} == {str(mine), str(noise)}
    assert {row["id"] for row in items(coordinator, f"?agency={cast.carol.agency}")} == {str(noise)}


def test_the_cursor_walks_through_everything_once(client: Client, cast: Cast) -> None:
    with cast.writing() as tx:
        wanted = {
            str(
                builders.an_inspection(
                    tx, cast.alice.agency, [cast.alice.id], window_start=TODAY - timedelta(n // 4)
                ).id
            )
            for n in range(23)
        }
        tx.commit()
    seen: list[str] = []
    query = "?limit=5"
    while True:
        page = client.get(f"{ADDRESS}{query}").get_json()
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        query = f"?limit=5&cursor={page['next']}"

    assert len(seen) == 23
    assert set(seen) == wanted


def test_filters_narrow(client: Client, cast: Cast) -> None:
    done = cast.inspection(cast.alice, state="approved", window_start=TODAY - timedelta(9))
    cast.inspection(cast.alice, state="assigned")

    day = (TODAY - timedelta(5)).isoformat()
    for query in ("?state=approved", f"?until={day}"):
        assert [row["id"] for row in items(client, query)] == [str(done)], query


@pytest.mark.parametrize(
    "query", ["state=open", "limit=0", "limit=9999", "since=gestern", "site=7", "cursor=abc", "colour=red"]
)
def test_what_we_do_not_know_is_refused(client: Client, query: str) -> None:
    answer = client.get(f"{ADDRESS}?{query}")

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_one_inspection(client: Client, cast: Cast, noise: UUID) -> None:
    mine = cast.inspection(cast.alice)

    assert client.get(f"{ADDRESS}/{mine}").get_json()["id"] == str(mine)
    for other in (noise, uuid4()):
        answer = client.get(f"{ADDRESS}/{other}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown-inspection")


def test_a_stranger_gets_nothing(app: Flask, cast: Cast) -> None:
    assert app.test_client().get(ADDRESS).status_code == 401


def test_any_length_costs_the_same_number_of_questions(app: Flask, client: Client, cast: Cast) -> None:
    cast.inspection(cast.alice)
    with counted(app) as few:
        items(client)
    with cast.writing() as tx:
        for _ in range(30):
            builders.an_inspection(tx, cast.alice.agency, [cast.alice.id, cast.bob.id])
        tx.commit()
    with counted(app) as more:
        items(client)

    assert len(more) == len(few)
