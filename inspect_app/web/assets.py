"""The files of static/ as they travel: without comments, compressed once; what a phone keeps, as one pack."""

import gzip
import hashlib
import json
import mimetypes
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent.parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
COMPRESSED = frozenset({".js", ".css", ".svg", ".webmanifest", ".json"})
FIRST = ("js/main.js", "js/screens/sign_in.js", "js/screens/pin.js")
# What signing in opens, until the list of visits stands. The service worker fetches it while the name is typed.
NEXT = ("js/sync/entering.js", "js/screens/work.js", "js/screens/recall.js", "js/sync/exchange.js", "js/sync/update.js")
PHONE_STYLE = "css/phone.css"
# Two files with everything else: what signing in opens, and what the list of visits opens.
NEXT_PACK = "phone.next.json"
REST_PACK = "phone.rest.json"
# Only modules that are loaded with their importer; import("./x.js") waits until somebody goes there.
IMPORTED = re.compile(r"""^(?:import|export)\b[^"'();]*?["'](\.[^"']+)["']""", re.MULTILINE)
# Comments that have lines for themselves: a third of our scripts, and a phone on 2G would pay for it.
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and compressed (None: it would not get smaller)."""

    path: str
    mimetype: str
    body: bytes
    compressed: bytes | None
    sha256: str

    @property
    def is_for_phones(self) -> bool:
        """The office's scripts and styles stay off the phone, and the icons that only an installation asks for."""
        if self.path.startswith("js/desk/"):
            return False
        return self.path in {PHONE_STYLE, "icons/favicon.svg"} or self.path.startswith(("js/", "vendor/"))


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

    def loaded_first(self) -> list[str]:
        """What the page itself asks for before anybody signed in; it is on the phone when the rest comes."""
        return [PHONE_STYLE, "icons/favicon.svg", *self.first_modules()]

    def first_modules(self) -> list[str]:
        """The first screen and all it imports: the browser asks for them at once, not one layer after the other."""
        return self._with_imports(FIRST)

    def packed(self) -> tuple[list[str], list[str]]:
        """What is in the two packs."""
        first, until_list = set(self.loaded_first()), self._with_imports((*FIRST, *NEXT))
        following = [path for path in until_list if path not in first]
        rest = [each.path for each in self.kept() if each.path not in {*first, *following}]
        return following, rest

    def _with_imports(self, roots: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        waiting = [path for path in roots if path in self.by_path]
        while waiting:
            path = waiting.pop(0)
            if path not in found:
                found.append(path)
                waiting += self._imports_of(path)
        return found

    def _imports_of(self, path: str) -> list[str]:
        here = posixpath.dirname(path)
        imports = IMPORTED.findall(self.by_path[path].body.decode("utf-8"))
        return [posixpath.normpath(posixpath.join(here, each)) for each in imports]


@cache
def files() -> Files:
    """Read once. A changed file is a new build, and needs a new process."""
    by_path = {asset.path: asset for asset in _read(STATIC)}
    by_path[PHONE_STYLE] = _phone_style(by_path)
    whole = hashlib.sha256("".join(f"{path} {asset.sha256}\n" for path, asset in by_path.items()).encode("utf-8"))
    here = Files(whole.hexdigest()[:16], by_path)
    for name, paths in zip((NEXT_PACK, REST_PACK), here.packed(), strict=True):
        by_path[name] = _pack(here, name, paths)
    return here


def _read(folder: Path) -> Iterator[Asset]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in {".ts", ".md"} and file.name != "LICENSE":
            path, body = file.relative_to(folder).as_posix(), file.read_bytes()
            is_ours = not path.startswith("vendor/")
            yield asset(path, without_comments(body) if is_ours and file.suffix in {".js", ".css"} else body)


def asset(path: str, body: bytes) -> Asset:
    """A file of this name and content, compressed."""
    suffix = Path(path).suffix
    mimetype = TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    packed = compress(body) if suffix in COMPRESSED else None
    return Asset(path, mimetype, body, packed, hashlib.sha256(body).hexdigest())


def compress(body: bytes) -> bytes:
    """mtime 0: the same content gives the same bytes in every process."""
    return gzip.compress(body, 9, mtime=0)


def without_comments(body: bytes) -> bytes:
    """The lines stay, empty, so that a line number in an error report means the line of the source."""
    return COMMENT.sub(lambda found: "\n" * found[0].count("\n"), body.decode("utf-8")).encode("utf-8")


def _phone_style(by_path: dict[str, Asset]) -> Asset:
    """The field's styles in one file: each of eight would cost a round trip of 400 ms before the first screen."""
    parts = ["css/tokens.css", *sorted(path for path in by_path if path.startswith("css/field"))]
    return asset(PHONE_STYLE, b"\n".join(by_path[path].body for path in parts if path in by_path))


def _pack(here: Files, name: str, paths: list[str]) -> Asset:
    """Many small files in one request: [[path, type, text], …].

    Fifty of them would be fifty headers and, six at a time, nine round trips; together they compress by a third better.
    """
    content = [[path, here.by_path[path].mimetype, here.by_path[path].body.decode("utf-8")] for path in paths]
    return asset(name, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))
