"""What a paper of a visit must contain, field by field, in the text that Word and PDF really show."""

import io
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from inspect_app.cli.documents import DOCUMENTS
from inspect_app.domain.papers import Heading
from inspect_app.outside import paper_wording
from inspect_app.services.paper_print import Check, as_pdf, as_word
from inspect_app.services.paper_sample import FULL
from inspect_app.services.papers import Templates

HEADING = Heading("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "Sở Xây dựng", "Số: 05/BB-KT", "Thái Nguyên", date(2026, 11, 20))
CHECK = Check("https://example.invalid/verify/ABCD-EFGH-IJKL-MNOP", "05/BB-KT", "0" * 64)
COMMON = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 05/BB-KT",
    "ngày 20 tháng 11 năm 2026",
)
# kind → fields of the facts; a list stands for each of its members.
REQUIRED: dict[str, tuple[str, ...]] = {
    "inspection-record": (
        "inspection.decision",
        "inspection.number",
        "inspection.ground",
        "site.name",
        "site.address",
        "team.name",
        "team.role",
        "organisation.name",
        "organisation.tax_code",
        "organisation.representative",
        "parties.name",
        "checklists.title",
        "findings.item",
        "findings.title",
        "opinions",
        "refusals.reason",
        "refusals.witness",
        "leader.name",
    ),
    "working-record": (
        "inspection.began",
        "site.name",
        "site.address",
        "team.name",
        "team.agency",
        "organisation.name",
        "organisation.representative",
        "findings.fault",
        "findings.basis",
        "opinions",
        "refusals.witness",
    ),
    "violation-record": (
        "inspection.number",
        "organisation.name",
        "organisation.tax_code",
        "organisation.address",
        "organisation.representative",
        "site.address",
        "leader.name",
        "leader.title",
        "findings.conduct",
        "findings.rule",
        "refusals.witness",
    ),
    "remedy-request": ("organisation.name", "inspection.number", "findings.title", "findings.deadline"),
    "referral": ("organisation.name", "organisation.tax_code", "site.address", "findings.conduct", "findings.rule"),
    "stop-proposal": (
        "organisation.name",
        "site.name",
        "site.address",
        "findings.fault",
        "findings.basis",
        "leader.name",
    ),
    "reinspection-record": (
        "inspection.number",
        "organisation.name",
        "organisation.representative",
        "site.address",
        "findings.title",
        "findings.observed",
        "findings.deadline",
        "leader.name",
    ),
    "photo-annex": ("inspection.number", "photos.n", "photos.item", "photos.sha256"),
}


@cache
def shown(kind: str) -> tuple[str, str]:
    """The text of both files, without spaces and places to break."""
    paper = paper_wording.fill(Templates(DOCUMENTS).get(kind), HEADING, FULL)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    pages = PdfReader(io.BytesIO(as_pdf(paper, DOCUMENTS, pictures=lambda _: None, check=CHECK, made_at=at))).pages
    word = docx.Document(io.BytesIO(as_word(paper, DOCUMENTS, pictures=lambda _: None, check=CHECK)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    texts = (
        " ".join(page.extract_text() for page in pages),
        " ".join([*cells, *(each.text for each in word.paragraphs)]),
    )
    return squeezed(texts[0]), squeezed(texts[1])


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split()).lower()


def values(path: str) -> list[str]:
    found: list[Any] = [FULL]
    for name in path.split("."):
        found = [inner for each in found for inner in (each if isinstance(each, list | tuple) else [each])]
        found = [each[name] for each in found]
    flat = [inner for each in found for inner in (each if isinstance(each, list | tuple) else [each])]
    return [str(each) for each in flat if str(each)]


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in REQUIRED.items() for path in paths])
def test_a_required_field_is_on_the_paper(kind: str, path: str) -> None:
    told = values(path)
    assert told, path
    for text in shown(kind):
        for value in told:
            assert squeezed(value) in text, f"{path}: {value}"


@pytest.mark.parametrize("kind", [kind for kind in REQUIRED if kind != "photo-annex"])
def test_the_boxes_of_the_layout_are_there(kind: str) -> None:
    for text in shown(kind):
        for told in COMMON:
            assert squeezed(told) in text


@pytest.mark.parametrize("kind", list(REQUIRED))
def test_words_of_what_no_longer_exists_are_on_no_paper(kind: str) -> None:
    for text in shown(kind):
        for gone in ("huyện", "thanh tra sở", "lđtbxh"):
            assert squeezed(gone) not in text


def test_every_kind_of_paper_has_its_list() -> None:
    assert set(REQUIRED) == {each.code for each in Templates(DOCUMENTS).all()}
