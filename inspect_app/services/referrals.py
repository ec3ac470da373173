"""Chuyển hồ sơ: the case that a step handed on, its receipt and result at the other agency, and the reminders."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY, Actor, Role
from inspect_app.domain.referrals import (
    Answer,
    Kind,
    State,
    addressed_to,
    check_answer,
    check_receipt,
    due_of,
)
from inspect_app.domain.violations import Moved, Step
from inspect_app.services import notices
from inspect_app.services.chore import Tools
from inspect_app.store import audit, people, referrals, staff
from inspect_app.store.database import Tx
from inspect_app.store.referrals import Case, Row
from inspect_app.store.tables import Referral, Violation

__all__ = ["Case", "Result", "Row", "answer", "inbox", "read", "receive", "remind", "send"]

PAGE = 50
EVERY = timedelta(hours=1)
MOST_REMINDED = 500
_KINDS = {Step.REFER: Kind.SANCTION, Step.REFER_CRIMINAL: Kind.CRIMINAL}


@dataclass(frozen=True, slots=True)
class Result:
    """What the receiver decided."""

    answer: Answer
    on: date
    document: str
    note: str = ""
    fine_vnd: int | None = None


def send(tx: Tx, row: Violation, moved: Moved, number: int, actor: Actor, now: datetime) -> None:
    """The step that hands a case on opens its clock; called in the transaction of that step, once per step."""
    kind = _KINDS.get(moved.step)
    if kind is None:
        return
    known = [(each.id, each.name, each.short_name) for each in people.agencies(tx) if each.id != row.agency_id]
    to = addressed_to(moved.facts.addressee, known) if kind is Kind.SANCTION else None
    sent_on = moved.facts.date or local_day(now)
    made = Referral(
        id=uuid5(row.id, f"referral {number}"),
        agency_id=row.agency_id,
        violation_id=row.id,
        step_number=number,
        kind=str(kind),
        to_agency=to,
        addressee=moved.facts.addressee.strip(),
        document=moved.facts.document.strip(),
        sent_on=sent_on,
        due_on=due_of(kind, State.SENT, sent_on),
        created_at=now,
    )
    referrals.add(tx, [made])
    if to is not None:
        facts = {"by": actor.name, "document": made.document, "code": row.code}
        _tell(tx, to, "referral", made, row.code, facts, now)


def inbox(
    tx: Tx, *, received: bool, open_only: bool, after: tuple[date, UUID] | None, actor: Actor
) -> tuple[list[Row], tuple[date, UUID] | None]:
    found = referrals.page(tx, _reader(actor), received=received, open_only=open_only, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    return rows, ((rows[-1].referral.sent_on, rows[-1].referral.id) if len(found) > PAGE else None)


def read(tx: Tx, referral_id: UUID, *, actor: Actor) -> Case:
    """RuleBroken "unknown-referral" for whoever neither sent nor received it."""
    row = referrals.one(tx, referral_id, _reader(actor))
    if row is None:
        raise RuleBroken("unknown-referral", referral=str(referral_id))
    return referrals.case(tx, row)


def receive(
    tx: Tx, referral_id: UUID, *, receipt: str, on: date, version: int, actor: Actor, now: datetime
) -> Referral:
    """The case has arrived. By the receiver; by the sender when the addressee does not work here.

    The same again changes nothing. RuleBroken: unknown-referral, changed-meanwhile, wrong-referral-state, …
    """
    row = _held(tx, referral_id, actor)
    if row.state == State.RECEIVED and (row.receipt, row.received_on) == (receipt.strip(), on):
        return row
    _check_version(row, version)
    check_receipt(row.state, on, row.sent_on, local_day(now))
    row.state, row.receipt, row.received_on = str(State.RECEIVED), receipt.strip(), on
    row.due_on = due_of(Kind(row.kind), State.RECEIVED, on)
    _written(tx, row, "referral.received", {"receipt": row.receipt, "on": on.isoformat()}, actor, now)
    return row


def answer(tx: Tx, referral_id: UUID, result: Result, *, version: int, actor: Actor, now: datetime) -> Referral:
    """What became of it. The sender is told and takes the step on the violation: nothing moves by itself."""
    row = _held(tx, referral_id, actor)
    told = (str(result.answer), result.on, result.document.strip())
    if (row.answer, row.answered_on, row.answer_document) == told:
        return row
    _check_version(row, version)
    check_answer(
        row.kind,
        row.state,
        result.answer,
        on=result.on,
        sent_on=row.sent_on,
        today=local_day(now),
        document=result.document,
    )
    row.state = str(State.RETURNED if result.answer is Answer.RETURNED else State.ANSWERED)
    row.answer, row.answered_on, row.answer_document = told
    row.answer_note = result.note.strip()
    row.fine_vnd = result.fine_vnd if result.answer is Answer.DECIDED else None
    facts: dict[str, object] = {"answer": told[0], "document": told[2], "on": result.on.isoformat()}
    _written(tx, row, "referral.answered", facts, actor, now)
    return row


def may_write(row: Referral, actor: Actor) -> bool:
    """The receiver's office; the sender's only for somebody who does not work here."""
    office = actor.role in (Role.SUPERVISOR, Role.AUTHORITY)
    return office and actor.agency == (row.to_agency or row.agency_id)


def remind(tools: Tools, now: datetime) -> str:
    """Both sides are told once when a receipt or a result is late."""
    today = local_day(now)
    with tools.writing() as tx:
        late = referrals.overdue(tx, today, limit=MOST_REMINDED)
        for row, number in late:
            facts = {"document": row.document, "number": number, "due": f"{row.due_on:%d/%m/%Y}"}
            for agency in sorted({row.agency_id, row.to_agency or row.agency_id}):
                _tell(tx, agency, "referral-late", row, number, facts, now, once=f"late:{row.id}:{row.due_on}")
        tx.commit()
    return f"{len(late)} hồ sơ chuyển quá hạn" if late else ""


def _reader(actor: Actor) -> str | None:
    return None if actor.scope == EVERY_AGENCY else actor.agency


def _held(tx: Tx, referral_id: UUID, actor: Actor) -> Referral:
    row = referrals.one(tx, referral_id, _reader(actor), lock=True)
    if row is None:
        raise RuleBroken("unknown-referral", referral=str(referral_id))
    if not may_write(row, actor):
        raise RuleBroken("not-the-receiver")
    return row


def _check_version(row: Referral, version: int) -> None:
    if row.version != version:
        raise RuleBroken("changed-meanwhile")


def _written(tx: Tx, row: Referral, action: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    """Into both chains of the audit, and to the sender's office."""
    tx.flush()
    for agency in sorted({row.agency_id, actor.agency}):
        audit.note(tx, audit.Entry(agency, actor.id, action, f"referral:{row.id}", now, facts))
    if actor.agency != row.agency_id:
        told = {"by": actor.name, "document": row.document}
        _tell(tx, row.agency_id, "referral-news", row, row.document, told, now)


def _tell(
    tx: Tx,
    agency: str,
    kind: str,
    row: Referral,
    subject: str,
    facts: dict[str, str],
    now: datetime,
    once: str | None = None,
) -> None:
    href = f"/desk/referrals/{row.id}"
    told = staff.supervisors(tx, agency)
    notices.tell(tx, told, kind, subject=subject, href=href, facts=facts, now=now, once=once)
