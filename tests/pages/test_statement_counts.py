"""No page asks more of the database the more rows there are: every address without a placeholder, for each role."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from inspect_app.domain.people import Role
from inspect_app.services import notices
from inspect_app.store.database import Tx
from inspect_app.store.tables import (
    Accident,
    Equipment,
    FollowList,
    Inspection,
    Plan,
    PlanLine,
    RemedyAnswer,
    RemedyLink,
    RemedyProof,
    Site,
    SiteDocument,
    ViolationStep,
    Webhook,
    WebhookDelivery,
)
from inspect_app.web.auth import allowed_of
from tests import builders
from tests.builders import COMMUNE, NOW, TODAY
from tests.cast import BUILDING, Cast, Client
from tests.pages.browsing import counted

PLAYERS = {Role.SUPERVISOR: "vera", Role.COORDINATOR: "cora", Role.ADMIN: "adam", Role.AUTHORITY: "auth"}
EXPECTED = frozenset({200, 302, 422})  # some pages are about rows that were chosen, and none is


def addresses(app: Flask, role: Role) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        allowed = allowed_of(app.view_functions[rule.endpoint])
        is_page = "GET" in (rule.methods or ()) and not rule.arguments and rule.rule.startswith("/desk")
        if is_page and allowed and role in allowed:
            yield rule.rule


def grow(cast: Cast, count: int, begin: int) -> None:
    """So many more of everything that lists show."""
    with cast.writing() as tx:
        for n in range(begin, begin + count):
            site = builders.a_site(tx, name=f"Cơ sở {n:03d}")
            row = builders.an_inspection(tx, BUILDING, [cast.alice.id, cast.bob.id], site=site, state="complete")
            late = {"severity": 4, "deadline": TODAY - timedelta(days=n % 5), "remedy_status": "remedying"}
            builders.a_violation(tx, row, item="GEN-01", **late)
            wrong = builders.a_violation(tx, row, item="GEN-02", **late)
            step = {"track": "remedy", "step": "acknowledge", "before": "remedy-requested", "after": "remedying"}
            told = {"agency_id": BUILDING, "actor_id": cast.vera.id, "at": NOW, "facts": {}}
            tx.add(ViolationStep(violation_id=wrong.id, number=1, **told, **step))
            _remedy(tx, cast, row, wrong.id)
            _profile(tx, cast, site)
            _told_elsewhere(tx, cast)
            people = [cast.vera.id, cast.cora.id, cast.adam.id, cast.auth.id]
            code = {"count": 1, "code": wrong.code}
            notices.tell(tx, people, "remedy-proof", subject=wrong.code, href="/desk/remedy", facts=code, now=NOW)
            plan = Plan(
                id=uuid4(), agency_id=BUILDING, kind="campaign", title=f"Đợt {n}", first_day=TODAY,
                last_day=TODAY + timedelta(days=60), created_by=cast.vera.id, created_at=NOW,
            )  # fmt: skip
            tx.add(plan)
            tx.flush()
            tx.add(
                PlanLine(
                    id=uuid4(), agency_id=BUILDING, plan_id=plan.id, site_id=site.id, kind="kiem-tra",
                    starts_on=TODAY.replace(day=1), leader_id=cast.alice.id, state="planned", created_at=NOW,
                )
            )  # fmt: skip
            tx.add(
                FollowList(
                    id=uuid4(), agency_id=BUILDING, person_id=cast.vera.id, name=f"Danh sách {n}", shared=True,
                    filters={"overdue": "1"}, every="none", readers=[], created_at=NOW,
                )
            )  # fmt: skip
            builders.a_person(tx, BUILDING, Role.INSPECTOR, f"Người {n}")
        tx.commit()
    for _ in range(count):
        cast.phone(cast.bob)


def _told_elsewhere(tx: Tx, cast: Cast) -> None:
    """A system that is told of changes, and one message to it."""
    told = {"name": "Hệ thống", "url": "https://khac.example/", "kinds": "violation.recorded", "secret": "x"}
    made = {"agency_id": BUILDING, "made_at": NOW}
    row = Webhook(id=uuid4(), read_seq=0, made_by=cast.adam.id, **told, **made)
    tx.add(row)
    tx.flush()
    tx.add(
        WebhookDelivery(id=uuid4(), webhook_id=row.id, event="webhook.test", body="{}", place=0, next_at=NOW, **made)
    )


def _remedy(tx: Tx, cast: Cast, row: Inspection, violation: object) -> None:
    link = RemedyLink(
        id=uuid4(), agency_id=BUILDING, inspection_id=row.id, organisation_id=row.organisation_id,
        token_sha256=uuid4().hex * 2, violations=[str(violation)], photos=[], made_by=cast.vera.id, made_at=NOW,
        expires_at=NOW + timedelta(days=9),
    )  # fmt: skip
    tx.add(link)
    tx.flush()
    same = {"agency_id": BUILDING, "link_id": link.id, "inspection_id": row.id, "violation_id": violation}
    for n in (1, 2):
        tx.add(
            RemedyProof(
                id=uuid4(), n=n, kind="note", sha256=f"{n:064x}", size=1, name="", text="x", received_at=NOW, **same
            )
        )
    tx.add(
        RemedyAnswer(id=uuid4(), through=1, result="asked-again", comment="x", actor_id=cast.vera.id, at=NOW, **same)
    )


def _profile(tx: Tx, cast: Cast, site: Site) -> None:
    due = TODAY + timedelta(days=3)
    tx.add(Equipment(id=uuid4(), site_id=site.id, kind="tower-crane", name="Cần trục", due_on=due, created_at=NOW))
    tx.add(SiteDocument(id=uuid4(), site_id=site.id, kind="licence", name="Giấy", expires_on=due, created_at=NOW))
    tx.add(
        Accident(
            id=uuid4(), agency_id=BUILDING, kind="accident", happened_on=TODAY, site_id=site.id,
            organisation_id=site.organisation_id, commune_code=COMMUNE, has_contract=True, victims=1, injured=1,
            source="employer", declared_on=TODAY, made_by=cast.vera.id, recorded_at=NOW,
        )
    )  # fmt: skip


@pytest.mark.parametrize("role", list(PLAYERS))
def test_every_list_asks_as_many_questions_for_few_rows_as_for_many(cast: Cast, role: Role) -> None:
    client = cast.client(getattr(cast, PLAYERS[role]))
    grow(cast, 6, 0)  # every kind of row once: late by days, due today
    few = _statements(cast, client, role)
    grow(cast, 9, 6)
    many = _statements(cast, client, role)
    assert {address: (few[address], count) for address, count in many.items() if count > few[address]} == {}
    assert len(few) >= 15


def _statements(cast: Cast, client: Client, role: Role) -> dict[str, int]:
    told, broken = {}, []
    for address in addresses(cast.app, role):
        client.get(address).close()  # what is read once per process is read now
        with counted(cast.app) as ran:
            answer = client.get(address)
            answer.get_data()
            answer.close()
        if answer.status_code not in EXPECTED:
            broken.append((address, answer.status_code))
        told[address] = len(ran)
    assert broken == []
    return told
