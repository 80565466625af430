"""The association's register: charter, council, members and their terms, applications, dues. Marks become members."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from services.core import clock

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONLY_ADDED = ("application_event", "member_event")
"""Nothing in these tables is ever changed or removed."""

STAYING = ("bank_line", "dues_invoice", "dues_payment", "member", "membership_term")
"""Nothing in these tables is ever removed."""

FROZEN = {
    "bank_line": "OLD.serial <> NEW.serial OR OLD.amount_fen <> NEW.amount_fen OR OLD.arrived_on <> NEW.arrived_on",
    "dues_invoice": "OLD.member_id <> NEW.member_id OR OLD.year <> NEW.year OR OLD.no <> NEW.no",
    "dues_payment": "OLD.receipt_no <> NEW.receipt_no OR OLD.amount_fen <> NEW.amount_fen"
    " OR OLD.invoice_id <> NEW.invoice_id OR OLD.received_on <> NEW.received_on",
    "dues_table": "OLD.state <> 'draft' AND (OLD.from_year <> NEW.from_year OR OLD.meeting_on <> NEW.meeting_on"
    " OR OLD.entitled <> NEW.entitled OR OLD.present <> NEW.present OR OLD.in_favour <> NEW.in_favour"
    " OR OLD.against <> NEW.against OR OLD.abstained <> NEW.abstained OR NEW.state = 'draft')",
    "membership_term": "OLD.member_id <> NEW.member_id OR OLD.from_on <> NEW.from_on OR OLD.revoked_at IS NOT NULL",
}
"""What these rows say stays as it is."""

OVERLAPPING = """NEW.revoked_at IS NULL AND EXISTS (SELECT 1 FROM membership_term other
    WHERE other.member_id = NEW.member_id AND other.id IS NOT NEW.id AND other.revoked_at IS NULL
      AND other.from_on <= NEW.until_on AND NEW.from_on <= other.until_on)"""

DAYS_TO_PAY, DAYS_OF_GRACE = 30, 90
"""What a charter says of dues unless it says otherwise."""


def upgrade() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("lines_new", sa.Integer(), nullable=False),
        sa.Column("lines_known", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(name) <= 120", name=op.f("ck_bank_statement_name_length")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_bank_statement_sha256_length")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_bank_statement_association_id")),
        sa.ForeignKeyConstraint(["imported_by_id"], ["person.id"], name=op.f("fk_bank_statement_imported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("association_id", "sha256", name=op.f("uq_bank_statement_association_id_sha256")),
    )
    op.create_table(
        "charter",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("business_scope", sa.String(length=1000), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=True),
        sa.Column("bank_holder", sa.String(length=100), nullable=False),
        sa.Column("bank_name", sa.String(length=80), nullable=False),
        sa.Column("bank_account", sa.String(length=40), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("public_notice_days", sa.Integer(), nullable=False),
        sa.Column("dues_days", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("lapse_days", sa.Integer(), nullable=False),
        sa.Column("reapply_months", sa.Integer(), nullable=False),
        sa.Column("proxy_limit", sa.Integer(), nullable=False),
        sa.Column("challenge_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("challenge_days BETWEEN 1 AND 60", name=op.f("ck_charter_challenge")),
        sa.CheckConstraint("dues_days BETWEEN 1 AND 180", name=op.f("ck_charter_dues")),
        sa.CheckConstraint("grace_days BETWEEN 0 AND 365", name=op.f("ck_charter_grace")),
        sa.CheckConstraint("lapse_days > grace_days AND lapse_days <= 3650", name=op.f("ck_charter_lapse")),
        sa.CheckConstraint("length(bank_account) <= 40", name=op.f("ck_charter_bank_account_length")),
        sa.CheckConstraint("length(bank_holder) <= 100", name=op.f("ck_charter_bank_holder_length")),
        sa.CheckConstraint("length(bank_name) <= 80", name=op.f("ck_charter_bank_name_length")),
        sa.CheckConstraint("length(business_scope) <= 1000", name=op.f("ck_charter_business_scope_length")),
        sa.CheckConstraint("notice_days BETWEEN 0 AND 90", name=op.f("ck_charter_notice")),
        sa.CheckConstraint("proxy_limit BETWEEN 0 AND 20", name=op.f("ck_charter_proxies")),
        sa.CheckConstraint("public_notice_days BETWEEN 1 AND 60", name=op.f("ck_charter_public_notice")),
        sa.CheckConstraint("reapply_months BETWEEN 0 AND 36", name=op.f("ck_charter_reapply")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_charter_association_id")),
        sa.PrimaryKeyConstraint("association_id", name=op.f("pk_charter")),
    )
    op.create_table(
        "charter_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=30000), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("adopted_at_meeting", sa.String(length=100), nullable=False),
        sa.Column("motion_id", sa.Integer(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(adopted_on IS NULL) = (adopted_at_meeting = '')", name=op.f("ck_charter_edition_adopted")),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_charter_edition_edition")),
        sa.CheckConstraint(
            "length(adopted_at_meeting) <= 100", name=op.f("ck_charter_edition_adopted_at_meeting_length")
        ),
        sa.CheckConstraint("length(text) <= 30000", name=op.f("ck_charter_edition_text_length")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["organisation.id"], name=op.f("fk_charter_edition_association_id")
        ),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["person.id"], name=op.f("fk_charter_edition_drafted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_edition")),
        sa.UniqueConstraint("association_id", "edition", name=op.f("uq_charter_edition_association_id_edition")),
    )
    op.create_table(
        "council_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=17), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "office IN ('president', 'vice_president', 'standing_director', 'director', 'supervisor', 'delegate')",
            name=op.f("ck_council_seat_office_word"),
        ),
        sa.CheckConstraint("until_on IS NULL OR from_on <= until_on", name=op.f("ck_council_seat_order")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_council_seat_association_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_council_seat_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_seat")),
    )
    op.create_index(op.f("ix_council_seat_organisation_id"), "council_seat", ["organisation_id"], unique=False)
    op.create_index(
        "uq_council_seat_held",
        "council_seat",
        ["association_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_table(
        "dues_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("meeting_name", sa.String(length=100), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("motion_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR (meeting_on IS NOT NULL AND is_secret AND present > 0 AND present * 3 >= entitled * 2 AND in_favour * 2 > present)",
            name=op.f("ck_dues_table_adopted"),
        ),
        sa.CheckConstraint("state IN ('draft', 'active', 'replaced')", name=op.f("ck_dues_table_state_word")),
        sa.CheckConstraint(
            "entitled >= 0 AND present BETWEEN 0 AND entitled AND in_favour >= 0 AND against >= 0 AND abstained >= 0 AND in_favour + against + abstained <= present",
            name=op.f("ck_dues_table_figures"),
        ),
        sa.CheckConstraint("from_year BETWEEN 2000 AND 2100", name=op.f("ck_dues_table_year")),
        sa.CheckConstraint("length(meeting_name) <= 100", name=op.f("ck_dues_table_meeting_name_length")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_dues_table_association_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_dues_table_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_table")),
    )
    op.create_index(op.f("ix_dues_table_association_id"), "dues_table", ["association_id"], unique=False)
    op.create_index(
        "uq_dues_table_active",
        "dues_table",
        ["association_id", "from_year"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("tier", sa.String(length=14), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("shows_contact", sa.Boolean(), nullable=False),
        sa.Column("shows_phone", sa.Boolean(), nullable=False),
        sa.Column("shows_address", sa.Boolean(), nullable=False),
        sa.Column("shows_products", sa.Boolean(), nullable=False),
        sa.Column("barred_until", sa.Date(), nullable=True),
        sa.Column("exit_asked_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_as", sa.String(length=8), nullable=True),
        sa.Column("ended_reason", sa.String(length=300), nullable=False),
        sa.Column("standing", sa.String(length=9), nullable=False),
        sa.Column("rights_from", sa.Date(), nullable=True),
        sa.Column("rights_until", sa.Date(), nullable=True),
        sa.Column("changes_on", sa.Date(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_as IN ('lapsed', 'exited', 'expelled')", name=op.f("ck_member_ended_as_word")),
        sa.CheckConstraint(
            "standing IN ('awaited', 'active', 'due', 'grace', 'suspended', 'lapsed', 'exited', 'expelled')",
            name=op.f("ck_member_standing_word"),
        ),
        sa.CheckConstraint(
            "tier IN ('member', 'director', 'vice_president', 'president')", name=op.f("ck_member_tier_word")
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_as IS NULL)", name=op.f("ck_member_ended")),
        sa.CheckConstraint("length(ended_reason) <= 300", name=op.f("ck_member_ended_reason_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_member_no_length")),
        sa.CheckConstraint("rights_until IS NULL OR rights_from <= rights_until", name=op.f("ck_member_rights_order")),
        sa.CheckConstraint("rights_until IS NULL OR rights_from IS NOT NULL", name=op.f("ck_member_rights")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_member_association_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_member_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("association_id", "no", name=op.f("uq_member_association_id_no")),
        sa.UniqueConstraint("association_id", "organisation_id", name=op.f("uq_member_association_id_organisation_id")),
    )
    op.create_index("ix_member_changes", "member", ["changes_on"], unique=False)
    op.create_index(
        "ix_member_organisation_rights", "member", ["organisation_id", "rights_from", "rights_until"], unique=False
    )
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("payer", sa.String(length=100), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booked_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state <> 'set_aside' OR length(reason) > 0", name=op.f("ck_bank_line_set_aside")),
        sa.CheckConstraint("state IN ('waiting', 'booked', 'set_aside')", name=op.f("ck_bank_line_state_word")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_bank_line_amount")),
        sa.CheckConstraint("booked_fen >= 0 AND booked_fen <= amount_fen", name=op.f("ck_bank_line_booked")),
        sa.CheckConstraint("length(payer) <= 100", name=op.f("ck_bank_line_payer_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_bank_line_reason_length")),
        sa.CheckConstraint("length(remark) <= 200", name=op.f("ck_bank_line_remark_length")),
        sa.CheckConstraint("length(serial) <= 60", name=op.f("ck_bank_line_serial_length")),
        sa.CheckConstraint("length(serial) > 0", name=op.f("ck_bank_line_serial_given")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_bank_line_association_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("association_id", "serial", name=op.f("uq_bank_line_association_id_serial")),
    )
    op.create_index("ix_bank_line_state", "bank_line", ["association_id", "state", "arrived_on"], unique=False)
    op.create_index(op.f("ix_bank_line_statement_id"), "bank_line", ["statement_id"], unique=False)
    op.create_table(
        "dues_invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=14), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("waived_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("is_joining", sa.Boolean(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'settled') = (settled_on IS NOT NULL)", name=op.f("ck_dues_invoice_settled_on")),
        sa.CheckConstraint(
            "state = 'cancelled' OR (state = 'settled') = (paid_fen + waived_fen = amount_fen)",
            name=op.f("ck_dues_invoice_settled"),
        ),
        sa.CheckConstraint("state IN ('open', 'settled', 'cancelled')", name=op.f("ck_dues_invoice_state_word")),
        sa.CheckConstraint(
            "tier IN ('member', 'director', 'vice_president', 'president')", name=op.f("ck_dues_invoice_tier_word")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_dues_invoice_amount")),
        sa.CheckConstraint("issued_on <= due_on", name=op.f("ck_dues_invoice_order")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_dues_invoice_no_length")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_dues_invoice_reason_length")),
        sa.CheckConstraint(
            "paid_fen >= 0 AND waived_fen >= 0 AND paid_fen + waived_fen <= amount_fen",
            name=op.f("ck_dues_invoice_paid"),
        ),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_dues_invoice_association_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_dues_invoice_member_id")),
        sa.ForeignKeyConstraint(["table_id"], ["dues_table.id"], name=op.f("fk_dues_invoice_table_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_invoice")),
        sa.UniqueConstraint("member_id", "year", name=op.f("uq_dues_invoice_member_id_year")),
        sa.UniqueConstraint("no", name=op.f("uq_dues_invoice_no")),
    )
    op.create_index("ix_dues_invoice_open", "dues_invoice", ["association_id", "state", "due_on"], unique=False)
    op.create_table(
        "dues_level",
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=14), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "tier IN ('member', 'director', 'vice_president', 'president')", name=op.f("ck_dues_level_tier_word")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_dues_level_amount")),
        sa.ForeignKeyConstraint(["table_id"], ["dues_table.id"], name=op.f("fk_dues_level_table_id")),
        sa.PrimaryKeyConstraint("table_id", "tier", name=op.f("pk_dues_level")),
    )
    op.create_table(
        "member_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_member_event_kind_length")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_member_event_reason_length")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_event_member_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_member_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_event")),
    )
    op.create_index(op.f("ix_member_event_member_id"), "member_event", ["member_id"], unique=False)
    op.create_table(
        "member_representative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=7), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("role IN ('voting', 'dues', 'contact')", name=op.f("ck_member_representative_role_word")),
        sa.CheckConstraint("until_on IS NULL OR from_on <= until_on", name=op.f("ck_member_representative_order")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_representative_member_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_member_representative_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_representative")),
    )
    op.create_index(op.f("ix_member_representative_member_id"), "member_representative", ["member_id"], unique=False)
    op.create_index(op.f("ix_member_representative_person_id"), "member_representative", ["person_id"], unique=False)
    op.create_index(
        "uq_member_representative_present",
        "member_representative",
        ["member_id", "role"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_table(
        "membership_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=False),
        sa.Column("representative_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=14), nullable=False),
        sa.Column("introduction", sa.String(length=1000), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("accepts_charter", sa.Boolean(), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_from_on", sa.Date(), nullable=True),
        sa.Column("notice_until_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("motion_id", sa.Integer(), nullable=True),
        sa.Column("reapply_on", sa.Date(), nullable=True),
        sa.Column("dues_until_on", sa.Date(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'admitted' OR member_id IS NOT NULL", name=op.f("ck_membership_application_admitted")
        ),
        sa.CheckConstraint(
            "state <> 'public_notice' OR (notice_from_on IS NOT NULL AND notice_until_on IS NOT NULL)",
            name=op.f("ck_membership_application_notice"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'returned', 'public_notice', 'council', 'awaiting_dues', 'admitted', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_membership_application_state_word"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('awaiting_dues', 'admitted') OR decided_on IS NOT NULL",
            name=op.f("ck_membership_application_decided"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('returned', 'refused') OR length(state_reason) > 0",
            name=op.f("ck_membership_application_reason"),
        ),
        sa.CheckConstraint(
            "tier IN ('member', 'director', 'vice_president', 'president')",
            name=op.f("ck_membership_application_tier_word"),
        ),
        sa.CheckConstraint("accepts_charter", name=op.f("ck_membership_application_accepts_charter")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_membership_application_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_membership_application_contact_phone_length")),
        sa.CheckConstraint("length(introduction) <= 1000", name=op.f("ck_membership_application_introduction_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_membership_application_no_length")),
        sa.CheckConstraint("length(state_reason) <= 500", name=op.f("ck_membership_application_state_reason_length")),
        sa.ForeignKeyConstraint(["applied_by_id"], ["person.id"], name=op.f("fk_membership_application_applied_by_id")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["organisation.id"], name=op.f("fk_membership_application_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_membership_application_attachment_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_application_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_application_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["person.id"], name=op.f("fk_membership_application_representative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_application")),
        sa.UniqueConstraint("no", name=op.f("uq_membership_application_no")),
    )
    op.create_index(
        "ix_membership_application_dues", "membership_application", ["state", "dues_until_on"], unique=False
    )
    op.create_index(
        op.f("ix_membership_application_organisation_id"), "membership_application", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_membership_application_state", "membership_application", ["association_id", "state"], unique=False
    )
    op.create_index(
        "uq_membership_application_open",
        "membership_application",
        ["association_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('submitted', 'returned', 'public_notice', 'council', 'awaiting_dues')"),
        postgresql_where=sa.text("state IN ('submitted', 'returned', 'public_notice', 'council', 'awaiting_dues')"),
    )
    op.create_table(
        "application_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_application_event_kind_length")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_application_event_reason_length")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["membership_application.id"], name=op.f("fk_application_event_application_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_event")),
    )
    op.create_index(op.f("ix_application_event_application_id"), "application_event", ["application_id"], unique=False)
    op.create_table(
        "application_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_application_objection_answered")),
        sa.CheckConstraint("length(answer) <= 1000", name=op.f("ck_application_objection_answer_length")),
        sa.CheckConstraint("length(text) <= 1000", name=op.f("ck_application_objection_text_length")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_application_objection_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["membership_application.id"], name=op.f("fk_application_objection_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_application_objection_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_objection_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_objection")),
        sa.UniqueConstraint(
            "application_id", "organisation_id", name=op.f("uq_application_objection_application_id_organisation_id")
        ),
    )
    op.create_table(
        "dues_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("receipt_no", sa.String(length=30), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("payer", sa.String(length=100), nullable=False),
        sa.Column("bank_line_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversed_by_id", sa.Integer(), nullable=True),
        sa.Column("reversed_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(method = 'transfer') = (bank_line_id IS NOT NULL)", name=op.f("ck_dues_payment_line")),
        sa.CheckConstraint("(reversed_at IS NULL) = (reversed_reason = '')", name=op.f("ck_dues_payment_reversed")),
        sa.CheckConstraint("method IN ('transfer', 'cash', 'scan')", name=op.f("ck_dues_payment_method_word")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_dues_payment_amount")),
        sa.CheckConstraint("length(payer) <= 100", name=op.f("ck_dues_payment_payer_length")),
        sa.CheckConstraint("length(receipt_no) <= 30", name=op.f("ck_dues_payment_receipt_no_length")),
        sa.CheckConstraint("length(reversed_reason) <= 200", name=op.f("ck_dues_payment_reversed_reason_length")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_dues_payment_association_id")),
        sa.ForeignKeyConstraint(["bank_line_id"], ["bank_line.id"], name=op.f("fk_dues_payment_bank_line_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["dues_invoice.id"], name=op.f("fk_dues_payment_invoice_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_dues_payment_recorded_by_id")),
        sa.ForeignKeyConstraint(["reversed_by_id"], ["person.id"], name=op.f("fk_dues_payment_reversed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_payment")),
        sa.UniqueConstraint("association_id", "receipt_no", name=op.f("uq_dues_payment_association_id_receipt_no")),
    )
    op.create_index(op.f("ix_dues_payment_invoice_id"), "dues_payment", ["invoice_id"], unique=False)
    op.create_index(
        "uq_dues_payment_line",
        "dues_payment",
        ["bank_line_id", "invoice_id"],
        unique=True,
        sqlite_where=sa.text("reversed_at IS NULL"),
        postgresql_where=sa.text("reversed_at IS NULL"),
    )
    op.create_table(
        "dues_reminder",
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(stage) <= 20", name=op.f("ck_dues_reminder_stage_length")),
        sa.ForeignKeyConstraint(["invoice_id"], ["dues_invoice.id"], name=op.f("fk_dues_reminder_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", "stage", name=op.f("pk_dues_reminder")),
    )
    op.create_table(
        "dues_waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("motion_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'proposed') = (decided_on IS NULL)", name=op.f("ck_dues_waiver_decided")),
        sa.CheckConstraint("state <> 'granted' OR motion_id IS NOT NULL", name=op.f("ck_dues_waiver_by_decision")),
        sa.CheckConstraint("state IN ('proposed', 'granted', 'refused')", name=op.f("ck_dues_waiver_state_word")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_dues_waiver_amount")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_dues_waiver_reason_length")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_dues_waiver_with_reason")),
        sa.ForeignKeyConstraint(["invoice_id"], ["dues_invoice.id"], name=op.f("fk_dues_waiver_invoice_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_dues_waiver_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_waiver")),
    )
    op.create_index(op.f("ix_dues_waiver_invoice_id"), "dues_waiver", ["invoice_id"], unique=False)
    op.create_index(
        "uq_dues_waiver_proposed",
        "dues_waiver",
        ["invoice_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "membership_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("tier", sa.String(length=14), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "tier IN ('member', 'director', 'vice_president', 'president')", name=op.f("ck_membership_term_tier_word")
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_membership_term_order")),
        sa.ForeignKeyConstraint(["invoice_id"], ["dues_invoice.id"], name=op.f("fk_membership_term_invoice_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_term_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_term")),
    )
    op.create_index(op.f("ix_membership_term_member_id"), "membership_term", ["member_id"], unique=False)
    op.create_index(
        "uq_membership_term_invoice",
        "membership_term",
        ["invoice_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    _marks_become_members()
    op.drop_index(op.f("ix_member_mark_organisation_id"), table_name="member_mark")
    op.drop_table("member_mark")
    if op.get_bind().dialect.name == "postgresql":
        _hold_postgresql()
    else:
        _hold_sqlite()


def _hold_postgresql() -> None:
    op.execute(
        "ALTER TABLE membership_term ADD CONSTRAINT ex_membership_term_member EXCLUDE USING gist ("
        " int4range(member_id, member_id, '[]') WITH &&,"
        " daterange(from_on, until_on, '[]') WITH &&) WHERE (revoked_at IS NULL)"
    )
    refuse = "EXECUTE FUNCTION refuse_change()"
    for table in ONLY_ADDED:
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
    for table in STAYING:
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
    for table, changed in FROZEN.items():
        op.execute(f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) {refuse}")
    op.execute(
        "CREATE FUNCTION refuse_adopted_level() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF (SELECT state FROM dues_table WHERE id = COALESCE(NEW.table_id, OLD.table_id)) <> 'draft' THEN"
        " RAISE EXCEPTION 'dues_level is adopted' USING ERRCODE = '23514'; END IF;"
        " RETURN COALESCE(NEW, OLD); END $$"
    )
    op.execute(
        "CREATE TRIGGER dues_level_adopted BEFORE INSERT OR UPDATE OR DELETE ON dues_level"
        " FOR EACH ROW EXECUTE FUNCTION refuse_adopted_level()"
    )


def _hold_sqlite() -> None:
    for act in ("INSERT", "UPDATE"):
        _refuse(f"membership_term_overlap_{act.lower()}", act, "membership_term", OVERLAPPING)
    for table in ONLY_ADDED:
        for act in ("UPDATE", "DELETE"):
            _refuse(f"{table}_kept_{act.lower()}", act, table)
    for table in STAYING:
        _refuse(f"{table}_stays", "DELETE", table)
    for table, changed in FROZEN.items():
        _refuse(f"{table}_frozen", "UPDATE", table, changed)
    for act, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        adopted = f"(SELECT state FROM dues_table WHERE id = {row}.table_id) <> 'draft'"
        _refuse(f"dues_level_adopted_{act.lower()}", act, "dues_level", adopted)


def _refuse(name: str, act: str, table: str, when: str = "1") -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END")


MARK = sa.table(
    "member_mark",
    sa.column("association_id", sa.Integer),
    sa.column("organisation_id", sa.Integer),
    sa.column("from_on", sa.Date),
    sa.column("until_on", sa.Date),
    sa.column("marked_at", sa.DateTime(timezone=True)),
)
MEMBER = sa.table(
    "member",
    sa.column("id", sa.Integer),
    sa.column("association_id", sa.Integer),
    sa.column("organisation_id", sa.Integer),
    sa.column("no", sa.String),
    sa.column("tier", sa.String),
    sa.column("joined_on", sa.Date),
    sa.column("since_on", sa.Date),
    sa.column("ended_on", sa.Date),
    sa.column("ended_as", sa.String),
    sa.column("standing", sa.String),
    sa.column("rights_from", sa.Date),
    sa.column("rights_until", sa.Date),
    sa.column("changes_on", sa.Date),
    sa.column("computed_at", sa.DateTime(timezone=True)),
    sa.column("created_at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.Boolean) for name in ("shows_name", "shows_contact", "shows_phone")),
    *(sa.column(name, sa.Boolean) for name in ("shows_address", "shows_products")),
    sa.column("ended_reason", sa.String),
    sa.column("version", sa.Integer),
)
TERM = sa.table(
    "membership_term",
    sa.column("member_id", sa.Integer),
    sa.column("from_on", sa.Date),
    sa.column("until_on", sa.Date),
    sa.column("tier", sa.String),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
SILENT = dict.fromkeys(("shows_name", "shows_contact", "shows_phone", "shows_address", "shows_products"), False)


def _marks_become_members() -> None:
    """Each mark becomes a member with one term; the first recomputation puts its standing right."""
    bind = op.get_bind()
    today = clock.local_day(clock.now())
    for number, mark in enumerate(bind.execute(sa.select(MARK).order_by(MARK.c.from_on)).all(), 1):
        ends = mark.until_on or date(max(today, mark.from_on).year, 12, 31)
        outside = mark.until_on + timedelta(days=1) if mark.until_on else None
        last = mark.until_on or ends + timedelta(days=DAYS_TO_PAY + DAYS_OF_GRACE)
        values = SILENT | {
            "association_id": mark.association_id,
            "organisation_id": mark.organisation_id,
            "no": f"HY-{mark.from_on:%Y%m%d}-{9000 + number}",
            "tier": "member",
            "joined_on": mark.from_on,
            "since_on": mark.from_on,
            "ended_on": outside,
            "ended_as": "exited" if outside else None,
            "ended_reason": "",
            "standing": "exited" if outside and outside <= today else "active",
            "rights_from": mark.from_on,
            "rights_until": last,
            "changes_on": ends + timedelta(days=1),
            "computed_at": mark.marked_at,
            "created_at": mark.marked_at,
            "version": 1,
        }
        member_id = bind.execute(sa.insert(MEMBER).values(values).returning(MEMBER.c.id)).scalar_one()
        term = {"member_id": member_id, "from_on": mark.from_on, "until_on": ends}
        bind.execute(sa.insert(TERM).values(term | {"tier": "member", "created_at": mark.marked_at}))


def downgrade() -> None:
    op.create_table(
        "member_mark",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on IS NULL OR from_on <= until_on", name=op.f("ck_member_mark_order")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_member_mark_association_id")),
        sa.ForeignKeyConstraint(["marked_by_id"], ["person.id"], name=op.f("fk_member_mark_marked_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_member_mark_organisation_id")),
        sa.PrimaryKeyConstraint("association_id", "organisation_id", name=op.f("pk_member_mark")),
    )
    op.create_index(op.f("ix_member_mark_organisation_id"), "member_mark", ["organisation_id"], unique=False)
    marked = ("association_id", "organisation_id", "from_on", "until_on", "marked_at")
    columns = ("association_id", "organisation_id", "rights_from", "rights_until", "computed_at")
    members = sa.select(*(MEMBER.c[name] for name in columns)).where(MEMBER.c.rights_from.is_not(None))
    op.execute(sa.insert(MARK).from_select(list(marked), members))
    op.drop_index(
        "uq_membership_term_invoice",
        table_name="membership_term",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_membership_term_member_id"), table_name="membership_term")
    op.drop_table("membership_term")
    op.drop_index(
        "uq_dues_waiver_proposed",
        table_name="dues_waiver",
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.drop_index(op.f("ix_dues_waiver_invoice_id"), table_name="dues_waiver")
    op.drop_table("dues_waiver")
    op.drop_table("dues_reminder")
    op.drop_index(
        "uq_dues_payment_line",
        table_name="dues_payment",
        sqlite_where=sa.text("reversed_at IS NULL"),
        postgresql_where=sa.text("reversed_at IS NULL"),
    )
    op.drop_index(op.f("ix_dues_payment_invoice_id"), table_name="dues_payment")
    op.drop_table("dues_payment")
    op.drop_table("application_objection")
    op.drop_index(op.f("ix_application_event_application_id"), table_name="application_event")
    op.drop_table("application_event")
    op.drop_index(
        "uq_membership_application_open",
        table_name="membership_application",
        sqlite_where=sa.text("state IN ('submitted', 'returned', 'public_notice', 'council', 'awaiting_dues')"),
        postgresql_where=sa.text("state IN ('submitted', 'returned', 'public_notice', 'council', 'awaiting_dues')"),
    )
    op.drop_index("ix_membership_application_state", table_name="membership_application")
    op.drop_index(op.f("ix_membership_application_organisation_id"), table_name="membership_application")
    op.drop_index("ix_membership_application_dues", table_name="membership_application")
    op.drop_table("membership_application")
    op.drop_index(
        "uq_member_representative_present",
        table_name="member_representative",
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.drop_index(op.f("ix_member_representative_person_id"), table_name="member_representative")
    op.drop_index(op.f("ix_member_representative_member_id"), table_name="member_representative")
    op.drop_table("member_representative")
    op.drop_index(op.f("ix_member_event_member_id"), table_name="member_event")
    op.drop_table("member_event")
    op.drop_table("dues_level")
    op.drop_index("ix_dues_invoice_open", table_name="dues_invoice")
    op.drop_table("dues_invoice")
    op.drop_index(op.f("ix_bank_line_statement_id"), table_name="bank_line")
    op.drop_index("ix_bank_line_state", table_name="bank_line")
    op.drop_table("bank_line")
    op.drop_index("ix_member_organisation_rights", table_name="member")
    op.drop_index("ix_member_changes", table_name="member")
    op.drop_table("member")
    op.drop_index(
        "uq_dues_table_active",
        table_name="dues_table",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index(op.f("ix_dues_table_association_id"), table_name="dues_table")
    op.drop_table("dues_table")
    op.drop_index(
        "uq_council_seat_held",
        table_name="council_seat",
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.drop_index(op.f("ix_council_seat_organisation_id"), table_name="council_seat")
    op.drop_table("council_seat")
    op.drop_table("charter_edition")
    op.drop_table("charter")
    op.drop_table("bank_statement")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_adopted_level()")
