"""What templates of papers may say about a visit: every field of templates/documents/README.md, as text."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspect_app.domain import citations, vocabulary
from inspect_app.domain.checklist_items import Confidence
from inspect_app.domain.checklists import Verdict
from inspect_app.domain.deadlines import VIETNAM
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.penalties import PenaltyRule
from inspect_app.domain.people import TeamRole
from inspect_app.domain.violations import Remedy, Step
from inspect_app.services import inspection_files, registry, signed_record
from inspect_app.services.inspection_files import File, Photo, Said
from inspect_app.services.registry import Filter, Line
from inspect_app.services.signed_record import SIGNER, Made
from inspect_app.services.steps import proposed_rule
from inspect_app.store import people
from inspect_app.store import violations as store
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.tables import Agency, Inspection, Organisation, Violation, ViolationStep

MOST_FINDINGS = 500  # of one visit; more items than any combination of checklists has

Facts = dict[str, Any]


def read(
    tx: Tx, inspection: UUID, *, violations: Sequence[UUID], library: Library, now: datetime
) -> tuple[Inspection, Facts]:
    """The visit and its facts. `violations` narrows the findings; empty: all of them.

    A paper about chosen findings of one organisation is about that organisation, also when the site is another's.
    RuleBroken: unknown-inspection, also for another agency's; unknown-violation, also for another visit's.
    """
    file = inspection_files.read(tx, inspection, library=library)
    row = file.inspection
    agencies = {each.id: each for each in people.agencies(tx)}
    lines = standing(tx, row.id, now=now)
    wanted = [line for line in lines if not violations or line.row.id in set(violations)]
    if violations and (strange := set(violations) - {line.row.id for line in wanted}):
        raise RuleBroken("unknown-violation", violation=str(min(strange)))
    answering = {line.row.organisation_id: line.row.organisation for line in wanted} if violations else {}
    wanted.sort(key=lambda line: (-line.row.severity, line.row.item))
    history = store.steps(tx, [line.row.id for line in wanted])
    made = signed_record.read(tx, row, library)
    photos = [_photo(n, each) for n, each in _photos(file, made)]
    by_item: dict[str, list[str]] = {}
    for photo in photos:
        by_item.setdefault(photo["item"], []).append(str(photo["n"]))
    team = [_member(seat, agencies) for seat in row.team if seat.removed_at is None]
    return row, {
        "agency": _agency(agencies[row.agency_id]),
        "inspection": _inspection(row),
        "site": _site(row),
        "organisation": _organisation(*answering.values() if len(answering) == 1 else (row.organisation,)),
        "parties": [
            {"name": each.organisation.name, "role": vocabulary.PARTY_ROLE[each.role]} for each in row.site.parties
        ],
        "team": team,
        "leader": next((each for each in team if each["leads"]), NOBODY),
        "secretary": next((each for each in team if each["writes"]), NOBODY),
        "checklists": _checklists(file, library),
        "findings": [_finding(n, line, history[line.row.id], by_item, library) for n, line in enumerate(wanted, 1)],
        "opinions": [str(said.facts.get("text") or "") for said in file.opinion if said.facts.get("text")],
        "refusals": [_refusal(said) for said in file.refusal],
        "signatures": [_signature(role, said) for role, said in file.signatures],
        "photos": photos,
        "record": signed_record.facts(made, whole=not violations),
        "notes": [str(said.facts.get("text") or "") for said in file.notes if said.facts.get("text")],
        "today": day(now.astimezone(VIETNAM).date()),
        "addressee": _addressee(row, history, library, now),
    }


def standing(tx: Tx, inspection: UUID, *, now: datetime) -> list[Line]:
    """The findings a paper may be about: one that was cancelled is on none."""
    found = registry.page(tx, Filter(inspection=inspection), now=now, limit=MOST_FINDINGS).lines
    return [line for line in found if line.row.remedy_status != Remedy.CANCELLED]


NOBODY: Facts = {"name": "", "title": "", "role": "", "agency": "", "leads": False, "writes": False}


def day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def moment(value: datetime | None) -> str:
    """ "08 giờ 30 phút ngày 20 tháng 11 năm 2026", as minutes begin."""
    if value is None:
        return "…… giờ …… phút ngày …… tháng …… năm ……"
    local = value.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút ngày {local:%d} tháng {local:%m} năm {local:%Y}"


def _agency(row: Agency) -> Facts:
    return {"name": row.name, "short": row.short_name, "parent": row.parent_name, "symbol": row.symbol}


def _inspection(row: Inspection) -> Facts:
    decided = f"Quyết định số {row.decision_no}" if row.decision_no else ""
    if decided and row.decision_date:
        decided += f" ngày {day(row.decision_date)}"
    return {
        "number": row.number,
        "kind": vocabulary.INSPECTION_KIND[row.kind],
        "planned": row.planned,
        "ground": vocabulary.GROUND[row.ground],
        "ground_note": row.ground_note,
        "decision": decided,
        "first_day": day(row.window_start),
        "last_day": day(row.window_end),
        "visited_on": day(row.visited_on),
        "began": moment(row.started_at),
        "ended": moment(row.submitted_at),
        "amended": row.amended_at is not None,
    }


def _site(row: Inspection) -> Facts:
    site = row.site
    return {
        "name": site.name,
        "address": ", ".join(part for part in (site.address, site.commune.name, "tỉnh Thái Nguyên") if part),
        "commune": site.commune.name,
        "zone": site.zone.name if site.zone else "",
        "workers": str(site.workers) if site.workers else "",
        "contacts": [
            {"name": str(each.get("name") or ""), "role": str(each.get("role") or "")} for each in site.contacts
        ],
    }


def _organisation(unit: Organisation) -> Facts:
    return {
        "name": unit.name,
        "tax_code": unit.tax_code or "",
        "household": unit.household,
        "representative": unit.representative,
        "phone": unit.phone,
        "address": unit.address,
    }


def _member(seat: Any, agencies: dict[str, Agency]) -> Facts:
    return {
        "name": seat.person.name,
        "title": seat.person.title,
        "role": vocabulary.TEAM_ROLE[seat.role] + (", Thư ký" if seat.is_secretary else ""),
        "agency": agencies[seat.person.agency_id].name,
        "leads": seat.role == TeamRole.LEADER,
        "writes": seat.is_secretary,
    }


def _checklists(file: File, library: Library) -> list[Facts]:
    told = []
    for each in file.inspection.checklists:
        lines = [line for section in file.sections if section.code == each.code for line in section.lines if line.asked]
        said = Counter(line.verdict for line in lines)
        told.append(
            {
                "code": each.code,
                "title": library.get(each.code, each.version).title,
                "version": str(each.version),
                "sha256": each.sha256,
                "asked": str(len(lines)),
                "passed": str(said[Verdict.PASS]),
                "failed": str(said[Verdict.FAIL]),
                "not_applicable": str(said[Verdict.NA]),
                "recorded": str(said[Verdict.ANSWERED]),
                "unanswered": str(sum(line.state == "unanswered" for line in lines)),
                "conflicts": str(sum(line.state == inspection_files.CONFLICT for line in lines)),
            }
        )
    return told


def _finding(n: int, line: Line, steps: list[ViolationStep], photos: dict[str, list[str]], library: Library) -> Facts:
    row = line.row
    proposed = next((step for step in reversed(steps) if step.step == Step.PROPOSE_SANCTION), None)
    rule = library.laws.penalties.get(str(proposed.facts.get("rule") or "")) if proposed else None
    asked = next((step for step in reversed(steps) if step.step == Step.REQUEST_REMEDY), None)
    return {
        "number": str(n),
        "code": row.code,
        "item": row.item,
        "title": row.title,
        "fault": _fault(row),
        "observed": row.observed,
        "kind": vocabulary.VIOLATION_KIND[row.kind],
        "is_violation": row.kind == "violation",
        "severity": vocabulary.SEVERITY[str(row.severity)],
        "basis": citations.printed(row.basis),
        "deadline": day(row.deadline),
        "found_on": day(row.found_on),
        "responsible": line.organisation.name,
        "responsible_tax_code": line.organisation.tax_code or "",
        "stopped": row.stop_status in {"stop-demanded", "suspension-proposed", "suspension-decided"},
        "stop_proposed": row.stop_status in {"suspension-proposed", "suspension-decided"},
        "stop": vocabulary.STOP[row.stop_status],
        "remedy": vocabulary.REMEDY[row.remedy_status],
        "sanction": vocabulary.SANCTION[row.sanction_status],
        "repeated": line.is_repeat,
        "conduct": rule.conduct if rule and rule.confidence is not Confidence.MEMORY else "",
        "rule": _rule(rule, library) if rule else "",
        "requested": f"{asked.facts['document']} ngày {day(date.fromisoformat(str(asked.facts['date'])))}"
        if asked
        else "",
        "photos": ", ".join(photos.get(row.item, [])),
        "in_conflict": row.in_conflict,
    }


def _addressee(row: Inspection, history: Mapping[UUID, list[ViolationStep]], library: Library, now: datetime) -> str:
    """Whom the file goes to: as somebody wrote down when referring it, else who may sanction what was proposed."""
    steps = [step for each in history.values() for step in each]
    referred = next((step for step in reversed(steps) if step.step == Step.REFER), None)
    if referred is not None:
        return str(referred.facts.get("addressee") or "")
    authority, today = library.laws.authority, now.astimezone(VIETNAM).date()
    for code in filter(None, (proposed_rule(each) for each in history.values())):
        decree = authority.decree_of(code)
        if decree is not None:
            return authority.competence(row.agency_id, decree, today, code).refer_to
    return ""


def _fault(row: Violation) -> str:
    """What was found, as a statement: the checklist's question alone would say the opposite."""
    asked = row.title.rstrip(" .?")
    return f"Không đạt nội dung “{asked}”." + (f" Đã thấy: {row.observed.rstrip(' .')}." if row.observed else "")


