"""A real installation with a few people and one visit of today, and the phones of those people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.store import changes
from inspect_app.web.request import ground
from tests import builders
from tests.browser.phone import Field, local_today
from tests.cast import PASSWORD, Cast, Player
from tests.rigs.chromium import Desk, Phone
from tests.rigs.server import Server

SITE = "Chung cư Thép Gia Sàng, khối B"


@dataclass(frozen=True, slots=True)
class Office:
    """The people and their visit, as the database has them, and the server that serves them."""

    server: Server
    cast: Cast
    visit: UUID
    visit_hash: str


@pytest.fixture
def prepared(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Cast, UUID]]:
    """The cast in a database of its own, with a visit of Alice and Bob to a building site, today."""
    app = create_app(
        Settings.from_environment({"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(tmp_path / "instance")})
    )
    cast = Cast(app)
    today = local_today()
    with cast.writing() as tx:
        contractor = builders.an_organisation(tx, "Công ty TNHH Xây lắp Sông Công (giả định)")
        site = builders.a_site(tx, name=SITE, parties=[(contractor, "main-contractor")])
        checklist = ground(app).library.get("XDK", 1)
        row = builders.an_inspection(
            tx,
            cast.alice.agency,
            [cast.alice.id, cast.bob.id],
            site=site,
            checklists=[(checklist.code, checklist.version)],
            window_start=today,
            window_end=today,
            decision_no="245/QĐ-SXD",
            decision_date=today,
        )
        for seat in row.checklists:
            seat.sha256 = ground(app).library.sha256(checklist.code, checklist.version)
        for person in (cast.alice, cast.bob):
            changes.tell(tx, person.id, "visit", row.id)
        tx.commit()
        visit = row.id
    yield cast, visit
    ground(app).engine.dispose()


@pytest.fixture
def office(prepared: tuple[Cast, UUID], serve: Callable[..., Server], sqlite_url: str) -> Office:
    cast, visit = prepared
    return Office(serve(sqlite_url), cast, visit, f"#/visit/{visit}")


@pytest.fixture
def open_field(office: Office, open_phone: Callable[..., Phone]) -> Callable[[Player], Field]:
    """Hands somebody a new phone and signs them in."""

    def start(player: Player) -> Field:
        field = Field(open_phone(office.server.url))
        field.start(player)
        return field

    return start


@pytest.fixture
def bob(office: Office, open_field: Callable[[Player], Field]) -> Field:
    """Bob's phone, at "Việc của tôi"."""
    return open_field(office.cast.bob)


@pytest.fixture
def open_office(office: Office, open_desk: Callable[..., Desk]) -> Callable[[Player], Desk]:
    """Somebody's computer in the office, signed in."""

    def start(player: Player) -> Desk:
        desk = open_desk(office.server.url)
        desk.page.goto("/desk/sign-in")
        desk.page.get_by_label("Tên đăng nhập").fill(player.username)
        desk.page.get_by_label("Mật khẩu").fill(PASSWORD)
        desk.page.get_by_role("button", name="Đăng nhập", exact=True).click()
        return desk

    return start
