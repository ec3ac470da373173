"""What may happen to a request between a phone and the server, drawn by lot."""

from collections.abc import Mapping
from enum import StrEnum
from random import Random

from tests.simulation.rack import Sent


class Fate(StrEnum):
    """What becomes of one request."""

    SERVED = "served"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    TWICE = "served twice"
    REPEATED_LATER = "served, and once more later"
    DELAYED = "given up by the phone, served later"
    BODY_CUT = "body cut off"
    ANSWER_CUT = "answer cut off"
    DIED = "the server died"
    DISK_FULL = "the server's disk was full"
    BUSY = "the server was busy"
    ALTERED = "bytes changed on the way"
    PHONE_DIED = "the phone died"


WEIGHTS: Mapping[Fate, int] = {
    Fate.REQUEST_LOST: 4,
    Fate.ANSWER_LOST: 5,
    Fate.TWICE: 3,
    Fate.REPEATED_LATER: 3,
    Fate.DELAYED: 3,
    Fate.BODY_CUT: 3,
    Fate.ANSWER_CUT: 2,
    Fate.DIED: 9,
    Fate.DISK_FULL: 2,
    Fate.BUSY: 1,
    Fate.ALTERED: 2,
    Fate.PHONE_DIED: 3,
}
# Whatever comes twice is asked twice for a password too; that is not about facts.
NOT_FOR_SESSIONS = {Fate.TWICE, Fate.REPEATED_LATER, Fate.DELAYED, Fate.ALTERED}


def draw(rng: Random, sent: Sent, likelihood: float, weights: Mapping[Fate, int] = WEIGHTS) -> Fate:
    if rng.random() >= likelihood:
        return Fate.SERVED
    fate = rng.choices(list(weights), list(weights.values()))[0]
    is_session = sent.path.endswith("/session")
    if is_session and fate in NOT_FOR_SESSIONS:
        return Fate.ANSWER_LOST
    if fate in (Fate.BODY_CUT, Fate.ALTERED) and not sent.body:
        return Fate.REQUEST_LOST
    if fate is Fate.ALTERED and "/blobs" not in sent.path:
        return Fate.BODY_CUT  # on JSON the transport would notice
    return fate


def changed(rng: Random, body: bytes) -> bytes:
    """One byte is another one."""
    at = rng.randrange(len(body))
    return body[:at] + bytes([body[at] ^ rng.randint(1, 255)]) + body[at + 1 :]
