"""The follow-up list as Word and PDF: the same cells as in the Excel file."""

import io
from datetime import date, datetime, timedelta

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook
from pypdf import PdfReader

from inspect_app.services import follow_up_paper
from tests.builders import TODAY
from tests.cast import ZONES, Cast, Client
from tests.registry_cast import Registry

ADDRESS = "/desk/follow-up"
HOSTILE = '=HYPERLINK("x") <b>đậm</b> {{ 7*7 }} #read("/etc/passwd") \u202eđảo'


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.client(cast.vera)


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def test_word_and_pdf_hold_every_cell_of_the_excel_file(vera: Client, registry: Registry) -> None:
    registry.add(observed="Thiếu lan can tầng 3", deadline=TODAY - timedelta(days=5), fine_vnd=15_000_000)
    registry.add(item="XDK-09", title="Hố ga không có nắp")
    with vera.get(f"{ADDRESS}.xlsx") as excel:
        sheet = load_workbook(io.BytesIO(excel.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(min_row=9, max_row=10, values_only=True) for cell in row if cell]
    word = Document(io.BytesIO(vera.get(f"{ADDRESS}.docx").data))
    said_in_word = squeezed(" ".join(c.text for t in word.tables for r in t.rows for c in r.cells))
    pages = PdfReader(io.BytesIO(vera.get(f"{ADDRESS}.pdf").data)).pages
    said_in_pdf = squeezed(" ".join(page.extract_text() for page in pages))
    assert len(cells) > 20
    for cell in cells:
        if isinstance(cell, datetime | date):
            told = f"{cell:%d/%m/%Y}"
        else:
            told = f"{cell:,}".replace(",", ".") if isinstance(cell, int) else str(cell)
        assert squeezed(told) in said_in_word
        assert squeezed(told) in said_in_pdf


def test_a_wide_table_lies_on_its_side(vera: Client, registry: Registry) -> None:
    registry.add()
    box = PdfReader(io.BytesIO(vera.get(f"{ADDRESS}.pdf").data)).pages[0].mediabox
    assert box.width > box.height
    section = Document(io.BytesIO(vera.get(f"{ADDRESS}.docx").data)).sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (section.page_width or 0) > (section.page_height or 0)


def test_what_somebody_typed_is_text(vera: Client, registry: Registry) -> None:
    registry.add(observed=HOSTILE)
    word = Document(io.BytesIO(vera.get(f"{ADDRESS}.docx").data))
    said = " ".join(c.text for t in word.tables for r in t.rows for c in r.cells)
    assert '=HYPERLINK("x") <b>đậm</b> {{ 7*7 }} #read("/etc/passwd") [U+202E]đảo' in said
    assert vera.get(f"{ADDRESS}.pdf").data.startswith(b"%PDF")


def test_filters_and_borders_hold(cast: Cast, vera: Client, registry: Registry) -> None:
    registry.add(title="NOISE", agency=ZONES)
    registry.add(title="Trong hạn")
    registry.add(title="Quá hạn rồi", deadline=TODAY - timedelta(days=2))
    word = Document(io.BytesIO(vera.get(f"{ADDRESS}.docx", query_string={"overdue": 1}).data))
    said = " ".join(c.text for t in word.tables for r in t.rows for c in r.cells)
    assert "Quá hạn rồi" in said
    assert "Trong hạn" not in said
    assert "NOISE" not in said
    assert cast.client(cast.bob).get(f"{ADDRESS}.pdf").status_code == 403
    assert vera.get(f"{ADDRESS}.pdf", query_string={"due_in": 8}).status_code == 422


def test_a_list_nobody_reads_is_refused(vera: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_up_paper, "MOST_ROWS", 1)
    registry.add()
    registry.add()
    answer = vera.get(f"{ADDRESS}.pdf")
    assert answer.status_code == 422
    assert "nhiều nhất 1 dòng" in answer.get_data(as_text=True)
