"""Sets a paper as PDF with Typst: the layout from templates/documents, the content as data, fonts of our own.

The typesetter is confined to a folder that holds this one paper; it reads no other file of the machine and no network.
What people typed is text in a JSON file, never markup.
"""

import json
import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from inspect_app.domain.papers import Paper
from inspect_app.outside.paper_look import look

# A word that is longer may be cut here instead of running off the page.
LONGEST_WORD = 24
_LONG = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD}}}(?=[^\s\u200b])")


def write(
    paper: Paper, folder: Path, *, photos: Mapping[str, bytes], verify: str, qr: bytes, made_at: datetime
) -> bytes:
    """The PDF. `photos`: JPEG bytes by SHA-256, those that are here; `qr`: SVG, empty when there is no code yet.

    The same paper at the same moment gives the same bytes.
    """
    shown = _breakable(look(paper, photos, verify=verify if qr else ""))
    with TemporaryDirectory() as place:
        root = Path(place)
        (root / "photo").mkdir()
        for sha256, jpeg in photos.items():
            (root / "photo" / f"{sha256}.jpg").write_bytes(jpeg)
        (root / "paper.json").write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")
        (root / "qr.svg").write_bytes(qr)
        shutil.copyfile(folder / "layout.typ", root / "main.typ")
        made: bytes = typst.compile(
            root / "main.typ",
            root=root,
            font_paths=[folder / "fonts"],
            ignore_system_fonts=True,
            timestamp=made_at.replace(microsecond=0),
        )
    return made


def _breakable(value: Any) -> Any:
    """Every text with places to break in its longest words; the names of photo files are no text."""
    if isinstance(value, dict):
        return {key: each if key in {"sha256", "pictures_here"} else _breakable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_breakable(each) for each in value]
    return _LONG.sub(lambda found: f"{found[0]}\u200b", value) if isinstance(value, str) else value
