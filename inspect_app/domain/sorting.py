"""Vietnamese order of names, the same on every machine and database: a key to sort by, no collation."""

import unicodedata

# Letters in the order of the alphabet; tones decide only between words that are otherwise the same.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_PLACE = {letter: number for number, letter in enumerate(_LETTERS, start=100)}


def vietnamese_order(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The key: first the letters (a ă â b … d đ e ê …), then the tones."""
    letters: list[int] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", name.casefold()):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        letters.append(_PLACE.get(bare, ord(bare[0]) if bare and ord(bare[0]) < 100 else 1000))
        tones.append(tone)
    return tuple(letters), tuple(tones)
