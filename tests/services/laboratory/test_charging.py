"""What a commission costs: domain.md F11 and the vectors of 6.10."""

import pytest

from services.catalogue.errors import QuantityTooSmall, UrgencyNotOffered
from services.catalogue.models import PriceUnit, Urgency
from services.catalogue.rules import PriceTerms
from services.laboratory.rules.charging import Charge, price, speeds

COPY = ("extra-copy", "加印报告一份", 2000, 2)


def charge(unit_fen=12000, quantity=1, name="内应力", **terms):
    """Return a charge of a test with urgency and a members' discount."""
    values = {
        "unit": PriceUnit.SAMPLE,
        "urgent_percent": 150,
        "very_urgent_percent": 200,
        "member_discount_percent": 10,
        "is_urgent_possible": True,
        "is_discountable": True,
    } | terms
    return Charge(name, PriceTerms(unit_fen=unit_fen, **values), quantity)


def amounts(quote):
    """Return the kinds and amounts of the steps."""
    return [(step.kind.value, step.amount_fen) for step in quote.steps]


def test_three_samples_urgent_for_a_member():
    quote = price([charge(quantity=3)], urgency=Urgency.URGENT, is_member=True)

    assert amounts(quote) == [("base", 36000), ("urgent", 18000), ("discount", -5400)]
    assert quote.due_fen == 48600


def test_salt_spray_by_the_hour():
    spray = charge(800, 96, unit=PriceUnit.HOUR, minimum_fen=19200)

    assert price([spray]).due_fen == 76800
    assert price([spray], urgency=Urgency.URGENT).due_fen == 115200


def test_extras_are_neither_urgent_nor_discounted():
    quote = price([charge()], extras=[COPY], urgency=Urgency.URGENT, is_member=True)

    assert amounts(quote) == [("base", 12000), ("extra", 4000), ("urgent", 6000), ("discount", -1800)]
    assert quote.due_fen == 20200


def test_each_line_is_at_least_its_minimum_charge():
    quote = price([charge(800, 10, unit=PriceUnit.HOUR, minimum_fen=19200), charge()])

    assert amounts(quote) == [("base", 8000), ("minimum", 11200), ("base", 12000)]


def test_the_tier_that_is_reached_holds_for_the_whole_quantity():
    assert price([charge(quantity=10, tiers=((10, 10000),))]).due_fen == 100000


def test_lines_with_other_percentages_have_steps_of_their_own():
    quote = price(
        [charge(), charge(10000, urgent_percent=130, member_discount_percent=0)],
        urgency=Urgency.URGENT,
        is_member=True,
    )

    assert amounts(quote) == [("base", 12000), ("base", 10000), ("urgent", 6000), ("urgent", 3000), ("discount", -1800)]


def test_each_step_is_rounded_half_up_and_the_steps_add_up():
    quote = price([charge(333, 1, urgent_percent=150)], urgency=Urgency.URGENT, is_member=True)

    assert amounts(quote) == [("base", 333), ("urgent", 167), ("discount", -50)]
    assert sum(step.amount_fen for step in quote.steps) == quote.due_fen


def test_a_small_order_is_raised_to_the_minimum_order():
    assert amounts(price([charge(minimum_order_fen=20000)]))[-1] == ("minimum", 8000)
    assert price([charge(0, minimum_order_fen=20000)]).due_fen == 0


def test_whoever_is_no_member_pays_the_list_price():
    assert price([charge()]).due_fen == 12000


def test_a_speed_that_one_test_does_not_offer_is_not_offered_for_all():
    slow = charge(urgent_percent=None)

    with pytest.raises(UrgencyNotOffered):
        price([charge(), slow], urgency=Urgency.URGENT)
    assert speeds([charge(), slow]) == [Urgency.NORMAL, Urgency.VERY_URGENT]


def test_nothing_is_charged_for_nothing():
    with pytest.raises(QuantityTooSmall):
        price([charge(quantity=0)])


def test_prices_by_agreement_count_with_the_least():
    assert price([charge(is_negotiable=True)]).is_negotiable


def test_a_total_is_never_negative():
    assert price([charge(100, member_discount_percent=100)], is_member=True).due_fen == 0
