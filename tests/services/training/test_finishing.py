"""The examination, and the end of a class."""

from datetime import timedelta

import pytest

from services.core import clock
from services.core.errors import NotFound, RulesBroken, WrongState
from services.training.errors import (
    AttendanceTooLow,
    NotExamined,
    PassedAlready,
)
from services.training.models.courses import ClassState
from services.training.models.outcomes import (
    Part,
    Presence,
)
from services.training.models.registrations import RegistrationState
from services.training.operations.attending import Mark, call_the_roll
from services.training.operations.finishing import enter_scores, finish_class, void_score
from services.training.queries.mine import outcomes
from services.training.queries.results import assessments_of, attendance_rates, best_scores
from services.training.teaching_errors import (
    NotLastDay,
    ScoreOutside,
)
from tests.factories.training import School, make_school
from tests.factories.training_held import at, attend_all, graduate, make_held, refused, scored

S, P = RegistrationState, Presence
PRESENT = Mark(P.PRESENT)


@pytest.fixture
def school(session) -> School:
    return make_held(session)


def test_the_rate_of_attendance_opens_the_examination(school, session):
    registration, _ = school.first
    with at(school.lessons[-1].ends_at):
        assert refused(school, registration, 90) == [AttendanceTooLow]
    attend_all(school, registration)
    assert attendance_rates(session, registration.class_id)[registration.id] == 1
    with at(school.lessons[-1].ends_at):
        scored(school, registration, 59)
        scored(school, registration, 60)
        assert [one.attempt for one in assessments_of(session, registration.class_id)[registration.id]] == [1, 2]
        assert refused(school, registration, 99) == [PassedAlready]
        with pytest.raises(NotExamined):
            scored(school, registration, 99, Part.PRACTICE)


@pytest.mark.parametrize("score", [-1, 101])
def test_a_score_is_between_none_and_a_hundred(school, score):
    attend_all(school, school.first[0])
    with at(school.lessons[-1].ends_at):
        assert refused(school, school.first[0], score) == [ScoreOutside]


def test_scores_are_entered_all_or_none_and_everything_wrong_is_told(school, session):
    first, second = school.first[0], school.second[0]
    attend_all(school, first)
    with at(school.lessons[-1].ends_at):
        tomorrow = clock.local_day(clock.now()) + timedelta(days=1)
        with pytest.raises(RulesBroken) as refusal:
            enter_scores(school.work(), first.class_id, Part.THEORY, tomorrow, {first.id: 80, second.id: 101})
        with pytest.raises(RulesBroken):
            enter_scores(school.work(), first.class_id, Part.THEORY, tomorrow - timedelta(days=1), {})
    fields = [one.field for one in refusal.value.errors]
    assert fields == ["examined_on", f"score_{second.id}", f"score_{second.id}"]
    assert assessments_of(session, first.class_id) == {}


def test_a_wrong_score_stays_to_be_read_and_does_not_count(school, session):
    registration, _ = school.first
    attend_all(school, registration)
    with at(school.lessons[-1].ends_at):
        scored(school, registration, 96)
        (entered,) = assessments_of(session, registration.class_id)[registration.id]
        with pytest.raises(RulesBroken):
            void_score(school.work(), entered.id, " ")
        void_score(school.work(), entered.id, "看错卷面，应为56")
        with pytest.raises(WrongState):
            void_score(school.work(), entered.id, "再次")
        assert best_scores(session, [registration.id]) == {}
        assert outcomes(session, [registration])[registration.id].scores == {}, "nor for the learner"
        scored(school, registration, 56)
        with pytest.raises(NotFound):
            void_score(make_school(session).work(), entered.id, "别家")
    assert best_scores(session, [registration.id]) == {registration.id: {Part.THEORY: 56}}


def test_at_the_end_each_has_completed_the_course_or_not_or_never_came(school):
    first, second = school.first[0], school.second[0]
    graduate(school, first)
    assert (first.state, second.state) == (S.COMPLETED, S.NO_SHOW)
    assert school.training_class.state is ClassState.FINISHED
    assert school.counters() == (2, 0)


def test_who_failed_or_was_absent_too_often_has_not_completed_it(school):
    first, second = school.first[0], school.second[0]
    with at(school.lessons[0].ends_at):
        call_the_roll(school.work(), school.lessons[0].id, {second.id: PRESENT})
    graduate(school, first, score=59)
    assert (first.state, second.state) == (S.NOT_COMPLETED, S.NOT_COMPLETED)


def test_a_class_does_not_end_before_its_last_day(school):
    with at(school.lessons[0].starts_at), pytest.raises(NotLastDay):
        finish_class(school.work(), school.training_class.id)
