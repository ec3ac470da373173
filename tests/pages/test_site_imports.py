"""Sites from files: the preview, every kind of dirt, entering twice, and getting the rest back."""

import io
from uuid import uuid4

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bench.site_lists import as_csv, as_xlsx
from inspect_app.store.tables import AuditRow, Organisation, Site, SiteImport, SiteImportRow
from tests.cast import Cast, Client
from tests.pages.browsing import fields_of

WHERE = "/desk/sites/imports"
HEAD = ["Tên cơ sở", "Tên doanh nghiệp", "Mã số thuế", "Địa chỉ", "Xã phường", "Số lao động"]
ROW = ["Xưởng Hồng Lam", "Công ty TNHH Hồng Lam", "4600000016", "Tổ 5", "Phường Gia Sàng", "40"]


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.client(cast.vera)


def upload(desk: Client, data: bytes, name: str = "ds.csv", key: str = "") -> TestResponse:
    fields = fields_of(desk.get(WHERE))
    fields["id"] = key or fields["id"]
    return desk.post(WHERE, data={**fields.to_dict(), "file": (io.BytesIO(data), name)})


def csv_of(*rows: list[str], separator: str = ",") -> str:
    return "\r\n".join(separator.join(each) for each in rows)


def enter(desk: Client, page: str) -> TestResponse:
    return desk.post(f"{page}/apply", data=fields_of(desk.get(page), "/apply"))


def count(cast: Cast, table: type[Site] | type[Organisation] | type[SiteImport] | type[SiteImportRow]) -> int:
    with cast.reading() as tx:
        return tx.scalars(select(func.count()).select_from(table)).one()


def test_a_list_is_shown_first_and_entered_then(desk: Client, cast: Cast) -> None:
    preview = upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"]

    page = desk.get(preview).get_data(as_text=True)
    assert "Thêm mới" in page
    assert count(cast, Site) == 0
    assert enter(desk, preview).status_code == 302
    with cast.reading() as tx:
        site = tx.scalars(select(Site)).one()
        audit = tx.scalars(select(AuditRow).where(AuditRow.action == "sites.imported")).one()
    assert (site.name, site.commune_code, site.workers) == ("Xưởng Hồng Lam", "05467", 40)
    assert site.organisation.tax_code == "4600000016"
    assert audit.facts["rows"] == [[2, str(site.id), str(site.organisation_id)]]
    assert str(site.id) in desk.get(preview).get_data(as_text=True)
    assert str(site.id) in desk.get("/desk/sites?q=hong lam").get_data(as_text=True)


def test_sent_and_entered_twice_changes_nothing(desk: Client, cast: Cast) -> None:
    key = str(uuid4())
    first, second = (upload(desk, csv_of(HEAD, ROW).encode(), key=key).headers["Location"] for _ in range(2))
    assert first == second
    fields = fields_of(desk.get(first), "/apply")
    assert [desk.post(f"{first}/apply", data=fields).status_code for _ in range(2)] == [302, 302]
    again = upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"]
    enter(desk, again)

    assert "Đã có, không đổi" in desk.get(again).get_data(as_text=True)
    assert (count(cast, Site), count(cast, Organisation), count(cast, SiteImport)) == (1, 1, 2)


