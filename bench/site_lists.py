"""A list of sites with every kind of dirt, for the import: the same seed gives the same file."""

import csv
import io
import random
from collections.abc import Iterator

import xlsxwriter

from inspect_app.domain.tax_codes import check_digit
from inspect_app.store.sites import outlines

HEADER = [
    "STT",
    "Tên cơ sở",
    "Tên doanh nghiệp",
    "Mã số thuế",
    "Hộ KD",
    "Người đại diện",
    "Điện thoại",
    "Địa chỉ",
    "Xã, phường",
    "Ngành",
    "Số lao động",
    "Vĩ độ",
    "Kinh độ",
]
FIRST = ("Hồng", "Minh", "Đại", "Thành", "Phú", "Việt", "Tân", "Gia", "Hoàng", "Kim", "An", "Trường", "Bảo", "Đức")
LAST = ("Lam", "Phát", "Tín", "Hưng", "Thịnh", "Sơn", "Giang", "Quang", "Long", "Vũ", "Hà", "Dương", "Khang", "Yên")
TRADE = ("Xây dựng", "Thương mại", "Cơ khí", "Vận tải", "Chế biến gỗ", "Khoáng sản", "May", "Điện tử")
PEOPLE = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Quốc Cường", "Phạm Minh Đức", "Hoàng Thị Én")
SECTORS = ("CK", "XDK", "Khai thác mỏ", "KCN", "")


def tax_code(rng: random.Random) -> str:
    while True:
        nine = f"46{rng.randrange(10**7):07d}"
        digit = check_digit(nine)
        if digit < 10:
            return f"{nine}{digit}"


def rows(count: int, seed: int = 7) -> Iterator[list[str]]:
    """About one row in five has something wrong; made-up companies."""
    rng = random.Random(seed)
    communes = [each.name for each in outlines()]
    used: list[tuple[str, str]] = []
    for number in range(1, count + 1):
        own = f"{rng.choice(FIRST)} {rng.choice(LAST)} {number}"
        organisation = f"Công ty TNHH {rng.choice(TRADE)} {own}"
        code = tax_code(rng)
        row = [
            str(number),
            f"Xưởng {own}",
            organisation,
            code,
            "",
            rng.choice(PEOPLE),
            f"09{rng.randrange(10**8):08d}",
            f"Số {rng.randrange(1, 300)}, tổ {rng.randrange(1, 20)}",
            rng.choice(communes),
            rng.choice(SECTORS),
            str(rng.randrange(1, 900)),
            f"{21.5 + rng.random() / 3:.5f}",
            f"{105.7 + rng.random() / 3:.5f}",
        ]
        _spoil(row, rng, used)
        used.append((code, organisation))
        yield row


# What is put where; one row in sixty gets each.
SPOILT: tuple[dict[int, str], ...] = (
    {8: ""},
    {8: "Xã Không Có"},
    {8: "van lang"},  # two communes without marks
    {10: "khoảng 50"},
    {10: "12/05/2026"},  # Excel made a day of it
    {1: "", 2: ""},
    {11: "105.84", 12: "21.59"},  # latitude and longitude have changed places
    {11: "10.77", 12: "106.7"},
    {3: "=VLOOKUP(A2,X!A:B,2)"},
    {3: "4,6E+09"},
    {9: "nghề lạ"},
    {place: "Tổng cộng" if place == 1 else "" for place in range(len(HEADER))},
)


def _spoil(row: list[str], rng: random.Random, used: list[tuple[str, str]]) -> None:
    kind = rng.randrange(60)
    if kind < len(SPOILT):
        for place, text in SPOILT[kind].items():
            row[place] = text
    elif kind == len(SPOILT):
        row[3] = row[3][:-1] + str((int(row[3][-1]) + 1) % 10)  # wrong check digit
    elif kind == len(SPOILT) + 1 and used:
        row[3] = rng.choice(used)[0]  # somebody else's code


def as_xlsx(count: int, seed: int = 7) -> bytes:
    """With a title above, a header of two merged rows, and a row of numbers below it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("DS cơ sở")
    sheet.write_string(0, 0, "DANH SÁCH CƠ SỞ (dữ liệu giả định)")
    for place, name in enumerate(HEADER):
        sheet.write_string(2, place, name if place < 11 else ("Tọa độ điểm" if place == 11 else ""))
    for place, name in ((11, "Vĩ độ"), (12, "Kinh độ")):
        sheet.write_string(3, place, name)
    for place in range(len(HEADER)):
        sheet.write_string(4, place, f"({place + 1})")
    for number, row in enumerate(rows(count, seed), start=5):
        for place, cell in enumerate(row):
            if cell.startswith("="):
                sheet.write_formula(number, place, cell)
            elif place in (0, 10) and cell.isdigit():
                sheet.write_number(number, place, int(cell))
            else:
                sheet.write_string(number, place, cell)
    book.close()
    return target.getvalue()


def as_csv(count: int, encoding: str, separator: str = ",", seed: int = 7) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator)
    writer.writerow(HEADER)
    writer.writerows(rows(count, seed))
    return target.getvalue().encode(encoding)
