"""The demo data: complete, the same every time, played through the real services, and never in production."""

import hashlib
import json
import stat
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from inspect_app.demo import cast, filling, run_demo
from inspect_app.demo.password import kept_password
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.distance import PROVINCE, metres
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.evidence import chain
from inspect_app.domain.follow_lists import unpack
from inspect_app.domain.osh_records import KINDS
from inspect_app.domain.people import EVERY_AGENCY, Role
from inspect_app.domain.planning import Column
from inspect_app.domain.violations import Kind, Remedy, Sanction, Stop
from inspect_app.services import markers, plans, remedy_links, sites
from inspect_app.settings import Settings
from inspect_app.store import audit
from inspect_app.store.checklist_files import Library
from inspect_app.store.database import Tx, open_engine, open_transactions
from inspect_app.store.evidence_files import EvidenceFiles
from inspect_app.store.tables import (
    Absence,
    Accident,
    AuditRow,
    Blob,
    DeviceChain,
    DuplicatePair,
    FollowList,
    FollowRun,
    HealthRight,
    HeldOperation,
    Inspection,
    Interest,
    Operation,
    Organisation,
    OshRecord,
    Person,
    Photo,
    Plan,
    PlanLine,
    Referral,
    RemedyLink,
    RemedyProof,
    ReportRow,
    Site,
    TargetChoice,
    TeamMember,
    Violation,
    ViolationStep,
)

FORMS = Path(__file__).parents[2] / "forms"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AGENCIES = ("thanh-tra", "so-xay-dung", "bql-kcn", "so-noi-vu")
# What the offices do besides the visits, by what must not differ from one installation to the next.
BESIDES = (
    (PlanLine.id, PlanLine.state, PlanLine.inspection_id),
    (Accident.id, Accident.happened_on),
    (OshRecord.id, OshRecord.day),
    (Referral.id, Referral.state, Referral.receipt),
    (RemedyProof.link_id, RemedyProof.n, RemedyProof.violation_id, RemedyProof.sha256),
    (FollowRun.list_id, FollowRun.day, FollowRun.rows),
    (ReportRow.id, ReportRow.sha256),
)
PASSWORD = "dung-thu-2026"
SECRET = "s" * 40


@contextmanager
def opened(url: str) -> Iterator[Tx]:
    engine = open_engine(url)
    try:
        with open_transactions(engine)[1]() as tx:
            tx.info["scope"] = EVERY_AGENCY
            yield tx
    finally:
        engine.dispose()


def prepare(url: str) -> None:
    """What `migrate` does after the tables are there."""
    with opened(url) as tx:
        markers.ensure_epoch(tx)
        sites.load_reference(tx)
        tx.commit()


def fill(url: str, folder: Path) -> filling.DemoReport:
    engine = open_engine(url)
    try:
        evidence = EvidenceFiles(folder / "evidence", folder)
        return filling.fill(
            open_transactions(engine)[1], evidence, Library(FORMS), NOW, password=PASSWORD, secret=SECRET
        )
    finally:
        engine.dispose()


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> Iterator[Tx]:
    prepare(database_url)
    fill(database_url, tmp_path)
    with opened(database_url) as tx:
        yield tx


def test_the_story_is_whole(filled: Tx, tmp_path: Path) -> None:
    """One long test, because the story takes seconds to tell; each part has its own function below."""
    counts_are_reached(filled)
    every_state_occurs(filled)
    every_sector_was_inspected(filled)
    everybody_in_the_field_has_work(filled)
    what_is_invented_says_so(filled)
    photos_are_there_with_their_places(filled, tmp_path)
    history_is_consistent(filled)
    chains_hold(filled)
    every_agency_plans(filled)
    accidents_and_declarations_are_there(filled)
    files_were_handed_on_and_received(filled)
    establishments_sent_proof(filled, tmp_path)
    the_desks_keep_lists_and_see_doubles(filled)


