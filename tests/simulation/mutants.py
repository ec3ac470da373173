"""Broken servers: each has one wrong function in place of a right one, and each must be noticed."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from sqlalchemy import func, select, text

from inspect_app.domain import operations as rules
from inspect_app.domain.intake import Chain, grow
from inspect_app.domain.people import EVERY_AGENCY, Actor
from inspect_app.services import derive, devices, import_export, markers, receive, seals
from inspect_app.store import audit, changes, evidence_files, findings, operations
from inspect_app.store import inspections as places
from inspect_app.store.evidence_files import EvidenceFiles, Received
from inspect_app.store.tables import Inspection, Operation

Wrong = Callable[[], "ExitStack"]


def _with(*patches: Any) -> ExitStack:
    stack = ExitStack()
    for each in patches:
        stack.enter_context(each)
    return stack


def no_dedupe() -> ExitStack:
    """What comes again is stored again."""
    right = operations.append
    known = operations.known

    def append(tx: Any, rows: Sequence[Any], **more: Any) -> None:
        here = {row[0] for row in tx.connection().execute(text("SELECT id FROM operation")).all()}
        last = tx.connection().execute(text("SELECT max(n) FROM operation")).scalar() or 0
        fresh = []
        for at, row in enumerate(rows, start=1):
            is_here = row.id.replace("-", "") in here
            fresh.append(replace(row, id=str(uuid4()), n=10_000 + last + at) if is_here else row)
        right(tx, fresh, **more)

    def forgetful(*given: Any, **more: Any) -> Any:
        return replace(known(*given, **more), known=[])

    return _with(patch.object(operations, "append", append), patch.object(operations, "known", forgetful))


def last_writer_wins() -> ExitStack:
    """Of several answers the one with the latest clock stands, the others are gone."""
    right = rules.fold

    def fold(entries: Any) -> Any:
        newest: dict[tuple[str, str], Any] = {}
        rest = []
        for each in entries:
            if each.op["k"] != "answer":
                rest.append(each)
            elif each.op["t"] >= newest.get(place := ("answer", each.op["i"]), each).op["t"]:
                newest[place] = each
        return right([*rest, *newest.values()])

    return _with(patch.object(receive, "fold", fold))


def violation_on_receipt() -> ExitStack:
    """A violation is made when a failing answer arrives, and nothing takes it back."""
    return _with(
        patch.object(derive, "violation_id", lambda *_: uuid4()),
        patch.object(findings, "remove", lambda *_: None),
        patch.object(findings, "rewrite", lambda *_: None),
    )


def drops_the_revoked() -> ExitStack:
    """What somebody sends who was taken off the team is answered for, and not kept."""
    right = receive._hold

    def hold(tx: Any, asked: Any, place: Any, held: list[Any], sender: Any) -> None:
        right(tx, asked, place, [each for each in held if each.code != "assignment-revoked"], sender)

    return _with(patch.object(receive, "_hold", hold))


def time_cursor() -> ExitStack:
    """What is new is told by the phones' clocks."""

    def heads(tx: Any, inspections: Any) -> Any:
        moment = func.json_extract(Operation.body, "$.t")
        found = dict(
            tx.connection()
            .execute(select(Operation.inspection_id, func.max(moment)).group_by(Operation.inspection_id))
            .all()
        )
        return {each: max(0, found.get(each, 0)) for each in inspections}

    right = operations.since

    def since(tx: Any, inspection: Any, seq: int, limit: int) -> Any:
        rows = [replace(each, seq=max(0, each.body["t"])) for each in right(tx, inspection, 0, 10**6)]
        return sorted((each for each in rows if each.seq > seq), key=lambda each: each.seq)[:limit]

    return _with(patch.object(operations, "heads", heads), patch.object(operations, "since", since))


def pulls_every_agency() -> ExitStack:
    """Whoever asks is told of every visit."""

    def of_person(tx: Any, person: Any, **_: Any) -> list[Any]:
        del person
        return list(tx.connection().execute(select(Inspection.__table__.c.id)).scalars())

    return _with(patch.object(places, "of_person", of_person))


def no_agency_filter() -> ExitStack:
    """The office sees the rows of all agencies."""
    return _with(patch.object(Actor, "scope", property(lambda _: EVERY_AGENCY)))


def no_epoch() -> ExitStack:
    """A restored database says that it is the one it was."""
    return _with(patch.object(markers, "bump_epoch", lambda _: ""))


def no_final_hash() -> ExitStack:
    """A photo is whole when it is long enough."""
    right = EvidenceFiles.append

    def append(self: EvidenceFiles, agency: str, sha256: str, *given: Any) -> Received:
        with patch.object(evidence_files, "_hash", lambda *_: sha256):
            return right(self, agency, sha256, *given)

    return _with(patch.object(EvidenceFiles, "append", append))


