"""Papers of a visit: a preview of what one would say, drawing it up with a number that is never reused, printing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.paper_templates import PaperTemplate, TemplateProblem
from inspect_app.domain.papers import Heading, Paper, read_paper
from inspect_app.domain.people import Actor
from inspect_app.domain.violations import Sanction
from inspect_app.outside import paper_wording
from inspect_app.outside.paper_wording import FieldMissing
from inspect_app.services import paper_facts, signed_record, verification
from inspect_app.services.paper_facts import Facts
from inspect_app.services.steps import proposed_rule
from inspect_app.store import audit, changes, paper_files, people, visits
from inspect_app.store import papers as store
from inspect_app.store import violations as violations_store
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, PaperRow

Visit = Inspection
CAPITAL = "Thái Nguyên"  # where the provincial agencies sit
DRAFT_NUMBER = "……"
# Only who is competent draws up this one; everybody else draws up a working record and transfers it.
VIOLATION_RECORD = "violation-record"
SENT_IN = frozenset({"submitted", "complete", "returned", "approved"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which paper, of which visit, about which findings (none named: all of them)."""

    inspection: UUID
    kind: str
    violations: tuple[UUID, ...] = ()


class Templates:
    """The wordings in force; read once, like the checklists."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._found, self.problems = paper_files.read_templates(folder)

    def all(self) -> Sequence[PaperTemplate]:
        return list(self._found.values())

    def get(self, kind: str) -> PaperTemplate:
        """RuleBroken "unknown-paper"."""
        if kind not in self._found:
            raise RuleBroken("unknown-paper", kind=kind)
        return self._found[kind]

    def check(self, samples: Sequence[Facts]) -> list[TemplateProblem]:
        """Everything wrong with any template, tried on facts that have every field."""
        tried = [problem for each in self.all() for problem in paper_wording.check(each, f"{each.code}.toml", samples)]
        return [*self.problems, *tried]


def preview(tx: Tx, wanted: Wanted, *, now: datetime, library: Library, templates: Templates) -> Paper:
    """The paper as it would be now, without a number. RuleBroken: unknown-inspection, unknown-paper, template-broken,
    not-competent."""
    template = templates.get(wanted.kind)
    wanted = _chosen(tx, template, wanted, now)
    row, facts = paper_facts.read(tx, wanted.inspection, violations=wanted.violations, library=library, now=now)
    if wanted.kind == VIOLATION_RECORD:
        _check_record(tx, row, wanted, library, now)
    return _fill(template, row, facts, number="", tx=tx, now=now)


def draw_up(
    tx: Tx,
    paper_id: UUID,
    wanted: Wanted,
    *,
    actor: Actor,
    now: datetime,
    library: Library,
    templates: Templates,
) -> PaperRow:
    """Give the paper its number and keep its content. Again with the same id: the paper that is there already.

    A paper of the same kind about the same findings is replaced by this one; both stay, the older one says so.
    RuleBroken: those of preview, and wrong-state before the visit was sent in.
    """
    there = store.one(tx, paper_id)
    if there is not None:
        return there
    template = templates.get(wanted.kind)
    wanted = _chosen(tx, template, wanted, now)
    row, facts = paper_facts.read(tx, wanted.inspection, violations=wanted.violations, library=library, now=now)
    if row.state not in SENT_IN:
        raise RuleBroken("wrong-state", state=row.state, number=row.number)
    if wanted.kind == VIOLATION_RECORD:
        _check_record(tx, row, wanted, library, now)
    year = local_day(now).year
    taken = changes.take(tx, f"paper:{row.agency_id}:{_symbol(template, facts)}:{year}", 1)
    number = f"{taken:02d}/{_symbol(template, facts)}"
    paper = _fill(template, row, facts, number=number, tx=tx, now=now)
    about = sorted(map(str, wanted.violations))
    replaced = next((each for each in store.standing(tx, row.id, wanted.kind) if each.violations == about), None)
    drawn = PaperRow(
        id=paper_id,
        agency_id=row.agency_id,
        inspection_id=row.id,
        kind=wanted.kind,
        year=year,
        number=number,
        code=verification.mint(),
        content=paper.content,
        sha256=paper.sha256,
        violations=about,
        replaces_id=replaced.id if replaced else None,
        made_by=actor.id,
        made_at=now,
    )
    store.add(tx, drawn)
    told: dict[str, object] = {"paper": str(paper_id), "kind": wanted.kind, "number": number, "sha256": paper.sha256}
    if replaced:
        told["replaces"] = replaced.number
    audit.note(tx, audit.Entry(row.agency_id, actor.id, "inspection.paper", f"inspection:{row.id}", now, told))
    return drawn


def visit(tx: Tx, inspection: UUID) -> Inspection:
    """RuleBroken "unknown-inspection" also for another agency's."""
    row = visits.inspection(tx, inspection)
    if row is None:
        raise RuleBroken("unknown-inspection", inspection=str(inspection))
    return row