def counts_are_reached(tx: Tx) -> None:
    assert tx.scalars(select(func.count()).select_from(Site)).one() >= 60
    assert tx.scalars(select(func.count()).select_from(Inspection)).one() >= 40
    assert tx.scalars(select(func.count()).select_from(Violation)).one() >= 300
    usernames = set(tx.scalars(select(Person.username)))
    for agency in AGENCIES:
        assert {f"{agency}.{each}" for each in ("inspector1", "inspector2", "leader", "supervisor")} <= usernames
    assert {"so-noi-vu.coordinator", "admin"} <= usernames
    # Who may sanction has somebody who signs; the zone authority may not.
    signing = {person.agency_id for person in tx.scalars(select(Person).where(Person.role == Role.AUTHORITY))}
    assert signing == {"thanh-tra", "so-xay-dung", "so-noi-vu"}


def every_state_occurs(tx: Tx) -> None:
    states = {"assigned", "in-progress", "submitted", "complete", "returned", "approved", "cancelled"}
    assert set(tx.scalars(select(Inspection.state).distinct())) == states
    assert set(tx.scalars(select(Violation.remedy_status).distinct())) == {str(each) for each in Remedy}
    assert set(tx.scalars(select(Violation.sanction_status).distinct())) == {str(each) for each in Sanction}
    assert set(tx.scalars(select(Violation.stop_status).distinct())) == {str(each) for each in Stop}
    assert set(tx.scalars(select(Violation.kind).distinct())) == {str(each) for each in Kind}
    assert set(tx.scalars(select(Violation.severity).distinct())) == {1, 2, 3, 4}
    assert set(tx.scalars(select(HeldOperation.code).distinct())) == {"late", "assignment-revoked"}
    assert tx.scalars(select(func.count()).where(Inspection.conflicts > 0)).one() >= 4
    # Nobody may approve what the inspectors do not agree on.
    assert not tx.scalars(select(Inspection).where(Inspection.conflicts > 0, Inspection.state == "approved")).all()
    today = local_day(NOW)
    deadlines = [
        row.deadline for row in tx.scalars(select(Violation)) if row.remedy_status not in ("closed", "cancelled")
    ]
    assert any(each and each < today for each in deadlines)
    assert any(each and 0 <= (each - today).days <= 7 for each in deadlines)
    assert any(each and 15 < (each - today).days <= 30 for each in deadlines)


def every_sector_was_inspected(tx: Tx) -> None:
    """There is a site of each sector, and answers to each checklist."""
    codes = {checklist.code for checklist in Library(FORMS).all()}
    answered = set(tx.scalars(select(Operation.item).distinct()))

    assert set(tx.scalars(select(Site.sector).distinct())) == codes
    assert {item.partition("-")[0] for item in answered if item} == codes


def everybody_in_the_field_has_work(tx: Tx) -> None:
    today = local_day(NOW)
    field = tx.scalars(select(Person).where(Person.role.in_([Role.INSPECTOR, Role.LEADER]))).all()
    assert len(field) == 12
    for person in field:
        mine = select(TeamMember.inspection_id).where(
            TeamMember.person_id == person.id, TeamMember.removed_at.is_(None)
        )
        waiting = tx.scalars(
            select(Inspection).where(
                Inspection.id.in_(mine),
                Inspection.state == "assigned",
                Inspection.window_start <= today,
                Inspection.window_end >= today,
            )
        ).all()
        assert len(waiting) >= 2, person.username


def what_is_invented_says_so(tx: Tx) -> None:
    assert all(row.invented and row.name.endswith("(giả định)") for row in tx.scalars(select(Organisation)))
    assert all(row.title.endswith("(giả định)") for row in tx.scalars(select(Plan)))
    assert all(row.name.endswith("(giả định)") for row in tx.scalars(select(FollowList)))
    assert all("(giả định)" in row.description for row in tx.scalars(select(Accident)))
    assert all("(giả định)" in row.note for row in tx.scalars(select(OshRecord)))
    assert all(row.name.endswith("(giả định)") for row in tx.scalars(select(Site)))
    works = Counter(party.organisation_id for site in tx.scalars(select(Site)) for party in site.parties)
    assert max(works.values()) >= 3  # a contractor on several works
    communes = {row.code: row for row in sites.list_communes(tx)}
    for site in tx.scalars(select(Site)):
        assert site.lat is not None
        assert site.lon is not None
        assert PROVINCE.holds(site.lat, site.lon)
        commune = communes[site.commune_code]
        assert metres(site.lat, site.lon, commune.lat, commune.lon) < 2_500


