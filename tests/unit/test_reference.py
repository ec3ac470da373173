"""The reference data: complete, loaded once, and never matched by names without diacritics."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from inspect_app.domain.distance import PROVINCE
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY, Actor, Role
from inspect_app.domain.search import search_key
from inspect_app.services import organisations, site_parties, sites
from inspect_app.services.organisations import NewOrganisation
from inspect_app.services.sites import NewSite, SiteFilter
from inspect_app.store.database import Tx, open_engine, open_transactions
from inspect_app.store.sites import outlines
from inspect_app.store.tables import Commune, Site, Zone

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ANNA = Actor(uuid4(), "so-xay-dung", Role.SUPERVISOR, "Anna", "so-xay-dung.supervisor")


@contextmanager
def writing(url: str) -> Iterator[Tx]:
    engine = open_engine(url)
    try:
        with open_transactions(engine)[1]() as tx:
            tx.info["scope"] = EVERY_AGENCY
            yield tx
            tx.commit()
    finally:
        engine.dispose()


@pytest.fixture
def tx(database_url: str) -> Iterator[Tx]:
    with writing(database_url) as opened:
        sites.load_reference(opened)
        yield opened


def test_there_are_92_communes_77_of_them_rural() -> None:
    names = [each.name for each in outlines()]

    assert len(names) == len({each.code for each in outlines()}) == 92
    assert sum(name.startswith("Xã ") for name in names) == 77
    assert sum(name.startswith("Phường ") for name in names) == 15


def test_every_centre_lies_in_its_box_and_every_box_in_the_province() -> None:
    for each in outlines():
        assert each.box.holds(each.lat, each.lon)
        assert PROVINCE.holds(each.box.min_lat, each.box.min_lon)
        assert PROVINCE.holds(each.box.max_lat, each.box.max_lon)


def test_names_collide_without_diacritics_so_codes_are_the_keys() -> None:
    assert {each.code for each in outlines() if search_key(each.name) == "xa van lang"} == {"02143", "05665"}


def test_loading_twice_changes_nothing(tx: Tx) -> None:
    assert sites.load_reference(tx) == 0
    assert len(sites.list_communes(tx)) == 92
    assert {agency.id for agency in sites.list_agencies(tx)} == {"thanh-tra", "so-xay-dung", "bql-kcn", "so-noi-vu"}
    assert "KCN Điềm Thụy" in {zone.name for zone in sites.list_zones(tx)}


def test_an_edited_name_arrives_with_the_next_loading(tx: Tx) -> None:
    commune = tx.get_one(Commune, "05443")
    commune.name = "cũ"
    tx.flush()

    assert sites.load_reference(tx) == 1
    assert commune.name == "Phường Phan Đình Phùng"


def test_a_position_proposes_the_nearest_commune_first() -> None:
    proposed = sites.candidate_communes(21.58873, 105.83377)

    assert proposed[0].name == "Phường Phan Đình Phùng"
    assert all(each.box.holds(21.58873, 105.83377) for each in proposed)
    assert sites.candidate_communes(21.0285, 105.8542) == []


def test_a_site_is_found_without_diacritics(tx: Tx) -> None:
    new = NewSite(
        "establishment",
        "Mỏ đá Núi Voi",
        "Xóm Đồng Chuối",
        "05740",
        "MO",
        organisations.register(tx, NewOrganisation("Công ty TNHH Đường Sắt", "4600000016"), actor=ANNA, now=NOW).id,
    )
    site = sites.register_site(tx, new, actor=ANNA, now=NOW)

    for asked in ("nui voi", "NÚI VOI", "duong sat", "4600000016", "la hien voi"):
        found, more = sites.list_sites(tx, SiteFilter(text=asked))
        assert [each.id for each in found] == [site.id], asked
        assert more is None
    assert sites.list_sites(tx, SiteFilter(text="nui_voi"))[0] == []


def test_pages_of_sites_hold_each_site_once(tx: Tx) -> None:
    owner = organisations.register(tx, NewOrganisation("Chủ"), actor=ANNA, now=NOW).id
    for number in (3, 1, 2, 2, 5, 4, 1):  # two pairs share a name
        sites.register_site(
            tx, NewSite("works", f"Công trình {number}", "", "05443", "XDK", owner), actor=ANNA, now=NOW
        )

    seen: list[Site] = []
    page, after = sites.list_sites(tx, SiteFilter(), limit=3)
    seen += page
    while after is not None:
        page, after = sites.list_sites(tx, SiteFilter(), after=after, limit=3)
        seen += page

    assert len(seen) == len({each.id for each in seen}) == 7
    assert [each.name for each in seen] == sorted(each.name for each in seen)


def test_one_tax_code_is_one_organisation(tx: Tx) -> None:
    organisations.register(tx, NewOrganisation("Một", "4600000016"), actor=ANNA, now=NOW)

    with pytest.raises(RuleBroken) as refused:
        organisations.register(tx, NewOrganisation("Hai", "4600000016"), actor=ANNA, now=NOW)
    assert refused.value.code == "tax-code-taken"
    assert refused.value.facts["organisation"] == "Một"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"commune_code": "99999"}, "unknown-commune"),
        ({"zone_id": "khong-co"}, "unknown-zone"),
        ({"kind": "nhà"}, "unknown-site-kind"),
        ({"organisation_id": uuid4()}, "unknown-organisation"),
        ({"lat": 21.0285, "lon": 105.8542}, "outside-province"),
        ({"lat": 21.59}, "half-a-position"),
    ],
)
def test_what_cannot_be_a_site_is_refused(tx: Tx, change: dict[str, object], code: str) -> None:
    owner = organisations.register(tx, NewOrganisation("Chủ"), actor=ANNA, now=NOW).id
    right: dict[str, object] = {
        "kind": "works",
        "name": "Nhà",
        "address": "",
        "commune_code": "05443",
        "sector": "XDK",
        "organisation_id": owner,
    }

    with pytest.raises(RuleBroken) as refused:
        sites.register_site(tx, NewSite(**{**right, **change}), actor=ANNA, now=NOW)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_contractor_is_found_by_all_its_works_also_when_they_have_ended(tx: Tx) -> None:
    owner = organisations.register(tx, NewOrganisation("Chủ"), actor=ANNA, now=NOW).id
    builder = organisations.register(tx, NewOrganisation("Nhà thầu"), actor=ANNA, now=NOW).id
    works = [
        sites.register_site(tx, NewSite("works", name, "", "05443", "XDK", owner), actor=ANNA, now=NOW)
        for name in ("A", "B")
    ]
    for site in [*works, *works]:
        site_parties.add(tx, site.id, builder, "main-contractor", actor=ANNA, now=NOW)
    sites.end_site(tx, works[1].id, actor=ANNA, now=NOW)

    assert [each.name for each in organisations.works_of(tx, builder)] == ["A", "B"]
    assert [len(each.parties) for each in organisations.works_of(tx, builder)] == [1, 1]
    assert [each.name for each in sites.list_sites(tx, SiteFilter())[0]] == ["A"]
    assert [each.name for each in sites.list_sites(tx, SiteFilter(ended=True))[0]] == ["B"]


def test_zones_have_a_known_status(tx: Tx) -> None:
    assert {tx.get_one(Zone, zone.id).status for zone in sites.list_zones(tx)} == {
        "operating",
        "construction",
        "planned",
    }
