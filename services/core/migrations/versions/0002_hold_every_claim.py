"""No unit of a resource is taken twice: an exclusion constraint on PostgreSQL, triggers on SQLite.

Claims of one unit never overlap, so on SQLite it is enough to look at the last one that begins before the new one ends.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TAKEN = """
    (SELECT busy_to FROM claim
      WHERE resource_id = NEW.resource_id AND unit = NEW.unit AND busy_from < NEW.busy_to AND id IS NOT NEW.id
      ORDER BY busy_from DESC LIMIT 1) > NEW.busy_from
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE claim ADD CONSTRAINT ex_claim_unit EXCLUDE USING gist ("
            " int4range(resource_id, resource_id, '[]') WITH &&,"
            " int4range(unit, unit, '[]') WITH &&,"
            " tstzrange(busy_from, busy_to) WITH &&)"
        )
        return
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER claim_unit_{event.lower()} BEFORE {event} ON claim WHEN {TAKEN}"
            " BEGIN SELECT RAISE(ABORT, 'ex_claim_unit'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE claim DROP CONSTRAINT ex_claim_unit")
    else:
        op.execute("DROP TRIGGER claim_unit_insert")
        op.execute("DROP TRIGGER claim_unit_update")
