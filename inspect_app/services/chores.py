"""Everything the worker does by itself: add yours as one line."""

from datetime import timedelta

from inspect_app.services import letters
from inspect_app.services.chore import Chore

CHORES: tuple[Chore, ...] = (Chore("mail", "Gửi thư", timedelta(minutes=1), letters.post),)
