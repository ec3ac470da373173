"""Danh sách theo dõi khắc phục: the page, the paper and the Excel file."""

import io
import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.test import TestResponse

from inspect_app.services import follow_up
from inspect_app.services.registry import Filter
from tests.builders import NOW, TODAY
from tests.cast import BUILDING, ZONES, Cast, Client
from tests.registry_cast import Registry

LIST, EXCEL, PAPER = "/desk/follow-up", "/desk/follow-up.xlsx", "/desk/follow-up/paper"


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


def text(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def sheet_of(content: bytes | Path) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content).active
    assert isinstance(sheet, Worksheet)
    return sheet


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows between the header and the recipients, by column."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
    header = [str(each) for each in rows[0]]
    return [dict(zip(header, row, strict=True)) for row in rows[1:] if isinstance(row[0], int)]


def test_the_list_leads_to_the_file_and_the_paper_with_the_same_filters(vera: Client, registry: Registry) -> None:
    registry.add(deadline=TODAY - timedelta(days=3))
    answer = vera.get(LIST, query_string={"overdue": 1})
    html = answer.get_data(as_text=True)
    assert "Danh sách theo dõi khắc phục" in text(answer)
    assert "Quá hạn 3 ngày" in text(answer)
    assert re.search(r'href="/desk/follow-up\.xlsx\?overdue=1">Xuất Excel<', html)
    assert 'href="/desk/follow-up/paper?overdue=1"' in html


def test_the_excel_file_holds_exactly_the_filtered_rows(vera: Client, registry: Registry) -> None:
    registry.add(title="=1+1", deadline=TODAY - timedelta(days=3), fine_vnd=45_000_000)
    registry.add(title="Chưa đến hạn")
    registry.add(title="Đã đóng", deadline=TODAY - timedelta(days=3), remedy_status="closed")
    registry.add(ZONES, title="NOISE", deadline=TODAY - timedelta(days=3))
    answer = vera.get(EXCEL, query_string={"overdue": 1}, buffered=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=theo-doi-khac-phuc-2026-11-22.xlsx"
    sheet = sheet_of(answer.get_data())
    (row,) = rows_of(sheet)
    late = datetime.combine(TODAY - timedelta(days=3), datetime.min.time())
    assert (row["Hành vi, tồn tại"], row["Hạn khắc phục"], row["Số ngày quá hạn"]) == ("=1+1", late, 3)
    assert (row["STT"], row["Số tiền phạt (đồng)"], row["Cán bộ phụ trách"]) == (1, 45_000_000, "Nguyễn Thị An")
    assert (row["Kết quả"], row["Biên bản VPHC"]) == ("Đã ghi vào biên bản kiểm tra", "Chưa lập")
    assert sheet.freeze_panes == "A9"
    subject = sheet.cell(6, 1).value
    assert subject == "Các tồn tại, vi phạm về an toàn, vệ sinh lao động tính đến ngày 22/11/2026 (quá hạn)"


def test_the_excel_file_carries_the_name_of_the_reader_s_agency(cast: Cast, registry: Registry) -> None:
    registry.add()
    registry.add(ZONES)
    ours = sheet_of(cast.client(cast.vera).get(EXCEL, buffered=True).get_data())
    alls = sheet_of(cast.client(cast.cora).get(EXCEL, buffered=True).get_data())
    assert (ours.cell(2, 1).value, len(rows_of(ours))) == ("SỞ XÂY DỰNG TỈNH THÁI NGUYÊN", 1)
    assert (alls.cell(2, 1).value, len(rows_of(alls))) == ("SỞ NỘI VỤ TỈNH THÁI NGUYÊN", 2)
    assert {row["Cán bộ phụ trách"] for row in rows_of(alls)} == {
        "Nguyễn Thị An (Sở Xây dựng)",
        "Hoàng Thị Châu (Ban Quản lý các KCN)",
    }


def test_a_list_of_several_batches_is_whole(vera: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {registry.row(registry.add()).code.split("/")[0] for _ in range(7)}
    monkeypatch.setattr(follow_up, "BATCH", 2)
    rows = rows_of(sheet_of(vera.get(EXCEL, buffered=True).get_data()))
    assert [row["STT"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert {row["Biên bản số"] for row in rows} == made


def test_a_list_too_long_is_refused_before_it_is_written(
    vera: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        registry.add()
    monkeypatch.setattr(follow_up.every, "__kwdefaults__", {"most": 2})
    answer = vera.get(EXCEL, buffered=True)
    assert answer.status_code == 422
    assert "Mỗi lần xuất nhiều nhất 2 dòng" in text(answer)


def test_the_command_writes_the_same_file(cast: Cast, registry: Registry, tmp_path: Path) -> None:
    registry.add(deadline=TODAY + timedelta(days=5))
    registry.add(deadline=TODAY + timedelta(days=50))
    registry.add(ZONES, deadline=TODAY + timedelta(days=5))
    with cast.reading() as tx:
        ours, alls = tmp_path / "ours.xlsx", tmp_path / "all.xlsx"
        assert follow_up.write_file(tx, ours, agency=BUILDING, overdue=False, due_in=7, now=NOW) == 1
        assert follow_up.write_file(tx, alls, agency=None, overdue=False, due_in=None, now=NOW) == 3
        assert follow_up.describe(tx, Filter(agency=BUILDING, due_in=7)) == [
            "Sở Xây dựng tỉnh Thái Nguyên",
            "đến hạn trong 7 ngày",
        ]
    assert len(rows_of(sheet_of(alls))) == 3


def test_the_paper_looks_like_one_of_an_authority(vera: Client, registry: Registry) -> None:
    registry.add(observed="Hở 3 m")
    told = text(vera.get(PAPER))
    for word in (
        "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN",
        "SỞ XÂY DỰNG TỈNH THÁI NGUYÊN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Thái Nguyên, ngày 22 tháng 11 năm 2026",
        "DANH SÁCH THEO DÕI KHẮC PHỤC",
        "Hở 3 m",
        "Nơi nhận:",
        "Lưu: VT.",
    ):
        assert word in told


@pytest.mark.parametrize("address", [LIST, EXCEL, PAPER])
def test_wrong_filters_get_a_clear_answer(vera: Client, address: str) -> None:
    answer = vera.get(address, query_string={"due_in": "8"})
    assert answer.status_code == 422


def test_nothing_left_to_follow_is_said(vera: Client) -> None:
    assert "Không còn vi phạm nào phải theo dõi." in text(vera.get(LIST))
