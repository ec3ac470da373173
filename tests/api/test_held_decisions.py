"""What becomes of a held operation when a person decides about it, on the server and for the phone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from inspect_app.services.inspection_files import read as read_file
from inspect_app.store.tables import (
    AuditRow,
    DeviceChain,
    HeldDecision,
    HeldOperation,
    Inspection,
    Operation,
    Photo,
    TeamMember,
    Violation,
)
from inspect_app.web.request import ground
from tests.builders import NOW, NOW_MS, Op, Phone
from tests.cast import PULL, Cast, Player
from tests.held_cast import decide, push
from tests.pages.browsing import change, fields_of


class Visit:
    """Alice leads it, Bob is in the team; their phones have numbered facts there."""

    def __init__(self, cast: Cast, **columns: Any) -> None:
        self.cast = cast
        self.id = cast.inspection(cast.alice, cast.bob, **columns)
        self.phones = {cast.alice.id: cast.phone(cast.alice), cast.bob.id: cast.phone(cast.bob)}

    def phone(self, player: Player) -> Phone:
        return self.phones[player.id]

    def push(self, player: Player, *ops: Op) -> dict[str, tuple[str, str | None]]:
        return push(self.cast, player, self.phone(player), self.id, *ops)

    def set(self, **columns: Any) -> None:
        with self.cast.writing() as tx:
            tx.execute(update(Inspection).where(Inspection.id == self.id).values(**columns))
            tx.commit()

    def take_out(self, player: Player) -> None:
        with self.cast.writing() as tx:
            seat = (TeamMember.inspection_id == self.id) & (TeamMember.person_id == player.id)
            tx.execute(update(TeamMember).where(seat).values(removed_at=NOW))
            tx.commit()

    def row(self) -> Inspection:
        with self.cast.reading() as tx:
            return tx.get_one(Inspection, self.id)

    def operations(self) -> list[Operation]:
        with self.cast.reading() as tx:
            return list(tx.scalars(select(Operation).order_by(Operation.seq)))

    def answers(self) -> dict[str, list[Any]]:
        """Item → the values that stand."""
        with self.cast.reading() as tx:
            file = read_file(tx, self.id, library=ground(self.cast.app).library)
        lines = [line for section in file.sections for line in section.lines if line.answers]
        return {line.item.id: [said.facts["value"] for said in line.answers] for line in lines}

    def decisions_of(self, player: Player) -> list[dict[str, Any]]:
        """What the person's phone hears."""
        answer = self.cast.client(player).post(PULL, json={"epoch": None, "cur": {}})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        news = answer.get_json()["ch"].get(f"u:{player.id}", [])
        return [change["decision"] for _, change in news if "decision" in change]


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return Visit(cast)


def test_an_accepted_operation_takes_effect_as_it_was_written(visit: Visit, cast: Cast) -> None:
    phone = visit.phone(cast.bob)
    first, second = phone.answer(visit.id, "GEN-01", "pass"), phone.answer(visit.id, "GEN-02", "fail")
    visit.push(cast.bob, first)
    visit.take_out(cast.bob)
    assert visit.push(cast.bob, second) == {second["id"]: ("held", "assignment-revoked")}
    assert visit.answers() == {"GEN-01": ["pass"]}

    assert decide(cast, second, "accepted") == 302

    assert visit.answers() == {"GEN-01": ["pass"], "GEN-02": ["fail"]}
    stored = visit.operations()[-1]
    assert (stored.body, stored.n, stored.device_id, stored.person_id) == (second, 2, phone.device, cast.bob.id)
    row = visit.row()
    assert (row.held, row.answered, row.failing, row.version, row.amended_at) == (0, 2, 1, 1, None)
    with cast.reading() as tx:
        held = tx.scalars(select(HeldOperation)).one()
        chain = tx.get_one(DeviceChain, (visit.id, phone.device))
    assert (held.body, held.code) == (second, "assignment-revoked")
    assert (chain.through, chain.head) == (2, phone.head(visit.id))
    assert visit.push(cast.bob, second) == {second["id"]: ("dup", None)}


def test_the_phone_hears_of_the_decision_and_nobody_elses_does(visit: Visit, cast: Cast) -> None:
    op = visit.phone(cast.bob).comment(visit.id, "GEN-01", "Sau cùng")
    visit.take_out(cast.bob)
    visit.push(cast.bob, op)

    decide(cast, op, "refused", "Ngoài phạm vi")

    assert visit.decisions_of(cast.bob) == [
        {
            "op": op["id"],
            "insp": str(visit.id),
            "result": "refused",
            "reason": "Ngoài phạm vi",
            "by_name": cast.vera.name,
            "at": NOW_MS,
        }
    ]
    assert visit.decisions_of(cast.alice) == []


