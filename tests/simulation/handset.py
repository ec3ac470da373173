"""One phone as the simulation knows it from outside."""

from dataclasses import dataclass, field
from typing import Any

from tests.cast import Player
from tests.simulation.rack import Sent


@dataclass(slots=True)
class Session:
    """One run of the phone's sync: from its first request until nothing of it is under way."""

    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """Something a person asked the phone for, not answered yet."""

    act: str
    given: dict[str, Any]


@dataclass(slots=True)
class Handset:
    name: str
    player: Player
    inspections: tuple[str, ...]
    device: str = ""
    cookie: str = ""
    skew: int = 0
    is_open: bool = False
    needs_sign_in: bool = True
    has_second: bool = False  # another tab of the same browser
    keys: str = "none"  # none, good, wrong, unknown: how it signs what it sends
    is_full: bool = False
    deaths: int = 0
    inflight: dict[int, Sent] = field(default_factory=dict)
    calls: dict[int, Call] = field(default_factory=dict)
    session: Session | None = None
    answers: dict[int, Any] = field(default_factory=dict)  # what calls resolved to, until somebody looks

    @property
    def database(self) -> str:
        return f"inspect-work-{self.player.id}"
