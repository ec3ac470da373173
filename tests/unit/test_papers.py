"""Papers: templates and their check, content and its hash, and the same words in Word and PDF."""

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from inspect_app.domain.papers import Block, BlockKind, Heading, Paper, Signer, printable, read_paper
from inspect_app.outside import paper_wording, pdf, word
from inspect_app.services.paper_print import Check, as_pdf, as_word
from inspect_app.services.paper_sample import BARE, FULL, SAMPLES
from inspect_app.services.papers import Templates

FOLDER = Path("templates/documents")
AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HEADING = Heading("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "Sở Xây dựng", "Số: 05/BB-KT", "Thái Nguyên", date(2026, 2, 3))
# Abolished on 1/3/2025 and 1/7/2025: they must never come out of a printer again.
ABOLISHED = ("huyện", "thị xã", "Thanh tra Sở", "Thanh tra huyện", "Sở LĐTBXH", "Lao động - Thương binh", "LĐ-TB&XH")
TEMPLATES = Templates(FOLDER)
KINDS = [each.code for each in TEMPLATES.all()]


def paper(kind: str, facts: dict[str, Any] = FULL) -> Paper:
    return paper_wording.fill(TEMPLATES.get(kind), HEADING, facts)


def a_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 60)).save(out, "JPEG")
    return out.getvalue()


def words(text: str) -> str:
    """Letters without spaces: line breaks fall elsewhere in each format. The narrow space is where a line may break."""
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def text_of_word(file: bytes) -> str:
    book = docx.Document(io.BytesIO(file))
    return "\n".join(
        "".join(node.text or "" for node in part.iter() if node.tag.endswith("}t")) for part in [book.element]
    )


def text_of_pdf(file: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)


# --- templates


def test_every_template_is_in_order() -> None:
    assert TEMPLATES.check(SAMPLES) == []
    assert {"inspection-record", "violation-record", "working-record", "remedy-request", "referral"} <= set(KINDS)


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ('[[block]]\nkind = "text"\ntext = "{{ site.nmae }}"', "nmae"),
        ('[[block]]\nkind = "text"\ntext = "{{ site.name "', "block 1"),
        ('[[block]]\nkind = "text"\nwhen = "inspection.decided"\ntext = "x"', "decided"),
        ('[[block]]\nkind = "text"\neach = "finding of findings"\ntext = "x"', "finding of findings"),
        ('[[block]]\nkind = "item"\neach = "one in findngs"\ntext = "x"', "findngs"),
        ('[[block]]\nkind = "text"\ntext = "{{ site.__class__.__mro__ }}"', "block 1"),
        ('[[block]]\nkind = "wrong"\ntext = "x"', "kind"),
        (
            '[[block]]\nkind = "table"\neach = "f in findings"\ncolumns = [{title="A",width=1,text="{{ f.x }}"}]',
            "column A",
        ),
        ('[[block]]\nkind = "text"\ntext = "x"\n[[signer]]\ntitle = "{{ chief.name }}"', "signer 1"),
        ("[[block]\n", "TOML"),
    ],
)
def test_a_broken_template_is_named_with_its_place(tmp_path: Path, wording: str, said: str) -> None:
    head = 'title = "Thử"\nname = "THỬ"\nsymbol = "T"\nabout_what = "inspection"\n'
    (tmp_path / "test.toml").write_text(head + wording, encoding="utf-8")

    [problem] = Templates(tmp_path).check(SAMPLES)

    assert problem.file == "test.toml"
    assert said in str(problem)


def test_the_sandbox_reaches_nothing_but_the_facts() -> None:
    for wording in ("{{ cycler.__init__.__globals__ }}", "{{ findings.append(1) }}", "{{ ''.__class__ }}"):
        template = paper_wording._jinja.from_string(wording)
        with pytest.raises(Exception, match=r"unsafe|undefined|access"):
            template.render(FULL)


# --- content


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("facts", SAMPLES, ids=["full", "bare", "signed"])
def test_a_paper_reads_back_as_it_was_kept(kind: str, facts: dict[str, Any]) -> None:
    written = paper(kind, facts)

    assert read_paper(written.content) == written
    assert read_paper(written.content).sha256 == written.sha256
    assert not [gone for gone in ABOLISHED if gone.lower() in "\n".join(written.lines()).lower()]


