"""The list of a re-inspection is exactly what is open, across visits and agencies, also of contractors who moved on."""

from datetime import timedelta
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspect_app.domain.violations import CLOSED_REMEDY, Remedy
from inspect_app.store.database import Tx
from inspect_app.store.open_here import open_here
from inspect_app.store.tables import Inspection, Organisation, Site, SiteParty
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import BUILDING, ZONES, Cast

PLACES, FIRMS = 3, 4
_numbers = count(1)
# Which firm works at the site, since and until when: -1 left yesterday, 0 leaves today, None is there.
_PARTIES = st.lists(
    st.tuples(st.integers(0, FIRMS - 1), st.sampled_from([-1, 0, 5, None])), max_size=3, unique_by=lambda p: p[0]
)
_FOUND = st.lists(
    st.tuples(
        st.integers(0, PLACES - 1),
        st.integers(0, FIRMS - 1),
        st.sampled_from([BUILDING, ZONES]),
        st.sampled_from(list(Remedy)),
    ),
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parties=_PARTIES, found=_FOUND)
def test_exactly_the_open_ones(
    cast: Cast, parties: list[tuple[int, int | None]], found: list[tuple[int, int, str, Remedy]]
) -> None:
    with cast.writing() as tx:  # never committed: each example begins with an empty registry
        firms = [builders.an_organisation(tx, f"Công ty {number}") for number in range(FIRMS)]
        places = [builders.a_site(tx, firms[0], name=f"Nơi {number}") for number in range(PLACES)]
        here = places[0]
        for firm, days in parties:
            last = None if days is None else TODAY + timedelta(days=days)
            tx.add(SiteParty(site_id=here.id, organisation_id=firms[firm].id, role="subcontractor", last_day=last))
        expected: set[UUID] = set()
        at_work = {firms[firm].id for firm, days in parties if days is None or days >= 0} | {firms[0].id}
        for place, firm, agency, remedy in found:
            row = _found(tx, cast, places[place], firms[firm], agency, remedy)
            if remedy not in CLOSED_REMEDY and (place == 0 or firms[firm].id in at_work):
                expected.add(row)
        tx.flush()
        listed = open_here(tx, here.id, today=TODAY)
        assert {each.id for each in listed} == expected
        assert len(listed) == len(expected)
        assert all(each.elsewhere == (each.site_id != here.id) for each in listed)
        tx.rollback()


def _found(tx: Tx, cast: Cast, place: Site, firm: Organisation, agency: str, remedy: Remedy) -> UUID:
    person = cast.alice if agency == BUILDING else cast.carol
    visit: Inspection = builders.an_inspection(tx, agency, [person.id], site=place, number=f"P-{next(_numbers)}")
    row = builders.a_violation(tx, visit, organisation_id=firm.id, remedy_status=remedy.value, recorded_at=NOW)
    return row.id
