"""A company's training record: its own people only, with results and what expires; saved as a table."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from services.core import clock
from services.training.models.outcomes import Certificate
from services.training.models.registrations import RegistrationState
from tests.plumbing.reviewing import page_of


@pytest.fixture
def certified(school):
    """Return a company's agent and two registrations: one whose certificate ends soon, one just made."""
    school.training_class.capacity = 60
    firm, agent = school.firm()
    done, other = school.sent(firm, agent), school.sent(firm, agent)
    done.state = RegistrationState.COMPLETED
    now = clock.now()
    school.session.add(
        Certificate(
            no="PXZS-2026-90001",
            token="t" * 43,
            registration_id=done.id,
            contents={"course": school.course.title},
            sha256="0" * 64,
            issued_at=now,
            issued_by_id=school.trainer.person_id,
            valid_until=clock.local_day(now) + timedelta(days=30),
            state_at=now,
        )
    )
    school.session.commit()
    return agent, done, other


def test_the_record_shows_ones_own_people_with_what_expires(school, browser, certified):
    agent, done, other = certified
    stranger = school.enrolled()[0]
    client = browser(agent)

    page = page_of(client.get("/training-records"))
    text = page.select_one("table").get_text()
    assert done.trainee.name in text
    assert other.trainee.name in text
    assert "PXZS-2026-90001" in text
    assert stranger.trainee.name not in text
    assert page.select_one('.notice a[href$="show=soon"]')

    soon = page_of(client.get("/training-records?show=soon")).select("table tbody tr")
    assert len(soon) == 1
    assert page_of(client.get("/training-records?show=expired")).select_one(".empty")
    assert len(page_of(client.get(f"/training-records?q={other.trainee.name}")).select("table tbody tr")) == 1
    assert page_of(client.get("/training-records?q=%25")).select_one(".empty")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_record_is_saved_as_a_table_with_masked_numbers(browser, certified, kind):
    agent, done, _ = certified
    answer = browser(agent).get(f"/training-records/export.{kind}?show=soon")
    assert answer.status_code == 200
    if kind == "csv":
        text = answer.get_data(as_text=True)
        assert done.trainee.identity_masked in text
        assert len(text.strip().splitlines()) == 2
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
        assert done.trainee.identity_masked in rows[1]
        assert len(rows) == 2


def test_another_company_sees_nothing_and_others_are_sent_away(school, browser, certified):
    _, rival = school.firm()
    assert page_of(browser(rival).get("/training-records")).select_one(".empty")
    _, worker = school.worker()
    assert browser(worker).get("/training-records").status_code == 403
    assert browser(worker).get("/training-records/export.csv").status_code == 403
    assert browser(rival).get("/training-records/export.pdf").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_list(school, browser, certified, counted_queries):
    agent, done, _ = certified
    client, counts = browser(agent), []
    for more in (0, 15):
        for _ in range(more):
            school.sent(done.organisation, agent)
        with counted_queries() as statements:
            client.get("/training-records")
        counts.append(len(statements))
    assert counts[0] == counts[1]
