"""Somebody of the operator, somebody of a centre, and their browsers."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.core.permissions import Role
from services.organisations.models import Organisation, OrgKind
from tests.factories.booking import make_agent, make_firm
from tests.plumbing.pages import as_person


@dataclass
class Staff:
    """The operator's administrator and auditor, and a centre's administrator, each with a browser."""

    operator: Organisation
    admin_person: Person
    admin: FlaskClient
    auditor: FlaskClient
    outsider: FlaskClient


@pytest.fixture
def staff(app: Flask, session: Session) -> Staff:
    operator = make_firm(session, "平台运营中心", kind=OrgKind.OPERATOR)
    centre = make_firm(session, "检测中心", kind=OrgKind.CENTRE)
    people = (
        make_agent(session, operator, Role.SYSADMIN, name="平台管理员"),
        make_agent(session, operator, Role.AUDITOR),
        make_agent(session, centre, Role.PROVIDER_ADMIN),
    )
    admin, auditor, outsider = (as_person(app.test_client(), person) for person in people)
    return Staff(operator, people[0], admin, auditor, outsider)
