"""Prices follow the order of domain.md F11, and the vectors of 6.10 hold."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.errors import NoPriceYet, QuantityTooSmall, UrgencyNotOffered
from services.catalogue.models import ModuleKind, PriceUnit, PriceVersion, ServiceModule, Urgency
from services.catalogue.rules import (
    PriceTerms,
    StepKind,
    price,
    price_on,
    quantity_of,
    quantity_text,
    terms_of,
    urgent_days,
)

pytestmark = pytest.mark.sqlite_only  # nothing here touches a database

TEST = PriceTerms(
    PriceUnit.SAMPLE,
    12000,
    urgent_percent=150,
    very_urgent_percent=200,
    member_discount_percent=10,
    is_urgent_possible=True,
    is_discountable=True,
)
ENGLISH = ("english", "英文报告", 10000, 1)


def kinds(quote) -> list[StepKind]:
    return [step.kind for step in quote.steps]


def test_three_samples_urgent_for_a_member_cost_486_yuan():
    quote = price(TEST, quantity=3, urgency=Urgency.URGENT, is_member=True)

    assert [step.running_fen for step in quote.steps] == [36000, 54000, 48600]
    assert kinds(quote) == [StepKind.BASE, StepKind.URGENT, StepKind.DISCOUNT]
    assert (quote.due_fen, quote.saved_fen, quote.full_fen) == (48600, 5400, 54000)


def test_salt_spray_by_the_hour_costs_768_yuan_and_urgent_1152():
    salt_spray = PriceTerms(PriceUnit.HOUR, 800, urgent_percent=150, is_urgent_possible=True, is_discountable=True)

    assert price(salt_spray, quantity=96).due_fen == 76800
    assert price(salt_spray, quantity=96, urgency=Urgency.URGENT).due_fen == 115200


def test_urgency_and_discount_leave_extras_alone():
    quote = price(TEST, quantity=3, urgency=Urgency.URGENT, extras=[ENGLISH], is_member=True)

    assert quote.due_fen == 48600 + 10000
    assert [step.running_fen for step in quote.steps] == [36000, 46000, 64000, 58600]
    assert kinds(quote) == [StepKind.BASE, StepKind.EXTRA, StepKind.URGENT, StepKind.DISCOUNT]


def test_an_extra_counts_as_often_as_it_is_taken():
    quote = price(TEST, quantity=1, extras=[("copy", "加印报告", 2000, 3), ("pickup", "上门取样", 5000, 0)])

    assert [step.amount_fen for step in quote.steps] == [12000, 6000]
    assert quote.steps[1].facts == {"name": "加印报告", "count": "3"}


def test_the_minimum_charge_stands_before_everything_else():
    terms = PriceTerms(PriceUnit.HOUR, 800, minimum_fen=5000, member_discount_percent=10, is_discountable=True)

    quote = price(terms, quantity=2, is_member=True)

    assert [(step.kind, step.running_fen) for step in quote.steps] == [
        (StepKind.BASE, 1600),
        (StepKind.MINIMUM, 5000),
        (StepKind.DISCOUNT, 4500),
    ]


def test_the_minimum_order_comes_last_and_what_is_free_stays_free():
    terms = PriceTerms(PriceUnit.SAMPLE, 3000, minimum_order_fen=5000)

    assert [step.running_fen for step in price(terms, quantity=1).steps] == [3000, 5000]
    assert price(terms, quantity=2).due_fen == 6000
    assert price(PriceTerms(PriceUnit.TIME, 0, minimum_order_fen=5000), quantity=1).due_fen == 0


def test_the_highest_tier_reached_holds_for_the_whole_quantity():
    terms = PriceTerms(PriceUnit.SAMPLE, 10000, tiers=((10, 9000), (50, 8000)))

    assert [price(terms, quantity=number).due_fen for number in (9, 10, 49, 50)] == [90000, 90000, 441000, 400000]


def test_machine_hours_are_discounted_and_never_urgent():
    module = ServiceModule(kind=ModuleKind.MACHINE_HOUR, minimum_order_fen=5000, is_negotiable=False)
    version = PriceVersion(
        unit=PriceUnit.HOUR,
        unit_fen=4000,
        minimum_fen=0,
        tiers=[[20, 3000], [5, 3500]],
        urgent_percent=150,
        member_discount_percent=10,
    )
    terms = terms_of(module, version)

    assert terms.tiers == ((5, 3500), (20, 3000))
    assert terms.speeds == [Urgency.NORMAL]
    assert price(terms, quantity=Fraction(3, 2), is_member=True).due_fen == 5400
    with pytest.raises(UrgencyNotOffered):
        price(terms, quantity=1, urgency=Urgency.URGENT)


def test_projects_are_not_discounted():
    terms = PriceTerms(PriceUnit.TIME, 120000, member_discount_percent=10, is_discountable=False)

    assert price(terms, quantity=1, is_member=True).due_fen == 120000


def test_a_speed_without_a_factor_is_not_offered():
    terms = PriceTerms(PriceUnit.SAMPLE, 12000, urgent_percent=150, is_urgent_possible=True)

    assert terms.speeds == [Urgency.NORMAL, Urgency.URGENT]
    with pytest.raises(UrgencyNotOffered):
        price(terms, quantity=1, urgency=Urgency.VERY_URGENT)


@pytest.mark.parametrize("quantity", [0, -1, Fraction(-1, 2)])
def test_nothing_is_priced_for_nothing(quantity):
    with pytest.raises(QuantityTooSmall):
        price(TEST, quantity=quantity)


def test_the_price_of_a_day_is_the_latest_that_has_begun():
    old, new = PriceVersion(effective_on=date(2026, 1, 1)), PriceVersion(effective_on=date(2026, 12, 1))

    assert price_on([new, old], date(2026, 11, 30)) is old
    assert price_on([new, old], date(2026, 12, 1)) is new
    with pytest.raises(NoPriceYet):
        price_on([new, old], date(2025, 12, 31))


@pytest.mark.parametrize(
    ("unit", "minutes", "quantity"),
    [
        (PriceUnit.HOUR, 90, "1.5"),
        (PriceUnit.HALF_HOUR, 90, "3"),
        (PriceUnit.HALF_HOUR, 45, "1.5"),
        (PriceUnit.HALF_DAY, 180, "1"),
        (PriceUnit.HALF_DAY, 210, "1"),
        (PriceUnit.HALF_DAY, 510, "2"),
        (PriceUnit.DAY, 510, "1"),
        (PriceUnit.DAY, 1441, "2"),
        (PriceUnit.MONTH, 30 * 1440, "1"),
        (PriceUnit.TIME, 240, "1"),
    ],
)
def test_a_slot_is_so_many_units(unit, minutes, quantity):
    assert quantity_text(quantity_of(unit, minutes)) == quantity


@pytest.mark.parametrize(
    ("days", "urgency", "promised"),
    [
        (5, Urgency.NORMAL, 5),
        (5, Urgency.URGENT, 3),
        (6, Urgency.URGENT, 3),
        (1, Urgency.URGENT, 1),
        (6, Urgency.VERY_URGENT, 1),
        (0, Urgency.VERY_URGENT, 0),
        (None, Urgency.URGENT, None),
    ],
)
def test_urgent_work_takes_half_the_days_rounded_up_and_very_urgent_one(days, urgency, promised):
    assert urgent_days(days, urgency) == promised


fen = st.integers(0, 10_000_000)
percents = st.none() | st.integers(100, 1000)
terms = st.builds(
    PriceTerms,
    unit=st.sampled_from(PriceUnit),
    unit_fen=fen,
    minimum_fen=fen,
    tiers=st.lists(st.tuples(st.integers(1, 1000), fen), max_size=3).map(lambda tiers: tuple(sorted(tiers))),
    urgent_percent=percents,
    very_urgent_percent=percents,
    member_discount_percent=st.integers(0, 100),
    minimum_order_fen=fen,
    is_urgent_possible=st.booleans(),
    is_discountable=st.booleans(),
)
quantities = st.integers(1, 10_000) | st.fractions(Fraction(1, 60), 1000, max_denominator=60)
extras = st.lists(st.tuples(st.just("x"), st.just("name"), fen, st.integers(0, 5)), max_size=3)


@given(terms, quantities, extras, st.booleans(), st.data())
def test_a_price_is_never_negative_and_its_steps_add_up(terms, quantity, extras, is_member, data):
    urgency = data.draw(st.sampled_from(terms.speeds))

    quote = price(terms, quantity=quantity, urgency=urgency, extras=extras, is_member=is_member)

    assert quote.due_fen >= 0
    assert quote.saved_fen >= 0
    assert sum(step.amount_fen for step in quote.steps) == quote.due_fen == quote.steps[-1].running_fen
    assert all(step.running_fen >= 0 for step in quote.steps)
    assert all(isinstance(step.amount_fen, int) for step in quote.steps)


@given(terms, quantities, quantities, st.booleans())
def test_more_never_costs_less_where_there_are_no_tiers(terms, one, other, is_member):
    flat = PriceTerms(**{**vars(terms), "tiers": ()})
    less, more = sorted([one, other])

    assert (
        price(flat, quantity=less, is_member=is_member).due_fen
        <= price(flat, quantity=more, is_member=is_member).due_fen
    )
