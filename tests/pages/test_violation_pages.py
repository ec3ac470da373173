"""Sổ vi phạm: the list, one violation, and steps by form; no JavaScript is needed for any of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from tests.builders import TODAY
from tests.cast import BUILDING, ZONES, Cast, Client
from tests.registry_cast import Registry

LIST = "/desk/violations"


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


def text(answer: TestResponse) -> str:
    """What a reader sees."""
    bare = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(unescape(bare).split())


def page(client: Client, violation: UUID) -> str:
    answer = client.get(f"{LIST}/{violation}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: Client, violation: UUID, step: str, /, **facts: Any) -> TestResponse:
    """Fill the step's form as it stands on the page and send it."""
    html = page(client, violation)
    token = re.search(r'name="(?:[a-z-]+-)?csrf_token" type="hidden" value="([^"]+)"', html)
    shown = re.search(rf'name="{step}-version" value="(\d+)"', html)
    given = {f"{step}-{name}": value for name, value in facts.items()}
    given.setdefault(f"{step}-version", shown.group(1) if shown else "1")
    given[f"{step}-csrf_token"] = given["csrf_token"] = token.group(1) if token else ""
    return client.post(f"{LIST}/{violation}/{step}", data=given)


REQUEST = {"document": "15/SXD-TTr", "date": TODAY.isoformat(), "deadline": (TODAY + timedelta(days=30)).isoformat()}


def test_the_list_says_in_words_what_is_late_and_what_is_repeated(vera: Client, registry: Registry) -> None:
    site = registry.site()
    registry.add(site=site, found_on=TODAY - timedelta(days=99), remedy_status="closed")
    registry.add(site=site, deadline=TODAY - timedelta(days=3), stop_status="suspension-proposed")
    told = text(vera.get(LIST))
    for word in ("Sổ vi phạm", "Quá hạn 3 ngày", "Tồn tại lặp lại", "Đề xuất tạm dừng, đình chỉ", "2 vi phạm"):
        assert word in told


def test_filters_stand_in_the_address_and_lead_to_the_follow_up_list(vera: Client, registry: Registry) -> None:
    registry.add(title="Lan can tầng 5", severity=4)
    registry.add(title="Tủ điện hở", severity=2)
    answer = vera.get(LIST, query_string={"severity": 4, "q": "lan can"})
    told = text(answer)
    assert "Lan can tầng 5" in told
    assert "Tủ điện hở" not in told
    assert "/desk/follow-up?q=lan+can&amp;severity=4" in answer.get_data(as_text=True)
    assert "Bỏ lọc" in told


def test_the_next_page_keeps_the_filters(vera: Client, registry: Registry) -> None:
    for _ in range(52):
        registry.add(severity=4)
    registry.add(severity=1, title="Không thuộc bộ lọc")
    first = vera.get(LIST, query_string={"severity": 4})
    onward = re.search(r'href="([^"]+)" rel="next"', first.get_data(as_text=True))
    assert onward
    second = vera.get(unescape(onward.group(1)))
    assert second.get_data(as_text=True).count("<tr data-href") == 2
    assert "Không thuộc bộ lọc" not in text(second)
    assert "Về đầu danh sách" in text(second)


def test_wrong_filters_get_a_clear_answer(vera: Client) -> None:
    answer = vera.get(LIST, query_string={"severity": "cao", "remedy": "xong"})
    told = text(answer)
    assert answer.status_code == 422
    assert "Mức độ: phải là số từ 1 đến 4" in told
    assert "Khắc phục: phải là một trong" in told
    assert vera.get(LIST, query_string={"after": "abc"}).status_code == 422


def test_an_empty_registry_says_when_it_fills(vera: Client) -> None:
    assert "Sổ chưa có vi phạm nào." in text(vera.get(LIST))
    assert "Không có vi phạm nào khớp." in text(vera.get(LIST, query_string={"q": "zzz"}))


def test_the_coordinator_reads_all_and_others_their_own(cast: Cast, registry: Registry) -> None:
    theirs = registry.add(ZONES, title="Của Ban Quản lý")
    registry.add(BUILDING, title="Của Sở Xây dựng")
    vera, cora = cast.client(cast.vera), cast.client(cast.cora)
    assert "Của Ban Quản lý" not in text(vera.get(LIST))
    assert vera.get(f"{LIST}/{theirs}").status_code == 404
    told = text(cora.get(LIST))
    assert "Của Ban Quản lý" in told
    assert "Của Sở Xây dựng" in told
    assert "Cơ quan" in told
    html = page(cora, theirs)
    assert 'method="post" class="form"' not in html  # reads, and takes no step


