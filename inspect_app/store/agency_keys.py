"""The key pairs of agencies: one serves, the older ones still open what was locked with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspect_app.store.tables import AgencyKey


def current(tx: Session, agency: str) -> AgencyKey | None:
    return tx.scalar(select(AgencyKey).where(AgencyKey.agency_id == agency, AgencyKey.retired_at.is_(None)))


def one(tx: Session, agency: str, key: str) -> AgencyKey | None:
    return tx.scalar(select(AgencyKey).where(AgencyKey.agency_id == agency, AgencyKey.id == key))


def add(tx: Session, agency: str, key: str, jwk: dict[str, Any], private: str, now: datetime) -> AgencyKey:
    row = AgencyKey(id=key, agency_id=agency, public_key=jwk, private_key=private, created_at=now)
    tx.add(row)
    tx.flush()
    return row


def retire(tx: Session, agency: str, now: datetime) -> None:
    serving = (AgencyKey.agency_id == agency) & AgencyKey.retired_at.is_(None)
    tx.execute(update(AgencyKey).where(serving).values(retired_at=now))
