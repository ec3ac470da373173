"""The annual report of an agency, and of all of them: its words, its content as one paper, and handing it in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from inspect_app.domain.annual_report import (
    COUNTED,
    GROUPS,
    SUPPLIED,
    WORDS,
    WORKERS,
    Choice,
    Figure,
    Target,
    Year,
    days_left,
    due_day,
    late,
)
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.papers import Block, BlockKind, Column, Heading, Paper, Signer, place_and_day, printable
from inspect_app.domain.people import Actor
from inspect_app.services import report_figures
from inspect_app.store import audit, changes, people
from inspect_app.store import report_rows as store
from inspect_app.store.database import Tx
from inspect_app.store.report_rows import Period
from inspect_app.store.tables import Agency, ReportDraft, ReportRow, TargetChoice, YearlyFigure

__all__ = ["Period", "Report"]

CAPITAL = "Thái Nguyên"
COORDINATOR = "so-noi-vu"
AGENCY, CONSOLIDATED = "agency", "consolidated"
PART = ("I", "II", "III", "IV", "V", "VI", "VII")
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Handed:
    """Which agency has handed in its report, and when."""

    agency: str
    name: str
    on: date | None
    number: str
    report: UUID | None
    late: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one report says; a paper, a table and a page are made of it."""

    year: int
    kind: str
    agency: str  # whose report it is
    today: date
    words: Mapping[str, str]
    figures: Sequence[Figure]
    choice: Choice
    targets: Sequence[Target]
    handed: Sequence[Handed]
    heading: Heading

    @property
    def title(self) -> str:
        until = f"{min(self.today, date(self.year, 12, 31)):%d/%m/%Y}"
        whose = " trên địa bàn tỉnh" if self.kind == CONSOLIDATED else ""
        return f"Kết quả thực hiện công tác an toàn, vệ sinh lao động{whose} năm {self.year} (tính đến ngày {until})"

    @property
    def groups(self) -> list[tuple[str, str, list[Figure]]]:
        """Each group of tasks with its figures."""
        return [(code, name, [each for each in self.figures if each.group == code]) for code, name in GROUPS.items()]


def build(tx: Tx, year: int, kind: str, agency: str, *, now: datetime) -> Report:
    """The report as it would be now. `agency`: whose; a consolidated one is the coordinator's about everybody.

    RuleBroken "unknown-agency".
    """
    whose = people.agency(tx, agency)
    if whose is None:
        raise RuleBroken("unknown-agency", agency=agency)
    today = local_day(now)
    narrow = "" if kind == CONSOLIDATED else agency
    period = Period(date(year, 1, 1), min(today, date(year, 12, 31)), agency=narrow)
    row = store.draft(tx, agency, year)
    return Report(
        year=year,
        kind=kind,
        agency=agency,
        today=today,
        words={name: str((row.words if row else {}).get(name, "")) for name in WORDS},
        figures=report_figures.of(tx, period, today=today),
        choice=report_figures.choice(tx, year),
        targets=report_figures.targets(tx, year, narrow),
        handed=handed_in(tx, year, today) if kind == CONSOLIDATED else (),
        heading=Heading(whose.parent_name, whose.name, f"Số: ……/BC-{whose.symbol}", CAPITAL, None),
    )


def handed_in(tx: Tx, year: int, today: date) -> list[Handed]:
    """Every agency that owes a report, with what it handed in: the newest counts. Only what the reader may see."""
    rows: dict[str, ReportRow] = {}
    first: dict[str, date] = {}
    for row in store.handed_in(tx, year):
        if row.kind == AGENCY:
            rows.setdefault(row.agency_id, row)
            first[row.agency_id] = local_day(row.made_at)  # the newest comes first, so the last one kept is the first
    names = {each.id: each.name for each in store.agencies(tx) if each.id != COORDINATOR}
    behind = set(late(list(names), first, year, today))
    return [
        Handed(
            each,
            name,
            first.get(each),
            rows[each].number if each in rows else "",
            rows[each].id if each in rows else None,
            each in behind,
        )
        for each, name in names.items()
    ]


def countdown(year: int, today: date) -> int | None:
    return days_left(year, today)


def save_words(
    tx: Tx, year: int, words: Mapping[str, str], *, version: int, actor: Actor, now: datetime
) -> ReportDraft:
    """Keep what was written so far. RuleBroken "changed-meanwhile": somebody else wrote since this was read."""
    plain = {name: printable(words.get(name, ""))[:LONGEST] for name in WORDS}
    row = store.draft(tx, actor.agency, year)
    if row is None:
        row = ReportDraft(id=uuid4(), agency_id=actor.agency, year=year, words=plain, made_by=actor.id, made_at=now)
        tx.add(row)
    elif row.words != plain:
        if row.version != version:
            raise RuleBroken("changed-meanwhile")
        row.words, row.made_by, row.made_at = plain, actor.id, now
    tx.flush()
    return row


