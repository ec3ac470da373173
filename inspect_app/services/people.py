"""Who may come in: signing in and out, accounts, and the growing wait after wrong passwords."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID, uuid4

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor, Role
from inspect_app.outside import passwords
from inspect_app.services import devices
from inspect_app.store import audit, people
from inspect_app.store.database import Tx
from inspect_app.store.people import Standing
from inspect_app.store.tables import LoginThrottle, Person, SignIn

IDLE = timedelta(days=30)  # an inspector may be away for weeks; unsent work must still find its way in
ABSOLUTE = timedelta(days=90)
TOUCH_EVERY = timedelta(minutes=10)
FREE_TRIES = 4
LONGEST_WAIT = timedelta(minutes=15)
SHORTEST_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What the sign-in form or the phone sent. The device introduces itself; a desk has none."""

    username: str
    password: str
    network: str
    device_id: UUID | None = None
    device_name: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known before the password is looked at."""

    stored_hash: str | None
    wait: timedelta


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def behind_token(tx: Tx, token: str, now: datetime) -> tuple[Actor, Standing] | None:
    """The person behind a cookie, or None when it is unknown, idle too long, too old, or the account is closed."""
    found = people.behind_token(tx, token_hash(token))
    if found is None or now - found.last_seen_at > IDLE or now - found.created_at > ABSOLUTE:
        return None
    return Actor(found.person, found.agency, Role(found.role), found.name, found.username), found


def claim(tx: Tx, asked: SignInRequest, now: datetime) -> Claim:
    """First step of signing in; the slow comparison of passwords happens outside any transaction.

    The try is counted here, as if it had failed: else many that come at once would all be compared before one counts.
    """
    throttles = people.throttles(tx, _keys(asked), now)
    waits = [each.wait_until - now for each in throttles if each.failures > _free(each.key)]
    wait = max([timedelta(0), *waits])
    if wait:
        return Claim(None, wait)
    for each in throttles:
        _count(each, now)
    person = people.by_username(tx, asked.username)
    return Claim(person.password_hash if person and person.disabled_at is None else None, wait)


def sign_in(tx: Tx, asked: SignInRequest, *, right: bool, now: datetime) -> tuple[str, Person] | None:
    """Second step: a failure stays counted (None), or a session is opened: (token for the cookie, person).

    On a revoked phone the session serves one purpose: what the phone still holds may be sent.
    """
    if not right:
        return None
    person = people.by_username(tx, asked.username)
    if person is None:
        return None
    for throttle in people.throttles(tx, _keys(asked), now):
        # The name's count begins anew; of the network's only this try is taken back: it was none of a guesser.
        is_name = throttle.key == _name_key(asked)
        throttle.failures = 0 if is_name else max(0, throttle.failures - 1)
    token = secrets.token_urlsafe(32)
    send_only = asked.device_id is not None and devices.meet(tx, person, asked.device_id, asked.device_name, now)
    tx.add(
        SignIn(
            token_sha256=token_hash(token),
            person_id=person.id,
            device_id=asked.device_id,
            created_at=now,
            last_seen_at=now,
            send_only=send_only,
        )
    )
    facts: dict[str, object] = {"device": str(asked.device_id)} if asked.device_id else {}
    audit.note(tx, audit.Entry(person.agency_id, person.id, "person.signed-in", f"person:{person.id}", now, facts))
    return token, person


def sign_out(tx: Tx, token: str) -> None:
    people.forget_token(tx, token_hash(token))


def touch(tx: Tx, token: str, now: datetime) -> None:
    people.touch(tx, token_hash(token), now)


def add(
    tx: Tx,
    *,
    agency: str,
    username: str,
    name: str,
    role: Role,
    title: str,
    password: str,
    actor: Actor | None,
    now: datetime,
) -> Person:
    """A new account; raises `username-taken`, `unknown-agency`, `weak-password`."""
    _check_password(password)
    if people.agency(tx, agency) is None:
        raise RuleBroken("unknown-agency", agency=agency)
    if people.by_username(tx, username):
        raise RuleBroken("username-taken", username=username)
    person = Person(
        id=uuid4(),
        agency_id=agency,
        username=username,
        name=name,
        title=title,
        role=role,
        password_hash=passwords.hash_password(password),
        created_at=now,
    )
    tx.add(person)
    tx.flush()
    audit.note(
        tx,
        audit.Entry(
            agency, actor.id if actor else None, "person.added", f"person:{person.id}", now, {"username": username}
        ),
    )
    return person


def disable(tx: Tx, username: str, *, actor: Actor | None, now: datetime) -> None:
    """Close an account and end its sessions at once. What its phone still holds is held when it arrives."""
    person = _known(tx, username)
    person.disabled_at = now
    people.forget_person(tx, person.id)
    by = actor.id if actor else None
    audit.note(tx, audit.Entry(person.agency_id, by, "person.disabled", f"person:{person.id}", now))


def reset(tx: Tx, username: str, password: str, *, actor: Actor | None, now: datetime) -> None:
    """A new password; every session ends."""
    _check_password(password)
    person = _known(tx, username)
    person.password_hash = passwords.hash_password(password)
    person.disabled_at = None
    people.forget_person(tx, person.id)
    by = actor.id if actor else None
    audit.note(tx, audit.Entry(person.agency_id, by, "person.password-reset", f"person:{person.id}", now))


def _known(tx: Tx, username: str) -> Person:
    person = people.by_username(tx, username)
    if person is None:
        raise RuleBroken("unknown-person", username=username)
    return person


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise RuleBroken("weak-password", shortest=SHORTEST_PASSWORD)


def _name_key(asked: SignInRequest) -> str:
    return f"name:{asked.username.lower()[:100]}"


def _keys(asked: SignInRequest) -> list[str]:
    """One count per account and one per network: a /24, or a /56 of IPv6."""
    try:
        address = ip_address(asked.network)
    except ValueError:
        return [_name_key(asked)]
    width = 24 if address.version == 4 else 56
    return [_name_key(asked), f"net:{ip_network(f'{address}/{width}', strict=False)}"]


def _free(key: str) -> int:
    """Four free tries for a name, forty for a network."""
    return FREE_TRIES if key.startswith("name:") else FREE_TRIES * 10


def _count(throttle: LoginThrottle, now: datetime) -> None:
    """After the free tries a wait: 2, 4, 8 … seconds, at most fifteen minutes."""
    if now - throttle.wait_until > timedelta(hours=1):
        throttle.failures = 0
    throttle.failures += 1
    over = throttle.failures - _free(throttle.key)
    throttle.wait_until = now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(over, 10))) if over > 0 else now


def card(tx: Tx, person_id: UUID) -> dict[str, object]:
    """A person as phones and programs see them."""
    person = people.by_id(tx, person_id)
    if person is None:
        raise RuleBroken("unknown-person", username=str(person_id))
    return {
        "id": str(person.id),
        "username": person.username,
        "name": person.name,
        "title": person.title,
        "role": str(person.role),
        "agency": {
            "id": person.agency.id,
            "name": person.agency.name,
            "short_name": person.agency.short_name,
        },
    }
