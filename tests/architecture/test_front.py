"""The JavaScript floors, each broken once, and what the content security policy forbids in pages and scripts."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
BIOME = TOP / "node_modules/.bin/biome"
OWN_SCRIPTS = [*sorted((TOP / "static/js").rglob("*.js")), TOP / "static/sw.js"]
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))

# Which folder must not know which: core < store | device < sync < ui | screens; desk and phone share core and ui.
FORBIDDEN = {
    "core": ["store", "device", "sync", "ui", "screens", "desk"],
    "store": ["device", "sync", "ui", "screens", "desk"],
    "device": ["store", "sync", "ui", "screens", "desk"],
    "sync": ["ui", "screens", "desk"],
    "ui": ["store", "sync", "screens", "desk"],
    "screens": ["desk"],
    "desk": ["store", "device", "sync", "screens"],
}
PAIRS = [(folder, other) for folder, others in FORBIDDEN.items() for other in others]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What Biome says to a tree in which every folder imports from every other one, and from its own."""
    tree = tmp_path_factory.mktemp("front")
    shutil.copy(TOP / "biome.json", tree / "biome.json")
    for folder in FORBIDDEN:
        (tree / "static/js" / folder / "deep").mkdir(parents=True)
        (tree / "static/js" / folder / "target.js").write_text("export const target = 1;\n")
    for folder in FORBIDDEN:
        for other in FORBIDDEN:
            importing = 'import {{ target }} from "{}/{}/target.js";\n\nexport const taken = target;\n'
            where = tree / "static/js" / folder
            (where / f"takes-{other}.js").write_text(importing.format("..", other))
            (where / "deep" / f"takes-{other}.js").write_text(importing.format("../..", other))
    linting = subprocess.run(
        [BIOME, "lint", "--reporter=json", "--max-diagnostics=none", "--only=style/noRestrictedImports", "static"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    found: dict[str, list[str]] = {}
    for diagnostic in json.loads(linting.stdout)["diagnostics"]:
        found.setdefault(_path(diagnostic), []).append(diagnostic["category"])
    return found


def _path(diagnostic: dict[str, dict[str, object]]) -> str:
    path = diagnostic["location"]["path"]
    return str(path["file"] if isinstance(path, dict) else path)


@pytest.mark.parametrize("depth", ["", "deep/"])
@pytest.mark.parametrize(("folder", "other"), PAIRS)
def test_a_folder_may_not_import_from_above(
    verdicts: dict[str, list[str]], folder: str, other: str, depth: str
) -> None:
    assert verdicts.get(f"static/js/{folder}/{depth}takes-{other}.js") == ["lint/style/noRestrictedImports"]


def test_every_other_import_is_allowed(verdicts: dict[str, list[str]]) -> None:
    refused = {tuple(re.findall(r"static/js/(\w+)/(?:deep/)?takes-(\w+)\.js", path)[0]) for path in verdicts}

    assert refused == set(PAIRS)


@pytest.mark.parametrize(
    "door", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "srcdoc"]
)
def test_no_script_turns_text_into_markup(door: str) -> None:
    assert [path.name for path in OWN_SCRIPTS if door in path.read_text("utf-8")] == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("an event attribute", r"<[^>]*\son[a-z]+\s*="),
        ("a script without a file", r"<script(?![^>]*\ssrc=)(?![^>]*type=\"(?:importmap|application/json)\")"),
        ("a style element", r"<style"),
        ("an unescaped value", r"\|\s*safe\b|{%\s*autoescape\s+false"),
        ("a foreign address", r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(?:https?:)?//"),
    ],
)
def test_no_template_has(what: str, pattern: str) -> None:
    found = [
        f"{path.relative_to(TOP)}: {match.group()}"
        for path in TEMPLATES
        for match in re.finditer(pattern, re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL))
    ]
    assert found == [], what


def test_there_is_something_to_check() -> None:
    assert len(OWN_SCRIPTS) > 1
    assert len(TEMPLATES) > 1
