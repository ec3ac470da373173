"""Sổ vi phạm: the list, and one violation with its three tracks and the steps that may be taken."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from marshmallow import ValidationError
from wtforms import DateField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from inspect_app.domain.checklists import Item
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES
from inspect_app.domain.violations import TRACK_OF, Facts, Need, Rule, Sanction, Step, Track, primary
from inspect_app.services import owners, registry, steps
from inspect_app.services.registry import Candidate, File, Filter, ViolationStep
from inspect_app.web import registry_choices
from inspect_app.web.answers import answer_text
from inspect_app.web.auth import allow
from inspect_app.web.problems import CATALOGUE, RequestRefused
from inspect_app.web.registry_query import address_of, complaints, filter_of, read_cursor, write_cursor
from inspect_app.web.request import Tx, actor, in_transaction, library, now, reading
from inspect_app.web.words import date_vi, moment_vi, number_vi, word

bp = Blueprint("violations", __name__)

GIVEN_BY_HAND = "other"


class Money(IntegerField):
    """Đồng, with the points and spaces people write between thousands."""

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = [value.replace(".", "").replace(" ", "").replace("\u00a0", "") for value in valuelist]
        super().process_formdata([value for value in plain if value])


class StepForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    document = StringField(word("need", "document"), [Length(max=60)])
    date = DateField(word("need", "date"), [Optional()])
    deadline = DateField(word("need", "deadline"), [Optional()])
    amount = Money(word("need", "amount"), [Optional()])
    ended = DateField(word("need", "ended"), [Optional()])
    rule = SelectField(word("need", "rule"), choices=())
    addressee = StringField(word("need", "addressee"), [Length(max=200)])
    signatory = StringField(word("need", "signatory"), [Length(max=120)])
    extent = TextAreaField(word("need", "extent"), [Length(max=1000)])
    reason = TextAreaField(word("need", "reason"), [Length(max=4000)])
    version = IntegerField()


@dataclass(frozen=True, slots=True)
class Offer:
    """One step that may be taken, with its form."""

    step: Step
    track: Track
    form: StepForm
    is_first: bool
    is_grave: bool


GRAVE = frozenset({Step.CANCEL, Step.CLOSE_UNREMEDIED, Step.TIME_BAR, Step.NOT_SANCTION, Step.REFER_CRIMINAL})


@bp.get("/violations")
@allow(*DESK_ROLES)
def listing() -> ResponseReturnValue:
    try:
        wanted = filter_of(request.args.to_dict())
    except ValidationError as error:
        return render_template("violations/list.html", wrong=complaints(error), wanted=Filter(), page=None), 422
    after = read_cursor(request.args.get("after"))

    def read(tx: Tx) -> tuple[registry.Page, int | None, registry_choices.Choices]:
        page = registry.page(tx, wanted, now=now(), after=after)
        count = registry.count(tx, wanted, now=now(), first=page) if after is None else None
        return page, count, registry_choices.of(tx, actor())

    page, count, choices = reading(read)
    here = address_of(wanted)
    onward = write_cursor(page.after)
    return render_template(
        "violations/list.html",
        wrong=[],
        wanted=wanted,
        page=page,
        count=count,
        choices=choices,
        most=registry.MOST_COUNTED,
        next_href=f"{url_for('.listing')}?{urlencode({**here, 'after': onward})}" if onward else None,
        first_href=f"{url_for('.listing')}?{urlencode(here)}" if after else None,
        follow_up_href=f"{url_for('follow_up.listing')}?{urlencode(here)}",
    )


@bp.get("/violations/<uuid:violation_id>")
@allow(*DESK_ROLES)
def one(violation_id: UUID) -> ResponseReturnValue:
    return _file(violation_id)


@bp.post("/violations/<uuid:violation_id>/<step>")
@allow(*DESK_ROLES)
def take(violation_id: UUID, step: str) -> ResponseReturnValue:
    wanted = _step(step)
    sent = StepForm(prefix=wanted.value)
    if sent.version.data is None:
        raise RequestRefused("form-expired")
    facts, version = facts_said(sent), sent.version.data
    laws = library().laws
    if not _well_formed(sent):
        return _file(violation_id, sent=(wanted, sent)), 422
    who, at = actor(), now()
    try:
        in_transaction(
            lambda tx: steps.take_step(tx, violation_id, wanted, facts, version=version, actor=who, now=at, laws=laws)
        )
    except RuleBroken as broken:
        if broken.code in {"unknown-violation", "other-agency"}:
            raise
        problem = CATALOGUE[broken.code]
        told = problem.advice.format_map({"detail": "", **broken.facts}) + _missing(broken)
        return _file(violation_id, sent=(wanted, sent), refused=f"{problem.title}. {told}"), problem.status
    flash(f"Đã ghi: {word('step', wanted)}.", "done")
    return redirect(url_for(".one", violation_id=violation_id))


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise RequestRefused("not-found") from None


def _well_formed(form: StepForm) -> bool:
    """Only the shape of what was typed; which facts a step needs is the domain's word."""
    form.rule.validate_choice = False
    return bool(form.validate())


def facts_said(form: StepForm) -> Facts:
    texts = {
        name: (form[name].data or "").strip() for name in ("document", "addressee", "reason", "signatory", "extent")
    }
    rule = form.rule.data or ""
    return Facts(
        date=form.date.data,
        deadline=form.deadline.data,
        ended=form.ended.data,
        amount=form.amount.data,
        rule=(texts["reason"] if rule == GIVEN_BY_HAND else rule).strip(),
        **texts,
    )


def _missing(broken: RuleBroken) -> str:
    missing = broken.facts.get("missing")
    return " Còn thiếu: " + ", ".join(word("need", each) for each in missing) if isinstance(missing, list) else ""


