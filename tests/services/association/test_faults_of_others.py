"""What users of CiviCRM and Tendenci complain of (training-and-association.md 2.2), each shown not to happen here."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.association.errors import InvoiceClosed, MembershipOver
from services.association.models.dues import DuesInvoice, DuesMethod, DuesReminder, MembershipTerm
from services.association.models.register import Standing
from services.association.operations.invoicing import issue_due, issue_year
from services.association.operations.members import ask_exit, confirm_exit
from services.association.operations.payments import Money, record_payment
from services.association.operations.reminding import remind_of_dues
from services.association.operations.standings import AT_ONCE, recompute, recompute_batch, refresh
from services.association.queries.dues import invoices_of
from services.association.standing import is_member
from services.core.audit import AuditEntry
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from tests.factories.organisations import make_organisation
from tests.factories.register import enrol, make_invoice

D = date.fromisoformat
DUES = 200_000


@pytest.fixture
def member(guild, session):
    guild.clear_others()
    return enrol(session, guild.id, guild.firm.organisation.id, from_on=D("2026-01-01"), until_on=D("2026-12-31"))


def cash(on, fen=DUES):
    return Money(fen, D(on), "示例", DuesMethod.CASH)


def terms(session, member):
    return session.scalar(select(func.count(MembershipTerm.id)).where(MembershipTerm.member_id == member.id))


def test_a_renewal_extends_once_however_often_it_is_booked(guild, session, member):
    """CiviCRM #11730: a renewal extends twice."""
    invoice = make_invoice(session, member, 2027)
    record_payment(guild.desk("2027-01-20"), invoice.id, cash("2027-01-20"))
    with pytest.raises(InvoiceClosed):
        record_payment(guild.desk("2027-01-20"), invoice.id, cash("2027-01-20"))
    assert terms(session, member) == 2
    session.add(
        MembershipTerm(
            member_id=member.id,
            from_on=D("2028-01-01"),
            until_on=D("2028-12-31"),
            tier=member.tier,
            invoice_id=invoice.id,
            created_at=guild.desk("2027-01-20").now,
        )
    )
    with pytest.raises(IntegrityError):  # the database has one term of an invoice
        session.flush()


