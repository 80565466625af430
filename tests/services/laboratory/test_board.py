"""The figures of the board: turnaround kept in time, and what is about to expire."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.files import Attachment
from services.laboratory.models.capability import ScopeEntry, Signatory
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.reports import Report, ReportState
from services.laboratory.queries.board import Turnaround, expiring, turnaround
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.ordering import MONDAY

TODAY = clock.local_day(MONDAY)


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def issued(lab, *, days_ago=1, promised_in=0, edition=1, replaces=None):
    """Make an issued report; its commission was promised ``promised_in`` days after the issue."""
    at = MONDAY - timedelta(days=days_ago)
    promised_on = clock.local_day(at) + timedelta(days=promised_in)
    commission = replaces.commission if replaces else make_commission(lab, CommissionState.ISSUED)
    commission.promised_on = promised_on
    name = f"{commission.no}-R{edition}"
    file = Attachment(
        purpose="report", name=name, key=name, media_type="application/pdf", size=1, sha256="0" * 64, stored_at=at
    )
    lab.session.add(file)
    lab.session.flush()
    report = Report(
        no=name,
        commission_id=commission.id,
        edition=edition,
        replaces_id=replaces.id if replaces else None,
        change_reason="更正" if replaces else "",
        state=ReportState.ISSUED,
        state_at=at,
        code=name,
        prepared_by_id=lab.clerk.id,
        prepared_at=at,
        issued_by_id=lab.signatory.id,
        issued_at=at,
        file_id=file.id,
    )
    lab.session.add(report)
    lab.session.commit()
    return report


def test_turnaround_is_the_share_of_first_reports_issued_by_their_promised_day(lab):
    issued(lab, promised_in=0)
    issued(lab, promised_in=3)
    late = issued(lab, promised_in=-1)
    issued(lab, days_ago=91, promised_in=-1)
    late.state = ReportState.SUPERSEDED
    lab.session.flush()
    issued(lab, promised_in=-1, edition=2, replaces=late)

    found = turnaround(lab.session, lab.provider.id, MONDAY)

    assert (found.issued, found.kept, found.percent) == (3, 2, 67)


def test_without_reports_there_is_no_share_and_other_laboratories_do_not_count(lab, session):
    other = make_laboratory(session)
    issued(other)

    assert turnaround(lab.session, lab.provider.id, MONDAY) == Turnaround(0, 0)
    assert Turnaround(0, 0).percent is None


def test_what_ends_within_the_warning_is_told_soonest_first(lab):
    lab.polariscope.calibration_due_on = TODAY - timedelta(days=5)
    lab.spectrometer.calibration_due_on = TODAY + timedelta(days=31)
    for entry in lab.session.scalars(select(ScopeEntry)):
        entry.valid_until = TODAY + timedelta(days=30)
    for one in lab.session.scalars(select(Signatory)):
        one.valid_until = TODAY + timedelta(days=10)
    lab.session.commit()

    found = expiring(lab.session, lab.provider.id, TODAY)

    assert [one.kind for one in found] == ["calibration", "signatory", "certificate"]
    assert found[0].what.endswith(lab.polariscope.name)
    assert (found[2].what, found[2].count) == ("191020340001", 2)


def test_a_certificate_that_a_later_entry_prolongs_is_not_told(lab):
    for entry in lab.session.scalars(select(ScopeEntry)).all():
        entry.valid_until = TODAY + timedelta(days=3)
        lab.session.add(
            ScopeEntry(
                method_id=entry.method_id,
                mark=entry.mark,
                certificate_no=entry.certificate_no,
                valid_from=TODAY + timedelta(days=4),
                valid_until=date(2034, 1, 1),
                entered_at=MONDAY,
            )
        )
    lab.session.commit()

    assert expiring(lab.session, lab.provider.id, TODAY) == []
