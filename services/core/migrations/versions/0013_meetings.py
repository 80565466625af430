"""Meetings of the association: notices, attendance, proxies, motions, rolls and ballots."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATE = "coalesce((SELECT state FROM motion WHERE id = {row}.motion_id), '')"
UNNAMED = "(SELECT is_secret FROM motion WHERE id = {row}.motion_id)"

GUARDS = {
    # The roll is written when a vote opens and rewritten when it closes; in between a member's vote turns once.
    ("roll_entry", "INSERT"): f"{STATE} NOT IN ('notified', 'closed')".format(row="NEW"),
    ("roll_entry", "DELETE"): f"{STATE} <> 'closed'".format(row="OLD"),
    ("roll_entry", "UPDATE"): f"""{STATE} <> 'open' OR OLD.has_voted OR NOT NEW.has_voted
        OR OLD.motion_id <> NEW.motion_id OR OLD.member_id <> NEW.member_id
        OR coalesce(OLD.person_id, 0) <> coalesce(NEW.person_id, 0)""".format(row="OLD"),
    ("named_vote", "INSERT"): f"{STATE} <> 'open' OR {UNNAMED}".format(row="NEW"),
    ("named_vote", "UPDATE"): "1 = 1",
    ("named_vote", "DELETE"): "1 = 1",
    ("slip", "INSERT"): f"{STATE} <> 'open' OR NOT {UNNAMED}".format(row="NEW"),
    ("slip", "UPDATE"): "1 = 1",
    ("slip", "DELETE"): f"{STATE} = 'open'".format(row="OLD"),
    ("ballot", "INSERT"): f"{STATE} <> 'closed' OR NOT {UNNAMED}".format(row="NEW"),
    ("ballot", "UPDATE"): "1 = 1",
    ("ballot", "DELETE"): "1 = 1",
    ("recusal", "INSERT"): f"{STATE} NOT IN ('proposed', 'listed', 'notified')".format(row="NEW"),
    # The rule of a vote stays from its opening, its figures from the count.
    ("motion", "UPDATE"): """(OLD.opened_at IS NOT NULL AND (OLD.quorum_num <> NEW.quorum_num
        OR OLD.quorum_den <> NEW.quorum_den OR OLD.quorum_strict <> NEW.quorum_strict OR OLD.pass_num <> NEW.pass_num
        OR OLD.pass_den <> NEW.pass_den OR OLD.pass_strict <> NEW.pass_strict OR OLD.pass_of <> NEW.pass_of
        OR OLD.is_secret <> NEW.is_secret OR OLD.entitled <> NEW.entitled OR OLD.opened_at <> NEW.opened_at
        OR OLD.title <> NEW.title OR OLD.text <> NEW.text OR OLD.about <> NEW.about))
        OR (OLD.outcome IS NOT NULL AND (NEW.outcome IS NULL OR OLD.outcome <> NEW.outcome OR OLD.present <> NEW.present
        OR OLD.votes_for <> NEW.votes_for OR OLD.votes_against <> NEW.votes_against
        OR OLD.abstentions <> NEW.abstentions OR OLD.ballots_sha256 <> NEW.ballots_sha256))""",
}
"""What the tables refuse, by the act; each condition is true of a row that must not be written."""


def upgrade() -> None:
    op.create_table(
        "slip",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=7), nullable=False),
        sa.Column("receipt", sa.String(length=9), nullable=False),
        sa.CheckConstraint("choice IN ('for', 'against', 'abstain')", name=op.f("ck_slip_choice_word")),
        sa.CheckConstraint("length(key) <= 32", name=op.f("ck_slip_key_length")),
        sa.CheckConstraint("length(receipt) <= 9", name=op.f("ck_slip_receipt_length")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slip")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=11), nullable=False),
        sa.Column("mode", sa.String(length=14), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("agenda", sa.String(length=2000), nullable=False),
        sa.Column("chair", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("proxy_limit", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("minutes", sa.String(length=5000), nullable=False),
        sa.Column("minutes_keeper", sa.String(length=40), nullable=False),
        sa.Column("minutes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "body IN ('general', 'delegates', 'council', 'standing', 'supervisors')", name=op.f("ck_meeting_body_word")
        ),
        sa.CheckConstraint("minutes_at IS NULL OR state = 'closed'", name=op.f("ck_meeting_minutes")),
        sa.CheckConstraint("mode IN ('on_site', 'remote', 'correspondence')", name=op.f("ck_meeting_mode_word")),
        sa.CheckConstraint("state <> 'cancelled' OR state_reason <> ''", name=op.f("ck_meeting_reason")),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR (noticed_at IS NOT NULL AND earliest_on IS NOT NULL AND held_on >= earliest_on)",
            name=op.f("ck_meeting_notice"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'convened', 'running', 'closed', 'cancelled')", name=op.f("ck_meeting_state_word")
        ),
        sa.CheckConstraint("length(agenda) <= 2000", name=op.f("ck_meeting_agenda_length")),
        sa.CheckConstraint("length(chair) <= 40", name=op.f("ck_meeting_chair_length")),
        sa.CheckConstraint("length(minutes) <= 5000", name=op.f("ck_meeting_minutes_length")),
        sa.CheckConstraint("length(minutes_keeper) <= 40", name=op.f("ck_meeting_minutes_keeper_length")),
        sa.CheckConstraint("length(no) <= 24", name=op.f("ck_meeting_no_length")),
        sa.CheckConstraint("length(place) <= 120", name=op.f("ck_meeting_place_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_meeting_state_reason_length")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck_meeting_title_length")),
        sa.CheckConstraint("proxy_limit >= 0 AND notice_days >= 0", name=op.f("ck_meeting_charter")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_ends")),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_meeting_association_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("no", name=op.f("uq_meeting_no")),
    )
    op.create_index(op.f("ix_meeting_association_id"), "meeting", ["association_id"], unique=False)
    op.create_table(
        "meeting_attendance",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("method IN ('code', 'remote', 'desk')", name=op.f("ck_meeting_attendance_method_word")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_meeting_attendance_member_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_attendance_person_id")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_meeting_attendance")),
    )
    op.create_table(
        "meeting_notice",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=6), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('coming', 'proxy', 'absent')", name=op.f("ck_meeting_notice_answer_word")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_meeting_notice_answered")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_notice_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_meeting_notice_member_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_notice_person_id")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", "person_id", name=op.f("pk_meeting_notice")),
    )
    op.create_index(op.f("ix_meeting_notice_person_id"), "meeting_notice", ["person_id"], unique=False)
    op.create_table(
        "motion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=3000), nullable=False),
        sa.Column("about", sa.String(length=11), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("proposer_id", sa.Integer(), nullable=True),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("gives_receipts", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("quorum_num", sa.Integer(), nullable=True),
        sa.Column("quorum_den", sa.Integer(), nullable=True),
        sa.Column("quorum_strict", sa.Boolean(), nullable=True),
        sa.Column("pass_num", sa.Integer(), nullable=True),
        sa.Column("pass_den", sa.Integer(), nullable=True),
        sa.Column("pass_strict", sa.Boolean(), nullable=True),
        sa.Column("pass_of", sa.String(length=8), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entitled", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("abstentions", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("ballots_sha256", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'passed' AND coalesce(outcome, '') = 'passed') OR (state = 'rejected' AND coalesce(outcome, '') = 'rejected') OR (state IN ('void', 'challenged') AND outcome IS NOT NULL) OR (state NOT IN ('passed', 'rejected', 'void', 'challenged') AND outcome IS NULL)",
            name=op.f("ck_motion_outcome"),
        ),
        sa.CheckConstraint(
            "about IN ('application', 'dues_table', 'waiver', 'expulsion', 'sanction', 'pact', 'charter', 'election', 'general')",
            name=op.f("ck_motion_about_word"),
        ),
        sa.CheckConstraint("outcome IN ('passed', 'rejected', 'void')", name=op.f("ck_motion_outcome_word")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'passed' OR (votes_for * pass_den > (CASE WHEN pass_of = 'present' THEN present ELSE entitled END) * pass_num\n OR (NOT pass_strict AND votes_for * pass_den = (CASE WHEN pass_of = 'present' THEN present ELSE entitled END) * pass_num))",
            name=op.f("ck_motion_majority"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'rejected' OR NOT (votes_for * pass_den > (CASE WHEN pass_of = 'present' THEN present ELSE entitled END) * pass_num\n OR (NOT pass_strict AND votes_for * pass_den = (CASE WHEN pass_of = 'present' THEN present ELSE entitled END) * pass_num))",
            name=op.f("ck_motion_no_majority"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'void' OR NOT (present * quorum_den > entitled * quorum_num\n OR (NOT quorum_strict AND present * quorum_den = entitled * quorum_num))",
            name=op.f("ck_motion_no_quorum"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'void' OR (present * quorum_den > entitled * quorum_num\n OR (NOT quorum_strict AND present * quorum_den = entitled * quorum_num))",
            name=op.f("ck_motion_quorum"),
        ),
        sa.CheckConstraint("pass_of IN ('present', 'entitled')", name=op.f("ck_motion_pass_of_word")),
        sa.CheckConstraint(
            "state IN ('proposed', 'declined', 'listed', 'notified', 'open', 'closed', 'passed', 'rejected', 'void', 'challenged', 'withdrawn')",
            name=op.f("ck_motion_state_word"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('declined', 'withdrawn') OR state_reason <> ''", name=op.f("ck_motion_reason")
        ),
        sa.CheckConstraint(
            "state NOT IN ('listed', 'notified', 'open', 'closed', 'passed', 'rejected', 'challenged') OR meeting_id IS NOT NULL",
            name=op.f("ck_motion_meeting"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'closed', 'passed', 'rejected', 'challenged') OR (quorum_den IS NOT NULL AND pass_den IS NOT NULL AND pass_of IS NOT NULL AND quorum_strict IS NOT NULL AND pass_strict IS NOT NULL AND opened_at IS NOT NULL AND entitled > 0)",
            name=op.f("ck_motion_frozen"),
        ),
        sa.CheckConstraint("closes_at IS NULL OR closes_at > opened_at", name=op.f("ck_motion_window")),
        sa.CheckConstraint("length(ballots_sha256) <= 64", name=op.f("ck_motion_ballots_sha256_length")),
        sa.CheckConstraint("length(state_reason) <= 300", name=op.f("ck_motion_state_reason_length")),
        sa.CheckConstraint("length(text) <= 3000", name=op.f("ck_motion_text_length")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck_motion_title_length")),
        sa.CheckConstraint(
            "outcome IS NULL OR (counted_at IS NOT NULL AND present IS NOT NULL AND votes_for IS NOT NULL AND votes_against IS NOT NULL AND abstentions IS NOT NULL AND present <= entitled AND votes_for >= 0 AND votes_against >= 0 AND abstentions >= 0 AND votes_for + votes_against + abstentions <= present)",
            name=op.f("ck_motion_figures"),
        ),
        sa.CheckConstraint("published_at IS NULL OR outcome IS NOT NULL", name=op.f("ck_motion_published")),
        sa.CheckConstraint(
            "quorum_num BETWEEN 1 AND quorum_den AND pass_num BETWEEN 1 AND pass_den AND quorum_num * 2 >= quorum_den AND pass_num * 2 >= pass_den",
            name=op.f("ck_motion_rule"),
        ),
        sa.ForeignKeyConstraint(["association_id"], ["organisation.id"], name=op.f("fk_motion_association_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_motion_meeting_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["member.id"], name=op.f("fk_motion_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motion")),
    )
    op.create_index(op.f("ix_motion_closes_at"), "motion", ["closes_at"], unique=False)
    op.create_index("ix_motion_meeting", "motion", ["meeting_id", "position"], unique=False)
    op.create_index(
        "uq_motion_live",
        "motion",
        ["association_id", "about", "about_id"],
        unique=True,
        sqlite_where=sa.text("about_id IS NOT NULL AND state NOT IN ('declined', 'rejected', 'void', 'withdrawn')"),
        postgresql_where=sa.text("about_id IS NOT NULL AND state NOT IN ('declined', 'rejected', 'void', 'withdrawn')"),
    )
    op.create_table(
        "proxy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f("ck_proxy_reason")),
        sa.CheckConstraint("state IN ('filed', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_proxy_state_word")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_proxy_reason_length")),
        sa.CheckConstraint("principal_id <> agent_id", name=op.f("ck_proxy_other")),
        sa.CheckConstraint("slot BETWEEN 1 AND most", name=op.f("ck_proxy_slot")),
        sa.ForeignKeyConstraint(["agent_id"], ["member.id"], name=op.f("fk_proxy_agent_id")),
        sa.ForeignKeyConstraint(["document_id"], ["attachment.id"], name=op.f("fk_proxy_document_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["person.id"], name=op.f("fk_proxy_filed_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_proxy_meeting_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["member.id"], name=op.f("fk_proxy_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_agent_id"), "proxy", ["agent_id"], unique=False)
    op.create_index(op.f("ix_proxy_principal_id"), "proxy", ["principal_id"], unique=False)
    op.create_index(
        "uq_proxy_principal",
        "proxy",
        ["meeting_id", "principal_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('filed', 'accepted')"),
        postgresql_where=sa.text("state IN ('filed', 'accepted')"),
    )
    op.create_index(
        "uq_proxy_slot",
        "proxy",
        ["meeting_id", "agent_id", "slot"],
        unique=True,
        sqlite_where=sa.text("state IN ('filed', 'accepted')"),
        postgresql_where=sa.text("state IN ('filed', 'accepted')"),
    )
    op.create_table(
        "ballot",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=7), nullable=False),
        sa.Column("receipt", sa.String(length=9), nullable=False),
        sa.CheckConstraint("choice IN ('for', 'against', 'abstain')", name=op.f("ck_ballot_choice_word")),
        sa.CheckConstraint("length(key) <= 32", name=op.f("ck_ballot_key_length")),
        sa.CheckConstraint("length(receipt) <= 9", name=op.f("ck_ballot_receipt_length")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_ballot_motion_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ballot_motion_id"), "ballot", ["motion_id"], unique=False)
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("grounds", sa.String(length=1000), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("recounted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recount_agrees", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'open' OR (answer <> '' AND recounted_at IS NOT NULL)", name=op.f("ck_challenge_answered")
        ),
        sa.CheckConstraint("state IN ('open', 'dismissed', 'upheld')", name=op.f("ck_challenge_state_word")),
        sa.CheckConstraint("length(answer) <= 1000", name=op.f("ck_challenge_answer_length")),
        sa.CheckConstraint("length(grounds) <= 1000", name=op.f("ck_challenge_grounds_length")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["person.id"], name=op.f("fk_challenge_filed_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_challenge_member_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_challenge_motion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_motion_id"), "challenge", ["motion_id"], unique=False)
    op.create_index(
        "uq_challenge_open",
        "challenge",
        ["motion_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "named_vote",
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=7), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("choice IN ('for', 'against', 'abstain')", name=op.f("ck_named_vote_choice_word")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_named_vote_member_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_named_vote_motion_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_named_vote_person_id")),
        sa.PrimaryKeyConstraint("motion_id", "member_id", name=op.f("pk_named_vote")),
    )
    op.create_table(
        "recusal",
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_recusal_reason_length")),
        sa.ForeignKeyConstraint(["declared_by_id"], ["person.id"], name=op.f("fk_recusal_declared_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_recusal_member_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_recusal_motion_id")),
        sa.PrimaryKeyConstraint("motion_id", "member_id", name=op.f("pk_recusal")),
    )
    op.create_table(
        "roll_entry",
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("is_present OR NOT has_voted", name=op.f("ck_roll_entry_present")),
        sa.CheckConstraint("length(name) <= 100", name=op.f("ck_roll_entry_name_length")),
        sa.ForeignKeyConstraint(["agent_id"], ["member.id"], name=op.f("fk_roll_entry_agent_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_roll_entry_member_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_roll_entry_motion_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roll_entry_person_id")),
        sa.PrimaryKeyConstraint("motion_id", "member_id", name=op.f("pk_roll_entry")),
    )
    op.create_index(op.f("ix_roll_entry_person_id"), "roll_entry", ["person_id"], unique=False)

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
    op.drop_index(op.f("ix_roll_entry_person_id"), table_name="roll_entry")
    op.drop_table("roll_entry")
    op.drop_table("recusal")
    op.drop_table("named_vote")
    op.drop_index(
        "uq_challenge_open",
        table_name="challenge",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_challenge_motion_id"), table_name="challenge")
    op.drop_table("challenge")
    op.drop_index(op.f("ix_ballot_motion_id"), table_name="ballot")
    op.drop_table("ballot")
    op.drop_index(
        "uq_proxy_slot",
        table_name="proxy",
        sqlite_where=sa.text("state IN ('filed', 'accepted')"),
        postgresql_where=sa.text("state IN ('filed', 'accepted')"),
    )
    op.drop_index(
        "uq_proxy_principal",
        table_name="proxy",
        sqlite_where=sa.text("state IN ('filed', 'accepted')"),
        postgresql_where=sa.text("state IN ('filed', 'accepted')"),
    )
    op.drop_index(op.f("ix_proxy_principal_id"), table_name="proxy")
    op.drop_index(op.f("ix_proxy_agent_id"), table_name="proxy")
    op.drop_table("proxy")
    op.drop_index(
        "uq_motion_live",
        table_name="motion",
        sqlite_where=sa.text("about_id IS NOT NULL AND state NOT IN ('declined', 'rejected', 'void', 'withdrawn')"),
        postgresql_where=sa.text("about_id IS NOT NULL AND state NOT IN ('declined', 'rejected', 'void', 'withdrawn')"),
    )
    op.drop_index("ix_motion_meeting", table_name="motion")
    op.drop_index(op.f("ix_motion_closes_at"), table_name="motion")
    op.drop_table("motion")
    op.drop_index(op.f("ix_meeting_notice_person_id"), table_name="meeting_notice")
    op.drop_table("meeting_notice")
    op.drop_table("meeting_attendance")
    op.drop_index(op.f("ix_meeting_association_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_table("slip")
