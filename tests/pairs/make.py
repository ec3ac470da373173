"""Writes the labelled pairs made by rules. Made-up companies; the same seed gives the same file."""

import csv
import random
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

SEED = 20261122
HERE = Path(__file__).parent
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
OWN_FIRST = (
    "Hồng",
    "Minh",
    "Đại",
    "Thành",
    "Phú",
    "Tân",
    "Gia",
    "Hoàng",
    "Kim",
    "Trường",
    "Bảo",
    "Đức",
    "Hưng",
    "Ngọc",
    "Quang",
)
OWN_LAST = (
    "Lam",
    "Phát",
    "Tín",
    "Thịnh",
    "Sơn",
    "Giang",
    "Long",
    "Vũ",
    "Hà",
    "Dương",
    "Khang",
    "Yên",
    "Hải",
    "Cường",
    "Tuấn",
)
OWN_THIRD = ("", "", "", "Bắc", "Đông", "Xanh", "Mới", "Việt")
TRADES = (
    "xây dựng",
    "thương mại",
    "sản xuất",
    "vận tải",
    "cơ khí",
    "dịch vụ",
    "đầu tư",
    "tư vấn",
    "khoáng sản",
    "may mặc",
    "chế biến gỗ",
)
FORMS = (
    ("Công ty TNHH", "Cty TNHH", "Công ty trách nhiệm hữu hạn"),
    ("Công ty TNHH MTV", "CTY TNHH 1TV", "Công ty trách nhiệm hữu hạn một thành viên"),
    ("Công ty Cổ phần", "CTCP", "Công ty CP"),
    ("Doanh nghiệp tư nhân", "DNTN", "DN tư nhân"),
    ("Hợp tác xã", "HTX", "Hợp tác xã"),
)
SHORT_TRADES = {
    "xây dựng": "XD",
    "thương mại": "TM",
    "sản xuất": "SX",
    "vận tải": "VT",
    "dịch vụ": "DV",
    "đầu tư": "ĐT",
    "tư vấn": "TV",
}
STREETS = (
    "Lương Ngọc Quyến",
    "Bắc Kạn",
    "Hoàng Văn Thụ",
    "Cách Mạng Tháng Tám",
    "Bến Oánh",
    "Phan Đình Phùng",
    "Quang Trung",
    "Minh Cầu",
)
WARDS = ("Phan Đình Phùng", "Gia Sàng", "Quyết Thắng", "Tích Lương", "Phổ Yên", "Vạn Xuân", "Sông Công", "Đức Xuân")
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Dương", "Ma", "Nông")
MIDDLE = ("Văn", "Thị", "Quốc", "Minh", "Đức", "Thu", "Hữu", "Xuân")
GIVEN = (
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Hà",
    "Hạnh",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Thảo",
    "Yến",
)


@dataclass(frozen=True, slots=True)
class Company:
    form: int
    trades: tuple[str, ...]
    own: tuple[str, ...]
    code: str
    number: int
    street: str
    ward: str
    phone: str
    person: str


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    tax_code: str
    address: str
    phone: str
    representative: str


def a_code(rng: random.Random) -> str:
    while True:
        nine = f"46{rng.randrange(10**7):07d}"
        digit = 10 - sum(w * int(d) for w, d in zip(WEIGHTS, nine, strict=True)) % 11
        if digit < 10:
            return f"{nine}{digit}"


def a_company(rng: random.Random) -> Company:
    own = [rng.choice(OWN_FIRST), rng.choice(OWN_LAST), rng.choice(OWN_THIRD)]
    return Company(
        rng.randrange(len(FORMS)),
        tuple(rng.sample(TRADES, rng.choice((0, 1, 1, 2)))),
        tuple(filter(None, own)),
        a_code(rng),
        rng.randrange(1, 400),
        rng.choice(STREETS),
        rng.choice(WARDS),
        f"09{rng.randrange(10**8):08d}",
        a_person(rng),
    )


def a_person(rng: random.Random) -> str:
    return " ".join((rng.choice(SURNAMES), rng.choice(MIDDLE), rng.choice(GIVEN)))


def entry(company: Company, spelling: int = 0) -> Entry:
    trades = " và ".join(company.trades) if spelling == 0 else " ".join(company.trades)
    parts = [FORMS[company.form][spelling], trades.capitalize(), " ".join(company.own)]
    address = f"Số {company.number}, đường {company.street}, phường {company.ward}, tỉnh Thái Nguyên"
    return Entry(" ".join(filter(None, parts)), company.code, address, company.phone, company.person)


