"""The first tables: people, organisations, the catalogue, orders, bookings and what everything stands on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=13), nullable=False),
        sa.Column("subject", sa.String(length=330), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('sign_in', 'second_factor', 'code_sent')", name=op.f("ck_attempt_kind_word")),
        sa.CheckConstraint("length(subject) <= 330", name=op.f("ck_attempt_subject_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_count", "attempt", ["kind", "subject", "at"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject_table", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(address) <= 45", name=op.f("ck_audit_entry_address_length")),
        sa.CheckConstraint("length(kind) <= 80", name=op.f("ck_audit_entry_kind_length")),
        sa.CheckConstraint("length(person_name) <= 80", name=op.f("ck_audit_entry_person_name_length")),
        sa.CheckConstraint("length(subject_table) <= 60", name=op.f("ck_audit_entry_subject_table_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_kind"), "audit_entry", ["kind"], unique=False)
    op.create_index(op.f("ix_audit_entry_organisation_id"), "audit_entry", ["organisation_id"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_table", "subject_id"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'make_up')", name=op.f("ck_calendar_day_kind_word")),
        sa.CheckConstraint("length(note) <= 60", name=op.f("ck_calendar_day_note_length")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(source) <= 200", name=op.f("ck_calendar_year_source_length")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "counter",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(series) <= 40", name=op.f("ck_counter_series_length")),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counter")),
    )
    op.create_table(
        "form_receipt",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) <= 64", name=op.f("ck_form_receipt_digest_length")),
        sa.CheckConstraint("length(outcome) <= 300", name=op.f("ck_form_receipt_outcome_length")),
        sa.CheckConstraint("length(token) <= 64", name=op.f("ck_form_receipt_token_length")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_form_receipt")),
    )
    op.create_index(op.f("ix_form_receipt_at"), "form_receipt", ["at"], unique=False)
    op.create_table(
        "outbox_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'parked')", name=op.f("ck_outbox_task_state_word")),
        sa.CheckConstraint("length(task) <= 80", name=op.f("ck_outbox_task_task_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_task")),
    )
    op.create_index("ix_outbox_task_due", "outbox_task", ["state", "due_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=True),
        sa.Column("mobile", sa.String(length=11), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'disabled')", name=op.f("ck_person_state_word")),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_person_email_length")),
        sa.CheckConstraint("length(locale) <= 12", name=op.f("ck_person_locale_length")),
        sa.CheckConstraint("length(login) <= 40", name=op.f("ck_person_login_length")),
        sa.CheckConstraint("length(mobile) <= 11", name=op.f("ck_person_mobile_length")),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_person_name_length")),
        sa.CheckConstraint("length(password_hash) <= 200", name=op.f("ck_person_password_hash_length")),
        sa.CheckConstraint(
            "login IS NOT NULL OR mobile IS NOT NULL OR email IS NOT NULL", name=op.f("ck_person_reachable")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
        sa.UniqueConstraint("mobile", name=op.f("uq_person_mobile")),
    )
    op.create_table(
        "product_class",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("length(code) <= 20", name=op.f("ck_product_class_code_length")),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_product_class_name_length")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_product_class")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.CheckConstraint("length(code) <= 12", name=op.f("ck_region_code_length")),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_region_name_length")),
        sa.ForeignKeyConstraint(["parent_code"], ["region.code"], name=op.f("fk_region_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_setting_name_length")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "timetable_entry",
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("length(task) <= 80", name=op.f("ck_timetable_entry_task_length")),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_timetable_entry")),
    )
    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("short_name", sa.String(length=20), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("quoted_facts", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("length(key) <= 20", name=op.f("ck_cluster_key_length")),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_cluster_name_length")),
        sa.CheckConstraint("length(quoted_facts) <= 1000", name=op.f("ck_cluster_quoted_facts_length")),
        sa.CheckConstraint("length(short_name) <= 20", name=op.f("ck_cluster_short_name_length")),
        sa.CheckConstraint("length(summary) <= 500", name=op.f("ck_cluster_summary_length")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_cluster_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("key", name=op.f("uq_cluster_key")),
    )
    op.create_table(
        "contact_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("purpose", sa.String(length=14), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('register', 'reset', 'change_contact')", name=op.f("ck_contact_code_purpose_word")
        ),
        sa.CheckConstraint("length(code_hash) <= 64", name=op.f("ck_contact_code_code_hash_length")),
        sa.CheckConstraint("length(contact) <= 254", name=op.f("ck_contact_code_contact_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_code")),
    )
    op.create_index("ix_contact_code_contact", "contact_code", ["contact", "purpose"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(link) <= 200", name=op.f("ck_notification_link_length")),
        sa.CheckConstraint("length(message) <= 300", name=op.f("ck_notification_message_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_person", "notification", ["person_id", "read_at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("org_type", sa.String(length=14), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("town", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("industry_code", sa.String(length=4), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("products", sa.String(length=200), nullable=False),
        sa.Column("chain_node", sa.String(length=40), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("shows_contact", sa.Boolean(), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.String(length=1000), nullable=False),
        sa.Column("directory_quote", sa.String(length=300), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('enterprise', 'centre', 'association', 'department', 'operator', 'financial', 'institute', 'carrier')",
            name=op.f("ck_organisation_kind_word"),
        ),
        sa.CheckConstraint(
            "org_type IN ('supplier', 'maker', 'trader', 'intermediary', 'administration')",
            name=op.f("ck_organisation_org_type_word"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'verified', 'returned', 'changing', 'suspended')",
            name=op.f("ck_organisation_state_word"),
        ),
        sa.CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name=op.f("ck_organisation_credit_code")),
        sa.CheckConstraint("employees IS NULL OR employees >= 0", name=op.f("ck_organisation_employees")),
        sa.CheckConstraint("length(address) <= 120", name=op.f("ck_organisation_address_length")),
        sa.CheckConstraint("length(chain_node) <= 40", name=op.f("ck_organisation_chain_node_length")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_organisation_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_organisation_contact_phone_length")),
        sa.CheckConstraint("length(credit_code) <= 18", name=op.f("ck_organisation_credit_code_length")),
        sa.CheckConstraint("length(directory_quote) <= 300", name=op.f("ck_organisation_directory_quote_length")),
        sa.CheckConstraint("length(industry_code) <= 4", name=op.f("ck_organisation_industry_code_length")),
        sa.CheckConstraint("length(introduction) <= 1000", name=op.f("ck_organisation_introduction_length")),
        sa.CheckConstraint("length(key) <= 20", name=op.f("ck_organisation_key_length")),
        sa.CheckConstraint("length(name) <= 100", name=op.f("ck_organisation_name_length")),
        sa.CheckConstraint("length(name_key) <= 100", name=op.f("ck_organisation_name_key_length")),
        sa.CheckConstraint("length(products) <= 200", name=op.f("ck_organisation_products_length")),
        sa.CheckConstraint("length(short_name) <= 40", name=op.f("ck_organisation_short_name_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_organisation_state_reason_length")),
        sa.CheckConstraint("length(town) <= 40", name=op.f("ck_organisation_town_length")),
        sa.CheckConstraint("length(website) <= 200", name=op.f("ck_organisation_website_length")),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_organisation_level")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_organisation_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_organisation_credit_code")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_key")),
    )
    op.create_index(op.f("ix_organisation_name_key"), "organisation", ["name_key"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(code_hash) <= 64", name=op.f("ck_recovery_code_code_hash_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_second_factor", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(address) <= 45", name=op.f("ck_sign_in_address_length")),
        sa.CheckConstraint("length(browser) <= 200", name=op.f("ck_sign_in_browser_length")),
        sa.CheckConstraint("length(token_hash) <= 64", name=op.f("ck_sign_in_token_hash_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(key) <= 80", name=op.f("ck_attachment_key_length")),
        sa.CheckConstraint("length(media_type) <= 100", name=op.f("ck_attachment_media_type_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_attachment_name_length")),
        sa.CheckConstraint("length(purpose) <= 40", name=op.f("ck_attachment_purpose_length")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_attachment_sha256_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_attachment_organisation_id")),
        sa.ForeignKeyConstraint(["stored_by_id"], ["person.id"], name=op.f("fk_attachment_stored_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("key", name=op.f("uq_attachment_key")),
    )
    op.create_index(op.f("ix_attachment_organisation_id"), "attachment", ["organisation_id"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_hash) <= 64", name=op.f("ck_calendar_feed_token_hash_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_feed_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_person_id"), "calendar_feed", ["person_id"], unique=False)
    op.create_table(
        "cluster_organisation",
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_organisation_cluster_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cluster_organisation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("cluster_id", "organisation_id", name=op.f("pk_cluster_organisation")),
    )
    op.create_index(
        op.f("ix_cluster_organisation_organisation_id"), "cluster_organisation", ["organisation_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=14), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('analyst', 'assoc_officer', 'assoc_staff', 'auditor', 'bank_user', 'ent_admin', 'ent_user', 'expert', 'gov_finance', 'gov_officer', 'lab_clerk', 'provider_admin', 'reviewer_lab', 'signatory', 'sysadmin', 'trainer')",
            name=op.f("ck_invitation_role_word"),
        ),
        sa.CheckConstraint("length(contact) <= 254", name=op.f("ck_invitation_contact_length")),
        sa.CheckConstraint("length(token_hash) <= 64", name=op.f("ck_invitation_token_hash_length")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["person.id"], name=op.f("fk_invitation_accepted_by_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=14), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role IN ('analyst', 'assoc_officer', 'assoc_staff', 'auditor', 'bank_user', 'ent_admin', 'ent_user', 'expert', 'gov_finance', 'gov_officer', 'lab_clerk', 'provider_admin', 'reviewer_lab', 'signatory', 'sysadmin', 'trainer')",
            name=op.f("ck_membership_role_word"),
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_membership_ended_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_organisation", "membership", ["organisation_id"], unique=False)
    op.create_index(
        "uq_membership_live",
        "membership",
        ["person_id", "organisation_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("center_type", sa.String(length=5), nullable=True),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.String(length=1000), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("opening_text", sa.String(length=120), nullable=False),
        sa.Column("qualification", sa.String(length=120), nullable=False),
        sa.Column("qualified_until", sa.Date(), nullable=True),
        sa.Column("funding_text", sa.String(length=120), nullable=False),
        sa.CheckConstraint("center_type IN ('rd', 'test', 'info', 'train')", name=op.f("ck_provider_center_type_word")),
        sa.CheckConstraint("length(address) <= 120", name=op.f("ck_provider_address_length")),
        sa.CheckConstraint("length(funding_text) <= 120", name=op.f("ck_provider_funding_text_length")),
        sa.CheckConstraint("length(introduction) <= 1000", name=op.f("ck_provider_introduction_length")),
        sa.CheckConstraint("length(opening_text) <= 120", name=op.f("ck_provider_opening_text_length")),
        sa.CheckConstraint("length(phone) <= 20", name=op.f("ck_provider_phone_length")),
        sa.CheckConstraint("length(qualification) <= 120", name=op.f("ck_provider_qualification_length")),
        sa.CheckConstraint("length(summary) <= 200", name=op.f("ck_provider_summary_length")),
        sa.ForeignKeyConstraint(["id"], ["organisation.id"], name=op.f("fk_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    op.create_table(
        "booking_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("granularity_min", sa.Integer(), nullable=False),
        sa.Column("minimum_min", sa.Integer(), nullable=False),
        sa.Column("maximum_min", sa.Integer(), nullable=False),
        sa.Column("buffer_before_min", sa.Integer(), nullable=False),
        sa.Column("buffer_after_min", sa.Integer(), nullable=False),
        sa.Column("lead_min", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("quota_per_day", sa.Integer(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("free_cancel_hours", sa.Integer(), nullable=False),
        sa.Column("late_fee_percent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("buffer_before_min >= 0 AND buffer_after_min >= 0", name=op.f("ck_booking_policy_buffers")),
        sa.CheckConstraint("granularity_min BETWEEN 5 AND 1440", name=op.f("ck_booking_policy_granularity")),
        sa.CheckConstraint("late_fee_percent BETWEEN 0 AND 100", name=op.f("ck_booking_policy_late_fee")),
        sa.CheckConstraint("lead_min >= 0 AND horizon_days BETWEEN 1 AND 400", name=op.f("ck_booking_policy_window")),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_booking_policy_name_length")),
        sa.CheckConstraint("minimum_min > 0 AND maximum_min >= minimum_min", name=op.f("ck_booking_policy_length")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_booking_policy_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_policy")),
    )
    op.create_index(op.f("ix_booking_policy_provider_id"), "booking_policy", ["provider_id"], unique=False)
    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("licence_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("kind IN ('join', 'claim')", name=op.f("ck_join_request_kind_word")),
        sa.CheckConstraint("state IN ('waiting', 'granted', 'refused')", name=op.f("ck_join_request_state_word")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_join_request_reason_length")),
        sa.CheckConstraint("length(remark) <= 300", name=op.f("ck_join_request_remark_length")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_join_request_decided_by_id")),
        sa.ForeignKeyConstraint(["licence_id"], ["attachment.id"], name=op.f("fk_join_request_licence_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_join_request_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_join_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    op.create_index(op.f("ix_join_request_organisation_id"), "join_request", ["organisation_id"], unique=False)
    op.create_index(
        "uq_join_request_waiting",
        "join_request",
        ["person_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "provider_cluster",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_provider_cluster_cluster_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_cluster_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", "cluster_id", name=op.f("pk_provider_cluster")),
    )
    op.create_index(op.f("ix_provider_cluster_cluster_id"), "provider_cluster", ["cluster_id"], unique=False)
    op.create_table(
        "service_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("booking_mode", sa.String(length=7), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("bring", sa.String(length=500), nullable=False),
        sa.Column("output", sa.String(length=300), nullable=False),
        sa.Column("method", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("recognition", sa.String(length=14), nullable=False),
        sa.Column("recognition_note", sa.String(length=200), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("owner_name", sa.String(length=40), nullable=False),
        sa.Column("owner_phone", sa.String(length=20), nullable=False),
        sa.Column("is_public_benefit", sa.Boolean(), nullable=False),
        sa.Column("is_negotiable", sa.Boolean(), nullable=False),
        sa.Column("minimum_order_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "booking_mode IN ('slot', 'batch', 'project')", name=op.f("ck_service_module_booking_mode_word")
        ),
        sa.CheckConstraint(
            "kind IN ('test', 'package', 'machine_hour', 'consult', 'project', 'room', 'info', 'agent')",
            name=op.f("ck_service_module_kind_word"),
        ),
        sa.CheckConstraint(
            "recognition IN ('cma', 'cnas', 'none', 'not_applicable')", name=op.f("ck_service_module_recognition_word")
        ),
        sa.CheckConstraint(
            "state <> 'paused' OR length(state_reason) > 0", name=op.f("ck_service_module_paused_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'published', 'paused', 'withdrawn')",
            name=op.f("ck_service_module_state_word"),
        ),
        sa.CheckConstraint("length(audience) <= 200", name=op.f("ck_service_module_audience_length")),
        sa.CheckConstraint("length(bring) <= 500", name=op.f("ck_service_module_bring_length")),
        sa.CheckConstraint("length(code) <= 12", name=op.f("ck_service_module_code_length")),
        sa.CheckConstraint("length(description) <= 2000", name=op.f("ck_service_module_description_length")),
        sa.CheckConstraint("length(method) <= 120", name=op.f("ck_service_module_method_length")),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_service_module_name_length")),
        sa.CheckConstraint("length(output) <= 300", name=op.f("ck_service_module_output_length")),
        sa.CheckConstraint("length(owner_name) <= 40", name=op.f("ck_service_module_owner_name_length")),
        sa.CheckConstraint("length(owner_phone) <= 20", name=op.f("ck_service_module_owner_phone_length")),
        sa.CheckConstraint("length(place) <= 120", name=op.f("ck_service_module_place_length")),
        sa.CheckConstraint("length(recognition_note) <= 200", name=op.f("ck_service_module_recognition_note_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_service_module_state_reason_length")),
        sa.CheckConstraint("length(summary) <= 200", name=op.f("ck_service_module_summary_length")),
        sa.CheckConstraint("minimum_order_fen >= 0", name=op.f("ck_service_module_minimum_order")),
        sa.CheckConstraint(
            "working_days IS NULL OR working_days BETWEEN 0 AND 400", name=op.f("ck_service_module_working_days")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_service_module_provider_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("fk_service_module_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_module")),
        sa.UniqueConstraint("code", name=op.f("uq_service_module_code")),
    )
    op.create_index(op.f("ix_service_module_provider_id"), "service_module", ["provider_id"], unique=False)
    op.create_index(op.f("ix_service_module_state"), "service_module", ["state"], unique=False)
    op.create_table(
        "service_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("due_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_account", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
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
    op.create_index(op.f("ix_service_order_organisation_id"), "service_order", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_service_order_provider_id"), "service_order", ["provider_id"], unique=False)
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("previous", sa.JSON(), nullable=False),
        sa.Column("licence_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'returned')", name=op.f("ck_verification_state_word")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_verification_reason_length")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_verification_decided_by_id")),
        sa.ForeignKeyConstraint(["licence_id"], ["attachment.id"], name=op.f("fk_verification_licence_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_verification_organisation_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("fk_verification_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index(op.f("ix_verification_submitted_at"), "verification", ["submitted_at"], unique=False)
    op.create_index(
        "uq_verification_waiting",
        "verification",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=True),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("booked_by_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promise_certain", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(length=11), nullable=False),
        sa.Column("extras", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(length=1000), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("override_reason", sa.String(length=300), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("delivery_note", sa.String(length=1000), nullable=False),
        sa.Column("delivery_file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('held', 'proposed')) = (hold_expires_at IS NOT NULL)", name=op.f("ck_booking_hold_expires")
        ),
        sa.CheckConstraint(
            "no IS NOT NULL OR state IN ('held', 'expired', 'cancelled')", name=op.f("ck_booking_numbered")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'requested', 'proposed', 'confirmed', 'in_use', 'completed', 'expired', 'rejected', 'cancelled', 'no_show', 'displaced')",
            name=op.f("ck_booking_state_word"),
        ),
        sa.CheckConstraint("urgency IN ('normal', 'urgent', 'very_urgent')", name=op.f("ck_booking_urgency_word")),
        sa.CheckConstraint("ends_at IS NULL OR starts_at < ends_at", name=op.f("ck_booking_interval")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_booking_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_booking_contact_phone_length")),
        sa.CheckConstraint("length(delivery_note) <= 1000", name=op.f("ck_booking_delivery_note_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_booking_no_length")),
        sa.CheckConstraint("length(override_reason) <= 300", name=op.f("ck_booking_override_reason_length")),
        sa.CheckConstraint("length(purpose) <= 1000", name=op.f("ck_booking_purpose_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_booking_state_reason_length")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_booking_quantity")),
        sa.ForeignKeyConstraint(["booked_by_id"], ["person.id"], name=op.f("fk_booking_booked_by_id")),
        sa.ForeignKeyConstraint(["delivery_file_id"], ["attachment.id"], name=op.f("fk_booking_delivery_file_id")),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_booking_module_id")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_booking_order_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_booking_organisation_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_booking_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("no", name=op.f("uq_booking_no")),
    )
    op.create_index(op.f("ix_booking_hold_expires_at"), "booking", ["hold_expires_at"], unique=False)
    op.create_index(op.f("ix_booking_module_id"), "booking", ["module_id"], unique=False)
    op.create_index(op.f("ix_booking_order_id"), "booking", ["order_id"], unique=False)
    op.create_index("ix_booking_organisation", "booking", ["organisation_id", "state"], unique=False)
    op.create_index("ix_booking_provider", "booking", ["provider_id", "state", "starts_at"], unique=False)
    op.create_table(
        "module_field",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=11), nullable=False),
        sa.CheckConstraint(
            "field IN ('guarantee', 'consulting', 'information', 'market', 'training', 'technology')",
            name=op.f("ck_module_field_field_word"),
        ),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_module_field_module_id")),
        sa.PrimaryKeyConstraint("module_id", "field", name=op.f("pk_module_field")),
    )
    op.create_table(
        "module_market",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=8), nullable=False),
        sa.CheckConstraint("market IN ('domestic', 'eu', 'us')", name=op.f("ck_module_market_market_word")),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_module_market_module_id")),
        sa.PrimaryKeyConstraint("module_id", "market", name=op.f("pk_module_market")),
    )
    op.create_table(
        "module_product",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("product_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_module_product_module_id")),
        sa.ForeignKeyConstraint(["product_code"], ["product_class.code"], name=op.f("fk_module_product_product_code")),
        sa.PrimaryKeyConstraint("module_id", "product_code", name=op.f("pk_module_product")),
    )
    op.create_index(op.f("ix_module_product_product_code"), "module_product", ["product_code"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('base', 'extra', 'urgent', 'discount', 'minimum', 'adjustment', 'cancellation')",
            name=op.f("ck_order_line_kind_word"),
        ),
        sa.CheckConstraint("length(label) <= 120", name=op.f("ck_order_line_label_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_order_line_reason_length")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    op.create_index(op.f("ix_order_line_order_id"), "order_line", ["order_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("receipt_no", sa.String(length=30), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("method IN ('transfer', 'cash', 'scan')", name=op.f("ck_payment_method_word")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint("length(receipt_no) <= 30", name=op.f("ck_payment_receipt_no_length")),
        sa.CheckConstraint("length(reference) <= 60", name=op.f("ck_payment_reference_length")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_payment_order_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_payment_provider_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_payment_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider_id", "receipt_no", name=op.f("uq_payment_provider_id_receipt_no")),
    )
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_table(
        "price_extra",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_price_extra_not_negative")),
        sa.CheckConstraint("length(code) <= 30", name=op.f("ck_price_extra_code_length")),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_price_extra_name_length")),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_price_extra_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_extra")),
        sa.UniqueConstraint("module_id", "code", name=op.f("uq_price_extra_module_id_code")),
    )
    op.create_table(
        "price_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=9), nullable=False),
        sa.Column("unit_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minimum_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("urgent_percent", sa.Integer(), nullable=True),
        sa.Column("very_urgent_percent", sa.Integer(), nullable=True),
        sa.Column("member_discount_percent", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "unit IN ('sample', 'hour', 'half_hour', 'half_day', 'day', 'time', 'piece', 'month', 'quarter')",
            name=op.f("ck_price_version_unit_word"),
        ),
        sa.CheckConstraint("member_discount_percent BETWEEN 0 AND 100", name=op.f("ck_price_version_discount")),
        sa.CheckConstraint("unit_fen >= 0 AND minimum_fen >= 0", name=op.f("ck_price_version_not_negative")),
        sa.CheckConstraint(
            "urgent_percent IS NULL OR urgent_percent BETWEEN 100 AND 1000", name=op.f("ck_price_version_urgent")
        ),
        sa.CheckConstraint(
            "very_urgent_percent IS NULL OR very_urgent_percent BETWEEN 100 AND 1000",
            name=op.f("ck_price_version_very_urgent"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_price_version_created_by_id")),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_price_version_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_version")),
        sa.UniqueConstraint("module_id", "effective_on", name=op.f("uq_price_version_module_id_effective_on")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("refunded_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("method IN ('transfer', 'cash', 'scan')", name=op.f("ck_refund_method_word")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_amount")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_refund_reason_length")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_refund_order_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_refund_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(op.f("ix_refund_order_id"), "refund", ["order_id"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("capacity_kind", sa.String(length=9), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("daily_capacity", sa.Integer(), nullable=True),
        sa.Column("crosses_midnight", sa.Boolean(), nullable=False),
        sa.Column("asset_no", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("accuracy", sa.String(length=120), nullable=False),
        sa.Column("keeper", sa.String(length=40), nullable=False),
        sa.Column("calibration_due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("state_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "capacity_kind <> 'batch' OR daily_capacity IS NOT NULL", name=op.f("ck_resource_batch_has_capacity")
        ),
        sa.CheckConstraint(
            "capacity_kind IN ('exclusive', 'seats', 'batch')", name=op.f("ck_resource_capacity_kind_word")
        ),
        sa.CheckConstraint("kind IN ('instrument', 'bench', 'room', 'expert')", name=op.f("ck_resource_kind_word")),
        sa.CheckConstraint("state IN ('normal', 'repair', 'stopped')", name=op.f("ck_resource_state_word")),
        sa.CheckConstraint(
            "daily_capacity IS NULL OR daily_capacity BETWEEN 1 AND 100000", name=op.f("ck_resource_daily_capacity")
        ),
        sa.CheckConstraint("length(accuracy) <= 120", name=op.f("ck_resource_accuracy_length")),
        sa.CheckConstraint("length(asset_no) <= 40", name=op.f("ck_resource_asset_no_length")),
        sa.CheckConstraint("length(code) <= 20", name=op.f("ck_resource_code_length")),
        sa.CheckConstraint("length(keeper) <= 40", name=op.f("ck_resource_keeper_length")),
        sa.CheckConstraint("length(model) <= 60", name=op.f("ck_resource_model_length")),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_resource_name_length")),
        sa.CheckConstraint("length(state_reason) <= 200", name=op.f("ck_resource_state_reason_length")),
        sa.CheckConstraint("units BETWEEN 1 AND 500", name=op.f("ck_resource_units")),
        sa.ForeignKeyConstraint(["policy_id"], ["booking_policy.id"], name=op.f("fk_resource_policy_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_resource_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("code", name=op.f("uq_resource_code")),
    )
    op.create_index(op.f("ix_resource_policy_id"), "resource", ["policy_id"], unique=False)
    op.create_index(op.f("ix_resource_provider_id"), "resource", ["provider_id"], unique=False)
    op.create_table(
        "batch_claim",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_batch_claim_quantity")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_batch_claim_booking_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_batch_claim_resource_id")),
        sa.PrimaryKeyConstraint("booking_id", "resource_id", name=op.f("pk_batch_claim")),
    )
    op.create_index("ix_batch_claim_day", "batch_claim", ["resource_id", "day"], unique=False)
    op.create_table(
        "batch_day",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= capacity", name=op.f("ck_batch_day_capacity")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_batch_day_resource_id")),
        sa.PrimaryKeyConstraint("resource_id", "day", name=op.f("pk_batch_day")),
    )
    op.create_table(
        "booking_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(kind) <= 40", name=op.f("ck_booking_event_kind_length")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_booking_event_reason_length")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_event_booking_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booking_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
    )
    op.create_index(op.f("ix_booking_event_booking_id"), "booking_event", ["booking_id"], unique=False)
    op.create_table(
        "module_resource",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("group_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_module_resource_module_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_module_resource_resource_id")),
        sa.PrimaryKeyConstraint("module_id", "resource_id", name=op.f("pk_module_resource")),
    )
    op.create_index(op.f("ix_module_resource_resource_id"), "module_resource", ["resource_id"], unique=False)
    op.create_table(
        "opening_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens_min", sa.Integer(), nullable=True),
        sa.Column("closes_min", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(opens_min IS NULL AND closes_min IS NULL) OR (opens_min >= 0 AND opens_min < closes_min AND closes_min <= 1440)",
            name=op.f("ck_opening_exception_interval"),
        ),
        sa.CheckConstraint("length(note) <= 100", name=op.f("ck_opening_exception_note_length")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_opening_exception_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_exception")),
    )
    op.create_index("ix_opening_exception_resource", "opening_exception", ["resource_id", "day"], unique=False)
    op.create_table(
        "opening_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_min", sa.Integer(), nullable=False),
        sa.Column("closes_min", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "opens_min >= 0 AND opens_min < closes_min AND closes_min <= 1440", name=op.f("ck_opening_rule_interval")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_rule_weekday")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_opening_rule_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_rule")),
    )
    op.create_index("ix_opening_rule_resource", "opening_rule", ["resource_id", "weekday"], unique=False)
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_outage_kind_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_outage_reason_length")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_outage_interval")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_outage_entered_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_outage_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_index(op.f("ix_outage_resource_id"), "outage", ["resource_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("busy_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("outage_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(booking_id IS NULL) <> (outage_id IS NULL)", name=op.f("ck_claim_one_holder")),
        sa.CheckConstraint("busy_from < busy_to", name=op.f("ck_claim_interval")),
        sa.CheckConstraint("unit >= 1", name=op.f("ck_claim_unit")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_claim_booking_id")),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_claim_outage_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_claim_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_booking_id"), "claim", ["booking_id"], unique=False)
    op.create_index(op.f("ix_claim_outage_id"), "claim", ["outage_id"], unique=False)
    op.create_index("ix_claim_resource_time", "claim", ["resource_id", "busy_from", "busy_to"], unique=False)
    op.create_index("ix_claim_unit", "claim", ["resource_id", "unit", "busy_from"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_claim_unit", table_name="claim")
    op.drop_index("ix_claim_resource_time", table_name="claim")
    op.drop_index(op.f("ix_claim_outage_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_booking_id"), table_name="claim")
    op.drop_table("claim")
    op.drop_index(op.f("ix_outage_resource_id"), table_name="outage")
    op.drop_table("outage")
    op.drop_index("ix_opening_rule_resource", table_name="opening_rule")
    op.drop_table("opening_rule")
    op.drop_index("ix_opening_exception_resource", table_name="opening_exception")
    op.drop_table("opening_exception")
    op.drop_index(op.f("ix_module_resource_resource_id"), table_name="module_resource")
    op.drop_table("module_resource")
    op.drop_index(op.f("ix_booking_event_booking_id"), table_name="booking_event")
    op.drop_table("booking_event")
    op.drop_table("batch_day")
    op.drop_index("ix_batch_claim_day", table_name="batch_claim")
    op.drop_table("batch_claim")
    op.drop_index(op.f("ix_resource_provider_id"), table_name="resource")
    op.drop_index(op.f("ix_resource_policy_id"), table_name="resource")
    op.drop_table("resource")
    op.drop_index(op.f("ix_refund_order_id"), table_name="refund")
    op.drop_table("refund")
    op.drop_table("price_version")
    op.drop_table("price_extra")
    op.drop_index(op.f("ix_payment_order_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_order_line_order_id"), table_name="order_line")
    op.drop_table("order_line")
    op.drop_index(op.f("ix_module_product_product_code"), table_name="module_product")
    op.drop_table("module_product")
    op.drop_table("module_market")
    op.drop_table("module_field")
    op.drop_index("ix_booking_provider", table_name="booking")
    op.drop_index("ix_booking_organisation", table_name="booking")
    op.drop_index(op.f("ix_booking_order_id"), table_name="booking")
    op.drop_index(op.f("ix_booking_module_id"), table_name="booking")
    op.drop_index(op.f("ix_booking_hold_expires_at"), table_name="booking")
    op.drop_table("booking")
    op.drop_index(
        "uq_verification_waiting",
        table_name="verification",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_verification_submitted_at"), table_name="verification")
    op.drop_table("verification")
    op.drop_index(op.f("ix_service_order_provider_id"), table_name="service_order")
    op.drop_index(op.f("ix_service_order_organisation_id"), table_name="service_order")
    op.drop_table("service_order")
    op.drop_index(op.f("ix_service_module_state"), table_name="service_module")
    op.drop_index(op.f("ix_service_module_provider_id"), table_name="service_module")
    op.drop_table("service_module")
    op.drop_index(op.f("ix_provider_cluster_cluster_id"), table_name="provider_cluster")
    op.drop_table("provider_cluster")
    op.drop_index(
        "uq_join_request_waiting",
        table_name="join_request",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("ix_join_request_organisation_id"), table_name="join_request")
    op.drop_table("join_request")
    op.drop_index(op.f("ix_booking_policy_provider_id"), table_name="booking_policy")
    op.drop_table("booking_policy")
    op.drop_table("provider")
    op.drop_index(
        "uq_membership_live",
        table_name="membership",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_membership_organisation", table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_invitation_organisation_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_cluster_organisation_organisation_id"), table_name="cluster_organisation")
    op.drop_table("cluster_organisation")
    op.drop_index(op.f("ix_calendar_feed_person_id"), table_name="calendar_feed")
    op.drop_table("calendar_feed")
    op.drop_index(op.f("ix_attachment_organisation_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_recovery_code_person_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_organisation_name_key"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_index("ix_notification_person", table_name="notification")
    op.drop_table("notification")
    op.drop_index("ix_contact_code_contact", table_name="contact_code")
    op.drop_table("contact_code")
    op.drop_table("cluster")
    op.drop_table("timetable_entry")
    op.drop_table("setting")
    op.drop_table("region")
    op.drop_table("product_class")
    op.drop_table("person")
    op.drop_index("ix_outbox_task_due", table_name="outbox_task")
    op.drop_table("outbox_task")
    op.drop_index(op.f("ix_form_receipt_at"), table_name="form_receipt")
    op.drop_table("form_receipt")
    op.drop_table("counter")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_organisation_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_kind"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_attempt_count", table_name="attempt")
    op.drop_table("attempt")
