"""A process that plays worlds: one line of JSON asks for one, one line of JSON tells how it ended."""

import gc
import json
import logging
import sys
from dataclasses import asdict, dataclass
from typing import Any

from tests.simulation import mutants
from tests.simulation.ground import Ground, prepared
from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Played:
    """How a world ended, as plain data. breaches: (kind, what was said)."""

    seed: int
    mutant: str
    breaches: list[tuple[str, str]]
    sessions: int
    faulted: int
    requests: int
    operations: int
    photos: int
    deaths: int
    fates: dict[str, int]
    digest: str
    steps: list[str]


def play(ground: Ground, seed: int, mutant: str = "") -> Played:
    with mutants.infected(mutant) as phone:
        out = World(ground, seed, mutant=phone, hasty=bool(mutant)).run()
    tally = out.tally
    said = [(str(each.kind), each.said) for each in out.breaches]
    fates = {str(name): count for name, count in tally.fates.items()}
    return Played(
        *(seed, mutant, said, tally.sessions, tally.faulted, tally.requests, out.operations, out.photos),
        *(out.deaths, fates, out.digest, out.steps),
    )


def main() -> None:
    logging.disable(logging.CRITICAL)  # the server's complaints about its faults
    with prepared() as ground:
        # The checklists stay for ever; looking at them again and again in search of garbage costs a third of the time.
        gc.collect()
        gc.freeze()
        gc.disable()
        for line in sys.stdin:
            asked: dict[str, Any] = json.loads(line)
            print(json.dumps(asdict(play(ground, asked["seed"], asked["mutant"]))), flush=True)
            gc.collect()


if __name__ == "__main__":
    main()
