"""Whether what is printed is what was signed: the record made again from the operations, and compared by its hash."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspect_app.domain import record_words as words
from inspect_app.domain.operations import Entry, Head, fold
from inspect_app.domain.record import EDITION, Record, Told, day_of, photos_of, record_of
from inspect_app.domain.record_shape import Part
from inspect_app.services import visits
from inspect_app.store import inspection_facts
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, Operation

Facts = dict[str, Any]
# The parts of a record in their order, as templates name them.
PARTS = (
    "grounds",
    "opening",
    "team",
    "subject",
    "related",
    "contents",
    "results",
    "recorded",
    "photos",
    "opinions",
)
SIGNER = {
    "leader": "Trưởng đoàn",
    "inspector": "Kiểm tra viên",
    "subject": "Đại diện đối tượng kiểm tra",
    "witness": "Người chứng kiến",
}
# What can change the record after somebody signed it, in words.
_KINDS = {
    "open": "lần mở cuộc kiểm tra",
    "answer": "kết quả",
    "comment": "ghi chú",
    "finding": "kết luận",
    "photo": "ảnh",
    "withdraw": "lần thu hồi",
    "opinion": "ý kiến của đối tượng",
    "position": "vị trí",
}
MOST_ITEMS = 20
LONGEST = 8_000  # characters; longer ones are printed in pieces, none of them cut off


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed what hash, and how the record of today compares."""

    role: str
    name: str
    at: int
    shown: str
    says: str


@dataclass(frozen=True, slots=True)
class Made:
    """The record as the operations make it now, with the photos in its numbers and the signatures under it."""

    record: Record
    photos: Sequence[Head]
    signatures: Sequence[Signature]


def read(tx: Tx, row: Inspection, library: Library) -> Made:
    operations = inspection_facts.operations(tx, row.id)
    state = fold(Entry(each.body, str(each.person_id), str(each.device_id)) for each in operations)
    lists = [library.get(each.code, each.version) for each in row.checklists]
    told = Told(visits.as_assigned(row), lists, state, day_of(state, row.visited_on or row.window_start))
    record = record_of(told)
    by_id = {str(each.id): each for each in operations}
    signed = [by_id[head["id"]] for register in state["signatures"].values() for head in register["heads"]]
    signatures = [_compared(record, each, operations) for each in sorted(signed, key=lambda each: each.seq)]
    return Made(record, photos_of(told), signatures)


def facts(made: Made, *, whole: bool) -> Facts:
    """What templates may say about it. `whole` is False on a paper about chosen findings: that is no record."""
    parts = {name: _part(part) for name, part in zip(PARTS, made.record.parts, strict=True)}
    signed = whole and bool(made.signatures)
    says = [each.says for each in made.signatures] if signed else []
    return {"signed": signed, "sha256": made.record.sha256, "says": says, **parts}


def is_printed(record: Facts, lines: Iterator[str]) -> bool:
    """Whether these lines hold every word of the record, in its order."""
    return all(any(piece == line.strip() for line in lines) for piece in _pieces(record))


def not_printed(record: Facts) -> Facts:
    """The same facts for a paper that does not print the record as it was signed."""
    return {**record, "says": ["Văn bản này không in nguyên văn nội dung đã ký trên máy; không so với bản đã ký."]}


def _part(part: Part) -> Facts:
    entries = [
        {
            "number": str(n),
            "head": entry.head,
            "seen": _split(entry.seen),
            "basis": entry.basis,
            "asked": _split(entry.asked),
        }
        for n, entry in enumerate(part.entries, 1)
    ]
    return {"heading": part.heading, "lines": _split(part.lines), "entries": entries}


def _split(lines: Sequence[str]) -> list[str]:
    return [line[at : at + LONGEST] for line in lines for at in range(0, len(line), LONGEST)]


def _pieces(record: Facts) -> Iterator[str]:
    for name in PARTS:
        part = record[name]
        told = [part["heading"], *part["lines"]]
        for entry in part["entries"]:
            told += [entry["head"], *entry["seen"], entry["basis"], *entry["asked"]]
        for text in told:
            yield from filter(None, (line.strip() for line in text.split("\n")))


def _compared(record: Record, signed: Operation, operations: Sequence[Operation]) -> Signature:
    body = signed.body
    role, name, at, shown = str(body["role"]), str(body["name"]), int(body["t"]), str(body["shown"])
    who = f"{SIGNER.get(role, role)} {name}".strip()
    when = words.moment_words(at)
    if body.get("edition") != EDITION:
        says = (
            f"{who} đã ký trên máy lúc {when} bản có mã băm {shown}. Bản đó do một phiên bản khác của ứng dụng lập "
            "nên không tính lại để so với văn bản này được."
        )
    elif shown == record.sha256:
        says = f"Nội dung trùng với bản {who} đã ký trên máy lúc {when}, mã băm {shown} (đã tính lại từ dữ liệu gốc)."
    else:
        says = (
            f"Nội dung KHÁC với bản {who} đã ký trên máy lúc {when}. Mã băm khi ký: {shown}; mã băm của nội dung này: "
            f"{record.sha256}. {_differs(record, body.get('parts'))} {_after(signed, operations)}"
        )
    return Signature(role, name, at, shown, says)


def _differs(record: Record, marks: object) -> str:
    if not isinstance(marks, list) or len(marks) != len(record.parts):
        return "Không rõ khác ở phần nào."
    differing = [part.heading for part, mark in zip(record.parts, marks, strict=True) if part.mark != mark]
    return f"Khác ở: {'; '.join(differing)}." if differing else "Không rõ khác ở phần nào."


def _after(signed: Operation, operations: Sequence[Operation]) -> str:
    """What the same phone wrote later, and what other phones wrote later or sent later."""
    later = [each for each in operations if each.kind in _KINDS and _is_later(each, signed)]
    if not later:
        return "Sau khi ký không có gì được ghi thêm tại hiện trường."
    counts = Counter(each.kind for each in later)
    told = ", ".join(f"{counts[kind]} {word}" for kind, word in _KINDS.items() if counts[kind])
    items = list(dict.fromkeys(each.item for each in later if each.item))
    named = f" ({', '.join(items[:MOST_ITEMS])}{', …' if len(items) > MOST_ITEMS else ''})" if items else ""
    return f"Ghi hoặc đến máy chủ sau khi ký: {told}{named}."


def _is_later(one: Operation, signed: Operation) -> bool:
    if one.device_id == signed.device_id:
        return one.n > signed.n
    return bool(_wall(one.body) > _wall(signed.body) or one.seq > signed.seq)


def _wall(body: Mapping[str, Any]) -> int:
    return int(body["t"])
