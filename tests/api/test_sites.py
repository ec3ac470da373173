"""GET /api/v1/sites: filters, cursor, one site, GeoJSON."""

from uuid import uuid4

import pytest
from flask import Flask

from inspect_app.store.tables import Site
from tests import builders
from tests.cast import Cast, Client
from tests.pages.browsing import counted

ADDRESS = "/api/v1/sites"


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Nhà máy thép Gia Sàng", sector="CK")
        builders.a_site(tx, name="Bệnh viện C", sector="YT")
        tx.commit()
        return row


def test_sites_are_shared_by_all_agencies(cast: Cast, site: Site) -> None:
    for player in (cast.alice, cast.carol, cast.cora):
        found = cast.client(player).get(ADDRESS).get_json()
        assert [row["name"] for row in found["items"]] == ["Bệnh viện C", "Nhà máy thép Gia Sàng"]
        assert found["next"] is None


def test_words_without_diacritics_find(client: Client, site: Site) -> None:
    found = client.get(f"{ADDRESS}?q=thep gia sang").get_json()["items"]

    assert [row["id"] for row in found] == [str(site.id)]
    assert found[0]["commune"]["code"] == site.commune_code


def test_the_cursor_goes_on_where_the_page_ended(client: Client, site: Site) -> None:
    first = client.get(f"{ADDRESS}?limit=1").get_json()
    second = client.get(ADDRESS, query_string={"limit": "1", "cursor": first["next"]}).get_json()

    assert [first["items"][0]["name"], second["items"][0]["name"]] == ["Bệnh viện C", "Nhà máy thép Gia Sàng"]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["commune=abc", "kind=castle", "limit=0", "cursor=x", "colour=red"])
def test_what_we_do_not_know_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{ADDRESS}?{query}").status_code == 422


def test_one_site(client: Client, site: Site) -> None:
    assert client.get(f"{ADDRESS}/{site.id}").get_json()["name"] == "Nhà máy thép Gia Sàng"
    assert client.get(f"{ADDRESS}/{uuid4()}").status_code == 404


def test_the_profile_comes_along(client: Client, cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        row = tx.get_one(Site, site.id)
        row.hazards, row.workforce = ["dust"], {"women": 3}
        tx.commit()

    found = client.get(f"{ADDRESS}/{site.id}").get_json()

    assert (found["hazards"], found["workforce"]) == (["dust"], {"women": 3})


def test_a_site_that_went_into_another_is_in_no_list(client: Client, cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        other = tx.get_one(Site, site.id)
        other.merged_into = builders.a_site(tx, name="Nhà máy thép").id
        tx.commit()

    assert "Nhà máy thép Gia Sàng" not in [row["name"] for row in client.get(ADDRESS).get_json()["items"]]


def test_a_map_program_gets_features(client: Client, cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        nowhere = builders.a_site(tx, name="Chưa có toạ độ")
        nowhere.lat = nowhere.lon = None
        tx.commit()

    answer = client.get(ADDRESS, headers={"Accept": "application/geo+json"})

    assert answer.mimetype == "application/geo+json"
    found = answer.get_json(force=True)["features"]
    assert len(found) == 2
    assert found[0]["geometry"] == {"type": "Point", "coordinates": [105.8482, 21.5942]}
    assert "lat" not in found[0]["properties"]


def test_a_stranger_gets_nothing(app: Flask, cast: Cast) -> None:
    assert app.test_client().get(ADDRESS).status_code == 401


def test_any_length_costs_the_same_number_of_questions(app: Flask, client: Client, cast: Cast, site: Site) -> None:
    with counted(app) as few:
        client.get(ADDRESS)
    with cast.writing() as tx:
        for n in range(30):
            builders.a_site(tx, name=f"Cơ sở {n}", parties=[(builders.an_organisation(tx), "subcontractor")])
        tx.commit()
    with counted(app) as more:
        client.get(ADDRESS)

    assert len(more) <= len(few) + 1  # the parties, once there are any
