"""How papers look: drawn by poppler, kept as small grey pictures, compared part by part."""

import io
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from inspect_app.cli.documents import DOCUMENTS
from inspect_app.domain.papers import Heading, Paper
from inspect_app.outside import paper_wording
from inspect_app.services.paper_print import Check, as_pdf
from inspect_app.services.paper_sample import FULL
from inspect_app.services.papers import Templates
from tests.rigs import children

PAPERS = Path(__file__).parent / "papers"
RENEW = "make looks"
DOTS = 60  # an inch: a point of the picture is 0.42 mm
SHADES = 16
# Letters are smoothed a little differently by each version of poppler: not dots are compared but how dark each part of
# 2.5 mm is. The same page differs by 3 of 255, one that was moved by a single dot by more than 20.
BLUR, PART, TOLERANCE = 2, 6, 14

HEADING = Heading("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "Sở Xây dựng", "Số: 05/BB-KT", "Thái Nguyên", date(2026, 11, 20))
CHECK = Check("https://example.invalid/verify/ABCD-EFGH-IJKL-MNOP", "05/BB-KT", "0" * 64)
MADE_AT = datetime(2026, 11, 20, tzinfo=UTC)


def kinds() -> list[str]:
    return [each.code for each in Templates(DOCUMENTS).all()]


def paper(kind: str) -> Paper:
    """Of an invented visit that has everything."""
    return paper_wording.fill(Templates(DOCUMENTS).get(kind), HEADING, FULL)


def pdf(drawn: Paper, folder: Path = DOCUMENTS) -> bytes:
    return as_pdf(drawn, folder, pictures=a_photo, check=CHECK, made_at=MADE_AT)


def a_photo(sha256: str) -> bytes:
    """The same picture for each."""
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()


def pages(file: bytes) -> list[Image.Image]:
    """Every page as poppler draws it, in grey."""
    draw = children.need("pdftoppm", package="poppler-utils")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "paper.pdf").write_bytes(file)
        command = [draw, "-gray", "-r", str(DOTS), str(folder / "paper.pdf"), str(folder / "page")]
        subprocess.run(command, check=True, timeout=60)
        return [_opened(each) for each in sorted(folder.glob("page-*"))]


def _opened(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        return picture.convert("L")


def kept(kind: str) -> list[Image.Image]:
    return [_opened(each) for each in sorted(PAPERS.glob(f"{kind}-*.png"))]


def difference(one: Image.Image, other: Image.Image) -> int:
    """By how much the part that differs most differs; 255 when the pages are not even of one size."""
    if one.size != other.size:
        return 255
    blurred = [each.filter(ImageFilter.BoxBlur(BLUR)) for each in (one, other)]
    return max(ImageChops.difference(*blurred).reduce(PART).tobytes())


def differing(found: Sequence[Image.Image], stored: Sequence[Image.Image]) -> list[int]:
    """The numbers of the pages that look otherwise; a page too many or too few is one of them."""
    most = max(len(found), len(stored))
    both = min(len(found), len(stored))
    return [n + 1 for n in range(most) if n >= both or difference(found[n], stored[n]) > TOLERANCE]


def keep(kind: str, drawn: Sequence[Image.Image]) -> None:
    """These are how it looks from now on."""
    for old in PAPERS.glob(f"{kind}-*.png"):
        old.unlink()
    step = 255 // (SHADES - 1)
    shades = [min(255, round(shade / step) * step) for shade in range(256)]
    for number, page in enumerate(drawn, start=1):
        page.point(shades).quantize(SHADES).save(PAPERS / f"{kind}-{number}.png", optimize=True, bits=4)
