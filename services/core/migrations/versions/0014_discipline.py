"""The pact, complaints with their panels, decisions and measures, notices and mailings of the association."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CASE = "(SELECT {column} FROM association_case WHERE id = {row}.case_id)"
NOTICE = "coalesce((SELECT state FROM association_notice WHERE id = {row}.notice_id), '')"
NEVER = "1 = 1"

GUARDS = {
    ("case_event", "UPDATE"): NEVER,
    ("case_event", "DELETE"): NEVER,
    ("case_remark", "UPDATE"): NEVER,
    ("case_remark", "DELETE"): NEVER,
    ("case_evidence", "UPDATE"): NEVER,
    ("case_evidence", "DELETE"): NEVER,
    ("panel_vote", "UPDATE"): NEVER,
    ("panel_vote", "DELETE"): NEVER,
    ("notice_receipt", "UPDATE"): NEVER,
    ("notice_receipt", "DELETE"): NEVER,
    ("association_case", "DELETE"): NEVER,
    ("panellist", "DELETE"): NEVER,
    ("sanction", "DELETE"): NEVER,
    ("pact_signature", "DELETE"): NEVER,
    # What has ended stays ended, and the two sides stay who they are.
    ("association_case", "UPDATE"): """OLD.claimant_id <> NEW.claimant_id OR OLD.association_id <> NEW.association_id
        OR coalesce(OLD.respondent_id, 0) <> coalesce(NEW.respondent_id, 0) OR OLD.facts <> NEW.facts
        OR (OLD.state IN ('refused', 'performed', 'referred', 'closed', 'withdrawn') AND OLD.state <> NEW.state)""",
    # An adopted pact keeps its words.
    ("pact", "DELETE"): "OLD.state <> 'draft'",
    (
        "pact",
        "UPDATE",
    ): """OLD.state <> 'draft' AND (NEW.state = 'draft' OR OLD.text <> NEW.text OR OLD.title <> NEW.title
        OR OLD.version <> NEW.version OR OLD.sha256 <> NEW.sha256 OR OLD.adopted_on <> NEW.adopted_on)""",
    ("pact_signature", "INSERT"): """coalesce((SELECT sha256 FROM pact
        WHERE id = NEW.pact_id AND state = 'adopted'), '') <> NEW.sha256""",
    ("pact_signature", "UPDATE"): """OLD.withdrawn_at IS NOT NULL OR OLD.pact_id <> NEW.pact_id
        OR OLD.organisation_id <> NEW.organisation_id OR OLD.person_id <> NEW.person_id
        OR OLD.signed_at <> NEW.signed_at OR OLD.sha256 <> NEW.sha256""",
    # Nobody judges in their own case, and nobody comes back who has stepped aside.
    ("panellist", "INSERT"): f"""NEW.organisation_id = {CASE.format(column="claimant_id", row="NEW")}
        OR NEW.organisation_id = coalesce({CASE.format(column="respondent_id", row="NEW")}, 0)""",
    ("panellist", "UPDATE"): """OLD.person_id <> NEW.person_id OR OLD.organisation_id <> NEW.organisation_id
        OR OLD.case_id <> NEW.case_id OR OLD.instance <> NEW.instance OR (OLD.seat = 'aside' AND NEW.seat <> 'aside')""",
    ("panel_vote", "INSERT"): """NOT EXISTS (SELECT 1 FROM panellist JOIN case_decision
        ON case_decision.case_id = panellist.case_id AND case_decision.instance = panellist.instance
        WHERE panellist.id = NEW.panellist_id AND panellist.seat = 'sitting'
        AND case_decision.id = NEW.decision_id AND case_decision.state = 'proposed')""",
    ("case_decision", "UPDATE"): """OLD.state <> 'proposed' OR OLD.finding <> NEW.finding OR OLD.reason <> NEW.reason
        OR coalesce(OLD.measure, '') <> coalesce(NEW.measure, '')""",
    # A measure follows from an adopted decision about this very member; what takes rights away, from a passed motion.
    ("sanction", "INSERT"): """NEW.state = 'in_force' OR NOT EXISTS (SELECT 1 FROM case_decision
        JOIN association_case ON association_case.id = case_decision.case_id
        JOIN member ON member.organisation_id = association_case.respondent_id
            AND member.association_id = association_case.association_id
        WHERE case_decision.id = NEW.decision_id AND case_decision.state = 'adopted'
        AND case_decision.measure = NEW.measure AND member.id = NEW.member_id)""",
    ("sanction", "UPDATE"): """OLD.member_id <> NEW.member_id OR OLD.decision_id <> NEW.decision_id
        OR OLD.measure <> NEW.measure OR (NEW.state = 'in_force' AND OLD.state <> 'in_force'
        AND NEW.measure IN ('suspension', 'expulsion')
        AND coalesce((SELECT outcome FROM motion WHERE id = NEW.motion_id), '') <> 'passed')""",
    ("case_agreement", "UPDATE"): """OLD.terms <> NEW.terms OR (OLD.state = 'signed' AND NEW.state <> 'signed')
        OR (OLD.claimant_signed_at IS NOT NULL AND NEW.claimant_signed_at IS NULL)
        OR (OLD.respondent_signed_at IS NOT NULL AND NEW.respondent_signed_at IS NULL)""",
    ("case_duty", "UPDATE"): """OLD.text <> NEW.text OR OLD.due_on <> NEW.due_on OR OLD.debtor <> NEW.debtor
        OR coalesce(OLD.amount_fen, 0) <> coalesce(NEW.amount_fen, 0)
        OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NULL)""",
    # What has been published is not changed.
    ("association_notice", "DELETE"): "OLD.state <> 'draft'",
    ("association_notice", "UPDATE"): """OLD.state <> 'draft' AND (NEW.state = 'draft' OR OLD.title <> NEW.title
        OR OLD.text <> NEW.text OR OLD.audience <> NEW.audience OR OLD.kind <> NEW.kind)""",
    ("notice_file", "INSERT"): f"{NOTICE.format(row='NEW')} <> 'draft'",
    ("notice_file", "DELETE"): f"{NOTICE.format(row='OLD')} NOT IN ('draft', '')",
    # A mailing goes to each of its readers once.
    ("mailing", "UPDATE"): """OLD.state <> 'draft' AND (NEW.state = 'draft' OR OLD.text <> NEW.text
        OR OLD.subject <> NEW.subject)""",
    ("mailing_reader", "UPDATE"): """OLD.at IS NOT NULL OR OLD.person_id <> NEW.person_id
        OR OLD.mailing_id <> NEW.mailing_id""",
}


def upgrade() -> None:
    op.create_table(
        "association_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=True),
        sa.Column("respondent_name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.String(length=3000), nullable=False),
        sa.Column("demand", sa.String(length=1000), nullable=False),
        sa.Column("claimed_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('copying', 'poaching', 'false_claim', 'quality', 'safety', 'payment', 'other')",
            name=op.f("ck_association_case_kind_word"),
        ),
        sa.CheckConstraint(
            "state IN ('submitted', 'refused', 'answering', 'investigating', 'mediating', 'performing', 'performed', 'breached', 'failed', 'referred', 'decided', 'appealed', 'closed', 'withdrawn')",
            name=op.f("ck_association_case_state_word"),
        ),
        sa.CheckConstraint("association_id <> claimant_id", name=op.f("ck_association_case_neutral")),
        sa.CheckConstraint("claimed_fen IS NULL OR claimed_fen > 0", name=op.f("ck_association_case_claimed")),
        sa.CheckConstraint("length(demand) <= 1000", name=op.f("ck_association_case_demand_length")),
        sa.CheckConstraint("length(facts) <= 3000", name=op.f("ck_association_case_facts_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_association_case_no_length")),
        sa.CheckConstraint("length(respondent_name) <= 100", name=op.f("ck_association_case_respondent_name_length")),
        sa.CheckConstraint("length(state_reason) <= 500", name=op.f("ck_association_case_state_reason_length")),
        sa.CheckConstraint("length(title) <= 60", name=op.f("ck_association_case_title_length")),
        sa.CheckConstraint(
            "respondent_id IS NULL OR respondent_id <> association_id", name=op.f("ck_association_case_impartial")
        ),
        sa.CheckConstraint(
            "respondent_id IS NULL OR respondent_id <> claimant_id", name=op.f("ck_association_case_two_sides")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"], ["organisation.id"], name=op.f("fk_association_case_association_id")
        ),
        sa.ForeignKeyConstraint(["claimant_id"], ["organisation.id"], name=op.f("fk_association_case_claimant_id")),
        sa.ForeignKeyConstraint(["respondent_id"], ["organisation.id"], name=op.f("fk_association_case_respondent_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("fk_association_case_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_case")),
        sa.UniqueConstraint("no", name=op.f("uq_association_case_no")),
    )
    op.create_index(op.f("ix_association_case_claimant_id"), "association_case", ["claimant_id"], unique=False)
    op.create_index("ix_association_case_desk", "association_case", ["association_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_association_case_respondent_id"), "association_case", ["respondent_id"], unique=False)
    op.create_index(
        "uq_association_case_open",
        "association_case",
        ["association_id", "claimant_id", "respondent_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('refused', 'performed', 'referred', 'closed', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('refused', 'performed', 'referred', 'closed', 'withdrawn')"),
    )
    op.create_table(
        "association_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("audience", sa.String(length=7), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=5000), nullable=False),
        sa.Column("wants_receipt", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (published_at IS NULL)", name=op.f("ck_association_notice_published")),
        sa.CheckConstraint("NOT wants_receipt OR audience <> 'public'", name=op.f("ck_association_notice_receipt")),
        sa.CheckConstraint(
            "audience IN ('public', 'members', 'council')", name=op.f("ck_association_notice_audience_word")
        ),
        sa.CheckConstraint("kind IN ('notice', 'document')", name=op.f("ck_association_notice_kind_word")),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR withdrawn_reason <> ''", name=op.f("ck_association_notice_withdrawn")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_association_notice_state_word")
        ),
        sa.CheckConstraint("length(text) <= 5000", name=op.f("ck_association_notice_text_length")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck_association_notice_title_length")),
        sa.CheckConstraint(
            "length(withdrawn_reason) <= 300", name=op.f("ck_association_notice_withdrawn_reason_length")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"], ["organisation.id"], name=op.f("fk_association_notice_association_id")
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_association_notice_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_notice")),
    )
    op.create_index(
        "ix_association_notice_shown", "association_notice", ["association_id", "state", "published_at"], unique=False
    )
    op.create_table(
        "mail_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_mail_template_name_length")),
        sa.CheckConstraint("length(subject) <= 80", name=op.f("ck_mail_template_subject_length")),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_mail_template_text_length")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_mail_template_association_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint("association_id", "name", name=op.f("uq_mail_template_association_id_name")),
    )
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (finished_at IS NOT NULL)", name=op.f("ck_mailing_finished")),
        sa.CheckConstraint(
            "(state IN ('sending', 'sent')) = (started_at IS NOT NULL)", name=op.f("ck_mailing_started")
        ),
        sa.CheckConstraint("state IN ('draft', 'sending', 'sent', 'given_up')", name=op.f("ck_mailing_state_word")),
        sa.CheckConstraint("length(subject) <= 80", name=op.f("ck_mailing_subject_length")),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_mailing_text_length")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_mailing_association_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_mailing_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.create_index(op.f("ix_mailing_association_id"), "mailing", ["association_id"], unique=False)
    op.create_table(
        "case_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.String(length=3000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("claimant_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimant_signed_by_id", sa.Integer(), nullable=True),
        sa.Column("respondent_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("respondent_signed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'signed' OR (claimant_signed_at IS NOT NULL AND respondent_signed_at IS NOT NULL)",
            name=op.f("ck_case_agreement_both"),
        ),
        sa.CheckConstraint("state IN ('proposed', 'signed', 'replaced')", name=op.f("ck_case_agreement_state_word")),
        sa.CheckConstraint("length(terms) <= 3000", name=op.f("ck_case_agreement_terms_length")),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_agreement_case_id")),
        sa.ForeignKeyConstraint(
            ["claimant_signed_by_id"], ["person.id"], name=op.f("fk_case_agreement_claimant_signed_by_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_case_agreement_proposed_by_id")),
        sa.ForeignKeyConstraint(
            ["respondent_signed_by_id"], ["person.id"], name=op.f("fk_case_agreement_respondent_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_agreement")),
    )
    op.create_index(op.f("ix_case_agreement_case_id"), "case_agreement", ["case_id"], unique=False)
    op.create_index(
        "uq_case_agreement_live",
        "case_agreement",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'replaced'"),
        postgresql_where=sa.text("state <> 'replaced'"),
    )
    op.create_table(
        "case_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('submitted', 'refused', 'answering', 'investigating', 'mediating', 'performing', 'performed', 'breached', 'failed', 'referred', 'decided', 'appealed', 'closed', 'withdrawn')",
            name=op.f("ck_case_clock_state_word"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_clock_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
    )
    op.create_index(op.f("ix_case_clock_case_id"), "case_clock", ["case_id"], unique=False)
    op.create_index("ix_case_clock_due", "case_clock", ["due_on"], unique=False)
    op.create_index(
        "uq_case_clock_running",
        "case_clock",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_case_event_kind_length")),
        sa.CheckConstraint("length(note) <= 500", name=op.f("ck_case_event_note_length")),
        sa.CheckConstraint("length(side) <= 12", name=op.f("ck_case_event_side_length")),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_event_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"], unique=False)
    op.create_table(
        "case_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_case_evidence_note_length")),
        sa.CheckConstraint("length(side) <= 12", name=op.f("ck_case_evidence_side_length")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_case_evidence_added_by_id")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_case_evidence_attachment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_evidence_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidence")),
        sa.UniqueConstraint("case_id", "attachment_id", name=op.f("uq_case_evidence_case_id_attachment_id")),
    )
    op.create_table(
        "case_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=3000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('answer', 'remark', 'internal')", name=op.f("ck_case_remark_kind_word")),
        sa.CheckConstraint("length(side) <= 12", name=op.f("ck_case_remark_side_length")),
        sa.CheckConstraint("length(text) <= 3000", name=op.f("ck_case_remark_text_length")),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_remark_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_remark_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_remark")),
    )
    op.create_index(op.f("ix_case_remark_case_id"), "case_remark", ["case_id"], unique=False)
    op.create_index(
        "uq_case_remark_answer",
        "case_remark",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'answer'"),
        postgresql_where=sa.text("kind = 'answer'"),
    )
    op.create_table(
        "case_sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=2000), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(held_at IS NULL) = (record = '')", name=op.f("ck_case_sitting_recorded")),
        sa.CheckConstraint("length(place) <= 100", name=op.f("ck_case_sitting_place_length")),
        sa.CheckConstraint("length(record) <= 2000", name=op.f("ck_case_sitting_record_length")),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_sitting_case_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["person.id"], name=op.f("fk_case_sitting_planned_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_sitting")),
    )
    op.create_index(op.f("ix_case_sitting_case_id"), "case_sitting", ["case_id"], unique=False)
    op.create_table(
        "mailing_reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_reader_mailing_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mailing_reader_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mailing_reader_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_reader")),
        sa.UniqueConstraint("mailing_id", "person_id", name=op.f("uq_mailing_reader_mailing_id_person_id")),
    )
    op.create_index("ix_mailing_reader_next", "mailing_reader", ["mailing_id", "at"], unique=False)
    op.create_table(
        "notice_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_notice_file_attachment_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["association_notice.id"], name=op.f("fk_notice_file_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_file")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_notice_file_attachment_id")),
        sa.UniqueConstraint("notice_id", "attachment_id", name=op.f("uq_notice_file_notice_id_attachment_id")),
    )
    op.create_table(
        "notice_receipt",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["association_notice.id"], name=op.f("fk_notice_receipt_notice_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_receipt_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_receipt_person_id")),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name=op.f("pk_notice_receipt")),
    )
    op.create_index(op.f("ix_notice_receipt_organisation_id"), "notice_receipt", ["organisation_id"], unique=False)
    op.create_table(
        "panellist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("instance IN ('first', 'appeal')", name=op.f("ck_panellist_instance_word")),
        sa.CheckConstraint("seat = 'sitting' OR reason <> ''", name=op.f("ck_panellist_reason")),
        sa.CheckConstraint("seat IN ('sitting', 'challenged', 'aside')", name=op.f("ck_panellist_seat_word")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_panellist_reason_length")),
        sa.ForeignKeyConstraint(["appointed_by_id"], ["person.id"], name=op.f("fk_panellist_appointed_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_panellist_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_panellist_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panellist_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panellist")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_panellist_case_id_person_id")),
    )
    op.create_index(op.f("ix_panellist_person_id"), "panellist", ["person_id"], unique=False)
    op.create_table(
        "case_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(length=6), nullable=False),
        sa.Column("finding", sa.String(length=15), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=True),
        sa.Column("suspended_days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitting", sa.Integer(), nullable=True),
        sa.Column("agreed", sa.Integer(), nullable=True),
        sa.CheckConstraint("(finding = 'measure') = (measure IS NOT NULL)", name=op.f("ck_case_decision_measure")),
        sa.CheckConstraint(
            "(instance = 'appeal') = (finding IN ('appeal_rejected', 'appeal_upheld'))",
            name=op.f("ck_case_decision_instance"),
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_case_decision_decided")),
        sa.CheckConstraint(
            "(suspended_days IS NOT NULL) = (measure IS NOT NULL AND measure = 'suspension')",
            name=op.f("ck_case_decision_days"),
        ),
        sa.CheckConstraint(
            "finding IN ('dismissed', 'advice', 'measure', 'appeal_rejected', 'appeal_upheld')",
            name=op.f("ck_case_decision_finding_word"),
        ),
        sa.CheckConstraint("instance IN ('first', 'appeal')", name=op.f("ck_case_decision_instance_word")),
        sa.CheckConstraint(
            "measure IN ('reminder', 'circular', 'suspension', 'expulsion')", name=op.f("ck_case_decision_measure_word")
        ),
        sa.CheckConstraint(
            "state <> 'adopted' OR (sitting >= 3 AND agreed * 2 > sitting)", name=op.f("ck_case_decision_majority")
        ),
        sa.CheckConstraint("state IN ('proposed', 'adopted', 'lost')", name=op.f("ck_case_decision_state_word")),
        sa.CheckConstraint("length(reason) <= 1000", name=op.f("ck_case_decision_reason_length")),
        sa.CheckConstraint(
            "suspended_days IS NULL OR suspended_days BETWEEN 1 AND 365", name=op.f("ck_case_decision_length")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["association_case.id"], name=op.f("fk_case_decision_case_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["panellist.id"], name=op.f("fk_case_decision_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_decision")),
    )
    op.create_index(
        "uq_case_decision_live",
        "case_decision",
        ["case_id", "instance"],
        unique=True,
        sqlite_where=sa.text("state <> 'lost'"),
        postgresql_where=sa.text("state <> 'lost'"),
    )
    op.create_table(
        "case_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("debtor", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("debtor IN ('claimant', 'respondent')", name=op.f("ck_case_duty_debtor_word")),
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name=op.f("ck_case_duty_amount")),
        sa.CheckConstraint("confirmed_at IS NULL OR done_at IS NOT NULL", name=op.f("ck_case_duty_done_first")),
        sa.CheckConstraint("length(text) <= 200", name=op.f("ck_case_duty_text_length")),
        sa.ForeignKeyConstraint(["agreement_id"], ["case_agreement.id"], name=op.f("fk_case_duty_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_duty")),
        sa.UniqueConstraint("agreement_id", "position", name=op.f("uq_case_duty_agreement_id_position")),
    )
    op.create_table(
        "pact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=12000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("motion_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (adopted_on IS NULL)", name=op.f("ck_pact_adopted")),
        sa.CheckConstraint("(state = 'draft') = (sha256 = '')", name=op.f("ck_pact_sealed")),
        sa.CheckConstraint("state IN ('draft', 'adopted', 'replaced')", name=op.f("ck_pact_state_word")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_pact_sha256_length")),
        sa.CheckConstraint("length(text) <= 12000", name=op.f("ck_pact_text_length")),
        sa.CheckConstraint("length(title) <= 100", name=op.f("ck_pact_title_length")),
        sa.CheckConstraint("version > 0", name=op.f("ck_pact_version")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_pact_association_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_pact_motion_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_pact_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pact")),
        sa.UniqueConstraint("association_id", "version", name=op.f("uq_pact_association_id_version")),
    )
    op.create_index(op.f("ix_pact_motion_id"), "pact", ["motion_id"], unique=False)
    op.create_index(
        "uq_pact_adopted",
        "pact",
        ["association_id"],
        unique=True,
        sqlite_where=sa.text("state = 'adopted'"),
        postgresql_where=sa.text("state = 'adopted'"),
    )
    op.create_index(
        "uq_pact_draft",
        "pact",
        ["association_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "pact_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pact_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_name", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(person_name) <= 40", name=op.f("ck_pact_signature_person_name_length")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_pact_signature_sha256_length")),
        sa.CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= signed_at", name=op.f("ck_pact_signature_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pact_signature_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pact_id"], ["pact.id"], name=op.f("fk_pact_signature_pact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pact_signature_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pact_signature")),
    )
    op.create_index(op.f("ix_pact_signature_organisation_id"), "pact_signature", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_pact_signature_pact_id"), "pact_signature", ["pact_id"], unique=False)
    op.create_index(
        "uq_pact_signature_live",
        "pact_signature",
        ["pact_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "panel_vote",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("panellist_id", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["case_decision.id"], name=op.f("fk_panel_vote_decision_id")),
        sa.ForeignKeyConstraint(["panellist_id"], ["panellist.id"], name=op.f("fk_panel_vote_panellist_id")),
        sa.PrimaryKeyConstraint("decision_id", "panellist_id", name=op.f("pk_panel_vote")),
    )
    op.create_index(op.f("ix_panel_vote_panellist_id"), "panel_vote", ["panellist_id"], unique=False)
    op.create_table(
        "sanction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("suspended_days", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("motion_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(suspended_days IS NOT NULL) = (measure = 'suspension')", name=op.f("ck_sanction_days")),
        sa.CheckConstraint(
            "measure IN ('reminder', 'circular', 'suspension', 'expulsion')", name=op.f("ck_sanction_measure_word")
        ),
        sa.CheckConstraint(
            "state <> 'in_force' OR (from_on IS NOT NULL AND expires_on IS NOT NULL)", name=op.f("ck_sanction_dates")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'to_meeting', 'in_force', 'expired', 'lifted', 'not_carried')",
            name=op.f("ck_sanction_state_word"),
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR (measure = 'suspension' AND until_on >= from_on)", name=op.f("ck_sanction_until")
        ),
        sa.CheckConstraint("expires_on IS NULL OR expires_on > from_on", name=op.f("ck_sanction_expires")),
        sa.ForeignKeyConstraint(["decision_id"], ["case_decision.id"], name=op.f("fk_sanction_decision_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sanction_member_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_sanction_motion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_sanction_decision_id")),
    )
    op.create_index("ix_sanction_member", "sanction", ["member_id", "state"], unique=False)
    op.create_index(op.f("ix_sanction_motion_id"), "sanction", ["motion_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    for (table, act), refused in GUARDS.items():
        name = f"{table}_{act.lower()}_guarded"
        back = "OLD" if act == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {refused} THEN RAISE EXCEPTION '{table} refuses this {act.lower()}' USING ERRCODE = '23514'; END IF;"
            f" RETURN {back}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _guard_sqlite() -> None:
    for (table, act), refused in GUARDS.items():
        op.execute(
            f"CREATE TRIGGER {table}_{act.lower()}_guarded BEFORE {act} ON {table} WHEN {refused}"
            f" BEGIN SELECT RAISE(ABORT, '{table} refuses this {act.lower()}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, act in GUARDS:
            op.execute(f"DROP TRIGGER {table}_{act.lower()}_guarded ON {table}")
            op.execute(f"DROP FUNCTION {table}_{act.lower()}_guarded()")
    op.drop_index(op.f("ix_sanction_motion_id"), table_name="sanction")
    op.drop_index("ix_sanction_member", table_name="sanction")
    op.drop_table("sanction")
    op.drop_index(op.f("ix_panel_vote_panellist_id"), table_name="panel_vote")
    op.drop_table("panel_vote")
    op.drop_index(
        "uq_pact_signature_live",
        table_name="pact_signature",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_pact_signature_pact_id"), table_name="pact_signature")
    op.drop_index(op.f("ix_pact_signature_organisation_id"), table_name="pact_signature")
    op.drop_table("pact_signature")
    op.drop_index(
        "uq_pact_draft",
        table_name="pact",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index(
        "uq_pact_adopted",
        table_name="pact",
        sqlite_where=sa.text("state = 'adopted'"),
        postgresql_where=sa.text("state = 'adopted'"),
    )
    op.drop_index(op.f("ix_pact_motion_id"), table_name="pact")
    op.drop_table("pact")
    op.drop_table("case_duty")
    op.drop_index(
        "uq_case_decision_live",
        table_name="case_decision",
        sqlite_where=sa.text("state <> 'lost'"),
        postgresql_where=sa.text("state <> 'lost'"),
    )
    op.drop_table("case_decision")
    op.drop_index(op.f("ix_panellist_person_id"), table_name="panellist")
    op.drop_table("panellist")
    op.drop_index(op.f("ix_notice_receipt_organisation_id"), table_name="notice_receipt")
    op.drop_table("notice_receipt")
    op.drop_table("notice_file")
    op.drop_index("ix_mailing_reader_next", table_name="mailing_reader")
    op.drop_table("mailing_reader")
    op.drop_index(op.f("ix_case_sitting_case_id"), table_name="case_sitting")
    op.drop_table("case_sitting")
    op.drop_index(
        "uq_case_remark_answer",
        table_name="case_remark",
        sqlite_where=sa.text("kind = 'answer'"),
        postgresql_where=sa.text("kind = 'answer'"),
    )
    op.drop_index(op.f("ix_case_remark_case_id"), table_name="case_remark")
    op.drop_table("case_remark")
    op.drop_table("case_evidence")
    op.drop_index(op.f("ix_case_event_case_id"), table_name="case_event")
    op.drop_table("case_event")
    op.drop_index(
        "uq_case_clock_running",
        table_name="case_clock",
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.drop_index("ix_case_clock_due", table_name="case_clock")
    op.drop_index(op.f("ix_case_clock_case_id"), table_name="case_clock")
    op.drop_table("case_clock")
    op.drop_index(
        "uq_case_agreement_live",
        table_name="case_agreement",
        sqlite_where=sa.text("state <> 'replaced'"),
        postgresql_where=sa.text("state <> 'replaced'"),
    )
    op.drop_index(op.f("ix_case_agreement_case_id"), table_name="case_agreement")
    op.drop_table("case_agreement")
    op.drop_index(op.f("ix_mailing_association_id"), table_name="mailing")
    op.drop_table("mailing")
    op.drop_table("mail_template")
    op.drop_index("ix_association_notice_shown", table_name="association_notice")
    op.drop_table("association_notice")
    op.drop_index(
        "uq_association_case_open",
        table_name="association_case",
        sqlite_where=sa.text("state NOT IN ('refused', 'performed', 'referred', 'closed', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('refused', 'performed', 'referred', 'closed', 'withdrawn')"),
    )
    op.drop_index(op.f("ix_association_case_respondent_id"), table_name="association_case")
    op.drop_index("ix_association_case_desk", table_name="association_case")
    op.drop_index(op.f("ix_association_case_claimant_id"), table_name="association_case")
    op.drop_table("association_case")
