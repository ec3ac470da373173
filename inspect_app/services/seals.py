"""Keys of phones, and the seals that come with pushes: stored whatever they are, never in the way of a fact."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from inspect_app.domain import evidence
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.intake import Chain, is_kept_as_it_came
from inspect_app.domain.operation_bodies import number
from inspect_app.domain.people import Actor
from inspect_app.domain.seals import (
    KEY_LENGTH,
    Jwk,
    KeyState,
    SealKind,
    Verdict,
    key_statement,
    phone_jwk,
    push_statement,
    receipt,
    thumbprint,
)
from inspect_app.outside.signing import Signer, is_on_the_curve, is_signed_by_phone
from inspect_app.store import audit, operations
from inspect_app.store import seals as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import DeviceKey

NAMESPACE = UUID("7f3b9c52-8c1d-5b7e-9a60-1d2f64a1c0e5")
MOST_KEYS = 50  # of one phone: far beyond any honest loss of storage
MOST_KNOWN = 4096

# A key never changes under its name: what was read once need not be read at the next push.
_known: dict[tuple[str, UUID, UUID], Jwk] = {}


@dataclass(frozen=True, slots=True)
class Pushed:
    """One inspection's part of a push: what it brought, the phone's own head, and how far the phone's chain now is."""

    agency: str
    inspection: UUID
    ops: Sequence[Any]
    head: str | None
    seal: Any
    reached: Chain


def note(tx: Tx, pushed: Iterable[Pushed], *, device: UUID, person: UUID, at: datetime) -> None:
    """Look at the seals of a push and store them, all in one statement; none came: nothing is asked or written."""
    rows = []
    for each in pushed:
        if not each.ops and not each.reached.through:
            continue  # this phone has no facts there: a stranger's signature is no part of the case
        if each.seal is not None:
            n, head = number(each.seal), each.head or ""
            verdict = _verdict_of_push(tx, each, n, device, person)
            rows.append(_row(each, SealKind.PUSH, n, head, each.seal, verdict))
        signed = [op for op in each.ops if isinstance(op, dict) and op.get("k") == "submit" and op.get("seal")]
        rows += [_of_manifest(tx, each, op, device, person) for op in signed]
    if rows:
        shared = {"device_id": device, "person_id": person, "received_at": at}
        store.keep(tx, [{**row, **shared, "id": _id(row, device, person)} for row in rows])


def _verdict_of_push(tx: Tx, pushed: Pushed, n: int, device: UUID, person: UUID) -> Verdict:
    if not n or pushed.head is None:
        return Verdict.WRONG
    statement = push_statement(device, pushed.inspection, n, pushed.head)
    verdict = _verdict(tx, pushed.seal, statement, device, person)
    if verdict is not Verdict.GOOD:
        return verdict
    if n > pushed.reached.through:
        return Verdict.AHEAD  # the next push signs over it again
    return Verdict.GOOD if _head_at(tx, pushed, device, n) == pushed.head else Verdict.HEAD_DIFFERS


def _head_at(tx: Tx, pushed: Pushed, device: UUID, n: int) -> str:
    if n == pushed.reached.through:
        return pushed.reached.head
    return evidence.chain(operations.body_hashes(tx, pushed.inspection, device, after=0, through=n))


def _of_manifest(tx: Tx, pushed: Pushed, op: Mapping[str, Any], device: UUID, person: UUID) -> dict[str, Any]:
    n, seal = number(op), op["seal"]
    try:
        # What is kept in another form than it came in has no manifest that anybody could check later.
        statement = evidence.canonical(op["manifest"]) if is_kept_as_it_came(op) else b""
    except (KeyError, evidence.NotCanonical):
        statement = b""
    if not statement:
        return _row(pushed, SealKind.MANIFEST, n, "", seal, Verdict.WRONG)
    verdict = _verdict(tx, seal, statement, device, person)
    head = hashlib.sha256(statement).hexdigest()
    return _row(pushed, SealKind.MANIFEST, n, head, seal, verdict)


def _verdict(tx: Tx, seal: Any, statement: bytes, device: UUID, person: UUID) -> Verdict:
    jwk = _jwk(tx, _field(seal, "key"), device, person)
    if jwk is None:
        return Verdict.UNKNOWN_KEY
    return Verdict.GOOD if is_signed_by_phone(jwk, _field(seal, "sig"), statement) else Verdict.WRONG


def _jwk(tx: Tx, key: Any, device: UUID, person: UUID) -> Jwk | None:
    if not isinstance(key, str) or len(key) != KEY_LENGTH or "\0" in key:
        return None
    found = _known.get((key, device, person))
    if found is None:
        found = store.jwk(tx, key, device, person)
        if found is not None:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[key, device, person] = found
    return found


