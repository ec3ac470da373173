"""Imported checklists in the database: drafts of the reader's agencies, and versions published here, which all read."""

from collections.abc import Sequence, Set
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from inspect_app.store.checklist_files import More, Published
from inspect_app.store.database import Tx
from inspect_app.store.tables import ChecklistDraft, ChecklistVersion

MOST_LISTED = 200


def one(tx: Session, draft: UUID, *, lock: bool = False) -> ChecklistDraft | None:
    asked = select(ChecklistDraft).where(ChecklistDraft.id == draft)
    return tx.scalars(asked.with_for_update() if lock else asked).one_or_none()


def listed(tx: Session) -> Sequence[ChecklistDraft]:
    """The newest drafts that the reader may see."""
    return tx.scalars(select(ChecklistDraft).order_by(ChecklistDraft.imported_at.desc()).limit(MOST_LISTED)).all()


def add(tx: Session, row: ChecklistDraft | ChecklistVersion) -> None:
    tx.add(row)
    tx.flush()


def newest(tx: Session, code: str) -> int:
    """The newest version of a checklist published here; 0 when there is none."""
    return tx.scalar(select(func.max(ChecklistVersion.version)).where(ChecklistVersion.code == code)) or 0


def published(tx: Session, known: Set[tuple[str, int]]) -> list[Published]:
    """The versions published here that the caller does not know yet."""
    keys = tx.execute(select(ChecklistVersion.code, ChecklistVersion.version))
    wanted = {(code, version) for code, version in keys} - known
    rows = tx.scalars(select(ChecklistVersion)) if wanted else ()
    return [
        Published(row.code, row.version, row.source, row.sha256) for row in rows if (row.code, row.version) in wanted
    ]


def published_by(maker: sessionmaker[Tx]) -> More:
    """What a library asks for versions it does not know."""

    def more(known: Set[tuple[str, int]]) -> list[Published]:
        with maker() as tx:
            found = published(tx, known)
            tx.commit()
            return found

    return more
