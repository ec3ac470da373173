"""An administrator connects another system: the real server, the real worker, a receiver that checks what it gets."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from inspect_app.app import create_app
from inspect_app.settings import Settings
from inspect_app.web.request import ground
from tests.browser.test_desk import sign_in
from tests.cast import Cast
from tests.rigs import receiver
from tests.rigs.axe import stumbling_blocks
from tests.rigs.chromium import Desk
from tests.rigs.receiver import Receiver
from tests.rigs.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver.running() as running:
        yield running


@pytest.fixture
def server(serve: Callable[..., Server], sqlite_url: str) -> Server:
    """In its settings the receiver's machine is one of the house."""
    return serve(sqlite_url, INSPECT_INHOUSE_NETS="127.0.0.1/32")


@pytest.fixture
def cast(sqlite_url: str, server: Server) -> Iterator[Cast]:
    variables = {"INSPECT_DATABASE_URL": sqlite_url, "INSPECT_DATA_DIR": str(server.data_dir)}
    app = create_app(Settings.from_environment(variables))
    yield Cast(app)
    ground(app).engine.dispose()


def test_a_system_is_connected_and_tried_out(
    open_desk: Callable[..., Desk], server: Server, cast: Cast, other: Receiver
) -> None:
    page = open_desk(server.url).page
    sign_in(page, cast.adam)
    page.goto("/desk/people")
    page.get_by_role("link", name="Kết nối hệ thống khác").click()
    page.get_by_role("link", name="Thêm kết nối").click()
    page.get_by_label("Tên hệ thống").fill("Trung tâm điều hành thông minh")
    page.get_by_label("Địa chỉ nhận").fill("http://192.168.1.1/nhan")
    page.get_by_role("button", name="Thêm kết nối").click()
    expect(page.get_by_role("alert")).to_contain_text("phải bắt đầu bằng https://")
    assert stumbling_blocks(page) == []

    page.get_by_label("Địa chỉ nhận").fill(other.url)
    page.get_by_role("button", name="Thêm kết nối").click()
    expect(page.get_by_role("heading", name="Khóa ký của Trung tâm điều hành thông minh")).to_be_visible()
    secret = base64.b64decode(page.get_by_label("Khóa ký").input_value().removeprefix("whsec_"))
    assert stumbling_blocks(page) == []
    page.get_by_role("link", name="Đã chép khóa").click()

    page.get_by_role("button", name="Gửi tin thử").click()
    expect(page.get_by_role("status")).to_contain_text("Tin thử được gửi trong vòng một phút.")
    server.command("worker", "--once")
    page.reload()
    expect(page.get_by_role("row", name="Tin thử")).to_contain_text("Đã nhận")
    assert stumbling_blocks(page) == []

    (arrived,) = other.received
    signed = f"{arrived.headers['webhook-id']}.{arrived.headers['webhook-timestamp']}.".encode() + arrived.body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert arrived.headers["webhook-signature"] == f"v1,{expected}"
