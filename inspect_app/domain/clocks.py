"""Phones' clocks: shown put right, flagged when far off, and never used to order or decide anything."""

from datetime import UTC, datetime, timedelta

NOTABLE_SKEW = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A day short of what the calendar of every zone can hold.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def moment(milliseconds: int, skew: timedelta = timedelta(0)) -> datetime:
    """A phone's time, put right by how far its clock was off when it sent. What no calendar knows becomes 1970."""
    try:
        at = EPOCH + timedelta(milliseconds=milliseconds) + skew
    except OverflowError:
        return EPOCH
    return at if EARLIEST <= at <= LATEST else EPOCH


def is_notable(skew: timedelta) -> bool:
    return abs(skew) > NOTABLE_SKEW
