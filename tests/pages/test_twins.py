"""Entering a site that may be there already: it is shown and nothing is in the way; merges on a site's page."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from inspect_app.domain.people import Actor
from inspect_app.services import duplicates, merging
from inspect_app.store.tables import Merge, Organisation, Site
from tests import builders
from tests.builders import COMMUNE, NOW
from tests.cast import Cast, Client
from tests.pages.browsing import change, fields_of, send

NEW, CODE = "/desk/sites/new", "4600000030"
TYPED = {
    "name": "Xưởng cơ khí số 2",
    "kind": "establishment",
    "sector": "CK",
    "organisation": "Cty TNHH Cơ khí Hồng Lam",
    "address": "Số 12 đường Bến Tượng",
    "commune": COMMUNE,
}


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


@pytest.fixture
def there(cast: Cast) -> UUID:
    """An organisation with a site, both looked at by the worker."""
    with cast.writing() as tx:
        unit = builders.an_organisation(tx, name="Công ty TNHH Cơ khí Hồng Lam")
        unit.tax_code = CODE
        unit.address = "12 Bến Tượng, phường Phan Đình Phùng"
        site = builders.a_site(tx, unit, name="Xưởng cơ khí số 2", sector="CK")
        site.address = "Số 12 đường Bến Tượng"
        tx.flush()
        duplicates.search(tx, now=NOW)
        tx.commit()
        return unit.id


def counts(cast: Cast) -> tuple[int, int]:
    with cast.reading() as tx:
        return tx.scalars(select(func.count(Organisation.id))).one(), tx.scalars(select(func.count(Site.id))).one()


def test_a_likely_twin_is_shown_once_and_then_the_new_one_is_entered(cast: Cast, vera: Client, there: UUID) -> None:
    before = counts(cast)
    first = send(vera, NEW, "", **TYPED)

    page = first.get_data(as_text=True)
    assert first.status_code == 200
    assert "Có thể doanh nghiệp này đã được ghi" in page
    assert f"/desk/sites/organisations/{there}" in page
    assert "cùng tên riêng" in page
    assert 'value="Cty TNHH Cơ khí Hồng Lam"' in page  # what was typed stays
    assert counts(cast) == before

    again = vera.post(NEW, data=fields_of(first, ""))
    assert again.status_code == 302
    assert counts(cast) == (before[0] + 1, before[1] + 1)


def test_of_an_owner_known_by_its_code_the_places_are_compared(cast: Cast, vera: Client, there: UUID) -> None:
    answer = send(vera, NEW, "", **{**TYPED, "tax_code": CODE})

    page = answer.get_data(as_text=True)
    assert "Có thể cơ sở này đã được ghi" in page
    assert "/desk/sites/organisations/" not in page.split('id="twins"')[1].split("</div>")[0]
    assert vera.post(NEW, data=fields_of(answer, "")).status_code == 302
    assert counts(cast)[0] == 1  # no second organisation


def test_another_twin_after_a_correction_is_shown_again(cast: Cast, vera: Client, there: UUID) -> None:
    first = send(vera, NEW, "", **TYPED)
    changed = change(fields_of(first, ""), {"tax_code": CODE})

    assert "Có thể cơ sở này đã được ghi" in vera.post(NEW, data=changed).get_data(as_text=True)


def test_what_is_like_nothing_is_entered_at_once_and_twice_is_once(cast: Cast, vera: Client, there: UUID) -> None:
    other = {**TYPED, "organisation": "Hợp tác xã Chè Tân Cương", "address": "Xóm Hồng Thái", "name": "Xưởng sao chè"}
    fields = change(fields_of(vera.get(NEW), ""), other)

    assert [vera.post(NEW, data=fields).status_code for _ in range(2)] == [302, 302]
    assert counts(cast) == (2, 2)


def test_a_contractor_that_may_be_there_is_shown_once(cast: Cast, vera: Client, there: UUID) -> None:
    with cast.reading() as tx:
        address = f"/desk/sites/{tx.scalars(select(Site.id)).one()}/parties/new"
    typed = {"organisation": TYPED["organisation"], "role": "subcontractor", "work": "Lắp dựng kết cấu thép"}

    first = send(vera, address, "", **typed)
    page = first.get_data(as_text=True)
    assert first.status_code == 200
    assert f"/desk/sites/organisations/{there}" in page
    assert 'value="Lắp dựng kết cấu thép"' in page
    assert counts(cast) == (1, 1)

    assert vera.post(address, data=fields_of(first, "")).status_code == 302
    assert counts(cast) == (2, 1)


def test_a_contractor_known_by_its_code_is_nobodys_twin(cast: Cast, vera: Client, there: UUID) -> None:
    with cast.reading() as tx:
        address = f"/desk/sites/{tx.scalars(select(Site.id)).one()}/parties/new"

    assert send(vera, address, "", tax_code=CODE, role="subcontractor").status_code == 302
    unknown = send(vera, address, "", tax_code="4600000048", role="subcontractor")
    assert unknown.status_code == 422
    assert "Chưa rõ doanh nghiệp" in unknown.get_data(as_text=True)
    assert counts(cast) == (1, 1)


def test_a_merge_of_sites_is_seen_and_undone_on_the_site(cast: Cast, vera: Client, there: UUID) -> None:
    player = cast.vera
    who = Actor(player.id, player.agency, player.role, player.name, player.username)
    with cast.writing() as tx:
        kept = tx.scalars(select(Site)).one()
        lost = builders.a_site(tx, kept.organisation, name="Xưởng cơ khí số hai")
        merging.merge(tx, uuid4(), "site", kept=kept.id, lost=lost.id, reason="một nơi", actor=who, now=NOW)
        tx.commit()
        address, merged = f"/desk/sites/{kept.id}", lost.id
        undo = f"/desk/sites/merges/{tx.scalars(select(Merge.id)).one()}/undo"

    page = vera.get(address)
    assert "Xưởng cơ khí số hai" in page.get_data(as_text=True)
    assert undo not in cast.client(cast.alice).get(address).get_data(as_text=True)
    answer = vera.post(undo, data=change(fields_of(page, undo), {"reason": "gộp nhầm"}))

    assert answer.headers["Location"] == f"/desk/sites/{merged}"
    assert vera.get(f"/desk/sites/{merged}").status_code == 200
    assert "Đã gộp vào đây" not in vera.get(address).get_data(as_text=True)


def test_a_pair_that_waits_is_told_on_the_site_to_those_who_decide(cast: Cast, vera: Client, there: UUID) -> None:
    with cast.writing() as tx:
        site = tx.scalars(select(Site)).one()
        twin = builders.a_site(tx, site.organisation, name="Xưởng cơ khí số 2", sector="CK")
        twin.address = site.address
        tx.flush()
        duplicates.search(tx, now=NOW)
        tx.commit()
        address = f"/desk/sites/{site.id}"

    assert "so sánh cơ sở" in vera.get(address).get_data(as_text=True)
    assert "so sánh cơ sở" not in cast.client(cast.alice).get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "behind"),
    [
        ("/desk/violations/{id}/request-remedy", "/desk/violations/{id}"),
        ("/desk/inspections/{id}/cancel", "/desk/inspections/{id}"),
        ("/desk/checklists/drafts/{id}/decide", "/desk/checklists/drafts/{id}"),
        ("/desk/sites/duplicates/{id}/merge", "/desk/sites/duplicates/{id}"),
        ("/desk/sign-out", "/desk/"),
    ],
)
def test_the_address_of_a_form_opens_the_page_behind_it(vera: Client, address: str, behind: str) -> None:
    key = str(uuid4())
    answer = vera.get(address.format(id=key))

    assert (answer.status_code, answer.headers["Location"]) == (303, behind.format(id=key))


def test_an_address_of_a_program_still_says_that_it_is_for_sending(vera: Client) -> None:
    assert vera.get("/api/v1/sync/push").status_code == 405
    assert vera.put("/desk/overview").status_code == 405
