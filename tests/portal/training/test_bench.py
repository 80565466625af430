"""What waits on the work bench because of the training."""

from services.training.models.registrations import RegistrationState
from tests.plumbing.reviewing import page_of


def lists(client) -> set[str]:
    """Return the addresses of the lists on somebody's work bench."""
    return {one["href"] for one in page_of(client.get("/bench")).select("table a")}


def test_a_worker_sees_what_has_to_be_paid(school, browser):
    school.training_class.fee_fen = 98000
    _, worker = school.enrolled()
    _, idle = school.worker()

    assert "/my-training?tab=coming" in lists(browser(worker))
    assert "/my-training?tab=coming" not in lists(browser(idle))


def test_a_firm_sees_the_seats_offered_to_its_people(school, browser):
    firm, agent = school.firm()
    registration = school.sent(firm, agent)
    assert registration.state is RegistrationState.CONFIRMED
    registration.expires_at, registration.state = registration.registered_at, RegistrationState.OFFERED
    school.session.commit()

    assert "/training-records?show=coming" in lists(browser(agent))
    assert "/my-training?tab=coming" not in lists(browser(agent)), "it is the firm's, not the agent's own"


def test_a_centre_sees_registrations_to_check_and_classes_to_decide(school, browser):
    assert "/training/desk" not in lists(browser(school.trainer))
    school.training_class.approves = True
    school.enrolled()
    school.session.commit()
    assert "/training/desk" in lists(browser(school.trainer))
