"""Plans, what people can take on, returns answer by answer, imminent danger, recurring visits, risk, referrals."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0012"
down_revision = "0011"

MOMENT = Moment(timezone=True)


def upgrade() -> None:
    _plans()
    _people()
    _reviews()
    _risk()
    _referrals()


def _plans() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("decision_no", sa.String(60), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("kind IN ('yearly', 'thematic', 'campaign')", name=op.f("ck_plan_kind")),
        sa.CheckConstraint("state IN ('draft', 'approved', 'closed')", name=op.f("ck_plan_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_plan_agency_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_plan_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_agency_id_first_day_id"), "plan", ["agency_id", "first_day", "id"], unique=False)
    op.create_table(
        "plan_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("checklists", Facts, nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("span IN ('month', 'week')", name=op.f("ck_plan_line_span")),
        sa.CheckConstraint("state IN ('suggested', 'planned', 'dropped')", name=op.f("ck_plan_line_state")),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_plan_line_days")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_plan_line_agency_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_plan_line_inspection_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_plan_line_leader_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_line_plan_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_plan_line_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
        sa.UniqueConstraint("inspection_id", name=op.f("uq_plan_line_inspection_id")),
        sa.UniqueConstraint("plan_id", "site_id", name=op.f("uq_plan_line_plan_id_site_id")),
    )
    op.create_index(
        op.f("ix_plan_line_agency_id_starts_on_id"), "plan_line", ["agency_id", "starts_on", "id"], unique=False
    )


def _people() -> None:
    op.create_table(
        "capacity",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("days_per_week", sa.SmallInteger(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("days_per_week BETWEEN 0 AND 7", name=op.f("ck_capacity_days")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_capacity_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_capacity_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_capacity")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_absence_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id_last_day"), "absence", ["person_id", "last_day"], unique=False)
    op.create_table(
        "interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_interest_agency_id")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_interest_declared_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_interest_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    op.create_index(op.f("ix_interest_organisation_id"), "interest", ["organisation_id"], unique=False)
    op.create_index(
        op.f("ix_interest_person_id_organisation_id"), "interest", ["person_id", "organisation_id"], unique=False
    )


def _reviews() -> None:
    op.create_table(
        "inspection_return",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("items", Facts, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_inspection_return_agency_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_inspection_return_by_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_return_inspection_id")),
        sa.PrimaryKeyConstraint("inspection_id", "number", name=op.f("pk_inspection_return")),
    )
    op.create_table(
        "imminent_danger",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_imminent_danger_agency_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_imminent_danger_inspection_id")),
        sa.PrimaryKeyConstraint("inspection_id", "item", name=op.f("pk_imminent_danger")),
    )
    op.create_index(
        op.f("ix_imminent_danger_agency_id_seen_at"), "imminent_danger", ["agency_id", "seen_at"], unique=False
    )
    op.create_table(
        "danger_look",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_danger_look_agency_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_danger_look_inspection_id")),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_danger_look")),
    )
    op.create_table(
        "recurrence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("next_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_recurrence_agency_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_recurrence_created_by")),
        sa.ForeignKeyConstraint(["first_id"], ["inspection.id"], name=op.f("fk_recurrence_first_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_recurrence_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrence")),
        sa.UniqueConstraint("first_id", name=op.f("uq_recurrence_first_id")),
    )
    op.create_index(op.f("ix_recurrence_ended_at_next_day"), "recurrence", ["ended_at", "next_day"], unique=False)


def _risk() -> None:
    op.create_table(
        "risk_weights",
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weights", Facts, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_risk_weights_agency_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_risk_weights_by_id")),
        sa.PrimaryKeyConstraint("agency_id", "number", name=op.f("pk_risk_weights")),
    )
    op.create_table(
        "site_risk",
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("hazards", sa.SmallInteger(), nullable=False),
        sa.Column("workers", sa.SmallInteger(), nullable=False),
        sa.Column("history", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.SmallInteger(), nullable=False),
        sa.Column("open", sa.SmallInteger(), nullable=False),
        sa.Column("accidents", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_risk_site_id")),
        sa.PrimaryKeyConstraint("scheme", "site_id", name=op.f("pk_site_risk")),
    )
    op.create_index(
        op.f("ix_site_risk_scheme_score_site_id"), "site_risk", ["scheme", "score", "site_id"], unique=False
    )


def _referrals() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("violation_id", sa.Uuid(), nullable=False),
        sa.Column("step_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("to_agency", sa.String(32), nullable=True),
        sa.Column("addressee", sa.String(200), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(120), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("answer_document", sa.String(120), nullable=False),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.Column("fine_vnd", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("kind IN ('sanction', 'criminal')", name=op.f("ck_referral_kind")),
        sa.CheckConstraint("state IN ('sent', 'received', 'returned', 'answered')", name=op.f("ck_referral_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_referral_agency_id")),
        sa.ForeignKeyConstraint(["to_agency"], ["agency.id"], name=op.f("fk_referral_to_agency")),
        sa.ForeignKeyConstraint(["violation_id"], ["violation.id"], name=op.f("fk_referral_violation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("violation_id", "step_number", name=op.f("uq_referral_violation_id_step_number")),
    )
    op.create_index(op.f("ix_referral_agency_id_sent_on_id"), "referral", ["agency_id", "sent_on", "id"], unique=False)
    op.create_index(op.f("ix_referral_state_due_on"), "referral", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix_referral_to_agency_sent_on_id"), "referral", ["to_agency", "sent_on", "id"], unique=False)
