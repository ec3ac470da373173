"""`make faults-long SECONDS=…`: the real server over bad links, on SQLite and on PostgreSQL, half of the time each."""

import argparse
import sys

from tests.wire.run import play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--kill-every", type=float, default=6.0, help="seconds between kills of the server, on average")
    asked = parser.parse_args()
    kinds = asked.database or ["sqlite", "postgresql"]
    is_clean = True
    for kind in kinds:
        result = play(kind, asked.seconds / len(kinds), asked.seed, kill_every=asked.kill_every)
        for name, said in result.breaches[:10]:
            print(f"{kind}: {name}: {said}")
        print(f"{kind}: " + ", ".join(f"{count} {name}" for name, count in result.faults.most_common()))
        print(result.line, flush=True)
        is_clean = is_clean and not result.breaches
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
