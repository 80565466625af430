"""The named steps of a module from draft to publication and back, each a compare-and-swap on its state."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CursorResult, update

from services.catalogue.errors import DateInThePast, OwnSubmission
from services.catalogue.models import ModuleState, ServiceModule
from services.catalogue.operations.readiness import lacking
from services.catalogue.operations.records import locked_module, own_module, raise_all
from services.core.errors import WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of

STATE_NAMES: dict[ModuleState, str] = {
    ModuleState.DRAFT: N_("Draft"),
    ModuleState.SUBMITTED: N_("Waiting for publication"),
    ModuleState.PUBLISHED: N_("Published"),
    ModuleState.PAUSED: N_("Paused"),
    ModuleState.WITHDRAWN: N_("Withdrawn"),
}
STEPS: dict[str, tuple[frozenset[ModuleState], ModuleState]] = {
    "submit": (frozenset({ModuleState.DRAFT}), ModuleState.SUBMITTED),
    "take_back": (frozenset({ModuleState.SUBMITTED}), ModuleState.DRAFT),
    "send_back": (frozenset({ModuleState.SUBMITTED}), ModuleState.DRAFT),
    "publish": (frozenset({ModuleState.SUBMITTED}), ModuleState.PUBLISHED),
    "pause": (frozenset({ModuleState.PUBLISHED}), ModuleState.PAUSED),
    "resume": (frozenset({ModuleState.PAUSED}), ModuleState.PUBLISHED),
    "withdraw": (frozenset({ModuleState.PUBLISHED, ModuleState.PAUSED}), ModuleState.WITHDRAWN),
    "revive": (frozenset({ModuleState.WITHDRAWN}), ModuleState.DRAFT),
}
"""From which states each step starts, and where it ends."""


def steps_from(state: ModuleState) -> set[str]:
    """Return the steps that start from ``state``."""
    return {name for name, (starts, _) in STEPS.items() if state in starts}


def submit_module(work: Work, module_id: int) -> None:
    """Ask the platform to publish a draft. Raises everything it still lacks together."""
    module = own_module(work, module_id)
    _may(module, "submit")
    raise_all(lacking(module, work.today))
    _step(work, module, "submit", submitted_by_id=work.actor.person_id)
    for person_id in work.session.scalars(holders_of(Permission.MODULE_PUBLISH)).all():
        work.tell(
            person_id,
            N_("%(provider)s asks for the publication of “%(module)s”."),
            link=f"/services/publication/{module.id}",
            provider=module.provider.organisation.name,
            module=module.name,
        )


def take_back_module(work: Work, module_id: int) -> None:
    """Make a submitted module a draft again, by its provider."""
    module = own_module(work, module_id)
    _step(work, module, "take_back")


def publish_module(work: Work, module_id: int) -> None:
    """Show a submitted module to everybody. Raises OwnSubmission to who submitted it."""
    work.require(Permission.MODULE_PUBLISH)
    module = locked_module(work, module_id)
    _may(module, "publish")
    if work.actor.person_id is not None and module.submitted_by_id == work.actor.person_id:
        raise OwnSubmission
    raise_all(lacking(module, work.today))
    _step(work, module, "publish", published_at=module.published_at or work.now)
    _tell_provider(work, module, N_("“%(module)s” has been published."))


def send_back_module(work: Work, module_id: int, reason: str) -> None:
    """Make a submitted module a draft again, by the platform, with the reason."""
    work.require(Permission.MODULE_PUBLISH)
    module = locked_module(work, module_id)
    _step(work, module, "send_back", reason=reason)
    _tell_provider(work, module, N_("“%(module)s” was not published: %(reason)s"), reason=reason)


def pause_module(work: Work, module_id: int, reason: str, resumes_on: date | None = None) -> None:
    """Take no further bookings of a published module, for a reason that clients read, perhaps until a day."""
    module = own_module(work, module_id)
    _may(module, "pause")
    if resumes_on is not None and resumes_on < work.today:
        raise DateInThePast(field="resumes_on")
    _step(work, module, "pause", reason=reason, resumes_on=resumes_on)
    _tell_provider(work, module, N_("“%(module)s” is paused: %(reason)s"), reason=reason)


def resume_module(work: Work, module_id: int) -> None:
    """Take bookings of a paused module again. Raises everything it lacks by now together."""
    module = own_module(work, module_id)
    _may(module, "resume")
    raise_all(lacking(module, work.today))
    _step(work, module, "resume")
    _tell_provider(work, module, N_("“%(module)s” can be booked again."))


def withdraw_module(work: Work, module_id: int, reason: str) -> None:
    """Take a module out of the catalogue; bookings that were made run on."""
    module = own_module(work, module_id)
    _step(work, module, "withdraw", reason=reason)
    _tell_provider(work, module, N_("“%(module)s” has been withdrawn: %(reason)s"), reason=reason)


def revive_module(work: Work, module_id: int) -> None:
    """Make a withdrawn module a draft again."""
    module = own_module(work, module_id)
    _step(work, module, "revive")


def _may(module: ServiceModule, step: str) -> None:
    if module.state not in STEPS[step][0]:
        raise WrongState(state=STATE_NAMES[module.state])


def _step(work: Work, module: ServiceModule, step: str, *, reason: str = "", **values: Any) -> None:
    """Carry out ``step``: the state is compared and swapped in one statement. Raises WrongState."""
    _may(module, step)
    before, after = module.state, STEPS[step][1]
    values = {"state": after, "state_reason": reason, "state_at": work.now, "resumes_on": None, **values}
    swap = update(ServiceModule).where(ServiceModule.id == module.id, ServiceModule.state == before).values(**values)
    result = work.session.execute(swap.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    work.session.refresh(module)
    if result.rowcount != 1:
        raise WrongState(state=STATE_NAMES[module.state])
    facts = {"reason": reason, "resumes_on": values["resumes_on"]}
    kept = {name: value for name, value in facts.items() if value}
    work.record(f"module.{step}", module, state=[before, after], **kept)
    work.changed("module", module.id)


def _tell_provider(work: Work, module: ServiceModule, message: str, **facts: str) -> None:
    """Tell the provider's administrators, except the one who did it."""
    for person_id in work.session.scalars(holders_of(Permission.MODULE_EDIT, module.provider_id)).all():
        if person_id != work.actor.person_id:
            work.tell(person_id, message, link=f"/services/desk/{module.id}", module=module.name, **facts)
