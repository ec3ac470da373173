"""Pictures that a phone takes along over a bad link: no larger than so many bytes, whatever they show."""

import io

from PIL import Image

_QUALITIES = (75, 60, 45, 30)
_SMALLEST = 160  # pixels; smaller ones show nothing


def within(jpeg: bytes, pixels: int, most: int) -> bytes:
    """One of our own JPEGs with its longer side at most `pixels`, in at most `most` bytes; never what a phone sent."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
        opened.draft("RGB", (pixels, pixels))
        picture = opened.convert("RGB")
    made = jpeg
    while pixels >= _SMALLEST:
        picture.thumbnail((pixels, pixels))
        for quality in _QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            made = out.getvalue()
            if len(made) <= most:
                return made
        pixels = pixels * 3 // 4
    return made
