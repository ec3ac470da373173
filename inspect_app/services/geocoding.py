"""A proposal for a pin from an address: off until a contact is set, asked once per address, decided by a person."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside.geocoder import Geocoder, Proposal, Unanswered
from inspect_app.store.database import Tx
from inspect_app.store.tables import Geocoded

__all__ = ["Geocoder", "Proposal"]

LONGEST = 500


def service(contact: str | None, url: str, data_dir: Path) -> Geocoder:
    """RuleBroken "geocoding-off": nobody has said whom the service may write to."""
    if not contact:
        raise RuleBroken("geocoding-off")
    parts = urlsplit(url)
    return Geocoder(contact, data_dir / "geocoder-turn", f"{parts.netloc}{parts.path}", parts.scheme)


def question(address: str, commune: str) -> str:
    """One writing of an address, so that it is asked once."""
    return ", ".join(filter(None, (" ".join(address.split()), commune, "Thái Nguyên, Việt Nam")))[:LONGEST]


def known(tx: Tx, asked: str) -> list[Proposal] | None:
    """What the service said before; None: it was not asked."""
    row = tx.get(Geocoded, asked)
    return [Proposal(**each) for each in row.found] if row is not None else None


def ask(geocoder: Geocoder, asked: str) -> list[Proposal]:
    """Over the network, outside any transaction. RuleBroken "geocoding-failed"."""
    try:
        return geocoder.ask(asked)
    except Unanswered:
        raise RuleBroken("geocoding-failed") from None


def keep(tx: Tx, asked: str, found: list[Proposal], *, now: datetime) -> None:
    if tx.get(Geocoded, asked) is None:
        tx.add(Geocoded(asked=asked, found=[asdict(each) for each in found], asked_at=now))
