"""Before something is entered: what is there already that it may be. Never in the way; a person decides."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from inspect_app.domain import match_keys
from inspect_app.domain.likeness import LIKELY, NAMESAKE, Entry, Likeness, Place, compare, compare_places
from inspect_app.services.duplicates import entry_of, place_of
from inspect_app.services.organisations import NewOrganisation
from inspect_app.services.sites import NewSite
from inspect_app.store import duplicates as store
from inspect_app.store import sites
from inspect_app.store.database import Tx
from inspect_app.store.duplicates import Row
from inspect_app.store.tables import Organisation, Site

MOST = 5


@dataclass(frozen=True, slots=True)
class Twin:
    """What is there, and why it may be the same. kind: organisation | site."""

    kind: str
    row: Row
    likeness: Likeness


def find(tx: Tx, owner: NewOrganisation, place: NewSite) -> list[Twin]:
    """Most alike first. An owner known by its tax code is found anyway: then only its places are compared."""
    known = _known(tx, owner)
    if known is not None:
        return _sites(tx, known.merged_into or known.id, place)
    return _organisations(tx, owner)


def of_organisation(tx: Tx, new: NewOrganisation) -> list[Twin]:
    """The same for an organisation that is entered without a place; none for one that its tax code finds."""
    if not new.name or _known(tx, new) is not None:
        return []
    return _organisations(tx, new, least=NAMESAKE)


def _known(tx: Tx, new: NewOrganisation) -> Organisation | None:
    return sites.organisation_by_tax_code(tx, new.tax_code) if new.tax_code else None


def _organisations(tx: Tx, new: NewOrganisation, *, least: int = LIKELY) -> list[Twin]:
    mine = Entry(new.name, new.tax_code or "", new.address, new.phone, new.representative, new.household)

    def weigh(row: Row) -> Likeness:
        return compare(mine, entry_of(row)) if isinstance(row, Organisation) else Likeness(0, ())

    return _likely(tx, "organisation", match_keys.of_organisation(mine), weigh, least=least)


def _sites(tx: Tx, owner: UUID, new: NewSite) -> list[Twin]:
    mine = Place(new.name, new.address, new.lat, new.lon)

    def weigh(row: Row) -> Likeness:
        return compare_places(mine, place_of(row)) if isinstance(row, Site) else Likeness(0, ())

    return _likely(tx, "site", match_keys.of_site(owner.hex, new.commune_code, new.name), weigh)


def _likely(tx: Tx, kind: str, keys: list[str], weigh: Callable[[Row], Likeness], *, least: int = LIKELY) -> list[Twin]:
    rows = store.load(tx, kind, store.holding(tx, kind, keys, match_keys.MOST_SHARED))
    found = [Twin(kind, row, weigh(row)) for row in rows.values()]
    likely = [each for each in found if each.likeness.score >= least]
    return sorted(likely, key=lambda each: (-each.likeness.score, each.row.name, each.row.id))[:MOST]
