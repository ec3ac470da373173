"""Valid-by-default rows and operations: a test names only what it is about."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import rfc8785

from inspect_app.domain.people import Role, TeamRole
from inspect_app.domain.search import search_key
from inspect_app.store.database import Tx
from inspect_app.store.tables import (
    Inspection,
    InspectionChecklist,
    Organisation,
    Person,
    Site,
    SiteParty,
    TeamMember,
    Violation,
)

Op = dict[str, Any]

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 10 o'clock in Thái Nguyên
TODAY = date(2026, 11, 22)
NOW_MS = int(NOW.timestamp() * 1000)
COMMUNE = "01840"
_numbers = count(1)


def a_person(tx: Tx, agency: str, role: Role, name: str, password_hash: str = "-") -> Person:
    number = next(_numbers)
    person = Person(
        id=uuid4(),
        agency_id=agency,
        username=f"person.{number}",
        name=name,
        title="Chuyên viên",
        role=role,
        password_hash=password_hash,
        created_at=NOW,
    )
    tx.add(person)
    tx.flush()
    return person


def an_organisation(tx: Tx, name: str = "Công ty TNHH Thử Nghiệm") -> Organisation:
    number = next(_numbers)
    row = Organisation(
        id=uuid4(), name=name, tax_code=f"{4600000000 + number}", search_key=search_key(name), created_at=NOW
    )
    tx.add(row)
    tx.flush()
    return row


def a_site(
    tx: Tx,
    organisation: Organisation | None = None,
    *,
    name: str = "Công trình nhà xưởng số 2",
    sector: str = "XDK",
    parties: Sequence[tuple[Organisation, str]] = (),
    commune: str = COMMUNE,
) -> Site:
    owner = organisation or an_organisation(tx)
    row = Site(
        id=uuid4(),
        kind="works",
        name=name,
        address="Đường Lương Ngọc Quyến",
        commune_code=commune,
        sector=sector,
        organisation_id=owner.id,
        lat=21.5942,
        lon=105.8482,
        workers=40,
        contacts=[{"name": "Trần Văn Minh", "role": "Chỉ huy trưởng", "phone": "0912000000"}],
        search_key=search_key(name),
        created_at=NOW,
    )
    tx.add(row)
    tx.flush()
    tx.add_all([SiteParty(site_id=row.id, organisation_id=each.id, role=role) for each, role in parties])
    tx.flush()
    return row


def an_inspection(
    tx: Tx,
    agency: str,
    team: Sequence[UUID],
    *,
    site: Site | None = None,
    checklists: Sequence[tuple[str, int]] = (("GEN", 1),),
    **columns: Any,
) -> Inspection:
    """The first of the team leads it."""
    place = site or a_site(tx)
    row = Inspection(
        **{
            "id": uuid4(),
            "agency_id": agency,
            "number": f"KT-2026-{next(_numbers):04d}",
            "site_id": place.id,
            "organisation_id": place.organisation_id,
            "kind": "kiem-tra",
            "planned": True,
            "ground": "thematic-plan",
            "window_start": TODAY,
            "window_end": TODAY,
            "state": "assigned",
            "created_by": team[0],
            "created_at": NOW,
            **columns,
        }
    )
    tx.add(row)
    tx.flush()
    for position, person in enumerate(team):
        role = TeamRole.MEMBER if position else TeamRole.LEADER
        tx.add(TeamMember(inspection_id=row.id, person_id=person, role=role, is_secretary=position == 1))
    for position, (code, version) in enumerate(checklists):
        tx.add(
            InspectionChecklist(inspection_id=row.id, code=code, version=version, sha256="0" * 64, position=position)
        )
    tx.flush()
    return row


def a_violation(tx: Tx, inspection: Inspection, **columns: Any) -> Violation:
    item = columns.get("item", f"GEN-{next(_numbers) % 99:02d}")
    row = Violation(
        **{
            "id": uuid4(),
            "agency_id": inspection.agency_id,
            "code": f"{inspection.number}/{item}",
            "inspection_id": inspection.id,
            "item": item,
            "checklist": "GEN",
            "kind": "violation",
            "severity": 3,
            "title": "Không có lối thoát nạn",
            "observed": "",
            "value": {"heads": []},
            "site_id": inspection.site_id,
            "organisation_id": inspection.organisation_id,
            "commune_code": COMMUNE,
            "sector": "XDK",
            "found_on": TODAY,
            "deadline": TODAY,
            "remedy_status": "recorded",
            "sanction_status": "none",
            "stop_status": "none",
            "author_id": inspection.created_by,
            "owner_id": inspection.created_by,
            "search_key": "",
            "recorded_at": NOW,
            **columns,
        }
    )
    tx.add(row)
    tx.flush()
    return row


class Phone:
    """A phone as the server sees it: numbers its operations, keeps the chain, remembers nothing else."""

    def __init__(self, person: UUID, device: UUID | None = None) -> None:
        self.person = person
        self.device = device or uuid4()
        self.written: dict[UUID, list[Op]] = {}

    def write(self, inspection: UUID, k: str, /, **fields: Any) -> Op:
        """The next operation. Any field may be given, also a wrong one."""
        mine = self.written.setdefault(inspection, [])
        op = {"id": new_id(), "n": len(mine) + 1, "t": NOW_MS, "m": 1000 + len(mine), "k": k, **fields}
        mine.append(op)
        return op

    def answer(self, inspection: UUID, item: str, value: Any, sup: Sequence[Op] = ()) -> Op:
        return self.write(inspection, "answer", i=item, v=value, sup=[op["id"] for op in sup])

    def comment(self, inspection: UUID, item: str, text: str) -> Op:
        return self.write(inspection, "comment", i=item, text=text, sup=[])

    def photo(self, inspection: UUID, item: str, content: bytes, **fields: Any) -> Op:
        given = {
            "i": item,
            "sha": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "mime": "image/jpeg",
            "w": 1200,
            "h": 1600,
            "src": "camera",
            "gps": [21.5942, 105.8482, 8.5, NOW_MS],
        }
        return self.write(inspection, "photo", **{**given, **fields})

    def finding(self, inspection: UUID, item: str, **fields: Any) -> Op:
        given: dict[str, Any] = {
            "i": item,
            "kind": "violation",
            "responsible": None,
            "responsible_text": "",
            "deadline": None,
            "stop_demanded": False,
            "stop_proposed": False,
            "sup": [],
        }
        return self.write(inspection, "finding", **{**given, **fields})

    def sign(self, inspection: UUID, role: str) -> Op:
        strokes = [[0, 0, 500, 400]]
        return self.write(
            inspection,
            "sign",
            role=role,
            name="Trần Văn Minh",
            title="Chỉ huy",
            strokes=strokes,
            shown="a" * 64,
            sup=[],
        )

    def submit(self, inspection: UUID, **manifest: Any) -> Op:
        mine = self.written.get(inspection, [])
        declared = {
            "devices": [{"device": str(self.device), "n": len(mine), "head": self.head(inspection)}],
            "photos": sorted({op["sha"] for op in mine if op["k"] == "photo"}),
            "answers": len({op["i"] for op in mine if op["k"] == "answer"}),
        }
        return self.write(inspection, "submit", manifest={**declared, **manifest}, shown="b" * 64)

    def head(self, inspection: UUID, through: int | None = None) -> str:
        """The chain, counted independently of the product."""
        head = bytes(32)
        for op in self.written.get(inspection, [])[:through]:
            head = hashlib.sha256(head + hashlib.sha256(rfc8785.dumps(op)).digest()).digest()
        return head.hex()

    def batch(self, *scopes: tuple[UUID, Sequence[Any]], **fields: Any) -> dict[str, Any]:
        """A push of these operations."""
        return {
            "proto": 1,
            "epoch": None,
            "device": str(self.device),
            "user": str(self.person),
            "app": "2026.11.1",
            "batch": str(uuid4()),
            "clock": {"wall": NOW_MS, "offset": None},
            "unsent": {"ops": 0, "photos": 0, "oldest": None},
            "health": {"installed": True},
            "scopes": [{"insp": str(insp), "ops": list(ops), "head": None} for insp, ops in scopes],
            **fields,
        }


def new_id() -> str:
    """A UUIDv7, in the order they are made."""
    number = next(_numbers)
    return f"{NOW_MS + number:012x}"[:8] + "-" + f"{NOW_MS + number:012x}"[8:] + f"-7000-8000-{uuid4().hex[:12]}"
