"""Pictures for screens: re-encoded in a child process with limits, because what phones send is not to be trusted."""

import io
import subprocess
import sys
import threading
from pathlib import Path

from PIL import Image

from inspect_app.domain.errors import RuleBroken

CHILD = Path(__file__).with_name("reencode.py")
LONGEST = 20  # seconds of patience; the child's own limit is on computing time
_TURN = threading.BoundedSemaphore(2)

_BEGINNINGS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))


def reencode(path: Path, sizes: tuple[int, ...]) -> dict[int, bytes]:
    """JPEGs whose longer side is at most each size. RuleBroken "not-a-picture" for everything else."""
    words = [sys.executable, "-I", str(CHILD), str(path), *map(str, sizes)]
    with _TURN:
        try:
            done = subprocess.run(  # noqa: S603 - our own program, and a path of ours
                words, capture_output=True, timeout=LONGEST, check=False, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            raise RuleBroken("not-a-picture") from None
    if done.returncode != 0:
        raise RuleBroken("not-a-picture")
    return dict(zip(sorted(sizes, reverse=True), _split(done.stdout), strict=True))


def smaller(jpeg: bytes, pixels: int) -> bytes:
    """One of our own pictures with its longer side at most `pixels`; never for bytes that a phone sent."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        if max(picture.size) <= pixels:
            return jpeg
        picture.draft("RGB", (pixels, pixels))
        picture.thumbnail((pixels, pixels))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80)
        return out.getvalue()


def _split(output: bytes) -> list[bytes]:
    pictures = []
    while output:
        end = 4 + int.from_bytes(output[:4], "big")
        pictures.append(output[4:end])
        output = output[end:]
    return pictures


def suffix(beginning: bytes) -> str:
    """How a file may be named, by its first bytes; "bin" for what is none of our pictures."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    return next((suffix for start, suffix in _BEGINNINGS if beginning.startswith(start)), "bin")
