"""The three tracks of a violation: remedy, sanction and stop-work. Each is a table of steps and one function.

The tracks are independent and never squeezed into one status. Nothing here happens by itself: every step is taken
by a person, and a stop is only ever demanded, proposed, or recorded as the decision of somebody with the power.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - "date" is a field of Facts
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID, uuid5

from inspect_app.domain.deadlines import check_extension
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role

# Fixed for ever: deriving the same failing item again must find the same row, on every server.
NAMESPACE = UUID("6f1c1f0e-6a2c-5d0b-9f43-3b1f7c2a9e51")
# No fine of any decree comes near; more is a slip of the finger.
GREATEST_FINE_VND = 10_000_000_000


class Kind(StrEnum):
    """What the finding is: khuyến nghị, tồn tại, hành vi vi phạm."""

    ADVICE = "advice"
    SHORTCOMING = "shortcoming"
    VIOLATION = "violation"


class Track(StrEnum):
    REMEDY = "remedy"
    SANCTION = "sanction"
    STOP = "stop"


class Remedy(StrEnum):
    """Khắc phục: what has become of the finding itself."""

    AWAITING_LEADER = "awaiting-leader"
    RECORDED = "recorded"
    REMEDY_REQUESTED = "remedy-requested"
    REMEDYING = "remedying"
    REPORTED = "reported"
    AWAITING_REINSPECTION = "awaiting-reinspection"
    REMEDIED = "remedied"
    PARTLY_REMEDIED = "partly-remedied"
    NOT_REMEDIED = "not-remedied"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Sanction(StrEnum):
    """Xử lý vi phạm hành chính."""

    NONE = "none"
    PROPOSED = "proposed"
    REFERRED = "referred"
    RECORD_DRAWN = "record-drawn"
    EXPLANATION = "explanation"
    DECIDED = "decided"
    EXECUTING = "executing"
    EXECUTED = "executed"
    ENFORCED = "enforced"
    REDUCED = "reduced"
    ENDED = "ended"
    NO_SANCTION = "no-sanction"
    TIME_BARRED = "time-barred"
    CRIMINAL = "criminal"


class Stop(StrEnum):
    """Dừng, đình chỉ. Only SUSPENSION_DECIDED stops anything, and a person decided it."""

    NONE = "none"
    STOP_DEMANDED = "stop-demanded"
    SUSPENSION_PROPOSED = "suspension-proposed"
    SUSPENSION_DECIDED = "suspension-decided"
    RESUMED = "resumed"


Status: TypeAlias = Remedy | Sanction | Stop

CLOSED_REMEDY = frozenset({Remedy.CLOSED, Remedy.CANCELLED})
OPEN_REMEDY = frozenset(Remedy) - CLOSED_REMEDY
CLOSED_SANCTION = frozenset(
    {Sanction.NONE, Sanction.ENDED, Sanction.NO_SANCTION, Sanction.TIME_BARRED, Sanction.CRIMINAL}
)
OPEN_SANCTION = frozenset(Sanction) - CLOSED_SANCTION
OPEN_STOP = frozenset({Stop.STOP_DEMANDED, Stop.SUSPENSION_PROPOSED, Stop.SUSPENSION_DECIDED})


class Step(StrEnum):
    # remedy
    CONFIRM = "confirm"
    REQUEST_REMEDY = "request-remedy"
    ACKNOWLEDGE = "acknowledge"
    EXTEND = "extend"
    RECEIVE_REPORT = "receive-report"
    ACCEPT_REPORT = "accept-report"
    ASK_AGAIN = "ask-again"
    SCHEDULE_REINSPECTION = "schedule-reinspection"
    FOUND_REMEDIED = "found-remedied"
    FOUND_PARTLY = "found-partly"
    FOUND_NOT = "found-not"
    CLOSE = "close"
    CLOSE_ADVICE = "close-advice"
    CLOSE_UNREMEDIED = "close-unremedied"
    CANCEL = "cancel"
    # sanction
    PROPOSE_SANCTION = "propose-sanction"
    REFER = "refer"
    DRAW_RECORD = "draw-record"
    HEAR_EXPLANATION = "hear-explanation"
    DECIDE = "decide"
    BEGIN_EXECUTION = "begin-execution"
    EXECUTE = "execute"
    ENFORCE = "enforce"
    REDUCE = "reduce"
    END_SANCTION = "end-sanction"
    NOT_SANCTION = "not-sanction"
    TIME_BAR = "time-bar"
    REFER_CRIMINAL = "refer-criminal"
    # stop
    DEMAND_STOP = "demand-stop"
    PROPOSE_SUSPENSION = "propose-suspension"
    DECIDE_SUSPENSION = "decide-suspension"
    RESUME = "resume"


class Need(StrEnum):
    """A fact a step cannot be taken without."""

    DOCUMENT = "document"  # số, ký hiệu of the paper
    DATE = "date"  # of the paper, or of what is recorded
    DEADLINE = "deadline"
    AMOUNT = "amount"  # đồng; 0 for a warning
    ADDRESSEE = "addressee"  # who receives the file
    REASON = "reason"
    RULE = "rule"  # the penalty rule that is proposed
    SIGNATORY = "signatory"
    EXTENT = "extent"  # what exactly is stopped, until when
    ENDED = "ended"  # the day the conduct ended, when it is not still going on


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said with a step."""

    document: str = ""
    date: Day | None = None
    deadline: Day | None = None
    amount: int | None = None
    addressee: str = ""
    reason: str = ""
    rule: str = ""
    signatory: str = ""
    extent: str = ""
    ended: Day | None = None

    def has(self, need: Need) -> bool:
        value = getattr(self, need.value)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def plain(self) -> dict[str, str | int]:
        """The given facts as plain JSON, for the history and the audit."""
        told: dict[str, str | int] = {}
        for need in Need:
            if self.has(need):
                value = getattr(self, need.value)
                told[need.value] = value if isinstance(value, int) else str(value).strip()
        return told


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table: where the step leads, who may take it, and what must be said with it."""

    after: Status
    roles: frozenset[Role]
    needs: frozenset[Need] = frozenset()
    may: frozenset[Need] = frozenset()  # facts that are asked for and may be left open
    ends: bool = False  # closes the finding: not for its author
    only: Kind | None = None


TEAM = frozenset({Role.INSPECTOR, Role.LEADER})
OFFICE = frozenset({Role.SUPERVISOR, Role.AUTHORITY})
LEADING = frozenset({Role.LEADER, Role.SUPERVISOR})
ANY = TEAM | OFFICE
HEAD = frozenset({Role.AUTHORITY})

PAPER = frozenset({Need.DOCUMENT, Need.DATE})
REASON = frozenset({Need.REASON})

# Before the request is answered, and while it is: what may still turn out to be no finding at all.
_CANCELLABLE = (
    Remedy.AWAITING_LEADER,
    Remedy.RECORDED,
    Remedy.REMEDY_REQUESTED,
    Remedy.REMEDYING,
    Remedy.REPORTED,
    Remedy.AWAITING_REINSPECTION,
    Remedy.PARTLY_REMEDIED,
    Remedy.NOT_REMEDIED,
)
_REQUEST = Rule(Remedy.REMEDY_REQUESTED, OFFICE, PAPER | {Need.DEADLINE})
_EXTEND = Rule(Remedy.REMEDYING, OFFICE, frozenset({Need.DEADLINE, Need.REASON}))
_REPORT = Rule(Remedy.REPORTED, ANY, frozenset({Need.DATE}))
_SCHEDULE = Rule(Remedy.AWAITING_REINSPECTION, LEADING, frozenset({Need.DATE}))
_FOUND = frozenset({Need.DATE, Need.REASON})
_GIVE_UP = Rule(Remedy.CLOSED, HEAD, PAPER | REASON, ends=True)

# The whole state machine of each track. A pair that is not here is not allowed.
REMEDY: Mapping[tuple[Status, Step], Rule] = {
    (Remedy.AWAITING_LEADER, Step.CONFIRM): Rule(Remedy.RECORDED, frozenset({Role.LEADER}), REASON),
    (Remedy.RECORDED, Step.REQUEST_REMEDY): _REQUEST,
    (Remedy.RECORDED, Step.CLOSE_ADVICE): Rule(Remedy.CLOSED, OFFICE, REASON, ends=True, only=Kind.ADVICE),
    (Remedy.REMEDY_REQUESTED, Step.ACKNOWLEDGE): Rule(Remedy.REMEDYING, ANY, frozenset({Need.DATE})),
    (Remedy.REMEDY_REQUESTED, Step.EXTEND): _EXTEND,
    (Remedy.REMEDYING, Step.EXTEND): _EXTEND,
    (Remedy.REMEDY_REQUESTED, Step.RECEIVE_REPORT): _REPORT,
    (Remedy.REMEDYING, Step.RECEIVE_REPORT): _REPORT,
    (Remedy.REMEDY_REQUESTED, Step.SCHEDULE_REINSPECTION): _SCHEDULE,
    (Remedy.REMEDYING, Step.SCHEDULE_REINSPECTION): _SCHEDULE,
    (Remedy.REPORTED, Step.SCHEDULE_REINSPECTION): _SCHEDULE,
    (Remedy.REPORTED, Step.ACCEPT_REPORT): Rule(Remedy.REMEDIED, OFFICE, REASON),
    (Remedy.REPORTED, Step.ASK_AGAIN): Rule(Remedy.REMEDYING, OFFICE, REASON),
    (Remedy.AWAITING_REINSPECTION, Step.FOUND_REMEDIED): Rule(Remedy.REMEDIED, ANY, _FOUND),
    (Remedy.AWAITING_REINSPECTION, Step.FOUND_PARTLY): Rule(Remedy.PARTLY_REMEDIED, ANY, _FOUND),
    (Remedy.AWAITING_REINSPECTION, Step.FOUND_NOT): Rule(Remedy.NOT_REMEDIED, ANY, _FOUND),
    (Remedy.REMEDIED, Step.CLOSE): Rule(Remedy.CLOSED, OFFICE, REASON, ends=True),
    (Remedy.PARTLY_REMEDIED, Step.REQUEST_REMEDY): _REQUEST,
    (Remedy.NOT_REMEDIED, Step.REQUEST_REMEDY): _REQUEST,
    (Remedy.PARTLY_REMEDIED, Step.CLOSE_UNREMEDIED): _GIVE_UP,
    (Remedy.NOT_REMEDIED, Step.CLOSE_UNREMEDIED): _GIVE_UP,
    **{(status, Step.CANCEL): Rule(Remedy.CANCELLED, OFFICE, REASON, ends=True) for status in _CANCELLABLE},
}

_REFER = Rule(Sanction.REFERRED, OFFICE, PAPER | {Need.ADDRESSEE})
_DECIDE = Rule(Sanction.DECIDED, HEAD, PAPER | {Need.AMOUNT, Need.SIGNATORY})
_UNDECIDED = (Sanction.PROPOSED, Sanction.REFERRED, Sanction.RECORD_DRAWN, Sanction.EXPLANATION)

SANCTION: Mapping[tuple[Status, Step], Rule] = {
    (Sanction.NONE, Step.PROPOSE_SANCTION): Rule(
        Sanction.PROPOSED, ANY, frozenset({Need.RULE}), frozenset({Need.ENDED})
    ),
    (Sanction.PROPOSED, Step.REFER): _REFER,
    (Sanction.PROPOSED, Step.DRAW_RECORD): Rule(Sanction.RECORD_DRAWN, ANY, PAPER),
    (Sanction.REFERRED, Step.DRAW_RECORD): Rule(Sanction.RECORD_DRAWN, OFFICE, PAPER),  # told by the addressee
    (Sanction.RECORD_DRAWN, Step.HEAR_EXPLANATION): Rule(Sanction.EXPLANATION, ANY, frozenset({Need.DATE})),
    (Sanction.RECORD_DRAWN, Step.REFER): _REFER,  # drawn by us, decided by somebody with more power
    (Sanction.EXPLANATION, Step.REFER): _REFER,
    (Sanction.RECORD_DRAWN, Step.DECIDE): _DECIDE,
    (Sanction.EXPLANATION, Step.DECIDE): _DECIDE,
    (Sanction.REFERRED, Step.DECIDE): _DECIDE,
    (Sanction.DECIDED, Step.BEGIN_EXECUTION): Rule(Sanction.EXECUTING, OFFICE, frozenset({Need.DATE})),
    (Sanction.EXECUTING, Step.EXECUTE): Rule(Sanction.EXECUTED, OFFICE, frozenset({Need.DATE})),
    (Sanction.EXECUTING, Step.ENFORCE): Rule(Sanction.ENFORCED, HEAD, PAPER),
    (Sanction.EXECUTING, Step.REDUCE): Rule(Sanction.REDUCED, HEAD, PAPER | REASON),
    (Sanction.EXECUTED, Step.END_SANCTION): Rule(Sanction.ENDED, OFFICE, frozenset({Need.DATE})),
    (Sanction.ENFORCED, Step.END_SANCTION): Rule(Sanction.ENDED, OFFICE, frozenset({Need.DATE})),
    (Sanction.REDUCED, Step.END_SANCTION): Rule(Sanction.ENDED, OFFICE, frozenset({Need.DATE})),
    **{(status, Step.NOT_SANCTION): Rule(Sanction.NO_SANCTION, HEAD, REASON) for status in _UNDECIDED},
    **{(status, Step.TIME_BAR): Rule(Sanction.TIME_BARRED, HEAD, REASON) for status in _UNDECIDED},
    **{
        (status, Step.REFER_CRIMINAL): Rule(Sanction.CRIMINAL, HEAD, PAPER | {Need.ADDRESSEE, Need.REASON})
        for status in _UNDECIDED
    },
}

_PROPOSE_SUSPENSION = Rule(Stop.SUSPENSION_PROPOSED, ANY, frozenset({Need.EXTENT, Need.REASON}))

STOP: Mapping[tuple[Status, Step], Rule] = {
    (Stop.NONE, Step.DEMAND_STOP): Rule(Stop.STOP_DEMANDED, TEAM, frozenset({Need.DATE, Need.EXTENT})),
    (Stop.NONE, Step.PROPOSE_SUSPENSION): _PROPOSE_SUSPENSION,
    (Stop.STOP_DEMANDED, Step.PROPOSE_SUSPENSION): _PROPOSE_SUSPENSION,
    (Stop.SUSPENSION_PROPOSED, Step.DECIDE_SUSPENSION): Rule(
        Stop.SUSPENSION_DECIDED, HEAD, PAPER | {Need.SIGNATORY, Need.EXTENT}
    ),
    (Stop.SUSPENSION_DECIDED, Step.RESUME): Rule(Stop.RESUMED, HEAD, PAPER | REASON),
}

TABLES: Mapping[Track, Mapping[tuple[Status, Step], Rule]] = {
    Track.REMEDY: REMEDY,
    Track.SANCTION: SANCTION,
    Track.STOP: STOP,
}
TRACK_OF: Mapping[Step, Track] = {step: track for track, table in TABLES.items() for _, step in table}


@dataclass(frozen=True, slots=True)
class Statuses:
    """Where a violation stands on its three tracks."""

    remedy: Remedy
    sanction: Sanction = Sanction.NONE
    stop: Stop = Stop.NONE

    def on(self, track: Track) -> Status:
        standing: Mapping[Track, Status] = {
            Track.REMEDY: self.remedy,
            Track.SANCTION: self.sanction,
            Track.STOP: self.stop,
        }
        return standing[track]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision about a step looks at."""

    statuses: Statuses
    kind: Kind
    agency: str
    author: UUID
    found_on: Day
    deadline: Day | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A step that was taken: one row of the history."""

    track: Track
    step: Step
    before: Status
    after: Status
    facts: Facts
    actor: UUID


def violation_id(inspection: UUID, item: str) -> UUID:
    """The one id a failing item of an inspection can have."""
    return uuid5(NAMESPACE, f"{inspection}/{item}")


def default_kind(*, has_penalties: bool) -> Kind:
    """What a failing item is when the inspector did not say: a violation where a penalty rule may apply."""
    return Kind.VIOLATION if has_penalties else Kind.SHORTCOMING


def start_statuses(*, signed: bool, stop_demanded: bool = False, stop_proposed: bool = False) -> Statuses:
    """Where a violation begins. signed: the leader or the other side signed, or a refusal was witnessed."""
    stop = Stop.SUSPENSION_PROPOSED if stop_proposed else Stop.STOP_DEMANDED if stop_demanded else Stop.NONE
    return Statuses(Remedy.RECORDED if signed else Remedy.AWAITING_LEADER, Sanction.NONE, stop)


def lawful_steps(standing: Standing) -> list[tuple[Step, Rule]]:
    """The steps the tables know from here, in the order they are usually taken."""
    return [
        (step, rule)
        for track in Track
        for (status, step), rule in TABLES[track].items()
        if status == standing.statuses.on(track) and rule.only in {None, standing.kind}
    ]


def steps_for(standing: Standing, actor: Actor) -> list[tuple[Step, Rule]]:
    """The lawful steps this person may take."""
    return [(step, rule) for step, rule in lawful_steps(standing) if refusal(standing, step, rule, actor) is None]


# What is offered first, wherever a track stands: onward to the end. The rest is there, but not pressed upon anyone.
_ONWARD = (
    Step.DECIDE_SUSPENSION,
    Step.CONFIRM,
    Step.REQUEST_REMEDY,
    Step.RECEIVE_REPORT,
    Step.ACCEPT_REPORT,
    Step.FOUND_REMEDIED,
    Step.CLOSE,
    Step.CLOSE_ADVICE,
    Step.DRAW_RECORD,
    Step.DECIDE,
    Step.REFER,
    Step.BEGIN_EXECUTION,
    Step.EXECUTE,
    Step.END_SANCTION,
    Step.RESUME,
)


def primary(mine: Iterable[tuple[Step, Rule]]) -> Step | None:
    """The one step to offer first among those a person may take; None when none leads onward."""
    steps = {step for step, _ in mine}
    return next((step for step in _ONWARD if step in steps), None)


def refusal(standing: Standing, step: Step, rule: Rule, actor: Actor) -> RuleBroken | None:
    """Why this person may not take the step; None when nothing stands against it."""
    if actor.agency != standing.agency:
        return RuleBroken("other-agency", step=step.value, agency=standing.agency)
    if actor.role not in rule.roles:
        return RuleBroken("step-not-allowed", step=step.value, needs=sorted(role.value for role in rule.roles))
    if rule.ends and actor.id == standing.author:
        return RuleBroken("author-may-not-close", step=step.value)
    return None


def move(standing: Standing, step: Step, facts: Facts, *, actor: Actor, today: Day) -> Moved:
    """Decide one step. Reads nothing, writes nothing.

    RuleBroken: wrong-step, other-agency, step-not-allowed, author-may-not-close, facts-missing, date-in-future,
    date-before-finding, deadline-before-document, deadline-not-later, deadline-too-far, amount-out-of-range.
    """
    track = TRACK_OF[step]
    before = standing.statuses.on(track)
    rule = TABLES[track].get((before, step))
    if rule is None or rule.only not in {None, standing.kind}:
        raise RuleBroken("wrong-step", step=step.value, track=track.value, status=before.value)
    broken = refusal(standing, step, rule, actor)
    if broken is not None:
        raise broken
    missing = missing_facts(rule, facts)
    if missing:
        raise RuleBroken("facts-missing", step=step.value, missing=missing)
    _check_facts(standing, step, facts, today)
    return Moved(track, step, before, rule.after, facts, actor.id)


def missing_facts(rule: Rule, facts: Facts) -> list[str]:
    """The names of the facts still to be said, in the order of the form."""
    return [need.value for need in Need if need in rule.needs and not facts.has(need)]


# A visit is planned for a day to come; everything else that is dated has happened.
_AHEAD = frozenset({Step.SCHEDULE_REINSPECTION})


def _check_facts(standing: Standing, step: Step, facts: Facts, today: Day) -> None:
    if facts.date is not None:
        if facts.date > today and step not in _AHEAD:
            raise RuleBroken("date-in-future", date=facts.date.isoformat())
        if facts.date < standing.found_on:
            raise RuleBroken("date-before-finding", date=facts.date.isoformat(), found_on=standing.found_on.isoformat())
    if facts.ended is not None and facts.ended > today:
        raise RuleBroken("date-in-future", date=facts.ended.isoformat())
    if facts.amount is not None and not 0 <= facts.amount <= GREATEST_FINE_VND:
        raise RuleBroken("amount-out-of-range", amount=facts.amount, most=GREATEST_FINE_VND)
    if facts.deadline is not None:
        check_extension(
            standing.deadline if step is Step.EXTEND else None,
            facts.deadline,
            not_before=facts.date or standing.found_on,
        )
