"""From facts to rows: what an inspection's operations amount to, recomputed whole after every push.

Nothing here is an event. The same operations give the same rows, with the same ids, however often and in whatever
order they came; what people did since (steps on a violation) is never touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from inspect_app.domain.checklists import Checklist
from inspect_app.domain.clocks import moment
from inspect_app.domain.deadlines import proposed_deadline
from inspect_app.domain.inspections import Failing, Standing, standing
from inspect_app.domain.operations import Folded, Head
from inspect_app.domain.search import folded as without_marks
from inspect_app.domain.violations import default_kind, start_statuses, violation_id
from inspect_app.store import changes, findings, inspections
from inspect_app.store import violations as violations_store
from inspect_app.store.database import Tx
from inspect_app.store.findings import Present
from inspect_app.store.inspections import Place
from inspect_app.store.results import Near

LONGEST_REASON = 300
_folded = lru_cache(maxsize=4096)(without_marks)  # the same names and questions come again and again
_GRAVEST_FIRST = ("violation", "shortcoming", "advice")


@dataclass(frozen=True, slots=True)
class Difference:
    """What deriving changed in the registry, by item."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    # The item no longer fails, but people have already acted on the violation: they decide, not we.
    stands_unsupported: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        names = ("added", "removed", "rewritten", "stands_unsupported")
        return {name: list(getattr(self, name)) for name in names if getattr(self, name)}


def counters(folded: Folded, on_date: date, checklists: Sequence[Checklist]) -> tuple[Standing, dict[str, Any]]:
    """What the answers amount to, and the columns of the inspection that say so."""
    stands = standing(folded, checklists, on_date)
    return stands, {
        "answered": stands.answered,
        "failing": len(stands.failing),
        "conflicts": stands.conflicts,
        "photos": sum(len(each) for each in folded["photos"].values()),
        "visited_on": on_date,
    }


# --- photos --------------------------------------------------------------------------------------


def photos(
    tx: Tx, place: Place, new: Sequence[Mapping[str, Any]], folded: Folded, *, person: UUID, skew: timedelta
) -> None:
    """A row for each photo operation that came with this push, and the reason on those that were withdrawn by it."""
    withdrawn = folded["withdrawn"]
    rows = [_photo(place, op, person, skew, withdrawn.get(op["id"])) for op in new if op["k"] == "photo"]
    if rows:
        inspections.add_photos(tx, rows)
    came = {op["id"] for op in new}
    for ref, withdrawal in withdrawn.items():
        if withdrawal["id"] in came and ref not in came:
            inspections.withdraw_photo(tx, UUID(ref), withdrawal["reason"][:LONGEST_REASON])


def _photo(
    place: Place, op: Mapping[str, Any], person: UUID, skew: timedelta, withdrawal: Head | None
) -> dict[str, Any]:
    lat, lon, accuracy, _ = op.get("gps") or (None, None, None, None)
    return {
        "id": UUID(op["id"]),
        "agency_id": place.agency,
        "inspection_id": place.id,
        "item": op["i"],
        "sha256": op["sha"],
        "size": min(op["size"], 2**31 - 1),
        "width": op["w"],
        "height": op["h"],
        "source": op["src"],
        "person_id": person,
        "taken_at": moment(op["t"], skew),
        "lat": lat,
        "lon": lon,
        "accuracy": accuracy,
        "withdrawn": withdrawal["reason"][:LONGEST_REASON] if withdrawal else None,
    }


# --- violations ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Later:
    """New violations, and where the registry changed: what is still to be written, and whose phones to be told."""

    found: Sequence[Mapping[str, Any]] = ()
    near: Near | None = None


def violations(
    tx: Tx,
    place: Place,
    folded: Folded,
    stands: Standing,
    *,
    on: date,
    now: datetime,
    later: Later | None = None,
) -> Difference:
    """Make the registry say what the answers say. Rows with steps keep what the steps moved, and are never removed.

    later: takes what whoever asks writes together with what else it knows, and tells; else it is done here.
    """
    present = {each.item: each for each in findings.of_inspection(tx, place.id)} if place.submitted_at else {}
    failing = {each.item.id: each for each in stands.failing}
    if not failing and not present:
        return Difference()
    known = _organisations(tx, folded)
    wanted = {item: _violation(place, folded, each, known, on) for item, each in failing.items()}
    fresh = [{**_fixed(place, failing[item], now), **row} for item, row in wanted.items() if item not in present]
    stale = [
        {"id": there.id, "item": item, **row}
        for item, there in present.items()
        if item in wanted and (row := _unless_moved(wanted[item], there)) != there.derived
    ]
    gone = [each for item, each in present.items() if item not in wanted and not each.steps]
    standing_alone = [item for item, each in present.items() if item not in wanted and each.steps]
    if fresh and not later:
        findings.add(tx, fresh)
    if stale:
        findings.rewrite(tx, stale)
    if gone:
        findings.remove(tx, [each.id for each in gone])
    if fresh or stale or gone:
        near = Near(place.site, {row["organisation_id"] for row in (*fresh, *stale)} | {place.organisation})
        if later:
            later.found, later.near = fresh, near
        else:
            tell(tx, violations_store.on_the_way(tx, near.site, near.organisations, not_of=place.id))
    return Difference(
        added=tuple(row["item"] for row in fresh),
        removed=tuple(each.item for each in gone),
        rewritten=tuple(row["item"] for row in stale),
        stands_unsupported=tuple(standing_alone),
    )


