"""Cơ sở: the list, one site, entering and correcting."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from inspect_app.store.tables import AuditRow, Inspection, Organisation, Site, SiteParty
from tests import builders
from tests.builders import TODAY
from tests.cast import Cast, Client
from tests.pages.browsing import fields_of, send

NEW = "/desk/sites/new"
GOOD = {
    "name": "Chung cư cao tầng Túc Duyên",
    "kind": "works",
    "sector": "XDK",
    "address": "Đường Bến Oánh",
    "commune": "05443",
    "workers": "120",
    "lat": "21.59",
    "lon": "105.84",
    "tax_code": "4601234560",
    "organisation": "Công ty CP Xây lắp Túc Duyên",
    "contact_name": "Ông Bùi Văn Nam",
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


def count(cast: Cast, table: type[Site] | type[Organisation] | type[SiteParty]) -> int:
    with cast.reading() as tx:
        return tx.scalars(select(func.count()).select_from(table)).one()


def test_a_new_site_is_found_without_diacritics(desk: Client, cast: Cast) -> None:
    answer = send(desk, NEW, **GOOD)

    assert answer.status_code == 302
    made = desk.get("/desk/sites?q=tuc duyen").get_data(as_text=True)
    assert answer.headers["Location"].rsplit("/", 1)[1] in made
    page = desk.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Ông Bùi Văn Nam" in page
    assert "4601234560" in page


def test_a_known_tax_code_finds_the_organisation_instead_of_doubling_it(desk: Client, cast: Cast) -> None:
    send(desk, NEW, **GOOD)
    send(desk, NEW, **GOOD | {"name": "Kho của cùng doanh nghiệp", "organisation": ""})

    assert (count(cast, Site), count(cast, Organisation)) == (2, 1)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Nhập tên."),
        ("commune", "", "Chọn xã, phường."),
        ("lon", "", "Thiếu nửa toạ độ"),
        ("lat", "10.77", "ngoài tỉnh Thái Nguyên"),
        ("tax_code", "12", "Mã số thuế không đúng"),
        ("workers", "-4", "Số lao động không hợp lý."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    desk: Client, cast: Cast, field: str, value: str, told: str
) -> None:
    answer = send(desk, NEW, **GOOD | {field: value})

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert fields_of(answer)["address"] == "Đường Bến Oánh"
    assert fields_of(answer)[field] == value
    assert (count(cast, Site), count(cast, Organisation)) == (0, 0)


def test_a_correction_is_kept_with_what_it_was(desk: Client, cast: Cast, site: Site) -> None:
    where = f"/desk/sites/{site.id}/edit"

    assert send(desk, where, address="Số 9, phố Cột Cờ").status_code == 302
    assert send(desk, where, address="Số 9, phố Cột Cờ").status_code == 302

    with cast.reading() as tx:
        [row] = tx.scalars(select(AuditRow).where(AuditRow.action == "site.changed")).all()
    assert row.facts["before"]["address"] == site.address
    assert row.facts["after"]["address"] == "Số 9, phố Cột Cờ"
    assert str(site.id) in desk.get("/desk/sites?q=pho cot co").get_data(as_text=True)


def test_a_correction_keeps_the_contacts_it_does_not_show(desk: Client, cast: Cast, site: Site) -> None:
    with cast.writing() as tx:
        tx.get_one(Site, site.id).contacts = [
            {"name": "Một", "role": "", "phone": ""},
            {"name": "Hai", "role": "", "phone": ""},
        ]
        tx.commit()

    send(desk, f"/desk/sites/{site.id}/edit", address="Địa chỉ mới")

    with cast.reading() as tx:
        assert [each["name"] for each in tx.get_one(Site, site.id).contacts] == ["Một", "Hai"]


def test_a_party_is_entered_once(desk: Client, cast: Cast, site: Site) -> None:
    for _ in range(2):
        answer = send(
            desk,
            f"/desk/sites/{site.id}/parties/new",
            tax_code="4609999995",
            organisation="Nhà thầu phụ Hợp Lực",
            role="subcontractor",
        )
        assert answer.status_code == 302

    assert count(cast, SiteParty) == 1


def test_an_ended_site_takes_no_more_visits(desk: Client, site: Site) -> None:
    answer = send(desk, f"/desk/sites/{site.id}", f"/desk/sites/{site.id}/end")

    assert answer.status_code == 302
    assert "Đã ngừng hoạt động" in desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)
    refused = send(desk, f"/desk/plan/new?site={site.id}")
    assert refused.status_code == 422
    assert "Cơ sở đã ngừng hoạt động" in refused.get_data(as_text=True)


def test_what_others_found_is_known_without_their_file(desk: Client, cast: Cast, site: Site) -> None:
    theirs = cast.inspection(cast.carol, site=site, number="BQL-2026-0009", state="approved")
    with cast.writing() as tx:
        row = tx.get_one(Inspection, theirs)
        found = builders.a_violation(tx, row, title="Thiếu lối thoát nạn", observed="CHUYỆN RIÊNG")
        tx.commit()

    page = desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)

    assert "BQL-2026-0009" in page
    assert "Thiếu lối thoát nạn" in page
    assert "CHUYỆN RIÊNG" not in page
    assert f"/desk/inspections/{theirs}" not in page
    assert f"/desk/violations/{found.id}" not in page


def test_earlier_years_stand_apart(desk: Client, cast: Cast, site: Site) -> None:
    day = TODAY - timedelta(days=400)
    cast.inspection(cast.alice, site=site, number="SXD-2025-0001", window_start=day, window_end=day, visited_on=day)

    page = desk.get(f"/desk/sites/{site.id}").get_data(as_text=True)

    assert "SXD-2025-0001" in page.split("Các năm trước")[1]


@pytest.mark.parametrize("person", ["alice", "cora", "auth"])
def test_reading_is_for_the_desk_and_writing_for_keepers(cast: Cast, site: Site, person: str) -> None:
    client = cast.client(getattr(cast, person))

    assert client.get("/desk/sites").status_code == 200
    assert client.get(f"/desk/sites/{site.id}").status_code == 200
    for where in (NEW, f"/desk/sites/{site.id}/edit"):
        assert client.get(where).status_code == 403
    for where in (f"/desk/sites/{site.id}/parties/new", f"/desk/sites/{site.id}/end"):
        assert client.post(where).status_code in {400, 403}


def test_pages_of_sites_follow_one_another(desk: Client, cast: Cast) -> None:
    with cast.writing() as tx:
        owner = builders.an_organisation(tx)
        wanted = {builders.a_site(tx, owner, name="Trùng tên" if n % 2 else f"Cơ sở {n:03d}").id for n in range(60)}
        tx.commit()

    first = desk.get("/desk/sites").get_data(as_text=True)
    onward = first.split('class="onward" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(onward).get_data(as_text=True)

    def shown(page: str) -> set[UUID]:
        return {each for each in wanted if f'data-href="/desk/sites/{each}"' in page}

    assert shown(first) | shown(second) == wanted
    assert not shown(first) & shown(second)


def test_an_unknown_site_says_so(desk: Client) -> None:
    assert desk.get(f"/desk/sites/{uuid4()}").status_code == 404
