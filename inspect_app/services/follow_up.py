"""Danh sách theo dõi khắc phục: the list a supervisor works from, as lines and as an Excel file (DOMAIN: columns)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from inspect_app.domain import citations, vocabulary
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.domain.violations import CLOSED_REMEDY, Step, Track
from inspect_app.outside import spreadsheet
from inspect_app.outside.spreadsheet import Cell, Column, Heading, Shape
from inspect_app.services import registry
from inspect_app.services.registry import Filter, Line, Order, Place
from inspect_app.store import people, sites
from inspect_app.store import registry as store
from inspect_app.store import violations as violations_store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Agency
from inspect_app.store.violations import Told

TITLE = "DANH SÁCH THEO DÕI KHẮC PHỤC"
CAPITAL = "Thái Nguyên"
COORDINATOR = "so-noi-vu"
# A file of more rows is opened by nobody; the reader filters first.
MOST_ROWS = 500_000
BATCH = 1_000
PRINTED = (Step.REQUEST_REMEDY, Step.DRAW_RECORD, Step.REFER, Step.DECIDE)  # the papers a row names

COLUMNS = (
    Column("STT", 5, Shape.CENTRED),
    Column("Đơn vị", 26),
    Column("Địa chỉ", 24),
    Column("Mã số thuế", 15),
    Column("Biên bản số", 18),
    Column("Ngày biên bản", 12, Shape.DATE),
    Column("Hành vi, tồn tại", 42),
    Column("Căn cứ pháp lý", 26),
    Column("Yêu cầu khắc phục", 26),
    Column("Hạn khắc phục", 12, Shape.DATE),
    Column("Kết quả", 18),
    Column("Số ngày quá hạn", 9, Shape.NUMBER),
    Column("Biên bản VPHC", 20),
    Column("Số tiền phạt (đồng)", 15, Shape.NUMBER),
    Column("Cán bộ phụ trách", 20),
    Column("Bước tiếp theo", 22),
    Column("Ngày của bước", 12, Shape.DATE),
    Column("Ghi chú", 26),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list: the line of the registry and what its history adds."""

    line: Line
    request: str  # the paper that asked for the remedy
    record: str  # the record of an administrative violation, or where the file went
    note: str  # the last remark on the remedy

    @property
    def basis(self) -> str:
        return citations.printed(self.line.row.basis)

    @property
    def unit(self) -> str:
        """Who answers, and the place when it has a name of its own."""
        who, where = self.line.organisation.name, self.line.site.name
        return who if who == where else f"{who}\n({where})"

    @property
    def finding(self) -> str:
        row = self.line.row
        return f"{row.title}\n{row.observed}" if row.observed else row.title

    @property
    def remarks(self) -> str:
        told = ["Tồn tại lặp lại"] if self.line.is_repeat else []
        stop = self.line.row.stop_status
        told += [vocabulary.STOP[stop]] if stop != "none" else []
        return "; ".join([*told, self.note] if self.note else told)


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry]
    after: Place | None


def narrowed(wanted: Filter) -> Filter:
    """The list is about what is still open, unless a closed state is asked for by name."""
    return wanted if wanted.remedy in CLOSED_REMEDY else replace(wanted, still_open=True)


def page(
    tx: Tx,
    wanted: Filter,
    *,
    now: datetime,
    after: Place | None = None,
    limit: int = registry.PAGE,
    lean: bool = False,
) -> Page:
    """The earliest deadline first; those without one at the end. lean: rows with what a file prints, no more."""
    found = registry.page(tx, narrowed(wanted), now=now, order=Order.DEADLINE, after=after, limit=limit, lean=lean)
    return Page(_entries(tx, found.lines), found.after)


def count(tx: Tx, wanted: Filter, *, now: datetime, first: Page) -> int:
    """How many rows the list has, counted up to registry.MOST_COUNTED. `first`: the first page, already read."""
    if first.after is None:
        return len(first.entries)
    return store.count(tx, narrowed(wanted), today=local_day(now), most=registry.MOST_COUNTED)


def every(tx: Tx, wanted: Filter, *, now: datetime, most: int = MOST_ROWS) -> Iterator[Entry]:
    """All rows, in batches by key. RuleBroken "too-many-rows" before the first one."""
    if store.count(tx, narrowed(wanted), today=local_day(now), most=most + 1) > most:
        raise RuleBroken("too-many-rows", most=most)
    return _walk(tx, wanted, now)


def _walk(tx: Tx, wanted: Filter, now: datetime) -> Iterator[Entry]:
    after: Place | None = None
    while True:
        found = page(tx, wanted, now=now, after=after, limit=BATCH, lean=True)
        yield from found.entries
        tx.expunge_all()  # what was written out is not needed again
        if found.after is None:
            return
        after = found.after


def write(tx: Tx, target: Path | IO[bytes], wanted: Filter, *, agency: str, now: datetime) -> int:
    """The list as .xlsx under the name of `agency`; how many rows it has."""
    entries = every(tx, wanted, now=now)
    heading = _heading(tx, wanted, agency, local_day(now))
    rows = (cells(number, entry, agency) for number, entry in enumerate(entries, start=1))
    return spreadsheet.write(target, heading, COLUMNS, rows)