def test_a_known_site_is_corrected_by_what_the_file_says_and_only_that(desk: Client, cast: Cast) -> None:
    enter(desk, upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"])
    changed = csv_of(HEAD, [*ROW[:3], "", ROW[4], "55"])
    page = upload(desk, changed.encode()).headers["Location"]

    assert "Cập nhật" in desk.get(page).get_data(as_text=True)
    enter(desk, page)

    with cast.reading() as tx:
        site = tx.scalars(select(Site)).one()
        audit = tx.scalars(select(AuditRow).where(AuditRow.action == "site.changed")).one()
    assert (site.workers, site.address) == (55, "Tổ 5")
    assert audit.facts["before"] == {"workers": 40}


def test_two_places_of_one_new_enterprise_make_one_organisation(desk: Client, cast: Cast) -> None:
    other = ["Kho Hồng Lam", "CTY TNHH Hồng Lam", *ROW[2:]]
    shop = ["Quán Lan", "Hộ kinh doanh Lan", "", "Tổ 1", "Phường Gia Sàng", "2"]
    second = ["Quán Lan 2", *shop[1:]]

    enter(desk, upload(desk, csv_of(HEAD, ROW, other, shop, second).encode()).headers["Location"])

    assert (count(cast, Site), count(cast, Organisation)) == (4, 2)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([ROW, ["Khác", "Công ty CP Gang thép Z", *ROW[2:]]], "mã số thuế này ở dòng 2 là Công ty TNHH Hồng Lam"),
        ([ROW, ROW], "trùng với dòng 2"),
        ([["X", "Y", "4600000011", *ROW[3:]]], "mã số thuế sai số kiểm tra"),
    ],
)
def test_rows_that_cannot_be_true_are_told_with_their_row(desk: Client, rows: list[list[str]], wrong: str) -> None:
    page = upload(desk, csv_of(HEAD, *rows).encode()).headers["Location"]

    assert wrong in desk.get(f"{page}?outcome=bad").get_data(as_text=True)


def test_a_code_that_another_enterprise_has_here_already(desk: Client, cast: Cast) -> None:
    enter(desk, upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"])
    page = upload(desk, csv_of(HEAD, ["X", "Công ty CP Gang thép Z", *ROW[2:]]).encode()).headers["Location"]

    assert "đang là của Công ty TNHH Hồng Lam" in desk.get(page).get_data(as_text=True)


TCVN3 = "Tªn c¬ së,Tªn doanh nghiÖp,§Þa chØ,X·, ph­êng\r\nX­ëng Hång Lam,C«ng ty Hång Lam,Tæ 5,Ph­êng Gia Sµng"


@pytest.mark.parametrize(
    "data",
    [
        csv_of(HEAD, ROW).encode("utf-8-sig"),
        csv_of(HEAD, ROW, separator="\t").encode("utf-16"),
        csv_of(HEAD, ROW, separator=";").encode(),
        csv_of(
            ["Ghi chú: danh sách"], [], HEAD, ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], ROW, separator="|"
        ).encode(),
        csv_of(HEAD, ['"Xưởng', *ROW[1:]], ROW).encode(),
        csv_of(HEAD, ROW).replace("ư", "u\u031b").replace("Hồng", "Ho\u0302\u0300ng").encode(),
        TCVN3.replace("X·, ph", "X· ph").encode("cp1252"),
    ],
    ids=["bom", "utf-16", "semicolon", "title-and-numbers", "lone-quote", "decomposed", "tcvn3"],
)
def test_whatever_the_file_is_written_in_the_row_is_read(desk: Client, cast: Cast, data: bytes) -> None:
    enter(desk, upload(desk, data).headers["Location"])

    with cast.reading() as tx:
        assert "Xưởng Hồng Lam" in tx.scalars(select(Site.name)).all()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Chọn một tệp"),
        (b"%PDF-1.7 ...", "không phải .xlsx hay .csv"),
        (b"PK\x03\x04 broken", "Không đọc được"),
        ("không có tiêu đề\nnào cả".encode(), "Không thấy dòng tiêu đề"),
        (b"\x00" * 200, "Không thấy dòng tiêu đề"),
    ],
)
def test_what_is_no_list_is_told(desk: Client, cast: Cast, data: bytes, told: str) -> None:
    answer = upload(desk, data, "x.xlsx")

    assert answer.status_code in {302, 422}
    if data:
        assert told in answer.get_data(as_text=True)
    assert count(cast, SiteImport) == 0