def _file(violation_id: UUID, *, sent: tuple[Step, StepForm] | None = None, refused: str = "") -> str:
    who, at = actor(), now()
    found = reading(lambda tx: registry.read(tx, violation_id, actor=who, now=at, library=library()))
    offers = _offers(found, sent)
    tried = sent[0] if sent else None
    return render_template(
        "violations/one.html",
        file=found,
        offers=offers,
        refused=refused,
        sent=tried,
        is_offered=tried in {offer.step for offer in offers},
        others=_for_others(found),
        answers=_answers(found),
        tracks=[_track(found, track) for track in Track],
        facts_of=_facts_told,
        owners=_owners(found),
    )


def _owners(file: File) -> list[tuple[str, str]]:
    """To whom the reader may hand it over; nobody when that is not the reader's to do."""
    who, agency = actor(), file.line.row.agency_id
    if who.role not in owners.MAY_HAND_OVER or who.agency != agency:
        return []
    return [(str(each.id), each.name) for each in reading(lambda tx: owners.candidates(tx, agency))]


def _offers(file: File, sent: tuple[Step, StepForm] | None) -> list[Offer]:
    first = primary(_pressing(file))
    return [
        Offer(
            step,
            TRACK_OF[step],
            _form(file, step, rule, sent[1] if sent and sent[0] is step else None),
            is_first=step is first,
            is_grave=step in GRAVE,
        )
        for step, rule in file.mine
    ]


def _pressing(file: File) -> list[tuple[Step, Rule]]:
    """A record we drew is ours to decide: it is referred first only when our power does not reach."""
    drawn = file.standing.statuses.sanction in {Sanction.RECORD_DRAWN, Sanction.EXPLANATION}
    reaches = file.referring is None or not file.referring.must_refer_decision
    return [(step, rule) for step, rule in file.mine if not (step is Step.REFER and drawn and reaches)]


def _form(file: File, step: Step, rule: Rule, sent: StepForm | None) -> StepForm:
    """The fields this step needs, and always room for a remark."""
    form = sent or StepForm(prefix=step.value, formdata=None)
    form.version.data = file.line.row.version
    for need in Need:
        if need in rule.needs:
            _require(form[need.value])
        elif need is not Need.REASON and need not in rule.may:
            del form[need.value]
    if Need.REASON not in rule.needs:
        form.reason.label.text = "Ghi chú"
    if Need.RULE in rule.needs:
        form.rule.choices = [("", "Chọn quy định"), *map(_told, file.candidates), (GIVEN_BY_HAND, "Khác (ghi ở dưới)")]
    if Need.ADDRESSEE in rule.needs and not form.addressee.data and file.referring:
        form.addressee.data = file.referring.refer_to
    return form


def _require(field: Field) -> None:
    field.validators = [InputRequired("Hãy điền mục này."), *field.validators]
    field.flags.required = True


def _told(candidate: Candidate) -> tuple[str, str]:
    return candidate.rule.code, f"{candidate.law}, {candidate.rule.clause}: {candidate.rule.conduct}"


def _for_others(file: File) -> list[tuple[Step, list[str]]]:
    """Lawful steps that are not the reader's, with who may take them."""
    mine = {step for step, _ in file.mine}
    return [
        (step, [word("role", role) for role in sorted(rule.roles)]) for step, rule in file.lawful if step not in mine
    ]


def _answers(file: File) -> list[dict[str, str]]:
    """The answers that stand; two of them when the team did not agree."""
    heads = file.line.row.value.get("heads", [])
    return [
        {"text": _answer(file.item, head.get("value")), "by": file.names.get(str(head.get("by")), "")} for head in heads
    ]


def _answer(item: Item | None, value: object) -> str:
    return answer_text(item, value) if item else str(value)


def _track(file: File, track: Track) -> dict[str, object]:
    """One track as a short timeline: where it began, and where each step led."""
    row = file.line.row
    taken = [step for step in file.steps if step.track == track]
    now_at = {"remedy": row.remedy_status, "sanction": row.sanction_status, "stop": row.stop_status}[track.value]
    start = taken[0].before if taken else now_at
    began = {"title": word(track, start), "at": date_vi(row.found_on) if start != "none" else "", "who": ""}
    led = [
        {
            "title": word(track, step.after),
            "at": moment_vi(step.at),
            "who": file.actors[step.actor_id],
            "note": _brief(step),
            "tone": "plain" if step is not taken[-1] else "act",
        }
        for step in taken
    ]
    return {"name": track, "steps": [{**began, "tone": "plain" if led or start == "none" else "act"}, *led]}


def _brief(step: ViolationStep) -> str:
    """The paper and what it set, in one line: "421/CV ngày 01/11/2026; hạn 12/11/2026"."""
    shown = {name: _shown(name, value) for name, value in step.facts.items()}
    paper = " ngày ".join(shown[name] for name in ("document", "date") if name in shown)
    rest = (
        ("deadline", "hạn {}"),
        ("amount", "{} đồng"),
        ("rule", "{}"),
        ("ended", "hành vi kết thúc {}"),
        ("addressee", "đến {}"),
        ("extent", "{}"),
    )
    told = [paper, *(form.format(shown[name]) for name, form in rest if name in shown)]
    return "; ".join(part for part in told if part)


def _facts_told(step: ViolationStep) -> list[str]:
    """What was said with a step: "Số, ký hiệu văn bản: 12/SXD-TTr"."""
    return [f"{word('need', name)}: {_shown(name, value)}" for name, value in step.facts.items()]


def _shown(name: str, value: object) -> str:
    if name in {"date", "deadline", "ended"}:
        return date_vi(date.fromisoformat(str(value)))
    return number_vi(value) if isinstance(value, int) else str(value)
