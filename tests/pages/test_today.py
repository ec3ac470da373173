"""Hôm nay: the numbers to act on, danger on top, the visits of the day; and the frame around every page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from inspect_app.store.tables import Device, HeldOperation, Inspection
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import counted, fields_of, send


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def body(client: Client, where: str = "/desk/") -> str:
    return client.get(where).get_data(as_text=True)


def numbers(page: str) -> dict[str, int]:
    """label → number, in the order of the screen."""
    found = {}
    for each in page.split('<ul class="numbers"')[1].split("</ul>")[0].split("<strong>")[1:]:
        value, rest = each.split("</strong>", 1)
        found[rest.split("</svg>")[1].split("<small>")[0].strip()] = int(value.replace(".", ""))
    return found


def fill(cast: Cast) -> None:
    """Of everything one, at the edges of the days."""
    with cast.writing() as tx:
        row = builders.an_inspection(tx, cast.vera.agency, [cast.alice.id], state="complete")
        builders.an_inspection(tx, cast.vera.agency, [cast.alice.id], state="in-progress", conflicts=3)
        builders.an_inspection(tx, cast.vera.agency, [cast.alice.id], state="approved", conflicts=3)
        for item, days, status in (
            ("GEN-01", -1, "recorded"),
            ("GEN-02", 0, "remedying"),
            ("GEN-03", 7, "recorded"),
            ("GEN-04", 8, "recorded"),
            ("GEN-05", -9, "closed"),
        ):
            deadline = TODAY + timedelta(days=days)
            builders.a_violation(tx, row, item=item, deadline=deadline, remedy_status=status)
        tx.commit()


def test_each_number_counts_what_somebody_must_act_on(desk: Client, cast: Cast, noise: object) -> None:
    fill(cast)

    assert numbers(body(desk)) == {
        "Quá hạn khắc phục": 1,
        "Sắp đến hạn": 2,
        "Chờ duyệt": 1,
        "Kết quả khác nhau": 1,
        "Bằng chứng khắc phục": 0,
        "Giữ lại, chưa gửi": 0,
    }


def test_each_number_opens_its_rows(desk: Client, cast: Cast) -> None:
    fill(cast)
    page = body(desk)

    for where in (
        "/desk/violations?overdue=1",
        "/desk/violations?due_in=7",
        "/desk/inspections?state=complete",
        "/desk/inspections?conflicts=1",
    ):
        assert f'href="{where}"' in page
        assert desk.get(where).status_code == 200, where


def test_phones_silent_for_a_day_and_held_operations_are_told(desk: Client, cast: Cast) -> None:
    phone, calm = cast.phone(cast.bob), cast.phone(cast.alice)
    with cast.writing() as tx:
        for device, who, hours in ((phone.device, cast.bob.id, 25), (calm.device, cast.alice.id, 23)):
            row = tx.get_one(Device, (device, who))
            row.unsent, row.oldest_unsent_at = 4, NOW - timedelta(hours=hours)
        tx.add(
            HeldOperation(
                id=uuid4(),
                body_sha256="0" * 64,
                agency_id=cast.bob.agency,
                claimed_inspection="x",
                device_id=phone.device,
                n=1,
                person_id=cast.bob.id,
                body={},
                code="unknown-inspection",
                received_at=NOW,
            )
        )
        tx.commit()

    assert numbers(body(desk))["Giữ lại, chưa gửi"] == 2


def test_imminent_danger_stands_on_top(desk: Client, cast: Cast) -> None:
    fill(cast)
    assert "Nguy cơ trực tiếp còn mở" not in body(desk)
    with cast.writing() as tx:
        row = builders.an_inspection(tx, cast.vera.agency, [cast.alice.id], state="submitted")
        builders.a_violation(tx, row, item="GEN-07", severity=4, title="Hố đào không chống vách")
        tx.commit()

    page = body(desk)

    assert "Hố đào không chống vách" in page
    assert page.index("Nguy cơ trực tiếp còn mở") < page.index("Cuộc kiểm tra đang trong thời hạn")


def test_todays_visits_are_those_whose_window_is_open(desk: Client, cast: Cast) -> None:
    day = timedelta(days=1)
    shown = cast.inspection(cast.alice, window_start=TODAY - day, window_end=TODAY)
    over = cast.inspection(cast.alice, window_start=TODAY - 3 * day, window_end=TODAY - day)
    sent = cast.inspection(cast.alice, state="submitted")

    page = body(desk)

    assert str(shown) in page
    assert str(over) not in page
    assert str(sent) not in page


def test_it_asks_the_same_number_of_questions_for_any_day(app: Flask, cast: Cast, desk: Client) -> None:
    cast.inspection(cast.alice)
    body(desk)
    with counted(app) as few:
        body(desk)
    with cast.writing() as tx:
        for _ in range(20):
            builders.an_inspection(tx, cast.vera.agency, [cast.alice.id, cast.bob.id])
        tx.commit()
    with counted(app) as more:
        body(desk)

    assert len(more) == len(few)


# --- the frame


def test_a_stranger_is_asked_to_sign_in_and_comes_back(app: Flask, cast: Cast) -> None:
    answer = app.test_client().get("/desk/inspections?state=complete")

    assert answer.status_code == 302
    assert "/desk/sign-in?next=" in answer.headers["Location"]


def test_the_column_holds_the_places_of_the_role(cast: Cast) -> None:
    assert ">Quản trị</a>" not in body(cast.client(cast.vera))
    assert ">Quản trị</a>" in body(cast.client(cast.adam))
    assert '<a href="/desk/inspections" aria-current="page">' in body(cast.client(cast.vera), "/desk/inspections")


def test_no_page_carries_inline_script_or_style(desk: Client, cast: Cast) -> None:
    visit = cast.inspection(cast.alice)
    for where in (
        "/desk/",
        "/desk/plan",
        "/desk/plan/new",
        "/desk/inspections",
        f"/desk/inspections/{visit}",
        "/desk/sites",
    ):
        page = body(desk, where)
        assert "style=" not in page, where
        assert "<script>" not in page, where
        assert " onclick" not in page, where


def test_the_theme_is_kept_and_leads_back(desk: Client) -> None:
    answer = send(desk, "/desk/inspections?state=complete", "/desk/theme", theme="dark")

    assert answer.headers["Location"] == "/desk/inspections?state=complete"
    assert 'data-theme="dark"' in body(desk)
    send(desk, "/desk/", "/desk/theme", theme="")
    assert "data-theme" not in body(desk)


@pytest.mark.parametrize("back", ["https://example.org/desk/", "//example.org/desk", "/field/", "/\\example.org"])
def test_the_theme_leads_nowhere_else(desk: Client, back: str) -> None:
    fields = fields_of(desk.get("/desk/"), "/desk/theme")
    fields["back"] = back

    assert desk.post("/desk/theme", data=fields).headers["Location"] == "/desk/"


def test_an_error_is_a_page_that_says_what_to_do(desk: Client) -> None:
    answer = desk.get("/desk/nowhere")

    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.get_data(as_text=True)
    assert "not-found" in answer.get_data(as_text=True)


def test_an_inspection_of_nobody_is_not_there(desk: Client, cast: Cast) -> None:
    with cast.reading() as tx:
        missing = uuid4()
        assert tx.get(Inspection, missing) is None
    assert desk.get(f"/desk/inspections/{missing}").status_code == 404
