"""Who and where: the accounts, the invented organisations and their sites, from the tables beside this file."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from inspect_app.demo import profiles
from inspect_app.domain.people import Actor, Role
from inspect_app.services import organisations as organisation_services
from inspect_app.services import site_parties, sites
from inspect_app.services.organisations import NewOrganisation
from inspect_app.services.sites import NewSite
from inspect_app.store import audit
from inspect_app.store.database import Tx
from inspect_app.store.tables import Organisation, Person, Site

DATA = Path(__file__).parent / "data"
# Names in the demo become ids that stay the same from one installation to the next.
NAMESPACE = UUID("0c6a2e0d-41f7-5a63-8b8d-5f0b6c1e9a77")


@dataclass(frozen=True, slots=True)
class Cast:
    """Everything the story is played with, by the names used in the tables."""

    people: dict[str, Actor]
    sites: dict[str, Site]
    organisations: dict[str, Organisation]
    titles: dict[str, str]


def demo_id(kind: str, name: str) -> UUID:
    return uuid5(NAMESPACE, f"{kind}/{name}")


def usernames() -> list[tuple[str, str, str]]:
    """(username, name, title) of every account, for the list that is printed."""
    return [(row["username"], row["name"], row["title"]) for row in _rows("people.csv")]


def enter(tx: Tx, *, password_hash: str, now: datetime) -> Cast:
    """Write people, organisations, sites and who works on them. One hash serves all: they share the password."""
    people, titles = _people(tx, password_hash, now)
    admin = people["admin"]
    site_rows = _rows("sites.csv")
    communes = {each.code: each.name for each in sites.list_communes(tx)}
    addresses = {row["organisation"]: f"{row['address']}, {communes[row['commune_code']]}" for row in site_rows}
    organisations = {
        row["key"]: organisation_services.register(
            tx,
            NewOrganisation(
                row["name"],
                row["tax_code"],
                household=row["household"] == "1",
                representative=row["representative"],
                phone=row["phone"],
                address=row["address"] or addresses.get(row["key"], "Phường Phan Đình Phùng"),
                invented=True,
            ),
            actor=admin,
            now=now,
            known_id=demo_id("organisation", row["key"]),
        )
        for row in _rows("organisations.csv")
    }
    entered = {
        row["key"]: sites.register_site(
            tx,
            _new_site(row, organisations[row["organisation"]].id),
            actor=admin,
            now=now,
            known_id=demo_id("site", row["key"]),
        )
        for row in site_rows
    }
    for row in _rows("parties.csv"):
        site, organisation = entered[row["site"]], organisations[row["organisation"]]
        site_parties.add(tx, site.id, organisation.id, row["role"], actor=admin, now=now)
    tx.expire_all()
    profiles.enter(tx, entered, actor=admin, now=now)
    return Cast(people, entered, organisations, titles)


def _people(tx: Tx, password_hash: str, now: datetime) -> tuple[dict[str, Actor], dict[str, str]]:
    people: dict[str, Actor] = {}
    titles: dict[str, str] = {}
    for row in _rows("people.csv"):
        person = Person(
            id=demo_id("person", row["username"]),
            agency_id=row["agency"],
            username=row["username"],
            name=row["name"],
            title=row["title"],
            role=Role(row["role"]),
            password_hash=password_hash,
            created_at=now,
        )
        tx.add(person)
        facts: dict[str, object] = {"username": person.username, "demo": True}
        audit.note(tx, audit.Entry(person.agency_id, None, "person.added", f"person:{person.id}", now, facts))
        people[person.username] = Actor(person.id, person.agency_id, Role(row["role"]), person.name, person.username)
        titles[person.username] = person.title
    tx.flush()
    return people, titles


def _new_site(row: dict[str, str], owner: UUID) -> NewSite:
    contacts = [
        dict(zip(("name", "role", "phone"), each.split("|"), strict=True)) for each in row["contacts"].split(";")
    ]
    return NewSite(
        row["kind"],
        row["name"],
        row["address"],
        row["commune_code"],
        row["sector"],
        owner,
        zone_id=row["zone_id"] or None,
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        workers=int(row["workers"]),
        contacts=contacts,
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
