"""The phone app's addresses: its page, its service worker with the list of what to keep, its files."""

import hashlib
import json
from functools import cache

from flask import Blueprint, Response, render_template, request

from inspect_app.web.assets import NEXT_PACK, PHONE_STYLE, REST_PACK, TYPES, compress, files
from inspect_app.web.auth import allow_anyone
from inspect_app.web.problems import RequestRefused

bp = Blueprint("shell", __name__)

FOREVER = "public, max-age=31536000, immutable"
EACH_TIME = "no-cache"
# What a file may do when it is opened by itself; the page's own policy comes with the page. Short, because it
# stands in the answer to each of many small files. A worker is governed by it.
FILE_POLICY = "default-src 'none'; script-src 'self'"


def asset_url(path: str) -> str:
    """The address of a file in static/, for templates. A name that is not there stops the page, not the reader."""
    return files().url(files().by_path[path].path)


bp.add_app_template_global(asset_url, "asset")


@bp.get("/field/")
@allow_anyone
def field() -> Response:
    """The same page for everybody, without anybody's data: it starts without network."""
    return _answer(_page(), "text/html; charset=utf-8", _compressed(_page()), EACH_TIME)


@bp.get("/sw.js")
@allow_anyone
def service_worker() -> Response:
    """static/sw.js with the list of files and their hashes in front; a changed file changes these bytes."""
    here = files()
    keep = [["/field/", hashlib.sha256(_page()).hexdigest()]]
    keep += [[here.url(path), here.by_path[path].sha256] for path in here.loaded_first()]
    packs = [[here.url(path), here.by_path[path].sha256] for path in (NEXT_PACK, REST_PACK)]
    shell = {"build": here.build, "files": keep, "packs": packs}
    body = f"self.SHELL = {json.dumps(shell, separators=(',', ':'))};\n".encode() + here.by_path["sw.js"].body
    return _answer(body, TYPES[".js"], _compressed(body), EACH_TIME)


@bp.get("/app.webmanifest")
@allow_anyone
def manifest() -> Response:
    """What the phone's home screen shows; the addresses of the icons carry the build."""
    body = files().by_path["app.webmanifest"].body.replace(b"/assets/build/", files().url("").encode())
    return _answer(body, TYPES[".webmanifest"], _compressed(body), EACH_TIME)


@bp.get("/assets/<build>/<path:path>")
@allow_anyone
def static_file(build: str, path: str) -> Response:
    """Never changes under its address: another build's files are not served as this one's."""
    found = files().by_path.get(path)
    if found is None or build != files().build:
        raise RequestRefused("not-found")
    response = _answer(found.body, found.mimetype, found.compressed, FOREVER)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@cache
def _compressed(body: bytes) -> bytes:
    return compress(body)


@cache
def _page() -> bytes:
    here = files()
    return render_template(
        "shell.html",
        style=here.url(PHONE_STYLE),
        modules=[here.url(path) for path in here.first_modules()],
        main=here.url("js/main.js"),
        icon=here.url("icons/favicon.svg"),
        touch_icon=here.url("icons/icon-192.png"),
    ).encode("utf-8")


def _answer(body: bytes, mimetype: str, compressed: bytes | None, keep: str) -> Response:
    takes_gzip = compressed is not None and request.accept_encodings["gzip"] > 0
    response = Response(compressed if compressed is not None and takes_gzip else body, content_type=mimetype)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    if compressed is not None:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = keep
    return response
