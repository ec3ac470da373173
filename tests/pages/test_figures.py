"""The overview and the map: every number is the count of exactly the rows it leads to, for each role."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from inspect_app.app import create_app
from inspect_app.domain.map_sheet import read_box
from inspect_app.services import figures
from inspect_app.settings import Settings
from inspect_app.store.communes import polygons
from inspect_app.store.tables import Site, ViolationStep
from inspect_app.web.request import ground
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import BUILDING, ZONES, Cast, Client, Player
from tests.pages.browsing import counted
from tests.registry_cast import Registry
from tests.worker.tools import tools_of

NUMBER = re.compile(r'<a href="(/desk/(?:violations|sites)\?[^"]*)"[^>]*>(?:<strong>)?([\d.]+)(?: |<)')
BAR = re.compile(r'<a href="(/desk/violations[^"]*)" aria-label="[^"]*: ([\d.]+)"')
ROW = re.compile(r"<tr data-href=")


@pytest.fixture
def filled(registry: Registry) -> Registry:
    """Findings that differ in agency, sector, zone, commune, deadline, severity, month and state; some come again."""
    site = registry.site()
    for n in range(24):
        changed = {
            "sector": ("XDK", "KCN", "MO")[n % 3],
            "commune_code": ("01840", "05443")[n % 2],
            "zone_id": ("yen-binh", None)[n % 2],
            "severity": 1 + n % 4,
            "deadline": TODAY + timedelta(days=(-40, -3, 2, 30, 0)[n % 5]),
            "remedy_status": ("recorded", "remedying", "closed", "remedied", "cancelled")[n % 5],
            "recorded_at": NOW - timedelta(days=17 * n),
            "found_on": TODAY - timedelta(days=17 * n + 1),
        }
        made = registry.add((BUILDING, ZONES)[n % 4 == 3], item="XDK-04", site=site if n % 3 else None, **changed)
        if changed["remedy_status"] in {"closed", "remedied"}:
            _remedied(registry, made, NOW - timedelta(days=9 * n), (BUILDING, ZONES)[n % 4 == 3])
    figures.count_repeats(tools_of(registry.cast.app), NOW)
    return registry


def _remedied(registry: Registry, violation: UUID, at: object, agency: str) -> None:
    with registry.cast.writing() as tx:
        step = {"track": "remedy", "step": "accept-report", "before": "reported", "after": "remedied"}
        actor = registry.cast.vera.id
        tx.add(
            ViolationStep(violation_id=violation, number=1, agency_id=agency, actor_id=actor, at=at, facts={}, **step)
        )
        tx.commit()


def numbers(page: str) -> Iterator[tuple[str, int]]:
    for href, number in [*NUMBER.findall(page), *BAR.findall(page)]:
        yield html.unescape(href), int(number.replace(".", ""))


def rows(client: Client, href: str) -> int:
    count, at = 0, href
    while at:
        page = client.get(at).get_data(as_text=True)
        count += len(ROW.findall(page))
        onward = re.search(r'<a class="onward" href="([^"]+)"', page)
        at = html.unescape(onward.group(1)) if onward else ""
    return count


PAGES = ("/desk/overview", "/desk/map", "/desk/map?show=overdue", "/desk/map/01840", "/desk/map/05443")


@pytest.mark.parametrize("who", ["vera", "alice", "auth", "adam", "victor", "cora"])
def test_every_number_is_the_count_of_its_rows(filled: Registry, who: str) -> None:
    player: Player = getattr(filled.cast, who)
    client = filled.cast.client(player)
    pages = [*PAGES, "/desk/overview?agency=bql-kcn"] if who == "cora" else [*PAGES]
    told = dict[str, int]()
    for address in pages:
        page = client.get(address)
        assert page.status_code == 200
        for href, number in numbers(page.get_data(as_text=True)):
            assert told.setdefault(href, number) == number, href  # the same rows, the same number on every page
    assert len(told) > 20
    assert sum(told.values()) > 0
    assert {href: rows(client, href) for href in told} == told


def test_the_coordinator_sees_every_agency_and_the_others_only_their_own(filled: Registry) -> None:
    cast = filled.cast
    everything = cast.client(cast.cora).get("/desk/overview").get_data(as_text=True)
    assert "Theo cơ quan" in everything
    for who in (cast.vera, cast.victor):
        own = cast.client(who).get("/desk/overview?agency=bql-kcn").get_data(as_text=True)
        assert "Theo cơ quan" not in own
        assert "/desk/violations?agency=" not in own
    numbers_of = {who.username: _first(cast.client(who)) for who in (cast.vera, cast.victor, cast.cora)}
    vera, victor, cora = numbers_of.values()
    assert vera + victor == cora
    assert victor > 0


def _first(client: Client) -> int:
    page = client.get("/desk/overview").get_data(as_text=True)
    return dict(numbers(page))["/desk/violations?open=1"]


def test_a_strange_agency_is_told_and_a_strange_commune_is_not_found(cast: Cast) -> None:
    cora = cast.client(cast.cora)
    assert cora.get("/desk/overview?agency=nobody").status_code == 422
    assert cora.get("/desk/map/99999").status_code == 404
    for box in ("1", "a,b,c,d", "22,105,21,106", "nan,1,2,3", "1,2,3,inf"):
        assert cora.get(f"/desk/map/01840?box={box}").status_code == 200
        assert read_box(box) is None


def test_repeats_are_counted_by_the_worker_and_the_page_says_when(registry: Registry) -> None:
    client = registry.cast.client(registry.cast.vera)
    registry.add()
    page = client.get("/desk/overview").get_data(as_text=True)
    assert "chưa đếm" in page
    for _ in range(2):
        figures.count_repeats(tools_of(registry.cast.app), NOW)
    page = client.get("/desk/overview").get_data(as_text=True)
    assert "chưa đếm" not in page
    assert "đếm lúc 22/11/2026 10:00" in page


@pytest.mark.parametrize("address", ["/desk/overview", "/desk/map", "/desk/map/01840", "/desk/remedy"])
@pytest.mark.parametrize("who", ["vera", "cora"])
def test_the_questions_do_not_grow_with_the_rows(registry: Registry, who: str, address: str) -> None:
    client = registry.cast.client(getattr(registry.cast, who))
    registry.add()
    client.get(address)
    with counted(registry.cast.app) as few:
        client.get(address)
    for n in range(12):
        registry.add(item=f"XDK-{n:02d}", sector=("XDK", "MO")[n % 2], commune_code=("01840", "05443")[n % 2])
    with counted(registry.cast.app) as many:
        client.get(address)
    assert len(many) == len(few) <= 16


def test_points_of_a_commune_come_together_and_apart(cast: Cast) -> None:
    box = polygons()["01840"].box
    lat, lon = (box.min_lat + box.max_lat) / 2, (box.min_lon + box.max_lon) / 2
    with cast.writing() as tx:
        for n in range(60):
            row = builders.a_site(tx, name=f"Cơ sở {n:02d}")
            row.lat, row.lon = lat + n % 6 * (box.max_lat - lat) / 8, lon + n // 6 * 0.00001
        builders.a_site(tx, name="Ghim nhầm")
        nowhere = builders.a_site(tx, name="Không vị trí")
        nowhere.lat = nowhere.lon = None
        ended = builders.a_site(tx, name="Đã ngừng")
        ended.ended_at = NOW
        tx.commit()
    client = cast.client(cast.vera)
    page = client.get("/desk/map/01840").get_data(as_text=True)
    assert "62 cơ sở" in page
    assert "1 cơ sở có vị trí ghi ngoài" in page
    assert "1 cơ sở chưa có vị trí" in page
    assert "Đã ngừng" not in page
    told = [int(each) for each in re.findall(r'aria-label="(\d+) cơ sở', page)]
    assert sum(told) == 60
    assert len(told) <= 12
    closer = html.unescape(re.search(r'<a href="(/desk/map/01840\?box=[^"]+)"', page).group(1))  # type: ignore[union-attr]
    part = client.get(closer).get_data(as_text=True)
    assert "Cơ sở trong phần này" in part
    inside = sum(int(each) for each in re.findall(r'aria-label="(\d+) cơ sở', part))
    assert 0 < inside < 60


def test_a_position_on_the_map_is_where_it_is(cast: Cast) -> None:
    with cast.reading() as tx:
        assert tx.query(Site).count() == 0
    page = cast.client(cast.vera).get("/desk/map").get_data(as_text=True)
    assert page.count('class="area q0"') == 92 + 1  # and the legend
    assert "không phải ranh giới pháp lý" in page


def test_tiles_come_only_from_the_server_that_was_named(cast: Cast, database_url: str, tmp_path: object) -> None:
    client = cast.client(cast.vera)
    plain = client.get("/desk/map/01840")
    assert "<image" not in plain.get_data(as_text=True)
    assert "tiles.example" not in plain.headers["Content-Security-Policy"]
    given = {
        "INSPECT_DATABASE_URL": database_url,
        "INSPECT_DATA_DIR": str(tmp_path),
        "INSPECT_TILE_URL": "https://tiles.example/{z}/{x}/{y}.png",
        "INSPECT_TILE_CREDIT": "© Ai đó",
    }
    other = create_app(Settings.from_environment(given))
    other.extensions["inspect"] = replace(ground(other), clock=lambda: NOW)
    browser = Client(other)
    signed_in = client.get_cookie("inspect")
    assert signed_in is not None
    browser.set_cookie("inspect", signed_in.decoded_value)
    answer = browser.get("/desk/map/01840")
    ground(other).engine.dispose()
    page = answer.get_data(as_text=True)
    assert re.search(r'<image href="https://tiles.example/1\d/\d+/\d+.png"', page)
    assert "© Ai đó" in page
    assert "img-src 'self' https://tiles.example blob:" in answer.headers["Content-Security-Policy"]
