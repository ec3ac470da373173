"""The team of a visit: the form that plan and inspection share, and the page that changes a team."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from inspect_app.domain.assignments import Member
from inspect_app.domain.errors import RuleBroken
from inspect_app.domain.people import Role, TeamRole
from inspect_app.services import accounts, planning, team_phones
from inspect_app.services.planning import Inspection
from inspect_app.web.auth import allow
from inspect_app.web.refusals import tell
from inspect_app.web.request import Tx, actor, in_transaction, now, reading

bp = Blueprint("team", __name__)


class TicksField(SelectMultipleField):
    """Several of many, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TeamForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    leader = SelectField("Trưởng đoàn", [InputRequired("Chọn Trưởng đoàn.")])
    deputy = SelectField("Phó Trưởng đoàn (nếu có)")
    secretary = SelectField("Thư ký")
    members = TicksField("Thành viên")

    def offer(self, people: Sequence[accounts.Seatable], own_agency: str, first: str = "") -> None:
        """The people to choose from: the own agency first, then the one to go with, others with their agency's name."""
        ordered = sorted(
            people,
            key=lambda each: (each.agency_id != own_agency, each.agency_id != first, each.agency, each.name),
        )
        named = {
            str(each.id): each.name if each.agency_id == own_agency else f"{each.name} – {each.agency}"
            for each in ordered
        }
        leading = sorted(ordered, key=lambda each: (each.agency_id != own_agency, each.role is not Role.LEADER))
        self.leader.choices = {"": "Chọn…"} | {str(each.id): named[str(each.id)] for each in leading}
        self.deputy.choices = {"": "Không có"} | named
        self.secretary.choices = {"": "Chưa phân công"} | named
        self.members.choices = named

    def team(self) -> tuple[Member, ...]:
        """The chosen seats. A secretary who was not ticked joins as a member."""
        roles: dict[str, TeamRole] = dict.fromkeys(self.members.data or [], TeamRole.MEMBER)
        if self.secretary.data:
            roles.setdefault(self.secretary.data, TeamRole.MEMBER)
        if self.deputy.data:
            roles[self.deputy.data] = TeamRole.DEPUTY
        if self.leader.data:
            roles[self.leader.data] = TeamRole.LEADER
        return tuple(Member(UUID(each), role, each == self.secretary.data) for each, role in roles.items())


class ChangeTeamForm(TeamForm):
    reason = StringField("Lý do thay đổi", [InputRequired("Ghi lý do thay đổi."), Length(max=300)])


def _read(
    tx: Tx, inspection_id: UUID
) -> tuple[Inspection, list[accounts.Seatable], Mapping[UUID, list[team_phones.Phone]]]:
    row = planning.get(tx, inspection_id)
    return row, accounts.for_teams(tx), team_phones.of(tx, row)


@bp.route("/inspections/<uuid:inspection_id>/team", methods=["GET", "POST"])
@allow(Role.SUPERVISOR)
def change(inspection_id: UUID) -> ResponseReturnValue:
    row, people, phones = reading(lambda tx: _read(tx, inspection_id))
    form = ChangeTeamForm()
    form.offer(people, actor().agency)
    if not form.is_submitted():
        seats = [seat for seat in row.team if seat.removed_at is None]
        form.leader.data = next((str(seat.person_id) for seat in seats if seat.role == TeamRole.LEADER), "")
        form.deputy.data = next((str(seat.person_id) for seat in seats if seat.role == TeamRole.DEPUTY), "")
        form.secretary.data = next((str(seat.person_id) for seat in seats if seat.is_secretary), "")
        form.members.data = [str(seat.person_id) for seat in seats if seat.role == TeamRole.MEMBER]
        return render_template("inspections/team.html", form=form, row=row, phones=phones)
    if form.validate():
        try:
            team, reason, who, at = form.team(), form.reason.data or "", actor(), now()
            in_transaction(lambda tx: planning.change_team(tx, inspection_id, team, reason=reason, actor=who, now=at))
        except RuleBroken as broken:
            tell(
                form,
                broken,
                {
                    "one-leader": "leader",
                    "twice-in-team": "members",
                    "one-secretary": "secretary",
                    "not-for-the-field": "members",
                    "conflict-of-interest": "members",
                    "person-away": "members",
                },
            )
        else:
            flash(f"Đã đổi đoàn của {row.number}. Máy của từng người sẽ nhận thay đổi khi có mạng.", "done")
            return redirect(url_for("inspections.page", inspection_id=inspection_id))
    return render_template("inspections/team.html", form=form, row=row, phones=phones), 422
