"""Liên kết khắc phục: opening the establishment's door, its printed code, and answering what came through it."""

from datetime import timedelta
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, TextAreaField, validators
from wtforms.validators import InputRequired, Length

from inspect_app.domain.deadlines import local_day
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES
from inspect_app.domain.remedy_links import LONGEST_DAYS, PROPOSED_DAYS, Result
from inspect_app.domain.violations import OFFICE
from inspect_app.outside import images, qr
from inspect_app.services import remedy_answers, remedy_links, remedy_proofs
from inspect_app.services.remedy_links import Addressee, RemedyLink, Wanted
from inspect_app.services.remedy_proofs import Page
from inspect_app.web import cursors, pictures
from inspect_app.web.auth import allow
from inspect_app.web.problems import CATALOGUE, RequestRefused
from inspect_app.web.request import Tx, actor, evidence, in_transaction, library, now, reading, settings

bp = Blueprint("remedy_links", __name__)

MOST_CHOSEN = 500
MINE = frozenset({"remedy-link-empty", "remedy-link-term"})


class LinkForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    link = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    last_day = DateField("Mở đến hết ngày", [InputRequired("Chọn ngày hết hạn.")])


class AnswerForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    answer = HiddenField(validators=[InputRequired(), validators.UUID("Mã không hợp lệ.")])
    through = IntegerField(validators=[InputRequired()])
    version = IntegerField(validators=[InputRequired()])
    comment = TextAreaField(
        "Nhận xét (đơn vị đọc được)",
        [InputRequired("Hãy ghi nhận xét."), Length(max=remedy_answers.LONGEST_COMMENT)],
    )


class PressForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """Only the token that proves the button was ours."""


# --- of one visit ---------------------------------------------------------------------------------


@bp.get("/inspections/<uuid:inspection_id>/remedy")
@allow(*DESK_ROLES)
def of_visit(inspection_id: UUID) -> ResponseReturnValue:
    """The organisations of a visit: their links, and a form for a new one."""
    return _of_visit(inspection_id)


