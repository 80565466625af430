"""Entering and editing modules: what fits together, whose they are, and two people at once."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.errors import CodeTaken, NotAProvider
from services.catalogue.models import (
    BookingMode,
    CapacityKind,
    Market,
    ModuleKind,
    ModuleState,
    Provider,
    Recognition,
    ServiceField,
    ServiceModule,
)
from services.catalogue.operations.modules import ModuleParticulars, create_module, edit_module, group_numbers
from services.core import clock
from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, RulesBroken, WrongState
from services.core.permissions import Role
from services.core.work import Work
from tests.factories.booking import actor_of, make_agent, make_firm
from tests.factories.catalogue import make_module, make_product, make_provider, make_resource

STRESS = ModuleParticulars(name="内应力", kind=ModuleKind.TEST, booking_mode=BookingMode.BATCH)


def staff(session: Session, provider: Provider, role: Role = Role.PROVIDER_ADMIN) -> Work:
    person = make_agent(session, provider.organisation, role)
    return Work(session, actor_of(person, provider.organisation, role), clock.now())


def fields_of(broken: RulesBroken) -> list[str | None]:
    return [error.field for error in broken.errors]


def test_a_new_module_is_a_draft_of_the_actors_provider_and_is_recorded(session: Session) -> None:
    provider = make_provider(session)
    furnace = make_resource(session, provider, capacity_kind=CapacityKind.BATCH, daily_capacity=6)
    product = make_product(session)
    particulars = replace(
        STRESS,
        fields=frozenset({ServiceField.TECHNOLOGY, ServiceField.TRAINING}),
        markets=frozenset({Market.EU}),
        products=frozenset({product.code}),
        resources={furnace.id: 2},
    )

    module = create_module(staff(session, provider), "TG01", particulars)

    assert (module.state, module.provider_id, module.version) == (ModuleState.DRAFT, provider.id, 1)
    assert [one.field for one in module.fields] == ["technology", "training"]
    assert [one.code for one in module.products] == [product.code]
    assert module.resources == [furnace]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.kind, entry.subject_id, entry.facts["particulars"]["resources"]) == (
        "module.created",
        module.id,
        {str(furnace.id): 2},
    )


def test_a_code_belongs_to_one_module_of_all_providers(session: Session) -> None:
    make_module(session, code="TG01")
    with pytest.raises(RulesBroken) as broken:
        create_module(staff(session, make_provider(session)), "TG01", STRESS)
    assert [type(error) for error in broken.value.errors] == [CodeTaken]


def test_a_firm_that_is_no_provider_cannot_enter_modules(session: Session) -> None:
    firm = make_firm(session)
    person = make_agent(session, firm, Role.PROVIDER_ADMIN)
    with pytest.raises(NotAProvider):
        create_module(Work(session, actor_of(person, firm, Role.PROVIDER_ADMIN), clock.now()), "TG01", STRESS)


def test_a_clerk_may_not_edit_modules(session: Session) -> None:
    with pytest.raises(NotAllowed):
        create_module(staff(session, make_provider(session), Role.LAB_CLERK), "TG01", STRESS)


def test_all_broken_rules_are_told_together(session: Session) -> None:
    provider = make_provider(session)
    bench = make_resource(session, provider)
    foreign = make_resource(session)
    wrong = replace(STRESS, products=frozenset({"none/1"}), resources={bench.id: 1, foreign.id: 1}, is_negotiable=True)
    with pytest.raises(RulesBroken) as broken:
        create_module(staff(session, provider), "TG01", wrong)
    assert sorted(fields_of(broken.value)) == ["minimum_order_fen", "products", "resources", "resources"]


@pytest.mark.parametrize(
    ("kind", "mode", "capacity", "fits"),
    [
        (ModuleKind.TEST, BookingMode.SLOT, CapacityKind.EXCLUSIVE, True),
        (ModuleKind.TEST, BookingMode.SLOT, CapacityKind.SEATS, True),
        (ModuleKind.TEST, BookingMode.SLOT, CapacityKind.BATCH, False),
        (ModuleKind.TEST, BookingMode.BATCH, CapacityKind.BATCH, True),
        (ModuleKind.TEST, BookingMode.BATCH, CapacityKind.EXCLUSIVE, False),
        (ModuleKind.PROJECT, BookingMode.PROJECT, CapacityKind.EXCLUSIVE, False),
        (ModuleKind.PROJECT, BookingMode.PROJECT, CapacityKind.BATCH, False),
        (ModuleKind.TEST, BookingMode.PROJECT, CapacityKind.EXCLUSIVE, True),
        (ModuleKind.TEST, BookingMode.PROJECT, CapacityKind.BATCH, True),
    ],
)
def test_resources_fit_the_booking_mode(
    session: Session, kind: ModuleKind, mode: BookingMode, capacity: CapacityKind, fits: bool
) -> None:
    provider = make_provider(session)
    quantity = 6 if capacity is CapacityKind.BATCH else None
    resource = make_resource(session, provider, capacity_kind=capacity, daily_capacity=quantity)
    particulars = replace(STRESS, kind=kind, booking_mode=mode, resources={resource.id: 1})
    work = staff(session, provider)
    if fits:
        assert create_module(work, "TG01", particulars).resources == [resource]
    else:
        with pytest.raises(RulesBroken):
            create_module(work, "TG01", particulars)


def test_an_edit_replaces_everything_and_records_what_changed(session: Session) -> None:
    provider = make_provider(session)
    old, new = (make_resource(session, provider, capacity_kind=CapacityKind.BATCH, daily_capacity=6) for _ in range(2))
    work = staff(session, provider)
    module = create_module(work, "TG01", replace(STRESS, fields=frozenset(ServiceField), resources={old.id: 1}))

    wanted = replace(STRESS, name="内应力（退火）", fields=frozenset({ServiceField.MARKET}), resources={new.id: 3})
    edit_module(work, module.id, 1, wanted)
    session.commit()

    assert (module.name, module.version) == ("内应力（退火）", 2)
    assert [one.field for one in module.fields] == ["market"]
    assert group_numbers(work, module.id) == {new.id: 3}
    facts = session.scalars(select(AuditEntry.facts).where(AuditEntry.kind == "module.edited")).one()
    assert facts["changed"]["name"] == ["内应力", "内应力（退火）"]
    assert set(facts["changed"]) == {"name", "fields", "resources"}


def test_the_second_of_two_editors_is_told(session: Session) -> None:
    provider = make_provider(session)
    work = staff(session, provider)
    module = create_module(work, "TG01", STRESS)
    edit_module(work, module.id, 1, replace(STRESS, name="甲"))
    with pytest.raises(ChangedMeanwhile):
        edit_module(work, module.id, 1, replace(STRESS, name="乙"))
    assert module.name == "甲"


def test_the_module_of_another_provider_does_not_exist(session: Session) -> None:
    module = make_module(session)
    with pytest.raises(NotFound):
        edit_module(staff(session, make_provider(session)), module.id, 1, STRESS)


@pytest.mark.parametrize("state", [ModuleState.SUBMITTED, ModuleState.WITHDRAWN])
def test_a_module_that_is_looked_at_or_gone_is_not_edited(session: Session, state: ModuleState) -> None:
    module = make_module(session, state=state)
    with pytest.raises(WrongState):
        edit_module(staff(session, module.provider), module.id, 1, STRESS)


def test_a_published_module_stays_complete_and_keeps_kind_and_mode(session: Session) -> None:
    provider = make_provider(session)
    bath = make_resource(session, provider, capacity_kind=CapacityKind.BATCH, daily_capacity=6)
    module = make_module(session, provider, resources=[bath], recognition=Recognition.NONE, summary="退火质量")
    work = staff(session, provider)
    kept = replace(
        STRESS,
        summary="退火质量",
        fields=frozenset({ServiceField.TECHNOLOGY}),
        working_days=3,
        owner_name="王工",
        owner_phone="0514-88000002",
        resources={bath.id: 1},
    )

    edit_module(work, module.id, 1, kept)
    assert (module.working_days, module.state) == (3, ModuleState.PUBLISHED)

    with pytest.raises(RulesBroken) as broken:
        edit_module(work, module.id, 2, replace(kept, kind=ModuleKind.ROOM, booking_mode=BookingMode.PROJECT))
    assert fields_of(broken.value) == ["kind", "booking_mode", "resources"]
    with pytest.raises(RulesBroken) as broken:
        edit_module(
            work, module.id, module.version, replace(kept, owner_name="", working_days=None, fields=frozenset())
        )
    assert fields_of(broken.value) == ["fields", "owner_name", "working_days"]


def test_nothing_but_the_named_columns_is_written(session: Session) -> None:
    """Mass assignment has no way in: particulars name neither state, provider, code nor version."""
    names = set(ModuleParticulars.__dataclass_fields__)
    columns = set(ServiceModule.__table__.columns.keys())
    assert columns - names == {
        "id",
        "code",
        "provider_id",
        "state",
        "state_reason",
        "state_at",
        "submitted_by_id",
        "resumes_on",
        "published_at",
        "version",
    }
