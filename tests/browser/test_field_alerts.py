"""Being told of new work: off until somebody wants it, and what the phone shows then says nothing of what it is."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from inspect_app.store.tables import PushSubscription
from tests.browser.conftest import Office
from tests.browser.phone import Field
from tests.rigs.axe import stumbling_blocks

pytestmark = pytest.mark.browser
# A browser of the tests has no push service behind it: what stands in for one keeps the keys and gives an address.
PUSH_SERVICE = """() => {
  let subscription = null;
  PushManager.prototype.getSubscription = async () => subscription;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const plain = (bytes) => btoa(String.fromCharCode(...bytes));
    const text = (bytes) => plain(bytes).replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
    const keys = { p256dh: text(point), auth: text(crypto.getRandomValues(new Uint8Array(16))) };
    subscription = {
      toJSON: () => ({ endpoint: `https://push.example/${applicationServerKey.slice(0, 8)}`, keys }),
      unsubscribe: async () => { subscription = null; return true; },
    };
    return subscription;
  };
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, body, tag }) => [title, body, tag]);
}"""


def subscriptions(office: Office) -> list[PushSubscription]:
    with office.cast.reading() as tx:
        return list(tx.scalars(select(PushSubscription)))


def deliver(page: Page, message: str) -> None:
    """What the browser does when its push service has something for the service worker."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    for _ in range(1200):
        if found:
            break
        page.wait_for_timeout(50)
    parts = urlsplit(page.url)
    told = {"origin": f"{parts.scheme}://{parts.netloc}", "registrationId": found[0], "data": message}
    session.send("ServiceWorker.deliverPushMessage", told)


def test_it_is_switched_on_and_off_by_its_owner(office: Office, bob: Field) -> None:
    page = bob.page
    page.context.grant_permissions(["notifications"], origin=office.server.url)
    page.evaluate(PUSH_SERVICE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # before that no phone can be told anything
    page.get_by_role("link", name="Máy và dữ liệu", exact=True).click()
    group = page.get_by_role("group", name="Báo việc mới")
    off, on = (group.get_by_role("button", name=name, exact=True) for name in ("Tắt", "Bật"))
    expect(off).to_have_attribute("aria-pressed", "true")
    on.click()
    expect(on).to_have_attribute("aria-pressed", "true")
    (row,) = subscriptions(office)
    assert (row.person_id, row.endpoint.startswith("https://push.example/B")) == (office.cast.bob.id, True)
    assert stumbling_blocks(page) == []
    off.click()
    expect(off).to_have_attribute("aria-pressed", "true")
    assert subscriptions(office) == []


def test_a_message_shows_that_there_is_work_and_no_more(office: Office, bob: Field) -> None:
    page = bob.page
    page.context.grant_permissions(["notifications"], origin=office.server.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    deliver(page, "Công trình mật")
    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")
    assert page.evaluate(SHOWN) == [["Kiểm tra ATVSLĐ", "Có việc mới. Mở ứng dụng để xem.", "news"]]
