"""How the findings went on: a path of steps on each track, taken by the people who may take them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random

from inspect_app.demo.visit import Finding
from inspect_app.domain.authority import Answer
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.laws import Laws
from inspect_app.domain.penalties import Offender
from inspect_app.domain.people import Actor, Role
from inspect_app.domain.violations import (
    TABLES,
    Facts,
    Kind,
    Need,
    Remedy,
    Sanction,
    Status,
    Step,
    Stop,
    Track,
)

S = Step
# Every state of the remedy track has its path; the usual ones come more often.
REMEDY_PATHS: tuple[tuple[Step, ...], ...] = (
    (S.REQUEST_REMEDY,),
    (S.REQUEST_REMEDY, S.ACKNOWLEDGE),
    (S.REQUEST_REMEDY, S.RECEIVE_REPORT, S.ACCEPT_REPORT, S.CLOSE),
    (S.REQUEST_REMEDY, S.ACKNOWLEDGE, S.RECEIVE_REPORT),
    (),
    (S.REQUEST_REMEDY, S.ACKNOWLEDGE, S.RECEIVE_REPORT, S.SCHEDULE_REINSPECTION),
    (S.REQUEST_REMEDY, S.EXTEND),
    (S.REQUEST_REMEDY, S.SCHEDULE_REINSPECTION, S.FOUND_REMEDIED),
    (S.REQUEST_REMEDY, S.ACKNOWLEDGE, S.RECEIVE_REPORT, S.SCHEDULE_REINSPECTION, S.FOUND_REMEDIED, S.CLOSE),
    (S.REQUEST_REMEDY, S.SCHEDULE_REINSPECTION, S.FOUND_PARTLY),
    (S.REQUEST_REMEDY,),
    (S.REQUEST_REMEDY, S.SCHEDULE_REINSPECTION, S.FOUND_NOT),
    (S.REQUEST_REMEDY, S.RECEIVE_REPORT, S.ACCEPT_REPORT, S.CLOSE),
    (S.CANCEL,),
    (S.REQUEST_REMEDY, S.SCHEDULE_REINSPECTION, S.FOUND_NOT, S.REQUEST_REMEDY),
)
_PROPOSED = (S.PROPOSE_SANCTION,)
_DRAWN = (*_PROPOSED, S.DRAW_RECORD)
_DECIDED = (*_DRAWN, S.DECIDE)
_EXECUTING = (*_DECIDED, S.BEGIN_EXECUTION)
SANCTION_PATHS: tuple[tuple[Step, ...], ...] = (
    (),
    _PROPOSED,
    _DRAWN,
    (),
    (*_EXECUTING, S.EXECUTE, S.END_SANCTION),
    (*_DRAWN, S.HEAR_EXPLANATION),
    _DECIDED,
    (),
    _EXECUTING,
    (*_EXECUTING, S.EXECUTE),
    (*_EXECUTING, S.ENFORCE),
    (*_EXECUTING, S.REDUCE),
    (*_DRAWN, S.NOT_SANCTION),
    (),
    (*_PROPOSED, S.REFER),
    (*_DRAWN, S.TIME_BAR),
    (*_PROPOSED, S.REFER_CRIMINAL),
)
# Who may not sanction hands the file over.
REFERRING_PATHS: tuple[tuple[Step, ...], ...] = (
    (),
    (*_PROPOSED, S.REFER),
    (),
    _PROPOSED,
    (*_PROPOSED, S.REFER, S.DRAW_RECORD),
)
HANDING_ON = (*_PROPOSED, S.REFER)
STOP_PATHS: dict[Stop, tuple[tuple[Step, ...], ...]] = {
    Stop.STOP_DEMANDED: ((), (S.PROPOSE_SUSPENSION,), (), (S.PROPOSE_SUSPENSION, S.DECIDE_SUSPENSION, S.RESUME)),
    Stop.SUSPENSION_PROPOSED: ((S.DECIDE_SUSPENSION,), (), (S.DECIDE_SUSPENSION, S.RESUME)),
    Stop.NONE: ((),),
}
# A finding that waits longer than this has been asked about.
UNTOUCHED = timedelta(days=14)
REASONS = {
    Step.CANCEL: "Ghi trùng với tồn tại khác trong cùng biên bản.",
    Step.CLOSE: "Đã khắc phục đầy đủ, có hồ sơ chứng minh.",
    Step.ACCEPT_REPORT: "Hồ sơ và ảnh khắc phục đầy đủ, rõ ràng.",
    Step.EXTEND: "Thiết bị thay thế đang nhập, có hợp đồng kèm theo.",
    Step.FOUND_REMEDIED: "Phúc tra tại chỗ: đã khắc phục.",
    Step.FOUND_PARTLY: "Phúc tra tại chỗ: mới khắc phục được một phần.",
    Step.FOUND_NOT: "Phúc tra tại chỗ: chưa khắc phục.",
    Step.PROPOSE_SUSPENSION: "Nguy cơ trực tiếp đe dọa tính mạng người lao động.",
    Step.RESUME: "Đã loại bỏ nguy cơ, có biên bản kiểm tra lại.",
    Step.NOT_SANCTION: "Không đủ căn cứ xác định hành vi vi phạm.",
    Step.TIME_BAR: "Hành vi kết thúc đã lâu, quá thời hiệu xử phạt.",
    Step.REFER_CRIMINAL: "Có dấu hiệu giả mạo giấy tờ, tài liệu.",
    Step.REDUCE: "Doanh nghiệp bị thiệt hại do thiên tai, có xác nhận.",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A step to be taken: when, by whom, and what is said with it."""

    step: Step
    at: datetime
    actor: Actor
    facts: Facts