def test_terms_never_overlap_whoever_writes_them(guild, session, member):
    session.add(
        MembershipTerm(
            member_id=member.id,
            from_on=D("2026-12-31"),
            until_on=D("2027-05-01"),
            tier=member.tier,
            created_at=guild.desk("2026-12-31").now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_paid_member_does_not_expire_because_booking_took_time(guild, session, member):
    """CiviCRM #10173: a member that has paid expires."""
    invoice = make_invoice(session, member, 2027)
    refresh(guild.desk("2027-05-02"), member)
    assert member.standing is Standing.SUSPENDED
    record_payment(guild.desk("2027-05-10"), invoice.id, cash("2027-04-28"))
    assert (member.standing, str(member.rights_until)) == (Standing.ACTIVE, "2028-04-29")
    recompute_batch(guild.clock("2027-05-11"), association_id=guild.id)
    assert member.standing is Standing.ACTIVE


def test_a_payment_does_not_revive_an_old_record(guild, session, member):
    """CiviCRM #28194: paying old dues brings back a membership that has ended."""
    invoice = make_invoice(session, member, 2027)
    ask_exit(guild.own("2027-02-01"), member.id, "")
    confirm_exit(guild.desk("2027-02-02"), member.id, D("2027-02-02"))
    with pytest.raises(MembershipOver):
        record_payment(guild.desk("2027-02-03"), invoice.id, cash("2027-02-03"))
    assert (member.standing, terms(session, member)) == (Standing.EXITED, 1)


def test_who_does_not_pay_is_no_ghost_and_is_not_asked_again_and_again(guild, session, member):
    """Tendenci #1287: failed renewals leave ghost members that are charged without end."""
    assert issue_year(guild.desk("2027-01-01"), guild.id, 2027) == 1
    assert issue_year(guild.desk("2027-01-02"), guild.id, 2027) == 0
    assert not is_member(session, member.organisation_id, D("2027-06-01"))
    recompute_batch(guild.clock("2029-02-01"), association_id=guild.id)
    assert issue_due(guild.clock("2029-02-02")) == 0
    assert [one.year for one in invoices_of(session, member.id)] == [2027]


def test_a_member_is_warned_before_the_day_and_each_stage_once(guild, session, member):
    """Tendenci #1407: no warning before the charge."""
    invoice = make_invoice(session, member, 2027)
    for day in ("2027-01-20", "2027-01-24", "2027-01-25", "2027-01-31", "2027-03-02", "2027-04-20", "2027-05-02"):
        remind_of_dues(guild.clock(day))
    stages = select(DuesReminder.stage).where(DuesReminder.invoice_id == invoice.id).order_by(DuesReminder.sent_at)
    assert session.scalars(stages).all() == ["before", "due", "late", "last", "suspended"]
    letters = session.scalar(select(func.count(OutboxTask.id)).where(OutboxTask.task == "mail.dues_reminder"))
    assert letters == 5


def test_the_nightly_job_reports_what_it_changed_and_alarms_when_it_changed_nothing(guild, session, member):
    """CiviCRM #17992: the status job fails in silence."""
    refresh(guild.desk("2026-12-30"), member)
    assert str(member.changes_on) == "2027-01-01"
    found = recompute_batch(guild.clock("2027-01-01"), association_id=guild.id)
    assert (found.checked, found.due, found.changed) == (3, 1, 1)
    report = session.scalars(select(AuditEntry).where(AuditEntry.kind == "association.recomputed")).one()
    assert report.facts == {"checked": 3, "due": 1, "changed": 1, "drifted": 0}
    assert "association.alarm" not in set(session.scalars(select(AuditEntry.kind)))

    member.changes_on = D("2027-01-01")  # a day of change that nothing comes of
    recompute_batch(guild.clock("2027-01-02"), association_id=guild.id)
    assert alarms(session) == ["%(due)s members should have changed their standing tonight, %(changed)s did."]
    assert session.scalar(select(func.count(Notification.id)).where(Notification.link == "/associations/desk")) == 1


def alarms(session):
    return [
        one["message"]
        for one in session.scalars(select(AuditEntry.facts).where(AuditEntry.kind == "association.alarm"))
    ]


def test_a_standing_that_somebody_wrote_past_the_operations_is_put_right_and_told(guild, session, member):
    recompute_batch(guild.clock("2026-06-01"), association_id=guild.id)
    member.standing, member.rights_until = Standing.LAPSED, None
    recompute_batch(guild.clock("2026-06-02"), association_id=guild.id)
    assert member.standing is Standing.ACTIVE
    assert alarms(session)[-1].startswith("The standing of %(count)s members was wrong")


def test_a_night_without_the_job_is_told_the_next_night(guild, session, member):
    recompute_batch(guild.clock("2026-06-01"), association_id=guild.id)
    assert recompute(guild.clock("2026-06-02")) >= 1
    assert alarms(session) == []
    recompute(guild.clock("2026-06-04"))
    assert alarms(session) == [
        "The standing of %(count)s members was not looked at last night. Please tell the platform."
    ]


def test_the_nightly_job_takes_many_members_a_batch_at_a_time(guild, session, member):
    """CiviCRM #9723, wp-member-sync #41: memory, and 90,000 users."""
    for _ in range(AT_ONCE):
        enrol(session, guild.id, make_organisation(session).id)
    first = recompute_batch(guild.clock("2026-11-25"), association_id=guild.id)
    promised = session.scalars(select(OutboxTask).where(OutboxTask.task == "association.recompute_batch")).one()
    assert (first.checked, promised.payload["tally"]["checked"]) == (AT_ONCE, AT_ONCE)
    last = recompute_batch(guild.clock("2026-11-25"), **promised.payload)
    assert last.checked == AT_ONCE + 3


def test_recomputing_twice_changes_nothing_and_has_no_side_effects(guild, session, member):
    """CiviCRM #30493: the status job has side effects."""
    make_invoice(session, member, 2027)
    recompute_batch(guild.clock("2027-02-10"), association_id=guild.id)
    before = session.scalar(select(func.count(OutboxTask.id))), terms(session, member)
    again = recompute_batch(guild.clock("2027-02-10"), association_id=guild.id)
    assert (again.changed, again.drifted) == (0, 0)
    assert (session.scalar(select(func.count(OutboxTask.id))), terms(session, member)) == before


def test_dues_are_asked_for_by_themselves_when_a_year_begins(guild, session, member):
    """djangoproject #602, #710: renewals and invoices of firms."""
    assert issue_due(guild.clock("2027-01-01")) == 1
    assert issue_due(guild.clock("2027-01-02")) == 0
    invoice = session.scalars(select(DuesInvoice).where(DuesInvoice.member_id == member.id)).one()
    assert (invoice.year, invoice.due_on - invoice.issued_on) == (2027, timedelta(days=30))


def test_one_payer_settles_several_members(guild, session, member):
    """Tendenci #812: group membership under one payer."""
    days = {"from_on": D("2026-01-01"), "until_on": D("2026-12-31")}
    other = enrol(session, guild.id, make_organisation(session).id, **days)
    for one in (member, other):
        invoice = make_invoice(session, one, 2027)
        record_payment(guild.desk("2027-01-20"), invoice.id, Money(DUES, D("2027-01-20"), "集团公司", DuesMethod.SCAN))
    assert {member.standing, other.standing} == {Standing.ACTIVE}
