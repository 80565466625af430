"""What is kept, for whom, and by which clock: nothing is deleted, nothing back-dated, nothing told to third parties."""

import importlib
import inspect
import pkgutil
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.core.errors import NotAllowed, NotFound
from services.core.permissions import GRANTS, Permission, Role
from services.core.work import Work
from services.jobs.cleaning import clean
from services.laboratory import operations
from services.laboratory.models.commissions import CommissionEvent, ContractReview
from services.laboratory.models.lines import RawRecord, TestResult
from services.laboratory.models.reports import Report, ReportDownload, ReportLine
from services.laboratory.models.samples import CustodyEvent
from services.laboratory.operations import ordering, reporting
from services.laboratory.ordering_errors import PromiseMoved
from services.organisations.models import OrgKind
from tests.factories.booking import actor_of, make_agent, make_firm
from tests.factories.laboratory import make_laboratory, record_review
from tests.factories.ordering import MONDAY, make_draft, make_order
from tests.factories.reports import issued

KEPT = (RawRecord, TestResult, CustodyEvent, CommissionEvent, ContractReview, Report, ReportLine, ReportDownload)
OF_RESULTS = {
    Permission.COMMISSION_READ,
    Permission.REPORT_OPEN,
    Permission.REPORT_READ,
    Permission.RESULT_CHECK,
    Permission.RESULT_ENTER,
    Permission.WORKLIST_READ,
}
OUTSIDERS = sorted(role for role in Role if role.value.startswith(("gov", "auditor", "bank", "expert")))


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def test_seven_years_later_records_and_reports_are_all_there(lab, session, tmp_path):
    report = issued(lab, tmp_path)
    reporting.fetch(lab.work(lab.agent), report.id)
    record_review(lab, report.commission)
    session.commit()
    counts = [select(func.count()).select_from(table) for table in KEPT]
    before = [session.scalar(count) for count in counts]
    assert all(before)

    clean(Work(session, lab.work().actor, MONDAY + timedelta(days=7 * 366)))
    session.commit()

    assert [session.scalar(count) for count in counts] == before


@pytest.mark.parametrize("table", [one.__tablename__ for one in KEPT])
def test_the_database_deletes_no_record_and_no_report(lab, session, tmp_path, table):
    report = issued(lab, tmp_path)
    reporting.fetch(lab.work(lab.agent), report.id)
    record_review(lab, report.commission)
    session.commit()

    with pytest.raises(DBAPIError):
        session.execute(text(f"DELETE FROM {table}"))


def test_no_operation_is_told_what_time_it_is():
    """Whatever happens, happens when the server says: days may be given, moments may not."""
    given = []
    for module in pkgutil.iter_modules(operations.__path__, f"{operations.__name__}."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            first, *others = [*inspect.signature(function).parameters.values(), None]
            is_own = function.__module__ == module.name and not name.startswith("_")
            if first is None or first.name != "work" or not is_own:
                continue
            given += [f"{module.name}.{name}" for one in others if one and "datetime" in str(one.annotation)]

    assert given == []


def test_an_order_that_failed_leaves_no_gap_in_the_numbers(lab):
    first = make_order(lab)
    lost = make_draft(lab)
    found = ordering.survey(lab.session, lost, MONDAY)
    shown = {"shown_due_fen": found.quote.due_fen, "shown_promised_on": date(2026, 11, 25)}
    with pytest.raises(PromiseMoved):
        ordering.confirm(lab.work(now=MONDAY), lost.id, **shown)
    lab.session.rollback()

    second = make_order(lab)

    assert [int(one.no[-4:]) for one in (first, second)] == [1, 2]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_authorities_and_others_read_no_results(lab, tmp_path, role):
    assert not GRANTS[role] & OF_RESULTS
    report = issued(lab, tmp_path)
    office = make_firm(lab.session)
    officer = make_agent(lab.session, office, role)

    with pytest.raises(NotAllowed):
        reporting.fetch(Work(lab.session, actor_of(officer, office, role), MONDAY), report.id)


@pytest.mark.parametrize("role", [Role.ASSOC_STAFF, Role.ASSOC_OFFICER])
def test_an_association_reads_its_own_reports_only(lab, tmp_path, role):
    report = issued(lab, tmp_path)
    association = make_firm(lab.session)
    association.kind = OrgKind.ASSOCIATION
    person = make_agent(lab.session, association, role)

    with pytest.raises(NotFound):
        reporting.fetch(Work(lab.session, actor_of(person, association, role), MONDAY), report.id)
