"""Subsidy claims: who is eligible, listed, submitted, decided."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound, RuleBroken, RulesBroken, WrongState
from services.core.permissions import Role
from services.organisations.models import OrgKind, OrgType
from services.training.errors import (
    ClaimTooLate,
    NothingToIssue,
)
from services.training.models.outcomes import (
    ClaimEvent,
    ClaimState,
    SubsidyClaim,
)
from services.training.operations.certifying import issue_certificate, replace_certificate, revoke_certificate
from services.training.operations.charging import bill
from services.training.operations.subsidies import (
    drop_claim,
    list_class,
    pay_claim,
    pay_class,
    refuse_claim,
    submit_class,
)
from services.training.queries.subsidies import candidates_of
from services.training.queries.waiting import claims_submitted
from services.training.teaching_errors import (
    BeyondSubsidyAge,
    CertificateEnded,
    FeeOutstanding,
    NoStanding,
    NothingPaid,
)
from tests.factories.booking import make_agent
from tests.factories.organisations import make_organisation, make_region
from tests.factories.training import School, make_school
from tests.factories.training_held import at, graduate, make_held

C = ClaimState


@pytest.fixture
def officer(session, school) -> Actor:
    """Return an officer of the department."""
    region = make_region(session).code
    school.centre.organisation.region_code = region
    home = make_organisation(session, kind=OrgKind.DEPARTMENT, org_type=OrgType.ADMINISTRATION, region_code=region)
    person = make_agent(session, home, Role.GOV_OFFICER)
    return Actor(person.id, person.name, home.id, frozenset({Role.GOV_OFFICER}))


@pytest.fixture
def school(session) -> School:
    return make_held(session)


def listed(school) -> SubsidyClaim:
    """List the one graduate there is; return the claim."""
    assert list_class(school.work(), school.training_class.id) == 1
    return school.session.scalars(select(SubsidyClaim)).one()


def hindrance(school) -> type[RuleBroken]:
    """Return why nothing can be claimed for the one graduate there is; nobody is listed then."""
    with pytest.raises(NothingToIssue):
        list_class(school.work(), school.training_class.id)
    (found,) = candidates_of(school.session, school.training_class, clock.local_day(clock.now()))
    return type(found.hindrance)


def test_a_subsidy_is_claimed_once_for_a_person_an_occupation_and_a_level(school, session, officer):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    claim = listed(school)
    assert claim.amount_fen == 98000, "never more than the fee"
    with pytest.raises(NothingToIssue):
        list_class(school.work(), school.training_class.id)

    assert submit_class(school.work(), school.training_class.id) == 1
    with pytest.raises(RulesBroken):
        refuse_claim(school.work(officer), claim.id, " ")
    refuse_claim(school.work(officer), claim.id, "材料不全")
    with pytest.raises(WrongState):
        pay_claim(school.work(officer), claim.id)
    assert list_class(school.work(), school.training_class.id) == 1
    submit_class(school.work(), school.training_class.id)
    assert pay_class(school.work(officer), school.training_class.no) == 1
    with pytest.raises(NothingToIssue):
        list_class(school.work(), school.training_class.id)
    events = session.execute(select(ClaimEvent.before, ClaimEvent.after).order_by(ClaimEvent.id)).all()
    assert [after for _, after in events] == [C.LISTED, C.SUBMITTED, C.REFUSED, C.LISTED, C.SUBMITTED, C.PAID]


def test_only_the_department_decides_and_only_the_centre_lists(school, session, officer):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    claim = listed(school)
    submit_class(school.work(), school.training_class.id)
    for operation in (lambda work: pay_claim(work, claim.id), lambda work: refuse_claim(work, claim.id, "不行")):
        with pytest.raises(NotAllowed):
            operation(school.work())
    with pytest.raises(NotAllowed):
        submit_class(school.work(officer), school.training_class.id)
    with pytest.raises(NotFound):
        submit_class(make_school(session).work(), school.training_class.id)


def test_a_department_decides_for_the_centres_of_its_region(school, session, officer):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    claim = listed(school)
    submit_class(school.work(), school.training_class.id)
    elsewhere = make_organisation(
        session, kind=OrgKind.DEPARTMENT, org_type=OrgType.ADMINISTRATION, region_code="420607"
    )
    person = make_agent(session, elsewhere, Role.GOV_OFFICER)
    stranger = school.work(Actor(person.id, person.name, elsewhere.id, frozenset({Role.GOV_OFFICER})))
    with pytest.raises(NotFound):
        pay_claim(stranger, claim.id)
    with pytest.raises(NotFound):
        pay_class(stranger, school.training_class.no)
    assert [claims_submitted(session, one) for one in (officer, stranger.actor)] == [1, 0]


def test_a_listed_claim_is_taken_off_the_list_before_it_is_submitted(school):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    claim = listed(school)
    drop_claim(school.work(), claim.id, "重复")
    assert claim.state is C.REFUSED
    assert candidates_of(school.session, school.training_class, clock.local_day(clock.now()))[0].is_due
    with pytest.raises(WrongState):
        drop_claim(school.work(), claim.id, "再次")


def test_beyond_the_age_of_the_rule_nothing_is_paid(school, session):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    school.first[0].trainee.born_on = school.training_class.starts_on.replace(year=1950)
    assert hindrance(school) is BeyondSubsidyAge


def test_a_subsidy_is_claimed_within_twelve_months(school):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    last = clock.months_after(clock.local_day(issued.issued_at), 12)
    with at(clock.at(last + timedelta(days=1), 9 * 60)):
        assert hindrance(school) is ClaimTooLate
    with at(clock.at(last, 9 * 60)):
        assert listed(school).amount_fen == 98000


def test_without_a_certificate_or_for_a_free_course_there_is_no_subsidy(school):
    graduate(school, school.first[0])
    assert hindrance(school) is NoStanding
    issue_certificate(school.work(), school.first[0].id)
    assert hindrance(school) is NothingPaid


@pytest.fixture
def claim(school) -> SubsidyClaim:
    """Return a claim on the list of the centre."""
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    return listed(school)


def test_nothing_is_submitted_or_paid_for_a_certificate_that_was_taken_back(school, officer, claim):
    first = claim.certificate
    second = replace_certificate(school.work(), first.id, "姓名更正")
    assert submit_class(school.work(), school.training_class.id) == 1, "the corrected one stands in its place"
    revoke_certificate(school.work(), second.id, "替考")
    with pytest.raises(CertificateEnded):
        pay_claim(school.work(officer), claim.id)
    with pytest.raises(CertificateEnded):
        pay_class(school.work(officer), school.training_class.no)
    refuse_claim(school.work(officer), claim.id, "证书已撤销")
    with pytest.raises(NothingToIssue):
        list_class(school.work(), school.training_class.id)


def test_what_was_listed_in_time_is_not_submitted_too_late(school, claim):
    last = clock.months_after(clock.local_day(claim.certificate.issued_at), 12)
    with at(clock.at(last + timedelta(days=1), 9 * 60)), pytest.raises(ClaimTooLate):
        submit_class(school.work(), school.training_class.id)
    with at(clock.at(last, 9 * 60)):
        assert submit_class(school.work(), school.training_class.id) == 1


def test_a_corrected_certificate_gives_no_new_time_for_the_claim(school):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    late = clock.months_after(clock.local_day(issued.issued_at), 12) + timedelta(days=1)
    with at(clock.at(late, 9 * 60)):
        replace_certificate(school.work(), issued.id, "姓名更正")
        assert hindrance(school) is ClaimTooLate


def test_a_fee_that_is_not_paid_is_not_subsidised(school):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    bill(school.work(), school.first[0])
    assert hindrance(school) is FeeOutstanding
    school.paid(school.first[0])
    assert listed(school).amount_fen == 98000
