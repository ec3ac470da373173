"""The rigs every test may ask for: databases of both kinds, the real server process, the real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.rigs import chromium
from tests.rigs.chromium import Desk, Phone
from tests.rigs.databases import KINDS, Databases
from tests.rigs.postgresql import Cluster
from tests.rigs.server import Server

pytest_plugins = ("tests.cast", "tests.registry_cast", "tests.remedy_cast")

# --- databases --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    rig = Databases(tmp_path_factory.mktemp("databases"))
    yield rig
    rig.close()


@pytest.fixture
def sqlite_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated SQLite file."""
    with databases.sqlite(tmp_path) as url:
        yield url


@pytest.fixture
def postgresql_url(databases: Databases) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    with databases.postgresql() as url:
        yield url


@pytest.fixture
def empty_postgresql_url(databases: Databases) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    with databases.empty_postgresql() as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; the test runs once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
def cluster(databases: Databases) -> Cluster:
    """The PostgreSQL cluster of this test process."""
    return databases.cluster()


# --- the server process -----------------------------------------------------------------------


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts the real server on a database, as an operator does: `serve(database_url, INSPECT_LOCALE="en")`."""
    with ExitStack() as end:

        def start(database_url: str, **variables: str) -> Server:
            server = Server(database_url, tmp_path / "instance", **variables)
            end.callback(server.stop)
            server.command("migrate")
            return server.start()

        yield start


@pytest.fixture
def server(serve: Callable[..., Server], sqlite_url: str) -> Server:
    """The real server process on a fresh SQLite file."""
    return serve(sqlite_url)


# --- the browser ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for the desks of all tests."""
    with chromium.launch(playwright) as opened:
        yield opened


@pytest.fixture
def open_phone(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """Opens a phone at 360×780: `open_phone(server.url)`; each call is another phone."""
    with ExitStack() as end:
        opened: list[Phone] = []

        def start(base_url: str, **options: Any) -> Phone:
            phone = Phone(playwright, tmp_path / f"phone{len(opened) + 1}", base_url, **options)
            opened.append(phone)
            end.callback(phone.close)
            return phone

        yield start


@pytest.fixture
def phone(open_phone: Callable[..., Phone], server: Server) -> Phone:
    """A phone in reach of the server."""
    return open_phone(server.url)


@pytest.fixture
def open_desk(browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Opens an office computer at 1440×900: `open_desk(server.url)`; each call is another person's."""
    with ExitStack() as end:

        def start(base_url: str, **options: Any) -> Desk:
            desk = Desk(browser, base_url, **options)
            end.callback(desk.close)
            return desk

        yield start


@pytest.fixture
def desk(open_desk: Callable[..., Desk], server: Server) -> Desk:
    """An office computer in reach of the server."""
    return open_desk(server.url)
