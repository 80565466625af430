"""Dues that arrive: parts, receipts without gaps, nothing booked twice, mistakes taken back; waivers by decision."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.association.errors import (
    InvoiceClosed,
    LineKnown,
    MoreThanOpen,
    NoAmount,
    PaidBefore,
    PaidInFuture,
    ReasonMissing,
    SerialMissing,
    WaiverWaits,
)
from services.association.models.dues import (
    BankLine,
    DuesMethod,
    DuesPayment,
    InvoiceState,
    LineState,
    MembershipTerm,
    WaiverState,
)
from services.association.models.meetings import Motion, MotionSubject, Recusal
from services.association.models.register import MemberEvent, Standing
from services.association.operations.invoicing import cancel, issue_one
from services.association.operations.payments import Money, record_payment, reverse
from services.association.operations.waivers import decide_waiver, propose_waiver
from services.core.errors import NotAllowed, NotFound, WrongState
from services.core.outbox import OutboxTask
from tests.factories.board import make_association
from tests.factories.catalogue import make_cluster
from tests.factories.register import enrol, make_invoice

D = date.fromisoformat
DAY = "2027-01-20"


@pytest.fixture
def member(guild, session):
    return enrol(session, guild.id, guild.firm.organisation.id, from_on=D("2026-01-01"), until_on=D("2026-12-31"))


@pytest.fixture
def invoice(session, member):
    return make_invoice(session, member, 2027)


def money(fen=200_000, method=DuesMethod.CASH, on=DAY, serial=""):
    return Money(fen, D(on), "示例·晶石玻璃有限公司", method, serial)


def test_dues_are_paid_in_parts_and_each_has_its_receipt(guild, session, invoice):
    first = record_payment(guild.desk(DAY), invoice.id, money(50_000))
    assert (invoice.state, invoice.open_fen, first.receipt_no) == (InvoiceState.OPEN, 150_000, "HS-2027-00001")

    with pytest.raises(MoreThanOpen):
        record_payment(guild.desk(DAY), invoice.id, money(150_001))

    second = record_payment(guild.desk(DAY), invoice.id, money(150_000))
    assert (invoice.state, str(invoice.settled_on), second.receipt_no) == (InvoiceState.SETTLED, DAY, "HS-2027-00002")
    letters = session.scalars(select(OutboxTask.payload).where(OutboxTask.task == "mail.dues_received")).all()
    assert [one["payment_id"] for one in letters] == [first.id, second.id]


def test_what_cannot_be_booked_takes_no_receipt_number(guild, session, invoice):
    for wrong, reason in (
        (money(0), NoAmount),
        (money(-1), NoAmount),
        (money(on="2027-01-21"), PaidInFuture),
        (money(method=DuesMethod.TRANSFER), SerialMissing),
    ):
        with pytest.raises(reason):
            record_payment(guild.desk(DAY), invoice.id, wrong)
    assert record_payment(guild.desk(DAY), invoice.id, money()).receipt_no == "HS-2027-00001"


def test_a_transfer_is_a_bank_line_and_not_booked_again_under_its_number(guild, session, invoice):
    record_payment(guild.desk(DAY), invoice.id, money(100_000, DuesMethod.TRANSFER, serial="B20270120-1"))
    line = session.scalars(select(BankLine)).one()
    assert (line.state, line.open_fen) == (LineState.BOOKED, 0)
    with pytest.raises(LineKnown):
        record_payment(guild.desk(DAY), invoice.id, money(100_000, DuesMethod.TRANSFER, serial="B20270120-1"))


def test_a_payment_booked_by_mistake_is_taken_back_with_its_term_and_keeps_its_number(guild, session, member, invoice):
    payment = record_payment(guild.desk(DAY), invoice.id, money(method=DuesMethod.TRANSFER, serial="B1"))
    assert member.standing is Standing.ACTIVE
    with pytest.raises(ReasonMissing):
        reverse(guild.desk(DAY), payment.id, "")

    reverse(guild.desk("2027-06-01"), payment.id, "付错单位")

    assert (invoice.state, invoice.open_fen, member.standing) == (InvoiceState.OPEN, 200_000, Standing.SUSPENDED)
    assert (payment.receipt_no, payment.reversed_reason) == ("HS-2027-00001", "付错单位")
    line = session.scalars(select(BankLine)).one()
    assert (line.state, line.booked_fen) == (LineState.WAITING, 0)
    with pytest.raises(WrongState):
        reverse(guild.desk("2027-06-01"), payment.id, "再来")
    again = record_payment(guild.desk("2027-06-02"), invoice.id, money(on="2027-06-02"))
    assert (again.receipt_no, member.standing) == ("HS-2027-00002", Standing.ACTIVE)
    live = select(func.count(MembershipTerm.id)).where(MembershipTerm.revoked_at.is_(None))
    assert session.scalar(live.where(MembershipTerm.member_id == member.id)) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dues_invoice SET paid_fen = amount_fen + 1",
        "UPDATE dues_invoice SET state = 'settled', settled_on = '2027-01-20'",
        "UPDATE dues_payment SET amount_fen = 1",
        "UPDATE dues_payment SET receipt_no = 'HS-2027-00009'",
        "DELETE FROM dues_payment",
        "DELETE FROM dues_invoice",
        "UPDATE bank_line SET booked_fen = amount_fen + 1",
        "UPDATE bank_line SET amount_fen = 999999999",
        "UPDATE dues_level SET amount_fen = 1",
        "DELETE FROM dues_level",
        "UPDATE dues_table SET present = 11",
        "UPDATE dues_table SET state = 'draft'",
        "DELETE FROM member_event",
        "UPDATE membership_term SET from_on = '2020-01-01'",
        "DELETE FROM member",
    ],
)
def test_the_database_refuses_what_no_operation_does(guild, session, invoice, statement):
    record_payment(guild.desk(DAY), invoice.id, money(100_000, DuesMethod.TRANSFER, serial="B1"))
    assert session.scalar(select(func.count(MemberEvent.id)))
    with pytest.raises((IntegrityError, DBAPIError)):
        session.execute(text(statement))


def test_the_receipt_is_the_database_s_to_refuse_twice(guild, session, invoice):
    payment = record_payment(guild.desk(DAY), invoice.id, money(100_000))
    values = {name: getattr(payment, name) for name in map(str, DuesPayment.__table__.c.keys()) if name != "id"}
    session.add(DuesPayment(**values))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_waiver_waits_for_the_council_and_the_member_steps_aside(guild, session, member, invoice):
    with pytest.raises(ReasonMissing):
        propose_waiver(guild.desk(DAY), invoice.id, 1, " ")
    with pytest.raises(MoreThanOpen):
        propose_waiver(guild.desk(DAY), invoice.id, 200_001, "困难")
    waiver = propose_waiver(guild.desk(DAY), invoice.id, 200_000, "火灾停产")
    with pytest.raises(WaiverWaits), session.begin_nested():
        propose_waiver(guild.desk(DAY), invoice.id, 1, "再来")
    motion = session.scalars(select(Motion)).one()
    assert (motion.about, motion.about_id) == (MotionSubject.WAIVER, waiver.id)
    assert session.scalars(select(Recusal.member_id)).all() == [member.id]
    assert (invoice.state, invoice.waived_fen) == (InvoiceState.OPEN, 0)

    assert decide_waiver(guild.clock(DAY), waiver.id, motion_id=motion.id, granted=True, decided_on=D(DAY))
    assert not decide_waiver(guild.clock(DAY), waiver.id, motion_id=motion.id, granted=True, decided_on=D(DAY))
    assert (invoice.state, invoice.waived_fen, member.standing) == (InvoiceState.SETTLED, 200_000, Standing.ACTIVE)


def test_what_was_paid_meanwhile_is_not_waived(guild, session, invoice):
    waiver = propose_waiver(guild.desk(DAY), invoice.id, 150_000, "困难")
    record_payment(guild.desk(DAY), invoice.id, money(120_000))
    decide_waiver(guild.clock(DAY), waiver.id, motion_id=1, granted=True, decided_on=D(DAY))
    assert (invoice.waived_fen, waiver.amount_fen, invoice.state) == (80_000, 80_000, InvoiceState.SETTLED)


def test_a_refused_waiver_leaves_the_dues(guild, invoice):
    waiver = propose_waiver(guild.desk(DAY), invoice.id, 150_000, "困难")
    decide_waiver(guild.clock(DAY), waiver.id, motion_id=1, granted=False, decided_on=D(DAY))
    assert (waiver.state, invoice.waived_fen) == (WaiverState.REFUSED, 0)


def test_an_invoice_is_cancelled_only_while_nothing_is_on_it(guild, session, member, invoice):
    cancel(guild.desk(DAY), invoice.id, "重复")
    with pytest.raises(InvoiceClosed):
        cancel(guild.desk(DAY), invoice.id, "重复")
    other = issue_one(guild.desk("2028-01-05"), member.id, 2028)
    record_payment(guild.desk("2028-01-06"), other.id, money(1, on="2028-01-06"))
    with pytest.raises(PaidBefore):
        cancel(guild.desk("2028-01-06"), other.id, "重复")
    with pytest.raises(InvoiceClosed):
        issue_one(guild.desk("2028-01-06"), member.id, 2028)


def test_dues_of_another_association_do_not_exist(guild, session, invoice):
    rival = make_association(session, make_cluster(session))
    payment = record_payment(guild.desk(DAY), invoice.id, money(1))
    for work, refusal in ((guild.own(DAY, rival), NotFound), (guild.own(DAY), NotAllowed)):
        for deed in (
            lambda w: record_payment(w, invoice.id, money()),
            lambda w: reverse(w, payment.id, "x"),
            lambda w: propose_waiver(w, invoice.id, 1, "x"),
            lambda w: cancel(w, invoice.id, "x"),
        ):
            with pytest.raises(refusal):
                deed(work)
