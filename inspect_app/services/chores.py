"""Everything the worker does by itself: add yours as one line."""

from inspect_app.services.chore import Chore

CHORES: tuple[Chore, ...] = ()
