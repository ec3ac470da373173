"""How likely two entries are the same organisation: tax code, name, address, telephone and representative weighed.

A pure rule with its reasons; a person decides. Measured on the labelled pairs of tests/pairs (docs/duplicates.md).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from inspect_app.domain.company_names import Parsed, parse
from inspect_app.domain.distance import metres
from inspect_app.domain.search import folded
from inspect_app.domain.tax_codes import check_digit, root

# From here on a pair is shown to a person.
LIKELY = 500
_PER_POINT = 60
# The same name, and nothing else that speaks for or against: to be asked about where only a name is typed.
NAMESAKE = LIKELY - 2 * _PER_POINT
_NEEDED = 8
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS_SHORT = {
    "d": "duong",
    "p": "phuong",
    "x": "xa",
    "h": "huyen",
    "q": "quan",
    "kcn": "khu cong nghiep",
    "to": "to",
}
# Words of every address; what is left are names of streets, hamlets and zones.
_ADDRESS_WORDS = frozenset(
    re.split(
        " ",
        "so nha duong pho ngo ngach hem to dan cum xom thon ban phuong xa thi tran huyen quan thanh tp tx tt t tinh "
        "thai nguyen viet nam khu cong nghiep lo quoc ql tl bac kan",
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of an organisation."""

    name: str
    tax_code: str = ""
    address: str = ""
    phone: str = ""
    representative: str = ""
    household: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """score: 0 to 1,000; reasons: (code, points), what spoke for and against, strongest first."""

    score: int
    reasons: tuple[tuple[str, int], ...]


def compare(one: Entry, other: Entry) -> Likeness:
    """The same whichever comes first."""
    told = [
        _tax(one.tax_code, other.tax_code),
        *_names(parse(one.name), parse(other.name)),
        _address(one.address, other.address),
        _phone(one.phone, other.phone),
        _people(one.representative, other.representative),
    ]
    reasons = sorted((each for each in told if each[1]), key=lambda each: (-abs(each[1]), each[0]))
    points = sum(weight for _, weight in reasons)
    return Likeness(max(0, min(1000, LIKELY + (points - _NEEDED) * _PER_POINT)), tuple(reasons))


def _tax(one: str, other: str) -> tuple[str, int]:
    if not one or not other or len(one.partition("-")[0]) != len(other.partition("-")[0]):
        return "tax-unknown", 0
    if one == other:
        return "tax-same", 14
    if root(one) == root(other):
        return "tax-branch", -30
    if OSA.distance(one, other) == 1 and not (_is_sound(one) and _is_sound(other)):
        return "tax-near", 4
    return "tax-different", -30


def _is_sound(code: str) -> bool:
    digits = root(code)
    return len(digits) != 10 or check_digit(digits) == int(digits[9])


def _names(one: Parsed, other: Parsed) -> list[tuple[str, int]]:
    told = [_own_words(one, other)]
    if one.numbers != other.numbers:
        told.append(("number-differs", -12))
    if bool(one.branch) != bool(other.branch) or (one.branch and one.branch != other.branch):
        told.append(("branch-differs", -10))
    if one.form and other.form and one.form != other.form:
        told.append(("form-differs", -4))
    if one.trades - other.trades and other.trades - one.trades:
        told.append(("trade-differs", -4))
    elif one.trades != other.trades:
        told.append(("trade-missing", -1))
    return told


def _own_words(one: Parsed, other: Parsed) -> tuple[str, int]:
    if not one.own or not other.own:
        return ("name-empty", 5) if one.own == other.own and one.trades == other.trades else ("name-differs", -8)
    if one.own == other.own:
        if one.has_marks and other.has_marks and one.marked != other.marked:
            return "marks-differ", -3
        return "name-same", 6
    if one.joined == other.joined or sorted(one.own) == sorted(other.own):
        return "name-same", 5
    longest = max(len(one.joined), len(other.joined))
    away = OSA.distance(one.joined, other.joined)
    if (away == 1 and longest >= 5) or (away == 2 and longest >= 10):
        return "name-close", 4
    few, many = sorted((set(one.own), set(other.own)), key=len)
    if few < many and len(few) >= 2:
        return "name-shorter", 2
    if _is_acronym(one, other) or _is_acronym(other, one):
        return "name-acronym", 2
    return "name-differs", -8


