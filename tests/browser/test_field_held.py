"""What the server holds back and what a person decides about it; what is still on whose phone, as the phone says it."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from inspect_app.store import changes
from inspect_app.store.tables import HeldOperation, Inspection, TeamMember
from tests.browser.conftest import SITE, Office
from tests.browser.phone import Field, a_photo
from tests.builders import NOW
from tests.cast import Player
from tests.held_cast import decide
from tests.rigs.axe import stumbling_blocks

pytestmark = pytest.mark.browser
FIRST, SECOND, THIRD = "XDK-01", "XDK-02", "XDK-03"
REASON = "Ghi sau khi đã rời đoàn, không có người thứ hai xác nhận"


def _take_out(office: Office, player: Player) -> None:
    """The office takes somebody out of the team; the phone does not know yet."""
    with office.cast.writing() as tx:
        seat = tx.get_one(TeamMember, (office.visit, player.id))
        seat.removed_at = NOW
        changes.tell(tx, player.id, "gone", office.visit)
        tx.commit()


def _held(office: Office, kind: str) -> dict[str, str]:
    with office.cast.reading() as tx:
        rows = tx.scalars(select(HeldOperation)).all()
        return next({"id": str(row.id)} for row in rows if row.body["k"] == kind and row.body["i"] != FIRST)


def _fetch(field: Field) -> None:
    field.go("#/")
    field.page.get_by_role("button", name="Tải việc mới").click()
    expect(field.page.get_by_role("button", name="Tải việc mới")).to_be_enabled()


def test_a_revoked_assignment_keeps_the_draft_sends_it_and_tells_each_decision(
    bob: Field, office: Office, tmp_path: Path
) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item(FIRST).answer("Đạt")
    bob.wait_until_verified(FIRST)
    bob.phone.offline()
    bob.item(SECOND).answer("Không đạt")
    bob.item(SECOND).note("Không có biển tải trọng")
    bob.item(SECOND).add_photo(a_photo(tmp_path / "photo.jpg", 20))
    bob.item(THIRD).answer("Không đạt")
    _take_out(office, office.cast.bob)
    bob.phone.offline(False)
    bob.wait_for_sending()

    held = bob.item(SECOND).open().element.locator(".held-lines")
    expect(held).to_contain_text(re.compile(r"Kết quả “Không đạt”, Ghi chú, Ảnh lúc .* chờ người giám sát\."))
    expect(held.locator(".held-line")).to_have_count(1)
    expect(held).to_contain_text("Phân công của bạn đã được thu hồi trước khi nội dung này tới máy chủ.")
    expect(bob.item(SECOND).element.locator(".thumb")).to_contain_text("chờ xem xét")
    expect(bob.item(SECOND).button("Đạt")).to_be_disabled()
    assert stumbling_blocks(bob.page) == []
    bob.go(office.visit_hash)
    expect(bob.page.get_by_text("Phân công này đã được thu hồi.")).to_be_visible()
    expect(bob.page.get_by_text("vẫn được gửi về để người giám sát xem xét")).to_be_visible()
    expect(bob.page.locator(".held-line")).to_have_count(1)
    expect(bob.page.locator(".held-line")).to_contain_text("nội dung, 1 ảnh chờ người giám sát")
    assert stumbling_blocks(bob.page) == []

    answer, photo = _held(office, "answer"), _held(office, "photo")
    assert decide(office.cast, answer, "refused", REASON) == 302
    assert decide(office.cast, photo, "annexed", "Giữ kèm để tham khảo") == 302
    _fetch(bob)
    bob.go(office.visit_hash)
    lines = bob.page.locator(".held-line")
    expect(lines.filter(has_text=REASON)).to_contain_text("không được nhận; máy chủ vẫn lưu")
    expect(lines.filter(has_text=REASON)).to_contain_text(office.cast.vera.name)
    expect(lines.filter(has_text="Giữ kèm để tham khảo")).to_contain_text("được giữ làm phụ lục")
    assert stumbling_blocks(bob.page) == []
    lines.filter(has_text="phụ lục").get_by_role("link", name="Xem mục").click()
    expect(bob.page.locator(".held-line").filter(has_text="phụ lục").first).to_be_visible()
    assert bob.phone.complaints == []


def test_an_accepted_operation_counts_and_says_who_let_it_in(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.wait_until_verified("XDK-G1")
    with office.cast.writing() as tx:
        tx.get_one(Inspection, office.visit).state = "approved"
        tx.commit()
    bob.item(SECOND).answer("Không đạt")
    expect(bob.item(SECOND).element).to_contain_text("Nội dung tới sau khi hồ sơ đã được duyệt", timeout=30_000)
    assert decide(office.cast, _held(office, "answer"), "accepted") == 302
    bob.page.evaluate("dispatchEvent(new Event('online'))")
    expect(bob.item(SECOND).element).to_contain_text("đã được nhận vào kết quả", timeout=30_000)
    expect(bob.item(SECOND).element).to_contain_text(office.cast.vera.name)


# --- arrival --------------------------------------------------------------------------------------


def test_after_sending_the_phone_says_what_is_missing_and_on_whose_phone_until_all_is_here(
    office: Office, open_field: Callable[[Player], Field]
) -> None:
    alice, bob = open_field(office.cast.alice), open_field(office.cast.bob)
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item(FIRST).answer("Đạt")
    bob.wait_until_verified(FIRST)
    bob.phone.offline()
    bob.item(SECOND).answer("Đạt")
    _submit(bob, office)
    alice.visit(SITE)
    alice.begin()
    alice.item("XDK-G1").answer("Có")
    _submit(alice, office)
    alice.phone.offline()
    bob.phone.offline(False)
    expect(bob.page.get_by_text("Đủ dữ liệu.")).to_be_visible(timeout=30_000)
    bob.go(office.visit_hash)
    expect(bob.page.get_by_text("Máy chủ đã có đủ mọi mục, mọi ảnh")).to_be_visible()
    assert stumbling_blocks(bob.page) == []
    assert [*alice.phone.complaints, *bob.phone.complaints] == []


def test_a_colleague_whose_phone_still_holds_something_is_named(bob: Field, office: Office) -> None:
    bob.visit(SITE)
    bob.begin()
    bob.item("XDK-G1").answer("Có")
    bob.item(FIRST).answer("Đạt")
    bob.wait_until_verified(FIRST)
    _submit(bob, office)
    expect(bob.page.get_by_text("Đủ dữ liệu.")).to_be_visible(timeout=30_000)
    device = _a_phone_of(office, office.cast.alice)
    with office.cast.writing() as tx:
        row = tx.get_one(Inspection, office.visit)
        declared = dict(row.manifest or {})
        missing = {"device": str(device), "n": 3, "head": "0" * 64}
        row.manifest, row.state = {**declared, "devices": [*declared["devices"], missing]}, "submitted"
        changes.tell(tx, office.cast.bob.id, "visit", office.visit)
        tx.commit()
    bob.page.evaluate("dispatchEvent(new Event('online'))")
    told = bob.page.locator(".notice").filter(has_text="Máy chủ còn thiếu")
    expect(told).to_contain_text(f"3 mục trên máy của {office.cast.alice.name}", timeout=30_000)
    expect(bob.page.get_by_role("button", name="Tải lại")).to_be_visible()
    assert stumbling_blocks(bob.page) == []


def _a_phone_of(office: Office, player: Player) -> UUID:
    return office.cast.phone(player).device


def _submit(field: Field, office: Office) -> None:
    field.go(f"{office.visit_hash}/sign")
    field.sign("Kiểm tra viên")
    field.send()
