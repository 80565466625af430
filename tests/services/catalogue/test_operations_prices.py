"""Price versions and extras: dates, steps, percentages, and what is history."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.errors import DateInThePast, PriceBegun, PriceDateTaken, TooManyExtras
from services.catalogue.models import ModuleKind, ModuleState, PriceExtra, PriceUnit, PriceVersion, ServiceModule
from services.catalogue.operations.prices import (
    MOST_EXTRAS,
    PriceEntry,
    add_extra,
    add_price,
    edit_extra,
    remove_extra,
    remove_price,
)
from services.core import clock
from services.core.audit import AuditEntry
from services.core.errors import NotFound, RulesBroken, WrongState
from services.core.permissions import Role
from services.core.work import Work
from tests.factories.booking import actor_of, make_agent
from tests.factories.catalogue import make_extra, make_module, make_price, make_provider

TODAY = clock.local_day(clock.now())
ENTRY = PriceEntry(effective_on=TODAY + timedelta(days=30), unit=PriceUnit.SAMPLE, unit_fen=15000)


def staff(session: Session, module: ServiceModule) -> Work:
    organisation = module.provider.organisation
    person = make_agent(session, organisation, Role.PROVIDER_ADMIN)
    return Work(session, actor_of(person, organisation, Role.PROVIDER_ADMIN), clock.now())


def kinds_of(broken: RulesBroken) -> list[type]:
    return [type(error) for error in broken.errors]


def test_a_later_price_leaves_the_present_one_as_it_is(session: Session) -> None:
    module = make_module(session)
    work = staff(session, module)

    version = add_price(work, module.id, replace(ENTRY, tiers=((10, 14000), (50, 12000))))

    assert version.tiers == [[10, 14000], [50, 12000]]
    assert version.created_by_id == work.actor.person_id
    assert [one.unit_fen for one in module.prices] == [15000, 12000]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.kind, entry.facts["price"]["unit_fen"]) == ("price.added", 15000)


def test_only_the_first_price_begins_in_the_past(session: Session) -> None:
    module = make_module(session, price={})
    work = staff(session, module)
    add_price(work, module.id, replace(ENTRY, effective_on=TODAY - timedelta(days=400)))
    with pytest.raises(RulesBroken) as broken:
        add_price(work, module.id, replace(ENTRY, effective_on=TODAY - timedelta(days=1)))
    assert kinds_of(broken.value) == [DateInThePast]
    add_price(work, module.id, replace(ENTRY, effective_on=TODAY))
    assert len(module.prices) == 2


def test_a_day_has_one_price(session: Session) -> None:
    module = make_module(session)
    work = staff(session, module)
    add_price(work, module.id, ENTRY)
    with pytest.raises(RulesBroken) as broken:
        add_price(work, module.id, ENTRY)
    assert kinds_of(broken.value) == [PriceDateTaken]


def test_the_database_decides_who_was_first_with_a_day(session: Session) -> None:
    module = make_module(session)
    work = staff(session, module)
    assert len(module.prices) == 1  # what this transaction has read
    values = {"unit": PriceUnit.SAMPLE, "unit_fen": 1, "minimum_fen": 0, "tiers": [], "member_discount_percent": 0}
    rival = PriceVersion(module_id=module.id, effective_on=ENTRY.effective_on, created_at=work.now, **values)
    with session.no_autoflush:
        session.add(rival)
        with pytest.raises(PriceDateTaken):
            add_price(work, module.id, ENTRY)
    session.rollback()


@pytest.mark.parametrize("tiers", [((1, 100),), ((10, 100), (10, 90)), ((50, 100), (10, 90)), ((2, 1), (3, 1), (3, 1))])
def test_steps_rise_and_do_not_overlap(session: Session, tiers: tuple[tuple[int, int], ...]) -> None:
    module = make_module(session)
    with pytest.raises(RulesBroken):
        add_price(staff(session, module), module.id, replace(ENTRY, tiers=tiers))


@pytest.mark.parametrize(
    ("kind", "over", "fields"),
    [
        (ModuleKind.TEST, {"urgent_percent": 150, "very_urgent_percent": 200, "member_discount_percent": 10}, []),
        (ModuleKind.TEST, {"urgent_percent": 200, "very_urgent_percent": 150}, ["very_urgent_percent"]),
        (ModuleKind.TEST, {"very_urgent_percent": 200}, ["very_urgent_percent"]),
        (ModuleKind.MACHINE_HOUR, {"member_discount_percent": 10}, []),
        (ModuleKind.MACHINE_HOUR, {"urgent_percent": 150}, ["urgent_percent"]),
        (
            ModuleKind.PROJECT,
            {"urgent_percent": 150, "member_discount_percent": 10},
            ["urgent_percent", "member_discount_percent"],
        ),
    ],
)
def test_urgency_and_discount_are_for_some_kinds(
    session: Session, kind: ModuleKind, over: dict[str, int], fields: list[str]
) -> None:
    module = make_module(session, kind=kind)
    work = staff(session, module)
    if not fields:
        add_price(work, module.id, replace(ENTRY, **over))
        return
    with pytest.raises(RulesBroken) as broken:
        add_price(work, module.id, replace(ENTRY, **over))
    assert [error.field for error in broken.value.errors] == fields


def test_a_price_to_come_can_be_taken_back(session: Session) -> None:
    module = make_module(session)
    work = staff(session, module)
    version = add_price(work, module.id, ENTRY)
    remove_price(work, module.id, version.id)
    assert [one.unit_fen for one in module.prices] == [12000]


@pytest.mark.parametrize("day", [TODAY, date(2020, 2, 2)])
def test_a_price_that_has_begun_is_history(session: Session, day: date) -> None:
    module = make_module(session)
    version = make_price(session, module, effective_on=day)
    with pytest.raises(PriceBegun):
        remove_price(staff(session, module), module.id, version.id)


def test_prices_and_extras_of_other_modules_do_not_exist(session: Session) -> None:
    module, other = make_module(session), make_module(session)
    version = make_price(session, other, effective_on=ENTRY.effective_on)
    extra = make_extra(session, other)
    work = staff(session, module)
    for act in (
        lambda: remove_price(work, module.id, version.id),
        lambda: remove_price(work, other.id, version.id),
        lambda: edit_extra(work, module.id, extra.id, "英文报告", 1),
        lambda: remove_extra(work, module.id, extra.id),
        lambda: add_price(work, other.id, ENTRY),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_withdrawn_module_gets_no_new_prices(session: Session) -> None:
    module = make_module(session, state=ModuleState.WITHDRAWN)
    with pytest.raises(WrongState):
        add_price(staff(session, module), module.id, ENTRY)


def test_extras_come_change_and_go_and_a_code_never_comes_back(session: Session) -> None:
    module = make_module(session)
    work = staff(session, module)
    first = add_extra(work, module.id, "英文报告", 10000)
    edit_extra(work, module.id, first.id, "英文报告（加盖公章）", 12000)
    assert (first.name, first.amount_fen) == ("英文报告（加盖公章）", 12000)
    remove_extra(work, module.id, first.id)
    session.flush()
    second = add_extra(work, module.id, "加印报告", 2000)
    assert (first.code, second.code) == ("x1", "x2")
    assert session.scalars(select(PriceExtra.name).where(PriceExtra.module_id == module.id)).all() == ["加印报告"]


def test_the_list_of_extras_is_short(session: Session) -> None:
    module = make_module(session)
    for number in range(MOST_EXTRAS):
        make_extra(session, module, code=f"e{number}")
    with pytest.raises(TooManyExtras):
        add_extra(staff(session, module), module.id, "再加一项", 100)


def test_the_staff_of_one_provider_do_not_price_for_another(session: Session) -> None:
    module = make_module(session)
    other = make_module(session, make_provider(session))
    with pytest.raises(NotFound):
        add_extra(staff(session, other), module.id, "英文报告", 100)
