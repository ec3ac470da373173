"""Codes printed on papers: whoever holds one may ask whether it still says what is recorded, and nothing more."""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.services import patience
from inspect_app.services.case_facts import content_hash
from inspect_app.services.planning import get
from inspect_app.store import audit, case_rows, codes, papers
from inspect_app.store.database import Tx
from inspect_app.store.tables import Inspection, VerifyCode

BYTES = 10  # 80 bits: nobody guesses one, however long the list grows
GROUP = 4
FREE_TRIES = 20
_SHAPE = re.compile(r"[A-Z2-7]{16}")
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})  # digits that no code contains


@dataclass(frozen=True, slots=True)
class Answer:
    """What the public is told. state: genuine | superseded | unknown."""

    state: str
    code: str
    number: str = ""
    day: date | None = None
    agency: str = ""
    content: str = ""
    made_at: datetime | None = None


def current(tx: Tx, row: Inspection) -> VerifyCode | None:
    """The code of what the inspection says now, when one was made."""
    return codes.of_content(tx, row.id, content_hash(case_rows.content(tx, row.id)))


def code_for(tx: Tx, inspection_id: UUID, *, actor: Actor | None, now: datetime) -> VerifyCode:
    """The code for a paper made from what is recorded now. The same record: the same code.

    RuleBroken: unknown-inspection, nothing-recorded.
    """
    row = get(tx, inspection_id, lock=True)
    hashes = case_rows.content(tx, row.id)
    if not hashes:
        raise RuleBroken("nothing-recorded", number=row.number)
    content = content_hash(hashes)
    found = codes.of_content(tx, row.id, content)
    if found is not None:
        return found
    made = VerifyCode(
        code=mint(),
        agency_id=row.agency_id,
        inspection_id=row.id,
        content=content,
        made_at=now,
        made_by=actor.id if actor else None,
    )
    tx.add(made)
    tx.flush()
    facts: dict[str, object] = {"content": content, "code": shown(made.code)}
    by = actor.id if actor else None
    audit.note(tx, audit.Entry(row.agency_id, by, "verification.code-made", f"inspection:{row.id}", now, facts))
    return made


def mint() -> str:
    """A new code, unlike any other."""
    return base64.b32encode(secrets.token_bytes(BYTES)).decode()


def shown(code: str) -> str:
    """In groups, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read(given: str) -> str | None:
    """The code somebody typed or scanned; None when it cannot be one."""
    code = re.sub(r"[\s-]", "", given[:60]).upper().translate(_MISREAD)
    return code if _SHAPE.fullmatch(code) else None


def look_up(tx: Tx, code: str) -> Answer:
    """Whether the paper with this code still says what is recorded. Asked by anybody, in the scope of everybody."""
    found = codes.behind(tx, code)
    if found is None:
        return _paper(tx, code)
    row, made, agency = found
    stands = row.state != "cancelled" and made.content == content_hash(case_rows.content(tx, row.id))
    state = "genuine" if stands else "superseded"
    return Answer(state, shown(code), row.number, row.visited_on, agency, made.content, made.made_at)


def _paper(tx: Tx, code: str) -> Answer:
    """A numbered paper is genuine for as long as no newer one took its place."""
    found = papers.behind(tx, code)
    if found is None:
        return Answer("unknown", shown(code))
    row, agency, is_replaced = found
    state = "superseded" if is_replaced else "genuine"
    return Answer(state, shown(code), row.number, local_day(row.made_at), agency, row.sha256, row.made_at)


# --- not too often --------------------------------------------------------------------------------


def check_patience(tx: Tx, network: str, now: datetime) -> None:
    """RuleBroken "too-many-tries" while a network that asked for codes that do not exist must wait."""
    patience.check(tx, patience.of_network("verify", network), now)


def count_unknown(tx: Tx, network: str, now: datetime) -> None:
    """One more code that does not exist: after twenty in an hour each costs twice the wait of the one before."""
    patience.count(tx, patience.of_network("verify", network), now, free=FREE_TRIES)
