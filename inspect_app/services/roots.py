"""The daily Merkle root over each agency's audit: made once after the day has ended, signed, never changed."""

from datetime import date, datetime, time, timedelta

from inspect_app.domain.deadlines import VIETNAM, local_day
from inspect_app.domain.merkle import Tree
from inspect_app.domain.seals import root_statement
from inspect_app.outside.signing import Signer
from inspect_app.services import seals
from inspect_app.store import audit_rows, changes
from inspect_app.store.database import Tx
from inspect_app.store.tables import DayRoot

PAGE = 60


def make(tx: Tx, *, signer: Signer, now: datetime) -> list[DayRoot]:
    """The roots of all days that have ended and have none yet. Again: nothing.

    A row belongs to the day it was begun on; one that was still being written then belongs to the next.
    """
    seals.keep_server_key(tx, signer, now)
    return [root for agency in audit_rows.agencies(tx) for root in _of_agency(tx, agency, signer, now)]


def _of_agency(tx: Tx, agency: str, signer: Signer, now: datetime) -> list[DayRoot]:
    changes.take(tx, f"root:{agency}", 0)  # whoever else makes roots now waits, and finds them made
    before = audit_rows.last_root(tx, agency)
    last, newest = (before.last, before.day) if before else (0, date.min)
    made = []
    while (begun := audit_rows.first_after(tx, agency, last)) is not None:
        day = max(local_day(begun), newest + timedelta(days=1))
        if day >= local_day(now):
            break
        end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=VIETNAM)
        through = audit_rows.last_before(tx, agency, last, end)
        if through is None:
            break
        made.append(_root(tx, agency, day, last + 1, through, signer, now))
        last, newest = through, day
    tx.add_all(made)
    tx.flush()
    return made


def _root(tx: Tx, agency: str, day: date, first: int, last: int, signer: Signer, now: datetime) -> DayRoot:
    hashes = audit_rows.hashes(tx, agency, first, last)
    root, head = Tree([bytes.fromhex(each) for each in hashes]).root.hex(), hashes[-1]
    return DayRoot(
        agency_id=agency,
        day=day,
        first=first,
        last=last,
        root=root,
        head=head,
        key=signer.key,
        sig=signer.sign(root_statement(agency, day.isoformat(), first, last, root, head)),
        made_at=now,
    )


def newest(tx: Tx, *, before: date | None) -> list[tuple[DayRoot, str]]:
    """A page of roots of the reader's agencies with the agency's name."""
    return audit_rows.newest_roots(tx, before=before, limit=PAGE)
