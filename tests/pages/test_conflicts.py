"""Two answers that differ: the leader chooses at the office by an operation of the own; nothing is overwritten."""

import pytest
from sqlalchemy import select

from inspect_app.store.tables import DeviceChain, Inspection, Operation
from tests.builders import NOW_MS
from tests.cast import Cast
from tests.held_cast import push
from tests.pages.browsing import change, fields_of


def test_the_leader_chooses_and_both_answers_stay(cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob, state="in-progress")
    hers, his = cast.phone(cast.alice), cast.phone(cast.bob)
    one, other = hers.answer(visit, "GEN-01", "pass"), his.answer(visit, "GEN-01", "fail")
    push(cast, cast.alice, hers, visit, one)
    push(cast, cast.bob, his, visit, other)
    desk, where = cast.client(cast.alice), f"/desk/inspections/{visit}"
    page = desk.get(where)
    assert cast.bob.name in page.get_data(as_text=True)
    action = f"{where}/items/GEN-01/choose"
    fields = change(fields_of(page, action), {"chosen": other["id"], "note": "Đã xem lại tại chỗ"})

    assert desk.post(action, data=fields).status_code == 302

    with cast.reading() as tx:
        *before, chosen, note = tx.scalars(select(Operation).order_by(Operation.seq))
        row = tx.get_one(Inspection, visit)
        chain = tx.get_one(DeviceChain, (visit, chosen.device_id))
    assert [each.body for each in before] == [one, other]
    assert (chosen.body["v"], set(chosen.body["sup"]), chosen.body["t"]) == ("fail", {one["id"], other["id"]}, NOW_MS)
    assert (chosen.person_id, note.body["text"], chain.through) == (cast.alice.id, "Đã xem lại tại chỗ", 2)
    assert (row.conflicts, row.failing) == (0, 1)
    assert desk.post(action, data=fields).status_code == 409


@pytest.mark.parametrize("player", ["vera", "bob", "cora", "adam"])
def test_nobody_else_chooses_at_the_office(cast: Cast, player: str) -> None:
    visit = cast.inspection(cast.alice, cast.bob)

    answer = cast.client(getattr(cast, player)).post(f"/desk/inspections/{visit}/items/GEN-01/choose")

    assert answer.status_code in {400, 403}


def test_a_leader_of_another_team_does_not_choose_here(cast: Cast) -> None:
    mine, theirs = cast.inspection(cast.alice, cast.bob), cast.inspection(cast.bob)
    hers, his = cast.phone(cast.alice), cast.phone(cast.bob)
    push(cast, cast.alice, hers, mine, hers.answer(mine, "GEN-01", "pass"))
    push(cast, cast.bob, his, mine, his.answer(mine, "GEN-01", "fail"))
    desk = cast.client(cast.alice)
    fields = change(fields_of(desk.get(f"/desk/inspections/{mine}"), "/choose"), {"chosen": "x"})

    assert desk.post(f"/desk/inspections/{theirs}/items/GEN-01/choose", data=fields).status_code == 403


def test_equal_answers_of_two_people_are_a_confirmation(cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    for player in (cast.alice, cast.bob):
        phone = cast.phone(player)
        push(cast, player, phone, visit, phone.answer(visit, "GEN-01", "fail"))

    assert "2 người xác nhận" in cast.client(cast.vera).get(f"/desk/inspections/{visit}").get_data(as_text=True)
