"""Overlap: what every agency did or plans at a site this year, what stands against a visit, or a joint team instead."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.overlap import Kind, Overlap, Visit, overlaps
from inspect_app.domain.people import Actor
from inspect_app.domain.visibility import Fact, Reader, of_visit, relation
from inspect_app.services import visit_news
from inspect_app.store import audit, joint_offers, people, visits
from inspect_app.store.database import Tx
from inspect_app.store.tables import Site
from inspect_app.store.visits import SeenVisit

OFFERED = "inspection.joint-offered"


def seen_in_years(tx: Tx, site: Site, first_day: date, last_day: date) -> list[SeenVisit]:
    """What any agency did or plans at this site and this organisation in the calendar years of the window."""
    return visits.seen_visits(
        tx,
        site=site.id,
        organisation=site.organisation_id,
        first_day=date(first_day.year, 1, 1),
        last_day=date(last_day.year, 12, 31),
    )


def shown_to(seen: Iterable[SeenVisit], reader: Actor) -> list[SeenVisit]:
    """The visits as this reader may know them; those that are none of the reader's business are left out."""
    shown = []
    for each in seen:
        facts = of_visit(relation(Reader.of(reader), each.agency_id), each.state)
        if Fact.DAYS in facts:
            shown.append(each if Fact.COUNT in facts else replace(each, failing=None))
    return shown


def find(
    seen: Sequence[SeenVisit], kind: Kind, first_day: date, last_day: date, content: Sequence[str]
) -> list[Overlap]:
    """The reasons against a visit, from what was seen."""
    wanted = Visit("", "", kind, first_day, last_day, frozenset(content))
    others = [
        Visit(each.number, each.agency, Kind(each.kind), each.first_day, each.last_day, each.content) for each in seen
    ]
    return overlaps(wanted, others)


def refuse(found: Sequence[Overlap], ground: str) -> None:
    """RuleBroken "overlap": a person has not said why the visit is made all the same."""
    if found and not ground.strip():
        numbers = ", ".join(dict.fromkeys(each.visit.number for each in found))
        raise RuleBroken("overlap", visits=numbers, reasons=sorted({str(each.reason) for each in found}))


def told(found: Iterable[Overlap]) -> list[dict[str, str]]:
    """The overlaps as the audit keeps them, beside the ground that was given."""
    return [{"visit": each.visit.number, "reason": str(each.reason)} for each in found]


def offer_joint_team(tx: Tx, visit: UUID, *, note: str, actor: Actor, now: datetime) -> SeenVisit:
    """Ask the agency whose visit stands in the way to go together. A second time changes nothing.

    They decide: whom of ours they take into their team is their own step. RuleBroken: unknown-inspection (not one of
    another agency that is still ahead).
    """
    there = visits.seen_visit(tx, visit)
    known = there is not None and there.agency_id != actor.agency and there.state == "assigned"
    if there is None or not known or not shown_to([there], actor):
        raise RuleBroken("unknown-inspection", inspection=str(visit))
    if not joint_offers.is_made(tx, OFFERED, visit):
        facts: dict[str, object] = {"visit": there.number, "agency": there.agency_id, "note": note.strip()}
        audit.note(tx, audit.Entry(actor.agency, actor.id, OFFERED, f"inspection:{visit}", now, facts))
        ours = people.agency(tx, actor.agency)
        name = ours.short_name if ours else actor.agency
        visit_news.joint_offered(
            tx, visit, there.number, there.agency_id, from_agency=name, note=note.strip(), by=actor, now=now
        )
    return there
