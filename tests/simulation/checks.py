"""What must be true when all faults are over and every phone has had its say."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from inspect_app.domain.violations import violation_id
from inspect_app.store import audit
from inspect_app.store.tables import AuditRow
from tests.simulation import model as amounts
from tests.simulation.carrier import Carrier
from tests.simulation.handset import Handset
from tests.simulation.model import Kind, Model, body_hash
from tests.simulation.site import Site
from tests.simulation.watch import sha256

Op = Mapping[str, Any]
# Reasons to hold an operation that the worlds bring about; any other one means that something was damaged.
EXPECTED = {"assignment-revoked", "late", "device-revoked"}
# What a seal may turn out to be, by how the phone signs; what comes before its key has arrived is of an unknown key.
VERDICTS = {
    "none": set[str](),
    "good": {"good", "ahead", "unknown-key"},
    "wrong": {"wrong", "unknown-key"},
    "unknown": {"unknown-key"},
}
COMPLETE = ("submitted", "complete", "approved")


class Stored:
    """What the server's file holds, read straight from it."""

    def __init__(self, site: Site) -> None:
        accepted = site.rows(
            "SELECT id, inspection_id, device_id, n, body, body_sha256, seq FROM operation ORDER BY seq"
        )
        held = site.rows("SELECT id, claimed_inspection, code, body, body_sha256 FROM held_operation")
        self.accepted: dict[str, list[Op]] = defaultdict(list)
        self.copies: Counter[str] = Counter()
        self.bodies: dict[str, Op] = {}
        self.hashes: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        for key, insp, _, _, body, sha, _ in accepted:
            self._add(key, json.loads(body), sha)
            self.accepted[str(UUID(insp))].append(json.loads(body))
        for key, _, code, body, sha in held:
            if str(UUID(key)) in self.bodies:
                continue  # decided by a person: it stands among the accepted ones now
            self._add(key, json.loads(body), sha)
            self.codes[str(UUID(key))] = code

    def _add(self, key: str, body: Op, sha: str) -> None:
        self.copies[body["id"]] += 1
        self.bodies[str(UUID(key))] = body
        self.hashes[str(UUID(key))] = sha


def everything(carrier: Carrier, visits: Mapping[str, UUID]) -> None:
    """All of it; what is wrong becomes breaches of the model."""
    model, site = carrier.model, carrier.site
    stored = Stored(site)
    looks = {each.name: carrier.look(each) for each in carrier.handsets.values()}
    _operations(model, stored, looks)
    _held(model, stored)
    _photos(model, site, stored, visits)
    _audit(model, site, stored)
    _seals(site, carrier)
    _decisions(site, carrier, looks)
    for insp in visits.values():
        _office(model, site, str(insp), stored.accepted[str(insp)])
    for phone in carrier.handsets.values():
        if not site.is_revoked(UUID(phone.device)):  # that one learns nothing any more
            _phone(carrier, phone, looks[phone.name], stored)


def _operations(model: Model, stored: Stored, looks: Mapping[str, Any]) -> None:
    """I1, I2: each exactly once, unaltered; nothing that nobody wrote."""
    written = _written(model, looks)
    for key, op in written.items():
        if stored.copies[key] != 1:
            kind = Kind.DUPLICATED if stored.copies[key] else Kind.LOST
            model.breach(kind, f"{op['k']} {key} is there {stored.copies[key]} times")
        elif stored.bodies.get(key) != op or stored.hashes[key] != body_hash(op).hex():
            model.breach(Kind.ALTERED, f"{op['k']} {key} is not as it was written")
    unseen = model.rescued.keys() - {op.get("text") for op in written.values()}
    for key in sorted(stored.bodies.keys() - written.keys()):
        # A visit that is over may have gone from the phone, with what a dying page wrote last, or with its opening.
        op = stored.bodies[key]
        if op.get("text") in unseen:
            unseen.remove(op["text"])  # the emergency slot was emptied into it, and its visit is over
        elif op["k"] != "open" and not model.explains(op):
            model.breach(Kind.DUPLICATED, f"nobody wrote {op['k']} {key}")
    for text in sorted(unseen):
        model.breach(Kind.LOST, f"{model.rescued[text]} said that it keeps {text[:60]!r}, and does not")


def _held(model: Model, stored: Stored) -> None:
    for key, code in stored.codes.items():
        if code not in EXPECTED:
            model.breach(Kind.ALTERED, f"{key} is held: {code}")


