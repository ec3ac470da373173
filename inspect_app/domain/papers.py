"""A paper as content without layout: what Word and PDF both show, what is hashed, and what is kept for ever."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inspect_app.domain.evidence import body_hash

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# Marks that turn the direction of reading: in a paper they could make a line say something else than was written.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def place_and_day(place: str, day: date | None) -> str:
    """With a leading zero for days under 10 and months 1 and 2, so that nobody adds a digit; None: not dated yet."""
    if day is None:
        return f"{place}, ngày … tháng … năm …"
    month = f"{day.month:02d}" if day.month < 3 else f"{day.month}"
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


class BlockKind(StrEnum):
    """How a block stands on the page (NĐ 30/2020, Annex I): italic grounds, indented text, headings, lists, tables."""

    BASIS = "basis"
    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    NOTE = "note"
    TABLE = "table"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Column:
    """`width`: parts of the page's width, compared with the other columns."""

    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Picture:
    sha256: str
    caption: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of content. Tables have columns and rows, photos pictures, everything else text."""

    kind: BlockKind
    text: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """A place for a signature: who signs under what title, and what stands there instead (drawn, refused)."""

    title: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Boxes 1–4. An empty number is a draft: the office has not taken one."""

    parent: str
    agency: str
    number: str
    place: str
    day: date | None

    @property
    def place_and_day(self) -> str:
        return place_and_day(self.place, self.day)


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole paper. Equal content has an equal hash, whatever it is printed on."""

    kind: str
    heading: Heading
    name: str
    about: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    signers: tuple[Signer, ...]
    recipients: tuple[str, ...]

    @property
    def content(self) -> dict[str, Any]:
        """As JSON, to be kept and hashed."""
        plain = asdict(self)
        plain["heading"]["day"] = self.heading.day.isoformat() if self.heading.day else None
        listed: dict[str, Any] = _listed(plain)
        return listed

    @property
    def sha256(self) -> str:
        return body_hash(self.content)

    def lines(self) -> Iterator[str]:
        """Every text in reading order, one paragraph or table cell a line."""
        head = self.heading
        yield from (head.parent, head.agency, NATION, MOTTO, head.number, head.place_and_day, self.name, self.about)
        yield from self.addressees
        for block in self.blocks:
            yield from block.text.split("\n")
            yield from (column.title for column in block.columns)
            for row in block.rows:
                for cell in row:
                    yield from cell.split("\n")
            yield from (picture.caption for picture in block.pictures)
        for signer in self.signers:
            yield from (signer.title, signer.note, signer.name)
        yield from self.recipients


def read_paper(content: Mapping[str, Any]) -> Paper:
    """The paper that `content` was made from."""
    head = content["heading"]
    return Paper(
        kind=content["kind"],
        heading=Heading(**{**head, "day": date.fromisoformat(head["day"]) if head["day"] else None}),
        name=content["name"],
        about=content["about"],
        addressees=tuple(content["addressees"]),
        blocks=tuple(_block(each) for each in content["blocks"]),
        signers=tuple(Signer(**each) for each in content["signers"]),
        recipients=tuple(content["recipients"]),
    )


def printable(text: str) -> str:
    """What somebody typed, as it may stand on a paper: no control characters; turning marks are shown, not obeyed."""
    shown = "".join(f"[U+{ord(letter):04X}]" if letter in _TURNING else letter for letter in text)
    return "".join(
        letter
        for letter in shown.replace("\r\n", "\n").replace("\r", "\n")
        if letter in "\n\t"
        or (letter >= " " and letter not in "\x7f\ufffe\uffff" and not "\ud800" <= letter <= "\udfff")
    )


def _block(content: Mapping[str, Any]) -> Block:
    return Block(
        kind=BlockKind(content["kind"]),
        text=content["text"],
        columns=tuple(Column(**each) for each in content["columns"]),
        rows=tuple(tuple(row) for row in content["rows"]),
        pictures=tuple(Picture(**each) for each in content["pictures"]),
    )


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value
