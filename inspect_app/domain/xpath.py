"""Reads the relevance of an XLSForm as one of our conditions, as far as our language has words for it."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from inspect_app.domain.checklist_items import ItemType
from inspect_app.domain.relevance import GIVEN, NA, Asked, Inexpressible, Raw, name_of, to_relevant

# name in the form → (item, field of a count).
Places: TypeAlias = Mapping[str, tuple[str, str | None]]
Tree: TypeAlias = tuple[Any, ...]

TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[^}\s]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|!=|[=<>(),])|(?P<word>[A-Za-z][\w.:-]*))"
)
DEEPEST = 40
LONGEST = 4_000
SIMPLER = "viết lại bằng =, !=, >, <, and, or, not(), selected(); hoặc ghi điều kiện vào cột when"
TURNED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
OPPOSITE = {"=": "!=", "!=": "="}


def to_condition(expression: str, places: Places, asked: Mapping[str, Asked]) -> Raw:
    """The condition; Inexpressible with what stands in the way."""
    if len(expression) > LONGEST:
        raise Inexpressible("điều kiện quá dài", f"tối đa {LONGEST} ký tự")
    return _condition(_Reader(expression).whole(), places, asked)


class _Reader:
    """Recursive descent over the few words that our language shares with XPath."""

    def __init__(self, expression: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._next = 0
        at = 0
        while expression[at:].strip():
            match = TOKEN.match(expression, at)
            if match is None:
                raise Inexpressible(f"không hiểu “{expression[at:].strip()[:40]}”", SIMPLER)
            self._tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            at = match.end()

    def whole(self) -> Tree:
        tree = self._or(0)
        if self._next < len(self._tokens):
            raise Inexpressible(f"không hiểu “{self._tokens[self._next][1]}”", SIMPLER)
        return tree

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self._next += 1
        return token

    def _expect(self, sign: str) -> None:
        if self._take() != ("sign", sign):
            raise Inexpressible(f"thiếu dấu “{sign}”", "kiểm tra các dấu ngoặc")

    def _or(self, depth: int) -> Tree:
        return self._joined("or", depth)

    def _joined(self, word: str, depth: int) -> Tree:
        if depth > DEEPEST:
            raise Inexpressible("điều kiện lồng quá sâu", SIMPLER)
        parts = [self._joined("and", depth) if word == "or" else self._one(depth)]
        while self._peek() == ("word", word):
            self._take()
            parts.append(self._joined("and", depth) if word == "or" else self._one(depth))
        return parts[0] if len(parts) == 1 else (word, *parts)

    def _one(self, depth: int) -> Tree:
        kind, said = self._peek()
        if (kind, said) == ("sign", "("):
            self._take()
            inner = self._or(depth + 1)
            self._expect(")")
            return inner
        if kind == "word":
            return self._called(depth)
        left = self._operand()
        kind, sign = self._take()
        if kind != "sign" or sign not in TURNED:
            raise Inexpressible(f"thiếu phép so sánh sau “{left[1]}”", SIMPLER)
        return self._compared(left, sign, self._operand())

    def _called(self, depth: int) -> Tree:
        _, name = self._take()
        if name not in {"not", "selected"}:
            raise Inexpressible(f"không có hàm “{name}”", SIMPLER)
        self._expect("(")
        if name == "not":
            inner: Tree = ("not", self._or(depth + 1))
        else:
            ref = self._operand()
            self._expect(",")
            inner = self._compared(ref, "=", self._operand())
        self._expect(")")
        return inner

    def _operand(self) -> Tree:
        kind, said = self._take()
        if kind == "ref":
            return ("ref", said[2:-1].strip())
        if kind == "text":
            return ("text", said[1:-1])
        if kind == "number":
            return ("number", said)
        raise Inexpressible(f"không hiểu “{said or 'cuối điều kiện'}”", SIMPLER)

    def _compared(self, left: Tree, sign: str, right: Tree) -> Tree:
        if left[0] != "ref" and right[0] == "ref":
            left, sign, right = right, TURNED[sign], left
        if left[0] != "ref" or right[0] == "ref":
            raise Inexpressible("chỉ so sánh được một câu hỏi với một giá trị", SIMPLER)
        return ("compare", left[1], sign, right[1], right[0] == "number")


def _condition(tree: Tree, places: Places, asked: Mapping[str, Asked]) -> Raw:
    match tree:
        case ("and", *parts):
            return _all([_condition(each, places, asked) for each in parts])
        case ("or", *parts):
            return _any([_condition(each, places, asked) for each in parts])
        case ("not", inner):
            return _condition(_negated(inner), places, asked)
        case ("compare", name, sign, value, is_number):
            return _comparison(name, sign, value, places, asked, is_number=is_number)
    raise AssertionError(tree)


def _negated(tree: Tree) -> Tree:
    match tree:
        case ("and", *parts):
            return ("or", *map(_negated, parts))
        case ("or", *parts):
            return ("and", *map(_negated, parts))
        case ("not", inner):
            return tuple(inner)
        case ("compare", name, sign, value, is_number) if sign in OPPOSITE:
            return ("compare", name, OPPOSITE[sign], value, is_number)
    raise Inexpressible("không phủ định được phép so sánh số", "viết phép so sánh ngược lại")


def _all(parts: list[Raw]) -> Raw:
    """Two ends of the same number are one comparison."""
    match parts:
        case [{"item": a, "above": least, **rest}, {"item": b, "below": most, **more}] if a == b and rest == more:
            return {"item": a, **rest, "above": least, "below": most}
    return {"all": parts}


def _any(parts: list[Raw]) -> Raw:
    """Several answers to the same item are one list."""
    first = parts[0]
    if all(each.keys() == {"item", "is"} and each["item"] == first.get("item") for each in parts):
        return {"item": first["item"], "is": list(dict.fromkeys(v for each in parts for v in each["is"]))}
    return {"any": parts}


def _comparison(
    name: str, sign: str, value: str, places: Places, asked: Mapping[str, Asked], *, is_number: bool
) -> Raw:
    if name not in places:
        raise Inexpressible(f"không có câu hỏi “{name}”", "sửa tên trong ${…} cho trùng cột name")
    item, field = places[name]
    known = asked[item]
    about: dict[str, Any] = {"item": item} | ({"field": field} if field else {})
    if value == "" and field is None and sign in OPPOSITE:
        return {**about, "verdict": ["unanswered"] if sign == "=" else [str(each) for each in GIVEN]}
    if known.type in {ItemType.PASS_FAIL, ItemType.CHOICE}:
        return _chosen(about, sign, value, known)
    if is_number and (known.type is ItemType.NUMBER or field):
        return _measured(about, sign, value, is_whole=bool(field and known.fields[field]))
    raise Inexpressible(f"không so sánh được “{name}” với “{value}”", SIMPLER)


def _chosen(about: dict[str, Any], sign: str, value: str, known: Asked) -> Raw:
    possible = [*(known.options or ("pass", "fail")), NA]
    value = known.names.get(value, value)
    if value not in possible:
        raise Inexpressible(f"{about['item']} không có lựa chọn “{value}”", f"chọn trong: {', '.join(possible)}")
    if sign == "=":
        return {**about, "is": [value]}
    if sign == "!=":
        others = {**about, "is": [each for each in possible if each != value]}
        return {"any": [others, {**about, "verdict": ["unanswered"]}]}
    raise Inexpressible("lựa chọn chỉ so sánh bằng = hoặc !=", SIMPLER)


def _measured(about: dict[str, Any], sign: str, value: str, *, is_whole: bool) -> Raw:
    number: float = float(value) if "." in value else int(value)
    if sign == ">":
        return {**about, "above": number}
    if sign == "<":
        return {**about, "below": number}
    if is_whole and number == int(number):
        whole = int(number)
        ends = {">=": {"above": whole - 1}, "<=": {"below": whole + 1}, "=": {"above": whole - 1, "below": whole + 1}}
        if sign in ends:
            return {**about, **ends[sign]}
    raise Inexpressible(f"phép “{sign}” không có với số đo", "dùng > hoặc <")


def wants_own_words(condition: Raw, asked: Mapping[str, Asked]) -> bool:
    """Whether the expression alone would come back as something else, so that our own words must go with it."""
    try:
        return to_condition(to_relevant(condition, asked), places_of(asked), asked) != condition
    except Inexpressible:
        return True


def places_of(asked: Mapping[str, Asked]) -> dict[str, tuple[str, str | None]]:
    """The names that our own form gives to items and fields."""
    places: dict[str, tuple[str, str | None]] = {name_of(key): (key, None) for key in asked}
    return places | {name_of(key, each): (key, each) for key, value in asked.items() for each in value.fields}