def test_a_dirty_workbook_loses_no_row_and_gives_the_bad_ones_back(desk: Client, cast: Cast) -> None:
    page = upload(desk, as_xlsx(300), "ds.xlsx").headers["Location"]
    enter(desk, page)

    with cast.reading() as tx:
        row = tx.scalars(select(SiteImport)).one()
        numbers = tx.scalars(select(SiteImportRow.number)).all()
        reasons = tx.scalars(select(SiteImportRow).where(SiteImportRow.outcome == "bad")).all()
    assert set(range(6, 306)) <= set(numbers)
    assert row.counts["new"] == count(cast, Site)
    assert row.counts["new"] + row.counts["bad"] + row.counts["skipped"] == len(numbers)
    assert all(any(fault["stops"] and fault["wrong"] for fault in each.faults) for each in reasons)
    left = openpyxl.load_workbook(io.BytesIO(desk.get(f"{page}/left.xlsx").data)).active
    assert left is not None
    lines = list(left.iter_rows(values_only=True))
    assert lines[0][:3] == ("Dòng", "Vì sao chưa nhập", "STT")
    assert len(lines) == 1 + row.counts["bad"] + row.counts["skipped"]
    assert all(isinstance(cell, str | None) for line in lines for cell in line)


def test_mended_rows_come_in_again(desk: Client, cast: Cast) -> None:
    bad = csv_of(HEAD, [*ROW[:4], "Xã Không Có", "40"])
    page = upload(desk, bad.encode()).headers["Location"]
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{page}/left.xlsx").data))
    sheet = book.worksheets[0]
    sheet["G2"] = "Phường Gia Sàng"
    target = io.BytesIO()
    book.save(target)

    enter(desk, upload(desk, target.getvalue(), "sua.xlsx").headers["Location"])

    assert count(cast, Site) == 1


def test_merged_headers_of_two_rows_are_one_header(desk: Client, cast: Cast) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 1, 0, "Tên cơ sở")
    sheet.merge_range(0, 1, 1, 1, "Xã, phường")
    sheet.merge_range(0, 2, 0, 3, "Tọa độ điểm")
    sheet.write_row(1, 2, ["Vĩ độ", "Kinh độ"])
    sheet.write_row(2, 0, ["Xưởng", "Phường Gia Sàng", 21.5942, 105.8482])
    book.close()

    enter(desk, upload(desk, target.getvalue(), "x.xlsx").headers["Location"])

    with cast.reading() as tx:
        assert tx.scalars(select(Site.lat)).one() == pytest.approx(21.5942)


def test_what_came_in_meanwhile_counts(desk: Client, cast: Cast) -> None:
    first = upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"]
    second = upload(desk, csv_of(HEAD, ["X", "Công ty CP Gang thép Z", *ROW[2:]]).encode()).headers["Location"]
    enter(desk, first)

    enter(desk, second)

    assert count(cast, Site) == 1
    assert "đang là của Công ty TNHH Hồng Lam" in desk.get(second).get_data(as_text=True)


def test_dropped_means_nothing_is_entered(desk: Client, cast: Cast) -> None:
    page = upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"]
    fields = fields_of(desk.get(page), "/drop")

    assert desk.post(f"{page}/drop", data=fields).status_code == 302
    assert desk.post(f"{page}/apply", data=fields).status_code == 409
    assert count(cast, Site) == 0


def test_another_agencys_import_is_not_found(desk: Client, cast: Cast) -> None:
    page = upload(desk, csv_of(HEAD, ROW).encode()).headers["Location"]
    other = cast.client(cast.victor)

    for where in (page, f"{page}/left.xlsx"):
        assert other.get(where).status_code == 404
    assert other.post(f"{page}/apply", data=fields_of(other.get(WHERE))).status_code == 404
    assert "ds.csv" not in other.get(WHERE).get_data(as_text=True)


def test_importing_is_for_keepers(cast: Cast) -> None:
    for player in (cast.alice, cast.cora, cast.auth):
        assert cast.client(player).get(WHERE).status_code == 403


def test_the_template_names_our_columns(desk: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{WHERE}/template.xlsx").data))

    assert [cell.value for cell in book["Cơ sở"][1]][:3] == ["Tên cơ sở", "Tên doanh nghiệp", "Mã số thuế"]
    assert len(list(book["Danh mục"].rows)) == 93


def test_old_encodings_of_a_whole_list(desk: Client, cast: Cast) -> None:
    page = upload(desk, as_csv(40, "utf-16", "\t")).headers["Location"]

    assert "utf-16" in desk.get(page).get_data(as_text=True)
