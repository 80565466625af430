"""Trainees under their real names: found again by a keyed hash, the number sealed, each full reading written down."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from services.accounts.vault import Vault
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.insertion import insert_unless_taken
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import NotAnIdentity, OtherName
from services.training.models.courses import TrainingClass
from services.training.models.registrations import IdentityView, Registration, Trainee
from services.training.rules.identity import Identity, identity_hash, identity_of


class IdentityBook:
    """Seals identity numbers and makes the hash by which a person is found again, under keys from the portal's secret."""

    def __init__(self, secret: str) -> None:
        self._vault = Vault(secret, "identity numbers")
        self._key = f"identity hash {secret}".encode()

    def seal(self, identity: Identity) -> bytes:
        """Return the number sealed."""
        return self._vault.seal(identity.number)

    def unseal(self, sealed: bytes) -> str | None:
        """Return the number; None when another secret sealed it."""
        return self._vault.unseal(sealed)

    def hash_of(self, identity: Identity) -> str:
        """Return the keyed hash of the number."""
        return identity_hash(identity.number, self._key)


@dataclass(frozen=True)
class Particulars:
    """What is asked of a trainee: the name and the number on the identity card, and how to reach the person."""

    name: str
    identity: str
    mobile: str = ""
    education: str = ""
    person_id: int | None = None


def known_trainee(work: Work, book: IdentityBook, given: Particulars) -> Trainee:
    """Return the trainee with this identity number, entered now when unknown.

    Raises NotAnIdentity for a number that does not hold, OtherName when the number belongs to somebody of another name.
    What is known of the person is filled in, never overwritten by others.
    """
    identity = identity_of(given.identity, work.today)
    if identity is None:
        raise NotAnIdentity
    known = book.hash_of(identity)
    insert_unless_taken(
        work.session,
        Trainee,
        name=given.name,
        identity_hash=known,
        identity_sealed=book.seal(identity),
        identity_masked=identity.masked,
        born_on=identity.born_on,
        sex=identity.sex,
        mobile=given.mobile,
        education=given.education,
        created_at=work.now,
        person_id=None,
    )
    trainee = work.session.scalars(select(Trainee).where(Trainee.identity_hash == known)).one()
    if trainee.name != given.name:
        raise OtherName
    trainee.mobile = trainee.mobile or given.mobile
    trainee.education = trainee.education or given.education
    if given.person_id is not None and trainee.person_id is None:
        trainee.person_id = given.person_id
    return trainee


def faults_of(work: Work, book: IdentityBook, given: Particulars) -> list[RuleBroken]:
    """Return what is wrong with the particulars, without entering anybody."""
    identity = identity_of(given.identity, work.today)
    if identity is None:
        return [NotAnIdentity()]
    name = work.session.scalar(select(Trainee.name).where(Trainee.identity_hash == book.hash_of(identity)))
    return [OtherName()] if name not in {None, given.name} else []


def read_identity(work: Work, book: IdentityBook, registration_id: int, reason: str) -> str:
    """Return the full identity number of a trainee of the actor's own centre; who read it and why is kept.

    Raises RulesBroken without a reason, NotFound for a trainee of another centre or a number sealed under another secret.
    """
    if not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    found = work.session.get(Registration, registration_id)
    if found is None:
        raise NotFound
    centre = work.session.get_one(TrainingClass, found.class_id).provider_id
    work.require(Permission.CLASS_RUN, scope=centre)
    number = book.unseal(found.trainee.identity_sealed)
    if number is None:
        raise NotFound
    view = IdentityView(
        trainee_id=found.trainee_id, person_id=work.actor.person_id or 0, reason=reason.strip(), at=work.now
    )
    work.session.add(view)
    work.record("trainee.identity_read", found.trainee, reason=reason.strip())
    return number
