"""The establishment's page: its own findings behind a secret address, and the way for its proof; without scripts."""

import hashlib
import tempfile
from pathlib import Path
from typing import IO
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from wtforms import MultipleFileField, TextAreaField
from wtforms.validators import Length

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import EVERY_AGENCY, Scope
from inspect_app.domain.remedy_links import (
    LARGEST_FILE,
    LARGEST_SENDING,
    LONGEST_NOTE,
    MOST_FILES,
    File,
    ProofKind,
    kind_of,
    plain_name,
    plain_note,
)
from inspect_app.outside import images
from inspect_app.services import import_export, remedy_proofs
from inspect_app.services.remedy_links import RemedyLink
from inspect_app.services.remedy_proofs import Page
from inspect_app.web import pictures
from inspect_app.web.auth import allow_anyone
from inspect_app.web.problems import CATALOGUE, RequestRefused
from inspect_app.web.request import Tx, evidence, in_transaction, now, reading

bp = Blueprint("remedy", __name__)

# Nothing of it is kept by anybody on the way, found by a search, or told to the next page. No script at all.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
PIECE = 1024 * 1024
# Told beside the finding it is about; everything else is a page of its own.
TOLD_THERE = frozenset(
    {
        "not-a-picture",
        "remedy-finding-closed",
        "remedy-proof-empty",
        "remedy-proof-kind",
        "remedy-proof-large",
        "remedy-proof-too-many",
        "storage-full",
        "too-many-tries",
    }
)


class ProofForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    files = MultipleFileField("Ảnh hoặc tệp PDF")
    note = TextAreaField(
        "Ghi chú của đơn vị",
        [Length(max=LONGEST_NOTE, message=f"Ghi chú dài nhất {LONGEST_NOTE} chữ.")],
        filters=[lambda text: (text or "").replace("\r\n", "\n")],  # browsers count a line's end as one letter
    )


@bp.get("/remedy/<token>")
@allow_anyone
def page(token: str) -> ResponseReturnValue:
    """What this organisation has to remedy, what arrived of its proof, and what was answered."""
    return _render(token, _behind(token))


@bp.get("/remedy/<token>/photo/<sha256>")
@allow_anyone
def photo(token: str, sha256: str) -> ResponseReturnValue:
    """A photo the office chose to show, encoded anew: without the place and the phone it was taken with."""
    link = _behind(token)
    if not reading(lambda tx: remedy_proofs.is_shown_photo(tx, link.id, sha256), scope=_scope(link)):
        raise RequestRefused("not-found")
    return Response(pictures.jpeg(link.agency_id, sha256, pictures.SIZES["view"]), mimetype="image/jpeg")


@bp.post("/remedy/<token>/<uuid:violation>")
@allow_anyone
def send(token: str, violation: UUID) -> ResponseReturnValue:
    """Proof about one finding. Sending the same again enters nothing twice and says so."""
    form, at = ProofForm(), now()
    is_whole = form.validate()
    if "csrf_token" in form.errors:
        raise RequestRefused("form-expired")
    link = _behind(token)
    if not is_whole:
        return _render(token, link, violation, " ".join(form.note.errors), form.note.data), 422
    scope, network = _scope(link), request.remote_addr or ""
    chosen = [each for each in form.files.data or () if isinstance(each, FileStorage) and each.filename]
    note = plain_note(form.note.data or "")
    try:
        in_transaction(lambda tx: remedy_proofs.count_sending(tx, link.id, network, at), scope=scope)
        reading(lambda tx: remedy_proofs.check_open(tx, link.id, violation, 0), scope=scope)
        files = _keep_all(link.agency_id, chosen)
        received = in_transaction(
            lambda tx: remedy_proofs.receive(tx, link.id, violation, files, note, now=at), scope=scope
        )
    except RuleBroken as broken:
        if broken.code not in TOLD_THERE:
            raise
        problem = CATALOGUE[broken.code]
        told = f"{problem.title}. {problem.advice.format_map({**broken.facts})}"
        return _render(token, link, violation, told, note), problem.status
    new = len(received.new)
    again = f" {received.again} mục đã có từ trước nên không ghi thêm." if received.again else ""
    flash((f"Cơ quan đã nhận {new} mục." if new else "Không có mục mới.") + again, f"proof-{violation}")
    return redirect(f"{url_for('.page', token=token)}#f-{violation}", 303)


# --- the door -------------------------------------------------------------------------------------


