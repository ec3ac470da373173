"""Parties with their days, equipment and documents that run out, and organisations: entering, correcting, finding."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from inspect_app.store.tables import AuditRow, Equipment, Organisation, Site, SiteDocument, SiteParty
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import change, counted, fields_of, send


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def site(cast: Cast) -> Site:
    with cast.writing() as tx:
        row = builders.a_site(tx, name="Chung cư Túc Duyên")
        tx.commit()
        return row


def audited(cast: Cast, action: str) -> int:
    with cast.reading() as tx:
        return tx.scalars(select(func.count()).where(AuditRow.action == action)).one()


CRANE = {"kind": "tower-crane", "name": "Cần trục tháp số 1", "due_on": "2026-12-01", "inspected_on": "2025-12-01"}


def test_equipment_is_entered_once_and_shown_with_its_day(desk: Client, cast: Cast, site: Site) -> None:
    where = f"/desk/sites/{site.id}/equipment/new"
    fields = change(fields_of(desk.get(where)), CRANE)

    assert [desk.post(where, data=fields).status_code for _ in range(2)] == [302, 302]

    page = desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)
    assert page.count("Cần trục tháp số 1") == 1
    assert "Sắp hết hạn" in page
    assert audited(cast, "site.equipment-added") == 1


def test_back_changed_and_sent_again_corrects_the_same_equipment(desk: Client, cast: Cast, site: Site) -> None:
    where = f"/desk/sites/{site.id}/equipment/new"
    fields = change(fields_of(desk.get(where)), CRANE)
    desk.post(where, data=fields)

    again = desk.post(where, data=change(fields, {"name": "Cần trục tháp số 2"}))

    assert again.status_code == 409
    key = fields["id"]
    offered = fields_of(again, key)
    assert desk.post(f"/desk/sites/{site.id}/equipment/{key}", data=offered).status_code == 302
    with cast.reading() as tx:
        assert [each.name for each in tx.scalars(select(Equipment))] == ["Cần trục tháp số 2"]


def test_a_document_is_corrected_and_taken_away_and_its_row_stays(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, f"/desk/sites/{site.id}/documents/new", kind="licence", name="Giấy phép", expires_on="2026-11-01")
    with cast.reading() as tx:
        key = tx.scalars(select(SiteDocument)).one().id
    where = f"/desk/sites/{site.id}/documents/{key}"

    assert send(desk, where, number="12/GP").status_code == 302
    assert send(desk, where, where + "/remove").status_code == 302

    assert "Giấy phép" not in desk.get(f"/desk/sites/{site.id}").get_data(as_text=True).split('id="documents"')[1]
    assert desk.get(where).status_code == 404
    with cast.reading() as tx:
        assert tx.get_one(SiteDocument, key).number == "12/GP"
    assert audited(cast, "site.document-removed") == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Nhập tên."),
        ("due_on", "2025-11-30", "Ngày kết thúc trước ngày bắt đầu"),
        ("kind", "dragon", "Not a valid choice"),
        ("due_on", "ngày mai", "Not a valid date value"),
    ],
)
def test_wrong_equipment_is_told(desk: Client, cast: Cast, site: Site, field: str, value: str, told: str) -> None:
    answer = send(desk, f"/desk/sites/{site.id}/equipment/new", **CRANE | {field: value})

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert audited(cast, "site.equipment-added") == 0


def test_two_people_at_the_same_equipment_see_both(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, f"/desk/sites/{site.id}/equipment/new", **CRANE)
    with cast.reading() as tx:
        key = tx.scalars(select(Equipment)).one().id
    where = f"/desk/sites/{site.id}/equipment/{key}"
    mine = change(fields_of(desk.get(where)), {"due_on": "2027-01-01"})
    send(cast.client(cast.victor), where, due_on="2027-02-02")

    met = desk.post(where, data=mine)

    assert met.status_code == 409
    assert "bạn ghi “2027-01-01”, người khác đã ghi “2027-02-02”" in met.get_data(as_text=True)


def test_another_sites_equipment_is_not_found_here(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, f"/desk/sites/{site.id}/equipment/new", **CRANE)
    with cast.writing() as tx:
        other = builders.a_site(tx).id
        key = tx.scalars(select(Equipment)).one().id
        tx.commit()

    assert desk.get(f"/desk/sites/{other}/equipment/{key}").status_code == 404
    assert desk.get(f"/desk/sites/{site.id}/equipment/{uuid4()}").status_code == 404


def test_a_contractor_has_its_days_and_changes_are_kept(desk: Client, cast: Cast, site: Site) -> None:
    new = {"organisation": "Nhà thầu Hợp Lực", "role": "subcontractor", "work": "Giàn giáo", "first_day": "2026-01-05"}
    send(desk, f"/desk/sites/{site.id}/parties/new", **new)
    with cast.reading() as tx:
        party = tx.scalars(select(SiteParty)).one()
    where = f"/desk/sites/{site.id}/parties/{party.organisation_id}/subcontractor"

    assert send(desk, where, last_day="2026-10-31").status_code == 302
    assert send(desk, where, last_day="2025-10-31").status_code == 422

    page = desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)
    assert "05/01/2026 – 31/10/2026" in page
    assert audited(cast, "site.party-changed") == 1
    assert send(desk, where, where + "/remove").status_code == 302
    assert desk.get(where).status_code == 404
    assert audited(cast, "site.party-removed") == 1


def test_two_people_at_the_same_contractor_see_both(desk: Client, cast: Cast, site: Site) -> None:
    send(desk, f"/desk/sites/{site.id}/parties/new", organisation="Nhà thầu", role="subcontractor")
    with cast.reading() as tx:
        party = tx.scalars(select(SiteParty)).one()
    where = f"/desk/sites/{site.id}/parties/{party.organisation_id}/subcontractor"
    mine = change(fields_of(desk.get(where)), {"work": "Cốp pha"})
    send(cast.client(cast.victor), where, work="Giàn giáo")

    met = desk.post(where, data=mine)

    assert met.status_code == 409
    assert "bạn ghi “Cốp pha”, người khác đã ghi “Giàn giáo”" in met.get_data(as_text=True)
    assert desk.post(where, data=fields_of(met)).status_code == 302


def things(cast: Cast, count: int, *, days: int = 0) -> None:
    with cast.writing() as tx:
        place = builders.a_site(tx, name="Nhà máy thép Gia Sàng", commune="05467", sector="CK")
        for n in range(count):
            common = {"site_id": place.id, "kind": "other", "created_at": NOW}
            on = TODAY + timedelta(days=days + n)
            tx.add(Equipment(id=uuid4(), name=f"Bình {n:03d}", due_on=on, **common))
            tx.add(SiteDocument(id=uuid4(), name=f"Giấy {n:03d}", expires_on=on, **common))
        tx.commit()


def test_what_runs_out_is_one_list_earliest_first_page_by_page(desk: Client, cast: Cast) -> None:
    things(cast, 31, days=-5)

    first = desk.get("/desk/sites/due").get_data(as_text=True)
    onward = first.split('class="onward" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(onward).get_data(as_text=True)

    assert first.index("Bình 000") < first.index("Giấy 024")
    assert sum((first + second).count(f">{name} {n:03d}<") for name in ("Bình", "Giấy") for n in range(31)) == 62
    assert "Đã hết hạn" in first


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("over=1", False),
        ("what=document", True),
        ("commune=05467&sector=CK&q=gia sang", True),
        ("commune=05443", False),
        ("sector=YT", False),
        ("q=khong co", False),
        ("days=7", True),
    ],
)
def test_the_list_is_narrowed(desk: Client, cast: Cast, query: str, found: bool) -> None:
    things(cast, 1, days=20)

    assert ("Giấy 000" in desk.get(f"/desk/sites/due?{query}").get_data(as_text=True)) is found


def test_lists_ask_the_database_no_more_when_they_are_longer(app: Flask, desk: Client, cast: Cast, site: Site) -> None:
    things(cast, 1)
    for address in ("/desk/sites/due", "/desk/sites", "/desk/sites/organisations"):
        desk.get(address)  # the first page of a process also reads what stays
        with counted(app) as few:
            desk.get(address)
        things(cast, 20)
        with counted(app) as more:
            desk.get(address)
        assert len(more) == len(few), address


def test_an_organisation_is_found_read_and_corrected(desk: Client, cast: Cast, site: Site) -> None:
    organisation = site.organisation_id
    found = desk.get("/desk/sites/organisations?q=cong ty tnhh thu nghiem").get_data(as_text=True)
    assert str(organisation) in found
    where = f"/desk/sites/organisations/{organisation}"
    assert "Chung cư Túc Duyên" in desk.get(where).get_data(as_text=True)

    answer = send(desk, f"{where}/edit", name="Công ty TNHH Đổi Tên", tax_code="4601234560")

    assert answer.status_code == 302
    assert "4601234560" in desk.get(where).get_data(as_text=True)
    assert str(site.id) in desk.get("/desk/sites?q=doi ten").get_data(as_text=True)
    assert audited(cast, "organisation.changed") == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("4601234561", "sai số kiểm tra"),
        ("12", "Mã số thuế không đúng"),
        ("019190000123", "chỉ dùng cho hộ kinh doanh"),
    ],
)
def test_a_wrong_code_is_told(desk: Client, site: Site, code: str, told: str) -> None:
    answer = send(desk, f"/desk/sites/organisations/{site.organisation_id}/edit", tax_code=code)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_two_people_at_the_same_organisation_see_both(desk: Client, cast: Cast, site: Site) -> None:
    where = f"/desk/sites/organisations/{site.organisation_id}/edit"
    mine = change(fields_of(desk.get(where)), {"phone": "0208 1", "tax_code": ""})
    send(cast.client(cast.victor), where, phone="0208 2", tax_code="")

    met = desk.post(where, data=mine)

    assert met.status_code == 409
    assert "bạn ghi “0208 1”, người khác đã ghi “0208 2”" in met.get_data(as_text=True)


def test_a_code_another_has_is_refused(desk: Client, cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        other = builders.an_organisation(tx, "Công ty khác")
        tx.get_one(Organisation, other.id).tax_code = "4601234560"
        tx.commit()

    answer = send(desk, f"/desk/sites/organisations/{site.organisation_id}/edit", tax_code="4601234560")

    assert answer.status_code == 422
    assert "Công ty khác đang dùng mã" in answer.get_data(as_text=True)


@pytest.mark.parametrize("person", ["alice", "cora", "auth"])
def test_reading_is_for_the_desk_and_writing_for_keepers(cast: Cast, site: Site, person: str) -> None:
    client = cast.client(getattr(cast, person))

    for where in ("/desk/sites/due", "/desk/sites/organisations", f"/desk/sites/organisations/{site.organisation_id}"):
        assert client.get(where).status_code == 200
    for where in (
        f"/desk/sites/{site.id}/equipment/new",
        f"/desk/sites/{site.id}/documents/new",
        f"/desk/sites/{site.id}/parties/new",
        f"/desk/sites/organisations/{site.organisation_id}/edit",
    ):
        assert client.get(where).status_code == 403


def test_an_unknown_organisation_is_not_found(desk: Client) -> None:
    assert desk.get(f"/desk/sites/organisations/{uuid4()}").status_code == 404
