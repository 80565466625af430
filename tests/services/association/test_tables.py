"""Dues tables: in force by the figures of a meeting alone (story 9), refused by operation and by database otherwise."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from services.association.errors import AdoptedInFuture, LevelMissing, NoAmount, NoDuesTable, TableInForce
from services.association.models.dues import DuesLevel, DuesTable, TableState
from services.association.models.register import Tier
from services.association.operations.bringing import bring_table
from services.association.operations.invoicing import issue_year
from services.association.operations.tables import adopt_table, change_table, drop_table, prepare_table
from services.association.queries.dues import table_for
from services.association.rules.dues import Adoption
from services.core.errors import NotAllowed, NotFound, RulesBroken
from tests.factories.board import make_association
from tests.factories.catalogue import make_cluster

D = date.fromisoformat
DAY = "2027-03-01"
LEVELS = {Tier.MEMBER: 300_000, Tier.PRESIDENT: 4_000_000}
VOTED = Adoption(D("2027-02-20"), "第三届第二次会员大会", 17, 15, 13, 1, 1, is_secret=True)


@pytest.fixture
def draft(guild):
    return prepare_table(guild.desk(DAY), guild.id, 2028, LEVELS)


def test_with_fifteen_of_seventeen_present_and_thirteen_in_favour_it_comes_into_force(guild, session, draft):
    adopt_table(guild.desk(DAY), draft.id, VOTED)
    assert table_for(session, guild.id, 2028) is draft
    assert table_for(session, guild.id, 2027) is not draft


def test_with_eleven_of_seventeen_present_it_does_not(guild, session, draft):
    with pytest.raises(RulesBroken) as broken:
        adopt_table(guild.desk(DAY), draft.id, replace(VOTED, present=11, in_favour=11, against=0, abstained=0))
    [fault] = broken.value.errors
    assert (type(fault).__name__, fault.values["needed"]) == ("QuorumMissed", 12)
    assert draft.state is TableState.DRAFT


def test_a_meeting_that_has_not_been_held_adopts_nothing(guild, draft):
    with pytest.raises(RulesBroken) as broken:
        adopt_table(guild.desk(DAY), draft.id, replace(VOTED, meeting_on=D("2027-03-02")))
    assert [(type(one), one.field) for one in broken.value.errors] == [(AdoptedInFuture, "meeting_on")]
    adopt_table(guild.desk(DAY), draft.id, replace(VOTED, meeting_on=D(DAY)))


@pytest.mark.parametrize(
    "figures",
    [
        "present = 11, in_favour = 11",
        "present = 15, in_favour = 7",
        "present = 15, in_favour = 13, is_secret = false",
        "present = 15, in_favour = 13, meeting_on = NULL",
        "present = 15, in_favour = 14, against = 2",
        "present = 18, in_favour = 13",
    ],
)
def test_the_database_refuses_a_table_without_its_figures(session, draft, figures):
    right = "state = 'active', meeting_on = '2027-02-20', is_secret = true, entitled = 17"
    kept = [part for part in right.split(", ") if part.split(" = ")[0] not in figures]
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE dues_table SET {', '.join(kept)}, {figures} WHERE id = {draft.id}"))


def test_there_are_four_levels_at_most_each_with_an_amount(guild, session, draft):
    assert len(Tier) == 4
    twice = {"table_id": draft.id, "tier": Tier.MEMBER, "amount_fen": 1}
    with pytest.raises(IntegrityError):
        session.execute(insert(DuesLevel.__table__), twice)


def test_a_level_without_an_amount_is_refused(guild):
    with pytest.raises(RulesBroken) as broken:
        prepare_table(guild.desk(DAY), guild.id, 2028, {Tier.MEMBER: 0, Tier.DIRECTOR: 1, Tier.PRESIDENT: 0})
    assert [(type(one), one.field) for one in broken.value.errors] == [(NoAmount, "member"), (NoAmount, "president")]
    with pytest.raises(LevelMissing):
        prepare_table(guild.desk(DAY), guild.id, 2028, {})


def test_a_draft_is_changed_and_dropped_and_what_was_adopted_stays(guild, session, draft):
    change_table(guild.desk(DAY), draft.id, 2029, {Tier.MEMBER: 250_000})
    assert (draft.from_year, [level.amount_fen for level in draft.levels]) == (2029, [250_000])
    other = prepare_table(guild.desk(DAY), guild.id, 2030, LEVELS)
    drop_table(guild.desk(DAY), other.id)
    adopt_table(guild.desk(DAY), draft.id, VOTED)
    for deed in (
        lambda: change_table(guild.desk(DAY), draft.id, 2029, LEVELS),
        lambda: adopt_table(guild.desk(DAY), draft.id, VOTED),
        lambda: drop_table(guild.desk(DAY), draft.id),
        lambda: bring_table(guild.desk(DAY), draft.id),
    ):
        with pytest.raises(TableInForce):
            deed()


def test_a_table_from_the_same_year_replaces_the_one_before(guild, session, draft):
    adopt_table(guild.desk(DAY), draft.id, VOTED)
    second = prepare_table(guild.desk(DAY), guild.id, 2028, {Tier.MEMBER: 280_000})
    adopt_table(guild.desk(DAY), second.id, VOTED)
    assert draft.state is TableState.REPLACED
    states = select(DuesTable.state).where(DuesTable.from_year == 2028).order_by(DuesTable.id)
    assert session.scalars(states).all() == [TableState.REPLACED, TableState.ACTIVE]


def test_without_a_table_no_dues_are_asked_for(guild, session):
    rival = make_association(session, make_cluster(session))
    with pytest.raises(NoDuesTable):
        issue_year(guild.own(DAY, rival), rival.organisation.id, 2027)


def test_only_the_secretariat_of_the_association_keeps_its_tables(guild, session, draft):
    rival = make_association(session, make_cluster(session))
    for work, refusal in ((guild.own(DAY, rival), NotFound), (guild.own(DAY), NotAllowed)):
        for deed in (
            lambda w: prepare_table(w, guild.id, 2028, LEVELS),
            lambda w: adopt_table(w, draft.id, VOTED),
            lambda w: drop_table(w, draft.id),
            lambda w: bring_table(w, draft.id),
            lambda w: issue_year(w, guild.id, 2027),
        ):
            with pytest.raises(refusal):
                deed(work)
