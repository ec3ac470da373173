"""How provable one inspection is, in short: each phone's chain and seals, its last receipt, and the code for papers."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain import evidence
from inspect_app.domain.intake import Chain
from inspect_app.domain.seals import SealKind, Verdict
from inspect_app.services import verification
from inspect_app.services.case_facts import content_hash
from inspect_app.store import case_rows, operations
from inspect_app.store.database import Tx
from inspect_app.store.scope import across_agencies
from inspect_app.store.tables import DeviceKey, Inspection, Seal


@dataclass(frozen=True, slots=True)
class PhoneEvidence:
    """One phone's part. agrees: the chain counted anew is the one that was kept; key: that of its last good seal."""

    device: str
    people: tuple[str, ...]
    through: int
    head: str
    agrees: bool
    key: str
    key_state: str
    sealed_through: int
    wrong: tuple[tuple[str, int], ...]  # verdicts other than good, and how often
    last_received: datetime | None


@dataclass(frozen=True, slots=True)
class Panel:
    phones: tuple[PhoneEvidence, ...]
    code: str
    content: str


def read(tx: Tx, row: Inspection) -> Panel:
    """The reader's scope applies to the inspection, which was read before."""
    chains = operations.chains(tx, row.id)
    seals = case_rows.seals(tx, row.id, row.agency_id)
    devices = {UUID(device) for device in chains} | {seal.device_id for seal in seals}
    with across_agencies(tx):  # a joint team's phones belong to several agencies
        keys = {(each.key, each.device_id, each.person_id): each for each in case_rows.device_keys(tx, devices)}
    writers = case_rows.writers(tx, row.id)
    phones = []
    for device in sorted(devices):
        chain = chains.get(str(device), Chain())
        hashes = operations.body_hashes(tx, row.id, device, after=0, through=chain.through)
        mine = [seal for seal in seals if seal.device_id == device]
        phones.append(_phone(device, writers.get(device), chain, evidence.chain(hashes) == chain.head, mine, keys))
    code = verification.current(tx, row)
    content = case_rows.content(tx, row.id)
    return Panel(
        tuple(phones),
        verification.shown(code.code) if code else "",
        content_hash(content) if content else "",
    )


def _phone(
    device: UUID,
    wrote: tuple[tuple[str, ...], datetime] | None,
    chain: Chain,
    agrees: bool,
    seals: list[Seal],
    keys: dict[tuple[str, UUID, UUID], DeviceKey],
) -> PhoneEvidence:
    good = [seal for seal in seals if seal.verdict == Verdict.GOOD and seal.kind == SealKind.PUSH]
    newest = max(good, key=lambda seal: seal.n, default=None)
    key = keys.get((newest.key, device, newest.person_id)) if newest else None
    wrong = Counter(seal.verdict for seal in seals if seal.verdict != Verdict.GOOD)
    return PhoneEvidence(
        device=str(device),
        people=wrote[0] if wrote else (),
        through=chain.through,
        head=chain.head,
        agrees=agrees,
        key=newest.key if newest else "",
        key_state=key.state if key else "",
        sealed_through=newest.n if newest else 0,
        wrong=tuple(sorted(wrong.items())),
        last_received=wrote[1] if wrote else None,
    )
