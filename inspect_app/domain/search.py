"""One spelling for looking things up: small letters, no diacritics, single spaces."""

import unicodedata

# Đ is a letter of its own, not a D with a mark, so decomposition leaves it alone.
_OWN_LETTERS = str.maketrans({"đ": "d", "Đ": "d"})
# More words than this only make a search slower; nobody types them.
MOST_WORDS = 8


def folded(text: str) -> str:
    """As people type in a hurry: "Đình  Chỉ" and "ĐÌNH CHỈ" become "dinh chi"."""
    decomposed = unicodedata.normalize("NFD", text.translate(_OWN_LETTERS))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def search_key(*parts: str | None, most: int | None = None) -> str:
    """What a row is found by: its texts folded into one, cut to the column's length (`most`)."""
    return folded(" ".join(part for part in parts if part))[:most]


def words(asked: str) -> list[str]:
    """The folded words of a question, each once; a row must hold all of them."""
    return list(dict.fromkeys(folded(asked).split()))[:MOST_WORDS]
