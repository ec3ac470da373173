"""Who may know what of another agency's visits and violations: the whole table, row by row."""

import pytest

from inspect_app.domain.inspections import State
from inspect_app.domain.people import Role
from inspect_app.domain.visibility import (
    VIOLATIONS,
    VISITS,
    Fact,
    Part,
    Reader,
    Relation,
    of_violation,
    of_visit,
    relation,
    states_showing,
)

OURS, THEIRS = "so-xay-dung", "bql-kcn"
KNOWN = {"days", "number", "content"}


def test_every_state_and_every_relation_has_its_row() -> None:
    assert set(VISITS) == {str(each) for each in State}
    assert set(VIOLATIONS) == set(Relation)


@pytest.mark.parametrize(
    ("reader", "agency", "hints", "expected"),
    [
        (Reader(OURS, Role.INSPECTOR), OURS, {}, Relation.OWNER),
        (Reader(OURS, Role.SUPERVISOR), THEIRS, {}, Relation.PLANNER),
        (Reader(OURS, Role.LEADER), THEIRS, {}, Relation.OFFICE),
        (Reader(OURS, Role.ADMIN), THEIRS, {}, Relation.OFFICE),
        (Reader(OURS, Role.AUTHORITY), THEIRS, {"received": True}, Relation.RECEIVER),
        (Reader(OURS, Role.LEADER), THEIRS, {"in_team": True}, Relation.TEAM),
        (Reader(OURS, Role.SUPERVISOR), THEIRS, {"in_team": True, "received": True}, Relation.TEAM),
        (Reader("so-noi-vu", Role.COORDINATOR), THEIRS, {}, Relation.COORDINATOR),
        (Reader("so-noi-vu", Role.SUPERVISOR), THEIRS, {}, Relation.PLANNER),
    ],
)
def test_the_closest_relation_counts(reader: Reader, agency: str, hints: dict[str, bool], expected: Relation) -> None:
    assert relation(reader, agency, **hints) is expected


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("inside", [Relation.OWNER, Relation.COORDINATOR, Relation.TEAM])
def test_whoever_is_inside_knows_everything(inside: Relation, state: State) -> None:
    assert of_visit(inside, state) == set(Fact)


@pytest.mark.parametrize(
    ("state", "planner", "office", "visitor"),
    [
        ("assigned", KNOWN, set(), set()),
        ("in-progress", KNOWN, KNOWN, set()),
        ("returned", KNOWN, KNOWN, set()),
        ("submitted", KNOWN, KNOWN, KNOWN | {"count"}),
        ("complete", KNOWN, KNOWN, KNOWN | {"count"}),
        ("approved", KNOWN | {"count"}, KNOWN | {"count"}, KNOWN | {"count"}),
        ("cancelled", set(), set(), set()),
    ],
)
def test_what_another_agency_knows_of_a_visit(
    state: str, planner: set[str], office: set[str], visitor: set[str]
) -> None:
    assert {str(each) for each in of_visit(Relation.PLANNER, state)} == planner
    assert {str(each) for each in of_visit(Relation.OFFICE, state)} == office
    assert {str(each) for each in of_visit(Relation.VISITOR, state)} == visitor


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("outside", sorted(set(Relation) - {Relation.OWNER, Relation.COORDINATOR, Relation.TEAM}))
def test_nobody_outside_reads_the_file_of_a_visit(outside: Relation, state: State) -> None:
    assert Fact.CASE not in of_visit(outside, state)


def test_a_receiver_sees_its_case_and_not_the_rest_of_the_visit() -> None:
    assert of_violation(Relation.RECEIVER) == {Part.SHORT, Part.CASE}
    assert of_visit(Relation.RECEIVER, "approved") == set()


@pytest.mark.parametrize("outside", [Relation.VISITOR, Relation.PLANNER, Relation.OFFICE])
def test_other_agencies_know_a_violation_in_short_only(outside: Relation) -> None:
    assert of_violation(outside) == {Part.SHORT}


def test_a_query_is_narrowed_to_the_states_that_tell() -> None:
    assert set(states_showing(Fact.COUNT, Relation.VISITOR)) == {"submitted", "complete", "approved"}
    assert states_showing(Fact.DAYS, Relation.OFFICE) == (
        "in-progress",
        "returned",
        "submitted",
        "complete",
        "approved",
    )