def _written(model: Model, looks: Mapping[str, Any]) -> dict[str, Op]:
    """What people were told is kept, and what the phones hold as their own: a page may die before it can tell."""
    written = {key: each.op for key, each in model.captured.items()}
    for name, look in looks.items():
        for row in look["ops"]:
            if row["own"] and row["op"] != written.setdefault(row["id"], row["op"]):
                model.breach(Kind.ALTERED, f"{name} holds another {row['id']} than it wrote")
    return written


def _photos(model: Model, site: Site, stored: Stored, visits: Mapping[str, UUID]) -> None:
    """I3: every photo whole and equal, and known as that."""
    agencies = dict(site.rows("SELECT id, agency_id FROM inspection"))
    states = {(agency, sha): state for agency, sha, state in site.rows("SELECT agency_id, sha256, state FROM blob")}
    people = dict(site.rows("SELECT id, agency_id FROM person"))
    assert people
    where = {op["id"]: insp for insp, ops in stored.accepted.items() for op in ops}
    for key, op in stored.bodies.items():
        if op["k"] != "photo":
            continue
        captured = model.captured.get(key)
        insp = where.get(key) or (captured.inspection if captured else "")
        if not insp:
            continue  # held, and its page died before it could say where it belongs
        agency = agencies[UUID(insp).hex]
        path = site.evidence / agency / op["sha"][:2] / op["sha"]
        if not path.is_file() or states.get((agency, op["sha"])) != "complete":
            model.breach(Kind.LOST, f"photo {key} ({op['sha'][:12]}) is {states.get((agency, op['sha']), 'unknown')}")
        elif path.read_bytes() != model.photos.get(op["sha"]):
            model.breach(Kind.ALTERED, f"photo {key} ({op['sha'][:12]}) has other bytes")


def _audit(model: Model, site: Site, stored: Stored) -> None:
    """I8: the chain holds, and speaks of every operation."""
    before: dict[str, tuple[int, str]] = {}
    counted: Counter[str] = Counter()
    with site.reading() as tx:
        for row in tx.query(AuditRow).order_by(AuditRow.agency_id, AuditRow.seq):
            last, head = before.get(row.agency_id, (0, audit.ZERO))
            entry = audit.Entry(row.agency_id, row.actor_id, row.action, row.subject, row.at, row.facts)
            linked = sha256(bytes.fromhex(head) + entry.canonical(row.seq))
            if row.seq != last + 1 or row.hash != linked:
                model.breach(Kind.ALTERED, f"audit {row.agency_id} {row.seq} does not follow")
            before[row.agency_id] = (row.seq, row.hash)
            if row.action == "operations.received":
                told: Any = row.facts
                counted["accepted"] += told["accepted"]
                counted["held"] += sum(told.get("held", {}).values())
    here = {"accepted": sum(map(len, stored.accepted.values())), "held": len(stored.codes)}
    if counted["accepted"] + counted["held"] != here["accepted"] + here["held"]:
        model.breach(Kind.ALTERED, f"the audit speaks of {dict(counted)}, there are {here}")


def _seals(site: Site, carrier: Carrier) -> None:
    """A seal is called good when it is: signed by the key it names, which this phone introduced."""
    last: dict[str, str] = {}
    kinds = {UUID(each.device).hex: each for each in carrier.handsets.values() if each.device}
    for device, verdict, number in site.rows("SELECT device_id, verdict, n FROM seal ORDER BY received_at, n"):
        phone = kinds[device]
        last[phone.name] = verdict
        if verdict not in VERDICTS[phone.keys]:
            carrier.model.breach(Kind.ALTERED, f"the seal {number} of {phone.name} ({phone.keys} key) is {verdict}")
    for phone in carrier.handsets.values():
        if phone.keys == "good" and last.get(phone.name) != "good" and not site.is_revoked(UUID(phone.device)):
            carrier.model.breach(Kind.LOST, f"the last seal of {phone.name} is {last.get(phone.name)}")


def _decisions(site: Site, carrier: Carrier, looks: Mapping[str, Any]) -> None:
    """What was decided about an operation stands on the phone that wrote it."""
    decided = {str(UUID(key)): result for key, result in site.rows("SELECT operation_id, result FROM held_decision")}
    for phone in carrier.handsets.values():
        if site.is_revoked(UUID(phone.device)):
            continue
        for row in looks[phone.name]["ops"]:
            told = row.get("decision", {}).get("result")
            if row["own"] and row["id"] in decided and told != decided[row["id"]]:
                carrier.model.breach(
                    Kind.LOST, f"{phone.name} was not told that {row['id']} is {decided[row['id']]}, but {told}"
                )


