"""Every screen of the office, found by following its links."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from inspect_app.app import assemble

# Together they see every page; the first opens what most of it is for.
CAST = ("so-xay-dung.supervisor", "so-noi-vu.coordinator", "admin")
# What has much in it comes before what is new and empty.
STARTS = (
    "/desk/inspections?state=complete",
    "/desk/laws/limits?minutes=100",
    "/desk/laws/ND12-2022/changed-by/ND283-2026",
    "/desk/",
    "/desk/inspections",
    "/verify",
)
MOST_OF_A_KIND = 2
# Addresses that give a file, a picture or a piece of a page instead of a screen.
NO_SCREEN = re.compile(r"\.|/original$|/photo/|/photos/|/thumb$|/view$|^/assets/|^/field/")


class DeskTour:
    """Remembers which kinds of page were seen; a kind is called by the name of its view."""

    def __init__(self) -> None:
        self._addresses = assemble().url_map.bind("")
        self.seen: set[str] = set()

    def name(self, address: str) -> str | None:
        """The view behind an address; None where it is no screen."""
        path = urlsplit(address).path
        if NO_SCREEN.search(path):
            return None
        try:
            endpoint, _ = self._addresses.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            return None
        return str(endpoint)

    def walk(self, page: Page) -> Iterator[str]:
        """From page to page along the links, breadth first; stops at each kind that was not seen before, by name."""
        waiting, been = list(STARTS), Counter[str]()
        while waiting:
            address = waiting.pop(0)
            name = self.name(address)
            if name is None or been[name] == MOST_OF_A_KIND:
                continue
            been[name] += 1
            answer = page.goto(address)
            assert answer is not None
            assert answer.status < 500, address
            if not answer.ok:
                continue  # for another role
            waiting += self._links(page).values()
            if name not in self.seen:
                self.seen.add(name)
                yield name.replace(".", "-").replace("_", "-")

    def _links(self, page: Page) -> dict[str, str]:
        """Where a page leads: of each kind of page the first address."""
        found: list[str] = page.locator("a[href^='/']").evaluate_all("links => links.map(a => a.getAttribute('href'))")
        return {name: each for each in reversed(found) if (name := self.name(each))}