def _rule(rule: PenaltyRule, library: Library) -> str:
    """Through the same door as every citation: what nobody read in the law is not printed as if it were."""
    number = library.laws.laws[rule.decree].number
    if rule.confidence is Confidence.VERIFIED:
        return f"{rule.clause} {number}"
    return citations.printed([{"at": rule.clause, "label": number, "confidence": str(rule.confidence)}])


def _photos(file: File, made: Made) -> Iterator[tuple[int, Photo]]:
    """In the numbers of the record, which are in the order of the checklists; each file once."""
    lines = [photo for section in file.sections for line in section.lines for photo in line.photos]
    found = {(photo.sha, photo.item): photo for photo in reversed((*file.photos, *lines))}
    named = enumerate(((str(head["sha"]), head["item"]) for head in made.photos), 1)
    yield from ((n, found[each]) for n, each in named if each in found)


def _photo(n: int, photo: Photo) -> Facts:
    place = photo.position
    where = f"{place.lat:.5f}, {place.lon:.5f}" if place else "không có vị trí"
    if place and place.accuracy is not None:
        where += f" (±{place.accuracy:.0f} m)"
    return {
        "n": n,
        "sha256": photo.sha,
        "item": photo.item,
        "by": photo.by,
        "at": f"{photo.at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}",
        "position": where,
        "source": "chọn từ thư viện ảnh" if photo.source == "picker" else "chụp trong ứng dụng",
    }


def _refusal(said: Said) -> Facts:
    witness = said.facts.get("witness") or {}
    return {
        "reason": str(said.facts.get("reason") or ""),
        "witness": str(witness.get("name") or ""),
        "witness_title": str(witness.get("title") or ""),
        "at": moment(said.at),
    }


def _signature(role: str, said: Said) -> Facts:
    return {
        "role": SIGNER.get(role, role),
        "is_subject": role == "subject",
        "name": str(said.facts.get("name") or said.by),
        "title": str(said.facts.get("title") or ""),
        "at": moment(said.at),
        "shown": str(said.facts.get("shown") or ""),
    }
