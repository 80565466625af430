"""Dropped tests can be added again; accounts keep a journal; invoices are corrected; items have English names."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONLY_ADDED = ("account_entry", "invoice_correction")
"""Nothing in these tables is ever changed or removed."""

OF_LINES = "state <> 'cancelled'"
INVOICED = "state IN ('asked', 'issued')"
OPEN_INVOICE = f"{INVOICED} AND corrected_fen < amount_fen"


def upgrade() -> None:
    _replace_index("uq_test_line_sample_item", "test_line", ["sample_id", "item_id"], OF_LINES)
    op.execute(
        "ALTER TABLE test_item ADD COLUMN name_en VARCHAR(120) DEFAULT '' NOT NULL"
        " CONSTRAINT ck_test_item_name_en_length CHECK (length(name_en) <= 120)"
    )
    _journal()
    _corrections()
    for table in ONLY_ADDED:
        _keep(table)


def _replace_index(name: str, table: str, columns: list[str], where: str | None) -> None:
    op.drop_index(name, table_name=table)
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _journal() -> None:
    op.create_table(
        "account_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_account", sa.Boolean(), nullable=False),
        sa.Column("due_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_account_entry_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_entry")),
    )
    op.create_index("ix_account_entry_order", "account_entry", ["order_id", "id"])
    op.execute(  # what is on account already, as it stands: nothing is known of how it came to be so
        "INSERT INTO account_entry (order_id, at, on_account, due_fen, paid_fen)"
        " SELECT id, created_at, on_account, due_fen, paid_fen - refunded_fen FROM service_order"
        " WHERE on_account ORDER BY id"
    )


def _corrections() -> None:
    op.create_table(
        "invoice_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("invoice_no", sa.String(length=30), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoice_correction_amount")),
        sa.CheckConstraint("length(invoice_no) <= 30", name=op.f("ck_invoice_correction_invoice_no_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_invoice_correction_reason_length")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_invoice_correction_with_reason")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_invoice_correction_recorded_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["invoice_request.id"], name=op.f("fk_invoice_correction_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_correction")),
    )
    op.create_index(op.f("ix_invoice_correction_request_id"), "invoice_correction", ["request_id"])
    op.execute(
        f"ALTER TABLE invoice_request ADD COLUMN corrected_fen {_fen()} DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_invoice_request_corrected CHECK (corrected_fen BETWEEN 0 AND amount_fen)"
    )
    _replace_index("uq_invoice_request_order", "invoice_request", ["order_id"], OPEN_INVOICE)


def _fen() -> str:
    return "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"


def _keep(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is kept'); END"
        )


def downgrade() -> None:
    _replace_index("uq_invoice_request_order", "invoice_request", ["order_id"], INVOICED)
    op.drop_column("invoice_request", "corrected_fen")
    op.drop_table("invoice_correction")
    op.drop_table("account_entry")
    op.drop_column("test_item", "name_en")
    _replace_index("uq_test_line_sample_item", "test_line", ["sample_id", "item_id"], None)
