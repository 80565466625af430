"""Resources, their hours and exceptions, and booking policies."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.desk_queries import calibration_tone, coming_exceptions, opening_rules
from services.catalogue.errors import CodeTaken, DateInThePast, PeriodsOverlap, Unfit
from services.catalogue.models import CapacityKind, OpeningException, Provider, Resource, ResourceKind, ResourceState
from services.catalogue.operations.opening import (
    MOST_DAYS,
    Period,
    remove_exception,
    remove_weekly_hours,
    set_exception,
    set_weekly_hours,
)
from services.catalogue.operations.policies import PolicyTerms, create_policy, edit_policy
from services.catalogue.operations.resources import (
    Capacity,
    ResourceParticulars,
    create_resource,
    edit_resource,
    put_back_in_service,
    take_out_of_service,
)
from services.core import clock
from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, RulesBroken, WrongState
from services.core.permissions import Role
from services.core.work import Work
from tests.factories.booking import actor_of, make_agent
from tests.factories.catalogue import make_policy, make_provider, make_resource, open_weekly

TODAY = clock.local_day(clock.now())
ONE = Capacity(CapacityKind.EXCLUSIVE)
MORNING, AFTERNOON = (510, 690), (810, 1020)


def staff(session: Session, provider: Provider, role: Role = Role.PROVIDER_ADMIN) -> Work:
    person = make_agent(session, provider.organisation, role)
    return Work(session, actor_of(person, provider.organisation, role), clock.now())


def stove(session: Session, provider: Provider) -> ResourceParticulars:
    policy = make_policy(session, provider)
    return ResourceParticulars(name="偏光应力仪", kind=ResourceKind.INSTRUMENT, policy_id=policy.id, keeper="王工")


# Resources ----------------------------------------------------------------------------------------------------------


def test_a_new_resource_is_in_service_and_recorded(session: Session) -> None:
    provider = make_provider(session)
    work = staff(session, provider)
    resource = create_resource(work, "E-G01", Capacity(CapacityKind.SEATS, units=6), stove(session, provider))
    assert (resource.state, resource.units, resource.provider_id) == (ResourceState.NORMAL, 6, provider.id)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.kind, entry.facts["capacity"]["units"]) == ("resource.created", 6)


@pytest.mark.parametrize(
    ("capacity", "field"),
    [
        (Capacity(CapacityKind.BATCH), "daily_capacity"),
        (Capacity(CapacityKind.EXCLUSIVE, daily_capacity=3), "daily_capacity"),
        (Capacity(CapacityKind.BATCH, units=2, daily_capacity=3), "units"),
    ],
)
def test_the_size_fits_the_kind_of_capacity(session: Session, capacity: Capacity, field: str) -> None:
    provider = make_provider(session)
    with pytest.raises(RulesBroken) as broken:
        create_resource(staff(session, provider), "E-G01", capacity, stove(session, provider))
    assert [error.field for error in broken.value.errors] == [field]


def test_code_and_policy_are_checked_together(session: Session) -> None:
    provider, other = make_provider(session), make_provider(session)
    make_resource(session, other, code="E-G01")
    with pytest.raises(RulesBroken) as broken:
        create_resource(staff(session, provider), "E-G01", ONE, stove(session, other))
    assert [type(error) for error in broken.value.errors] == [Unfit, CodeTaken]


def test_an_edit_records_what_changed_and_the_second_editor_is_told(session: Session) -> None:
    provider = make_provider(session)
    work, particulars = staff(session, provider), stove(session, provider)
    resource = create_resource(work, "E-G01", ONE, particulars)
    edit_resource(work, resource.id, 1, replace(particulars, keeper="李工", calibration_due_on=date(2027, 1, 1)))
    facts = session.scalars(select(AuditEntry.facts).where(AuditEntry.kind == "resource.edited")).one()
    assert facts["changed"] == {"keeper": ["王工", "李工"], "calibration_due_on": [None, "2027-01-01"]}
    with pytest.raises(ChangedMeanwhile):
        edit_resource(work, resource.id, 1, particulars)


def test_a_resource_is_stopped_with_a_reason_and_restarted(session: Session) -> None:
    resource = make_resource(session)
    work = staff(session, resource.provider)
    take_out_of_service(work, resource.id, ResourceState.REPAIR, "光源更换")
    assert (resource.state, resource.state_reason) == (ResourceState.REPAIR, "光源更换")
    with pytest.raises(WrongState):
        take_out_of_service(work, resource.id, ResourceState.REPAIR, "光源更换")
    take_out_of_service(work, resource.id, ResourceState.STOPPED, "报废")
    put_back_in_service(work, resource.id)
    assert (resource.state, resource.state_reason) == (ResourceState.NORMAL, "")
    with pytest.raises(WrongState):
        put_back_in_service(work, resource.id)


def test_other_peoples_resources_do_not_exist(session: Session) -> None:
    resource = make_resource(session)
    work = staff(session, make_provider(session))
    for act in (
        lambda: take_out_of_service(work, resource.id, ResourceState.REPAIR, "光源更换"),
        lambda: put_back_in_service(work, resource.id),
        lambda: set_weekly_hours(work, resource.id, Period(), {0: [MORNING]}),
        lambda: remove_weekly_hours(work, resource.id, Period()),
        lambda: set_exception(work, resource.id, TODAY, TODAY, (), "盘点"),
        lambda: remove_exception(work, resource.id, TODAY),
        lambda: edit_policy(work, resource.policy_id, 1, PolicyTerms("一般规则")),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        put_back_in_service(staff(session, resource.provider, Role.LAB_CLERK), resource.id)


@pytest.mark.parametrize(("days", "tone"), [(None, "none"), (-1, "overdue"), (0, "soon"), (30, "soon"), (31, "fine")])
def test_calibration_warns_thirty_days_before(days: int | None, tone: str) -> None:
    assert calibration_tone(None if days is None else TODAY + timedelta(days=days), TODAY) == tone


# Hours --------------------------------------------------------------------------------------------------------------


def week_of(session: Session, resource: Resource) -> list[tuple[date | None, date | None, int, int, int]]:
    rules = opening_rules(session, resource.id)
    return [(rule.valid_from, rule.valid_to, rule.weekday, rule.opens_min, rule.closes_min) for rule in rules]


def test_hours_are_entered_and_replaced(session: Session) -> None:
    resource = make_resource(session)
    work = staff(session, resource.provider)
    set_weekly_hours(work, resource.id, Period(), {0: [MORNING, AFTERNOON], 5: []})
    assert week_of(session, resource) == [(None, None, 0, *MORNING), (None, None, 0, *AFTERNOON)]

    until = Period(last=date(2026, 12, 31))
    set_weekly_hours(work, resource.id, until, {2: [MORNING]}, replacing=Period())
    set_weekly_hours(work, resource.id, Period(first=date(2027, 1, 1)), {3: [AFTERNOON]})
    assert set(week_of(session, resource)) == {
        (None, date(2026, 12, 31), 2, *MORNING),
        (date(2027, 1, 1), None, 3, *AFTERNOON),
    }

    remove_weekly_hours(work, resource.id, until)
    assert week_of(session, resource) == [(date(2027, 1, 1), None, 3, *AFTERNOON)]


@pytest.mark.parametrize(
    ("first", "last", "clashes"),
    [
        (None, None, True),
        (date(2026, 5, 31), None, True),
        (None, date(2026, 3, 1), True),
        (date(2026, 4, 1), date(2026, 4, 2), True),
        (date(2026, 6, 1), None, False),
        (None, date(2026, 2, 28), False),
    ],
)
def test_two_sets_of_hours_do_not_hold_on_one_day(
    session: Session, first: date | None, last: date | None, clashes: bool
) -> None:
    resource = make_resource(session)
    work = staff(session, resource.provider)
    set_weekly_hours(work, resource.id, Period(date(2026, 3, 1), date(2026, 5, 31)), {0: [MORNING]})
    if clashes:
        with pytest.raises(PeriodsOverlap):
            set_weekly_hours(work, resource.id, Period(first, last), {0: [MORNING]})
    else:
        set_weekly_hours(work, resource.id, Period(first, last), {0: [MORNING]})


def test_hours_that_are_none_are_refused(session: Session) -> None:
    resource = make_resource(session)
    work = staff(session, resource.provider)
    with pytest.raises(Unfit):
        set_weekly_hours(work, resource.id, Period(), {0: []})
    with pytest.raises(Unfit):
        set_weekly_hours(work, resource.id, Period(date(2026, 3, 2), date(2026, 3, 1)), {0: [MORNING]})
    with pytest.raises(NotFound):
        set_weekly_hours(work, resource.id, Period(), {0: [MORNING]}, replacing=Period(last=date(2026, 3, 1)))
    with pytest.raises(NotFound):
        remove_weekly_hours(work, resource.id, Period())


def exceptions_of(session: Session, resource: Resource) -> list[tuple[date, int | None, str]]:
    rows = session.scalars(coming_exceptions(resource.id, TODAY))
    return [(row.day, row.opens_min, row.note) for row in rows]


def test_an_exception_holds_for_a_range_of_days_and_replaces_what_was_there(session: Session) -> None:
    resource = make_resource(session)
    open_weekly(session, resource, "08:30-17:00")
    work = staff(session, resource.provider)
    last = TODAY + timedelta(days=2)
    set_exception(work, resource.id, TODAY, last, (), "盘点")
    assert exceptions_of(session, resource) == [(TODAY + timedelta(days=n), None, "盘点") for n in range(3)]

    set_exception(work, resource.id, last, last, [MORNING, AFTERNOON], "半日开放")
    assert exceptions_of(session, resource)[2:] == [(last, 510, "半日开放"), (last, 810, "半日开放")]

    remove_exception(work, resource.id, last)
    assert len(exceptions_of(session, resource)) == 2
    with pytest.raises(NotFound):
        remove_exception(work, resource.id, last)


def test_an_exception_is_not_entered_for_the_past_nor_for_ever(session: Session) -> None:
    resource = make_resource(session)
    work = staff(session, resource.provider)
    with pytest.raises(DateInThePast):
        set_exception(work, resource.id, TODAY - timedelta(days=1), TODAY, (), "盘点")
    for last in (TODAY - timedelta(days=1), TODAY + timedelta(days=MOST_DAYS)):
        with pytest.raises(Unfit):
            set_exception(work, resource.id, TODAY, last, (), "盘点")
    session.add(OpeningException(resource_id=resource.id, day=TODAY - timedelta(days=1), note="历史"))
    session.flush()
    with pytest.raises(NotFound):
        remove_exception(work, resource.id, TODAY - timedelta(days=1))


# Policies -----------------------------------------------------------------------------------------------------------


def test_a_policy_is_entered_and_edited_by_one_person_at_a_time(session: Session) -> None:
    work = staff(session, make_provider(session))
    policy = create_policy(work, PolicyTerms("一般规则"))
    edit_policy(work, policy.id, 1, PolicyTerms("一般规则", lead_min=60, quota_per_day=2))
    assert (policy.lead_min, policy.quota_per_day, policy.version) == (60, 2, 2)
    with pytest.raises(ChangedMeanwhile):
        edit_policy(work, policy.id, 1, PolicyTerms("一般规则"))
    facts = session.scalars(select(AuditEntry.facts).where(AuditEntry.kind == "policy.edited")).one()
    assert facts["changed"] == {"lead_min": [120, 60], "quota_per_day": [None, 2]}


def test_the_rules_of_a_policy_fit_together(session: Session) -> None:
    work = staff(session, make_provider(session))
    wrong = PolicyTerms("错", granularity_min=30, minimum_min=100, maximum_min=50, lead_min=1440, horizon_days=1)
    with pytest.raises(RulesBroken) as broken:
        create_policy(work, wrong)
    fields = [error.field for error in broken.value.errors]
    assert fields == ["maximum_min", "minimum_min", "maximum_min", "lead_min"]
