"""Points by risk: the rule in a table of cases, and the statement over all sites that must say the same."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.hazards import HAZARDS
from inspect_app.domain.people import EVERY_AGENCY, Role
from inspect_app.domain.risk import USUAL, Known, Reason, check_weights, points, shares
from inspect_app.services.sites import load_reference
from inspect_app.store import risk
from inspect_app.store.database import open_engine, open_transactions
from inspect_app.store.tables import Accident
from tests import builders
from tests.builders import NOW, TODAY


@pytest.mark.parametrize(
    ("known", "reason", "share"),
    [
        (Known(), Reason.HAZARDS, 0),
        (Known(hazards=["height"]), Reason.HAZARDS, 33),
        (Known(hazards=["height", "lifting", "electricity", "dust"]), Reason.HAZARDS, 100),
        (Known(hazards=["no-such"]), Reason.HAZARDS, 0),
        (Known(), Reason.WORKERS, 30),
        (Known(workers=9), Reason.WORKERS, 20),
        (Known(workers=10), Reason.WORKERS, 40),
        (Known(workers=5000), Reason.WORKERS, 100),
        (Known(serious=2), Reason.HISTORY, 40),
        (Known(serious=50), Reason.HISTORY, 100),
        (Known(), Reason.SINCE, 100),
        (Known(last_visit=TODAY), Reason.SINCE, 0),
        (Known(last_visit=TODAY - timedelta(days=365)), Reason.SINCE, 0),
        (Known(last_visit=TODAY - timedelta(days=366)), Reason.SINCE, 50),
        (Known(last_visit=TODAY - timedelta(days=1096)), Reason.SINCE, 100),
        (Known(open_serious=1), Reason.OPEN, 33),
        (Known(open_serious=3), Reason.OPEN, 100),
        (Known(), Reason.ACCIDENTS, 0),
        (Known(accidents=1), Reason.ACCIDENTS, 40),
        (Known(accidents=1, badly_hurt=2), Reason.ACCIDENTS, 70),
        (Known(accidents=1, deaths=1), Reason.ACCIDENTS, 100),
    ],
)
def test_each_reason_has_its_share(known: Known, reason: Reason, share: int) -> None:
    assert shares(known, TODAY)[reason] == share


def test_everything_at_once_is_a_hundred_and_nothing_is_more() -> None:
    worst = Known([each.code for each in HAZARDS], 9000, 90, None, 90, 9, 9, 9)

    assert sum(points(worst, TODAY).values()) == 100


@pytest.mark.parametrize(
    "changed",
    [{Reason.OPEN: 21}, {Reason.OPEN: -1, Reason.HISTORY: 41}, {Reason.OPEN: 0}],
)
def test_weights_add_up_to_a_hundred(changed: dict[Reason, int]) -> None:
    with pytest.raises(RuleBroken):
        check_weights({**USUAL, **changed})
    check_weights({**USUAL, Reason.OPEN: 15, Reason.SINCE: 20})


def test_no_person_is_a_reason() -> None:
    """Neither what is known nor the statement names an inspector, an author, an owner or a team."""
    fields = set(Known.__dataclass_fields__)
    assert fields == {
        "hazards",
        "workers",
        "serious",
        "last_visit",
        "open_serious",
        "accidents",
        "badly_hurt",
        "deaths",
    }


@pytest.mark.parametrize("weights", [USUAL, {each: 100 if each is Reason.OPEN else 0 for each in Reason}])
def test_the_statement_says_what_the_rule_says(
    database_url: str, weights: dict[Reason, int], statements: Callable[..., list[str]]
) -> None:
    chance = random.Random(7)
    engine = open_engine(database_url)
    with open_transactions(engine)[0]() as tx:
        tx.info["scope"] = EVERY_AGENCY
        load_reference(tx)
        author = builders.a_person(tx, "so-xay-dung", Role.LEADER, "Người ghi")
        expected = {}
        for _ in range(40):
            site = builders.a_site(tx)
            site.workers = chance.choice([None, 3, 10, 49, 50, 199, 200, 999, 1000])
            site.hazards = chance.sample([each.code for each in HAZARDS], chance.randrange(5))
            last, serious, open_serious = None, 0, 0
            for _ in range(chance.randrange(3)):
                day = TODAY - timedelta(days=chance.choice([1, 364, 365, 366, 730, 731, 1095, 1096, 1400]))
                visit = builders.an_inspection(
                    tx, "so-xay-dung", [author.id], site=site, state="approved", visited_on=day
                )
                last = max(day, last or day)
                for n in range(chance.randrange(4)):
                    closed, severity = chance.random() < 0.5, chance.choice([2, 3, 4])
                    builders.a_violation(
                        tx,
                        visit,
                        item=f"GEN-{n:02d}",
                        severity=severity,
                        found_on=day,
                        remedy_status="closed" if closed else "recorded",
                    )
                    serious += severity >= 3 and day >= date(TODAY.year - 3, TODAY.month, TODAY.day)
                    open_serious += severity >= 3 and not closed
            hurt = chance.choice([(0, 0, 0), (0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)])
            if hurt[0]:
                tx.add(an_accident(site.id, author.id, hurt[1], hurt[2]))
            expected[site.id] = points(
                Known(site.hazards, site.workers, serious, last, open_serious, *hurt), TODAY, weights
            )
        tx.flush()
        ran = statements(engine)
        risk.compute(tx, "default", weights, TODAY)
        tx.flush()
        page = risk.page(tx, "default", risk.Filter(), after=None, limit=100)
        found = {row.site_id: {each: getattr(row, each) for each in Reason} for row, _ in page}
        scores = [row.score for row, _ in page]
    engine.dispose()

    assert found == expected
    assert scores == sorted((sum(each.values()) for each in expected.values()), reverse=True)
    computing = [each for each in ran if each.startswith("INSERT INTO site_risk")]
    assert len(computing) == 1
    assert not any(word in computing[0] for word in ("person", "author", "owner", "team"))


def an_accident(site: object, person: object, badly_hurt: int, deaths: int) -> Accident:
    return Accident(
        id=uuid4(),
        agency_id="so-xay-dung",
        kind="accident",
        happened_on=TODAY - timedelta(days=100),
        site_id=site,
        commune_code=builders.COMMUNE,
        has_contract=True,
        victims=max(1, deaths + badly_hurt),
        deaths=deaths,
        seriously_injured=badly_hurt,
        injured=0 if deaths + badly_hurt else 1,
        source="employer",
        declared_on=TODAY,
        made_by=person,
        recorded_at=NOW,
    )


@pytest.fixture
def statements() -> Callable[..., list[str]]:
    """Collects what an engine runs from here on."""

    def collect(engine: Engine) -> list[str]:
        ran: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            ran.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        return ran

    return collect