def _behind(token: str) -> RemedyLink:
    """The link, or 404, 410, 429; an address that does not exist is counted against its network."""
    network, at = request.remote_addr or "", now()
    try:
        return reading(lambda tx: remedy_proofs.behind(tx, token, network, at), scope=EVERY_AGENCY)
    except RuleBroken as broken:
        if broken.code == "not-found":
            in_transaction(lambda tx: remedy_proofs.count_unknown(tx, network, at), scope=EVERY_AGENCY)
        headers = {"Retry-After": str(broken.facts["seconds"])} if "seconds" in broken.facts else {}
        raise RequestRefused(broken.code, headers=headers, **broken.facts) from broken


def _scope(link: RemedyLink) -> Scope:
    """Behind the door nothing but this agency's rows can be read."""
    return Scope.of(link.agency_id)


def _render(token: str, link: RemedyLink, sent: UUID | None = None, told: str = "", note: str | None = "") -> str:
    at = now()

    def read(tx: Tx) -> Page:
        return remedy_proofs.read(tx, link.id, now=at)

    return render_template(
        "remedy/page.html",
        page=reading(read, scope=_scope(link)),
        token=token,
        form=ProofForm(formdata=None),
        sent=sent,
        told=told,
        note=note or "",
        most_files=MOST_FILES,
        most_megabytes=LARGEST_FILE // 2**20,
        longest_note=LONGEST_NOTE,
    )


# --- files ----------------------------------------------------------------------------------------


def _keep_all(agency: str, uploads: list[FileStorage]) -> list[File]:
    if len(uploads) > MOST_FILES:
        raise RuleBroken("remedy-proof-large")
    return [_keep(agency, each) for each in uploads]


def _keep(agency: str, upload: FileStorage) -> File:
    """The file is durable and, when a picture, readable as one before anything is said about it."""
    name = plain_name(upload.filename or "")
    with tempfile.NamedTemporaryFile(prefix="remedy-") as kept:
        upload.save(kept)
        kept.flush()
        size = kept.tell()
        if size > LARGEST_FILE:
            raise RuleBroken("remedy-proof-large")
        sha256, kind = _look(kept.file)
        if kind is None:
            raise RuleBroken("remedy-proof-kind", name=name)
        if kind is ProofKind.PHOTO:
            _encode_anew(agency, sha256, Path(kept.name), name)
        kept.seek(0)
        if not import_export.keep(evidence(), agency, sha256, kept.read()):
            raise RuleBroken("storage-full")  # its bytes changed on the way to the disk
    return File(kind, sha256, size, name)


def _look(file: IO[bytes]) -> tuple[str, ProofKind | None]:
    file.seek(0)
    digest, beginning = hashlib.sha256(), b""
    while piece := file.read(PIECE):
        beginning = beginning or piece[:16]
        digest.update(piece)
    return digest.hexdigest(), kind_of(beginning)


def _encode_anew(agency: str, sha256: str, path: Path, name: str) -> None:
    try:
        made = images.reencode(path, tuple(pictures.SIZES.values()))
    except RuleBroken:
        raise RuleBroken("remedy-proof-kind", name=name) from None
    for pixels, jpeg in made.items():
        evidence().keep_derived(agency, sha256, pixels, jpeg)


# --- every answer of this page --------------------------------------------------------------------


@bp.url_value_preprocessor
def allow_large_files(_: str | None, values: dict[str, object] | None) -> None:
    """Photos of a phone, but only for whoever holds a link that is open: asked before the body is read."""
    token = str((values or {}).get("token", ""))
    if request.method == "POST" and token:
        at = now()
        if reading(lambda tx: remedy_proofs.is_usable(tx, token, at), scope=EVERY_AGENCY):
            request.max_content_length = LARGEST_SENDING


@bp.after_request
def harden(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@bp.errorhandler(RuleBroken)
@bp.errorhandler(RequestRefused)
def refused(error: RuleBroken | RequestRefused) -> ResponseReturnValue:
    headers = error.headers or {} if isinstance(error, RequestRefused) else {}
    return _problem(error.code, error.facts, headers)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_: RequestEntityTooLarge) -> ResponseReturnValue:
    return _problem("remedy-proof-large", {}, {})


@bp.errorhandler(HTTPException)
def broken_off(error: HTTPException) -> ResponseReturnValue:
    """A sending that broke off on the way: nothing of it was kept."""
    return _problem("bad-request" if error.code == 400 else "not-found", {}, {})


def _problem(code: str, facts: dict[str, object], headers: dict[str, str]) -> ResponseReturnValue:
    problem = CATALOGUE[code]
    advice = problem.advice.format_map({"detail": "", **facts}) if code != "not-found" else ""
    return render_template("remedy/problem.html", problem=problem, advice=advice, code=code), problem.status, headers
