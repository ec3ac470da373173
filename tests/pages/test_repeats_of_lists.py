"""A list asks the database which of its rows repeat an earlier finding; it says what the rule of the domain says."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from inspect_app.domain.people import Scope
from inspect_app.domain.repeats import is_repeat_of
from inspect_app.store import repeats
from inspect_app.store.tables import Violation
from inspect_app.web.request import ground
from tests import builders
from tests.builders import TODAY
from tests.cast import BUILDING, ZONES, Cast


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_that_repeat_are_those_of_the_rule(cast: Cast, seed: int) -> None:
    chance = Random(seed)
    with cast.writing() as tx:
        owners = [builders.an_organisation(tx) for _ in range(3)]
        sites = [builders.a_site(tx, chance.choice(owners)) for _ in range(4)]
        for _ in range(7):
            agency, person = chance.choice([(BUILDING, cast.alice.id), (ZONES, cast.carol.id)])
            visit = builders.an_inspection(tx, agency, [person], site=chance.choice(sites))
            for item in ("GEN-01", "GEN-02"):
                day = TODAY - timedelta(days=chance.randrange(4))
                status = chance.choice(["recorded", "cancelled", "closed"])
                firm = chance.choice(owners).id
                builders.a_violation(tx, visit, item=item, found_on=day, remedy_status=status, organisation_id=firm)
        tx.commit()
        rows = list(tx.scalars(select(Violation)))
        every = [repeats.finding_of(row, []) for row in rows]
        expected = {each.id for each in every if any(is_repeat_of(each, other) for other in every)}

    with ground(cast.app).reading() as tx:
        tx.info["scope"] = Scope.of(BUILDING)
        mine = list(tx.scalars(select(Violation)))
        found = repeats.among(tx, mine)

    assert found == expected & {row.id for row in mine}
    assert repeats.among(tx, []) == set()
