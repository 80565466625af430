"""The papers of a class, photographs of courses, classes for members; files and checks of certificates, claims' steps."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ONLY_ADDED = ("assessment_void", "certificate_file", "claim_event")
"""Nothing in these tables is ever changed or removed."""

IS_FILED = "training_class.id = OLD.class_id AND training_class.filing_no <> ''"
"""What has gone to the authority with a class stays with it."""


def upgrade() -> None:
    op.create_table(
        "course_photo",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_photo_course_id")),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_course_photo_file_id")),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_photo")),
        sa.UniqueConstraint("file_id", name=op.f("uq_course_photo_file_id")),
    )
    op.create_table(
        "class_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('application', 'syllabus', 'teachers', 'premises', 'roster', 'receipt', 'other')",
            name=op.f("ck_class_document_kind_word"),
        ),
        sa.CheckConstraint("length(note) <= 100", name=op.f("ck_class_document_note_length")),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_class_document_class_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_class_document_entered_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_class_document_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_document")),
        sa.UniqueConstraint("file_id", name=op.f("uq_class_document_file_id")),
    )
    op.create_index(op.f("ix_class_document_class_id"), "class_document", ["class_id"], unique=False)
    op.add_column(
        "training_class", sa.Column("is_for_members", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("training_class", sa.Column("decision_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(  # a column with its own rule; SQLite adds no rule to a table that stands
        "ALTER TABLE training_class ADD COLUMN holding_reason VARCHAR(300) DEFAULT '' NOT NULL"
        " CONSTRAINT ck_training_class_holding_reason_length CHECK (length(holding_reason) <= 300)"
    )
    _proofs()
    if op.get_bind().dialect.name == "postgresql":
        _keep_postgresql()
    else:
        _keep_sqlite()


def _proofs() -> None:
    op.create_table(
        "assessment_void",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_assessment_void_reason_length")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_void_assessment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assessment_void_person_id")),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_assessment_void")),
    )
    op.create_table(
        "certificate_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=False),
        sa.Column("asked", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('valid', 'expired', 'replaced', 'revoked', 'altered', 'not_found')",
            name=op.f("ck_certificate_check_outcome_word"),
        ),
        sa.CheckConstraint("length(address) <= 45", name=op.f("ck_certificate_check_address_length")),
        sa.CheckConstraint("length(asked) <= 60", name=op.f("ck_certificate_check_asked_length")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_check_certificate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_check_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_check")),
    )
    op.create_index("ix_certificate_check_address", "certificate_check", ["address", "at"], unique=False)
    op.create_index(op.f("ix_certificate_check_certificate_id"), "certificate_check", ["certificate_id"], unique=False)
    op.create_table(
        "certificate_file",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_file_certificate_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_certificate_file_file_id")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_certificate_file_file_id")),
    )
    op.create_table(
        "claim_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=9), nullable=True),
        sa.Column("after", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "after IN ('listed', 'submitted', 'paid', 'refused')", name=op.f("ck_claim_event_after_word")
        ),
        sa.CheckConstraint(
            "before IN ('listed', 'submitted', 'paid', 'refused')", name=op.f("ck_claim_event_before_word")
        ),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_claim_event_reason_length")),
        sa.ForeignKeyConstraint(["claim_id"], ["subsidy_claim.id"], name=op.f("fk_claim_event_claim_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_claim_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_event")),
    )
    op.create_index(op.f("ix_claim_event_claim_id"), "claim_event", ["claim_id"], unique=False)


def _keep_postgresql() -> None:
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION keep_filed_document() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF EXISTS (SELECT 1 FROM training_class WHERE {IS_FILED}) THEN"
        " RAISE EXCEPTION 'class_document is filed'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER class_document_filed BEFORE DELETE ON class_document"
        " FOR EACH ROW EXECUTE FUNCTION keep_filed_document()"
    )
    op.execute(
        "CREATE TRIGGER class_document_kept BEFORE UPDATE ON class_document"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _keep_sqlite() -> None:
    for table in ONLY_ADDED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
    op.execute(
        "CREATE TRIGGER class_document_filed BEFORE DELETE ON class_document"
        f" WHEN EXISTS (SELECT 1 FROM training_class WHERE {IS_FILED})"
        " BEGIN SELECT RAISE(ABORT, 'class_document is filed'); END"
    )
    op.execute(
        "CREATE TRIGGER class_document_kept BEFORE UPDATE ON class_document"
        " BEGIN SELECT RAISE(ABORT, 'class_document is never changed'); END"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_claim_event_claim_id"), table_name="claim_event")
    op.drop_table("claim_event")
    op.drop_table("certificate_file")
    op.drop_index(op.f("ix_certificate_check_certificate_id"), table_name="certificate_check")
    op.drop_index("ix_certificate_check_address", table_name="certificate_check")
    op.drop_table("certificate_check")
    op.drop_table("assessment_void")
    op.drop_column("training_class", "holding_reason")
    op.drop_column("training_class", "decision_asked_at")
    op.drop_column("training_class", "is_for_members")
    op.drop_index(op.f("ix_class_document_class_id"), table_name="class_document")
    op.drop_table("class_document")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_filed_document()")
    op.drop_table("course_photo")
