"""Who is told about what a firm ordered or asked when its own person has left."""

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.laboratory.models.commissions import CommissionState, Consultation, Feasibility
from services.laboratory.operations import amending, consulting, overseeing, reporting, verifying
from services.mail.composing import LETTERS
from services.organisations.models import Membership
from tests.factories.booking import make_agent
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.reports import issued


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def leave(lab, person):
    """Let a person act for no organisation any more."""
    for one in lab.session.scalars(select(Membership).where(Membership.person_id == person.id)):
        one.ended_at = clock.now()
    lab.session.commit()


def told(lab, word):
    """Return who read the message with ``word``, and the letters promised."""
    people = lab.session.scalars(select(Notification.person_id).where(Notification.message.contains(word)))
    tasks = lab.session.scalars(select(OutboxTask).where(OutboxTask.task.startswith("mail.")).order_by(OutboxTask.id))
    return sorted(people), [(one.task, one.payload) for one in tasks]


def test_whoever_placed_a_commission_is_told_and_nobody_else(lab):
    make_agent(lab.session, lab.firm)
    commission = make_commission(lab, CommissionState.TESTING)

    overseeing.suspend(lab.work(lab.clerk), commission.id, reason="设备检修")
    lab.session.commit()

    people, letters = told(lab, "suspended")
    assert people == [lab.agent.id]
    assert [payload["person_id"] for _, payload in letters] == [lab.agent.id]


def test_those_who_order_for_the_firm_now_are_told_in_place_of_one_who_left(lab):
    heirs = [make_agent(lab.session, lab.firm), make_agent(lab.session, lab.firm)]
    commission = make_commission(lab, CommissionState.TESTING)
    leave(lab, lab.agent)

    overseeing.suspend(lab.work(lab.clerk), commission.id, reason="设备检修")
    lab.session.commit()

    people, letters = told(lab, "suspended")
    assert people == [one.id for one in heirs]
    task, payload = letters[0]
    assert [LETTERS[task](lab.session, **payload).mobile for task, payload in letters] == [one.mobile for one in heirs]
    assert LETTERS[task](lab.session, **payload | {"person_id": lab.agent.id}) is None


def test_a_report_that_becomes_void_is_told_to_who_still_acts_for_the_firm_and_to_who_verified_it(lab, tmp_path):
    heir = make_agent(lab.session, lab.firm)
    report = issued(lab, tmp_path)
    reporting.fetch(lab.work(lab.agent), report.id)
    verifying.verify_code(lab.work(lab.rival_agent), report.code)
    leave(lab, lab.agent)
    leave(lab, lab.rival_agent)  # what stands on the public page may be told to anybody

    amending.withdraw(lab.work(lab.signatory), report.id, reason="仪器超差")
    lab.session.commit()

    assert told(lab, "void")[0] == sorted([heir.id, lab.rival_agent.id])


def test_an_answer_is_told_to_who_orders_for_the_firm_now(lab):
    heir = make_agent(lab.session, lab.firm)
    asked = Consultation(
        no="ZX-1",
        provider_id=lab.provider.id,
        organisation_id=lab.firm.id,
        asked_by_id=lab.agent.id,
        question="能测吗",
        asked_at=clock.now(),
    )
    lab.session.add(asked)
    leave(lab, lab.agent)

    consulting.answer(lab.work(lab.clerk), asked.id, feasibility=Feasibility.FEASIBLE, text="可以", items=())
    lab.session.commit()

    people, letters = told(lab, "answered your question")
    assert people == [heir.id]
    assert [LETTERS[task](lab.session, **payload).mobile for task, payload in letters] == [heir.mobile]
