"""A checklist of 200 items, made of the real ones, in a copy of the installation that holds nothing else unusual."""

import json
import re
import shutil
from itertools import cycle
from pathlib import Path

TOP = Path(__file__).parent.parent
CODE, ITEMS, SECTIONS = "RONG", 200, 10
LINKED = ("inspect_app", "static", "templates")

HEAD = """
code = "RONG"
version = 1
title = "Phiếu rộng để đo"
title_en = "A wide checklist for measuring"
agencies = ["Sở Xây dựng"]
sectors = ["XDK"]
valid_from = 2026-11-20
"""


def make_tree(folder: Path) -> Path:
    """The installation's files with one more checklist; the code itself is linked, not copied."""
    tree = folder / "tree"
    tree.mkdir()
    for name in LINKED:
        (tree / name).symlink_to(TOP / name)
    shutil.copyfile(TOP / "run.py", tree / "run.py")
    shutil.copytree(TOP / "forms", tree / "forms")
    target = tree / "forms" / CODE.lower()
    target.mkdir()
    (target / "v1.toml").write_text(_toml(), "utf-8")
    case = {"name": "Chưa trả lời gì", "on": "2026-11-22", "values": {}, "expect": {"verdicts": {}}}
    (target / "v1.cases.json").write_text(json.dumps({"cases": [case]}, ensure_ascii=False), "utf-8")
    return tree


def _toml() -> str:
    """Real items that are always asked, over and over, under numbers of their own."""
    texts = [path.read_text("utf-8") for path in sorted((TOP / "forms").glob("*/v1.toml"))]
    blocks = [block for text in texts for block in text.split("[[item]]")[1:] if "\nwhen = " not in block]
    taken = cycle(block for block in blocks if 'type = "pass-fail"' in block)
    items = []
    for number in range(ITEMS):
        block = re.sub(r'^id = ".*"$', f'id = "{CODE}-{number + 1:03d}"', next(taken), count=1, flags=re.MULTILINE)
        section = f'section = "s{number * SECTIONS // ITEMS + 1}"'
        items.append("[[item]]" + re.sub(r'^section = ".*"$', section, block, count=1, flags=re.MULTILINE))
    sections = [
        f'[[section]]\nid = "s{each}"\ntitle = "Phần {each}"\ntitle_en = "Part {each}"\n'
        for each in range(1, SECTIONS + 1)
    ]
    return "\n".join([HEAD, *sections, *items])
