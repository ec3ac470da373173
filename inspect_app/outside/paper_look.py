"""What both layouts, Word and PDF, are given: the paper's content and what only printing knows."""

from collections.abc import Collection
from typing import Any

from inspect_app.domain.papers import MOTTO, NATION, Paper

MOST_UPRIGHT = 8  # columns of a table; a paper with a wider one lies on its side


def look(paper: Paper, pictures: Collection[str], *, verify: str) -> dict[str, Any]:
    """Plain data. `pictures`: the photos that are here; a draft has no number."""
    return {
        **paper.content,
        "nation": NATION,
        "motto": MOTTO,
        "place_and_day": paper.heading.place_and_day,
        "draft": not paper.heading.number.strip(" :/Số").strip() or "…" in paper.heading.number,
        "pictures_here": sorted(pictures),
        "verify": verify,
        "wide": any(len(block.columns) > MOST_UPRIGHT for block in paper.blocks),
    }
