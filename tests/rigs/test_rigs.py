"""The rigs themselves: what they promise to every other test."""

import functools
import os
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Playwright

from inspect_app.store.database import open_engine
from tests.rigs import children, chromium
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk, Phone
from tests.rigs.databases import Databases
from tests.rigs.postgresql import Cluster

PAGE = """<!doctype html>
<html lang="vi"><meta name="viewport" content="width=device-width"><title>Trang</title>
<main><h1>Trang</h1></main>"""


class Quiet(SimpleHTTPRequestHandler):
    """A web server that keeps its log to itself."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A page on a web server, so that it has an origin and may store things."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE)
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as web:
        serving = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield f"http://127.0.0.1:{web.server_address[1]}"
        web.shutdown()
        serving.join()


def test_each_test_gets_tables_and_no_rows(database_url: str) -> None:
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 0
            assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar_one() == 1
    finally:
        engine.dispose()


def test_databases_do_not_see_one_another(databases: Databases) -> None:
    with databases.postgresql() as one, databases.postgresql() as other:
        with psycopg.connect(one, autocommit=True) as connection:
            connection.execute("CREATE TABLE only_here (id integer)")
        with psycopg.connect(other) as connection:
            found = connection.execute("SELECT to_regclass('only_here')").fetchone()
    assert one != other
    assert found == (None,)


def test_the_cluster_runs_as_somebody_without_rights_and_leaves_nothing() -> None:
    with Cluster(durable=True) as cluster, psycopg.connect(cluster.url("postgres")) as connection:
        folder = cluster.folder
        assert (folder / "data").stat().st_uid != 0
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    assert not folder.exists()


def test_a_missing_program_fails_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)

    with pytest.raises(AssertionError, match=r"chromium is missing.*apt-get install -y chromium"):
        chromium.executable()


def test_a_killed_child_takes_its_own_children_along(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        child = children.start(["sh", "-c", "sleep 60 & echo $!; wait"], log=log)
    children.wait_until(lambda: (tmp_path / "log").stat().st_size > 0, what="the grandchild has started")
    grandchild = int((tmp_path / "log").read_text())

    children.kill(child)

    children.wait_until(lambda: not _runs(grandchild), what="the grandchild is gone")


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"


@pytest.mark.browser
def test_what_a_phone_has_stored_survives_the_kill(open_phone: Callable[..., Phone], site: str) -> None:
    phone = open_phone(site)
    phone.page.goto("/")
    assert phone.page.evaluate("[innerWidth, innerHeight, devicePixelRatio]") == [360, 780, 2]
    phone.page.evaluate(STORE)

    phone.kill()
    page = phone.open()

    page.goto("/")
    assert page.evaluate(LOAD) == "Đã ghi"


STORE = """new Promise((done, failed) => {
  const opening = indexedDB.open("proof", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
  opening.onsuccess = () => {
    const writing = opening.result.transaction("kept", "readwrite", { durability: "strict" });
    writing.objectStore("kept").put("Đã ghi", 1);
    writing.oncomplete = () => done(null);
    writing.onabort = () => failed(writing.error);
  };
})"""
LOAD = """new Promise((done, failed) => {
  const opening = indexedDB.open("proof", 1);
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const reading = opening.result.transaction("kept").objectStore("kept").get(1);
    reading.onsuccess = () => done(reading.result);
  };
})"""


@pytest.mark.browser
def test_a_phone_knows_where_it_is_and_loses_its_network(open_phone: Callable[..., Phone], site: str) -> None:
    phone = open_phone(site)
    phone.page.goto("/")

    where = phone.page.evaluate(
        """new Promise(done =>
             navigator.geolocation.getCurrentPosition(({ coords }) => done([coords.latitude, coords.longitude])))"""
    )
    assert where == [21.5942, 105.8482]

    phone.offline()
    assert phone.page.evaluate("navigator.onLine") is False
    assert phone.page.evaluate("fetch('/').then(() => 'arrived', () => 'no network')") == "no network"


@pytest.mark.browser
def test_a_phone_has_a_camera_and_hears_complaints(open_phone: Callable[..., Phone], site: str) -> None:
    phone = open_phone(site)
    phone.page.goto("/")

    track = "navigator.mediaDevices.getUserMedia({ video: true }).then(stream => stream.getVideoTracks()[0].readyState)"
    assert phone.page.evaluate(track) == "live"
    phone.page.evaluate("setTimeout(() => { throw new Error('hỏng') })")
    children.wait_until(lambda: _heard(phone, "hỏng"), what="the error is heard")


def _heard(phone: Phone, word: str) -> bool:
    phone.page.wait_for_timeout(20)  # lets the driver deliver its events
    return any(word in complaint for complaint in phone.complaints)


@pytest.mark.browser
def test_two_phones_share_nothing(open_phone: Callable[..., Phone], site: str, playwright: Playwright) -> None:
    one, other = open_phone(site), open_phone(site)
    one.page.goto("/")
    other.page.goto("/")
    one.page.evaluate("localStorage.setItem('whose', 'one')")

    assert other.page.evaluate("localStorage.getItem('whose')") is None
    one.kill()
    assert other.page.evaluate("document.title") == "Trang"


@pytest.mark.browser
def test_axe_says_nothing_to_a_good_page_and_names_what_is_bad(open_desk: Callable[..., Desk], site: str) -> None:
    desk = open_desk(site)
    desk.page.goto("/")
    assert stumbling_blocks(desk.page) == []

    desk.page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(block.startswith("button-name") for block in stumbling_blocks(desk.page))
