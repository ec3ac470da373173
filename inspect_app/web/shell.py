"""The phone app as files: its page, its service worker with the list of what to keep, its assets packed in memory."""

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from inspect_app.web.auth import allow_anyone
from inspect_app.web.problems import RequestRefused

bp = Blueprint("shell", __name__)

STATIC = Path(__file__).parent.parent.parent / "static"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
PACKED = frozenset({".js", ".css", ".svg", ".webmanifest", ".json"})
FIRST = ("js/main.js", "js/screens/sign_in.js")
PHONE_STYLE = "css/phone.css"
FOREVER = "public, max-age=31536000, immutable"
# Only modules that are loaded with their importer; import("./x.js") waits until somebody goes there.
IMPORTED = re.compile(r"""^(?:import|export)\b[^"'();]*?["'](\.[^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and as it travels."""

    path: str
    mimetype: str
    body: bytes
    packed: bytes | None
    sha256: str

    @property
    def is_for_phones(self) -> bool:
        """The office's scripts and styles stay off the phone: every kilobyte is paid for by the minute on 2G."""
        if self.path.startswith("js/desk/"):
            return False
        return self.path == PHONE_STYLE or self.path.startswith(("js/", "vendor/", "icons/"))


@dataclass(frozen=True, slots=True)
class Files:
    """Everything in static/ at the start of this process. `build` names exactly this content."""

    build: str
    by_path: dict[str, Asset]

    def url(self, path: str) -> str:
        return f"/assets/{self.build}/{path}"

    def kept(self) -> list[Asset]:
        """What a phone keeps to start without network."""
        return [asset for asset in self.by_path.values() if asset.is_for_phones]

    def first_modules(self) -> list[str]:
        """The first screen and all it imports: the browser asks for them at once, not one layer after the other."""
        found: list[str] = []
        waiting = [path for path in FIRST if path in self.by_path]
        while waiting:
            path = waiting.pop(0)
            if path in found:
                continue
            found.append(path)
            waiting += self._imports_of(path)
        return found

    def _imports_of(self, path: str) -> list[str]:
        here = (STATIC / path).parent
        imports = IMPORTED.findall(self.by_path[path].body.decode("utf-8"))
        paths = [(here / each).resolve().relative_to(STATIC.resolve()).as_posix() for each in imports]
        return [each for each in paths if each in self.by_path]


@cache
def files() -> Files:
    """Read once. A changed file is a new build, and needs a new process."""
    by_path = {asset.path: asset for asset in _read(STATIC)}
    by_path[PHONE_STYLE] = _phone_style(by_path)
    whole = hashlib.sha256("".join(f"{path} {asset.sha256}\n" for path, asset in by_path.items()).encode("utf-8"))
    return Files(whole.hexdigest()[:16], by_path)


def _read(folder: Path) -> Iterator[Asset]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in {".ts", ".md"} and file.name != "LICENSE":
            yield _asset(file.relative_to(folder).as_posix(), file.read_bytes())


def _asset(path: str, body: bytes) -> Asset:
    suffix = Path(path).suffix
    # mtime 0: the same content gives the same bytes in every process.
    packed = gzip.compress(body, 9, mtime=0) if suffix in PACKED else None
    mimetype = TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Asset(path, mimetype, body, packed, hashlib.sha256(body).hexdigest())


def _phone_style(by_path: dict[str, Asset]) -> Asset:
    """The field's styles in one file: each of eight would cost a round trip of 400 ms before the first screen."""
    parts = ["css/tokens.css", *sorted(path for path in by_path if path.startswith("css/field"))]
    return _asset(PHONE_STYLE, b"\n".join(by_path[path].body for path in parts if path in by_path))


def asset(path: str) -> str:
    """The address of a file in static/, for templates. A name that is not there stops the page, not the reader."""
    return files().url(files().by_path[path].path)


bp.add_app_template_global(asset, "asset")


@bp.get("/field/")
@allow_anyone
def field() -> Response:
    """The same page for everybody, without anybody's data: it starts without network."""
    return _answer(_page().encode("utf-8"), "text/html; charset=utf-8", cache="no-cache")


@bp.get("/sw.js")
@allow_anyone
def service_worker() -> Response:
    """static/sw.js with the list of files and their hashes in front; a changed file changes these bytes."""
    keep = [["/field/", hashlib.sha256(_page().encode("utf-8")).hexdigest()]]
    keep += [[files().url(each.path), each.sha256] for each in files().kept()]
    head = f"self.SHELL = {json.dumps({'build': files().build, 'files': keep}, separators=(',', ':'))};\n"
    body = head.encode("utf-8") + files().by_path["sw.js"].body
    return _answer(body, "text/javascript; charset=utf-8", cache="no-cache")


@bp.get("/app.webmanifest")
@allow_anyone
def manifest() -> Response:
    text = files().by_path["app.webmanifest"].body.decode("utf-8").replace("/assets/build/", files().url(""))
    return _answer(text.encode("utf-8"), TYPES[".webmanifest"], cache="no-cache")


@bp.get("/assets/<build>/<path:path>")
@allow_anyone
def static_file(build: str, path: str) -> Response:
    """Never changes under its address: another build's files are not served as this one's."""
    found = files().by_path.get(path)
    if found is None or build != files().build:
        raise RequestRefused("not-found")
    charset = "; charset=utf-8" if found.packed is not None else ""
    return _answer(found.body, found.mimetype + charset, cache=FOREVER, packed=found.packed)


@cache
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


@cache
def _page() -> str:
    here = files()
    return render_template(
        "shell.html",
        style=here.url(PHONE_STYLE),
        modules=[here.url(path) for path in here.first_modules()],
        main=here.url("js/main.js"),
        icon=here.url("icons/favicon.svg"),
        touch_icon=here.url("icons/icon-192.png"),
    )


def _answer(body: bytes, mimetype: str, *, cache: str, packed: bytes | None = None) -> Response:
    if mimetype.startswith(("text/", "application/manifest")):
        packed = packed or _packed(body)
    takes_gzip = packed is not None and request.accept_encodings["gzip"] > 0
    response = Response(packed if takes_gzip and packed is not None else body, content_type=mimetype)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    if packed is not None:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = cache
    return response