def draft_version(tx: Tx, agency: str, year: int) -> int:
    row = store.draft(tx, agency, year)
    return row.version if row else 0


def hand_in(tx: Tx, report_id: UUID, year: int, kind: str, *, actor: Actor, now: datetime) -> ReportRow:
    """Number it, keep its content and the rows behind each figure. Again with the same id: the one that is there."""
    there = store.one(tx, report_id)
    if there is not None:
        return there
    report = build(tx, year, kind, actor.agency, now=now)
    whose = people.agency(tx, actor.agency)
    assert whose is not None  # noqa: S101 - build has found it
    taken = changes.take(tx, f"report:{actor.agency}:{local_day(now).year}", 1)
    number = f"{taken:02d}/BC-{whose.symbol}"
    content = paper(report, number=number)
    row = ReportRow(
        id=report_id,
        agency_id=actor.agency,
        year=year,
        kind=kind,
        number=number,
        content=content.content,
        sources={each.code: each.ids for each in report.figures},
        sha256=content.sha256,
        made_by=actor.id,
        made_at=now,
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, object] = {"year": year, "kind": kind, "number": number, "sha256": row.sha256}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "report.handed-in", f"report:{row.id}", now, facts))
    return row


def get(tx: Tx, report_id: UUID) -> ReportRow:
    """RuleBroken "not-found" also for another agency's."""
    row = store.one(tx, report_id)
    if row is None:
        raise RuleBroken("not-found")
    return row


def of_year(tx: Tx, year: int) -> list[ReportRow]:
    """What was handed in for a year, as far as the reader may see: the newest first."""
    return store.handed_in(tx, year)


def choose(tx: Tx, new: Choice, *, actor: Actor, now: datetime) -> None:
    """The coordinating agency decides how the targets are counted. RuleBroken "not-allowed" for any other."""
    _only_coordinator(actor)
    row = TargetChoice(
        id=uuid4(), agency_id=actor.agency, base_year=new.base_year, counted=new.counted, workers=new.workers,
        document=new.document, made_by=actor.id, made_at=now,
    )  # fmt: skip
    tx.add(row)
    facts: dict[str, object] = {"base_year": new.base_year, "counted": new.counted, "workers": new.workers}
    facts["document"] = new.document
    audit.note(tx, audit.Entry(actor.agency, actor.id, "targets.chosen", f"targets:{row.id}", now, facts))


def supply(tx: Tx, year: int, name: str, value: int, source: str, *, actor: Actor, now: datetime) -> None:
    """A figure from outside with its source; the newest stands. RuleBroken "not-allowed"."""
    _only_coordinator(actor)
    if name not in SUPPLIED:
        raise RuleBroken("not-found")
    row = YearlyFigure(
        id=uuid4(),
        agency_id=actor.agency,
        year=year,
        name=name,
        value=value,
        source=source,
        made_by=actor.id,
        made_at=now,
    )
    tx.add(row)
    facts: dict[str, object] = {"year": year, "name": name, "value": value, "source": source}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "figure.supplied", f"figure:{row.id}", now, facts))


def supplied(tx: Tx) -> list[YearlyFigure]:
    """What stands now, the newest year first."""
    return sorted(store.supplied(tx).values(), key=lambda row: (-row.year, row.name))


def _only_coordinator(actor: Actor) -> None:
    if actor.agency != COORDINATOR:
        raise RuleBroken("not-allowed", role=str(actor.role))


# --- one content ------------------------------------------------------------------------------------

_FIGURES = (Column("Chỉ số", 9), Column("Đơn vị", 3), Column("Số liệu", 3))


def paper(report: Report, *, number: str = "") -> Paper:
    """The report as a paper: what Word and PDF print."""
    heading = report.heading
    if number:
        heading = Heading(heading.parent, heading.agency, f"Số: {number}", heading.place, report.today)
    to = "Ủy ban nhân dân tỉnh Thái Nguyên" if report.kind == CONSOLIDATED else "Sở Nội vụ tỉnh Thái Nguyên"
    return Paper(
        kind=f"annual-report-{report.kind}",
        heading=heading,
        name="BÁO CÁO",
        about=report.title,
        addressees=(to,),
        blocks=tuple(_blocks(report)),
        signers=(Signer("THỦ TRƯỞNG CƠ QUAN", ""),),
        recipients=("Như trên;", "Hội đồng ATVSLĐ tỉnh;", "Lưu: VT."),
    )


