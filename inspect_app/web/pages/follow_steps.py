"""One step for several violations of the follow-up list, each judged by itself; and who follows a violation up."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField
from wtforms.validators import InputRequired

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.laws import Laws
from inspect_app.domain.people import Role
from inspect_app.domain.violations import Need, Step
from inspect_app.services import bulk, owners, steps
from inspect_app.services.bulk import Bulk
from inspect_app.services.registry import Line
from inspect_app.web.auth import allow
from inspect_app.web.pages.violations import StepForm, facts_said
from inspect_app.web.problems import CATALOGUE, RequestRefused
from inspect_app.web.request import actor, in_transaction, library, now, reading
from inspect_app.web.words import word

bp = Blueprint("follow_steps", __name__)

ACTING = (Role.LEADER, Role.SUPERVISOR, Role.AUTHORITY)
OWNER = "owner"  # not a step of a track, chosen in the same place


class BulkForm(StepForm):
    """The facts of a step, or the person to hand over to."""

    owner = SelectField("Người phụ trách mới", choices=(), validate_choice=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one row: nothing is left out, and nothing fails in silence."""

    line: Line
    done: bool
    told: str


@bp.get("/follow-up/steps")
@allow(*ACTING)
def choose() -> ResponseReturnValue:
    """The rows that were ticked; what may be done with them; then what that needs."""
    found = _look(request.args.getlist("id"))
    wanted = request.args.get("do", "")
    if wanted and wanted != OWNER and wanted not in found.offered:
        wanted = ""
    return _render(found, wanted, _form(found, wanted) if wanted else None)


@bp.post("/follow-up/steps")
@allow(*ACTING)
def take() -> ResponseReturnValue:
    """Each row in a transaction of its own, with the version that was on the screen."""
    found = _look(request.form.getlist("id"))
    wanted = request.form.get("do", "")
    if wanted != OWNER and wanted not in set(bulk.IN_BULK):
        raise RequestRefused("bad-request")
    form = _form(found, wanted)
    if not form.validate():
        return _render(found, wanted, form), 422
    laws = library().laws
    results = [_take(each.line, wanted, form, laws) for each in found.chosen]
    return render_template(
        "follow_up/results.html", results=results, wanted=wanted, gone=found.gone, label=_label(wanted)
    )


@bp.post("/follow-up/owner/<uuid:violation_id>")
@allow(*ACTING)
def hand_over(violation_id: UUID) -> ResponseReturnValue:
    """From the violation's own page."""
    try:
        to, version = UUID(request.form.get("owner", "")), int(request.form.get("version", ""))
    except ValueError:
        raise RequestRefused("bad-request") from None
    who, at = actor(), now()
    in_transaction(lambda tx: owners.hand_over(tx, violation_id, to, version=version, actor=who, now=at))
    flash("Đã giao người phụ trách mới.", "done")
    return redirect(url_for("violations.one", violation_id=violation_id))


def _look(given: Sequence[str]) -> Bulk:
    try:
        ids = [UUID(each) for each in given]
    except ValueError:
        raise RequestRefused("bad-request") from None
    if not 0 < len(ids) <= bulk.MOST:
        raise RequestRefused("nothing-chosen", most=bulk.MOST)
    who, at = actor(), now()
    return reading(lambda tx: bulk.look(tx, ids, actor=who, now=at))


def _form(found: Bulk, wanted: str) -> BulkForm:
    """Only the fields this step needs; always room for a remark."""
    form = BulkForm()
    if wanted == OWNER:
        agency = actor().agency
        people = reading(lambda tx: owners.candidates(tx, agency))
        form.owner.choices = [("", "Chọn người"), *((str(each.id), each.name) for each in people)]
        form.owner.validators = [InputRequired("Chọn người phụ trách.")]
        asked: frozenset[Need] = frozenset()
    else:
        del form.owner
        asked = found.needs[Step(wanted)]
    for need in Need:
        if need in asked:
            form[need.value].validators = [InputRequired("Hãy điền mục này."), *form[need.value].validators]
            form[need.value].flags.required = True
        elif need is not Need.REASON or wanted == OWNER:
            del form[need.value]
    if "reason" in form and Need.REASON not in asked:
        form.reason.label.text = "Ghi chú"
    return form


def _take(line: Line, wanted: str, form: BulkForm, laws: Laws) -> Result:
    """The version is the one the sender saw; sent twice, the second time changes nothing."""
    who, at, row = actor(), now(), line.row
    try:
        version = int(request.form.get(f"version-{row.id}", ""))
    except ValueError:
        raise RequestRefused("bad-request") from None
    try:
        if wanted == OWNER:
            to = UUID(form.owner.data)
            in_transaction(lambda tx: owners.hand_over(tx, row.id, to, version=version, actor=who, now=at))
        else:
            facts, step = facts_said(StepForm()), Step(wanted)  # whole: fields nobody asked for are empty
            in_transaction(
                lambda tx: steps.take_step(tx, row.id, step, facts, version=version, actor=who, now=at, laws=laws)
            )
    except RuleBroken as broken:
        problem = CATALOGUE[broken.code]
        return Result(
            line, False, f"{problem.title}. {problem.advice.format_map(defaultdict(lambda: '—', broken.facts))}"
        )
    return Result(line, True, "")


def _label(wanted: str) -> str:
    return "Giao người phụ trách" if wanted == OWNER else word("step", wanted)


def _render(found: Bulk, wanted: str, form: BulkForm | None) -> str:
    choices = [(OWNER, f"{_label(OWNER)} ({len(found.chosen)} dòng)")]
    choices += [(step.value, f"{_label(step.value)} ({n} dòng)") for step, n in found.offered.items()]
    return render_template(
        "follow_up/steps.html",
        found=found,
        wanted=wanted,
        form=form,
        choices=choices,
        label=_label(wanted) if wanted else "",
    )
