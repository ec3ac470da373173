"""Each import contract of setup.cfg is proved by breaking it once in a copy of the tree."""

import configparser
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts, free to be broken."""
    tree = tmp_path_factory.mktemp("copy")
    shutil.copytree(TOP / "inspect_app", tree / "inspect_app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TOP / "tests/architecture", tree / "tests/architecture")
    shutil.copy(TOP / "tests/__init__.py", tree / "tests/__init__.py")
    shutil.copy(TOP / "setup.cfg", tree / "setup.cfg")
    return tree


@pytest.fixture
def add(copy: Path) -> Iterator["Add"]:
    strangers = Add(copy)
    yield strangers
    strangers.remove()


class Add:
    """Puts modules into the copy and takes them out again."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self._added: list[Path] = []

    def __call__(self, modules: Mapping[str, str]) -> None:
        for module, text in modules.items():
            path = self.tree / "inspect_app" / module
            assert not path.exists(), f"{module} is a module of ours"
            path.write_text(text, "utf-8")
            self._added.append(path)

    def remove(self) -> None:
        for path in self._added:
            path.unlink()


def broken(tree: Path) -> set[str]:
    """The names of the contracts that do not hold in this tree."""
    linting = subprocess.run(
        [LINT, "--no-cache", "--no-logo"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", linting.stdout, re.MULTILINE))
    assert set(verdicts) == set(contracts().values()), linting.stdout + linting.stderr
    found = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert linting.returncode == (1 if found else 0)
    return found


def contracts() -> dict[str, str]:
    """Contract ids and their names."""
    config = configparser.ConfigParser()
    config.read(TOP / "setup.cfg", "utf-8")
    return {
        section.rsplit(":", maxsplit=1)[1]: config[section]["name"]
        for section in config.sections()
        if section.startswith("importlinter:contract:")
    }


BREACHES = [
    ("floors", {"services/stranger.py": "import inspect_app.app\n"}),
    ("floors", {"outside/stranger.py": "import inspect_app.store.database\n"}),
    ("floors", {"domain/stranger.py": "import inspect_app.services\n"}),
    ("floors", {"stranger.py": "import inspect_app.domain\n"}),
    ("domain", {"domain/stranger.py": "import sqlalchemy\n"}),
    ("domain", {"domain/stranger.py": "import geopy.geocoders\n"}),
    ("flask", {"services/stranger.py": "from flask import g\n"}),
    ("flask", {"outside/stranger.py": "from werkzeug.exceptions import NotFound\n"}),
    ("registry", {"web/api/stranger.py": "import inspect_app.store.registry\n"}),
    ("registry", {"web/pages/stranger.py": "import inspect_app.store.violations\n"}),
    ("settings", {"services/stranger.py": "from inspect_app.settings import Settings\n"}),
    (
        "circles",
        {
            "domain/stranger.py": "import inspect_app.domain.neighbour\n",
            "domain/neighbour.py": "import inspect_app.domain.stranger\n",
        },
    ),
]


def test_the_tree_as_it_is_keeps_every_contract(copy: Path) -> None:
    assert broken(copy) == set()


def test_every_contract_has_its_breach() -> None:
    assert {contract for contract, _ in BREACHES} == set(contracts())


@pytest.mark.parametrize(("contract", "modules"), BREACHES)
def test_one_forbidden_import_breaks_its_contract(add: Add, contract: str, modules: dict[str, str]) -> None:
    add(modules)

    assert contracts()[contract] in broken(add.tree)


def test_what_is_allowed_stays_allowed(add: Add) -> None:
    add(
        {
            "domain/stranger.py": "import geopy.distance\nfrom geopy.distance import geodesic\nimport tomllib\n",
            "web/pages/stranger.py": "import inspect_app.store.registry\n",
        }
    )

    assert broken(add.tree) == set()
