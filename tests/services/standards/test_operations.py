"""Standards are entered once, in order, and never replace each other in a circle."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotAllowed, RulesBroken
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.work import Work
from services.standards.errors import (
    EffectBeforeIssue,
    NumberTaken,
    SuccessionLoops,
    SuccessorOlder,
    SuccessorUnknown,
    WithdrawnBeforeEffect,
)
from services.standards.importing import Change, import_standards, plan_import
from services.standards.models import Standard, StandardState
from services.standards.operations import StandardEntry, add_standard, change_standard, entry_of
from services.standards.queries import earlier_editions, later_editions, standards_found
from tests.factories.booking import actor_of, make_agent
from tests.factories.laboratory import make_standard
from tests.factories.organisations import make_organisation

OLD = StandardEntry("GB/T 3920-2008", "耐摩擦色牢度", effective_on=date(2009, 6, 1))
NEW = StandardEntry("GB/T 3920-2024", "耐摩擦色牢度", issued_on=date(2024, 12, 31), effective_on=date(2027, 1, 1))


def kinds(error: pytest.ExceptionInfo[RulesBroken]) -> set[type]:
    return {type(one) for one in error.value.errors}


def test_an_edition_is_entered_with_its_chain_and_recorded(work: Work, session: Session):
    add_standard(work, NEW)
    old = add_standard(work, replace(OLD, number="gbt3920—2008", successor="GBT3920-2024"))

    assert old.number == "GB/T 3920-2008"
    assert old.withdrawn_on == date(2027, 1, 1), "it holds until its successor takes effect"
    assert [one.number for one in later_editions(session, old.id)] == ["GB/T 3920-2024"]
    assert [one.number for one in earlier_editions(session, old.successor_id or 0)] == ["GB/T 3920-2008"]
    assert session.scalars(select(AuditEntry.kind)).all() == ["standard.added"] * 2
    assert "laboratory.check_capabilities" in session.scalars(select(OutboxTask.task)).all()


def test_an_edition_is_entered_once_whatever_its_spelling(work: Work):
    add_standard(work, OLD)
    with pytest.raises(RulesBroken) as error:
        add_standard(work, replace(OLD, number="ＧＢ／Ｔ 3920－2008"))
    assert kinds(error) == {NumberTaken}


def test_dates_are_in_order_and_everything_wrong_is_told_at_once(work: Work):
    wrong = replace(OLD, issued_on=date(2010, 1, 1), withdrawn_on=date(2008, 1, 1), successor="GB/T 1-1999")
    with pytest.raises(RulesBroken) as error:
        add_standard(work, wrong)
    assert kinds(error) == {EffectBeforeIssue, WithdrawnBeforeEffect, SuccessorUnknown}


def test_a_successor_is_newer_and_never_leads_back(work: Work, session: Session):
    new = add_standard(work, NEW)
    old = add_standard(work, replace(OLD, successor=NEW.number))
    with pytest.raises(RulesBroken) as error:
        change_standard(work, new.id, new.version, replace(NEW, successor=OLD.number))
    assert kinds(error) == {SuccessionLoops}
    session.refresh(new)
    with pytest.raises(RulesBroken) as error:
        add_standard(work, replace(NEW, number="GB/T 3920-2030", effective_on=date(2030, 1, 1), successor=old.number))
    assert kinds(error) == {SuccessorOlder}


def test_the_database_refuses_a_circle_too(session: Session):
    first, second = make_standard(session), make_standard(session)
    first.successor_id = second.id
    session.flush()
    with pytest.raises(IntegrityError):
        session.execute(update(Standard).where(Standard.id == second.id).values(successor_id=first.id))


def test_a_change_needs_the_present_version(work: Work):
    standard = add_standard(work, OLD)
    change_standard(work, standard.id, standard.version, replace(OLD, title="耐摩擦"))
    with pytest.raises(ChangedMeanwhile):
        change_standard(work, standard.id, 1, OLD)


def test_clients_do_not_edit_the_library(session: Session, work_as):
    firm = make_organisation(session)
    with pytest.raises(NotAllowed):
        add_standard(work_as(actor_of(make_agent(session, firm), firm, Role.ENT_ADMIN)), OLD)


def test_states_and_spellings_narrow_the_list(work: Work, session: Session):
    add_standard(work, NEW)
    add_standard(work, replace(OLD, successor=NEW.number))
    day = date(2026, 11, 25)

    def found(day: date = day, **wish) -> list[str]:
        return [one.number for one in session.scalars(standards_found(day, **wish))]

    for words in ("3920", "gbt 3920", "ＧＢ／Ｔ３９２０", "GB/T 3920 摩擦", "摩擦"):
        assert len(found(words=words)) == 2, words
    assert found(words="%") == []
    assert found(state=StandardState.CURRENT) == ["GB/T 3920-2008"]
    assert found(state=StandardState.UPCOMING) == ["GB/T 3920-2024"]
    assert found(date(2027, 1, 1), state=StandardState.WITHDRAWN) == ["GB/T 3920-2008"]


TABLE = """标准号,名称,实施日期,废止日期,替代标准
GB/T 3920-2008,耐摩擦色牢度,2009-06-01,,GB/T 3920-2024
GB/T 3920-2024,耐摩擦色牢度,2027/1/1,,
"""


def test_a_table_is_looked_at_then_taken_in_whatever_the_order_of_its_rows(work: Work, session: Session):
    plan = plan_import(session, TABLE)
    assert [one.change for one in plan.rows] == [Change.NEW, Change.NEW]
    assert session.scalars(select(Standard)).all() == [], "looking at it changes nothing"

    assert import_standards(work, TABLE)[Change.NEW] == 2
    assert import_standards(work, TABLE) == {Change.NEW: 0, Change.CHANGED: 0, Change.SAME: 2}
    old = session.scalars(select(Standard).where(Standard.key == "GBT3920-2008")).one()
    assert entry_of(old).successor == "GB/T 3920-2024"


def test_every_bad_row_is_told_and_nothing_is_taken_in(work: Work, session: Session):
    table = (
        "标准号,名称,实施日期,替代标准\n"
        "GB/T 1-2020,甲,2020-13-01,\n"
        "GB/T 2,乙,2020-01-01,\n"
        "GB/T 3-2020,,2020-01-01,GB/T 9-2021\n"
        "GB/T 4-2020,丁,2020-01-01,GB/T 5-2020\n"
        "GB/T 5-2020,戊,2020-01-01,GB/T 4-2020\n"
        "GB/T 6-2020,己,2020-01-01,GB/T 77-2020\n"
        "gbt 6-2020,己,2020-01-01,\n"
        "GB/T 8-2020,辛,2020-01-01,\n"
    )
    with pytest.raises(RulesBroken) as error:
        import_standards(work, table)
    assert {one.values["row"] for one in error.value.errors} == {2, 3, 4, 5, 6, 7, 8}
    assert session.scalars(select(Standard)).all() == []
