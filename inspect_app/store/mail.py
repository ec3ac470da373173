"""The outbox: letters are taken by one worker at a time and marked when they are gone."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inspect_app.store.tables import Mail, Notice, Person


def due_notices(tx: Session, *, limit: int) -> list[tuple[Notice, Person]]:
    """Notices that are to be mailed, with their people: locked, so that two workers do not write the same letter."""
    asked = select(Notice, Person).join(Person, Person.id == Notice.person_id).where(Notice.mail == "due")
    ordered = asked.order_by(Notice.made_at, Notice.id).limit(limit)
    rows = tx.execute(ordered.with_for_update(of=Notice, skip_locked=True)).all()
    return [(notice, person) for notice, person in rows]


def take(tx: Session, *, now: datetime, lease: timedelta, limit: int) -> list[tuple[Mail, str]]:
    """Letters that are due, with the name on each: nobody else takes them before the lease ends."""
    asked = select(Mail, Person.name).join(Person, Person.id == Mail.person_id)
    due = asked.where(Mail.state == "waiting", Mail.next_at <= now).order_by(Mail.next_at, Mail.id).limit(limit)
    rows = [(mail, name) for mail, name in tx.execute(due.with_for_update(of=Mail, skip_locked=True))]
    for mail, _ in rows:
        mail.next_at = now + lease
        mail.attempts += 1
    return rows


def sent(tx: Session, mail: UUID, now: datetime) -> None:
    """Gone. Its file is not needed again: the list can be made anew from the snapshot."""
    done = {"state": "sent", "sent_at": now, "said": "", "file": None}
    tx.execute(update(Mail).where(Mail.id == mail).values(**done), execution_options={"synchronize_session": False})


def later(tx: Session, mail: UUID, *, next_at: datetime, said: str) -> None:
    values = {"next_at": next_at, "said": said}
    tx.execute(update(Mail).where(Mail.id == mail).values(**values), execution_options={"synchronize_session": False})


def hand_back(tx: Session, mail: UUID, *, next_at: datetime, said: str) -> None:
    """It was taken and not tried: that was no attempt."""
    values = {"next_at": next_at, "said": said, "attempts": Mail.attempts - 1}
    tx.execute(update(Mail).where(Mail.id == mail).values(**values), execution_options={"synchronize_session": False})


def give_up(tx: Session, mail: UUID, *, said: str) -> None:
    values = {"state": "given-up", "said": said, "file": None}
    tx.execute(update(Mail).where(Mail.id == mail).values(**values), execution_options={"synchronize_session": False})


def counts(tx: Session) -> dict[str, int]:
    """How many letters stand where."""
    return dict(tx.execute(select(Mail.state, func.count()).group_by(Mail.state)).all())


def troubled(tx: Session, *, limit: int) -> list[Mail]:
    """Letters that did not get through at once, the newest first."""
    asked = select(Mail).where(Mail.said != "", Mail.state != "sent").order_by(Mail.made_at.desc(), Mail.id)
    return list(tx.scalars(asked.limit(limit)))
