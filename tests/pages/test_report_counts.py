"""A page of a report shows numbers alone; they are those of the rows, whatever the period and the place."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from inspect_app.domain.people import EVERY_AGENCY, Scope
from inspect_app.domain.violations import CLOSED_SANCTION, OPEN_STOP
from inspect_app.services import log_proofs, report_figures
from inspect_app.services.log_proofs import Sentence
from inspect_app.services.reports import Period
from inspect_app.store.log_proofs import LINGERING_WORDS, UNSEARCHED
from inspect_app.store.tables import Inspection, Person, Violation, ViolationStep
from inspect_app.store.tables.violations import _LINGERING, _UNSEARCHED
from inspect_app.web.request import ground
from tests.builders import COMMUNE, NOW, TODAY
from tests.cast import BUILDING, ZONES, Cast
from tests.registry_cast import Registry

STEPS = ("request-remedy", "refer", "decide", "draw-record", "decide-suspension", "note")
PLACES: tuple[dict[str, str], ...] = (
    {},
    {"agency": BUILDING},
    {"commune": COMMUNE},
    {"zone": "yen-binh"},
    {"sector": "MO"},
    {"commune": "01840"},
)


@pytest.fixture
def filled(cast: Cast, registry: Registry) -> None:
    """Visits and findings of two years that differ in everything a figure asks; some steps were taken twice."""
    chance = Random(5)
    for n in range(30):
        found = TODAY - timedelta(days=chance.choice([2, 40, 300, 420]))
        registry.add(
            chance.choice([BUILDING, ZONES]),
            found_on=found,
            recorded_at=datetime(found.year, found.month, found.day, tzinfo=NOW.tzinfo) + timedelta(days=n % 3),
            kind=chance.choice(["violation", "advice", "shortcoming"]),
            severity=1 + n % 4,
            remedy_status=chance.choice(["recorded", "closed", "cancelled", "remedying"]),
            deadline=chance.choice([None, TODAY - timedelta(days=5), TODAY + timedelta(days=5)]),
            sector=chance.choice(["MO", "XDK"]),
            commune_code=chance.choice([COMMUNE, "01840"]),
            zone_id=chance.choice([None, "yen-binh"]),
        )
    with cast.writing() as tx:
        for row in tx.scalars(select(Inspection)):
            row.planned, row.failing = chance.random() < 0.5, chance.choice([0, 3])
            row.kind = chance.choice(["kiem-tra", "phuc-tra", "lien-nganh"])
            row.visited_on = TODAY - timedelta(days=chance.choice([2, 40, 420]))
            row.state = chance.choice(["approved", "approved", "cancelled"])
            row.site.workers = chance.choice([None, 0, 40, 300])
        for violation in tx.scalars(select(Violation)).all():
            for number in range(1, 4):
                name = chance.choice(STEPS)
                tx.add(
                    ViolationStep(
                        violation_id=violation.id,
                        number=number,
                        agency_id=violation.agency_id,
                        track="remedy",
                        step=name,
                        before="recorded",
                        after="recorded",
                        actor_id=cast.vera.id,
                        at=NOW - timedelta(days=chance.choice([1, 100, 400])),
                        facts={"amount": 1_500_000} if name == "decide" else {},
                    )
                )
        tx.commit()


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("scope", [EVERY_AGENCY, Scope.of(BUILDING)], ids=["all", "one"])
def test_the_number_of_a_figure_is_what_its_rows_add_up_to(
    cast: Cast, filled: None, place: dict[str, str], scope: Scope
) -> None:
    year = Period(date(TODAY.year, 1, 1), TODAY, **place)
    tenth = replace(year, first=TODAY - timedelta(days=45), last=TODAY - timedelta(days=35))
    fines = 0
    with ground(cast.app).reading() as tx:
        tx.info["scope"] = scope
        for period in (year, tenth, replace(year, first=date(TODAY.year - 3, 1, 1))):
            rows = report_figures.of(tx, period, today=TODAY)
            numbers = report_figures.counted(tx, period, today=TODAY)
            singly = [report_figures.one(tx, period, each.code, today=TODAY) for each in rows]

            assert [(each.code, each.value) for each in numbers] == [(each.code, each.value) for each in rows]
            assert singly == rows
            for each in rows:
                whole = report_figures.one(tx, period, each.code, today=TODAY, limit=1000)
                some = report_figures.one(tx, period, each.code, today=TODAY, limit=2)
                assert whole
                assert (whole.rows, whole.value) == (each.rows, each.value)
                assert some
                assert some.rows in (each.rows[:2], each.rows)
                assert some.value == each.value
            fines += sum(each.value for each in rows if each.code == "fines")
    assert fines or place


def test_a_figure_that_is_not_there(cast: Cast) -> None:
    with cast.reading() as tx:
        assert report_figures.one(tx, Period(TODAY, TODAY), "nothing", today=TODAY) is None
    assert cast.client(cast.vera).get(f"/desk/reports/{TODAY.year}/figures/nothing").status_code == 404


def test_the_words_of_the_index_are_those_of_the_domain() -> None:
    def listed(words: frozenset[str]) -> str:
        return "(" + ", ".join(f"'{each}'" for each in sorted(words)) + ")"

    for told in (LINGERING_WORDS.replace("violation.", ""), str(_LINGERING)):
        assert f"sanction_status NOT IN {listed(frozenset(map(str, CLOSED_SANCTION)))}" in told
        assert f"stop_status IN {listed(frozenset(map(str, OPEN_STOP)))}" in told
    assert str(UNSEARCHED) == f"(violation.{_UNSEARCHED})"


def test_what_lingers_on_another_track_needs_an_owner_too(cast: Cast, registry: Registry) -> None:
    registry.add(remedy_status="closed", sanction_status="ended")
    lingering = registry.add(remedy_status="closed", sanction_status="decided")
    stopped = registry.add(remedy_status="cancelled", stop_status="stop-demanded")
    undated = registry.add(deadline=None)
    still = registry.add()

    with cast.reading() as tx:
        proof = log_proofs.prove(tx, Sentence.LED, days=30, now=NOW)
    assert (proof.total, proof.breaches, [row.id for row in proof.rows]) == (4, 1, [undated])

    with cast.writing() as tx:
        tx.get_one(Person, cast.alice.id).disabled_at = NOW
        tx.commit()
    with cast.reading() as tx:
        proof = log_proofs.prove(tx, Sentence.LED, days=30, now=NOW)
        first = log_proofs.prove(tx, Sentence.LED, days=30, now=NOW, limit=2)
    assert (proof.total, proof.breaches) == (4, 4)
    assert {row.id for row in proof.rows} == {lingering, stopped, undated, still}
    assert [row.deadline for row in proof.rows][-1] is None
    assert [row.id for row in first.rows] == [row.id for row in proof.rows][:2]
