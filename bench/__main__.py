"""`python -m bench [name …] [--quick]`: all measurements, or those that are named."""

import argparse
import importlib

NAMES = (
    "intake",
    "registry",
    "phone",
    "servers",
    "papers",
    "exports",
    "lists",
    "case",
    "link",
    "xlsform",
    "sites",
    "risk",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure; figures go to bench/results.")
    parser.add_argument("name", nargs="*", choices=[*NAMES, []], help="what to measure (default: everything)")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller runs, to see that it works")
    parser.add_argument(
        "--stored", type=int, metavar="N", help="intake: only without photos, before and after N inspections are stored"
    )
    asked = parser.parse_args()
    if asked.stored is not None and asked.name != ["intake"]:
        parser.error("--stored belongs to intake")
    for name in asked.name or NAMES:
        print(f"== {name}")
        measured = importlib.import_module(f"bench.{name}")
        if asked.stored is None:
            measured.main(quick=asked.quick)
        else:
            measured.stored(asked.stored, quick=asked.quick)


if __name__ == "__main__":
    main()
