"""Reading beyond the own agency happens in few places, each with a stated purpose."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "inspect_app"

# file → why it may look over the border.
PURPOSES: dict[str, str] = {
    "services/case_facts.py": "keys of a joint team's phones, which belong to several agencies",
    "services/evidence_panel.py": "keys of a joint team's phones, which belong to several agencies",
    "services/uploads.py": "a joint visit: the members of the team see its photos",
    "store/merging.py": "two entries of one organisation or site: what any agency has of them goes together, unread",
    "store/notices.py": "a joint team: whether a member of another agency has a phone that wants to be told",
    "store/open_here.py": "what is open at a site and of those who work there: in short, whose case it is",
    "store/registry.py": "whether a finding repeats one of any agency; the rows shown stay the reader's own",
    "store/report_rows.py": "how targets are counted and figures from outside, decided by the coordinating agency",
    "store/availability.py": "leave and declared interests of people whom another agency wants in a joint team",
    "store/push.py": "a phone that was handed on to somebody of another agency: who is told in its browser",
    "store/referrals.py": "a case in the inbox of the agency it was handed to: that finding, no other of the visit",
    "store/repeats.py": "what was found before, by any agency: day, place, state, decision; no words or names",
    "store/returns.py": "why a visit was given back, told to its team, whichever agency sent its members",
    "store/takealong.py": "what a team takes to the site: its own visits, and in short what other agencies found there",
    "store/violations.py": "whose phones are on the way to a site or an organisation (nothing of it is shown)",
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


# The other way past the filter: statements on the bare connection. Built once, for what every push or request asks.
BARE: dict[str, str] = {
    "store/arrivals.py": "what has arrived of an inspection that the asker holds, or is in the team of",
    "store/audit.py": "appending to the chain of the agency that an entry names",
    "services/audit_check.py": "which triggers the database has",
    "store/blobs.py": "uploads: rows are asked by agency and hash",
    "store/bulk.py": "COPY into a table, rows as given",
    "store/changes.py": "counters and the log of changes hold no agency's content",
    "store/database.py": "which migration the database stands at",
    "store/devices.py": "a person's own phone",
    "store/findings.py": "deriving: the violations of the inspection that was locked for this push",
    "store/held.py": "decisions as the author's own phone hears of them, whichever agency decided",
    "store/inspections.py": "pushing and pulling: inspections by id, together with the sender's place in the team",
    "services/markers.py": "facts about the database itself",
    "store/operations.py": "pushing and pulling: operations of the inspections that were asked for by team",
    "store/people.py": "who is behind a cookie",
    "store/results.py": "pushing: the rows of the inspection that was locked for this push",
    "store/statements.py": "runs those statements for the files named here",
    "store/violations.py": "which phones are on the way to a site; nothing of a visit is shown",
    "store/seals.py": "pushing: a key of the sender's own phone, seals as they came; the server's own keys",
}


def _goes_past_the_scope(called: ast.expr) -> bool:
    """The Session's own connection, or a kept statement, which is run on it."""
    if not isinstance(called, ast.Attribute):
        return False
    is_kept = isinstance(called.value, ast.Name) and called.value.id == "statements"
    return called.attr == "connection" or (is_kept and called.attr in {"run", "run_all", "write"})


def test_every_statement_on_the_bare_connection_is_in_a_listed_file() -> None:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _goes_past_the_scope(node.func):
                found.add(str(file.relative_to(PACKAGE)))
    assert found == set(BARE)
