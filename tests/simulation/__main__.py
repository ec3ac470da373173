"""`make faults`: plays the worlds, then every mutant until it is caught; the last line is the score.

python -m tests.simulation                     the whole run
python -m tests.simulation --world 17          one world alone, with its steps
python -m tests.simulation --worlds 0 --only no-epoch time-cursor
"""

import argparse
import sys
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from tests.simulation import mutants
from tests.simulation.score import Score, say
from tests.simulation.team import Team

FAULTED = 10_000  # sessions that met a fault: so many, and no fewer
BEGIN, MORE = 48, 4  # worlds: whoever waits for the slowest of a few waits often
TRIES = 40  # worlds in which a mutant must be noticed; the product itself passes them too


def main() -> int:
    asked = _arguments()
    if asked.world is not None:
        return _alone(asked.world, asked.mutant)
    score = Score()
    with Team(asked.processes) as team:
        while more := _more(score, asked):
            for played in team.play([(asked.first + score.worlds + number, "") for number in range(more)]):
                score.add(played)
        for name, noticed in team.all_until_caught(asked.only or mutants.ALL, range(1, TRIES + 1)):
            score.judge(name, noticed)
    spent = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    print(f"{sum(each.ru_utime + each.ru_stime for each in spent):.0f} CPU seconds")
    say(score, asked.first)
    return 0 if score.is_clean else 1


def _more(score: Score, asked: argparse.Namespace) -> int:
    """How many worlds come next; 0: it is enough. The same for the same seeds, however fast anything is."""
    if asked.worlds is not None:
        return int(asked.worlds) - score.worlds
    return 0 if score.faulted >= FAULTED else MORE if score.worlds else BEGIN


def _alone(seed: int, mutant: str) -> int:
    with Team(1) as team:
        (played,) = team.play([(seed, mutant)])
    for number, step in enumerate(played.steps, start=1):
        print(f"{number:3} {step}")
    for kind, said in played.breaches:
        print(f"{kind}: {said}")
    print(f"world {seed}: {played.sessions} sessions, {played.faulted} faulted, digest {played.digest}")
    return 1 if played.breaches else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--worlds", type=int, help=f"so many; otherwise until {FAULTED} sessions met a fault")
    parser.add_argument("--first", type=int, default=1, help="seed of the first world")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--world", type=int, help="play one world alone")
    parser.add_argument("--mutant", default="", help="with --world: play it with this mutant")
    parser.add_argument("--only", nargs="*", choices=mutants.ALL, help="only these mutants")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
