"""The walk of a module through its states: every state with every step."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.errors import DateInThePast, OwnSubmission
from services.catalogue.models import BookingMode, CapacityKind, ModuleState, Recognition, ServiceModule
from services.catalogue.operations import states
from services.core import clock
from services.core.audit import AuditEntry
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.models import Organisation, OrgKind
from tests.factories.booking import actor_of, join, make_agent, make_firm
from tests.factories.catalogue import make_module, make_provider, make_resource

STEPS: dict[str, Callable[[Work, int], None]] = {
    "submit": states.submit_module,
    "take_back": states.take_back_module,
    "send_back": lambda work, key: states.send_back_module(work, key, "缺少收样要求"),
    "publish": states.publish_module,
    "pause": lambda work, key: states.pause_module(work, key, "设备检修"),
    "resume": states.resume_module,
    "withdraw": lambda work, key: states.withdraw_module(work, key, "不再提供"),
    "revive": states.revive_module,
}
PLATFORM = {"send_back", "publish"}
TABLE = {
    (ModuleState.DRAFT, "submit"): ModuleState.SUBMITTED,
    (ModuleState.SUBMITTED, "take_back"): ModuleState.DRAFT,
    (ModuleState.SUBMITTED, "send_back"): ModuleState.DRAFT,
    (ModuleState.SUBMITTED, "publish"): ModuleState.PUBLISHED,
    (ModuleState.PUBLISHED, "pause"): ModuleState.PAUSED,
    (ModuleState.PUBLISHED, "withdraw"): ModuleState.WITHDRAWN,
    (ModuleState.PAUSED, "resume"): ModuleState.PUBLISHED,
    (ModuleState.PAUSED, "withdraw"): ModuleState.WITHDRAWN,
    (ModuleState.WITHDRAWN, "revive"): ModuleState.DRAFT,
}


def ready_module(session: Session, state: ModuleState, **over: object) -> ServiceModule:
    provider = make_provider(session)
    bath = make_resource(session, provider, capacity_kind=CapacityKind.BATCH, daily_capacity=6)
    reason = "检修" if state is ModuleState.PAUSED else ""
    values = {"recognition": Recognition.NONE, "summary": "退火质量", "state": state, "state_reason": reason} | over
    return make_module(session, provider, resources=[bath], **values)


def operator(session: Session) -> Organisation:
    return make_firm(session, "平台运营", kind=OrgKind.OPERATOR)


def work_of(session: Session, organisation: Organisation, role: Role) -> Work:
    return Work(session, actor_of(make_agent(session, organisation, role), organisation, role), clock.now())


def staff(session: Session, module: ServiceModule) -> Work:
    return work_of(session, module.provider.organisation, Role.PROVIDER_ADMIN)


def platform(session: Session) -> Work:
    return work_of(session, operator(session), Role.SYSADMIN)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", ModuleState)
def test_every_step_from_every_state(session: Session, state: ModuleState, step: str) -> None:
    module = ready_module(session, state)
    work = platform(session) if step in PLATFORM else staff(session, module)
    wanted = TABLE.get((state, step))
    if wanted is None:
        with pytest.raises(WrongState):
            STEPS[step](work, module.id)
        assert module.state is state
        return
    STEPS[step](work, module.id)
    assert (module.state, module.state_at) == (wanted, work.now)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.kind, entry.facts["state"]) == (f"module.{step}", [state.value, wanted.value])


def test_the_table_of_steps_is_the_one_that_is_tested() -> None:
    pairs = {(start, name): end for name, (starts, end) in states.STEPS.items() for start in starts}
    assert pairs == TABLE
    assert states.steps_from(ModuleState.PUBLISHED) == {"pause", "withdraw"}


@pytest.mark.parametrize("step", sorted(set(STEPS) - PLATFORM))
def test_another_providers_staff_find_nothing(session: Session, step: str) -> None:
    module = ready_module(session, ModuleState.DRAFT)
    other = work_of(session, make_provider(session).organisation, Role.PROVIDER_ADMIN)
    with pytest.raises(NotFound):
        STEPS[step](other, module.id)


@pytest.mark.parametrize("step", sorted(PLATFORM))
def test_a_provider_does_not_decide_on_publication(session: Session, step: str) -> None:
    module = ready_module(session, ModuleState.SUBMITTED)
    with pytest.raises(NotAllowed):
        STEPS[step](staff(session, module), module.id)


def test_what_a_draft_lacks_is_told_all_at_once(session: Session) -> None:
    module = make_module(
        session,
        price={},
        fields=(),
        state=ModuleState.DRAFT,
        recognition=Recognition.CMA,
        owner_name="",
        owner_phone="",
        working_days=None,
        booking_mode=BookingMode.BATCH,
    )
    with pytest.raises(RulesBroken) as broken:
        states.submit_module(staff(session, module), module.id)
    assert sorted(str(error.field) for error in broken.value.errors) == [
        "fields",
        "owner_name",
        "owner_phone",
        "prices",
        "recognition",
        "recognition_note",
        "resources",
        "summary",
        "working_days",
    ]
    assert module.state is ModuleState.DRAFT


def test_a_price_to_come_is_not_enough_but_an_agreement_with_a_minimum_is(session: Session) -> None:
    module = ready_module(session, ModuleState.DRAFT, price={"effective_on": date(2090, 1, 1)})
    work = staff(session, module)
    with pytest.raises(RulesBroken):
        states.submit_module(work, module.id)
    module.is_negotiable, module.minimum_order_fen = True, 50000
    session.flush()
    states.submit_module(work, module.id)
    assert module.state is ModuleState.SUBMITTED


def test_a_slot_needs_no_promised_days_and_a_project_no_resource(session: Session) -> None:
    provider = make_provider(session)
    shared = {"state": ModuleState.DRAFT, "recognition": Recognition.NOT_APPLICABLE, "summary": "机时"}
    bench = make_resource(session, provider)
    slot = make_module(session, provider, booking_mode=BookingMode.SLOT, working_days=None, resources=[bench], **shared)
    project = make_module(session, provider, booking_mode=BookingMode.PROJECT, **shared)
    for module in (slot, project):
        states.submit_module(staff(session, module), module.id)
        assert module.state is ModuleState.SUBMITTED


def test_who_submits_does_not_publish(session: Session) -> None:
    module = ready_module(session, ModuleState.DRAFT)
    centre, hosts = module.provider.organisation, operator(session)
    person = make_agent(session, centre, Role.PROVIDER_ADMIN)
    states.submit_module(Work(session, actor_of(person, centre, Role.PROVIDER_ADMIN), clock.now()), module.id)
    join(session, person, hosts, Role.SYSADMIN)
    with pytest.raises(OwnSubmission):
        states.publish_module(Work(session, actor_of(person, hosts, Role.SYSADMIN), clock.now()), module.id)
    states.publish_module(work_of(session, hosts, Role.SYSADMIN), module.id)
    assert module.state is ModuleState.PUBLISHED


def test_the_platform_hears_of_a_submission_and_the_centre_of_the_answer(session: Session) -> None:
    module = ready_module(session, ModuleState.DRAFT)
    centre, other_side = staff(session, module), platform(session)
    colleague = make_agent(session, module.provider.organisation, Role.PROVIDER_ADMIN)

    states.submit_module(centre, module.id)
    asked = session.scalars(select(Notification)).one()
    assert (asked.person_id, asked.link) == (other_side.actor.person_id, f"/services/publication/{module.id}")

    states.send_back_module(other_side, module.id, "请补充样品数量")
    told = session.scalars(select(Notification).where(Notification.link == f"/services/desk/{module.id}"))
    assert {one.person_id for one in told} == {centre.actor.person_id, colleague.id}
    assert module.state_reason == "请补充样品数量"

    states.submit_module(centre, module.id)
    states.publish_module(other_side, module.id)
    assert (module.state, module.state_reason, module.published_at) == (ModuleState.PUBLISHED, "", module.published_at)


def test_who_pauses_is_not_told_what_he_did(session: Session) -> None:
    module = ready_module(session, ModuleState.PUBLISHED)
    work = staff(session, module)
    colleague = make_agent(session, module.provider.organisation, Role.PROVIDER_ADMIN)
    states.pause_module(work, module.id, "设备检修", work.today + timedelta(days=3))
    assert session.scalars(select(Notification.person_id)).all() == [colleague.id]
    assert (module.state_reason, module.resumes_on) == ("设备检修", work.today + timedelta(days=3))

    states.resume_module(work, module.id)
    assert (module.state_reason, module.resumes_on) == ("", None)


def test_a_pause_does_not_end_in_the_past(session: Session) -> None:
    module = ready_module(session, ModuleState.PUBLISHED)
    work = staff(session, module)
    with pytest.raises(DateInThePast):
        states.pause_module(work, module.id, "检修", work.today - timedelta(days=1))


def test_a_paused_module_resumes_only_when_it_is_complete(session: Session) -> None:
    module = ready_module(session, ModuleState.PAUSED, owner_name="")
    with pytest.raises(RulesBroken):
        states.resume_module(staff(session, module), module.id)
