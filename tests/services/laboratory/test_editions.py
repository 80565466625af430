"""Which edition a test is done by on a day, its marks, and why an item is closed (domain.md F03 rule 3, 4 and 5)."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from services.catalogue.models import ModuleState, ResourceState
from services.laboratory.capability_errors import (
    CalibrationOverdue,
    EditionNotYetInForce,
    EditionWithdrawn,
    InstrumentStopped,
    NotOfferedBecause,
)
from services.laboratory.models.capability import Mark
from services.laboratory.queries.capability import groups_of
from services.laboratory.rules.editions import closed_because, marks_on, method_on, scope_on, upcoming_on
from tests.factories.laboratory import add_method, calibrate, make_item, make_laboratory, make_standard

CHANGE = date(2027, 1, 1)
EVE = CHANGE - timedelta(days=1)


def two_editions(session: Session, lab):
    """Make an item by GB/T 3920-2008, with the mark, and 2024, without."""
    new = make_standard(session, "GB/T 3920-2024", issued_on=date(2024, 12, 31), effective_on=CHANGE)
    old = make_standard(session, "GB/T 3920-2008", withdrawn_on=CHANGE, successor_id=new.id)
    item = make_item(session, lab.provider, standard=old)
    add_method(session, item, new)
    return item


def test_the_edition_changes_on_the_day_and_the_mark_only_if_the_scope_covers_the_new_one(session: Session):
    item = two_editions(session, make_laboratory(session))

    assert method_on(item, EVE).standard.number == "GB/T 3920-2008"
    assert method_on(item, CHANGE).standard.number == "GB/T 3920-2024"
    assert (marks_on(item, EVE), marks_on(item, CHANGE)) == ([Mark.CMA], [])


def test_a_change_is_announced_ninety_days_before(session: Session):
    item = two_editions(session, make_laboratory(session))

    assert upcoming_on(item, CHANGE - timedelta(days=91)) is None
    assert upcoming_on(item, CHANGE - timedelta(days=90)).standard.number == "GB/T 3920-2024"
    assert upcoming_on(item, CHANGE) is None


def test_an_ended_edition_is_used_until_its_last_day(session: Session):
    lab = make_laboratory(session)
    method = lab.lead.methods[0]
    method.ended_at = lab.work(lab.admin).now
    day = lab.work(lab.admin).today

    assert method_on(lab.lead, day - timedelta(days=1)) is method
    assert method_on(lab.lead, day) is None


def test_the_newest_edition_in_force_counts(session: Session):
    lab = make_laboratory(session)
    newer = make_standard(session, effective_on=date(2020, 1, 1))
    add_method(session, lab.lead, newer)
    assert method_on(lab.lead, date(2026, 1, 1)).standard is newer


def test_scope_holds_on_both_its_days_and_for_its_mark_only(session: Session):
    entry = make_laboratory(session).stress.methods[0].scopes[0]
    method = entry.method
    assert scope_on(method, Mark.CMA, entry.valid_from) is entry
    assert scope_on(method, Mark.CMA, entry.valid_until) is entry
    assert scope_on(method, Mark.CMA, entry.valid_until + timedelta(days=1)) is None
    assert scope_on(method, Mark.CNAS, entry.valid_from) is None


def test_a_withdrawn_edition_closes_the_item_and_names_what_replaces_it_in_the_end(session: Session):
    lab = make_laboratory(session)
    last = make_standard(session, "GB/T 10125-2021", effective_on=date(2022, 3, 1))
    middle = make_standard(session, "GB/T 10125-2012", withdrawn_on=date(2022, 3, 1), successor_id=last.id)
    first = make_standard(session, "GB/T 10125-1997", withdrawn_on=date(2013, 3, 1), successor_id=middle.id)
    item = make_item(session, lab.provider, standard=first)

    (reason,) = closed_because(item, date(2026, 11, 25), [])
    assert isinstance(reason, EditionWithdrawn)
    assert reason.values == {"number": "GB/T 10125-1997", "successor": "GB/T 10125-2021"}


def test_an_edition_that_is_to_come_keeps_the_item_closed_until_then(session: Session):
    lab = make_laboratory(session)
    item = make_item(session, lab.provider, standard=make_standard(session, effective_on=CHANGE))
    assert isinstance(closed_because(item, EVE, [])[0], EditionNotYetInForce)
    assert closed_because(item, CHANGE, []) == []


def test_an_overdue_calibration_closes_the_item_unless_another_instrument_of_its_group_is_in_order(session: Session):
    lab = make_laboratory(session)
    (group,) = groups_of(session, [lab.stress.id])[lab.stress.id]
    due = lab.polariscope.calibration_due_on

    assert closed_because(lab.stress, due, [group]) == [], "the last day is included"
    (reason,) = closed_because(lab.stress, due + timedelta(days=1), [group])
    assert isinstance(reason, CalibrationOverdue)
    calibrate(session, lab.spectrometer, days=400)
    assert closed_because(lab.stress, due + timedelta(days=1), [[*group, lab.spectrometer]]) == []


def test_an_instrument_out_of_service_closes_the_item(session: Session):
    lab = make_laboratory(session)
    lab.polariscope.state = ResourceState.STOPPED
    (reason,) = closed_because(lab.stress, date(2026, 11, 25), [[lab.polariscope]])
    assert isinstance(reason, InstrumentStopped)


def test_a_paused_module_closes_the_item_and_says_why(session: Session):
    lab = make_laboratory(session)
    lab.stress.module.state, lab.stress.module.state_reason = ModuleState.PAUSED, "设备检修"
    (reason,) = closed_because(lab.stress, date(2026, 11, 25), [])
    assert isinstance(reason, NotOfferedBecause)
    assert reason.values == {"reason": "设备检修"}
