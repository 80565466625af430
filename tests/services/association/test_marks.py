"""Who is a member: marked from one day to another by the secretariat of the firm's own cluster."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.association.marks import (
    DaysReversed,
    NotInCluster,
    candidates_of,
    end_mark,
    mark_member,
    marks_of,
)
from services.association.standing import association_of, is_member, memberships_of
from services.core.errors import NotAllowed, NotFound
from tests.factories.board import make_association, make_board
from tests.factories.catalogue import make_cluster


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def desk(work_as, board):
    return work_as(board.association.actor)


def test_a_marked_firm_is_a_member_from_the_first_to_the_last_day(desk, board, session):
    ours, firm = board.association.organisation.id, board.stranger.organisation.id
    first, last = desk.today, desk.today + timedelta(days=9)

    mark_member(desk, ours, firm, from_on=first, until_on=last)

    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [is_member(session, firm, day) for day in days] == [False, True, True, False]
    assert memberships_of(session, firm, first) == {ours}
    assert not is_member(session, None, first)


def test_marking_again_replaces_and_ending_counts_from_today(desk, board, session):
    ours, firm = board.association.organisation.id, board.member.organisation.id
    mark_member(desk, ours, firm, from_on=desk.today)
    assert len(session.scalars(marks_of(ours)).all()) == 2

    end_mark(desk, ours, firm)

    assert not is_member(session, firm, desk.today)
    for gone in (firm, board.stranger.organisation.id):
        with pytest.raises(NotFound):
            end_mark(desk, ours, gone)
    end_mark(desk, ours, board.other_member.organisation.id)
    with pytest.raises(NotFound):
        end_mark(desk, ours, board.other_member.organisation.id)
    assert is_member(session, board.other_member.organisation.id, desk.today - timedelta(days=1))


def test_only_the_secretariat_marks_and_only_its_own_cluster(desk, work_as, board, session):
    ours = board.association.organisation.id
    rival = make_association(session, make_cluster(session))
    firm, elsewhere = board.stranger.organisation.id, board.outsider.organisation.id

    def marks(work, association_id, organisation_id, **days):
        mark_member(work, association_id, organisation_id, **{"from_on": desk.today} | days)

    with pytest.raises(NotAllowed):
        marks(work_as(board.member.actor), ours, firm)
    with pytest.raises(NotFound):
        marks(work_as(rival.actor), ours, firm)
    with pytest.raises(NotFound):
        marks(desk, ours, 10**6)
    with pytest.raises(NotInCluster):
        marks(desk, ours, elsewhere)
    with pytest.raises(DaysReversed):
        marks(desk, ours, firm, until_on=desk.today - timedelta(days=1))
    with pytest.raises(NotAllowed):
        end_mark(work_as(board.member.actor), ours, board.other_member.organisation.id)


def test_a_firm_finds_the_association_of_its_cluster(board, session):
    ours = board.association.organisation
    assert association_of(session, board.member.organisation.id) == ours.id
    assert association_of(session, ours.id) == ours.id
    assert association_of(session, board.outsider.organisation.id) is None


def test_candidates_are_the_organisations_of_the_cluster_that_a_part_of_the_name_means(board, session):
    ours = board.association.organisation.id
    name = board.stranger.organisation.name

    assert [firm.name for firm in session.scalars(candidates_of(ours, name[3:10]))] == [name]
    assert session.scalars(select(candidates_of(ours, "%").subquery())).all() == []
