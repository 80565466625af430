"""Registering one person: oneself, or a worker of one's company. Everything that speaks against it is told at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select

from services.accounts.models import Person
from services.association.standing import is_member
from services.core import clock
from services.core.errors import NotAllowed, NotFound, RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import Organisation
from services.training.errors import MembersOnly, NotYetOpen, OtherAccount, TimesClash
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, Trainee
from services.training.operations.registering import Wish, register
from services.training.operations.steps import of_registrant
from services.training.operations.substituting import substitute
from services.training.operations.trainees import IdentityBook, Particulars, faults_of, known_trainee
from services.training.queries.clashes import Clash, clashes
from services.training.rules.eligibility import Condition, hindrances, undeclared
from services.training.rules.identity import identity_of
from services.training.rules.standing import PUBLIC


@dataclass(frozen=True)
class Entry:
    """What somebody fills in to register one person."""

    given: Particulars
    employer: str = ""
    job: str = ""
    declared: frozenset[Condition] = frozenset()
    knowingly: bool = False
    """Whether a lesson at the time of another class is accepted."""


def enrol_self(work: Work, book: IdentityBook, class_id: int, entry: Entry) -> Registration:
    """Register the actor. Whoever has shown an identity number before is that trainee, whatever is typed.

    Raises RulesBroken with everything that is wrong, and what ``register`` raises.
    """
    person_id = work.actor.person_id
    if person_id is None:
        raise NotAllowed
    work.session.get(Person, person_id, with_for_update=True)  # one identity for an account, even at the same moment
    own = work.session.scalars(select(Trainee).where(Trainee.person_id == person_id)).one_or_none()
    given = replace(entry.given, person_id=person_id)
    known = own or _known(work, book, given)
    training_class = announced_class(work, class_id, None)
    faults = undeclared(training_class.course, entry.declared)
    if own is not None:
        faults += hindrances(training_class.course, own.born_on, training_class.starts_on)
    else:
        faults += person_faults(work, book, training_class, given)
    if known is not None and known.person_id not in {None, person_id}:
        faults.append(OtherAccount())
    _refuse(work, training_class, known, faults, entry)
    trainee = own or known_trainee(work, book, given)
    return register(work, class_id, trainee, Wish(employer=entry.employer, job=entry.job))


def enrol_worker(work: Work, book: IdentityBook, class_id: int, entry: Entry) -> Registration:
    """Register a worker of the actor's company, which pays. Raises as ``enrol_self`` does."""
    firm = acting_firm(work)
    training_class = announced_class(work, class_id, firm.id)
    known = _known(work, book, entry.given)
    faults = undeclared(training_class.course, entry.declared)
    faults += person_faults(work, book, training_class, entry.given)
    _refuse(work, training_class, known, faults, entry)
    trainee = known_trainee(work, book, entry.given)
    return register(work, class_id, trainee, Wish(organisation_id=firm.id, employer=firm.name, job=entry.job))


def hand_over(work: Work, book: IdentityBook, registration_id: int, entry: Entry) -> Registration:
    """Hand a seat over to somebody who meets the same conditions. Raises as ``enrol_worker`` does."""
    training_class = of_registrant(work, registration_id).training_class
    known = _known(work, book, entry.given)
    faults = undeclared(training_class.course, entry.declared)
    faults += person_faults(work, book, training_class, entry.given)
    _refuse(work, training_class, known, faults, entry)
    return substitute(work, registration_id, known_trainee(work, book, entry.given))


def acting_firm(work: Work) -> Organisation:
    """Return the organisation that the actor registers people for."""
    work.require(Permission.TRAINEE_REGISTER)
    firm = work.session.get(Organisation, work.actor.organisation_id or 0)
    if firm is None:
        raise NotAllowed
    return firm


def announced_class(work: Work, class_id: int, organisation_id: int | None) -> TrainingClass:
    """Return a class that is announced; NotYetOpen before its time, MembersOnly for people of others."""
    found = work.session.get(TrainingClass, class_id)
    if found is None or found.state not in PUBLIC:
        raise NotFound
    if found.opens_at > work.now:
        raise NotYetOpen(when=clock.local(found.opens_at).strftime("%Y-%m-%d %H:%M"))
    if found.is_for_members and not is_member(work.session, organisation_id or work.actor.organisation_id, work.today):
        raise MembersOnly
    return found


def person_faults(
    work: Work, book: IdentityBook, training_class: TrainingClass, given: Particulars
) -> list[RuleBroken]:
    """Return what is wrong with a name and a number, and why their holder may not take the course."""
    identity = identity_of(given.identity, work.today)
    ages = hindrances(training_class.course, identity.born_on, training_class.starts_on) if identity else []
    return [*faults_of(work, book, given), *ages]


def clash_of(work: Work, trainee: Trainee, clash: Clash | None) -> list[RuleBroken]:
    """Return the warning about a lesson at the same time; what others registered somebody for is not named."""
    if clash is None:
        return []
    is_own = trainee.person_id == work.actor.person_id or clash.organisation_id == work.actor.organisation_id
    course = clash.title if is_own else N_("another class")
    when = clock.local(clash.starts_at).strftime("%Y-%m-%d %H:%M")
    return [TimesClash(name=trainee.name, course=course, when=when)]


def _refuse(
    work: Work,
    training_class: TrainingClass,
    known: Trainee | None,
    faults: Collection[RuleBroken],
    entry: Entry,
) -> None:
    found = list(faults)
    if known is not None and not entry.knowingly:
        found += clash_of(work, known, clashes(work.session, training_class.id, [known.id]).get(known.id))
    if found:
        raise RulesBroken(found)


def _known(work: Work, book: IdentityBook, given: Particulars) -> Trainee | None:
    """Return the trainee with the number that was typed, if there is one of that name."""
    identity = identity_of(given.identity, work.today)
    if identity is None:
        return None
    statement = select(Trainee).where(Trainee.identity_hash == book.hash_of(identity), Trainee.name == given.name)
    return work.session.scalars(statement).one_or_none()
