"""Phê duyệt, kết thúc, mở lại một kế hoạch: one small form for what is next."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.planning import PlanStep
from inspect_app.services import plan_states, plans
from inspect_app.services.plan_states import KEEPERS, Decision
from inspect_app.services.plans import Line, Plan
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.words import word

bp = Blueprint("plan_states", __name__)

DONE = {
    PlanStep.APPROVE: "Đã ghi phê duyệt kế hoạch.",
    PlanStep.CLOSE: "Đã kết thúc kế hoạch. Các cuộc đã phân công vẫn tiếp tục.",
    PlanStep.REOPEN: "Đã mở lại kế hoạch.",
}


class StepForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    step = HiddenField(validators=[AnyOf([str(each) for each in PlanStep], "Chọn lại bước.")])
    version = IntegerField("Bản", [InputRequired()])
    decision_no = StringField("Số quyết định phê duyệt", [Length(max=60)])
    decision_date = DateField("Ngày quyết định", [Optional()])


@bp.route("/plans/<uuid:plan_id>/state", methods=["GET", "POST"])
@allow(*KEEPERS)
def page(plan_id: UUID) -> ResponseReturnValue:
    form = StepForm()
    if not form.is_submitted():
        return _render(form, *reading(lambda tx: plans.read(tx, plan_id)))
    if form.validate():
        step, version = PlanStep(form.step.data or ""), form.version.data or 0
        decision, who, at = Decision(form.decision_no.data or "", form.decision_date.data), actor(), now()

        def do(tx: Tx) -> None:
            plan_states.take(tx, plan_id, step, version=version, decision=decision, actor=who, now=at)

        try:
            in_transaction(do)
        except RuleBroken as broken:
            if broken.code == "unknown-plan":
                raise
            tell(form, broken, {"plan-decision-missing": "decision_no", "plan-decision-ahead": "decision_date"})
        else:
            flash(DONE[step], "done")
            return redirect(url_for("plans.page", plan_id=plan_id))
    plan, lines = reading(lambda tx: plans.read(tx, plan_id))
    form.version.data, form.version.raw_data = plan.version, None
    return _render(form, plan, lines), 422


def _render(form: StepForm, plan: Plan, lines: list[Line]) -> str:
    if not form.is_submitted():
        form.version.data = plan.version
        form.decision_no.data, form.decision_date.data = plan.decision_no, plan.decision_date
    return render_template(
        "plans/state.html",
        form=form,
        plan=plan,
        steps=plan_states.steps_for(plan, actor()),
        own=plan.created_by == actor().id,
        left=[line for line in lines if line.column in ("suggested", "planned")],
        label=word("plan_state", plan.state),
    )
