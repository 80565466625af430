"""Booking policies: the rules by which resources are booked."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.catalogue.errors import Unfit
from services.catalogue.models import BookingPolicy
from services.catalogue.operations.records import changed, own_provider, raise_all, take_version
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


@dataclass(frozen=True)
class PolicyTerms:
    """The rules of a booking policy; times are minutes unless they say otherwise."""

    name: str
    granularity_min: int = 30
    minimum_min: int = 30
    maximum_min: int = 480
    buffer_before_min: int = 0
    buffer_after_min: int = 0
    lead_min: int = 120
    horizon_days: int = 60
    quota_per_day: int | None = None
    needs_approval: bool = True
    free_cancel_hours: int = 24
    late_fee_percent: int = 30


def create_policy(work: Work, terms: PolicyTerms) -> BookingPolicy:
    """Enter a policy of the actor's provider. Raises all the rules it breaks together."""
    provider = own_provider(work, Permission.RESOURCE_EDIT)
    raise_all(_errors(terms))
    policy = BookingPolicy(provider_id=provider.id, **asdict(terms))
    work.session.add(policy)
    work.record("policy.created", policy, terms=asdict(terms))
    return policy


def edit_policy(work: Work, policy_id: int, version: int, terms: PolicyTerms) -> BookingPolicy:
    """Replace the rules for new bookings; those already made keep the terms they were agreed under.

    Raises ChangedMeanwhile when ``version`` is not the present one.
    """
    work.require(Permission.RESOURCE_EDIT)
    policy = work.session.get(BookingPolicy, policy_id, with_for_update=True)
    if policy is None:
        raise NotFound
    work.require(Permission.RESOURCE_EDIT, scope=policy.provider_id)
    take_version(policy, version)
    raise_all(_errors(terms))
    after = asdict(terms)
    before = {name: getattr(policy, name) for name in after}
    for name, value in after.items():
        setattr(policy, name, value)
    work.record("policy.edited", policy, changed=changed(before, after))
    return policy


def _errors(terms: PolicyTerms) -> list[RuleBroken]:
    errors: list[RuleBroken] = []
    if terms.maximum_min < terms.minimum_min:
        message = N_("The longest booking is at least as long as the shortest.")
        errors.append(Unfit(message, field="maximum_min"))
    if terms.minimum_min % terms.granularity_min:
        errors.append(Unfit(N_("The shortest booking is a whole number of steps."), field="minimum_min"))
    if terms.maximum_min % terms.granularity_min:
        errors.append(Unfit(N_("The longest booking is a whole number of steps."), field="maximum_min"))
    if terms.lead_min >= terms.horizon_days * 24 * 60:
        message = N_("The notice asked for is longer than the time ahead in which bookings are taken.")
        errors.append(Unfit(message, field="lead_min"))
    return errors
