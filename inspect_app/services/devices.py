"""The phones of an agency's people: met at sign-in, looked after in the office, revoked when lost."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.store import audit, devices, people
from inspect_app.store.database import Tx
from inspect_app.store.devices import DeviceFilter, Place
from inspect_app.store.overview import SILENT_AFTER
from inspect_app.store.tables import Device, Person

__all__ = ["PAGE", "DeviceFilter", "Phone", "Place", "meet", "phones", "revoke"]

PAGE = 100


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of one person. silent: it has kept unsent work for longer than a day."""

    device: Device
    person: Person
    silent: bool


def phones(
    tx: Tx, wanted: DeviceFilter, *, after: Place | None = None, now: datetime, limit: int = PAGE
) -> tuple[list[Phone], Place | None]:
    """Those that keep unsent work the longest come first, revoked ones last; and where the next page begins."""
    found = devices.phones(tx, wanted, after=after, silent_before=now - SILENT_AFTER, limit=limit + 1)
    page = [Phone(device, person, _is_silent(device, now)) for device, person, _ in found[:limit]]
    return page, (found[limit - 1][2] if len(found) > limit else None)


def _is_silent(device: Device, now: datetime) -> bool:
    since = device.oldest_unsent_at
    return device.revoked_at is None and device.unsent > 0 and since is not None and now - since > SILENT_AFTER


def meet(tx: Tx, person: Person, device: UUID, name: str, now: datetime) -> bool:
    """A phone introduces itself at sign-in. Whether it was revoked: then it may only send."""
    known = people.device(tx, device, person.id)
    if known is None:
        tx.add(
            Device(
                id=device,
                person_id=person.id,
                agency_id=person.agency_id,
                name=name,
                first_seen_at=now,
                last_contact_at=now,
                unsent=0,
                health={},
            )
        )
        return False
    known.name = name or known.name
    known.last_contact_at = now
    return known.revoked_at is not None


def revoke(
    tx: Tx, device: UUID, username: str, *, reason: str, agency: str | None, actor: Actor | None, now: datetime
) -> None:
    """A lost phone: its sessions end, what it still sends is held for a person, and it learns nothing more.

    agency: whose people may be meant; None: anybody's (the command). A second time changes nothing.
    RuleBroken: unknown-person, unknown-device, comment-missing.
    """
    person = people.by_username(tx, username)
    if person is None or (agency is not None and person.agency_id != agency):
        raise RuleBroken("unknown-person", username=username)
    found = people.device(tx, device, person.id)
    if found is None:
        raise RuleBroken("unknown-device", device=str(device), username=username)
    if not reason.strip():
        raise RuleBroken("comment-missing")
    if found.revoked_at is not None:
        return
    found.revoked_at, found.revoked_reason = now, reason.strip()[:500]
    people.forget_device(tx, person.id, device)
    by = actor.id if actor else None
    facts: dict[str, object] = {"username": username, "reason": reason.strip(), "unsent": found.unsent}
    audit.note(tx, audit.Entry(person.agency_id, by, "device.revoked", f"device:{device}", now, facts))
