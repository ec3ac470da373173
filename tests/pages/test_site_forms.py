"""Entering and correcting: sent twice, gone back, and overtaken by somebody else."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from inspect_app.store.tables import AuditRow, ChangeRow, Geocoded, Organisation, Site
from tests import builders
from tests.cast import Cast, Client
from tests.pages.browsing import change, fields_of, send

NEW = "/desk/sites/new"
GOOD = {
    "name": "Xưởng đúc Hương Sơn",
    "kind": "establishment",
    "sector": "CK",
    "address": "Tổ 5",
    "commune": "05443",
    "workers": "60",
    "tax_code": "4601234560",
    "organisation": "Công ty CP Đúc Hương Sơn",
}


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Nhà máy cơ khí Gò Đầm")
        tx.commit()
        return row


def now(cast: Cast, site: UUID) -> Site:
    with cast.reading() as tx:
        return tx.get_one(Site, site)


def changes(cast: Cast) -> int:
    with cast.reading() as tx:
        return tx.scalars(select(func.count()).where(AuditRow.action == "site.changed")).one()


def test_a_form_sent_twice_enters_one_site(desk: Client, cast: Cast) -> None:
    fields = change(fields_of(desk.get(NEW)), GOOD)

    first, second = desk.post(NEW, data=fields), desk.post(NEW, data=fields)

    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    with cast.reading() as tx:
        assert tx.scalars(select(func.count()).select_from(Site)).one() == 1
        assert tx.scalars(select(func.count()).select_from(Organisation)).one() == 1


def test_back_changed_and_sent_again_becomes_a_correction_that_loses_nothing(desk: Client, cast: Cast) -> None:
    fields = change(fields_of(desk.get(NEW)), GOOD)
    desk.post(NEW, data=fields)

    again = desk.post(NEW, data=change(fields, {"address": "Tổ 6"}))

    assert again.status_code == 409
    page = again.get_data(as_text=True)
    assert "người khác đã ghi “Tổ 5”" in page
    with cast.reading() as tx:
        made = tx.scalars(select(Site)).one().id
    offered = fields_of(again, "/edit")
    assert offered["address"] == "Tổ 6"
    assert desk.post(f"/desk/sites/{made}/edit", data=offered).status_code == 302
    assert now(cast, made).address == "Tổ 6"


def test_the_profile_is_kept(desk: Client, cast: Cast, site: Site) -> None:
    answer = send(
        desk, f"/desk/sites/{site.id}/edit", group_women="12", group_no_contract="3", hazards=["dust", "height"]
    )

    assert answer.status_code == 302
    row = now(cast, site.id)
    assert row.workforce == {"women": 12, "no-contract": 3}
    assert row.hazards == ["height", "dust"]
    page = desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)
    assert "Làm việc trên cao" in page
    assert "Lao động nữ" in page


def test_a_group_larger_than_the_whole_is_told(desk: Client, site: Site) -> None:
    answer = send(desk, f"/desk/sites/{site.id}/edit", group_women="41")

    assert answer.status_code == 422
    assert "Lao động nữ: 41 người, tổng số lao động là 40" in answer.get_data(as_text=True)


def test_two_people_who_change_different_things_both_see_it_and_lose_nothing(
    desk: Client, cast: Cast, site: Site
) -> None:
    address = f"/desk/sites/{site.id}/edit"
    mine = change(fields_of(desk.get(address)), {"address": "Địa chỉ của tôi"})
    send(cast.client(cast.victor), address, workers="77")

    met = desk.post(address, data=mine)

    assert met.status_code == 409
    assert "đã lấy giá trị mới “77”" in met.get_data(as_text=True)
    assert now(cast, site.id).address != "Địa chỉ của tôi"
    assert desk.post(address, data=fields_of(met)).status_code == 302
    row = now(cast, site.id)
    assert (row.address, row.workers) == ("Địa chỉ của tôi", 77)


def test_two_people_who_change_the_same_thing_see_both_words(desk: Client, cast: Cast, site: Site) -> None:
    address = f"/desk/sites/{site.id}/edit"
    mine = change(fields_of(desk.get(address)), {"address": "Số 1", "commune": "05455"})
    send(cast.client(cast.victor), address, address="Số 2", commune="05467")

    met = desk.post(address, data=mine)

    page = met.get_data(as_text=True)
    assert "bạn ghi “Số 1”, người khác đã ghi “Số 2”" in page
    assert "người khác đã ghi “Phường Gia Sàng (05467)”" in page
    assert fields_of(met)["address"] == "Số 1"
    assert now(cast, site.id).address == "Số 2"
    assert changes(cast) == 1


def test_the_same_change_twice_is_one_change(desk: Client, cast: Cast, site: Site) -> None:
    address = f"/desk/sites/{site.id}/edit"
    fields = change(fields_of(desk.get(address)), {"address": "Số 1"})

    assert [desk.post(address, data=fields).status_code for _ in range(2)] == [302, 302]
    assert changes(cast) == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "٣"])
def test_a_version_that_never_was_is_an_overtaken_form(desk: Client, cast: Cast, site: Site, version: str) -> None:
    answer = send(desk, f"/desk/sites/{site.id}/edit", address="Số 1", version=version, shown="[]")

    assert answer.status_code == 409
    assert changes(cast) == 0


def test_a_pin_in_another_commune_is_told_and_kept(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, f"/desk/sites/{site.id}/edit", commune="05443", lat="22.16584", lon="105.84977")

    page = desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)

    assert "Ghim nằm ở Phường Đức Xuân, cách Phường Phan Đình Phùng" in page
    assert now(cast, site.id).lat == pytest.approx(22.16584)


def test_phones_on_their_way_learn_of_a_correction(desk: Client, cast: Cast, site: Site) -> None:
    visit = cast.inspection(cast.alice, site=site)

    send(desk, f"/desk/sites/{site.id}/edit", address="Số 1")

    with cast.reading() as tx:
        told = tx.scalars(select(ChangeRow).where(ChangeRow.scope == f"u:{cast.alice.id}")).all()
    assert str(visit) in {each.ref for each in told}


def test_the_map_is_a_picture_of_the_communes_around(desk: Client) -> None:
    answer = desk.get("/desk/sites/map.svg?commune=05443&lat=21.59&lon=105.84")

    assert answer.mimetype == "image/svg+xml"
    assert "Phường Phan Đình Phùng" in answer.get_data(as_text=True)
    south, west, north, east = map(float, answer.headers["X-Map-Box"].split(","))
    assert south < 21.59 < north
    assert west < 105.84 < east
    whole = desk.get("/desk/sites/map.svg?commune=x&lat=nan&lon=")
    assert whole.get_data(as_text=True).count("<g fill") == 92


def test_a_proposal_is_shown_taken_and_saved_only_by_a_person(desk: Client, cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        tx.get_one(Site, site.id).address = "Tổ 5"
        asked = "Tổ 5, Phường Đức Xuân, Thái Nguyên, Việt Nam"
        tx.add(Geocoded(asked=asked, found=[{"label": "Tổ 5", "lat": 22.16, "lon": 105.85}], asked_at=cast.now))
        tx.commit()
    address = f"/desk/sites/{site.id}/edit"

    shown = desk.post(address, data=change(fields_of(desk.get(address)), {"locate": "1", "name": "Tên mới"}))
    assert 'value="22.16,105.85"' in shown.get_data(as_text=True)
    taken = desk.post(address, data=change(fields_of(shown), {"take": "22.16,105.85"}))

    assert fields_of(taken)["lat"] == "22.16"
    assert fields_of(taken)["name"] == "Tên mới"
    assert now(cast, site.id).lat != 22.16
    assert desk.post(address, data=fields_of(taken)).status_code == 302
    assert now(cast, site.id).lat == 22.16


def test_asking_is_off_until_it_is_set(desk: Client, site: Site) -> None:
    page = desk.get(f"/desk/sites/{site.id}/edit")
    assert "Tìm vị trí theo địa chỉ" not in page.get_data(as_text=True)

    answer = desk.post(f"/desk/sites/{site.id}/edit", data=change(fields_of(page), {"locate": "1"}))

    assert "Tra vị trí đang tắt" in answer.get_data(as_text=True)


def test_a_taken_place_that_is_no_number_stays_in_the_field(desk: Client, site: Site) -> None:
    answer = send(desk, f"/desk/sites/{site.id}/edit", take="a,b")

    assert answer.status_code in {200, 422}
