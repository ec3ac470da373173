"""Earlier findings across agencies: what the phone takes along, what the office sees, and what stays another's."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from inspect_app.domain.violations import violation_id
from inspect_app.store import changes
from inspect_app.store.tables import Site, ViolationStep
from tests import builders
from tests.builders import NOW, NOW_MS, TODAY
from tests.cast import BUILDING, PULL, PUSH, ZONES, Cast, Client
from tests.registry_cast import LIST, Registry

MACHINES = ["283-35.4"]
LONG_AGO = TODAY - timedelta(days=60)
SEARCHED = {"at": NOW_MS - 5_000, "matches": 2, "source_seq": NOW_MS - 60_000}


@pytest.fixture
def site(registry: Registry) -> UUID:
    return registry.site("Nhà máy cán thép số 2")


def assigned(cast: Cast, site: UUID) -> UUID:
    """Alice is on her way there."""
    with cast.writing() as tx:
        row = builders.an_inspection(tx, BUILDING, [cast.alice.id], site=tx.get_one(Site, site))
        changes.tell(tx, cast.alice.id, "visit", row.id)
        tx.commit()
        return row.id


def taken_along(cast: Cast, inspection: UUID) -> dict[str, Any]:
    answer = cast.client(cast.alice).post(PULL, json={"epoch": None, "cur": {}, "limit_bytes": 262_144})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = [change["visit"] for _, change in answer.get_json()["ch"][f"u:{cast.alice.id}"]]
    return dict(next(each["repeats"] for each in told if each["id"] == str(inspection)))


def decide(registry: Registry, violation: UUID, *, executed: date | None = None) -> None:
    """A sanction as the steps of its agency left it."""
    row = registry.row(violation)
    steps: list[tuple[str, dict[str, object]]] = [
        ("propose-sanction", {"rule": MACHINES[0]}),
        ("decide", {"document": "77/QĐ-XPHC", "date": str(TODAY - timedelta(days=50)), "amount": 41_234_567}),
    ]
    if executed:
        steps.append(("execute", {"date": str(executed)}))
    with registry.cast.writing() as tx:
        for number, (step, facts) in enumerate(steps, start=1):
            tx.add(
                ViolationStep(
                    violation_id=violation,
                    number=number,
                    agency_id=row.agency_id,
                    track="sanction",
                    step=step,
                    before="none",
                    after="decided",
                    actor_id=row.author_id,
                    at=NOW,
                    note="LỜI RIÊNG",
                    facts=facts,
                )
            )
        tx.commit()


def fined(registry: Registry, site: UUID, **columns: Any) -> UUID:
    found = registry.add(
        ZONES,
        item="GEN-28",
        site=site,
        found_on=LONG_AGO,
        penalties=MACHINES,
        observed="LỜI RIÊNG",
        sanction_status="executed",
        fine_vnd=41_234_567,
        **columns,
    )
    decide(registry, found, executed=TODAY - timedelta(days=40))
    return found


def test_the_phone_takes_along_what_any_agency_found_here(cast: Cast, registry: Registry, site: UUID) -> None:
    other = fined(registry, site)
    taken = taken_along(cast, assigned(cast, site))

    (found,) = taken["found"]
    assert (found["id"], found["item"], found["here"]) == (str(other), "GEN-28", True)
    assert (found["agency"], found["site"]) == ("Ban Quản lý các KCN", "Nhà máy cán thép số 2")
    assert found["conduct"] == ["ND283-2026:35"]
    assert found["decision"] == {"no": "77/QĐ-XPHC", "date": "2026-10-03", "until": "2027-10-13"}
    assert found["pending_until"] is None
    assert taken["conduct"]["283-35.4"] == "ND283-2026:35"
    assert (taken["seq"], taken["more"]) == (NOW_MS, 0)


def test_no_word_name_or_amount_of_another_agency_leaves_it(cast: Cast, registry: Registry, site: UUID) -> None:
    other = fined(registry, site)
    told = json.dumps(taken_along(cast, assigned(cast, site)), ensure_ascii=False)

    assert str(other) in told
    assert [each for each in ("LỜI RIÊNG", "41234567", cast.carol.name) if each in told] == []


@pytest.mark.parametrize(
    "columns",
    [
        {"item": "PC-01", "penalties": ["106-9.2"]},  # nobody will ask that here
        {"item": "GEN-28", "penalties": MACHINES, "remedy_status": "cancelled"},
        {"item": "GEN-28", "penalties": MACHINES, "found_on": date(2020, 1, 1)},  # too long ago for anything
    ],
)
def test_what_does_not_matter_stays_at_home(
    cast: Cast, registry: Registry, site: UUID, columns: dict[str, Any]
) -> None:
    registry.add(ZONES, site=site, **({"found_on": LONG_AGO} | columns))
    assert taken_along(cast, assigned(cast, site))["found"] == []


def test_a_contractor_is_followed_to_the_next_site(cast: Cast, registry: Registry) -> None:
    with cast.writing() as tx:
        contractor = builders.an_organisation(tx, "Nhà thầu chính")
        here = builders.a_site(tx, name="Nơi mới", parties=[(contractor, "main-contractor")])
        there = builders.a_site(tx, name="Nơi cũ")
        tx.commit()
        ours, before, firm = here.id, there.id, contractor.id
    registry.add(ZONES, item="GEN-28", site=before, organisation_id=firm, found_on=LONG_AGO, penalties=MACHINES)
    (found,) = taken_along(cast, assigned(cast, ours))["found"]

    assert (found["here"], found["organisation"], found["organisation_name"]) == (False, str(firm), "Nhà thầu chính")
    assert found["pending_until"] == "2027-09-23"


def one(cast: Cast, violation: UUID) -> dict[str, Any]:
    answer = cast.client(cast.vera).get(f"{LIST}/{violation}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json())


def test_the_office_sees_the_three_kinds_apart(cast: Cast, registry: Registry, site: UUID) -> None:
    before = fined(registry, site)
    firm = registry.row(before).organisation_id
    still_open = registry.add(item="XDT-05", site=site, organisation_id=firm, found_on=LONG_AGO, penalties=MACHINES)
    later = registry.add(item="GEN-28", site=site, organisation_id=firm, found_on=TODAY, penalties=MACHINES)
    file = one(cast, later)
    code = {each: registry.row(each).code for each in (before, still_open)}

    assert [each["code"] for each in file["repeats"]] == [code[before]]
    assert [each["code"] for each in file["recidivism_candidates"]] == [code[before]]
    assert [each["code"] for each in file["multiple_candidates"]] == [code[still_open]]
    assert file["recidivism_candidates"][0]["decision"]["no"] == "77/QĐ-XPHC"


def test_the_page_tells_of_conduct_that_went_on(cast: Cast, registry: Registry, site: UUID) -> None:
    registry.add(item="GEN-28", site=site, found_on=LONG_AGO, penalties=MACHINES, stop_status="stop-demanded")
    later = registry.add(item="GEN-28", site=site, found_on=TODAY, penalties=MACHINES)
    page = cast.client(cast.vera).get(f"/desk/violations/{later}").get_data(as_text=True)
    assert "Tiếp tục dù đã được yêu cầu chấm dứt (1)" in page


def test_an_older_visit_that_comes_in_late_is_judged_at_once(cast: Cast, registry: Registry, site: UUID) -> None:
    later = registry.add(item="GEN-28", site=site, found_on=TODAY, penalties=MACHINES)
    assert one(cast, later)["repeats"] == []
    assert one(cast, later)["multiple_candidates"] == []

    registry.add(ZONES, item="GEN-28", site=site, found_on=LONG_AGO, penalties=MACHINES, recorded_at=NOW)
    file = one(cast, later)

    assert (len(file["repeats"]), len(file["multiple_candidates"])) == (1, 1)


def finding(cast: Cast, client: Client, **searched: Any) -> dict[str, Any]:
    """Alice finds something failing, signs and sends."""
    inspection = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    ops = [
        phone.answer(inspection, "GEN-05", "fail"),
        phone.finding(inspection, "GEN-05", **searched),
        phone.sign(inspection, "leader"),
    ]
    ops.append(phone.submit(inspection))
    answer = client.post(PUSH, json=phone.batch((inspection, ops)))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return one(cast, violation_id(inspection, "GEN-05"))


def test_what_was_searched_before_is_kept_with_the_finding(cast: Cast, client: Client) -> None:
    file = finding(cast, client, searched=SEARCHED)
    assert file["value"]["searched"] == [{**SEARCHED, "by": str(cast.alice.id)}]
    page = cast.client(cast.vera).get(f"/desk/violations/{file['id']}").get_data(as_text=True)
    assert "Đã tra cứu lịch sử trước khi ghi" in page
    visit = cast.client(cast.vera).get(f"/desk/inspections/{file['inspection']}").get_data(as_text=True)
    assert "Đã tra cứu lịch sử trước khi ghi: 1 trên 1 mục." in visit


def test_a_finding_of_an_older_phone_says_nothing_of_a_search(cast: Cast, client: Client) -> None:
    file = finding(cast, client)
    assert "searched" not in file["value"]
    page = cast.client(cast.vera).get(f"/desk/violations/{file['id']}").get_data(as_text=True)
    assert "Chưa ghi nhận việc tra cứu" in page


@pytest.mark.parametrize(
    "searched",
    [{"at": "now"}, {"at": 1, "matches": -1, "source_seq": 1}, {"at": 1, "matches": 1}, [], "yes", True],
)
def test_a_search_that_cannot_be_meant_is_held(cast: Cast, client: Client, searched: Any) -> None:
    inspection = cast.inspection(cast.alice)
    phone = cast.phone(cast.alice)
    op = phone.finding(inspection, "GEN-28", searched=searched)
    answer = client.post(PUSH, json=phone.batch((inspection, [op]))).get_json()
    assert "bad-body" in json.dumps(answer)


def test_phones_on_the_way_to_the_organisation_are_told(cast: Cast, registry: Registry, site: UUID) -> None:
    """Something found elsewhere changes what is taken along here."""
    with cast.writing() as tx:
        place = tx.get_one(Site, site)
        elsewhere = builders.a_site(tx, place.organisation, name="Chi nhánh")
        theirs = builders.an_inspection(tx, ZONES, [cast.carol.id], site=elsewhere)
        tx.commit()
        inspection = theirs.id
    ours = assigned(cast, site)
    assert taken_along(cast, ours)["found"] == []

    phone = cast.phone(cast.carol)
    ops = [phone.answer(inspection, "GEN-05", "fail"), phone.sign(inspection, "leader")]
    ops.append(phone.submit(inspection))
    assert cast.client(cast.carol).post(PUSH, json=phone.batch((inspection, ops))).status_code == 200
    with cast.reading() as tx:
        told = changes.head(tx, changes.person_scope(cast.alice.id))

    assert told == 2
