"""Submitting, deciding, suspending and restoring."""

import pytest
from sqlalchemy import select

from services.core.audit import AuditEntry
from services.core.errors import NotAllowed, NotFound, RuleBroken, RulesBroken, WrongState
from services.core.files import Attachment
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.work import working
from services.organisations.errors import CodeTaken, DecidedMeanwhile, Missing, OwnCase
from services.organisations.models import OrgKind, OrgState, OrgType, Verification, VerificationState
from services.organisations.operations.submitting import submit
from services.organisations.operations.verifying import accept, restore, send_back, suspend
from services.organisations.queries import live_memberships
from services.organisations.waiting import verifications_waiting
from tests.factories.accounts import make_person
from tests.factories.organisations import actor_of, make_member, make_organisation, make_verification


@pytest.fixture
def owner(session):
    return make_person(session)


@pytest.fixture
def draft(session, owner):
    organisation = make_organisation(session, level=0, state=OrgState.DRAFT)
    make_member(session, owner, organisation)
    return organisation


@pytest.fixture
def operator(session):
    return make_organisation(session, name="平台运营（演示）", kind=OrgKind.OPERATOR, org_type=OrgType.ADMINISTRATION)


@pytest.fixture
def sysadmin(session, operator):
    person = make_person(session)
    make_member(session, person, operator, Role.SYSADMIN)
    return person


def officer_of(session, region: str):
    department = make_organisation(
        session, kind=OrgKind.DEPARTMENT, org_type=OrgType.ADMINISTRATION, region_code=region
    )
    person = make_person(session)
    make_member(session, person, department, Role.GOV_OFFICER)
    return person, department


def test_a_submission_waits_with_its_licence(session, acting, owner, draft, licence, tmp_path):
    with acting(owner, draft) as work:
        submit(work, draft.id, licence=licence, folder=tmp_path)

    assert (draft.state, draft.level) == (OrgState.SUBMITTED, 1)
    waiting = session.scalars(select(Verification)).one()
    assert waiting.particulars["credit_code"] == draft.credit_code
    assert waiting.previous == {}
    assert session.get_one(Attachment, waiting.licence_id).organisation_id == draft.id


def test_everything_missing_is_told_at_once(session, acting, owner, draft, tmp_path):
    draft.credit_code, draft.region_code, draft.address, draft.contact_name, draft.contact_phone = (
        None,
        None,
        "",
        "",
        "",
    )

    with pytest.raises(RulesBroken) as caught, acting(owner, draft) as work:
        submit(work, draft.id, licence=None, folder=tmp_path)

    fields = {one.field for one in caught.value.errors}
    assert fields == {"credit_code", "region_code", "address", "contact_name", "contact_phone", "licence"}


def test_after_a_return_the_last_licence_may_stay(session, acting, owner, draft, sysadmin, operator, licence, tmp_path):
    with acting(owner, draft) as work:
        first = submit(work, draft.id, licence=licence, folder=tmp_path)
    with acting(sysadmin, operator) as work:
        send_back(work, first.id, reason="地址与执照不符")
    assert (draft.state, draft.state_reason) == (OrgState.RETURNED, "地址与执照不符")

    with acting(owner, draft) as work:
        second = submit(work, draft.id, licence=None, folder=tmp_path)

    assert second.licence_id == first.licence_id
    with pytest.raises(WrongState), acting(owner, draft) as work:
        submit(work, draft.id, licence=None, folder=tmp_path)


@pytest.mark.parametrize(("visited", "level"), [(False, 2), (True, 3)])
def test_accepting_verifies_and_tells(session, acting, owner, draft, sysadmin, operator, visited, level):
    case = make_verification(session, draft, owner)

    with acting(sysadmin, operator) as work:
        accept(work, case.id, visited=visited)

    assert (draft.state, draft.level) == (OrgState.VERIFIED, level)
    assert (case.state, case.decided_by_id) == (VerificationState.ACCEPTED, sysadmin.id)
    assert session.scalars(select(Notification.person_id)).all() == [owner.id]
    tasks = session.scalars(select(OutboxTask.task).order_by(OutboxTask.id)).all()
    assert tasks == ["search.refresh", "mail.verification_decided"]
    assert "organisation.verified" in session.scalars(select(AuditEntry.kind)).all()


def test_an_accepted_change_takes_its_place(session, acting, owner, sysadmin, operator):
    firm = make_organisation(session, level=3)
    make_member(session, owner, firm)
    wanted = {"name": "示例·改名（宝应）玻璃", "credit_code": firm.credit_code, "org_type": "supplier"}
    case = make_verification(session, firm, owner, particulars=wanted, previous={"name": firm.name})

    with acting(sysadmin, operator) as work:
        accept(work, case.id, visited=False)

    assert (firm.name, firm.name_key, firm.org_type) == (wanted["name"], "示例·改名(宝应)玻璃", OrgType.SUPPLIER)
    assert (firm.state, firm.level) == (OrgState.VERIFIED, 3)


