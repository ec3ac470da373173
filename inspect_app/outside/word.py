"""Writes a paper as a Word file from templates/documents/layout.docx, for offices that edit before they sign."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate, InlineImage, Listing

from inspect_app.domain.papers import Paper
from inspect_app.outside.paper_look import MOST_UPRIGHT, look

PHOTO_WIDTH = Mm(110)
CODE_WIDTH = Mm(22)
NOBODY = {"title": "", "name": "", "note": ""}


def write(paper: Paper, folder: Path, *, photos: Mapping[str, bytes], verify: str, qr: bytes) -> bytes:
    """The .docx. `photos`: JPEG bytes by SHA-256, those that are here; `qr`: PNG, empty when there is no code yet."""
    book = DocxTemplate(folder / "layout.docx")
    facts = _told(look(paper, photos, verify=verify if qr else ""))
    for block in facts["blocks"]:
        for picture in block["pictures"]:
            picture["here"] = str(picture["sha256"]) in photos
            if picture["here"]:
                picture["image"] = InlineImage(book, io.BytesIO(photos[str(picture["sha256"])]), width=PHOTO_WIDTH)
    facts["signing"] = _pairs(facts["signers"])
    facts["qr"] = InlineImage(book, io.BytesIO(qr), width=CODE_WIDTH) if qr else ""
    book.render(facts)
    if facts["wide"]:
        _lay_on_side(book)
    book.core_properties.title = paper.name
    book.core_properties.author = paper.heading.agency
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lay_on_side(book: DocxTemplate) -> None:
    for section in book.docx.sections:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for table in book.docx.tables:
        if len(table.columns) > MOST_UPRIGHT:
            for run in (run for row in table.rows for cell in row.cells for p in cell.paragraphs for run in p.runs):
                run.font.size = Pt(8)


class _Words(Listing):  # type: ignore[misc]  # docxtpl has no types
    """Text that stays what it is: no markup, its own line breaks, and none of the template's signs."""

    def __init__(self, text: str) -> None:
        # The writer undoes "{_{" and its like after filling in; a character reference passes it by.
        safe = re.sub(r"(?<=[{%])_|_(?=[}%])", "&#95;", escape(text))
        self.xml = safe.replace("\t", "</w:t><w:tab/><w:t xml:space='preserve'>").replace(
            "\n", "</w:t><w:br/><w:t xml:space='preserve'>"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and escape(other) == self.xml

    def __hash__(self) -> int:
        return hash(self.xml)

    def __bool__(self) -> bool:
        return bool(self.xml)


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _told(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return _Words(value) if isinstance(value, str) else value


def _pairs(signers: list[Any]) -> list[dict[str, Any]]:
    """Two signatures side by side; a single one stands on the right, as on papers of an authority."""
    placed = [NOBODY, *signers] if len(signers) % 2 else list(signers)
    return [{"left": placed[at], "right": placed[at + 1]} for at in range(0, len(placed), 2)]
