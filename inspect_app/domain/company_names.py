"""What a company's name says: its legal form, what it deals in, and the words that are its own; marks are kept apart.

"CTY TNHH MTV XD & TM Hồng Lam" and "Công ty trách nhiệm hữu hạn một thành viên Thương mại và Xây dựng Hồng Lam" have
the same form, the same trades and the same own words.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from inspect_app.domain.search import folded

# Abbreviation → the words it stands for. Looked up without marks and in small letters.
SHORT = {
    "cty": "công ty",
    "dn": "doanh nghiệp",
    "ctcp": "công ty cổ phần",
    "cp": "cổ phần",
    "tnhh": "trách nhiệm hữu hạn",
    "mtv": "một thành viên",
    "1tv": "một thành viên",
    "2tv": "hai thành viên",
    "dntn": "doanh nghiệp tư nhân",
    "htx": "hợp tác xã",
    "hkd": "hộ kinh doanh",
    "tct": "tổng công ty",
    "xn": "xí nghiệp",
    "nm": "nhà máy",
    "tm": "thương mại",
    "xd": "xây dựng",
    "sx": "sản xuất",
    "đt": "đầu tư",
    "dv": "dịch vụ",
    "kd": "kinh doanh",
    "xl": "xây lắp",
    "gt": "giao thông",
    "pt": "phát triển",
    "vt": "vận tải",
    "ks": "khoáng sản",
    "kt": "kỹ thuật",
    "tv": "tư vấn",
    "xnk": "xuất nhập khẩu",
    "vlxd": "vật liệu xây dựng",
    "bđs": "bất động sản",
    "tmdv": "thương mại dịch vụ",
    "xdtm": "xây dựng thương mại",
    "tmxd": "thương mại xây dựng",
    "sxtm": "sản xuất thương mại",
    "đtxd": "đầu tư xây dựng",
    "tn": "thái nguyên",
    "vn": "việt nam",
    "cn": "chi nhánh",
    "ltd": "trách nhiệm hữu hạn",
    "jsc": "cổ phần",
}
# Words of the legal form → the form they make. Longest first; "" is said of many forms and decides none.
FORMS = (
    ("trach nhiem huu han", "limited"),
    ("hai thanh vien tro len", "limited"),
    ("doanh nghiep tu nhan", "private"),
    ("lien hiep hop tac xa", "cooperative"),
    ("mot thanh vien", "limited"),
    ("hai thanh vien", "limited"),
    ("ho kinh doanh", "household"),
    ("tong cong ty", ""),
    ("doanh nghiep", ""),
    ("hop tac xa", "cooperative"),
    ("hop danh", "partnership"),
    ("tap doan", ""),
    ("co phan", "joint-stock"),
    ("cong ty", ""),
)
TRADES = (
    "vat lieu xay dung",
    "bat dong san",
    "xuat nhap khau",
    "cong nghiep",
    "thuong mai",
    "xay dung",
    "san xuat",
    "dich vu",
    "dau tu",
    "tu van",
    "van tai",
    "xay lap",
    "co khi",
    "co dien",
    "giao thong",
    "thuy loi",
    "kinh doanh",
    "phat trien",
    "khoang san",
    "khai thac",
    "che bien",
    "thiet ke",
    "ky thuat",
    "cong nghe",
    "moi truong",
    "du lich",
    "nong nghiep",
    "lam nghiep",
    "xang dau",
    "ha tang",
    "tong hop",
    "dien tu",
    "quoc te",
    "thiet bi",
)
BRANCHES = ("chi nhanh", "van phong dai dien", "dia diem kinh doanh", "xi nghiep", "nha may", "cua hang", "kho", "doi")
JOINING = frozenset({"va", "cua", "tai", "so", "mot"})
PLACES = frozenset({"thai nguyen", "viet nam", "bac kan"})
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_WORDS = re.compile(r"[^\W_]+", re.UNICODE)
_LIMITED = re.compile(r"\bco\.?,? ?ltd\b")
_BRACKETS = re.compile(r"\([^)]*\)")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ENDS_IN_Y = re.compile(r"^([bdhklmst]|qu|th|ph|ch|gi)?y$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """own: the words that are the company's, folded; marked: the same words with their marks, tones put last."""

    own: tuple[str, ...]
    marked: tuple[str, ...]
    trades: frozenset[str]
    form: str
    branch: str  # the word that makes it a part of another, "" for a company itself
    numbers: tuple[str, ...]
    has_marks: bool

    @property
    def joined(self) -> str:
        return "".join(self.own)


@lru_cache(maxsize=20_000)
def parse(name: str) -> Parsed:
    """Never fails; a name of nothing but forms and trades has no own words."""
    marked = _expanded(unicodedata.normalize("NFC", name))
    bare = [folded(word) for word in marked]
    form = _take(bare, marked, [each for each, _ in FORMS])
    branch = _take(bare, marked, BRANCHES)
    trades = _take(bare, marked, sorted(TRADES, key=len, reverse=True))
    _take(bare, marked, PLACES)
    forms = dict(FORMS)
    kept = [(b, m) for b, m in zip(bare, marked, strict=True) if b and b not in JOINING]
    numbers = tuple(_ROMAN.get(b, b) for b, m in kept if b.isdigit() or m in _ROMAN)
    own = [(_spelt(b), _tone_last(m)) for b, m in kept if not (b.isdigit() or m in _ROMAN)]
    return Parsed(
        own=tuple(b for b, _ in own),
        marked=tuple(m for _, m in own),
        trades=frozenset(trades),
        form=next((forms[each] for each in form if forms[each]), ""),
        branch=branch[0] if branch else "",
        numbers=numbers,
        has_marks=any(folded(m) != m for _, m in own),
    )


def _expanded(name: str) -> list[str]:
    text = _LIMITED.sub("công ty tnhh", _BRACKETS.sub(" ", name.lower())).replace("&", " và ").replace("+", " và ")
    words: list[str] = []
    for word in _WORDS.findall(re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text)):
        words += SHORT.get(word, SHORT.get(folded(word), word) if word == folded(word) else word).split()
    return words


def _take(bare: list[str], marked: list[str], phrases: "list[str] | tuple[str, ...] | frozenset[str]") -> list[str]:
    """Take the phrases out of both lists; which were there, in the order they were looked for."""
    found = []
    for phrase in phrases:
        words = phrase.split()
        at = _find(bare, words)
        if at is not None:
            found.append(phrase)
        while at is not None:
            del bare[at : at + len(words)], marked[at : at + len(words)]
            at = _find(bare, words)
    return found


def _find(bare: list[str], words: list[str]) -> int | None:
    return next((n for n in range(len(bare) - len(words) + 1) if bare[n : n + len(words)] == words), None)


def _spelt(word: str) -> str:
    """kỹ and kĩ, mỹ and mĩ are one word in two spellings."""
    return word[:-1] + "i" if _ENDS_IN_Y.match(word) else word


def _tone_last(word: str) -> str:
    """hoà and hòa are one word; the tone goes to the end, the marks of the vowels stay."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in decomposed if letter in _TONES)
    rest = "".join(letter for letter in decomposed if letter not in _TONES)
    return unicodedata.normalize("NFC", _spelt(rest)) + tones