def test_every_change_changes_the_hash() -> None:
    hashes = {paper("inspection-record").sha256}
    changes: tuple[dict[str, Any], ...] = ({"notes": ["khác"]}, {"opinions": []}, {"findings": FULL["findings"][:1]})
    for changed in changes:
        hashes.add(paper("inspection-record", {**FULL, **changed}).sha256)
    assert len(hashes) == 4


def test_the_minutes_have_what_the_decree_asks_for() -> None:
    """NĐ 217/2025/NĐ-CP, điểm a khoản 3 Điều 15: team, object, related people, results, opinions, signatures."""
    told = "\n".join(paper("inspection-record").lines())
    for part in (
        "Nguyễn Văn An",
        "Công ty cổ phần Xây dựng Minh Họa",
        "Chủ đầu tư: Công ty TNHH Đầu tư Minh Họa",
        "32 nội dung",
        "Lỗ thông tầng trục 3-B",
        "Đơn vị đồng ý",
        "Hoàng Văn Em",  # who witnessed the refusal
        "TRƯỞNG ĐOÀN",
        "ĐẠI DIỆN ĐỐI TƯỢNG KIỂM TRA",
    ):
        assert part in told


def test_the_record_of_a_violation_keeps_the_order_of_its_form() -> None:
    told = "\n".join(paper("violation-record").lines())
    places = [told.index(f"\n{number}. ") for number in range(1, 12)]
    assert places == sorted(places)
    assert "hộ kinh doanh" in "\n".join(paper("violation-record", BARE).lines())


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("bình thường\nhai dòng", "bình thường\nhai dòng"),
        ("a\x00b\x07c", "abc"),
        ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("x\r\ny\rz", "x\ny\nz"),
        ("😀 🇻🇳", "😀 🇻🇳"),
        ("\ud800", ""),
    ],
)
def test_what_was_typed_becomes_printable_and_nothing_else(typed: str, stands: str) -> None:
    assert printable(typed) == stands


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 2, 3), "Thái Nguyên, ngày 03 tháng 02 năm 2026"),
        (date(2026, 11, 20), "Thái Nguyên, ngày 20 tháng 11 năm 2026"),
        (None, "Thái Nguyên, ngày … tháng … năm …"),
    ],
)
def test_the_day_is_written_so_that_nobody_adds_a_digit(day: date | None, said: str) -> None:
    assert Heading("", "", "", "Thái Nguyên", day).place_and_day == said


# --- the two formats


@pytest.mark.parametrize("kind", KINDS)
def test_word_and_pdf_say_the_same_words(kind: str) -> None:
    written = paper(kind)
    photos = {"0" * 64: a_jpeg()}
    told = [words(line) for line in written.lines() if line.strip()]

    in_word = words(text_of_word(word.write(written, FOLDER, photos=photos, verify="", qr=b"")))
    in_pdf = words(text_of_pdf(pdf.write(written, FOLDER, photos=photos, verify="", qr=b"", made_at=AT)))

    for line in told:
        assert line in in_word
        assert line.lower() in in_pdf.lower()  # the agency's name stands in capitals


HOSTILE = (
    "<script>alert(1)</script> & <b>đậm</b>",
    '#read("/etc/passwd") #import "x.typ" $x^2$ *a* _b_ @c <d> // e',
    '=HYPERLINK("http://evil.example","x")',
    "{{ 7*7 }} {% raw %} {_{ x }_} {_% y %_} ${x}",
    "</w:t></w:r><w:r><w:t>tiêm",
    "file:///etc/passwd \\u202e",
    "\u202eđảo chiều",
)


