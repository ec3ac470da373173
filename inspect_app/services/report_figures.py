"""The figures of a report, each with the rows it was counted from; and the three targets over the years."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from inspect_app.domain.annual_report import Choice, Figure, Target, falling, rising
from inspect_app.domain.violations import CLOSED_REMEDY
from inspect_app.store import report_counts
from inspect_app.store import report_rows as store
from inspect_app.store.database import Tx
from inspect_app.store.report_rows import Period

# step → its figure, in the order of the report.
STEPS = tuple(report_counts.MOVES)


def of(tx: Tx, period: Period, *, today: date) -> list[Figure]:
    """All figures of a period with their rows, in the order of the report."""
    return [
        *_visits(store.inspections(tx, period)),
        *_findings(store.violations(tx, period), today),
        *_moves(store.steps(tx, period, STEPS)),
        *_accidents(tx, period),
        *_records(tx, period),
    ]


def counted(tx: Tx, period: Period, *, today: date) -> list[Figure]:
    """The same numbers without the rows of visits and findings, of which a year has many: for a page."""
    bare: list[Figure] = []
    for figures, count in _counts(tx, period, today):
        told = count()
        bare += [replace(each, total=told.get(each.code, 0)) for each in figures]
    return [*bare, *_accidents(tx, period), *_records(tx, period)]


def _counts(tx: Tx, period: Period, today: date) -> Iterable[tuple[list[Figure], Callable[[], dict[str, int]]]]:
    """Figures of which there may be many rows, bare, and how they are counted."""
    return (
        (list(_visits([])), lambda: report_counts.visits(tx, period)),
        (list(_findings([], today)), lambda: report_counts.findings(tx, period, today)),
        (list(_moves([])), lambda: report_counts.moves(tx, period, STEPS)),
    )


def one(tx: Tx, period: Period, code: str, *, today: date, limit: int | None = None) -> Figure | None:
    """One figure with its rows; only what it is counted from is read. limit: of many rows so many are enough."""
    for figures, count in _counts(tx, period, today):
        for each in figures:
            if each.code == code:
                rows = report_counts.rows(tx, period, code, today, limit=limit)
                return replace(each, rows=tuple(rows), total=None if limit is None else count().get(code, 0))
    return _small(tx, period, code)


def _small(tx: Tx, period: Period, code: str) -> Figure | None:
    rest = (*_accidents(tx, period), *_records(tx, period))
    return next((each for each in rest if each.code == code), None)


def _visits(rows: Sequence[store.Visit]) -> Iterable[Figure]:
    """In the terms of labour-inspection statistics: routine, special and follow-up visits, workplaces, workers."""

    def visits(code: str, label: str, holds: Callable[[store.Visit], bool]) -> Figure:
        found = tuple((row[0], 1) for row in rows if holds(row))
        return Figure(code, label, "cuộc", "checking", "inspection", found)

    yield visits("visits", "Số cuộc thanh tra, kiểm tra đã tiến hành", lambda _: True)
    yield visits("visits-routine", "Trong đó theo kế hoạch", lambda row: row[4] and row[3] != "phuc-tra")
    yield visits("visits-special", "Trong đó đột xuất", lambda row: not row[4] and row[3] != "phuc-tra")
    yield visits("visits-follow-up", "Trong đó phúc tra", lambda row: row[3] == "phuc-tra")
    yield visits("visits-joint", "Trong đó liên ngành", lambda row: row[3] == "lien-nganh")
    yield visits("visits-clean", "Số cuộc không có tồn tại nào", lambda row: row[6] == 0)
    sites = {row[1]: row[7] or 0 for row in rows}
    once = tuple((site, 1) for site in sorted(sites))
    yield Figure("sites", "Số cơ sở, công trình được kiểm tra", "cơ sở", "checking", "site", once)
    organisations = sorted({row[2] for row in rows})
    yield Figure(
        "organisations",
        "Số đơn vị được kiểm tra",
        "đơn vị",
        "checking",
        "organisation",
        tuple((o, 1) for o in organisations),
    )
    covered = tuple((site, workers) for site, workers in sorted(sites.items()) if workers)
    yield Figure("workers-covered", "Số lao động tại cơ sở được kiểm tra", "người", "checking", "site", covered)


def _findings(rows: Sequence[store.Finding], today: date) -> Iterable[Figure]:
    def findings(code: str, label: str, keep: Iterable[UUID]) -> Figure:
        return Figure(code, label, "hành vi, tồn tại", "checking", "violation", tuple((each, 1) for each in keep))

    yield findings("findings", "Số tồn tại, vi phạm phát hiện", (row[0] for row in rows))
    yield findings("findings-violation", "Trong đó hành vi vi phạm", (row[0] for row in rows if row[1] == "violation"))
    yield findings("findings-advice", "Trong đó khuyến nghị", (row[0] for row in rows if row[1] == "advice"))
    yield findings("findings-serious", "Trong đó nghiêm trọng trở lên", (row[0] for row in rows if row[2] >= 3))
    yield findings("findings-closed", "Đã khắc phục xong, đóng", (row[0] for row in rows if row[3] == "closed"))
    late = (row[0] for row in rows if row[3] not in CLOSED_REMEDY and row[4] and row[4] < today)
    yield findings("findings-overdue", "Quá hạn khắc phục đến ngày báo cáo", late)


def _moves(taken: Sequence[store.Taken]) -> Iterable[Figure]:
    def moves(code: str, label: str, *names: str) -> Figure:
        found = dict.fromkeys(violation for violation, step, _ in taken if step in names)
        return Figure(code, label, "vụ việc", "checking", "violation", tuple((each, 1) for each in found))

    yield moves("remedy-requests", "Số tồn tại được yêu cầu khắc phục bằng văn bản", "request-remedy")
    yield moves("stop-demands", "Số lần yêu cầu chấm dứt ngay", "demand-stop")
    yield moves("suspensions", "Số quyết định tạm dừng, đình chỉ", "decide-suspension")
    yield moves("referred", "Số vụ việc chuyển hồ sơ cho cơ quan có thẩm quyền", "refer")
    yield moves("records", "Số biên bản vi phạm hành chính", "draw-record")
    yield moves("sanctions", "Số quyết định xử phạt", "decide")
    fines = tuple((violation, int(facts.get("amount") or 0)) for violation, step, facts in taken if step == "decide")
    yield Figure("fines", "Tổng tiền phạt", "đồng", "checking", "violation", fines)
    yield moves("criminal", "Số vụ việc chuyển cơ quan điều tra", "refer-criminal")


def _accidents(tx: Tx, period: Period) -> Iterable[Figure]:
    rows = store.accidents(tx, period)

    def cases(code: str, label: str, keep: Iterable[UUID]) -> Figure:
        return Figure(code, label, "vụ", "checking", "accident", tuple((each, 1) for each in keep))

    def people(code: str, label: str, counted: Mapping[UUID, int]) -> Figure:
        return Figure(code, label, "người", "checking", "accident", tuple((k, n) for k, n in counted.items() if n))

    yield cases("accidents", "Số vụ tai nạn lao động", (row[0] for row in rows))
    yield cases("accidents-fatal", "Trong đó có người chết", (row[0] for row in rows if row[3]))
    yield cases(
        "accidents-no-contract", "Trong đó của người không theo hợp đồng lao động", (r[0] for r in rows if not r[2])
    )
    yield people("deaths", "Số người chết", {row[0]: row[3] for row in rows})
    yield people("deaths-contract", "Trong đó có hợp đồng lao động", {row[0]: row[3] for row in rows if row[2]})
    yield people("injured-seriously", "Số người bị thương nặng", {row[0]: row[4] for row in rows})
    yield people("injured", "Số người bị thương nhẹ", {row[0]: row[5] for row in rows})
    yield people("victims-women", "Số nạn nhân nữ", {row[0]: row[6] for row in rows})


# code, label, unit, group, kind of declaration, figure of it
_SUMS = (
    ("training-due", "Số người phải huấn luyện ATVSLĐ", "người", "managing", "training", "due"),
    ("trained", "Số người đã huấn luyện ATVSLĐ", "người", "managing", "training", "trained"),
    ("equipment", "Máy, thiết bị nghiêm ngặt đang sử dụng", "thiết bị", "managing", "equipment", "in_use"),
    ("equipment-inspected", "Trong đó kiểm định còn hạn", "thiết bị", "managing", "equipment", "inspected"),
    ("samples", "Số mẫu quan trắc môi trường lao động", "mẫu", "managing", "monitoring", "samples"),
    ("samples-exceeded", "Trong đó vượt giới hạn", "mẫu", "managing", "monitoring", "exceeded"),
    ("exams-due", "Số người phải khám sức khỏe định kỳ", "người", "managing", "health-exam", "due"),
    ("exams", "Số người được khám sức khỏe định kỳ", "người", "managing", "health-exam", "examined"),
    ("od-exposed", "Số người tiếp xúc phải khám bệnh nghề nghiệp", "người", "managing", "od-exam", "exposed"),
    ("od-examined", "Số người được khám phát hiện bệnh nghề nghiệp", "người", "managing", "od-exam", "examined"),
    ("od-diagnosed", "Số người được chẩn đoán mắc bệnh nghề nghiệp", "người", "managing", "od-exam", "diagnosed"),
    ("disease-new", "Số người mắc mới bệnh nghề nghiệp", "người", "managing", "disease", "new"),
    ("self-found", "Số tồn tại doanh nghiệp tự phát hiện", "tồn tại", "resources", "self-inspection", "found"),
    ("self-fixed", "Số tồn tại doanh nghiệp tự khắc phục", "tồn tại", "resources", "self-inspection", "fixed"),
)
_HEALTH = frozenset({"health-exam", "od-exam", "disease"})


def _records(tx: Tx, period: Period) -> Iterable[Figure]:
    rows = store.records(tx, period)
    for code, label, unit, group, kind, name in _SUMS:
        found = tuple((row[0], int(row[4].get(name, 0))) for row in rows if row[1] == kind)
        yield Figure(
            code, label, unit, group, f"record:{kind}", tuple(each for each in found if each[1]), kind in _HEALTH
        )
    monitored = sorted({row[3] for row in rows if row[1] == "monitoring"})
    yield Figure(
        "monitored", "Số cơ sở được quan trắc môi trường lao động", "cơ sở", "managing", "organisation",
        tuple((each, 1) for each in monitored),
    )  # fmt: skip
    selves = sorted({row[3] for row in rows if row[1] == "self-inspection"})
    yield Figure(
        "self-inspected", "Số doanh nghiệp tự kiểm tra", "doanh nghiệp", "resources", "organisation",
        tuple((each, 1) for each in selves),
    )  # fmt: skip


# --- targets ---------------------------------------------------------------------------------------


def choice(tx: Tx, year: int) -> Choice:
    """As the coordinating agency decided, which all agencies use; until then a proposal."""
    row = store.choice(tx)
    if row is None:
        return Choice(year - 1, decided=False)
    return Choice(row.base_year, row.counted, row.workers, row.document)


def targets(tx: Tx, year: int, agency: str) -> list[Target]:
    """The three targets from the base year on, counted inside the reader's agencies (one, when it is named)."""
    chosen = choice(tx, year)
    supplied = {key: row.value for key, row in store.supplied(tx).items()}
    period = Period(date(min(chosen.base_year, year), 1, 1), date(year, 12, 31), agency=agency)
    fatal: dict[int, int] = {}
    for _, day, has_contract, deaths, _, _, _ in store.accidents(tx, period):
        if deaths and (has_contract or chosen.workers == "all"):
            fatal[day.year] = fatal.get(day.year, 0) + (deaths if chosen.counted == "deaths" else 1)
    examined: dict[int, int] = {}
    exposed: dict[int, int] = {}
    monitored: dict[int, set[UUID]] = {}
    for _, kind, of_year, organisation, figures in store.records(tx, period):
        if kind == "od-exam":
            examined[of_year] = examined.get(of_year, 0) + int(figures.get("examined", 0))
            exposed[of_year] = exposed.get(of_year, 0) + int(figures.get("exposed", 0))
        elif kind == "monitoring":
            monitored.setdefault(of_year, set()).add(organisation)

    def of_years(name: str) -> dict[int, int]:
        return {at: value for (told, at), value in supplied.items() if told == name}

    sites = {at: len(found) for at, found in monitored.items()}
    counted = "Số người chết" if chosen.counted == "deaths" else "Số vụ có người chết"
    return [
        Target(
            "fatal", "Tỷ lệ tai nạn lao động chết người giảm ít nhất 4 %/năm", "trên 100.000 lao động", counted,
            "Số lao động", falling(fatal, of_years(f"workers-{chosen.workers}"), chosen, year),
        ),
        Target(
            "examined", "Số người tiếp xúc được khám phát hiện bệnh nghề nghiệp tăng ít nhất 5 %/năm", "% số phải khám",
            "Số được khám", "Số phải khám", rising(examined, exposed, chosen, year),
        ),
        Target(
            "monitored", "Số cơ sở được quan trắc môi trường lao động tăng ít nhất 5 %/năm",
            "% số cơ sở có yếu tố có hại", "Số cơ sở được quan trắc", "Số cơ sở có yếu tố có hại",
            rising(sites, of_years("harmful-sites"), chosen, year),
        ),
    ]  # fmt: skip
