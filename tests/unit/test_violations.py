"""The three tracks: what the tables allow happens, and nothing else."""

from datetime import date
from itertools import product
from uuid import UUID

import pytest

from inspect_app.domain import vocabulary
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.domain.violations import (
    GREATEST_FINE_VND,
    REMEDY,
    SANCTION,
    STOP,
    TABLES,
    TRACK_OF,
    Facts,
    Kind,
    Need,
    Remedy,
    Rule,
    Sanction,
    Standing,
    Status,
    Statuses,
    Step,
    Stop,
    Track,
    default_kind,
    lawful_steps,
    missing_facts,
    move,
    primary,
    start_statuses,
    steps_for,
    violation_id,
)

FOUND, TODAY, DEADLINE = date(2026, 11, 2), date(2026, 11, 22), date(2026, 12, 1)
AUTHOR, OTHER = UUID(int=1), UUID(int=2)
STATES: dict[Track, tuple[Status, ...]] = {
    Track.REMEDY: tuple(Remedy),
    Track.SANCTION: tuple(Sanction),
    Track.STOP: tuple(Stop),
}
# Every state of a track with every step of that track: 11 × 15, 14 × 13, 5 × 4.
ALL_PAIRS = [
    (track, status, step) for track in Track for status, step in product(STATES[track], Step) if TRACK_OF[step] is track
]


def someone(role: Role = Role.SUPERVISOR, *, person: UUID = OTHER, agency: str = "so-xay-dung") -> Actor:
    return Actor(person, agency, role, "Ai Đó", "ai.do")


def standing(track: Track, status: Status, *, kind: Kind = Kind.VIOLATION) -> Standing:
    statuses = Statuses(
        remedy=status if isinstance(status, Remedy) and track is Track.REMEDY else Remedy.RECORDED,
        sanction=status if isinstance(status, Sanction) and track is Track.SANCTION else Sanction.NONE,
        stop=status if isinstance(status, Stop) and track is Track.STOP else Stop.NONE,
    )
    return Standing(statuses, kind, "so-xay-dung", AUTHOR, FOUND, DEADLINE)


def all_facts(**changed: object) -> Facts:
    given: dict[str, object] = {
        "document": "12/SXD-TTr",
        "date": TODAY,
        "deadline": date(2026, 12, 20),
        "amount": 25_000_000,
        "addressee": "Sở Nội vụ",
        "reason": "Đã xem hồ sơ",
        "rule": "283-32.3a",
        "signatory": "Nguyễn Văn A",
        "extent": "Giàn giáo trục 3, đến khi kiểm tra lại",
    }
    return Facts(**(given | changed))  # type: ignore[arg-type]  # a test may give wrong ones


def able(rule: Rule) -> Actor:
    return someone(min(rule.roles))


@pytest.mark.parametrize(("track", "status", "step"), ALL_PAIRS)
def test_a_pair_is_allowed_exactly_when_it_stands_in_the_table(track: Track, status: Status, step: Step) -> None:
    rule = TABLES[track].get((status, step))
    if rule is None:
        with pytest.raises(RuleBroken) as refused:
            move(standing(track, status), step, all_facts(), actor=someone(Role.AUTHORITY), today=TODAY)
        assert refused.value.code == "wrong-step"
        return
    at = standing(track, status, kind=rule.only or Kind.VIOLATION)
    moved = move(at, step, all_facts(), actor=able(rule), today=TODAY)
    assert (moved.track, moved.before, moved.after) == (track, status, rule.after)


def test_every_state_can_be_reached_and_every_step_is_of_one_track() -> None:
    for track, table in TABLES.items():
        begins: set[Status] = {Remedy.AWAITING_LEADER, Sanction.NONE, Stop.NONE}
        reached = {status for status in STATES[track] if status in begins} | {rule.after for rule in table.values()}
        assert reached == set(STATES[track])
    assert set(TRACK_OF) == set(Step)


@pytest.mark.parametrize("closed", [Remedy.CLOSED, Remedy.CANCELLED])
def test_a_closed_finding_stays_closed(closed: Remedy) -> None:
    assert not [step for status, step in REMEDY if status is closed]


