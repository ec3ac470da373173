"""Ways for the server to break: it dies before or after a commit or between two writes to a file, or has no room."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from inspect_app.store import evidence_files
from inspect_app.store.database import Tx


class Died(BaseException):
    """The server process is gone from one moment to the next. No `except Exception` of the product may catch it."""


@dataclass(slots=True)
class Plan:
    """What shall break during one request. die_at: at the how-manieth point where dying matters; 0 never."""

    die_at: int = 0
    no_room: bool = False
    on_death: Callable[[], None] = lambda: None
    happened: str = ""

    def point(self, name: str) -> None:
        """A moment at which a process may die."""
        if self.die_at:
            self.die_at -= 1
            if not self.die_at:
                self.happened = name
                self.on_death()
                raise Died(name)

    def room(self, *, torn: Callable[[], object] | None = None) -> None:
        """A moment at which room is needed; what fitted was written."""
        if self.no_room:
            if torn:
                torn()
            self.happened = "disk full"
            raise OSError(errno.ENOSPC, "no room")


class _BreakableOs:
    """`os` for the evidence files, with the plan of the moment in between."""

    def __init__(self) -> None:
        self.plan = Plan()

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def pwrite(self, file: int, piece: Any, offset: int) -> int:
        half = piece[: len(piece) // 2]
        self.plan.room(torn=lambda: os.pwrite(file, half, offset))
        if self.plan.die_at == 1:
            os.pwrite(file, half, offset)
        self.plan.point("inside a write")
        return os.pwrite(file, piece, offset)

    def fsync(self, file: int) -> None:
        self.plan.point("before fsync")
        os.fsync(file)

    def link(self, source: Any, target: Any) -> None:
        self.plan.point("before the file has its name")
        os.link(source, target)
        self.plan.point("after the file has its name")


class Breakage:
    """Holds the plan of the request that is being served."""

    def __init__(self) -> None:
        self.files = _BreakableOs()

    @property
    def plan(self) -> Plan:
        return self.files.plan

    @contextmanager
    def during(self, plan: Plan) -> Iterator[None]:
        self.files.plan = plan
        try:
            yield
        finally:
            self.files.plan = Plan()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Put the breakable parts into the product."""
        right_commit = Tx.commit
        breakage = self

        def commit(tx: Tx) -> None:
            breakage.plan.point("before the commit")
            right_commit(tx)
            breakage.plan.point("after the commit")

        with patch.object(evidence_files, "os", self.files), patch.object(Tx, "commit", commit):
            yield
