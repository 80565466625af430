"""Bank statements: every row is checked first, nothing is taken in or booked twice, doubt is for a person."""

import io
import random
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import select

from services.association.errors import InvoiceClosed, LineBookedThere, LineUsedUp, MoreThanOpen, StatementKnown
from services.association.models.dues import BankLine, DuesMethod, DuesPayment, InvoiceState, LineState
from services.association.operations.bank import book_certain, set_aside, take_in, take_up
from services.association.operations.payments import Money, book_line, record_payment, reverse
from services.association.queries.dues import open_dues, proposed
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from tests.factories.board import make_association
from tests.factories.catalogue import make_cluster
from tests.factories.organisations import make_organisation
from tests.factories.register import enrol, make_invoice

D = date.fromisoformat
DAY = "2027-01-20"
HEAD = "交易日期,交易流水号,对方户名,摘要,贷方金额,借方金额\n"


@pytest.fixture
def invoice(guild, session):
    guild.clear_others()
    days = {"from_on": D("2026-01-01"), "until_on": D("2026-12-31")}
    return make_invoice(session, enrol(session, guild.id, guild.firm.organisation.id, **days), 2027)


def table(*rows):
    return (HEAD + "\n".join(rows)).encode()


def lines(session, state=None):
    statement = select(BankLine).order_by(BankLine.id)
    return session.scalars(statement if state is None else statement.where(BankLine.state == state)).all()


def test_a_statement_is_taken_in_and_what_is_certain_is_booked(guild, session, invoice):
    name = guild.firm.organisation.name
    content = table(
        f"2027-01-18,S1,{name},会费,2000.00,",
        "2027-01-18,S2,张三,货款,88.00,",
        "2027-01-19,S3,电力公司,电费,,300.00",
        f'20270119,S4,{name},误转,"1,000.00",',
    )
    statement = take_in(guild.desk(DAY), guild.id, "一月.csv", content)
    assert (statement.lines_new, statement.lines_known) == (3, 0)
    assert [line.state for line in lines(session)] == [LineState.WAITING] * 3

    assert book_certain(guild.desk(DAY), guild.id) == 1
    assert invoice.state is InvoiceState.SETTLED
    payment = session.scalars(select(DuesPayment)).one()
    assert (payment.method, payment.payer, str(payment.received_on)) == (DuesMethod.TRANSFER, name, "2027-01-18")
    assert book_certain(guild.desk(DAY), guild.id) == 0


def test_the_same_file_and_the_same_lines_are_not_taken_in_twice(guild, session, invoice):
    first = table("2027-01-18,S1,张三,会费,2000.00,")
    take_in(guild.desk(DAY), guild.id, "a.csv", first)
    with pytest.raises(StatementKnown):
        take_in(guild.desk(DAY), guild.id, "b.csv", first)
    both = take_in(guild.desk(DAY), guild.id, "c.csv", first + b"\n2027-01-19,S2,\xe6\x9d\x8e\xe5\x9b\x9b,,1.00,")
    assert (both.lines_new, both.lines_known) == (1, 1)
    assert len(lines(session)) == 2


def test_a_transfer_booked_by_hand_is_known_when_its_statement_comes(guild, session, invoice):
    transfer = Money(200_000, D("2027-01-18"), "张三", DuesMethod.TRANSFER, "S1")
    record_payment(guild.desk(DAY), invoice.id, transfer)
    statement = take_in(guild.desk(DAY), guild.id, "a.csv", table("2027-01-18,S1,张三,会费,2000.00,"))
    assert (statement.lines_new, statement.lines_known) == (0, 1)
    assert len(session.scalars(select(DuesPayment)).all()) == 1


def test_every_row_that_cannot_be_read_is_told_and_nothing_is_taken_in(guild, session, invoice):
    take_in(guild.desk(DAY), guild.id, "a.csv", table("2027-01-18,S1,张三,会费,2000.00,"))
    wrong = table(
        "2027-13-01,S2,张三,,10.00,",
        "2027-01-21,S3,张三,,10.00,",
        "2027-01-18,,张三,,10.00,",
        "2027-01-18,S4,张三,,十元,",
        "2027-01-18,S5,张三,,10.00,",
        "2027-01-18,S5,李四,,10.00,",
        "1927-01-18,S6,张三,,10.00,",
    )
    with pytest.raises(RulesBroken) as broken:
        take_in(guild.desk(DAY), guild.id, "b.csv", wrong)
    assert [one.values["row"] for one in broken.value.errors] == [2, 3, 4, 5, 7, 8]
    with pytest.raises(RulesBroken) as broken:
        take_in(guild.desk(DAY), guild.id, "c.csv", table("2027-01-18,S1,张三,会费,2001.00,"))
    assert [one.values["row"] for one in broken.value.errors] == [2]
    with pytest.raises(RulesBroken):
        take_in(guild.desk(DAY), guild.id, "d.csv", "日期,金额\n2027-01-18,1\n".encode())
    assert len(lines(session)) == 1


