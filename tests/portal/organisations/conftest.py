"""A firm with its administrator, the platform, and a licence to upload."""

import io

import pytest

from services.core.permissions import Role
from services.organisations.models import OrgKind
from tests.factories.accounts import make_person
from tests.factories.organisations import make_member, make_organisation

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def firm(session):
    return make_organisation(session, name="示例·甲玻璃有限公司", contact_name="甲联系人")


@pytest.fixture
def administrator(session, firm):
    person = make_person(session, name="甲管理员")
    make_member(session, person, firm)
    return person


@pytest.fixture
def operator(session):
    return make_organisation(session, name="平台运营（演示）", kind=OrgKind.OPERATOR)


@pytest.fixture
def sysadmin(session, operator):
    person = make_person(session, name="平台管理员")
    make_member(session, person, operator, Role.SYSADMIN)
    return person


@pytest.fixture
def scan():
    """Return a function that gives a fresh upload."""
    return lambda name="营业执照.pdf", content=PDF: (io.BytesIO(content), name)


@pytest.fixture
def counted(counted_queries):
    """Return a function that tells how many questions a call asks the database."""

    def count(ask) -> int:
        with counted_queries() as statements:
            assert ask().status_code == 200
        return len(statements)

    return count
