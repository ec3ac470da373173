"""A backup holds everything up to its mark; a restore is noticed by everybody whom it concerns."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.cli import main
from inspect_app.domain.errors import RuleBroken
from inspect_app.services import backups, last_start, markers
from inspect_app.services.backups import Made
from inspect_app.store import blobs
from inspect_app.store.blobs import Announced
from inspect_app.store.tables import AuditRow, Operation
from inspect_app.web.request import ground
from tests.api.test_completeness import upload
from tests.builders import NOW, Phone
from tests.cast import PUSH, Cast
from tests.held_cast import push

SHA = hashlib.sha256(b"picture").hexdigest()


class House:
    """An installation with one visit whose answers and picture have arrived."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast, self.folder = cast, folder
        self.settings = ground(cast.app).settings
        self.visit = cast.inspection(cast.alice)
        self.phone: Phone = cast.phone(cast.alice)
        self.send(self.phone.answer(self.visit, "GEN-01", "fail"), self.phone.photo(self.visit, "", b"picture"))
        upload(cast, cast.alice, self.visit, b"picture")

    def send(self, *ops: dict[str, object]) -> None:
        push(self.cast, self.cast.alice, self.phone, self.visit, *ops)

    def backup(self, days: int = 0) -> Made:
        return backups.make(
            self.settings.database_url,
            self.settings.evidence_dir,
            self.folder,
            epoch=self.epoch(),
            now=NOW + timedelta(days=days),
        )

    def restore(self, made: Made, *, force: bool = True) -> None:
        ground(self.cast.app).engine.dispose()
        manifest = backups.restore(
            self.settings.database_url, self.settings.evidence_dir, made.folder, force=force, now=NOW
        )
        with self.cast.writing() as tx:
            backups.resume(tx, manifest, NOW)
            tx.commit()

    def epoch(self) -> str:
        with self.cast.reading() as tx:
            return markers.epoch(tx)

    def operations(self) -> int:
        with self.cast.reading() as tx:
            return len(tx.scalars(select(Operation)).all())

    def evidence(self) -> Path:
        return ground(self.cast.app).evidence.path(self.cast.alice.agency, SHA)

    def start(self) -> str | None:
        with self.cast.reading() as tx:
            return last_start.trouble(tx, self.settings.data_dir)

    def keep_mark(self) -> None:
        with self.cast.reading() as tx:
            last_start.keep(tx, self.settings.data_dir)


@pytest.fixture
def house(cast: Cast, tmp_path: Path) -> House:
    return House(cast, tmp_path / "backups")


def test_what_was_there_comes_back_and_phones_are_asked_for_the_rest(house: House) -> None:
    made = house.backup()
    before = house.epoch()
    later = house.phone.comment(house.visit, "", "Sau bản sao lưu")
    house.send(later)
    house.evidence().unlink()
    assert house.operations() == 3

    house.restore(made)

    assert house.operations() == 2
    assert house.evidence().read_bytes() == b"picture"
    assert house.epoch() != before
    client = house.cast.client(house.cast.alice)
    answer = client.post(PUSH, json=house.phone.batch((house.visit, [later]), epoch=before))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "epoch-changed")
    house.send(later)
    assert house.operations() == 3
    with house.cast.reading() as tx:
        told = tx.scalars(select(AuditRow).where(AuditRow.action == "database.restored")).all()
    assert {each.facts["epoch_before"] for each in told} == {before}


def test_the_mark_stays_behind_the_backup_and_reaches_phones(house: House) -> None:
    made = house.backup()
    with house.cast.writing() as tx:
        backups.note(tx, made)
        tx.commit()

    answer = house.cast.client(house.cast.alice).post(PUSH, json=house.phone.batch())

    assert answer.get_json()["backup"] == int((NOW - timedelta(minutes=10)).timestamp() * 1000)


def test_a_second_backup_costs_no_room_for_what_has_not_changed(house: House) -> None:
    first, second = house.backup(), house.backup(days=1)
    upload_again = house.phone.photo(house.visit, "", b"another")
    house.send(upload_again)
    upload(house.cast, house.cast.alice, house.visit, b"another")
    third = house.backup(days=2)

    assert [(each.files, each.linked) for each in (first, second, third)] == [(1, 0), (1, 1), (2, 1)]
    copies = [next((each.folder / "evidence").glob(f"*/*/{SHA}")) for each in (first, second, third)]
    assert len({each.stat().st_ino for each in copies}) == 1
    assert copies[0].stat().st_ino != house.evidence().stat().st_ino


