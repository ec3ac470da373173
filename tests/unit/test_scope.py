"""An agency's rows are seen by that agency, by the coordinator, and by nobody who has not said who asks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from inspect_app.domain.people import EVERY_AGENCY, Role, Scope
from inspect_app.store import audit
from inspect_app.store.database import ScopeMissing, Tx, across_agencies, open_engine, open_transactions
from inspect_app.store.tables import Agency, AuditRow, Blob, Person

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def tx(database_url: str) -> Iterator[Tx]:
    """Two agencies with one file each."""
    engine = open_engine(database_url)
    _, writing = open_transactions(engine)
    with writing() as tx:
        tx.info["scope"] = EVERY_AGENCY
        for slug in ("so-xay-dung", "thanh-tra"):
            tx.merge(Agency(id=slug, name=slug, short_name=slug, symbol=slug[:3], parent_name=""))
            tx.flush()
            person = Person(
                id=uuid4(),
                agency_id=slug,
                username=f"{slug}.test",
                name="Người thử",
                title="",
                role=Role.INSPECTOR,
                password_hash="-",
                created_at=NOW,
            )
            tx.add(person)
            tx.flush()
            tx.add(
                Blob(
                    agency_id=slug,
                    sha256="a" * 64,
                    size=1,
                    media_type="image/jpeg",
                    state="partial",
                    failures=0,
                    created_by=person.id,
                    created_at=NOW,
                )
            )
            audit.note(tx, audit.Entry(slug, person.id, "test.made", "blob:a", NOW))
        tx.commit()
        del tx.info["scope"]
        tx.expunge_all()
        yield tx
    engine.dispose()


def test_reading_without_saying_who_asks_is_our_mistake_and_fails(tx: Tx) -> None:
    with pytest.raises(ScopeMissing):
        tx.scalars(select(Blob)).all()


def test_an_agency_sees_its_own_rows_only(tx: Tx) -> None:
    tx.info["scope"] = Scope.of("so-xay-dung")
    assert [blob.agency_id for blob in tx.scalars(select(Blob))] == ["so-xay-dung"]
    assert tx.scalar(select(func.count()).select_from(Blob)) == 1
    assert tx.get(Blob, ("thanh-tra", "a" * 64)) is None


def test_the_coordinator_sees_all(tx: Tx) -> None:
    tx.info["scope"] = EVERY_AGENCY
    assert len(tx.scalars(select(Blob)).all()) == 2


def test_beyond_the_own_agency_only_inside_the_stated_block(tx: Tx) -> None:
    tx.info["scope"] = Scope.of("so-xay-dung")
    with across_agencies(tx):
        assert len(tx.scalars(select(Blob)).all()) == 2
    assert len(tx.scalars(select(Blob)).all()) == 1


def test_changing_and_deleting_stop_at_the_border_too(tx: Tx) -> None:
    tx.info["scope"] = Scope.of("so-xay-dung")
    tx.execute(update(Blob).values(failures=7))
    tx.execute(delete(Blob))
    tx.info["scope"] = EVERY_AGENCY
    assert [(blob.agency_id, blob.failures) for blob in tx.scalars(select(Blob))] == [("thanh-tra", 0)]


def test_each_agency_has_its_own_gapless_chain(tx: Tx) -> None:
    tx.info["scope"] = EVERY_AGENCY
    for _ in range(3):
        audit.note(tx, audit.Entry("thanh-tra", None, "test.again", "x", NOW, {"note": "Đã ghi"}))
    tx.commit()

    rows = tx.scalars(select(AuditRow).where(AuditRow.agency_id == "thanh-tra").order_by(AuditRow.seq)).all()

    assert [row.seq for row in rows] == [1, 2, 3, 4]
    before = audit.ZERO
    for row in rows:
        entry = audit.Entry(row.agency_id, row.actor_id, row.action, row.subject, row.at, row.facts)
        before = audit.link(before, entry.canonical(row.seq))
        assert row.hash == before


def test_a_change_that_is_not_committed_leaves_no_audit(tx: Tx) -> None:
    tx.info["scope"] = EVERY_AGENCY
    audit.note(tx, audit.Entry("thanh-tra", None, "test.dropped", "x", NOW))
    tx.rollback()
    assert tx.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.action == "test.dropped")) == 0


def test_asking_by_table_instead_of_by_class_is_refused_inside_an_agency(tx: Tx) -> None:
    tx.info["scope"] = Scope.of("so-xay-dung")
    with pytest.raises(ScopeMissing):
        tx.execute(select(Blob.__table__)).all()


def test_a_join_that_only_mentions_the_rows_is_narrowed_as_well(tx: Tx) -> None:
    tx.info["scope"] = Scope.of("so-xay-dung")
    asked = select(Person.username).join(Blob, Blob.created_by == Person.id)
    assert list(tx.scalars(asked)) == ["so-xay-dung.test"]
