"""Kills a Chromium at random moments of a visit, opens it again without network, and looks what is left."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.phone import Field
from tests.chromium.checks import Notebook, Told
from tests.chromium.office import CHECKLIST, SECTION, Office
from tests.rigs.chromium import Phone
from tests.simulation.model import Breach, Kind

HAND = (Path(__file__).parent / "hand.js").read_text("utf-8")
# What the person, the phone or the link is at when the battery dies.
KINDS = ("answer", "photo", "push", "install", "update", "quota", "tabs")
KILLS_PER_VISIT = 20
# Chromium writes down which caches there are five seconds after they came to be; before, a kill takes them away again.
WRITTEN_DOWN = 6_500
# The worker is there and has everything that works without network.
WHOLE = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const rests = await Promise.all(names.map(async (name) =>
    (await (await caches.open(name)).keys()).some(({ url }) => url.endsWith("/phone.rest.json"))));
  return rests.includes(true) && (await navigator.serviceWorker.getRegistration())?.active != null;
}"""
REST = 120.0


@dataclass(slots=True)
class Score:
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    told: int = 0
    operations: int = 0
    photos: int = 0
    seconds: float = 0.0
    breaches: list[Breach] = field(default_factory=list)

    @property
    def line(self) -> str:
        counted = Counter(each.kind for each in self.breaches)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kills.items()))
        return (
            f"chromium: {self.kills.total()} kills ({kinds}), {self.told} times told, {self.operations} operations,"
            f" {self.photos} photos: {counted[Kind.LOST]} lost, {counted[Kind.DUPLICATED]} duplicated,"
            f" {counted[Kind.ALTERED]} altered; seed {self.seed}, {self.seconds:.0f} s"
        )


class DoesNotOpen(Exception):
    """The phone stands somewhere else than at the visit; nothing can be compared any more."""


