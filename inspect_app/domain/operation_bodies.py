"""What each kind of operation must look like, as data. A body that does not is kept and held, never refused."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from inspect_app.domain.evidence import GREATEST_WHOLE

Check = Callable[[Any], bool]

MOST_TEXT = 20_000  # characters of a note; more is held "too-long", with every character kept
MOST_OPERATIONS = 1_000_000  # of one phone in one inspection
MOST_REPLACED = 1_000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_is_uuid = _UUID.fullmatch


def _id(value: Any) -> bool:
    return isinstance(value, str) and _is_uuid(value) is not None


def is_hash(value: Any) -> bool:
    """SHA-256 as 64 lower-case hex digits."""
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _whole(least: int, most: int) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def _text(longest: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def _list_of(check: Check, most: int) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def _has(**fields: Check) -> Check:
    """An object with these fields; others may be there too."""
    return lambda value: isinstance(value, dict) and all(check(value.get(name)) for name, check in fields.items())


def _number(value: Any) -> bool:
    return type(value) in (int, float)


def _fix(value: Any) -> bool:
    """[latitude, longitude, accuracy in metres, time of the fix in ms]"""
    if type(value) is not list or len(value) != 4 or not all(map(_number, value)):
        return False
    lat, lon, accuracy, at = value
    return bool(-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= accuracy <= 1e8 and 0 <= at <= GREATEST_WHOLE)


def _day(value: Any) -> bool:
    """YYYY-MM-DD that is in the calendar."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _deadline(value: Any) -> bool:
    return _day(value) and FIRST_DEADLINE <= value <= LAST_DEADLINE


def _nothing(value: Any) -> bool:
    return value is None


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _stroke(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100_000 and all(type(each) is int for each in value)


_ITEM = _text(40)
_SAID_ITEM: Check = lambda value: isinstance(value, str) and 0 < len(value) <= 40  # noqa: E731 - one of a table
_LINE = _text(300)
_TIME = _whole(0, GREATEST_WHOLE)
_ORIGINAL = _either(_nothing, _has(sha=is_hash, size=_whole(0, GREATEST_WHOLE)))
_CHECKLIST = _has(code=_text(10), version=_whole(1, 1_000_000), sha=_text(64))
_DEVICE = _has(device=_id, n=_whole(0, MOST_OPERATIONS), head=is_hash)

_MOST_MATCHES = 10_000
# What was looked up before a finding was written: when, how many earlier ones met it, in which list.
_SEARCH = _has(at=_TIME, matches=_whole(0, _MOST_MATCHES), source_seq=_whole(0, GREATEST_WHOLE))

_SUP, _NO_SUP = _list_of(_id, MOST_REPLACED), list[str]()
FIRST_DEADLINE, LAST_DEADLINE = "2000-01-01", "2100-12-31"  # a day outside is a slip of the finger, not a deadline

KINDS: Mapping[str, Mapping[str, Check]] = {
    "open": {"checklists": _list_of(_CHECKLIST, 50)},
    "answer": {"i": _SAID_ITEM},  # the value is checked against its item
    "comment": {"i": _ITEM, "text": _text(MOST_TEXT)},
    "finding": {
        "i": _SAID_ITEM,
        "kind": _one_of("advice", "shortcoming", "violation"),
        "responsible": _either(_nothing, _id),
        "responsible_text": _either(_nothing, _text(MOST_TEXT)),
        "deadline": _either(_nothing, _deadline),
        "stop_demanded": _flag,
        "stop_proposed": _flag,
    },
    "photo": {
        "i": _ITEM,
        "sha": is_hash,
        "size": _whole(1, GREATEST_WHOLE),
        "mime": _text(60),
        "w": _whole(0, 1_000_000),
        "h": _whole(0, 1_000_000),
        "src": _one_of("camera", "viewfinder", "picker"),
        "orig": _ORIGINAL,
    },
    "position": {"gps": _fix, "distance": _either(_nothing, _whole(0, 50_000_000))},
    "withdraw": {"ref": _id, "reason": _text(MOST_TEXT)},
    "opinion": {"text": _text(MOST_TEXT)},
    "sign": {
        "role": _one_of("leader", "inspector", "subject", "witness"),
        "name": _LINE,
        "title": _LINE,
        "strokes": _list_of(_stroke, 2_000),
        "shown": is_hash,
    },
    "refuse": {"reason": _text(MOST_TEXT), "witness": _either(_nothing, _has(name=_LINE, title=_LINE))},
    "submit": {
        "manifest": _has(
            devices=_list_of(_DEVICE, 100), photos=_list_of(is_hash, 5_000), answers=_whole(0, MOST_OPERATIONS)
        ),
        "shown": is_hash,
    },
}
# Texts of a person: too long is said in its own words.
_TEXTS = ("text", "reason", "responsible_text")


def wrong(op: Mapping[str, Any]) -> str | None:
    """The code of what is wrong with a body: bad-body, unknown-kind or too-long; None when it is sound."""
    get = op.get
    if not _has_sound_envelope(op):
        return "bad-body"
    kind = get("k")
    fields = KINDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        return "unknown-kind" if isinstance(kind, str) and 0 < len(kind) <= 40 else "bad-body"
    if not _has_sound_company(op):
        return "bad-body"
    if kind == "answer":  # most of all there is; its one field was looked at with the company
        return None if get("i") else "bad-body"
    for name, check in fields.items():
        if not check(get(name)):
            return "too-long" if _is_long_text(name, get(name)) else "bad-body"
    return None


def _has_sound_envelope(op: Mapping[str, Any]) -> bool:
    """What every operation must have. Written out: it is asked 130 times a push."""
    get = op.get
    n, t, m = get("n"), get("t"), get("m")
    return (
        type(n) is int
        and 1 <= n <= MOST_OPERATIONS
        and type(t) is int
        and 0 <= t <= GREATEST_WHOLE
        and type(m) is int
        and 0 <= m <= GREATEST_WHOLE
        and _id(get("id"))
    )


def _has_sound_company(op: Mapping[str, Any]) -> bool:
    """What any operation may have beside its kind's own fields."""
    get = op.get
    place, gps, searched, sup = get("i"), get("gps"), get("searched"), get("sup", _NO_SUP)
    # Every operation may name an item, and what names one is looked up by it: it must be a word, whatever the kind.
    return (
        (place is None or _ITEM(place))
        and (gps is None or _fix(gps))
        and (sup == _NO_SUP or _SUP(sup))
        and (searched is None or _SEARCH(searched))
    )


def _is_long_text(name: str, value: object) -> bool:
    return name in _TEXTS and isinstance(value, str) and len(value) > MOST_TEXT


def identity(op: object) -> str | None:
    """The operation's id when it has a usable one."""
    found = op.get("id") if isinstance(op, dict) else None
    return found if _id(found) else None


def number(op: object) -> int:
    """The operation's place in its phone's count; 0 when it has none."""
    found = op.get("n") if isinstance(op, dict) else None
    return found if type(found) is int and 0 < found <= MOST_OPERATIONS else 0
