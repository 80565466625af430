"""The training: courses, classes, lessons, trainees, registrations, attendance, examinations and certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ONLY_ADDED = ("identity_view", "registration_event", "attendance_change", "assessment")
"""Nothing in these tables is ever changed or removed."""

CHANGED = """OLD.no <> NEW.no OR OLD.token <> NEW.token OR OLD.sha256 <> NEW.sha256
    OR CAST(OLD.contents AS text) <> CAST(NEW.contents AS text) OR OLD.registration_id <> NEW.registration_id"""
"""What an issued certificate says stays as it is; its state may change."""


def upgrade() -> None:
    op.create_table(
        "trainee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("identity_hash", sa.String(length=64), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("identity_masked", sa.String(length=18), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=False),
        sa.Column("mobile", sa.String(length=20), nullable=False),
        sa.Column("education", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sex IN ('male', 'female')", name=op.f("ck_trainee_sex_word")),
        sa.CheckConstraint("length(education) <= 30", name=op.f("ck_trainee_education_length")),
        sa.CheckConstraint("length(identity_hash) <= 64", name=op.f("ck_trainee_identity_hash_length")),
        sa.CheckConstraint("length(identity_masked) <= 18", name=op.f("ck_trainee_identity_masked_length")),
        sa.CheckConstraint("length(mobile) <= 20", name=op.f("ck_trainee_mobile_length")),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_trainee_name_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trainee_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainee")),
        sa.UniqueConstraint("identity_hash", name=op.f("uq_trainee_identity_hash")),
        sa.UniqueConstraint("person_id", name=op.f("uq_trainee_person_id")),
    )
    op.create_table(
        "identity_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_identity_view_reason_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_view_person_id")),
        sa.ForeignKeyConstraint(["trainee_id"], ["trainee.id"], name=op.f("fk_identity_view_trainee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_view")),
    )
    op.create_index(op.f("ix_identity_view_trainee_id"), "identity_view", ["trainee_id"], unique=False)
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("occupation", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=17), nullable=False),
        sa.Column("theory_hours", sa.Integer(), nullable=False),
        sa.Column("practice_hours", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("syllabus", sa.String(length=3000), nullable=False),
        sa.Column("entry_text", sa.String(length=500), nullable=False),
        sa.Column("safety_text", sa.String(length=500), nullable=False),
        sa.Column("books_text", sa.String(length=300), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("is_hazardous", sa.Boolean(), nullable=False),
        sa.Column("education", sa.String(length=30), nullable=False),
        sa.Column("needs_health", sa.Boolean(), nullable=False),
        sa.Column("prior_certificate", sa.String(length=80), nullable=False),
        sa.Column("has_theory_test", sa.Boolean(), nullable=False),
        sa.Column("has_practice_test", sa.Boolean(), nullable=False),
        sa.Column("attendance_percent", sa.Integer(), nullable=False),
        sa.Column("pass_score", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.String(length=11), nullable=False),
        sa.Column("certificate_months", sa.Integer(), nullable=True),
        sa.Column("fee_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_subsidised", sa.Boolean(), nullable=False),
        sa.Column("shortage_percent", sa.Integer(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "certificate IN ('none', 'completion', 'skill_level', 'authority')", name=op.f("ck_course_certificate_word")
        ),
        sa.CheckConstraint(
            "level IN ('none', 'special', 'junior', 'middle', 'senior', 'technician', 'senior_technician')",
            name=op.f("ck_course_level_word"),
        ),
        sa.CheckConstraint("attendance_percent BETWEEN 0 AND 100", name=op.f("ck_course_attendance")),
        sa.CheckConstraint("fee_fen >= 0", name=op.f("ck_course_fee")),
        sa.CheckConstraint("length(books_text) <= 300", name=op.f("ck_course_books_text_length")),
        sa.CheckConstraint("length(code) <= 20", name=op.f("ck_course_code_length")),
        sa.CheckConstraint("length(education) <= 30", name=op.f("ck_course_education_length")),
        sa.CheckConstraint("length(entry_text) <= 500", name=op.f("ck_course_entry_text_length")),
        sa.CheckConstraint("length(occupation) <= 60", name=op.f("ck_course_occupation_length")),
        sa.CheckConstraint("length(prior_certificate) <= 80", name=op.f("ck_course_prior_certificate_length")),
        sa.CheckConstraint("length(safety_text) <= 500", name=op.f("ck_course_safety_text_length")),
        sa.CheckConstraint("length(summary) <= 300", name=op.f("ck_course_summary_length")),
        sa.CheckConstraint("length(syllabus) <= 3000", name=op.f("ck_course_syllabus_length")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck_course_title_length")),
        sa.CheckConstraint("min_age >= 16 AND (max_age IS NULL OR max_age >= min_age)", name=op.f("ck_course_ages")),
        sa.CheckConstraint("pass_score BETWEEN 0 AND 100", name=op.f("ck_course_pass_score")),
        sa.CheckConstraint("shortage_percent BETWEEN 0 AND 30", name=op.f("ck_course_shortage")),
        sa.CheckConstraint(
            "theory_hours >= 0 AND practice_hours >= 0 AND theory_hours + practice_hours > 0",
            name=op.f("ck_course_hours"),
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_course_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    op.create_index(op.f("ix_course_provider_id"), "course", ["provider_id"], unique=False)
    op.create_table(
        "training_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("is_evening", sa.Boolean(), nullable=False),
        sa.Column("is_weekend", sa.Boolean(), nullable=False),
        sa.Column("min_seats", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("last_place", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fee_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("company_cap", sa.Integer(), nullable=True),
        sa.Column("promotion", sa.String(length=5), nullable=False),
        sa.Column("needs_filing", sa.Boolean(), nullable=False),
        sa.Column("filing_no", sa.String(length=40), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("promotion IN ('first', 'fits')", name=op.f("ck_training_class_promotion_word")),
        sa.CheckConstraint(
            "state IN ('draft', 'filed', 'open', 'closed', 'running', 'finished', 'archived', 'cancelled')",
            name=op.f("ck_training_class_state_word"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'closed', 'running') OR filing_no <> '' OR NOT needs_filing",
            name=op.f("ck_training_class_filed"),
        ),
        sa.CheckConstraint(
            "company_cap IS NULL OR company_cap BETWEEN 1 AND capacity", name=op.f("ck_training_class_company_cap")
        ),
        sa.CheckConstraint("fee_fen >= 0", name=op.f("ck_training_class_fee")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_training_class_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_training_class_contact_phone_length")),
        sa.CheckConstraint("length(filing_no) <= 40", name=op.f("ck_training_class_filing_no_length")),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_training_class_name_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_training_class_no_length")),
        sa.CheckConstraint("length(place) <= 100", name=op.f("ck_training_class_place_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_training_class_state_reason_length")),
        sa.CheckConstraint("min_seats BETWEEN 1 AND capacity", name=op.f("ck_training_class_min_seats")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_training_class_window")),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND capacity", name=op.f("ck_training_class_seats")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_training_class_days")),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_training_class_waiting")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_training_class_course_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_training_class_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_class")),
        sa.UniqueConstraint("no", name=op.f("uq_training_class_no")),
    )
    op.create_index(op.f("ix_training_class_course_id"), "training_class", ["course_id"], unique=False)
    op.create_index(op.f("ix_training_class_provider_id"), "training_class", ["provider_id"], unique=False)
    op.create_index("ix_training_class_state", "training_class", ["state", "starts_on"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("teacher_id", sa.Integer(), nullable=True),
        sa.Column("teacher_person_id", sa.Integer(), nullable=True),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('theory', 'practice', 'assessment')", name=op.f("ck_lesson_kind_word")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_lesson_hours")),
        sa.CheckConstraint("length(topic) <= 80", name=op.f("ck_lesson_topic_length")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_lesson_interval")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_lesson_booking_id")),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_lesson_class_id")),
        sa.ForeignKeyConstraint(["room_id"], ["resource.id"], name=op.f("fk_lesson_room_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["resource.id"], name=op.f("fk_lesson_teacher_id")),
        sa.ForeignKeyConstraint(["teacher_person_id"], ["person.id"], name=op.f("fk_lesson_teacher_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("class_id", "starts_at", name=op.f("uq_lesson_class_id_starts_at")),
    )
    op.create_index(op.f("ix_lesson_booking_id"), "lesson", ["booking_id"], unique=False)
    op.create_index(op.f("ix_lesson_starts_at"), "lesson", ["starts_at"], unique=False)
    op.create_index(op.f("ix_lesson_teacher_person_id"), "lesson", ["teacher_person_id"], unique=False)
    op.create_table(
        "registration_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_registration_group_class_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registration_group_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_group")),
    )
    op.create_index(op.f("ix_registration_group_class_id"), "registration_group", ["class_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("employer", sa.String(length=100), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("holds_seat", sa.Boolean(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("skipped_reason", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('awaiting_payment', 'offered')) = (expires_at IS NOT NULL)",
            name=op.f("ck_registration_expires"),
        ),
        sa.CheckConstraint(
            "holds_seat = (state IN ('pending', 'awaiting_payment', 'offered', 'confirmed', 'no_show', 'completed', 'not_completed'))",
            name=op.f("ck_registration_seat_with_state"),
        ),
        sa.CheckConstraint("state <> 'waitlisted' OR place IS NOT NULL", name=op.f("ck_registration_place")),
        sa.CheckConstraint(
            "state IN ('pending', 'awaiting_payment', 'confirmed', 'waitlisted', 'offered', 'rejected', 'expired', 'refund_due', 'withdrawn', 'lapsed', 'cancelled', 'no_show', 'completed', 'not_completed')",
            name=op.f("ck_registration_state_word"),
        ),
        sa.CheckConstraint("length(employer) <= 100", name=op.f("ck_registration_employer_length")),
        sa.CheckConstraint("length(job) <= 40", name=op.f("ck_registration_job_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_registration_no_length")),
        sa.CheckConstraint("length(skipped_reason) <= 100", name=op.f("ck_registration_skipped_reason_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_registration_state_reason_length")),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_registration_class_id")),
        sa.ForeignKeyConstraint(["group_id"], ["registration_group.id"], name=op.f("fk_registration_group_id")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_registration_order_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_registration_organisation_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["person.id"], name=op.f("fk_registration_registered_by_id")),
        sa.ForeignKeyConstraint(["trainee_id"], ["trainee.id"], name=op.f("fk_registration_trainee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("no", name=op.f("uq_registration_no")),
    )
    op.create_index("ix_registration_expires", "registration", ["state", "expires_at"], unique=False)
    op.create_index(op.f("ix_registration_group_id"), "registration", ["group_id"], unique=False)
    op.create_index(op.f("ix_registration_order_id"), "registration", ["order_id"], unique=False)
    op.create_index(op.f("ix_registration_organisation_id"), "registration", ["organisation_id"], unique=False)
    op.create_index("ix_registration_queue", "registration", ["class_id", "state", "place"], unique=False)
    op.create_index(op.f("ix_registration_trainee_id"), "registration", ["trainee_id"], unique=False)
    op.create_index(
        "uq_registration_active",
        "registration",
        ["class_id", "trainee_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('rejected', 'expired', 'refund_due', 'withdrawn', 'lapsed', 'cancelled')"),
        postgresql_where=sa.text(
            "state NOT IN ('rejected', 'expired', 'refund_due', 'withdrawn', 'lapsed', 'cancelled')"
        ),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("examined_on", sa.Date(), nullable=False),
        sa.Column("examiner_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("part IN ('theory', 'practice')", name=op.f("ck_assessment_part_word")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_assessment_attempt")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_assessment_note_length")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_assessment_score")),
        sa.ForeignKeyConstraint(["examiner_id"], ["person.id"], name=op.f("fk_assessment_examiner_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_assessment_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "registration_id", "part", "attempt", name=op.f("uq_assessment_registration_id_part_attempt")
        ),
    )
    op.create_table(
        "attendance",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=7), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method IN ('code', 'teacher', 'sheet')", name=op.f("ck_attendance_method_word")),
        sa.CheckConstraint(
            "presence IN ('present', 'late', 'left_early', 'leave', 'absent')", name=op.f("ck_attendance_presence_word")
        ),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendance_minutes")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_attendance_confirmed_by_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_lesson_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_attendance_registration_id")),
        sa.PrimaryKeyConstraint("lesson_id", "registration_id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_registration_id"), "attendance", ["registration_id"], unique=False)
    op.create_table(
        "attendance_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=7), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=True),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "after IN ('present', 'late', 'left_early', 'leave', 'absent')",
            name=op.f("ck_attendance_change_after_word"),
        ),
        sa.CheckConstraint(
            "before IN ('present', 'late', 'left_early', 'leave', 'absent')",
            name=op.f("ck_attendance_change_before_word"),
        ),
        sa.CheckConstraint("method IN ('code', 'teacher', 'sheet')", name=op.f("ck_attendance_change_method_word")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_attendance_change_reason_length")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_change_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_change_person_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_attendance_change_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_change")),
    )
    op.create_index(
        op.f("ix_attendance_change_registration_id"), "attendance_change", ["registration_id"], unique=False
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=30), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state = 'issued' OR state_reason <> ''", name=op.f("ck_certificate_reason")),
        sa.CheckConstraint("state IN ('issued', 'replaced', 'revoked')", name=op.f("ck_certificate_state_word")),
        sa.CheckConstraint("length(no) <= 30", name=op.f("ck_certificate_no_length")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_certificate_sha256_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_certificate_state_reason_length")),
        sa.CheckConstraint("length(token) <= 43", name=op.f("ck_certificate_token_length")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_certificate_issued_by_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_certificate_registration_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("no", name=op.f("uq_certificate_no")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
        sa.UniqueConstraint("token", name=op.f("uq_certificate_token")),
    )
    op.create_index(op.f("ix_certificate_registration_id"), "certificate", ["registration_id"], unique=False)
    op.create_index(
        "uq_certificate_standing",
        "certificate",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "registration_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_registration_event_kind_length")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_registration_event_reason_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_registration_event_person_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_registration_event_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_event")),
    )
    op.create_index(
        op.f("ix_registration_event_registration_id"), "registration_event", ["registration_id"], unique=False
    )
    op.create_table(
        "satisfaction",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Integer(), nullable=False),
        sa.Column("teaching", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("contents BETWEEN 1 AND 5", name=op.f("ck_satisfaction_contents")),
        sa.CheckConstraint("length(text) <= 500", name=op.f("ck_satisfaction_text_length")),
        sa.CheckConstraint("organisation BETWEEN 1 AND 5", name=op.f("ck_satisfaction_organisation")),
        sa.CheckConstraint("teaching BETWEEN 1 AND 5", name=op.f("ck_satisfaction_teaching")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_satisfaction_registration_id")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_satisfaction")),
    )
    op.create_table(
        "seat_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=9), nullable=True),
        sa.CheckConstraint(
            "result IN ('accepted', 'declined', 'lapsed', 'cancelled')", name=op.f("ck_seat_offer_result_word")
        ),
        sa.CheckConstraint("(result IS NULL) = (answered_at IS NULL)", name=op.f("ck_seat_offer_answered")),
        sa.CheckConstraint("length(token_hash) <= 64", name=op.f("ck_seat_offer_token_hash_length")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_seat_offer_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_offer")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_seat_offer_token_hash")),
    )
    op.create_index(op.f("ix_seat_offer_registration_id"), "seat_offer", ["registration_id"], unique=False)
    op.create_table(
        "subsidy_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("occupation", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=17), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "level IN ('none', 'special', 'junior', 'middle', 'senior', 'technician', 'senior_technician')",
            name=op.f("ck_subsidy_claim_level_word"),
        ),
        sa.CheckConstraint(
            "state IN ('listed', 'submitted', 'paid', 'refused')", name=op.f("ck_subsidy_claim_state_word")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_subsidy_claim_amount")),
        sa.CheckConstraint("length(occupation) <= 60", name=op.f("ck_subsidy_claim_occupation_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_subsidy_claim_state_reason_length")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_subsidy_claim_certificate_id")),
        sa.ForeignKeyConstraint(["listed_by_id"], ["person.id"], name=op.f("fk_subsidy_claim_listed_by_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_subsidy_claim_registration_id")
        ),
        sa.ForeignKeyConstraint(["trainee_id"], ["trainee.id"], name=op.f("fk_subsidy_claim_trainee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_claim")),
    )
    op.create_index(op.f("ix_subsidy_claim_registration_id"), "subsidy_claim", ["registration_id"], unique=False)
    op.create_index(
        "uq_subsidy_claim_once",
        "subsidy_claim",
        ["trainee_id", "occupation", "level"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )

    if op.get_bind().dialect.name == "postgresql":
        _keep_postgresql()
    else:
        _keep_sqlite()


def _keep_postgresql() -> None:
    refuse = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    for table in ONLY_ADDED:
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate {refuse}")
    op.execute(
        "CREATE TRIGGER certificate_frozen BEFORE UPDATE ON certificate"
        f" FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION refuse_change()"
    )


def _keep_sqlite() -> None:
    for table in ONLY_ADDED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
    op.execute(
        "CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate"
        " BEGIN SELECT RAISE(ABORT, 'certificate stays'); END"
    )
    op.execute(
        f"CREATE TRIGGER certificate_frozen BEFORE UPDATE ON certificate WHEN {CHANGED}"
        " BEGIN SELECT RAISE(ABORT, 'certificate is frozen'); END"
    )


def downgrade() -> None:
    op.drop_index(
        "uq_subsidy_claim_once",
        table_name="subsidy_claim",
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.drop_index(op.f("ix_subsidy_claim_registration_id"), table_name="subsidy_claim")
    op.drop_table("subsidy_claim")
    op.drop_index(op.f("ix_seat_offer_registration_id"), table_name="seat_offer")
    op.drop_table("seat_offer")
    op.drop_table("satisfaction")
    op.drop_index(op.f("ix_registration_event_registration_id"), table_name="registration_event")
    op.drop_table("registration_event")
    op.drop_index(
        "uq_certificate_standing",
        table_name="certificate",
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.drop_index(op.f("ix_certificate_registration_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_index(op.f("ix_attendance_change_registration_id"), table_name="attendance_change")
    op.drop_table("attendance_change")
    op.drop_index(op.f("ix_attendance_registration_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_table("assessment")
    op.drop_index(
        "uq_registration_active",
        table_name="registration",
        sqlite_where=sa.text("state NOT IN ('rejected', 'expired', 'refund_due', 'withdrawn', 'lapsed', 'cancelled')"),
        postgresql_where=sa.text(
            "state NOT IN ('rejected', 'expired', 'refund_due', 'withdrawn', 'lapsed', 'cancelled')"
        ),
    )
    op.drop_index(op.f("ix_registration_trainee_id"), table_name="registration")
    op.drop_index("ix_registration_queue", table_name="registration")
    op.drop_index(op.f("ix_registration_organisation_id"), table_name="registration")
    op.drop_index(op.f("ix_registration_order_id"), table_name="registration")
    op.drop_index(op.f("ix_registration_group_id"), table_name="registration")
    op.drop_index("ix_registration_expires", table_name="registration")
    op.drop_table("registration")
    op.drop_index(op.f("ix_registration_group_class_id"), table_name="registration_group")
    op.drop_table("registration_group")
    op.drop_index(op.f("ix_lesson_teacher_person_id"), table_name="lesson")
    op.drop_index(op.f("ix_lesson_starts_at"), table_name="lesson")
    op.drop_index(op.f("ix_lesson_booking_id"), table_name="lesson")
    op.drop_table("lesson")
    op.drop_index("ix_training_class_state", table_name="training_class")
    op.drop_index(op.f("ix_training_class_provider_id"), table_name="training_class")
    op.drop_index(op.f("ix_training_class_course_id"), table_name="training_class")
    op.drop_table("training_class")
    op.drop_index(op.f("ix_course_provider_id"), table_name="course")
    op.drop_table("course")
    op.drop_index(op.f("ix_identity_view_trainee_id"), table_name="identity_view")
    op.drop_table("identity_view")
    op.drop_table("trainee")
