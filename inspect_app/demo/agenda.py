"""What the offices plan: a plan of the year and a campaign each, leave, a declared interest, a list that is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from inspect_app.demo.cast import Cast, demo_id
from inspect_app.demo.event import Event, at_desk, morning
from inspect_app.demo.plan import SITES, Visit
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.follow_lists import Every
from inspect_app.domain.overlap import Kind
from inspect_app.domain.people import Actor
from inspect_app.domain.planning import Column, PlanKind, PlanStep, Span
from inspect_app.services import availability, duplicates, follow_lists, organisations, plan_states, plans
from inspect_app.services.organisations import NewOrganisation
from inspect_app.services.plan_states import Decision
from inspect_app.services.plans import Changed, Wanted
from inspect_app.services.registry import Filter
from inspect_app.store.database import Tx

# Days before today on which it is done.
YEARLY, CAMPAIGN, KEPT, TWICE = 80, 12, 37, 20
RUNS = (36, 8)
CAMPAIGN_WEEKS = 6
# The visits that a plan led to, by their numbers: of the year, and of the campaign.
VISITS = (3, 7, 8, 10, 14, 15, 16, 18)
CAMPAIGN_VISITS = (17, 19)
# Sites nobody has sent a team to yet.
WAITING = {
    "thanh-tra": ("gen-13", "gen-15", "gen-16", "gen-20", "vln-01", "pc-01", "yt-01", "dl-01"),
    "so-xay-dung": ("ct-20", "ct-21", "ct-22", "ct-23", "ct-24", "gen-16", "kcn-21", "gen-12"),
    "bql-kcn": ("kcn-20", "kcn-21", "kcn-22", "ct-16", "ct-19", "gen-12", "gen-17", "gen-06"),
    "so-noi-vu": ("gen-01", "gen-02", "gen-06", "gen-07", "gen-09", "gen-11", "kcn-01", "kcn-06"),
}
CAMPAIGNS = {
    "thanh-tra": "Chiến dịch mỏ đá, vật liệu nổ mùa khô",
    "so-xay-dung": "Chiến dịch làm việc trên cao, thiết bị nâng",
    "bql-kcn": "Chiến dịch máy ép, khuôn dập trong khu công nghiệp",
    "so-noi-vu": "Chiến dịch huấn luyện, kiểm định trước cao điểm cuối năm",
}
AGAIN = NewOrganisation(
    "Cty TNHH XD Hồng Lam (giả định)", representative="Nguyễn Hữu Toàn", phone="0208 000 0001", invented=True
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a plan. starts: a day of its month or week; None: nobody has said when."""

    site: str
    kind: Kind
    state: Column = Column.SUGGESTED
    starts: date | None = None
    led: bool = False
    dropped: bool = False
    visit: UUID | None = None


def events(cast: Cast, programme: Sequence[Visit], now: datetime) -> Iterator[Event]:
    for agency in SITES:
        visits = [each for each in programme if each.agency == agency]
        yield from _year(cast, agency, visits, now)
        yield from _campaign(cast, agency, visits, now)
        yield from _people(cast, agency, now)
        yield from _list(cast.people[f"{agency}.supervisor"], now)
    yield _entered_again(cast, now)


def _year(cast: Cast, agency: str, visits: list[Visit], now: datetime) -> Iterator[Event]:
    today = local_day(now)
    decided, waiting = today - timedelta(days=YEARLY), WAITING[agency]
    wanted = Wanted(
        demo_id("plan", f"{agency}/year"),
        PlanKind.YEARLY,
        f"Kế hoạch kiểm tra năm {decided.year} (giả định)",
        decided.replace(month=1, day=1),
        decided.replace(month=12, day=31),
        "12/QĐ-KH",
        decided,
    )
    next_month = min(today + timedelta(weeks=4), wanted.last_day)
    kind = _kind(agency)
    lines = [
        *(_of_visit(each) for each in visits if each.number in VISITS and each.day.year == decided.year),
        _Line(waiting[0], kind, Column.PLANNED, next_month, led=True),
        _Line(waiting[1], kind, Column.PLANNED, next_month),
        _Line(waiting[2], kind),
        _Line(waiting[3], kind, dropped=True),
    ]
    yield from _plan(cast, agency, wanted, Span.MONTH, lines, morning(decided, 15), now)
    yield from _approval(cast, agency, wanted, morning(decided, 75))


def _campaign(cast: Cast, agency: str, visits: list[Visit], now: datetime) -> Iterator[Event]:
    today = local_day(now)
    monday, decided = today - timedelta(days=today.weekday()), today - timedelta(days=CAMPAIGN)
    waiting, kind = WAITING[agency], _kind(agency)
    wanted = Wanted(
        demo_id("plan", f"{agency}/campaign"),
        PlanKind.CAMPAIGN,
        f"{CAMPAIGNS[agency]} (giả định)",
        monday - timedelta(weeks=1),
        monday + timedelta(weeks=CAMPAIGN_WEEKS, days=-1),
        "31/QĐ-KH",
        decided,
    )
    lines = [
        *(_of_visit(each) for each in visits if each.number in CAMPAIGN_VISITS),
        _Line(waiting[4], kind, Column.PLANNED, monday + timedelta(weeks=2), led=True),
        _Line(waiting[5], kind, Column.PLANNED, monday + timedelta(weeks=3)),
        _Line(waiting[6], kind),
        _Line(waiting[7], kind),
    ]
    return _plan(cast, agency, wanted, Span.WEEK, lines, morning(decided, 25), now)


