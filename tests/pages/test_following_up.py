"""The office follows up: bulk steps, owners, kept lists, proofs, notices, and the worker's page."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import select

from inspect_app.services.follow_lists import unpack_filter
from inspect_app.store.tables import AuditRow, FollowList, FollowRun, Notice, Person, Reminder, Violation, ViolationStep
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import ZONES, Cast, Player
from tests.pages.browsing import change, counted, fields_of, send

LIST = "/desk/follow-up"
STEPS = "/desk/follow-up/steps"
LISTS = "/desk/follow-up/lists"


def violations(cast: Cast, count: int, *, agency: str | None = None, **columns: object) -> list[UUID]:
    """Found by bob, followed up by alice."""
    with cast.writing() as tx:
        team = [cast.carol.id] if agency == ZONES else [cast.alice.id, cast.bob.id]
        visit = builders.an_inspection(tx, agency or cast.alice.agency, team)
        made = []
        for number in range(count):
            given = {"author_id": cast.bob.id, "owner_id": cast.alice.id, "deadline": TODAY + timedelta(days=20)}
            given |= {"item": f"GEN-{number:02d}", "title": f"Vi phạm số {number}", **columns}
            made.append(builders.a_violation(tx, visit, **given).id)
        tx.commit()
        return made


def row(cast: Cast, violation: UUID) -> Violation:
    with cast.reading() as tx:
        return tx.get_one(Violation, violation)


def with_ids(ids: list[UUID], **more: str) -> str:
    return f"{STEPS}?{urlencode([('id', str(each)) for each in ids] + list(more.items()))}"


# --- owner, next step, date -----------------------------------------------------------------------


def test_the_lists_show_owner_next_step_and_day(cast: Cast) -> None:
    (violation,) = violations(cast, 1)
    client = cast.client(cast.vera)
    for address in (LIST, "/desk/violations", f"/desk/violations/{violation}"):
        page = client.get(address).get_data(as_text=True)
        assert "Ra văn bản yêu cầu khắc phục" in page, address
        assert "27/11/2026" in page, address
    assert "Nguyễn Thị An" in client.get(LIST).get_data(as_text=True)


def test_a_step_moves_the_next_day_to_the_deadline_and_a_visit_to_its_own(cast: Cast) -> None:
    (violation,) = violations(cast, 1)
    client, page = cast.client(cast.vera), f"/desk/violations/{violation}"

    def shown() -> str:
        return client.get(page).get_data(as_text=True)

    given = {"document": "421/CV", "date": TODAY.isoformat(), "deadline": "2026-12-20"}
    fields = {f"request-remedy-{name}": value for name, value in given.items()}
    assert send(client, page, f"{page}/request-remedy", **fields).status_code == 302
    assert row(cast, violation).next_on is None
    assert "Nhận báo cáo khắc phục" in shown()
    fields = {"schedule-reinspection-date": "2026-12-15"}
    assert send(client, page, f"{page}/schedule-reinspection", **fields).status_code == 302
    assert row(cast, violation).next_on is not None
    assert "Tái kiểm tra" in shown()
    assert "15/12/2026" in shown()


def test_handing_over_is_told_to_the_new_owner_and_kept_in_the_audit(cast: Cast) -> None:
    (violation,) = violations(cast, 1)
    page = f"/desk/violations/{violation}"
    action = f"/desk/follow-up/owner/{violation}"
    answer = send(cast.client(cast.vera), page, action, owner=str(cast.bob.id))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert row(cast, violation).owner_id == cast.bob.id
    with cast.reading() as tx:
        (told,) = tx.scalars(select(Notice))
        noted = tx.scalars(select(AuditRow).where(AuditRow.action == "violation.owner")).all()
    assert (told.person_id, told.kind) == (cast.bob.id, "owner")
    assert [each.facts["to"] for each in noted] == [str(cast.bob.id)]


@pytest.mark.parametrize("who", ["carol", "adam", "victor"])
def test_nobody_outside_or_without_follow_up_becomes_owner(cast: Cast, who: str) -> None:
    (violation,) = violations(cast, 1)
    page, action = f"/desk/violations/{violation}", f"/desk/follow-up/owner/{violation}"
    answer = send(cast.client(cast.vera), page, action, owner=str(getattr(cast, who).id))
    assert answer.status_code == 422
    assert row(cast, violation).owner_id == cast.alice.id


def test_another_agencys_violation_is_not_there_to_hand_over(cast: Cast) -> None:
    ours, theirs = violations(cast, 1), violations(cast, 1, agency=ZONES)
    client = cast.client(cast.vera)
    fields = fields_of(client.get(f"/desk/violations/{ours[0]}"), f"/desk/follow-up/owner/{ours[0]}")
    answer = client.post(f"/desk/follow-up/owner/{theirs[0]}", data=change(fields, {"owner": str(cast.bob.id)}))
    assert answer.status_code == 404


# --- one step for several -------------------------------------------------------------------------


def test_one_step_for_several_rows_says_what_came_of_each(cast: Cast) -> None:
    good = violations(cast, 3)
    (closed,) = violations(cast, 1, remedy_status="closed")
    client = cast.client(cast.vera)
    form = with_ids([*good, closed], do="request-remedy")
    page = client.get(form).get_data(as_text=True)
    assert page.count("Làm được") == 3
    assert page.count("Không hợp lệ với dòng này") == 1
    facts = {"document": "421/CV", "date": TODAY.isoformat(), "deadline": "2026-12-20"}
    answer = send(client, form, "", to=STEPS, **facts).get_data(as_text=True)
    assert "Ra văn bản yêu cầu khắc phục" not in answer
    assert answer.count("Đã ghi") == 3
    assert "1 dòng chưa ghi được" in answer
    assert [row(cast, each).remedy_status for each in good] == ["remedy-requested"] * 3
    assert row(cast, closed).remedy_status == "closed"


def test_the_same_form_sent_twice_writes_each_step_once(cast: Cast) -> None:
    ids = violations(cast, 2)
    client = cast.client(cast.vera)
    form = with_ids(ids, do="request-remedy")
    fields = fields_of(client.get(form), "")
    given = {"document": "421/CV", "date": TODAY.isoformat(), "deadline": "2026-12-20"}
    answers = [client.post(STEPS, data=change(fields, given)).get_data(as_text=True) for _ in range(2)]
    assert all("Đã ghi đủ 2 dòng" in answer for answer in answers)
    with cast.reading() as tx:
        assert len(tx.scalars(select(ViolationStep)).all()) == 2


def test_what_somebody_else_changed_meanwhile_is_left_alone_and_said(cast: Cast) -> None:
    ids = violations(cast, 2)
    client = cast.client(cast.vera)
    form = with_ids(ids, do="owner")
    fields = change(fields_of(client.get(form), ""), {"owner": str(cast.bob.id)})
    with cast.writing() as tx:
        tx.get_one(Violation, ids[0]).owner_id = cast.vera.id
        tx.commit()
    answer = client.post(STEPS, data=fields).get_data(as_text=True)
    assert "Hồ sơ vừa được người khác sửa" in answer
    assert [row(cast, each).owner_id for each in ids] == [cast.vera.id, cast.bob.id]


def test_rows_of_another_agency_and_unknown_ones_are_not_there(cast: Cast) -> None:
    ours, theirs = violations(cast, 1), violations(cast, 1, agency=ZONES)
    page = cast.client(cast.vera).get(with_ids([*ours, *theirs])).get_data(as_text=True)
    assert "Xử lý 1 dòng đã chọn" in page
    assert "1 dòng đã chọn không còn trong sổ" in page


@pytest.mark.parametrize("query", ["", "?id=x", "?" + "&".join(["id=01890000-0000-7000-8000-000000000000"] * 101)])
def test_nothing_or_too_much_chosen_is_refused(cast: Cast, query: str) -> None:
    assert cast.client(cast.vera).get(STEPS + query).status_code in {400, 422}


def test_missing_facts_stop_the_form_and_nothing_is_written(cast: Cast) -> None:
    ids = violations(cast, 1)
    answer = send(cast.client(cast.vera), with_ids(ids, do="request-remedy"), "", to=STEPS, document="")
    assert answer.status_code == 422
    assert row(cast, ids[0]).remedy_status == "recorded"


def test_looking_at_many_rows_takes_no_more_statements_than_at_few(cast: Cast) -> None:
    client = cast.client(cast.vera)
    few, many = violations(cast, 2), violations(cast, 30)
    client.get(with_ids(few))
    with counted(cast.app) as at_few:
        client.get(with_ids(few))
    with counted(cast.app) as at_many:
        client.get(with_ids(many))
    assert len(at_many) == len(at_few)


# --- kept lists -----------------------------------------------------------------------------------


def keep(cast: Cast, who: Player, **fields: str) -> UUID:
    given = {"name": "Quá hạn của tôi", "every": "weekly", **fields}
    client = cast.client(who)
    answer = send(client, f"{LISTS}/new?overdue=1&severity=4&owner={who.id}", "", **given)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


def test_a_list_keeps_its_filters_and_its_rhythm(cast: Cast) -> None:
    kept = keep(cast, cast.vera)
    with cast.reading() as tx:
        found = tx.get_one(FollowList, kept)
    wanted = unpack_filter(found.filters)
    assert (wanted.overdue, wanted.severity, wanted.owner) == (True, 4, cast.vera.id)
    assert str(found.next_on) == "2026-11-23"  # the next Monday
    page = cast.client(cast.vera).get(f"{LISTS}/{kept}").get_data(as_text=True)
    assert f"/desk/follow-up?severity=4&amp;overdue=1&amp;owner={cast.vera.id}" in page


def test_a_private_list_is_nobody_elses_and_a_shared_one_stays_in_the_agency(cast: Cast) -> None:
    private, shared = keep(cast, cast.vera), keep(cast, cast.vera, shared="y", name="Của cả sở")
    alice, victor = cast.client(cast.alice), cast.client(cast.victor)
    assert alice.get(f"{LISTS}/{private}").status_code == 404
    assert alice.get(f"{LISTS}/{shared}").status_code == 200
    assert victor.get(f"{LISTS}/{shared}").status_code == 404
    assert "Của cả sở" in alice.get(LISTS).get_data(as_text=True)
    answer = send(alice, f"{LISTS}/{shared}/edit", "", name="Của tôi")
    assert answer.status_code == 403


def test_a_deleted_list_is_gone_and_sends_nothing(cast: Cast) -> None:
    kept = keep(cast, cast.vera)
    client = cast.client(cast.vera)
    assert send(client, f"{LISTS}/{kept}", f"{LISTS}/{kept}/delete").status_code == 302
    assert client.get(f"{LISTS}/{kept}").status_code == 404
    with cast.reading() as tx:
        assert tx.get_one(FollowList, kept).next_on is None


def test_today_can_be_written_down_and_compared_with_later(cast: Cast) -> None:
    client = cast.client(cast.vera)
    answer = send(client, f"{LISTS}/new", "", name="Tất cả")
    kept = UUID(answer.headers["Location"].rsplit("/", 1)[1])
    first = violations(cast, 4)
    for _ in range(2):
        assert send(client, f"{LISTS}/{kept}", f"{LISTS}/{kept}/run").status_code == 302
    with cast.writing() as tx:
        assert [(run.rows, run.overdue) for run in tx.scalars(select(FollowRun))] == [(4, 0)]
        tx.get_one(Violation, first[0]).remedy_status = "closed"
        tx.get_one(Violation, first[1]).deadline = TODAY + timedelta(days=5)
        tx.commit()
    violations(cast, 2)
    cast.set_clock(NOW + timedelta(days=10))
    page = cast.client(cast.vera).get(f"{LISTS}/{kept}").get_data(as_text=True)
    numbers = [part.split("</dd>")[0] for part in page.split("<dd>")[1:6]]
    assert numbers == ["2", "1", "3", "1", "0"]  # new, closed, still, got overdue, left


# --- proofs ---------------------------------------------------------------------------------------


def test_a_hundred_percent_or_every_row_that_breaks_it(cast: Cast) -> None:
    client, page = cast.client(cast.vera), "/desk/follow-up/proofs"
    searched = {"heads": [], "searched": [{"at": 1, "matches": 0, "by": ""}]}
    violations(cast, 2, value=searched)
    assert client.get(page).get_data(as_text=True).count("100 %") == 3
    (late,) = violations(cast, 1, deadline=TODAY - timedelta(days=2), title="Quá hạn trong im lặng", value=searched)
    violations(cast, 1, title="Không hạn", deadline=None, value=searched)
    violations(cast, 1, title="Không ai tra cứu")
    told = client.get(page).get_data(as_text=True)
    for title in ("Quá hạn trong im lặng", "Không hạn", "Không ai tra cứu"):
        assert told.count(f">{title}</a>") == 1
    rows = client.get(f"{page}/escalated.csv").get_data(as_text=True)
    assert "Quá hạn trong im lặng" in rows
    assert len(rows.splitlines()) == 2
    with cast.writing() as tx:
        given = {"deadline": TODAY - timedelta(days=2), "mark": "over-1", "rank": 1, "people": [], "at": NOW}
        tx.add(Reminder(violation_id=late, agency_id=cast.vera.agency, **given))
        tx.commit()
    assert "Quá hạn trong im lặng" not in client.get(page).get_data(as_text=True)


def test_an_owner_who_left_is_an_exception_and_another_agencys_rows_are_not_ours(cast: Cast) -> None:
    violations(cast, 1, owner_id=cast.bob.id, title="Mồ côi")
    violations(cast, 1, agency=ZONES, deadline=None, title="Của cơ quan khác")
    with cast.writing() as tx:
        tx.get_one(Person, cast.bob.id).disabled_at = NOW
        tx.commit()
    page = cast.client(cast.vera).get("/desk/follow-up/proofs").get_data(as_text=True)
    assert "Mồ côi" in page
    assert "Của cơ quan khác" not in page
    assert "Của cơ quan khác" in cast.client(cast.cora).get("/desk/follow-up/proofs").get_data(as_text=True)
    assert cast.client(cast.vera).get("/desk/follow-up/proofs?days=7").status_code == 422
    assert cast.client(cast.vera).get("/desk/follow-up/proofs/nothing.csv").status_code == 404


# --- notices and chores ---------------------------------------------------------------------------


def test_everybody_reads_their_own_notices_and_says_how_to_be_told(cast: Cast) -> None:
    (violation,) = violations(cast, 1)
    action = f"/desk/follow-up/owner/{violation}"
    send(cast.client(cast.vera), f"/desk/violations/{violation}", action, owner=str(cast.bob.id))
    bob = cast.client(cast.bob)
    assert "1 thông báo mới" in bob.get("/desk/me").get_data(as_text=True)
    assert "thông báo mới</span>" not in cast.client(cast.alice).get("/desk/me").get_data(as_text=True)
    assert send(bob, "/desk/me", "/desk/me/read").status_code == 302
    assert "Không có thông báo mới" in bob.get("/desk/me").get_data(as_text=True)
    answer = send(bob, "/desk/me", "/desk/me/settings", email="binh@so-xay-dung.example", mailed=["owner"])
    assert answer.status_code == 302
    with cast.reading() as tx:
        person = tx.get_one(Person, cast.bob.id)
    assert person.email == "binh@so-xay-dung.example"
    assert "reminder" in person.muted.split()
    assert "owner" not in person.muted.split()


@pytest.mark.parametrize(
    "email", ["Vân", "a@b", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", "@b.vn"]
)
def test_what_is_no_address_is_not_kept(cast: Cast, email: str) -> None:
    answer = send(cast.client(cast.bob), "/desk/me", "/desk/me/settings", email=email)
    assert answer.status_code == 422
    with cast.reading() as tx:
        assert tx.get_one(Person, cast.bob.id).email == ""


def test_the_administrator_sees_the_chores_and_may_ask_for_one(cast: Cast) -> None:
    adam = cast.client(cast.adam)
    page = adam.get("/desk/chores").get_data(as_text=True)
    assert "Nhắc hạn và báo cáo vượt cấp" in page
    assert "Chưa đặt máy chủ thư" in page
    assert send(adam, "/desk/chores", "/desk/chores/mail/run").status_code == 302
    fields = fields_of(adam.get("/desk/chores"), "/desk/chores/mail/run")
    assert adam.post("/desk/chores/wash/run", data=fields).status_code == 404
    assert cast.client(cast.vera).get("/desk/chores").status_code == 403
