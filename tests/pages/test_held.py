"""Mục giữ lại: the inbox of what phones sent that waits for a person."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, HeldOperation, Inspection
from tests.builders import NOW
from tests.cast import Cast, Client, Player
from tests.pages.browsing import fields_of, send

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


def test_keeping_it_beside_needs_a_reason_and_takes_it_from_the_inbox(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    operation = hold(cast, cast.bob, visit)
    assert send(desk, address(operation), reason="").status_code == 422

    fields = fields_of(desk.get(address(operation)))
    fields["reason"] = "Ghi sau khi đã duyệt, không liên quan"
    for _ in range(2):
        assert desk.post(address(operation), data=fields).status_code == 302

    assert str(operation) not in desk.get("/desk/held").get_data(as_text=True)
    with cast.reading() as tx:
        [told] = tx.scalars(select(AuditRow).where(AuditRow.action == "operation.kept-beside")).all()
        row = tx.get_one(HeldOperation, (operation, SHA))
        assert tx.get_one(Inspection, visit).held == 0
    assert told.facts["reason"] == "Ghi sau khi đã duyệt, không liên quan"
    assert (row.resolution, row.resolved_by) == ("annex", cast.vera.id)
    assert row.body["text"] == "Nội dung không được mất"


def test_another_agencys_inbox_is_closed(desk: Client, cast: Cast) -> None:
    theirs, mine = hold(cast, cast.carol), hold(cast, cast.bob)
    fields = fields_of(desk.get(address(mine)))
    fields["reason"] = "x"

    assert str(theirs) not in desk.get("/desk/held").get_data(as_text=True)
    assert desk.get(address(theirs)).status_code == 404
    assert desk.post(address(theirs), data=fields).status_code == 404
    with cast.reading() as tx:
        assert tx.get_one(HeldOperation, (theirs, SHA)).resolved_at is None


@pytest.mark.parametrize("player", ["alice", "cora", "adam", "auth"])
def test_only_a_supervisor_decides(cast: Cast, player: str) -> None:
    operation = hold(cast, cast.bob)
    client = cast.client(getattr(cast, player))

    assert client.get(address(operation)).status_code == 200
    assert client.post(address(operation)).status_code in {400, 403}


def test_the_inbox_goes_on_page_by_page(desk: Client, cast: Cast) -> None:
    wanted = {hold(cast, cast.bob, minutes=n // 3) for n in range(60)}
    first = desk.get("/desk/held").get_data(as_text=True)
    onward = first.split('class="onward" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(onward).get_data(as_text=True)

    def shown(page: str) -> set[UUID]:
        return {each for each in wanted if f'data-href="{address(each)}"' in page}

    assert len(shown(first)) == 50
    assert shown(first) | shown(second) == wanted
    assert not shown(first) & shown(second)
    assert desk.get("/desk/held?after=x").status_code == 422
