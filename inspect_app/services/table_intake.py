"""A simple table (CSV or Excel) of accidents or declarations, taken in whole or not at all; again changes nothing."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from inspect_app.domain import accidents as accident_words
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.osh_records import RecordKind
from inspect_app.domain.people import Actor
from inspect_app.outside import table_reading
from inspect_app.services import accidents, osh_records
from inspect_app.store import accidents as store
from inspect_app.store.database import Tx

NAMESPACE = UUID("6f0c9a52-6f43-5d0e-9a1c-0d7d0b1f7a11")
MOST_LINES = 2_000
ACCIDENT_COLUMNS: Mapping[str, str] = {
    "Ngày xảy ra": "happened_on",
    "Ngày khai báo": "declared_on",
    "Mã xã, phường": "commune_code",
    "Địa điểm": "place",
    "Mã số thuế": "tax_code",
    "Có hợp đồng lao động": "has_contract",
    "Số chết": "deaths",
    "Số bị thương nặng": "seriously_injured",
    "Số bị thương nhẹ": "injured",
    "Trong đó nữ": "women",
    "Nghề nghiệp": "occupation",
    "Nguyên nhân": "cause",
    "Yếu tố gây chấn thương": "factor",
    "Số biên bản ghi nhận": "record_no",
    "Diễn biến": "description",
}


@dataclass(slots=True)
class Taken:
    """What became of a table: how many rows are in now, and what stopped it, by line."""

    count: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


class _LineWrong(ValueError):
    """One cell that cannot be read, in words for who made the table."""


def record_columns(kind: RecordKind) -> list[str]:
    """The header of a table of this kind."""
    beside = [kind.detail] if kind.detail else []
    beside += [kind.provider] if kind.provider else []
    return ["Mã số thuế", "Ngày", *beside, *(each.label for each in kind.figures), "Ghi chú"]


def sample(columns: Sequence[str]) -> bytes:
    """An empty table to be filled in."""
    out = io.StringIO()
    csv.writer(out).writerow(columns)
    return ("\ufeff" + out.getvalue()).encode()


def take_accidents(tx: Tx, data: bytes, *, source: str, actor: Actor, now: datetime) -> Taken:
    """RuleBroken "bad-table" when the file is none; wrong lines are told and nothing is taken in."""
    known = {each.code for each in store.communes(tx)}

    def enter(line: Mapping[str, str], number: UUID) -> None:
        given = {ACCIDENT_COLUMNS[label]: value for label, value in line.items() if label in ACCIDENT_COLUMNS}
        declared = _accident(given, known, source)
        accidents.enter(tx, number, declared, actor=actor, now=now)

    return _take(data, set(ACCIDENT_COLUMNS), {"Ngày xảy ra", "Mã xã, phường"}, f"accident/{actor.agency}", enter)


def take_records(tx: Tx, data: bytes, kind: RecordKind, *, actor: Actor, now: datetime) -> Taken:
    """As take_accidents."""
    names = {each.label: each.name for each in kind.figures}

    def enter(line: Mapping[str, str], number: UUID) -> None:
        declared = osh_records.Declared(
            kind=kind.code,
            day=_day(line.get("Ngày", ""), "Ngày"),
            tax_code=line.get("Mã số thuế", ""),
            figures={name: _number(line.get(label, ""), label) for label, name in names.items()},
            provider=line.get(kind.provider, "") if kind.provider else "",
            detail=line.get(kind.detail, "") if kind.detail else "",
            note=line.get("Ghi chú", ""),
        )
        osh_records.enter(tx, number, declared, actor=actor, now=now)

    needed = {"Mã số thuế", "Ngày"}
    return _take(data, set(record_columns(kind)), needed, f"{kind.code}/{actor.agency}", enter)


def _take(
    data: bytes, columns: set[str], needed: set[str], namespace: str, enter: Callable[[Mapping[str, str], UUID], None]
) -> Taken:
    header, lines = table_reading.read(data, most=MOST_LINES)
    if missing := sorted(needed - set(header)):
        raise RuleBroken("bad-table", wrong=f"thiếu cột {', '.join(missing)}")
    if strange := sorted(set(filter(None, header)) - columns):
        raise RuleBroken("bad-table", wrong=f"không có cột {', '.join(strange)}")
    taken = Taken()
    seen: dict[str, int] = {}
    for number, cells in lines:
        line = {label: cell.strip() for label, cell in zip(header, cells, strict=False) if label}
        if not any(line.values()):
            continue
        told = "\x1f".join(f"{label}={line[label]}" for label in sorted(line))
        seen[told] = seen.get(told, 0) + 1  # two equal lines are two cases
        try:
            enter(line, uuid5(NAMESPACE, f"{namespace}/{seen[told]}/{told}"))
            taken.count += 1
        except _LineWrong as wrong:
            taken.wrong.append((number, str(wrong)))
        except RuleBroken as broken:
            taken.wrong.append((number, _WORDS.get(broken.code, broken.code).format_map({**broken.facts})))
    return taken


_WORDS = {
    "unknown-tax-code": "chưa có đơn vị với mã số thuế {tax_code}",
    "accident-without-victim": "không có người bị nạn nào",
    "more-than-victims": "số nữ nhiều hơn số người bị nạn",
    "accident-days-wrong": "ngày xảy ra ở sau hôm nay, hoặc sau ngày khai báo",
    "declared-later-than-today": "ngày ở sau hôm nay",
    "figures-do-not-fit": "số liệu không khớp: {wrong}",
}


def _accident(given: dict[str, str], communes: set[str], source: str) -> accidents.Declared:
    labels = {name: label for label, name in ACCIDENT_COLUMNS.items()}
    happened = _day(given.get("happened_on", ""), labels["happened_on"])
    declared = _day(given["declared_on"], labels["declared_on"]) if given.get("declared_on") else happened
    code = given.get("commune_code", "").zfill(5)
    if code not in communes:
        raise _LineWrong(f"không có xã, phường mã {code}")

    def number(name: str) -> int:
        return _number(given.get(name, ""), labels[name])

    return accidents.Declared(
        kind="accident",
        happened_on=happened,
        declared_on=declared,
        commune_code=code,
        has_contract=_yes(given.get("has_contract", ""), labels["has_contract"]),
        source=source,
        tax_code=given.get("tax_code", ""),
        place=given.get("place", "")[:300],
        deaths=number("deaths"),
        seriously_injured=number("seriously_injured"),
        injured=number("injured"),
        women=number("women"),
        occupation=given.get("occupation", "")[:120],
        cause=_one_of(given.get("cause", ""), accident_words.CAUSES, labels["cause"]),
        factor=_one_of(given.get("factor", ""), accident_words.FACTORS, labels["factor"]),
        record_no=given.get("record_no", "")[:60],
        description=given.get("description", "")[:4000],
    )


def _number(text: str, label: str) -> int:
    plain = text.replace(".", "").replace("\u00a0", "").strip()
    if not plain:
        return 0
    if not plain.isascii() or not plain.isdigit():
        raise _LineWrong(f"{label}: “{text}” không phải số")
    return int(plain)


def _day(text: str, label: str) -> date:
    for order in ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text.strip(), order).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    raise _LineWrong(f"{label}: “{text}” không phải ngày (dd/mm/yyyy)")


def _yes(text: str, label: str) -> bool:
    plain = text.strip().lower()
    if plain in {"có", "co", "1", "x"}:
        return True
    if plain in {"", "không", "khong", "0"}:
        return False
    raise _LineWrong(f"{label}: ghi “có” hoặc “không”")


def _one_of(text: str, words: Mapping[str, str], label: str) -> str:
    if not text or text in words:
        return text
    for code, word in words.items():
        if word.lower() == text.lower():
            return code
    raise _LineWrong(f"{label}: không có mục “{text}”")
