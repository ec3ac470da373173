"""Organisations: who answers for what is found. Entered once, corrected, found again by every agency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from inspect_app.domain import tax_codes
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Actor
from inspect_app.domain.search import search_key
from inspect_app.store import audit
from inspect_app.store import sites as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Organisation, Site

PAGE = 50
CHANGEABLE = ("name", "tax_code", "household", "representative", "phone", "address")


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is known of an organisation when it is entered. Invented ones have codes that no real one can have."""

    name: str
    tax_code: str | None = None
    household: bool = False
    representative: str = ""
    phone: str = ""
    address: str = ""
    invented: bool = False


def register(
    tx: Tx, new: NewOrganisation, *, actor: Actor, now: datetime, known_id: UUID | None = None
) -> Organisation:
    """Enter an organisation. RuleBroken "bad-tax-code", "bad-check-digit", "personal-number", "tax-code-taken"."""
    _check_code(tx, new.tax_code, household=new.household, invented=new.invented, not_of=None)
    row = Organisation(
        id=known_id or uuid4(),
        name=new.name,
        tax_code=new.tax_code,
        household=new.household,
        representative=new.representative,
        phone=new.phone,
        address=new.address,
        invented=new.invented,
        search_key=_search_key(new),
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    facts: dict[str, object] = {"name": new.name, "tax_code": new.tax_code, "household": new.household}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "organisation.registered", f"organisation:{row.id}", now, facts))
    return row


def change(
    tx: Tx, organisation_id: UUID, new: NewOrganisation, *, version: int, actor: Actor, now: datetime
) -> Organisation:
    """Correct it; the audit keeps what it was. The same again changes nothing, whatever version was read.

    RuleBroken as `register`, and "changed-meanwhile" when somebody else did, "merged-away".
    """
    row = get(tx, organisation_id)
    wanted: dict[str, Any] = {name: getattr(new, name) for name in CHANGEABLE}
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return row
    _refuse_changed(row, version)
    if {"tax_code", "household"} & before.keys():
        _check_code(tx, new.tax_code, household=new.household, invented=row.invented, not_of=row.id)
    for name in before:
        setattr(row, name, wanted[name])
    row.search_key = _search_key(new)
    row.keyed = 0
    tx.flush()
    if {"name", "tax_code"} & before.keys():
        for site in store.owned_by(tx, row.id):
            site.search_key = site_search_key(site, row)
    facts: dict[str, Any] = {"before": before, "after": {name: wanted[name] for name in before}}
    audit.note(tx, audit.Entry(actor.agency, actor.id, "organisation.changed", f"organisation:{row.id}", now, facts))
    return row


def _refuse_changed(row: Organisation, version: int) -> None:
    if row.merged_into is not None:
        raise RuleBroken("merged-away", into=str(row.merged_into))
    if row.version != version:
        raise RuleBroken("changed-meanwhile")


def find_or_register(tx: Tx, new: NewOrganisation, *, actor: Actor, now: datetime) -> Organisation:
    """The one with this tax code, or a new one. RuleBroken "organisation-missing" and as `register`."""
    known = find(tx, new.tax_code) if new.tax_code else None
    if known is not None:
        return known
    if not new.name:
        raise RuleBroken("organisation-missing", tax_code=new.tax_code)
    return register(tx, new, actor=actor, now=now)


def get(tx: Tx, organisation_id: UUID) -> Organisation:
    """RuleBroken "unknown-organisation"."""
    row = store.organisation(tx, organisation_id)
    if row is None:
        raise RuleBroken("unknown-organisation", organisation=str(organisation_id))
    return row


def seek(tx: Tx, organisation_id: UUID) -> Organisation | None:
    return store.organisation(tx, organisation_id)


def find(tx: Tx, tax_code: str) -> Organisation | None:
    """By tax code; one that was put together with another stands for that other."""
    row = store.organisation_by_tax_code(tx, tax_codes.tidy(tax_code))
    return store.organisation(tx, row.merged_into) if row is not None and row.merged_into is not None else row


def page(
    tx: Tx, text: str, *, after: tuple[str, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Organisation], tuple[str, UUID] | None]:
    """A page by name, and where the next one begins (None: this was the last)."""
    found = store.organisations(tx, text, after=after, limit=limit + 1)
    shown = found[:limit]
    return shown, ((shown[-1].name, shown[-1].id) if len(found) > limit else None)


def works_of(tx: Tx, organisation_id: UUID) -> list[Site]:
    """Every site where the organisation answers for something."""
    return store.works_of(tx, organisation_id)


def site_search_key(site: Site, owner: Organisation) -> str:
    return search_key(site.name, owner.name, owner.tax_code, site.address, site.commune.name, most=800)


def _search_key(new: NewOrganisation) -> str:
    return search_key(new.name, new.tax_code, new.address, most=600)


def _check_code(tx: Tx, code: str | None, *, household: bool, invented: bool, not_of: UUID | None) -> None:
    if code is None:
        return
    (tax_codes.check_form if invented else tax_codes.check)(code, household=household)
    holder = store.organisation_by_tax_code(tx, code)
    if holder is not None and holder.id != not_of:
        raise RuleBroken("tax-code-taken", tax_code=code, organisation=holder.name)
