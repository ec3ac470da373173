"""Who may draw the record and who may sanction, up to what amount, on what day: the table of forms/laws."""

from datetime import date
from pathlib import Path

import pytest

from inspect_app.domain.authority import Answer
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.penalties import Offender
from inspect_app.store.law_files import read_laws

LAWS, _ = read_laws(Path(__file__).parents[2] / "forms/laws")
AUTHORITY = LAWS.authority
OURS = ("thanh-tra", "so-noi-vu", "so-xay-dung", "bql-kcn")
YES, MAYBE, NO, OPEN = Answer.YES, Answer.CONDITIONAL, Answer.NO, Answer.UNKNOWN
NOW, SUMMER = date(2026, 11, 20), date(2026, 9, 25)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("decree", "record", "sanction"),
    [
        ("ND283-2026", (YES, YES, NO, NO), (YES, YES, NO, NO)),
        ("ND12-2022", (YES, YES, NO, NO), (YES, YES, NO, NO)),
        ("ND16-2022", (YES, NO, YES, MAYBE), (YES, NO, YES, NO)),
        ("ND106-2025", (YES, NO, YES, YES), (YES, NO, MAYBE, NO)),
    ],
)
def test_the_table(decree: str, record: tuple[Answer, ...], sanction: tuple[Answer, ...]) -> None:
    found = [AUTHORITY.competence(agency, decree, NOW) for agency in OURS]
    assert tuple(each.record.answer for each in found) == record
    assert tuple(each.sanction.answer for each in found) == sanction


@pytest.mark.parametrize("code", ["275-31.1", "275-60.1"])
def test_chemicals_and_explosives_are_the_matter_of_trade(code: str) -> None:
    found = [AUTHORITY.competence(agency, "ND275-2026", NOW, code) for agency in OURS]
    assert [each.record.answer for each in found] == [YES, NO, NO, NO]
    assert {each.refer_to for each in found[1:]} == {"Sở Công Thương tỉnh Thái Nguyên"}


def test_the_zone_authority_sanctions_under_no_decree() -> None:
    decrees = {rule.decree for rule in LAWS.penalties.values()}
    answers = {
        AUTHORITY.competence("bql-kcn", rule.decree, NOW, rule.code).sanction.answer for rule in LAWS.penalties.values()
    }
    assert decrees == {"ND283-2026", "ND12-2022", "ND16-2022", "ND106-2025", "ND275-2026"}
    assert answers == {NO}


@pytest.mark.parametrize(
    ("agency", "code", "on", "title", "individual", "organisation"),
    [
        ("so-noi-vu", "283-32.3a", NOW, "Giám đốc Sở Nội vụ", 60, 120),
        ("thanh-tra", "283-32.3a", NOW, "Chánh Thanh tra tỉnh", 60, 120),
        ("thanh-tra", "106-20.9", NOW, "Chánh Thanh tra tỉnh", 40, 80),
        ("thanh-tra", "106-20.9", SUMMER, "Chánh Thanh tra tỉnh", 35, 70),
        ("thanh-tra", "16-32.2c", NOW, "Chánh Thanh tra tỉnh", 400, 800),
        ("so-xay-dung", "16-32.2c", NOW, "Giám đốc Sở Xây dựng", 400, 800),
        ("so-xay-dung", "106-20.9", NOW, "Giám đốc Sở Xây dựng", 40, 80),
        ("so-cong-thuong", "275-31.1", NOW, "Giám đốc Sở Công Thương", 40, 80),
        ("so-cong-thuong", "275-60.1", NOW, "Giám đốc Sở Công Thương", 80, 160),
        ("ubnd-xa", "283-32.3a", NOW, "Chủ tịch UBND cấp xã", 37.5, 75),
        ("ubnd-tinh", "283-32.3a", NOW, "Chủ tịch UBND cấp tỉnh", 75, 150),
        ("ubnd-tinh", "275-60.1", NOW, "Chủ tịch UBND cấp tỉnh", 100, 200),
        ("cong-an", "283-32.3đ", NOW, "Giám đốc Công an cấp tỉnh", 75, 150),
    ],
)
def test_the_highest_title_and_its_amount(
    agency: str, code: str, on: date, title: str, individual: float, organisation: float
) -> None:
    found = AUTHORITY.competence(agency, LAWS.penalties[code].decree, on, code).sanction
    assert found.title == title
    assert found.most(Offender.INDIVIDUAL) == individual * MILLION
    assert found.most(Offender.HOUSEHOLD) == individual * MILLION
    assert found.most(Offender.ORGANISATION) == organisation * MILLION


