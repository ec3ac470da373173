"""One row of a list: what it says, and what of it is wrong, with the way to mend it."""

import pytest

from inspect_app.domain.site_rows import LABELS, Reference, field_of, is_no_site, read
from inspect_app.store.sites import outlines

KNOWN = Reference(
    {each.code: each.name for each in outlines()},
    {"yen-binh": "KCN Yên Bình", "yen-binh-2": "KCN Yên Bình 2"},
    {"CK": "Cơ khí, luyện kim", "GEN": "Doanh nghiệp nói chung"},
    {"works": "Công trình xây dựng", "establishment": "Cơ sở sản xuất"},
)
GOOD = {"name": "Xưởng 1", "organisation": "Công ty A", "tax_code": "4600000016", "commune": "Phường Gia Sàng"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Tên cơ sở", "name"),
        ("TÊN CƠ SỞ (*)", "name"),
        ("ten_co_so", "name"),
        ("MST", "tax_code"),
        ("Xã/Phường", "commune"),
        ("Số lao động (người)", "workers"),
        ("STT", None),
        ("", None),
    ],
)
def test_headers_are_known_by_many_names(header: str, field: str | None) -> None:
    assert field_of(header) == field


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["(1)", "(2)", "(3)", "(4)"], "dòng đánh số cột"),
        (["Tên cơ sở", "MST", "Địa chỉ"], "dòng tiêu đề lặp lại"),
        (["", "Tổng cộng", "12"], "dòng tổng hoặc ghi chú cuối trang"),
        (["1", "Xưởng", "2"], ""),
        (["1", "2", "4"], ""),
    ],
)
def test_rows_that_are_no_sites(cells: list[str], why: str) -> None:
    assert is_no_site(cells) == why


@pytest.mark.parametrize(
    ("given", "column", "value"),
    [
        ({}, "commune", "05467"),
        ({"commune": "gia sang"}, "commune", "05467"),
        ({"commune": "P. Gia Sàng"}, "commune", "05467"),
        ({"commune": "5467"}, "commune", "05467"),
        ({"commune": "Văn Lang"}, "commune", "02143"),
        ({"commune": "", "address": "Tổ 3, phường Gia Sàng"}, "commune", "05467"),
        ({"workers": "1.200"}, "workers", 1200),
        ({"workers": "40 người"}, "workers", 40),
        ({"position": "21.5942, 105.8482"}, "lat", 21.5942),
        ({"position": "21,5942; 105,8482"}, "lon", 105.8482),
        ({"lat": "105.8482", "lon": "21.5942"}, "lat", 21.5942),
        ({"zone": "KCN Yên Bình"}, "zone", "yen-binh"),
        ({"sector": "cơ khí"}, "sector", "CK"),
        ({"kind": "works"}, "kind", "works"),
        ({"tax_code": "4600 000 016"}, "tax_code", "4600000016"),
        ({"household": "x", "tax_code": "19190000123"}, "tax_code", "019190000123"),
        ({"organisation": "Hộ kinh doanh Lan"}, "household", True),
        ({"name": ""}, "name", "Công ty A"),
    ],
)
def test_what_a_row_says(given: dict[str, str], column: str, value: object) -> None:
    row = read(9, {**GOOD, **given}, LABELS, KNOWN)

    assert row.is_sound, row.faults
    assert getattr(row, column) == value


@pytest.mark.parametrize(
    ("given", "column", "wrong"),
    [
        ({"name": "", "organisation": ""}, "Tên cơ sở", "thiếu tên cơ sở"),
        ({"name": "x" * 241}, "Tên cơ sở", "dài 241 ký tự"),
        ({"tax_code": "4600000011"}, "Mã số thuế", "sai số kiểm tra"),
        ({"tax_code": "46"}, "Mã số thuế", "không đúng dạng"),
        ({"tax_code": "019190000123"}, "Mã số thuế", "không phải hộ kinh doanh"),
        ({"tax_code": "4,6E+09"}, "Mã số thuế", "Excel đã rút gọn số"),
        ({"tax_code": "=A1"}, "Mã số thuế", "ô có công thức"),
        ({"commune": ""}, "Xã, phường", "thiếu xã, phường"),
        ({"commune": "van lang"}, "Xã, phường", "có thể là Xã Văn Lang (02143) hay Xã Văn Lăng (05665)"),
        ({"commune": "Xã Tân Quang"}, "Xã, phường", "không có xã, phường"),
        ({"workers": "khoảng 50"}, "Số lao động", "không phải số người"),
        ({"workers": "12/05/2026"}, "Số lao động", "Excel đã đổi thành ngày"),
        ({"workers": "٤٠"}, "Số lao động", "không phải số người"),
        ({"lat": "21.6"}, "Vĩ độ", "không đọc được tọa độ"),
        ({"lat": "10.77", "lon": "106.7"}, "Vĩ độ", "ngoài tỉnh"),
        ({"lat": "nan", "lon": "nan"}, "Vĩ độ", "ngoài tỉnh"),
        ({"zone": "yên"}, "Khu công nghiệp", "không rõ"),
        ({"sector": "nghề lạ"}, "Ngành", "không có “nghề lạ”"),
        ({"household": "có lẽ"}, "Hộ kinh doanh", "không hiểu"),
    ],
)
def test_what_is_wrong_is_said_with_its_column_and_a_way_to_mend_it(
    given: dict[str, str], column: str, wrong: str
) -> None:
    row = read(9, {**GOOD, **given}, LABELS, KNOWN)

    [fault] = [each for each in row.faults if each.stops]
    assert fault.column == column
    assert wrong in fault.wrong
    assert fault.mend