def tell(tx: Tx, on_the_way: Iterable[tuple[UUID, UUID]]) -> None:
    """Phones of other visits, here or to the same organisations, learn what was found before."""
    for person, inspection in on_the_way:
        changes.tell(tx, person, "visit", inspection)


def _value(failing: Failing, heads: Sequence[Head]) -> dict[str, Any]:
    """The answers that stand, and what was searched before the finding was written, as far as the phones said it."""
    searched = [{**head["searched"], "by": head["by"]} for head in heads if head.get("searched")]
    return {"heads": failing.register["heads"], **({"searched": searched} if searched else {})}


def _unless_moved(row: dict[str, Any], there: Present) -> dict[str, Any]:
    """Once a person has taken a step, what steps may move stays where they moved it."""
    return {**row, **{name: there.derived[name] for name in findings.MOVED_BY_STEPS}} if there.steps else row


def _organisations(tx: Tx, folded: Folded) -> dict[UUID, UUID]:
    """The organisations that findings name, as far as they exist, and who stands for each since."""
    named = {
        UUID(head["responsible"])
        for each in folded["findings"].values()
        for head in each["heads"]
        if head["responsible"]
    }
    return inspections.organisations(tx, named) if named else {}


def _fixed(place: Place, failing: Failing, now: datetime) -> dict[str, Any]:
    """What a violation is born with and keeps."""
    author = UUID(failing.register["heads"][0]["by"])
    return {
        "id": violation_id(place.id, failing.item.id),
        "agency_id": place.agency,
        "code": f"{place.number}/{failing.item.id}",
        "inspection_id": place.id,
        "item": failing.item.id,
        "checklist": failing.checklist.code,
        "site_id": place.site,
        "commune_code": place.commune_code,
        "zone_id": place.zone_id,
        "sector": place.sector,
        "sanction_status": "none",
        "fine_vnd": None,
        "author_id": author,
        "owner_id": author,
        "version": 1,
        "recorded_at": now,
    }


def _violation(place: Place, folded: Folded, failing: Failing, known: Mapping[UUID, UUID], on: date) -> dict[str, Any]:
    """What the facts say about a failing item: the columns of findings.DERIVED."""
    item = failing.item
    found = folded["findings"].get(item.id)
    heads = found["heads"] if found else []
    said = {head["kind"] for head in heads}
    deadlines = [date.fromisoformat(head["deadline"]) for head in heads if head["deadline"]]
    named = [UUID(head["responsible"]) for head in heads if head["responsible"]]
    statuses = start_statuses(
        signed=bool(folded["refusal"] or {"leader", "subject"} & folded["signatures"].keys()),
        stop_demanded=any(head["stop_demanded"] for head in heads),
        stop_proposed=any(head["stop_proposed"] for head in heads),
    )
    notes = folded["notes"].get(item.id)
    code = f"{place.number}/{item.id}"
    return {
        "kind": next(
            (kind for kind in _GRAVEST_FIRST if kind in said), default_kind(has_penalties=bool(item.penalties))
        ),
        "severity": item.severity,
        "title": item.ask,
        "observed": "\n".join(head["text"] for head in notes["heads"]) if notes else "",
        "value": _value(failing, heads),
        "basis": [
            {"label": each.label, "at": each.at, "title": each.title, "confidence": str(each.confidence)}
            for each in item.basis
        ],
        "penalties": [each.code for each in item.penalties],
        "in_conflict": failing.in_conflict,
        "organisation_id": next((known[each] for each in named if each in known), place.organisation),
        "found_on": on,
        "deadline": min(deadlines, default=proposed_deadline(on, item.remedy_days)),
        "remedy_status": str(statuses.remedy),
        "stop_status": str(statuses.stop),
        "search_key": " ".join(
            _folded(each)
            for each in (code, place.site_name, place.organisation_name, place.tax_code, place.commune, item.ask)
            if each
        ),
    }