@pytest.mark.parametrize("address", [LIST, "/desk/follow-up", "/desk/follow-up.xlsx", "/desk/follow-up/paper"])
def test_an_inspector_has_no_place_at_the_desk(cast: Cast, address: str) -> None:
    assert cast.client(cast.bob).get(address).status_code == 403
    signed_out = Client(cast.app).get(address)
    assert (signed_out.status_code, "/desk/sign-in" in signed_out.headers["Location"]) == (302, True)


def test_a_violation_reads_like_a_file(vera: Client, registry: Registry) -> None:
    violation = registry.add(
        observed="Lan can tầng 5 hở 3 m\n<script>alert(1)</script>",
        basis=[{"label": "QCVN 18:2021/BXD", "at": "mục 2.7", "title": "Quy chuẩn", "confidence": "title-only"}],
        penalties=["283-32.3a"],
    )
    html = page(vera, violation)
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert "<script>alert" not in html
    for word in (
        "Lan can tầng 5 hở 3 m",
        "mục 2.7, QCVN 18:2021/BXD",
        "cần kiểm tra",
        "20.000.000 – 25.000.000",
        "40.000.000 – 50.000.000",
        "Chuyển hồ sơ đến Sở Nội vụ tỉnh Thái Nguyên",
        "Xử lý vi phạm hành chính",
        "Bước tiếp theo",
        "Xem trên bản đồ",
    ):
        assert word in told


def test_the_next_step_is_the_one_primary_button(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add(remedy_status="remedied")
    primary = re.findall(r'<button class="primary">([^<]+)</button>', page(vera, violation))
    assert primary == ["Đóng"]
    assert re.findall(r'<button class="primary">', page(cast.client(cast.alice), violation)) == []


def test_a_step_is_taken_by_a_plain_form(vera: Client, registry: Registry) -> None:
    violation = registry.add()
    answer = send(vera, violation, "request-remedy", **REQUEST, reason="Lắp lại lan can")
    assert answer.status_code == 302, text(answer)
    row = registry.row(violation)
    assert (row.remedy_status, row.deadline) == ("remedy-requested", TODAY + timedelta(days=30))
    told = text(vera.get(answer.headers["Location"]))
    for word in ("Đã ghi: Yêu cầu khắc phục.", "15/SXD-TTr", "Lắp lại lan can", "22/12/2026", "Phạm Thị Vân"):
        assert word in told


def test_a_double_click_changes_nothing(vera: Client, registry: Registry) -> None:
    violation = registry.add()
    for _ in range(2):
        assert send(vera, violation, "request-remedy", version=1, **REQUEST).status_code == 302
    assert len(registry.steps(violation)) == 1


def test_what_was_typed_comes_back_with_what_is_missing(vera: Client, registry: Registry) -> None:
    violation = registry.add()
    answer = send(vera, violation, "request-remedy", document="15/SXD-TTr")
    assert answer.status_code == 422
    assert "Còn thiếu: Ngày, Hạn khắc phục" in text(answer)
    assert 'value="15/SXD-TTr"' in answer.get_data(as_text=True)
    assert registry.row(violation).remedy_status == "recorded"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"date": (TODAY + timedelta(days=1)).isoformat()}, "chưa tới"),
        ({"deadline": (TODAY - timedelta(days=1)).isoformat()}, "trước ngày"),
        ({"date": "hôm qua"}, "Chưa ghi được"),
        ({"document": "x" * 61}, "Chưa ghi được"),
    ],
)
def test_facts_that_cannot_be_are_told(vera: Client, registry: Registry, facts: dict[str, str], told: str) -> None:
    violation = registry.add()
    answer = send(vera, violation, "request-remedy", **(REQUEST | facts))
    assert answer.status_code == 422
    assert told in text(answer)
    assert registry.steps(violation) == []


