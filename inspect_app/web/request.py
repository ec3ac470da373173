"""What a view may ask of its request: who, when, a transaction, and the stores that were opened at the start."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Scope
from inspect_app.outside.queue import Queue
from inspect_app.outside.signing import Signer
from inspect_app.services.papers import Templates
from inspect_app.settings import Settings
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.web.problems import RequestRefused

__all__ = [
    "Ground",
    "Tx",
    "actor",
    "body_json",
    "evidence",
    "glancing",
    "in_snapshot",
    "in_transaction",
    "is_storable",
    "library",
    "now",
    "paper_templates",
    "queue",
    "reading",
    "settings",
    "signer",
]

T = TypeVar("T")
log = logging.getLogger(__name__)

# PostgreSQL: serialization failure, deadlock. Asking again is the answer to both.
TRY_AGAIN = frozenset({"40001", "40P01"})
DISK_FULL = "53100"
# Connection lost, server going down, too many connections; SQLite and a refused connection have no such codes.
AWAY = frozenset({"08", "53", "57"})
AWAY_SIGNS = ("connection", "database is locked", "disk I/O error", "unable to open database file")


@dataclass(frozen=True, slots=True)
class Ground:
    """What app.py opened once for all requests."""

    settings: Settings
    engine: Engine  # for whoever closes the app: tests, the end of a command
    reading: sessionmaker[Tx]
    writing: sessionmaker[Tx]
    glancing: sessionmaker[Tx]
    snapshots: sessionmaker[Tx]
    library: Library
    evidence: EvidenceFiles
    signer: Signer
    papers: Templates
    queue: Queue
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def ground(app: Flask | None = None) -> Ground:
    return cast("Ground", (app or current_app).extensions["inspect"])


def settings() -> Settings:
    return ground().settings


def library() -> Library:
    """The checklists, with those that were published here meanwhile."""
    ours = ground().library
    with _trouble_told():
        ours.refresh()
    return ours


def evidence() -> EvidenceFiles:
    return ground().evidence


def paper_templates() -> Templates:
    return ground().papers


def queue() -> Queue:
    return ground().queue


def signer() -> Signer:
    return ground().signer


def now() -> datetime:
    """The moment of this request, the same for everything that happens in it."""
    if "now" not in g:
        g.now = ground().clock()
    return cast("datetime", g.now)


def current_actor() -> Actor | None:
    return cast("Actor | None", g.get("actor")) if has_request_context() else None


def actor() -> Actor:
    """The signed-in person. web.auth has made sure there is one wherever a view asks."""
    who = current_actor()
    if who is None:
        raise RequestRefused("signed-out")
    return who


def body_json() -> Any:
    """The request's JSON; `bad-json` when it is none."""
    try:
        found = request.get_json(force=True, silent=True)
    except RecursionError:
        found = None
    if found is None or not is_storable(found):
        raise RequestRefused("bad-json")
    return found


def is_storable(value: object) -> bool:
    """Whether every text in it can be written down: PostgreSQL takes no NUL, and half a surrogate pair is no letter."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(is_storable(name) and is_storable(each) for name, each in value.items())
    return all(map(is_storable, value)) if isinstance(value, list) else True


def reading(do: Callable[[Tx], T], *, scope: Scope | None = None) -> T:
    """Read in one snapshot, inside the reader's agencies."""
    return _reading(do, scope or actor().scope, ground().reading)


def in_snapshot(do: Callable[[Tx], T], *, scope: Scope | None = None) -> T:
    """Read with many statements that all see the same moment."""
    return _reading(do, scope or actor().scope, ground().snapshots)


def glancing(do: Callable[[Tx], T], *, scope: Scope) -> T:
    """Read with one statement: what every request asks before it begins."""
    return _reading(do, scope, ground().glancing, ends=False)


def _reading(do: Callable[[Tx], T], scope: Scope, maker: sessionmaker[Tx], *, ends: bool = True) -> T:
    with _trouble_told():
        try:
            return _read(do, scope, maker, ends=ends)
        except OperationalError as error:
            if not error.connection_invalidated:
                raise
        return _read(do, scope, maker, ends=ends)  # the database was restarted; the pool has a fresh connection now


def _read(do: Callable[[Tx], T], scope: Scope, maker: sessionmaker[Tx], *, ends: bool) -> T:
    with maker() as tx:
        tx.info["scope"] = scope
        result = do(tx)
        if ends:
            tx.commit()  # a rollback would make the connection forget the statements it has prepared
        return result


def in_transaction(do: Callable[[Tx], T], *, scope: Scope | None = None) -> T:
    """THE commit. Does it once more when two simultaneous requests met, so that both get the one answer."""
    who = scope or actor().scope
    with _trouble_told():
        try:
            return _once(do, who)
        except (IntegrityError, OperationalError) as error:
            if not _may_try_again(error):
                raise
            log.info("trying once more after %s", type(error).__name__)
        except StaleDataError:
            raise RuleBroken("changed-meanwhile") from None
        return _once(do, who)


def _may_try_again(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or error.connection_invalidated or _sqlstate(error) in TRY_AGAIN


def _once(do: Callable[[Tx], T], scope: Scope) -> T:
    with ground().writing() as tx:
        tx.info["scope"] = scope
        result = do(tx)
        try:
            tx.commit()
        except OperationalError as error:
            if error.connection_invalidated:  # nobody knows whether it was committed: the caller must look
                raise RequestRefused("busy", headers={"Retry-After": "5"}) from error
            raise
        return result


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


@contextmanager
def _trouble_told() -> Iterator[None]:
    """A full disk and a database that is away for a while are no faults of ours: whoever asks is told to wait."""
    try:
        yield
    except OperationalError as error:
        said, state = str(error.orig), _sqlstate(error) or ""
        if state == DISK_FULL or "disk is full" in said:
            log.warning("the disk is full: %s", said)
            raise RequestRefused("storage-full", headers={"Retry-After": "300"}) from error
        if error.connection_invalidated or state[:2] in AWAY or any(sign in said for sign in AWAY_SIGNS):
            log.warning("the database does not answer: %s", said)
            raise RequestRefused("busy", headers={"Retry-After": "10"}) from error
        raise
    except PoolTimeout as error:  # more requests at once than connections, for longer than patience lasts
        log.warning("no free connection to the database")
        raise RequestRefused("busy", headers={"Retry-After": "10"}) from error
