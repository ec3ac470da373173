"""One spelling for looking things up: small letters, no diacritics, single spaces."""

import unicodedata

# Đ is a letter of its own, not a D with a mark, so decomposition leaves it alone.
_OWN_LETTERS = str.maketrans({"đ": "d", "Đ": "d"})


def search_key(*texts: str | None) -> str:
    """The texts joined as people type them in a hurry: "Đình Chỉ" is found by "dinh chi"."""
    joined = " ".join(text for text in texts if text)
    decomposed = unicodedata.normalize("NFD", joined.translate(_OWN_LETTERS))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
