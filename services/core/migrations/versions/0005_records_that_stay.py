"""What a laboratory has written down stays: histories only grow, custody has no gaps, issued reports never change.

Chains of standards never lead back to their start. While an objection is open its samples stay.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ONLY_ADDED = (
    "calibration",
    "commission_event",
    "contract_review",
    "custody_event",
    "raw_record",
    "report_download",
    "report_line",
)
"""Nothing in these tables is ever changed or removed."""

FROZEN = {
    "report": (
        "OLD.state IN ('issued', 'superseded', 'withdrawn')",
        (
            "no",
            "code",
            "edition",
            "language",
            "conclusion",
            "remarks",
            "CAST({row}.contents AS text)",
            "file_id",
            "issued_at",
            "issued_by_id",
            "reviewed_by_id",
        ),
    ),
    "test_result": (
        "OLD.checked_at IS NOT NULL",
        ("text", "value", "verdict", "is_detected", "uncertainty", "submitted_by_id", "checked_by_id", "checked_at"),
    ),
}
"""From when on which columns of a table stay as they are; its rows are never removed then. JSON is compared as text."""

CUSTODY = "(SELECT COALESCE(MAX(seq), 0) + 1 FROM custody_event WHERE sample_id = NEW.sample_id)"
DOUBTED = """
    NEW.state IN ('returned', 'disposed') AND EXISTS (SELECT 1 FROM objection
        WHERE commission_id = NEW.commission_id AND state IN ('lodged', 'investigating', 'retesting'))
"""
LOOP = """
    EXISTS (WITH RECURSIVE chain(id) AS (
        SELECT NEW.successor_id UNION SELECT standard.successor_id FROM standard JOIN chain ON standard.id = chain.id
        WHERE standard.successor_id IS NOT NULL)
      SELECT 1 FROM chain WHERE id = NEW.id)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _differences(columns: tuple[str, ...], differs: str) -> str:
    """Return the condition that one of the columns, or of the expressions over a ``{row}``, has changed."""
    expressions = [column if "{row}" in column else f"{{row}}.{column}" for column in columns]
    return " OR ".join(f"{one.format(row='OLD')} {differs} {one.format(row='NEW')}" for one in expressions)


def _upgrade_postgresql() -> None:
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table, (when, columns) in FROZEN.items():
        changed = _differences(columns, "IS DISTINCT FROM")
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when} AND ({changed}))"
            " EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW WHEN ({when})"
            " EXECUTE FUNCTION refuse_change()"
        )
    for name, table, rule in (
        ("custody_without_gaps", "custody_event", f"NEW.seq <> {CUSTODY}"),
        ("sample_stays_while_doubted", "sample", DOUBTED),
        ("standard_without_loops", "standard", f"NEW.successor_id IS NOT NULL AND {LOOP}"),
    ):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {rule} THEN RAISE EXCEPTION '{name}' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _upgrade_sqlite() -> None:
    for table in ONLY_ADDED:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
    for table, (when, columns) in FROZEN.items():
        changed = _differences(columns, "IS NOT")
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} WHEN {when} AND ({changed})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{table} stays'); END"
        )
    op.execute(
        f"CREATE TRIGGER custody_without_gaps BEFORE INSERT ON custody_event WHEN NEW.seq <> {CUSTODY}"
        " BEGIN SELECT RAISE(ABORT, 'custody_without_gaps'); END"
    )
    op.execute(
        f"CREATE TRIGGER sample_stays_while_doubted BEFORE UPDATE ON sample WHEN {DOUBTED}"
        " BEGIN SELECT RAISE(ABORT, 'sample_stays_while_doubted'); END"
    )
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER standard_without_loops_{event.lower()} BEFORE {event} ON standard"
            f" WHEN NEW.successor_id IS NOT NULL AND {LOOP} BEGIN SELECT RAISE(ABORT, 'standard_without_loops'); END"
        )


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ONLY_ADDED:
        for name in [f"{table}_kept"] if on_postgresql else [f"{table}_no_update", f"{table}_no_delete"]:
            _drop(name, table, on_postgresql)
    for table in FROZEN:
        _drop(f"{table}_frozen", table, on_postgresql)
        _drop(f"{table}_stays", table, on_postgresql)
    _drop("custody_without_gaps", "custody_event", on_postgresql)
    _drop("sample_stays_while_doubted", "sample", on_postgresql)
    if on_postgresql:
        _drop("standard_without_loops", "standard", on_postgresql)
        op.execute("DROP FUNCTION custody_without_gaps()")
        op.execute("DROP FUNCTION sample_stays_while_doubted()")
        op.execute("DROP FUNCTION standard_without_loops()")
        return
    _drop("standard_without_loops_insert", "standard", on_postgresql)
    _drop("standard_without_loops_update", "standard", on_postgresql)


def _drop(trigger: str, table: str, on_postgresql: bool) -> None:
    op.execute(f"DROP TRIGGER {trigger} ON {table}" if on_postgresql else f"DROP TRIGGER {trigger}")
