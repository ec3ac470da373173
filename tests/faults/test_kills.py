"""The server dies in the middle of pushes and uploads: whatever it had acknowledged is there once, byte for byte."""

import hashlib
import http.client
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.builders import Op
from tests.faults.world import BLOBS, Answer, Visit, World, a_photo, results, scope_of

pytestmark = pytest.mark.process

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "2"))
DOWN = (OSError, http.client.HTTPException)
PIECE = 16 * 1024


class Sender:
    """A phone that goes on sending until all is acknowledged, whatever happens to the server."""

    def __init__(self, visit: Visit, notes: int, photos: int) -> None:
        self.visit = visit
        pictures = [a_photo(240, 180) for _ in range(photos)]
        self.files = [visit.file(each) for each in pictures]
        self.ops: list[Op] = [visit.phone.photo(visit.id, "GEN-01", each) for each in pictures]
        self.ops += [visit.phone.comment(visit.id, "", f"Ghi chú {n} 🔒") for n in range(notes)]
        self.acknowledged: dict[str, int] = {}
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            for begin in range(0, len(self.ops), 3):
                batch = self.visit.batch(*self.ops[begin : begin + 3])
                scope = scope_of(self._until_answered(lambda batch=batch: self.visit.caller.push(batch)))
                for key, told in scope["ops"].items():
                    assert told["s"] in ("ok", "dup"), told
                    self.acknowledged[key] = told["seq"]
            for file in self.files:
                self._until_answered(lambda file=file: self._step(file))
        except Exception as error:  # noqa: BLE001 - told by the test that started this thread
            self.failures.append(repr(error))

    def _step(self, file: Any) -> Answer:
        file.send(PIECE)
        answer: Answer = file.head()
        assert answer.headers["upload-complete"] == "?1"
        return answer

    def _until_answered(self, ask: Callable[..., Answer]) -> Answer:
        end = time.monotonic() + 60
        while True:
            try:
                return ask()
            except DOWN:
                assert time.monotonic() < end, "no answer for a minute"
                time.sleep(0.05)


def check(world: World, sender: Sender) -> None:
    """All that was written is there exactly once, unaltered, and the chains hold."""
    stored = {str(each.id): each for each in world.operations(sender.visit.id)}
    assert {key: row.body for key, row in stored.items()} == {op["id"]: op for op in sender.ops}
    assert {key: row.seq for key, row in stored.items()} == sender.acknowledged
    assert sorted(row.seq for row in stored.values()) == list(range(1, len(sender.ops) + 1))
    scope = sender.visit.push()
    assert (scope["through"], scope["head"]) == (len(sender.ops), sender.visit.phone.head(sender.visit.id))
    for file in sender.files:
        assert [each.state for each in world.blobs(file.sha256)] == ["complete"]
        assert world.stored(file.sha256).read_bytes() == file.content
    assert world.broken_links() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_killed_in_the_middle_of_pushes_and_uploads(own_world: World, turn: int) -> None:
    chance = Random(turn)
    senders = [Sender(own_world.visit(), notes=30, photos=3) for _ in range(3)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    for _ in range(3):
        time.sleep(chance.uniform(0.05, 0.4))
        own_world.server.kill()
        own_world.server.start()
    for thread in threads:
        thread.join(120)

    assert [sender.failures for sender in senders] == [[], [], []]
    for sender in senders:
        check(own_world, sender)


def test_a_killed_worker_is_followed_by_another(own_world: World) -> None:
    (before,) = own_world.server.workers()
    own_world.server.kill_worker()
    sender = Sender(own_world.visit(), notes=3, photos=1)
    sender.run()
    (after,) = own_world.server.workers()
    assert after != before
    assert sender.failures == []
    check(own_world, sender)


def test_workers_end_when_the_process_that_watches_over_them_was_killed(own_world: World) -> None:
    orphans = own_world.server.workers()
    assert orphans
    own_world.server.kill_parent()
    end = time.monotonic() + 30
    while any(Path(f"/proc/{each}").exists() for each in orphans):
        assert time.monotonic() < end, "a worker outlived its parent"
        time.sleep(0.05)
    own_world.server.start()  # the port and the data folder are free


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_a_link_that_breaks_inside_a_piece(world: World, visit: Visit, how: str) -> None:
    import socket
    import struct

    picture = a_photo(400, 300)
    visit.push(visit.phone.photo(visit.id, "GEN-01", picture))
    file = visit.file(picture)
    assert file.create().offset == 0
    half = len(picture) // 2
    told = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}

    with world.no_surprise():
        link = visit.caller.begin(picture[:half], "PATCH", file.path, len(picture), **told)
        if how == "RST":
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()
        time.sleep(0.3)
        reached = file.head().offset
        assert reached <= half
        assert file.head().headers["upload-complete"] == "?0"
        file.send(PIECE)

    assert world.stored(file.sha256).read_bytes() == picture


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_a_link_that_breaks_inside_a_push(world: World, visit: Visit, how: str) -> None:
    import json
    import socket
    import struct

    op = visit.phone.comment(visit.id, "", "x" * 10_000)
    body = json.dumps(visit.batch(op)).encode()

    with world.no_surprise():
        link = visit.caller.begin(body[:4000], "POST", "/api/v1/sync/push", len(body), Content_Type="application/json")
        if how == "RST":
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()
        time.sleep(0.2)
        assert world.operations(visit.id) == []
        assert results(visit.push(op)) == ["ok"]


def test_slow_links_do_not_keep_the_others_waiting(world: World, visit: Visit) -> None:
    """Thirty phones whose bodies come to a standstill: others are served all the same."""
    told = {"Content_Type": "application/json"}
    links = [visit.caller.begin(b"{", "POST", "/api/v1/sync/push", 1000, **told) for _ in range(30)]
    try:
        began = time.monotonic()
        assert results(visit.push(visit.phone.comment(visit.id, "", "x"))) == ["ok"]
        assert time.monotonic() - began < 10
    finally:
        for link in links:
            link.close()


def test_the_same_batch_from_sixteen_at_once(world: World, visit: Visit) -> None:
    from concurrent.futures import ThreadPoolExecutor

    ops = [visit.phone.answer(visit.id, f"GEN-0{n}", "fail") for n in range(1, 7)]
    backwards = [visit.batch(*ops[::-1]), visit.batch(*ops)]

    with world.no_surprise(), ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: visit.caller.push(backwards[n % 2]), range(16)))

    scopes = [scope_of(answer) for answer in answers]
    told = [{key: each["seq"] for key, each in scope["ops"].items()} for scope in scopes]
    assert all(each == told[0] for each in told)
    assert sorted(told[0].values()) == [1, 2, 3, 4, 5, 6]
    assert sum(each["s"] == "ok" for scope in scopes for each in scope["ops"].values()) == 6
    assert {(scope["through"], scope["head"]) for scope in scopes} == {(6, visit.phone.head(visit.id))}
    assert len(world.operations(visit.id)) == 6
    assert world.broken_links() == []


def test_the_same_file_from_eight_at_once(world: World, visit: Visit) -> None:
    from concurrent.futures import ThreadPoolExecutor

    picture = a_photo(500, 400)
    files = [visit.file(picture) for _ in range(8)]
    with world.no_surprise(), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda file: file.send(PIECE), files))

    assert hashlib.sha256(world.stored(files[0].sha256).read_bytes()).hexdigest() == files[0].sha256
    assert [each.state for each in world.blobs(files[0].sha256)] == ["complete"]
    assert files[0].path.startswith(BLOBS)