def test_a_workbook_is_read_as_well(guild, session, invoice):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.strip().split(","))
        sheet.write_row(1, 0, ["2027-01-18", "S1", "张三", "会费", 2000])
    take_in(guild.desk(DAY), guild.id, "a.xlsx", stream.getvalue())
    [line] = lines(session)
    assert (str(line.arrived_on), line.amount_fen) == ("2027-01-18", 200_000)


def test_a_line_is_split_over_invoices_and_never_booked_beyond_its_amount(guild, session, invoice):
    second = make_invoice(session, invoice.member, 2026, due_on=D("2026-01-31"))
    take_in(guild.desk(DAY), guild.id, "a.csv", table(f"2027-01-18,S1,{guild.firm.organisation.name},,5000.00,"))
    [line] = lines(session)
    [proposal] = proposed([line], open_dues(session, guild.id))[line.id]
    assert proposal.parts == ((second.id, 200_000), (invoice.id, 200_000))

    book_line(guild.desk(DAY), line.id, list(proposal.parts))

    assert (line.state, line.open_fen) == (LineState.WAITING, 100_000)
    days = {"from_on": D("2026-01-01"), "until_on": D("2026-12-31")}
    other = make_invoice(session, enrol(session, guild.id, make_organisation(session).id, **days), 2027)
    with pytest.raises(LineUsedUp):
        book_line(guild.desk(DAY), line.id, [(other.id, 100_001)])
    book_line(guild.desk(DAY), line.id, [(other.id, 100_000)])
    assert line.state is LineState.BOOKED


def test_what_is_no_dues_is_put_aside_and_taken_up_again(guild, session, invoice):
    take_in(guild.desk(DAY), guild.id, "a.csv", table("2027-01-18,S1,张三,会费,2000.00,"))
    [line] = lines(session)
    set_aside(guild.desk(DAY), line.id, "退货款")
    with pytest.raises(LineUsedUp):
        book_line(guild.desk(DAY), line.id, [(invoice.id, 200_000)])
    with pytest.raises(WrongState):
        set_aside(guild.desk(DAY), line.id, "又来")
    take_up(guild.desk(DAY), line.id)
    book_line(guild.desk(DAY), line.id, [(invoice.id, 200_000)])
    with pytest.raises(WrongState):
        set_aside(guild.desk(DAY), line.id, "已入账")


def test_whatever_is_booked_and_taken_back_the_sums_agree(guild, session, invoice):
    """A random walk over one account: booked is what stands on invoices, and never beyond a line or an invoice."""
    dice = random.Random(20270120)
    days = {"from_on": D("2026-01-01"), "until_on": D("2026-12-31")}
    owed = [invoice] + [
        make_invoice(session, enrol(session, guild.id, make_organisation(session).id, **days), 2027) for _ in range(3)
    ]
    rows = [f"2027-01-18,S{n},户{n},,{dice.randint(1, 3000)}.00," for n in range(8)]
    take_in(guild.desk(DAY), guild.id, "a.csv", table(*rows))
    for _ in range(60):
        standing = session.scalars(select(DuesPayment).where(DuesPayment.reversed_at.is_(None))).all()
        try:
            with session.begin_nested():
                if standing and dice.random() < 0.3:
                    reverse(guild.desk(DAY), dice.choice(standing).id, "错")
                else:
                    line, one = dice.choice(lines(session)), dice.choice(owed)
                    book_line(guild.desk(DAY), line.id, [(one.id, dice.randint(1, 200_000))])
        except (LineUsedUp, MoreThanOpen, InvoiceClosed, LineBookedThere):
            pass
        session.expire_all()
        standing = session.scalars(select(DuesPayment).where(DuesPayment.reversed_at.is_(None))).all()
        assert sum(one.amount_fen for one in standing) == sum(one.booked_fen for one in lines(session))
        assert sum(one.amount_fen for one in standing) == sum(one.paid_fen for one in owed)
    numbers = sorted(session.scalars(select(DuesPayment.receipt_no)))
    assert numbers == [f"HS-2027-{n:05d}" for n in range(1, len(numbers) + 1)]


def test_bank_lines_of_another_association_do_not_exist(guild, session, invoice):
    rival = make_association(session, make_cluster(session))
    take_in(guild.desk(DAY), guild.id, "a.csv", table("2027-01-18,S1,张三,会费,2000.00,"))
    [line] = lines(session)
    for work, refusal in ((guild.own(DAY, rival), NotFound), (guild.own(DAY), NotAllowed)):
        for deed in (
            lambda w: take_in(w, guild.id, "x.csv", b"x"),
            lambda w: book_line(w, line.id, [(invoice.id, 1)]),
            lambda w: set_aside(w, line.id, "x"),
            lambda w: take_up(w, line.id),
            lambda w: book_certain(w, guild.id),
        ):
            with pytest.raises(refusal):
                deed(work)
