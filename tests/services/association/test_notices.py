"""Notices and documents: who reads what, and confirms it once."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from services.association.models.notices import (
    Audience,
    NoticeKind,
    NoticeReceipt,
    NoticeState,
)
from services.association.models.register import (
    CouncilSeat,
    Office,
)
from services.association.notice_errors import (
    NoReceiptWanted,
    NoticeEmpty,
    NoticeFixed,
    ReasonNeededToWithdraw,
    RemindedToday,
)
from services.association.operations import notices
from services.association.operations.notices import WishNotice
from services.association.queries.notices import readable_notice, receipts_of, shown_notices, unconfirmed
from services.association.queries.readers import notice_reader
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound, RulesBroken
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.uploads import examine
from services.mail.composing import LETTERS
from services.mail.rendering import render
from tests.factories.discipline import make_circle, member_of, work_of

WORKER = Actor.system("worker")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def circle(session):
    return make_circle(session)


def today():
    return clock.local_day(clock.now())


def published(session, circle, audience=Audience.MEMBERS, **over):
    values = {"kind": NoticeKind.NOTICE, "title": "关于年会的通知", "text": "年会定于十二月召开。"} | over
    desk = work_of(session, circle.association)
    notice = notices.write_notice(desk, circle.association_id, WishNotice(audience=audience, **values))
    session.flush()
    notices.publish(desk, notice.id)
    session.flush()
    return notice


def seat(session, circle, firm):
    session.add(
        CouncilSeat(
            association_id=circle.association_id,
            organisation_id=firm.organisation.id,
            office=Office.DIRECTOR,
            from_on=today() - timedelta(days=5),
        )
    )
    session.flush()


def reads(session, actor, notice):
    try:
        readable_notice(session, actor, notice.id, today())
    except NotFound:
        return False
    listed = session.scalars(shown_notices(notice_reader(session, actor, today()))).all()
    assert notice in listed
    return True


def test_each_audience_reads_its_own(session, circle):
    seat(session, circle, circle.claimant)
    by = {one: published(session, circle, one) for one in Audience}
    readers = {
        "claimant": circle.claimant.actor,
        "stranger": circle.stranger.actor,
        "association": circle.association.actor,
        "outsider": circle.outsider.actor,
        "officer": circle.officer,
        "visitor": Actor.visitor(),
    }
    seen = {
        name: {one for one, notice in by.items() if reads(session, actor, notice)} for name, actor in readers.items()
    }
    everything = set(Audience)
    only_public = {Audience.PUBLIC}
    assert seen == {
        "claimant": everything,
        "stranger": {Audience.PUBLIC, Audience.MEMBERS},
        "association": everything,
        "outsider": only_public,
        "officer": only_public,
        "visitor": only_public,
    }


def test_whoever_loses_the_rights_reads_no_more(session, circle):
    notice = published(session, circle)
    member_of(session, circle.stranger).rights_until = today() - timedelta(days=1)
    session.flush()
    assert not reads(session, circle.stranger.actor, notice)


def test_a_published_notice_reaches_its_readers_and_asks_for_a_receipt_by_letter(session, circle):
    notice = published(session, circle, wants_receipt=True)
    assert session.scalars(select(OutboxTask.task)).all() == ["association.notice_published"]
    count = notices.tell_readers(work_of(session, WORKER), notice_id=notice.id)
    assert count == len(session.scalars(select(Notification.person_id)).all()) == 10
    letters = session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.notice_to_confirm")).all()
    assert len(letters) == 10
    made = render(
        LETTERS[letters[0].task](session, **letters[0].payload), site_name="平台", base_url="http://localhost"
    )
    assert notice.title in made.subject
    notices.withdraw(work_of(session, circle.association), notice.id, reason="日期有误")
    assert LETTERS[letters[0].task](session, **letters[0].payload) is None
    assert notices.tell_readers(work_of(session, WORKER), notice_id=notice.id) == 0


def test_a_member_confirms_once_and_the_secretariat_sees_who_has_not(session, circle):
    notice = published(session, circle, wants_receipt=True)
    assert unconfirmed(session, circle.claimant.actor, [notice]) == {notice.id}
    for _ in range(2):
        notices.confirm(work_of(session, circle.claimant), notice.id)
    assert session.scalar(select(func.count()).select_from(NoticeReceipt)) == 1
    assert unconfirmed(session, circle.claimant.actor, [notice]) == frozenset()
    rows = receipts_of(session, notice, today())
    assert len(rows) == 10
    assert rows[-1].member.organisation_id == circle.claimant.organisation.id
    assert [row.receipt is None for row in rows].count(True) == 9

    with pytest.raises(NotFound):
        notices.confirm(work_of(session, circle.outsider), notice.id)
    with pytest.raises(NotAllowed):
        notices.confirm(work_of(session, circle.association), notice.id)
    with pytest.raises(NotAllowed):
        notices.confirm(work_of(session, circle.officer), notice.id)


def test_those_who_have_not_confirmed_are_reminded_once_a_day(session, circle):
    notice = published(session, circle, wants_receipt=True)
    notices.confirm(work_of(session, circle.claimant), notice.id)
    assert notices.remind(work_of(session, circle.association), notice.id) == 9
    with pytest.raises(RemindedToday):
        notices.remind(work_of(session, circle.association), notice.id)
    assert notices.remind(work_of(session, circle.association, days=1), notice.id) == 9
    plain = published(session, circle)
    for act in (
        lambda: notices.remind(work_of(session, circle.association), plain.id),
        lambda: notices.confirm(work_of(session, circle.claimant), plain.id),
    ):
        with pytest.raises(NoReceiptWanted):
            act()


def test_drafts_change_and_what_is_published_does_not(session, circle, tmp_path):
    desk = work_of(session, circle.association)
    wish = WishNotice(NoticeKind.DOCUMENT, Audience.MEMBERS, "章程")
    notice = notices.write_notice(desk, circle.association_id, wish)
    session.flush()
    with pytest.raises(NoticeEmpty):
        notices.publish(desk, notice.id)
    carried = notices.add_file(desk, notice.id, tmp_path, examine(io.BytesIO(PDF), "章程.pdf"))
    session.flush()
    notices.remove_file(desk, notice.id, carried.id)
    session.flush()
    notices.change_notice(desk, notice.id, WishNotice(NoticeKind.NOTICE, Audience.PUBLIC, "章程", "全文"))
    assert not reads(session, circle.claimant.actor, notice)
    notices.publish(desk, notice.id)
    session.flush()
    for act in (
        lambda: notices.change_notice(desk, notice.id, wish),
        lambda: notices.discard(desk, notice.id),
        lambda: notices.publish(desk, notice.id),
    ):
        with pytest.raises(NoticeFixed):
            act()
    with pytest.raises(ReasonNeededToWithdraw):
        notices.withdraw(desk, notice.id, reason="")
    notices.withdraw(desk, notice.id, reason="更新")
    assert notice.state is NoticeState.WITHDRAWN
    assert not reads(session, Actor.visitor(), notice)


def test_a_discarded_draft_is_gone_and_other_peoples_do_not_exist(session, circle):
    desk = work_of(session, circle.association)
    with pytest.raises(RulesBroken):
        notices.write_notice(
            desk, circle.association_id, WishNotice(NoticeKind.NOTICE, Audience.PUBLIC, " ", "x", True)
        )
    draft = notices.write_notice(desk, circle.association_id, WishNotice(NoticeKind.NOTICE, Audience.PUBLIC, "一", "x"))
    session.flush()
    elsewhere = make_circle(session)
    for act in (notices.publish, notices.discard, notices.remind):
        with pytest.raises(NotFound):
            act(work_of(session, elsewhere.association), draft.id)
        with pytest.raises(NotAllowed):
            act(work_of(session, circle.claimant), draft.id)
    notices.discard(desk, draft.id)
    session.flush()
    with pytest.raises(NotFound):
        notices.publish(desk, draft.id)


def test_the_database_changes_nothing_published_and_no_receipt(session, circle):
    notice = published(session, circle, wants_receipt=True)
    notices.confirm(work_of(session, circle.claimant), notice.id)
    session.commit()
    for statement in (
        "UPDATE association_notice SET text = 'x'",
        "UPDATE association_notice SET audience = 'public', wants_receipt = 'false'",
        "DELETE FROM association_notice",
        "DELETE FROM notice_receipt",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
