"""The search: synonyms, and the PostgreSQL engine's index."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rebuild_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rebuild_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rebuild_done", sa.Integer(), nullable=False),
        sa.Column("rebuild_total", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_index_state_one_row")),
        sa.CheckConstraint("length(holder) <= 120", name=op.f("ck_index_state_holder_length")),
        sa.CheckConstraint("length(last_error) <= 300", name=op.f("ck_index_state_last_error_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_state")),
    )
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_synonym_group_note_length")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_synonym_group_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
    )
    op.create_table(
        "synonym_term",
        sa.Column("term", sa.String(length=12), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(term) <= 12", name=op.f("ck_synonym_term_term_length")),
        sa.CheckConstraint("length(term) BETWEEN 2 AND 12", name=op.f("ck_synonym_term_length")),
        sa.ForeignKeyConstraint(["group_id"], ["synonym_group.id"], name=op.f("fk_synonym_term_group_id")),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_synonym_term")),
    )
    op.create_index(op.f("ix_synonym_term_group_id"), "synonym_term", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_synonym_term_group_id"), table_name="synonym_term")
    op.drop_table("synonym_term")
    op.drop_table("synonym_group")
    op.drop_table("index_state")
