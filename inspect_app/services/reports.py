"""The annual report of an agency, and of all of them: its words, its content as one paper, and handing it in."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from inspect_app.domain.annual_report import COUNTED, SUPPLIED, WORDS, WORKERS, Choice, Figure, days_left, due_day, late
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.papers import Heading, printable
from inspect_app.domain.people import Actor
from inspect_app.services import report_figures
from inspect_app.services.report_content import AGENCY, CAPITAL, CONSOLIDATED, Handed, Report, paper
from inspect_app.store import audit, changes, people
from inspect_app.store import report_rows as store
from inspect_app.store.database import Tx
from inspect_app.store.report_rows import Period
from inspect_app.store.tables import Agency, ReportDraft, ReportRow, TargetChoice, YearlyFigure

__all__ = ["AGENCY", "CONSOLIDATED", "COUNTED", "WORKERS", "Period", "Report", "due_day"]

COORDINATOR = "so-noi-vu"
LONGEST = 20_000


def build(tx: Tx, year: int, kind: str, agency: str, *, now: datetime, with_rows: bool = True) -> Report:
    """The report as it would be now. `agency`: whose; a consolidated one is the coordinator's about everybody.

    with_rows: each figure brings what it was counted from, as a report that is handed in keeps it.

    RuleBroken "unknown-agency".
    """
    whose = people.agency(tx, agency)
    if whose is None:
        raise RuleBroken("unknown-agency", agency=agency)
    today = local_day(now)
    period = period_of(year, kind, agency, today)
    count = report_figures.of if with_rows else report_figures.counted
    row = store.draft(tx, agency, year)
    return Report(
        year=year,
        kind=kind,
        agency=agency,
        today=today,
        words={name: str((row.words if row else {}).get(name, "")) for name in WORDS},
        figures=count(tx, period, today=today),
        choice=report_figures.choice(tx, year),
        targets=report_figures.targets(tx, year, period.agency),
        handed=handed_in(tx, year, today) if kind == CONSOLIDATED else (),
        heading=Heading(whose.parent_name, whose.name, f"Số: ……/BC-{whose.symbol}", CAPITAL, None),
    )


def period_of(year: int, kind: str, agency: str, today: date) -> Period:
    """The days a report is about, so far."""
    narrow = "" if kind == CONSOLIDATED else agency
    return Period(date(year, 1, 1), min(today, date(year, 12, 31)), agency=narrow)


def figure(tx: Tx, year: int, kind: str, agency: str, code: str, *, now: datetime, limit: int | None = None) -> Figure:
    """One figure of the report with its rows, or the first of them. RuleBroken "not-found"."""
    today = local_day(now)
    found = report_figures.one(tx, period_of(year, kind, agency, today), code, today=today, limit=limit)
    if found is None:
        raise RuleBroken("not-found")
    return found


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


def agency(tx: Tx, agency_id: str) -> Agency:
    found = people.agency(tx, agency_id)
    if found is None:
        raise RuleBroken("unknown-agency", agency=agency_id)
    return found
