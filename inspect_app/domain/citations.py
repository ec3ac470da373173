"""How sure a citation is, and the one door through which papers, lists and exports get citations."""

from collections.abc import Iterable, Mapping
from typing import Any

from inspect_app.domain.checklist_items import Confidence

UNCHECKED = "cần kiểm tra"
SECONDARY = "nguồn thứ cấp"
CLAUSE_UNCHECKED = "điều, khoản cần kiểm tra"
NO_CITATION = "Căn cứ cần đối chiếu văn bản gốc"


def confidence_of(said: object) -> Confidence:
    """What is not said, or said in a word we do not know, counts as remembered."""
    try:
        return Confidence(str(said))
    except ValueError:
        return Confidence.MEMORY


def doubt(confidence: Confidence) -> str:
    """The word a screen puts beside a citation; empty when it was compared with the law itself."""
    if confidence is Confidence.VERIFIED:
        return ""
    return SECONDARY if confidence is Confidence.SECONDARY else UNCHECKED


def cited(basis: Mapping[str, Any]) -> str:
    """ "khoản 1 Điều 31, Luật ATVSLĐ 2015" """
    return ", ".join(part for part in (str(basis.get("at") or ""), str(basis.get("label") or "")) if part)


def printed(bases: Iterable[Mapping[str, Any]]) -> str:
    """The citations of one finding for a paper, a list or an export. THE door: nothing else may print them.

    Read in the law: as it is. Read in a secondary text: with that word. Only the title compared: the document, without
    the clause nobody read. From memory: never; when nothing remains, the line asks for the law instead of citing.
    """
    given = list(bases)
    told = [line for basis in given if (line := _line(basis))]
    return "; ".join(dict.fromkeys(told)) or (NO_CITATION if given else "")


def _line(basis: Mapping[str, Any]) -> str:
    match confidence_of(basis.get("confidence")):
        case Confidence.VERIFIED:
            return cited(basis)
        case Confidence.SECONDARY:
            return f"{cited(basis)} ({SECONDARY})"
        case Confidence.TITLE_ONLY:
            return f"{basis.get('label') or ''} ({CLAUSE_UNCHECKED})"
        case Confidence.MEMORY:
            return ""
