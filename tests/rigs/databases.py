"""Fresh, migrated databases: each kind is migrated once, and every test gets its own copy."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from inspect_app.store.database import migrate
from tests.rigs.postgresql import Cluster

KINDS = ("sqlite", "postgresql")


class Databases:
    """The databases of one test process. The PostgreSQL cluster starts with the first test that wants it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._end = ExitStack()
        self._sqlite_template: Path | None = None
        self._postgresql_template: str | None = None
        self._cluster: Cluster | None = None

    def close(self) -> None:
        """Stop what was started."""
        self._end.close()

    @contextmanager
    def sqlite(self, folder: Path) -> Iterator[str]:
        """The URL of a new SQLite file in `folder`."""
        if self._sqlite_template is None:
            template = self._folder / "template.sqlite3"
            migrate(f"sqlite:///{template}")
            # Everything must be in the one file that is copied, not in the log beside it.
            assert not template.with_name("template.sqlite3-wal").exists(), "migrate() left a connection open"
            self._sqlite_template = template
        shutil.copyfile(self._sqlite_template, folder / "inspect.sqlite3")
        yield f"sqlite:///{folder / 'inspect.sqlite3'}"

    @contextmanager
    def postgresql(self) -> Iterator[str]:
        """The URL of a new PostgreSQL database, dropped afterwards."""
        cluster = self.cluster()
        if self._postgresql_template is None:
            template = cluster.create()
            migrate(cluster.url(template))
            self._postgresql_template = template
        name = cluster.create(template=self._postgresql_template)
        try:
            yield cluster.url(name)
        finally:
            cluster.drop(name)

    @contextmanager
    def empty_postgresql(self) -> Iterator[str]:
        """The URL of a PostgreSQL database without any table, for tests of the migrations themselves."""
        cluster = self.cluster()
        name = cluster.create()
        try:
            yield cluster.url(name)
        finally:
            cluster.drop(name)

    def cluster(self) -> Cluster:
        """This process's own cluster."""
        if self._cluster is None:
            self._cluster = self._end.enter_context(Cluster())
        return self._cluster
