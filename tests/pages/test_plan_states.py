"""A plan as a whole: approved by a second person with the decision's number, closed, opened again."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from inspect_app.store.tables import AuditRow, Plan, PlanLine
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import BUILDING, Cast, Client
from tests.pages.browsing import change, fields_of, send

DECISION = {"decision_no": "12/QĐ-SXD", "decision_date": TODAY.isoformat()}


@pytest.fixture
def plan(cast: Cast) -> str:
    """The address of Vera's plan with one site in it."""
    with cast.writing() as tx:
        site = builders.a_site(tx, name="Chung cư Gia Sàng", sector="XDK")
        row = Plan(
            id=uuid4(),
            agency_id=BUILDING,
            kind="yearly",
            title="Kế hoạch năm",
            first_day=TODAY,
            last_day=TODAY.replace(month=12, day=31),
            created_by=cast.vera.id,
            created_at=NOW,
        )
        tx.add(row)
        tx.flush()
        tx.add(
            PlanLine(
                id=uuid4(),
                plan_id=row.id,
                agency_id=BUILDING,
                site_id=site.id,
                kind="kiem-tra",
                state="planned",
                created_at=NOW,
            )
        )
        tx.commit()
        return f"/desk/plans/{row.id}"


@pytest.fixture
def judge(cast: Cast) -> Client:
    """The second person: who may record decisions."""
    return cast.client(cast.auth)


def take(client: Client, plan: str, step: str, **typed: str) -> int:
    return send(client, f"{plan}/state", "", step=step, **typed).status_code


def the(cast: Cast, plan: str) -> Plan:
    with cast.reading() as tx:
        return tx.scalars(select(Plan).where(Plan.id == UUID(plan.rpartition("/")[2]))).one()


def actions(cast: Cast) -> list[str]:
    with cast.reading() as tx:
        asked = select(AuditRow.action).where(AuditRow.action.like("plan.%")).order_by(AuditRow.seq)
        return list(tx.scalars(asked))


def test_a_plan_is_approved_closed_and_opened_again(cast: Cast, judge: Client, plan: str) -> None:
    assert take(judge, plan, "approve", **DECISION) == 302
    row = the(cast, plan)
    assert (row.state, row.decision_no, row.decision_date, row.approved_by) == (
        "approved",
        "12/QĐ-SXD",
        TODAY,
        cast.auth.id,
    )
    assert "Đã phê duyệt" in judge.get(plan).get_data(as_text=True)

    assert take(judge, plan, "close") == 302
    assert the(cast, plan).state == "closed"
    assert take(judge, plan, "reopen") == 302
    assert the(cast, plan).state == "approved"
    assert actions(cast) == ["plan.approved", "plan.closed", "plan.approved"]


def test_who_made_the_plan_does_not_approve_it(cast: Cast, plan: str) -> None:
    vera = cast.client(cast.vera)
    page = vera.get(f"{plan}/state").get_data(as_text=True)

    assert "Bạn lập kế hoạch này" in page
    assert 'value="approve"' not in page
    answer = send(vera, f"{plan}/state", "", step="approve", **DECISION)
    assert answer.status_code == 422
    assert "Không tự phê duyệt kế hoạch mình lập" in answer.get_data(as_text=True)
    assert the(cast, plan).state == "draft"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"decision_no": " "}, "Chưa ghi quyết định phê duyệt"),
        ({"decision_date": ""}, "Chưa ghi quyết định phê duyệt"),
        ({"decision_date": "2099-01-01"}, "Ngày quyết định ở tương lai"),
        ({"step": "close"}, "Kế hoạch đã sang bước khác"),
        ({"step": "other"}, "Chọn lại bước."),
    ],
)
def test_what_is_not_right_is_said_and_nothing_changes(
    cast: Cast, judge: Client, plan: str, typed: dict[str, str], said: str
) -> None:
    answer = send(judge, f"{plan}/state", "", **{"step": "approve", **DECISION, **typed})

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert the(cast, plan).state == "draft"


def test_an_empty_plan_is_not_approved(cast: Cast, judge: Client, plan: str) -> None:
    with cast.writing() as tx:
        tx.scalars(select(PlanLine)).one().state = "suggested"
        tx.commit()

    assert take(judge, plan, "approve", **DECISION) == 422
    assert the(cast, plan).state == "draft"


def test_the_same_form_twice_and_one_that_was_overtaken(cast: Cast, judge: Client, plan: str) -> None:
    fields = change(fields_of(judge.get(f"{plan}/state"), ""), {"step": "approve", **DECISION})
    assert [judge.post(f"{plan}/state", data=fields).status_code for _ in range(2)] == [302, 302]
    assert actions(cast) == ["plan.approved"]

    stale = change(fields_of(judge.get(f"{plan}/state"), ""), {"step": "close"})
    with cast.writing() as tx:
        tx.scalars(select(Plan)).one().title = "Kế hoạch năm, sửa"
        tx.commit()
    answer = judge.post(f"{plan}/state", data=stale)
    assert answer.status_code == 422
    assert the(cast, plan).state == "approved"
    again = change(fields_of(answer, ""), {"step": "close"})
    assert judge.post(f"{plan}/state", data=again).status_code == 302


def test_a_closed_plan_takes_no_lines_and_no_moves(cast: Cast, judge: Client, plan: str) -> None:
    vera = cast.client(cast.vera)
    with cast.reading() as tx:
        line = f"/desk/plans/lines/{tx.scalars(select(PlanLine.id)).one()}"
    with cast.writing() as tx:
        other = builders.a_site(tx, name="Xưởng Bách Quang").id
        tx.commit()
    adding = change(fields_of(vera.get(f"{plan}/sites?q=bach quang"), f"{plan}/lines"), {"site": str(other)})
    moving = change(fields_of(vera.get(plan), line), {"column": "suggested"})
    dropping = change(fields_of(vera.get(line), ""), {"drop": "1"})
    take(judge, plan, "approve", **DECISION)
    take(judge, plan, "close")

    for address, fields in ((f"{plan}/lines", adding), (line, moving), (line, dropping)):
        assert vera.post(address, data=fields).status_code == 302
        assert "Kế hoạch đã kết thúc" in vera.get(plan).get_data(as_text=True)

    with cast.reading() as tx:
        assert [each.state for each in tx.scalars(select(PlanLine))] == ["planned"]
    assert 'class="move"' not in vera.get(plan).get_data(as_text=True)


def test_others_neither_see_nor_change_it(cast: Cast, plan: str) -> None:
    assert cast.client(cast.victor).get(f"{plan}/state").status_code == 404
    assert cast.client(cast.alice).get(f"{plan}/state").status_code == 403
    fields = change(fields_of(cast.client(cast.vera).get(f"{plan}/state"), ""), {"step": "close"})
    assert cast.client(cast.victor).post(f"{plan}/state", data=fields).status_code in {400, 404}
    assert the(cast, plan).state == "draft"