def test_somebody_else_was_faster(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add()
    assert send(cast.client(cast.auth), violation, "request-remedy", **REQUEST).status_code == 302
    answer = send(vera, violation, "cancel", version=1, reason="Trùng")
    assert answer.status_code == 409
    assert "Hồ sơ vừa được người khác sửa" in text(answer)
    assert registry.row(violation).remedy_status == "remedy-requested"


def test_a_leader_may_not_close_and_is_told(cast: Cast, registry: Registry) -> None:
    violation = registry.add(remedy_status="remedied")
    answer = send(cast.client(cast.alice), violation, "close", reason="Xong")
    assert answer.status_code == 403
    assert "Vai trò của bạn không làm bước này" in text(answer)
    assert registry.row(violation).remedy_status == "remedied"


def test_the_author_may_not_close(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add(remedy_status="remedied", author_id=cast.vera.id)
    assert "Đóng" not in re.findall(r"<button[^>]*>([^<]+)</button>", page(vera, violation))
    assert send(vera, violation, "close", reason="Xong").status_code == 403
    assert send(cast.client(cast.auth), violation, "close", reason="Xong").status_code == 302


def test_a_file_goes_to_the_agency_that_may_sanction(cast: Cast, vera: Client, registry: Registry) -> None:
    violation = registry.add(penalties=["283-32.3a"])
    proposed = send(cast.client(cast.alice), violation, "propose-sanction", rule="283-32.3a")
    assert proposed.status_code == 302, text(proposed)
    html = page(vera, violation)
    assert 'value="Sở Nội vụ tỉnh Thái Nguyên"' in html
    assert "Ghi biên bản VPHC" not in re.findall(r"<button[^>]*>([^<]+)</button>", html)
    paper = {"document": "16/SXD", "date": TODAY.isoformat(), "addressee": "Sở Nội vụ tỉnh Thái Nguyên"}
    assert send(vera, violation, "refer", **paper).status_code == 302
    assert registry.row(violation).sanction_status == "referred"


def test_a_rule_may_be_written_by_hand(cast: Cast, registry: Registry) -> None:
    violation = registry.add()
    answer = send(cast.client(cast.alice), violation, "propose-sanction", rule="other", reason="Điều 9 NĐ 99/2020")
    assert answer.status_code == 302, text(answer)
    assert registry.steps(violation)[0].facts["rule"] == "Điều 9 NĐ 99/2020"


def test_money_is_typed_as_people_write_it(cast: Cast, registry: Registry) -> None:
    violation = registry.add(sanction_status="record-drawn")
    paper = {"document": "9/QĐ-XPHC", "date": TODAY.isoformat(), "signatory": "Giám đốc"}
    answer = send(cast.client(cast.auth), violation, "decide", amount="45.000.000", **paper)
    assert answer.status_code == 302, text(answer)
    assert registry.row(violation).fine_vnd == 45_000_000


def test_a_form_from_elsewhere_is_refused(vera: Client, registry: Registry) -> None:
    violation = registry.add()
    answer = vera.post(f"{LIST}/{violation}/cancel", data={"cancel-version": "1", "cancel-reason": "x"})
    assert answer.status_code == 400
    assert registry.row(violation).remedy_status == "recorded"


def test_what_is_not_there_is_said(vera: Client, registry: Registry) -> None:
    assert vera.get(f"{LIST}/{uuid4()}").status_code == 404
    assert send(vera, registry.add(), "reopen").status_code == 404


def test_more_rows_take_no_more_queries(
    vera: Client, registry: Registry, queries: Callable[[Callable[[], object]], int]
) -> None:
    registry.add()
    vera.get(LIST)
    one = queries(lambda: vera.get(LIST))
    for _ in range(12):
        registry.add()
    assert queries(lambda: vera.get(LIST)) == one


def test_two_answers_are_shown_with_their_names(cast: Cast, vera: Client, registry: Registry) -> None:
    heads: list[dict[str, Any]] = [
        {"value": "fail", "by": str(cast.alice.id)},
        {"value": "pass", "by": str(cast.bob.id)},
    ]
    told = text(vera.get(f"{LIST}/{registry.add(in_conflict=True, value={'heads': heads})}"))
    assert "Hai kết quả khác nhau" in told
    assert "Không đạt Nguyễn Thị An" in told
    assert "Đạt Lê Văn Bình" in told
