"""Vietnamese from before Unicode: text typed in TCVN3 (ABC) or VNI fonts, and how to tell and mend it."""

import re
import unicodedata
from collections.abc import Iterable

# Each letter as a program that knows nothing of the font shows it (Windows-1252).
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_CIRCUMFLEX = {"á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323", "â": ""}
_BREVE = {"é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323", "ê": ""}
_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị"}


def _vni() -> dict[str, str]:
    """VNI writes a letter and its marks as two letters: "aù" is á, "aá" is ấ, "öï" is ự."""
    found = dict(_ALONE)
    for base, plain in (("a", "a"), ("e", "e"), ("o", "o"), ("u", "u"), ("y", "y"), ("ö", "ư"), ("ô", "ơ")):
        found |= {base + mark: plain + tone for mark, tone in _TONES.items()}
    for base in "aeo":
        found |= {base + mark: f"{base}\u0302{tone}" for mark, tone in _CIRCUMFLEX.items()}
    found |= {"a" + mark: f"a\u0306{tone}" for mark, tone in _BREVE.items()}
    small = {key: unicodedata.normalize("NFC", value) for key, value in found.items()}
    big = {key.upper(): value.upper() for key, value in small.items()}
    mixed = {key[0].upper() + key[1:]: value.upper() for key, value in small.items() if len(key) == 2}
    return small | mixed | big


_VNI = _vni()
_VNI_PIECE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
# Letters that only real Unicode Vietnamese has.
_UNICODE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
# Signs inside a word that no Vietnamese text in Unicode has: in TCVN3 they are letters.
_TCVN3_SIGNS = re.compile("[A-Za-z][µ¸¶·¹¨»¾¼½©®ª«¬¡¢§£¤¥¦\xad]|[®§][a-z]|[µ¸¶·¹¨»¾¼½©®ª«¬][A-Za-z]")
_VNI_PAIRS = re.compile("[aeouyôöAEOUY][ùøûõïÙØÛÕÏ]|[ao][áàåãäâ]|e[áàåãäâ]|a[éèúüëê]|ñ[aeiouöôy]")


def detect(texts: Iterable[str]) -> str:
    """tcvn3 | vni | "" (Unicode, or too little to tell); for the texts of one file together."""
    joined = "\n".join(texts)
    if len(_UNICODE.findall(joined)) > len(joined) / 200:
        return ""
    tcvn3, vni = len(_TCVN3_SIGNS.findall(joined)), len(_VNI_PAIRS.findall(joined))
    if max(tcvn3, vni) < 3:
        return ""
    return "tcvn3" if tcvn3 >= vni else "vni"


def mend(text: str, font: str) -> str:
    """The text in Unicode; as it is when `font` is ""."""
    if font == "tcvn3":
        return "".join(_TCVN3.get(letter, letter) for letter in text)
    return _VNI_PIECE.sub(lambda piece: _VNI[piece[0]], text) if font == "vni" else text
