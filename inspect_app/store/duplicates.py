"""Match keys, pairs to compare, and merges: the province's, like organisations and sites."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias, cast
from uuid import UUID

from sqlalchemy import Table, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, lazyload

from inspect_app.store import bulk
from inspect_app.store.tables import DuplicatePair, MatchKey, Merge, Organisation, Site

Row: TypeAlias = Organisation | Site
Pair: TypeAlias = tuple[UUID, UUID]
TABLES: Mapping[str, type[Organisation] | type[Site]] = {"organisation": Organisation, "site": Site}
TOGETHER = 500
_KEYS = cast("Table", MatchKey.__table__)
_PAIRS = cast("Table", DuplicatePair.__table__)


def unkeyed(tx: Session, kind: str, rules: int, limit: int) -> list[Row]:
    """Rows whose keys are not those of today's rules; changed ones have 0."""
    table = TABLES[kind]
    asked = select(table).where(table.keyed != rules, table.merged_into.is_(None)).limit(limit)
    if kind == "site":
        asked = asked.options(lazyload(Site.parties), lazyload(Site.organisation), lazyload(Site.commune))
    return list(tx.scalars(asked))


def rekey(tx: Session, kind: str, keys: Mapping[UUID, Sequence[str]], rules: int) -> None:
    ids = list(keys)
    for start in range(0, len(ids), TOGETHER):
        some = ids[start : start + TOGETHER]
        tx.execute(delete(MatchKey).where(MatchKey.row_id.in_(some)))
        table = cast("Table", TABLES[kind].__table__)
        tx.execute(update(table).where(table.c.id.in_(some)).values(keyed=rules))
    rows = [{"kind": kind, "key": key, "row_id": row} for row, each in keys.items() for key in each]
    if rows:
        bulk.add(tx, _KEYS, rows)


def forget(tx: Session, row: UUID) -> None:
    tx.execute(delete(MatchKey).where(MatchKey.row_id == row))


def sharing(tx: Session, kind: str, keys: Collection[str], most: int) -> dict[str, list[UUID]]:
    """Key → the rows that have it; keys that more than `most` have are left out."""
    found: dict[str, list[UUID]] = {}
    listed = sorted(keys)
    for start in range(0, len(listed), TOGETHER):
        some = listed[start : start + TOGETHER]
        few = (
            select(MatchKey.key)
            .where(MatchKey.kind == kind, MatchKey.key.in_(some))
            .group_by(MatchKey.key)
            .having(and_(func.count() > 1, func.count() <= most))
        )
        asked = select(MatchKey.key, MatchKey.row_id).where(MatchKey.kind == kind, MatchKey.key.in_(few))
        for key, row in tx.execute(asked):
            found.setdefault(key, []).append(row)
    return found


def holding(tx: Session, kind: str, keys: Collection[str], most: int) -> set[UUID]:
    """Rows that have one of these keys; a key that more than `most` have tells nothing."""
    few = (
        select(MatchKey.key)
        .where(MatchKey.kind == kind, MatchKey.key.in_(sorted(keys)))
        .group_by(MatchKey.key)
        .having(func.count() <= most)
    )
    return set(tx.scalars(select(MatchKey.row_id).where(MatchKey.kind == kind, MatchKey.key.in_(few))))


def load(tx: Session, kind: str, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Those that stand for themselves."""
    table: Any = TABLES[kind]
    found: dict[UUID, Row] = {}
    listed = list(ids)
    for start in range(0, len(listed), TOGETHER):
        asked = select(table).where(table.id.in_(listed[start : start + TOGETHER]), table.merged_into.is_(None))
        if kind == "site":
            asked = asked.options(lazyload(Site.parties))
        found.update({row.id: row for row in tx.scalars(asked)})
    return found


def known_pairs(tx: Session, pairs: Collection[Pair]) -> dict[Pair, DuplicatePair]:
    listed, found = sorted(pairs), {}
    for start in range(0, len(listed), TOGETHER):
        both = tuple_(DuplicatePair.first_id, DuplicatePair.second_id)
        for row in tx.scalars(select(DuplicatePair).where(both.in_(listed[start : start + TOGETHER]))):
            found[row.first_id, row.second_id] = row
    return found


def add_pairs(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        bulk.add(tx, _PAIRS, rows)


def open_pairs(
    tx: Session, kind: str, *, least: int, after: tuple[int, UUID] | None, limit: int
) -> list[DuplicatePair]:
    """Most alike first."""
    asked = select(DuplicatePair).where(
        DuplicatePair.state == "open", DuplicatePair.kind == kind, DuplicatePair.score >= least
    )
    if after is not None:
        score, last = after
        asked = asked.where(
            or_(DuplicatePair.score < score, and_(DuplicatePair.score == score, DuplicatePair.id > last))
        )
    return list(tx.scalars(asked.order_by(DuplicatePair.score.desc(), DuplicatePair.id).limit(limit)))


def pairs_with(tx: Session, row: UUID) -> list[DuplicatePair]:
    """Open ones that one row is in."""
    here = or_(DuplicatePair.first_id == row, DuplicatePair.second_id == row)
    return list(tx.scalars(select(DuplicatePair).where(here, DuplicatePair.state == "open")))


def lost(tx: Session, kind: str, merges: Collection[Merge]) -> dict[UUID, Row]:
    """The entries that were given up in these merges."""
    table: Any = TABLES[kind]
    asked = select(table).where(table.id.in_([each.lost_id for each in merges]))
    if kind == "site":
        asked = asked.options(lazyload(Site.parties))
    return {row.id: row for row in tx.scalars(asked)}


def merges_into(tx: Session, row: UUID) -> list[Merge]:
    """What was put together with a row and still is, newest first."""
    asked = select(Merge).where(Merge.kept_id == row, Merge.undone_at.is_(None))
    return list(tx.scalars(asked.order_by(Merge.merged_at.desc(), Merge.id)))
