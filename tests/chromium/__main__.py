"""`python -m tests.chromium --kills 200 --seed 1`: the last line is the score; non-zero when anything was lost."""

import argparse
import sys

from playwright.sync_api import sync_playwright

from tests.chromium.run import play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chromium", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="say each kill")
    asked = parser.parse_args()
    with sync_playwright() as driver:
        score = play(driver, asked.kills, asked.seed, lambda line: print(line, flush=True) if asked.verbose else None)
    for breach in score.breaches[:20]:
        print(f"{breach.kind}: {breach.said}")
    print(score.line, flush=True)
    return 1 if score.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