def get(tx: Tx, paper_id: UUID) -> tuple[PaperRow, Paper]:
    """A paper as it was drawn up. RuleBroken "not-found" also for another agency's."""
    row = store.one(tx, paper_id)
    if row is None:
        raise RuleBroken("not-found")
    return row, read_paper(row.content)


def of_inspection(tx: Tx, inspection: UUID) -> tuple[Sequence[PaperRow], Mapping[UUID, PaperRow]]:
    """All papers of a visit, newest first, and by which newer one each was replaced."""
    rows = store.of_inspection(tx, inspection)
    return rows, {row.replaces_id: row for row in rows if row.replaces_id is not None}


def _fill(template: PaperTemplate, row: Inspection, facts: Facts, *, number: str, tx: Tx, now: datetime) -> Paper:
    agency = people.agency(tx, row.agency_id)
    if agency is None:
        raise RuleBroken("unknown-agency", agency=row.agency_id)
    heading = Heading(
        parent=agency.parent_name,
        agency=agency.name,
        number=f"Số: {number or f'{DRAFT_NUMBER}/{_symbol(template, facts)}'}",
        place=CAPITAL,
        day=local_day(now) if number else None,
    )
    try:
        paper = paper_wording.fill(template, heading, facts)
        if not facts["record"]["signed"] or signed_record.is_printed(facts["record"], paper.lines()):
            return paper
        # An office may print less, or other words; then nothing is said about what was signed.
        told = {**facts, "record": signed_record.not_printed(facts["record"])}
        return paper_wording.fill(template, heading, told)
    except FieldMissing as missing:
        raise RuleBroken("template-broken", kind=template.code, place=missing.place, wrong=missing.wrong) from missing


def _symbol(template: PaperTemplate, facts: Facts) -> str:
    return f"{facts['agency']['symbol']}-{template.symbol}" if template.with_agency else template.symbol


def _chosen(tx: Tx, template: PaperTemplate, wanted: Wanted, now: datetime) -> Wanted:
    """A paper about findings names each of them; nobody having chosen, those that are open."""
    if template.about_what != "violations" or wanted.violations:
        return wanted
    visit(tx, wanted.inspection)
    found = paper_facts.standing(tx, wanted.inspection, now=now)
    if not (chosen := tuple(line.row.id for line in found if line.is_open)):
        raise RuleBroken("nothing-open")
    return replace(wanted, violations=chosen)


def _check_record(tx: Tx, row: Inspection, wanted: Wanted, library: Library, now: datetime) -> None:
    """A record of an administrative violation is drawn up for findings somebody proposed to sanction, by who may."""
    history = violations_store.steps(tx, wanted.violations)
    rules = {each: proposed_rule(history[each]) for each in wanted.violations}
    rows = [violations_store.one(tx, each) for each in wanted.violations]
    if not all(rules.values()) or any(each.sanction_status != Sanction.PROPOSED for each in rows if each):
        raise RuleBroken("nothing-proposed")
    if len({each.organisation_id for each in rows if each}) > 1:
        raise RuleBroken("several-offenders")
    for rule in rules.values():
        library.laws.authority.check_record(row.agency_id, rule, local_day(now))
