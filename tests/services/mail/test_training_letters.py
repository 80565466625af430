"""Letters of the training: each state in words, in both languages, to people and to telephones; no sums, no identities."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.outbox import OutboxTask
from services.mail import training
from services.mail.composing import LETTERS, SECRET
from services.mail.rendering import render
from services.training.models.courses import ClassState, Lesson
from services.training.models.registrations import RegistrationState, SeatOffer
from services.training.operations.certifying import issue_certificate, replace_certificate, revoke_certificate
from services.training.operations.classes import cancel_class, postpone_class
from services.training.operations.registering import Wish, decline_offer, register, withdraw
from services.training.operations.steps import promise_letter, step
from services.training.operations.substituting import substitute
from services.training.operations.trainees import Particulars, known_trainee
from tests.factories.training import BOOK, School, identity_number, make_school
from tests.factories.training_held import graduate, make_held

S = RegistrationState


@pytest.fixture
def school(session) -> School:
    return make_school(session, fee_fen=98000, contact_phone="0514-88880001", place="一号楼")


def words_of(letter):
    assert letter is not None
    made = render(letter, site_name="平台", base_url="http://localhost")
    return made.subject, made.text, made.html


def promised(school, task: str = "") -> list[tuple[str, dict]]:
    tasks = school.session.scalars(select(OutboxTask).order_by(OutboxTask.id)).all()
    return [(one.task, one.payload) for one in tasks if one.task.startswith(f"mail.{task}")]


def last_words(school, task: str):
    name, payload = promised(school, task)[-1]
    return words_of(LETTERS[name](school.session, **payload))


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("state", [*training.STANDINGS, *training.OUTCOMES])
def test_each_state_has_its_words(school, session, state, locale):
    registration, actor = school.enrolled()
    registration.trainee.person.locale = locale
    registration.state, registration.state_reason = state, "条件不符" if state is S.REJECTED else ""
    registration.place = 1
    ids = {"registration_id": registration.id, "person_id": actor.person_id}
    with session.no_autoflush:
        is_on = state in training.STANDINGS
        letter = (training.standing if is_on else training.over)(session, **ids)
        assert (training.over if is_on else training.standing)(session, **ids) is None
        subject, *bodies = words_of(letter)
        assert school.course.title in subject
        for text in bodies:
            assert registration.no in text
            assert actor.name in text
            assert f"http://localhost/registrations/{registration.id}" in text
            assert ("条件不符" in text) == (state is S.REJECTED)
            for secret in ("980", registration.trainee.identity_masked):
                assert secret not in text
    session.rollback()


def test_who_waits_reads_the_place_and_who_pays_reads_until_when(school):
    first, *_, last = school.enrol(4)
    assert last.state is S.WAITLISTED
    _, text, _ = last_words(school, "training_standing")
    assert "2" in text.split("候补")[-1]

    name, payload = promised(school, "training_standing")[0]
    _, text, _ = words_of(LETTERS[name](school.session, **payload))
    assert f"{first.expires_at:%Y}" in text


def test_an_offer_carries_the_link_and_only_the_letter_has_the_token(school):
    (first, actor), _, (third, other) = school.enrolled(), school.enrolled(), school.enrolled()
    withdraw(school.work(actor), first.id)
    [(name, payload)] = promised(school, "training_offer")
    offer = school.session.scalars(select(SeatOffer)).one()
    assert name in SECRET
    assert payload["token"] not in {offer.token_hash, third.skipped_reason}
    for text in words_of(LETTERS[name](school.session, **payload))[1:]:
        assert f"http://localhost/offers/{payload['token']}" in text

    decline_offer(school.work(other), third.id)
    assert LETTERS[name](school.session, **payload) is None, "answered meanwhile"


def test_a_cancelled_class_says_so_and_why(school):
    school.enrolled()
    cancel_class(school.work(), school.training_class.id, "教师生病")
    subject, text, _ = last_words(school, "training_over")
    assert subject.startswith("班次已取消")
    assert "教师生病" in text


def test_a_later_class_names_its_new_day(school):
    school.enrolled()
    later = school.training_class.starts_on.replace(year=school.training_class.starts_on.year + 1)
    postpone_class(school.work(), school.training_class.id, later, "设备检修")
    subject, text, _ = last_words(school, "training_postponed")
    assert later.isoformat() in subject
    assert "设备检修" in text


def test_colleagues_registered_together_are_told_of_in_one_letter(school):
    firm, actor = school.firm()
    people = [
        known_trainee(school.work(actor), BOOK, Particulars(f"同事{number}", identity_number(810 + number)))
        for number in range(3)
    ]
    wish = Wish(organisation_id=firm.id, employer=firm.name)
    work = school.work(actor)
    first, second, waiting = [register(work, school.training_class.id, one, wish) for one in people]
    letters = [
        LETTERS[name](school.session, **payload)
        for name, payload in promised(school, "training_standing")
        if payload["person_id"] == actor.person_id
    ]
    assert len(letters) == 3
    assert letters[1:] == [None, None]
    for text in words_of(letters[0])[1:]:
        assert all(one.trainee.name in text and one.no in text for one in (first, second, waiting))
        assert f"/training-records?class={school.training_class.no}" in text

    substitute(school.work(actor), second.id, school.worker()[0])
    name, payload = next(one for one in reversed(promised(school, "training_standing")) if one[1].get("alone"))
    letter = LETTERS[name](school.session, **payload)
    assert letter is not None, "the first has nothing to do with it"
    assert letter.facts["others"] == []
    withdraw(school.work(actor), first.id)
    assert waiting.no not in last_words(school, "training_over")[1]


def test_a_worker_without_an_account_is_told_on_the_telephone(school):
    firm, actor = school.firm()
    given = Particulars("赵示例", identity_number(801), mobile="13700009999")
    trainee = known_trainee(school.work(actor), BOOK, given)
    wish = Wish(organisation_id=firm.id, employer=firm.name)
    registration = register(school.work(actor), school.training_class.id, trainee, wish)
    sent = promised(school, "training_standing")
    assert [payload["person_id"] for _, payload in sent] == [actor.person_id, None]
    letter = training.standing(school.session, registration_id=registration.id, person_id=None)
    assert letter is not None
    assert (letter.mobile, letter.email) == ("13700009999", "")
    assert letter.facts["link"] == f"/classes/{school.training_class.no}", "the page of a registration needs an account"

    colleague, _ = school.worker()
    substitute(school.work(actor), registration.id, colleague)
    name, payload = promised(school, "training_replaced")[-1]
    letter = LETTERS[name](school.session, **payload)
    assert letter.mobile == "13700009999"
    assert colleague.name not in str(letter.facts)


def test_reminder_and_refund(school):
    registration, actor = school.enrolled()
    ids = {"registration_id": registration.id, "person_id": actor.person_id}
    assert training.reminder(school.session, **ids) is None, "the seat is not certain"
    school.paid(registration)
    assert training.reminder(school.session, **ids) is None, "there is no timetable any more"
    starts = clock.at(school.training_class.starts_on, 480)
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    school.session.add(Lesson(class_id=school.training_class.id, hours=2, **times))
    subject, text, _ = words_of(training.reminder(school.session, **ids))
    assert f"{school.training_class.starts_on} 08:00" in subject
    assert "一号楼" in text
    _, text, _ = words_of(training.refunded(school.session, **ids))
    assert f"http://localhost/billing/orders/{registration.order_id}" in text


def test_a_class_that_began_without_somebody_is_not_called_cancelled(school):
    registration, _ = school.enrolled()
    school.training_class.state = ClassState.RUNNING
    step(school.work(), registration, "cancel")
    promise_letter(school.work(), registration, "training_over")
    subject, *_ = last_words(school, "training_over")
    assert subject.startswith("班次已开班")


def test_certificates_are_told_when_they_come_are_replaced_and_taken_back(session):
    school = make_held(session)
    registration, actor = school.first
    registration.trainee.mobile = "13700008888"
    graduate(school, registration)
    first = issue_certificate(school.work(), registration.id)
    name, payload = promised(school, "training_certificate")[-1]
    assert (name, payload["person_id"]) == ("mail.training_certificate_issued", actor.person_id)
    subject, text, _ = last_words(school, "training_certificate")
    assert subject == f"培训证书已颁发：{school.course.title}"
    assert first.no in text
    assert f"http://localhost/certificates/{first.no}" in text
    assert f"http://localhost/v/{first.token}" in text
    assert registration.trainee.identity_masked not in text

    second = replace_certificate(school.work(), first.id, "姓名更正", name="王更名")
    assert LETTERS[name](session, **payload) is None, "it has ended meanwhile"
    _, text, _ = last_words(school, "training_certificate")
    assert {first.no, second.no, "王更名", "姓名更正"} <= set(text.replace("：", "\n").split("\n"))

    revoke_certificate(school.work(), second.id, "成绩作假")
    subject, text, _ = last_words(school, "training_certificate")
    assert subject.startswith("培训证书已撤销")
    assert "成绩作假" in text


def test_a_graduate_without_an_account_gets_the_page_that_everybody_can_read(session):
    school = make_held(session)
    registration, _ = school.first
    graduate(school, registration)
    registration.trainee.person_id, registration.trainee.mobile = None, "13700008888"
    issued = issue_certificate(school.work(), registration.id)
    name, payload = promised(school, "training_certificate")[-1]
    letter = LETTERS[name](session, **payload)
    assert (letter.mobile, letter.facts["link"]) == ("13700008888", f"/v/{issued.token}")
