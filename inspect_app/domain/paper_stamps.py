"""What the code on a paper carries besides its address: number, day, agency and hash, signed by the server.

Whoever has the server's public key can check a scanned paper without asking anybody.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

from inspect_app.domain.evidence import canonical
from inspect_app.domain.seals import b64, unb64

HASH, SIGNATURE = 32, 64
LONGEST = 400
_NUMBER = re.compile(r"[^~\x00-\x1f]{1,60}")
_AGENCY = re.compile(r"[a-z0-9-]{1,32}")
_CODE = re.compile(r"[A-Z2-7]{16}")
FIELD = "s"  # of the address


@dataclass(frozen=True, slots=True)
class Stamp:
    """`sha256` is that of the paper's content."""

    code: str
    number: str
    day: date
    agency: str
    sha256: str

    @property
    def message(self) -> bytes:
        """What is signed: it can be mistaken for no other thing this server signs."""
        return b"inspect-paper-1\n" + canonical(
            {
                "agency": self.agency,
                "code": self.code,
                "day": self.day.isoformat(),
                "number": self.number,
                "sha256": self.sha256,
            }
        )

    def text(self, signature: str) -> str:
        """As short as it can be: it is printed as dots."""
        return "~".join((self.number, f"{self.day:%Y%m%d}", self.agency, b64(bytes.fromhex(self.sha256)), signature))


def read(address: str) -> tuple[Stamp, str] | None:
    """The stamp in a scanned address and its signature; None when there is none. Nothing is checked yet."""
    try:
        parts = urlsplit(address.strip()[: LONGEST + 200])
    except ValueError:
        return None
    told = parse_qs(parts.query).get(FIELD, [""])[0]
    code = re.sub(r"[\s-]", "", parts.path.rpartition("/")[2]).upper()
    pieces = told.split("~")
    if len(pieces) != 5 or not _CODE.fullmatch(code):
        return None
    number, day, agency, content, signature = pieces
    sha256 = unb64(content, HASH)
    if sha256 is None or unb64(signature, SIGNATURE) is None:
        return None
    if not (_NUMBER.fullmatch(number) and _AGENCY.fullmatch(agency) and re.fullmatch(r"[0-9]{8}", day)):
        return None
    try:
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return None
    return Stamp(code, number, on, agency, sha256.hex()), signature
