"""Answers as an inspector might give them: every visible item answered, some of them failing."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from inspect_app.domain.checklists import (
    Answer,
    Checklist,
    Evidence,
    Field,
    Item,
    ItemType,
    Verdict,
    check_value,
    verdict,
    visible_items,
)

# Out of a hundred items: how many are not applicable; failing is chosen by the visit.
NOT_APPLICABLE_PERCENT = 9
TRIES = 400
# By what stands in the question; the first that fits was used.
INSTRUMENTS = (
    ("dBA", "Máy đo độ ồn số S-2210 (hiệu chuẩn 03/2026)"),
    ("lux", "Máy đo ánh sáng số L-1145 (hiệu chuẩn 02/2026)"),
    ("sáng", "Máy đo ánh sáng số L-1145 (hiệu chuẩn 02/2026)"),
    ("rung", "Máy đo rung số R-0562 (hiệu chuẩn 04/2026)"),
    ("Rung", "Máy đo rung số R-0562 (hiệu chuẩn 04/2026)"),
    ("Bụi", "Máy đo bụi số B-0731 (hiệu chuẩn 04/2026)"),
    ("O2", "Máy đo khí số G-0316 (hiệu chuẩn 06/2026)"),
    ("khí", "Máy đo khí số G-0316 (hiệu chuẩn 06/2026)"),
    ("mg/m³", "Máy đo khí số G-0316 (hiệu chuẩn 06/2026)"),
    ("Ω", "Máy đo điện trở đất số D-0418 (hiệu chuẩn 05/2026)"),
    ("điện trở", "Máy đo điện trở đất số D-0418 (hiệu chuẩn 05/2026)"),
    ("°C", "Máy đo vi khí hậu số V-0873 (hiệu chuẩn 05/2026)"),
    ("ẩm", "Máy đo vi khí hậu số V-0873 (hiệu chuẩn 05/2026)"),
    ("m/s", "Máy đo vi khí hậu số V-0873 (hiệu chuẩn 05/2026)"),
    ("W/m²", "Máy đo vi khí hậu số V-0873 (hiệu chuẩn 05/2026)"),
    ("", "Thước dây 5 m, số T-07"),
)
TEXTS = {
    "HC-01": "Axit sunfuric 98 %: 18 tấn; xút vảy: 6 tấn; toluen: 2,5 tấn.",
    "KCN-01": "Lô CN07; sản xuất linh kiện; 3 ca, mỗi ca 8 giờ; 62 % lao động nữ",
    "XA-02T": "9 giờ 20, trưởng thôn báo qua điện thoại.",
    "XA-05": "Nguyễn Văn Mẫu (giả định), sinh 1980, nam, thợ xây, ở tại xã.",
    "XA-06": "8 giờ 45 cùng ngày, nhà ở riêng lẻ đang xây; lắp giàn giáo; chủ nhà thuê.",
    "XA-08T": "Đang điều trị tại trung tâm y tế, tỉnh táo.",
    "XA-10": "Đã sơ cứu, đưa đi viện; dừng việc trên cao; nhắc các nhóm thợ khác.",
    "YT-02T": "Trung tâm quan trắc Việt Bắc (giả định), phiếu 118/QT ngày 12/5/2026.",
}
# What a tape, a scale or a light meter shows, by the unit.
MAGNITUDES = {"cm": (60, 140), "mm": (4, 40), "m": (3, 40), "lux": (80, 400), "kg": (100, 900), "người": (0, 12)}
ON_WORKS = ("tại tầng 3", "khu vực phía Bắc công trường", "trục B-C", "gần vận thăng", "tại cổng số 1")
INDOORS = ("tại xưởng 2", "tại dây chuyền 2", "khu vực kho", "tại phòng máy", "tại tổ cơ điện")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, what it says on the day, and the inspector's words for it."""

    checklist: Checklist
    item: Item
    value: Answer
    fails: bool
    note: str


def answer_all(checklist: Checklist, on: date, rng: Random, *, failing: float, on_works: bool = False) -> list[Given]:
    """An answer for every item that is asked; about the share `failing` of those that can fail does."""
    values: dict[str, object] = {}
    given: list[Given] = []
    asked = 0
    while asked < len(visible := visible_items(checklist, values, on)):
        item = visible[asked]
        value = _value(item, on, rng, wanted=_wanted(rng, failing))
        values[item.id] = value
        fails = verdict(item, value, on) is Verdict.FAIL
        given.append(
            Given(checklist, item, value, fails, _note(item, rng, ON_WORKS if on_works else INDOORS) if fails else "")
        )
        asked += 1
    return given


