"""Where a page of a list ends, as a text in the address: the sorted column's value and the row's id."""

from datetime import UTC, date, datetime
from uuid import UUID

from inspect_app.services import devices
from inspect_app.services.held import Place
from inspect_app.web.problems import RequestRefused

BETWEEN = "~"


def of_day(place: tuple[date, UUID] | None) -> str | None:
    return None if place is None else f"{place[0].isoformat()}{BETWEEN}{place[1]}"


def of_text(place: tuple[str, UUID] | None) -> str | None:
    return None if place is None else f"{place[0]}{BETWEEN}{place[1]}"


def of_score(place: tuple[int, UUID] | None) -> str | None:
    return None if place is None else f"{place[0]}{BETWEEN}{place[1]}"


def score(text: str | None) -> tuple[int, UUID] | None:
    """None at the beginning; `bad-request` for what we never gave out."""
    if not text:
        return None
    first, key = _split(text)
    if not (first.isascii() and first.isdigit() and len(first) <= 4):
        raise RequestRefused("bad-request", after=text)
    return int(first), key


def of_moment(place: tuple[datetime, UUID] | None) -> str | None:
    return None if place is None else f"{place[0].astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}{BETWEEN}{place[1]}"


def moment(text: str | None) -> tuple[datetime, UUID] | None:
    """None at the beginning; `bad-request` for what we never gave out."""
    if not text:
        return None
    first, key = _split(text)
    try:
        at = datetime.fromisoformat(first)
    except ValueError:
        raise RequestRefused("bad-request", after=text) from None
    if at.tzinfo is None:
        raise RequestRefused("bad-request", after=text)
    return at, key


def of_held(place: Place | None) -> str | None:
    if place is None:
        return None
    first, received = (f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" for each in (place.first, place.received))
    return BETWEEN.join((first, place.claimed, received, str(place.operation)))


def held(text: str | None) -> Place | None:
    """None at the beginning; `bad-request` for what we never gave out."""
    if not text:
        return None
    parts = text.split(BETWEEN)
    try:
        first, claimed, received, operation = parts
        place = Place(datetime.fromisoformat(first), claimed, datetime.fromisoformat(received), UUID(operation))
    except ValueError:
        raise RequestRefused("bad-request", after=text) from None
    if place.first.tzinfo is None or place.received.tzinfo is None:
        raise RequestRefused("bad-request", after=text)
    return place


def of_phone(place: devices.Place | None) -> str | None:
    if place is None:
        return None
    at = f"{place.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return BETWEEN.join((str(place.rank), at, str(place.device), str(place.person)))


def phone(text: str | None) -> devices.Place | None:
    """None at the beginning; `bad-request` for what we never gave out."""
    if not text:
        return None
    try:
        rank, at, device, person = text.split(BETWEEN)
        place = devices.Place(int(rank), datetime.fromisoformat(at), UUID(device), UUID(person))
    except ValueError:
        raise RequestRefused("bad-request", after=text) from None
    if place.at.tzinfo is None or not 0 <= place.rank < 10:
        raise RequestRefused("bad-request", after=text)
    return place


def day(text: str | None) -> tuple[date, UUID] | None:
    """None at the beginning; `bad-request` for what we never gave out."""
    if not text:
        return None
    first, key = _split(text)
    try:
        return date.fromisoformat(first), key
    except ValueError:
        raise RequestRefused("bad-request", after=text) from None


def text(value: str | None) -> tuple[str, UUID] | None:
    """None at the beginning; `bad-request` for what we never gave out."""
    return _split(value) if value else None


def _split(value: str) -> tuple[str, UUID]:
    first, _, key = value.rpartition(BETWEEN)
    try:
        return first, UUID(key)
    except ValueError:
        raise RequestRefused("bad-request", after=value) from None
