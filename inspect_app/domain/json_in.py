"""JSON from outside, read without surprises."""

import json
from typing import Any


def plain_json(text: bytes) -> Any:
    """The value; None for what is no JSON, for NaN and its like, and for nesting beyond all reason."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
