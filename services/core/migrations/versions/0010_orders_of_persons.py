"""An order is owed by an organisation or by a person; one that lapsed unpaid can still be paid late."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "service_order"
OWNER = "(organisation_id IS NULL) <> (person_id IS NULL)"
COMMON = (
    "id",
    "organisation_id",
    "provider_id",
    "title",
    "due_fen",
    "paid_fen",
    "refunded_fen",
    "on_account",
    "created_at",
)
"""The columns that are there before and after."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(TABLE, "organisation_id", nullable=True)
        op.add_column(TABLE, sa.Column("person_id", sa.Integer(), nullable=True))
        op.add_column(TABLE, sa.Column("lapsed_fen", sa.BigInteger(), nullable=False, server_default="0"))
        op.alter_column(TABLE, "lapsed_fen", server_default=None)
        op.create_foreign_key(op.f("fk_service_order_person_id"), TABLE, "person", ["person_id"], ["id"])
        op.create_check_constraint(op.f("ck_service_order_owner"), TABLE, OWNER)
        op.create_check_constraint(op.f("ck_service_order_lapsed"), TABLE, "lapsed_fen >= 0")
    else:
        _rebuild(
            sa.Column("organisation_id", sa.Integer(), nullable=True),
            sa.Column("person_id", sa.Integer(), nullable=True),
            sa.Column("lapsed_fen", sa.Integer(), nullable=False),
            sa.CheckConstraint(OWNER, name=op.f("ck_service_order_owner")),
            sa.CheckConstraint("lapsed_fen >= 0", name=op.f("ck_service_order_lapsed")),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_order_person_id")),
            fresh={"lapsed_fen": "0"},
        )
    op.create_index(op.f("ix_service_order_person_id"), TABLE, ["person_id"])


def downgrade() -> None:
    """The database refuses it while there are orders of persons."""
    op.drop_index(op.f("ix_service_order_person_id"), TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(TABLE, "organisation_id", nullable=False)
        op.drop_constraint(op.f("ck_service_order_owner"), TABLE)
        op.drop_column(TABLE, "lapsed_fen")
        op.drop_column(TABLE, "person_id")
    else:
        _rebuild(sa.Column("organisation_id", sa.Integer(), nullable=False), fresh={})


def _rebuild(*parts: SchemaItem, fresh: dict[str, str]) -> None:
    """Make the table anew with ``parts`` and fill it from the old one; its indexes and triggers come along.

    SQLite cannot change a column. Foreign keys are off while it is done, and looked at before the end of the migration.
    """
    bind = op.get_bind()
    attached = sa.text(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    kept = bind.scalars(attached, {"table": TABLE}).all()
    op.create_table(
        f"{TABLE}_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("due_fen", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("refunded_fen", sa.Integer(), nullable=False),
        sa.Column("on_account", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *parts,
        sa.CheckConstraint("due_fen >= 0", name=op.f("ck_service_order_due")),
        sa.CheckConstraint("length(title) <= 120", name=op.f("ck_service_order_title_length")),
        sa.CheckConstraint("paid_fen >= 0", name=op.f("ck_service_order_paid")),
        sa.CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= paid_fen", name=op.f("ck_service_order_refund_within_paid")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_service_order_organisation_id")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_service_order_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_order")),
    )
    into, values = ", ".join([*COMMON, *fresh]), ", ".join([*COMMON, *fresh.values()])
    op.execute(f"INSERT INTO {TABLE}_new ({into}) SELECT {values} FROM {TABLE}")
    op.drop_table(TABLE)
    op.rename_table(f"{TABLE}_new", TABLE)
    for statement in kept:
        op.execute(statement)
