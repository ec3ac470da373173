"""What an annual report and statistics say: as a paper for Word and PDF, as rows with real numbers for tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspect_app.domain.annual_report import GROUPS, WORDS, Choice, Figure, Target, Year
from inspect_app.domain.papers import Block, BlockKind, Column, Heading, Paper, Signer, place_and_day
from inspect_app.store.report_rows import Period
from inspect_app.store.tables import Agency

CAPITAL = "Thái Nguyên"
AGENCY, CONSOLIDATED = "agency", "consolidated"
PART = ("I", "II", "III", "IV", "V", "VI", "VII")


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