def _is_acronym(short: Parsed, long: Parsed) -> bool:
    return len(short.own) == 1 and len(long.own) >= 3 and short.own[0] == "".join(word[0] for word in long.own)


def _address(one: str, other: str) -> tuple[str, int]:
    here, there = address_parts(one), address_parts(other)
    if not (here[1] and there[1]):
        return "address-unknown", 0
    likeness = fuzz.token_set_ratio(" ".join(here[1]), " ".join(there[1]))
    if here[0] and there[0] and here[0][0] != there[0][0]:
        return ("house-differs", -2) if likeness >= 80 else ("address-differs", -3)
    if likeness >= 80:
        return ("address-same", 4) if here[0] and there[0] else ("address-alike", 2)
    return "address-differs", -3


@lru_cache(maxsize=20_000)
def address_parts(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Its numbers, and the names in it."""
    words = [_ADDRESS_SHORT.get(word, word) for word in _LETTERS.findall(folded(text))]
    names = tuple(sorted(word for phrase in words for word in phrase.split() if word not in _ADDRESS_WORDS))
    return tuple(number.lstrip("0") for number in _DIGITS.findall(text)), names


def digits_of(phone: str) -> str:
    """The last nine digits: +84, 084 and 0 before them are the same."""
    digits = "".join(_DIGITS.findall(phone.split("/")[0].split(";")[0]))
    return digits[-9:] if len(digits) >= 9 else ""


def _phone(one: str, other: str) -> tuple[str, int]:
    here, there = digits_of(one), digits_of(other)
    if not here or not there:
        return "phone-unknown", 0
    return ("phone-same", 4) if here == there else ("phone-differs", -1)


_TITLES = re.compile(r"^(ong|ba|anh|chi|mr|mrs|ms|ts|ths|ks)\b\.?\s*")


def person(name: str) -> str:
    return _TITLES.sub("", folded(name))


def _people(one: str, other: str) -> tuple[str, int]:
    here, there = person(one), person(other)
    if not here or not there:
        return "person-unknown", 0
    if here == there or OSA.distance(here, there) == 1:
        return "person-same", 3
    return "person-differs", -3


@dataclass(frozen=True, slots=True)
class Place:
    """What is compared of two sites of one owner in one commune."""

    name: str
    address: str
    lat: float | None = None
    lon: float | None = None


FAR_METRES = 500
_NUMBERS = re.compile(r"\d+")


def compare_places(one: Place, other: Place) -> Likeness:
    """Sites of one owner: alike in name, without different numbers ("khối A1", "khối A2"), and not far apart."""
    here, there = folded(one.name), folded(other.name)
    alike = fuzz.token_sort_ratio(here, there)
    reasons = [
        ("place-name-same", 9) if alike >= 92 else ("place-name-close", 6) if alike >= 85 else ("name-differs", -8)
    ]
    if _NUMBERS.findall(here) != _NUMBERS.findall(there):
        reasons.append(("number-differs", -12))
    if one.lat is not None and one.lon is not None and other.lat is not None and other.lon is not None:
        away = metres(one.lat, one.lon, other.lat, other.lon)
        reasons.append(("position-far", -6) if away > FAR_METRES else ("position-near", 2))
    reasons.append(_address(one.address, other.address))
    told = tuple(sorted((each for each in reasons if each[1]), key=lambda each: (-abs(each[1]), each[0])))
    points = sum(weight for _, weight in told)
    return Likeness(max(0, min(1000, LIKELY + (points - _NEEDED) * _PER_POINT)), told)
