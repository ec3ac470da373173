"""Days as the office counts them: the local day, what is overdue, what falls due, and how far a deadline may move."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from inspect_app.domain.errors import RuleBroken

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# The spans a follow-up list is asked for.
DUE_IN = (7, 15, 30)
# No law sets a longest term. A deadline further away than this is a slip of the finger, not a request.
LONGEST_DAYS = 730


def local_day(now: datetime) -> date:
    """The day it is in Vietnam at this moment."""
    if now.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return now.astimezone(VIETNAM).date()


def is_overdue(deadline: date | None, today: date, *, is_open: bool) -> bool:
    """Quá hạn: the day of the deadline has passed and the finding is not closed."""
    return is_open and deadline is not None and today > deadline


def overdue_days(deadline: date | None, today: date, *, is_open: bool) -> int:
    """How many days too late; 0 when nothing is late."""
    return (today - deadline).days if deadline is not None and is_overdue(deadline, today, is_open=is_open) else 0


def is_due_within(deadline: date | None, today: date, days: int, *, is_open: bool) -> bool:
    """Still in time, and the deadline is at most `days` away. Today counts as 0 days away."""
    return is_open and deadline is not None and today <= deadline <= due_until(today, days)


def due_until(today: date, days: int) -> date:
    """The last day that falls within `days` from today."""
    return today + timedelta(days=days)


def proposed_deadline(found_on: date, remedy_days: int) -> date:
    """What the checklist proposes; a person sets it. 0 days means at once, on the day of the visit."""
    return found_on + timedelta(days=max(0, remedy_days))


def check_extension(before: date | None, after: date, *, not_before: date) -> None:
    """Refuse a deadline that cannot be meant. `before`: the one it replaces, when it is an extension.

    RuleBroken: deadline-before-document, deadline-not-later, deadline-too-far.
    """
    if after < not_before:
        raise RuleBroken("deadline-before-document", deadline=after.isoformat(), document=not_before.isoformat())
    if before is not None and after <= before:
        raise RuleBroken("deadline-not-later", deadline=after.isoformat(), before=before.isoformat())
    if (after - max(not_before, before or not_before)).days > LONGEST_DAYS:
        raise RuleBroken("deadline-too-far", deadline=after.isoformat(), most=LONGEST_DAYS)
