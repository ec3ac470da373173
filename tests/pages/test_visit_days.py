"""Dời ngày: the days and the decision of an assigned visit."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, ChangeRow, Inspection
from tests import builders
from tests.builders import TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import send

NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def visit(cast: Cast) -> UUID:
    return cast.inspection(cast.alice, cast.bob, number="SXD-2026-0042", checklists=(("XDK", 1),))


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def address(visit: UUID) -> str:
    return f"/desk/inspections/{visit}/days"


def row(cast: Cast, visit: UUID) -> Inspection:
    with cast.reading() as tx:
        return tx.get_one(Inspection, visit)


def notes(cast: Cast) -> int:
    with cast.reading() as tx:
        return len(list(tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.moved"))))


def test_a_visit_moves_and_gets_its_decision_and_the_team_is_told(desk: Client, cast: Cast, visit: UUID) -> None:
    days = {"first_day": NEXT_WEEK.isoformat(), "last_day": NEXT_WEEK.isoformat()}

    answer = send(desk, address(visit), decision_no="15/QĐ-SXD", decision_date="2026-11-20", reason="Mưa bão", **days)

    assert answer.status_code == 302
    moved = row(cast, visit)
    assert (moved.window_start, moved.window_end) == (NEXT_WEEK, NEXT_WEEK)
    assert (moved.decision_no, moved.decision_date) == ("15/QĐ-SXD", date(2026, 11, 20))
    with cast.reading() as tx:
        told = set(tx.scalars(select(ChangeRow.scope).where(ChangeRow.kind == "visit")))
    assert {f"u:{cast.alice.id}", f"u:{cast.bob.id}"} <= told
    page = desk.get(f"/desk/inspections/{visit}").get_data(as_text=True)
    assert "Dời ngày, bổ sung quyết định" in page
    assert "Mưa bão" in page


def test_the_same_days_again_change_nothing(desk: Client, cast: Cast, visit: UUID) -> None:
    assert send(desk, address(visit), reason="Không đổi gì").status_code == 302

    assert notes(cast) == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": ""}, "Ghi lý do thay đổi."),
        ({"first_day": "2026-12-02", "last_day": "2026-12-01", "reason": "x"}, "Ngày"),
        ({"first_day": "", "reason": "x"}, "Chọn ngày bắt đầu."),
        ({"decision_date": "hôm qua", "reason": "x"}, "Ngày quyết định"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_moves(
    desk: Client, cast: Cast, visit: UUID, changed: dict[str, str], said: str
) -> None:
    answer = send(desk, address(visit), **changed)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert notes(cast) == 0


def test_moving_into_a_year_with_another_visit_needs_a_ground(desk: Client, cast: Cast, visit: UUID) -> None:
    year = TODAY.year + 1
    there = row(cast, visit)
    with cast.writing() as tx:
        tx.add(other := builders.an_inspection(tx, "bql-kcn", [cast.carol.id], number="BQL-2027-0001"))
        other.organisation_id, other.site_id, other.kind = there.organisation_id, there.site_id, there.kind
        other.window_start = other.window_end = date(year, 2, 1)
        tx.commit()
    days = {"first_day": f"{year}-03-01", "last_day": f"{year}-03-01", "reason": "Dời sang năm sau"}

    refused = send(desk, address(visit), **days)

    assert refused.status_code == 422
    assert "BQL-2027-0001" in refused.get_data(as_text=True)
    assert send(desk, address(visit), overlap_ground="Có dấu hiệu vi phạm rõ ràng", **days).status_code == 302
    assert row(cast, visit).window_start == date(year, 3, 1)


@pytest.mark.parametrize("state", ["submitted", "approved", "cancelled"])
def test_a_visit_that_was_sent_in_does_not_move(desk: Client, cast: Cast, state: str) -> None:
    visit = cast.inspection(cast.alice, number="SXD-2026-0043", state=state)

    answer = send(desk, address(visit), first_day=NEXT_WEEK.isoformat(), last_day=NEXT_WEEK.isoformat(), reason="x")

    assert answer.status_code == 422
    assert row(cast, visit).window_start != NEXT_WEEK


def test_another_agencys_visit_is_not_there(cast: Cast, visit: UUID) -> None:
    assert cast.client(cast.victor).get(address(visit)).status_code == 404
