"""A private Redis: a free port, nothing kept, gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NobodyThere

from tests.rigs import children


@contextmanager
def running() -> Iterator[str]:
    """The address of the server, as INSPECT_QUEUE_URL takes it."""
    program = children.need("redis-server", package="redis-server")
    port = children.free_port()
    with tempfile.TemporaryDirectory(prefix="inspect-redis-") as folder, (Path(folder) / "log").open("wb") as log:
        words = f"--port {port} --bind 127.0.0.1 --save --appendonly no --dir {folder}"
        child = children.start([program, *words.split()], log=log, cwd=Path(folder))
        try:
            with Redis(port=port) as asking:
                children.wait_until(lambda: _answers(asking), what="Redis answers")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            children.stop(child)


def _answers(asking: Redis) -> bool:
    try:
        return bool(asking.ping())
    except NobodyThere:
        return False