def _office(model: Model, site: Site, insp: str, ops: Sequence[Op]) -> None:
    """I5, I7: the office's counters and registry are what the operations amount to."""
    ((state, submitted, conflicts, failing, count),) = site.rows(
        "SELECT state, submitted_at, conflicts, failing, photos FROM inspection WHERE id = ?", UUID(insp).hex
    )
    if not ops:
        return
    stands = amounts.answers(ops)
    expected = {item for item, each in stands.items() if each.fails}
    open_conflicts = sum(each.agreement == "conflict" for each in stands.values())
    if (conflicts, failing) != (open_conflicts, len(expected)):
        model.breach(
            Kind.ALTERED, f"{insp}: {conflicts} conflicts, {failing} failing; must be {open_conflicts}, {len(expected)}"
        )
    if count != len(amounts.photos(ops)):
        model.breach(Kind.ALTERED, f"{insp}: {count} photos; must be {len(amounts.photos(ops))}")
    rows = site.rows("SELECT id, item FROM violation WHERE inspection_id = ?", UUID(insp).hex)
    if len({item for _, item in rows}) != len(rows):
        model.breach(Kind.DUPLICATED, f"{insp}: an item stands twice in the registry")
    for key, item in rows:
        if UUID(key) != violation_id(UUID(insp), item):
            model.breach(Kind.DUPLICATED, f"{insp}: {item} has another id than it always has")
    if submitted and state in COMPLETE and {item for _, item in rows} != expected:
        model.breach(Kind.ALTERED, f"{insp}: in the registry {sorted(i for _, i in rows)}; must be {sorted(expected)}")


def _phone(carrier: Carrier, phone: Handset, look: Mapping[str, Any], stored: Stored) -> None:
    """I4, I5: the phone shows everything that was accepted, and the same standing of every item."""
    model = carrier.model
    here = {row["id"]: row for row in look["ops"]}
    confirmed = {row["insp"]: row for row in look["confirmed"]}
    for visit in look["visits"]:
        insp = visit["id"]
        if visit["gone"] or insp not in phone.inspections:
            continue
        ops = stored.accepted[insp]
        missing = [op["id"] for op in ops if op["id"] not in here]
        if missing:
            model.breach(Kind.LOST, f"{phone.name} does not have {missing} of {insp}")
            continue
        changed = [op["id"] for op in ops if here[op["id"]]["op"] != op]
        if changed:
            model.breach(Kind.ALTERED, f"{phone.name} has others than the server: {changed}")
        if confirmed.get(insp, {}).get("differs"):
            model.breach(Kind.ALTERED, f"{phone.name}: its chain of {insp} differs from the server's")
        _shown(carrier, phone, insp, ops, look, stored.codes)


def _counts(row: Mapping[str, Any]) -> bool:
    """What a person put aside or refused stays on the phone, and is no part of the results."""
    return row.get("decision", {}).get("result") not in ("annexed", "refused")


def _shown(
    carrier: Carrier, phone: Handset, insp: str, ops: Sequence[Op], look: Mapping[str, Any], held: Collection[str]
) -> None:
    """It shows what was accepted, its own that wait for a person, and what it learned before a restore unmade it."""
    accepted = {op["id"] for op in ops}
    mine = [row["op"] for row in look["ops"] if row["insp"] == insp and _counts(row)]
    for op in mine:
        if op["id"] not in accepted and op["id"] not in held:
            carrier.model.breach(Kind.DUPLICATED, f"{phone.name} has {op['id']}, which the server does not know")
    view = carrier.ask(phone, "view", insp=insp)
    if view is None:
        carrier.model.breach(Kind.LOST, f"{phone.name} does not show {insp}")
        return
    stands = {
        item: {"agreement": each.agreement, "heads": list(each.heads)} for item, each in amounts.answers(mine).items()
    }
    if view["answers"] != stands:
        carrier.model.breach(Kind.ALTERED, f"{phone.name} shows {view['answers']}; must be {stands}")
    if {item: sorted(each) for item, each in view["notes"].items()} != amounts.notes(mine):
        carrier.model.breach(Kind.ALTERED, f"{phone.name} shows notes {view['notes']}; must be {amounts.notes(mine)}")
    if sorted(view["photos"]) != amounts.photos(mine):
        carrier.model.breach(Kind.LOST, f"{phone.name} shows other photos of {insp} than there are")
