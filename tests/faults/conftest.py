"""A world per database, shared by the tests that do not kill it; and worlds of one's own for those that do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.world import Visit, World
from tests.rigs.databases import KINDS, Databases
from tests.rigs.server import Server


@pytest.fixture(scope="package", params=KINDS)
def world(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    with ExitStack() as end:
        url = end.enter_context(databases.sqlite(folder) if request.param == "sqlite" else databases.postgresql())
        server = Server(url, folder / "instance")
        end.callback(server.stop)
        server.command("migrate")
        here = World(server.start())
        end.callback(here.close)
        yield here


@pytest.fixture
def visit(world: World) -> Visit:
    """Alice's, with Bob on the team."""
    return world.visit()


@pytest.fixture
def own_world(serve: Callable[..., Server], database_url: str, tmp_path: Path) -> Iterator[World]:
    """A world that a test may kill."""
    here = World(serve(database_url))
    yield here
    here.close()
