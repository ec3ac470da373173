"""The catalogue of problems and its page say the same."""

import ast
import re
from pathlib import Path

from inspect_app.web.problems import CATALOGUE

TOP = Path(__file__).parents[2]


def raised_codes() -> set[str]:
    """The codes that the code names in RuleBroken("…") and RequestRefused("…")."""
    found = set()
    for file in (TOP / "inspect_app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first = node.args[0]
            if node.func.id in {"RuleBroken", "RequestRefused"} and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


def test_every_code_has_a_heading_with_its_status_and_titles() -> None:
    page = (TOP / "docs" / "problems.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `([a-z0-9-]+)`\n\n(.+)$", page, re.MULTILINE))
    assert sections == {
        code: f"{problem.status} · {problem.title} · {problem.title_en}" for code, problem in CATALOGUE.items()
    }


def test_what_the_code_raises_is_in_the_catalogue() -> None:
    assert raised_codes() <= set(CATALOGUE)


def test_every_problem_says_what_to_do_in_whole_sentences() -> None:
    for code, problem in CATALOGUE.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert 400 <= problem.status < 600, code
        assert problem.title, code
        assert problem.title_en, code
        assert problem.advice.rstrip().endswith("."), code
