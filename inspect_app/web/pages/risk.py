"""Gợi ý theo rủi ro: sites by points with the reasons beside them, and the weights behind the points."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import DESK_ROLES, Role
from inspect_app.domain.risk import USUAL, Reason
from inspect_app.services import plans, risk, sites
from inspect_app.services.risk import Filter
from inspect_app.web.auth import allow
from inspect_app.web.pages.inspections import page_href
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading
from inspect_app.web.words import word

bp = Blueprint("risk", __name__)


class WeightsForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    hazards = IntegerField(word("risk", "hazards"), [InputRequired(), NumberRange(0, 100)])
    workers = IntegerField(word("risk", "workers"), [InputRequired(), NumberRange(0, 100)])
    history = IntegerField(word("risk", "history"), [InputRequired(), NumberRange(0, 100)])
    since = IntegerField(word("risk", "since"), [InputRequired(), NumberRange(0, 100)])
    open = IntegerField(word("risk", "open"), [InputRequired(), NumberRange(0, 100)])
    accidents = IntegerField(word("risk", "accidents"), [InputRequired(), NumberRange(0, 100)])
    reason = StringField("Lý do thay đổi", [InputRequired("Ghi lý do."), Length(max=300)])


@bp.get("/risk")
@allow(*DESK_ROLES)
def index() -> ResponseReturnValue:
    given = request.args
    plan_id = given.get("plan", type=UUID)
    wanted = Filter(
        commune=given.get("commune", ""),
        zone=given.get("zone", ""),
        sector=given.get("sector", ""),
        not_in_plan=plan_id,
    )
    after, who = _place(given.get("after", "")), actor()

    def do(tx: Tx) -> tuple[Any, ...]:
        rows, onward = risk.suggestions(tx, wanted, after=after, actor=who)
        weights, row = risk.of_agency(tx, who.agency)
        plan = plans.get(tx, plan_id) if plan_id else None
        return rows, onward, weights, row, plan, list(sites.list_communes(tx))

    rows, onward, weights, row, plan, communes = reading(do)
    return render_template(
        "risk/index.html",
        rows=rows,
        wanted=wanted,
        weights=weights,
        reasons=list(Reason),
        own=row,
        plan=plan,
        communes=[(each.code, each.name) for each in communes],
        form=FlaskForm(),
        next_href=page_href("risk.index", f"{onward[0]}~{onward[1]}" if onward else None),
        first_href=page_href("risk.index", "") if after else None,
    )


@bp.route("/risk/weights", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def weights() -> ResponseReturnValue:
    form, who = WeightsForm(), actor()
    held, row = reading(lambda tx: risk.of_agency(tx, who.agency))
    if not form.is_submitted():
        for each, points in held.items():
            form[str(each)].data = points
        return render_template("risk/weights.html", form=form, row=row, usual=USUAL)
    if form.validate():
        chosen, reason, at = {each: int(form[str(each)].data) for each in Reason}, form.reason.data or "", now()
        try:
            in_transaction(lambda tx: risk.set_weights(tx, chosen, reason=reason, actor=who, now=at))
        except RuleBroken as broken:
            tell(form, broken, {"bad-weights": "hazards"})
        else:
            flash("Đã lưu trọng số. Điểm được tính lại trong khoảng một phút.", "done")
            return redirect(url_for("risk.index"))
    return render_template("risk/weights.html", form=form, row=row, usual=USUAL), 422


def _place(text: str) -> tuple[int, UUID] | None:
    score, _, site = text.partition("~")
    try:
        return (int(score), UUID(site)) if text else None
    except ValueError:
        return None
