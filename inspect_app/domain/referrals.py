"""Cases handed on: whom they go to, the clock of receipt and result, and what may be answered.

The days are reminders of this office, not terms of the law: when a term runs is for the receiver's own lawyer.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.search import folded

RECEIPT_DAYS, RESULT_DAYS = 7, 30
# A case with criminal signs goes to the investigating body, which works with its own registers: it answers by letter.
CRIMINAL_DAYS = 30


class Kind(StrEnum):
    SANCTION = "sanction"
    CRIMINAL = "criminal"


class State(StrEnum):
    SENT = "sent"
    RECEIVED = "received"
    RETURNED = "returned"
    ANSWERED = "answered"


class Answer(StrEnum):
    DECIDED = "decided"  # a sanction decision: number, day, amount
    NO_SANCTION = "no-sanction"
    RETURNED = "returned"  # not theirs, or incomplete: the sender goes on
    PROSECUTED = "prosecuted"  # khởi tố
    NOT_PROSECUTED = "not-prosecuted"  # không khởi tố: the sender goes on with the administrative track


OPEN = frozenset({State.SENT, State.RECEIVED})
ANSWERS: Mapping[Kind, frozenset[Answer]] = {
    Kind.SANCTION: frozenset({Answer.DECIDED, Answer.NO_SANCTION, Answer.RETURNED}),
    Kind.CRIMINAL: frozenset({Answer.PROSECUTED, Answer.NOT_PROSECUTED, Answer.RETURNED}),
}


def due_of(kind: Kind, state: State, on: date) -> date:
    """By when the next word is expected, counted from the day of the last one."""
    if kind is Kind.CRIMINAL:
        return on + timedelta(days=CRIMINAL_DAYS)
    return on + timedelta(days=RECEIPT_DAYS if state is State.SENT else RESULT_DAYS)


def addressed_to(addressee: str, agencies: Iterable[tuple[str, str, str]]) -> str | None:
    """The agency that is meant, when it works here: (id, name, short name). None: somebody outside."""
    meant = folded(addressee)
    for agency, name, short in agencies:
        if meant in {folded(name), folded(short), agency} or folded(short) in meant or folded(name) in meant:
            return agency
    return None


def check_receipt(state: str, received_on: date, sent_on: date, today: date) -> None:
    """RuleBroken: wrong-referral-state, date-in-future, date-before-sending."""
    if State(state) is not State.SENT:
        raise RuleBroken("wrong-referral-state", state=state)
    _check_day(received_on, sent_on, today)


def check_answer(kind: str, state: str, answer: Answer, *, on: date, sent_on: date, today: date, document: str) -> None:
    """RuleBroken: wrong-referral-state, wrong-answer, document-missing, date-in-future, date-before-sending."""
    if State(state) not in OPEN:
        raise RuleBroken("wrong-referral-state", state=state)
    if answer not in ANSWERS[Kind(kind)]:
        raise RuleBroken("wrong-answer", answer=str(answer))
    if not document.strip():
        raise RuleBroken("document-missing")
    _check_day(on, sent_on, today)


def _check_day(day: date, sent_on: date, today: date) -> None:
    if day > today:
        raise RuleBroken("date-in-future", date=day.isoformat())
    if day < sent_on:
        raise RuleBroken("date-before-sending", sent_on=f"{sent_on:%d/%m/%Y}")
