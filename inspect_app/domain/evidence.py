"""What makes a fact provable: its canonical form (RFC 8785), its hash, and the chain over one phone's facts."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

START = "0" * 64
GREATEST_WHOLE = 2**53 - 1  # beyond it JavaScript and Python no longer read the same number

# orjson writes the canonical form of almost everything we are sent; what it writes differently is told apart by its
# value: whole and very great or small floats, whole numbers too great to be exact, and keys beyond the basic plane
# (sorted by UTF-16; such a letter anywhere only costs the slower way).
_BEYOND = re.compile(rb"[\xf0-\xf4]")
_LEAST_PLAIN, _MOST_PLAIN = 1e-4, 1e15  # between them both write a broken number with the same digits
_string = json.JSONEncoder(ensure_ascii=False).encode


class NotCanonical(ValueError):
    """A value without a canonical form: a number that is not exact, half a surrogate pair, a key that is no text."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one byte form of a JSON object that every machine agrees on. Raises NotCanonical."""
    try:
        if type(value) is dict and _is_plain(value.values()):
            form = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
            if form.isascii() or not _BEYOND.search(form):
                return form
        return _slowly(value).encode("utf-8")
    except (ValueError, TypeError, RecursionError) as wrong:
        raise NotCanonical(str(wrong)) from wrong


def body_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form, as 64 lower-case hex digits."""
    return hashlib.sha256(canonical(body)).hexdigest()


def link(head: str, body_sha256: str) -> str:
    """The next head of a phone's chain. A hash over hashes: it can be extended without the bodies."""
    return hashlib.sha256(bytes.fromhex(head) + bytes.fromhex(body_sha256)).hexdigest()


def chain(body_hashes: Iterable[str], head: str = START) -> str:
    """The head after these facts, in the order of their numbers."""
    for each in body_hashes:
        head = link(head, each)
    return head


def _is_plain(values: Iterable[Any]) -> bool:
    """Whether orjson writes them as RFC 8785 wants them. Written out: it is asked for every value of every push."""
    for value in values:
        kind = type(value)
        if kind is str or value is None or kind is bool:
            continue
        if kind is int:
            plain = -GREATEST_WHOLE <= value <= GREATEST_WHOLE
        elif kind is float:
            plain = _LEAST_PLAIN <= abs(value) < _MOST_PLAIN and value != int(value)
        elif kind is list:
            plain = not value or _is_plain(value)
        else:
            plain = kind is dict and _is_plain(value.values())
        if not plain:
            return False
    return True


def _slowly(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        if not -GREATEST_WHOLE <= value <= GREATEST_WHOLE:
            raise NotCanonical(f"{value} is not exact")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_slowly(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{_slowly(value[key])}" for key in sorted(value, key=_utf16)) + "}"
    raise NotCanonical(f"{type(value).__name__} is not JSON")


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise NotCanonical("a key must be text")
    return key.encode("utf-16-be")


def _number(value: float) -> str:
    """As ECMAScript writes it: the fewest digits that read back the same; exponents from 1e21 on and below 1e-6."""
    if value != value or value in (float("inf"), float("-inf")):
        raise NotCanonical("not a finite number")
    if value == 0:
        return "0"
    sign, rest = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = rest.partition("e")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" else part
    point = len(whole) + int(exponent or 0)  # where the point stands, counted from the first digit
    digits = (whole + part).lstrip("0")
    point -= len(whole + part) - len(digits)
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = f"{point - 1:+d}"
    return f"{digits[0]}e{exponent}" if count == 1 else f"{digits[0]}.{digits[1:]}e{exponent}"