@pytest.mark.parametrize("code", ["283-32.3a", "16-32.2c", "275-31.1"])
def test_the_inspectorate_had_no_power_before_the_decree_that_gave_it(code: str) -> None:
    decree = LAWS.penalties[code].decree
    assert AUTHORITY.competence("thanh-tra", decree, date(2026, 9, 25), code).sanction.answer is NO
    assert AUTHORITY.competence("thanh-tra", decree, date(2026, 9, 26), code).sanction.answer is YES


def test_police_act_on_the_listed_conduct_only() -> None:
    assert AUTHORITY.competence("cong-an", "ND283-2026", NOW, "283-32.3đ").record.answer is YES
    assert AUTHORITY.competence("cong-an", "ND283-2026", NOW, "283-32.3a").record.answer is OPEN


@pytest.mark.parametrize(
    ("agency", "code", "refer_to"),
    [
        ("so-xay-dung", "283-32.3a", "Sở Nội vụ tỉnh Thái Nguyên"),
        ("bql-kcn", "283-35.4", "Sở Nội vụ tỉnh Thái Nguyên"),
        ("so-noi-vu", "16-32.2c", "Sở Xây dựng tỉnh Thái Nguyên"),
        ("so-noi-vu", "106-12.1", "Công an tỉnh Thái Nguyên"),
        ("so-noi-vu", "275-31.1", "Sở Công Thương tỉnh Thái Nguyên"),
        ("bql-kcn", "275-31.1", "Sở Công Thương tỉnh Thái Nguyên"),
    ],
)
def test_a_record_that_is_not_ours_is_referred(agency: str, code: str, refer_to: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        AUTHORITY.check_record(agency, code, NOW)
    assert refused.value.code == "not-competent"
    assert refused.value.facts["refer_to"] == refer_to
    assert refused.value.facts["ground"]


@pytest.mark.parametrize(
    ("agency", "code"),
    [("so-noi-vu", "283-32.3a"), ("so-xay-dung", "16-15.2c"), ("bql-kcn", "106-12.1"), ("thanh-tra", "275-31.1")],
)
def test_a_record_that_is_ours_is_drawn(agency: str, code: str) -> None:
    AUTHORITY.check_record(agency, code, NOW)


def test_a_record_may_be_drawn_where_the_decision_is_another_s() -> None:
    AUTHORITY.check_record("bql-kcn", "106-12.1", NOW)
    with pytest.raises(RuleBroken) as refused:
        AUTHORITY.check_decision("bql-kcn", "106-12.1", NOW)
    assert refused.value.facts["refer_to"] == "Công an tỉnh Thái Nguyên"


@pytest.mark.parametrize(
    ("agency", "code", "on"),
    [
        ("cong-an", "283-32.3a", NOW),  # the list of conduct that the police sanction does not name it
        ("nobody-we-know", "283-32.3a", NOW),
    ],
)
def test_a_decision_under_a_power_nobody_has_read_is_refused(agency: str, code: str, on: date) -> None:
    assert AUTHORITY.competence(agency, LAWS.penalties[code].decree, on, code).sanction.answer is OPEN
    with pytest.raises(RuleBroken) as refused:
        AUTHORITY.check_decision(agency, code, on, amount=MILLION)
    assert refused.value.code == "not-competent"
    assert refused.value.facts["refer_to"]


ORGANISATION, HOUSEHOLD = Offender.ORGANISATION, Offender.HOUSEHOLD


@pytest.mark.parametrize(
    ("agency", "code", "amount", "offender", "may"),
    [
        ("so-noi-vu", "283-32.3a", 50, ORGANISATION, True),
        ("so-noi-vu", "283-35.4", 60, ORGANISATION, True),  # one to three machines: 40–60
        ("so-noi-vu", "283-35.4", 100, ORGANISATION, True),  # four to ten: 60–100
        ("so-noi-vu", "283-35.4", 140, ORGANISATION, False),  # eleven and more: up to 150, above 120
        ("so-noi-vu", "283-35.5", 100, ORGANISATION, False),  # the amount fits, the top of the range (150) does not
        ("so-noi-vu", "283-36.2d", 120, ORGANISATION, False),  # 120–140 for organisations, above 120
        ("so-noi-vu", "283-35.4", 30, HOUSEHOLD, True),
        ("so-noi-vu", "283-35.4", 60, HOUSEHOLD, False),  # eleven machines of a household: 50–75, above 60
        ("so-noi-vu", "283-31.2", 130, ORGANISATION, False),  # no such fine, and above the title
        ("so-xay-dung", "16-33.5a", 80, ORGANISATION, True),
        ("so-xay-dung", "106-20.9", 90, ORGANISATION, False),
        ("so-noi-vu", "12-24", 100, ORGANISATION, True),  # amounts nobody has read: only the title counts
        ("so-noi-vu", "12-24", 121, ORGANISATION, False),
    ],
)
def test_a_decision_within_the_power(agency: str, code: str, amount: int, offender: Offender, may: bool) -> None:
    if may:
        AUTHORITY.check_decision(agency, code, NOW, amount=amount * MILLION, offender=offender)
        return
    with pytest.raises(RuleBroken) as refused:
        AUTHORITY.check_decision(agency, code, NOW, amount=amount * MILLION, offender=offender)
    assert refused.value.code == "above-competence"
    assert refused.value.facts["refer_to"] == "Chủ tịch UBND tỉnh Thái Nguyên"


def test_whoever_does_not_reach_the_range_refers_upwards() -> None:
    found = AUTHORITY.competence("so-noi-vu", "ND283-2026", NOW, "283-35.5")
    assert (found.record.answer, found.sanction.answer, found.enough) == (YES, YES, False)
    assert found.must_refer_decision
    assert found.refer_to == "Chủ tịch UBND tỉnh Thái Nguyên"


def test_everybody_who_may_sanction_is_told_the_lowest_first() -> None:
    told = AUTHORITY.competence("bql-kcn", "ND283-2026", NOW, "283-32.3a").holders
    assert [(each.agency, each.power.most_individual) for each in told] == [
        ("thanh-tra", 7_500_000),
        ("thanh-tra", 37_500_000),
        ("ubnd-xa", 37_500_000),
        ("thanh-tra", 60_000_000),
        ("so-noi-vu", 60_000_000),
        ("ubnd-tinh", 75_000_000),
    ]


@pytest.mark.parametrize("rule", LAWS.penalties.values(), ids=lambda rule: rule.code)
def test_every_answer_names_its_ground_and_an_addressee(rule: object) -> None:
    code = rule.code  # type: ignore[attr-defined]
    for agency in OURS:
        found = AUTHORITY.competence(agency, rule.decree, NOW, code)  # type: ignore[attr-defined]
        assert found.record.ground
        assert found.sanction.ground
        assert found.refer_to


def test_what_we_have_not_read_is_said_to_be_unknown() -> None:
    found = AUTHORITY.competence("so-xay-dung", "ND999-2030", NOW)
    assert (found.record.answer, found.record.confidence) == (OPEN, "memory")
    assert found.refer_to == "Chủ tịch UBND tỉnh Thái Nguyên"
    assert found.must_refer


def test_a_rule_in_free_words_is_judged_by_people() -> None:
    assert AUTHORITY.decree_of("Điều 12 khoản 3 nghị định khác") is None
    AUTHORITY.check_record("bql-kcn", "Điều 12 khoản 3 nghị định khác", NOW)
    AUTHORITY.check_decision("bql-kcn", "Điều 12 khoản 3 nghị định khác", NOW, amount=10**9)


def test_each_rule_is_told_once() -> None:
    told = AUTHORITY.competences("thanh-tra", ["16-32.2c", "283-33.9", "16-32.2c", "free words"], NOW)
    assert [each.code for each in told] == ["16-32.2c", "283-33.9"]