class Paths:
    """Deals the paths out in turn, so that every state of every track occurs."""

    def __init__(self, rng: Random, laws: Laws) -> None:
        self._rng, self._laws = rng, laws
        self._agency = ""
        self._remedy: Iterator[tuple[Step, ...]] = cycle(REMEDY_PATHS)
        self._sanction: Iterator[tuple[Step, ...]] = cycle(SANCTION_PATHS)
        self._referring: Iterator[tuple[Step, ...]] = cycle(REFERRING_PATHS)
        self._stops = {start: cycle(paths) for start, paths in STOP_PATHS.items()}
        self._papers = 100
        self._signatory = ""

    def of(
        self,
        agency: str,
        finding: Finding,
        staff: dict[Role, list[Actor]],
        *,
        begin: datetime,
        end: datetime,
        hands_on: bool = False,
    ) -> list[Taken]:
        """The steps of one finding between `begin` and `end`, in the order of time."""
        may_sanction = Role.AUTHORITY in staff
        self._agency = agency
        self._signatory = staff[Role.AUTHORITY][0].name if may_sanction else ""
        sanctions: tuple[Step, ...] = ()
        if finding.kind is Kind.VIOLATION and finding.rules:
            is_competent = self._is_competent(agency, finding.rules[0], local_day(begin))
            may_wait = is_competent or not hands_on
            sanctions = next(self._sanction if is_competent else self._referring) if may_wait else HANDING_ON
        advice = finding.kind is Kind.ADVICE
        remedy = (S.CLOSE_ADVICE,) if advice and self._rng.random() < 0.6 else next(self._remedy)
        if not remedy and end - begin > UNTOUCHED:
            remedy = next(self._remedy)
        stops = next(self._stops[finding.stop]) if may_sanction else next(self._stops[finding.stop])[:1]
        starts: dict[Track, Status] = {
            Track.REMEDY: Remedy.RECORDED,
            Track.SANCTION: Sanction.NONE,
            Track.STOP: finding.stop,
        }
        taken: list[Taken] = []
        for track, path in zip(Track, (remedy, sanctions, stops), strict=True):
            taken += self._walk(track, starts[track], path, finding, staff, begin, end)
        return sorted(taken, key=lambda each: each.at)

    def _walk(
        self,
        track: Track,
        status: Status,
        path: tuple[Step, ...],
        finding: Finding,
        staff: dict[Role, list[Actor]],
        begin: datetime,
        end: datetime,
    ) -> Iterator[Taken]:
        # Some files move quickly, others take all the time there is.
        gap = (end - begin) / (len(path) + 1) * self._rng.uniform(0.35, 1.0)
        at = begin
        deadline = begin.date()
        for step in path:
            rule = TABLES[track].get((status, step))
            able = [actor for role in rule.roles for actor in staff.get(role, [])] if rule else []
            if rule is None or not able:
                return
            at += gap * self._rng.uniform(0.7, 1.0)
            facts = self._facts(step, rule.needs, at, finding, max(deadline, self._due(end)))
            deadline = facts.deadline or deadline
            # The office acts where it may: a finding is not closed by its own author.
            actor = max(able, key=lambda each: each.role in {Role.SUPERVISOR, Role.AUTHORITY})
            yield Taken(step, at, actor, facts)
            status = rule.after

    def _facts(self, step: Step, needs: frozenset[Need], at: datetime, finding: Finding, deadline: date) -> Facts:
        day = local_day(at)
        self._papers += Need.DOCUMENT in needs
        kind = {Step.DRAW_RECORD: "BB-VPHC", Step.DECIDE: "QĐ-XPHC", Step.DECIDE_SUSPENSION: "QĐ-ĐC"}.get(step, "CV")
        span = max(3, finding.remedy_days) + self._rng.randint(0, 8)
        return Facts(
            document=f"{self._papers}/{kind}" if Need.DOCUMENT in needs else "",
            date=self._date(step, day) if Need.DATE in needs else None,
            deadline=max(day, deadline) + timedelta(days=span) if Need.DEADLINE in needs else None,
            amount=self._amount(finding) if Need.AMOUNT in needs else None,
            addressee=self._addressee(step, finding, day) if Need.ADDRESSEE in needs else "",
            reason=REASONS.get(step, "Theo hồ sơ kiểm tra.") if Need.REASON in needs else "",
            rule=finding.rules[0] if Need.RULE in needs else "",
            signatory=self._signatory if Need.SIGNATORY in needs else "",
            extent="Khu vực và thiết bị có nguy cơ, đến khi loại bỏ nguy cơ" if Need.EXTENT in needs else "",
        )

    def _is_competent(self, agency: str, rule: str, on: date) -> bool:
        """May draw the record and decide by itself, up to the top of the range."""
        authority = self._laws.authority
        found = authority.competence(agency, authority.decree_of(rule) or "", on, rule)
        return found.enough and Answer.YES is found.record.answer is found.sanction.answer

    def _addressee(self, step: Step, finding: Finding, on: date) -> str:
        """Criminal signs go to the investigators, the rest to who may handle the file under the decree."""
        if step is Step.REFER_CRIMINAL:
            return "Cơ quan Cảnh sát điều tra Công an tỉnh Thái Nguyên"
        authority, rule = self._laws.authority, finding.rules[0] if finding.rules else ""
        return authority.competence(self._agency, authority.decree_of(rule) or "", on, rule).refer_to

    def _amount(self, finding: Finding) -> int:
        """The least an organisation is fined for it."""
        found = self._laws.penalties[finding.rules[0]].fine(Offender.ORGANISATION)
        return found[0] if found else 15_000_000

    def _due(self, end: datetime) -> date:
        """Half of the deadlines lie about today, so that a list of what falls due has something to show."""
        return local_day(end) - timedelta(days=self._rng.randint(0, 5)) if self._rng.random() < 0.5 else date.min

    def _date(self, step: Step, day: date) -> date:
        return day + timedelta(days=self._rng.randint(2, 6)) if step is Step.SCHEDULE_REINSPECTION else day