class Battery:
    """One phone through all its deaths."""

    def __init__(self, playwright: Playwright, office: Office, score: Score) -> None:
        self.office, self.score = office, score
        self.rng = Random(f"chromium {score.seed}")
        self.notebook = Notebook(breaches=score.breaches)
        self.told = Told()
        self.in_order = True
        self.is_without_files = False
        self.phone = Phone(playwright, office.folder / "profile", f"http://127.0.0.1:{office.port}")
        self.visit: UUID = office.visits[0]

    # --- the life of the phone ----------------------------------------------------------------------

    def set_up(self) -> None:
        """Signed in, everything on the phone, each visit begun."""
        field_ = Field(self.phone)
        field_.open()
        field_.sign_in(self.office.bob)
        for words in ("Bỏ qua", "Vẫn bỏ qua"):  # asked for at each of two hundred starts, it would take an hour
            self.page.get_by_role("button", name=words, exact=True).click()
        expect(self.page.get_by_role("heading", name="Việc của tôi")).to_be_visible(timeout=60_000)
        field_.wait_until_whole()
        for visit in self.office.visits:
            field_.go(f"#/visit/{visit}")
            self.page.get_by_role("button", name="Bắt đầu kiểm tra").click()
            expect(self.page.locator("article.item").first).to_be_visible(timeout=30_000)
        self.phone.close()  # the cookie of the sign-in is written down

    @property
    def page(self) -> Page:
        return self.phone.page

    def open(self) -> None:
        """Without network, at the visit; what the screen says from now on is heard."""
        self.phone.open(offline=True)
        self._listen()
        try:
            self.page.goto(self._address, wait_until="commit", timeout=60_000)
        except PlaywrightError:
            if not self.is_without_files:
                raise
            self.phone.offline(False)
            self.page.goto(self._address, wait_until="commit", timeout=60_000)
        self._stand_at_visit()
        self._become_whole()

    def _stand_at_visit(self) -> None:
        try:
            expect(self.page.locator("article.item").first).to_be_visible(timeout=90_000)
        except AssertionError:
            said = self.page.locator("main").inner_text()
            raise DoesNotOpen(
                f"after {self.score.kills.total()} deaths the visit does not open: {said[:200]}"
            ) from None

    def _become_whole(self) -> None:
        """Where the browser had thrown out the files, they come again before the next death."""
        if self.is_without_files:
            self.phone.offline(False)
            self.page.wait_for_function(WHOLE, timeout=60_000, polling=200)
            self.page.wait_for_timeout(WRITTEN_DOWN)
            self.phone.offline()
            self.is_without_files = False

    def _listen(self) -> None:
        self.told = Told()
        self.phone.context.add_init_script(HAND)
        self.phone.context.expose_binding("hear", lambda _, kind, item, said: self.told.hear(kind, item, said))

    @property
    def _address(self) -> str:
        return f"/field/#/visit/{self.visit}/check/{CHECKLIST}/{SECTION}"

    def disk(self) -> Any:
        asked = {"user": str(self.office.bob.id), "insp": str(self.visit)}
        return self.page.evaluate("of => disk(of)", asked)

    def look(self) -> None:
        """After a death: everything that was told before it must be here."""
        told = self.told
        self.open()
        self.notebook.look(self.visit, self.disk(), told, in_order=self.in_order)
        self.notebook.screen(self.visit, self.page.evaluate("shown()"))
        self.score.told += told.count
        self.in_order = True

    def move(self, visit: UUID) -> None:
        """To another visit, once what the last death left behind has been looked at: a photo that was being taken leads
        the app back to where it was meant for."""
        self.page.wait_for_timeout(1_000)
        self.visit = visit
        self.page.goto(self._address, wait_until="commit")
        self.page.reload(wait_until="commit")
        self._stand_at_visit()
        self.told = Told()

    def die(self, kind: str) -> None:
        self.phone.kill()
        self.score.kills[kind] += 1

    # --- what it dies of ----------------------------------------------------------------------------

    def play(self, kind: str) -> None:
        getattr(self, f"_{kind}")()
        self.die(kind)

    def _work(self, page: Page, *, photos: float = 0.05, pause: int = 60) -> None:
        how = {"seed": self.rng.getrandbits(32), "photos": photos, "pause": pause, "names": self.office.items}
        page.evaluate("how => { void work(how) }", how)

    def _wait(self, least: int, most: int) -> None:
        """A moment by lot; what the screen says meanwhile is heard."""
        self.page.wait_for_timeout(self.rng.randint(least, most))

    def _answer(self) -> None:
        self._work(self.page, photos=0, pause=40)
        self._wait(20, 900)

    def _photo(self) -> None:
        self._work(self.page, photos=0.7)
        self._wait(100, 1800)

    def _push(self) -> None:
        self._work(self.page, photos=0.2)
        self._wait(100, 600)
        self.phone.offline(False)
        self._wait(0, 2000)

    def _install(self) -> None:
        """The browser threw the worker out with its files; it comes again while the person works."""
        self.is_without_files = True
        self._work(self.page)
        self.page.evaluate(
            "caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))"
            ".then(() => navigator.serviceWorker.ready).then((worker) => worker.unregister())"
        )
        self.phone.offline(False)
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        self._wait(0, 1500)

    def _update(self) -> None:
        """Another version comes in while the person works; half of the time they let it in."""
        self.office.release()
        self._work(self.page)
        self.phone.offline(False)
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        if self.rng.random() < 0.5:
            self._wait(0, 1500)
            return
        button = self.page.get_by_role("button", name="Cập nhật", exact=True)
        # One that came in before and waited may be the very version that is served again: then nothing is offered.
        with suppress(PlaywrightTimeout):
            button.dispatch_event("click", timeout=10_000)
        self._wait(0, 700)

    def _quota(self) -> None:
        """The disk is full, for photos only or for everything; sometimes there is room again before the end."""
        session = self.phone.context.new_cdp_session(self.page)
        origin = f"http://127.0.0.1:{self.office.port}"
        used = session.send("Storage.getUsageAndQuota", {"origin": origin})["usage"]
        self._work(self.page, photos=0.3)
        self._wait(50, 500)
        room = self.rng.choice([0, used, used + 30_000])
        session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": room})
        self._wait(100, 1500)
        if self.rng.random() < 0.5:
            session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
            self._wait(50, 500)

    def _tabs(self) -> None:
        """Two windows of the same person at the same visit, both working, both sending."""
        other = self.phone.context.new_page()
        other.goto(self._address, wait_until="commit")
        expect(other.locator("article.item").first).to_be_visible(timeout=60_000)
        self.in_order = False
        self._work(self.page, photos=0.1)
        self._work(other, photos=0.1)
        self.phone.offline(False)
        self._wait(100, 2500)

    # --- the end ------------------------------------------------------------------------------------

    def rest(self) -> None:
        """The link is good again: everything goes out, and the server holds it once."""
        self.look()
        self.office.mend()
        self.phone.offline(False)
        end = time.monotonic() + REST
        for visit in self.office.visits:
            self.visit = visit
            while _is_unsent(self.disk()):
                if time.monotonic() > end:
                    self.notebook.breach(Kind.LOST, f"visit {visit} was not sent in {REST:.0f} s: {_left(self.disk())}")
                    break
                self.page.wait_for_timeout(500)
            self.notebook.look(visit, self.disk(), Told(), in_order=True)
        self.phone.close()
        self.score.operations = sum(len(each) for each in self.notebook.written.values())
        self.score.photos = self.notebook.server(self.office)


def _is_unsent(disk: Any) -> bool:
    return bool(disk["waiting"]) or any(not row["complete"] for row in disk["photos"])


def _left(disk: Any) -> str:
    return f"{len(disk['waiting'])} operations, {sum(not row['complete'] for row in disk['photos'])} photos"


def play(playwright: Playwright, kills: int, seed: int, say: Callable[[str], None] = lambda _: None) -> Score:
    """So many deaths, each kind as often as the others, in an order by lot."""
    score = Score(seed)
    began = time.monotonic()
    with ExitStack() as end:
        office = Office(end, visits=-(-kills // KILLS_PER_VISIT))
        battery = Battery(playwright, office, score)
        end.callback(battery.phone.close)
        battery.set_up()
        try:
            _live(battery, kills, say)
            battery.rest()
        except DoesNotOpen as error:
            battery.notebook.breach(Kind.LOST, str(error))
    score.seconds = time.monotonic() - began
    return score


def _live(battery: Battery, kills: int, say: Callable[[str], None]) -> None:
    score, began = battery.score, time.monotonic()
    order: list[str] = []
    for number in range(kills):
        if not order:
            order = list(KINDS)
            battery.rng.shuffle(order)
        kind = order.pop()
        before = len(score.breaches)
        battery.look()
        if number and number % KILLS_PER_VISIT == 0:
            battery.move(battery.office.visits[number // KILLS_PER_VISIT])
        battery.play(kind)
        for breach in score.breaches[before:]:
            say(f"after {number} kills: {breach.kind}: {breach.said}")
        say(f"{number + 1} {kind}: {battery.told.count} told, {time.monotonic() - began:.0f} s")
