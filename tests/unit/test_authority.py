"""Who may draw the record and who may sanction: the table of November 2026."""

import pytest

from inspect_app.domain.authority import (
    DECREES,
    HIGHEST,
    REFER_TO,
    Answer,
    check_decision,
    check_record,
    competence,
    competences,
    decree_of,
)
from inspect_app.domain.errors import RuleBroken

OURS = ("thanh-tra", "so-noi-vu", "so-xay-dung", "bql-kcn")
YES, MAYBE, NO, OPEN = Answer.YES, Answer.CONDITIONAL, Answer.NO, Answer.UNKNOWN


@pytest.mark.parametrize(
    ("decree", "record", "sanction"),
    [
        ("ND283-2026", (YES, YES, NO, NO), (YES, YES, NO, NO)),
        ("ND16-2022", (YES, NO, YES, MAYBE), (YES, NO, YES, NO)),
        ("ND106-2025", (YES, NO, YES, YES), (YES, NO, OPEN, NO)),
        ("ND275-2026", (YES, NO, NO, NO), (YES, NO, NO, NO)),
    ],
)
def test_the_table(decree: str, record: tuple[Answer, ...], sanction: tuple[Answer, ...]) -> None:
    found = [competence(agency, decree) for agency in OURS]
    assert tuple(each.record.answer for each in found) == record
    assert tuple(each.sanction.answer for each in found) == sanction


def test_the_zone_authority_sanctions_under_no_decree() -> None:
    assert {competence("bql-kcn", decree).sanction.answer for decree in DECREES.values()} == {NO}


@pytest.mark.parametrize("decree", sorted(REFER_TO))
def test_every_answer_names_its_ground_and_an_addressee(decree: str) -> None:
    for agency in OURS:
        found = competence(agency, decree)
        assert found.record.ground
        assert found.sanction.ground
        assert found.refer_to == REFER_TO[decree]


def test_a_labour_violation_found_by_the_building_department_is_referred() -> None:
    with pytest.raises(RuleBroken) as refused:
        check_record("so-xay-dung", "283-32.3a")
    assert refused.value.code == "not-competent"
    assert refused.value.facts["refer_to"] == "Sở Nội vụ tỉnh Thái Nguyên"
    check_record("so-noi-vu", "283-32.3a")
    check_record("so-xay-dung", "16-15.2c")


def test_a_record_may_be_drawn_where_the_decision_is_another_s() -> None:
    check_record("bql-kcn", "106-12.1")
    with pytest.raises(RuleBroken) as refused:
        check_decision("bql-kcn", "106-12.1")
    assert refused.value.facts["refer_to"] == "Công an tỉnh Thái Nguyên"


def test_what_we_have_not_read_is_said_to_be_unknown() -> None:
    found = competence("so-xay-dung", "ND999-2030")
    assert (found.record.answer, found.record.confidence, found.refer_to) == (OPEN, "memory", HIGHEST)
    assert found.must_refer


def test_the_decree_of_a_rule_is_in_its_number() -> None:
    assert decree_of("283-32.3a") == "ND283-2026"
    assert decree_of("Điều 12 khoản 3 nghị định khác") is None
    check_record("bql-kcn", "Điều 12 khoản 3 nghị định khác")


def test_each_decree_is_told_once() -> None:
    told = competences("thanh-tra", ["ND16-2022", "ND283-2026", "ND16-2022"])
    assert [each.decree for each in told] == ["ND16-2022", "ND283-2026"]
