"""The inspection record: what was read and signed on the phone, made again from the operations and the visit.

static/js/core/record.js makes the same; tests/vectors/record.json holds the two together. Whoever changes a word here
changes what signatures sign: then EDITION goes up, and what older ones signed is no longer made again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from inspect_app.domain import citations
from inspect_app.domain import record_words as words
from inspect_app.domain.checklist_items import Basis, Checklist, Confidence, Item, ItemType, Verdict
from inspect_app.domain.checklists import verdict, visible_items
from inspect_app.domain.operations import Folded, Head
from inspect_app.domain.papers import printable
from inspect_app.domain.record_shape import Entry, Part, Record

__all__ = ["EDITION", "Record", "Told", "day_of", "photos_of", "record_of"]

EDITION = 1
_SAID = (
    (Verdict.PASS, "đạt"),
    (Verdict.FAIL, "không đạt"),
    (Verdict.NA, "không áp dụng"),
    (Verdict.ANSWERED, "ghi nhận"),
    (Verdict.UNANSWERED, "chưa kiểm tra"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """`document`: the visit as phones get it; `on_date`: the day that answers are judged on."""

    document: Mapping[str, Any]
    checklists: Sequence[Checklist]
    state: Folded
    on_date: date

    @property
    def values(self) -> dict[str, object]:
        """One value per item for the rules of the checklist; of several different ones the first that fails."""
        items = {item.id: item for checklist in self.checklists for item in checklist.items}
        found: dict[str, object] = {}
        for key, register in self.state["answers"].items():
            head, item = register["heads"][0], items.get(key)
            if register["state"] == "conflict" and item is not None:
                fails = (each for each in register["heads"] if self._verdict(item, each["value"]) is Verdict.FAIL)
                head = next(fails, head)
            if head["value"] is not None:
                found[key] = head["value"]
        return found

    def _verdict(self, item: Item, value: object) -> Verdict:
        return verdict(item, value, self.on_date)


@dataclass(frozen=True, slots=True)
class _Line:
    code: str
    item: Item
    value: object
    said: Verdict
    in_conflict: bool


def day_of(state: Folded, otherwise: date) -> date:
    """The day of the visit: when the first phone opened it."""
    return words.local_day(state["opened"][0]["t"]) if state["opened"] else otherwise


def record_of(told: Told) -> Record:
    lines = list(_tellings(told))
    photos = photos_of(told)
    failing = [line for line in lines if line.said is Verdict.FAIL]
    found = [] if failing else ["Không phát hiện nội dung không đạt trong các nội dung đã kiểm tra."]
    return Record(
        "BIÊN BẢN KIỂM TRA",
        (
            _part("CĂN CỨ", _grounds(told.document)),
            _part("THỜI GIAN, ĐỊA ĐIỂM", _opening(told)),
            _part("I. THÀNH PHẦN ĐOÀN KIỂM TRA", map(_member, told.document["team"])),
            _part("II. ĐỐI TƯỢNG KIỂM TRA", _subject(told.document)),
            _part("III. TỔ CHỨC, CÁ NHÂN LIÊN QUAN", _related(told.document)),
            _part("IV. NỘI DUNG KIỂM TRA", [one for each in told.checklists for one in _contents(each, lines)]),
            _part("V. KẾT QUẢ KIỂM TRA, XÁC MINH", found, [_entry(told, each, photos) for each in failing]),
            _part("SỐ LIỆU VÀ GHI NHẬN KHÁC", _recorded(told, lines)),
            _part("VI. ẢNH KÈM THEO", [_photo(n, each) for n, each in enumerate(photos, 1)]),
            _part("VII. Ý KIẾN CỦA ĐỐI TƯỢNG KIỂM TRA VÀ NGƯỜI LIÊN QUAN", _opinions(told.state)),
        ),
    )


def photos_of(told: Told) -> list[Head]:
    """In the order of the paper: those of the visit as a whole, then item by item; each file of an item once."""
    in_order = [
        item.id
        for checklist in told.checklists
        for section in checklist.sections
        for item in checklist.items
        if item.section == section.id
    ]
    places = dict.fromkeys(["", *in_order, *sorted(told.state["photos"])])
    found: dict[tuple[str, str], Head] = {}
    for place in places:
        for head in told.state["photos"].get(place, []):
            found.setdefault((head["sha"], head["item"]), head)
    return list(found.values())


def _part(heading: str, lines: Iterable[str], entries: Iterable[Entry] = ()) -> Part:
    given, found = tuple(map(printable, lines)), tuple(map(_printable, entries))
    return Part(heading, given if given or found else ("Không có.",), found)


def _printable(entry: Entry) -> Entry:
    seen, asked = tuple(map(printable, entry.seen)), tuple(map(printable, entry.asked))
    return Entry(printable(entry.head), seen, printable(entry.basis), asked)


def _grounds(document: Mapping[str, Any]) -> Iterator[str]:
    decision, note = document["decision"] or {}, document["ground_note"]
    yield "Căn cứ Luật An toàn, vệ sinh lao động;"
    if decision.get("no"):
        on = f" ngày {words.day_words(decision['date'])}" if decision.get("date") else ""
        yield f"Căn cứ Quyết định số {decision['no']}{on};"
    ground = words.GROUND.get(document["ground"], document["ground"])
    yield f"Căn cứ để kiểm tra: {ground}{f' ({note})' if note else ''}."


def _opening(told: Told) -> Iterator[str]:
    document, site, opened = told.document, told.document["site"], told.state["opened"]
    commune = (site["commune"] or {}).get("name") or ""
    zone = (site["zone"] or {}).get("name") or ""
    where = (site["address"], "" if commune in site["address"] else commune, zone, "tỉnh Thái Nguyên")
    began = f"Bắt đầu lúc {words.moment_words(opened[0]['t'])}, tại" if opened else "Tại"
    yield f"{began} {site['name']}, {', '.join(filter(None, where))}."
    kind = words.VISIT_KIND.get(document["kind"], document["kind"])
    planned = "theo kế hoạch" if document["planned"] else "đột xuất"
    yield f"Cuộc kiểm tra số {document['number']}, hình thức: {kind}, {planned}."
    at = told.state["positions"][-1] if told.state["positions"] else None
    if at and at["gps"]:
        yield f"Vị trí ghi nhận tại chỗ: {words.place_words(at['gps'])}."


def _member(seat: Mapping[str, Any]) -> str:
    who = ", ".join(filter(None, (seat["name"], seat["title"], seat["agency"])))
    role = words.ROLE.get(seat["role"], seat["role"])
    return f"{who}: {role}{', Thư ký' if seat['is_secretary'] else ''};"


def _subject(document: Mapping[str, Any]) -> Iterator[str]:
    unit, workers = document["organisation"], document["site"]["workers"]
    if not unit:
        return
    yield f"Tên: {unit['name']}{' (hộ kinh doanh)' if unit['household'] else ''};"
    yield f"Mã số thuế: {unit['tax_code'] or 'chưa có'};"
    if unit.get("address"):
        yield f"Địa chỉ: {unit['address']};"
    yield f"Người đại diện: {unit['representative'] or 'chưa ghi'};"
    if workers:
        yield f"Số lao động tại nơi kiểm tra: {words.figure(workers)}."


def _related(document: Mapping[str, Any]) -> Iterator[str]:
    for party in document["parties"]:
        yield f"{words.PARTY.get(party['role'], party['role'])}: {party['name']};"
    for contact in document["site"]["contacts"]:
        yield f"{', '.join(filter(None, (contact.get('name'), contact.get('role'))))};"


def _tellings(told: Told) -> Iterator[_Line]:
    """Every item that is asked, in the order of the paper, with what is said of it."""
    values = told.values
    for checklist in told.checklists:
        order = {section.id: at for at, section in enumerate(checklist.sections)}
        asked = visible_items(checklist, values, told.on_date)
        for item in sorted(asked, key=lambda item: order.get(item.section, 0)):
            said = verdict(item, values.get(item.id), told.on_date)
            register = told.state["answers"].get(item.id)
            conflict = register is not None and register["state"] == "conflict"
            yield _Line(checklist.code, item, values.get(item.id), said, conflict)


def _contents(checklist: Checklist, lines: Sequence[_Line]) -> Iterator[str]:
    """A checklist with its version, how it came out, and which items: nobody can exchange one for another later."""
    here = [line for line in lines if line.code == checklist.code]
    groups = [(word, [line.item.id for line in here if line.said is said]) for said, word in _SAID]
    counts = ", ".join(f"{word} {len(ids)}" for word, ids in groups)
    named = f"{checklist.title} (phiếu {checklist.code}, phiên bản {checklist.version})"
    yield f"{named}: {len(here)} nội dung; {counts}."
    yield from (f"{word[0].upper()}{word[1:]}: {', '.join(ids)}." for word, ids in groups if ids)
    if differing := [line.item.id for line in here if line.in_conflict]:
        yield f"Hai kết quả khác nhau, chờ quyết định: {', '.join(differing)}."


def _entry(told: Told, line: _Line, photos: Sequence[Head]) -> Entry:
    item, finding = line.item, _finding(told, line.item)
    numbers = [str(n) for n, photo in enumerate(photos, 1) if photo["item"] == item.id]
    seen = []
    if item.type is not ItemType.PASS_FAIL:
        limit = _limit(item)
        seen.append(f"Ghi nhận: {words.answer_words(item, line.value)}" + (f" (ngưỡng theo {limit})" if limit else ""))
    if note := _note(told.state, item.id):
        seen.append(f"Đã thấy: {note}")
    if numbers:
        seen.append(f"Ảnh số: {', '.join(numbers)}")
    if line.in_conflict:
        seen.append("Các thành viên ghi kết quả khác nhau; chờ quyết định.")
    return Entry(f"{item.id}. {item.ask}", tuple(seen), _cited(item.basis), tuple(_asked(told, item, finding)))


def _asked(told: Told, item: Item, finding: Mapping[str, Any]) -> Iterator[str]:
    responsible = _party(told.document, finding)
    kind = words.FINDING_KIND.get(finding["kind"], finding["kind"])
    yield f"{kind}{f'; bên chịu trách nhiệm: {responsible}' if responsible else ''}"
    if finding["deadline"]:
        yield f"Thời hạn đề nghị khắc phục: {words.day_words(finding['deadline'])}"
    if finding["stop_demanded"]:
        yield "Đoàn đã yêu cầu chấm dứt ngay."
    if finding["stop_proposed"]:
        yield "Đoàn đề xuất người có thẩm quyền tạm dừng, đình chỉ."
    register = told.state["findings"].get(item.id)
    if register is not None and register["state"] == "conflict":
        yield "Các thành viên kết luận khác nhau; chờ quyết định."


def _finding(told: Told, item: Item) -> Mapping[str, Any]:
    """As it stands, or as the checklist proposes it."""
    register = told.state["findings"].get(item.id)
    if register is not None:
        return register["heads"][-1]
    return {
        "kind": "violation" if item.penalties else "shortcoming",
        "responsible": None,
        "responsible_text": "",
        "deadline": (told.on_date + timedelta(days=item.remedy_days)).isoformat(),
        "stop_demanded": False,
        "stop_proposed": False,
    }


def _party(document: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    known = [*document["parties"], *filter(None, [document["organisation"]])]
    named = next((each["name"] for each in known if each["id"] == finding["responsible"]), None)
    return str(finding["responsible_text"] or "" if named is None else named)


def _note(state: Folded, item: str) -> str:
    noted = state["notes"].get(item)
    return "; ".join(str(head["text"]) for head in noted["heads"] if head["text"]) if noted else ""


def _recorded(told: Told, lines: Iterable[_Line]) -> Iterator[str]:
    """What was measured and counted without failing, and what was noted about the visit as a whole."""
    for line in lines:
        is_figure = line.item.type in (ItemType.NUMBER, ItemType.COUNT)
        if is_figure and line.said in (Verdict.PASS, Verdict.ANSWERED):
            yield f"{line.item.id}. {line.item.ask} {words.answer_words(line.item, line.value)}."
    if note := _note(told.state, ""):
        yield note


def _photo(n: int, head: Head) -> str:
    where = words.place_words(head["gps"]) if head["gps"] else "không có vị trí"
    source = "chọn từ thư viện ảnh" if head["src"] == "picker" else "chụp trong ứng dụng"
    taken = words.clock_words(head["t"])
    return f"Ảnh {n} ({head['item'] or 'chung'}): {taken}; {where}; {source}; mã băm {head['sha']}."


def _opinions(state: Folded) -> list[str]:
    register = state["opinion"]
    said = [f"“{head['text']}”" for head in register["heads"] if head["text"]] if register else []
    return said or ["Không có ý kiến."]


def _limit(item: Item) -> str:
    if item.limit is None or item.limit.basis.confidence is Confidence.MEMORY:
        return ""
    return _cited((item.limit.basis,))


def _cited(bases: Iterable[Basis]) -> str:
    return citations.printed(map(asdict, bases))
