"""Kept lists that go out by mail in their rhythm, with the Excel file and what changed since last month: the chore."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.follow_lists import Comparison, Every, Seen, next_day
from inspect_app.domain.people import EVERY_AGENCY, Role, Scope
from inspect_app.services import follow_lists, follow_up, letters, notices
from inspect_app.services.chore import Tools
from inspect_app.services.registry import Filter
from inspect_app.store import follow_lists as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import FollowList, Person

# A longer list is opened at the desk; a mail server would refuse it.
MOST_ATTACHED = 10_000


@dataclass(frozen=True, slots=True)
class Made:
    """What was read for one list: everything a letter needs."""

    due: date
    stands: dict[UUID, Seen]
    before: date | None
    comparison: Comparison | None
    file: bytes | None


def send(tools: Tools, now: datetime) -> str:
    """Lists whose day has come. The reading is long and locks nothing; the writing is short."""
    with tools.reading() as tx:
        due = store.due(tx, local_day(now))
    sent = sum(_send_one(tools, each, now) for each in due)
    return f"{sent} danh sách đã gửi" if sent else ""


def _send_one(tools: Tools, list_id: UUID, now: datetime) -> bool:
    with tools.reading() as tx:
        made = _read(tx, list_id, now)
    if made is None:
        return False
    with tools.writing() as tx:
        row = store.held(tx, list_id)
        if row is None or row.next_on != made.due:
            return False  # another worker was first, or somebody changed the list meanwhile
        row.next_on = next_day(Every(row.every), local_day(now))
        follow_lists.note_run(tx, row, made.stands, now=now)
        _post(tx, row, made, tools.base_url, now)
        tx.commit()
    return True


def _read(tx: Tx, list_id: UUID, now: datetime) -> Made | None:
    """As the person who keeps the list sees it: never more than their own agency, unless they coordinate."""
    row = store.one(tx, list_id)
    if row is None or row.next_on is None:
        return None
    keeper = tx.get_one(Person, row.person_id)
    tx.info["scope"] = EVERY_AGENCY if keeper.role == Role.COORDINATOR else Scope.of(row.agency_id)
    wanted, today, due, agency = follow_lists.unpack_filter(row.filters), local_day(now), row.next_on, row.agency_id
    stands = follow_lists.stand(tx, follow_up.narrowed(wanted), today)
    before = follow_lists.earlier(tx, list_id, today)
    comparison = follow_lists.comparison_with(tx, before, stands) if before else None
    before_day = before.day if before else None
    file = _file(tx, wanted, agency, now) if 0 < len(stands) <= MOST_ATTACHED else None
    return Made(due, stands, before_day, comparison, file)


def _file(tx: Tx, wanted: Filter, agency: str, now: datetime) -> bytes:
    with tempfile.TemporaryDirectory(prefix="inspect-list-") as folder:
        path = Path(folder) / "list.xlsx"
        follow_up.write(tx, path, wanted, agency=agency, now=now)
        return path.read_bytes()


def _post(tx: Tx, row: FollowList, made: Made, base_url: str, now: datetime) -> None:
    readers = store.people(tx, [UUID(each) for each in row.readers])
    overdue = sum(seen.overdue for seen in made.stands.values())
    subject = f"{row.name}: {len(made.stands)} dòng, {overdue} quá hạn"
    facts: dict[str, object] = {"name": row.name, "count": len(made.stands), "lines": told(made)}
    href = f"/desk/follow-up/lists/{row.id}"
    ids = [each.id for each in readers]
    notices.tell(tx, ids, "list", subject=subject, href=href, facts=facts, now=now, by_mail=False)
    said = f"Danh sách “{row.name}” ngày {local_day(now):%d/%m/%Y}: {len(made.stands)} dòng, {overdue} quá hạn."
    file = (follow_up.file_name(local_day(now)), made.file) if made.file is not None else None
    for reader in readers:
        if reader.email and "list" not in reader.muted.split():
            about = [(row.name, said, told(made), f"{base_url}{href}")]
            tx.add(letters.compose(reader, subject, about, base_url, now, file))


def told(made: Made) -> list[str]:
    """What changed, in a few lines."""
    if made.comparison is None or made.before is None:
        return ["Lần đầu, chưa có lần trước để so."]
    found = made.comparison
    return [
        f"So với ngày {made.before:%d/%m/%Y}:",
        f"{len(found.new)} dòng mới, {len(found.closed)} đã đóng, {len(found.still)} vẫn còn",
        f"{len(found.left)} còn mở nhưng không còn thuộc danh sách",
        f"{len(found.got_overdue)} dòng mới quá hạn",
    ]
