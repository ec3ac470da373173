"""The system's Chromium: a phone whose browser can be killed and opened again, and a desk."""

import os
import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from tests.rigs import children

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
THAI_NGUYEN = {"latitude": 21.5942, "longitude": 105.8482, "accuracy": 8.0}
VIETNAM: dict[str, Any] = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "geolocation": THAI_NGUYEN,
    "permissions": ["geolocation", "camera"],
}


def executable() -> str:
    """The Chromium of the system's package; nothing is downloaded."""
    return children.need("chromium", "chromium-browser", "google-chrome", package="chromium")


def launch(playwright: Playwright) -> Browser:
    """A browser without a profile, for pages of the desk; its contexts forget everything."""
    return playwright.chromium.launch(executable_path=executable(), args=FLAGS)


class Desk:
    """An office computer: one clean context of a shared browser."""

    def __init__(self, browser: Browser, base_url: str | None = None, **options: Any) -> None:
        wanted = {"viewport": {"width": 1440, "height": 900}, **VIETNAM, **options}
        self.context = browser.new_context(base_url=base_url, **wanted)
        self.page = self.context.new_page()
        self.complaints = _listen(self.context)

    def close(self) -> None:
        """Close its windows."""
        self.context.close()


class Phone:
    """A phone with a profile of its own that survives `kill()`: what is on the disk stays, the rest is lost."""

    def __init__(self, playwright: Playwright, profile: Path, base_url: str | None = None, **options: Any) -> None:
        self._playwright = playwright
        self._profile = profile
        self._options: dict[str, Any] = {"base_url": base_url, **PHONE, **VIETNAM, **options}
        self.complaints: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self.is_open = False
        self.open()

    def open(self, **options: Any) -> Page:
        """Open the browser on the same profile; `offline=True` starts it without network."""
        assert not self.is_open, "the browser is open already"
        self.context = self._playwright.chromium.launch_persistent_context(
            self._profile, executable_path=executable(), args=FLAGS, **{**self._options, **options}
        )
        self.complaints = _listen(self.context)
        self.page = self.context.pages[0]
        self.is_open = True
        return self.page

    def close(self) -> None:
        """Close the browser as a person does; harmless when it is closed or killed already."""
        if self.is_open:
            self.is_open = False
            self.context.close()

    def kill(self) -> None:
        """SIGKILL the browser: an empty battery. No page gets a chance to save anything."""
        assert self.is_open, "the browser is not open"
        self.is_open = False
        mine = self._processes()
        for pid in mine:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it went down together with its parent
        # Its name goes first, its locks on the profile's files last.
        children.wait_until(lambda: not any(map(_holds_files, mine)), what="the killed browser is gone", seconds=60)
        try:
            self.context.close()
        except PlaywrightError as error:
            if "closed" not in str(error):  # the driver may notice only here that nobody is at the other end
                raise

    def offline(self, is_offline: bool = True) -> None:
        """Take the network away, from pages and service workers alike, or give it back."""
        self.context.set_offline(is_offline)

    def move(self, latitude: float, longitude: float, accuracy: float = 8.0) -> None:
        """Carry the phone somewhere else."""
        self.context.set_geolocation({"latitude": latitude, "longitude": longitude, "accuracy": accuracy})

    def slow_down(self, times: float) -> None:
        """Make the processor of the open page this many times slower, as on a cheap phone."""
        self.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": times})

    def _processes(self) -> list[int]:
        """The processes of this very profile; nobody else's browser is touched."""
        mine = f"--user-data-dir={self._profile}".encode()
        found = []
        for line in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                arguments = line.read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            if mine in arguments:
                found.append(int(line.parent.name))
        return found


def _listen(context: BrowserContext) -> list[str]:
    """Collect errors of the pages and refusals by the content security policy: a clean test ends with none."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A failed request is logged by the browser itself; being offline is no mistake of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    context.on("console", hear)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints


def _holds_files(pid: int) -> bool:
    """Not ended yet, or one of its threads has not; one that only waits to be fetched holds nothing any more."""
    process = Path(f"/proc/{pid}")
    try:
        state = (process / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
        return state not in "ZX" or len(list((process / "task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False
