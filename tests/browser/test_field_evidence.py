"""What the phone holds against doubt: its key, the server's receipts, the locked export, and being revoked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from inspect_app.services import devices
from inspect_app.store.tables import Device, DeviceKey, HeldOperation, Operation, Seal
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo
from tests.cast import Player
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk, Phone

pytestmark = pytest.mark.browser
ASK = """async ([file, name, ...given]) => {
  const at = document.querySelector('script[type=module]').src.replace(/main\\.js$/, '');
  return (await import(at + file))[name](...given);
}"""
# As Safari does in lockdown mode: a key cannot be cloned into the database.
NO_KEYS = """(() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...key) {
    if (value && value.privateKey) throw new DOMException("a CryptoKey could not be cloned", "DataCloneError");
    return put.call(this, value, ...key);
  };
})()"""


def ask(field: Field, name: str, *given: Any) -> Any:
    """What the phone's own modules say; the screens show it in their words."""
    return field.page.evaluate(ASK, ["sync/field.js", name, *given])


def test_what_a_phone_sends_is_under_its_seal_and_the_receipt_is_checked(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.wait_until_verified("XDK-G1")
    with office.cast.writing() as tx:
        key = tx.scalars(select(DeviceKey).where(DeviceKey.person_id == office.cast.bob.id)).one()
        seals = tx.scalars(select(Seal).where(Seal.key == key.key)).all()
        assert key.state == "trusted"
        assert seals
        assert {seal.verdict for seal in seals} == {"good"}
    assert ask(bob, "signingState") == {"mode": "signed", "state": "trusted", "key": key.key, "why": ""}
    receipt = ask(bob, "visit", str(office.visit))["receipt"]
    assert receipt["verified"] is True
    assert receipt["n"] == max(seal.n for seal in seals)


def test_a_browser_that_refuses_keys_works_the_same_without(office: Office, open_phone: Callable[..., Phone]) -> None:
    phone = open_phone(office.server.url)
    phone.context.add_init_script(NO_KEYS)
    bob = Field(phone)
    bob.start(office.cast.bob)
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.wait_until_verified("XDK-G1")
    told = ask(bob, "signingState")
    assert (told["mode"], told["key"]) == ("unsigned", None)
    assert "clone" in told["why"]


def test_what_a_phone_cannot_send_comes_in_as_a_file_and_is_not_doubled_by_the_phone(
    bob: Field, office: Office, open_office: Callable[[Player], Desk], tmp_path: Path
) -> None:
    bob.phone.offline()
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item("XDK-03").answer("Không đạt")
    bob.item("XDK-03").add_photo(a_photo(tmp_path / "photo.jpg"))
    at_risk = ask(bob, "atRisk")
    assert (at_risk["answers"], at_risk["photos"]) == (2, 1)
    bob.go("#/device")
    with bob.page.expect_download() as download:
        bob.page.get_by_role("button", name="Xuất dữ liệu chưa gửi").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".ktz"
    assert b"XDK-03" not in file.read_bytes()
    desk = open_office(office.cast.vera)
    desk.page.goto("/desk/import")
    desk.page.locator("input[type=file]").set_input_files(file)
    desk.page.get_by_role("button", name="Nhập tệp").click()
    expect(desk.page.get_by_text("Đã nhập xong")).to_be_visible()
    imported = _operations(office)
    assert len(imported) == len(set(imported)) >= 4
    bob.phone.offline(False)
    bob.go("#/")
    expect(bob.page.get_by_text("Mọi thứ đã gửi.")).to_be_visible(timeout=15_000)
    assert _operations(office)[: len(imported)] == imported
    assert ask(bob, "atRisk")["answers"] == 0


def test_a_revoked_phone_keeps_and_sends_everything_and_gets_nothing_new(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.wait_until_verified("XDK-G1")
    with office.cast.writing() as tx:
        phone = tx.scalars(select(Device).where(Device.person_id == office.cast.bob.id)).one()
        username, now = office.cast.bob.username, office.cast.now
        devices.revoke(tx, phone.id, username, reason="Báo mất máy", agency=None, actor=None, now=now)
        tx.commit()
    bob.item("XDK-01").answer("Đạt")
    bob.page.get_by_role("button", name="Đăng nhập lại").click()
    bob.page.get_by_label("Mật khẩu").fill("")
    bob.sign_in(office.cast.bob)
    expect(bob.page.get_by_text("Máy này đã bị cơ quan thu hồi.")).to_be_visible()
    assert stumbling_blocks(bob.page) == []
    assert ask(bob, "syncState")["unsent"]["ops"] == 0
    with office.cast.writing() as tx:
        held = tx.scalars(select(HeldOperation).where(HeldOperation.person_id == office.cast.bob.id)).all()
        assert {row.code for row in held} == {"device-revoked"}
    bob.item("XDK-02").answer("Đạt")
    bob.wait_until_verified("XDK-02")
    expect(bob.item("XDK-02").element.get_by_text("Chờ người giám sát")).to_be_visible()


def _operations(office: Office) -> list[UUID]:
    with office.cast.writing() as tx:
        return list(
            tx.scalars(select(Operation.id).where(Operation.inspection_id == office.visit).order_by(Operation.id))
        )
