"""Lists of sites that came as files, their rows, and what of them is known already."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session, lazyload

from inspect_app.store import bulk
from inspect_app.store.tables import Organisation, Site, SiteImport, SiteImportRow

TOGETHER = 500
_ROWS = cast("Table", SiteImportRow.__table__)
_ORGANISATIONS = cast("Table", Organisation.__table__)
_SITES = cast("Table", Site.__table__)


def one(tx: Session, import_id: UUID) -> SiteImport | None:
    """By a statement, not from the session: another agency's import must not be found by its key."""
    return tx.scalars(select(SiteImport).where(SiteImport.id == import_id)).one_or_none()


def newest(tx: Session, limit: int) -> list[SiteImport]:
    return list(tx.scalars(select(SiteImport).order_by(SiteImport.created_at.desc(), SiteImport.id).limit(limit)))


def keep_rows(tx: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        bulk.add(tx, _ROWS, rows)


def rows(
    tx: Session, import_id: UUID, outcomes: Collection[str], *, after: int = 0, limit: int = TOGETHER
) -> list[SiteImportRow]:
    """In the order of the file, behind the row `after`."""
    asked = select(SiteImportRow).where(SiteImportRow.import_id == import_id, SiteImportRow.number > after)
    if outcomes:
        asked = asked.where(SiteImportRow.outcome.in_(outcomes))
    return list(tx.scalars(asked.order_by(SiteImportRow.number).limit(limit)))


def batches(tx: Session, import_id: UUID, outcomes: Collection[str]) -> Iterator[list[SiteImportRow]]:
    """All of them, a few hundred at a time, so that memory does not grow with the file."""
    after = 0
    while found := rows(tx, import_id, outcomes, after=after):
        after = found[-1].number
        yield found
        tx.flush()
        for row in found:
            tx.expunge(row)


def counts(tx: Session, import_id: UUID) -> dict[str, int]:
    asked = (
        select(SiteImportRow.outcome, func.count())
        .where(SiteImportRow.import_id == import_id)
        .group_by(SiteImportRow.outcome)
    )
    return {row[0]: row[1] for row in tx.execute(asked)}


def by_tax_code(tx: Session, codes: Collection[str]) -> dict[str, tuple[UUID, str]]:
    """Code → the organisation that stands for it, and its name."""
    if not codes:
        return {}
    asked = select(
        Organisation.tax_code, func.coalesce(Organisation.merged_into, Organisation.id), Organisation.name
    ).where(Organisation.tax_code.in_(codes))
    return {str(code): (key, name) for code, key, name in tx.execute(asked)}


def sites_of(tx: Session, organisations: Collection[UUID]) -> list[Site]:
    if not organisations:
        return []
    asked = select(Site).where(Site.organisation_id.in_(organisations), Site.merged_into.is_(None))
    return list(tx.scalars(asked.options(lazyload(Site.parties))))


def sites_named(tx: Session, names: Collection[str]) -> list[Site]:
    """Sites of exactly these names whose organisation has no tax code: nothing else tells them apart."""
    if not names:
        return []
    asked = (
        select(Site)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(Site.name.in_(names), Organisation.tax_code.is_(None), Site.merged_into.is_(None))
    )
    return list(tx.scalars(asked.options(lazyload(Site.parties))))


def add(tx: Session, organisations: Sequence[Mapping[str, Any]], sites: Sequence[Mapping[str, Any]]) -> None:
    if organisations:
        bulk.add(tx, _ORGANISATIONS, organisations)
    if sites:
        bulk.add(tx, _SITES, sites)


def forget(tx: Session, found: Iterable[Site]) -> None:
    """What was only looked at need not stay in memory."""
    for each in found:
        if each in tx and each not in tx.dirty:
            tx.expunge(each)
