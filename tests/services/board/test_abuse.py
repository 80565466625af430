"""Reports of abuse: one open for a firm and a post, what follows from upheld ones, and suspensions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.errors import OwnPost, PostingSuspended, ReasonMissing, ReportDecided, ReportedAlready
from services.board.models.posts import PostState, Visibility
from services.board.models.reviews import AbuseReason, AbuseReport, AbuseState, PostingSuspension
from services.board.operations import abuse, posts
from services.core.errors import NotAllowed, NotFound
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.work import Work
from tests.factories.board import make_association, make_post, wish
from tests.factories.catalogue import make_cluster

FALSE = AbuseReason.FALSE


@pytest.fixture
def desk(work_as, board) -> Work:
    return work_as(board.association.actor)


@pytest.fixture
def post(session, board):
    return make_post(session, board.member, board.association)


@pytest.fixture
def report(work_as, board, post):
    return abuse.report_abuse(work_as(board.stranger.actor), post.id, FALSE, "图片不是他们的")


def test_a_report_reaches_the_association_and_not_the_poster(report, board, session):
    assert (report.state, report.reason, report.decided_at) == (AbuseState.OPEN, FALSE, None)
    assert session.scalars(select(Notification.person_id)).all() == [board.association.person.id]


def test_a_firm_has_one_open_report_of_a_post(report, work_as, board, post):
    with pytest.raises(ReportedAlready):
        abuse.report_abuse(work_as(board.stranger.actor), post.id, AbuseReason.FRAUD)
    assert abuse.report_abuse(work_as(board.other_member.actor), post.id, AbuseReason.FRAUD).id != report.id


def test_what_one_cannot_read_one_cannot_report(work_as, board, session):
    hidden = make_post(session, board.member, board.association, visibility=Visibility.MEMBERS)
    with pytest.raises(NotFound):
        abuse.report_abuse(work_as(board.stranger.actor), hidden.id, FALSE)
    with pytest.raises(NotAllowed):
        abuse.report_abuse(work_as(board.visitor), hidden.id, FALSE)
    with pytest.raises(OwnPost):
        abuse.report_abuse(work_as(board.member.actor), hidden.id, FALSE)


def test_an_upheld_report_takes_the_post_down_and_decides_the_other_open_ones(report, desk, work_as, board, post):
    other = abuse.report_abuse(work_as(board.other_member.actor), post.id, AbuseReason.FRAUD)

    abuse.uphold(desk, report.id, reason="查实")

    assert (report.state, other.state, post.state) == (AbuseState.UPHELD, AbuseState.UPHELD, PostState.TAKEN_DOWN)
    for again in (abuse.uphold, abuse.dismiss):
        with pytest.raises(ReportDecided):
            again(desk, report.id, reason="再来")


def test_a_report_of_a_post_that_was_closed_meanwhile_still_counts(report, desk, work_as, board, post):
    posts.close(work_as(board.member.actor), post.id)

    abuse.uphold(desk, report.id, reason="查实")

    assert (report.state, post.state) == (AbuseState.UPHELD, PostState.CLOSED)


def test_a_dismissed_report_leaves_the_post_and_tells_who_made_it(report, desk, board, post, session):
    abuse.dismiss(desk, report.id, reason="图片属实")

    assert (report.state, post.state) == (AbuseState.DISMISSED, PostState.PUBLISHED)
    assert session.scalars(select(Notification.person_id).order_by(Notification.id.desc())).first() == (
        board.stranger.person.id
    )


def test_the_second_post_with_an_upheld_report_suspends_the_firm_for_ninety_days(desk, work_as, board, session):
    for number in (1, 2):
        bad = make_post(session, board.member, board.association)
        made = abuse.report_abuse(work_as(board.stranger.actor), bad.id, FALSE)
        second = abuse.report_abuse(work_as(board.other_member.actor), bad.id, FALSE)
        abuse.uphold(desk, made.id, reason="查实")
        assert second.state is AbuseState.UPHELD
        assert len(session.scalars(select(PostingSuspension)).all()) == number - 1

    suspension = session.scalars(select(PostingSuspension)).one()
    assert (suspension.from_on, suspension.until_on) == (desk.today, desk.today + timedelta(days=89))
    assert "mail.posting_suspended" in session.scalars(select(OutboxTask.task)).all()
    mine = work_as(board.member.actor)
    with pytest.raises(PostingSuspended):
        posts.submit(mine, posts.save_draft(mine, wish()).id)


def test_what_was_upheld_long_ago_is_forgotten(desk, work_as, board, session):
    old, new = (make_post(session, board.member, board.association) for _ in range(2))
    session.add(
        AbuseReport(
            post_id=old.id,
            organisation_id=board.stranger.organisation.id,
            person_id=board.stranger.person.id,
            reason=FALSE,
            at=desk.now - timedelta(days=200),
            state=AbuseState.UPHELD,
            decided_at=desk.now - timedelta(days=181),
        )
    )
    session.flush()

    abuse.uphold(desk, abuse.report_abuse(work_as(board.stranger.actor), new.id, FALSE).id, reason="查实")

    assert session.scalars(select(PostingSuspension)).all() == []


def test_a_suspension_is_lifted_once_by_its_association(desk, work_as, board, session):
    suspension = PostingSuspension(
        organisation_id=board.member.organisation.id, from_on=desk.today, until_on=desk.today, reason="两次"
    )
    session.add(suspension)
    session.flush()
    rival = make_association(session, make_cluster(session))
    for stranger, error in ((rival.actor, NotFound), (board.member.actor, NotAllowed)):
        with pytest.raises(error):
            abuse.lift_suspension(work_as(stranger), suspension.id, reason="申诉成立")
    with pytest.raises(ReasonMissing):
        abuse.lift_suspension(desk, suspension.id, reason="")

    abuse.lift_suspension(desk, suspension.id, reason="申诉成立")

    mine = work_as(board.member.actor)
    assert posts.submit(mine, posts.save_draft(mine, wish()).id).state is PostState.SUBMITTED
    with pytest.raises(NotFound):
        abuse.lift_suspension(desk, suspension.id, reason="再次")


@pytest.mark.parametrize("decide", [abuse.uphold, abuse.dismiss])
def test_reports_are_decided_with_a_reason_by_the_association_alone(report, decide, desk, work_as, board, session):
    rival = make_association(session, make_cluster(session))

    with pytest.raises(ReasonMissing):
        decide(desk, report.id, reason=" ")
    with pytest.raises(NotFound):
        decide(work_as(rival.actor), report.id, reason="查实")
    with pytest.raises(NotAllowed):
        decide(work_as(board.member.actor), report.id, reason="查实")
    with pytest.raises(NotFound):
        decide(desk, report.id + 1, reason="查实")


@pytest.mark.race
def test_of_two_clerks_who_decide_a_report_at_once_one_counts(session, board, report, race):
    report_id, clerk = report.id, board.association.actor
    session.commit()

    outcome = race(
        (clerk, lambda work: abuse.uphold(work, report_id, reason="查实")),
        (clerk, lambda work: abuse.dismiss(work, report_id, reason="不实")),
    )

    assert outcome == ["ReportDecided", "done"]
