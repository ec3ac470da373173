"""Two people on one visit, a session that ends in the middle, a new version while an inspection is open."""

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from inspect_app.store.tables import SignIn
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field
from tests.cast import Cast, Player
from tests.rigs import server as server_rig
from tests.rigs.chromium import Desk, Phone
from tests.rigs.server import Server

pytestmark = pytest.mark.browser
DESIGN, APPROVAL = "XDK-01", "XDK-02"


def _fill(field: Field, answers: dict[str, str]) -> None:
    field.visit(SITE)
    field.begin()
    field.item("XDK-G1").answer("Có")
    for code, word in answers.items():
        field.item(code).answer(word)
        expect(field.item(code).word()).to_have_text("trên máy")


def test_two_differing_answers_are_both_kept_until_somebody_decides(
    office: Office, open_field: Callable[[Player], Field], open_office: Callable[[Player], Desk]
) -> None:
    alice, bob = open_field(office.cast.alice), open_field(office.cast.bob)
    for field in (alice, bob):
        field.phone.offline()
    _fill(alice, {DESIGN: "Đạt", APPROVAL: "Đạt"})
    _fill(bob, {DESIGN: "Đạt", APPROVAL: "Không đạt"})
    for field in (alice, bob):
        field.phone.offline(False)
        expect(field.item(APPROVAL).word()).to_have_text("đã đối chiếu", timeout=30_000)

    desk = open_office(office.cast.vera)
    desk.page.goto(f"/desk/inspections/{office.visit}")
    differing = desk.page.get_by_role("region", name="Hai kết quả khác nhau (1)")
    expect(differing).to_contain_text(APPROVAL)
    for player, word in ((office.cast.alice, "Đạt"), (office.cast.bob, "Không đạt")):
        expect(differing).to_contain_text(player.name)
        expect(differing.get_by_text(word, exact=True)).to_be_visible()

    alice.go("#/")
    alice.page.get_by_role("button", name="Tải việc mới").click()
    alice.go(f"{office.visit_hash}/check/XDK/scaffold/{APPROVAL}")
    item = alice.item(APPROVAL)
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_visible()
    item.decide(f"Giữ kết quả của {office.cast.bob.name}", "Không đạt")
    expect(item.element.get_by_text("Hai kết quả khác nhau.")).to_be_hidden()
    expect(item.button("Không đạt")).to_have_attribute("aria-pressed", "true")
    expect(item.word()).to_have_text("đã đối chiếu", timeout=30_000)
    desk.page.reload()
    expect(desk.page.get_by_text("Hai kết quả khác nhau")).to_have_count(0)
    assert [*alice.phone.complaints, *bob.phone.complaints, *desk.complaints] == []


def test_a_session_that_ends_keeps_everything_until_the_next_sign_in(bob: Field, office: Office) -> None:
    bob.phone.offline()
    _fill(bob, {DESIGN: "Đạt", APPROVAL: "Đạt"})
    with office.cast.writing() as tx:
        tx.query(SignIn).delete()
        tx.commit()
    bob.phone.offline(False)

    banner = bob.page.get_by_text("Đăng nhập lại để gửi")
    expect(banner).to_be_visible(timeout=30_000)
    bob.item("XDK-04").answer("Đạt")
    expect(bob.item("XDK-04").word()).to_have_text("trên máy")

    bob.page.get_by_role("button", name="Đăng nhập lại").click()
    bob.page.get_by_label("Mật khẩu").fill("sai mật khẩu")
    bob.page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(bob.page.get_by_role("alert")).to_be_visible()
    bob.sign_in(office.cast.bob)
    for code in (DESIGN, APPROVAL, "XDK-04"):
        expect(bob.item(code).word()).to_have_text("đã đối chiếu", timeout=30_000)
    expect(banner).to_be_hidden()
    assert bob.phone.complaints == []


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the product that a test may change, and that the server is started from."""
    copy = tmp_path / "release"
    copy.mkdir()
    for name in ("inspect_app", "static", "templates", "forms"):
        shutil.copytree(server_rig.TOP / name, copy / name)
    shutil.copy(server_rig.TOP / "run.py", copy)
    monkeypatch.setattr(server_rig, "TOP", copy)
    return copy


def test_a_new_version_waits_until_the_inspector_lets_it_in(
    release: Path,
    prepared: tuple[Cast, UUID],
    serve: Callable[..., Server],
    sqlite_url: str,
    open_phone: Callable[..., Phone],
) -> None:
    cast, _ = prepared
    server = serve(sqlite_url)
    bob = Field(open_phone(server.url))
    bob.start(cast.bob)
    _fill(bob, {DESIGN: "Đạt"})
    note = bob.item(APPROVAL)
    note.button("Ghi chú").click()
    note.element.get_by_label("Ghi chú").press_sequentially("Thẻ treo đủ", delay=20)
    bob.page.evaluate("window.stillTheSamePage = true")
    with (release / "static/css/field.css").open("a", encoding="utf-8") as style:
        style.write("\n:root {\n  --released: 2;\n}\n")
    server.restart()
    bob.page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.update())")

    expect(bob.page.get_by_text("Có bản mới.")).to_be_visible(timeout=30_000)
    bob.page.wait_for_timeout(1000)
    assert bob.page.evaluate("window.stillTheSamePage") is True
    expect(note.element.get_by_label("Ghi chú")).to_have_value("Thẻ treo đủ")

    # A slow thumb: the half-typed note is saved and sent meanwhile, and the button must still be the same one.
    bob.page.get_by_role("button", name="Cập nhật").hover()
    with bob.page.expect_navigation():
        bob.page.mouse.down()
        bob.page.wait_for_timeout(3000)
        bob.page.mouse.up()
    bob.unlock()
    assert bob.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--released').trim()") == "2"
    expect(bob.item(DESIGN).element).to_have_attribute("data-verdict", "pass")
    expect(note.open().element.get_by_label("Ghi chú")).to_have_value("Thẻ treo đủ")
    assert bob.phone.complaints == []
