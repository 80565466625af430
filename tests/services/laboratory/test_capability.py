"""Items, editions, scope, limits, calibrations and signatories are maintained by their own laboratory."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from services.catalogue.models import ModuleKind
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, RulesBroken
from services.laboratory.capability_errors import (
    AuthorisedAlready,
    DatesOutOfOrder,
    DefinedAlready,
    EndInThePast,
    EndTooLate,
    GradeExpected,
    KindFixed,
    LimitNameTaken,
    MethodKnown,
    NeverJudged,
    NoLimits,
    NoSignatory,
    NotATest,
    NotCalibratedYet,
    NumberExpected,
    OnlyForNumbers,
    OutOfOrder,
    ScaleUnknown,
    ScopeKnown,
    StandardUnknown,
)
from services.laboratory.models.capability import Calibration, Mark, ResultKind, TestField
from services.laboratory.operations import capability, certifying, limiting
from services.laboratory.operations.capability import ItemParticulars
from services.laboratory.operations.certifying import CalibrationEntry, ScopeParticulars
from services.laboratory.operations.item_import import particulars_of
from services.laboratory.operations.limiting import LimitSetEntry
from services.laboratory.queries.capability import fields_held
from tests.factories.catalogue import make_module
from tests.factories.laboratory import make_commission, make_laboratory, make_standard

GLASS = ItemParticulars(field=TestField.GLASS, result_kind=ResultKind.NUMBER, unit="nm/cm")


@pytest.fixture
def lab(session: Session):
    return make_laboratory(session)


def kinds(error: pytest.ExceptionInfo[RulesBroken]) -> list[type]:
    return [type(one) for one in error.value.errors]


# Items --------------------------------------------------------------------------------------------------------------


def test_a_test_becomes_an_item_once(lab, session: Session):
    module = make_module(session, lab.provider, kind=ModuleKind.TEST)
    item = capability.define_item(lab.work(lab.admin), module.id, GLASS)

    assert (item.id, item.unit, item.version) == (module.id, "nm/cm", 1)
    with pytest.raises(DefinedAlready):
        capability.define_item(lab.work(lab.admin), module.id, GLASS)
    with pytest.raises(NotATest):
        capability.define_item(lab.work(lab.admin), lab.package.id, GLASS)


def test_measures_are_numbers_in_order_and_only_for_numbers(lab):
    wrong = replace(GLASS, lod="viel", range_low="5", range_high="1")
    with pytest.raises(RulesBroken) as error:
        capability.change_item(lab.work(lab.admin), lab.stress.id, 1, wrong)
    assert kinds(error) == [NumberExpected, OutOfOrder]
    graded = replace(GLASS, result_kind=ResultKind.GRADE, lod="1", decimals=2)
    with pytest.raises(RulesBroken) as error:
        capability.change_item(lab.work(lab.admin), lab.stress.id, 1, graded)
    assert kinds(error) == [OnlyForNumbers, OnlyForNumbers]


def test_what_has_been_tested_keeps_its_kind_and_unit(lab, session: Session):
    make_commission(lab, items=(lab.stress,))
    present = particulars_of(lab.stress)
    with pytest.raises(RulesBroken) as error:
        capability.change_item(lab.work(lab.admin), lab.stress.id, lab.stress.version, replace(present, unit="MPa"))
    assert kinds(error) == [KindFixed]
    capability.change_item(lab.work(lab.admin), lab.stress.id, lab.stress.version, replace(present, specimens=5))
    with pytest.raises(ChangedMeanwhile):
        capability.change_item(lab.work(lab.admin), lab.stress.id, 1, present)


def test_nobody_changes_the_items_of_another_laboratory(lab, session: Session):
    foreign = make_laboratory(session)
    with pytest.raises(NotFound):
        capability.change_item(lab.work(lab.admin), foreign.stress.id, 1, GLASS)
    with pytest.raises(NotFound):
        certifying.add_calibration(
            lab.work(lab.admin), foreign.polariscope.id, CalibrationEntry(date(2026, 1, 1), date(2027, 1, 1), "x")
        )
    with pytest.raises(NotFound):
        limiting.set_limit(lab.work(lab.admin), foreign.limits.id, lab.lead.id, "", "1")


@pytest.mark.parametrize("who", ["clerk", "analyst", "reviewer", "signatory", "agent"])
def test_only_the_administrator_maintains_the_capability(lab, who: str):
    with pytest.raises(NotAllowed):
        capability.change_item(lab.work(getattr(lab, who)), lab.stress.id, 1, GLASS)


def test_an_edition_is_added_once_ended_and_taken_up_again(lab, session: Session):
    standard = make_standard(session, "GB/T 4545-2030", effective_on=date(2030, 1, 1))
    work = lab.work(lab.admin)
    method = capability.add_method(work, lab.stress.id, "gbt4545—2030", "4.1")

    with pytest.raises(MethodKnown):
        capability.add_method(work, lab.stress.id, standard.number, "")
    with pytest.raises(StandardUnknown):
        capability.add_method(work, lab.stress.id, "GB/T 4545-1900", "")
    capability.end_method(work, lab.stress.id, method.id)
    assert method.ended_at == work.now
    assert capability.add_method(work, lab.stress.id, standard.number, "4.2").ended_at is None


# Scope, calibrations, signatories -----------------------------------------------------------------------------------


def test_scope_is_entered_once_for_a_mark_and_a_first_day(lab):
    work = lab.work(lab.admin)
    method = lab.adhesion.methods[0]
    scope = ScopeParticulars(Mark.CMA, "DEMO-1", work.today, work.today + timedelta(days=100))
    certifying.add_scope(work, method.id, scope)

    with pytest.raises(ScopeKnown):
        certifying.add_scope(work, method.id, scope)


def test_scope_has_its_dates_in_order_and_ends_early_but_not_for_days_gone_by(lab, session: Session):
    work = lab.work(lab.admin)
    entry = lab.stress.methods[0].scopes[0]
    with pytest.raises(DatesOutOfOrder):
        certifying.add_scope(
            work, entry.method_id, ScopeParticulars(Mark.CNAS, "x", work.today, work.today - timedelta(days=1))
        )
    with pytest.raises(RulesBroken) as error:
        certifying.end_scope(work, entry.id, work.today - timedelta(days=2))
    assert kinds(error) == [EndInThePast]
    with pytest.raises(RulesBroken) as error:
        certifying.end_scope(work, entry.id, entry.valid_until + timedelta(days=1))
    assert kinds(error) == [EndTooLate]
    assert certifying.end_scope(work, entry.id, work.today).valid_until == work.today


def test_a_calibration_moves_the_day_until_which_the_instrument_can_be_used(lab, session: Session):
    work = lab.work(lab.admin)
    due = work.today + timedelta(days=365)
    certifying.add_calibration(work, lab.polariscope.id, CalibrationEntry(work.today, due, "JZ-9", "计量院"))
    assert lab.polariscope.calibration_due_on == due

    earlier = CalibrationEntry(work.today - timedelta(days=400), work.today - timedelta(days=30), "JZ-8")
    certifying.add_calibration(work, lab.polariscope.id, earlier)
    assert lab.polariscope.calibration_due_on == due, "the latest one counts, whatever is entered last"


def test_a_calibration_has_been_done_and_stays(lab, session: Session):
    work = lab.work(lab.admin)
    tomorrow = work.today + timedelta(days=1)
    with pytest.raises(RulesBroken) as error:
        certifying.add_calibration(work, lab.polariscope.id, CalibrationEntry(tomorrow, work.today, "x"))
    assert kinds(error) == [NotCalibratedYet, DatesOutOfOrder]
    with pytest.raises(DatabaseError):
        session.execute(update(Calibration).values(certificate_no="other"))


def test_a_signatory_holds_the_role_and_a_field_between_two_days(lab, session: Session):
    work = lab.work(lab.admin)
    first, last = work.today + timedelta(days=4000), work.today + timedelta(days=4100)
    certifying.authorise_signatory(work, lab.signatory.id, [TestField.FOOD], first, last)

    assert TestField.FOOD in fields_held(session, lab.provider.id, lab.signatory.id, last)
    assert fields_held(session, lab.provider.id, lab.signatory.id, last + timedelta(days=1)) == set()
    with pytest.raises(RulesBroken) as error:
        certifying.authorise_signatory(work, lab.analyst.id, [TestField.FOOD], first, last)
    assert kinds(error) == [NoSignatory]
    with pytest.raises(AuthorisedAlready):
        certifying.authorise_signatory(work, lab.signatory.id, [TestField.FOOD], first, last)


def test_an_authorisation_ends_early(lab, session: Session):
    work = lab.work(lab.admin)
    (row,) = certifying.authorise_signatory(
        work, lab.signatory.id, [TestField.GLASS], work.today, work.today + timedelta(days=9)
    )
    certifying.end_signatory(work, row.id, work.today)
    assert row.valid_until == work.today


# Limits -------------------------------------------------------------------------------------------------------------


def test_limits_are_named_once_and_come_from_the_library(lab, session: Session):
    work = lab.work(lab.admin)
    make_standard(session, "GB 18401-2010")
    limits = limiting.add_limit_set(work, LimitSetEntry("GB 18401-2010 B 类", standard="gb18401-2010"))
    assert limits.standard.number == "GB 18401-2010"
    with pytest.raises(RulesBroken) as error:
        limiting.add_limit_set(work, LimitSetEntry("GB 18401-2010 B 类", standard="GB 1-1900"))
    assert sorted(one.__name__ for one in kinds(error)) == ["LimitNameTaken", "StandardUnknown"]
    assert LimitNameTaken.field == "name"


def test_a_limit_fits_the_kind_of_the_item(lab):
    work = lab.work(lab.admin)
    assert limiting.set_limit(work, lab.limits.id, lab.fastness.id, "３—4 级", "").low == "3-4"
    assert limiting.set_limit(work, lab.limits.id, lab.lead.id, "", "0.50").high == "0.50"
    for item, low, high, wrong in (
        (lab.fastness, "7", "", GradeExpected),
        (lab.fastness, "4", "3", OutOfOrder),
        (lab.lead, "x", "", NumberExpected),
        (lab.lead, "2", "1", OutOfOrder),
        (lab.lead, "", "", NoLimits),
        (lab.adhesion, "1", "", NeverJudged),
    ):
        with pytest.raises(RulesBroken) as error:
            limiting.set_limit(work, lab.limits.id, item.id, low, high)
        assert kinds(error) == [wrong]


def test_the_scale_of_grades_of_an_item_ends_at_five_or_eight(lab):
    item, work = lab.fastness, lab.work(lab.admin)
    graded = {"field": item.field, "result_kind": item.result_kind, "unit": item.unit}
    with pytest.raises(RulesBroken) as error:
        capability.change_item(work, item.id, item.version, capability.ItemParticulars(**graded, range_high="6"))
    assert kinds(error) == [ScaleUnknown]
    with pytest.raises(RulesBroken):
        limiting.set_limit(work, lab.limits.id, item.id, "6-7", "")

    capability.change_item(work, item.id, item.version, capability.ItemParticulars(**graded, range_high="8"))

    assert limiting.set_limit(work, lab.limits.id, item.id, "6-7", "8").low == "6-7"


def test_a_limit_is_changed_and_removed(lab, session: Session):
    work = lab.work(lab.admin)
    count = len(lab.limits.limits)
    limit = limiting.set_limit(work, lab.limits.id, lab.lead.id, "", "0.9")
    assert len(lab.limits.limits) == count
    limiting.remove_limit(work, lab.limits.id, limit.id)
    session.flush()
    session.expire_all()
    assert len(lab.limits.limits) == count - 1
