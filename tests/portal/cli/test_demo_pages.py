"""Every page that people meet in the demonstration answers, in every state of what it shows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli.demo import load
from portal.config import Settings
from services.accounts.models import Person
from services.core import clock
from services.core.database import upgrade
from services.core.engine import make_engine
from services.laboratory.models.commissions import Commission, CommissionState, Consultation
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.reports import Report, ReportState
from services.laboratory.models.samples import Sample, SampleState
from services.organisations.models import Organisation
from tests.plumbing.pages import as_person

DESK = (
    "/laboratory",
    "/laboratory/commissions",
    "/laboratory/counter",
    "/laboratory/consultations",
    "/laboratory/reports",
)
BENCH = ("/laboratory/work", "/laboratory/work?show=all", "/laboratory/work?show=checks", "/laboratory/samples")
SEEN = (ReportState.ISSUED, ReportState.SUPERSEDED, ReportState.WITHDRAWN)


@pytest.fixture(scope="module")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder with the whole demonstration of today."""
    folder = tmp_path_factory.mktemp("demo")
    settings = settings_in(folder)
    engine = make_engine(settings.database_url)
    upgrade(engine)
    with Session(engine) as session:
        load(session, size="full", now=clock.now(), settings=settings)
    engine.dispose()
    return folder


def settings_in(folder: Path) -> Settings:
    return Settings(
        instance=folder,
        database_url=f"sqlite:///{folder}/portal.db",
        secret_key="a secret of the tests, long enough to be one",
        base_url="http://localhost",
        development=True,
        demo=True,
    )


@pytest.fixture
def settings(demo_instance: Path) -> Settings:
    return settings_in(demo_instance)


@pytest.fixture
def demo(settings: Settings) -> Iterator[Session]:
    """Return a session on the demonstration."""
    engine = make_engine(settings.database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def browser_of(app: Flask, demo: Session) -> Callable[[str], FlaskClient]:
    """Return a function that opens a browser for somebody, each once."""
    browsers: dict[str, FlaskClient] = {}

    def open_one(login: str) -> FlaskClient:
        if login not in browsers:
            person = demo.scalars(select(Person).where(Person.login == login)).one()
            browsers[login] = as_person(app.test_client(), person)
        return browsers[login]

    return open_one


def of_every_state(session: Session, table, state) -> list:
    """Return one row of each state that is there."""
    return [
        found for one in state if (found := session.scalars(select(table).where(table.state == one).limit(1)).first())
    ]


def laboratory_of(session: Session, commission: Commission) -> str:
    return session.get_one(Organisation, commission.provider_id).key.lower()


def test_what_clients_and_clerks_see_of_a_commission_of_every_state(demo: Session, browser_of) -> None:
    shown = of_every_state(demo, Commission, CommissionState)

    assert len(shown) == len(CommissionState)
    for one in shown:
        client = browser_of(demo.get_one(Person, one.placed_by_id).login)
        assert client.get(f"/commissions/{one.id}").status_code == 200, one.state
        if one.state is not CommissionState.DRAFT:
            clerk = browser_of(f"{laboratory_of(demo, one)}_clerk")
            assert clerk.get(f"/laboratory/commissions/{one.id}").status_code == 200, one.state


@pytest.mark.parametrize("laboratory", ["c02", "c06"])
def test_the_lists_of_every_desk(laboratory: str, browser_of) -> None:
    for role, pages in {
        "clerk": DESK + BENCH,
        "analyst1": BENCH,
        "review": (*BENCH[:3], "/laboratory/reports", "/laboratory/objections"),
        "sign": ("/laboratory/reports?show=sign", "/laboratory/objections"),
        "admin": (*DESK, "/laboratory/objections", "/standards"),
    }.items():
        for page in pages:
            assert browser_of(f"{laboratory}_{role}").get(page).status_code == 200, (role, page)


def test_lines_samples_reports_and_questions_of_every_state(demo: Session, browser_of) -> None:
    for line in of_every_state(demo, TestLine, LineState):
        login = f"{laboratory_of(demo, line.commission)}_analyst1"
        assert browser_of(login).get(f"/laboratory/work/{line.id}").status_code == 200, line.state
    for sample in of_every_state(demo, Sample, SampleState):
        login = f"{laboratory_of(demo, demo.get_one(Commission, sample.commission_id))}_clerk"
        assert browser_of(login).get(f"/laboratory/samples/{sample.id}").status_code == 200, sample.state
    for report in of_every_state(demo, Report, ReportState):
        login = f"{laboratory_of(demo, report.commission)}_sign"
        assert browser_of(login).get(f"/laboratory/reports/{report.id}").status_code == 200, report.state
        assert browser_of(login).get(f"/laboratory/reports/{report.id}/pdf").data.startswith(b"%PDF-"), report.state
    for question in demo.scalars(select(Consultation)).all():
        login = demo.get_one(Person, question.asked_by_id).login
        assert browser_of(login).get(f"/consultations/{question.id}").status_code == 200, question.state


def test_everybody_can_verify_a_report_by_its_code(demo: Session, app: Flask) -> None:
    for report in of_every_state(demo, Report, SEEN):
        page = app.test_client().get(f"/verify/{report.code}").get_data(as_text=True)
        assert report.no in page, report.state
