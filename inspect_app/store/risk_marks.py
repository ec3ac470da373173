"""When the points of a scheme were computed, and under which setting of its weights."""

from datetime import datetime

from sqlalchemy.orm import Session

from inspect_app.store.tables import Marker


def last(tx: Session, scheme: str) -> tuple[int, datetime] | None:
    found = tx.get(Marker, f"risk:{scheme}")
    if found is None:
        return None
    number, _, at = found.value.partition(" ")
    return int(number), datetime.fromisoformat(at)


def set_last(tx: Session, scheme: str, number: int, now: datetime) -> None:
    tx.merge(Marker(name=f"risk:{scheme}", value=f"{number} {now.isoformat()}"))
