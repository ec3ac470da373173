"""Every answer that stands, one row each: what statistics are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.checklists import Item, Verdict, verdict
from inspect_app.domain.clocks import moment
from inspect_app.domain.operations import Entry, Folded, Head, fold
from inspect_app.store import answers as store
from inspect_app.store.answers import Filter, Visit, Written
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx

__all__ = ["Answer", "Filter", "Place", "Visit", "every", "page"]

TOGETHER = 40  # inspections whose operations are read at once: some 5,000 rows
Place = tuple[UUID, str]  # the last answer already seen: inspection and item


@dataclass(slots=True)  # not frozen: there are millions of them
class Answer:
    """One answer that stands. Where two people differ and nobody has decided, each is a row of its own."""

    visit: Visit
    checklist: str
    version: int
    id: str
    item: Item | None  # None: its checklist is no longer here
    question: str
    value: Any
    verdict: str
    in_conflict: bool
    note: str
    photos: int
    by: str
    at: datetime  # as the phone's clock said
    received_at: datetime
    lat: float | None
    lon: float | None


def page(
    tx: Tx, wanted: Filter, *, after: Place | None, limit: int, library: Library
) -> tuple[list[Answer], Place | None]:
    """Some answers, and the place where the next ones begin (None: the end). A disagreement is never cut in two."""
    found: list[Answer] = []
    for answer in every(tx, wanted, library=library, after=after, together=max(1, limit // 50)):
        if len(found) >= limit and (answer.visit.id, answer.id) != (found[-1].visit.id, found[-1].id):
            return found, (found[-1].visit.id, found[-1].id)
        found.append(answer)
    return found, None


def every(
    tx: Tx, wanted: Filter, *, library: Library, after: Place | None = None, together: int = TOGETHER
) -> Iterator[Answer]:
    """All of them, by inspection and item. Read whole inspections at a time, so memory does not grow."""
    names = store.names(tx)
    asked = _Questions(library)
    since = after[0] if after else None
    while True:
        visits = store.visits(tx, wanted, since=since, limit=together + 1)
        here = visits[:together]
        ids = [each.id for each in here]
        written, checklists = store.written(tx, ids), store.checklists(tx, ids)
        for visit in here:
            questions = asked.of(checklists.get(visit.id, ()))
            for answer in _answers(visit, written[visit.id], questions, names, wanted):
                if after is None or (visit.id, answer.id) > after:
                    yield answer
        if len(visits) <= together:
            return
        since = visits[together].id


class _Questions:
    """Which list an item belongs to: the same lists come again and again."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[tuple[tuple[str, int], ...], Mapping[str, tuple[str, int, Item]]] = {}

    def of(self, checklists: tuple[tuple[str, int], ...]) -> Mapping[str, tuple[str, int, Item]]:
        if checklists not in self._known:
            found: dict[str, tuple[str, int, Item]] = {}
            for code, version in checklists:
                try:
                    items = self._library.get(code, version).items
                except KeyError:
                    continue  # taken out of the folder since: its answers are told without the question
                for item in items:
                    found.setdefault(item.id, (code, version, item))
            self._known[checklists] = found
        return self._known[checklists]


def _answers(
    visit: Visit,
    written: list[Written],
    questions: Mapping[str, tuple[str, int, Item]],
    names: Mapping[UUID, str],
    wanted: Filter,
) -> Iterator[Answer]:
    folded = fold(Entry(each.body, str(each.by), "") for each in written)
    people = {str(each.by): names.get(each.by, "") for each in written}
    received = {each.body["id"]: each.received_at for each in written}
    for item in sorted(folded["answers"]):
        code, version, question = questions.get(item, (item.partition("-")[0], 0, None))
        if (wanted.item and item != wanted.item) or (wanted.checklist and code != wanted.checklist):
            continue
        register = folded["answers"][item]
        heads = register["heads"] if register["state"] == "conflict" else register["heads"][:1]
        for head in heads:
            if head["value"] is None:
                continue  # taken back
            said = verdict(question, head["value"], visit.visited_on) if question else ""
            if wanted.failing and said != Verdict.FAIL:
                continue
            lat, lon = _position(head, visit)
            yield Answer(
                visit=visit,
                checklist=code,
                version=version,
                id=item,
                item=question,
                question=question.ask if question else "",
                value=head["value"],
                verdict=str(said),
                in_conflict=register["state"] == "conflict",
                note=_note(folded, item),
                photos=len(folded["photos"].get(item, ())),
                by=people[head["by"]],
                at=moment(head["t"]),
                received_at=received[head["id"]],
                lat=lat,
                lon=lon,
            )


def _note(folded: Folded, item: str) -> str:
    notes = folded["notes"].get(item)
    return "\n".join(head["text"] for head in notes["heads"]) if notes else ""


def _position(head: Head, visit: Visit) -> tuple[float | None, float | None]:
    """Where the answer was given; the site, when the phone did not know."""
    return (head["gps"][0], head["gps"][1]) if head["gps"] else (visit.lat, visit.lon)
