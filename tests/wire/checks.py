"""What must be true of a real installation when the links are good again and all phones have come to rest."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from inspect_app.store.evidence_files import EvidenceFiles
from tests.simulation.model import Kind, Model, body_hash

Looks = Mapping[str, Any]


class Installed(Protocol):
    """What is looked at. visits: by agency. agency: whose phone this is."""

    visits: dict[str, list[str]]

    @property
    def files(self) -> EvidenceFiles: ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    def agency(self, phone: str) -> str: ...


def everything(here: Installed, model: Model, looks: Looks, rounds: int) -> None:
    if rounds > 10 or not looks:
        model.breach(Kind.LOST, f"the phones did not come to rest: {rounds} rounds")
    accepted = {_id(key): _plain(body) for key, body in here.rows("SELECT id, body FROM operation")}
    checks: tuple[Callable[[], None], ...] = (
        lambda: _operations(here, model, looks, accepted),
        lambda: _order(here, model),
        lambda: _photos(here, model, accepted),
        lambda: _phones(here, model, looks),
    )
    for check in checks:
        check()


def _id(value: object) -> str:
    return str(UUID(str(value)))


def _plain(body: Any) -> Any:
    return json.loads(body) if isinstance(body, str) else body


def _operations(here: Installed, model: Model, looks: Looks, accepted: Mapping[str, Any]) -> None:
    held = {_id(key): code for key, code in here.rows("SELECT id, code FROM held_operation")}
    written = {key: each.op for key, each in model.captured.items()}
    for row in (row for look in looks.values() for row in look["ops"] if row["own"]):
        if written.setdefault(row["id"], row["op"]) != row["op"]:
            model.breach(Kind.ALTERED, f"{row['id']} is not as it was on the phone")
    for key, op in written.items():
        if key not in accepted:
            model.breach(Kind.LOST, f"{op['k']} {key} is not there, held: {held.get(key)}")
        elif body_hash(accepted[key]) != body_hash(op):
            model.breach(Kind.ALTERED, f"{op['k']} {key} is not as it was written")
    for key in accepted.keys() - written.keys():
        model.breach(Kind.DUPLICATED, f"nobody wrote {key}")


def _order(here: Installed, model: Model) -> None:
    """The numbers of each device and of each log are 1, 2, 3 … without a gap."""
    for group, number in (("inspection_id, device_id", "n"), ("inspection_id", "seq")):
        counts = f"count(*), count(DISTINCT {number}), max({number})"
        for row in here.rows(f"SELECT {group}, {counts} FROM operation GROUP BY {group}"):  # noqa: S608 - our own names
            if len(set(row[-3:])) != 1:
                model.breach(Kind.LOST, f"{number} of {row[:-3]} has gaps: {row[-3:]}")


def _photos(here: Installed, model: Model, accepted: Mapping[str, Any]) -> None:
    agencies = {_id(key): agency for key, agency in here.rows("SELECT id, agency_id FROM operation")}
    states = {(agency, sha): state for agency, sha, state in here.rows("SELECT agency_id, sha256, state FROM blob")}
    for key, op in accepted.items():
        if op["k"] != "photo":
            continue
        path, state = here.files.path(agencies[key], op["sha"]), states.get((agencies[key], op["sha"]))
        if not path.is_file() or state != "complete":
            model.breach(Kind.LOST, f"photo {key} is {state}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != op["sha"]:
            model.breach(Kind.ALTERED, f"photo {key} has other bytes")


def _phones(here: Installed, model: Model, looks: Looks) -> None:
    """Every phone has what its visits have, and nothing of the other agency."""
    of_visit: dict[str, set[str]] = {}
    for key, insp in here.rows("SELECT id, inspection_id FROM operation"):
        of_visit.setdefault(_id(insp), set()).add(_id(key))
    for name, look in looks.items():
        mine = {row["id"] for row in look["ops"]}
        for agency, insp in ((agency, insp) for agency, visits in here.visits.items() for insp in visits):
            there = of_visit.get(insp, set())
            if agency == here.agency(name) and not there <= mine:
                model.breach(Kind.LOST, f"{name} does not have {len(there - mine)} operations of {insp}")
            if agency != here.agency(name) and there & mine:
                model.breach(Kind.LEAKED, f"{name} has operations of {insp}")
        for row in look["confirmed"]:
            if row["differs"]:
                model.breach(Kind.ALTERED, f"{name}: its chain of {row['insp']} differs from the server's")
