"""The queue between the server and its worker: a file in the data folder, or Redis.

It carries names of chores and no data. What is to be done stands in the database; the queue only says that somebody
should look now, so losing it loses nothing.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from huey import RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

LOCAL = "local"
FILE = "queue.sqlite3"
NAME = "inspect"
# A look that nobody took is not worth taking later: the next minute brings its own.
STALE = timedelta(seconds=55)
# How long an idle worker sleeps at most before it looks into the file again.
PATIENCE_SECONDS = 1.0


class Queue:
    """Opened when it is first used: a command that asks for nothing makes no file."""

    def __init__(self, url: str, data_dir: Path, secret: str) -> None:
        self._url = url
        self._file = data_dir / FILE
        self._secret = secret
        self._do: Callable[[str], None] | None = None

    def ask(self, chore: str) -> None:
        """Have a worker look at this chore now. Raises whatever the queue raises when it is away."""
        self._task(chore)

    def work(self, chores: Sequence[str], do: Callable[[str], None]) -> None:
        """Look at every chore each minute and whenever somebody asks, until the process is told to end."""
        self._do = do
        for name in chores:
            self._every_minute(name)
        self._task  # noqa: B018 - a name that is asked for must be known before the first look
        consumer = self._huey.create_consumer(
            workers=2,  # one slow chore does not keep the mail waiting
            max_delay=PATIENCE_SECONDS,
            graceful_signal="TERM",
        )
        consumer.run()

    def _every_minute(self, name: str) -> None:
        self._huey.periodic_task(crontab(minute="*"), name=f"minutely-{name}", expires=STALE)(lambda: self._run(name))

    @cached_property
    def _task(self) -> Any:
        return self._huey.task(name="asked", expires=STALE)(self._run)

    def _run(self, name: str) -> None:
        if self._do is None:
            raise RuntimeError("only a worker runs chores")
        self._do(name)

    @cached_property
    def _huey(self) -> Any:
        # Tasks travel as pickles: unsigned, whoever reaches the queue would be let into this process.
        given = {"results": False, "serializer": SignedSerializer(self._secret, salt=NAME)}
        if self._url == LOCAL:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            return SqliteHuey(NAME, filename=str(self._file), timeout=30, **given)
        return RedisHuey(NAME, url=self._url, **given)
