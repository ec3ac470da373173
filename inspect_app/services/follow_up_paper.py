"""The follow-up list as a paper of an authority: the columns and cells of the Excel file, printed as Word or PDF."""

from datetime import date, datetime

from inspect_app.domain.papers import Block, BlockKind, Column, Heading, Paper, Signer, printable
from inspect_app.outside.spreadsheet import Cell
from inspect_app.services import follow_up
from inspect_app.services.registry import Filter
from inspect_app.store.database import Tx

MOST_ROWS = 500  # a paper of more rows is read by nobody; Excel is the place for them


# Millimetres on a page that lies on its side; Excel's widths would cut days and codes.
WIDTHS = {
    "STT": 7,
    "Đơn vị": 20,
    "Địa chỉ": 16,
    "Mã số thuế": 15,
    "Biên bản số": 18,
    "Ngày biên bản": 15,
    "Hành vi, tồn tại": 30,
    "Căn cứ pháp lý": 18,
    "Hạn khắc phục": 15,
    "Kết quả": 13,
    "Số ngày quá hạn": 9,
    "Số tiền phạt (đồng)": 16,
    "Cán bộ phụ trách": 12,
    "Bước tiếp theo": 12,
    "Ngày của bước": 15,
}
OTHER = 14


def make(tx: Tx, wanted: Filter, *, agency: str, now: datetime) -> Paper:
    """RuleBroken "too-many-rows"."""
    entries = follow_up.every(tx, wanted, now=now, most=MOST_ROWS)
    rows = tuple(
        tuple(_told(cell) for cell in follow_up.cells(number, entry, agency)) for number, entry in enumerate(entries, 1)
    )
    heading = follow_up.heading_of(tx, wanted, agency=agency, now=now)
    return Paper(
        kind="follow-up-list",
        heading=Heading(heading.parent, heading.agency, heading.number_line, heading.place, heading.day),
        name=heading.title,
        about=heading.subject,
        addressees=(),
        blocks=(
            Block(
                BlockKind.TABLE,
                columns=tuple(Column(each.label, WIDTHS.get(each.label, OTHER)) for each in follow_up.COLUMNS),
                rows=rows,
            ),
        ),
        signers=(Signer("NGƯỜI LẬP", ""), Signer("THỦ TRƯỞNG CƠ QUAN", "")),
        recipients=tuple(heading.recipients),
    )


def _told(cell: Cell) -> str:
    """As people read it, where Excel has a format."""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", ".")
    return printable(cell or "")
