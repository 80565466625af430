"""Certificates: issued, replaced, revoked, and kept as they are."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from services.core import clock
from services.core.errors import NotFound, RulesBroken, WrongState
from services.training.errors import (
    NothingToIssue,
)
from services.training.models.outcomes import (
    Certificate,
    CertificateState,
    Part,
)
from services.training.operations.certifying import (
    digest_of,
    issue_all,
    issue_certificate,
    replace_certificate,
    revoke_certificate,
)
from services.training.operations.finishing import enter_scores, finish_class
from services.training.queries.certificates import certificate_behind
from tests.factories.training import School, make_school
from tests.factories.training_held import at, attend_all, graduate, make_held


@pytest.fixture
def school(session) -> School:
    return make_held(session)


def test_a_certificate_says_what_was_learnt_and_its_link_lives_on(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    assert issued.contents["hours"] == 16
    assert issued.contents["scores"] == {"theory": 80}
    assert issued.contents["identity"].count("*") == 11
    assert issued.sha256 == digest_of(issued.contents)
    assert issued.valid_until == clock.months_after(clock.local_day(clock.now()), 36)
    with pytest.raises(WrongState):
        issue_certificate(school.work(), school.first[0].id)

    corrected = replace_certificate(school.work(), issued.id, "姓名更正")
    assert certificate_behind(session, issued.token).state is CertificateState.REPLACED
    assert corrected.replaces_id == issued.id
    revoke_certificate(school.work(), corrected.id, "成绩作假")
    assert certificate_behind(session, corrected.token).state is CertificateState.REVOKED
    for operation in (revoke_certificate, replace_certificate):
        with pytest.raises(WrongState):
            operation(school.work(), corrected.id, "再次")
    numbers = session.scalars(select(Certificate.no).order_by(Certificate.id)).all()
    assert [one[-5:] for one in numbers] == ["00001", "00002"]


def test_the_database_keeps_what_a_certificate_says(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(update(Certificate).where(Certificate.id == issued.id).values(no="PXZS-2026-99999"))
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(delete(Certificate).where(Certificate.id == issued.id))


def test_nothing_is_issued_to_who_did_not_complete_the_course(school):
    graduate(school, school.first[0])
    with pytest.raises(NothingToIssue):
        issue_certificate(school.work(), school.second[0].id)


def test_a_certificate_is_taken_back_for_a_reason_by_its_own_centre(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    with pytest.raises(RulesBroken):
        revoke_certificate(school.work(), issued.id, " ")
    other = make_school(session)
    with pytest.raises(NotFound):
        revoke_certificate(other.work(), issued.id, "误发")


def test_the_certificates_of_a_class_are_issued_at_once_and_once(school, session):
    attend_all(school, school.first[0], school.second[0])
    graduate_both = {school.first[0].id: 80, school.second[0].id: 90}
    with at(school.lessons[-1].ends_at):
        day = clock.local_day(clock.now())
        enter_scores(school.work(), school.training_class.id, Part.THEORY, day, graduate_both)
    with at(clock.at(school.training_class.ends_on, 20 * 60)):
        finish_class(school.work(), school.training_class.id)
    assert issue_all(school.work(), school.training_class.id) == 2
    with pytest.raises(NothingToIssue):
        issue_all(school.work(), school.training_class.id)


def test_a_replacement_can_correct_the_name(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    corrected = replace_certificate(school.work(), issued.id, "姓名更正", name="王更名")
    assert corrected.contents["name"] == school.first[0].trainee.name == "王更名"
    assert issued.contents["name"] != "王更名"
