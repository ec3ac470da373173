"""A slice of `make faults`: some worlds, the same ones again, and three mutants that must be noticed."""

from collections.abc import Iterator

import pytest

from tests.simulation import mutants, shows_in
from tests.simulation.score import Score
from tests.simulation.team import Team

pytestmark = pytest.mark.process

WORLDS = range(1, 5)  # one of each leaning


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    with Team(2) as here:
        yield here


def test_nothing_is_lost_doubled_altered_or_leaked(team: Team) -> None:
    score = Score()
    for played in team.play((seed, "") for seed in WORLDS):
        assert played.breaches == [], f"again: .venv/bin/python -m tests.simulation --world {played.seed}"
        score.add(played)
    assert score.faulted > 200
    assert score.operations > 200
    assert score.photos > 20


def test_the_same_seed_gives_the_same_run(team: Team) -> None:
    first, second = team.play([(2, ""), (2, "")])
    with Team(1) as elsewhere:
        (third,) = elsewhere.play([(2, "")])
    assert first.digest == second.digest == third.digest


@pytest.mark.parametrize("name", ["blind-append", "no-agency-filter", "trusts-the-greatest-number"])
def test_a_mutant_is_noticed(team: Team, name: str) -> None:
    assert name in mutants.ALL
    noticed = team.until_caught(name, WORLDS)
    assert noticed is not None


def test_every_mutant_begins_where_it_is_known_to_show() -> None:
    assert shows_in.SHOWS_IN.keys() <= set(mutants.ALL)
    assert shows_in.worlds_for("last-writer-wins", range(1, 6)) == [3, 1, 2, 4, 5]
    assert shows_in.worlds_for("no-dedupe", range(1, 4)) == [1, 2, 3]


def test_an_unknown_mutant_says_so() -> None:
    with pytest.raises(AssertionError, match="there is no mutant"), mutants.infected("unknown"):
        pass


def test_the_last_line() -> None:
    score = Score(sessions=7, faulted=3, operations=20, photos=2, mutants={"a": True, "b": False})
    score.breaches["lost"] = 1
    assert score.line == (
        "faults: 7 sessions, 3 faulted, 20 operations, 2 photos: 1 lost, 0 duplicated, 0 altered, 0 leaked; mutants 1/2"
    )
    assert not score.is_clean
