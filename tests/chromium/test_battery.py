"""A few deaths of each kind, and that the checks would notice a phone that loses, changes or invents something."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Playwright

from tests.chromium.checks import Notebook, Told
from tests.chromium.run import KINDS, play
from tests.simulation.model import body_hash, chain

VISIT = uuid4()


@pytest.mark.browser
def test_what_was_told_survives_every_kind_of_death(playwright: Playwright) -> None:
    score = play(playwright, kills=len(KINDS), seed=7)

    assert score.breaches == []
    assert score.kills == Counter(KINDS)
    assert score.told > len(KINDS)
    assert score.operations > len(KINDS)


def a_disk(*values: str) -> dict[str, Any]:
    """One visit with these answers to one item, none of them sent."""
    ops = [{"id": str(UUID(int=n)), "n": n, "k": "answer", "i": "XDK-08", "v": v} for n, v in enumerate(values, 1)]
    return {
        "ops": [{"id": op["id"], "n": op["n"], "op": op, "head": None, "answered": None} for op in ops],
        "waiting": [op["id"] for op in ops],
        "chain": {"insp": str(VISIT), "n": len(ops), "head": chain(body_hash(op) for op in ops)},
        "photos": [],
        "confirmed": None,
        "bytes": {},
    }


def looked(*disks: dict[str, Any], said: tuple[str, ...] = (), photos: int = 0) -> list[str]:
    """What is found wrong with the last of these disks, after those before it and after this was told."""
    notebook = Notebook()
    for disk in disks[:-1]:
        notebook.look(VISIT, disk, Told(), in_order=True)
    told = Told()
    for each in said:
        told.hear("answer", "XDK-08", each)
    told.hear("photos", "XDK-08", str(photos))
    notebook.look(VISIT, disks[-1], told, in_order=True)
    return [str(each.kind) for each in notebook.breaches]


def test_a_sound_disk_breaks_nothing() -> None:
    assert looked(a_disk("pass"), a_disk("pass", "fail", "na"), said=("Đạt", "Không áp dụng")) == []


def _without_chain(disk: dict[str, Any]) -> None:
    disk["chain"] = None


def _not_waiting(disk: dict[str, Any]) -> None:
    disk["waiting"].pop()


def _other_value(disk: dict[str, Any]) -> None:
    disk["ops"][0]["op"]["v"] = "na"


def _differs(disk: dict[str, Any]) -> None:
    disk["confirmed"] = {"differs": True}


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (_without_chain, "altered"),
        (_not_waiting, "lost"),
        (_other_value, "altered"),
        (_differs, "altered"),
    ],
)
def test_a_damaged_disk_is_noticed(damage: Callable[[dict[str, Any]], None], found: str) -> None:
    disk = a_disk("pass", "fail")
    damage(disk)
    assert found in looked(a_disk("pass"), disk)


def test_what_was_told_and_is_not_there_is_lost() -> None:
    assert looked(a_disk("pass"), said=("Đạt", "Không đạt")) == ["lost"]
    assert looked(a_disk("pass", "fail"), said=("Không đạt", "Đạt")) == ["lost"]
    assert looked(a_disk("pass"), photos=1) == ["lost"]


def test_what_was_there_and_is_gone_is_lost() -> None:
    assert "lost" in looked(a_disk("pass", "fail"), a_disk("pass"))


def test_a_screen_that_shows_something_else_is_noticed() -> None:
    notebook = Notebook()
    notebook.look(VISIT, a_disk("pass", "fail"), Told(), in_order=True)
    notebook.screen(VISIT, {"XDK-08": "Không đạt"})
    assert notebook.breaches == []
    notebook.screen(VISIT, {"XDK-08": "Đạt"})
    assert [str(each.kind) for each in notebook.breaches] == ["lost"]
