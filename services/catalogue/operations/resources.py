"""Entering, editing, stopping and restarting resources."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.catalogue.errors import CodeTaken, Unfit
from services.catalogue.models import BookingPolicy, CapacityKind, Resource, ResourceKind, ResourceState
from services.catalogue.operations.records import changed, own_provider, own_resource, raise_all, take_version
from services.core.errors import RuleBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

STATE_NAMES: dict[ResourceState, str] = {
    ResourceState.NORMAL: N_("In service"),
    ResourceState.REPAIR: N_("Under repair"),
    ResourceState.STOPPED: N_("Out of service"),
}


@dataclass(frozen=True)
class Capacity:
    """How much of a resource there is. Its kind never changes; its size changes where the bookings are seen."""

    kind: CapacityKind
    units: int = 1
    daily_capacity: int | None = None


@dataclass(frozen=True)
class ResourceParticulars:
    """Everything the centre says about a resource except its code, its capacity and its state."""

    name: str
    kind: ResourceKind
    policy_id: int
    crosses_midnight: bool = False
    asset_no: str = ""
    model: str = ""
    accuracy: str = ""
    keeper: str = ""
    calibration_due_on: date | None = None


def create_resource(work: Work, code: str, capacity: Capacity, particulars: ResourceParticulars) -> Resource:
    """Enter a resource of the actor's provider, in service. Raises all the rules it breaks together."""
    provider = own_provider(work, Permission.RESOURCE_EDIT)
    errors = [*_policy_errors(work, provider.id, particulars), *_capacity_errors(capacity)]
    if work.session.scalar(select(Resource.id).where(Resource.code == code)):
        errors.append(CodeTaken())
    raise_all(errors)
    resource = Resource(
        code=code,
        provider_id=provider.id,
        capacity_kind=capacity.kind,
        units=capacity.units,
        daily_capacity=capacity.daily_capacity,
        **asdict(particulars),
    )
    work.session.add(resource)
    try:
        work.session.flush()  # the database decides who was first with a code
    except IntegrityError as clash:
        raise CodeTaken from clash
    work.record("resource.created", resource, code=code, capacity=asdict(capacity), particulars=asdict(particulars))
    return resource


def edit_resource(work: Work, resource_id: int, version: int, particulars: ResourceParticulars) -> Resource:
    """Replace the particulars of a resource. Raises ChangedMeanwhile when ``version`` is not the present one."""
    resource = own_resource(work, resource_id)
    take_version(resource, version)
    raise_all(_policy_errors(work, resource.provider_id, particulars))
    after = asdict(particulars)
    before = {name: getattr(resource, name) for name in after}
    for name, value in after.items():
        setattr(resource, name, value)
    work.record("resource.edited", resource, changed=changed(before, after))
    return resource


def take_out_of_service(work: Work, resource_id: int, state: ResourceState, reason: str) -> None:
    """Close a resource to new bookings, for repair or for good; bookings it has are decided on in the booking desk."""
    if state is ResourceState.NORMAL:
        raise ValueError(state)
    resource = own_resource(work, resource_id)
    if resource.state is state:
        raise WrongState(state=STATE_NAMES[state])
    _set_state(work, resource, state, reason)


def put_back_in_service(work: Work, resource_id: int) -> None:
    """Open a resource to bookings again."""
    resource = own_resource(work, resource_id)
    if resource.state is ResourceState.NORMAL:
        raise WrongState(state=STATE_NAMES[resource.state])
    _set_state(work, resource, ResourceState.NORMAL, "")


def _set_state(work: Work, resource: Resource, state: ResourceState, reason: str) -> None:
    before = resource.state
    resource.state, resource.state_reason = state, reason
    work.record("resource.state_changed", resource, state=[before, state], reason=reason)


def _policy_errors(work: Work, provider_id: int, particulars: ResourceParticulars) -> list[RuleBroken]:
    policy = work.session.get(BookingPolicy, particulars.policy_id)
    if policy is None or policy.provider_id != provider_id:
        return [Unfit(N_("This booking policy no longer exists."), field="policy_id")]
    return []


def _capacity_errors(capacity: Capacity) -> list[RuleBroken]:
    if capacity.kind is not CapacityKind.BATCH:
        message = N_("A daily capacity is for resources booked by day and quantity. Leave it empty.")
        return [Unfit(message, field="daily_capacity")] if capacity.daily_capacity is not None else []
    errors: list[RuleBroken] = []
    if capacity.daily_capacity is None:
        errors.append(Unfit(N_("Say how much can be done in a day."), field="daily_capacity"))
    if capacity.units != 1:
        errors.append(Unfit(N_("A resource booked by day and quantity is one unit."), field="units"))
    return errors
