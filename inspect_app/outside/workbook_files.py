"""What a file that claims to be a workbook must be before anything reads it: small when unpacked, and only cells."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from inspect_app.domain.xlsform_sheets import Remark

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 500
WORKBOOK = b"spreadsheetml.sheet.main+xml"
AGAIN = "mở trong Excel, chọn Lưu thành → Excel Workbook (.xlsx) rồi gửi lại"
# What the first bytes betray, whatever the name says.
OTHERS = (
    (b"%PDF", "tệp PDF"),
    (b"\xd0\xcf\x11\xe0", "tệp Excel cũ (.xls) hoặc tệp có mật khẩu"),
    (b"<", "trang HTML hoặc XML"),
    (b"{\\rtf", "văn bản RTF"),
    (b"\xff\xd8", "ảnh"),
    (b"\x89PNG", "ảnh"),
)
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(f|v|is)[ />]')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_FORMULAS = 50


class NotAWorkbook(Exception):
    """The file cannot be read; `remark` says why and what to do."""

    def __init__(self, wrong: str, mend: str = AGAIN) -> None:
        super().__init__(wrong)
        self.remark = Remark("", 0, "", wrong, mend, stops=True)


def check(data: bytes) -> None:
    """Raises NotAWorkbook. Unpacks every part once, never more than MOST_UNPACKED, and keeps none."""
    if not data:
        raise NotAWorkbook("tệp trống")
    if len(data) > MOST_BYTES:
        raise NotAWorkbook("tệp lớn hơn 10 MB", "chỉ giữ các trang survey, choices, settings; bỏ ảnh chèn trong tệp")
    if not data.startswith(b"PK"):
        raise NotAWorkbook(f"tệp này là {_guess(data)}, không phải Excel (.xlsx)")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            _check_parts(pack)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as broken:
        raise NotAWorkbook("tệp hỏng hoặc không đầy đủ") from broken


def _check_parts(pack: zipfile.ZipFile) -> None:
    parts = pack.infolist()
    names = [each.filename for each in parts]
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise NotAWorkbook("tệp nén này không phải sổ tính Excel")
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
        raise NotAWorkbook("tệp bung ra quá lớn", "chỉ giữ các trang survey, choices, settings")
    if len(set(names)) != len(names):
        raise NotAWorkbook("tệp có hai phần cùng tên")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotAWorkbook("tệp có macro", "lưu thành .xlsx không có macro rồi gửi lại")
    if any(name.startswith(("xl/externalLinks/", "xl/connections")) for name in names):
        raise NotAWorkbook(
            "tệp lấy dữ liệu từ tệp hoặc địa chỉ khác", "trong Excel: Data → Edit Links → Break Link, rồi gửi lại"
        )
    left = MOST_UNPACKED
    for each in parts:
        left = _check_part(pack, each, left)


def _check_part(pack: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """What a part says of its own size may be a lie: it is unpacked, and counted."""
    tail = b""
    is_type_said = part.filename != "[Content_Types].xml"
    for block in _blocks(pack, part):
        left -= len(block)
        if left < 0:
            raise NotAWorkbook("tệp bung ra quá lớn", "chỉ giữ các trang survey, choices, settings")
        seen = tail + block
        if part.filename.endswith((".xml", ".rels", ".vml")) and ENTITY.search(seen.replace(b"\0", b"")):
            raise NotAWorkbook("tệp có khai báo thực thể XML, Excel không ghi như vậy")
        is_type_said = is_type_said or WORKBOOK in seen
        tail = block[-120:]
    if not is_type_said:
        raise NotAWorkbook("tệp không tự nhận là sổ tính .xlsx (có thể có macro hoặc là mẫu)")
    return left


def _blocks(pack: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with pack.open(part) as stream:
        while block := stream.read(1 << 16):
            yield block


@dataclass(slots=True)
class Look:
    """What stands in a sheet's cells, whether or not a reader of tables would come to them."""

    formulas: list[str] = field(default_factory=list)
    last_row: int = 0
    headed: set[str] = field(default_factory=set)
    headless: dict[str, int] = field(default_factory=dict)  # column without a header → its first row


def look(data: bytes) -> dict[str, Look]:
    """Sheet → what is in it. For a file that `check` has let through."""
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {name: _look(pack.read(part)) for name, part in _sheets(pack).items()}


def _look(sheet: bytes) -> Look:
    seen = Look()
    for match in CELL.finditer(sheet):
        column, row = match[1].decode(), int(match[2])
        seen.last_row = max(seen.last_row, row)
        if match[3] == b"f" and len(seen.formulas) < MOST_FORMULAS:
            seen.formulas.append(f"{column}{row}")
        if row == 1:
            seen.headed.add(column)
        elif column not in seen.headed:
            seen.headless.setdefault(column, row)
    return seen


def _sheets(pack: zipfile.ZipFile) -> dict[str, str]:
    """Name → part, through the two tables in which a workbook keeps them."""
    try:
        targets = {
            each.get("Id", ""): each.get("Target", "").lstrip("/").removeprefix("xl/")
            for each in fromstring(pack.read("xl/_rels/workbook.xml.rels"))
        }
        found = {
            each.get("name", ""): f"xl/{targets.get(each.get(RELATION, ''), '')}"
            for each in fromstring(pack.read("xl/workbook.xml")).iter(f"{{{MAIN}}}sheet")
        }
    except (KeyError, ParseError):
        return {}
    return {name: part for name, part in found.items() if part in pack.namelist()}


def _guess(data: bytes) -> str:
    text = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    kind = next((said for start, said in OTHERS if text.startswith(start)), "")
    if kind:
        return kind
    return "văn bản thường (CSV?)" if b"\0" not in text else "tệp lạ"