def test_a_late_operation_makes_a_new_version_that_must_be_signed_again(visit: Visit, cast: Cast) -> None:
    alice, bob = visit.phone(cast.alice), visit.phone(cast.bob)
    signed = [alice.answer(visit.id, "GEN-01", "pass"), alice.sign(visit.id, "leader"), alice.submit(visit.id)]
    visit.push(cast.alice, *signed)
    assert visit.row().state == "complete"
    visit.set(state="approved", approved_at=NOW, approved_by=cast.vera.id)
    late = bob.answer(visit.id, "GEN-02", "fail")
    assert visit.push(cast.bob, late) == {late["id"]: ("held", "late")}

    assert decide(cast, late, "accepted") == 302

    row = visit.row()
    assert (row.state, row.version, row.amended_at, row.failing) == ("approved", 2, NOW, 1)
    with cast.reading() as tx:
        assert [each.item for each in tx.scalars(select(Violation))] == ["GEN-02"]
        told = tx.scalars(select(AuditRow).where(AuditRow.action == "results.amended")).one()
    assert told.facts == {"operations": [late["id"]], "added": ["GEN-02"], "version": 2}
    page = cast.client(cast.vera).get(f"/desk/inspections/{visit.id}").get_data(as_text=True)
    assert "Sửa sau khi ký" in page


def test_what_was_amended_is_approved_again_only_after_a_new_signature(visit: Visit, cast: Cast) -> None:
    alice = visit.phone(cast.alice)
    visit.push(cast.alice, alice.answer(visit.id, "GEN-01", "pass"), alice.sign(visit.id, "leader"))
    visit.push(cast.alice, alice.submit(visit.id))
    visit.set(state="approved", approved_at=NOW, approved_by=cast.vera.id)
    late = visit.phone(cast.bob).answer(visit.id, "GEN-02", "fail")
    visit.push(cast.bob, late)
    decide(cast, late, "accepted")
    desk = cast.client(cast.vera)
    where = f"/desk/inspections/{visit.id}"

    def press(action: str, **fields: str) -> int:
        form = change(fields_of(desk.get(where), f"/{action}"), fields)
        return desk.post(f"{where}/{action}", data=form).status_code

    assert press("return", **{"back-reason": "Ký lại biên bản"}) == 302
    visit.push(cast.alice, alice.submit(visit.id))
    assert visit.row().state == "complete"
    assert press("approve") == 409
    cast.set_clock(NOW + timedelta(hours=1))
    visit.push(cast.alice, alice.sign(visit.id, "leader"), alice.submit(visit.id))
    assert press("approve") == 302
    row = visit.row()
    assert (row.state, row.version, row.amended_at) == ("approved", 2, None)


def test_given_again_the_author_is_in_the_team_and_later_ones_are_taken(visit: Visit, cast: Cast) -> None:
    phone = visit.phone(cast.bob)
    visit.take_out(cast.bob)
    held = [phone.answer(visit.id, "GEN-01", "fail"), phone.photo(visit.id, "GEN-01", b"bytes")]
    visit.push(cast.bob, *held)

    assert decide(cast, held[0], "reassigned") == 302

    later = phone.answer(visit.id, "GEN-02", "pass")
    assert visit.push(cast.bob, later) == {later["id"]: ("ok", None)}
    assert visit.answers() == {"GEN-01": ["fail"], "GEN-02": ["pass"]}
    assert visit.row().held == 1
    assert decide(cast, held[1], "accepted") == 302
    with cast.reading() as tx:
        assert [(each.id, each.person_id) for each in tx.scalars(select(Photo))] == [(UUID(held[1]["id"]), cast.bob.id)]
        chain = tx.get_one(DeviceChain, (visit.id, phone.device))
    assert (chain.through, chain.head) == (3, phone.head(visit.id))


def test_a_stranger_can_be_given_the_visit_and_only_strangers(visit: Visit, cast: Cast) -> None:
    stranger = cast.phone(cast.carol)
    told = stranger.comment(visit.id, "", "Tôi cũng ở đó")
    assert push(cast, cast.carol, stranger, visit.id, told) == {told["id"]: ("held", "not-in-team")}
    late = visit.phone(cast.bob).comment(visit.id, "", "Muộn")
    visit.set(state="approved", approved_at=NOW)
    visit.push(cast.bob, late)
    assert decide(cast, late, "reassigned") == 422
    assert decide(cast, told, "reassigned") == 409  # an approved visit is given to nobody
    visit.set(state="complete")

    assert decide(cast, told, "reassigned") == 302

    assert [each.body for each in visit.operations()] == [told]