def another_value(item: Item, not_this: Answer, on: date, rng: Random) -> Answer:
    """What a second inspector might have seen instead."""
    wanted = Verdict.PASS if verdict(item, not_this, on) is Verdict.FAIL else Verdict.FAIL
    return _value(item, on, rng, wanted=wanted)


def _wanted(rng: Random, failing: float) -> Verdict:
    drawn = rng.random()
    if drawn < failing:
        return Verdict.FAIL
    return Verdict.NA if drawn > 1 - NOT_APPLICABLE_PERCENT / 100 else Verdict.PASS


def _value(item: Item, on: date, rng: Random, *, wanted: Verdict) -> Answer:
    if item.type is ItemType.TEXT:
        return TEXTS[item.id]
    if item.type is ItemType.CHOICE and all(option.verdict is Verdict.ANSWERED for option in item.options):
        # Gates are mostly open, or half of the checklist would stay hidden; what kind it is may be any.
        is_gate = len(item.options) == 2
        return item.options[0].id if is_gate and rng.random() < 0.85 else rng.choice(item.options).id
    if wanted is Verdict.NA:
        return "na"
    value: Answer = "na"
    for _ in range(TRIES):
        value = _drawn(item, on, rng)
        if verdict(item, value, on) is wanted:
            break
    check_value(item, value)
    return value


def _drawn(item: Item, on: date, rng: Random) -> Answer:
    if item.type is ItemType.PASS_FAIL:
        return rng.choice(("pass", "fail"))
    if item.type is ItemType.CHOICE:
        return rng.choice(item.options).id
    if item.type is ItemType.NUMBER:
        return _number(item, rng)
    if item.type is ItemType.COUNT:
        return _counts(item, rng)
    if rng.random() < 0.15:
        return "none"
    days = rng.randint(-400, 60) if item.expires else rng.randint(0, 500)
    return (on - timedelta(days=days)).isoformat()


def _number(item: Item, rng: Random) -> float:
    limit = item.limit
    ends = [each for each in (limit.min, limit.max) if each is not None] if limit else []
    if not ends:
        return round(rng.uniform(2, 9), 1)
    middle = sum(ends) / len(ends)
    spread = abs(ends[-1] - ends[0]) if len(ends) > 1 else 0.15 * middle
    least, most = item.range or (middle - spread, middle + spread)
    digits = 1 if middle >= 5 else 2
    return round(min(most, max(least, rng.uniform(middle - spread, middle + spread))), digits)


def _counts(item: Item, rng: Random) -> dict[str, int | float]:
    counts: dict[str, int | float] = {}
    scale = rng.choice((1, 5, 20))
    for each in item.fields:
        if each.decimal:
            counts[each.id] = round(scale * rng.uniform(0.7, 1.3), 1)
        elif each.within:
            most = int(counts.get(each.within, 24))
            counts[each.id] = most if rng.random() < 0.4 else rng.randint(0, most)
        else:
            counts[each.id] = rng.randint(*_magnitude(item, each, rng))
    # Parts were drawn from what was known then; the whole may have come later.
    return {
        each.id: min(counts[each.id], counts[each.within]) if each.within else counts[each.id] for each in item.fields
    }


def _magnitude(item: Item, field: Field, rng: Random) -> tuple[int, int]:
    """Around the limit of the field when it has one that matters, else what its unit usually shows."""
    bounds = [rule.below or rule.above or 0 for rule in item.fail if rule.field == field.id]
    if max(bounds, default=0) >= 10:
        return int(0.7 * max(bounds)), int(1.2 * max(bounds))
    return MAGNITUDES.get(field.unit, (0, rng.choice((1, 3, 12, 40))))


def _note(item: Item, rng: Random, places: tuple[str, ...]) -> str:
    said = rng.choice(item.phrases) if item.phrases else item.ask
    note = f"{said.rstrip('.')}, {rng.choice(places)}."
    measured = item.type in (ItemType.NUMBER, ItemType.COUNT) and Evidence.MEASUREMENT in item.evidence
    return f"{note} {next(name for sign, name in INSTRUMENTS if sign in item.ask)}." if measured else note