@pytest.mark.parametrize("typed", [*HOSTILE, "dài" * 3000, "không-dấu-cách" * 200, "dòng\n" * 40])
def test_hostile_notes_come_out_as_text(typed: str) -> None:
    finding = {**FULL["findings"][0], "observed": typed, "title": typed}
    facts = {**FULL, "findings": [finding], "notes": [typed], "opinions": [typed]}
    written = paper("inspection-record", facts)
    stands = words(printable(typed))[:9_000]

    in_word = words(text_of_word(word.write(written, FOLDER, photos={}, verify="", qr=b"")))
    in_pdf = words(text_of_pdf(pdf.write(written, FOLDER, photos={}, verify="", qr=b"", made_at=AT)))

    assert in_word.count(stands) >= 2
    assert stands in re.sub(r"(?<=\d)\Z", "", in_pdf) or _across_pages(stands, in_pdf)


def _across_pages(stands: str, in_pdf: str) -> bool:
    """A long text goes over pages, whose numbers then stand between its halves."""
    pieces = [stands[at : at + 40] for at in range(0, len(stands) - 40, 40)]
    return sum(piece in in_pdf for piece in pieces) >= 0.9 * len(pieces) > 0


def test_a_name_without_spaces_stays_on_the_page() -> None:
    written = paper("inspection-record", {**FULL, "notes": ["x" * 400]})
    reader = PdfReader(io.BytesIO(pdf.write(written, FOLDER, photos={}, verify="", qr=b"", made_at=AT)))
    longest = max(len(line) for page in reader.pages for line in page.extract_text().splitlines())
    assert longest < 200


def test_the_same_paper_gives_the_same_bytes() -> None:
    written = paper("remedy-request")
    first = pdf.write(written, FOLDER, photos={}, verify="", qr=b"", made_at=AT)
    assert pdf.write(written, FOLDER, photos={}, verify="", qr=b"", made_at=AT) == first


def test_a_draft_says_so_and_a_numbered_paper_carries_its_code() -> None:
    written = paper("remedy-request")
    draft = paper_wording.fill(
        TEMPLATES.get("remedy-request"), Heading("", "Sở", "Số: ……/SXD-YCKP", "Thái Nguyên", None), FULL
    )
    check = Check("https://example.vn/verify/ABCD-EFGH", "05/SXD-YCKP", written.sha256)
    nothing = lambda _: None  # noqa: E731

    assert "DỰTHẢO" in words(text_of_pdf(as_pdf(draft, FOLDER, pictures=nothing, check=Check(), made_at=AT)))
    assert "DỰTHẢO" in words(text_of_word(as_word(draft, FOLDER, pictures=nothing, check=Check())))
    for text in (
        text_of_pdf(as_pdf(written, FOLDER, pictures=nothing, check=check, made_at=AT)),
        text_of_word(as_word(written, FOLDER, pictures=nothing, check=check)),
    ):
        assert "DỰTHẢO" not in words(text)
        assert words(check.address) in words(text)
        assert written.sha256 in words(text)


def test_a_photo_that_has_not_arrived_leaves_its_place() -> None:
    written = paper("photo-annex")
    missing = text_of_pdf(pdf.write(written, FOLDER, photos={}, verify="", qr=b"", made_at=AT))
    assert "Ảnh chưa về máy chủ" in missing
    assert "Ảnh chưa về máy chủ" not in text_of_pdf(
        pdf.write(written, FOLDER, photos={"0" * 64: a_jpeg()}, verify="", qr=b"", made_at=AT)
    )


def test_the_page_has_the_measures_of_the_decree() -> None:
    """NĐ 30/2020/NĐ-CP, Annex I: A4; page numbers from the second page."""
    blocks = tuple(Block(BlockKind.TEXT, f"Đoạn {n}") for n in range(120))
    written = Paper("x", HEADING, "TÊN", "", (), blocks, (Signer("KÝ", "Tên"),), ())
    reader = PdfReader(io.BytesIO(pdf.write(written, FOLDER, photos={}, verify="", qr=b"", made_at=AT)))

    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    assert not reader.pages[0].extract_text().lstrip().startswith("1\n")
    assert reader.pages[1].extract_text().lstrip().startswith("2")
    section = docx.Document(str(FOLDER / "layout.docx")).sections[0]
    assert [round(each.mm) for each in (section.left_margin, section.right_margin, section.top_margin)] == [30, 15, 20]  # type: ignore[union-attr]
