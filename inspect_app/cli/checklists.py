"""Commands about checklists: check and freeze the files, forms in Excel in and out, and two versions side by side."""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from inspect_app.domain.checklist_changes import Changes, compare
from inspect_app.domain.checklists import Checklist
from inspect_app.services import checklist_import
from inspect_app.services.checklist_words import key_word, told
from inspect_app.settings import Settings
from inspect_app.store import checklist_files
from inspect_app.store.checklist_files import Library

FORMS = Path(__file__).parent.parent.parent / "forms"
NAME = re.compile(r"([A-Z]{2,4})(?:/v([0-9]{1,3}))?")
Run = Callable[[Settings, argparse.Namespace], None]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`checklists check | publish | import | export | compare`."""
    checklists = commands.add_parser("checklists", help="check, publish, compare checklists; forms in Excel in and out")
    actions = checklists.add_subparsers(required=True, metavar="action")

    def action(name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=help_text, description=help_text)
        made.add_argument("--folder", "--into", type=Path, default=FORMS, help="the folder of checklists")
        made.set_defaults(run=run)
        return made

    action("check", _check, "everything that is wrong with the checklist files")
    action("publish", _publish, "freeze new versions, when nothing is wrong")
    importing = action("import", _import, "an XLSForm (.xlsx) as the next version of its checklist")
    importing.add_argument("file", type=Path)
    exporting = action("export", _export, "a checklist as an XLSForm (.xlsx)")
    exporting.add_argument("checklist", help="CODE, or CODE/vN for a version")
    exporting.add_argument("file", type=Path)
    comparing = action("compare", _compare, "two versions, item by item and key by key")
    comparing.add_argument("before", help="CODE/vN")
    comparing.add_argument("after", help="CODE/vN")


def _check(_: Settings, asked: argparse.Namespace) -> None:
    problems = checklist_files.check(asked.folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"checklists: {len(Library(asked.folder).all())} versions, no problems")


def _publish(settings: Settings, asked: argparse.Namespace) -> None:
    _check(settings, asked)
    for line in checklist_files.publish(asked.folder):
        print(line)


def _import(_: Settings, asked: argparse.Namespace) -> None:
    """Writes a file that nobody has published yet; it is read and completed like one written by hand."""
    try:
        data = asked.file.read_bytes()
    except OSError as missing:
        sys.exit(f"error: {asked.file}: {missing.strerror}")
    found = checklist_import.read(data, Library(asked.folder))
    for remark in found.remarks:
        print(f"{'✗' if remark.stops else '·'} {remark}", file=sys.stderr)
    if found.checklist is None:
        sys.exit(f"error: {len(found.stopping)} chỗ phải sửa trong {asked.file.name}; chưa ghi gì")
    target = asked.folder / found.checklist.code.lower() / f"v{found.checklist.version}.toml"
    target.parent.mkdir(exist_ok=True)
    with target.open("x", encoding="utf-8") as file:
        file.write(found.source)
    print(f"{len(found.checklist.items)} items → {target}")
    print(f"next: write {target.stem}.cases.json beside it, then checklists check, then checklists publish")


def _export(_: Settings, asked: argparse.Namespace) -> None:
    asked.file.write_bytes(checklist_import.write(_found(Library(asked.folder), asked.checklist)))
    print(f"{asked.checklist} → {asked.file}")


def _compare(_: Settings, asked: argparse.Namespace) -> None:
    library = Library(asked.folder)
    changes = compare(_found(library, asked.before), _found(library, asked.after))
    print("\n".join(_lines(changes)))


def _lines(changes: Changes) -> list[str]:
    lines = [f"  {key_word(each.key)}: {told(each.before)} → {told(each.after)}" for each in changes.head]
    marks = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
    for item in changes.items:
        said = item.after or item.before
        lines.append(f"{marks[item.kind]} {item.id} {said.ask if said else ''}")
        lines += [f"    {key_word(each.key)}: {told(each.before)} → {told(each.after)}" for each in item.keys]
    counts = ", ".join(f"{count} {kind}" for kind, count in changes.counts.items())
    return [*lines, f"{counts}, {changes.same} same"]


def _found(library: Library, name: str) -> Checklist:
    match = NAME.fullmatch(name)
    versions = library.versions(match[1]) if match else []
    found = [each for each in versions if match and (match[2] is None or each.version == int(match[2]))]
    if not found:
        sys.exit(f"error: no checklist {name}; there are {', '.join(f'{e.code}/v{e.version}' for e in library.all())}")
    return found[-1]
