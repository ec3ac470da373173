"""What all worlds together amount to, and the one line that says it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.model import Kind
from tests.simulation.worker import Played

SHOWN = 5  # breaches told of one world


@dataclass(slots=True)
class Score:
    worlds: int = 0
    sessions: int = 0
    faulted: int = 0
    requests: int = 0
    operations: int = 0
    photos: int = 0
    deaths: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    mutants: dict[str, bool] = field(default_factory=dict)
    digest: str = ""

    def add(self, played: Played) -> None:
        self.worlds += 1
        self.sessions += played.sessions
        self.faulted += played.faulted
        self.requests += played.requests
        self.operations += played.operations
        self.photos += played.photos
        self.deaths += played.deaths
        self.fates.update(played.fates)
        self.breaches.update(kind for kind, _ in played.breaches)
        self.digest = hashlib.sha256(f"{self.digest}{played.digest}".encode()).hexdigest()
        for kind, said in played.breaches[:SHOWN]:
            print(f"world {played.seed}: {kind}: {said}")
        if played.breaches:
            print(f"again: .venv/bin/python -m tests.simulation --world {played.seed}", flush=True)

    def judge(self, mutant: str, played: Played | None) -> None:
        self.mutants[mutant] = played is not None
        if played:
            print(f"mutant {mutant}: caught in world {played.seed}: {played.breaches[0][1][:110]}", flush=True)
        else:
            print(f"mutant {mutant}: NOT CAUGHT", flush=True)

    @property
    def is_clean(self) -> bool:
        return not self.breaches and all(self.mutants.values())

    @property
    def line(self) -> str:
        lost, doubled, altered, leaked = (self.breaches[kind] for kind in Kind)
        caught = sum(self.mutants.values())
        return (
            f"faults: {self.sessions} sessions, {self.faulted} faulted, {self.operations} operations,"
            f" {self.photos} photos: {lost} lost, {doubled} duplicated, {altered} altered, {leaked} leaked;"
            f" mutants {caught}/{len(self.mutants)}"
        )


def say(score: Score, first: int) -> None:
    for name, count in score.fates.most_common():
        print(f"{count:7} {name}")
    print(f"{score.requests} requests, {score.deaths} deaths of servers and phones in {score.worlds} worlds")
    print(f"worlds {first} to {first + score.worlds - 1}, digest of the traces {score.digest}")
    print(score.line, flush=True)
