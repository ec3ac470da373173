"""Signs what the code on a paper says, and checks it without the database."""

from dataclasses import dataclass
from urllib.parse import quote

from inspect_app.domain import paper_stamps
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.paper_stamps import FIELD, Stamp
from inspect_app.domain.seals import Jwk
from inspect_app.outside.signing import Signer, is_signed_by_server
from inspect_app.store.tables import PaperRow


@dataclass(frozen=True, slots=True)
class Checked:
    """A scanned address: what it says, and whether this server's key has signed that."""

    stamp: Stamp
    genuine: bool


def address(row: PaperRow, page: str, signer: Signer) -> str:
    """What is printed as dots: the page that checks the paper, and the signed facts."""
    stamp = Stamp(row.code, row.number, local_day(row.made_at), row.agency_id, row.sha256)
    return f"{page}?{FIELD}={quote(stamp.text(signer.sign(stamp.message)), safe='~')}"


def check(scanned: str, key: Jwk) -> Checked | None:
    """None: the address carries no stamp."""
    found = paper_stamps.read(scanned)
    if found is None:
        return None
    stamp, signature = found
    return Checked(stamp, is_signed_by_server(key, signature, stamp.message))
