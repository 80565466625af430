"""Colleagues: invited, given another role, dismissed."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.errors import NotAllowed, NotFound
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.work import working
from services.organisations.errors import (
    HasRoleAlready,
    InvitationOver,
    InvitedAlready,
    InvitedAnother,
    LastAdministrator,
    NotVerifiedYet,
    RoleUnfit,
    TooManyInvitations,
)
from services.organisations.models import Invitation, Membership, OrgKind, OrgState
from services.organisations.operations import people
from services.organisations.operations.people import (
    accept_invitation,
    change_role,
    dismiss,
    invite,
    leave,
    withdraw_invitation,
)
from services.organisations.queries import former_colleagues, live_memberships
from tests.factories.accounts import make_person
from tests.factories.organisations import actor_of, make_invitation, make_member, make_organisation

COLLEAGUE = "colleague@example.org"
ZH = "zh_Hans_CN"


@pytest.fixture
def firm(session):
    return make_organisation(session)


@pytest.fixture
def administrator(session, firm):
    person = make_person(session)
    make_member(session, person, firm)
    return person


def roles_of(session, person, organisation):
    session.rollback()
    return {one.role for one in live_memberships(session, person.id) if one.organisation_id == organisation.id}


def test_an_invitation_is_a_promised_letter_with_a_token_that_is_stored_as_a_hash(session, acting, firm, administrator):
    with acting(administrator, firm) as work:
        invite(work, firm.id, contact=COLLEAGUE, role=Role.ENT_USER, locale=ZH)

    invitation = session.scalars(select(Invitation)).one()
    letter = session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.invitation")).one()
    assert letter.payload["invitation_id"] == invitation.id
    assert len(letter.payload["token"]) >= 43
    assert letter.payload["token"] not in invitation.token_hash
    assert invitation.expires_at - invitation.invited_at == timedelta(days=7)


def test_the_owner_of_the_contact_accepts_once(session, acting, firm, administrator):
    guest = make_person(session, email=COLLEAGUE)
    token = make_invitation(session, firm, administrator, COLLEAGUE)

    with acting(guest) as work:
        accept_invitation(work, token)

    assert roles_of(session, guest, firm) == {Role.ENT_USER}
    with pytest.raises(InvitationOver), acting(guest) as work:
        accept_invitation(work, token)


def test_a_forwarded_invitation_opens_nothing(session, acting, firm, administrator):
    token = make_invitation(session, firm, administrator, COLLEAGUE)
    stranger = make_person(session, email="stranger@example.org")

    with pytest.raises(InvitedAnother), acting(stranger) as work:
        accept_invitation(work, token)

    assert roles_of(session, stranger, firm) == set()


def test_an_invitation_ends_after_seven_days_or_when_it_is_withdrawn(session, acting, firm, administrator):
    guest = make_person(session, email=COLLEAGUE)
    old = make_invitation(session, firm, administrator, COLLEAGUE, expires_at=clock.now())
    withdrawn = make_invitation(session, firm, administrator, COLLEAGUE)
    invitation = session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    with acting(administrator, firm) as work:
        withdraw_invitation(work, invitation.id)

    for token in (old, withdrawn):
        with pytest.raises(InvitationOver), acting(guest) as work:
            accept_invitation(work, token)
    with pytest.raises(InvitationOver), acting(administrator, firm) as work:
        withdraw_invitation(work, invitation.id)
    with pytest.raises(NotFound), acting(guest) as work:
        accept_invitation(work, "guessed")


def test_roles_fit_the_kind_of_organisation(session, acting, firm, administrator):
    with pytest.raises(RoleUnfit), acting(administrator, firm) as work:
        invite(work, firm.id, contact=COLLEAGUE, role=Role.SYSADMIN, locale=ZH)
    held = session.scalars(select(Membership)).one()
    with pytest.raises(RoleUnfit), acting(administrator, firm) as work:
        change_role(work, held.id, Role.SIGNATORY)


def test_letters_are_limited(session, acting, firm, administrator, monkeypatch):
    with acting(administrator, firm) as work:
        invite(work, firm.id, contact=COLLEAGUE, role=Role.ENT_USER, locale=ZH)
    with pytest.raises(InvitedAlready), acting(administrator, firm) as work:
        invite(work, firm.id, contact=COLLEAGUE, role=Role.ENT_ADMIN, locale=ZH)
    monkeypatch.setattr(people, "MOST_INVITATIONS_A_DAY", 1)
    with pytest.raises(TooManyInvitations), acting(administrator, firm) as work:
        invite(work, firm.id, contact="another@example.org", role=Role.ENT_USER, locale=ZH)


def test_one_contact_is_not_bombed_by_many_firms(session, acting, administrator, firm):
    for _ in range(people.MOST_LETTERS_TO_ONE_A_DAY):
        make_invitation(session, make_organisation(session), administrator, COLLEAGUE)

    with pytest.raises(TooManyInvitations), acting(administrator, firm) as work:
        invite(work, firm.id, contact=COLLEAGUE, role=Role.ENT_USER, locale=ZH)


def test_nobody_writes_in_the_name_of_an_unverified_organisation(session, acting, administrator):
    draft = make_organisation(session, name="示例银行", level=0, state=OrgState.DRAFT)
    make_member(session, administrator, draft)

    with pytest.raises(NotVerifiedYet), acting(administrator, draft) as work:
        invite(work, draft.id, contact=COLLEAGUE, role=Role.ENT_USER, locale=ZH)


def test_agents_and_other_firms_administer_nobody(session, acting, firm, administrator):
    agent, stranger = make_person(session), make_person(session)
    other = make_organisation(session)
    agency = make_member(session, agent, firm, Role.ENT_USER)
    make_member(session, stranger, other)

    with pytest.raises(NotAllowed), acting(agent, firm) as work:
        invite(work, firm.id, contact=COLLEAGUE, role=Role.ENT_ADMIN, locale=ZH)
    with pytest.raises(NotAllowed), acting(agent, firm) as work:
        change_role(work, agency.id, Role.ENT_ADMIN)
    for attempt in (
        lambda work: invite(work, firm.id, contact=COLLEAGUE, role=Role.ENT_USER, locale=ZH),
        lambda work: change_role(work, agency.id, Role.ENT_ADMIN),
        lambda work: dismiss(work, firm.id, agent.id),
    ):
        with pytest.raises(NotFound), acting(stranger, other) as work:
            attempt(work)


def test_a_changed_role_keeps_the_old_one_in_the_history(session, acting, firm, administrator):
    agent = make_person(session)
    held = make_member(session, agent, firm, Role.ENT_USER)

    with acting(administrator, firm) as work:
        change_role(work, held.id, Role.ENT_ADMIN)

    assert roles_of(session, agent, firm) == {Role.ENT_ADMIN}
    assert [one.role for one in former_colleagues(session, firm.id)] == [Role.ENT_USER]
    with pytest.raises(NotFound), acting(administrator, firm) as work:
        change_role(work, held.id, Role.ENT_USER)


def test_a_role_is_held_once(session, acting, firm, administrator):
    agent = make_person(session)
    held = make_member(session, agent, firm, Role.ENT_USER)
    make_member(session, agent, firm, Role.ENT_ADMIN)

    with pytest.raises(HasRoleAlready), acting(administrator, firm) as work:
        change_role(work, held.id, Role.ENT_ADMIN)


def test_a_dismissed_colleague_is_out_and_has_no_way_back(session, acting, firm, administrator):
    agent = make_person(session, email=COLLEAGUE)
    make_member(session, agent, firm, Role.ENT_USER)
    token = make_invitation(session, firm, administrator, COLLEAGUE, role=Role.ENT_ADMIN)

    with acting(administrator, firm) as work:
        dismiss(work, firm.id, agent.id)

    assert roles_of(session, agent, firm) == set()
    assert [one.person.name for one in former_colleagues(session, firm.id)] == [agent.name]
    with pytest.raises(InvitationOver), acting(agent) as work:
        accept_invitation(work, token)
    with pytest.raises(NotFound), acting(administrator, firm) as work:
        dismiss(work, firm.id, agent.id)


def test_the_last_administrator_cannot_go(session, acting, firm, administrator):
    held = session.scalars(select(Membership)).one()
    agent = make_person(session)
    make_member(session, agent, firm, Role.ENT_USER)

    with pytest.raises(LastAdministrator), acting(administrator, firm) as work:
        leave(work)
    with pytest.raises(LastAdministrator), acting(administrator, firm) as work:
        dismiss(work, firm.id, administrator.id)
    with pytest.raises(LastAdministrator), acting(administrator, firm) as work:
        change_role(work, held.id, Role.ENT_USER)
    with acting(agent, firm) as work:
        leave(work)

    assert roles_of(session, administrator, firm) == {Role.ENT_ADMIN}
    assert roles_of(session, agent, firm) == set()


def test_two_administrators_cannot_dismiss_each_other_at_once(session, new_session, firm, administrator):
    other = make_person(session)
    make_member(session, other, firm)
    session.flush()
    actors = {person.id: actor_of(session, person, firm) for person in (administrator, other)}
    ids, firm_id = list(actors), firm.id
    session.commit()

    def dismiss_the_first() -> None:
        with working(new_session(), actors[ids[1]]) as work:
            dismiss(work, firm_id, ids[0])

    with ThreadPoolExecutor() as pool:
        with working(new_session(), actors[ids[0]]) as work:
            dismiss(work, firm_id, ids[1])
            rival = pool.submit(dismiss_the_first)
            assert not wait([rival], timeout=0.1).done
        with pytest.raises(LastAdministrator):
            rival.result(timeout=20)

    assert roles_of(session, administrator, firm) == {Role.ENT_ADMIN}


def test_the_platform_appoints_officers_and_they_appoint_nobody(session, acting):
    operator = make_organisation(session, kind=OrgKind.OPERATOR)
    department = make_organisation(session, kind=OrgKind.DEPARTMENT)
    sysadmin, officer = make_person(session), make_person(session)
    make_member(session, sysadmin, operator, Role.SYSADMIN)
    make_member(session, officer, department, Role.GOV_OFFICER)

    with acting(sysadmin, operator) as work:
        invite(work, department.id, contact=COLLEAGUE, role=Role.GOV_FINANCE, locale=ZH)
    with pytest.raises(NotAllowed), acting(officer, department) as work:
        invite(work, department.id, contact="friend@example.org", role=Role.GOV_FINANCE, locale=ZH)