@bp.post("/inspections/<uuid:inspection_id>/remedy/<uuid:organisation_id>")
@allow(*OFFICE)
def make(inspection_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    form = LinkForm()
    last_day = form.last_day.data
    if not form.validate() or last_day is None:
        return _of_visit(inspection_id, "Chọn ngày hết hạn.", organisation_id), 422
    wanted = Wanted(
        UUID(form.link.data),
        inspection_id,
        organisation_id,
        tuple(dict.fromkeys(request.form.getlist("v", type=UUID)[:MOST_CHOSEN])),
        tuple(request.form.getlist("photo")[:MOST_CHOSEN]),
        last_day,
    )
    who, at, secret = actor(), now(), settings().secret_key
    try:
        link = in_transaction(lambda tx: remedy_links.make(tx, wanted, actor=who, now=at, secret=secret))
    except RuleBroken as broken:
        if broken.code not in MINE:
            raise
        problem = CATALOGUE[broken.code]
        told = f"{problem.title}. {problem.advice.format_map(broken.facts)}"
        return _of_visit(inspection_id, told, organisation_id), problem.status
    flash("Đã lập liên kết. In phiếu kèm mã QR để gửi cùng thông báo.", "done")
    return redirect(url_for(".page", link_id=link.id))


def _of_visit(inspection_id: UUID, told: str = "", about: UUID | None = None) -> str:
    row, addressees = reading(lambda tx: remedy_links.of_visit(tx, inspection_id))
    at = now()
    forms = {each.organisation.id: _link_form(each) for each in addressees}
    return render_template(
        "remedy/of_visit.html",
        row=row,
        addressees=addressees,
        forms=forms,
        told=told,
        about=about,
        states={link.id: remedy_links.state_of(link, at) for each in addressees for link in each.links},
        may_make=actor().role in OFFICE and row.agency_id == actor().agency,
    )


def _link_form(addressee: Addressee) -> LinkForm:
    today = local_day(now())
    latest = max((each.deadline for each in addressee.findings if each.deadline), default=today)
    last = max(today + timedelta(days=PROPOSED_DAYS), latest + timedelta(days=30))
    return LinkForm(
        formdata=None, link=str(uuid4()), last_day=min(last, today + timedelta(days=LONGEST_DAYS)), meta={"csrf": True}
    )


# --- one link -------------------------------------------------------------------------------------


@bp.get("/remedy")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    """The links of the agency; those with unanswered proof, or all of them."""
    waiting = request.args.get("waiting") == "1"
    after = cursors.moment(request.args.get("after"))
    lines, onward = reading(lambda tx: remedy_links.listing(tx, waiting=waiting, after=after))
    at = now()
    first = url_for(".index", waiting="1") if waiting else url_for(".index")
    key = cursors.of_moment(onward)
    return render_template(
        "remedy/index.html",
        lines=lines,
        waiting=waiting,
        states={line.link.id: remedy_links.state_of(line.link, at) for line in lines},
        next_href=url_for(".index", waiting="1" if waiting else None, after=key) if key else None,
        first_href=first if after else None,
    )


@bp.get("/remedy/<uuid:link_id>")
@allow(*DESK_ROLES)
def page(link_id: UUID) -> ResponseReturnValue:
    return _page(link_id)


@bp.post("/remedy/<uuid:link_id>/revoke")
@allow(*OFFICE)
def revoke(link_id: UUID) -> ResponseReturnValue:
    who, at = actor(), now()
    in_transaction(lambda tx: remedy_links.revoke(tx, link_id, actor=who, now=at))
    flash("Đã khóa liên kết; mã đã in không mở được nữa. Những gì đã nhận vẫn được lưu.", "done")
    return redirect(url_for(".page", link_id=link_id))


@bp.post("/remedy/<uuid:link_id>/<uuid:violation>/<any(accepted, 'asked-again'):result>")
@allow(*OFFICE)
def answer(link_id: UUID, violation: UUID, result: str) -> ResponseReturnValue:
    """Accept the proof, or ask again; the establishment's page shows the comment."""
    form = AnswerForm()
    comment, through, version = form.comment.data or "", form.through.data, form.version.data
    if not form.validate() or through is None or version is None:
        told = " ".join(each for errors in form.errors.values() for each in errors)
        return _page(link_id, violation, told, comment), 422
    who, at, laws = actor(), now(), library().laws
    try:
        in_transaction(
            lambda tx: remedy_answers.answer(
                tx,
                UUID(form.answer.data),
                link_id,
                violation,
                Result(result),
                comment,
                through=through,
                version=version,
                actor=who,
                now=at,
                laws=laws,
            )
        )
    except RuleBroken as broken:
        if broken.code in {"unknown-remedy-link", "not-found", "other-agency"}:
            raise
        problem = CATALOGUE[broken.code]
        told = f"{problem.title}. {problem.advice.format_map({'detail': '', **broken.facts})}"
        return _page(link_id, violation, told, comment), problem.status
    flash("Đã chấp nhận báo cáo khắc phục." if result == Result.ACCEPTED else "Đã gửi yêu cầu bổ sung.", "done")
    return redirect(f"{url_for('.page', link_id=link_id)}#f-{violation}")


def _page(link_id: UUID, sent: UUID | None = None, told: str = "", comment: str = "") -> str:
    at = now()
    found: Page = reading(lambda tx: remedy_proofs.read(tx, link_id, now=at))
    link = found.link
    may_answer = actor().role in OFFICE and link.agency_id == actor().agency
    return render_template(
        "remedy/link.html",
        page=found,
        link=link,
        state=remedy_links.state_of(link, at),
        address=_address(link) if may_answer else None,
        may_answer=may_answer,
        names=reading(lambda tx: remedy_links.names(tx, link, [a for f in found.findings for a in f.answers])),
        sent=sent,
        told=told,
        comment=comment,
        press=PressForm(),
        answer_ids={each.row.id: str(uuid4()) for each in found.findings},
        form=AnswerForm(formdata=None),
    )


# --- the printed code -----------------------------------------------------------------------------


def _address(link: RemedyLink) -> str | None:
    """The establishment's address; None when the link is shut or was made under another secret."""
    if remedy_links.state_of(link, now()) != "open":
        return None
    token = remedy_links.printable_token(link, secret=settings().secret_key)
    return f"{settings().base_url}{url_for('remedy.page', token=token)}" if token else None


def _own(link_id: UUID) -> RemedyLink:
    link = reading(lambda tx: remedy_links.find(tx, link_id))
    if link.agency_id != actor().agency:
        raise RequestRefused("not-found")
    return link


@bp.get("/remedy/<uuid:link_id>/slip")
@allow(*OFFICE)
def slip(link_id: UUID) -> ResponseReturnValue:
    """A sheet to go with the notice: the code, and how to use it."""
    address = _address(_own(link_id))
    if address is None:
        raise RequestRefused("remedy-link-shut")
    at = now()
    found = reading(lambda tx: remedy_proofs.read(tx, link_id, now=at))
    return render_template("remedy/slip.html", page=found, link=found.link, address=address)


@bp.get("/remedy/<uuid:link_id>/code.svg")
@allow(*OFFICE)
def code_picture(link_id: UUID) -> ResponseReturnValue:
    address = _address(_own(link_id))
    if address is None:
        raise RequestRefused("remedy-link-shut")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(qr.svg(address), mimetype="image/svg+xml", headers=headers)


# --- what was sent --------------------------------------------------------------------------------


@bp.get("/remedy/<uuid:link_id>/proofs/<uuid:proof_id>/<any(thumb, view):size>")
@allow(*DESK_ROLES)
def picture(link_id: UUID, proof_id: UUID, size: str) -> ResponseReturnValue:
    """A photo encoded anew. 404 for another agency's, and for what is no photo."""
    proof = reading(lambda tx: remedy_answers.shown(tx, link_id, proof_id))
    if proof.kind != "photo":
        raise RequestRefused("not-found")
    return Response(pictures.jpeg(proof.agency_id, proof.sha256, pictures.SIZES[size]), mimetype="image/jpeg")


@bp.get("/remedy/<uuid:link_id>/proofs/<uuid:proof_id>/original")
@allow(*DESK_ROLES)
def original(link_id: UUID, proof_id: UUID) -> ResponseReturnValue:
    """The bytes as they came: to be kept and opened elsewhere, never run by the browser."""
    who, at = actor(), now()

    def take(tx: Tx) -> tuple[str, str, str]:
        proof = remedy_answers.original(tx, link_id, proof_id, actor=who, now=at)
        return proof.agency_id, proof.sha256, proof.kind

    agency, sha256, kind = in_transaction(take)
    if kind == "note":
        raise RequestRefused("not-found")
    content = evidence().path(agency, sha256).read_bytes()
    ending = "pdf" if kind == "pdf" else images.suffix(content)
    headers = {
        "Content-Disposition": f"attachment; filename={sha256}.{ending}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, mimetype="application/octet-stream", headers=headers)
