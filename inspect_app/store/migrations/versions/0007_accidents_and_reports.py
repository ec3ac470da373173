"""Accidents, what enterprises declare each year, the right to health data, and the annual report."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "accident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("commune_code", sa.String(5), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("sector", sa.String(20), nullable=False),
        sa.Column("has_contract", sa.Boolean(), nullable=False),
        sa.Column("victims", sa.SmallInteger(), nullable=False),
        sa.Column("women", sa.SmallInteger(), nullable=False),
        sa.Column("outside", sa.SmallInteger(), nullable=False),
        sa.Column("deaths", sa.SmallInteger(), nullable=False),
        sa.Column("seriously_injured", sa.SmallInteger(), nullable=False),
        sa.Column("injured", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("factor", sa.String(24), nullable=False),
        sa.Column("occupation", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("record_no", sa.String(60), nullable=False),
        sa.Column("investigator", sa.String(12), nullable=False),
        sa.Column("investigated_on", sa.Date(), nullable=True),
        sa.Column("investigation_no", sa.String(60), nullable=False),
        sa.Column("criminal_no", sa.String(60), nullable=False),
        sa.Column("criminal_on", sa.Date(), nullable=True),
        sa.Column("days_off", sa.Integer(), nullable=False),
        sa.Column("medical_vnd", sa.BigInteger(), nullable=False),
        sa.Column("wages_vnd", sa.BigInteger(), nullable=False),
        sa.Column("compensation_vnd", sa.BigInteger(), nullable=False),
        sa.Column("property_vnd", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(500), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.CheckConstraint("kind IN ('accident', 'incident')", name=op.f("ck_accident_kind")),
        sa.CheckConstraint("deaths >= 0 AND seriously_injured >= 0 AND injured >= 0", name=op.f("ck_accident_counts")),
        sa.CheckConstraint("victims = deaths + seriously_injured + injured", name=op.f("ck_accident_victims")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_accident_agency_id")),
        sa.ForeignKeyConstraint(["commune_code"], ["commune.code"], name=op.f("fk_accident_commune_code")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_accident_made_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_accident_organisation_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_accident_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accident")),
    )
    op.create_index(op.f("ix_accident_happened_on_id"), "accident", ["happened_on", "id"], unique=False)
    op.create_index(op.f("ix_accident_organisation_id"), "accident", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_accident_site_id"), "accident", ["site_id"], unique=False)
    op.create_table(
        "health_right",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", Moment(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_health_right_agency_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_health_right_ended_by")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_health_right_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_health_right_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_right")),
    )
    op.create_index(op.f("ix_health_right_person_id"), "health_right", ["person_id"], unique=False)
    op.create_table(
        "osh_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(240), nullable=False),
        sa.Column("detail", sa.String(120), nullable=False),
        sa.Column("figures", Facts, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(500), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_osh_record_agency_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_osh_record_made_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_osh_record_organisation_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_osh_record_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_osh_record")),
    )
    op.create_index(op.f("ix_osh_record_kind_year_day_id"), "osh_record", ["kind", "year", "day", "id"], unique=False)
    op.create_index(op.f("ix_osh_record_organisation_id_kind"), "osh_record", ["organisation_id", "kind"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("content", Facts, nullable=False),
        sa.Column("sources", Facts, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_agency_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_report_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_year_agency_id_made_at"), "report", ["year", "agency_id", "made_at"], unique=False)
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("words", Facts, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_draft_agency_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_report_draft_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("agency_id", "year", name=op.f("uq_report_draft_agency_id_year")),
    )
    op.create_table(
        "target_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base_year", sa.Integer(), nullable=False),
        sa.Column("counted", sa.String(10), nullable=False),
        sa.Column("workers", sa.String(10), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_target_choice_agency_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_target_choice_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_choice")),
    )
    op.create_table(
        "yearly_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_yearly_figure_agency_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_yearly_figure_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_figure")),
    )
    op.create_index(
        op.f("ix_yearly_figure_year_name_made_at"), "yearly_figure", ["year", "name", "made_at"], unique=False
    )
