"""Gợi ý theo rủi ro: the order, the reasons in words, the weights of an agency, and into a plan from there."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.services import risk
from inspect_app.store.tables import AuditRow, PlanLine, RiskWeights, SiteRisk
from tests import builders
from tests.builders import NOW
from tests.cast import Cast, Client
from tests.pages.browsing import change, counted, fields_of, send
from tests.worker.tools import tools_of


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def sites(app: Flask, cast: Cast) -> list[UUID]:
    """Three sites, the most dangerous last; points computed."""
    with cast.writing() as tx:
        rows = [builders.a_site(tx, name=f"Cơ sở {name}") for name in ("yên", "vừa", "nguy")]
        rows[1].hazards = ["height"]
        rows[2].hazards, rows[2].sector = ["height", "lifting", "pressure"], "MO"
        tx.commit()
        made = [row.id for row in rows]
    risk.compute_due(tools_of(app), NOW)
    return made


def page(client: Client, address: str = "/desk/risk") -> str:
    return client.get(address).get_data(as_text=True)


def test_the_most_dangerous_stands_first_with_its_reasons(desk: Client, sites: list[UUID]) -> None:
    shown = page(desk)

    assert shown.index("Cơ sở nguy") < shown.index("Cơ sở vừa") < shown.index("Cơ sở yên")
    assert "Yếu tố nguy hiểm 25" in shown
    assert "Lâu chưa kiểm tra 15" in shown


def test_a_sector_narrows_it(desk: Client, sites: list[UUID]) -> None:
    shown = page(desk, "/desk/risk?sector=MO")

    assert "Cơ sở nguy" in shown
    assert "Cơ sở vừa" not in shown


def test_sites_go_from_here_into_a_plan_and_are_not_suggested_again(
    desk: Client, cast: Cast, sites: list[UUID]
) -> None:
    plan = send(desk, "/desk/plans/new", title="Chuyên đề").headers["Location"]
    address = f"/desk/risk?plan={plan.rsplit('/', 1)[1]}"

    desk.post(f"{plan}/lines", data=change(fields_of(desk.get(address), f"{plan}/lines"), {"site": [str(sites[2])]}))

    with cast.reading() as tx:
        assert tx.scalars(select(PlanLine.site_id)).all() == [sites[2]]
    assert "Cơ sở nguy" not in page(desk, address)


def test_an_agencys_own_weights_are_kept_and_hold_after_the_next_round(
    app: Flask, desk: Client, cast: Cast, sites: list[UUID]
) -> None:
    wanted = {"hazards": "0", "since": "40", "reason": "Ưu tiên nơi lâu chưa kiểm tra"}

    answers = [send(desk, "/desk/risk/weights", **wanted).status_code for _ in range(2)]

    assert answers == [302, 302]
    with cast.reading() as tx:
        [row] = tx.scalars(select(RiskWeights)).all()
        [audited] = tx.scalars(select(AuditRow).where(AuditRow.action == "risk.weights")).all()
    assert (row.number, row.weights["since"], audited.facts["reason"]) == (1, 40, wanted["reason"])
    tools = tools_of(app)
    assert risk.compute_due(tools, NOW + timedelta(minutes=1)) == "1 bộ trọng số, 3 cơ sở"
    assert risk.compute_due(tools, NOW + timedelta(minutes=2)) == ""
    assert "Lâu chưa kiểm tra 40" in page(desk)
    assert "Lâu chưa kiểm tra 15" in page(cast.client(cast.victor))


@pytest.mark.parametrize("wrong", [{"hazards": "26"}, {"hazards": "-1"}, {"hazards": "x"}, {"reason": ""}])
def test_weights_that_do_not_add_up_are_said(desk: Client, cast: Cast, wrong: dict[str, str]) -> None:
    answer = send(desk, "/desk/risk/weights", **{"reason": "Thử", **wrong})

    assert answer.status_code == 422
    with cast.reading() as tx:
        assert list(tx.scalars(select(RiskWeights))) == []


def test_pages_follow_one_another_and_cost_the_same(app: Flask, desk: Client, cast: Cast, sites: list[UUID]) -> None:
    with cast.writing() as tx:
        owner = builders.an_organisation(tx)
        for n in range(60):
            builders.a_site(tx, owner, name=f"Nhà {n:02d}")
        tx.commit()
    risk.compute_due(tools_of(app), NOW + timedelta(hours=7))
    with cast.reading() as tx:
        assert len(tx.scalars(select(SiteRisk)).all()) == 63
    desk.get("/desk/risk")
    with counted(app) as first_ran:
        first = page(desk)
    onward = first.split("after=")[1].split('"')[0].replace("&amp;", "&")
    with counted(app) as then_ran:
        second = page(desk, f"/desk/risk?after={onward}")

    assert first.count('<tr data-href="/desk/sites/') == 50
    assert {n for n in range(60) if f"Nhà {n:02d}" in first or f"Nhà {n:02d}" in second} == set(range(60))
    assert len(then_ran) <= len(first_ran)