def _row(pushed: Pushed, kind: SealKind, n: int, head: str, seal: Any, verdict: Verdict) -> dict[str, Any]:
    return {
        "agency_id": pushed.agency,
        "inspection_id": pushed.inspection,
        "kind": str(kind),
        "n": n,
        "head": head,
        "key": _text(_field(seal, "key"), 64),
        "sig": _text(_field(seal, "sig"), 100),
        "verdict": str(verdict),
    }


def _id(row: Mapping[str, Any], device: UUID, person: UUID) -> UUID:
    """A seal sent again because the answer was lost has another signature, but says the same: it is kept once."""
    said = [str(row[name]) for name in ("inspection_id", "kind", "n", "head", "key", "verdict")]
    return uuid5(NAMESPACE, "/".join([str(device), str(person), *said]))


def _field(seal: Any, name: str) -> Any:
    return seal.get(name) if isinstance(seal, Mapping) else None


def _text(value: Any, longest: int) -> str:
    return value[:longest] if isinstance(value, str) and value.isascii() and value.isprintable() else ""


# --- the server's own -----------------------------------------------------------------------------


def keep_server_key(tx: Tx, signer: Signer, at: datetime) -> None:
    """Remember which key signs here, so that what it signed can be looked at after it was replaced."""
    store.keep_server_key(tx, signer.key, signer.jwk, at)


def signed_receipt(signer: Signer, device: UUID, inspection: UUID, reached: Chain, at: datetime) -> Any:
    """The server's word that everything up to here has arrived; None while nothing has. Only after the commit."""
    if not reached.through:
        return None
    body = receipt(device, inspection, reached.through, reached.head, at)
    return {"key": signer.key, "sig": signer.sign(evidence.canonical(body)), "body": body}


# --- keys -----------------------------------------------------------------------------------------


def introduce(
    tx: Tx, device: UUID, given: object, proof: object, *, actor: Actor, now: datetime
) -> tuple[DeviceKey, bool]:
    """A phone tells its public key: (key, whether it is new). The same again changes nothing.

    RuleBroken: bad-device-key, unknown-device, device-revoked, too-many-keys.
    """
    jwk = phone_jwk(given)
    if jwk is None or not is_on_the_curve(jwk) or not is_signed_by_phone(jwk, proof, key_statement(device, actor.id)):
        raise RuleBroken("bad-device-key")
    phone = store.phone(tx, device, actor.id)
    if phone is None:
        raise RuleBroken("unknown-device", device=str(device))
    key = thumbprint(jwk)
    known = store.key_of(tx, key, device, actor.id)
    if known is not None:
        return known, False
    if phone.revoked_at is not None:
        raise RuleBroken("device-revoked", device=phone.name)
    count = store.count_keys(tx, device, actor.id)
    if count >= MOST_KEYS:
        raise RuleBroken("too-many-keys", most=MOST_KEYS)
    made = DeviceKey(
        key=key,
        device_id=device,
        person_id=actor.id,
        agency_id=phone.agency_id,
        jwk=jwk,
        state=str(KeyState.WAITING if count else KeyState.TRUSTED),
        created_at=now,
    )
    tx.add(made)
    facts: dict[str, object] = {"key": key, "person": str(actor.id), "state": made.state}
    audit.note(tx, audit.Entry(made.agency_id, actor.id, "device.key-added", f"device:{device}", now, facts))
    return made, True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A key somebody must decide about."""

    key: DeviceKey
    device: str
    person: str


def waiting(tx: Tx) -> list[Waiting]:
    return [Waiting(*each) for each in store.waiting_keys(tx)]


def decide(tx: Tx, key: str, device: UUID, person: UUID, *, trust: bool, actor: Actor, now: datetime) -> DeviceKey:
    """The supervisor believes that a key is that phone's, or does not. RuleBroken: not-found, key-decided,
    own-key (one cannot vouch for a key of one's own; to refuse it is safe)."""
    store.phone(tx, device, person)
    found = store.key_of(tx, key, device, person)
    if found is None:
        raise RuleBroken("not-found")
    wanted = KeyState.TRUSTED if trust else KeyState.REFUSED
    if found.state == wanted:
        return found
    if found.state != KeyState.WAITING:
        raise RuleBroken("key-decided", state=found.state)
    if trust and person == actor.id:
        raise RuleBroken("own-key")
    found.state, found.decided_at, found.decided_by = str(wanted), now, actor.id
    action = "device.key-trusted" if trust else "device.key-refused"
    facts: dict[str, object] = {"key": key, "person": str(person)}
    audit.note(tx, audit.Entry(found.agency_id, actor.id, action, f"device:{device}", now, facts))
    return found
