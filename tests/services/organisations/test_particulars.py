"""Entering an organisation and changing its particulars."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, RulesBroken
from services.core.permissions import Role
from services.core.work import working
from services.organisations.errors import CodeTaken, TooManyWaiting
from services.organisations.models import Membership, Organisation, OrgKind, OrgState, OrgType, Verification
from services.organisations.operations.particulars import MOST_UNVERIFIED, edit, register
from services.organisations.particulars import Particulars
from tests.factories.accounts import make_person
from tests.factories.organisations import (
    actor_of,
    credit_code_of,
    make_member,
    make_organisation,
    make_region,
    make_verification,
)

NEW = Particulars(
    name="示例（宝应）新窑玻璃厂",
    org_type=OrgType.MAKER,
    credit_code=credit_code_of(900001),
    region_code="321023",
    contact_phone="+86 138 0000 0001",
)


@pytest.fixture
def firm(session):
    return make_organisation(session, level=2)


@pytest.fixture
def administrator(session, firm):
    person = make_person(session)
    make_member(session, person, firm)
    return person


def fields_of(error: RulesBroken) -> set[str | None]:
    return {one.field for one in error.errors}


def test_whoever_registers_administers_the_draft(session, acting):
    person = make_person(session)
    make_region(session)

    with acting(person) as work:
        organisation = register(work, NEW)

    assert organisation.state is OrgState.DRAFT
    assert organisation.level == 0
    assert organisation.name_key == "示例(宝应)新窑玻璃厂"
    assert organisation.contact_phone == "13800000001"
    held = session.scalars(select(Membership)).one()
    assert (held.person_id, held.organisation_id, held.role) == (person.id, organisation.id, Role.ENT_ADMIN)
    assert session.scalars(select(AuditEntry.kind)).all() == ["organisation.registered"]


def test_everything_wrong_is_told_at_once(session, acting):
    wrong = Particulars(
        name="",
        org_type=OrgType.MAKER,
        credit_code="91321023DEM000014M",
        region_code="999999",
        industry_code="C30",
        founded_on=date(2999, 1, 1),
        contact_phone="123",
        website="javascript:alert(1)",
    )

    with pytest.raises(RulesBroken) as caught, acting(make_person(session)) as work:
        register(work, wrong, kind=OrgKind.DEPARTMENT)

    assert fields_of(caught.value) == {
        "name",
        "credit_code",
        "region_code",
        "industry_code",
        "founded_on",
        "contact_phone",
        "website",
        "kind",
    }
    assert session.scalars(select(Organisation)).all() == []


@pytest.mark.parametrize("kind", [OrgKind.DEPARTMENT, OrgKind.OPERATOR])
def test_nobody_registers_a_department_or_the_operator(session, acting, kind):
    make_region(session)

    with pytest.raises(RulesBroken) as caught, acting(make_person(session)) as work:
        register(work, NEW, kind=kind)

    assert fields_of(caught.value) == {"kind"}


def test_a_taken_code_leads_to_the_organisation_that_has_it(session, acting, firm):
    with pytest.raises(CodeTaken), acting(make_person(session)) as work:
        register(work, replace(NEW, credit_code=firm.credit_code))


def test_of_two_who_register_one_code_together_the_second_is_told(session, new_session):
    make_region(session)
    first, second = make_person(session), make_person(session)
    actors = [Actor(person.id, person.name) for person in (first, second)]
    session.commit()

    def register_too() -> None:
        with working(new_session(), actors[1]) as work:
            register(work, NEW)

    with ThreadPoolExecutor() as pool:
        with working(new_session(), actors[0]) as work:
            register(work, NEW)
            rival = pool.submit(register_too)
            assert not wait([rival], timeout=0.1).done  # it waits for the first one's decision
        with pytest.raises(CodeTaken):
            rival.result(timeout=20)

    assert len(session.scalars(select(Organisation).where(Organisation.credit_code == NEW.credit_code)).all()) == 1


def test_a_visitor_registers_nothing(session):
    make_region(session)
    session.commit()

    with pytest.raises(NotAllowed), working(session, Actor.visitor()) as work:
        register(work, NEW)


def test_nobody_hoards_drafts(session, acting):
    person = make_person(session)
    for _ in range(MOST_UNVERIFIED):
        make_member(session, person, make_organisation(session, level=1, state=OrgState.DRAFT))

    with pytest.raises(TooManyWaiting), acting(person) as work:
        register(work, NEW)


def change(work, firm, licence=None, folder=None, version=None, **changes):
    wanted = replace(Particulars.of(firm), **changes)
    return edit(work, firm.id, wanted, version=version or firm.version, licence=licence, folder=folder)


def test_ordinary_changes_count_at_once(session, acting, firm, administrator):
    with acting(administrator, firm) as work:
        change(work, firm, products="玻璃杯", town="安宜镇")

    assert (firm.products, firm.town, firm.state, firm.version) == ("玻璃杯", "安宜镇", OrgState.VERIFIED, 2)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "organisation.edited")).one()
    assert entry.facts["before"] == {"products": "玻璃管", "town": "小官庄镇"}
    assert entry.facts["after"] == {"products": "玻璃杯", "town": "安宜镇"}


def test_a_verified_name_changes_only_after_verification(session, acting, firm, administrator, licence, tmp_path):
    old = firm.name

    with acting(administrator, firm) as work:
        change(work, firm, licence, tmp_path, name="示例·新名玻璃有限公司", products="玻璃杯")

    assert (firm.name, firm.products, firm.state) == (old, "玻璃杯", OrgState.CHANGING)
    waiting = session.scalars(select(Verification)).one()
    assert waiting.particulars["name"] == "示例·新名玻璃有限公司"
    assert waiting.previous["name"] == old
    assert waiting.licence_id is not None


def test_a_change_of_verified_facts_needs_the_licence(acting, firm, administrator):
    with pytest.raises(RulesBroken) as caught, acting(administrator, firm) as work:
        change(work, firm, name="示例·新名玻璃有限公司", website="ftp://x")

    assert fields_of(caught.value) == {"licence", "website"}


def test_while_a_verification_waits_its_facts_rest(session, acting, firm, administrator, licence, tmp_path):
    make_verification(session, firm, administrator)

    with acting(administrator, firm) as work:
        change(work, firm, products="玻璃杯")
    with pytest.raises(RulesBroken) as caught, acting(administrator, firm) as work:
        change(work, firm, licence, tmp_path, org_type=OrgType.SUPPLIER)

    assert firm.products == "玻璃杯"
    assert fields_of(caught.value) == {"org_type"}


def test_a_draft_changes_its_code_at_once_unless_it_is_taken(session, acting, firm):
    person = make_person(session)
    draft = make_organisation(session, level=0, state=OrgState.DRAFT)
    make_member(session, person, draft)

    with acting(person, draft) as work:
        change(work, draft, credit_code=credit_code_of(900002))
    with pytest.raises(CodeTaken), acting(person, draft) as work:
        change(work, draft, credit_code=firm.credit_code)

    assert draft.credit_code == credit_code_of(900002)


def test_the_slower_of_two_editors_is_told(session, acting, firm, administrator):
    with acting(administrator, firm) as work:
        change(work, firm, products="玻璃杯")

    with pytest.raises(ChangedMeanwhile), acting(administrator, firm) as work:
        change(work, firm, version=1, products="玻璃瓶")

    assert firm.products == "玻璃杯"


def test_only_administrators_of_this_very_firm_edit_it(session, acting, firm, administrator):
    agent, stranger = make_person(session), make_person(session)
    other = make_organisation(session)
    make_member(session, agent, firm, Role.ENT_USER)
    make_member(session, stranger, other)

    with pytest.raises(NotAllowed), acting(agent, firm) as work:
        change(work, firm, products="x")
    with pytest.raises(NotFound), acting(stranger, other) as work:
        change(work, firm, products="x")
    assert actor_of(session, agent, firm).roles == {Role.ENT_USER}
