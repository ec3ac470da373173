"""What an earlier finding is to a later one: a repeat, a candidate of recidivism, of multiple violation, or nothing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from inspect_app.domain.repeats import (
    Decision,
    Finding,
    is_repeat_of,
    judge,
    may_be_defiance,
    may_be_multiple,
    may_be_recidivism,
    months_after,
    pending_until,
)
from inspect_app.store.law_files import read_laws

ROOT = Path(__file__).parents[2]
RULES = read_laws(ROOT / "forms/laws")[0].rules
SITE, OTHER_SITE, FIRM, OTHER_FIRM = (UUID(int=number) for number in range(1, 5))
MACHINES = ("283-35.4", "16-34.1a")
LATER = Finding(uuid4(), uuid4(), "XDK-04", SITE, FIRM, date(2026, 11, 20), rules=MACHINES)
EARLIER = Finding(uuid4(), uuid4(), "XDK-04", SITE, FIRM, date(2026, 3, 1), rules=MACHINES)
FINE = Decision("12/QĐ-XPHC", date(2026, 4, 1), is_warning=False, executed_on=date(2026, 4, 10))


@pytest.mark.parametrize(
    ("earlier", "is_repeat"),
    [
        (EARLIER, True),
        (replace(EARLIER, organisation=OTHER_FIRM), True),  # the same place, another contractor
        (replace(EARLIER, site=OTHER_SITE), True),  # the contractor took it along to the next site
        (replace(EARLIER, site=OTHER_SITE, organisation=OTHER_FIRM), False),
        (replace(EARLIER, item="XDK-05"), False),
        (replace(EARLIER, found_on=LATER.found_on), False),
        (replace(EARLIER, found_on=date(2026, 11, 21)), False),
        (replace(EARLIER, inspection=LATER.inspection), False),
        (replace(EARLIER, cancelled=True), False),
        (LATER, False),
    ],
)
def test_the_same_item_failed_before_at_the_place_or_by_the_firm(earlier: Finding, is_repeat: bool) -> None:
    assert is_repeat_of(LATER, earlier) is is_repeat


@pytest.mark.parametrize(
    ("decision", "until"),
    [
        (FINE, date(2027, 4, 10)),  # a year after it was executed
        (replace(FINE, is_warning=True), date(2026, 10, 10)),  # half a year after a warning
        (replace(FINE, executed_on=None), date(2028, 4, 1)),  # a year to enforce, then a year
        (replace(FINE, executed_on=None, is_warning=True), date(2027, 10, 1)),
        (replace(FINE, executed_on=date(2026, 8, 31), is_warning=True), date(2027, 2, 28)),
    ],
)
def test_how_long_a_decision_counts(decision: Decision, until: date) -> None:
    assert decision.until == until
    assert decision.counts_on(decision.on)
    assert not decision.counts_on(until)


@pytest.mark.parametrize(
    ("earlier", "is_candidate"),
    [
        (replace(EARLIER, decision=FINE), True),
        (EARLIER, False),  # found, never sanctioned
        (replace(EARLIER, decision=FINE, site=OTHER_SITE), True),  # the organisation is what counts
        (replace(EARLIER, decision=FINE, organisation=OTHER_FIRM), False),
        (replace(EARLIER, decision=FINE, agency="so-noi-vu", item="GEN-28"), True),  # another agency, another list
        (replace(EARLIER, decision=FINE, rules=("283-35.5",)), True),  # another clause of the article
        (replace(EARLIER, decision=FINE, rules=("12-24",)), True),  # the article of the old decree
        (replace(EARLIER, decision=FINE, rules=("283-36.1",)), False),  # another article, although the same item
        (replace(EARLIER, decision=FINE, rules=("điều 9",)), True),  # in free words: the same item
        (replace(EARLIER, decision=FINE, rules=("điều 9",), item="XDK-05"), False),
        (replace(EARLIER, decision=replace(FINE, executed_on=date(2025, 11, 19), on=date(2025, 1, 5))), False),
        (replace(EARLIER, decision=replace(FINE, executed_on=date(2025, 11, 21), on=date(2025, 1, 5))), True),
        (replace(EARLIER, decision=replace(FINE, is_warning=True)), False),  # over since 10 October
        (replace(EARLIER, decision=replace(FINE, on=date(2026, 11, 25))), False),  # decided after the conduct ended
        (replace(EARLIER, decision=FINE, cancelled=True), False),
    ],
)
def test_a_candidate_of_recidivism(earlier: Finding, is_candidate: bool) -> None:
    assert may_be_recidivism(LATER, earlier, RULES) is is_candidate


def test_the_day_the_conduct_ended_decides_not_the_day_of_the_visit() -> None:
    decided = replace(EARLIER, decision=replace(FINE, on=date(2026, 10, 1), executed_on=None))
    assert may_be_recidivism(LATER, decided, RULES)
    assert not may_be_recidivism(replace(LATER, ended=date(2026, 9, 30)), decided, RULES)


@pytest.mark.parametrize(
    ("earlier", "is_candidate"),
    [
        (EARLIER, True),
        (replace(EARLIER, decision=FINE), False),
        (replace(EARLIER, site=OTHER_SITE), True),
        (replace(EARLIER, organisation=OTHER_FIRM), False),
        (replace(EARLIER, kind="advice"), False),
        (replace(EARLIER, cancelled=True), False),
        (replace(EARLIER, sanction="no-sanction"), False),
        (replace(EARLIER, sanction="time-barred"), False),
        (replace(EARLIER, sanction="criminal"), False),
        (replace(EARLIER, sanction="referred"), True),
        (replace(EARLIER, rules=("283-35.4",), found_on=date(2025, 11, 20)), True),  # the last day of a year
        (replace(EARLIER, rules=("283-35.4",), found_on=date(2025, 11, 19)), False),
        (replace(EARLIER, rules=("16-34.1a",), found_on=date(2024, 11, 20)), True),  # construction: two years
        (replace(EARLIER, rules=("16-34.1a",), found_on=date(2024, 11, 19)), False),
        (replace(EARLIER, rules=("283-35.4",), found_on=date(2025, 12, 1), ended=date(2025, 6, 1)), False),
        (replace(EARLIER, rules=()), False),  # no rule, no limitation: nothing that could be sanctioned
    ],
)
def test_a_candidate_of_multiple_violation(earlier: Finding, is_candidate: bool) -> None:
    assert may_be_multiple(LATER, earlier, RULES) is is_candidate


@pytest.mark.parametrize(
    ("earlier", "is_defiance"),
    [
        (EARLIER, False),
        (replace(EARLIER, stop_demanded=True), True),
        (replace(EARLIER, stop_demanded=True, site=OTHER_SITE), True),
        (replace(EARLIER, stop_demanded=True, organisation=OTHER_FIRM), False),
        (replace(EARLIER, stop_demanded=True, rules=("283-36.1",)), False),
        (replace(EARLIER, stop_demanded=True, cancelled=True), False),
    ],
)
def test_going_on_although_an_end_was_demanded(earlier: Finding, is_defiance: bool) -> None:
    assert may_be_defiance(LATER, earlier, RULES) is is_defiance
    assert judge(LATER, [earlier], RULES).defied == ([earlier] if is_defiance else [])


def test_the_three_are_told_apart_the_latest_first() -> None:
    sanctioned = replace(EARLIER, id=uuid4(), decision=FINE, sanction="executed", found_on=date(2026, 3, 5))
    oldest = replace(EARLIER, id=uuid4(), found_on=date(2024, 3, 1))
    found = judge(LATER, [oldest, sanctioned, EARLIER, LATER], RULES)

    assert found.repeats == [sanctioned, EARLIER, oldest]
    assert found.recidivism == [sanctioned]
    assert found.multiple == [EARLIER]


def test_an_older_visit_that_arrives_late_changes_what_is_said_of_the_later_one() -> None:
    assert not judge(LATER, [], RULES)
    assert judge(LATER, [EARLIER], RULES).repeats == [EARLIER]
    assert not judge(EARLIER, [LATER], RULES)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_end_on_the_last_day_when_there_is_no_such_day(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


# --- the phone searches alike ---------------------------------------------------------------------

VECTOR = json.loads((ROOT / "tests/vectors/repeats.json").read_text(encoding="utf-8"))


def earlier_of(told: dict[str, Any]) -> Finding:
    decision = told["decision"]
    return Finding(
        UUID(told["id"]),
        uuid4(),
        told["item"],
        SITE if told["here"] else OTHER_SITE,
        UUID(told["organisation"]),
        date.fromisoformat(told["found_on"]),
        rules=tuple(told["rules"]),
        decision=decision
        and Decision(
            decision["no"], date.fromisoformat(decision["date"]), False, date.fromisoformat(decision["executed"])
        ),
    )


@pytest.mark.parametrize("case", VECTOR["cases"], ids=lambda case: case["name"])
def test_the_office_judges_as_the_phone_searched(case: dict[str, Any]) -> None:
    others = [earlier_of(each) for each in VECTOR["found"]]
    today = date.fromisoformat(case["today"])
    finding = Finding(
        uuid4(), uuid4(), case["item"], SITE, UUID(case["organisation"]), today, rules=tuple(case["rules"])
    )
    judged = judge(finding, others, RULES)

    assert {
        "repeats": sorted(str(each.id) for each in judged.repeats),
        "recidivism": sorted(str(each.id) for each in judged.recidivism),
        "multiple": sorted(str(each.id) for each in judged.multiple),
    } == case["expect"]


@pytest.mark.parametrize("told", VECTOR["found"], ids=lambda told: told["id"][-4:])
def test_what_the_vector_takes_along_is_what_the_office_would_give(told: dict[str, Any]) -> None:
    finding = earlier_of(told)
    pending = pending_until(finding, RULES)
    assert sorted(RULES.conducts(finding.rules)) == told["conduct"]
    assert (pending and pending.isoformat()) == told["pending_until"]
    assert (finding.decision and finding.decision.until.isoformat()) == (told["decision"] and told["decision"]["until"])
