"""One row of a list of sites that came as a file: which column means what, what the row says, what is wrong with it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from inspect_app.domain import tax_codes
from inspect_app.domain.distance import PROVINCE
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.search import folded

# What a column may be called, folded; the first is how our own template calls it.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("ten co so", "ten cong trinh", "ten co so, cong trinh", "co so", "cong trinh", "ten du an"),
    "organisation": (
        "ten doanh nghiep",
        "doanh nghiep",
        "chu dau tu",
        "ten don vi",
        "don vi",
        "ten cong ty",
        "cong ty",
        "to chuc",
    ),
    "tax_code": ("ma so thue", "mst", "ma so doanh nghiep", "msdn", "so dinh danh"),
    "household": ("ho kinh doanh", "hkd"),
    "representative": ("nguoi dai dien", "dai dien", "dai dien phap luat", "giam doc", "nguoi dai dien theo phap luat"),
    "phone": ("dien thoai", "so dien thoai", "sdt", "dt"),
    "address": ("dia chi", "dia diem", "dia chi tru so"),
    "commune": ("xa, phuong", "xa phuong", "xa/phuong", "xa", "phuong", "phuong, xa", "phuong/xa", "ma xa"),
    "zone": ("khu cong nghiep", "kcn", "cum cong nghiep"),
    "sector": ("nganh", "linh vuc", "nganh nghe", "ma nganh"),
    "kind": ("loai", "loai hinh", "loai co so"),
    "workers": ("so lao dong", "lao dong", "tong so lao dong", "so ld", "nguoi lao dong"),
    "lat": ("vi do", "lat", "latitude"),
    "lon": ("kinh do", "lon", "lng", "longitude"),
    "position": ("toa do", "vi tri", "gps"),
}
LABELS: Mapping[str, str] = {
    "name": "Tên cơ sở",
    "organisation": "Tên doanh nghiệp",
    "tax_code": "Mã số thuế",
    "household": "Hộ kinh doanh",
    "representative": "Người đại diện",
    "phone": "Điện thoại",
    "address": "Địa chỉ",
    "commune": "Xã, phường",
    "zone": "Khu công nghiệp",
    "sector": "Ngành",
    "kind": "Loại",
    "workers": "Số lao động",
    "lat": "Vĩ độ",
    "lon": "Kinh độ",
    "position": "Tọa độ",
}
LONGEST = {"name": 240, "organisation": 240, "representative": 120, "phone": 40, "address": 300}
_BY_HEADER = {name: field_ for field_, names in HEADERS.items() for name in names}
_PLAIN = re.compile(r"[^\w,/ ]+")
_UNIT = re.compile(r"^(xa|phuong|thi tran|x|p|tt)[. ]+")
_MARKED_UNIT = re.compile(r"^(xã|phường|thị trấn|x|p|tt)[. ]+", re.IGNORECASE)
_YES = frozenset({"x", "co", "yes", "1", "true", "dung", "ho kinh doanh", "hkd"})
_NO = frozenset({"", "khong", "no", "0", "false", "sai", "-"})
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}")
_TITLE = re.compile(r"^(tong( cong| so)?|cong|nguoi lap|ngay .* thang|ghi chu)\b")


@dataclass(frozen=True, slots=True)
class Fault:
    """column: as the file calls it, "" the whole row. stops: the row cannot be taken over."""

    column: str
    wrong: str
    mend: str
    stops: bool = True


@dataclass(frozen=True)
class Reference:
    """What rows are read against: names by code, and by what people write for them."""

    communes: Mapping[str, str]
    zones: Mapping[str, str]
    sectors: Mapping[str, str]
    kinds: Mapping[str, str]

    def by_name(self, text: str) -> tuple[list[str], bool]:
        """Codes that a text may mean, and whether its marks agree."""
        exact = self._marked.get(_MARKED_UNIT.sub("", text.strip().lower()))
        return (exact, True) if exact else (self._plain.get(_UNIT.sub("", folded(text)), []), False)

    @cached_property
    def _marked(self) -> dict[str, list[str]]:
        return _grouped((_MARKED_UNIT.sub("", name.lower()), code) for code, name in self.communes.items())

    @cached_property
    def _plain(self) -> dict[str, list[str]]:
        return _grouped((_UNIT.sub("", folded(name)), code) for code, name in self.communes.items())


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, code in pairs:
        found.setdefault(name, []).append(code)
    return found


@dataclass(slots=True)
class Row:
    """What a row says as far as it could be read; faults in the order of the columns."""

    number: int
    name: str = ""
    organisation: str = ""
    tax_code: str = ""
    household: bool = False
    representative: str = ""
    phone: str = ""
    address: str = ""
    commune: str = ""
    zone: str = ""
    sector: str = "GEN"
    kind: str = "establishment"
    workers: int | None = None
    lat: float | None = None
    lon: float | None = None
    given: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not any(each.stops for each in self.faults)


def field_of(header: str) -> str | None:
    """Which field a header means; None for one we do not know."""
    whole = folded(header).replace("_", " ")
    tried = (" ".join(_PLAIN.sub(" ", text).split()) for text in (whole, whole.partition("(")[0]))
    return next((_BY_HEADER[text] for text in tried if text in _BY_HEADER), None)


def is_no_site(cells: Sequence[str]) -> str:
    """Why a row is none: a line of numbers under the header, a repeated header, a sum, a signature; "" for a site."""
    filled = [each for each in cells if each]
    marks = [each.strip("()[] ") for each in filled]
    if len(filled) >= 3 and all(each.isdigit() for each in marks) and marks == [str(n) for n in _counting(marks)]:
        return "dòng đánh số cột"
    if any(field_of(each) for each in filled[:2]) and len([each for each in filled if field_of(each)]) >= 3:
        return "dòng tiêu đề lặp lại"
    if 0 < len(filled) <= 3 and _TITLE.match(folded(filled[0])):
        return "dòng tổng hoặc ghi chú cuối trang"
    return ""


def _counting(marks: Sequence[str]) -> range:
    return range(int(marks[0]), int(marks[0]) + len(marks))


def read(number: int, cells: Mapping[str, str], names: Mapping[str, str], known: Reference) -> Row:
    """`cells`: field → text, tidied; `names`: field → the file's own header."""
    row = Row(number, given=frozenset(name for name, text in cells.items() if text))
    reader = _Reader(row, cells, names, known)
    for name, text in cells.items():
        if text.startswith("=") and len(text) > 1:
            reader.fault(name, "ô có công thức", "chép rồi dán giá trị (Paste Special → Values)")
        elif name not in {"tax_code", "phone", "position"} and _DAY.fullmatch(text):
            reader.fault(name, f"Excel đã đổi thành ngày ({text})", "đặt ô kiểu Text rồi gõ lại")
    if row.is_sound:
        reader.read()
    return row


