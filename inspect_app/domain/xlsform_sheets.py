"""The sheets of an XLSForm as they were read: columns by the names we know, choices by list, and what is to be told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspect_app.domain.relevance import NA
from inspect_app.domain.xlsform_cells import names_of, several_of
from inspect_app.domain.xlsform_out import STANDARD

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """headers as they were written; rows by their number in Excel, without empty cells."""

    headers: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Remark:
    """What could not be taken over, for whoever wrote the file. stops: nothing can be published before it is mended."""

    sheet: str
    row: int
    column: str
    wrong: str
    mend: str
    stops: bool = False

    def __str__(self) -> str:
        place = " ".join(
            part
            for part in (self.sheet, f"dòng {self.row}" if self.row else "", self.column and f"[{self.column}]")
            if part
        )
        return f"{place or 'tệp'}: {self.wrong}. → {self.mend}"


class Notes:
    """Collects the remarks of one sheet."""

    def __init__(self, sheet: str, into: list[Remark]) -> None:
        self._sheet = sheet
        self._into = into

    def tell(self, row: int, column: str, wrong: str, mend: str, *, stops: bool = False) -> None:
        self._into.append(Remark(self._sheet, row, column, wrong, mend, stops))


ALIASES = {
    "relevance": "relevant",
    "bind:relevant": "relevant",
    "bind:required": "required",
    "bind:constraint": "constraint",
    "caption": "label",
    "value": "name",
    "list name": "list_name",
    "title": "form_title",
    "set form title": "form_title",
    "id_string": "form_id",
    "set form id": "form_id",
    "calculate": "calculation",
    "mức độ": "severity",
    "bằng chứng": "evidence",
    "căn cứ": "basis",
    "số ngày khắc phục": "remedy_days",
    "câu mô tả lỗi": "phrases",
    "quy tắc xử phạt": "penalties",
    "trách nhiệm": "responsible",
    "đơn vị": "unit",
    "ngành": "sectors",
    "cơ quan": "agencies",
    "dùng từ ngày": "valid_from",
}
SPOKEN = ("label", "hint")
# What XLSForm knows and a checklist has no place for.
FOREIGN = frozenset(
    {
        "constraint_message",
        "required_message",
        "appearance",
        "default",
        "calculation",
        "readonly",
        "read_only",
        "choice_filter",
        "parameters",
        "repeat_count",
        "guidance_hint",
        "trigger",
        "media",
        "image",
        "audio",
        "video",
        "autoplay",
        "note",
        "intent",
        "accuracythreshold",
        "big-image",
        "query",
        "save_to",
        "instance",
        "bind",
        "body",
        "order",
    }
)


def renamed(sheet: Sheet, known: Sequence[str], notes: Notes) -> list[Row]:
    """The rows with the names of columns that we use; what nobody knows is told once, at its header."""
    names: dict[str, str] = {}
    for header in sheet.headers:
        name = _column(header)
        if name not in known and name.partition(":")[0] not in FOREIGN:
            notes.tell(
                1, header, "cột này không có trong ngôn ngữ phiếu, nội dung không được nhập", "xóa cột hoặc đổi tên"
            )
        elif name in names.values():
            notes.tell(1, header, "hai cột cùng một nghĩa", "giữ một cột", stops=True)
        names[header] = name
    return [(number, {names[header]: cell for header, cell in cells.items()}) for number, cells in sheet.rows]


def _column(header: str) -> str:
    parts = [part.strip() for part in re.split(r"::?", header.strip())]
    first = ALIASES.get(parts[0].lower(), parts[0].lower())
    if first in SPOKEN and len(parts) > 1:
        return _in_language(first, parts[-1])
    name = ":".join(part.lower() for part in parts)
    return ALIASES.get(name, first if len(parts) == 1 else name)


def _in_language(column: str, language: str) -> str:
    said = language.lower()
    if "(en" in said or "english" in said or "tiếng anh" in said or said == "en":
        return f"{column}_en"
    is_ours = "(vi" in said or "việt" in said or "viet" in said or said == "vi"
    return column if is_ours else f"{column} ({language})"


# --- settings -----------------------------------------------------------------------------------

SETTINGS = ("form_title", "form_id", "version", "default_language", "title_en", "agencies", "sectors", "valid_from")
LEFT_ALONE = ("instance_name", "public_key", "submission_url", "style", "allow_choice_duplicates", "clean_text_values")


def read_settings(sheet: Sheet | None, into: list[Remark]) -> dict[str, Any]:
    """The head of the checklist, as far as it was written; the checks of a checklist file say what is missing."""
    notes = Notes("settings", into)
    if sheet is None or not sheet.rows:
        notes.tell(
            0,
            "",
            "thiếu trang settings",
            "thêm trang settings với form_title, form_id, agencies, sectors, valid_from",
            stops=True,
        )
        return {}
    rows = renamed(sheet, (*SETTINGS, *LEFT_ALONE), notes)
    number, cells = rows[0]
    for extra, _ in [row for row in rows[1:] if row[1]]:
        notes.tell(extra, "", "chỉ dòng 2 của trang settings được đọc", "xóa dòng này")
    for column in sorted(cells.keys() & set(LEFT_ALONE)):
        notes.tell(number, column, "thiết lập của phần mềm khác, không được nhập", "không cần làm gì")
    head: dict[str, Any] = {"code": cells.get("form_id", "")}
    head["title"] = cells.get("form_title", "")
    head["title_en"] = cells.get("title_en", "")
    if head["title"] and not head["title_en"]:
        head["title_en"] = head["title"]
        notes.tell(number, "title_en", "chưa có tên tiếng Anh, tạm dùng tên tiếng Việt", "thêm cột title_en")
    head["agencies"] = several_of(cells.get("agencies", ""))
    head["sectors"] = names_of(cells.get("sectors", ""))
    head["valid_from"] = cells.get("valid_from", "").removesuffix(" 00:00:00")
    return {key: value for key, value in head.items() if value not in ("", [])}


# --- choices ------------------------------------------------------------------------------------

CHOICES = ("list_name", "name", "label", "label_en", "verdict")
VERDICTS = {"đạt": "pass", "không đạt": "fail", "không áp dụng": "na", "ghi nhận": "none"}


@dataclass(slots=True)
class ChoiceList:
    """options as a checklist file has them, `na` left out: every item takes it. names: as in the file → ours."""

    row: int
    options: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    is_used: bool = False

    @property
    def is_pass_fail(self) -> bool:
        return {"pass", "fail"} == self.names.keys() - {NA}


def read_choices(sheet: Sheet | None, into: list[Remark]) -> dict[str, ChoiceList]:
    notes = Notes("choices", into)
    lists: dict[str, ChoiceList] = {}
    if sheet is None:
        return lists
    for number, cells in renamed(sheet, CHOICES, notes):
        if not cells:
            continue
        listed, name = cells.get("list_name", ""), cells.get("name", "")
        if not listed or not name:
            notes.tell(
                number,
                "list_name" if not listed else "name",
                "dòng thiếu tên danh sách hoặc tên lựa chọn",
                "điền đủ hai cột",
                stops=True,
            )
            continue
        _add_choice(lists.setdefault(listed, ChoiceList(number)), number, name, cells, notes)
    for listed, each in lists.items():
        _look_over(listed, each, notes)
    return lists


def _add_choice(to: ChoiceList, number: int, name: str, cells: Mapping[str, str], notes: Notes) -> None:
    own = slug(name)
    if name in to.names or own in to.names.values():
        notes.tell(number, "name", f"lựa chọn “{name}” bị ghi hai lần", "đổi tên một trong hai", stops=True)
        return
    to.names[name] = own
    label = cells.get("label") or cells.get("label_en") or name
    if own == NA:
        return
    if own != name:
        notes.tell(
            number, "name", f"tên “{name}” được đổi thành “{own}”", "không cần làm gì, hoặc dùng chữ thường không dấu"
        )
    for column in sorted(cells.keys() - set(CHOICES)):
        notes.tell(number, column, f"“{cells[column][:60]}” không được nhập", "ngôn ngữ phiếu không có cột này")
    said = cells.get("verdict", "").lower()
    option = {"id": own, "label": label, "label_en": cells.get("label_en") or label}
    to.options.append(option | {"verdict": VERDICTS.get(said, said or "none")} | ({} if said else {"unsaid": True}))


def _look_over(listed: str, each: ChoiceList, notes: Notes) -> None:
    if each.is_pass_fail:
        ours = {label.lower() for name, *labels in STANDARD for label in labels}
        told = [option["label"] for option in each.options if option["label"].lower() not in ours]
        if told:
            notes.tell(
                each.row,
                "label",
                f"“{', '.join(told)[:80]}” hiện thành “Đạt”, “Không đạt”",
                "đổi tên lựa chọn nếu muốn giữ nhãn riêng",
            )
    elif any("unsaid" in option for option in each.options):
        notes.tell(
            each.row,
            "verdict",
            f"danh sách {listed} chưa ghi verdict: câu trả lời chỉ được ghi nhận",
            "thêm cột verdict: pass, fail, na, none",
        )
    for option in each.options:
        option.pop("unsaid", None)


def slug(name: str) -> str:
    """A name with the letters that our ids may have."""
    kept = re.sub(r"[^a-z0-9_-]+", "-", name.lower())
    return re.sub(r"-?_+-?|-+", lambda gap: "_" if "_" in gap[0] else "-", kept).strip("-_") or "x"
