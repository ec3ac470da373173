"""`make faults-long`: the real server over bad links, on SQLite and on PostgreSQL.

python -m tests.wire --seconds 60        half of the time on each database
python -m tests.wire --faulted 10000     so many sessions that met a fault on each
"""

import argparse
import sys
import time

from tests.wire.run import Pace, Result, play

ONE_LIFE = 1000  # sessions with a fault; then the installation comes to rest, is looked at, and another one begins
BETWEEN = 40  # of them, on average, from one trouble of the server to the next


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    long = parser.add_mutually_exclusive_group()
    long.add_argument("--seconds", type=float, default=60)
    long.add_argument("--faulted", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args()
    kinds = asked.database or ["sqlite", "postgresql"]
    is_clean = True
    for kind in kinds:
        if asked.faulted:
            result = so_many(kind, asked.seed, asked.faulted)
        else:
            result = so_long(kind, asked.seed, asked.seconds / len(kinds))
        print(f"{kind}: " + ", ".join(f"{count} {name}" for name, count in result.faults.most_common()))
        print(result.line, flush=True)
        is_clean = is_clean and not result.breaches and result.faulted > 0
    return 0 if is_clean else 1


def so_many(kind: str, seed: int, faulted: int) -> Result:
    whole = Result(kind)
    while whole.faulted < faulted:
        pace = Pace(faulted=min(ONE_LIFE, faulted - whole.faulted), faulted_between=BETWEEN)
        _add(whole, play(kind, seed + whole.installations, pace))
    return whole


def so_long(kind: str, seed: int, seconds: float) -> Result:
    """The first installation lives that long, however long its set-up took: a run without a session shows nothing."""
    whole, until, left = Result(kind), time.monotonic() + seconds, seconds
    while left > 0:
        pace = Pace(seconds=left, faulted=ONE_LIFE, seconds_between=min(6.0, seconds / 4), faulted_between=BETWEEN)
        _add(whole, play(kind, seed + whole.installations, pace))
        left = until - time.monotonic()
    return whole


def _add(whole: Result, one: Result) -> None:
    for name, said in one.breaches[:10]:
        print(f"{one.database}, installation {whole.installations + 1}: {name}: {said}", flush=True)
    whole.add(one)
    print(f"… {whole.line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
