"""A licence, and a way to act for an organisation in a real transaction."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.orm import Session

from services.accounts.models import Person, SignIn
from services.core import clock
from services.core.uploads import Upload, examine
from services.core.work import Work, working
from services.organisations.models import Organisation
from tests.factories.organisations import actor_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def licence() -> Upload:
    return examine(io.BytesIO(PDF), "营业执照.pdf")


@pytest.fixture
def acting(session: Session) -> Callable[..., AbstractContextManager[Work]]:
    """Return a function that opens a work of a person who acts for an organisation."""

    def act(person: Person, organisation: Organisation | None = None, **options) -> AbstractContextManager[Work]:
        session.commit()
        return working(session, actor_of(session, person, organisation), **options)

    return act


@pytest.fixture
def make_sign_in(session: Session) -> Callable[[Person], SignIn]:
    """Return a function that signs a person in somewhere."""

    def make(person: Person) -> SignIn:
        now = clock.now()
        sign_in = SignIn(token_hash=f"hash of {person.id}", person_id=person.id, started_at=now, seen_at=now)
        session.add(sign_in)
        session.flush()
        return sign_in

    return make
