"""Kế hoạch năm, chuyên đề, chiến dịch: lines, board, calendar, people, and on to the visit."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, Inspection, Plan, PlanLine, Site
from tests import builders
from tests.builders import TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import change, counted, fields_of, send

JUNE = date(2027, 6, 1)


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Chung cư Gia Sàng", sector="XDK")
        tx.commit()
        return row


@pytest.fixture
def plan(desk: Client) -> str:
    """The address of a yearly plan of 2027."""
    answer = send(desk, "/desk/plans/new", title="Kế hoạch kiểm tra năm 2027", decision_no="9/QĐ-SXD")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.headers["Location"]


@pytest.fixture
def line(desk: Client, plan: str, site: Site) -> str:
    """The address of a suggested line."""
    found = fields_of(desk.get(f"{plan}/sites?q=gia sang"), f"{plan}/lines")
    answer = desk.post(f"{plan}/lines", data=change(found, {"site": str(site.id)}))
    assert answer.status_code == 302
    page = desk.get(plan).get_data(as_text=True)
    return "/desk/plans/lines/" + page.split('data-line="')[1].split('"')[0]


def rows(cast: Cast) -> list[PlanLine]:
    with cast.reading() as tx:
        return list(tx.scalars(select(PlanLine)))


def text(client: Client, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_a_plan_is_made_once_however_often_it_is_sent(desk: Client, cast: Cast) -> None:
    fields = change(fields_of(desk.get("/desk/plans/new")), {"title": "Tháng hành động", "kind": "campaign"})

    answers = [desk.post("/desk/plans/new", data=fields).headers["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    with cast.reading() as tx:
        assert [each.title for each in tx.scalars(select(Plan))] == ["Tháng hành động"]
    assert "Chiến dịch" in text(desk, "/desk/plans")


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"last_day": "2026-01-01"}, {"last_day": "2031-01-01"}, {"kind": "other"}]
)
def test_a_plan_that_makes_no_sense_is_not_made(desk: Client, cast: Cast, wrong: dict[str, str]) -> None:
    assert send(desk, "/desk/plans/new", **{"title": "X", **wrong}).status_code == 422
    with cast.reading() as tx:
        assert list(tx.scalars(select(Plan))) == []


def test_a_site_stands_in_a_plan_once(desk: Client, cast: Cast, plan: str, site: Site, line: str) -> None:
    fields = fields_of(desk.get(f"{plan}/sites?q=gia sang"), f"{plan}/lines")

    desk.post(f"{plan}/lines", data=change(fields, {"site": str(site.id)}))

    assert [each.state for each in rows(cast)] == ["suggested"]


def test_a_card_moves_by_its_button_and_into_a_month_by_its_select(
    desk: Client, cast: Cast, plan: str, line: str
) -> None:
    board = fields_of(desk.get(plan), line)
    assert desk.post(line, data=change(board, {"column": "planned"})).status_code == 302
    calendar = fields_of(desk.get(f"{plan}?view=calendar"), line)
    answer = desk.post(line, data=change(calendar, {"starts_on": JUNE.isoformat()}))

    assert answer.headers["Location"].endswith("?view=calendar")
    [row] = rows(cast)
    assert (row.state, row.starts_on, row.span) == ("planned", JUNE, "month")
    page = text(desk, f"{plan}?view=calendar").split('class="calendar"')[1]
    assert page.index("Tháng 6/2027") < page.index("Chung cư Gia Sàng") < page.index("Tháng 7/2027")


def test_a_line_is_put_into_a_week(desk: Client, cast: Cast, plan: str, line: str) -> None:
    send(desk, line, "", starts_on="2027-06-17", span="week")

    [row] = rows(cast)
    assert (row.starts_on, row.span) == (date(2027, 6, 14), "week")
    assert "Tuần từ 14/06/2027</h2>" in text(desk, f"{plan}?view=calendar&month=2027-06-01").replace(" (1)", "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"starts_on": "2029-06-01"}, "Ngoài thời gian của kế hoạch"),
        ({"column": "done"}, "Cần phân công"),
    ],
)
def test_what_is_not_possible_is_said(
    desk: Client, cast: Cast, plan: str, line: str, wrong: dict[str, str], said: str
) -> None:
    fields = change(fields_of(desk.get(plan), line), wrong)

    desk.post(line, data=fields)

    assert said in text(desk, plan)
    assert [(each.state, each.starts_on) for each in rows(cast)] == [("suggested", None)]


def test_who_moves_a_card_that_somebody_else_moved_is_told(desk: Client, cast: Cast, plan: str, line: str) -> None:
    mine, theirs = (fields_of(desk.get(f"{plan}?view=calendar"), line) for _ in range(2))
    desk.post(line, data=change(theirs, {"starts_on": "2027-06-01"}))

    desk.post(line, data=change(mine, {"starts_on": "2027-09-01"}))

    assert [each.starts_on for each in rows(cast)] == [JUNE]
    assert "vừa được người khác sửa" in text(desk, plan)


def test_the_same_move_twice_changes_nothing(desk: Client, cast: Cast, plan: str, line: str) -> None:
    fields = change(fields_of(desk.get(plan), line), {"column": "planned"})

    for _ in range(2):
        desk.post(line, data=fields)

    with cast.reading() as tx:
        assert len(tx.scalars(select(AuditRow).where(AuditRow.action == "plan.line-changed")).all()) == 1


def test_a_line_becomes_a_visit_and_the_board_says_so(
    desk: Client, cast: Cast, plan: str, line: str, site: Site
) -> None:
    send(desk, line, "", starts_on="2027-06-01", leader=str(cast.alice.id))
    address = f"/desk/plan/new?site={site.id}&line={line.rsplit('/', 1)[1]}"
    form = fields_of(desk.get(address))

    answer = desk.post(address, data=form)

    assert answer.status_code == 302
    assert (form["first_day"], form["leader"], form["decision_no"]) == ("2027-06-01", str(cast.alice.id), "9/QĐ-SXD")
    assert form["ground_note"] == "Kế hoạch kiểm tra năm 2027"
    with cast.reading() as tx:
        [visit] = tx.scalars(select(Inspection)).all()
    assert [each.inspection_id for each in rows(cast)] == [visit.id]
    page = text(desk, plan)
    assert "Đã phân công (1)" in page
    assert f"{visit.number}: Đã phân công" in page
    assert "data-line=" not in page


def test_whoever_assigns_from_a_draft_is_told_so_until_it_is_approved(
    desk: Client, cast: Cast, plan: str, line: str, site: Site
) -> None:
    address = f"/desk/plan/new?site={site.id}&line={line.rsplit('/', 1)[1]}"
    assert 'id="draft-plan"' in text(desk, address)
    assert 'id="draft-plan"' not in text(desk, f"/desk/plan/new?site={site.id}")
    assert 'id="draft-plan"' in send(desk, address, "", last_day="").get_data(as_text=True)  # also beside a mistake

    with cast.writing() as tx:
        tx.scalars(select(Plan)).one().state = "approved"
        tx.commit()

    assert 'id="draft-plan"' not in text(desk, address)


def test_a_line_that_has_its_visit_is_not_dropped(desk: Client, cast: Cast, plan: str, line: str, site: Site) -> None:
    page = fields_of(desk.get(line))
    send(desk, f"/desk/plan/new?site={site.id}&line={line.rsplit('/', 1)[1]}")
    with cast.reading() as tx:
        version = tx.scalars(select(PlanLine.version)).one()

    desk.post(line, data=change(page, {"drop": "1", "version": str(version)}))

    assert [each.state for each in rows(cast)] == ["planned"]


def test_a_line_is_dropped_and_comes_back(desk: Client, cast: Cast, plan: str, line: str, site: Site) -> None:
    send(desk, line, "", drop="1")
    assert [each.state for each in rows(cast)] == ["dropped"]
    fields = fields_of(desk.get(f"{plan}/sites?q=gia sang"), f"{plan}/lines")

    desk.post(f"{plan}/lines", data=change(fields, {"site": str(site.id)}))

    assert [each.state for each in rows(cast)] == ["suggested"]


def test_another_agency_finds_neither_plan_nor_line(cast: Cast, plan: str, line: str, site: Site) -> None:
    victor = cast.client(cast.victor)

    assert [victor.get(each).status_code for each in (plan, line, f"{plan}/people", f"{plan}/sites")] == [404] * 4
    assert victor.get(f"/desk/plan/new?site={site.id}&line={line.rsplit('/', 1)[1]}").status_code == 404
    assert "Kế hoạch kiểm tra năm 2027" not in text(victor, "/desk/plans")


def test_pages_cost_the_same_with_many_lines(app: Flask, desk: Client, cast: Cast, plan: str, line: str) -> None:
    views = (plan, f"{plan}?view=calendar", f"{plan}/people")

    def cost() -> list[int]:
        counts = []
        for view in views:
            with counted(app) as ran:
                assert desk.get(view).status_code == 200
            counts.append(len(ran))
        return counts

    cost()
    before = cost()
    with cast.writing() as tx:
        here = tx.scalars(select(PlanLine)).one()
        for n in range(40):
            where = builders.a_site(tx, name=f"Công trình {n}")
            visit = builders.an_inspection(tx, here.agency_id, [cast.alice.id], site=where) if n % 2 else None
            tx.add(
                PlanLine(
                    id=uuid4(),
                    plan_id=here.plan_id,
                    agency_id=here.agency_id,
                    site_id=where.id,
                    kind="kiem-tra",
                    span="month",
                    starts_on=JUNE,
                    checklists=[],
                    state="planned",
                    inspection_id=visit.id if visit else None,
                    created_at=cast.now,
                )
            )
        tx.commit()

    assert all(now <= then + 3 for now, then in zip(cost(), before, strict=True))
    assert text(desk, plan).count('class="card"') == 41


# --- people


def person(cast: Cast, what: str) -> str:
    return f"/desk/people/{cast.alice.id}/availability/{what}"


def test_days_leave_and_load_are_counted(desk: Client, cast: Cast, plan: str, line: str) -> None:
    index = "/desk/people/availability"
    assert send(desk, index, person(cast, "days"), days_per_week="5").status_code == 302
    send(desk, index, person(cast, "absence"), first_day="2027-06-01", last_day="2027-06-28", why="Nghỉ phép")
    send(desk, line, "", starts_on="2027-06-01", leader=str(cast.alice.id), days="4")

    page = text(desk, f"{plan}/people?month=2027-06-01")

    assert "Quá 2 ngày" in page  # two workdays are left in June
    assert "Vắng 01/06/2027 – 28/06/2027: Nghỉ phép" in text(desk, index)


def test_somebody_on_leave_is_not_sent_out(desk: Client, cast: Cast, site: Site) -> None:
    day = TODAY.isoformat()
    send(desk, "/desk/people/availability", person(cast, "absence"), first_day=day, last_day=day, why="")

    answer = send(desk, f"/desk/plan/new?site={site.id}")

    assert answer.status_code == 422
    assert "Người này vắng mặt" in answer.get_data(as_text=True)


@pytest.mark.parametrize("as_party", [False, True])
def test_a_declared_interest_keeps_a_person_from_the_team(desk: Client, cast: Cast, as_party: bool) -> None:
    with cast.writing() as tx:
        theirs = builders.an_organisation(tx, "Công ty người nhà")
        tax_code = theirs.tax_code or ""
        site = builders.a_site(tx, parties=[(theirs, "subcontractor")]) if as_party else builders.a_site(tx, theirs)
        tx.commit()
    index = "/desk/people/availability"
    send(desk, index, person(cast, "interest"), tax_code=tax_code, reason="Em trai là giám đốc")

    refused = send(desk, f"/desk/plan/new?site={site.id}")

    assert refused.status_code == 422
    assert "Nguyễn Thị An đã khai có lợi ích liên quan đến Công ty người nhà (Em trai là giám đốc)" in (
        refused.get_data(as_text=True)
    )
    page = text(desk, index)
    ending = page.split("/desk/people/availability/interest/")[1].split("/end")[0]
    desk.post(f"{index}/interest/{ending}/end", data=fields_of(desk.get(index), f"{ending}/end"))
    assert send(desk, f"/desk/plan/new?site={site.id}").status_code == 302


def test_an_unknown_organisation_is_said_beside_its_field(desk: Client, cast: Cast) -> None:
    answer = send(desk, "/desk/people/availability", person(cast, "interest"), tax_code="9999999999", reason="x")

    assert answer.status_code == 422
    assert "Không có tổ chức này" in answer.get_data(as_text=True)


def test_people_of_another_agency_are_not_ours_to_plan(desk: Client, cast: Cast) -> None:
    fields = fields_of(desk.get("/desk/people/availability"), person(cast, "days"))
    theirs: UUID = cast.carol.id

    answer = desk.post(f"/desk/people/{theirs}/availability/days", data=change(fields, {"days_per_week": "1"}))

    assert answer.status_code == 404
