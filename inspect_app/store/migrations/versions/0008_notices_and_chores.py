"""Notices, the outbox of mail, and where the worker's chores stand."""

import sqlalchemy as sa
from alembic import op

from inspect_app.store.tables.base import Facts, Moment

revision = "0008"
down_revision = "0007"

MOMENT = Moment(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("email", sa.String(254), server_default="", nullable=False))
    op.add_column("person", sa.Column("muted", sa.String(400), server_default="", nullable=False))
    _notices()
    _mail()
    _chores()


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("href", sa.String(300), nullable=False),
        sa.Column("facts", Facts, nullable=False),
        sa.Column("once", sa.String(120), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("mail", sa.String(8), server_default="none", nullable=False),
        sa.Column("push", sa.String(8), server_default="none", nullable=False),
        sa.CheckConstraint("mail IN ('none', 'due', 'queued')", name=op.f("ck_notice_mail")),
        sa.CheckConstraint("push IN ('none', 'due', 'queued')", name=op.f("ck_notice_push")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_notice_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("uq_notice_once", "notice", ["person_id", "once"], unique=True)
    op.create_index(op.f("ix_notice_person_id_made_at_id"), "notice", ["person_id", "made_at", "id"])
    for name, column, condition in (
        ("ix_notice_unread", "person_id", "read_at IS NULL"),
        ("ix_notice_mail_due", "made_at", "mail = 'due'"),
        ("ix_notice_push_due", "made_at", "push = 'due'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "notice", [column], postgresql_where=where, sqlite_where=where)


def _mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("said", sa.String(500), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given-up')", name=op.f("ck_mail_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_mail_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_mail_waiting", "mail", ["next_at"], postgresql_where=waiting, sqlite_where=waiting)
    op.create_index(op.f("ix_mail_person_id_made_at"), "mail", ["person_id", "made_at"])
    op.create_index(op.f("ix_mail_agency_id_made_at"), "mail", ["agency_id", "made_at"])


def _chores() -> None:
    op.create_table(
        "chore",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_until", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_started_at", MOMENT, nullable=True),
        sa.Column("last_ok_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
    )
    op.create_table(
        "chore_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chore_run")),
    )
    op.create_index(op.f("ix_chore_run_name_started_at"), "chore_run", ["name", "started_at"])
