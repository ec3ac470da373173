"""Suggestions by risk: points computed by the worker, shown with their reasons, under weights a supervisor may set."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.people import Actor
from inspect_app.domain.risk import USUAL, Reason, check_weights
from inspect_app.services.chore import Tools
from inspect_app.store import audit, risk, risk_marks
from inspect_app.store import sites as store_sites
from inspect_app.store.database import Tx
from inspect_app.store.risk import DEFAULT, Filter
from inspect_app.store.tables import RiskWeights, Site, SiteRisk

__all__ = ["Filter", "compute_due", "of_agency", "set_weights", "suggestions"]

EVERY = timedelta(minutes=1)  # new weights hold within a minute
FRESH = timedelta(hours=6)
PAGE = 50


def of_agency(tx: Tx, agency: str) -> tuple[dict[Reason, int], RiskWeights | None]:
    """The weights that hold for an agency, and the setting they come from; None: the usual ones."""
    row = risk.weights_of(tx, agency)
    return ({Reason(name): int(points) for name, points in row.weights.items()} if row else dict(USUAL)), row


def suggestions(
    tx: Tx, wanted: Filter, *, after: tuple[int, UUID] | None, actor: Actor
) -> tuple[list[tuple[SiteRisk, Site]], tuple[int, UUID] | None]:
    """Sites by points under the agency's weights, as far as they were computed; else under the usual ones."""
    own = actor.agency if risk_marks.last(tx, actor.agency) else DEFAULT
    found = risk.page(tx, own, wanted, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    return rows, ((rows[-1][0].score, rows[-1][0].site_id) if len(found) > PAGE else None)


def set_weights(
    tx: Tx, weights: Mapping[Reason, int], *, reason: str, actor: Actor, now: datetime
) -> RiskWeights | None:
    """A new setting; the old one stays readable. The same again changes nothing. RuleBroken "bad-weights"."""
    check_weights(weights)
    before, row = of_agency(tx, actor.agency)
    if before == dict(weights):
        return row
    plain = {str(each): points for each, points in weights.items()}
    made = RiskWeights(
        agency_id=actor.agency,
        number=row.number + 1 if row else 1,
        weights=plain,
        reason=reason.strip(),
        by_id=actor.id,
        at=now,
    )
    tx.add(made)
    tx.flush()
    facts: dict[str, object] = {"weights": plain, "reason": made.reason}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "risk.weights", f"agency:{actor.agency}", now, facts))
    return made


def compute_due(tools: Tools, now: datetime) -> str:
    """The usual scheme and every agency's own, where the weights are new or the points are old."""
    with tools.reading() as tx:
        rows, communes = risk.all_weights(tx), [each.code for each in store_sites.communes(tx)]
        schemes = {DEFAULT: (0, dict(USUAL))}
        schemes |= {
            row.agency_id: (row.number, {Reason(name): int(points) for name, points in row.weights.items()})
            for row in rows
        }
        due = {name: each for name, each in schemes.items() if _is_due(risk_marks.last(tx, name), each[0], now)}
    sites = 0
    for scheme, (number, weights) in due.items():
        sites = 0
        for commune in communes:  # short transactions: nobody who writes waits long
            with tools.writing() as tx:
                sites += risk.compute(tx, scheme, weights, local_day(now), commune)
                tx.commit()
        with tools.writing() as tx:
            risk_marks.set_last(tx, scheme, number, now)
            tx.commit()
    return f"{len(due)} bộ trọng số, {sites} cơ sở" if due else ""


def _is_due(last: tuple[int, datetime] | None, number: int, now: datetime) -> bool:
    return last is None or last[0] != number or now - last[1] >= FRESH
