"""The people of the tests. Alice leads, Bob is on her team, Carol belongs to another agency, nobody sees too much."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inspect_app.app import assemble, furnish
from inspect_app.domain.people import EVERY_AGENCY, Role
from inspect_app.outside.passwords import hash_password
from inspect_app.services import sites
from inspect_app.services.markers import ensure_epoch
from inspect_app.services.people import token_hash
from inspect_app.settings import Settings
from inspect_app.store.database import Tx
from inspect_app.store.tables import Device, Inspection, SignIn
from inspect_app.web.request import Ground, ground
from tests import builders
from tests.builders import NOW, Phone

PASSWORD = "mật khẩu thử nghiệm"
PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull"
BUILDING, ZONES, LABOUR, PROVINCE = "so-xay-dung", "bql-kcn", "so-noi-vu", "thanh-tra"


class Client(FlaskClient):
    """A browser of ours: its requests come from our own pages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        ours = {"X-KT-Sync": "1", "Sec-Fetch-Site": "same-origin"}
        kwargs["headers"] = {**ours, **dict(kwargs.get("headers") or {})}
        return super().open(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the cast."""

    id: UUID
    agency: str
    role: Role
    name: str
    username: str


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


class Cast:
    """alice leads for the building department, bob is her inspector, vera supervises; carol inspects the industrial
    zones, victor supervises there; cora coordinates; auth decides; adam administers."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with self.writing() as tx:
            ensure_epoch(tx)
            sites.load_reference(tx)
            tx.flush()
            self.alice = self._enter(tx, BUILDING, Role.LEADER, "Nguyễn Thị An")
            self.bob = self._enter(tx, BUILDING, Role.INSPECTOR, "Lê Văn Bình")
            self.vera = self._enter(tx, BUILDING, Role.SUPERVISOR, "Phạm Thị Vân")
            self.carol = self._enter(tx, ZONES, Role.INSPECTOR, "Hoàng Thị Châu")
            self.victor = self._enter(tx, ZONES, Role.SUPERVISOR, "Vũ Văn Việt")
            self.cora = self._enter(tx, LABOUR, Role.COORDINATOR, "Đỗ Thị Cúc")
            self.auth = self._enter(tx, BUILDING, Role.AUTHORITY, "Trần Văn Ân")
            self.adam = self._enter(tx, BUILDING, Role.ADMIN, "Bùi Văn Đạm")
            tx.commit()

    def _enter(self, tx: Tx, agency: str, role: Role, name: str) -> Player:
        row = builders.a_person(tx, agency, role, name, _password_hash())
        return Player(row.id, agency, role, name, row.username)

    def writing(self) -> Tx:
        """A transaction that sees everything; commit it yourself."""
        tx = ground(self.app).writing()
        tx.info["scope"] = EVERY_AGENCY
        return tx

    def reading(self) -> Tx:
        tx = ground(self.app).reading()
        tx.info["scope"] = EVERY_AGENCY
        return tx

    def client(self, player: Player) -> Client:
        """A signed-in browser or phone."""
        token = f"token of {player.username} {uuid4()}"
        with self.writing() as tx:
            tx.add(
                SignIn(
                    token_sha256=token_hash(token),
                    person_id=player.id,
                    created_at=self.now,
                    last_seen_at=self.now,
                )
            )
            tx.commit()
        client = Client(self.app)
        client.set_cookie("inspect", token)
        return client

    def phone(self, player: Player) -> Phone:
        """A phone that has signed in before."""
        phone = Phone(player.id)
        with self.writing() as tx:
            tx.add(
                Device(
                    id=phone.device,
                    person_id=player.id,
                    agency_id=player.agency,
                    name="Máy thử",
                    first_seen_at=NOW,
                    last_contact_at=NOW,
                    health={},
                )
            )
            tx.commit()
        return phone

    def inspection(self, *team: Player, agency: str | None = None, **columns: Any) -> UUID:
        """An inspection of the first one's agency."""
        with self.writing() as tx:
            row: Inspection = builders.an_inspection(
                tx, agency or team[0].agency, [each.id for each in team], **columns
            )
            tx.commit()
            return row.id

    @property
    def now(self) -> datetime:
        return ground(self.app).clock()

    def set_clock(self, at: datetime) -> None:
        """From here on it is this time."""
        here: Ground = ground(self.app)
        self.app.extensions["inspect"] = replace(here, clock=lambda: at)


@pytest.fixture(scope="session")
def bare_app() -> Flask:
    """Views and hooks without a ground: the same for every test, and a third of a test's time to put together."""
    return assemble()


@pytest.fixture
def app(bare_app: Flask, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database, once per kind; its clock stands at builders.NOW."""
    untouched = dict(bare_app.config)
    furnish(
        bare_app,
        Settings.from_environment({"INSPECT_DATABASE_URL": database_url, "INSPECT_DATA_DIR": str(tmp_path / "data")}),
    )
    bare_app.extensions["inspect"] = replace(ground(bare_app), clock=lambda: NOW)
    yield bare_app
    ground(bare_app).engine.dispose()
    bare_app.config.clear()
    bare_app.config.update(untouched)


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast(app)


@pytest.fixture
def client(cast: Cast) -> Client:
    """Alice's."""
    return cast.client(cast.alice)


@pytest.fixture
def noise(cast: Cast) -> UUID:
    """Foreign rows: another agency's inspection with a violation and a photo. A forgotten filter finds them."""
    with cast.writing() as tx:
        row = builders.an_inspection(tx, ZONES, [cast.carol.id], number="NOISE-2026-0001", state="submitted")
        builders.a_violation(tx, row, title="NOISE", item="GEN-99")
        tx.commit()
        noisy = row.id
    phone = cast.phone(cast.carol)
    ops = [
        phone.answer(noisy, "GEN-01", "fail"),
        phone.comment(noisy, "GEN-01", "NOISE"),
        phone.photo(noisy, "", b"NOISE"),
    ]
    answer = cast.client(cast.carol).post(PUSH, json=phone.batch((noisy, ops)))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return noisy
