"""/api/v1/follow-up: what must still be mended, the earliest deadline first."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import TODAY
from tests.cast import ZONES, Cast, Client
from tests.registry_cast import FOLLOW_UP, Registry, codes, everything


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


def in_days(days: int | None) -> dict[str, Any]:
    return {"deadline": None if days is None else TODAY + timedelta(days=days)}


def test_the_earliest_deadline_first_and_none_at_the_end(vera: Client, registry: Registry) -> None:
    without, late, soon, later = (registry.add(**in_days(days)) for days in (None, -3, 2, 40))
    expected = [str(each) for each in (late, soon, later, without)]
    assert codes(vera, FOLLOW_UP) == expected
    assert everything(vera, FOLLOW_UP, limit=1) == expected
    assert everything(vera, FOLLOW_UP, limit=3) == expected


def test_rows_without_a_deadline_are_paged_as_well(vera: Client, registry: Registry) -> None:
    made = {str(registry.add(**in_days(None))) for _ in range(5)}
    found = everything(vera, FOLLOW_UP, limit=2)
    assert len(found) == len(made)
    assert set(found) == made


def test_what_is_closed_is_followed_no_more_unless_it_is_asked_for(vera: Client, registry: Registry) -> None:
    still = registry.add()
    closed = registry.add(remedy_status="closed")
    registry.add(remedy_status="cancelled")
    assert codes(vera, FOLLOW_UP) == [str(still)]
    assert codes(vera, FOLLOW_UP, remedy="closed") == [str(closed)]


@pytest.mark.parametrize(("days", "found"), [(7, 1), (15, 2), (30, 3)])
def test_due_within(vera: Client, registry: Registry, days: int, found: int) -> None:
    for ahead in (-1, 5, 12, 25, 60, None):
        registry.add(**in_days(ahead))
    assert len(codes(vera, FOLLOW_UP, due_in=days)) == found


def test_each_agency_follows_its_own_and_the_coordinator_all(cast: Cast, registry: Registry) -> None:
    ours, theirs = registry.add(), registry.add(ZONES)
    assert codes(cast.client(cast.vera), FOLLOW_UP) == [str(ours)]
    assert codes(cast.client(cast.victor), FOLLOW_UP) == [str(theirs)]
    assert set(codes(cast.client(cast.cora), FOLLOW_UP)) == {str(ours), str(theirs)}


def test_a_row_tells_the_papers_of_its_history(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add(basis=[{"label": "QCVN 18:2021/BXD", "at": "mục 2.7", "confidence": "title-only"}])
    day = TODAY.isoformat()
    for client, step, facts in (
        (vera, "request-remedy", {"document": "15/SXD-TTr", "date": day, "deadline": day, "reason": "Lắp lan can"}),
        (cast.client(cast.alice), "propose-sanction", {"rule": "283-32.3a"}),
        (vera, "refer", {"document": "16/SXD-TTr", "date": day, "addressee": "Sở Nội vụ"}),
    ):
        assert registry.take(client, violation, step, **facts).status_code == 200
    (row,) = vera.get(FOLLOW_UP).get_json()["items"]
    assert row["request"] == "Văn bản 15/SXD-TTr ngày 22/11/2026"
    assert row["record"] == "Đã chuyển hồ sơ: số 16/SXD-TTr ngày 22/11/2026 (đến Sở Nội vụ)"
    assert row["basis"] == "QCVN 18:2021/BXD (điều, khoản cần kiểm tra)"
    assert row["remarks"] == "Lắp lan can"


def test_more_rows_take_no_more_queries(
    vera: Client, registry: Registry, queries: Callable[[Callable[[], object]], int]
) -> None:
    registry.add()
    one = queries(lambda: vera.get(FOLLOW_UP))
    for _ in range(12):
        registry.add()
    assert queries(lambda: vera.get(FOLLOW_UP)) == one


def test_csv_has_the_columns_of_the_list(vera: Client, registry: Registry) -> None:
    registry.add(observed="@SUM(1)", title="-3 m", **in_days(-4))
    answer = vera.get(FOLLOW_UP, headers={"Accept": "text/csv"})
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert row["finding"] == "'-3 m\n@SUM(1)"
    assert (row["overdue_days"], row["record"], row["owner"]) == ("4", "Chưa lập", cast_name())


def cast_name() -> str:
    """Alice found it, so she looks after it."""
    return "Nguyễn Thị An"


@pytest.mark.parametrize("asked", [{"overdue": "2"}, {"due_in": 9}, {"zone": "z" * 41}, {"due": 7}])
def test_a_wrong_filter_is_named(vera: Client, asked: dict[str, Any]) -> None:
    answer = vera.get(FOLLOW_UP, query_string=asked)
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == set(asked)


def test_a_cursor_of_the_registry_is_refused(vera: Client, registry: Registry) -> None:
    for _ in range(3):
        registry.add()
    cursor = vera.get("/api/v1/violations", query_string={"limit": 1}).get_json()["next"]
    answer = vera.get(FOLLOW_UP, query_string={"cursor": cursor})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-cursor")
