"""A package never costs more than its items one by one: today, later, whoever changes which price."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import PriceUnit
from services.catalogue.operations.prices import PriceEntry, add_price
from services.core.errors import NotFound, RulesBroken
from services.laboratory.capability_errors import EmptyPackage, ForeignItem, NotAPackage, PackageTooDear
from services.laboratory.models.capability import PackageItem
from services.laboratory.operations.packing import keep_packages_fair, set_package
from services.laboratory.queries.capability import contents_of, worth_of
from tests.factories.laboratory import make_laboratory


@pytest.fixture
def lab(session: Session):
    return make_laboratory(session)


def kinds(error: pytest.ExceptionInfo[RulesBroken]) -> list[type]:
    return [type(one) for one in error.value.errors]


def price(lab, module_id: int, yuan: int, *, days: int = 1) -> None:
    work = lab.work(lab.admin)
    entry = PriceEntry(work.today + timedelta(days=days), PriceUnit.SAMPLE, yuan * 100)
    add_price(work, module_id, entry)
    keep_packages_fair(work, module_id)


def test_a_package_holds_items_of_its_laboratory_and_tells_what_it_saves(lab, session: Session):
    work = lab.work(lab.admin)
    set_package(work, lab.package.id, {lab.stress.id: 1, lab.lead.id: 3})

    contents = contents_of(session, [lab.package.id])[lab.package.id]
    worth = worth_of(lab.package, contents, work.today)
    assert {row.item_id: row.quantity for row in contents} == {lab.stress.id: 1, lab.lead.id: 3}
    assert (worth.price_fen, worth.parts_fen, worth.saved_fen) == (20000, 48000, 28000)


def test_a_package_that_would_cost_more_than_its_items_is_refused(lab):
    with pytest.raises(RulesBroken) as error:
        set_package(lab.work(lab.admin), lab.package.id, {lab.stress.id: 1})
    assert kinds(error) == [PackageTooDear]


def test_what_a_package_holds_is_there_and_ones_own(lab, session: Session):
    foreign = make_laboratory(session)
    work = lab.work(lab.admin)
    for quantities, wrong in (({}, EmptyPackage), ({foreign.stress.id: 1, lab.lead.id: 2}, ForeignItem)):
        with pytest.raises(RulesBroken) as error:
            set_package(work, lab.package.id, quantities)
        assert kinds(error) == [wrong]
    with pytest.raises(NotAPackage):
        set_package(work, lab.stress.id, {lab.lead.id: 1})
    with pytest.raises(NotFound):
        set_package(work, foreign.package.id, {foreign.stress.id: 1})


def test_a_dearer_package_or_a_cheaper_item_is_refused_for_the_day_on_which_it_would_be_unfair(lab):
    with pytest.raises(RulesBroken) as error:
        price(lab, lab.package.id, 241)
    assert kinds(error) == [PackageTooDear]


def test_a_cheaper_item_is_refused_too(lab):
    with pytest.raises(RulesBroken) as error:
        price(lab, lab.lead.id, 70, days=30)
    assert kinds(error) == [PackageTooDear]


def test_prices_that_stay_fair_are_taken(lab, session: Session):
    price(lab, lab.package.id, 150)
    price(lab, lab.lead.id, 70, days=2)
    assert len(session.scalars(select(PackageItem)).all()) == 2
