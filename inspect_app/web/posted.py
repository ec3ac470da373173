"""The page behind the address a form is sent to: for Back, a bookmark or a reload after a form that was refused."""

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def page_behind(path: str) -> str | None:
    """The nearest address above that can be opened, of the office's pages; None elsewhere."""
    if not path.startswith("/desk/"):
        return None
    router = current_app.url_map.bind("")
    above = path.rstrip("/")
    while above != "/desk":
        above = above.rpartition("/")[0]
        address = above if above != "/desk" else "/desk/"
        try:
            router.match(address, method="GET")
        except RequestRedirect:
            return address
        except HTTPException:
            continue
        return address
    return None