# --- slips of people who type ---------------------------------------------------------------------

Slip = Callable[[Entry, random.Random], Entry]


def bare(text: str) -> str:
    text = text.replace("Đ", "D").replace("đ", "d")
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


def no_marks(each: Entry, rng: random.Random) -> Entry:
    return replace(each, name=bare(each.name))


def capitals(each: Entry, rng: random.Random) -> Entry:
    return replace(each, name=each.name.upper())


def short_trades(each: Entry, rng: random.Random) -> Entry:
    name = each.name
    for long, short in SHORT_TRADES.items():
        name = name.replace(long, short).replace(long.capitalize(), short)
    return replace(each, name=name.replace(" và ", " & "))


def typing_error(each: Entry, rng: random.Random) -> Entry:
    """In the last word that is long enough: two letters change places, one is doubled, or one is lost."""
    words = each.name.split()
    at = max((n for n, word in enumerate(words) if len(word) >= 4), default=len(words) - 1)
    word = words[at]
    place = rng.randrange(1, len(word) - 1)
    words[at] = rng.choice(
        (
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1 :],
        )
    )
    return replace(each, name=" ".join(words))


def no_code(each: Entry, rng: random.Random) -> Entry:
    return replace(each, tax_code="")


def wrong_code(each: Entry, rng: random.Random) -> Entry:
    at = rng.randrange(2, 10)
    digit = str((int(each.tax_code[at]) + rng.randrange(1, 9)) % 10)
    return replace(each, tax_code=each.tax_code[:at] + digit + each.tax_code[at + 1 :])


def short_address(each: Entry, rng: random.Random) -> Entry:
    text = (
        each.address.replace("Số ", "")
        .replace("đường ", "")
        .replace("phường ", "P. ")
        .replace(", tỉnh Thái Nguyên", ", TN")
    )
    return replace(each, address=text)


def old_address(each: Entry, rng: random.Random) -> Entry:
    return replace(each, address=each.address.replace(", tỉnh", ", TP Thái Nguyên, tỉnh").replace("đường", "đ."))


def phone_otherwise(each: Entry, rng: random.Random) -> Entry:
    digits = each.phone
    return replace(
        each,
        phone=rng.choice(
            (f"+84 {digits[1:]}", f"{digits[:4]} {digits[4:7]} {digits[7:]}", f"{digits[:4]}.{digits[4:]}")
        ),
    )


def no_phone(each: Entry, rng: random.Random) -> Entry:
    return replace(each, phone="")


def titled_person(each: Entry, rng: random.Random) -> Entry:
    return replace(each, representative=f"Ông {each.representative}")


def no_person(each: Entry, rng: random.Random) -> Entry:
    return replace(each, representative="")


NAME_SLIPS: Sequence[Slip] = (no_marks, capitals, short_trades, typing_error)
OTHER_SLIPS: Sequence[Slip] = (short_address, old_address, phone_otherwise, no_phone, titled_person, no_person)


def same(rng: random.Random) -> tuple[Entry, Entry, str]:
    """One company entered twice. A code is unique in a register, so one side lacks it or has it wrong."""
    company = a_company(rng)
    first, second = entry(company), entry(company, rng.randrange(3))
    slips = [*rng.sample(NAME_SLIPS, rng.choice((0, 1, 1, 2))), *rng.sample(OTHER_SLIPS, rng.choice((1, 2, 2, 3)))]
    slips.append(no_code if rng.random() < 0.8 else wrong_code)
    for slip in slips:
        second = slip(second, rng)
    pair = (first, second) if rng.random() < 0.5 else (second, first)
    return *pair, " ".join(slip.__name__ for slip in slips)


# --- companies that are only alike ----------------------------------------------------------------


def _other(company: Company, rng: random.Random, *, keep: Sequence[str]) -> Company:
    fresh = a_company(rng)
    return replace(fresh, **{name: getattr(company, name) for name in keep})


def same_name_elsewhere(rng: random.Random) -> tuple[Company, Company]:
    one = a_company(rng)
    return one, _other(one, rng, keep=("form", "own", "trades"))


