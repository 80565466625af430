"""The pact: written without prices, adopted by a meeting, sealed, signed by members, version after version."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import (
    NameDiffers,
    NoDraft,
    NotAMember,
    PactNotInForce,
    SignedAlready,
    SpeaksOfPrices,
)
from services.association.meeting_errors import DraftBeforeMeeting, DraftBegun
from services.association.models.meetings import Motion, MotionSubject
from services.association.models.pacts import Pact, PactState
from services.association.models.register import CharterEdition
from services.association.operations import charters, pacts
from services.association.queries.pacts import own_signature, pact_of, signature_counts, signers, versions
from services.association.rules.competition import findings
from services.core.errors import NotAllowed, NotFound
from services.core.notices import Notification
from tests.factories.discipline import count_motion, make_circle, make_pact, work_of

TEXT = "第一条 不仿冒他人产品。第二条 合同期内不挖角。第三条 不虚假宣传。第四条 保证质量与安全，按时付款。"


@pytest.fixture
def circle(session):
    return make_circle(session)


@pytest.mark.parametrize(
    "words",
    [
        "会员产品不得低于最低售价销售",
        "统一定价",
        "统 一 定 价",
        "联合涨价",
        "不得低于每公斤12元",
        "各会员产量配额由协会分配",
        "划分销售市场",
        "限产保价",
        "价格同盟",
        "集体抵制",
    ],
)
def test_words_of_prices_output_and_markets_are_found(session, circle, words):
    assert findings(words)
    with pytest.raises(SpeaksOfPrices):
        pacts.write_draft(
            work_of(session, circle.association), circle.association_id, title="公约", text=f"{TEXT}{words}。"
        )


@pytest.mark.parametrize(
    "words", [TEXT, "按合同价格付款", "开拓国内外市场", "提高产量和质量", "以低于成本的价格倾销属不正当竞争"]
)
def test_words_of_conduct_are_let_through(words):
    assert findings(words) == []


def adopted(session, circle, body=TEXT):
    pacts.write_draft(work_of(session, circle.association), circle.association_id, title="自律公约", text=body)
    pact = pacts.put_to_meeting(work_of(session, circle.association), circle.association_id)
    count_motion(session, circle, session.get_one(Motion, pact.motion_id))
    return pact


def test_a_meeting_adopts_a_version_and_members_are_asked_to_sign(session, circle):
    pact = adopted(session, circle)
    assert pact.state is PactState.ADOPTED
    assert pact.sha256 == pacts.seal(TEXT)
    assert session.get_one(Motion, pact.motion_id).about is MotionSubject.PACT
    told = set(session.scalars(select(Notification.person_id)))
    assert {circle.claimant.person.id, circle.stranger.person.id} <= told
    assert circle.outsider.person.id not in told


def test_the_next_version_takes_the_place_of_the_one_before_and_is_signed_anew(session, circle):
    first = adopted(session, circle)
    pacts.sign(work_of(session, circle.claimant), first.id, person_name=circle.claimant.person.name)
    second = adopted(session, circle, TEXT + "第五条 诚信。")
    assert (first.state, second.state, second.version) == (PactState.REPLACED, PactState.ADOPTED, 2)
    assert own_signature(session, second.id, circle.claimant.organisation.id) is None
    assert signature_counts(session, [first.id, second.id]) == {first.id: 1}
    assert versions(session, circle.association_id) == [second, first]
    with pytest.raises(PactNotInForce):
        pacts.sign(work_of(session, circle.stranger), first.id, person_name=circle.stranger.person.name)


def test_a_rejected_draft_stays_a_draft_and_a_void_vote_brings_the_old_version_back(session, circle):
    first = adopted(session, circle)
    second = adopted(session, circle, TEXT + "第五条。")
    pacts.adopt_by_motion(work_of(session, circle.association), second.id, second.motion_id, False, first.adopted_on)
    assert (first.state, second.state) == (PactState.ADOPTED, PactState.REPLACED)

    pacts.write_draft(work_of(session, circle.association), circle.association_id, title="公约", text=TEXT)
    third = pacts.put_to_meeting(work_of(session, circle.association), circle.association_id)
    count_motion(session, circle, session.get_one(Motion, third.motion_id), passed=False)
    assert third.state is PactState.DRAFT
    assert third.motion_id is None


def test_members_sign_with_their_own_name_once_and_may_take_it_back(session, circle):
    pact = make_pact(session, circle.association_id)
    work = work_of(session, circle.claimant)
    with pytest.raises(NameDiffers):
        pacts.sign(work, pact.id, person_name="别人")
    pacts.sign(work, pact.id, person_name=circle.claimant.person.name)
    session.commit()
    with pytest.raises(SignedAlready):
        pacts.sign(work, pact.id, person_name=circle.claimant.person.name)
    session.rollback()
    pacts.withdraw_signature(work, pact.id)
    assert session.scalars(signers(pact.id)).all() == []
    with pytest.raises(NotFound):
        pacts.withdraw_signature(work, pact.id)
    pacts.sign(work, pact.id, person_name=circle.claimant.person.name)


def test_only_members_sign_and_only_the_secretariat_writes(session, circle):
    pact = make_pact(session, circle.association_id)
    with pytest.raises(NotAMember):
        pacts.sign(work_of(session, circle.outsider), pact.id, person_name=circle.outsider.person.name)
    with pytest.raises(NotAllowed):
        pacts.write_draft(work_of(session, circle.claimant), circle.association_id, title="公约", text=TEXT)
    with pytest.raises(NoDraft):
        pacts.put_to_meeting(work_of(session, circle.association), circle.association_id)
    draft = pacts.write_draft(work_of(session, circle.association), circle.association_id, title="公约", text=TEXT)
    session.flush()
    with pytest.raises(NotFound):
        pact_of(session, draft.id)
    pacts.discard_draft(work_of(session, circle.association), circle.association_id)
    assert session.scalars(select(Pact.state)).all() == [PactState.ADOPTED]


def test_the_database_keeps_the_words_and_the_signatures(session, circle):
    pact = make_pact(session, circle.association_id)
    pacts.sign(work_of(session, circle.claimant), pact.id, person_name=circle.claimant.person.name)
    session.commit()
    for statement in (
        "UPDATE pact SET text = 'x'",
        "UPDATE pact SET state = 'draft', adopted_on = NULL, sha256 = ''",
        "DELETE FROM pact",
        "DELETE FROM pact_signature",
        "UPDATE pact_signature SET sha256 = 'x'",
        (
            "INSERT INTO pact_signature (pact_id, organisation_id, person_id, person_name, sha256, signed_at)"
            f" VALUES ({pact.id}, {circle.stranger.organisation.id}, {circle.stranger.person.id}, 'x', 'other',"
            " '2026-01-01')"
        ),
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()


def test_what_is_before_a_meeting_is_not_changed(session, circle):
    desk = work_of(session, circle.association)
    pacts.write_draft(desk, circle.association_id, title="公约", text=TEXT)
    pacts.put_to_meeting(desk, circle.association_id)
    for act in (
        lambda: pacts.write_draft(desk, circle.association_id, title="公约", text="别的"),
        lambda: pacts.discard_draft(desk, circle.association_id),
    ):
        with pytest.raises(DraftBeforeMeeting):
            act()


def test_of_two_that_begin_a_draft_at_once_the_second_is_told(session, circle, monkeypatch):
    desk, own = work_of(session, circle.association), circle.association_id

    def nothing_yet(*_):
        """Find no draft, while somebody else begins one."""
        session.add(Pact(association_id=own, version=1, title="公约", text=TEXT, written_at=desk.now))
        session.add(CharterEdition(association_id=own, edition=1, text=TEXT, drafted_at=desk.now))
        session.flush()

    monkeypatch.setattr(pacts, "pact_to_adopt", nothing_yet)
    with session.begin_nested() as attempt:
        with pytest.raises(DraftBegun):
            pacts.write_draft(desk, own, title="公约", text=TEXT)
        attempt.rollback()
    monkeypatch.setattr(charters, "charter_draft", nothing_yet)
    with pytest.raises(DraftBegun):
        charters.draft_edition(desk, own, TEXT)
