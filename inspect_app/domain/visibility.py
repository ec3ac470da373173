"""Which facts of a visit or a violation are visible to whom: the one table every look over an agency's border asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspect_app.domain.people import Actor, Role


class Relation(StrEnum):
    """How somebody stands to a visit or a violation of an agency."""

    OWNER = "owner"  # of the agency whose visit it is
    COORDINATOR = "coordinator"  # reads every agency
    TEAM = "team"  # has a seat in the visit, whichever agency sent them
    RECEIVER = "receiver"  # of the agency that was handed the case of this violation
    VISITOR = "visitor"  # in a team of another agency on its way to the same site
    PLANNER = "planner"  # plans visits of another agency
    OFFICE = "office"  # anybody else at the desk of another agency


class Fact(StrEnum):
    """What may be known of a visit."""

    DAYS = "days"  # that there is a visit: agency, kind, days, state
    NUMBER = "number"
    CONTENT = "content"  # the codes of its checklists
    COUNT = "count"  # how many items failed
    CASE = "case"  # answers, photos, papers, names: the whole file


class Part(StrEnum):
    """What may be known of a violation."""

    SHORT = "short"  # what was found, how grave, until when, whether it is still open, whose it is
    CASE = "case"  # the inspector's words, its photos, citations, the proposed rule, its papers and history
    SIBLINGS = "siblings"  # the other findings of the same visit
    PEOPLE = "people"  # who wrote it, who follows it up


_ALL = frozenset(Fact)
_NOTHING: frozenset[Fact] = frozenset()
_KNOWN = frozenset({Fact.DAYS, Fact.NUMBER, Fact.CONTENT})
_COUNTED = _KNOWN | {Fact.COUNT}

# State of the visit → what each relation may know of it; whoever is not named knows nothing. A visit ahead is told to
# those who plan, or nobody could keep the once-a-year rule; to nobody else, for it may be unannounced. Results are told
# beyond the own agency once a second person has approved them, and before that only to a team that stands at the door.
_AHEAD = {Relation.PLANNER: _KNOWN}
_UNDER_WAY = {Relation.PLANNER: _KNOWN, Relation.OFFICE: _KNOWN}
_SENT_IN = {**_UNDER_WAY, Relation.VISITOR: _COUNTED}
_DONE = {Relation.PLANNER: _COUNTED, Relation.OFFICE: _COUNTED, Relation.VISITOR: _COUNTED}
VISITS: Mapping[str, Mapping[Relation, frozenset[Fact]]] = {
    "assigned": _AHEAD,
    "in-progress": _UNDER_WAY,
    "returned": _UNDER_WAY,
    "submitted": _SENT_IN,
    "complete": _SENT_IN,
    "approved": _DONE,
    "cancelled": {},
}
# A receiver sees the one case it was handed and nothing else of the visit.
VIOLATIONS: Mapping[Relation, frozenset[Part]] = {
    Relation.OWNER: frozenset(Part),
    Relation.COORDINATOR: frozenset(Part),
    Relation.TEAM: frozenset(Part),
    Relation.RECEIVER: frozenset({Part.SHORT, Part.CASE}),
    Relation.VISITOR: frozenset({Part.SHORT}),
    Relation.PLANNER: frozenset({Part.SHORT}),
    Relation.OFFICE: frozenset({Part.SHORT}),
}
_INSIDE = frozenset({Relation.OWNER, Relation.COORDINATOR, Relation.TEAM})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as it matters here."""

    agency: str
    role: Role

    @classmethod
    def of(cls, actor: Actor) -> "Reader":
        return cls(actor.agency, actor.role)


def relation(reader: Reader, agency: str, *, in_team: bool = False, received: bool = False) -> Relation:
    """The closest relation the reader has to something of this agency."""
    if reader.agency == agency:
        return Relation.OWNER
    if reader.role is Role.COORDINATOR:
        return Relation.COORDINATOR
    if in_team:
        return Relation.TEAM
    if received:
        return Relation.RECEIVER
    return Relation.PLANNER if reader.role is Role.SUPERVISOR else Relation.OFFICE


def of_visit(related: Relation, state: str) -> frozenset[Fact]:
    """What this reader may know of a visit in this state; empty: not even that there is one."""
    return _ALL if related in _INSIDE else VISITS[state].get(related, _NOTHING)


def of_violation(related: Relation) -> frozenset[Part]:
    return VIOLATIONS[related]


def states_showing(fact: Fact, related: Relation) -> tuple[str, ...]:
    """The states of a visit in which this fact is told to this reader: what a query is narrowed to."""
    return tuple(state for state in VISITS if fact in of_visit(related, state))