def other_trade(rng: random.Random) -> tuple[Company, Company]:
    one = replace(a_company(rng), trades=("xây dựng",))
    return one, replace(_other(one, rng, keep=("form", "own", "ward")), trades=("thương mại",))


def other_form(rng: random.Random) -> tuple[Company, Company]:
    one = replace(a_company(rng), form=0)
    return one, replace(_other(one, rng, keep=("own", "trades", "ward")), form=2)


def same_house(rng: random.Random) -> tuple[Company, Company]:
    one = a_company(rng)
    return one, _other(one, rng, keep=("number", "street", "ward"))


def same_owner(rng: random.Random) -> tuple[Company, Company]:
    one = a_company(rng)
    return one, _other(one, rng, keep=("person", "phone"))


def other_marks(rng: random.Random) -> tuple[Company, Company]:
    words = rng.choice(
        (("Hưng", "Hùng"), ("Lâm", "Lam"), ("Tín", "Tình"), ("Hà", "Hạ"), ("Dương", "Đường"), ("Sơn", "Son"))
    )
    one = replace(a_company(rng), own=(words[0], "Thịnh"))
    return one, replace(_other(one, rng, keep=("form", "trades", "street", "ward")), own=(words[1], "Thịnh"))


def one_letter(rng: random.Random) -> tuple[Company, Company]:
    words = rng.choice(
        (("Hồng Lam", "Hồng Lan"), ("Minh Hà", "Minh Hải"), ("Tân Long", "Tân Lòng"), ("Phú Sơn", "Phú Sen"))
    )
    one = replace(a_company(rng), own=tuple(words[0].split()))
    return one, replace(_other(one, rng, keep=("form", "trades", "ward")), own=tuple(words[1].split()))


def strangers(rng: random.Random) -> tuple[Company, Company]:
    return a_company(rng), a_company(rng)


ALIKE = (same_name_elsewhere, other_trade, other_form, same_house, same_owner, other_marks, one_letter, strangers)


def different(rng: random.Random) -> tuple[Entry, Entry, str]:
    kind = rng.choice(ALIKE)
    one, other = kind(rng)
    first, second = entry(one), entry(other, rng.randrange(3))
    slips = rng.sample((capitals, short_trades, short_address, old_address, phone_otherwise, titled_person), 2)
    if rng.random() < 0.5:
        slips.append(no_code)
    for slip in slips:
        second = slip(second, rng)
    return first, second, " ".join((kind.__name__, *(slip.__name__ for slip in slips)))


def branch(rng: random.Random) -> tuple[Entry, Entry, str]:
    one = a_company(rng)
    first = entry(one)
    name = f"Chi nhánh {first.name} tại {rng.choice(WARDS)}"
    second = replace(entry(_other(one, rng, keep=("form", "own", "trades"))), name=name, tax_code=f"{one.code}-001")
    return first, (no_code(second, rng) if rng.random() < 0.5 else second), "branch"


def numbered(rng: random.Random) -> tuple[Entry, Entry, str]:
    one = a_company(rng)
    first, second = entry(one), entry(_other(one, rng, keep=("form", "own", "trades", "street", "ward")))
    return replace(first, name=f"{first.name} 1"), replace(no_code(second, rng), name=f"{second.name} 2"), "numbered"


FIELDS = ("same", "part", "origin", "why", *(f"{name}_{side}" for side in (1, 2) for name in Entry.__slots__))


def main() -> None:
    rng = random.Random(SEED)
    made = [(1, *same(rng)) for _ in range(600)]
    made += [(0, *different(rng)) for _ in range(500)]
    made += [(0, *branch(rng)) for _ in range(50)] + [(0, *numbered(rng)) for _ in range(50)]
    rng.shuffle(made)
    with (HERE / "hand.csv").open(encoding="utf-8", newline="") as file:
        hand = list(csv.DictReader(file))
    with (HERE / "organisations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        for number, (label, first, second, why) in enumerate(made):
            sides = {
                f"{name}_{n}": text for n, each in ((1, first), (2, second)) for name, text in asdict(each).items()
            }
            part = "tune" if number % 2 else "test"
            writer.writerow({"same": label, "part": part, "origin": "rules", "why": why, **sides})
        for number, row in enumerate(hand):
            writer.writerow({**row, "part": "tune" if number % 2 else "test", "origin": "hand"})
    sys.stdout.write(f"{len(made)} by rules, {len(hand)} by hand\n")


if __name__ == "__main__":
    main()
