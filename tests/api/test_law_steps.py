"""Steps the law limits: the rule of the day the conduct ended, and the power of the agency on the day of the paper."""

from datetime import date, timedelta
from typing import Any

import pytest

from inspect_app.store.tables import Organisation
from tests.builders import TODAY
from tests.cast import Cast, Client
from tests.registry_cast import LIST, Registry

SUMMER = date(2026, 8, 1)  # before the new labour decree
PAPER = {"document": "3/SXD", "date": TODAY.isoformat()}
DECISION = {**PAPER, "signatory": "Giám đốc Sở"}


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def auth(cast: Cast) -> Client:
    return cast.client(cast.auth)


def refused(answer: Any, code: str) -> dict[str, Any]:
    assert answer.status_code == 409, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    assert body["code"] == code
    return body


@pytest.mark.parametrize(
    ("found_on", "facts", "status"),
    [
        (SUMMER, {"rule": "283-35.4"}, 409),  # the new decree did not hold then
        (SUMMER, {"rule": "12-24"}, 200),
        (SUMMER, {"rule": "283-35.4", "ended": "2026-09-10"}, 200),  # it went on into the new decree
        (TODAY, {"rule": "283-35.4"}, 200),
        (TODAY, {"rule": "12-24"}, 409),
        (TODAY, {"rule": "12-24", "ended": "2026-09-09"}, 200),  # it had ended long before the visit
        (TODAY, {"rule": "283-35.4", "ended": "2026-09-09"}, 409),
        (SUMMER, {"rule": "khoản 2 Điều 9 nghị định khác"}, 200),  # people judge free words
    ],
)
def test_the_rule_of_the_day_the_conduct_ended(
    vera: Client, registry: Registry, found_on: date, facts: dict[str, str], status: int
) -> None:
    violation = registry.add(found_on=found_on, penalties=["283-35.4"])
    answer = registry.take(vera, violation, "propose-sanction", **facts)
    assert answer.status_code == status, answer.get_data(as_text=True)
    if status == 409:
        assert answer.get_json()["code"] == "rule-not-in-force"


def test_the_refusal_names_the_rule_that_held(vera: Client, registry: Registry) -> None:
    violation = registry.add(found_on=SUMMER)
    body = refused(registry.take(vera, violation, "propose-sanction", rule="283-35.4"), "rule-not-in-force")
    assert body["held"] == "NĐ 12/2022, Điều 24"


def test_conduct_does_not_end_tomorrow(vera: Client, registry: Registry) -> None:
    violation = registry.add()
    ended = (TODAY + timedelta(days=1)).isoformat()
    answer = registry.take(vera, violation, "propose-sanction", rule="283-35.4", ended=ended)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "date-in-future")


def test_an_old_visit_keeps_its_old_text(vera: Client, registry: Registry) -> None:
    basis = [{"label": "NĐ 12/2022", "at": "Điều 24", "title": "", "confidence": "verified"}]
    violation = registry.add(found_on=SUMMER, penalties=["283-35.4"], basis=basis)
    file = vera.get(f"{LIST}/{violation}").get_json()

    assert file["basis"] == basis
    assert [(each["law"], each["code"], each["in_force"]) for each in file["penalties"]] == [
        ("NĐ 12/2022", "12-24", True)
    ]
    page = vera.get(f"/desk/violations/{violation}").get_data(as_text=True)
    assert "Điều 24" in page
    assert "quy định của ngày hành vi kết thúc" in page


def drawn(registry: Registry, vera: Client, rule: str, **columns: Any) -> Any:
    violation = registry.add(penalties=[rule], **columns)
    assert registry.take(vera, violation, "propose-sanction", rule=rule).status_code == 200
    answer = registry.take(vera, violation, "draw-record", **PAPER)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return violation


def test_a_range_above_our_power_is_not_decided_by_us(vera: Client, auth: Client, registry: Registry) -> None:
    violation = drawn(registry, vera, "106-20.9")  # 80–100 million for organisations; the director reaches 80
    body = refused(registry.take(auth, violation, "decide", amount=80_000_000, **DECISION), "above-competence")
    assert (body["most"], body["top"]) == (80_000_000, 100_000_000)
    assert body["refer_to"] == "Chủ tịch UBND tỉnh Thái Nguyên"
    may = [each["step"] for each in auth.get(f"{LIST}/{violation}").get_json()["may"]]
    assert "refer" in may
    assert "decide" not in may


@pytest.mark.parametrize(("rule", "first"), [("106-20.9", "refer"), ("16-32.2c", "request-remedy")])
def test_referring_is_pressed_upon_nobody_who_may_decide(
    vera: Client, registry: Registry, rule: str, first: str
) -> None:
    violation = drawn(registry, vera, rule, remedy_status="closed" if first == "refer" else "recorded")
    page = vera.get(f"/desk/violations/{violation}").get_data(as_text=True)
    aside = page[page.index('id="next"') :]
    assert aside[aside.index("<form") :].split("aria-label")[0].count(f"/{first}") == 1


def test_a_record_we_drew_is_referred_and_what_came_of_it_is_written_down(
    vera: Client, auth: Client, registry: Registry
) -> None:
    violation = drawn(registry, vera, "106-20.9")
    referred = registry.take(vera, violation, "refer", addressee="Chủ tịch UBND tỉnh", **PAPER)
    assert referred.status_code == 200, referred.get_data(as_text=True)
    assert registry.take(auth, violation, "decide", amount=90_000_000, **DECISION).status_code == 200
    assert registry.row(violation).fine_vnd == 90_000_000


def test_a_decision_within_our_power_is_recorded(vera: Client, auth: Client, registry: Registry) -> None:
    violation = drawn(registry, vera, "16-32.2c")
    assert registry.take(auth, violation, "decide", amount=40_000_000, **DECISION).status_code == 200


def test_a_household_is_measured_by_the_level_of_an_individual(
    cast: Cast, vera: Client, auth: Client, registry: Registry
) -> None:
    """The director reaches 40 million for an individual: enough for an organisation's 40, not for a household's 45."""
    violation = drawn(registry, vera, "106-12.1")
    with cast.writing() as tx:
        tx.get_one(Organisation, registry.row(violation).organisation_id).household = True
        tx.commit()
    body = refused(registry.take(auth, violation, "decide", amount=45_000_000, **DECISION), "above-competence")
    assert body["most"] == 40_000_000


def test_the_page_says_who_may_and_where_the_file_goes(vera: Client, registry: Registry) -> None:
    violation = registry.add(penalties=["283-35.4", "16-34.1a"])
    page = vera.get(f"/desk/violations/{violation}").get_data(as_text=True)
    assert "Chuyển hồ sơ đến <strong>Sở Nội vụ tỉnh Thái Nguyên</strong>" in page
    assert "NĐ 16/2022, khoản 4 Điều 72" in page
    assert "Đến 800.000.000 đồng" in page
