"""Recurring visits are made by the worker, once each, three weeks ahead; a rule in the way is told to people."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.services import recurrence
from inspect_app.services.chore import Tools
from inspect_app.store.tables import AuditRow, Inspection, Notice, Person, Recurrence, Site
from tests import builders
from tests.builders import NOW
from tests.cast import ZONES, Cast
from tests.pages.browsing import fields_of, send
from tests.worker.tools import tools_of


@pytest.fixture
def tools(app: Flask) -> Tools:
    return tools_of(app)


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Chung cư Gia Sàng")
        tx.commit()
        return row


def assign(cast: Cast, site: Site, **changed: str) -> int:
    given = {"kind": "phuc-tra", "ground": "follow-up", "repeat_months": "3", "repeat_until": "2027-06-30", **changed}
    status: int = send(cast.client(cast.vera), f"/desk/plan/new?site={site.id}", **given).status_code
    return status


def visits(cast: Cast) -> list[tuple[str, date]]:
    with cast.reading() as tx:
        asked = select(Inspection.number, Inspection.window_start).order_by(Inspection.window_start)
        return [(number, day) for number, day in tx.execute(asked)]


def on(day: date) -> datetime:
    return NOW + (day - NOW.date())


def test_each_visit_is_made_once_and_three_weeks_ahead(cast: Cast, tools: Tools, site: Site) -> None:
    assert assign(cast, site) == 302

    assert recurrence.make_due(tools, on(date(2027, 1, 31))) == ""
    assert recurrence.make_due(tools, on(date(2027, 2, 1))) == "1 cuộc định kỳ đã phân công, 0 cuộc cần người giám sát"
    assert recurrence.make_due(tools, on(date(2027, 2, 1))) == ""
    assert [day for _, day in visits(cast)] == [date(2026, 11, 22), date(2027, 2, 22)]
    recurrence.make_due(tools, on(date(2027, 5, 10)))
    assert [day for _, day in visits(cast)][-1] == date(2027, 5, 22)
    with cast.reading() as tx:
        assert tx.scalars(select(Recurrence)).one().ended_at is not None
        assert tx.scalar(select(Inspection.kind).where(Inspection.window_start == date(2027, 2, 22))) == "phuc-tra"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"repeat_until": "2026-12-01"}, 422), ({"repeat_until": ""}, 422), ({"repeat_until": "2031-01-01"}, 422)],
)
def test_a_repetition_that_makes_no_sense_makes_no_visit_either(
    cast: Cast, site: Site, wrong: dict[str, str], said: int
) -> None:
    assert assign(cast, site, **wrong) == said
    assert visits(cast) == []


def test_another_agencys_visit_in_that_year_leaves_it_to_the_supervisor(cast: Cast, tools: Tools, site: Site) -> None:
    assign(cast, site, kind="kiem-tra", ground="thematic-plan", repeat_months="12", repeat_until="2027-12-31")
    day = date(2027, 3, 1)
    cast.inspection(cast.carol, site=site, agency=ZONES, number="BQL-2027-0001", window_start=day, window_end=day)

    said = recurrence.make_due(tools, on(date(2027, 11, 10)))

    assert said == "0 cuộc định kỳ đã phân công, 1 cuộc cần người giám sát"
    assert len(visits(cast)) == 2
    with cast.reading() as tx:
        [told] = tx.scalars(select(Notice).where(Notice.kind == "recurrence")).all()
    assert (told.person_id, told.facts["code"]) == (cast.vera.id, "overlap")


def test_somebody_who_left_the_house_is_not_sent_out_again(cast: Cast, tools: Tools, site: Site) -> None:
    assign(cast, site)
    with cast.writing() as tx:
        tx.get_one(Person, cast.alice.id).disabled_at = NOW
        tx.commit()

    recurrence.make_due(tools, on(date(2027, 2, 10)))

    assert len(visits(cast)) == 1
    with cast.reading() as tx:
        assert [each.facts["code"] for each in tx.scalars(select(Notice).where(Notice.kind == "recurrence"))] == [
            "not-for-the-field"
        ]


def test_it_can_be_ended_twice_and_makes_nothing_more(cast: Cast, tools: Tools, site: Site) -> None:
    assign(cast, site)
    with cast.reading() as tx:
        first: UUID = tx.scalars(select(Inspection.id)).one()
    desk, page = cast.client(cast.vera), f"/desk/inspections/{first}"
    end = f"{page}/repeats/end"
    assert "Mỗi 3 tháng, lần tới 22/02/2027" in desk.get(page).get_data(as_text=True)

    fields = fields_of(desk.get(page), end)
    stranger = cast.client(cast.victor)
    theirs = fields_of(stranger.get("/desk/plan/new"), "/sign-out")

    assert [desk.post(end, data=fields).status_code for _ in range(2)] == [302, 302]
    assert stranger.post(end, data=theirs).status_code == 404
    recurrence.make_due(tools, NOW + timedelta(days=400))

    assert len(visits(cast)) == 1
    with cast.reading() as tx:
        assert len(tx.scalars(select(AuditRow).where(AuditRow.action == "inspection.repeats-ended")).all()) == 1
