"""Cuộc kiểm tra: the list, one inspection as a file, and what a supervisor decides."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, ChangeRow, HeldOperation, Inspection, TeamMember
from tests import builders
from tests.builders import NOW, NOW_MS, TODAY
from tests.cast import PUSH, Cast, Client
from tests.pages.browsing import counted, fields_of, send


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def visit(cast: Cast) -> UUID:
    """Alice and Bob, all data arrived, waiting for review."""
    return cast.inspection(
        cast.alice, cast.bob, number="SXD-2026-0042", checklists=(("XDK", 1),), state="complete", visited_on=TODAY
    )


def address(visit: UUID, then: str = "") -> str:
    return f"/desk/inspections/{visit}{then}"


def state(cast: Cast, visit: UUID) -> str:
    with cast.reading() as tx:
        return tx.get_one(Inspection, visit).state


def told(cast: Cast) -> set[tuple[str, str]]:
    with cast.reading() as tx:
        return {(row.scope, row.kind) for row in tx.execute(select(ChangeRow.scope, ChangeRow.kind))}


def body(client: Client, where: str) -> str:
    return client.get(where).get_data(as_text=True)


# --- the list


def many(cast: Cast, count: int) -> None:
    with cast.writing() as tx:
        site = builders.a_site(tx)
        for n in range(count):
            day = TODAY - timedelta(days=n // 3)  # three a day: the key needs more than the day
            builders.an_inspection(
                tx, "so-xay-dung", [cast.alice.id, cast.bob.id], site=site, window_start=day, number=f"N{n:04d}"
            )
        tx.commit()


def test_pages_follow_one_another_without_gap_or_repetition(desk: Client, cast: Cast) -> None:
    many(cast, 120)
    seen: list[str] = []
    where: str | None = "/desk/inspections"
    while where:
        page = body(desk, where)
        seen += re.findall(r">(N\d{4})</a>", page)
        onward = re.search(r'class="onward" href="([^"]+)"', page)
        where = onward[1].replace("&amp;", "&") if onward else None

    assert len(seen) == 120
    assert set(seen) == {f"N{n:04d}" for n in range(120)}


def test_the_list_asks_the_same_number_of_questions_for_any_length(app: Flask, cast: Cast, desk: Client) -> None:
    many(cast, 3)
    desk.get("/desk/inspections")  # names of agencies are read once
    with counted(app) as few:
        assert desk.get("/desk/inspections").status_code == 200
    with cast.writing() as tx:
        for n in range(47):
            builders.an_inspection(tx, "so-xay-dung", [cast.alice.id], number=f"M{n:04d}")
        tx.commit()
    with counted(app) as more:
        assert desk.get("/desk/inspections").status_code == 200

    assert len(more) == len(few)


def test_filters_stand_in_the_address(desk: Client, cast: Cast, visit: UUID) -> None:
    other = cast.inspection(cast.alice, state="assigned", number="SXD-2026-0050", failing=2)

    for query, shown, hidden in (
        ("state=complete", visit, other),
        ("failing=1", other, visit),
        ("q=0042", visit, other),
        ("q=sxd-2026-0050", other, visit),
    ):
        page = body(desk, f"/desk/inspections?{query}")
        assert str(shown) in page, query
        assert str(hidden) not in page, query
    assert "Không có cuộc kiểm tra nào khớp." in body(desk, "/desk/inspections?q=khong+co+gi")


def test_sites_are_found_without_diacritics(desk: Client, cast: Cast) -> None:
    with cast.writing() as tx:
        site = builders.a_site(tx, name="Kho vật tư Tân Thịnh")
        tx.commit()
    found = cast.inspection(cast.alice, site=site)

    assert str(found) in body(desk, "/desk/inspections?q=tan thinh")


def test_another_agencys_inspection_is_nowhere(desk: Client, noise: UUID) -> None:
    assert "NOISE" not in body(desk, "/desk/inspections")
    for then in ("", "/positions.svg", f"/signatures/{uuid4()}.svg", "/team", "/days"):
        assert desk.get(address(noise, then)).status_code == 404


def test_the_coordinator_reads_all_and_decides_nothing(cast: Cast, noise: UUID) -> None:
    client = cast.client(cast.cora)

    assert "NOISE-2026-0001" in body(client, "/desk/inspections")
    page = body(client, address(noise))
    assert "NOISE" in page
    assert "<button>Trả lại</button>" not in page
    assert client.post(address(noise, "/approve")).status_code in {400, 403}


def test_an_inspector_has_no_desk(cast: Cast, visit: UUID) -> None:
    answer = cast.client(cast.bob).get(address(visit))

    assert answer.status_code == 403
    assert "Bạn không có quyền làm việc này" in answer.get_data(as_text=True)


def test_an_unfit_page_key_is_refused(desk: Client) -> None:
    assert desk.get("/desk/inspections?after=nonsense").status_code == 422


# --- one inspection


def test_both_values_of_a_conflict_stand_side_by_side_with_their_authors(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob, checklists=(("XDK", 1),))
    one, other = cast.phone(cast.alice), cast.phone(cast.bob)
    for player, phone, value in ((cast.alice, one, "fail"), (cast.bob, other, "pass")):
        ops = [phone.answer(visit, "XDK-08", value), phone.comment(visit, "XDK-08", f"Ghi chú của {player.name}")]
        assert cast.client(player).post(PUSH, json=phone.batch((visit, ops))).status_code == 200

    page = body(desk, address(visit))

    assert "Hai kết quả khác nhau (1)" in page
    first = page.split("Hai kết quả khác nhau (1)")[1].split("</section>")[0]
    assert all(name in first for name in (cast.alice.name, cast.bob.name, "Không đạt", "Đạt"))
    assert "Ghi chú của Lê Văn Bình" in page


def test_what_was_typed_in_the_field_is_text_never_markup(desk: Client, cast: Cast, visit: UUID) -> None:
    with cast.writing() as tx:
        tx.get_one(Inspection, visit).state = "in-progress"
        tx.commit()
    phone = cast.phone(cast.alice)
    ops = [
        phone.answer(visit, "XDK-08", "fail"),
        phone.comment(visit, "XDK-08", "<script>alert(1)</script>"),
        phone.write(visit, "opinion", text="<img src=x onerror=alert(2)>", sup=[]),
    ]
    assert cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops))).status_code == 200

    page = body(desk, address(visit))

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_file_costs_the_same_number_of_questions_however_much_was_written(
    app: Flask, desk: Client, cast: Cast
) -> None:
    visit = cast.inspection(cast.alice, checklists=(("XDK", 1),))
    phone, client = cast.phone(cast.alice), cast.client(cast.alice)
    client.post(PUSH, json=phone.batch((visit, [phone.answer(visit, "XDK-08", "fail")])))
    desk.get(address(visit))
    with counted(app) as few:
        desk.get(address(visit))
    ops = [phone.photo(visit, "XDK-08", bytes([n])) for n in range(20)]
    ops += [phone.answer(visit, f"XDK-{n:02d}", "fail") for n in range(9, 14)]
    assert client.post(PUSH, json=phone.batch((visit, ops))).status_code == 200
    with counted(app) as more:
        assert "Không đạt (6)" in body(desk, address(visit))

    assert len(more) == len(few)


def test_held_operations_are_listed_with_their_reason(desk: Client, cast: Cast, visit: UUID) -> None:
    with cast.writing() as tx:
        tx.add(
            HeldOperation(
                id=uuid4(),
                body_sha256="0" * 64,
                agency_id=cast.alice.agency,
                inspection_id=visit,
                claimed_inspection=str(visit),
                device_id=uuid4(),
                n=1,
                person_id=cast.carol.id,
                body={"k": "answer", "i": "XDK-01", "v": "pass", "t": NOW_MS},
                code="not-in-team",
                received_at=NOW,
            )
        )
        tx.commit()

    page = body(desk, address(visit))

    assert "Người ghi không ở trong đoàn" in page
    assert cast.carol.name in page


def test_a_signature_is_drawn_from_its_strokes(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    sign = phone.sign(visit, "subject")
    cast.client(cast.alice).post(PUSH, json=phone.batch((visit, [sign])))

    answer = desk.get(address(visit, f"/signatures/{sign['id']}.svg"))

    assert answer.mimetype == "image/svg+xml"
    assert 'd="M0 0L500 400"' in answer.get_data(as_text=True)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.get(address(visit, f"/signatures/{uuid4()}.svg")).status_code == 404


def test_positions_become_a_picture_and_a_table(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, checklists=(("XDK", 1),))
    phone = cast.phone(cast.alice)
    ops = [
        phone.write(visit, "open", checklists=[], gps=[21.594, 105.848, 9.0, NOW_MS]),
        phone.write(visit, "answer", i="XDK-08", v="fail", sup=[], gps=[21.5946, 105.8486, 6.0, NOW_MS]),
    ]
    cast.client(cast.alice).post(PUSH, json=phone.batch((visit, ops)))

    picture = desk.get(address(visit, "/positions.svg")).get_data(as_text=True)

    assert "XDK-08</text>" in picture
    assert "style=" not in picture
    assert 'href="geo:21.594,105.848"' in body(desk, address(visit))


# --- deciding


def test_a_supervisor_approves(desk: Client, cast: Cast, visit: UUID) -> None:
    answer = send(desk, address(visit), address(visit, "/approve"))

    assert answer.status_code == 302
    with cast.reading() as tx:
        row = tx.get_one(Inspection, visit)
        assert (row.state, row.approved_by, row.approved_at) == ("approved", cast.vera.id, NOW)
    assert told(cast) >= {(f"u:{cast.alice.id}", "visit"), (f"u:{cast.bob.id}", "visit")}


def test_approving_twice_changes_nothing(desk: Client, cast: Cast, visit: UUID) -> None:
    fields = fields_of(desk.get(address(visit)), address(visit, "/approve"))
    for _ in range(2):
        assert desk.post(address(visit, "/approve"), data=fields).status_code == 302

    with cast.reading() as tx:
        assert len(tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.approved")).all()) == 1


def test_two_clicks_at_once_approve_once(cast: Cast, visit: UUID) -> None:
    clients = [cast.client(cast.vera) for _ in range(4)]
    forms = [fields_of(client.get(address(visit)), address(visit, "/approve")) for client in clients]

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda n: clients[n].post(address(visit, "/approve"), data=forms[n]), range(4)))

    assert {answer.status_code for answer in answers} == {302}
    with cast.reading() as tx:
        assert len(tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.approved")).all()) == 1


def test_nobody_approves_own_work(desk: Client, cast: Cast, visit: UUID) -> None:
    fields = fields_of(desk.get(address(visit)), address(visit, "/approve"))
    with cast.writing() as tx:
        tx.add(TeamMember(inspection_id=visit, person_id=cast.vera.id, role="member", removed_at=NOW))
        tx.commit()

    answer = desk.post(address(visit, "/approve"), data=fields)

    assert answer.status_code == 403
    assert "Không tự duyệt việc của mình" in answer.get_data(as_text=True)
    assert state(cast, visit) == "complete"
    assert "Bạn ở trong đoàn" in body(desk, address(visit))


def test_open_conflicts_wait_for_the_leader(desk: Client, cast: Cast, visit: UUID) -> None:
    fields = fields_of(desk.get(address(visit)), address(visit, "/approve"))
    with cast.writing() as tx:
        tx.get_one(Inspection, visit).conflicts = 2
        tx.commit()

    assert desk.post(address(visit, "/approve"), data=fields).status_code == 409
    assert state(cast, visit) == "complete"
    assert address(visit, "/approve") not in body(desk, address(visit))


def test_returning_needs_words_and_tells_the_team(desk: Client, cast: Cast, visit: UUID) -> None:
    refused = send(desk, address(visit), address(visit, "/return"))
    assert refused.status_code == 422
    assert state(cast, visit) == "complete"

    words = "Bổ sung ảnh cho XDK-08, đo lại độ ồn."
    answer = send(desk, address(visit), address(visit, "/return"), **{"back-reason": words})

    assert answer.status_code == 302
    assert state(cast, visit) == "returned"
    assert words in body(desk, address(visit))
    assert (f"u:{cast.bob.id}", "visit") in told(cast)


def test_words_for_a_return_stay_when_it_is_too_late(desk: Client, cast: Cast, visit: UUID) -> None:
    fields = fields_of(desk.get(address(visit)), address(visit, "/return"))
    with cast.writing() as tx:
        tx.get_one(Inspection, visit).state = "approved"
        tx.commit()
    fields["back-reason"] = "Thiếu chữ ký"

    answer = desk.post(address(visit, "/return"), data=fields)

    assert answer.status_code == 422
    assert state(cast, visit) == "approved"


@pytest.mark.parametrize("step", ["approve", "return", "cancel", "team"])
@pytest.mark.parametrize("person", ["alice", "auth", "adam", "cora"])
def test_only_a_supervisor_decides(cast: Cast, visit: UUID, step: str, person: str) -> None:
    client = cast.client(getattr(cast, person))

    assert client.post(address(visit, f"/{step}")).status_code in {400, 403}
    assert state(cast, visit) == "complete"


def test_a_form_without_its_token_is_refused(desk: Client, cast: Cast, visit: UUID) -> None:
    assert desk.post(address(visit, "/approve")).status_code == 400
    assert state(cast, visit) == "complete"


def test_calling_off_keeps_the_data_and_takes_it_from_the_phones(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)
    fields = fields_of(desk.get(address(visit)), address(visit, "/cancel"))
    fields["off-reason"] = "Công trình đã dừng thi công"

    for _ in range(2):
        assert desk.post(address(visit, "/cancel"), data=fields).status_code == 302

    assert state(cast, visit) == "cancelled"
    assert told(cast) == {(f"u:{cast.alice.id}", "gone"), (f"u:{cast.bob.id}", "gone")}
    with cast.reading() as tx:
        assert len(tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.cancelled")).all()) == 1


def test_whoever_leaves_the_team_is_told_and_keeps_a_trace(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)

    answer = send(desk, address(visit, "/team"), members=[str(cast.carol.id)], secretary="", reason="Đồng chí Bình ốm")

    assert answer.status_code == 302
    with cast.reading() as tx:
        seats = {seat.person_id: seat.removed_at for seat in tx.get_one(Inspection, visit).team}
    assert seats == {cast.alice.id: None, cast.bob.id: NOW, cast.carol.id: None}
    assert told(cast) == {
        (f"u:{cast.alice.id}", "visit"),
        (f"u:{cast.bob.id}", "gone"),
        (f"u:{cast.carol.id}", "visit"),
    }


def test_a_team_without_a_reason_keeps_what_was_chosen(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)

    answer = send(desk, address(visit, "/team"), members=[str(cast.carol.id)], reason="")

    assert answer.status_code == 422
    assert fields_of(answer).getlist("members") == [str(cast.carol.id)]
    assert told(cast) == set()


def test_the_same_team_again_changes_nothing(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice, cast.bob)

    assert send(desk, address(visit, "/team"), reason="Không đổi gì").status_code == 302
    assert told(cast) == set()
