"""Nhập tệp từ điện thoại: the way in for what a phone could not send."""

import tempfile
from contextlib import closing

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role
from inspect_app.services import import_export, uploads
from inspect_app.services.import_export import Opened, Report
from inspect_app.web.auth import allow, recognised
from inspect_app.web.problems import CATALOGUE
from inspect_app.web.refusals import tell
from inspect_app.web.request import actor, evidence, in_transaction, library, now, reading, settings

bp = Blueprint("import_export", __name__)

MAY_IMPORT = (Role.SUPERVISOR, Role.ADMIN)
READABLE = (
    "export-unreadable",
    "export-damaged",
    "export-other-agency",
    "export-unknown-key",
    "agency-key-locked",
    "unknown-person",
)


class ImportForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    file = FileField("Tệp xuất từ điện thoại (.ktz hoặc .zip)", [FileRequired("Chọn một tệp.")])


@bp.get("/import")
@allow(*MAY_IMPORT)
def form() -> ResponseReturnValue:
    return render_template("import/page.html", form=ImportForm(), report=None)


@bp.post("/import")
@allow(*MAY_IMPORT)
def take_in() -> ResponseReturnValue:
    """The report of what the file brought; a file that cannot be read changes nothing."""
    filled = ImportForm()
    if not filled.validate_on_submit():
        return render_template("import/page.html", form=filled, report=None), 422
    who, secret, given = actor(), settings().secret_key, filled.file.data.stream
    with closing(given), tempfile.TemporaryFile() as plain:
        try:
            content = reading(lambda tx: import_export.unlock(tx, given, plain, actor=who, secret=secret))
            opened = reading(lambda tx: import_export.open_zip(tx, content, actor=who))
            batches = list(import_export.batches(opened))
            places = import_export.places_of_photos(opened)
        except RuleBroken as broken:
            if broken.code not in READABLE:
                raise
            tell(filled, broken, dict.fromkeys(READABLE, "file"))
            return render_template("import/page.html", form=filled, report=None), CATALOGUE[broken.code].status
        report = import_export.begin(opened)
        at, forms = now(), library()
        for each in batches:
            answer = in_transaction(
                lambda tx, each=each: import_export.push(tx, each, opened, actor=who, now=at, library=forms)  # type: ignore[misc]
            )
            import_export.count(report, answer)
        _photos(opened, places, report)
        in_transaction(lambda tx: import_export.note(tx, report, opened, actor=who, now=at))
    return render_template("import/page.html", form=ImportForm(formdata=None), report=report)


def _photos(opened: Opened, places: import_export.Places, report: Report) -> None:
    """Operations came first, as always: a picture is taken when its author may put it there."""
    for sha in opened.zip.photos:
        report.photos[_photo(opened, sha, places)] += 1
    report.absent = len(places.keys() - set(opened.zip.photos))


def _photo(opened: Opened, sha: str, places: import_export.Places) -> str:
    content = opened.zip.photo(sha)
    if content is None:
        return "damaged"
    if sha not in places:
        return "stray"
    inspection, media_type = places[sha]
    stands = reading(lambda tx: import_export.where(tx, inspection, sha, opened, files=evidence()))
    if stands is None:
        return "stray"
    if stands.is_complete:
        return "there"
    who, at, agency, size = actor(), now(), stands.agency, len(content)
    if not import_export.keep(evidence(), agency, sha, content):
        return "damaged"
    in_transaction(lambda tx: uploads.complete(tx, agency, sha, size, media_type, actor=who, now=at))
    return "new"


@bp.url_value_preprocessor
def allow_large_files(_: str | None, __: dict[str, object] | None) -> None:
    """A file of many photos; werkzeug keeps it on the disk, not in memory.

    Set before the form is read for its token, which is before anything else; and only for who may import.
    """
    who = recognised() if request.method == "POST" else None
    if who is not None and who.role in MAY_IMPORT:
        request.max_content_length = import_export.LARGEST_FILE


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_: RequestEntityTooLarge) -> ResponseReturnValue:
    filled = ImportForm(formdata=None)
    filled.file.errors = ["Tệp lớn hơn 512 MB; hãy xuất lại thành nhiều lần."]
    return render_template("import/page.html", form=filled, report=None), 413
