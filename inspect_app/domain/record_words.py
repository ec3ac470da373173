"""The words of the inspection record: numbers, days, places and answers as the phone writes them, to the letter.

static/js/core/record_words.js writes the same; tests/vectors/record.json holds the two together. They are kept apart
from the vocabulary of the screens: what was signed must not change because somebody finds a better word for a list.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from inspect_app.domain import clocks
from inspect_app.domain.checklist_items import Item, ItemType

ROLE = {"leader": "Trưởng đoàn", "deputy": "Phó Trưởng đoàn", "member": "Thành viên"}
PARTY = {
    "investor": "Chủ đầu tư",
    "main-contractor": "Nhà thầu chính",
    "subcontractor": "Nhà thầu phụ",
    "supervision": "Tư vấn giám sát",
    "employer": "Người sử dụng lao động",
}
FINDING_KIND = {"advice": "Khuyến nghị", "shortcoming": "Tồn tại", "violation": "Hành vi vi phạm"}
VISIT_KIND = {
    "thanh-tra": "Thanh tra",
    "kiem-tra": "Kiểm tra chuyên ngành",
    "lien-nganh": "Kiểm tra liên ngành",
    "phuc-tra": "Phúc tra",
    "tu-xa": "Kiểm tra từ xa",
}
GROUND = {
    "signs": "Có dấu hiệu vi phạm, sự cố",
    "order": "Theo yêu cầu của cơ quan có thẩm quyền",
    "thematic-plan": "Theo kế hoạch kiểm tra chuyên đề",
    "follow-up": "Kiểm tra việc thực hiện kiến nghị",
}
_AHEAD = timedelta(hours=7)
_MILLION = 1_000_000
_GREATEST_EXACT = 2**33
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def figure(value: float) -> str:
    """1234.5 → "1.234,5", at most six digits after the comma."""
    size = abs(float(value))
    parts = math.floor(size * 1e6 + 0.5) if size < _GREATEST_EXACT else 0
    whole, rest = divmod(parts, _MILLION) if parts else (math.floor(size), 0)
    broken = f"{rest:06d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole:,}".replace(",", ".") + (f",{broken}" if broken else "")


def day_words(iso: str) -> str:
    """ "2026-11-22" → "22/11/2026"; anything else stays as it is."""
    found = _DAY.fullmatch(iso)
    return "/".join(reversed(found.groups())) if found else iso


def moment_words(at: int) -> str:
    """ "08 giờ 30 phút ngày 20 tháng 11 năm 2026", as minutes begin."""
    local = _local(at)
    return f"{local:%H} giờ {local:%M} phút ngày {local:%d} tháng {local:%m} năm {local.year:04d}"


def clock_words(at: int) -> str:
    """ "09:12:30 20/11/2026"."""
    local = _local(at)
    return f"{local:%H:%M:%S %d/%m}/{local.year:04d}"


def local_day(at: int) -> date:
    return _local(at).date()


def place_words(gps: Sequence[float]) -> str:
    """ "21.592800, 105.844200 (±8 m)"."""
    lat, lon, accuracy = gps[:3]
    return f"{lat:.6f}, {lon:.6f} (±{math.floor(accuracy + 0.5)} m)"


def answer_words(item: Item, value: object) -> str:
    """An answer in words: "92 dBA", "Tổng số: 40; Chưa huấn luyện: 5", "12/03/2025"."""
    if value is None:
        return "Chưa trả lời"
    if value == "na":
        return "Không áp dụng"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{figure(value)} {item.unit}".strip()
    if isinstance(value, Mapping):
        return _count_words(item, value)
    return _text_words(item, value) if isinstance(value, str) else ""


def _text_words(item: Item, value: str) -> str:
    match item.type:
        case ItemType.PASS_FAIL:
            return "Đạt" if value == "pass" else "Không đạt"
        case ItemType.CHOICE:
            return next((each.label for each in item.options if each.id == value), value)
        case ItemType.DATE if value == "none":
            return "Không có" if item.expires else "Chưa từng"
        case ItemType.DATE:
            return day_words(value)
        case _:
            return value


def _count_words(item: Item, value: Mapping[str, Any]) -> str:
    told = []
    for field in item.fields:
        count = value.get(field.id)
        if isinstance(count, int | float) and not isinstance(count, bool):
            told.append(f"{field.label}: {figure(count)} {field.unit}".strip())
    return "; ".join(told)


def _local(at: int) -> datetime:
    return clocks.moment(at) + _AHEAD
