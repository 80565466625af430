"""Members: representatives with dates, consents, seats, exit and expulsion; the charter and its editions."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.association.errors import DayPassed, MembershipOver, NotBeforeStart, NotOurPerson, SeatTaken
from services.association.models.meetings import Motion, MotionSubject, Recusal
from services.association.models.register import (
    Ending,
    MemberEvent,
    Office,
    Representation,
    Standing,
    Tier,
)
from services.association.operations import charters, members
from services.association.operations.bringing import bring_charter, bring_expulsion
from services.association.operations.standings import recompute_batch
from services.association.queries.figures import by_standing, by_tier
from services.association.queries.members import (
    charter_draft,
    charter_of,
    charter_text,
    entitled_on,
    public_members,
    representative,
    representatives_of,
    represents,
    seats_on,
    terms_of,
)
from services.association.standing import is_member
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound
from services.core.outbox import OutboxTask
from tests.factories.accounts import make_person
from tests.factories.board import make_association, make_firm
from tests.factories.catalogue import make_cluster
from tests.factories.organisations import make_member
from tests.factories.register import at, enrol

D = date.fromisoformat
DAY = "2026-06-01"
V = Representation.VOTING


@pytest.fixture
def member(guild, session):
    return enrol(session, guild.id, guild.firm.organisation.id, from_on=D("2026-01-01"), until_on=D("2026-12-31"))


def test_representatives_follow_each_other_without_overlap(guild, session, member):
    first, second = guild.firm.person, make_person(session)
    make_member(session, second, guild.firm.organisation)
    members.name_representative(guild.own(DAY), member.id, V, first.id, D(DAY))
    members.name_representative(guild.own(DAY), member.id, V, second.id, D("2026-07-01"))

    who = [representative(session, member.id, V, D(day)) for day in ("2026-05-31", DAY, "2026-06-30", "2026-07-01")]
    assert who == [None, first, first, second]
    assert session.scalars(represents(second.id, V, D("2026-07-01"))).all() == [member]

    members.name_representative(guild.own("2026-06-15"), member.id, V, first.id, D("2026-06-20"))
    assert representative(session, member.id, V, D("2026-07-02")) is first
    present = representatives_of(session, member.id, D("2026-06-20"))[0]
    members.end_representative(guild.own("2026-06-25"), present.id)
    assert representative(session, member.id, V, D("2026-06-25")) is None


def test_only_a_person_of_the_firm_represents_it_and_not_in_the_past(guild, session, member):
    with pytest.raises(NotOurPerson):
        members.name_representative(guild.own(DAY), member.id, V, guild.board.member.person.id, D(DAY))
    with pytest.raises(DayPassed):
        members.name_representative(guild.own(DAY), member.id, V, guild.firm.person.id, D("2026-05-31"))
    with pytest.raises(NotFound):
        members.name_representative(guild.own(DAY, guild.board.member), member.id, V, guild.firm.person.id, D(DAY))
    with pytest.raises(NotAllowed):
        members.name_representative(at(session, guild.board.visitor, DAY), member.id, V, 1, D(DAY))


def test_the_public_list_names_those_that_agree(guild, session, member):
    assert session.scalars(public_members(guild.id, D(DAY))).all() == []
    member.shows_name = True
    session.flush()
    assert session.scalars(public_members(guild.id, D(DAY))).all() == [member]
    assert session.scalars(public_members(guild.id, D("2028-01-01"))).all() == []


def test_council_seats_are_of_organisations_one_at_a_time(guild, session, member):
    firm = guild.firm.organisation.id
    seat = members.give_seat(guild.desk(DAY), guild.id, firm, Office.DIRECTOR, D(DAY))
    with pytest.raises(SeatTaken), session.begin_nested():
        members.give_seat(guild.desk(DAY), guild.id, firm, Office.PRESIDENT, D(DAY))
    with pytest.raises(NotBeforeStart):
        members.end_seat(guild.desk(DAY), seat.id, D("2026-05-01"))
    members.end_seat(guild.desk(DAY), seat.id, D("2026-06-30"))
    members.give_seat(guild.desk(DAY), guild.id, firm, Office.PRESIDENT, D("2026-07-01"))
    offices = [session.scalars(seats_on(guild.id, D(day))).one().office for day in ("2026-06-30", "2026-07-01")]
    assert offices == [Office.DIRECTOR, Office.PRESIDENT]
    with pytest.raises(NotFound):
        members.give_seat(guild.desk(DAY), guild.id, guild.board.outsider.organisation.id, Office.DIRECTOR, D(DAY))


def test_leaving_is_asked_for_taken_back_and_confirmed(guild, session, member):
    members.give_seat(guild.desk(DAY), guild.id, member.organisation_id, Office.DIRECTOR, D(DAY))
    members.name_representative(guild.own(DAY), member.id, V, guild.firm.person.id, D(DAY))
    members.ask_exit(guild.own(DAY), member.id, "业务调整")
    members.take_back_exit(guild.own(DAY), member.id)
    with pytest.raises(NotFound):
        members.confirm_exit(guild.desk(DAY), member.id, D(DAY))
    members.ask_exit(guild.own(DAY), member.id, "业务调整")
    with pytest.raises(DayPassed):
        members.confirm_exit(guild.desk(DAY), member.id, D("2026-05-31"))

    members.confirm_exit(guild.desk(DAY), member.id, D("2026-07-01"))

    assert (member.ended_as, member.standing) == (Ending.EXITED, Standing.ACTIVE)
    assert is_member(session, member.organisation_id, D("2026-06-30"))
    assert not is_member(session, member.organisation_id, D("2026-07-01"))
    assert [str(term.until_on) for term in terms_of(session, member.id)] == ["2026-06-30"]
    assert session.scalars(seats_on(guild.id, D("2026-07-01"))).all() == []
    assert representative(session, member.id, V, D("2026-07-01")) is None
    recompute_batch(guild.clock("2026-07-01"), association_id=guild.id)
    assert member.standing is Standing.EXITED
    with pytest.raises(MembershipOver):
        members.ask_exit(guild.own("2026-07-02"), member.id, "")


def test_an_expulsion_is_a_decision_and_takes_effect_at_once(guild, session, member):
    motion = bring_expulsion(guild.desk(DAY), member.id, "两年未缴会费")
    assert (motion.about, motion.about_id) == (MotionSubject.EXPULSION, member.id)
    assert session.scalars(select(Recusal.member_id).where(Recusal.motion_id == motion.id)).all() == [member.id]
    assert member.standing is Standing.ACTIVE

    assert members.expel(guild.clock(DAY), member.id, reason=motion.title, motion_id=motion.id)
    assert not members.expel(guild.clock(DAY), member.id, reason=motion.title, motion_id=motion.id)
    assert (member.standing, is_member(session, member.organisation_id, D(DAY))) == (Standing.EXPELLED, False)
    kinds = session.scalars(select(MemberEvent.kind).where(MemberEvent.member_id == member.id)).all()
    assert "expelled" in kinds
    with pytest.raises(NotFound):
        bring_expulsion(guild.desk(DAY), member.id, "又来")


def test_the_figures_of_the_charter_move_all_members(guild, session, member):
    charter = charter_of(session, guild.id)
    figures = charters.Figures(
        **{name: getattr(charter, name) for name in charters.Figures.__dataclass_fields__} | {"grace_days": 10}
    )
    version = charter.version
    charters.set_figures(guild.desk(DAY), guild.id, figures, version)
    with pytest.raises(ChangedMeanwhile):
        charters.set_figures(guild.desk(DAY), guild.id, figures, version)
    [task] = session.scalars(select(OutboxTask).where(OutboxTask.task == "association.recompute_batch")).all()
    recompute_batch(guild.clock(DAY), **task.payload)
    assert member.rights_until == D("2026-12-31") + timedelta(days=30 + 10)
    rival = make_association(session, make_cluster(session))
    with pytest.raises(NotFound):
        charters.set_figures(guild.own(DAY, rival), guild.id, figures, 2)


def test_an_edition_of_the_charter_is_in_force_from_its_adoption(guild, session):
    draft = charters.draft_edition(guild.desk(DAY), guild.id, "第一条 ……")
    assert charters.draft_edition(guild.desk(DAY), guild.id, "第一条 改").id == draft.id
    motion = bring_charter(guild.desk(DAY), draft.id)
    assert session.get(Motion, motion.id).about is MotionSubject.CHARTER
    assert charter_text(session, guild.id, D(DAY)) is None
    assert charters.adopt_edition(
        guild.clock(DAY), draft.id, adopted_on=D(DAY), meeting="会员大会", motion_id=motion.id
    )
    assert not charters.adopt_edition(guild.clock(DAY), draft.id, adopted_on=D(DAY), meeting="会员大会")
    assert charter_text(session, guild.id, D(DAY)) is draft
    assert charter_draft(session, guild.id) is None
    assert charters.draft_edition(guild.desk(DAY), guild.id, "第二版").edition == 2


def test_an_association_without_figures_has_the_usual_ones(guild, session):
    rival = make_association(session, make_cluster(session))
    charter = charter_of(session, rival.organisation.id)
    assert (charter.grace_days, charter.notice_days, charter.bank_name) == (90, 15, "")


def test_standings_and_levels_are_counted_in_their_order(guild, session, member):
    rows = [Standing.EXITED, Standing.ACTIVE, Standing.AWAITED]
    for standing in rows:
        enrol(session, guild.id, make_firm(session).organisation.id).standing = standing
    session.flush()
    standings, tiers = by_standing(session, guild.id), by_tier(session, guild.id, D("2026-12-01"))
    assert [one for one in standings if one in rows] == [Standing.AWAITED, Standing.ACTIVE, Standing.EXITED]
    assert list(tiers) == [one for one in Tier if one in tiers]


def test_the_roll_of_a_day_are_those_with_rights(guild, session, member):
    roll = session.scalars(entitled_on(guild.id, D("2026-12-01"))).all()
    assert member in roll
    member.barred_until = D("2026-12-31")
    from_rights = session.scalars(entitled_on(guild.id, D("2025-12-31"))).all()
    assert member not in from_rights
