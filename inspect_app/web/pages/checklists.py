"""Biểu mẫu: the library of checklists, one as a reader and as the phone shows it, two versions side by side."""

from datetime import date

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.domain.checklist_changes import compare as compare_versions
from inspect_app.domain.deadlines import local_day
from inspect_app.domain.penalties import Offender
from inspect_app.domain.people import DESK_ROLES
from inspect_app.services import checklist_drafts, checklist_import, checklist_library
from inspect_app.services.checklist_words import key_word, told
from inspect_app.web.answers import limit_text
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import actor, library, now, reading
from inspect_app.web.words import WORDS

bp = Blueprint("checklists", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/checklists")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    ours, text, sector = library(), request.args.get("q", "").strip()[:120], request.args.get("sector", "")
    on = _day("on")
    drafts = reading(checklist_drafts.listed) if actor().role in checklist_drafts.IMPORTERS else []
    names = reading(lambda tx: checklist_drafts.names_of(tx, list(drafts)))
    return render_template(
        "checklists/index.html",
        lines=checklist_library.find(ours, text, sector=sector, on=on),
        sectors=[(each, WORDS["sector"].get(each, each)) for each in checklist_library.sectors(ours)],
        drafts=drafts,
        names=names,
        text=text,
        sector=sector,
        on=on,
        may_import=actor().role in checklist_drafts.IMPORTERS,
    )


@bp.get("/checklists/<code>/<int:version>")
@allow(*DESK_ROLES)
def page(code: str, version: int) -> ResponseReturnValue:
    ours, on = library(), _day("on")
    checklist = checklist_library.get(ours, code, version)
    return render_template(
        "checklists/page.html",
        reading=checklist_library.read(checklist, ours, on),
        versions=ours.versions(code),
        sha256=ours.sha256(code, version),
        on=on,
        limit_text=limit_text,
        told=told,
        Offender=Offender,
    )


@bp.get("/checklists/<code>/<int:version>/phone")
@allow(*DESK_ROLES)
def phone(code: str, version: int) -> ResponseReturnValue:
    """The checklist as an inspector sees it; nothing that is tapped here is kept."""
    checklist = checklist_library.get(library(), code, version)
    back = url_for("checklists.page", code=code, version=version)
    return as_on_the_phone(f"/api/v1/checklists/{code}/{version}", f"{checklist.code} bản {version}", back)


def as_on_the_phone(address: str, title: str, back: str) -> ResponseReturnValue:
    return render_template(
        "checklists/phone.html", address=address, title=title, back=back, on=local_day(now()).isoformat()
    )


@bp.get("/checklists/<code>/<int:version>.xlsx")
@allow(*DESK_ROLES)
def export(code: str, version: int) -> ResponseReturnValue:
    content = checklist_import.write(checklist_library.get(library(), code, version))
    return _file(content, f"{code}-v{version}.xlsx")


def _file(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.mimetype = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/checklists/<code>/compare")
@allow(*DESK_ROLES)
def compare(code: str) -> ResponseReturnValue:
    versions = library().versions(code)
    if not versions:
        raise RequestRefused("not-found")
    numbers = [each.version for each in versions]
    before = request.args.get("before", numbers[max(0, len(numbers) - 2)], type=int)
    after = request.args.get("after", numbers[-1], type=int)
    old, new = (checklist_library.get(library(), code, number) for number in (before, after))
    return render_template(
        "checklists/compare.html",
        before=old,
        after=new,
        versions=versions,
        changes=compare_versions(old, new),
        told=told,
        key_word=key_word,
    )


def _day(name: str) -> date:
    given = request.args.get(name, "")
    try:
        return date.fromisoformat(given) if given else local_day(now())
    except ValueError:
        raise RequestRefused("bad-request", on=given) from None
