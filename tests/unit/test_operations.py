"""The fold of operations: the shared vectors, and what holds for any set of operations."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from inspect_app.domain.operations import Entry, fold

VECTORS = Path(__file__).parents[1] / "vectors" / "fold"


def entries(ops: list[dict[str, Any]]) -> list[Entry]:
    return [Entry(each["op"], each["by"], each["device"]) for each in ops]


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_the_fold_gives_what_the_vector_says(path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))

    assert fold(entries(vector["ops"])) == vector["expect"]


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_order_and_repetition_change_nothing(path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    for seed in range(10):
        dice = random.Random(seed)
        shuffled = vector["ops"] + dice.choices(vector["ops"], k=3) if vector["ops"] else []
        dice.shuffle(shuffled)

        assert fold(entries(shuffled)) == vector["expect"]


def test_there_are_vectors() -> None:
    assert len(list(VECTORS.glob("*.json"))) >= 20
