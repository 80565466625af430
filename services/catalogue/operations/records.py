"""What every operation on the catalogue shares: loading a row to change it, its version, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.catalogue.errors import NoSuchModule, NotAProvider
from services.catalogue.models import BookingPolicy, Provider, Resource, ServiceModule
from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work


def own_provider(work: Work, permission: Permission) -> Provider:
    """Return the provider that the actor acts for. Raises NotAProvider when the active organisation is none."""
    work.require(permission)
    provider = work.session.get(Provider, work.actor.organisation_id or 0)
    if provider is None:
        raise NotAProvider
    return provider


def own_module(work: Work, module_id: int) -> ServiceModule:
    """Return the module, locked, for its provider's staff to change. Raises NotFound to everybody else."""
    work.require(Permission.MODULE_EDIT)
    module = locked_module(work, module_id)
    work.require(Permission.MODULE_EDIT, scope=module.provider_id)
    return module


def locked_module(work: Work, module_id: int) -> ServiceModule:
    """Return the module, locked until the end of the transaction."""
    module = work.session.get(ServiceModule, module_id, with_for_update=True)
    if module is None:
        raise NoSuchModule
    return module


def own_resource(work: Work, resource_id: int) -> Resource:
    """Return the resource, locked, for its provider's staff to change. Raises NotFound to everybody else."""
    work.require(Permission.RESOURCE_EDIT)
    resource = work.session.get(Resource, resource_id, with_for_update=True)
    if resource is None:
        raise NotFound
    work.require(Permission.RESOURCE_EDIT, scope=resource.provider_id)
    return resource


def take_version(row: ServiceModule | Resource | BookingPolicy, version: int) -> None:
    """Make the locked ``row`` the next version after ``version``. Raises ChangedMeanwhile when it is not that one."""
    if row.version != version:
        raise ChangedMeanwhile
    row.version += 1


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what differs as ``{name: [before, after]}``, as the audit log keeps it."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def raise_all(errors: list[RuleBroken]) -> None:
    """Raise the broken rules together; return when there are none."""
    if errors:
        raise RulesBroken(errors)
