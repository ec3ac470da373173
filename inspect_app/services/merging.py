"""Putting two entries of one organisation or site together, by a person's word, and taking them apart again.

Nothing is deleted: the lost row stays and says into which it went. What pointed at it points at the kept one, so every
list, history and search for repeats sees one; each merge remembers what it moved.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.domain.tax_codes import check_digit
from inspect_app.services import organisations, sites
from inspect_app.store import audit, duplicates, merging, violations
from inspect_app.store import changes as change_log
from inspect_app.store import sites as site_store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Merge

PAGE = 50


def merge(
    tx: Tx, merge_id: UUID, kind: str, *, kept: UUID, lost: UUID, reason: str, actor: Actor, now: datetime
) -> Merge:
    """From now on `lost` is `kept`. The same id again changes nothing.

    RuleBroken "merge-same", "merged-away" (one of them is elsewhere already), "merge-codes" (two sound tax codes),
    "unknown-organisation" or "unknown-site".
    """
    there = tx.get(Merge, merge_id)
    if there is not None:
        return there
    if kept == lost:
        raise RuleBroken("merge-same")
    stays, goes = _row(tx, kind, kept), _row(tx, kind, lost)
    for row in (stays, goes):
        if row.merged_into is not None:
            raise RuleBroken("merged-away", into=str(row.merged_into))
    if kind == "organisation" and _both_sound(stays.tax_code, goes.tax_code):
        raise RuleBroken("merge-codes", one=stays.tax_code, other=goes.tax_code)
    _tell_phones(tx, kind, lost)
    goes.merged_into = kept
    tx.flush()
    moved = merging.move(tx, kind, lost, kept)
    row = Merge(
        id=merge_id,
        kind=kind,
        kept_id=kept,
        lost_id=lost,
        reason=reason,
        moved=moved,
        merged_by=actor.id,
        merged_at=now,
    )
    tx.add(row)
    _settle(tx, kind, kept, lost, actor, now)
    counted = {f"{each['table']}.{each['column']}": len(each["keys"]) + len(each["out"]) for each in moved}
    facts: dict[str, object] = {"kept": str(kept), "lost": str(lost), "reason": reason, "moved": counted}
    audit.note(tx, audit.Entry(actor.agency, actor.id, f"{kind}.merged", f"{kind}:{kept}", now, facts))
    return row


def undo(tx: Tx, merge_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Merge:
    """Take them apart: what was moved goes back; what came since stays with the kept one.

    RuleBroken "unknown-pair", "merge-undone" (done before, or the kept one was merged on since).
    """
    row = tx.get(Merge, merge_id)
    if row is None:
        raise RuleBroken("unknown-pair")
    lost, kept = _row(tx, row.kind, row.lost_id), _row(tx, row.kind, row.kept_id)
    if row.undone_at is not None or lost.merged_into != kept.id or kept.merged_into is not None:
        raise RuleBroken("merge-undone")
    lost.merged_into = None
    lost.keyed = kept.keyed = 0
    tx.flush()
    merging.move_back(tx, row.moved, row.lost_id, row.kept_id)
    row.undone_by, row.undone_at, row.undo_reason = actor.id, now, reason
    tx.flush()
    tx.expire_all()
    _refresh(tx, row.kind, row.kept_id, row.lost_id)
    facts: dict[str, object] = {"kept": str(row.kept_id), "lost": str(row.lost_id), "reason": reason}
    audit.note(tx, audit.Entry(actor.agency, actor.id, f"{row.kind}.parted", f"{row.kind}:{row.kept_id}", now, facts))
    return row


def merged_into(tx: Tx, row_id: UUID) -> list[Merge]:
    return duplicates.merges_into(tx, row_id)


def lost(tx: Tx, kind: str, merges: list[Merge]) -> dict[UUID, Any]:
    """The entries behind these merges, by id."""
    return dict(duplicates.lost(tx, kind, merges)) if merges else {}


def _row(tx: Tx, kind: str, row_id: UUID) -> Any:
    if kind == "organisation":
        return organisations.get(tx, row_id)
    return sites.get(tx, row_id)


def _both_sound(one: str | None, other: str | None) -> bool:
    """Two different codes of ten digits whose check digits are right belong to two enterprises."""
    if not one or not other or one == other:
        return False
    return all(len(code) >= 10 and code[:10].isdigit() and len(code) != 12 and _is_sound(code) for code in (one, other))


def _is_sound(code: str) -> bool:
    return check_digit(code[:10]) == int(code[9])


def _settle(tx: Tx, kind: str, kept: UUID, lost: UUID, actor: Actor, now: datetime) -> None:
    """The pairs the lost one was in are answered; the kept one is looked at anew with all it has now."""
    for pair in duplicates.pairs_with(tx, lost):
        is_this = {pair.first_id, pair.second_id} == {kept, lost}
        pair.state, pair.decided_at = "merged", now
        pair.decided_by = actor.id if is_this else None
    duplicates.forget(tx, lost)
    tx.flush()
    tx.expire_all()
    _row(tx, kind, kept).keyed = 0
    _refresh(tx, kind, kept)
    _tell_phones(tx, kind, kept)


def _refresh(tx: Tx, kind: str, *rows: UUID) -> None:
    """Sites are found by the name of the organisation they belong to now."""
    if kind == "organisation":
        for row in rows:
            owner = site_store.organisation(tx, row)
            for site in site_store.owned_by(tx, row):
                if owner is not None:
                    site.search_key = organisations.site_search_key(site, owner)


def _tell_phones(tx: Tx, kind: str, row_id: UUID) -> None:
    """Phones on their way there learn with whom they deal."""
    of_site = {row_id} if kind == "site" else {each.id for each in site_store.works_of(tx, row_id)}
    organisation = () if kind == "site" else (row_id,)
    for site in of_site:
        for person, inspection in violations.on_the_way(tx, site, organisation):
            change_log.tell(tx, person, "visit", inspection)
