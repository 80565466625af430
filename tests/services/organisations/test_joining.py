"""Asking to join, claiming with the licence, and what is decided."""

import pytest
from sqlalchemy import select

from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound
from services.core.files import Attachment
from services.core.notices import Notification
from services.core.permissions import Role
from services.organisations.errors import (
    AskedAlready,
    BelongsAlready,
    DecidedMeanwhile,
    Missing,
    NobodyDecides,
    RoleUnfit,
    TooManyWaiting,
)
from services.organisations.models import JoinKind, JoinRequest, JoinState, OrgKind, OrgState, VerificationState
from services.organisations.operations.acting import act_for
from services.organisations.operations.joining import (
    MOST_WAITING,
    ask_to_join,
    claim,
    grant_claim,
    grant_join,
    refuse_claim,
    refuse_join,
)
from services.organisations.queries import live_memberships, readable_licence
from tests.factories.accounts import make_person
from tests.factories.organisations import (
    actor_of,
    make_join_request,
    make_member,
    make_organisation,
    make_verification,
)


@pytest.fixture
def firm(session):
    return make_organisation(session)


@pytest.fixture
def administrator(session, firm):
    person = make_person(session)
    make_member(session, person, firm)
    return person


@pytest.fixture
def asker(session):
    return make_person(session)


@pytest.fixture
def operator(session):
    return make_organisation(session, kind=OrgKind.OPERATOR)


@pytest.fixture
def sysadmin(session, operator):
    person = make_person(session)
    make_member(session, person, operator, Role.SYSADMIN)
    return person


def held(session, person):
    session.rollback()
    return [(one.organisation_id, one.role) for one in live_memberships(session, person.id)]


def test_the_administrators_are_told_and_let_the_asker_in(session, acting, firm, administrator, asker):
    with acting(asker) as work:
        ask_to_join(work, firm.id, remark="质检员")
    request = session.scalars(select(JoinRequest)).one()
    assert session.scalars(select(Notification.person_id)).all() == [administrator.id]
    assert held(session, asker) == []

    with acting(administrator, firm) as work:
        grant_join(work, request.id, role=Role.ENT_USER)

    assert held(session, asker) == [(firm.id, Role.ENT_USER)]
    with pytest.raises(DecidedMeanwhile), acting(administrator, firm) as work:
        refuse_join(work, request.id, reason="late")


def test_a_refusal_has_a_reason(session, acting, firm, administrator, asker):
    request = make_join_request(session, asker, firm)

    with pytest.raises(Missing), acting(administrator, firm) as work:
        refuse_join(work, request.id, reason="")
    with acting(administrator, firm) as work:
        refuse_join(work, request.id, reason="非本单位人员")

    assert (request.state, request.reason) == (JoinState.REFUSED, "非本单位人员")
    assert held(session, asker) == []


def test_only_this_firms_administrator_decides(session, acting, firm, administrator, asker, sysadmin, operator):
    request = make_join_request(session, asker, firm)
    agent, stranger, other = make_person(session), make_person(session), make_organisation(session)
    make_member(session, agent, firm, Role.ENT_USER)
    make_member(session, stranger, other)

    with pytest.raises(NotAllowed), acting(agent, firm) as work:
        grant_join(work, request.id, role=Role.ENT_USER)
    with pytest.raises(NotFound), acting(stranger, other) as work:
        grant_join(work, request.id, role=Role.ENT_USER)
    with pytest.raises(RoleUnfit), acting(administrator, firm) as work:
        grant_join(work, request.id, role=Role.SYSADMIN)
    with pytest.raises(NotFound), acting(sysadmin, operator) as work:
        grant_claim(work, request.id)


def test_what_cannot_be_asked(session, acting, firm, administrator, asker):
    empty = make_organisation(session)
    hidden = make_organisation(session, state=OrgState.SUSPENDED)

    with pytest.raises(BelongsAlready), acting(administrator, firm) as work:
        ask_to_join(work, firm.id)
    with pytest.raises(NobodyDecides), acting(asker) as work:
        ask_to_join(work, empty.id)
    with pytest.raises(NotFound), acting(asker) as work:
        ask_to_join(work, hidden.id)
    with acting(asker) as work:
        ask_to_join(work, firm.id)
    with pytest.raises(AskedAlready), acting(asker) as work:
        ask_to_join(work, firm.id)


