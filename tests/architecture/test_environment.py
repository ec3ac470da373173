"""The environment is read at the edge only, and the files of the house agree with one another."""

import ast
import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
# The last one hands the environment on to PostgreSQL's own tools; it reads no setting from it.
MAY_READ = {
    "inspect_app/app.py",
    "inspect_app/cli/__init__.py",
    "inspect_app/server.py",
    "inspect_app/outside/dumps.py",
}
MODULES = sorted((TOP / "inspect_app").rglob("*.py"))


def test_only_app_and_cli_read_the_environment() -> None:
    readers = {
        str(path.relative_to(TOP))
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_os(node.value))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and _names(node) & {"environ", "getenv"})
    }
    assert readers <= MAY_READ


def _is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(TOP))
        for path in MODULES
        if path.read_text("utf-8").strip() and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert {path.stem for path in MODULES} & {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "manager",
        "misc",
    } == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_pinned_package_carries_hashes(name: str) -> None:
    pins = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", (TOP / name).read_text("utf-8"), flags=re.MULTILINE).strip())

    assert len(pins) > 10
    assert [
        pin for pin in pins if not re.match(r"[\w.\-\[\]]+==\S+.*?--hash=sha256:[0-9a-f]{64}", pin, re.DOTALL)
    ] == []


def test_both_locks_pin_the_same_versions() -> None:
    product, tests = (_pins(TOP / name) for name in ("requirements.lock", "requirements-test.lock"))

    assert product.items() <= tests.items()


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.\-]+)(?:\[[^\]]*\])?==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def test_every_declared_dependency_is_pinned() -> None:
    config = (TOP / "setup.cfg").read_text("utf-8")
    block = config.split("install_requires =", maxsplit=1)[1].split("[options.extras_require]", maxsplit=1)[0]
    declared = set(re.findall(r"^    ([\w\-]+)", block, re.MULTILINE))

    assert declared
    assert declared <= set(_pins(TOP / "requirements.lock"))


def test_make_lists_every_target_that_has_a_description() -> None:
    makefile = (TOP / "Makefile").read_text("utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()) - {"help"}

    assert set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) == phony
