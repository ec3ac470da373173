"""Not too often: who asks for what does not exist, or asks too much, waits longer each time; nobody is locked out."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from inspect_app.domain.errors import RuleBroken
from inspect_app.store.database import Tx
from inspect_app.store.tables import LoginThrottle

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)


def of_network(purpose: str, address: str) -> str:
    """The key of a network: a household or an office has many addresses of one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"{purpose}:"
    return f"{purpose}:{ip_network(f'{parsed}/{24 if parsed.version == 4 else 56}', strict=False)}"


def check(tx: Tx, key: str, now: datetime) -> None:
    """RuleBroken "too-many-tries" while the key must wait."""
    throttle = tx.get(LoginThrottle, key)
    if throttle is not None and throttle.wait_until > now:
        raise RuleBroken("too-many-tries", seconds=int((throttle.wait_until - now).total_seconds()) + 1)


def count(tx: Tx, key: str, now: datetime, *, free: int) -> None:
    """Once more: beyond `free` times in an hour each costs twice the wait of the one before."""
    throttle = tx.get(LoginThrottle, key)
    if throttle is None:
        throttle = LoginThrottle(key=key, failures=0, wait_until=now)
        tx.add(throttle)
    elif now - throttle.wait_until > FORGOTTEN:
        throttle.failures = 0
    throttle.failures += 1
    over = throttle.failures - free
    throttle.wait_until = now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(over, 10))) if over > 0 else now
