"""Mục giữ lại: what phones sent that waits for a person, grouped by inspection, and the decisions about it."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from inspect_app.domain import held as rules
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.held import Result
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.services import held, held_reading
from inspect_app.services.held import HeldFilter, Key
from inspect_app.services.held_reading import Read
from inspect_app.web import cursors, held_words
from inspect_app.web.auth import allow
from inspect_app.web.held_words import Told
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.problems import CATALOGUE, RequestRefused
from inspect_app.web.request import Tx, actor, in_transaction, library, now, reading
from inspect_app.web.words import WORDS

bp = Blueprint("held", __name__)


class DecideForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """One decision about one or several."""

    result = RadioField("Quyết định", [InputRequired("Chọn một quyết định.")], choices=list(Result))
    reason = TextAreaField("Lý do", [Length(max=2000, message="Lý do dài nhất 2.000 ký tự.")])

    def offer(self, codes: Iterable[str], *, without: Collection[Result] = ()) -> None:
        """Only what fits at least one of the reasons why they are held."""
        fitting = {each for code in codes for each in rules.choices(code)} - set(without)
        self.result.choices = [(str(each), WORDS["held_choice"][each]) for each in Result if each in fitting]


@dataclass(slots=True)
class Group:
    """The operations of one inspection that stand on this page."""

    claimed: str
    number: str
    site: str
    state: str
    inspection: UUID | None
    rows: list[tuple[Read, Told]] = field(default_factory=list)
    form: DecideForm | None = None


@bp.get("/held")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    wanted, after = _asked(), cursors.held(request.args.get("after"))

    def read(tx: Tx) -> tuple[list[Read], held.Place | None]:
        rows, onward = held.waiting(tx, wanted, after=after)
        return held_reading.read(tx, rows, library=library()), onward

    rows, onward = reading(read)
    return render_template(
        "held/index.html",
        groups=_groups(rows, may_decide=actor().role is Role.SUPERVISOR and not wanted.decided),
        shown=len(rows),
        wanted=wanted,
        too_long=now() - held.TOO_LONG,
        next_href=page_href("held.index", cursors.of_held(onward)),
        first_href=page_href("held.index", "") if after else None,
    )


def _asked() -> HeldFilter:
    given = request.args
    return HeldFilter(
        text=given.get("q", "").strip()[:120],
        code=given.get("code", "") if given.get("code", "") in WORDS["held"] else "",
        inspection=given.get("inspection", "")[:64],
        before=now() - held.TOO_LONG if given.get("long") == "1" else None,
        decided=given.get("decided") == "1",
    )


def _groups(rows: list[Read], *, may_decide: bool) -> list[Group]:
    groups = []
    for claimed, those in groupby(rows, key=lambda each: each.waiting.operation.claimed_inspection):
        here = list(those)
        first = here[0].waiting
        group = Group(claimed, first.number, first.site, first.state, first.operation.inspection_id)
        group.rows = [(each, held_words.tell(each)) for each in here]
        if may_decide:
            group.form = DecideForm(formdata=None)
            group.form.offer(each.waiting.operation.code for each in here)
        groups.append(group)
    return groups


@bp.get("/held/<uuid:operation>/<body>")
@allow(*DESK_ROLES)
def page(operation: UUID, body: str) -> ResponseReturnValue:
    return _render((operation, body), DecideForm())


def _render(key: Key, form: DecideForm) -> str:
    [read] = reading(lambda tx: held_reading.read(tx, [held.get(tx, key)], library=library()))
    row = read.waiting.operation
    form.offer([row.code], without=rules.TAKES_EFFECT if read.obstacle else ())  # nobody is offered what cannot be done
    return render_template(
        "held/page.html",
        read=read,
        row=row,
        told=held_words.tell(read),
        shown=json.dumps(row.body, ensure_ascii=False, indent=2),
        form=form,
    )


@bp.post("/held/<uuid:operation>/<body>")
@allow(Role.SUPERVISOR)
def decide(operation: UUID, body: str) -> ResponseReturnValue:
    """One decision about one operation. A decision that somebody else made first is a problem of its own."""
    form = DecideForm()
    key = (operation, body)
    if not form.validate_on_submit():
        return _render(key, form), 422
    try:
        decided = _decide([key], form)
        if decided.left:
            raise decided.left[0][1]
    except RuleBroken as broken:
        if broken.code in {"changed-meanwhile", "unknown-held"}:
            raise
        form.result.errors = [*form.result.errors, _words(broken)]
        return _render(key, form), CATALOGUE[broken.code].status
    flash(f"{WORDS['held_result'][form.result.data]}. Máy của người ghi sẽ thấy khi có mạng.", "done")
    return redirect(url_for("held.index"))


@bp.post("/held/decide")
@allow(Role.SUPERVISOR)
def decide_several() -> ResponseReturnValue:
    """One decision about the ticked operations of an inspection, or about all of it that the page showed.

    The form names what was shown: nobody decides about what arrived since, or stands on another page.
    """
    form = DecideForm()
    back = _back()
    if not form.validate_on_submit():
        flash("Chưa quyết định được: hãy chọn một quyết định.", "error")
        return redirect(back)
    claimed = request.form.get("claimed", "")
    is_all = request.form.get("which") == "all"
    keys = [_key(each) for each in _named("shown" if is_all else "pick")]
    if not keys:
        flash("Chưa chọn mục nào.", "error")
        return redirect(back)
    try:
        decided = _decide(keys, form)
    except RuleBroken as broken:
        if broken.code != "comment-missing":
            raise
        flash(_words(broken), "error")
        return redirect(back)
    if decided.done:
        flash(f"{WORDS['held_result'][form.result.data]}: {len(decided.done)} mục.", "done")
    for told in dict.fromkeys(_words(broken) for _, broken in decided.left):
        count = sum(_words(broken) == told for _, broken in decided.left)
        flash(f"{count} mục còn chờ. {told}", "warn")
    still = sum(broken.code != "changed-meanwhile" for _, broken in decided.left)
    if is_all and (unseen := reading(lambda tx: held.count_of(tx, claimed)) - still) > 0:
        flash(f"Cuộc này còn {unseen} mục mà trang vừa rồi không hiện; chưa quyết định về các mục đó.", "warn")
    return redirect(back)


def _decide(keys: list[Key], form: DecideForm) -> held.Decided:
    result, reason = Result(form.result.data), form.reason.data or ""
    who, at, forms = actor(), now(), library()
    return in_transaction(lambda tx: held.decide(tx, keys, result, reason=reason, actor=who, now=at, library=forms))


def _named(field: str) -> list[str]:
    return request.form.getlist(field)[: held.PAGE]


def _key(told: str) -> Key:
    operation, _, body = told.partition("~")
    try:
        return UUID(operation), body
    except ValueError:
        raise RequestRefused("bad-request", pick=told[:80]) from None


def _back() -> str:
    """The list as it was narrowed, and nowhere else."""
    given = urlsplit(request.form.get("back", ""))
    here = url_for("held.index")
    return f"{here}?{given.query}" if given.path == here and given.query and not given.netloc else here


def _words(broken: RuleBroken) -> str:
    problem = CATALOGUE[broken.code]
    facts: dict[str, Any] = dict(broken.facts)
    if "obstacle" in facts:
        facts["obstacle"] = WORDS["held"].get(str(facts["obstacle"]), str(facts["obstacle"]))
    return f"{problem.title}. {problem.advice.format_map(_Dash(facts))}"


class _Dash(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