def blind_append() -> ExitStack:
    """A piece is put behind what is here, wherever it belongs."""
    right = EvidenceFiles.append

    def append(self: EvidenceFiles, agency: str, sha256: str, offset: int, piece: bytes, total: int) -> Received:
        del offset
        here = self.offset(agency, sha256)
        return right(self, agency, sha256, here, piece[: max(0, total - here)], total)

    return _with(patch.object(EvidenceFiles, "append", append))


def torn_file() -> ExitStack:
    """The whole is written under its final name, piece by piece."""

    def finish(self: EvidenceFiles, file: int, agency: str, sha256: str) -> None:
        whole = self.path(agency, sha256)
        whole.parent.mkdir(parents=True, exist_ok=True)
        content = os.pread(file, 1 << 24, 0)
        target = os.open(whole, os.O_WRONLY | os.O_CREAT)
        try:
            for begin in range(0, len(content), 1000):
                evidence_files._write(target, memoryview(content)[begin : begin + 1000].tobytes(), begin)
        finally:
            os.close(target)
        Path(self._partial_path(agency, sha256)).unlink()

    return _with(patch.object(EvidenceFiles, "_finish", finish))


def silent_audit() -> ExitStack:
    """What phones send leaves no trace."""
    right = audit.note

    def note(tx: Any, entry: audit.Entry) -> None:
        if entry.action != "operations.received":
            right(tx, entry)

    return _with(patch.object(audit, "note", note))


def believes_every_seal() -> ExitStack:
    """Whatever calls itself a signature of a known key is one."""
    return _with(patch.object(seals, "is_signed_by_phone", lambda *_: True))


def import_writes_anew() -> ExitStack:
    """What a file brings gets ids of its own."""
    right = import_export.batches

    def batches(opened: Any) -> Iterator[Any]:
        for scopes in right(opened):
            yield [replace(each, ops=[{**op, "id": str(uuid4())} for op in each.ops]) for each in scopes]

    return _with(patch.object(import_export, "batches", batches))


def decides_in_silence() -> ExitStack:
    """The author of a held operation never learns what was decided."""
    right = changes.tell

    def tell(tx: Any, person: Any, kind: str, subject: Any) -> None:
        if kind != "decision":
            right(tx, person, kind, subject)

    return _with(patch.object(changes, "tell", tell))


def tells_the_lost_phone() -> ExitStack:
    """A phone that was taken out of service signs in like any other."""
    right = devices.meet

    def meet(*given: Any) -> bool:
        return right(*given) and False

    return _with(patch.object(devices, "meet", meet))


def drops_what_lost_phones_send() -> ExitStack:
    """What a phone sends that was taken out of service is answered for, and not kept."""
    right = receive._hold

    def hold(tx: Any, asked: Any, place: Any, held: list[Any], sender: Any) -> None:
        right(tx, asked, place, [each for each in held if each.code != "device-revoked"], sender)

    return _with(patch.object(receive, "_hold", hold))


def trusts_the_greatest_number() -> ExitStack:
    """The server says that it has everything up to the greatest number that came."""
    right = grow

    def hasty(chain: Chain, numbers: Any) -> Any:
        reached, heads, missing = right(chain, numbers)
        through = max([reached.through, *numbers]) + 1 if numbers else reached.through
        return Chain(through, reached.head), heads, missing

    return _with(patch.object(receive, "grow", hasty))


SERVER: dict[str, Wrong] = {
    "no-dedupe": no_dedupe,
    "last-writer-wins": last_writer_wins,
    "violation-on-receipt": violation_on_receipt,
    "drops-the-revoked": drops_the_revoked,
    "time-cursor": time_cursor,
    "pulls-every-agency": pulls_every_agency,
    "no-agency-filter": no_agency_filter,
    "no-epoch": no_epoch,
    "no-final-hash": no_final_hash,
    "blind-append": blind_append,
    "torn-file": torn_file,
    "silent-audit": silent_audit,
    "trusts-the-greatest-number": trusts_the_greatest_number,
    "believes-every-seal": believes_every_seal,
    "import-writes-anew": import_writes_anew,
    "decides-in-silence": decides_in_silence,
    "tells-the-lost-phone": tells_the_lost_phone,
    "drops-what-lost-phones-send": drops_what_lost_phones_send,
}
PHONE = (
    "outbox-emptied-on-send",
    "replaces-nothing",
    "counts-from-one-again",
    "forgets-before-it-arrived",
    "cursor-before-rows",
    "photo-after-its-operation",
    "deaf-to-the-epoch",
    "latest-clock-wins",
    "last-tab-wins",
)
ALL = (*SERVER, *PHONE)


@contextmanager
def infected(name: str) -> Iterator[str]:
    """The server with this mutant in it; what the phones must be told comes back."""
    if name in SERVER:
        with SERVER[name]():
            yield ""
    else:
        assert not name or name in PHONE, f"there is no mutant {name}"
        yield name
