"""A private PostgreSQL cluster: a temporary folder, a free port, an unprivileged user, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from tests.rigs import children

OWNER = "inspect"

# What a test can see of durability stays as in production (a commit is answered after it is written); only the disk and
# the wait for it are left out, because a test's cluster does not survive the machine anyway.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "128MB"}
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3  # noqa: S108  # a test's database is a thousand small files: twice as fast there


class Cluster:
    """`with Cluster() as cluster:` starts it; `durable=True` keeps the waits for the disk, for measurements."""

    def __init__(self, *, durable: bool = False, **settings: str) -> None:
        self.port = children.free_port()
        self._is_durable = durable
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "max_connections": "100",
            "timezone": "UTC",
            **({} if durable else FORGETFUL),
            **settings,
        }
        self._numbers = count(1)

    def __enter__(self) -> "Cluster":
        programs = _programs()
        user = _unprivileged_user()
        self.folder = Path(tempfile.mkdtemp(prefix="inspect-pg-", dir=None if self._is_durable else _memory()))
        if user is not None:
            shutil.chown(self.folder, user)
        self._log = (self.folder / "log").open("wb")
        data = self.folder / "data"
        options = f"--username={OWNER} --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions"
        making = children.start(
            [programs / "initdb", *options.split(), data], log=self._log, user=user, cwd=self.folder
        )
        assert making.wait(60) == 0, f"initdb failed:\n{self._said()}"
        settings = {**self._settings, "unix_socket_directories": str(self.folder)}
        self._server = children.start(
            [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            log=self._log,
            user=user,
            cwd=self.folder,
        )
        children.wait_until(self._answers, what="PostgreSQL accepts connections", seconds=30)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        children.stop(self._server, with_signal=signal.SIGINT)
        self._log.close()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """The address of one database, as INSPECT_DATABASE_URL takes it."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create(self, *, template: str = "template0") -> str:
        """A new database, copied from another; returns its name."""
        name = f"db{next(self._numbers)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        assert self._server.poll() is None, f"PostgreSQL ended at once:\n{self._said()}"
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _said(self) -> str:
        return (self.folder / "log").read_text("utf-8", errors="replace")


def _memory() -> Path | None:
    """The folder that lives in memory, where there is one with room."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None


def _programs() -> Path:
    """The folder of initdb and postgres. Debian keeps them out of the PATH, one folder for each version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if versions:
        return versions[-1].parent
    initdb = Path(children.need("initdb", package="postgresql")).resolve()
    version = subprocess.run([initdb, "--version"], check=True, capture_output=True, text=True).stdout
    assert int(version.split()[-1].split(".")[0]) >= 15, f"PostgreSQL 15 or newer is needed; this is {version.strip()}"
    return initdb.parent


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; everybody else runs it as himself."""
    if os.getuid() != 0:
        return None
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
