"""What would become of the rows of a list: new, a change, already here, or two that cannot both be true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from rapidfuzz import fuzz

from inspect_app.domain.company_names import parse
from inspect_app.domain.search import folded, search_key
from inspect_app.domain.site_rows import Fault, Reference, Row
from inspect_app.services.sites import NewSite
from inspect_app.store import site_imports as store
from inspect_app.store.database import Tx
from inspect_app.store.tables import Site

ALIKE = 80
# Field of a row → column of the site. What the file does not say stays as it is.
CHANGING = {
    "address": "address",
    "zone": "zone_id",
    "sector": "sector",
    "kind": "kind",
    "workers": "workers",
    "lat": "lat",
    "lon": "lon",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """outcome: new | changed | same | bad. organisation: the known one; owner: what tells owners apart."""

    row: Row
    outcome: str
    site: Site | None = None
    organisation: UUID | None = None
    owner: str = ""


@dataclass(slots=True)
class Judge:
    """Remembers what the file said so far: a tax code under two names, and a place that is there twice."""

    tx: Tx
    batch_of: UUID | None = None
    owners: dict[str, tuple[str, int]] = field(default_factory=dict)  # tax code → (name, row)
    places: dict[tuple[str, str, str], int] = field(default_factory=dict)
    made: dict[str, UUID] = field(default_factory=dict)  # owner → the organisation an earlier row has made
    looked_at: list[Site] = field(default_factory=list)

    def all(self, rows: Sequence[Row]) -> list[Verdict]:
        sound = [row for row in rows if row.is_sound]
        known = store.by_tax_code(self.tx, {row.tax_code for row in sound if row.tax_code})
        there: dict[tuple[str, str, str], Site] = {}
        found = store.sites_of(self.tx, {key for key, _ in known.values()})
        code_of = {key: code for code, (key, _) in known.items()}
        for site in found:
            there[code_of[site.organisation_id], folded(site.name), site.commune_code] = site
        nameless = store.sites_named(self.tx, {row.name for row in sound if not row.tax_code})
        for site in nameless:
            owner = _owner_of(site.organisation.name, site.commune_code)
            there[owner, folded(site.name), site.commune_code] = site
        self.looked_at += [*found, *nameless]
        return [self._one(row, known, there) for row in rows]

    def forget(self) -> None:
        store.forget(self.tx, self.looked_at)
        self.looked_at.clear()

    def _one(
        self, row: Row, known: Mapping[str, tuple[UUID, str]], there: Mapping[tuple[str, str, str], Site]
    ) -> Verdict:
        if not row.is_sound:
            return Verdict(row, "bad")
        clash = self._clash(row, known)
        if clash is not None:
            row.faults.append(clash)
            return Verdict(row, "bad")
        owner = row.tax_code or _owner_of(row.organisation, row.commune)
        place = (owner, folded(row.name), row.commune)
        if place in self.places:
            wrong = f"trùng với dòng {self.places[place]}"
            row.faults.append(Fault("", wrong, "xóa một dòng, hoặc ghi tên cơ sở khác nhau"))
            return Verdict(row, "bad")
        self.places[place] = row.number
        site = there.get(place)
        organisation = known[row.tax_code][0] if row.tax_code in known else None
        if site is None:
            return Verdict(row, "new", None, organisation or self.made.get(owner), owner)
        return Verdict(row, "changed" if _changes(site, row) else "same", site, site.organisation_id, owner)

    def _clash(self, row: Row, known: Mapping[str, tuple[UUID, str]]) -> Fault | None:
        if not row.tax_code:
            return None
        name, number = self.owners.setdefault(row.tax_code, (row.organisation, row.number))
        if not alike(name, row.organisation):
            wrong = f"mã số thuế này ở dòng {number} là {name}"
            return Fault("Mã số thuế", wrong, "kiểm tra xem dòng nào sai mã")
        if row.tax_code in known and not alike(known[row.tax_code][1], row.organisation):
            wrong = f"mã số thuế này đang là của {known[row.tax_code][1]}"
            return Fault("Mã số thuế", wrong, "kiểm tra mã, hoặc sửa tên doanh nghiệp trong hệ thống trước")
        return None


def alike(one: str, other: str) -> bool:
    """Close enough for two entries that have the same tax code anyway."""
    if folded(one) == folded(other):
        return True
    here, there = parse(one), parse(other)
    return bool(fuzz.token_set_ratio(" ".join(here.own), " ".join(there.own)) >= ALIKE)


def _owner_of(organisation: str, commune: str) -> str:
    """Without a tax code, a name means somebody in one commune only."""
    return f"{folded(organisation)} @ {commune}"


def _changes(site: Site, row: Row) -> dict[str, Any]:
    given = row.given | ({"lat", "lon"} if row.lat is not None else set())
    wanted = {column: getattr(row, name) for name, column in CHANGING.items() if name in given}
    if "zone_id" in wanted:
        wanted["zone_id"] = wanted["zone_id"] or None
    return {column: value for column, value in wanted.items() if getattr(site, column) != value}


def as_change(site: Site, row: Row) -> NewSite:
    """The site as it is, with what the file says differently."""
    same = ("kind", "name", "address", "commune_code", "sector", "organisation_id", "zone_id", "lat", "lon", "workers")
    values: dict[str, Any] = {name: getattr(site, name) for name in same} | _changes(site, row)
    return NewSite(**values, workforce=dict(site.workforce), hazards=list(site.hazards), contacts=list(site.contacts))


def added(
    import_id: UUID, verdicts: Sequence[Verdict], reference: Reference, now: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[list[Any]]]:
    """Whole rows of organisations and sites for what is new, and what the audit is told: [row, site, organisation]."""
    organisations: dict[str, dict[str, Any]] = {}
    places, told = [], []
    for each in verdicts:
        if each.outcome != "new":
            continue
        owner = each.organisation
        if owner is None:
            made = organisations.setdefault(each.owner, _organisation(import_id, each.row, now))
            owner = made["id"]
        site = _site(import_id, each.row, owner, reference, now)
        places.append(site)
        told.append([each.row.number, str(site["id"]), str(owner)])
    return list(organisations.values()), places, told


def site_id(import_id: UUID, number: int) -> UUID:
    """Made from the row, so that entering it twice cannot make two."""
    return uuid5(import_id, f"site {number}")


def _organisation(import_id: UUID, row: Row, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid5(import_id, f"organisation {row.number}"),
        "name": row.organisation,
        "tax_code": row.tax_code or None,
        "household": row.household,
        "representative": row.representative,
        "phone": row.phone,
        "address": row.address,
        "invented": False,
        "search_key": search_key(row.organisation, row.tax_code, row.address, most=600),
        "merged_into": None,
        "keyed": 0,
        "version": 1,
        "created_at": now,
    }


def _site(import_id: UUID, row: Row, owner: UUID, reference: Reference, now: datetime) -> dict[str, Any]:
    commune = reference.communes[row.commune]
    return {
        "id": site_id(import_id, row.number),
        "kind": row.kind,
        "name": row.name,
        "address": row.address or commune,
        "commune_code": row.commune,
        "zone_id": row.zone or None,
        "sector": row.sector,
        "organisation_id": owner,
        "lat": row.lat,
        "lon": row.lon,
        "workers": row.workers,
        "workforce": {},
        "hazards": [],
        "contacts": [{"name": row.representative, "role": "", "phone": row.phone}] if row.representative else [],
        "ended_at": None,
        "search_key": search_key(row.name, row.organisation, row.tax_code, row.address, commune, most=800),
        "merged_into": None,
        "keyed": 0,
        "version": 1,
        "created_at": now,
    }
