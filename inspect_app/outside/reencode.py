"""The child that opens what strangers sent: a picture on the disk → clean JPEGs on its output. Runs alone, with limits.

`python -I reencode.py <file> <pixels>…` writes for each size four bytes of length and a JPEG. Exit code 3: not a
picture. Everything that is not pixels (places, names, thumbnails, appended files) stays behind.
"""

import io
import resource
import sys
import warnings

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
MOST_PIXELS = 30_000_000
NOT_A_PICTURE = 3


def main(path: str, sizes: list[int]) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as opened:
            opened.draft("RGB", (max(sizes), max(sizes)))
            turned = ImageOps.exif_transpose(opened)
            picture = Image.new("RGB", turned.size, "white")
            layers = turned.convert("RGBA") if turned.has_transparency_data else turned.convert("RGB")
            picture.paste(layers, mask=layers if layers.mode == "RGBA" else None)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return NOT_A_PICTURE
    for size in sorted(sizes, reverse=True):
        picture.thumbnail((size, size), Image.Resampling.LANCZOS)  # the smaller is made from the larger
        jpeg = io.BytesIO()
        picture.save(jpeg, "JPEG", quality=82, optimize=True)
        sys.stdout.buffer.write(len(jpeg.getvalue()).to_bytes(4, "big") + jpeg.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [int(size) for size in sys.argv[2:]]))
