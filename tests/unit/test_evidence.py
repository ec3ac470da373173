"""Canonical form, hashes and chain: the shared vectors, and RFC 8785's own implementation beside ours."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspect_app.domain.evidence import GREATEST_WHOLE, START, NotCanonical, body_hash, canonical, chain, link

VECTORS = Path(__file__).parents[1] / "vectors" / "chain"
CANONICAL: list[dict[str, Any]] = json.loads((VECTORS / "canonical.json").read_text("utf-8"))

# How long an example takes says something about the machine, nothing about the rule.
patiently = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])

texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-GREATEST_WHOLE, GREATEST_WHOLE) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("vector", CANONICAL, ids=lambda vector: vector["name"])
def test_the_canonical_form_is_the_vectors(vector: dict[str, Any]) -> None:
    assert canonical(vector["value"]).decode() == vector["canonical"]
    assert body_hash(vector["value"]) == vector["sha256"]


def test_the_chain_is_the_vectors() -> None:
    vector = json.loads((VECTORS / "chain.json").read_text("utf-8"))
    head = vector["start"]
    assert head == START
    for step in vector["steps"]:
        assert body_hash(step["op"]) == step["body_sha256"]
        head = link(head, step["body_sha256"])
        assert head == step["head"]
    assert chain(step["body_sha256"] for step in vector["steps"]) == head


@patiently
@given(st.dictionaries(texts, values))
def test_ours_is_rfc8785(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@patiently
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_written_as_rfc8785_says(number: float) -> None:
    assert canonical({"v": number}) == rfc8785.dumps({"v": number})


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@patiently
@given(st.dictionaries(texts, plain))
def test_reading_it_back_gives_the_same_form(value: dict[str, Any]) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, GREATEST_WHOLE + 1, -GREATEST_WHOLE - 1, "\ud800", {1, 2}, b"x"]
)
def test_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical({"v": value})


def test_a_body_nested_without_end_has_none() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"v": deep}

    with pytest.raises(NotCanonical):
        canonical(deep)
