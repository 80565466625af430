"""The board: posts, reviews, interests, deals and matches; chain nodes; marks of members."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONLY_ADDED = ("post_event", "post_review", "interest_event", "contact_reveal")
"""Nothing in these tables is ever changed or removed."""


def upgrade() -> None:
    op.create_table(
        "forbidden_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_forbidden_word_reason_length")),
        sa.CheckConstraint("length(word) <= 30", name=op.f("ck_forbidden_word_word_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forbidden_word")),
        sa.UniqueConstraint("word", name=op.f("uq_forbidden_word_word")),
    )
    op.create_table(
        "chain_node",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_chain_node_name_length")),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_chain_node_cluster_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["chain_node.id"], name=op.f("fk_chain_node_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_node")),
        sa.UniqueConstraint("cluster_id", "name", name=op.f("uq_chain_node_cluster_id_name")),
    )
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
    op.create_table(
        "posting_suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_posting_suspension_order")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_posting_suspension_reason_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_posting_suspension_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_suspension")),
    )
    op.create_index(
        op.f("ix_posting_suspension_organisation_id"), "posting_suspension", ["organisation_id"], unique=False
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_up_to", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_saved_search_name_length")),
        sa.CheckConstraint("length(words) <= 100", name=op.f("ck_saved_search_words_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_saved_search_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_person_id"), "saved_search", ["person_id"], unique=False)
    op.create_table(
        "chain_edge",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_chain_edge_other")),
        sa.ForeignKeyConstraint(["from_id"], ["chain_node.id"], name=op.f("fk_chain_edge_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["chain_node.id"], name=op.f("fk_chain_edge_to_id")),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk_chain_edge")),
    )
    op.create_index(op.f("ix_chain_edge_to_id"), "chain_edge", ["to_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("posted_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_for", sa.Boolean(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=11), nullable=False),
        sa.Column("direction", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("product_code", sa.String(length=20), nullable=True),
        sa.Column("node_id", sa.Integer(), nullable=True),
        sa.Column("industry_code", sa.String(length=4), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("standard_text", sa.String(length=200), nullable=False),
        sa.Column("price_from_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_to_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_unit", sa.String(length=20), nullable=False),
        sa.Column("price_note", sa.String(length=60), nullable=False),
        sa.Column("includes_tax", sa.Boolean(), nullable=True),
        sa.Column("is_negotiable", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("payment_terms", sa.String(length=100), nullable=False),
        sa.Column("working_hours", sa.String(length=60), nullable=False),
        sa.Column("has_sample", sa.Boolean(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(length=9), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("gathers_until", sa.Date(), nullable=True),
        sa.Column("validity_days", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('need', 'offer')", name=op.f("ck_post_direction_word")),
        sa.CheckConstraint("no IS NOT NULL OR state = 'draft'", name=op.f("ck_post_numbered")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'published', 'dealt', 'closed', 'expired', 'taken_down')",
            name=op.f("ck_post_state_word"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'expired') OR valid_until IS NOT NULL", name=op.f("ck_post_valid_until")
        ),
        sa.CheckConstraint(
            "type IN ('purchase', 'supply', 'processing', 'capacity', 'equipment', 'stock', 'logistics', 'recruitment', 'technology', 'cooperation')",
            name=op.f("ck_post_type_word"),
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'verified', 'members', 'selected', 'anonymous')",
            name=op.f("ck_post_visibility_word"),
        ),
        sa.CheckConstraint("length(body) <= 2000", name=op.f("ck_post_body_length")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_post_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_post_contact_phone_length")),
        sa.CheckConstraint("length(industry_code) <= 4", name=op.f("ck_post_industry_code_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_post_no_length")),
        sa.CheckConstraint("length(payment_terms) <= 100", name=op.f("ck_post_payment_terms_length")),
        sa.CheckConstraint("length(place) <= 100", name=op.f("ck_post_place_length")),
        sa.CheckConstraint("length(price_note) <= 60", name=op.f("ck_post_price_note_length")),
        sa.CheckConstraint("length(price_unit) <= 20", name=op.f("ck_post_price_unit_length")),
        sa.CheckConstraint("length(standard_text) <= 200", name=op.f("ck_post_standard_text_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_post_state_reason_length")),
        sa.CheckConstraint("length(title) <= 40", name=op.f("ck_post_title_length")),
        sa.CheckConstraint("length(unit) <= 20", name=op.f("ck_post_unit_length")),
        sa.CheckConstraint("length(working_hours) <= 60", name=op.f("ck_post_working_hours_length")),
        sa.CheckConstraint("price_from_fen IS NULL OR price_from_fen >= 0", name=op.f("ck_post_price_from")),
        sa.CheckConstraint(
            "price_from_fen IS NULL OR price_to_fen IS NULL OR price_from_fen <= price_to_fen",
            name=op.f("ck_post_price_order"),
        ),
        sa.CheckConstraint("price_to_fen IS NULL OR price_to_fen >= 0", name=op.f("ck_post_price_to")),
        sa.CheckConstraint("quantity_milli IS NULL OR quantity_milli > 0", name=op.f("ck_post_quantity")),
        sa.CheckConstraint("renewals BETWEEN 0 AND 2", name=op.f("ck_post_renewals")),
        sa.CheckConstraint("validity_days IN (30, 60, 90)", name=op.f("ck_post_validity")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_post_association_id")),
        sa.ForeignKeyConstraint(["node_id"], ["chain_node.id"], name=op.f("fk_post_node_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_post_organisation_id")),
        sa.ForeignKeyConstraint(["posted_by_id"], ["person.id"], name=op.f("fk_post_posted_by_id")),
        sa.ForeignKeyConstraint(["product_code"], ["product_class.code"], name=op.f("fk_post_product_code")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_post_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("no", name=op.f("uq_post_no")),
    )
    op.create_index(op.f("ix_post_association_id"), "post", ["association_id"], unique=False)
    op.create_index(op.f("ix_post_node_id"), "post", ["node_id"], unique=False)
    op.create_index("ix_post_open", "post", ["state", "type", "direction", "published_at"], unique=False)
    op.create_index(op.f("ix_post_organisation_id"), "post", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_post_product_code"), "post", ["product_code"], unique=False)
    op.create_index(
        "ix_post_valid_until",
        "post",
        ["valid_until"],
        unique=False,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "abuse_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=14), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_abuse_report_decided")),
        sa.CheckConstraint(
            "reason IN ('false', 'forbidden', 'fraud', 'contact', 'brand', 'discrimination', 'other')",
            name=op.f("ck_abuse_report_reason_word"),
        ),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_abuse_report_state_word")),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_abuse_report_note_length")),
        sa.CheckConstraint("length(text) <= 500", name=op.f("ck_abuse_report_text_length")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_abuse_report_decided_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_abuse_report_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_abuse_report_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_abuse_report_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abuse_report")),
    )
    op.create_index(op.f("ix_abuse_report_post_id"), "abuse_report", ["post_id"], unique=False)
    op.create_index(
        "uq_abuse_report_open",
        "abuse_report",
        ["post_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "contribution",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_contribution_note_length")),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_contribution_quantity")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_contribution_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contribution_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_contribution_post_id")),
        sa.PrimaryKeyConstraint("post_id", "organisation_id", name=op.f("pk_contribution")),
    )
    op.create_index(op.f("ix_contribution_organisation_id"), "contribution", ["organisation_id"], unique=False)
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(length=500), nullable=False),
        sa.Column("questions", sa.String(length=500), nullable=False),
        sa.Column("abilities", sa.String(length=500), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'seen', 'exchanged', 'declined', 'negotiating', 'dealt', 'failed', 'unanswered', 'withdrawn')",
            name=op.f("ck_interest_state_word"),
        ),
        sa.CheckConstraint("length(abilities) <= 500", name=op.f("ck_interest_abilities_length")),
        sa.CheckConstraint("length(contact_name) <= 40", name=op.f("ck_interest_contact_name_length")),
        sa.CheckConstraint("length(contact_phone) <= 20", name=op.f("ck_interest_contact_phone_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_interest_no_length")),
        sa.CheckConstraint("length(questions) <= 500", name=op.f("ck_interest_questions_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_interest_state_reason_length")),
        sa.CheckConstraint("length(wish) <= 500", name=op.f("ck_interest_wish_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_interest_organisation_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_interest_post_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("fk_interest_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("no", name=op.f("uq_interest_no")),
    )
    op.create_index("ix_interest_answer_due", "interest", ["state", "answer_due_on"], unique=False)
    op.create_index(op.f("ix_interest_organisation_id"), "interest", ["organisation_id"], unique=False)
    op.create_index(
        "uq_interest_open",
        "interest",
        ["post_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('submitted', 'seen', 'exchanged', 'negotiating')"),
        postgresql_where=sa.text("state IN ('submitted', 'seen', 'exchanged', 'negotiating')"),
    )
    op.create_table(
        "post_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_post_event_kind_length")),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_post_event_note_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_event_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_event_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_event")),
    )
    op.create_index(op.f("ix_post_event_post_id"), "post_event", ["post_id"], unique=False)
    op.create_table(
        "post_match",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_post_match_percent")),
        sa.CheckConstraint("post_id <> other_id", name=op.f("ck_post_match_other")),
        sa.ForeignKeyConstraint(["other_id"], ["post.id"], name=op.f("fk_post_match_other_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_match_post_id")),
        sa.PrimaryKeyConstraint("post_id", "other_id", name=op.f("pk_post_match")),
    )
    op.create_index("ix_post_match_best", "post_match", ["post_id", "percent"], unique=False)
    op.create_index(op.f("ix_post_match_other_id"), "post_match", ["other_id"], unique=False)
    op.create_table(
        "post_picture",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 6", name=op.f("ck_post_picture_position")),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_post_picture_file_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_picture_post_id")),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_post_picture")),
        sa.UniqueConstraint("file_id", name=op.f("uq_post_picture_file_id")),
    )
    op.create_table(
        "post_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("post_version", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=False),
        sa.Column("direction_right", sa.Boolean(), nullable=False),
        sa.Column("goods_allowed", sa.Boolean(), nullable=False),
        sa.Column("detail_enough", sa.Boolean(), nullable=False),
        sa.Column("not_misleading", sa.Boolean(), nullable=False),
        sa.Column("no_contact", sa.Boolean(), nullable=False),
        sa.Column("no_brand", sa.Boolean(), nullable=False),
        sa.Column("score_clear", sa.Integer(), nullable=True),
        sa.Column("score_feasible", sa.Integer(), nullable=True),
        sa.Column("score_useful", sa.Integer(), nullable=True),
        sa.Column("score_serious", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'published' OR (direction_right AND goods_allowed AND detail_enough AND not_misleading AND no_contact AND no_brand)",
            name=op.f("ck_post_review_checklist"),
        ),
        sa.CheckConstraint("outcome = 'published' OR reason <> ''", name=op.f("ck_post_review_reason")),
        sa.CheckConstraint("outcome IN ('published', 'held', 'returned')", name=op.f("ck_post_review_outcome_word")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_post_review_reason_length")),
        sa.CheckConstraint(
            "score_clear IS NULL OR score_clear BETWEEN 0 AND 5", name=op.f("ck_post_review_score_clear")
        ),
        sa.CheckConstraint(
            "score_feasible IS NULL OR score_feasible BETWEEN 0 AND 5", name=op.f("ck_post_review_score_feasible")
        ),
        sa.CheckConstraint(
            "score_serious IS NULL OR score_serious BETWEEN 0 AND 5", name=op.f("ck_post_review_score_serious")
        ),
        sa.CheckConstraint(
            "score_useful IS NULL OR score_useful BETWEEN 0 AND 5", name=op.f("ck_post_review_score_useful")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_review_post_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_post_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_review")),
    )
    op.create_index(op.f("ix_post_review_post_id"), "post_review", ["post_id"], unique=False)
    op.create_table(
        "post_spec",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("tolerance", sa.String(length=30), nullable=False),
        sa.CheckConstraint("length(name) <= 30", name=op.f("ck_post_spec_name_length")),
        sa.CheckConstraint("length(tolerance) <= 30", name=op.f("ck_post_spec_tolerance_length")),
        sa.CheckConstraint("length(unit) <= 20", name=op.f("ck_post_spec_unit_length")),
        sa.CheckConstraint("length(value) <= 60", name=op.f("ck_post_spec_value_length")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_spec_post_id")),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_post_spec")),
    )
    op.create_table(
        "post_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(node_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_post_target_one_target")),
        sa.ForeignKeyConstraint(["node_id"], ["chain_node.id"], name=op.f("fk_post_target_node_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_post_target_organisation_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_target_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_target")),
        sa.UniqueConstraint("post_id", "node_id", name=op.f("uq_post_target_post_id_node_id")),
        sa.UniqueConstraint("post_id", "organisation_id", name=op.f("uq_post_target_post_id_organisation_id")),
    )
    op.create_index(op.f("ix_post_target_organisation_id"), "post_target", ["organisation_id"], unique=False)
    op.create_table(
        "told_match",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_told_match_organisation_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_told_match_post_id")),
        sa.PrimaryKeyConstraint("organisation_id", "post_id", name=op.f("pk_told_match")),
    )
    op.create_table(
        "contact_reveal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("of_organisation_id", sa.Integer(), nullable=False),
        sa.Column("to_organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_contact_reveal_interest_id")),
        sa.ForeignKeyConstraint(
            ["of_organisation_id"], ["organisation.id"], name=op.f("fk_contact_reveal_of_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_reveal_person_id")),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisation.id"], name=op.f("fk_contact_reveal_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_reveal")),
    )
    op.create_index(op.f("ix_contact_reveal_interest_id"), "contact_reveal", ["interest_id"], unique=False)
    op.create_table(
        "deal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=7), nullable=False),
        sa.Column("poster_gives_amount", sa.Boolean(), nullable=False),
        sa.Column("sender_gives_amount", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "band IN ('to-10k', 'to-50k', 'to-100k', 'to-500k', 'to-1m', 'more', 'untold')",
            name=op.f("ck_deal_band_word"),
        ),
        sa.CheckConstraint(
            "amount_fen IS NULL OR (poster_gives_amount AND sender_gives_amount)", name=op.f("ck_deal_both_wish")
        ),
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name=op.f("ck_deal_amount")),
        sa.CheckConstraint(
            "proposed_fen IS NULL OR (proposed_fen > 0 AND amount_fen IS NULL)", name=op.f("ck_deal_proposed")
        ),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_deal_interest_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_deal_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("interest_id", name=op.f("uq_deal_interest_id")),
    )
    op.create_table(
        "interest_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_interest_event_kind_length")),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_interest_event_note_length")),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_interest_event_interest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interest_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_event")),
    )
    op.create_index(op.f("ix_interest_event_interest_id"), "interest_event", ["interest_id"], unique=False)
    op.create_table(
        "deal_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("by_organisation_id", sa.Integer(), nullable=False),
        sa.Column("about_organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by_organisation_id <> about_organisation_id", name=op.f("ck_deal_rating_other")),
        sa.CheckConstraint("length(text) <= 300", name=op.f("ck_deal_rating_text_length")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_deal_rating_stars")),
        sa.ForeignKeyConstraint(
            ["about_organisation_id"], ["organisation.id"], name=op.f("fk_deal_rating_about_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_organisation_id"], ["organisation.id"], name=op.f("fk_deal_rating_by_organisation_id")
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_rating_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deal_rating_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_rating")),
        sa.UniqueConstraint("deal_id", "by_organisation_id", name=op.f("uq_deal_rating_deal_id_by_organisation_id")),
    )
    op.create_index(
        op.f("ix_deal_rating_about_organisation_id"), "deal_rating", ["about_organisation_id"], unique=False
    )

    for table in ONLY_ADDED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        else:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is kept'); END"
                )


def downgrade() -> None:
    op.drop_index(op.f("ix_deal_rating_about_organisation_id"), table_name="deal_rating")
    op.drop_table("deal_rating")
    op.drop_index(op.f("ix_interest_event_interest_id"), table_name="interest_event")
    op.drop_table("interest_event")
    op.drop_table("deal")
    op.drop_index(op.f("ix_contact_reveal_interest_id"), table_name="contact_reveal")
    op.drop_table("contact_reveal")
    op.drop_table("told_match")
    op.drop_index(op.f("ix_post_target_organisation_id"), table_name="post_target")
    op.drop_table("post_target")
    op.drop_table("post_spec")
    op.drop_index(op.f("ix_post_review_post_id"), table_name="post_review")
    op.drop_table("post_review")
    op.drop_table("post_picture")
    op.drop_index(op.f("ix_post_match_other_id"), table_name="post_match")
    op.drop_index("ix_post_match_best", table_name="post_match")
    op.drop_table("post_match")
    op.drop_index(op.f("ix_post_event_post_id"), table_name="post_event")
    op.drop_table("post_event")
    op.drop_index(
        "uq_interest_open",
        table_name="interest",
        sqlite_where=sa.text("state IN ('submitted', 'seen', 'exchanged', 'negotiating')"),
        postgresql_where=sa.text("state IN ('submitted', 'seen', 'exchanged', 'negotiating')"),
    )
    op.drop_index(op.f("ix_interest_organisation_id"), table_name="interest")
    op.drop_index("ix_interest_answer_due", table_name="interest")
    op.drop_table("interest")
    op.drop_index(op.f("ix_contribution_organisation_id"), table_name="contribution")
    op.drop_table("contribution")
    op.drop_index(
        "uq_abuse_report_open",
        table_name="abuse_report",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_abuse_report_post_id"), table_name="abuse_report")
    op.drop_table("abuse_report")
    op.drop_index(
        "ix_post_valid_until",
        table_name="post",
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_index(op.f("ix_post_product_code"), table_name="post")
    op.drop_index(op.f("ix_post_organisation_id"), table_name="post")
    op.drop_index("ix_post_open", table_name="post")
    op.drop_index(op.f("ix_post_node_id"), table_name="post")
    op.drop_index(op.f("ix_post_association_id"), table_name="post")
    op.drop_table("post")
    op.drop_index(op.f("ix_chain_edge_to_id"), table_name="chain_edge")
    op.drop_table("chain_edge")
    op.drop_index(op.f("ix_saved_search_person_id"), table_name="saved_search")
    op.drop_table("saved_search")
    op.drop_index(op.f("ix_posting_suspension_organisation_id"), table_name="posting_suspension")
    op.drop_table("posting_suspension")
    op.drop_index(op.f("ix_member_mark_organisation_id"), table_name="member_mark")
    op.drop_table("member_mark")
    op.drop_table("chain_node")
    op.drop_table("forbidden_word")
