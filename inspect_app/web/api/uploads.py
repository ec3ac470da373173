"""Photos in pieces, in the shape of tus 1.0, and the pictures that screens show."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.outside import images
from inspect_app.services import uploads
from inspect_app.services.uploads import LARGEST_FILE, LARGEST_PIECE, Standing
from inspect_app.web import pictures
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import actor, evidence, glancing, in_transaction, now, reading

bp = Blueprint("api_uploads", __name__)

SHA256 = re.compile(r"[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,38}")
YES, NO = "?1", "?0"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a phone says about a file before it sends it."""

    inspection: UUID
    sha256: str
    size: int
    media_type: str


@bp.post("/blobs")
@allow(*Role, on_revoked_phone=True)
def create() -> ResponseReturnValue:
    """Announce a file, with its first bytes or all of them. 201 also when it is here already."""
    _check_protocol()
    said = _announcement()
    standing = _find(said.inspection, said.sha256)
    if standing.is_complete:
        return _told(201, standing.size or 0, said, is_complete=True)
    piece, agency = _piece(), standing.agency
    if len(piece) < said.size and standing.size != said.size:
        _announce(agency, said)
    if not piece:
        return _told(201, evidence().offset(agency, said.sha256), said, is_complete=False)
    return _append(agency, said, 0, piece, status=201)


@bp.route("/blobs/<uuid:inspection>/<sha256>", methods=["HEAD"])
@allow(*Role, on_revoked_phone=True)
def where(inspection: UUID, sha256: str) -> ResponseReturnValue:
    """How far a file is."""
    standing = _find(inspection, _hash(sha256))
    if standing.size is None:
        raise RequestRefused("not-found")
    said = Announcement(inspection, sha256, standing.size, "")
    here = standing.size if standing.is_complete else evidence().offset(standing.agency, sha256)
    return _told(200, here, said, is_complete=standing.is_complete)


@bp.patch("/blobs/<uuid:inspection>/<sha256>")
@allow(*Role, on_revoked_phone=True)
def append(inspection: UUID, sha256: str) -> ResponseReturnValue:
    """The next piece. 409 `offset-mismatch` and 460 `checksum-mismatch` say where to go on in Upload-Offset."""
    _check_protocol()
    offset = _number("Upload-Offset")
    standing = _find(inspection, _hash(sha256))
    if standing.size is None:
        raise RequestRefused("not-found")
    said = Announcement(inspection, sha256, standing.size, "")
    if standing.is_complete:
        return _told(204, standing.size, said, is_complete=True)
    piece = _piece()
    if not _is_as_summed(piece):
        raise _refused("checksum-mismatch", evidence().offset(standing.agency, sha256))
    return _append(standing.agency, said, offset, piece, status=204)


def _find(inspection: UUID, sha256: str) -> Standing:
    """Asked before every piece: with one statement, in one trip to the database."""
    who = actor()
    return glancing(lambda tx: uploads.find(tx, inspection, sha256, actor=who, files=evidence()), scope=who.scope)


def _announce(agency: str, said: Announcement) -> None:
    who, at = actor(), now()
    in_transaction(lambda tx: uploads.announce(tx, agency, said.sha256, said.size, said.media_type, actor=who, now=at))


def _append(agency: str, said: Announcement, offset: int, piece: bytes, *, status: int) -> Response:
    received = evidence().append(agency, said.sha256, offset, piece, said.size)
    if received.elsewhere:
        if status == 201:  # begun before: it goes on from there, also when the server died before it had noted that
            _announce(agency, said)
            return _told(201, received.offset, said, is_complete=False)
        raise _refused("offset-mismatch", received.offset)
    who, at = actor(), now()
    if received.mismatch:
        in_transaction(
            lambda tx: uploads.mismatch(tx, agency, said.sha256, said.size, said.media_type, actor=who, now=at)
        )
        raise _refused("checksum-mismatch", 0)
    if received.complete:
        in_transaction(
            lambda tx: uploads.complete(tx, agency, said.sha256, said.size, said.media_type, actor=who, now=at)
        )
    return _told(status, received.offset, said, is_complete=received.complete)


# --- what the request says ------------------------------------------------------------------------


