"""A long paper with many photos as PDF and as Word: time and memory of a process of its own."""

import io
import json
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime

from PIL import Image, ImageFilter

from bench.results import Table
from inspect_app.cli.documents import DOCUMENTS
from inspect_app.domain.papers import Heading, Paper
from inspect_app.outside import paper_wording
from inspect_app.services.paper_print import Check, as_pdf, as_word
from inspect_app.services.paper_sample import FULL
from inspect_app.services.papers import Templates

ITEMS, PHOTOS = 300, 60
HEADING = Heading("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "Sở Xây dựng", "Số: 05/BB-KT", "Thái Nguyên", date(2026, 11, 20))
CHECK = Check("https://example.invalid/verify/ABCD-EFGH-JKLM-NPQR", "05/BB-KT", "0" * 64)


def main(*, quick: bool = False) -> None:
    items, photos = (30, 6) if quick else (ITEMS, PHOTOS)
    table = Table("papers", "A paper as PDF and Word", ["paper", "format", "seconds", "MB of memory", "KB of file"])
    for kind in ("inspection-record", "photo-annex"):
        for form in ("pdf", "docx"):
            words = [sys.executable, "-m", "bench.papers", kind, form, str(items), str(photos)]
            told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            table.add(kind, form, told["seconds"], told["memory"], told["size"])
    table.notes.append(f"{items} findings, {photos} photos of 1600×1200; goal: 10 s and 400 MB")
    table.keep()


def measured(kind: str, form: str, items: int, photos: int) -> dict[str, float]:
    """What one paper costs, with everything that printing it loads."""
    pictures = {f"{n:064x}": _photo(n) for n in range(photos)}
    paper = _paper(kind, items, list(pictures))
    began = time.perf_counter()
    if form == "pdf":
        content = as_pdf(
            paper, DOCUMENTS, pictures=pictures.get, check=CHECK, made_at=datetime(2026, 11, 20, tzinfo=UTC)
        )
    else:
        content = as_word(paper, DOCUMENTS, pictures=pictures.get, check=CHECK)
    return {
        "seconds": time.perf_counter() - began,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size": len(content) / 1024,
    }


def _paper(kind: str, items: int, photos: list[str]) -> Paper:
    facts = {
        **FULL,
        "findings": [{**FULL["findings"][0], "number": str(n + 1), "item": f"XDK-{n:03d}"} for n in range(items)],
        "photos": [{**FULL["photos"][0], "n": n + 1, "sha256": sha256} for n, sha256 in enumerate(photos)],
    }
    return paper_wording.fill(Templates(DOCUMENTS).get(kind), HEADING, facts)


def _photo(seed: int) -> bytes:
    """A picture as heavy as a site's: noise that is smoothed a little."""
    rng = random.Random(seed)
    small = Image.frombytes("RGB", (400, 300), rng.randbytes(400 * 300 * 3)).filter(ImageFilter.GaussianBlur(1))
    out = io.BytesIO()
    small.resize((1600, 1200)).save(out, "JPEG", quality=75)
    return out.getvalue()


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
