"""What the phone holds against doubt: its key, the server's receipts, the locked export, and being revoked."""

import io
import json
import zipfile
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from playwright.sync_api import Route, expect
from sqlalchemy import select

from inspect_app.services import devices
from inspect_app.store.tables import Device, DeviceKey, HeldOperation, Seal
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Phone

pytestmark = pytest.mark.browser
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "export" / "export.json").read_text("utf-8"))
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


def test_the_export_opens_with_the_agency_key_and_with_nothing_else(
    office: Office, open_phone: Callable[..., Phone], tmp_path: Path
) -> None:
    phone = open_phone(office.server.url)
    phone.context.route("**/api/v1/session", _tell_the_key)
    bob = Field(phone)
    bob.start(office.cast.bob)
    phone.offline()
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
    assert download.value.suggested_filename.endswith(".ktz")
    file = Path(download.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(_opened(file))) as inside:
        ops = [json.loads(line)["op"] for line in inside.read("ops.ndjson").splitlines()]
        photo = next(op for op in ops if op["k"] == "photo")
        assert len(inside.read(f"photos/{photo['sha']}")) == photo["size"]
        assert [op["i"] for op in ops if op["k"] == "answer"] == ["XDK-G1", "XDK-03"]
    assert b"XDK-03" not in file


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


def _tell_the_key(route: Route) -> None:
    """The agency's key as of the vectors, whose private half is known here."""
    if route.request.method == "DELETE":
        route.continue_()
        return
    answer = route.fetch()
    jwk = {name: VECTORS["jwk"][name] for name in ("kty", "crv", "x", "y")}
    told = {**answer.json(), "agency_key": {"key": VECTORS["key"], "jwk": jwk}} if answer.ok else answer.json()
    route.fulfill(response=answer, json=told)


def _opened(file: bytes) -> bytes:
    """The plaintext of inspect-export/1, written from its description."""
    end = file.index(b"\n") + 1
    line, rest = file[:end], file[end:]
    header, jwk = json.loads(line), VECTORS["jwk"]
    assert header["to"] == VECTORS["key"]
    own = ec.derive_private_key(_number(jwk["d"]), ec.SECP256R1())
    theirs = ec.EllipticCurvePublicNumbers(_number(header["epk"]["x"]), _number(header["epk"]["y"]), ec.SECP256R1())
    shared = own.exchange(ec.ECDH(), theirs.public_key())
    lock = AESGCM(HKDF(SHA256(), 32, _bytes(header["salt"]), b"inspect-export/1").derive(shared))
    size = header["chunk"] + 16
    pieces = [rest[at : at + size] for at in range(0, len(rest), size)]
    return b"".join(
        lock.decrypt(_bytes(header["nonce"]) + at.to_bytes(4, "big"), piece, line + bytes([at == len(pieces) - 1]))
        for at, piece in enumerate(pieces)
    )


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")
