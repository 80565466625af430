"""The renewal matrix: days × payments × waivers × levels × reinstatement, and where the member stands then."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.association.errors import MembershipOver
from services.association.models.dues import DuesMethod, MembershipTerm
from services.association.models.register import Standing, Tier
from services.association.operations import admitting, joining
from services.association.operations.invoicing import issue_year
from services.association.operations.joining import JoinWish
from services.association.operations.members import set_tier
from services.association.operations.payments import Money, record_payment
from services.association.operations.standings import recompute_batch, refresh
from services.association.operations.waivers import decide_waiver, propose_waiver
from services.association.queries.dues import invoices_of
from services.association.standing import is_member
from tests.factories.register import enrol

S = Standing
D = date.fromisoformat
DUES = 200_000


@dataclass(frozen=True)
class Deed:
    """Something done on a day: ask for a year, pay part of it, waive part of it, change the level."""

    on: str
    kind: str
    year: int = 0
    fen: int = DUES


def ask(on, year):
    return Deed(on, "ask", year)


def pay(on, year, fen=DUES):
    return Deed(on, "pay", year, fen)


def waive(on, year, fen=DUES):
    return Deed(on, "waive", year, fen)


FIRST = ("2026-03-01", "2026-12-31")
Y2027 = ("2027-01-01", "2027-12-31")
Y2028 = ("2028-01-01", "2028-12-31")
ASKED = ask("2027-01-01", 2027)  # due on the 31st of January; rights until the 1st of May

MATRIX = [
    # name, deeds, {day: standing}, terms at the end
    ("never asked", [], {"2026-12-31": S.ACTIVE, "2027-01-30": S.DUE, "2027-05-01": S.SUSPENDED}, [FIRST]),
    ("asked, not paid", [ASKED], {"2027-01-31": S.DUE, "2027-02-01": S.GRACE, "2027-05-02": S.SUSPENDED}, [FIRST]),
    (
        "paid before the year",
        [ask("2026-12-01", 2027), pay("2026-12-15", 2027)],
        {"2027-06-01": S.ACTIVE},
        [FIRST, Y2027],
    ),
    (
        "paid when due",
        [ASKED, pay("2027-01-31", 2027)],
        {"2027-02-01": S.ACTIVE, "2027-12-31": S.ACTIVE},
        [FIRST, Y2027],
    ),
    ("paid in the grace", [ASKED, pay("2027-04-30", 2027)], {"2027-05-02": S.ACTIVE}, [FIRST, Y2027]),
    ("paid while suspended", [ASKED, pay("2027-09-09", 2027)], {"2027-09-09": S.ACTIVE}, [FIRST, Y2027]),
    (
        "half paid",
        [ASKED, pay("2027-01-10", 2027, 100_000)],
        {"2027-02-01": S.GRACE, "2027-05-02": S.SUSPENDED},
        [FIRST],
    ),
    (
        "half paid twice",
        [ASKED, pay("2027-01-10", 2027, 100_000), pay("2027-06-10", 2027, 100_000)],
        {"2027-06-10": S.ACTIVE},
        [FIRST, Y2027],
    ),
    ("waived in full", [ASKED, waive("2027-02-10", 2027)], {"2027-02-10": S.ACTIVE}, [FIRST, Y2027]),
    (
        "half waived, half paid",
        [ASKED, waive("2027-02-10", 2027, 100_000), pay("2027-03-01", 2027, 100_000)],
        {"2027-03-01": S.ACTIVE, "2028-01-05": S.DUE},
        [FIRST, Y2027],
    ),
    ("half waived alone", [ASKED, waive("2027-02-10", 2027, 100_000)], {"2027-05-02": S.SUSPENDED}, [FIRST]),
    (
        "paid beyond what a waiver left",
        [ASKED, pay("2027-02-01", 2027, 150_000), waive("2027-02-10", 2027, 50_000)],
        {"2027-02-10": S.ACTIVE},
        [FIRST, Y2027],
    ),
    (
        "the later year first",
        [ASKED, ask("2028-01-01", 2028), pay("2028-01-20", 2028)],
        {"2028-02-01": S.SUSPENDED},
        [FIRST, Y2028],
    ),
    (
        "the later year first, then the earlier",
        [ASKED, ask("2028-01-01", 2028), pay("2028-01-20", 2028), pay("2028-02-10", 2027)],
        {"2028-02-10": S.ACTIVE},
        [FIRST, Y2027, Y2028],
    ),
    (
        "over the 29th of February",
        [ASKED, pay("2027-01-31", 2027), ask("2028-01-30", 2028), pay("2028-02-29", 2028)],
        {"2028-02-29": S.ACTIVE, "2028-12-31": S.ACTIVE, "2029-01-01": S.DUE},
        [FIRST, Y2027, Y2028],
    ),
    ("not paid for two years", [ASKED], {"2029-01-29": S.SUSPENDED, "2029-01-30": S.LAPSED}, [FIRST]),
]


@pytest.fixture
def member(guild, session):
    made = enrol(session, guild.id, guild.firm.organisation.id, from_on=D("2026-03-01"), until_on=D("2026-12-31"))
    guild.clear_others()
    return made


def do(guild, session, member, deed):
    refresh(guild.desk(deed.on), member)
    if deed.kind == "ask":
        assert issue_year(guild.desk(deed.on), guild.id, deed.year) == 1
        return
    invoice = next(one for one in invoices_of(session, member.id) if one.year == deed.year)
    if deed.kind == "pay":
        money = Money(deed.fen, D(deed.on), "示例", DuesMethod.CASH)
        record_payment(guild.desk(deed.on), invoice.id, money)
        return
    waiver = propose_waiver(guild.desk(deed.on), invoice.id, deed.fen, "疫情影响")
    decide_waiver(guild.clock(deed.on), waiver.id, motion_id=1, granted=True, decided_on=D(deed.on))


def terms_of(session, member):
    rows = session.scalars(
        select(MembershipTerm)
        .where(MembershipTerm.member_id == member.id, MembershipTerm.revoked_at.is_(None))
        .order_by(MembershipTerm.from_on)
    ).all()
    return [(str(one.from_on), str(one.until_on)) for one in rows]


@pytest.mark.parametrize(("deeds", "days", "terms"), [row[1:] for row in MATRIX], ids=[row[0] for row in MATRIX])
def test_a_member_renews(guild, session, member, deeds, days, terms):
    for deed in deeds:
        do(guild, session, member, deed)
    assert terms_of(session, member) == terms
    for day, expected in days.items():
        refresh(guild.desk(day), member)
        assert member.standing is expected, day
        entitled = expected in {S.ACTIVE, S.DUE, S.GRACE}
        assert is_member(session, member.organisation_id, D(day)) is entitled, day


def test_rights_end_on_the_day_itself_without_waiting_for_the_night(guild, session, member):
    do(guild, session, member, ASKED)
    assert str(member.rights_until) == "2027-05-01"
    assert is_member(session, member.organisation_id, D("2027-05-01"))
    assert not is_member(session, member.organisation_id, D("2027-05-02"))


def test_a_level_counts_from_the_next_dues(guild, session, member):
    do(guild, session, member, ASKED)
    set_tier(guild.desk("2027-01-05"), member.id, Tier.DIRECTOR)
    do(guild, session, member, pay("2027-01-20", 2027))
    do(guild, session, member, ask("2028-01-01", 2028))
    assert [(one.year, one.amount_fen) for one in invoices_of(session, member.id)] == [(2028, 500_000), (2027, 200_000)]
    do(guild, session, member, pay("2028-01-20", 2028, 500_000))
    tiers = select(MembershipTerm.tier).where(MembershipTerm.member_id == member.id).order_by(MembershipTerm.from_on)
    assert session.scalars(tiers).all() == [Tier.MEMBER, Tier.MEMBER, Tier.DIRECTOR]


def test_coming_back_is_a_new_term_and_the_gap_stays(guild, session, member):
    do(guild, session, member, ASKED)
    recompute_batch(guild.clock("2029-02-01"), association_id=guild.id)
    assert (member.standing, str(member.ended_on)) == (S.LAPSED, "2029-01-30")

    [invoice] = invoices_of(session, member.id)
    late = Money(DUES, D("2029-02-03"), "示例", DuesMethod.CASH)
    with pytest.raises(MembershipOver):
        record_payment(guild.desk("2029-02-05"), invoice.id, late)

    back = come_back(guild, "2029-03-01")
    assert (back.state.value, back.member_id) == ("admitted", member.id)
    assert terms_of(session, member) == [FIRST, ("2029-03-20", "2029-12-31")]
    assert (member.standing, str(member.since_on), str(member.joined_on)) == (S.ACTIVE, "2029-03-20", "2026-03-01")
    assert invoice.state.value == "cancelled"  # what was owed before the gap is asked for no more
    for day, expected in {"2029-03-19": False, "2029-03-20": True, "2029-12-31": True}.items():
        assert is_member(session, member.organisation_id, D(day)) is expected


def test_money_that_was_there_before_the_lapse_lifts_it(guild, session, member):
    do(guild, session, member, ASKED)
    recompute_batch(guild.clock("2029-02-01"), association_id=guild.id)
    assert member.standing is S.LAPSED
    [invoice] = invoices_of(session, member.id)
    record_payment(guild.desk("2029-02-05"), invoice.id, Money(DUES, D("2029-01-29"), "示例", DuesMethod.CASH))
    assert (member.ended_on, member.standing) == (None, S.SUSPENDED)  # 2028 was never paid
    assert terms_of(session, member) == [FIRST, Y2027]


def come_back(guild, day):
    """Apply, be shown in public, be agreed to, and pay."""
    start = D(day)
    person = guild.firm.person.id
    wish = JoinWish("重新入会", "王示例", "13800000001", person, accepts_charter=True)
    application = joining.apply(guild.own(start), guild.id, wish)
    admitting.publish(guild.desk(start + timedelta(days=1)), application.id)
    admitting.sweep_applications(guild.clock(start + timedelta(days=12)))
    decided = start + timedelta(days=14)
    admitting.approve(guild.clock(decided), application.id, motion_id=1, decided_on=decided)
    invoice = invoices_of(guild.session, application.member_id)[0]
    paid = start + timedelta(days=19)
    record_payment(guild.desk(paid), invoice.id, Money(invoice.amount_fen, paid, "示例", DuesMethod.CASH))
    return application
