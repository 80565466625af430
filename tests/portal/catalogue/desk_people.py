"""People at the desk for the tests of the catalogue's desk."""

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.catalogue.models import BookingMode, CapacityKind, ModuleKind, Provider, Recognition, ServiceModule
from services.core.permissions import Role
from services.organisations.models import Organisation, OrgKind
from tests.factories.booking import make_agent, make_firm
from tests.factories.catalogue import make_module, make_resource


def make_administrator(session: Session, provider: Provider) -> Person:
    """Make the administrator of a centre."""
    return make_agent(session, provider.organisation, Role.PROVIDER_ADMIN)


def make_platform(session: Session) -> tuple[Person, Organisation]:
    """Make the operator of the portal and its administrator."""
    hosts = make_firm(session, "平台运营", kind=OrgKind.OPERATOR)
    return make_agent(session, hosts, Role.SYSADMIN), hosts


def make_ready_module(session: Session, provider: Provider, **over) -> ServiceModule:
    """Make a module that has everything it needs to be published."""
    bath = make_resource(session, provider, capacity_kind=CapacityKind.BATCH, daily_capacity=24)
    values = {
        "kind": ModuleKind.TEST,
        "booking_mode": BookingMode.BATCH,
        "recognition": Recognition.NONE,
        "summary": "退火质量",
        "resources": [bath],
    }
    return make_module(session, provider, **(values | over))
