"""Tax codes: their forms, their check digit, and the personal number that household businesses use instead."""

import re
from collections.abc import Sequence

from inspect_app.domain.errors import RuleBroken

# Ten digits; ten, a hyphen and the three of a branch; or the owner's twelve-digit personal number.
_ENTERPRISE = re.compile(r"([0-9]{10})(?:-([0-9]{3}))?")
_PERSONAL = re.compile(r"([0-9]{3})[0-9]{9}")
_WEIGHTS: Sequence[int] = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# A personal number begins with the code of the province of birth, 001 to 096 as they were before 2025.
_LAST_PROVINCE = 96
_JUNK = re.compile(r"[\s.\u00a0\u200b]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def tidy(text: str) -> str:
    """As people paste it: "4600 415 642 – 001" becomes "4600415642-001", thirteen digits get their hyphen."""
    bare = _JUNK.sub("", text.translate(_DASHES)).upper().removeprefix("MST").lstrip(":")
    return f"{bare[:10]}-{bare[10:]}" if re.fullmatch(r"[0-9]{13}", bare) else bare


def check(code: str, *, household: bool) -> None:
    """RuleBroken "bad-tax-code", "personal-number" (as `check_form`), "bad-check-digit"."""
    check_form(code, household=household)
    personal, match = _PERSONAL.fullmatch(code), _ENTERPRISE.fullmatch(code)
    if personal is not None and not 1 <= int(personal[1]) <= _LAST_PROVINCE:
        raise RuleBroken("bad-tax-code", tax_code=code)
    if match is not None and (match[2] == "000" or check_digit(match[1]) != int(match[1][9])):
        raise RuleBroken("bad-check-digit", tax_code=code)


def check_form(code: str, *, household: bool) -> None:
    """What also invented codes keep to. RuleBroken "bad-tax-code"; "personal-number": twelve digits, no household."""
    if _PERSONAL.fullmatch(code):
        if not household:
            raise RuleBroken("personal-number", tax_code=code)
    elif not _ENTERPRISE.fullmatch(code):
        raise RuleBroken("bad-tax-code", tax_code=code)


def check_digit(code: str) -> int:
    """What the tenth digit must be for these first nine; 10: no code begins like this."""
    return 10 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code, strict=False)) % 11


def root(code: str) -> str:
    """The enterprise a branch belongs to; any other code is its own."""
    return code.partition("-")[0]
