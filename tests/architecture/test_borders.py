"""Reading beyond the own agency happens in few places, each with a stated purpose."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "inspect_app"

# file → why it may look over the border.
PURPOSES: dict[str, str] = {
    "services/uploads.py": "a joint visit: the members of the team see its photos",
    "store/audit.py": "the last link of a chain, when a joint team's member writes into another agency's audit",
    "store/registry.py": "whether a finding repeats one of any agency; the rows shown stay the reader's own",
    "store/takealong.py": "what a team takes to the site: its own visits, and in short what other agencies found there",
    "store/violations.py": "repeats across agencies; whose phones are on the way to a site (nothing of it is shown)",
    "store/visits.py": "planning without double visits: which agency was at a site when, and what is still open there",
}


def calls(name: str) -> set[str]:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                found.add(str(file.relative_to(PACKAGE)))
    return found


def test_every_look_over_the_border_has_its_purpose_here() -> None:
    assert calls("across_agencies") == set(PURPOSES)