def _check_protocol() -> None:
    if request.headers.get("Tus-Resumable") != "1.0.0":
        raise RequestRefused("wrong-protocol", headers={"Tus-Version": "1.0.0"})


def _announcement() -> Announcement:
    size = _number("Upload-Length")
    if size > LARGEST_FILE:
        raise RequestRefused("too-large")
    told = _metadata()
    try:
        inspection = UUID(told.get("inspection", ""))
    except ValueError:
        raise RequestRefused("bad-upload") from None
    media_type = told.get("mime", "")
    if size == 0 or not MEDIA_TYPE.fullmatch(media_type):
        raise RequestRefused("bad-upload")
    return Announcement(inspection, _hash(told.get("sha256", "")), size, media_type)


def _metadata() -> dict[str, str]:
    """tus: comma-separated pairs of a key and base64. A name of a file is not among ours."""
    told = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise RequestRefused("bad-upload") from None
    return told


def _number(name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise RequestRefused("bad-upload")
    return int(text)


def _hash(text: str) -> str:
    if not SHA256.fullmatch(text):
        raise RequestRefused("bad-upload")
    return text


def _piece() -> bytes:
    """The body as far as it came. A link that broke has still brought its first part: the file goes on after it.

    Read from the server itself, at once: through Flask's stream each block would be copied three times, while other
    requests wait for their turn.
    """
    if (request.content_length or 0) > LARGEST_PIECE:
        raise RequestRefused("too-large")
    try:
        piece: bytes = request.environ["wsgi.input"].read(LARGEST_PIECE + 1)
    except OSError:
        return b""  # whoever left asks later how far it is
    if len(piece) > LARGEST_PIECE:
        raise RequestRefused("too-large")
    return piece


def _is_as_summed(piece: bytes) -> bool:
    """Whether a whole piece has the hash that came with it. Of a broken piece only the whole file can tell."""
    said = request.headers.get("Upload-Checksum")
    if not said or len(piece) != request.content_length:
        return True
    algorithm, _, expected = said.partition(" ")
    if algorithm != "sha256":
        raise RequestRefused("bad-upload")
    return base64.b64encode(hashlib.sha256(piece).digest()).decode() == expected.strip()


# --- what it is answered --------------------------------------------------------------------------


def _refused(code: str, offset: int) -> RequestRefused:
    return RequestRefused(code, headers={"Upload-Offset": str(offset), "Tus-Resumable": "1.0.0"}, offset=offset)


def _told(status: int, offset: int, said: Announcement, *, is_complete: bool) -> Response:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Upload-Length": str(said.size),
        "Upload-Complete": YES if is_complete else NO,
    }
    if status == 201:
        headers["Location"] = f"/api/v1/blobs/{said.inspection}/{said.sha256}"
    return Response(status=status, headers=headers)


# --- pictures -------------------------------------------------------------------------------------


@bp.get("/blobs/<uuid:inspection>/<sha256>/<any(thumb, view):size>")
@allow(*Role)
def picture(inspection: UUID, sha256: str, size: str) -> ResponseReturnValue:
    """A re-encoded JPEG. 404 `not-found`, `photo-missing`; 422 `not-a-picture`."""
    who = actor()
    found = reading(lambda tx: uploads.shown(tx, inspection, _hash(sha256), actor=who))
    response = Response(pictures.jpeg(found.agency, sha256, pictures.SIZES[size]), mimetype="image/jpeg")
    response.set_etag(f"{sha256}-{pictures.SIZES[size]}")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response.make_conditional(request)


@bp.get("/blobs/<uuid:inspection>/<sha256>/original")
@allow(*DESK_ROLES)
def original(inspection: UUID, sha256: str) -> ResponseReturnValue:
    """The bytes as they were received: to be kept, never to be shown by a browser."""
    who, at = actor(), now()
    found = in_transaction(lambda tx: uploads.original(tx, inspection, _hash(sha256), actor=who, now=at))
    content = evidence().path(found.agency, sha256).read_bytes()
    name = f"{sha256}.{images.suffix(content)}"
    headers = {
        "Content-Disposition": f"attachment; filename={name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype="application/octet-stream", headers=headers)
