"""Phúc tra from what is still open: exactly the open violations, which then wait for the visit."""

from uuid import UUID

import pytest
from sqlalchemy import select

from inspect_app.store.tables import Inspection, Site, Violation, ViolationStep
from tests import builders
from tests.builders import TODAY
from tests.cast import ZONES, Cast, Client
from tests.pages.browsing import fields_of, send


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Chung cư Gia Sàng")
        tx.commit()
        return row


@pytest.fixture
def found(cast: Cast, site: Site) -> dict[str, UUID]:
    """Violations in every standing, and one of another agency; by their standing."""
    made = {}
    with cast.writing() as tx:
        visit = builders.an_inspection(tx, "so-xay-dung", [cast.alice.id], site=site, state="approved")
        for n, status in enumerate(("recorded", "remedy-requested", "reported", "closed", "cancelled")):
            row = builders.a_violation(tx, visit, item=f"XDK-{n:02d}", checklist="XDK", remedy_status=status)
            made[status] = row.id
        other = builders.an_inspection(tx, ZONES, [cast.carol.id], site=site, state="approved")
        made["theirs"] = builders.a_violation(tx, other, item="GEN-01", remedy_status="reported").id
        tx.commit()
    return made


def status(cast: Cast, violation: UUID) -> str:
    with cast.reading() as tx:
        return tx.get_one(Violation, violation).remedy_status


def test_the_visit_is_about_exactly_what_is_open(desk: Client, found: dict[str, UUID], site: Site) -> None:
    fields = fields_of(desk.get(f"/desk/plan/new?reinspect={site.id}"))

    assert set(fields["violations"].split(",")) == {
        str(found[each]) for each in ("recorded", "remedy-requested", "reported")
    }
    assert (fields["kind"], fields["ground"]) == ("phuc-tra", "follow-up")
    assert fields.getlist("checklists") == ["XDK"]
    assert fields["ground_note"].startswith("Phúc tra 3 nội dung: ")


def test_chosen_ones_make_the_visit_at_their_site(desk: Client, cast: Cast, found: dict[str, UUID], site: Site) -> None:
    with cast.writing() as tx:
        elsewhere = builders.an_inspection(tx, "so-xay-dung", [cast.alice.id], state="approved")
        far = builders.a_violation(tx, elsewhere, severity=1).id
        tx.commit()
    ids = [found["reported"], found["closed"], found["theirs"], far]

    page = desk.get("/desk/plan/new?" + "&".join(f"violations={each}" for each in ids))

    assert fields_of(page)["violations"] == str(found["reported"])
    assert site.name in page.get_data(as_text=True)


def test_assigning_lets_the_violations_wait_for_it(
    desk: Client, cast: Cast, found: dict[str, UUID], site: Site
) -> None:
    address = f"/desk/plan/new?reinspect={site.id}"
    fields = fields_of(desk.get(address))

    answers = [desk.post(address, data=fields).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert status(cast, found["remedy-requested"]) == "awaiting-reinspection"
    assert status(cast, found["reported"]) == "awaiting-reinspection"
    assert status(cast, found["recorded"]) == "recorded"  # nobody has demanded a remedy yet
    assert status(cast, found["theirs"]) == "reported"
    with cast.reading() as tx:
        [visit] = tx.scalars(select(Inspection).where(Inspection.kind == "phuc-tra")).all()
        steps = tx.scalars(select(ViolationStep)).all()
    assert (visit.site_id, visit.ground) == (site.id, "follow-up")
    assert [(each.step, each.facts) for each in steps] == [
        ("schedule-reinspection", {"date": TODAY.isoformat()}),
        ("schedule-reinspection", {"date": TODAY.isoformat()}),
    ]


def test_a_visit_of_another_kind_takes_no_step(desk: Client, cast: Cast, found: dict[str, UUID], site: Site) -> None:
    send(desk, f"/desk/plan/new?reinspect={site.id}", kind="kiem-tra", overlap_ground="Có dấu hiệu vi phạm")

    assert status(cast, found["reported"]) == "reported"


def test_nothing_open_is_said(desk: Client, site: Site) -> None:
    answer = desk.get(f"/desk/plan/new?reinspect={site.id}")

    assert "Không còn vi phạm nào mở" in answer.get_data(as_text=True)


def test_another_agencys_violations_make_no_visit(cast: Cast, found: dict[str, UUID]) -> None:
    answer = cast.client(cast.victor).get(f"/desk/plan/new?violations={found['reported']}")

    assert "Không còn vi phạm nào mở" in answer.get_data(as_text=True)


def test_whose_phone_does_not_know_yet_is_shown(desk: Client, cast: Cast) -> None:
    """Bob is taken out while his phone is in a basement: the page says so, and what it keeps."""
    visit = cast.inspection(cast.alice, cast.bob, number="SXD-2026-0042")
    cast.phone(cast.bob)
    before = desk.get(f"/desk/inspections/{visit}/team").get_data(as_text=True)

    send(desk, f"/desk/inspections/{visit}/team", members=[], secretary="", reason="Chuyển việc")

    assert "Máy thử, liên lạc lần cuối" in before
    assert "Máy thử: chưa biết, liên lạc lần cuối" in desk.get(f"/desk/inspections/{visit}").get_data(as_text=True)