def _blocks(report: Report) -> Iterator[Block]:
    yield Block(BlockKind.HEADING, f"{PART[0]}. KẾT QUẢ THEO CÁC NHÓM NHIỆM VỤ")
    for n, (code, name, figures) in enumerate(report.groups, 1):
        yield Block(BlockKind.HEADING, f"{n}. {name}")
        if report.words[code]:
            yield Block(BlockKind.TEXT, report.words[code])
        if figures:
            yield Block(BlockKind.TABLE, columns=_FIGURES, rows=tuple(_row(each) for each in figures))
        elif not report.words[code]:
            yield Block(BlockKind.TEXT, "Không có nội dung báo cáo.")
    yield Block(BlockKind.HEADING, f"{PART[1]}. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU")
    yield Block(BlockKind.NOTE, report.choice.words)
    for target in report.targets:
        yield Block(BlockKind.TEXT, f"{target.title} ({target.unit})")
        columns = ("Năm", target.counted, target.beside, "Tỷ lệ", "Mức phấn đấu", "Kết quả")
        rows = tuple(_year(each) for each in target.years)
        yield Block(BlockKind.TABLE, columns=tuple(Column(each, 2) for each in columns), rows=rows)
    part = 2
    if report.kind == CONSOLIDATED:
        yield Block(BlockKind.HEADING, f"{PART[part]}. TÌNH HÌNH BÁO CÁO CỦA CÁC CƠ QUAN")
        titled = (Column("Cơ quan", 6), Column("Số báo cáo", 3), Column("Ngày gửi", 3), Column("Ghi chú", 3))
        told = tuple(
            (each.name, each.number, f"{each.on:%d/%m/%Y}" if each.on else "", _standing(each))
            for each in report.handed
        )
        yield Block(BlockKind.TABLE, columns=titled, rows=told)
        part += 1
    for name in ("difficulties", "proposals"):
        yield Block(BlockKind.HEADING, f"{PART[part]}. {WORDS[name].upper()}")
        yield Block(BlockKind.TEXT, report.words[name] or "Không có.")
        part += 1


def _standing(handed: Handed) -> str:
    if handed.on is None:
        return "Chưa gửi, quá hạn" if handed.late else "Chưa gửi"
    return "Gửi sau hạn" if handed.late else "Đúng hạn"


def _row(figure: Figure) -> tuple[str, str, str]:
    return figure.label, figure.unit, dotted(figure.value)


def _year(each: Year) -> tuple[str, ...]:
    met = {None: "", True: "Đạt", False: "Chưa đạt"}[each.met]
    return (
        str(each.year),
        dotted(each.count),
        "chưa có" if each.beside is None else dotted(each.beside),
        decimal(each.rate),
        decimal(each.goal),
        met,
    )


def dotted(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def decimal(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}".replace(",", "·").replace(".", ",").replace("·", ".")


TABLE_COLUMNS = ("part", "code", "label", "unit", "year", "value", "rate", "goal", "rows")


def table(report: Report) -> Iterator[list[str | int | float | date | None]]:
    """The report as rows with real numbers: what CSV and Excel hold."""
    for each in report.figures:
        yield [each.group, each.code, each.label, each.unit, report.year, each.value, None, None, len(each.rows)]
    for target in report.targets:
        for at in target.years:
            yield ["target", target.code, target.title, target.unit, at.year, at.count, at.rate, at.goal, None]
    yield ["definition", "definition", report.choice.words, None, report.choice.base_year, None, None, None, None]
    for handed in report.handed:
        yield ["handed-in", handed.agency, handed.name, _standing(handed), report.year, None, None, None, None]
    for name, words in report.words.items():
        yield ["words", name, words, None, report.year, None, None, None, None]


def statistics_paper(agency: Agency, period: Period, figures: Sequence[Figure], told: str, today: date) -> Paper:
    """Figures of any period and place as a paper."""
    return Paper(
        kind="statistics",
        heading=Heading(agency.parent_name, agency.name, f"Số: ……/BC-{agency.symbol}", CAPITAL, None),
        name="THỐNG KÊ",
        about=f"Công tác thanh tra, kiểm tra và tai nạn lao động từ {period.first:%d/%m/%Y} đến {period.last:%d/%m/%Y}",
        addressees=(),
        blocks=(
            *((Block(BlockKind.TEXT, f"Phạm vi: {told}."),) if told else ()),
            Block(BlockKind.TABLE, columns=_FIGURES, rows=tuple(_row(each) for each in figures)),
            Block(BlockKind.NOTE, f"Số liệu tính đến {place_and_day(CAPITAL, today)}."),
        ),
        signers=(Signer("NGƯỜI LẬP", ""), Signer("THỦ TRƯỞNG CƠ QUAN", "")),
        recipients=("Lưu: VT.",),
    )


def agency(tx: Tx, agency_id: str) -> Agency:
    found = people.agency(tx, agency_id)
    if found is None:
        raise RuleBroken("unknown-agency", agency=agency_id)
    return found


__all__ += ["COUNTED", "WORKERS", "due_day"]