def write_file(tx: Tx, path: Path, *, agency: str | None, overdue: bool, due_in: int | None, now: datetime) -> int:
    """The list of one agency, or of all of them under the coordinator's name, to a file; how many rows it has."""
    if agency is not None and people.agency(tx, agency) is None:
        raise RuleBroken("unknown-agency", agency=agency)
    tx.info.setdefault("scope", EVERY_AGENCY)
    wanted = Filter(agency=agency or "", overdue=overdue, due_in=due_in)
    return write(tx, path, wanted, agency=agency or COORDINATOR, now=now)


def file_name(today: date) -> str:
    return f"theo-doi-khac-phuc-{today.isoformat()}.xlsx"


def describe(tx: Tx, wanted: Filter) -> list[str]:
    """The filter in words, for the heading of a paper and for those who read it later."""
    told = [f"tìm “{wanted.text}”"] if wanted.text else []
    told += [_agency(tx, wanted.agency).name] if wanted.agency else []
    told += [each.name for each in sites.communes(tx) if each.code == wanted.commune]
    told += [each.name for each in sites.zones(tx) if each.id == wanted.zone]
    told += [f"lĩnh vực {wanted.sector}"] if wanted.sector else []
    told += [f"mức độ {wanted.severity}"] if wanted.severity else []
    for value, words in (
        (wanted.remedy, vocabulary.REMEDY),
        (wanted.sanction, vocabulary.SANCTION),
        (wanted.stop, vocabulary.STOP),
    ):
        told += [words[value].lower()] if value else []
    told += ["quá hạn"] if wanted.overdue else []
    told += [f"đến hạn trong {wanted.due_in} ngày"] if wanted.due_in is not None else []
    told += ["tồn tại lặp lại"] if wanted.repeated else []
    told += [f"do {name} phụ trách" for name in _names(tx, wanted.owner)]
    return told


def _names(tx: Tx, person: UUID | None) -> list[str]:
    return list(violations_store.names(tx, {person}).values()) if person else []


def heading_of(tx: Tx, wanted: Filter, *, agency: str, now: datetime) -> Heading:
    """The NĐ 30 heading, for the printed page."""
    return _heading(tx, wanted, agency, local_day(now))


def _entries(tx: Tx, lines: list[Line]) -> list[Entry]:
    history = violations_store.told(tx, [line.row.id for line in lines], PRINTED, Track.REMEDY)
    return [_entry(line, history[line.row.id]) for line in lines]


def _entry(line: Line, steps: list[Told]) -> Entry:
    return Entry(
        line=line,
        request=_paper(steps, Step.REQUEST_REMEDY, "Văn bản") or _demanded(line),
        record=_record(line, steps),
        note=next((step.note for step in reversed(steps) if step.note and step.track == Track.REMEDY), ""),
    )


def _demanded(line: Line) -> str:
    return "Theo biên bản kiểm tra" if line.row.remedy_status != "awaiting-leader" else ""


def _record(line: Line, steps: list[Told]) -> str:
    told = [
        _paper(steps, Step.DRAW_RECORD, "Đã lập: số"),
        _paper(steps, Step.REFER, "Đã chuyển hồ sơ: số"),
        _paper(steps, Step.DECIDE, "QĐ xử phạt số"),
    ]
    return "; ".join(part for part in told if part) or ("Chưa lập" if line.row.kind == "violation" else "")


def _paper(steps: list[Told], wanted: Step, name: str) -> str:
    """The latest paper of that kind: number, day, and whom it went to."""
    for step in reversed(steps):
        if step.step == wanted:
            day = date.fromisoformat(str(step.facts["date"]))
            to = f" (đến {step.facts['addressee']})" if step.facts.get("addressee") else ""
            return f"{name} {step.facts['document']} ngày {day:%d/%m/%Y}{to}"
    return ""


def cells(number: int, entry: Entry, agency: str) -> list[Cell]:
    """One row under COLUMNS: what Excel, Word and PDF hold."""
    line, row = entry.line, entry.line.row
    following = line.next
    owner = line.owner if row.agency_id == agency else f"{line.owner} ({line.agency})"
    return [
        number,
        entry.unit,
        line.site.place,
        line.organisation.tax_code,
        line.visit,
        row.found_on,
        entry.finding,
        entry.basis,
        entry.request,
        row.deadline,
        vocabulary.REMEDY[row.remedy_status],
        line.overdue_days or None,
        entry.record,
        row.fine_vnd,
        owner,
        following.label if following else "",
        line.day_of(following),
        entry.remarks,
    ]


def _heading(tx: Tx, wanted: Filter, agency: str, today: date) -> Heading:
    ours = _agency(tx, agency)
    told = "; ".join(describe(tx, wanted))
    return Heading(
        parent=ours.parent_name,
        agency=ours.name,
        symbol=ours.symbol,
        place=CAPITAL,
        day=today,
        title=TITLE,
        subject=f"Các tồn tại, vi phạm về an toàn, vệ sinh lao động tính đến ngày {today:%d/%m/%Y}"
        + (f" ({told})" if told else ""),
        recipients=("Lãnh đạo cơ quan (để báo cáo);", "Các phòng, đơn vị liên quan;", "Lưu: VT."),
    )


def _agency(tx: Tx, agency: str) -> Agency:
    found = people.agency(tx, agency)
    if found is None:
        raise RuleBroken("unknown-agency", agency=agency)
    return found
