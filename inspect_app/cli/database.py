"""A command's one transaction."""

from collections.abc import Callable
from typing import TypeVar

from inspect_app.domain.people import EVERY_AGENCY
from inspect_app.settings import Settings
from inspect_app.store.database import Tx, open_engine, open_transactions

T = TypeVar("T")


def in_transaction(settings: Settings, do: Callable[[Tx], T]) -> T:
    """One commit; commands act for the whole installation."""
    engine = open_engine(settings.database_url)
    try:
        with open_transactions(engine)[1]() as tx:
            tx.info["scope"] = EVERY_AGENCY
            result = do(tx)
            tx.commit()
            return result
    finally:
        engine.dispose()