def test_a_reused_id_or_number_counts_as_a_copy_beside_the_first(visit: Visit, cast: Cast) -> None:
    phone = visit.phone(cast.alice)
    first = phone.answer(visit.id, "GEN-01", "pass")
    same_id = {**first, "v": "fail"}
    same_n = {**phone.answer(visit.id, "GEN-02", "fail"), "n": 1}
    visit.push(cast.alice, first)
    assert visit.push(cast.alice, same_id) == {first["id"]: ("held", "id-reuse")}
    assert visit.push(cast.alice, same_n) == {same_n["id"]: ("held", "fork")}

    assert decide(cast, same_id, "accepted") == 302
    assert decide(cast, same_n, "accepted") == 302

    assert {item: sorted(values) for item, values in visit.answers().items()} == {
        "GEN-01": ["fail", "pass"],
        "GEN-02": ["fail"],
    }
    copies = visit.operations()[1:]
    assert [each.n for each in copies] == [1, 2]
    assert [each.body["copies"][0] for each in copies] == [same_id["id"], same_n["id"]]
    assert {each.person_id for each in copies} == {cast.alice.id}
    assert len({each.device_id for each in copies} | {phone.device}) == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"k": "dance"}, "unknown-kind"),
        ({"k": "answer", "i": "ZZZ-99", "v": "pass"}, "unknown-item"),
        ({"k": "answer", "i": "GEN-01", "v": {"x": 1}}, "bad-answer"),
        ({"k": "comment", "i": "GEN-01"}, "bad-body"),
    ],
)
def test_what_no_rule_can_read_stays_beside_and_can_still_be_annexed(
    visit: Visit, cast: Cast, fields: dict[str, Any], code: str
) -> None:
    given = {name: value for name, value in fields.items() if name != "k"}
    op = visit.phone(cast.alice).write(visit.id, fields["k"], **given)
    assert visit.push(cast.alice, op) == {op["id"]: ("held", code)}

    assert decide(cast, op, "accepted") == 422
    assert visit.operations() == []
    assert decide(cast, op, "annexed", "Không đọc được") == 302
    assert visit.row().held == 0


def test_a_long_note_that_a_person_has_looked_at_is_taken_whole(visit: Visit, cast: Cast) -> None:
    op = visit.phone(cast.alice).comment(visit.id, "GEN-01", "dài " * 6000)
    assert visit.push(cast.alice, op) == {op["id"]: ("held", "too-long")}

    assert decide(cast, op, "accepted") == 302

    assert visit.operations()[0].body == op


def test_a_visit_that_came_back_takes_what_it_was_unknown_for(cast: Cast) -> None:
    lost = UUID("01890000-0000-7000-8000-00000000abcd")
    phone = cast.phone(cast.alice)
    op = phone.answer(lost, "GEN-01", "fail")
    assert push(cast, cast.alice, phone, lost, op) == {op["id"]: ("held", "unknown-inspection")}
    assert decide(cast, op, "accepted") == 422
    cast.inspection(cast.alice, id=lost)

    assert decide(cast, op, "accepted") == 302

    with cast.reading() as tx:
        assert [each.body for each in tx.scalars(select(Operation))] == [op]
        assert tx.get_one(Inspection, lost).failing == 1


def test_nobody_decides_about_the_own_work(cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.vera)
    op = phone.comment(visit, "", "Của tôi")
    push(cast, cast.vera, phone, visit, op)

    assert decide(cast, op, "accepted") == 403

    with cast.reading() as tx:
        assert tx.scalars(select(HeldDecision)).all() == []


def test_a_whole_visit_that_was_held_is_accepted_in_one_go(visit: Visit, cast: Cast) -> None:
    phone = visit.phone(cast.bob)
    visit.take_out(cast.bob)
    ops = [phone.answer(visit.id, "GEN-01", "pass")] + [phone.comment(visit.id, "", f"{n}") for n in range(7)]
    ops += [phone.sign(visit.id, "leader"), phone.submit(visit.id)]
    visit.push(cast.bob, *ops)
    desk = cast.client(cast.vera)
    fields = change(fields_of(desk.get("/desk/held"), "/desk/held/decide"), {"result": "accepted", "which": "all"})
    desk.post("/desk/held/decide", data=fields)

    row = visit.row()
    assert (row.state, row.held, row.answered, row.amended_at) == ("complete", 0, 1, None)
    assert [each.seq for each in visit.operations()] == list(range(1, 11))
    assert [each.body for each in visit.operations()] == ops
