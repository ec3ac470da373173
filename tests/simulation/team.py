"""Several processes that play worlds; what comes out does not depend on how many there are."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.simulation import shows_in
from tests.simulation.worker import Played

TOP = Path(__file__).parents[2]


class Team:
    def __init__(self, size: int) -> None:
        # Sets must be in the same order every time.
        given = {**os.environ, "PYTHONHASHSEED": "0"}
        self._size = size
        self._children = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.simulation.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=TOP,
                env=given,
            )
            for _ in range(size)
        ]
        self._idle: Queue[subprocess.Popen[bytes]] = Queue()
        for each in self._children:
            self._idle.put(each)

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._children:
            assert each.stdin
            assert each.stdout
            each.stdin.close()
            each.wait()
            each.stdout.close()

    def play(self, wanted: Iterable[tuple[int, str]]) -> Iterator[Played]:
        """The worlds in the order they were asked for."""
        with ThreadPoolExecutor(self._size) as pool:
            yield from pool.map(self._one, wanted)

    def _one(self, wanted: tuple[int, str]) -> Played:
        seed, mutant = wanted
        child = self._idle.get()
        try:
            assert child.stdin
            assert child.stdout
            child.stdin.write(json.dumps({"seed": seed, "mutant": mutant}).encode() + b"\n")
            child.stdin.flush()
            line = child.stdout.readline()
            if not line:
                raise RuntimeError(f"the process that played world {seed} {mutant} ended with {child.wait()}")
            return Played(**json.loads(line))
        finally:
            self._idle.put(child)

    def until_caught(self, mutant: str, seeds: Iterable[int]) -> Played | None:
        """The first world in which this mutant is noticed; None when it never is."""
        for seed in shows_in.worlds_for(mutant, seeds):
            played = self._one((seed, mutant))
            if played.breaches:
                return played
        return None

    def all_until_caught(self, names: Iterable[str], seeds: Iterable[int]) -> Iterator[tuple[str, Played | None]]:
        """Every mutant, several at a time."""
        tries = list(seeds)
        with ThreadPoolExecutor(self._size) as pool:
            yield from pool.map(lambda name: (name, self.until_caught(name, tries)), names)
