"""What a chore of the worker is, and what it may use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import sessionmaker

from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.outside.outgoing import Outgoing
from inspect_app.outside.push import PushKey
from inspect_app.outside.signing import Signer
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx
from inspect_app.store.evidence_files import EvidenceFiles


@dataclass(frozen=True, slots=True)
class Tools:
    """What the worker opened once for all chores. Transactions made here see every agency: commit them yourself."""

    reading_maker: sessionmaker[Tx]
    writing_maker: sessionmaker[Tx]
    library: Library
    evidence: EvidenceFiles
    signer: Signer
    base_url: str  # for the addresses in mail
    smtp_url: str | None
    secret_key: str
    outgoing: Outgoing
    push_key: PushKey

    def writing(self) -> Tx:
        """A transaction; what is not committed when it is closed has not happened."""
        return _for_all(self.writing_maker())

    def reading(self) -> Tx:
        return _for_all(self.reading_maker())


def _for_all(tx: Tx) -> Tx:
    tx.info["scope"] = EVERY_AGENCY
    return tx


@dataclass(frozen=True, slots=True)
class Chore:
    """run(tools, now) says in a sentence what it did, nothing when there was nothing to do.

    It may be run again at any moment, also by two workers at once, and does its work in short transactions.
    """

    name: str
    label: str
    every: timedelta
    run: Callable[[Tools, datetime], str]