def test_nothing_stops_work_but_a_decision_of_the_authority() -> None:
    deciding = [(pair, rule) for pair, rule in STOP.items() if rule.after is Stop.SUSPENSION_DECIDED]
    assert [pair for pair, _ in deciding] == [(Stop.SUSPENSION_PROPOSED, Step.DECIDE_SUSPENSION)]
    assert deciding[0][1].roles == {Role.AUTHORITY}


def test_only_the_authority_decides_sanctions() -> None:
    decided = [rule for rule in SANCTION.values() if rule.after is Sanction.DECIDED]
    assert decided
    assert all(rule.roles == {Role.AUTHORITY} for rule in decided)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.LEADER, Role.COORDINATOR, Role.ADMIN])
def test_a_role_outside_the_table_is_refused(role: Role) -> None:
    with pytest.raises(RuleBroken) as refused:
        move(standing(Track.REMEDY, Remedy.REMEDIED), Step.CLOSE, all_facts(), actor=someone(role), today=TODAY)
    assert refused.value.code == "step-not-allowed"
    assert refused.value.facts["needs"] == ["authority", "supervisor"]


@pytest.mark.parametrize("step", [Step.CLOSE, Step.CLOSE_ADVICE, Step.CLOSE_UNREMEDIED, Step.CANCEL])
def test_the_author_may_not_end_the_own_finding(step: Step) -> None:
    (status, _), rule = next((pair, rule) for pair, rule in REMEDY.items() if pair[1] is step)
    at = standing(Track.REMEDY, status, kind=rule.only or Kind.VIOLATION)
    author = someone(Role.AUTHORITY, person=AUTHOR)
    with pytest.raises(RuleBroken) as refused:
        move(at, step, all_facts(), actor=author, today=TODAY)
    assert refused.value.code == "author-may-not-close"
    assert step not in [each for each, _ in steps_for(at, author)]
    assert move(at, step, all_facts(), actor=someone(Role.AUTHORITY), today=TODAY).after in {
        Remedy.CLOSED,
        Remedy.CANCELLED,
    }


def test_another_agency_may_take_no_step() -> None:
    at = standing(Track.REMEDY, Remedy.REMEDIED)
    with pytest.raises(RuleBroken) as refused:
        move(at, Step.CLOSE, all_facts(), actor=someone(agency="thanh-tra"), today=TODAY)
    assert refused.value.code == "other-agency"
    assert steps_for(at, someone(agency="thanh-tra")) == []


@pytest.mark.parametrize(
    ("pair", "rule"), [(pair, rule) for table in TABLES.values() for pair, rule in table.items() if rule.needs]
)
def test_a_step_without_its_facts_is_refused_and_names_them(pair: tuple[Status, Step], rule: Rule) -> None:
    status, step = pair
    at = standing(TRACK_OF[step], status, kind=rule.only or Kind.VIOLATION)
    with pytest.raises(RuleBroken) as refused:
        move(at, step, Facts(document="  ", reason="\n"), actor=able(rule), today=TODAY)
    assert refused.value.code == "facts-missing"
    assert {str(each) for each in refused.value.facts["missing"]} == set(rule.needs)  # type: ignore[attr-defined]


def test_an_advice_is_closed_without_a_request_but_a_violation_is_not() -> None:
    advice, violation = (standing(Track.REMEDY, Remedy.RECORDED, kind=kind) for kind in (Kind.ADVICE, Kind.VIOLATION))
    assert move(advice, Step.CLOSE_ADVICE, all_facts(), actor=someone(), today=TODAY).after is Remedy.CLOSED
    with pytest.raises(RuleBroken, match="wrong-step"):
        move(violation, Step.CLOSE_ADVICE, all_facts(), actor=someone(), today=TODAY)


