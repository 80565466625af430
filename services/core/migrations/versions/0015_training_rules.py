"""Rules of the training that the tables hold themselves: rosters, caps, attendance, examinations, certificates, claims."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN_OFFER = sa.text("result IS NULL")

CAP = """NEW.organisation_id IS NOT NULL
    AND (SELECT company_cap FROM training_class WHERE id = NEW.class_id) <= (SELECT COUNT(*) FROM registration AS other
        WHERE other.class_id = NEW.class_id AND other.organisation_id = NEW.organisation_id AND other.holds_seat)"""

LISTED = """NEW.state = 'waitlisted' AND EXISTS (SELECT 1 FROM training_class WHERE id = NEW.class_id
        AND seats_taken >= capacity AND waiting_limit <= (SELECT COUNT(*) FROM registration AS other
            WHERE other.class_id = NEW.class_id AND other.state = 'waitlisted'))"""

LATEST = """SELECT 1 FROM attendance_change AS latest WHERE latest.after = NEW.presence AND latest.minutes = NEW.minutes
    AND latest.id = (SELECT MAX(id) FROM attendance_change
        WHERE lesson_id = NEW.lesson_id AND registration_id = NEW.registration_id)"""

EXAMINED = """SELECT 1 FROM registration JOIN training_class ON training_class.id = registration.class_id
    WHERE registration.id = NEW.registration_id AND registration.state = 'confirmed'
    AND training_class.state = 'running'"""

PASSED = """SELECT 1 FROM assessment AS tried
    JOIN registration ON registration.id = tried.registration_id
    JOIN training_class ON training_class.id = registration.class_id
    JOIN course ON course.id = training_class.course_id
    LEFT JOIN assessment_void ON assessment_void.assessment_id = tried.id
    WHERE tried.registration_id = NEW.registration_id AND tried.part = NEW.part AND tried.score >= course.pass_score
    AND assessment_void.assessment_id IS NULL"""

ATTENDED_TOO_LITTLE = """SELECT 1 FROM registration
    JOIN training_class ON training_class.id = registration.class_id
    JOIN course ON course.id = training_class.course_id
    JOIN lesson ON lesson.class_id = training_class.id AND lesson.kind <> 'assessment'
    LEFT JOIN attendance ON attendance.lesson_id = lesson.id AND attendance.registration_id = registration.id
    WHERE registration.id = NEW.registration_id
    GROUP BY course.attendance_percent
    HAVING SUM(lesson.hours * 100.0 * CASE WHEN attendance.minutes > {minutes} THEN {minutes}
        ELSE COALESCE(attendance.minutes, 0) END / {minutes}) + 0.000001 < course.attendance_percent * SUM(lesson.hours)"""

CLAIMABLE = """SELECT 1 FROM certificate
    JOIN registration ON registration.id = certificate.registration_id
    JOIN training_class ON training_class.id = registration.class_id
    JOIN course ON course.id = training_class.course_id
    WHERE certificate.id = NEW.certificate_id AND certificate.state = 'issued'
    AND registration.id = NEW.registration_id AND registration.trainee_id = NEW.trainee_id
    AND course.is_subsidised AND course.occupation = NEW.occupation AND course.level = NEW.level
    AND NEW.amount_fen <= training_class.fee_fen"""

GUARDS: dict[tuple[str, str], str] = {
    # The roster grows while registration is open and is fixed once the class has begun; what has ended stays ended.
    # A company never comes to hold more seats than one may, and nobody joins a waiting list that is full.
    ("registration", "INSERT"): f"""
        NOT EXISTS (SELECT 1 FROM training_class WHERE id = NEW.class_id AND state = 'open')
        OR (NEW.holds_seat AND {CAP})
        OR ({LISTED})""",
    ("registration", "UPDATE"): f"""
        OLD.class_id <> NEW.class_id
        OR (OLD.state <> NEW.state AND OLD.state IN ('rejected', 'refund_due', 'withdrawn', 'lapsed', 'cancelled',
            'no_show', 'completed', 'not_completed'))
        OR (OLD.trainee_id <> NEW.trainee_id AND NOT EXISTS (
            SELECT 1 FROM training_class WHERE id = NEW.class_id AND state IN ('open', 'closed')))
        OR (NEW.holds_seat AND NOT OLD.holds_seat AND {CAP})
        OR (OLD.state <> 'waitlisted' AND {LISTED})""",
    # What is held of an attendance is what was last written down of it; what a teacher has confirmed changes for a reason.
    ("attendance", "UPDATE"): f"""
        OLD.lesson_id <> NEW.lesson_id OR OLD.registration_id <> NEW.registration_id
        OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NULL)
        OR ((OLD.presence <> NEW.presence OR OLD.minutes <> NEW.minutes) AND NOT EXISTS ({LATEST}))""",
    ("attendance", "DELETE"): "1 = 1",
    ("attendance_change", "INSERT"): """
        NEW.reason = '' AND EXISTS (SELECT 1 FROM attendance WHERE lesson_id = NEW.lesson_id
            AND registration_id = NEW.registration_id AND confirmed_at IS NOT NULL
            AND (presence <> NEW.after OR minutes <> NEW.minutes))""",
    # Attempts follow one another, while the class runs, until one is passed; whoever attended too little makes none.
    ("assessment", "INSERT"): f"""
        NEW.attempt <> (SELECT COALESCE(MAX(attempt), 0) + 1 FROM assessment
            WHERE registration_id = NEW.registration_id AND part = NEW.part)
        OR NOT EXISTS ({EXAMINED}) OR EXISTS ({PASSED}) OR EXISTS ({ATTENDED_TOO_LITTLE})""",
    # A certificate is that of a completed course; once replaced or revoked it stays so, its number and address with it.
    ("certificate", "INSERT"): """
        NOT EXISTS (SELECT 1 FROM registration WHERE id = NEW.registration_id AND state = 'completed')
        OR (NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificate AS former
            WHERE former.id = NEW.replaces_id AND former.registration_id = NEW.registration_id
            AND former.state = 'replaced'))""",
    ("certificate", "UPDATE"): """
        COALESCE(OLD.replaces_id, 0) <> COALESCE(NEW.replaces_id, 0)
        OR COALESCE(CAST(OLD.valid_until AS text), '') <> COALESCE(CAST(NEW.valid_until AS text), '')
        OR (OLD.state <> 'issued' AND (OLD.state <> NEW.state OR OLD.state_reason <> NEW.state_reason))""",
    # A claim is made on a certificate that stands, for no more than the fee; its amount stays, and it is decided once.
    ("subsidy_claim", "INSERT"): f"NOT EXISTS ({CLAIMABLE})",
    ("subsidy_claim", "UPDATE"): """
        OLD.state IN ('paid', 'refused') OR OLD.registration_id <> NEW.registration_id
        OR OLD.certificate_id <> NEW.certificate_id OR OLD.trainee_id <> NEW.trainee_id
        OR OLD.occupation <> NEW.occupation OR OLD.level <> NEW.level OR OLD.amount_fen <> NEW.amount_fen
        OR CAST(OLD.facts AS text) <> CAST(NEW.facts AS text)
        OR (OLD.state = 'listed' AND NEW.state = 'paid') OR (OLD.state = 'submitted' AND NEW.state = 'listed')
        OR (NEW.state = 'refused' AND NEW.state_reason = '')
        OR (OLD.state <> NEW.state AND NEW.state <> 'refused' AND NOT EXISTS (
            SELECT 1 FROM certificate WHERE registration_id = NEW.registration_id AND state = 'issued'))""",
    ("subsidy_claim", "DELETE"): "1 = 1",
}
"""When a change of a table is refused; ``{minutes}`` is how long a lesson lasts."""

MINUTES = {
    "postgresql": "(EXTRACT(EPOCH FROM lesson.ends_at - lesson.starts_at) / 60)",
    "sqlite": "ROUND((julianday(lesson.ends_at) - julianday(lesson.starts_at)) * 1440)",
}


def upgrade() -> None:
    op.execute(  # a column with its own rule; SQLite adds no rule to a table that stands
        "ALTER TABLE training_class ADD COLUMN waiting_limit INTEGER"
        " CONSTRAINT ck_training_class_waiting_limit CHECK (waiting_limit >= 0)"
    )
    op.create_index(
        "uq_seat_offer_open",
        "seat_offer",
        ["registration_id"],
        unique=True,
        sqlite_where=OPEN_OFFER,
        postgresql_where=OPEN_OFFER,
    )
    dialect = op.get_bind().dialect.name
    for (table, act), refused in GUARDS.items():
        _guard(dialect, table, act, refused.replace("{minutes}", MINUTES[dialect]))


def _guard(dialect: str, table: str, act: str, refused: str) -> None:
    name = f"{table}_{act.lower()}_guarded"
    if dialect == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {refused}"
            f" BEGIN SELECT RAISE(ABORT, '{table} refuses this {act.lower()}'); END"
        )
        return
    back = "OLD" if act == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {refused} THEN RAISE EXCEPTION '{table} refuses this {act.lower()}' USING ERRCODE = '23514'; END IF;"
        f" RETURN {back}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, act in GUARDS:
        name = f"{table}_{act.lower()}_guarded"
        op.execute(f"DROP TRIGGER {name}{f' ON {table}' if is_postgresql else ''}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("uq_seat_offer_open", table_name="seat_offer", sqlite_where=OPEN_OFFER, postgresql_where=OPEN_OFFER)
    op.drop_column("training_class", "waiting_limit")
