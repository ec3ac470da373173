"""Pháp luật: search, one instrument, the change notice, limits."""

import re
from datetime import date

import pytest

from inspect_app.services.laws import PAGE
from tests.cast import ZONES, Cast, Client
from tests.registry_cast import Registry

pytest_plugins = ("tests.registry_cast",)
FIRST = "/desk/laws"
CHANGE = f"{FIRST}/ND12-2022/changed-by/ND283-2026"


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_all_instruments_are_listed_with_what_changed(desk: Client) -> None:
    page = text_of(desk, FIRST)
    assert "NĐ 283/2026" in page
    assert "/desk/laws/ND12-2022/changed-by/ND283-2026" in page


@pytest.mark.parametrize(
    ("asked", "found", "not_found"),
    [
        ("khong kiem dinh", "ND283-2026", "ND39-2016"),  # the conduct of a rule, without diacritics
        ("283/2026", "ND283-2026", "ND16-2022"),
        ("tieng on", "QCVN24-2016", "ND16-2022"),
        ("nhan dien danh gia yeu to", "L84-2015", "QCVN24-2016"),  # the gist of a provision
    ],
)
def test_search_without_diacritics(desk: Client, asked: str, found: str, not_found: str) -> None:
    page = text_of(desk, f"{FIRST}?q={asked}")
    assert f"/desk/laws/{found}" in page
    assert f'/desk/laws/{not_found}"' not in page


def test_only_those_that_ended(desk: Client) -> None:
    page = text_of(desk, f"{FIRST}?only=ended")
    assert "/desk/laws/ND12-2022" in page
    assert '/desk/laws/ND283-2026"' not in page


def test_an_unknown_beginning_is_not_said_to_be_in_force(desk: Client) -> None:
    page = text_of(desk, f"{FIRST}/QCVN18-2021")
    assert "Chưa rõ" in page
    assert "Đang có hiệu lực" not in page
    assert '/desk/laws/QCVN18-2021"' in text_of(desk, f"{FIRST}?only=unknown")
    assert '/desk/laws/QCVN18-2021"' not in text_of(desk, f"{FIRST}?only=in-force")
    assert '/desk/laws/ND283-2026"' in text_of(desk, f"{FIRST}?only=in-force")


def test_nothing_found_says_what_to_do(desk: Client) -> None:
    assert "Không có văn bản nào khớp" in text_of(desk, f"{FIRST}?q=zzzz")


def test_an_instrument_shows_amounts_for_the_three_kinds_of_offender(desk: Client) -> None:
    page = text_of(desk, f"{FIRST}/ND283-2026")
    row = page[page.index('id="rule-283-35.4"') :]
    row = row[: row.index('id="rule-283-35.5"')]
    assert "20.000.000" in row  # an individual and a household, from the first machine
    assert "150.000.000" in row  # an organisation, at the top
    assert "21 trở lên" in row
    assert "Cá nhân, hộ kinh doanh (đồng)" in page
    assert "Giám đốc Sở Nội vụ" in page
    assert "<svg" in page


@pytest.mark.parametrize(
    ("on", "told"),
    [("2026-09-09", "NĐ 12/2022"), ("2026-09-10", "NĐ 283/2026")],
)
def test_the_day_the_conduct_ended_chooses_the_decree(desk: Client, on: str, told: str) -> None:
    page = text_of(desk, f"{FIRST}/ND283-2026?on={on}")
    notice = re.search(r'role="status">(.*?)</p>', page, re.DOTALL)
    assert notice is not None
    assert told in notice.group(1)


def test_an_unread_amount_is_not_invented(desk: Client) -> None:
    page = text_of(desk, f"{FIRST}/ND12-2022")
    row = page[page.index('id="rule-12-24"') :].split("</tr>")[0]
    assert "cần kiểm tra" in row
    assert re.search(r"\d\.\d{3}\.\d{3}", row) is None


def test_every_instrument_has_its_page(desk: Client) -> None:
    for address in sorted(set(re.findall(r'data-href="(/desk/laws/[^"]+)"', text_of(desk, FIRST)))):
        text_of(desk, address)


def test_items_that_rest_on_it_are_named(desk: Client) -> None:
    assert "GEN-28" in text_of(desk, f"{FIRST}/ND283-2026")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{FIRST}/ND999-2030", 404),
        (f"{FIRST}/ND283-2026?on=31-12-2026", 422),
        (f"{FIRST}/ND283-2026/changed-by/ND12-2022", 404),
        (f"{FIRST}/ND12-2022/changed-by/ND283-2026?after=zzz", 422),
        (f"{FIRST}/%2e%2e%2fgen", 404),
    ],
)
def test_what_is_not_there(desk: Client, address: str, status: int) -> None:
    assert desk.get(address).status_code == status


def test_a_change_names_items_rules_and_the_open_findings_of_the_own_agency(registry: Registry, desk: Client) -> None:
    summer, autumn = date(2026, 8, 1), date(2026, 9, 10)
    ours = registry.add(item="GEN-28", found_on=summer)
    others = [
        registry.add(item="GEN-28", found_on=autumn),  # found under the new decree
        registry.add(item="GEN-28", found_on=summer, remedy_status="closed"),
        registry.add(ZONES, item="GEN-28", found_on=summer),  # another agency's
        registry.add(item="GEN-G1", found_on=summer),  # rests on no rule of the decree
    ]
    page = text_of(desk, CHANGE)

    assert f"/desk/violations/{ours}" in page
    assert [each for each in others if f"/desk/violations/{each}" in page] == []
    assert "Điều 24" in page


def test_the_open_findings_come_in_pages(registry: Registry, desk: Client) -> None:
    made = {registry.add(item="GEN-28", found_on=date(2026, 8, 1)) for _ in range(PAGE + 1)}
    first = text_of(desk, CHANGE)
    onward = re.search(r'href="([^"]+)" rel="next"', first)
    assert onward is not None
    second = text_of(desk, onward.group(1).replace("&amp;", "&"))
    seen = [{each for each in made if f'data-href="/desk/violations/{each}"' in page} for page in (first, second)]
    assert [len(each) for each in seen] == [PAGE, 1]
    assert seen[0] | seen[1] == made


def test_limits_and_the_noise_of_a_duration(desk: Client) -> None:
    page = text_of(desk, f"{FIRST}/limits?minutes=100")
    assert "không quá <strong>91 dBA</strong>" in page
    assert "QCVN 24:2016/BYT" in page
    assert "không quá <strong>" not in text_of(desk, f"{FIRST}/limits?minutes=zzz")


def test_the_first_screen_tells_of_the_change(desk: Client) -> None:
    assert "/desk/laws/ND12-2022/changed-by/ND283-2026" in text_of(desk, "/desk/")


def test_nobody_reads_it_unsigned(cast: Cast) -> None:
    assert cast.app.test_client().get(FIRST).status_code in {302, 401}
