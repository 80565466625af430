"""What a module needs before clients see it, and what fits together: pure rules, told all at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from services.catalogue.errors import NotReady, Unfit
from services.catalogue.models import BookingMode, CapacityKind, ModuleKind, Recognition, Resource, ServiceModule
from services.core.errors import RuleBroken
from services.core.messages import N_

FITTING: dict[BookingMode, frozenset[CapacityKind]] = {
    BookingMode.SLOT: frozenset({CapacityKind.EXCLUSIVE, CapacityKind.SEATS}),
    BookingMode.BATCH: frozenset({CapacityKind.BATCH}),
    BookingMode.PROJECT: frozenset(),
}
MARKED = frozenset({Recognition.CMA, Recognition.CNAS})


def unfit_resources(kind: ModuleKind, mode: BookingMode, resources: Collection[Resource]) -> list[RuleBroken]:
    """Return an error when some of the resources cannot be booked in ``mode``.

    A test with a promised date may name any: the laboratory reserves its instruments itself.
    """
    is_reserved = kind is ModuleKind.TEST and mode is BookingMode.PROJECT
    fitting = frozenset(CapacityKind) if is_reserved else FITTING[mode]
    wrong = [resource.name for resource in resources if resource.capacity_kind not in fitting]
    if not wrong:
        return []
    if mode is BookingMode.PROJECT:
        message = N_("A service with a promised date only uses no resources: remove %(names)s.")
    elif mode is BookingMode.BATCH:
        message = N_("A service booked by day and quantity uses resources with a daily capacity only, not %(names)s.")
    else:
        message = N_("A service booked by appointment uses resources with units or seats only, not %(names)s.")
    return [Unfit(message, field="resources", names="、".join(wrong))]


def lacking(module: ServiceModule, today: date) -> list[RuleBroken]:
    """Return everything the module still lacks to be published on ``today``."""
    return [*_lacking_words(module), *_lacking_promise(module), *_lacking_price(module, today), *_lacking_mark(module)]


def _lacking_words(module: ServiceModule) -> list[RuleBroken]:
    wanted = (
        (module.summary, "summary", N_("Say in one sentence what the service is.")),
        (module.fields, "fields", N_("Choose at least one of the six service fields.")),
        (module.owner_name, "owner_name", N_("Name the person in charge.")),
        (module.owner_phone, "owner_phone", N_("Give the telephone number of the person in charge.")),
    )
    return [NotReady(message, field=field) for value, field, message in wanted if not value]


def _lacking_promise(module: ServiceModule) -> list[RuleBroken]:
    errors: list[RuleBroken] = []
    if module.booking_mode is not BookingMode.SLOT and module.working_days is None:
        errors.append(NotReady(N_("Promise a number of working days."), field="working_days"))
    if module.booking_mode is not BookingMode.PROJECT and not module.resources:
        errors.append(NotReady(N_("Choose at least one resource that clients book."), field="resources"))
    return errors


def _lacking_price(module: ServiceModule, today: date) -> list[RuleBroken]:
    if any(version.effective_on <= today for version in module.prices):
        return []
    if module.is_negotiable and module.minimum_order_fen:
        return []
    message = N_("No price is in force. Add one, or mark the price as “by agreement” with a minimum.")
    return [NotReady(message, field="prices")]


def _lacking_mark(module: ServiceModule) -> list[RuleBroken]:
    if module.recognition not in MARKED:
        return []
    errors: list[RuleBroken] = []
    if not module.recognition_note:
        message = N_("Say for which method and scope the recognition holds.")
        errors.append(NotReady(message, field="recognition_note"))
    if not module.provider.qualification:
        message = N_("No certificate of your organisation is registered, so no report can carry this mark.")
        errors.append(NotReady(message, field="recognition"))
    return errors
