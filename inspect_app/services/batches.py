"""A whole list read page by page: the one loop behind every file of a list."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from inspect_app.store.database import Tx

T = TypeVar("T")
P = TypeVar("P")

BATCH = 500


def every(tx: Tx, page: Callable[[P | None], tuple[Sequence[T], P | None]]) -> Iterator[T]:
    """All rows in the order of the pages. `page(after)` gives some rows and where the next ones begin (None: the end).

    Inside one snapshot nothing can slip between two pages; what was handed on is forgotten, so memory does not grow.
    """
    after: P | None = None
    while True:
        rows, after = page(after)
        yield from rows
        tx.expunge_all()
        if after is None:
            return