@dataclass(slots=True)
class _Reader:
    row: Row
    cells: Mapping[str, str]
    names: Mapping[str, str]
    known: Reference

    def read(self) -> None:
        self._texts()
        self._tax_code()
        self._commune()
        self._choice("zone", self.known.zones)
        self._choice("sector", self.known.sectors)
        self._choice("kind", self.known.kinds)
        self._workers()
        self._position()

    def fault(self, name: str, wrong: str, mend: str, *, stops: bool = True) -> None:
        self.row.faults.append(Fault(self.names.get(name, LABELS[name]), wrong, mend, stops))

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def _texts(self) -> None:
        row = self.row
        for name, longest in LONGEST.items():
            text = self.text(name)
            if len(text) > longest:
                self.fault(name, f"dài {len(text)} ký tự", f"rút còn {longest} ký tự")
            setattr(row, name, text[:longest])
        row.name = row.name or row.organisation
        if not row.name:
            self.fault("name", "thiếu tên cơ sở", "điền tên cơ sở hoặc tên doanh nghiệp")
        row.organisation = row.organisation or row.name
        said = folded(self.text("household"))
        if said not in _YES | _NO:
            self.fault(
                "household", f"không hiểu “{self.text('household')}”", "ghi x nếu là hộ kinh doanh, để trống nếu không"
            )
        row.household = said in _YES or folded(row.organisation).startswith(("ho kinh doanh", "hkd"))

    def _tax_code(self) -> None:
        code = tax_codes.tidy(self.text("tax_code"))
        if not code:
            return
        if "E+" in code:
            self.fault("tax_code", "Excel đã rút gọn số", "đặt ô kiểu Text rồi gõ lại đủ số")
            return
        whole = code.zfill(10 if len(code) == 9 else 12) if code.isdigit() and len(code) in {9, 11} else code
        try:
            tax_codes.check(whole, household=self.row.household)
        except RuleBroken as broken:
            wrong, mend = _TAX_FAULTS[broken.code]
            self.fault("tax_code", f"{wrong} ({code})", mend)
            return
        if whole != code:
            self.fault("tax_code", f"mất số 0 ở đầu, hiểu là {whole}", "đặt cột kiểu Text", stops=False)
        self.row.tax_code = whole

    def _commune(self) -> None:
        text = self.text("commune")
        digits = text.zfill(5) if text.isdigit() else ""
        if digits in self.known.communes:
            self.row.commune = digits
            return
        if text:
            found, is_marked = self.known.by_name(text)
            self._one_of(found, text, is_marked)
            return
        last = [part for part in re.split(r"[,;–-]", self.text("address")) if part.strip()]
        found = next((codes for part in reversed(last) if len(codes := self.known.by_name(part)[0]) == 1), [])
        if found:
            self.row.commune = found[0]
            self.fault(
                "commune", f"thiếu, lấy từ địa chỉ: {self.known.communes[found[0]]}", "kiểm tra lại", stops=False
            )
        else:
            self.fault("commune", "thiếu xã, phường", "ghi tên hoặc mã 5 số của xã, phường hiện nay")

    def _one_of(self, found: Sequence[str], text: str, is_marked: bool) -> None:
        if len(found) == 1:
            self.row.commune = found[0]
            if not is_marked:
                named = self.known.communes[found[0]]
                self.fault("commune", f"“{text}” không đúng dấu, hiểu là {named}", "kiểm tra lại", stops=False)
        elif found:
            choices = " hay ".join(f"{self.known.communes[code]} ({code})" for code in found)
            self.fault("commune", f"“{text}” có thể là {choices}", "ghi đúng dấu hoặc mã 5 số")
        else:
            self.fault("commune", f"không có xã, phường “{text}”", "ghi tên hiện nay (từ 01/7/2025) hoặc mã 5 số")

    def _choice(self, name: str, choices: Mapping[str, str]) -> None:
        text = self.text(name)
        if not text:
            return
        found = _chosen(folded(text), tuple(choices.items()))
        if len(found) == 1:
            setattr(self.row, name, found[0])
        else:
            wrong = f"không rõ “{text}” là mục nào" if found else f"không có “{text}”"
            self.fault(name, wrong, "chọn trong danh sách ở trang Danh mục của tệp mẫu")

    def _workers(self) -> None:
        text = self.text("workers")
        if not text:
            return
        digits = re.sub(r"[.,\s](?=\d{3}\b)", "", text).removesuffix(".0")
        digits = re.sub(r"\s*(người|lao động|lđ|ld)$", "", digits.lower())
        if digits.isascii() and digits.isdigit() and int(digits) <= 1_000_000:
            self.row.workers = int(digits)
        else:
            self.fault("workers", f"“{text}” không phải số người", "ghi một số nguyên, không chữ")

    def _position(self) -> None:
        texts = [self.text("lat"), self.text("lon")]
        if not any(texts) and self.text("position"):
            texts = re.split(r"\s*[;|]\s*|,\s+|\s+|(?<=\d{3}),", self.text("position").strip(), maxsplit=1)
        if not any(texts):
            return
        name = "lat" if self.text("lat") or self.text("lon") else "position"
        try:
            lat, lon = (float(each.replace(",", ".")) for each in texts)
        except ValueError:
            self.fault(name, "không đọc được tọa độ", "ghi độ thập phân, ví dụ 21.5942 và 105.8482")
            return
        if not PROVINCE.holds(lat, lon) and PROVINCE.holds(lon, lat):
            lat, lon = lon, lat
            self.fault(name, "vĩ độ và kinh độ đổi chỗ, đã đảo lại", "kiểm tra lại", stops=False)
        if not PROVINCE.holds(lat, lon):
            self.fault(name, f"vị trí {lat}, {lon} ngoài tỉnh", "kiểm tra lại, hoặc để trống")
            return
        self.row.lat, self.row.lon = lat, lon


@lru_cache(maxsize=1_000)
def _chosen(plain: str, choices: tuple[tuple[str, str], ...]) -> list[str]:
    """By code or whole label; else by a part of the label."""
    found = [value for value, label in choices if plain in {folded(value), folded(label)}]
    return found or [value for value, label in choices if plain and plain in folded(label)]


_TAX_FAULTS = {
    "bad-tax-code": ("mã số thuế không đúng dạng", "10 số; chi nhánh: 10 số-3 số; hộ kinh doanh: 12 số định danh"),
    "bad-check-digit": ("mã số thuế sai số kiểm tra", "so lại từng chữ số với giấy chứng nhận đăng ký"),
    "personal-number": ("số định danh nhưng không phải hộ kinh doanh", "ghi x ở cột Hộ kinh doanh, hoặc mã 10 số"),
}