def test_nothing_is_put_over_data_unless_it_is_said(house: House) -> None:
    made = house.backup()
    house.send(house.phone.comment(house.visit, "", "Mới hơn"))

    with pytest.raises(RuleBroken, match="not-empty"):
        house.restore(made, force=False)

    assert house.operations() == 3


@pytest.mark.parametrize("what", ["database", "evidence", "lost", "manifest"])
def test_a_damaged_backup_is_noticed_before_anything_is_touched(house: House, what: str) -> None:
    made = house.backup()
    [picture] = (made.folder / "evidence").glob("*/*/*")
    [database] = made.folder.glob("database.*")
    manifest = made.folder / "manifest.json"
    if what == "lost":
        picture.unlink()
    elif what == "manifest":
        manifest.write_text("{}")
    else:
        damaged = {"database": database, "evidence": picture}[what]
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
    before = house.epoch()

    with pytest.raises(RuleBroken, match="no-backup" if what == "manifest" else "evidence-damaged"):
        house.restore(made)

    assert (house.operations(), house.epoch()) == (2, before)


def test_evidence_that_was_changed_stops_the_backup(house: House) -> None:
    house.evidence().chmod(0o600)
    house.evidence().write_bytes(b"changed")

    with pytest.raises(RuleBroken, match="evidence-damaged"):
        house.backup()

    assert list(house.folder.glob("*/manifest.json")) == []


@pytest.mark.parametrize("what", ["elsewhere", "one lost", "another size"])
def test_evidence_that_the_database_knows_and_the_copy_lacks_is_no_backup(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    house.send(house.phone.photo(house.visit, "", b"another"))
    upload(house.cast, house.cast.alice, house.visit, b"another")
    house.send(house.phone.photo(house.visit, "", b"not sent yet"))
    monkeypatch.setenv("INSPECT_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("INSPECT_DATA_DIR", str(house.settings.data_dir))
    if what == "elsewhere":
        monkeypatch.setenv("INSPECT_EVIDENCE_URL", (tmp_path / "wrong").as_uri())
    elif what == "one lost":
        house.evidence().unlink()
    else:
        lonely = hashlib.sha256(b"lonely").hexdigest()
        place = ground(house.cast.app).evidence.path(house.cast.alice.agency, lonely)
        place.parent.mkdir(parents=True)
        place.write_bytes(b"lonely")
        with house.cast.writing() as tx:
            announced = Announced(house.cast.alice.agency, lonely, 7, "image/jpeg", house.cast.alice.id, NOW)
            blobs.complete(tx, announced)
            tx.commit()

    said = {"elsewhere": "2 of the 2 files", "one lost": "1 of the 2 files", "another size": "1 of the 3 files"}[what]
    with pytest.raises(SystemExit, match=said) as end:
        main(["backup", str(house.folder)])

    assert isinstance(end.value.code, str)  # a sentence: Python ends with status 1
    assert [file.name for file in house.folder.glob("*/manifest.json")] == []
    with house.cast.reading() as tx:
        assert markers.both(tx)[1] is None


def test_a_copy_put_back_by_hand_stops_the_start_until_the_epoch_is_changed(house: House) -> None:
    made = house.backup()
    assert house.start() is None
    house.keep_mark()
    assert house.start() is None
    house.send(house.phone.comment(house.visit, "", "Sau bản sao lưu"))
    house.keep_mark()
    ground(house.cast.app).engine.dispose()
    manifest = backups.restore(
        house.settings.database_url, house.settings.evidence_dir, made.folder, force=True, now=NOW
    )
    said = house.start()

    assert said is not None
    assert "epoch bump" in said
    with house.cast.writing() as tx:
        backups.resume(tx, manifest, NOW)
        tx.commit()
    assert house.start() is None
    house.keep_mark()

    house_epoch = json.loads((house.settings.data_dir / "last-start.json").read_text())
    assert house_epoch["epoch"] == house.epoch()
    assert house_epoch["former"] == [manifest["epoch"]]


def test_the_commands_do_the_same(
    house: House, app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (
        ("INSPECT_DATABASE_URL", house.settings.database_url),
        ("INSPECT_DATA_DIR", str(house.settings.data_dir)),
    ):
        monkeypatch.setenv(name, value)
    main(["backup", str(house.folder)])
    [backup] = house.folder.iterdir()
    house.send(house.phone.comment(house.visit, "", "Sau"))
    ground(app).engine.dispose()

    main(["restore", "--check", str(backup)])
    with pytest.raises(SystemExit, match="not-empty"):
        main(["restore", str(backup)])
    main(["restore", "--force", str(backup)])

    assert "1 files of evidence, every hash right" in capsys.readouterr().out
    assert house.operations() == 2
    before = house.epoch()
    main(["epoch", "bump"])
    assert house.epoch() != before