@pytest.mark.parametrize(
    ("status", "step", "changed", "code"),
    [
        (Remedy.RECORDED, Step.REQUEST_REMEDY, {"date": date(2026, 11, 23)}, "date-in-future"),
        (Remedy.RECORDED, Step.REQUEST_REMEDY, {"date": date(2026, 11, 1)}, "date-before-finding"),
        (Remedy.RECORDED, Step.REQUEST_REMEDY, {"deadline": date(2026, 11, 21)}, "deadline-before-document"),
        (Remedy.RECORDED, Step.REQUEST_REMEDY, {"deadline": date(2126, 11, 21)}, "deadline-too-far"),
        (Remedy.REMEDYING, Step.EXTEND, {"date": None, "deadline": DEADLINE}, "deadline-not-later"),
        (Sanction.RECORD_DRAWN, Step.DECIDE, {"amount": -1}, "amount-out-of-range"),
        (Sanction.RECORD_DRAWN, Step.DECIDE, {"amount": GREATEST_FINE_VND + 1}, "amount-out-of-range"),
    ],
)
def test_facts_that_cannot_be_meant_are_refused(
    status: Status, step: Step, changed: dict[str, object], code: str
) -> None:
    rule = TABLES[TRACK_OF[step]][status, step]
    with pytest.raises(RuleBroken) as refused:
        move(standing(TRACK_OF[step], status), step, all_facts(**changed), actor=able(rule), today=TODAY)
    assert refused.value.code == code


def test_a_visit_may_be_planned_for_a_day_to_come() -> None:
    at = standing(Track.REMEDY, Remedy.REPORTED)
    facts = all_facts(date=date(2026, 12, 3))
    assert move(at, Step.SCHEDULE_REINSPECTION, facts, actor=someone(), today=TODAY).facts.date == date(2026, 12, 3)


def test_a_warning_is_a_decision_without_money() -> None:
    at = standing(Track.SANCTION, Sanction.RECORD_DRAWN)
    moved = move(at, Step.DECIDE, all_facts(amount=0), actor=someone(Role.AUTHORITY), today=TODAY)
    assert moved.facts.plain()["amount"] == 0


def test_a_violation_begins_as_the_visit_left_it() -> None:
    assert start_statuses(signed=False) == Statuses(Remedy.AWAITING_LEADER, Sanction.NONE, Stop.NONE)
    assert start_statuses(signed=True, stop_demanded=True).stop is Stop.STOP_DEMANDED
    both = start_statuses(signed=True, stop_demanded=True, stop_proposed=True)
    assert both == Statuses(Remedy.RECORDED, Sanction.NONE, Stop.SUSPENSION_PROPOSED)


def test_the_id_of_a_failing_item_never_changes() -> None:
    inspection = UUID("11111111-2222-7333-8444-555555555555")
    assert violation_id(inspection, "XDK-04") == UUID("38df075e-588b-5d31-aeb2-cc9dde581bd7")
    assert violation_id(inspection, "XDK-04") != violation_id(inspection, "XDK-05")


def test_a_failing_item_is_a_violation_only_where_a_penalty_may_apply() -> None:
    assert default_kind(has_penalties=True) is Kind.VIOLATION
    assert default_kind(has_penalties=False) is Kind.SHORTCOMING


def test_the_one_step_offered_first_leads_onward() -> None:
    supervisor = someone()
    assert primary(steps_for(standing(Track.REMEDY, Remedy.REMEDIED), supervisor)) is Step.CLOSE
    assert primary(steps_for(standing(Track.REMEDY, Remedy.RECORDED), supervisor)) is Step.REQUEST_REMEDY
    assert primary(steps_for(standing(Track.REMEDY, Remedy.RECORDED), someone(Role.COORDINATOR))) is None
    assert Step.CANCEL in [step for step, _ in lawful_steps(standing(Track.REMEDY, Remedy.RECORDED))]


def test_missing_facts_are_named_in_the_order_of_the_form() -> None:
    rule = SANCTION[Sanction.RECORD_DRAWN, Step.DECIDE]
    assert missing_facts(rule, Facts(date=TODAY)) == [Need.DOCUMENT, Need.AMOUNT, Need.SIGNATORY]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (vocabulary.REMEDY, Remedy),
        (vocabulary.SANCTION, Sanction),
        (vocabulary.STOP, Stop),
        (vocabulary.STEP, Step),
        (vocabulary.TRACK, Track),
        (vocabulary.NEED, Need),
    ],
)
def test_every_state_step_and_fact_has_a_word(words: dict[str, str], values: type[Status]) -> None:
    assert set(words) == {each.value for each in values}
