"""Photographs of places that do not exist: drawn, small, each with bytes of its own, and marked as invented."""

import hashlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from inspect_app.domain.search import folded

WIDTH, HEIGHT = 800, 600
QUALITY = 62
SKIES = ((168, 196, 224), (196, 204, 210), (224, 208, 182), (150, 180, 200))
GROUNDS = ((134, 112, 86), (120, 124, 118), (98, 108, 84), (150, 140, 120))
STEEL = (86, 92, 102)
WARNING = (214, 120, 30)


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG and what its operation says about it."""

    content: bytes
    sha256: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(lines: tuple[str, ...], rng: Random, *, indoors: bool) -> Picture:
    """A scene with `lines` written on it. The built-in font has no Vietnamese letters, hence the folding."""
    image = _scene(rng.randrange(6), indoors).copy()
    pen = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 3)):
        _worker(pen, rng)
    pen.rectangle((0, HEIGHT - 92, WIDTH, HEIGHT), fill=(16, 20, 26))
    for row, line in enumerate((*lines, "ANH MINH HOA - DU LIEU GIA DINH")[:4]):
        pen.text((14, HEIGHT - 88 + 21 * row), folded(line).upper()[:72], fill=(240, 244, 248), font=_font())
    stream = BytesIO()
    image.save(stream, "JPEG", quality=QUALITY)
    content = stream.getvalue()
    return Picture(content, hashlib.sha256(content).hexdigest())


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(18)


@cache
def _scene(number: int, indoors: bool) -> Image.Image:
    """A building site under the sky, or a hall with machines. The same number is the same place."""
    rng = Random(f"{number}/{indoors}")  # noqa: S311 - a picture, not a secret
    image = Image.new("RGB", (WIDTH, HEIGHT), rng.choice(SKIES) if not indoors else (206, 208, 204))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 380, WIDTH, HEIGHT), fill=rng.choice(GROUNDS))
    (_hall if indoors else _site)(pen, rng)
    return image


def _site(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    left, floors = rng.randint(60, 180), rng.randint(3, 5)
    right = left + rng.randint(380, 520)
    for floor in range(floors):
        top = 380 - 66 * (floor + 1)
        pen.rectangle((left, top, right, top + 10), fill=(150, 150, 148))
        for x in range(left, right, 74):
            pen.rectangle((x, top, x + 9, top + 66), fill=(170, 168, 164))
    for x in range(left - 34, right + 30, 46):  # the scaffold in front
        pen.line((x, 380 - 66 * floors - 14, x, 420), fill=STEEL, width=3)
    for y in range(400, 380 - 66 * floors, -46):
        pen.line((left - 34, y, right + 26, y), fill=STEEL, width=2)
        if rng.random() < 0.6:
            pen.line((left - 34, y, left + 60, y - 46), fill=STEEL, width=2)
    pen.line((right + 90, 400, right + 90, 60, right - 120, 60), fill=WARNING, width=6)


def _hall(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    for x in range(0, WIDTH, 110):
        pen.line((x, 0, x + 40, 120), fill=(150, 154, 156), width=4)
    for _ in range(4):
        x, width, height = rng.randint(20, 620), rng.randint(90, 170), rng.randint(90, 190)
        pen.rectangle(
            (x, 430 - height, x + width, 440), fill=rng.choice(((92, 120, 140), (110, 112, 104), (70, 96, 84)))
        )
        pen.rectangle((x + 12, 430 - height + 14, x + width - 12, 430 - height + 40), fill=(40, 46, 52))
        pen.ellipse((x + width - 34, 380, x + width - 14, 400), fill=(190, 40, 36))
    pen.line((0, 470, WIDTH, 452), fill=(222, 184, 40), width=8)


def _worker(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    x, y = rng.randint(80, WIDTH - 80), rng.randint(360, 470)
    pen.ellipse((x - 9, y - 62, x + 9, y - 44), fill=(206, 170, 140))
    if rng.random() < 0.7:
        pen.pieslice((x - 12, y - 70, x + 12, y - 44), 180, 360, fill=rng.choice(((236, 202, 40), (240, 240, 240))))
    pen.rectangle((x - 12, y - 44, x + 12, y - 4), fill=rng.choice((WARNING, (44, 90, 140), (80, 150, 60))))
    pen.line((x - 6, y - 4, x - 6, y + 26), fill=(40, 44, 60), width=8)
    pen.line((x + 6, y - 4, x + 6, y + 26), fill=(40, 44, 60), width=8)
