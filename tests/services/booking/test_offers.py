"""What can be chosen when a module is booked."""

from datetime import date, timedelta

import pytest

from services.booking.availability import FreeSlot, free_slots, next_free
from services.booking.offers import bookable_modules, lengths_of, offer_of, spread
from services.booking.operations.making import Wish, hold
from services.booking.placement import Choice
from services.catalogue.errors import NoSuchModule
from services.catalogue.models import BookingMode, BookingPolicy, CapacityKind, ModuleState, Urgency
from services.core.errors import NotFound
from tests.factories.booking import at
from tests.factories.catalogue import make_module, make_policy, make_resource, open_weekly
from tests.services.booking.conftest import NOW, Scene


def policy(step: int, shortest: int, longest: int) -> BookingPolicy:
    return BookingPolicy(granularity_min=step, minimum_min=shortest, maximum_min=longest)


def test_every_step_is_offered_while_there_are_few():
    assert lengths_of([policy(30, 60, 240)]) == [60, 90, 120, 150, 180, 210, 240]
    assert lengths_of([policy(510, 510, 510)]) == [510]
    assert lengths_of([]) == []


@pytest.mark.parametrize(("step", "shortest", "longest"), [(60, 1440, 28800), (5, 5, 480), (1440, 43200, 430000)])
def test_many_steps_are_thinned_and_stay_on_the_grid(step, shortest, longest):
    longest -= longest % step
    lengths = lengths_of([policy(step, shortest, longest)])

    assert len(lengths) <= 24
    assert (lengths[0], lengths[-1]) == (shortest, longest)
    assert all(one % step == 0 for one in lengths)


def free(text: str, day: int = 25, minutes: int = 60) -> FreeSlot:
    start = at(text, date(2026, 11, day))
    return FreeSlot(1, "试验炉", start, start + timedelta(minutes=minutes))


def test_free_times_are_spread_over_days_without_overlaps():
    slots = [free(text, day) for day in (25, 26) for text in ("09:00", "09:30", "10:00", "10:30", "11:00", "13:30")]

    assert spread(slots, per_day=2, most=12) == [free("09:00"), free("10:00"), free("09:00", 26), free("10:00", 26)]
    assert free("13:30") in spread(slots, per_day=2, most=3, asked=at("13:30", date(2026, 11, 25)))


def test_starts_in_the_night_are_offered_only_when_there_is_no_other():
    night, morning = free("00:00", minutes=1440), free("08:00", minutes=1440)

    assert spread([night, morning], per_day=4, most=12) == [morning]
    assert spread([night], per_day=4, most=12) == [night]


def test_a_place_let_by_the_month_has_free_times(scene: Scene):
    months = make_policy(
        scene.session, scene.provider, granularity_min=1440, minimum_min=43200, maximum_min=43200, horizon_days=120
    )
    stall = make_resource(
        scene.session,
        scene.provider,
        policy=months,
        capacity_kind=CapacityKind.SEATS,
        units=2,
        crosses_midnight=True,
    )
    open_weekly(scene.session, stall, "00:00-24:00", range(7))
    module = make_module(scene.session, scene.provider, booking_mode=BookingMode.SLOT, resources=[stall])

    assert next_free(scene.session, [module.id], NOW)[module.id] is not None
    (first, *_) = free_slots(scene.session, module.id, NOW, minutes=43200, units=2)
    choice = Choice(first.starts_at, first.ends_at)
    hold(scene.work(), module_id=module.id, organisation_id=scene.firm.id, choice=choice)
    assert free_slots(scene.session, module.id, NOW, minutes=43200, units=2) == []
    assert len(free_slots(scene.session, module.id, NOW, minutes=43200, units=1)) == 6


def test_an_offer_says_speeds_and_quantities(scene: Scene, batch):
    module = batch(daily_capacity=7)

    offer = offer_of(scene.session, module.code, NOW)

    assert offer.speeds == [Urgency.NORMAL, Urgency.URGENT]
    assert (offer.most, offer.is_open) == (7, True)
    assert offer.price(Choice(quantity=3), Wish(Urgency.URGENT), date(2026, 11, 24), is_member=True).due_fen == 48600
    assert offer.price(Choice(quantity=0), Wish(), date(2026, 11, 24), is_member=False) is None


def test_what_is_paused_is_not_open_and_a_draft_is_unknown(scene: Scene):
    scene.module.state, scene.module.state_reason = ModuleState.PAUSED, "检修"
    assert not offer_of(scene.session, scene.module.code, NOW).is_open
    scene.module.state = ModuleState.DRAFT
    with pytest.raises(NoSuchModule):
        offer_of(scene.session, scene.module.code, NOW)
    with pytest.raises(NotFound):
        bookable_modules(scene.session, scene.resource.code)
