"""The key a phone locks its way out with: one per agency, made when it is first asked for, renewed on command."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from inspect_app.domain.errors import RuleBroken
from inspect_app.outside import export_files
from inspect_app.store import agency_keys, audit
from inspect_app.store.database import Tx
from inspect_app.store.tables import AgencyKey

Card = dict[str, object]


def card(tx: Tx, agency: str) -> Card | None:
    """The public half as phones are told it; None: nobody has needed one yet."""
    row = agency_keys.current(tx, agency)
    return _card(row) if row else None


def ensure(tx: Tx, agency: str, *, secret: str, now: datetime) -> Card:
    """The serving key, made when there is none."""
    return _card(agency_keys.current(tx, agency) or _make(tx, agency, secret, now))


def renew(tx: Tx, agency: str, *, secret: str, now: datetime) -> Card:
    """A new key serves from now on; the old ones are kept, for phones that come back late."""
    agency_keys.retire(tx, agency, now)
    return _card(_make(tx, agency, secret, now))


def private(tx: Tx, agency: str, key: str, *, secret: str) -> EllipticCurvePrivateKey:
    """The private half of one of the agency's keys. RuleBroken: export-unknown-key, agency-key-locked."""
    row = agency_keys.one(tx, agency, key)
    if row is None:
        raise RuleBroken("export-unknown-key", key=key)
    return export_files.open_key(secret, row.id, row.private_key)


def _make(tx: Tx, agency: str, secret: str, now: datetime) -> AgencyKey:
    made = export_files.make_key(secret)
    audit.note(tx, audit.Entry(agency, None, "agency.key-made", f"agency:{agency}", now, {"key": made.key}))
    return agency_keys.add(tx, agency, made.key, dict(made.jwk), made.private, now)


def _card(row: AgencyKey) -> Card:
    return {"key": row.id, "jwk": row.public_key}