def _kind(agency: str) -> Kind:
    return Kind.INSPECTION if agency == "thanh-tra" else Kind.CHECK


def _of_visit(visit: Visit) -> _Line:
    return _Line(visit.site, visit.kind, Column.PLANNED, visit.day, visit=demo_id("inspection", visit.name))


def _plan(
    cast: Cast,
    agency: str,
    wanted: Wanted,
    span: Span,
    lines: Sequence[_Line],
    at: datetime,
    now: datetime,
) -> Iterator[Event]:
    supervisor, leader = cast.people[f"{agency}.supervisor"], cast.people[f"{agency}.leader"]

    def make(tx: Tx, moment: datetime) -> None:
        plans.create(tx, wanted, actor=supervisor, now=moment)
        for line in lines:
            row = plans.add_line(
                tx,
                wanted.id,
                _line_id(wanted, line),
                cast.sites[line.site].id,
                kind=line.kind,
                state=line.state,
                starts_on=line.starts,
                span=span,
                actor=supervisor,
                now=moment,
            )
            if line.led:
                led = Changed(leader=leader.id, days=2)
                plans.change_line(tx, row.id, led, version=row.version, actor=supervisor, now=moment)
            if line.dropped:
                plans.drop_line(tx, row.id, version=row.version, actor=supervisor, now=moment)

    def become_visits(tx: Tx, _: datetime) -> None:
        for line in lines:
            if line.visit is not None:
                plans.take_visit(tx, _line_id(wanted, line), line.visit, cast.sites[line.site].id)

    yield at_desk(supervisor, at, make)
    # By then all of them are assigned.
    yield at_desk(supervisor, now - timedelta(days=1), become_visits)


def _approval(cast: Cast, agency: str, wanted: Wanted, at: datetime) -> Iterator[Event]:
    """Where somebody besides the supervisor may: the campaigns and one office's plan stay drafts."""
    second = cast.people.get(f"{agency}.authority")
    if second is None:
        return

    def approve(tx: Tx, moment: datetime) -> None:
        row, decision = plans.get(tx, wanted.id), Decision(wanted.decision_no, wanted.decision_date)
        if row.state == "draft":
            step, version = PlanStep.APPROVE, row.version
            plan_states.take(tx, row.id, step, version=version, decision=decision, actor=second, now=moment)

    yield at_desk(second, at, approve)


def _line_id(wanted: Wanted, line: _Line) -> UUID:
    return demo_id("plan-line", f"{wanted.id}/{line.site}")


def _people(cast: Cast, agency: str, now: datetime) -> Iterator[Event]:
    """One of each office is away in ten days and has fewer days for visits; one has somebody to stay away from."""
    supervisor, away = cast.people[f"{agency}.supervisor"], cast.people[f"{agency}.inspector2"]
    first, last = (local_day(now) + timedelta(days=each) for each in (10, 14))

    def leave(tx: Tx, moment: datetime) -> None:
        reason = "Nghỉ phép năm (giả định)"
        availability.add_absence(tx, away.id, first, last, reason=reason, actor=supervisor, now=moment)
        availability.set_days(tx, away.id, 2, actor=supervisor, now=moment)

    yield at_desk(supervisor, now - timedelta(days=5), leave)
    if agency != "so-xay-dung":
        return
    concerned, firm = cast.people[f"{agency}.inspector1"], cast.organisations["nt-ba-be"].id

    def declare(tx: Tx, moment: datetime) -> None:
        reason = "Em trai là kế toán trưởng của công ty (giả định)"
        availability.declare(tx, concerned.id, firm, reason=reason, actor=supervisor, now=moment)

    yield at_desk(supervisor, now - timedelta(days=70), declare)


def _list(supervisor: Actor, now: datetime) -> Iterator[Event]:
    """Kept a while ago and noted since, so that it can be compared with how it stood before."""
    wanted = follow_lists.Wanted(
        demo_id("follow-list", supervisor.agency),
        "Nghiêm trọng, chưa khắc phục (giả định)",
        shared=True,
        every=Every.NONE,
        wanted=Filter(agency=supervisor.agency, severity=3, still_open=True),
    )

    def keep(tx: Tx, moment: datetime) -> None:
        follow_lists.keep(tx, wanted, actor=supervisor, now=moment)

    def note(tx: Tx, moment: datetime) -> None:
        follow_lists.note_now(tx, wanted.id, actor=supervisor, now=moment)

    yield at_desk(supervisor, now - timedelta(days=KEPT), keep)
    for days in RUNS:
        yield at_desk(supervisor, now - timedelta(days=days, minutes=-10), note)


def _entered_again(cast: Cast, now: datetime) -> Event:
    """A colleague did not find the contractor and entered it once more, shorter and without its tax code."""
    colleague = cast.people["so-noi-vu.supervisor"]

    def enter(tx: Tx, moment: datetime) -> None:
        organisations.register(
            tx, AGAIN, actor=colleague, now=moment, known_id=demo_id("organisation", "nt-hong-lam/again")
        )
        while duplicates.search(tx, now=moment):
            pass

    return at_desk(colleague, now - timedelta(days=TWICE), enter)
