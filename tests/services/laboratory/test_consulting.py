"""Free questions before an order: asked with photographs, answered, perhaps with a ready order."""

import pytest
from PIL import Image
from sqlalchemy import select

from services.catalogue.models import CenterType, Market
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.uploads import Upload, examine
from services.laboratory.consulting_errors import (
    AnswerNeeded,
    FeasibilityNeeded,
    NoLaboratory,
    NoOrderForImpossible,
    OnlyPhotos,
    QuestionMissing,
    TooManyPhotos,
)
from services.laboratory.models.commissions import Commission, CommissionState, ConsultationState, Feasibility
from services.laboratory.models.lines import TestLine
from services.laboratory.operations import consulting
from services.laboratory.operations.consulting import Question
from tests.factories.catalogue import make_provider
from tests.factories.laboratory import make_laboratory
from tests.factories.ordering import MONDAY, send

CAN, CANNOT = Feasibility.FEASIBLE, Feasibility.IMPOSSIBLE


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    made = make_laboratory(session)
    made.provider.center_type = CenterType.TEST
    session.commit()
    return made


def photo(folder) -> Upload:
    path = folder / "p.png"
    Image.new("RGB", (3, 3), "blue").save(path)
    with path.open("rb") as file:
        return examine(file, "杯.png")


def asked(lab, folder, **over):
    """Ask a question as the firm; committed."""
    question = Question(**{"provider_id": lab.provider.id, "question": "玻璃杯出口欧盟要做什么检测?"} | over)
    made = consulting.ask(lab.work(now=MONDAY), question, folder=folder)
    lab.session.commit()
    return made


def reply(lab, made, feasibility=CAN, text="可以,需送 4 件", items=()):
    """Answer a question as the clerk; committed."""
    answered = consulting.answer(
        lab.work(lab.clerk, now=MONDAY), made.id, feasibility=feasibility, text=text, items=items
    )
    lab.session.commit()
    return answered


def test_a_question_waits_for_the_clerks_with_its_photographs(lab, tmp_path):
    made = asked(lab, tmp_path, market=Market.EU, photos=[photo(tmp_path)] * 2)

    assert made.state is ConsultationState.ASKED
    assert len(made.photos) == 2
    told = set(lab.session.scalars(select(Notification.person_id)))
    assert told == {lab.clerk.id, lab.admin.id}


def test_everything_wrong_with_a_question_is_told_at_once(lab, tmp_path, session):
    document = Upload("a.pdf", "pdf", "application/pdf", b"x")
    other = make_provider(session, center_type=CenterType.RD)

    with pytest.raises(RulesBroken) as error:
        asked(lab, tmp_path, provider_id=other.id, question=" ", photos=[document] * 7)

    assert {type(one) for one in error.value.errors} == {NoLaboratory, QuestionMissing, TooManyPhotos, OnlyPhotos}


def test_only_firms_ask_and_only_clerks_answer(lab, tmp_path, session):
    with pytest.raises(NotAllowed):
        consulting.ask(lab.work(lab.analyst), Question(lab.provider.id, "?"), folder=tmp_path)
    made, other = asked(lab, tmp_path), make_laboratory(session)
    with pytest.raises(NotAllowed):
        consulting.answer(lab.work(), made.id, feasibility=CAN, text="可以")
    with pytest.raises(NotFound):
        consulting.answer(other.work(other.clerk), made.id, feasibility=CAN, text="可以")


def test_an_answer_says_whether_it_can_be_done_and_how(lab, tmp_path):
    made = asked(lab, tmp_path)

    with pytest.raises(RulesBroken) as error:
        reply(lab, made, None, " ")
    lab.session.rollback()
    assert {type(one) for one in error.value.errors} == {FeasibilityNeeded, AnswerNeeded}
    reply(lab, made)

    assert (made.state, made.feasibility, made.answered_by_id) == (ConsultationState.ANSWERED, CAN, lab.clerk.id)
    assert lab.session.scalar(select(Notification.id).where(Notification.person_id == lab.agent.id).limit(1))


def test_a_ready_order_is_a_draft_of_whoever_asked(lab, tmp_path):
    made = reply(lab, asked(lab, tmp_path), items=[(lab.package.id, 1), (lab.fastness.id, 2)])

    order = made.commission
    assert (order.state, order.placed_by_id, order.entered_by_id) == (
        CommissionState.DRAFT,
        lab.agent.id,
        lab.clerk.id,
    )
    assert order.no is None
    items = lab.session.scalars(select(TestLine.item_id).order_by(TestLine.item_id)).all()
    assert items == sorted([lab.stress.id, lab.lead.id, lab.fastness.id])


def test_a_ready_order_that_is_sent_makes_the_question_an_ordered_one(lab, tmp_path):
    made = reply(lab, asked(lab, tmp_path), items=[(lab.stress.id, 1)])

    send(lab, made.commission)

    lab.session.refresh(made)
    assert made.state is ConsultationState.ORDERED
    with pytest.raises(WrongState):
        reply(lab, made)


def test_a_second_answer_replaces_the_first_and_its_order(lab, tmp_path):
    made = reply(lab, asked(lab, tmp_path), items=[(lab.stress.id, 1)])
    first = made.commission

    reply(lab, made, items=[(lab.lead.id, 1)])

    assert first.state is CommissionState.CANCELLED
    assert made.commission is not first
    assert made.commission.state is CommissionState.DRAFT


def test_what_cannot_be_done_gets_no_order(lab, tmp_path):
    with pytest.raises(RulesBroken) as error:
        reply(lab, asked(lab, tmp_path), CANNOT, "不能", [(lab.stress.id, 1)])

    assert {type(one) for one in error.value.errors} == {NoOrderForImpossible}
    lab.session.rollback()
    assert lab.session.scalars(select(Commission)).all() == []


def test_either_side_closes_a_question_and_nobody_else(lab, tmp_path):
    mine, theirs = asked(lab, tmp_path), asked(lab, tmp_path)

    with pytest.raises(NotFound):
        consulting.close(lab.work(lab.rival_agent), mine.id)
    consulting.close(lab.work(), mine.id)
    consulting.close(lab.work(lab.clerk), theirs.id)

    assert (mine.state, theirs.state) == (ConsultationState.CLOSED, ConsultationState.CLOSED)
    with pytest.raises(WrongState):
        consulting.close(lab.work(), mine.id)
