"""Who works with a data folder: one server and workers beside it, or a restore alone.

The kernel forgets whoever was killed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

FILE = "serving.lock"
WORKERS = "working.lock"


@contextmanager
def alone(data_dir: Path) -> Iterator[bool]:
    """Hold the folder's lock inside the block, as its one server; False when somebody else holds it. It never waits.

    Workers that a server forks share its lock: it is free when the last of them has ended.
    """
    with _held(data_dir, FILE, fcntl.LOCK_EX) as is_held:
        yield is_held


@contextmanager
def beside(data_dir: Path) -> Iterator[bool]:
    """Work in the folder beside its server and other workers; False while a restore is at work."""
    with _held(data_dir, WORKERS, fcntl.LOCK_SH) as is_held:
        yield is_held


@contextmanager
def quite_alone(data_dir: Path) -> Iterator[bool]:
    """No server and no worker: what a restore needs."""
    with ExitStack() as both:
        yield all(both.enter_context(_held(data_dir, name, fcntl.LOCK_EX)) for name in (FILE, WORKERS))


@contextmanager
def _held(data_dir: Path, name: str, how: int) -> Iterator[bool]:
    data_dir.mkdir(parents=True, exist_ok=True)
    # Opened for reading: a restore run by another user may have made the file.
    file = os.open(data_dir / name, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