def test_nobody_asks_for_dozens(session, acting, firm, administrator, asker):
    for _ in range(MOST_WAITING):
        make_join_request(session, asker, make_organisation(session))

    with pytest.raises(TooManyWaiting), acting(asker) as work:
        ask_to_join(work, firm.id)


def test_a_claim_with_its_licence_is_between_claimant_and_platform(
    session, acting, firm, administrator, asker, sysadmin, operator, licence, tmp_path
):
    with acting(asker) as work:
        claim(work, firm.id, licence=licence, folder=tmp_path, remark="法定代表人")
    request = session.scalars(select(JoinRequest)).one()
    paper = session.get_one(Attachment, request.licence_id)

    assert (request.kind, paper.organisation_id) == (JoinKind.CLAIM, None)
    for reader, organisation in ((asker, None), (sysadmin, operator)):
        assert readable_licence(session, actor_of(session, reader, organisation), paper.id) is paper
    for stranger in (actor_of(session, administrator, firm), Actor.visitor(), Actor(None, "")):
        with pytest.raises(NotFound):
            readable_licence(session, stranger, paper.id)


def test_a_granted_claim_of_a_verified_firm_adds_an_administrator(
    session, acting, firm, administrator, asker, sysadmin, operator
):
    request = make_join_request(session, asker, firm, kind=JoinKind.CLAIM)

    with acting(sysadmin, operator) as work:
        grant_claim(work, request.id)

    assert held(session, asker) == [(firm.id, Role.ENT_ADMIN)]
    assert held(session, administrator) == [(firm.id, Role.ENT_ADMIN)]
    assert firm.state is OrgState.VERIFIED


def test_a_granted_claim_puts_out_who_never_proved_anything(session, acting, asker, sysadmin, operator):
    squatter = make_person(session)
    draft = make_organisation(session, level=0, state=OrgState.DRAFT)
    make_member(session, squatter, draft)
    submission = make_verification(session, draft, squatter)
    request = make_join_request(session, asker, draft, kind=JoinKind.CLAIM)

    with acting(sysadmin, operator) as work:
        grant_claim(work, request.id)

    assert held(session, squatter) == []
    assert held(session, asker) == [(draft.id, Role.ENT_ADMIN)]
    assert (draft.state, submission.state) == (OrgState.DRAFT, VerificationState.RETURNED)


def test_a_claimed_directory_entry_is_no_longer_one(session, acting, asker, sysadmin, operator):
    entry = make_organisation(
        session, level=0, state=OrgState.DRAFT, credit_code=None, directory_quote="重点企业：示例玻璃"
    )
    assert entry.is_directory_entry
    request = make_join_request(session, asker, entry, kind=JoinKind.CLAIM)

    with acting(sysadmin, operator) as work:
        grant_claim(work, request.id)

    assert not entry.is_directory_entry
    assert entry.level == 1


def test_the_platform_refuses_with_a_reason_and_never_in_its_own_case(session, acting, asker, firm, sysadmin, operator):
    request = make_join_request(session, asker, firm, kind=JoinKind.CLAIM)
    own = make_join_request(session, sysadmin, firm, kind=JoinKind.CLAIM)

    with acting(sysadmin, operator) as work:
        refuse_claim(work, request.id, reason="执照与名称不符")
    with pytest.raises(NotAllowed), acting(sysadmin, operator) as work:
        grant_claim(work, own.id)
    with pytest.raises(NotAllowed), acting(asker) as work:
        grant_claim(work, own.id)

    assert request.state is JoinState.REFUSED


def test_departments_are_not_claimed(session, acting, asker, licence, tmp_path):
    department = make_organisation(session, kind=OrgKind.DEPARTMENT)

    with pytest.raises(NotFound), acting(asker) as work:
        claim(work, department.id, licence=licence, folder=tmp_path)


def test_a_person_acts_only_for_organisations_they_belong_to(session, acting, firm, administrator, make_sign_in):
    other, hidden = make_organisation(session), make_organisation(session, state=OrgState.SUSPENDED)
    make_member(session, administrator, hidden)
    sign_in = make_sign_in(administrator)

    with acting(administrator) as work:
        act_for(work, sign_in.id, firm.id)
    assert sign_in.organisation_id == firm.id
    for wrong in (other.id, hidden.id, 2**31 - 1):
        with pytest.raises(NotFound), acting(administrator, firm) as work:
            act_for(work, sign_in.id, wrong)
    stranger = make_person(session)
    make_member(session, stranger, firm)
    with pytest.raises(NotFound), acting(stranger, firm) as work:
        act_for(work, sign_in.id, firm.id)
