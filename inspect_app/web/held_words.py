"""A held operation as a person reads it: one title, a few lines, and what stands at the same place now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inspect_app.domain.checklists import Item
from inspect_app.services.held_reading import Read
from inspect_app.web.answers import answer_text
from inspect_app.web.words import WORDS, number_vi, word

Fields = Mapping[str, Any]
NOTHING = "chưa ghi"


@dataclass(frozen=True, slots=True)
class Told:
    """title: kind and item; question: what the item asks; lines: what it says; present: what stands now."""

    title: str
    question: str
    lines: tuple[str, ...]
    present: tuple[str, ...]
    photo: str


def tell(read: Read) -> Told:
    """Any body can be told: what is not of our form is listed field by field."""
    body = read.waiting.operation.body
    kind = body.get("k")
    if not read.is_sound or not isinstance(kind, str) or kind not in _LINES:
        return Told(_kind(kind), "", _plain(body), (), "")
    item = read.item
    title = f"{_kind(kind)} {body['i']}" if body.get("i") else _kind(kind)
    return Told(
        title=title,
        question=item.ask if item else "",
        lines=tuple(line for line in _LINES[kind](body, item) if line),
        present=tuple(_present(read, kind, head) for head in read.present[:6]),
        photo=body["sha"] if kind == "photo" and read.has_photo else "",
    )


def _kind(kind: object) -> str:
    return WORDS["operation"].get(kind, "Không rõ loại") if isinstance(kind, str) else "Không rõ loại"


def _present(read: Read, kind: str, head: Fields) -> str:
    said = " · ".join(line for line in _LINES[kind](_as_body(kind, head), read.item) if line)
    by = read.names.get(UUID(str(head["by"])), "")
    return f"{said or NOTHING} ({by})" if by else said or NOTHING


def _as_body(kind: str, head: Fields) -> Fields:
    return {**head, "v": head["value"]} if kind == "answer" else head


def _plain(body: Fields) -> tuple[str, ...]:
    """What we do not understand, field by field, as it was sent."""
    told = [f"{name}: {value}" for name, value in body.items() if name not in {"id", "n", "t", "m", "k", "sup"}]
    return tuple(line if len(line) <= 400 else f"{line[:400]}…" for line in told[:12])


def _answer(body: Fields, item: Item | None) -> list[str]:
    value = body.get("v")
    return [answer_text(item, value) if item else str(value)]


def _comment(body: Fields, _: Item | None) -> list[str]:
    return [body["text"] or "(ghi chú trống)"]


def _finding(body: Fields, _: Item | None) -> list[str]:
    day = body["deadline"]
    return [
        word("violation_kind", body["kind"]),
        f"trách nhiệm: {body['responsible_text']}" if body["responsible_text"] else "",
        f"khắc phục đến {day[8:]}/{day[5:7]}/{day[:4]}" if day else "",
        "đã yêu cầu chấm dứt ngay" if body["stop_demanded"] else "",
        "đề xuất tạm dừng, đình chỉ" if body["stop_proposed"] else "",
    ]


def _photo(body: Fields, _: Item | None) -> list[str]:
    source = {"camera": "chụp trực tiếp", "viewfinder": "chụp trong ứng dụng", "picker": "chọn từ thư viện"}
    return [f"{source[body['src']]}, {number_vi(body['size'] // 1024)} KB"]


def _position(body: Fields, _: Item | None) -> list[str]:
    lat, lon, accuracy, _at = body["gps"]
    far = body.get("distance")
    return [
        f"{lat:.5f}, {lon:.5f} ±{number_vi(round(accuracy))} m",
        f"cách cơ sở {number_vi(far)} m" if far is not None else "",
    ]


def _withdraw(body: Fields, _: Item | None) -> list[str]:
    return [f"lý do: {body['reason'] or NOTHING}", f"mục rút lại: {body['ref'][:8]}"]


def _text(body: Fields, _: Item | None) -> list[str]:
    return [body["text"] or "(trống)"]


def _sign(body: Fields, _: Item | None) -> list[str]:
    role = word("signer", body["role"]) if "role" in body else ""
    return [role, f"{body['name']}{', ' + body['title'] if body['title'] else ''}"]


def _refuse(body: Fields, _: Item | None) -> list[str]:
    witness = body.get("witness")
    return [f"lý do: {body['reason']}", f"người chứng kiến: {witness['name']}" if witness else ""]


def _submit(body: Fields, _: Item | None) -> list[str]:
    told = body["manifest"]
    return [f"khai {number_vi(told['answers'])} câu trả lời, {number_vi(len(told['photos']))} ảnh"]


def _open(body: Fields, _: Item | None) -> list[str]:
    return [", ".join(f"phiếu {each['code']} bản {each['version']}" for each in body["checklists"])]


_LINES: Mapping[str, Callable[[Fields, Item | None], list[str]]] = {
    "open": _open,
    "answer": _answer,
    "comment": _comment,
    "finding": _finding,
    "photo": _photo,
    "position": _position,
    "withdraw": _withdraw,
    "opinion": _text,
    "sign": _sign,
    "refuse": _refuse,
    "submit": _submit,
}
