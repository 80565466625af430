"""The laboratory: standards, items, commissions, samples, results and reports; quotations, accounts and invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expiry_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('certificate', 'scope', 'calibration', 'signatory')", name=op.f("ck_expiry_notice_kind_word")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_notice")),
        sa.UniqueConstraint("kind", "subject_id", "ends_on", name=op.f("uq_expiry_notice_kind_subject_id_ends_on")),
    )
    op.create_table(
        "standard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "effective_on IS NULL OR issued_on IS NULL OR issued_on <= effective_on", name=op.f("ck_standard_effective")
        ),
        sa.CheckConstraint("length(key) <= 60", name=op.f("ck_standard_key_length")),
        sa.CheckConstraint("length(number) <= 60", name=op.f("ck_standard_number_length")),
        sa.CheckConstraint("length(source) <= 200", name=op.f("ck_standard_source_length")),
        sa.CheckConstraint("length(summary) <= 1000", name=op.f("ck_standard_summary_length")),
        sa.CheckConstraint("length(title) <= 160", name=op.f("ck_standard_title_length")),
        sa.CheckConstraint("length(title_en) <= 200", name=op.f("ck_standard_title_en_length")),
        sa.CheckConstraint("successor_id IS NULL OR successor_id <> id", name=op.f("ck_standard_own_successor")),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR effective_on IS NULL OR effective_on <= withdrawn_on",
            name=op.f("ck_standard_withdrawn"),
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["standard.id"], name=op.f("fk_standard_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
        sa.UniqueConstraint("key", name=op.f("uq_standard_key")),
        sa.UniqueConstraint("number", name=op.f("uq_standard_number")),
    )
    op.create_index(op.f("ix_standard_successor_id"), "standard", ["successor_id"], unique=False)
    op.create_table(
        "credit_account",
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("limit_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("used_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("limit_fen > 0", name=op.f("ck_credit_account_limit")),
        sa.CheckConstraint("used_fen >= 0", name=op.f("ck_credit_account_used")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_credit_account_opened_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_credit_account_organisation_id")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_credit_account_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", "organisation_id", name=op.f("pk_credit_account")),
    )
    op.create_index(op.f("ix_credit_account_organisation_id"), "credit_account", ["organisation_id"], unique=False)
    op.create_table(
        "limit_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("product_code", sa.String(length=20), nullable=True),
        sa.Column("market", sa.String(length=8), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("market IN ('domestic', 'eu', 'us')", name=op.f("ck_limit_set_market_word")),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_limit_set_name_length")),
        sa.ForeignKeyConstraint(["product_code"], ["product_class.code"], name=op.f("fk_limit_set_product_code")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_limit_set_provider_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_limit_set_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_set")),
        sa.UniqueConstraint("provider_id", "name", name=op.f("uq_limit_set_provider_id_name")),
    )
    op.create_index(op.f("ix_limit_set_standard_id"), "limit_set", ["standard_id"], unique=False)
    op.create_table(
        "quotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=30), nullable=False),
        sa.Column("subject_no", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("due_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'rejected', 'lapsed', 'superseded')", name=op.f("ck_quotation_state_word")
        ),
        sa.CheckConstraint("due_fen >= 0", name=op.f("ck_quotation_due")),
        sa.CheckConstraint("length(no) <= 30", name=op.f("ck_quotation_no_length")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_quotation_note_length")),
        sa.CheckConstraint("length(subject_no) <= 24", name=op.f("ck_quotation_subject_no_length")),
        sa.CheckConstraint("length(title) <= 120", name=op.f("ck_quotation_title_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_quotation_version")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_quotation_answered_by_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["person.id"], name=op.f("fk_quotation_offered_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_quotation_organisation_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_quotation_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint("no", name=op.f("uq_quotation_no")),
        sa.UniqueConstraint("subject_no", "version", name=op.f("uq_quotation_subject_no_version")),
    )
    op.create_index(op.f("ix_quotation_organisation_id"), "quotation", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_quotation_provider_id"), "quotation", ["provider_id"], unique=False)
    op.create_index(
        "uq_quotation_accepted",
        "quotation",
        ["subject_no"],
        unique=True,
        sqlite_where=sa.text("state = 'accepted'"),
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_index(
        "uq_quotation_offered",
        "quotation",
        ["subject_no"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_table(
        "signatory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "field IN ('glass', 'chemistry', 'packaging', 'electrical', 'metal', 'textile', 'food')",
            name=op.f("ck_signatory_field_word"),
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_signatory_dates")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signatory_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_signatory_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory")),
        sa.UniqueConstraint(
            "provider_id",
            "person_id",
            "field",
            "valid_from",
            name=op.f("uq_signatory_provider_id_person_id_field_valid_from"),
        ),
    )
    op.create_index(op.f("ix_signatory_person_id"), "signatory", ["person_id"], unique=False)
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=30), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("total_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(no) <= 30", name=op.f("ck_statement_no_length")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_statement_issued_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_statement_organisation_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_statement_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("no", name=op.f("uq_statement_no")),
        sa.UniqueConstraint(
            "provider_id", "organisation_id", "month_on", name=op.f("uq_statement_provider_id_organisation_id_month_on")
        ),
    )
    op.create_index(op.f("ix_statement_organisation_id"), "statement", ["organisation_id"], unique=False)
    op.create_table(
        "commission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("payer_name", sa.String(length=80), nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("clerk_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=18), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("product_code", sa.String(length=20), nullable=True),
        sa.Column("market", sa.String(length=8), nullable=True),
        sa.Column("purpose", sa.String(length=11), nullable=False),
        sa.Column("producer_name", sa.String(length=80), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=11), nullable=False),
        sa.Column("extras", sa.JSON(), nullable=False),
        sa.Column("report_language", sa.String(length=4), nullable=False),
        sa.Column("paper_copies", sa.Integer(), nullable=False),
        sa.Column("wants_mark", sa.Boolean(), nullable=False),
        sa.Column("is_judged", sa.Boolean(), nullable=False),
        sa.Column("limit_set_id", sa.Integer(), nullable=True),
        sa.Column("decision_rule", sa.String(length=7), nullable=False),
        sa.Column("leftover", sa.String(length=7), nullable=False),
        sa.Column("subcontract_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subcontract_consent_by_id", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.String(length=1000), nullable=False),
        sa.Column("wished_on", sa.Date(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promise_certain", sa.Boolean(), nullable=False),
        sa.Column("samples_due_on", sa.Date(), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_days", sa.Integer(), nullable=False),
        sa.Column("is_prepaid", sa.Boolean(), nullable=False),
        sa.Column("termination_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("termination_asked_by_staff", sa.Boolean(), nullable=False),
        sa.Column("termination_due_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT is_judged OR limit_set_id IS NOT NULL OR state = 'draft'", name=op.f("ck_commission_judged_by")
        ),
        sa.CheckConstraint("decision_rule IN ('simple', 'guarded')", name=op.f("ck_commission_decision_rule_word")),
        sa.CheckConstraint("leftover IN ('dispose', 'return')", name=op.f("ck_commission_leftover_word")),
        sa.CheckConstraint("market IN ('domestic', 'eu', 'us')", name=op.f("ck_commission_market_word")),
        sa.CheckConstraint("no IS NOT NULL OR state IN ('draft', 'cancelled')", name=op.f("ck_commission_numbered")),
        sa.CheckConstraint(
            "purpose IN ('release', 'development', 'export', 'tender', 'dispute')",
            name=op.f("ck_commission_purpose_word"),
        ),
        sa.CheckConstraint("report_language IN ('zh', 'en', 'both')", name=op.f("ck_commission_report_language_word")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'need_info', 'declined', 'quoted', 'lapsed', 'rejected_by_client', 'amending', 'await_payment', 'await_sample', 'client_confirm', 'sample_in', 'testing', 'suspended', 'data_review', 'reporting', 'report_review', 'issued', 'delivered', 'closed', 'refused', 'expired', 'cancelled', 'terminated')",
            name=op.f("ck_commission_state_word"),
        ),
        sa.CheckConstraint("urgency IN ('normal', 'urgent', 'very_urgent')", name=op.f("ck_commission_urgency_word")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_commission_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_commission_contact_phone_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_commission_no_length")),
        sa.CheckConstraint("length(payer_name) <= 80", name=op.f("ck_commission_payer_name_length")),
        sa.CheckConstraint("length(producer_name) <= 80", name=op.f("ck_commission_producer_name_length")),
        sa.CheckConstraint("length(remarks) <= 1000", name=op.f("ck_commission_remarks_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_commission_state_reason_length")),
        sa.CheckConstraint("paper_copies BETWEEN 0 AND 20", name=op.f("ck_commission_paper_copies")),
        sa.ForeignKeyConstraint(["clerk_id"], ["person.id"], name=op.f("fk_commission_clerk_id")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["commission.id"], name=op.f("fk_commission_copied_from_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_commission_entered_by_id")),
        sa.ForeignKeyConstraint(["limit_set_id"], ["limit_set.id"], name=op.f("fk_commission_limit_set_id")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_commission_order_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_commission_organisation_id")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["person.id"], name=op.f("fk_commission_placed_by_id")),
        sa.ForeignKeyConstraint(["product_code"], ["product_class.code"], name=op.f("fk_commission_product_code")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_commission_provider_id")),
        sa.ForeignKeyConstraint(
            ["subcontract_consent_by_id"], ["person.id"], name=op.f("fk_commission_subcontract_consent_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["termination_asked_by_id"], ["person.id"], name=op.f("fk_commission_termination_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission")),
        sa.UniqueConstraint("no", name=op.f("uq_commission_no")),
    )
    op.create_index(op.f("ix_commission_order_id"), "commission", ["order_id"], unique=False)
    op.create_index("ix_commission_organisation", "commission", ["organisation_id", "state"], unique=False)
    op.create_index("ix_commission_provider", "commission", ["provider_id", "state", "promised_on"], unique=False)
    op.create_table(
        "invoice_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("tax_no", sa.String(length=20), nullable=False),
        sa.Column("bank_name", sa.String(length=80), nullable=False),
        sa.Column("bank_account", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("invoice_no", sa.String(length=30), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'special' OR (length(bank_name) > 0 AND length(bank_account) > 0 AND length(address) > 0)",
            name=op.f("ck_invoice_request_special_particulars"),
        ),
        sa.CheckConstraint("kind IN ('normal', 'special')", name=op.f("ck_invoice_request_kind_word")),
        sa.CheckConstraint(
            "state <> 'issued' OR (length(invoice_no) > 0 AND issued_on IS NOT NULL)",
            name=op.f("ck_invoice_request_issued"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR length(reason) > 0", name=op.f("ck_invoice_request_refused_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'issued', 'refused', 'cancelled')", name=op.f("ck_invoice_request_state_word")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoice_request_amount")),
        sa.CheckConstraint("length(address) <= 120", name=op.f("ck_invoice_request_address_length")),
        sa.CheckConstraint("length(bank_account) <= 40", name=op.f("ck_invoice_request_bank_account_length")),
        sa.CheckConstraint("length(bank_name) <= 80", name=op.f("ck_invoice_request_bank_name_length")),
        sa.CheckConstraint("length(email) <= 120", name=op.f("ck_invoice_request_email_length")),
        sa.CheckConstraint("length(invoice_no) <= 30", name=op.f("ck_invoice_request_invoice_no_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_invoice_request_no_length")),
        sa.CheckConstraint("length(phone) <= 20", name=op.f("ck_invoice_request_phone_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_invoice_request_reason_length")),
        sa.CheckConstraint("length(tax_no) <= 20", name=op.f("ck_invoice_request_tax_no_length")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck_invoice_request_title_length")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_invoice_request_asked_by_id")),
        sa.ForeignKeyConstraint(["handled_by_id"], ["person.id"], name=op.f("fk_invoice_request_handled_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["service_order.id"], name=op.f("fk_invoice_request_order_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_invoice_request_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_request")),
        sa.UniqueConstraint("no", name=op.f("uq_invoice_request_no")),
    )
    op.create_index(op.f("ix_invoice_request_provider_id"), "invoice_request", ["provider_id"], unique=False)
    op.create_index(
        "uq_invoice_request_order",
        "invoice_request",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'issued')"),
        postgresql_where=sa.text("state IN ('asked', 'issued')"),
    )
    op.create_table(
        "test_item",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=10), nullable=False),
        sa.Column("result_kind", sa.String(length=6), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("lod", sa.String(length=20), nullable=False),
        sa.Column("range_low", sa.String(length=20), nullable=False),
        sa.Column("range_high", sa.String(length=20), nullable=False),
        sa.Column("specimens", sa.Integer(), nullable=False),
        sa.Column("sample_amount", sa.String(length=60), nullable=False),
        sa.Column("minutes_per_sample", sa.Integer(), nullable=False),
        sa.Column("run_hours", sa.Integer(), nullable=False),
        sa.Column("retained_days", sa.Integer(), nullable=False),
        sa.Column("may_subcontract", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "field IN ('glass', 'chemistry', 'packaging', 'electrical', 'metal', 'textile', 'food')",
            name=op.f("ck_test_item_field_word"),
        ),
        sa.CheckConstraint("result_kind IN ('number', 'grade', 'text')", name=op.f("ck_test_item_result_kind_word")),
        sa.CheckConstraint("decimals BETWEEN 0 AND 6", name=op.f("ck_test_item_decimals")),
        sa.CheckConstraint("length(lod) <= 20", name=op.f("ck_test_item_lod_length")),
        sa.CheckConstraint("length(range_high) <= 20", name=op.f("ck_test_item_range_high_length")),
        sa.CheckConstraint("length(range_low) <= 20", name=op.f("ck_test_item_range_low_length")),
        sa.CheckConstraint("length(sample_amount) <= 60", name=op.f("ck_test_item_sample_amount_length")),
        sa.CheckConstraint("length(unit) <= 20", name=op.f("ck_test_item_unit_length")),
        sa.CheckConstraint("minutes_per_sample BETWEEN 0 AND 1440", name=op.f("ck_test_item_minutes")),
        sa.CheckConstraint("retained_days BETWEEN 0 AND 3650", name=op.f("ck_test_item_retained_days")),
        sa.CheckConstraint("run_hours BETWEEN 0 AND 5000", name=op.f("ck_test_item_run_hours")),
        sa.CheckConstraint("specimens BETWEEN 1 AND 50", name=op.f("ck_test_item_specimens")),
        sa.ForeignKeyConstraint(["id"], ["service_module.id"], name=op.f("fk_test_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_item")),
    )
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("calibrated_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("certificate_no", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(length=80), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("calibrated_on <= due_on", name=op.f("ck_calibration_dates")),
        sa.CheckConstraint("length(body) <= 80", name=op.f("ck_calibration_body_length")),
        sa.CheckConstraint("length(certificate_no) <= 60", name=op.f("ck_calibration_certificate_no_length")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_calibration_entered_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_calibration_file_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_calibration_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    op.create_index("ix_calibration_resource", "calibration", ["resource_id", "calibrated_on"], unique=False)
    op.create_table(
        "clock_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR began_at <= ended_at", name=op.f("ck_clock_stop_dates")),
        sa.CheckConstraint("length(why) <= 40", name=op.f("ck_clock_stop_why_length")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_clock_stop_commission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stop")),
    )
    op.create_index(op.f("ix_clock_stop_commission_id"), "clock_stop", ["commission_id"], unique=False)
    op.create_index(
        "uq_clock_stop_open",
        "clock_stop",
        ["commission_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "commission_charge",
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_commission_charge_quantity")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_commission_charge_commission_id")),
        sa.ForeignKeyConstraint(["module_id"], ["service_module.id"], name=op.f("fk_commission_charge_module_id")),
        sa.PrimaryKeyConstraint("commission_id", "module_id", name=op.f("pk_commission_charge")),
    )
    op.create_index(op.f("ix_commission_charge_module_id"), "commission_charge", ["module_id"], unique=False)
    op.create_table(
        "commission_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(kind) <= 40", name=op.f("ck_commission_event_kind_length")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_commission_event_reason_length")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_commission_event_commission_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_commission_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_event")),
    )
    op.create_index(op.f("ix_commission_event_commission_id"), "commission_event", ["commission_id"], unique=False)
    op.create_table(
        "commission_file",
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_commission_file_attachment_id")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_commission_file_commission_id")),
        sa.PrimaryKeyConstraint("commission_id", "attachment_id", name=op.f("pk_commission_file")),
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("product_code", sa.String(length=20), nullable=True),
        sa.Column("market", sa.String(length=8), nullable=True),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feasibility", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commission_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "feasibility IN ('feasible', 'difficult', 'impossible')", name=op.f("ck_consultation_feasibility_word")
        ),
        sa.CheckConstraint("market IN ('domestic', 'eu', 'us')", name=op.f("ck_consultation_market_word")),
        sa.CheckConstraint(
            "state = 'asked' OR state = 'closed' OR length(answer) > 0", name=op.f("ck_consultation_answered")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'answered', 'ordered', 'closed')", name=op.f("ck_consultation_state_word")
        ),
        sa.CheckConstraint("length(answer) <= 2000", name=op.f("ck_consultation_answer_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_consultation_no_length")),
        sa.CheckConstraint("length(question) <= 2000", name=op.f("ck_consultation_question_length")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_consultation_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_consultation_asked_by_id")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_consultation_commission_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_consultation_organisation_id")),
        sa.ForeignKeyConstraint(["product_code"], ["product_class.code"], name=op.f("fk_consultation_product_code")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_consultation_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("no", name=op.f("uq_consultation_no")),
    )
    op.create_index(op.f("ix_consultation_commission_id"), "consultation", ["commission_id"], unique=False)
    op.create_index(op.f("ix_consultation_organisation_id"), "consultation", ["organisation_id"], unique=False)
    op.create_index("ix_consultation_provider", "consultation", ["provider_id", "state", "asked_at"], unique=False)
    op.create_table(
        "contract_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(length=7), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('accept', 'quote', 'ask', 'decline')", name=op.f("ck_contract_review_decision_word")
        ),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_contract_review_note_length")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_contract_review_commission_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_contract_review_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_review")),
    )
    op.create_index(op.f("ix_contract_review_commission_id"), "contract_review", ["commission_id"], unique=False)
    op.create_table(
        "item_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("limit_set_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("low", sa.String(length=20), nullable=False),
        sa.Column("high", sa.String(length=20), nullable=False),
        sa.CheckConstraint("length(high) <= 20", name=op.f("ck_item_limit_high_length")),
        sa.CheckConstraint("length(low) <= 20", name=op.f("ck_item_limit_low_length")),
        sa.CheckConstraint("length(low) > 0 OR length(high) > 0", name=op.f("ck_item_limit_bounds")),
        sa.ForeignKeyConstraint(["item_id"], ["test_item.id"], name=op.f("fk_item_limit_item_id")),
        sa.ForeignKeyConstraint(["limit_set_id"], ["limit_set.id"], name=op.f("fk_item_limit_limit_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_limit")),
        sa.UniqueConstraint("limit_set_id", "item_id", name=op.f("uq_item_limit_limit_set_id_item_id")),
    )
    op.create_index(op.f("ix_item_limit_item_id"), "item_limit", ["item_id"], unique=False)
    op.create_table(
        "item_method",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(clause) <= 40", name=op.f("ck_item_method_clause_length")),
        sa.ForeignKeyConstraint(["item_id"], ["test_item.id"], name=op.f("fk_item_method_item_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_item_method_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_method")),
        sa.UniqueConstraint("item_id", "standard_id", name=op.f("uq_item_method_item_id_standard_id")),
    )
    op.create_index(op.f("ix_item_method_standard_id"), "item_method", ["standard_id"], unique=False)
    op.create_table(
        "package_item",
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 5000", name=op.f("ck_package_item_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["test_item.id"], name=op.f("fk_package_item_item_id")),
        sa.ForeignKeyConstraint(["package_id"], ["service_module.id"], name=op.f("fk_package_item_package_id")),
        sa.PrimaryKeyConstraint("package_id", "item_id", name=op.f("pk_package_item")),
    )
    op.create_index(op.f("ix_package_item_item_id"), "package_item", ["item_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=30), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("change_reason", sa.String(length=300), nullable=False),
        sa.Column("changed_parts", sa.String(length=300), nullable=False),
        sa.Column("conclusion", sa.String(length=1000), nullable=False),
        sa.Column("remarks", sa.String(length=1000), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('zh', 'en', 'both')", name=op.f("ck_report_language_word")),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR length(state_reason) > 0", name=op.f("ck_report_withdrawn_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'reviewed', 'issued', 'superseded', 'withdrawn', 'dropped')",
            name=op.f("ck_report_state_word"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'superseded', 'withdrawn') OR (issued_at IS NOT NULL AND issued_by_id IS NOT NULL AND file_id IS NOT NULL)",
            name=op.f("ck_report_issued"),
        ),
        sa.CheckConstraint("(edition > 1) = (replaces_id IS NOT NULL)", name=op.f("ck_report_replaces")),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_report_edition")),
        sa.CheckConstraint("length(change_reason) <= 300", name=op.f("ck_report_change_reason_length")),
        sa.CheckConstraint("length(changed_parts) <= 300", name=op.f("ck_report_changed_parts_length")),
        sa.CheckConstraint("length(code) <= 32", name=op.f("ck_report_code_length")),
        sa.CheckConstraint("length(conclusion) <= 1000", name=op.f("ck_report_conclusion_length")),
        sa.CheckConstraint("length(no) <= 30", name=op.f("ck_report_no_length")),
        sa.CheckConstraint("length(remarks) <= 1000", name=op.f("ck_report_remarks_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_report_state_reason_length")),
        sa.CheckConstraint(
            "replaces_id IS NULL OR length(change_reason) > 0", name=op.f("ck_report_amended_with_reason")
        ),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_report_commission_id")),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_report_file_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["person.id"], name=op.f("fk_report_issued_by_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["person.id"], name=op.f("fk_report_prepared_by_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["report.id"], name=op.f("fk_report_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_report_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("code", name=op.f("uq_report_code")),
        sa.UniqueConstraint("commission_id", "edition", name=op.f("uq_report_commission_id_edition")),
        sa.UniqueConstraint("file_id", name=op.f("uq_report_file_id")),
        sa.UniqueConstraint("no", name=op.f("uq_report_no")),
    )
    op.create_index(op.f("ix_report_state"), "report", ["state"], unique=False)
    op.create_index(
        "uq_report_replaces",
        "report",
        ["replaces_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'dropped'"),
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.create_index(
        "uq_report_valid",
        "report",
        ["commission_id"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_index(
        "uq_report_working",
        "report",
        ["commission_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'in_review', 'reviewed')"),
        postgresql_where=sa.text("state IN ('draft', 'in_review', 'reviewed')"),
    )
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=34), nullable=True),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("batch_no", sa.String(length=60), nullable=False),
        sa.Column("brand", sa.String(length=60), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("quantity_unit", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("storage", sa.String(length=80), nullable=False),
        sa.Column("hazard", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("condition", sa.String(length=300), nullable=False),
        sa.Column("deviation", sa.String(length=300), nullable=False),
        sa.Column("deviation_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deviation_accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(length=15), nullable=True),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("retained_until", sa.Date(), nullable=True),
        sa.Column("disposal_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("disposed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "refusal IN ('too_little', 'broken', 'not_as_ordered', 'unstable', 'contaminated', 'unmarked', 'client_declined')",
            name=op.f("ck_sample_refusal_word"),
        ),
        sa.CheckConstraint(
            "state <> 'disposed' OR disposal_asked_by_id IS NOT NULL", name=op.f("ck_sample_disposal_asked")
        ),
        sa.CheckConstraint(
            "state <> 'disposed' OR disposed_by_id IS NOT NULL", name=op.f("ck_sample_disposal_confirmed")
        ),
        sa.CheckConstraint("state <> 'refused' OR refusal IS NOT NULL", name=op.f("ck_sample_refused_with_reason")),
        sa.CheckConstraint(
            "state IN ('expected', 'received', 'deviating', 'in_test', 'tested', 'retained', 'returned', 'disposed', 'refused', 'withdrawn')",
            name=op.f("ck_sample_state_word"),
        ),
        sa.CheckConstraint(
            "disposal_asked_by_id IS NULL OR disposed_by_id IS NULL OR disposal_asked_by_id <> disposed_by_id",
            name=op.f("ck_sample_disposed_by_two"),
        ),
        sa.CheckConstraint("length(batch_no) <= 60", name=op.f("ck_sample_batch_no_length")),
        sa.CheckConstraint("length(brand) <= 60", name=op.f("ck_sample_brand_length")),
        sa.CheckConstraint("length(condition) <= 300", name=op.f("ck_sample_condition_length")),
        sa.CheckConstraint("length(description) <= 300", name=op.f("ck_sample_description_length")),
        sa.CheckConstraint("length(deviation) <= 300", name=op.f("ck_sample_deviation_length")),
        sa.CheckConstraint("length(hazard) <= 120", name=op.f("ck_sample_hazard_length")),
        sa.CheckConstraint("length(model) <= 80", name=op.f("ck_sample_model_length")),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_sample_name_length")),
        sa.CheckConstraint("length(no) <= 34", name=op.f("ck_sample_no_length")),
        sa.CheckConstraint("length(place) <= 60", name=op.f("ck_sample_place_length")),
        sa.CheckConstraint("length(quantity_unit) <= 10", name=op.f("ck_sample_quantity_unit_length")),
        sa.CheckConstraint("length(storage) <= 80", name=op.f("ck_sample_storage_length")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_sample_quantity")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_sample_commission_id")),
        sa.ForeignKeyConstraint(
            ["deviation_accepted_by_id"], ["person.id"], name=op.f("fk_sample_deviation_accepted_by_id")
        ),
        sa.ForeignKeyConstraint(["disposal_asked_by_id"], ["person.id"], name=op.f("fk_sample_disposal_asked_by_id")),
        sa.ForeignKeyConstraint(["disposed_by_id"], ["person.id"], name=op.f("fk_sample_disposed_by_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_sample_holder_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["sample.id"], name=op.f("fk_sample_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint(
            "commission_id", "parent_id", "position", name=op.f("uq_sample_commission_id_parent_id_position")
        ),
        sa.UniqueConstraint("no", name=op.f("uq_sample_no")),
    )
    op.create_index(op.f("ix_sample_commission_id"), "sample", ["commission_id"], unique=False)
    op.create_index(op.f("ix_sample_parent_id"), "sample", ["parent_id"], unique=False)
    op.create_table(
        "consultation_photo",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_consultation_photo_attachment_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_photo_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "attachment_id", name=op.f("pk_consultation_photo")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_consultation_photo_attachment_id")),
    )
    op.create_table(
        "custody_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("state_after", sa.String(length=9), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('received', 'deviation', 'refused', 'divided', 'taken', 'brought_back', 'moved', 'retained', 'returned', 'disposal_asked', 'kept', 'disposed')",
            name=op.f("ck_custody_event_kind_word"),
        ),
        sa.CheckConstraint(
            "state_after IN ('expected', 'received', 'deviating', 'in_test', 'tested', 'retained', 'returned', 'disposed', 'refused', 'withdrawn')",
            name=op.f("ck_custody_event_state_after_word"),
        ),
        sa.CheckConstraint("length(amount) <= 40", name=op.f("ck_custody_event_amount_length")),
        sa.CheckConstraint("length(given_by) <= 80", name=op.f("ck_custody_event_given_by_length")),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_custody_event_note_length")),
        sa.CheckConstraint("length(place) <= 60", name=op.f("ck_custody_event_place_length")),
        sa.CheckConstraint("length(taken_by) <= 80", name=op.f("ck_custody_event_taken_by_length")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_custody_event_seq")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_custody_event_person_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["attachment.id"], name=op.f("fk_custody_event_photo_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_custody_event_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_event")),
        sa.UniqueConstraint("sample_id", "seq", name=op.f("uq_custody_event_sample_id_seq")),
    )
    op.create_index("ix_custody_event_at", "custody_event", ["at"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("line_ids", sa.JSON(), nullable=False),
        sa.Column("lodged_by_id", sa.Integer(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("investigator_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=7), nullable=True),
        sa.Column("lab_at_fault", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('upheld', 'amended')", name=op.f("ck_objection_outcome_word")),
        sa.CheckConstraint(
            "state <> 'answered' OR (length(answer) > 0 AND outcome IS NOT NULL)", name=op.f("ck_objection_answered")
        ),
        sa.CheckConstraint(
            "state IN ('lodged', 'investigating', 'retesting', 'answered', 'closed')",
            name=op.f("ck_objection_state_word"),
        ),
        sa.CheckConstraint("length(answer) <= 1000", name=op.f("ck_objection_answer_length")),
        sa.CheckConstraint("length(text) <= 1000", name=op.f("ck_objection_text_length")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_objection_commission_id")),
        sa.ForeignKeyConstraint(["investigator_id"], ["person.id"], name=op.f("fk_objection_investigator_id")),
        sa.ForeignKeyConstraint(["lodged_by_id"], ["person.id"], name=op.f("fk_objection_lodged_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_objection_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_commission_id"), "objection", ["commission_id"], unique=False)
    op.create_index(
        "uq_objection_open",
        "objection",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('lodged', 'investigating', 'retesting')"),
        postgresql_where=sa.text("state IN ('lodged', 'investigating', 'retesting')"),
    )
    op.create_table(
        "report_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('valid', 'superseded', 'withdrawn', 'not_found')", name=op.f("ck_report_check_outcome_word")
        ),
        sa.CheckConstraint("length(address) <= 45", name=op.f("ck_report_check_address_length")),
        sa.CheckConstraint("length(asked) <= 60", name=op.f("ck_report_check_asked_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_check_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_check_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_check")),
    )
    op.create_index("ix_report_check_address", "report_check", ["address", "at"], unique=False)
    op.create_index(op.f("ix_report_check_report_id"), "report_check", ["report_id"], unique=False)
    op.create_table(
        "report_download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_download_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_download_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_download")),
    )
    op.create_index(op.f("ix_report_download_report_id"), "report_download", ["report_id"], unique=False)
    op.create_table(
        "scope_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("method_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=4), nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=False),
        sa.Column("restriction", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mark IN ('cma', 'cnas')", name=op.f("ck_scope_entry_mark_word")),
        sa.CheckConstraint("length(certificate_no) <= 40", name=op.f("ck_scope_entry_certificate_no_length")),
        sa.CheckConstraint("length(restriction) <= 120", name=op.f("ck_scope_entry_restriction_length")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_scope_entry_dates")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_scope_entry_entered_by_id")),
        sa.ForeignKeyConstraint(["method_id"], ["item_method.id"], name=op.f("fk_scope_entry_method_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_entry")),
        sa.UniqueConstraint("method_id", "mark", "valid_from", name=op.f("uq_scope_entry_method_id_mark_valid_from")),
    )
    op.create_table(
        "test_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("method_id", sa.Integer(), nullable=True),
        sa.Column("package_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("instrument_id", sa.Integer(), nullable=True),
        sa.Column("analyst_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subcontractor", sa.String(length=80), nullable=False),
        sa.Column("subcontractor_mark_no", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'subcontracted' OR length(subcontractor) > 0", name=op.f("ck_test_line_subcontractor")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'scheduled', 'in_progress', 'submitted', 'checked', 'subcontracted', 'cancelled')",
            name=op.f("ck_test_line_state_word"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'checked') OR finished_at IS NOT NULL", name=op.f("ck_test_line_finished")
        ),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_test_line_state_reason_length")),
        sa.CheckConstraint("length(subcontractor) <= 80", name=op.f("ck_test_line_subcontractor_length")),
        sa.CheckConstraint(
            "length(subcontractor_mark_no) <= 40", name=op.f("ck_test_line_subcontractor_mark_no_length")
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 5000", name=op.f("ck_test_line_quantity")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_test_line_round")),
        sa.ForeignKeyConstraint(["analyst_id"], ["person.id"], name=op.f("fk_test_line_analyst_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_test_line_booking_id")),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_test_line_commission_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["resource.id"], name=op.f("fk_test_line_instrument_id")),
        sa.ForeignKeyConstraint(["item_id"], ["test_item.id"], name=op.f("fk_test_line_item_id")),
        sa.ForeignKeyConstraint(["method_id"], ["item_method.id"], name=op.f("fk_test_line_method_id")),
        sa.ForeignKeyConstraint(["package_id"], ["service_module.id"], name=op.f("fk_test_line_package_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_test_line_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_line")),
    )
    op.create_index("ix_test_line_analyst", "test_line", ["analyst_id", "state"], unique=False)
    op.create_index(op.f("ix_test_line_booking_id"), "test_line", ["booking_id"], unique=False)
    op.create_index("ix_test_line_commission", "test_line", ["commission_id", "state"], unique=False)
    op.create_index(op.f("ix_test_line_item_id"), "test_line", ["item_id"], unique=False)
    op.create_index("ix_test_line_state", "test_line", ["state", "id"], unique=False)
    op.create_index("uq_test_line_sample_item", "test_line", ["sample_id", "item_id"], unique=True)
    op.create_table(
        "raw_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("specimen", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("is_detected", sa.Boolean(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=True),
        sa.Column("temperature", sa.Integer(), nullable=True),
        sa.Column("humidity", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("humidity IS NULL OR humidity BETWEEN 0 AND 1000", name=op.f("ck_raw_record_humidity")),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_raw_record_note_length")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_raw_record_reason_length")),
        sa.CheckConstraint("length(value) <= 200", name=op.f("ck_raw_record_value_length")),
        sa.CheckConstraint("revision = 1 OR length(reason) > 0", name=op.f("ck_raw_record_corrected_with_reason")),
        sa.CheckConstraint("specimen BETWEEN 1 AND 50", name=op.f("ck_raw_record_specimen")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_raw_record_attachment_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_raw_record_entered_by_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["resource.id"], name=op.f("fk_raw_record_instrument_id")),
        sa.ForeignKeyConstraint(["line_id"], ["test_line.id"], name=op.f("fk_raw_record_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_record")),
        sa.UniqueConstraint(
            "line_id", "round", "specimen", "revision", name=op.f("uq_raw_record_line_id_round_specimen_revision")
        ),
    )
    op.create_table(
        "test_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("is_detected", sa.Boolean(), nullable=False),
        sa.Column("uncertainty", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("void_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("verdict IN ('pass', 'fail', 'not_judged')", name=op.f("ck_test_result_verdict_word")),
        sa.CheckConstraint("NOT is_void OR length(void_reason) > 0", name=op.f("ck_test_result_void_with_reason")),
        sa.CheckConstraint(
            "checked_by_id IS NULL OR checked_by_id <> submitted_by_id", name=op.f("ck_test_result_checked_by_another")
        ),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_test_result_note_length")),
        sa.CheckConstraint("length(text) <= 200", name=op.f("ck_test_result_text_length")),
        sa.CheckConstraint("length(uncertainty) <= 20", name=op.f("ck_test_result_uncertainty_length")),
        sa.CheckConstraint("length(value) <= 200", name=op.f("ck_test_result_value_length")),
        sa.CheckConstraint("length(void_reason) <= 300", name=op.f("ck_test_result_void_reason_length")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_test_result_checked_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["test_line.id"], name=op.f("fk_test_result_line_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("fk_test_result_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_result")),
        sa.UniqueConstraint("line_id", "round", "revision", name=op.f("uq_test_result_line_id_round_revision")),
    )
    op.create_index(
        "uq_test_result_standing",
        "test_result",
        ["line_id"],
        unique=True,
        sqlite_where=sa.text("NOT is_void"),
        postgresql_where=sa.text("NOT is_void"),
    )
    op.create_table(
        "report_line",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["test_line.id"], name=op.f("fk_report_line_line_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_line_report_id")),
        sa.ForeignKeyConstraint(["result_id"], ["test_result.id"], name=op.f("fk_report_line_result_id")),
        sa.PrimaryKeyConstraint("report_id", "line_id", name=op.f("pk_report_line")),
    )
    op.create_index(op.f("ix_report_line_line_id"), "report_line", ["line_id"], unique=False)
    op.add_column("booking", sa.Column("is_reservation", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("booking", "is_reservation")
    op.drop_index(op.f("ix_report_line_line_id"), table_name="report_line")
    op.drop_table("report_line")
    op.drop_index(
        "uq_test_result_standing",
        table_name="test_result",
        sqlite_where=sa.text("NOT is_void"),
        postgresql_where=sa.text("NOT is_void"),
    )
    op.drop_table("test_result")
    op.drop_table("raw_record")
    op.drop_index("uq_test_line_sample_item", table_name="test_line")
    op.drop_index("ix_test_line_state", table_name="test_line")
    op.drop_index(op.f("ix_test_line_item_id"), table_name="test_line")
    op.drop_index("ix_test_line_commission", table_name="test_line")
    op.drop_index(op.f("ix_test_line_booking_id"), table_name="test_line")
    op.drop_index("ix_test_line_analyst", table_name="test_line")
    op.drop_table("test_line")
    op.drop_table("scope_entry")
    op.drop_index(op.f("ix_report_download_report_id"), table_name="report_download")
    op.drop_table("report_download")
    op.drop_index(op.f("ix_report_check_report_id"), table_name="report_check")
    op.drop_index("ix_report_check_address", table_name="report_check")
    op.drop_table("report_check")
    op.drop_index(
        "uq_objection_open",
        table_name="objection",
        sqlite_where=sa.text("state IN ('lodged', 'investigating', 'retesting')"),
        postgresql_where=sa.text("state IN ('lodged', 'investigating', 'retesting')"),
    )
    op.drop_index(op.f("ix_objection_commission_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index("ix_custody_event_at", table_name="custody_event")
    op.drop_table("custody_event")
    op.drop_table("consultation_photo")
    op.drop_index(op.f("ix_sample_parent_id"), table_name="sample")
    op.drop_index(op.f("ix_sample_commission_id"), table_name="sample")
    op.drop_table("sample")
    op.drop_index(
        "uq_report_working",
        table_name="report",
        sqlite_where=sa.text("state IN ('draft', 'in_review', 'reviewed')"),
        postgresql_where=sa.text("state IN ('draft', 'in_review', 'reviewed')"),
    )
    op.drop_index(
        "uq_report_valid",
        table_name="report",
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.drop_index(
        "uq_report_replaces",
        table_name="report",
        sqlite_where=sa.text("state <> 'dropped'"),
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.drop_index(op.f("ix_report_state"), table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_package_item_item_id"), table_name="package_item")
    op.drop_table("package_item")
    op.drop_index(op.f("ix_item_method_standard_id"), table_name="item_method")
    op.drop_table("item_method")
    op.drop_index(op.f("ix_item_limit_item_id"), table_name="item_limit")
    op.drop_table("item_limit")
    op.drop_index(op.f("ix_contract_review_commission_id"), table_name="contract_review")
    op.drop_table("contract_review")
    op.drop_index("ix_consultation_provider", table_name="consultation")
    op.drop_index(op.f("ix_consultation_organisation_id"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_commission_id"), table_name="consultation")
    op.drop_table("consultation")
    op.drop_table("commission_file")
    op.drop_index(op.f("ix_commission_event_commission_id"), table_name="commission_event")
    op.drop_table("commission_event")
    op.drop_index(op.f("ix_commission_charge_module_id"), table_name="commission_charge")
    op.drop_table("commission_charge")
    op.drop_index(
        "uq_clock_stop_open",
        table_name="clock_stop",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_clock_stop_commission_id"), table_name="clock_stop")
    op.drop_table("clock_stop")
    op.drop_index("ix_calibration_resource", table_name="calibration")
    op.drop_table("calibration")
    op.drop_table("test_item")
    op.drop_index(
        "uq_invoice_request_order",
        table_name="invoice_request",
        sqlite_where=sa.text("state IN ('asked', 'issued')"),
        postgresql_where=sa.text("state IN ('asked', 'issued')"),
    )
    op.drop_index(op.f("ix_invoice_request_provider_id"), table_name="invoice_request")
    op.drop_table("invoice_request")
    op.drop_index("ix_commission_provider", table_name="commission")
    op.drop_index("ix_commission_organisation", table_name="commission")
    op.drop_index(op.f("ix_commission_order_id"), table_name="commission")
    op.drop_table("commission")
    op.drop_index(op.f("ix_statement_organisation_id"), table_name="statement")
    op.drop_table("statement")
    op.drop_index(op.f("ix_signatory_person_id"), table_name="signatory")
    op.drop_table("signatory")
    op.drop_index(
        "uq_quotation_offered",
        table_name="quotation",
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.drop_index(
        "uq_quotation_accepted",
        table_name="quotation",
        sqlite_where=sa.text("state = 'accepted'"),
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.drop_index(op.f("ix_quotation_provider_id"), table_name="quotation")
    op.drop_index(op.f("ix_quotation_organisation_id"), table_name="quotation")
    op.drop_table("quotation")
    op.drop_index(op.f("ix_limit_set_standard_id"), table_name="limit_set")
    op.drop_table("limit_set")
    op.drop_index(op.f("ix_credit_account_organisation_id"), table_name="credit_account")
    op.drop_table("credit_account")
    op.drop_index(op.f("ix_standard_successor_id"), table_name="standard")
    op.drop_table("standard")
    op.drop_table("expiry_notice")
