"""The registry's small world: one inspection of each agency, and violations that differ in one thing only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from inspect_app.domain.search import search_key
from inspect_app.domain.violations import violation_id
from inspect_app.store.tables import AuditRow, Site, Violation, ViolationStep
from inspect_app.web.request import ground
from tests import builders
from tests.builders import NOW, TODAY
from tests.cast import BUILDING, Cast, Client, Player

LIST, FOLLOW_UP = "/api/v1/violations", "/api/v1/follow-up"


@dataclass
class Registry:
    """Makes violations; each is in an inspection of its own unless the test says otherwise."""

    cast: Cast
    made: int = 0
    sites: dict[str, UUID] = field(default_factory=dict)

    def add(self, agency: str = BUILDING, *, item: str = "XDK-04", site: UUID | None = None, **columns: Any) -> UUID:
        """One violation, found by alice (or by carol for the zones)."""
        self.made += 1
        author = self.cast.alice if agency == BUILDING else self.cast.carol
        with self.cast.writing() as tx:
            where = None if site is None else tx.get_one(Site, site)
            row = builders.an_inspection(
                tx, agency, [author.id], site=where, state="approved", checklists=(("XDK", 1),)
            )
            facts: dict[str, Any] = {
                "id": violation_id(row.id, item),
                "item": item,
                "checklist": "XDK",
                "title": "Lan can, lưới che đầy đủ ở mép sàn, lỗ mở",
                "search_key": search_key(row.number, item, "Lan can, lưới che", "Công ty Đất Việt", "4600123456"),
                "deadline": TODAY + timedelta(days=20),
                "recorded_at": NOW - timedelta(minutes=self.made),
                "found_on": TODAY - timedelta(days=10),
            }
            found = builders.a_violation(tx, row, **(facts | columns))
            tx.commit()
            return found.id

    def site(self, name: str = "Công trình số 9") -> UUID:
        with self.cast.writing() as tx:
            row = builders.a_site(tx, name=name)
            tx.commit()
            return row.id

    def row(self, violation: UUID) -> Violation:
        with self.cast.reading() as tx:
            return tx.scalars(select(Violation).where(Violation.id == violation)).one()

    def steps(self, violation: UUID) -> list[ViolationStep]:
        with self.cast.reading() as tx:
            asked = select(ViolationStep).where(ViolationStep.violation_id == violation)
            return list(tx.scalars(asked.order_by(ViolationStep.number)))

    def audited(self, violation: UUID) -> list[AuditRow]:
        with self.cast.reading() as tx:
            asked = select(AuditRow).where(AuditRow.subject == f"violation:{violation}")
            return list(tx.scalars(asked.order_by(AuditRow.seq)))

    def take(self, client: Client, violation: UUID, step: str, **facts: Any) -> Any:
        """Send a step with the version that stands."""
        body = {"step": step, "version": facts.pop("version", self.row(violation).version), **facts}
        return client.post(f"{LIST}/{violation}/steps", json=body)


@pytest.fixture
def registry(cast: Cast) -> Registry:
    return Registry(cast)


@pytest.fixture
def queries(cast: Cast) -> Callable[[Callable[[], object]], int]:
    """How many statements something takes."""

    def measure(do: Callable[[], object]) -> int:
        told: list[str] = []

        def note(*given: Any) -> None:
            told.append(given[2])

        engine = ground(cast.app).engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            do()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(told)

    return measure


def codes(client: Client, address: str = LIST, **filters: Any) -> list[str]:
    """The ids of one page, in its order."""
    answer = client.get(address, query_string=filters)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    body = answer.get_json()
    return [each["id"] for each in body["items"]]


def everything(client: Client, address: str = LIST, **filters: Any) -> list[str]:
    """The ids of all pages."""
    found: list[str] = []
    cursor = None
    while True:
        asked = filters | ({"cursor": cursor} if cursor else {})
        body = client.get(address, query_string=asked).get_json()
        found += [each["id"] for each in body["items"]]
        cursor = body["next"]
        if cursor is None:
            return found


__all__ = ["FOLLOW_UP", "LIST", "Player", "Registry", "codes", "everything", "queries", "registry"]
