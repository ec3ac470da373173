"""Who works with a data folder alone: the server while it runs, or a restore. The kernel forgets whoever was killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "serving.lock"


@contextmanager
def alone(data_dir: Path) -> Iterator[bool]:
    """Hold the folder's lock inside the block; False when somebody else holds it. It never waits.

    Workers that a server forks share its lock: it is free when the last of them has ended.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    # Opened for reading: a restore run by another user may have made the file.
    file = os.open(data_dir / FILE, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