def test_a_returned_change_leaves_what_was_verified(session, acting, owner, sysadmin, operator):
    firm = make_organisation(session)
    old = firm.name
    case = make_verification(
        session, firm, owner, particulars={"name": "别名", "credit_code": firm.credit_code, "org_type": "maker"}
    )

    with acting(sysadmin, operator) as work:
        send_back(work, case.id, reason="执照不清晰")

    assert (firm.name, firm.state, case.reason) == (old, OrgState.VERIFIED, "执照不清晰")


def test_a_code_taken_meanwhile_is_not_given_twice(session, acting, owner, sysadmin, operator):
    firm, other = make_organisation(session), make_organisation(session)
    wanted = {"name": firm.name, "credit_code": other.credit_code, "org_type": "maker"}
    case = make_verification(session, firm, owner, particulars=wanted)

    with pytest.raises(CodeTaken), acting(sysadmin, operator) as work:
        accept(work, case.id, visited=False)


def test_a_return_needs_a_reason(session, acting, owner, draft, sysadmin, operator):
    case = make_verification(session, draft, owner)

    with pytest.raises(Missing) as caught, acting(sysadmin, operator) as work:
        send_back(work, case.id, reason="")

    assert caught.value.field == "reason"


def test_of_two_clerks_the_slower_one_is_told(session, new_session, owner, draft, sysadmin, operator):
    case = make_verification(session, draft, owner)
    other = make_person(session)
    make_member(session, other, operator, Role.SYSADMIN)
    session.commit()
    actors = [actor_of(session, person, operator) for person in (sysadmin, other)]
    session.rollback()
    slower = new_session()
    assert slower.get_one(Verification, case.id).state is VerificationState.WAITING

    with working(new_session(), actors[0]) as work:
        accept(work, case.id, visited=False)
    with pytest.raises(DecidedMeanwhile), working(slower, actors[1]) as work:
        send_back(work, case.id, reason="too late")

    session.rollback()
    assert case.state is VerificationState.ACCEPTED


def test_a_department_decides_in_its_own_region_only(session, acting, owner, draft):
    case = make_verification(session, draft, owner)
    near, department = officer_of(session, "321023")
    far, elsewhere = officer_of(session, "420607")

    with pytest.raises(NotFound), acting(far, elsewhere) as work:
        accept(work, case.id, visited=False)
    with acting(near, department) as work:
        accept(work, case.id, visited=False)

    assert draft.state is OrgState.VERIFIED


def test_a_department_without_a_region_decides_nothing(session, acting, owner, draft):
    case = make_verification(session, draft, owner)
    nowhere, department = officer_of(session, None)

    with pytest.raises(NotFound), acting(nowhere, department) as work:
        accept(work, case.id, visited=False)


def test_nobody_decides_his_own_case(session, acting, draft, sysadmin, operator):
    make_member(session, sysadmin, draft)
    case = make_verification(session, draft, sysadmin)

    with pytest.raises(OwnCase), acting(sysadmin, operator) as work:
        accept(work, case.id, visited=False)
    with pytest.raises(OwnCase), acting(sysadmin, operator) as work:
        suspend(work, draft.id, reason="x")


def test_an_enterprise_decides_nothing(session, acting, owner, draft):
    case = make_verification(session, draft, owner)

    with pytest.raises(NotAllowed), acting(owner, draft) as work:
        accept(work, case.id, visited=True)


def test_a_suspended_organisation_is_lost_to_its_people_until_it_is_restored(
    session, acting, owner, sysadmin, operator
):
    firm = make_organisation(session)
    make_member(session, owner, firm)

    with acting(sysadmin, operator) as work:
        suspend(work, firm.id, reason="已注销")
    assert (firm.state, firm.state_reason) == (OrgState.SUSPENDED, "已注销")
    assert live_memberships(session, owner.id) == []
    with pytest.raises(RuleBroken), acting(sysadmin, operator) as work:
        suspend(work, firm.id, reason="again")

    with acting(sysadmin, operator) as work:
        restore(work, firm.id, reason="登记错误")
    assert firm.state is OrgState.VERIFIED
    assert [one.organisation_id for one in live_memberships(session, owner.id)] == [firm.id]
    with pytest.raises(WrongState), acting(sysadmin, operator) as work:
        restore(work, firm.id, reason="again")


def test_a_submission_of_a_suspended_organisation_rests(session, acting, owner, draft, sysadmin, operator):
    case = make_verification(session, draft, owner)
    with acting(sysadmin, operator) as work:
        suspend(work, draft.id, reason="核查")

    with pytest.raises(WrongState), acting(sysadmin, operator) as work:
        accept(work, case.id, visited=False)
    with acting(sysadmin, operator) as work:
        restore(work, draft.id, reason="核查完毕")

    assert draft.state is OrgState.SUBMITTED


def test_the_bench_counts_what_waits_for_this_verifier(session, owner, draft, sysadmin, operator):
    case = make_verification(session, draft, owner)
    near, far = officer_of(session, "321023"), officer_of(session, "420607")
    session.flush()

    assert verifications_waiting(session, actor_of(session, sysadmin, operator)) == (1, case.submitted_at)
    assert verifications_waiting(session, actor_of(session, *near)) == (1, case.submitted_at)
    assert verifications_waiting(session, actor_of(session, *far)) == (0, None)
