"""Văn bản: the papers of a visit – what one would say, drawing it up, and the files to sign."""

from datetime import datetime
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, validators
from wtforms.validators import InputRequired

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.papers import Paper
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import paper_facts, paper_print, paper_stamps, papers, verification
from inspect_app.services.paper_print import Check
from inspect_app.services.papers import Wanted
from inspect_app.web import pictures
from inspect_app.web.auth import allow
from inspect_app.web.problems import RequestRefused
from inspect_app.web.request import actor, in_transaction, library, now, paper_templates, reading, settings, signer

bp = Blueprint("papers", __name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_CHOSEN = 500


class DrawForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    paper = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])


@bp.get("/inspections/<uuid:inspection_id>/papers")
@allow(*DESK_ROLES)
def index(inspection_id: UUID) -> ResponseReturnValue:
    """What was drawn up, and what can be."""
    row, (drawn, replaced) = reading(
        lambda tx: (papers.visit(tx, inspection_id), papers.of_inspection(tx, inspection_id))
    )
    at = now()
    lines = reading(lambda tx: paper_facts.standing(tx, inspection_id, now=at))
    offered = paper_templates().all()
    return render_template(
        "papers/index.html",
        row=row,
        drawn=drawn,
        replaced=replaced,
        titles={each.code: each.title for each in offered},
        of_visit=[each for each in offered if each.about_what == "inspection"],
        of_findings=[each for each in offered if each.about_what == "violations"],
        lines=lines,
        sent_in=row.state in papers.SENT_IN,
    )


@bp.get("/inspections/<uuid:inspection_id>/papers/new")
@allow(*DESK_ROLES)
def preview(inspection_id: UUID) -> ResponseReturnValue:
    """The paper as it would be, to be read before it gets a number."""
    wanted = _wanted(inspection_id)
    row, paper = _draft(wanted)
    form = DrawForm(paper=str(uuid4()))
    return render_template(
        "papers/preview.html",
        row=row,
        paper=paper,
        form=form,
        wanted=wanted,
        title=paper_templates().get(wanted.kind).title,
        may_draw=actor().role in DRAWERS and row.state in papers.SENT_IN,
    )


DRAWERS = frozenset({Role.SUPERVISOR, Role.AUTHORITY, Role.LEADER})


@bp.post("/inspections/<uuid:inspection_id>/papers/new")
@allow(*DRAWERS)
def draw_up(inspection_id: UUID) -> ResponseReturnValue:
    """Give it a number; a second time with the same form: the same paper."""
    form = DrawForm()
    if not form.validate():
        raise RequestRefused("bad-request")
    wanted, who, at, lists, wordings = _wanted(inspection_id), actor(), now(), library(), paper_templates()
    paper_id = UUID(form.paper.data)
    drawn = in_transaction(
        lambda tx: papers.draw_up(tx, paper_id, wanted, actor=who, now=at, library=lists, templates=wordings)
    )
    flash(f"Đã lập văn bản số {drawn.number}.", "done")
    return redirect(url_for("papers.page", paper_id=drawn.id))


@bp.get("/inspections/<uuid:inspection_id>/papers/draft.<any(pdf, docx):form>")
@allow(*DESK_ROLES)
def draft_file(inspection_id: UUID, form: str) -> ResponseReturnValue:
    row, paper = _draft(_wanted(inspection_id))
    return _file(paper, row.agency_id, form, Check(), now(), f"du-thao-{paper.kind}-{row.number}")


@bp.get("/papers/<uuid:paper_id>")
@allow(*DESK_ROLES)
def page(paper_id: UUID) -> ResponseReturnValue:
    """A paper as it was drawn up, and whether a newer one took its place."""
    row, paper = reading(lambda tx: papers.get(tx, paper_id))
    visit, (_, replaced) = reading(
        lambda tx: (papers.visit(tx, row.inspection_id), papers.of_inspection(tx, row.inspection_id))
    )
    return render_template(
        "papers/page.html",
        row=row,
        paper=paper,
        visit=visit,
        newer=replaced.get(row.id),
        code=verification.shown(row.code),
        address=_address(row.code),
    )


@bp.get("/papers/<uuid:paper_id>.<any(pdf, docx):form>")
@allow(*DESK_ROLES)
def file(paper_id: UUID, form: str) -> ResponseReturnValue:
    row, paper = reading(lambda tx: papers.get(tx, paper_id))
    page = _address(row.code)
    check = Check(page, row.number, row.sha256, scanned=paper_stamps.address(row, page, signer()))
    return _file(paper, row.agency_id, form, check, row.made_at, f"{row.kind}-{row.number}")


def _wanted(inspection_id: UUID) -> Wanted:
    chosen = request.values.getlist("v", type=UUID)[:MOST_CHOSEN]
    return Wanted(inspection_id, request.values.get("kind", ""), tuple(dict.fromkeys(chosen)))


def _draft(wanted: Wanted) -> tuple[papers.Visit, Paper]:
    at, lists, wordings = now(), library(), paper_templates()
    return reading(
        lambda tx: (
            papers.visit(tx, wanted.inspection),
            papers.preview(tx, wanted, now=at, library=lists, templates=wordings),
        )
    )


def _file(paper: Paper, agency: str, form: str, check: Check, made_at: datetime, name: str) -> Response:
    folder = paper_templates().folder

    def picture(sha256: str) -> bytes | None:
        try:
            return pictures.jpeg(agency, sha256, pictures.SIZES["view"])
        except (RuleBroken, FileNotFoundError):
            return None  # not arrived yet, or no picture: the paper says so in its place

    if form == "pdf":
        content = paper_print.as_pdf(paper, folder, pictures=picture, check=check, made_at=made_at)
    else:
        content = paper_print.as_word(paper, folder, pictures=picture, check=check)
    headers = {
        "Content-Disposition": f'attachment; filename="{_ascii(name)}.{form}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype="application/pdf" if form == "pdf" else WORD, headers=headers)


def _address(code: str) -> str:
    return f"{settings().base_url}{url_for('verify.page', code=verification.shown(code))}"


def _ascii(name: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in name)
