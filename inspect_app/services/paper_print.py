"""Printing a paper: its photos, the code that checks it, and the two formats."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspect_app.domain.papers import Paper
from inspect_app.outside import images, pdf, qr, word

PHOTO_PIXELS = 1024  # half a page wide at 300 dots an inch
Pictures = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Check:
    """What stands under a paper so that anybody can ask whether it is genuine. An empty address: a draft."""

    address: str = ""
    number: str = ""
    sha256: str = ""
    scanned: str = ""  # what the dots say, when that is more than the address

    @property
    def words(self) -> str:
        return (
            f"Kiểm tra văn bản này tại {self.address} hoặc quét mã.\n"
            f"{self.number}. Mã băm của nội dung (SHA-256): {self.sha256}"
        )


def as_pdf(paper: Paper, folder: Path, *, pictures: Pictures, check: Check, made_at: datetime) -> bytes:
    """`pictures` gives the JPEG of a photo, None while it has not arrived."""
    code = qr.svg(check.scanned or check.address) if check.address else b""
    return pdf.write(
        paper, folder, photos=_photos(paper, pictures), verify=check.words if code else "", qr=code, made_at=made_at
    )


def as_word(paper: Paper, folder: Path, *, pictures: Pictures, check: Check) -> bytes:
    code = qr.png(check.scanned or check.address) if check.address else b""
    return word.write(paper, folder, photos=_photos(paper, pictures), verify=check.words if code else "", qr=code)


def _photos(paper: Paper, pictures: Pictures) -> dict[str, bytes]:
    wanted = dict.fromkeys(picture.sha256 for block in paper.blocks for picture in block.pictures)
    found = ((sha256, pictures(sha256)) for sha256 in wanted)
    return {sha256: images.smaller(jpeg, PHOTO_PIXELS) for sha256, jpeg in found if jpeg is not None}
