"""Mục giữ lại: the inbox of what phones sent that waits for a person."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, HeldDecision, HeldOperation, Inspection
from tests.builders import NOW
from tests.cast import Cast, Client, Player
from tests.pages.browsing import change, fields_of, send

SHA = "ab" * 32


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def hold(cast: Cast, player: Player, inspection: UUID | None = None, minutes: int = 0, **columns: Any) -> UUID:
    with cast.writing() as tx:
        row = HeldOperation(
            **{
                "id": uuid4(),
                "body_sha256": SHA,
                "agency_id": player.agency,
                "inspection_id": inspection,
                "claimed_inspection": str(inspection),
                "device_id": uuid4(),
                "n": 3,
                "person_id": player.id,
                "body": {"k": "comment", "i": "GEN-01", "text": "Nội dung không được mất"},
                "code": "late",
                "received_at": NOW + timedelta(minutes=minutes),
                **columns,
            }
        )
        tx.add(row)
        if inspection:
            tx.get_one(Inspection, inspection).held += 1
        tx.commit()
        return row.id


def address(operation: UUID) -> str:
    return f"/desk/held/{operation}/{SHA}"


def test_it_says_why_and_what_word_for_word(desk: Client, cast: Cast) -> None:
    operation = hold(cast, cast.bob, cast.inspection(cast.alice, number="SXD-2026-0042"))

    listed = desk.get("/desk/held").get_data(as_text=True)
    page = desk.get(address(operation)).get_data(as_text=True)

    assert "Đến sau khi đã duyệt hoặc hủy" in listed
    assert cast.bob.name in listed
    assert "SXD-2026-0042" in listed
    assert "Nội dung không được mất" in page


@pytest.mark.parametrize("body", [{}, {"k": []}, {"k": {"x": 1}, "i": [1]}, {"k": "dance", "i": "<b>"}])
def test_any_body_can_be_shown(desk: Client, cast: Cast, body: dict[str, Any]) -> None:
    operation = hold(cast, cast.bob, body=body, code="bad-body")

    for where in ("/desk/held", address(operation)):
        answer = desk.get(where)
        assert answer.status_code == 200
        assert "Không rõ loại" in answer.get_data(as_text=True)
        assert "<b>" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("result", ["annexed", "refused"])
def test_keeping_it_out_needs_a_reason_and_takes_it_from_the_inbox(desk: Client, cast: Cast, result: str) -> None:
    visit = cast.inspection(cast.alice)
    operation = hold(cast, cast.bob, visit)
    assert send(desk, address(operation), result=result, reason=" ").status_code == 422

    assert send(desk, address(operation), result=result, reason="Ghi sau khi đã duyệt").status_code == 302

    assert str(operation) not in desk.get("/desk/held").get_data(as_text=True)
    decided = desk.get("/desk/held?decided=1").get_data(as_text=True)
    assert str(operation) in decided
    assert "Ghi sau khi đã duyệt" in decided
    with cast.reading() as tx:
        [told] = tx.scalars(select(AuditRow).where(AuditRow.action == f"operation.{result}")).all()
        row = tx.get_one(HeldOperation, (operation, SHA))
        [stands] = tx.scalars(select(HeldDecision)).all()
        assert tx.get_one(Inspection, visit).held == 0
    assert told.facts["reason"] == "Ghi sau khi đã duyệt"
    assert (stands.operation_id, stands.result, stands.decided_by) == (operation, result, cast.vera.id)
    assert row.body["text"] == "Nội dung không được mất"


def test_the_first_decision_counts_and_the_second_hears_of_it(desk: Client, cast: Cast) -> None:
    operation = hold(cast, cast.bob, cast.inspection(cast.alice))
    fields = change(fields_of(desk.get(address(operation))), {"result": "refused", "reason": "Trùng"})
    assert desk.post(address(operation), data=fields).status_code == 302

    again = desk.post(address(operation), data=fields)
    other = desk.post(address(operation), data=change(fields, {"result": "annexed"}))

    assert again.status_code == 302
    assert other.status_code == 409
    assert "Hồ sơ vừa được người khác sửa" in other.get_data(as_text=True)
    with cast.reading() as tx:
        assert [each.result for each in tx.scalars(select(HeldDecision))] == ["refused"]


def test_several_of_one_inspection_are_decided_at_once(desk: Client, cast: Cast) -> None:
    visit, other = cast.inspection(cast.alice), cast.inspection(cast.alice)
    mine = [hold(cast, cast.bob, visit, minutes=n) for n in range(5)]
    hold(cast, cast.bob, other)
    fields = fields_of(desk.get(f"/desk/held?inspection={visit}"), "/desk/held/decide")
    fields = change(fields, {"result": "annexed", "reason": "Cùng một đợt", "pick": [f"{mine[0]}~{SHA}"]})
    assert desk.post("/desk/held/decide", data=fields).status_code == 302
    with cast.reading() as tx:
        assert {each.operation_id for each in tx.scalars(select(HeldDecision))} == {mine[0]}

    fields = fields_of(desk.get(f"/desk/held?inspection={visit}"), "/desk/held/decide")
    fields = change(fields, {"result": "annexed", "reason": "Cùng một đợt", "which": "all"})
    page = desk.post("/desk/held/decide", data=fields, follow_redirects=True).get_data(as_text=True)

    assert "Đã giữ làm phụ lục: 4 mục" in page
    with cast.reading() as tx:
        assert {each.operation_id for each in tx.scalars(select(HeldDecision))} == set(mine)
        assert tx.get_one(Inspection, visit).held == 0
        assert tx.get_one(Inspection, other).held == 1


def test_all_is_what_the_page_showed_and_nothing_that_came_since(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    seen = {hold(cast, cast.bob, visit, minutes=n) for n in range(3)}
    fields = fields_of(desk.get("/desk/held"), "/desk/held/decide")
    unseen = hold(cast, cast.bob, visit, minutes=9)
    cheated = hold(cast, cast.bob, visit, id=next(iter(seen)), body_sha256="cd" * 32)  # the same id, another body

    fields = change(fields, {"result": "annexed", "reason": "Đã đọc", "which": "all"})
    page = desk.post("/desk/held/decide", data=fields, follow_redirects=True).get_data(as_text=True)

    assert "Đã giữ làm phụ lục: 3 mục" in page
    assert "còn 2 mục mà trang vừa rồi không hiện" in page
    assert f"{unseen}~{SHA}" in page
    assert f"{cheated}~{'cd' * 32}" in page
    with cast.reading() as tx:
        assert {(each.operation_id, each.body_sha256) for each in tx.scalars(select(HeldDecision))} == {
            (each, SHA) for each in seen
        }
        assert tx.get_one(Inspection, visit).held == 2


def test_all_of_an_inspection_stays_on_its_page(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    for n in range(103):
        hold(cast, cast.bob, visit, minutes=n)
    fields = change(fields_of(desk.get("/desk/held"), "/desk/held/decide"), {"result": "annexed", "reason": "Đã đọc"})

    page = desk.post("/desk/held/decide", data=change(fields, {"which": "all"}), follow_redirects=True)

    assert "còn 3 mục mà trang vừa rồi không hiện" in page.get_data(as_text=True)
    with cast.reading() as tx:
        assert len(tx.scalars(select(HeldDecision)).all()) == 100


def test_nothing_is_decided_without_a_choice(desk: Client, cast: Cast) -> None:
    operation = hold(cast, cast.bob, cast.inspection(cast.alice))
    fields = fields_of(desk.get("/desk/held"), "/desk/held/decide")

    for given in ({"pick": [f"{operation}~{SHA}"]}, {"result": "annexed", "pick": [f"{operation}~{SHA}"]}):
        page = desk.post("/desk/held/decide", data=change(fields, given), follow_redirects=True)
        assert 'role="alert"' in page.get_data(as_text=True)
    assert desk.post("/desk/held/decide", data=change(fields, {"result": "annexed", "pick": ["x"]})).status_code == 422
    with cast.reading() as tx:
        assert tx.scalars(select(HeldDecision)).all() == []


def test_the_list_is_narrowed(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, number="SXD-2026-0042")
    late = hold(cast, cast.bob, visit)
    fork = hold(cast, cast.bob, cast.inspection(cast.alice), code="fork", minutes=-25 * 60)

    def shown(asked: str) -> set[UUID]:
        page = desk.get(f"/desk/held?{asked}").get_data(as_text=True)
        return {each for each in (late, fork) if str(each) in page}

    assert shown("") == {late, fork}
    assert shown("code=fork") == {fork}
    assert shown("long=1") == {fork}
    assert shown("q=0042") == {late}
    assert shown(f"q={cast.bob.username}") == {late, fork}
    assert shown(f"inspection={visit}") == {late}
    assert shown("decided=1") == set()


def test_what_waits_longer_than_a_day_is_an_alarm(desk: Client, cast: Cast) -> None:
    hold(cast, cast.bob, cast.inspection(cast.alice), minutes=-23 * 60)
    assert "đã chờ quá 24 giờ" not in desk.get("/desk/").get_data(as_text=True)

    hold(cast, cast.bob, cast.inspection(cast.alice), minutes=-25 * 60)

    assert "1 mục giữ lại đã chờ quá 24 giờ" in desk.get("/desk/").get_data(as_text=True)
    assert "quá 24 giờ" in desk.get("/desk/held").get_data(as_text=True)


def test_another_agencys_inbox_is_closed(desk: Client, cast: Cast) -> None:
    theirs, mine = hold(cast, cast.carol), hold(cast, cast.bob)
    fields = fields_of(desk.get(address(mine)))
    fields["reason"], fields["result"] = "x", "annexed"

    assert str(theirs) not in desk.get("/desk/held").get_data(as_text=True)
    assert desk.get(address(theirs)).status_code == 404
    assert desk.post(address(theirs), data=fields).status_code == 404
    with cast.reading() as tx:
        assert tx.scalars(select(HeldDecision)).all() == []


@pytest.mark.parametrize("player", ["alice", "cora", "adam", "auth"])
def test_only_a_supervisor_decides(cast: Cast, player: str) -> None:
    operation = hold(cast, cast.bob)
    client = cast.client(getattr(cast, player))

    assert client.get(address(operation)).status_code == 200
    assert client.post(address(operation)).status_code in {400, 403}


def test_the_inbox_goes_on_page_by_page_and_keeps_inspections_together(desk: Client, cast: Cast) -> None:
    visits = [cast.inspection(cast.alice) for _ in range(3)]
    wanted = {hold(cast, cast.bob, visits[n % 3], minutes=n // 7): visits[n % 3] for n in range(130)}
    seen: list[UUID] = []
    where = "/desk/held"
    for _ in range(2):
        page = desk.get(where).get_data(as_text=True)
        seen += [UUID(each.split("/")[3]) for each in page.split('<tr data-href="')[1:]]
        where = page.split('class="onward" href="')[1].split('"')[0].replace("&amp;", "&") if len(seen) < 130 else ""

    assert len(seen) == len(set(seen)) == 130
    assert set(seen) == set(wanted)
    order = [wanted[each] for each in seen]
    assert len([1 for one, other in pairwise(order) if one != other]) == 2
    assert desk.get("/desk/held?after=x").status_code == 422
    assert desk.get("/desk/held?after=2026-01-01~a~2026-01-01~b").status_code == 422
