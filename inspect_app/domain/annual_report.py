"""The annual report: its parts, the figures that belong to each, and how the three targets are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

DUE_MONTH, DUE_DAY = 12, 10  # reports reach the coordinating agency before this day
COUNT_FROM = (11, 10)
FALL = 0.96  # fatal accidents: at least 4 % fewer a year
RISE = 1.05  # examined workers, monitored workplaces: at least 5 % more a year
PER = 100_000

# The six groups of tasks of the province's plan (section III), in our words.
GROUPS: Mapping[str, str] = {
    "leading": "Lãnh đạo, chỉ đạo công tác an toàn, vệ sinh lao động",
    "informing": "Thông tin, tuyên truyền, phổ biến pháp luật",
    "lawmaking": "Tham gia hoàn thiện chính sách, pháp luật; bảo hiểm tai nạn lao động, bệnh nghề nghiệp",
    "managing": "Quản lý nhà nước; huấn luyện, kiểm định, quan trắc, khám sức khỏe; xây dựng đội ngũ",
    "checking": "Phối hợp, thanh tra, kiểm tra, điều tra tai nạn lao động",
    "resources": "Nguồn lực; tự kiểm tra của doanh nghiệp",
}
WORDS: Mapping[str, str] = {
    **GROUPS,
    "difficulties": "Khó khăn, vướng mắc và nguyên nhân",
    "proposals": "Đề xuất, kiến nghị",
}
COUNTED: Mapping[str, str] = {"deaths": "số người chết", "cases": "số vụ có người chết"}
WORKERS: Mapping[str, str] = {
    "contract": "lao động có hợp đồng lao động",
    "all": "toàn bộ lao động, kể cả không theo hợp đồng",
}
# Figures that somebody outside supplies, by year.
SUPPLIED: Mapping[str, str] = {
    "workers-contract": "Số lao động có hợp đồng lao động của tỉnh",
    "workers-all": "Tổng số lao động của tỉnh",
    "harmful-sites": "Số cơ sở phát sinh yếu tố có hại",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the report and the rows it was counted from: each with what it adds. `of`: the kind of row.

    total: the number alone, where the database counted it and the rows were not fetched.
    """

    code: str
    label: str
    unit: str
    group: str
    of: str
    rows: tuple[tuple[UUID, int], ...]
    health: bool = False  # single rows need the right to health data
    total: int | None = None

    @property
    def value(self) -> int:
        return sum(adds for _, adds in self.rows) if self.total is None else self.total

    @property
    def ids(self) -> list[str]:
        return [str(row) for row, _ in self.rows]


@dataclass(frozen=True, slots=True)
class Choice:
    """How the targets are counted: the first year they are compared with, what is counted, among whom."""

    base_year: int
    counted: str = "deaths"
    workers: str = "contract"
    document: str = ""
    decided: bool = True  # false: nobody has decided yet, this is a proposal

    @property
    def words(self) -> str:
        """The definition as it is printed."""
        said = (
            f"Cách tính: tỷ lệ tai nạn lao động chết người = {COUNTED[self.counted]} / {WORKERS[self.workers]}"
            " × 100.000; "
            f"năm gốc {self.base_year}; mức phấn đấu năm n = tỷ lệ năm gốc × 0,96ⁿ."
        )
        if not self.decided:
            return f"{said} Cách tính này chưa được Sở Nội vụ quyết định."
        return f"{said} Theo {self.document}." if self.document else said


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a target. None: a figure nobody has supplied. `met`: None while it cannot be said."""

    year: int
    count: int
    beside: int | None
    rate: float | None
    goal: float | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Target:
    code: str
    title: str
    unit: str
    counted: str
    beside: str
    years: tuple[Year, ...]


def falling(counts: Mapping[int, int], workers: Mapping[int, int], choice: Choice, until: int) -> tuple[Year, ...]:
    """Deaths per 100,000 workers against the line r₀·0.96ⁿ. Without the number of workers: the count itself."""
    told = []
    rates = {year: _rate(counts.get(year, 0), workers.get(year)) for year in range(choice.base_year, until + 1)}
    base = rates.get(choice.base_year)
    for year, rate in rates.items():
        goal = None if base is None else base * FALL ** (year - choice.base_year)
        met = None if rate is None or goal is None or year == choice.base_year else rate <= goal + 1e-9
        told.append(Year(year, counts.get(year, 0), workers.get(year), rate, goal, met))
    return tuple(told)


def rising(counts: Mapping[int, int], beside: Mapping[int, int], choice: Choice, until: int) -> tuple[Year, ...]:
    """A count against five per cent more than the year before; `rate`: its share of those it is owed to, in %."""
    told = []
    for year in range(choice.base_year, until + 1):
        count, owed = counts.get(year, 0), beside.get(year)
        before = counts.get(year - 1) if year > choice.base_year else None
        goal = None if not before else before * RISE
        met = None if goal is None else count >= goal - 1e-9
        rate = count / owed * 100 if owed else None
        told.append(Year(year, count, owed, rate, goal, met))
    return tuple(told)


def _rate(count: int, workers: int | None) -> float | None:
    return count / workers * PER if workers else None


def due_day(year: int) -> date:
    return date(year, DUE_MONTH, DUE_DAY)


def days_left(year: int, today: date) -> int | None:
    """Until the report of this year is due; None before the count begins. Below zero: late."""
    if today < date(year, *COUNT_FROM):
        return None
    return (due_day(year) - today).days


def late(expected: Sequence[str], handed_in: Mapping[str, date], year: int, today: date) -> list[str]:
    """Agencies whose report is not there although it is due, or came late."""
    last = due_day(year)
    return [
        each
        for each in expected
        if (each not in handed_in and today >= last) or (each in handed_in and handed_in[each] >= last)
    ]