def photos_are_there_with_their_places(tx: Tx, folder: Path) -> None:
    evidence = EvidenceFiles(folder / "evidence", folder)
    photos = tx.scalars(select(Photo)).all()
    assert len(photos) >= 200
    assert len({photo.sha256 for photo in photos}) == len(photos)
    complete = {(blob.agency_id, blob.sha256) for blob in tx.scalars(select(Blob).where(Blob.state == "complete"))}
    missing = 0
    for photo in photos:
        assert photo.lat is not None
        if (photo.agency_id, photo.sha256) not in complete:
            missing += 1
            continue
        content = evidence.path(photo.agency_id, photo.sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == photo.sha256
    assert missing == sum(row.photos_missing for row in tx.scalars(select(Inspection)))
    assert 0 < missing < 20


def history_is_consistent(tx: Tx) -> None:
    """Each track's steps follow one another and lead to where the violation stands."""
    rows = tx.scalars(select(Violation)).all()
    steps: dict[object, list[ViolationStep]] = {}
    for step in tx.scalars(select(ViolationStep).order_by(ViolationStep.violation_id, ViolationStep.number)):
        steps.setdefault(step.violation_id, []).append(step)
    assert sum(map(len, steps.values())) > 500
    for row in rows:
        taken = steps.get(row.id, [])
        assert [step.number for step in taken] == list(range(1, len(taken) + 1))
        assert all(before.at <= after.at for before, after in pairwise(taken))
        assert all(row.recorded_at <= step.at < NOW for step in taken)
        for track, standing in (
            ("remedy", row.remedy_status),
            ("sanction", row.sanction_status),
            ("stop", row.stop_status),
        ):
            here = [step for step in taken if step.track == track]
            assert all(one.after == next_.before for one, next_ in pairwise(here))
            assert not here or here[-1].after == standing
        closing = [step for step in taken if step.after == "closed"]
        assert all(step.actor_id != row.author_id for step in closing)


def chains_hold(tx: Tx) -> None:
    """What the phones wrote forms their chains, and the audit forms its own, agency by agency, in order of time."""
    for each in tx.scalars(select(DeviceChain)):
        hashes = tx.scalars(
            select(Operation.body_sha256)
            .where(Operation.inspection_id == each.inspection_id, Operation.device_id == each.device_id)
            .order_by(Operation.n)
        ).all()
        held = tx.scalars(
            select(HeldOperation.body_sha256)
            .where(HeldOperation.inspection_id == each.inspection_id, HeldOperation.device_id == each.device_id)
            .order_by(HeldOperation.n)
        ).all()
        assert chain([*hashes, *held]) == each.head
        assert len(hashes) + len(held) == each.through
    for agency in AGENCIES:
        before, at = audit.ZERO, datetime(2000, 1, 1, tzinfo=UTC)
        rows = tx.scalars(select(AuditRow).where(AuditRow.agency_id == agency).order_by(AuditRow.seq)).all()
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        for row in rows:
            entry = audit.Entry(row.agency_id, row.actor_id, row.action, row.subject, row.at, row.facts)
            before = audit.link(before, entry.canonical(row.seq))
            assert row.hash == before
            assert row.at >= at
            at = row.at


def every_agency_plans(tx: Tx) -> None:
    """A plan of the year and a campaign each, with lines in every column of the board; one is away, one stays away."""
    stands: dict[str, Counter[str]] = {each: Counter() for each in AGENCIES}
    for agency in AGENCIES:
        made = tx.scalars(select(Plan).where(Plan.agency_id == agency)).all()
        assert {row.kind for row in made} == {"yearly", "campaign"}
        for plan in made:
            lines = plans.read(tx, plan.id)[1]
            stands[agency].update(str(line.column) for line in lines)
            assert any(line.row.leader_id and line.row.starts_on for line in lines)
        assert stands[agency].keys() >= {str(each) for each in Column}
    assert set(tx.scalars(select(PlanLine.state).distinct())) == {"suggested", "planned", "dropped"}
    assert set(tx.scalars(select(Absence.agency_id))) == set(AGENCIES)
    assert all(row.first_day > local_day(NOW) for row in tx.scalars(select(Absence)))
    assert tx.scalars(select(Interest)).one().ended_at is None


def accidents_and_declarations_are_there(tx: Tx) -> None:
    year = local_day(NOW).year
    happened = tx.scalars(select(Accident)).all()
    assert {row.happened_on.year for row in happened} == {year - 1, year}
    for agency in ("so-xay-dung", "bql-kcn", "so-noi-vu"):
        assert {row.happened_on.year for row in happened if row.agency_id == agency} == {year - 1, year}
    assert {True, False} == {row.has_contract for row in happened}
    assert any(row.deaths for row in happened)
    declared = tx.scalars(select(OshRecord)).all()
    assert {(row.agency_id, row.year) for row in declared} == {
        (agency, each) for agency in ("so-xay-dung", "bql-kcn", "so-noi-vu") for each in (year - 1, year)
    }
    assert {row.kind for row in declared} >= {"workforce", "training", "equipment", "monitoring", "self-inspection"}
    health = {row.made_by for row in declared if KINDS[row.kind].health}
    assert health
    assert health <= set(tx.scalars(select(HealthRight.person_id)))
    report = tx.scalars(select(ReportRow)).one()
    assert (report.agency_id, report.year) == ("bql-kcn", year)
    for code in ("visits", "accidents", "trained"):
        assert report.sources[code], code
    assert tx.scalars(select(TargetChoice)).one().base_year == year - 1


def files_were_handed_on_and_received(tx: Tx) -> None:
    rows = tx.scalars(select(Referral)).all()
    with_receipt = {row.agency_id for row in rows if row.receipt}
    assert with_receipt == set(AGENCIES)
    for agency in ("so-xay-dung", "so-noi-vu"):
        came = [row for row in rows if row.to_agency == agency]
        assert {row.state for row in came} >= {"sent", "returned", "answered"}
    assert {row.state for row in rows} == {"sent", "received", "returned", "answered"}


def establishments_sent_proof(tx: Tx, folder: Path) -> None:
    evidence = EvidenceFiles(folder / "evidence", folder)
    links = tx.scalars(select(RemedyLink)).all()
    assert {row.agency_id for row in links} == {"so-xay-dung", "bql-kcn"}
    for link in links:
        proofs = tx.scalars(select(RemedyProof).where(RemedyProof.link_id == link.id)).all()
        assert {row.kind for row in proofs} == {"photo", "note"}
        photo = next(row for row in proofs if row.kind == "photo")
        assert evidence.is_complete(photo.agency_id, photo.sha256)
        assert remedy_links.printable_token(link, secret=SECRET)


def the_desks_keep_lists_and_see_doubles(tx: Tx) -> None:
    lists = tx.scalars(select(FollowList)).all()
    assert {row.agency_id for row in lists} == set(AGENCIES)
    for row in lists:
        runs = tx.scalars(select(FollowRun).where(FollowRun.list_id == row.id)).all()
        assert len({run.day for run in runs}) == 2
        assert all(run.rows for run in runs)
        seen = {violation: tx.get_one(Violation, violation).agency_id for violation in unpack(runs[0].snapshot)}
        assert set(seen.values()) == {row.agency_id}
    pair = tx.scalars(select(DuplicatePair)).one()
    assert (pair.kind, pair.state) == ("organisation", "open")


def test_a_second_filling_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    prepare(sqlite_url)
    first = fill(sqlite_url, tmp_path)
    again = fill(sqlite_url, tmp_path)

    assert first.filled
    assert not again.filled
    assert (again.sites, again.inspections, again.violations, again.photos) == (
        first.sites,
        first.inspections,
        first.violations,
        first.photos,
    )


def test_the_same_day_tells_the_same_story(sqlite_url: str, tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        copy = folder / "inspect.sqlite3"
        copy.write_bytes((tmp_path / "inspect.sqlite3").read_bytes())
        prepare(f"sqlite:///{copy}")
        fill(f"sqlite:///{copy}", folder)
        with opened(f"sqlite:///{copy}") as tx:
            rows = tx.execute(
                select(
                    Violation.id, Violation.code, Violation.deadline, Violation.remedy_status, Violation.observed
                ).order_by(Violation.id)
            )
            bodies = tx.scalars(select(Operation.body_sha256).order_by(Operation.id))
            besides = [
                [str(value) for row in tx.execute(select(*columns).order_by(*columns)) for value in row]
                for columns in BESIDES
            ]
            told.append(json.dumps([[*map(str, row)] for row in rows] + [list(bodies), *besides]))

    assert told[0] == told[1]


def test_other_peoples_data_are_left_alone(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(sqlite_url)
    with opened(sqlite_url) as tx:
        tx.add(
            Person(
                id=cast.demo_id("person", "real"),
                agency_id="thanh-tra",
                username="real",
                name="Người thật",
                role=Role.ADMIN,
                password_hash="x",
                created_at=NOW,
            )
        )
        tx.commit()

    with pytest.raises(RuleBroken) as refused:
        fill(sqlite_url, tmp_path)
    assert refused.value.code == "not-empty"

    run_demo(settings(sqlite_url, tmp_path), FORMS, only_if_empty=True)
    assert "demo password" not in capsys.readouterr().out
    with opened(sqlite_url) as tx:
        assert tx.scalars(select(func.count()).select_from(Site)).one() == 0


def test_the_accounts_are_printed_every_time_with_one_password(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(sqlite_url)
    run_demo(settings(sqlite_url, tmp_path), FORMS, only_if_empty=True)
    first = capsys.readouterr().out
    run_demo(settings(sqlite_url, tmp_path), FORMS, only_if_empty=True)
    second = capsys.readouterr().out

    assert first == second
    assert f"demo password: {kept_password(tmp_path)}\n" in first
    for username, _, _ in cast.usernames():
        assert f"  {username} " in first
    assert stat.S_IMODE((tmp_path / "demo-password").stat().st_mode) == 0o600


def test_production_refuses_the_demo(sqlite_url: str, tmp_path: Path) -> None:
    prepare(sqlite_url)
    production = settings(sqlite_url, tmp_path, INSPECT_ENV="production", INSPECT_SECRET_KEY="k" * 48)

    with pytest.raises(RuleBroken) as refused:
        run_demo(production, FORMS, only_if_empty=False)

    assert refused.value.code == "demo-in-production"
    assert not (tmp_path / "demo-password").exists()
    with opened(sqlite_url) as tx:
        assert tx.scalars(select(func.count()).select_from(Person)).one() == 0


def settings(url: str, folder: Path, **variables: str) -> Settings:
    return Settings.from_environment({"INSPECT_DATABASE_URL": url, "INSPECT_DATA_DIR": str(folder), **variables})


def test_days_of_the_story_follow_the_calendar() -> None:
    from inspect_app.demo.plan import visits

    for today in (date(2026, 11, 22), date(2027, 2, 1), date(2026, 11, 18)):
        programme = visits(today, date(2026, 9, 10), defaultdict(lambda: "GEN"))
        past = [each for each in programme if (today - each.day).days > 1]
        assert all(each.day.weekday() < 5 for each in past)
        assert sum(each.day == today for each in programme) == 8
