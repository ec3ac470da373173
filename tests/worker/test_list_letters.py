"""Kept lists go out on their day, once, with the Excel file and what changed; each reader gets what they may see."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from inspect_app.domain.follow_lists import Every, Seen, compare, next_day, pack, unpack
from inspect_app.services import follow_lists, letters, list_letters
from inspect_app.services.chore import Tools
from inspect_app.services.follow_lists import Wanted
from inspect_app.services.registry import Filter
from inspect_app.store.tables import FollowList, FollowRun, Notice, Person, Violation
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import ZONES, Cast, Player
from tests.rigs import smtp
from tests.rigs.smtp import Postbox, text_of
from tests.worker.tools import tools_of

MONDAY = NOW + timedelta(days=1)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with smtp.running(tmp_path / "tls") as running:
        yield running


@pytest.fixture
def tools(app: Flask, box: Postbox) -> Tools:
    return tools_of(app, f"smtp://127.0.0.1:{box.port}")


def some(cast: Cast, count: int, *, agency: str | None = None, **columns: object) -> list[UUID]:
    with cast.writing() as tx:
        visit = builders.an_inspection(tx, agency or cast.vera.agency, [cast.alice.id])
        rows = [builders.a_violation(tx, visit, item=f"GEN-{n:02d}", **columns) for n in range(count)]
        tx.commit()
        return [row.id for row in rows]


def keep(cast: Cast, who: Player, *readers: Player, wanted: Filter | None = None, every: Every = Every.WEEKLY) -> UUID:
    ids = tuple(each.id for each in readers)
    kept = Wanted(uuid4(), "Việc của tuần", shared=False, every=every, wanted=wanted or Filter(), readers=ids)
    with cast.writing() as tx:
        for each in readers:
            tx.get_one(Person, each.id).email = f"{each.username}@co-quan.example"
        follow_lists.keep(tx, kept, actor=who, now=NOW)  # type: ignore[arg-type]  # a player stands for an actor
        tx.commit()
    return kept.id


def rows_in(message: EmailMessage) -> int:
    (attached,) = message.iter_attachments()
    assert isinstance(attached, EmailMessage)
    sheet = load_workbook(io.BytesIO(attached.get_content())).active
    assert sheet is not None
    return sum(isinstance(cell.value, int) for (cell,) in sheet.iter_rows(min_row=9, max_col=1))


def test_on_its_day_the_list_goes_out_with_the_file_once(cast: Cast, tools: Tools, box: Postbox) -> None:
    some(cast, 3)
    some(cast, 2, remedy_status="closed")
    some(cast, 4, agency=ZONES)
    kept = keep(cast, cast.vera, cast.vera, cast.alice)
    assert list_letters.send(tools, NOW) == "", "Sunday"
    assert list_letters.send(tools, MONDAY) == "1 danh sách đã gửi"
    assert list_letters.send(tools, MONDAY + timedelta(hours=1)) == ""
    letters.post(tools, MONDAY)
    assert {each["To"].addresses[0].username for each in box.received} == {cast.vera.username, cast.alice.username}
    assert [rows_in(each) for each in box.received] == [3, 3]
    assert box.received[0]["Subject"] == "Việc của tuần: 3 dòng, 3 quá hạn"
    assert "Lần đầu, chưa có lần trước để so." in text_of(box.received[0])
    with tools.reading() as tx:
        assert str(tx.get_one(FollowList, kept).next_on) == "2026-11-30"
        assert [(run.day, run.rows) for run in tx.scalars(select(FollowRun))] == [(TODAY + timedelta(days=1), 3)]
        assert {each.kind for each in tx.scalars(select(Notice))} == {"list"}


def test_a_month_later_the_letter_says_what_changed(cast: Cast, tools: Tools, box: Postbox) -> None:
    first = some(cast, 5, deadline=TODAY + timedelta(days=20))
    keep(cast, cast.vera, cast.vera, every=Every.MONTHLY)
    december, january = datetime(2026, 12, 1, 3, tzinfo=NOW.tzinfo), datetime(2027, 1, 1, 3, tzinfo=NOW.tzinfo)
    list_letters.send(tools, december)
    with cast.writing() as tx:
        for each in first[:2]:
            tx.get_one(Violation, each).remedy_status = "closed"
        tx.commit()
    some(cast, 1, deadline=TODAY + timedelta(days=90))
    list_letters.send(tools, january)
    letters.post(tools, january)
    body = text_of(box.received[-1])
    assert "So với ngày 01/12/2026:" in body
    assert "1 dòng mới, 2 đã đóng, 3 vẫn còn" in body
    assert "3 dòng mới quá hạn" in body


def test_the_coordinator_s_list_is_about_every_agency_and_a_supervisor_s_is_not(
    cast: Cast, tools: Tools, box: Postbox
) -> None:
    some(cast, 2)
    some(cast, 3, agency=ZONES)
    keep(cast, cast.cora, cast.cora)
    keep(cast, cast.victor, cast.victor)
    list_letters.send(tools, MONDAY)
    letters.post(tools, MONDAY)
    rows = {each["To"].addresses[0].username: rows_in(each) for each in box.received}
    assert rows == {cast.cora.username: 5, cast.victor.username: 3}


def test_a_list_is_not_sent_to_people_of_another_agency(cast: Cast) -> None:
    kept = keep(cast, cast.vera, cast.vera, cast.victor)
    with cast.reading() as tx:
        assert tx.get_one(FollowList, kept).readers == [str(cast.vera.id)]


def test_who_wants_no_such_letters_finds_the_notice_only(cast: Cast, tools: Tools, box: Postbox) -> None:
    keep(cast, cast.vera, cast.vera)
    with cast.writing() as tx:
        tx.get_one(Person, cast.vera.id).muted = "list"
        tx.commit()
    list_letters.send(tools, MONDAY)
    assert letters.post(tools, MONDAY) == ""
    with tools.reading() as tx:
        assert [each.person_id for each in tx.scalars(select(Notice))] == [cast.vera.id]
    assert box.received == []


# --- the rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "today", "expected"),
    [
        (Every.NONE, date(2026, 11, 22), None),
        (Every.DAILY, date(2026, 12, 31), date(2027, 1, 1)),
        (Every.WEEKLY, date(2026, 11, 22), date(2026, 11, 23)),
        (Every.WEEKLY, date(2026, 11, 23), date(2026, 11, 30)),
        (Every.MONTHLY, date(2026, 11, 1), date(2026, 12, 1)),
        (Every.MONTHLY, date(2026, 12, 31), date(2027, 1, 1)),
        (Every.MONTHLY, date(2028, 1, 31), date(2028, 2, 1)),
    ],
)
def test_the_day_of_the_next_letter(every: Every, today: date, expected: date | None) -> None:
    assert next_day(every, today) == expected


def test_a_snapshot_is_read_as_it_was_written_and_every_row_is_counted_once() -> None:
    a, b, c, d = (UUID(int=n) for n in range(1, 5))
    before = {a: Seen("recorded", False), b: Seen("remedying", True), c: Seen("recorded", False)}
    after = {a: Seen("recorded", True), d: Seen("recorded", True)}
    assert unpack(pack(before)) == before
    found = compare(before, after, frozenset({b}))
    assert (found.new, found.closed, found.left, found.still) == (
        frozenset({d}),
        frozenset({b}),
        frozenset({c}),
        frozenset({a}),
    )
    assert found.got_overdue == {a, d}
