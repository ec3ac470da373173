"""Forms of tax codes, the check digit, and personal numbers of household businesses."""

import pytest

from inspect_app.domain import tax_codes
from inspect_app.domain.errors import RuleBroken


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("4600000016", "4600000016"),
        (" 4600 000 016 ", "4600000016"),
        ("4600.000.016", "4600000016"),
        ("4600000016–001", "4600000016-001"),
        ("4600000016001", "4600000016-001"),
        ("MST: 4600000016", "4600000016"),
        ("", ""),
    ],
)
def test_codes_are_tidied_as_people_paste_them(pasted: str, code: str) -> None:
    assert tax_codes.tidy(pasted) == code


@pytest.mark.parametrize(
    ("code", "household", "wrong"),
    [
        ("4600000016", False, None),
        ("4600000016", True, None),
        ("4600000016-001", False, None),
        ("019190000123", True, None),
        ("4600000011", False, "bad-check-digit"),
        ("4600000061", False, "bad-check-digit"),  # two digits changed places
        ("4600000016-000", False, "bad-check-digit"),
        ("460000001", False, "bad-tax-code"),
        ("46000000162", False, "bad-tax-code"),
        ("4600000016-01", False, "bad-tax-code"),
        ("46000A0016", False, "bad-tax-code"),
        ("019190000123", False, "personal-number"),
        ("000190000123", True, "bad-tax-code"),
        ("097190000123", True, "bad-tax-code"),
        ("٤٦٠٠٠٠٠٠١٦", False, "bad-tax-code"),
    ],
)
def test_what_a_code_must_be(code: str, household: bool, wrong: str | None) -> None:
    if wrong is None:
        tax_codes.check(code, household=household)
        return
    with pytest.raises(RuleBroken) as broken:
        tax_codes.check(code, household=household)
    assert broken.value.code == wrong


def test_every_single_wrong_digit_is_noticed() -> None:
    good = "4600000016"
    wrong = [
        good[:place] + digit + good[place + 1 :]
        for place in range(10)
        for digit in "0123456789"
        if good[place] != digit
    ]

    def accepted(code: str) -> bool:
        return tax_codes.check_digit(code) == int(code[9])

    assert [code for code in wrong if accepted(code)] == []


def test_a_branch_belongs_to_its_enterprise() -> None:
    assert tax_codes.root("4600000016-001") == "4600000016"
    assert tax_codes.root("4600000016") == "4600000016"
