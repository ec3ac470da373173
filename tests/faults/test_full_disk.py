"""The disk is full: it is said, nothing is half written, and all goes on when there is room again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.world import World, a_photo, results
from tests.rigs.databases import KINDS, Databases
from tests.rigs.server import Server

pytestmark = pytest.mark.process

BYTES = 24 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own. Needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    assert os.geteuid() == 0, "a small disk needs the right to mount it: run these tests as root (sudo make test)"
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={BYTES}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(params=KINDS)
def small_world(request: pytest.FixtureRequest, databases: Databases, small_disk: Path) -> Iterator[World]:
    """SQLite stands on the small disk beside the photos; PostgreSQL has one of its own."""
    with databases.sqlite(small_disk) if request.param == "sqlite" else databases.postgresql() as url:
        server = Server(url, small_disk / "instance")
        server.command("migrate")
        here = World(server.start())
        yield here
        here.close()
        server.stop()


def fill(folder: Path) -> Path:
    """Take all the room there is."""
    rubbish = folder / "rubbish"
    with rubbish.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return rubbish


def test_a_full_disk_is_said_and_loses_nothing(small_world: World, small_disk: Path) -> None:
    world, visit = small_world, small_world.visit()
    before, picture = visit.phone.comment(visit.id, "", "trước"), a_photo(900, 700)
    visit.push(before, visit.phone.photo(visit.id, "GEN-01", picture))
    file = visit.file(picture)
    first = file.create(picture[:1000])
    assert first.offset == 1000
    note = visit.phone.comment(visit.id, "", "khi đầy " * 2000)

    rubbish = fill(small_disk)
    refused = file.patch(1000, picture[1000:])
    assert (refused.status, refused.code) == (507, "storage-full")
    assert "vẫn an toàn" in refused.json["detail"]
    pushed = visit.caller.push(visit.batch(note))
    assert pushed.status == 200 or (pushed.status, pushed.code) == (507, "storage-full")
    assert file.head().headers["upload-complete"] == "?0"

    rubbish.unlink()
    scope = visit.push(note)
    assert results(scope) in (["ok"], ["dup"])
    assert (scope["through"], scope["head"]) == (3, visit.phone.head(visit.id))
    file.send()
    assert world.stored(file.sha256).read_bytes() == picture
    assert file.show("thumb").status == 200
    assert len(world.operations(visit.id)) == 3
    assert world.broken_links() == []
