"""Nghi trùng: found, compared side by side, put together by a person, one everywhere since, and taken apart again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import duplicates, merging
from inspect_app.store import repeats
from inspect_app.store.append_only import GUARDS
from inspect_app.store.merging import STAYING, pointing
from inspect_app.store.tables import (
    AuditRow,
    DuplicatePair,
    Inspection,
    MatchKey,
    Merge,
    Organisation,
    Site,
    SiteParty,
    Violation,
)
from tests import builders
from tests.builders import NOW
from tests.cast import Cast, Client
from tests.pages.browsing import counted, send

WHERE = "/desk/sites/duplicates"


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def two(cast: Cast) -> tuple[UUID, UUID]:
    """One company entered twice: with its code, and by hand without; and a stranger at another place."""
    with cast.writing() as tx:
        rows = [
            builders.an_organisation(tx, name) for name in ("Công ty TNHH Xây dựng Hồng Lam", "CTY TNHH XD HONG LAM")
        ]
        stranger = builders.an_organisation(tx, "Công ty CP Vận tải Gia Bảo")
        for row in rows:
            row.address, row.phone = "Số 12, đường Lương Ngọc Quyến", "0912 345 678"
        stranger.address = "Số 12, đường Lương Ngọc Quyến"
        rows[1].tax_code = None
        tx.commit()
        return rows[0].id, rows[1].id


def look(cast: Cast) -> None:
    with cast.writing() as tx:
        duplicates.search(tx, now=NOW)
        tx.commit()


def pair_of(cast: Cast) -> DuplicatePair:
    with cast.reading() as tx:
        return tx.scalars(select(DuplicatePair)).one()


def put_together(desk: Client, cast: Cast, kept: UUID) -> None:
    look(cast)
    pair = pair_of(cast)
    side = "first" if pair.first_id == kept else "second"
    page = f"{WHERE}/{pair.id}"
    assert send(desk, page, f"{page}/merge", kept=side, reason="cùng giấy đăng ký").status_code == 302


def test_one_company_entered_twice_is_found_once_and_the_stranger_is_not(
    desk: Client, cast: Cast, two: tuple[UUID, UUID]
) -> None:
    for _ in range(2):
        look(cast)

    pair = pair_of(cast)
    assert {pair.first_id, pair.second_id} == set(two)
    page = desk.get(WHERE).get_data(as_text=True)
    assert "CTY TNHH XD HONG LAM" in page
    assert "cùng tên riêng" in page
    assert "Gia Bảo" not in page


def test_what_was_corrected_is_looked_at_again(desk: Client, cast: Cast, two: tuple[UUID, UUID]) -> None:
    look(cast)
    send(desk, f"/desk/sites/organisations/{two[1]}/edit", name="Hợp tác xã Chè La Bằng", phone="", tax_code="")

    look(cast)

    assert "Không có cặp nào chờ xem" in desk.get(WHERE).get_data(as_text=True)


def test_two_that_are_said_to_be_two_are_not_asked_about_again(
    desk: Client, cast: Cast, two: tuple[UUID, UUID]
) -> None:
    look(cast)
    page = f"{WHERE}/{pair_of(cast).id}"

    assert send(desk, page, f"{page}/apart", reason="hai giấy đăng ký").status_code == 302
    send(desk, f"/desk/sites/organisations/{two[1]}/edit", representative="Ông Khác")
    look(cast)

    assert pair_of(cast).state == "different"
    assert "Không có cặp nào chờ xem" in desk.get(WHERE).get_data(as_text=True)


def test_put_together_everything_follows_and_nothing_is_deleted(
    desk: Client, cast: Cast, two: tuple[UUID, UUID]
) -> None:
    kept, lost = two
    with cast.writing() as tx:
        old = tx.get_one(Organisation, lost)
        works = builders.a_site(tx, parties=[(tx.get_one(Organisation, kept), "subcontractor"), (old, "subcontractor")])
        own = builders.a_site(tx, old, name="Xưởng của Hồng Lam")
        visit = builders.an_inspection(tx, "bql-kcn", [cast.carol.id], site=own)
        found = builders.a_violation(tx, visit, organisation_id=lost)
        ids = (works.id, own.id, visit.id, found.id)
        tx.commit()

    put_together(desk, cast, kept)

    with cast.reading() as tx:
        assert tx.get_one(Organisation, lost).merged_into == kept
        assert tx.get_one(Site, ids[1]).organisation_id == kept
        assert tx.get_one(Inspection, ids[2]).organisation_id == kept
        assert tx.get_one(Violation, ids[3]).organisation_id == kept
        assert tx.scalars(select(SiteParty.organisation_id).where(SiteParty.site_id == ids[0])).all() == [kept]
        audit = tx.scalars(select(AuditRow).where(AuditRow.action == "organisation.merged")).one()
        assert audit.facts["moved"] == {
            "inspection.organisation_id": 1,
            "site.organisation_id": 1,
            "site_party.organisation_id": 1,
            "violation.organisation_id": 1,
        }
        assert tx.scalars(select(func.count()).where(MatchKey.row_id == lost)).one() == 0
    page = desk.get(f"/desk/sites/organisations/{kept}").get_data(as_text=True)
    assert "Xưởng của Hồng Lam" in page
    assert "Đã gộp vào đây" in page
    assert desk.get(f"/desk/sites/organisations/{lost}").headers["Location"].endswith(str(kept))
    assert str(lost) not in desk.get("/desk/sites/organisations?q=hong lam").get_data(as_text=True)


def test_taken_apart_everything_is_as_it_was(desk: Client, cast: Cast, two: tuple[UUID, UUID]) -> None:
    kept, lost = two
    with cast.writing() as tx:
        old = tx.get_one(Organisation, lost)
        works = builders.a_site(tx, parties=[(tx.get_one(Organisation, kept), "subcontractor"), (old, "subcontractor")])
        own = builders.a_site(tx, old)
        theirs = builders.a_site(tx, tx.get_one(Organisation, kept))
        visit = builders.an_inspection(tx, "bql-kcn", [cast.carol.id], site=own)
        found = builders.a_violation(tx, visit, organisation_id=lost)
        ids = (works.id, own.id, visit.id, found.id, theirs.id)
        tx.commit()
    put_together(desk, cast, kept)
    page = f"/desk/sites/organisations/{kept}"
    with cast.reading() as tx:
        merge = tx.scalars(select(Merge)).one().id

    assert send(desk, page, f"/desk/sites/merges/{merge}/undo", reason="nhầm").status_code == 302

    with cast.reading() as tx:
        assert tx.get_one(Organisation, lost).merged_into is None
        assert tx.get_one(Site, ids[1]).organisation_id == lost
        assert tx.get_one(Inspection, ids[2]).organisation_id == lost
        assert tx.get_one(Violation, ids[3]).organisation_id == lost
        assert tx.get_one(Site, ids[4]).organisation_id == kept
        parties = tx.scalars(select(SiteParty.organisation_id).where(SiteParty.site_id == ids[0])).all()
        assert set(parties) == {kept, lost}
        assert tx.scalars(select(func.count()).where(AuditRow.action == "organisation.parted")).one() == 1
    again = desk.post(f"/desk/sites/merges/{merge}/undo", data={"reason": "x"})
    assert again.status_code in {400, 409}


def test_the_same_form_twice_merges_once(desk: Client, cast: Cast, two: tuple[UUID, UUID]) -> None:
    key = uuid4()
    for _ in range(2):
        with cast.writing() as tx:
            actor = _actor(cast)
            merging.merge(tx, key, "organisation", kept=two[0], lost=two[1], reason="một", actor=actor, now=NOW)
            tx.commit()

    with cast.reading() as tx:
        assert tx.scalars(select(func.count()).select_from(Merge)).one() == 1


def test_two_sound_codes_are_two_enterprises(desk: Client, cast: Cast, two: tuple[UUID, UUID]) -> None:
    look(cast)
    with cast.writing() as tx:
        for key, code in zip(two, ("4600000016", "4601234560"), strict=True):
            tx.get_one(Organisation, key).tax_code = code
        tx.commit()
    page = f"{WHERE}/{pair_of(cast).id}"

    answer = send(desk, page, f"{page}/merge", kept="first", reason="x")

    assert answer.status_code == 422
    assert "Hai mã số thuế khác nhau" in answer.get_data(as_text=True)


def test_repeats_and_history_then_see_one_organisation(cast: Cast, two: tuple[UUID, UUID]) -> None:
    with cast.writing() as tx:
        here = builders.a_site(tx, tx.get_one(Organisation, two[0]))
        there = builders.a_site(tx, tx.get_one(Organisation, two[1]))
        earlier = builders.an_inspection(tx, "bql-kcn", [cast.carol.id], site=there)
        builders.a_violation(tx, earlier, item="GEN-07", found_on=builders.TODAY - timedelta(days=90))
        visit = builders.an_inspection(tx, cast.alice.agency, [cast.alice.id], site=here)
        row = builders.a_violation(tx, visit, item="GEN-07", found_on=builders.TODAY)
        tx.commit()
        assert repeats.among(tx, [row]) == set()
        merging.merge(tx, uuid4(), "organisation", kept=two[0], lost=two[1], reason="một", actor=_actor(cast), now=NOW)
        tx.commit()
        row = tx.get_one(Violation, row.id)
        assert repeats.among(tx, [row]) == {row.id}


def test_what_is_merged_on_must_be_taken_apart_first(cast: Cast, two: tuple[UUID, UUID]) -> None:
    kept, lost = two
    with cast.writing() as tx:
        third = builders.an_organisation(tx, "Công ty thứ ba").id
        first = merging.merge(
            tx, uuid4(), "organisation", kept=kept, lost=lost, reason="một", actor=_actor(cast), now=NOW
        )
        second = merging.merge(
            tx, uuid4(), "organisation", kept=third, lost=kept, reason="hai", actor=_actor(cast), now=NOW
        )
        assert tx.get_one(Organisation, lost).merged_into == third
        with pytest.raises(RuleBroken, match="merge-undone"):
            merging.undo(tx, first.id, reason="x", actor=_actor(cast), now=NOW)
        merging.undo(tx, second.id, reason="x", actor=_actor(cast), now=NOW)
        merging.undo(tx, first.id, reason="x", actor=_actor(cast), now=NOW)
        assert tx.get_one(Organisation, lost).merged_into is None


def test_sites_of_one_owner_are_compared_and_put_together(desk: Client, cast: Cast) -> None:
    with cast.writing() as tx:
        owner = builders.an_organisation(tx, "Ban quản lý dự án Túc Duyên")
        rows = [builders.a_site(tx, owner, name=name) for name in ("Chung cư Túc Duyên", "CHUNG CƯ TÚC DUYÊN")]
        builders.a_site(tx, name="Chung cư Túc Duyên")
        visit = builders.an_inspection(tx, cast.alice.agency, [cast.alice.id], site=rows[1])
        kept, lost, seen = rows[0].id, rows[1].id, visit.id
        tx.commit()

    put_together(desk, cast, kept)

    with cast.reading() as tx:
        assert tx.get_one(Inspection, seen).site_id == kept
    assert desk.get(f"/desk/sites/{lost}").headers["Location"].endswith(str(kept))


def test_every_column_that_points_there_moves_or_has_a_reason_to_stay() -> None:
    """Append-only columns cannot be moved: each must be named with its reason."""
    guarded = {(guard.table, column) for guard in GUARDS for column in guard.columns}
    whole = {guard.table for guard in GUARDS if not guard.columns}
    for kind in ("organisation", "site"):
        for table, column in pointing(kind):
            assert (table.name, column.name) not in guarded
            assert table.name not in whole
    assert all(STAYING.values())


def test_the_list_asks_no_more_when_it_is_longer(app: Flask, desk: Client, cast: Cast, two: tuple[UUID, UUID]) -> None:
    look(cast)
    desk.get(WHERE)
    with counted(app) as few:
        desk.get(WHERE)
    with cast.writing() as tx:
        for number in range(20):
            for _ in range(2):
                row = builders.an_organisation(tx, f"Công ty TNHH Minh Phát {number}")
                row.tax_code, row.address = None, f"Số {number + 1}, đường Bến Oánh"
        tx.commit()
    look(cast)
    with counted(app) as more:
        page = desk.get(WHERE).get_data(as_text=True)

    assert page.count("data-href") == 21
    assert len(more) == len(few)


def test_only_keepers_decide(cast: Cast) -> None:
    for player in (cast.alice, cast.cora, cast.auth):
        client = cast.client(player)
        assert client.get(WHERE).status_code == 403
        assert client.post(f"{WHERE}/{uuid4()}/merge").status_code in {400, 403}


def _actor(cast: Cast) -> Actor:
    return Actor(cast.vera.id, cast.vera.agency, cast.vera.role, cast.vera.name, cast.vera.username)
