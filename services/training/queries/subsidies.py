"""Who of a class can be claimed for, why the others cannot, and the claims as centre and department read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.billing.models import Order
from services.core.actor import Actor
from services.core.errors import NotFound, RuleBroken
from services.core.settings import setting
from services.organisations.models import Organisation
from services.organisations.scope import verifiable
from services.training.errors import ClaimedAlready, ClaimTooLate
from services.training.models.courses import CertificateKind, Course, TrainingClass
from services.training.models.outcomes import Certificate, ClaimEvent, ClaimState, SubsidyClaim
from services.training.models.registrations import Registration, RegistrationState, Sex, Trainee
from services.training.queries.certificates import certificates_of_registrations
from services.training.queries.classes import standard_fen
from services.training.rules.identity import age_on
from services.training.rules.subsidies import is_too_late, subsidy_fen
from services.training.teaching_errors import (
    BeyondSubsidyAge,
    FeeOutstanding,
    NoStanding,
    NothingPaid,
    NotSubsidised,
)

SENT = frozenset({ClaimState.SUBMITTED, ClaimState.PAID, ClaimState.REFUSED})
"""What the department reads."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who completed a class: the claim there is, or what could be claimed, or why nothing can."""

    registration: Registration
    certificate: Certificate | None
    claim: SubsidyClaim | None
    amount_fen: int
    hindrance: RuleBroken | None

    @property
    def is_due(self) -> bool:
        """Whether a claim can be listed."""
        return self.claim is None and self.hindrance is None


def candidates_of(session: Session, training_class: TrainingClass, today: date) -> list[Candidate]:
    """Return everybody who completed a class; a few queries, whatever the class."""
    statement = (
        select(Registration)
        .where(Registration.class_id == training_class.id, Registration.state == RegistrationState.COMPLETED)
        .options(joinedload(Registration.trainee), joinedload(Registration.organisation))
        .order_by(Registration.id)
    )
    registrations = session.scalars(statement).all()
    certificates = certificates_of_registrations(session, [one.id for one in registrations])
    claims = claims_of_class(session, training_class.id)
    known = _known(session, training_class, registrations)
    found = []
    for one in registrations:
        certificate, claim = certificates.get(one.id), claims.get(one.id)
        if claim is not None and claim.state is not ClaimState.REFUSED:
            found.append(Candidate(one, certificate, claim, known.amount_fen, None))
        else:
            hindrance = next(_hindrances(training_class, one, certificate, known, today), None)
            found.append(Candidate(one, certificate, None, known.amount_fen, hindrance))
    return found


@dataclass(frozen=True)
class _Known:
    """What the claims of a class depend on, apart from the certificate that stands."""

    amount_fen: int
    oldest: dict[Sex, int]
    certified_at: dict[int, datetime]
    """When each registration had its first certificate: a corrected one gives no new time."""
    outstanding: set[int]
    """The orders that are not paid in full."""
    claimed: set[int]
    """For which trainees the occupation and level was claimed already."""


def _known(session: Session, training_class: TrainingClass, registrations: Sequence[Registration]) -> _Known:
    certified = select(Certificate.registration_id, func.min(Certificate.issued_at)).group_by(
        Certificate.registration_id
    )
    outstanding = select(Order.id).where(Order.paid_fen - Order.refunded_fen < Order.due_fen).order_by(Order.id)
    return _Known(
        amount_fen=_amount(session, training_class),
        oldest=ages(session),
        certified_at=dict(
            session.execute(certified.where(Certificate.registration_id.in_([one.id for one in registrations]))).all()
        ),
        outstanding=set(session.scalars(outstanding.where(Order.id.in_([one.order_id for one in registrations])))),
        claimed=_claimed(session, training_class.course, [one.trainee_id for one in registrations]),
    )


def ages(session: Session) -> dict[Sex, int]:
    """Return up to what age the department pays, for men and for women."""
    return {
        Sex.MALE: int(setting(session, "training.subsidy_age_men")),
        Sex.FEMALE: int(setting(session, "training.subsidy_age_women")),
    }


def _amount(session: Session, training_class: TrainingClass) -> int:
    course = training_class.course
    standard = standard_fen(session, course.level)
    return subsidy_fen(training_class.fee_fen, standard, course.level, course.shortage_percent)


def _hindrances(
    training_class: TrainingClass,
    registration: Registration,
    certificate: Certificate | None,
    known: _Known,
    today: date,
) -> Iterator[RuleBroken]:
    """Yield why nothing can be claimed for somebody who has no claim."""
    course, trainee = training_class.course, registration.trainee
    if not course.is_subsidised or course.certificate is CertificateKind.NONE:
        yield NotSubsidised()
    if certificate is None:
        yield NoStanding()
    elif is_too_late(known.certified_at[registration.id], today):
        yield ClaimTooLate(name=trainee.name)
    if age_on(trainee.born_on, training_class.starts_on) > known.oldest[trainee.sex]:
        yield BeyondSubsidyAge(age=known.oldest[trainee.sex])
    if known.amount_fen <= 0:
        yield NothingPaid()
    if registration.order_id in known.outstanding:
        yield FeeOutstanding()
    if registration.trainee_id in known.claimed:
        yield ClaimedAlready(name=trainee.name)


def _claimed(session: Session, course: Course, trainee_ids: Collection[int]) -> set[int]:
    """Return for whom of them the occupation and level was claimed already, in whatever class of whatever centre."""
    statement = select(SubsidyClaim.trainee_id).where(
        SubsidyClaim.trainee_id.in_(trainee_ids),
        SubsidyClaim.occupation == course.occupation,
        SubsidyClaim.level == course.level,
        SubsidyClaim.state != ClaimState.REFUSED,
    )
    return set(session.scalars(statement.order_by(SubsidyClaim.id)))


def claims_of_class(session: Session, class_id: int) -> dict[int, SubsidyClaim]:
    """Return the latest claim of each registration of a class that has one."""
    statement = (
        select(SubsidyClaim)
        .join(Registration, Registration.id == SubsidyClaim.registration_id)
        .where(Registration.class_id == class_id)
        .order_by(SubsidyClaim.id)
    )
    return {one.registration_id: one for one in session.scalars(statement)}


def refused_of_class(session: Session, class_id: int) -> list[SubsidyClaim]:
    """Return the claims of a class that were refused, the latest first."""
    statement = claims(class_no="").where(Registration.class_id == class_id, SubsidyClaim.state == ClaimState.REFUSED)
    return list(session.scalars(statement.limit(200)))


def claims(*, state: ClaimState | None = None, class_no: str = "", words: str = "") -> Select[SubsidyClaim]:
    """Select claims with everything that a list of them shows, narrowed, the latest first."""
    statement = (
        select(SubsidyClaim)
        .join(SubsidyClaim.registration)
        .join(Registration.trainee)
        .join(Registration.training_class)
        .options(
            contains_eager(SubsidyClaim.registration).options(
                contains_eager(Registration.trainee),
                contains_eager(Registration.training_class).joinedload(TrainingClass.course),
                joinedload(Registration.organisation),
            ),
            joinedload(SubsidyClaim.certificate),
        )
        .order_by(SubsidyClaim.id.desc())
    )
    if state is not None:
        statement = statement.where(SubsidyClaim.state == state)
    if class_no:
        statement = statement.where(TrainingClass.no == class_no)
    if words:
        statement = statement.where(Trainee.name.contains(words, autoescape=True))
    return statement


def sent_claims(
    session: Session, actor: Actor, *, state: ClaimState | None = None, class_no: str = "", words: str = ""
) -> Select[SubsidyClaim]:
    """Select the claims that a department reads: submitted ones of the centres of its own region.

    What a centre took off its list itself is none of them.
    """
    sent = select(ClaimEvent.claim_id).where(ClaimEvent.after == ClaimState.SUBMITTED)
    centres = select(Organisation.id).where(verifiable(session, actor))
    return claims(state=state, class_no=class_no, words=words).where(
        SubsidyClaim.id.in_(sent), TrainingClass.provider_id.in_(centres)
    )


def sums(session: Session, statement: Select[SubsidyClaim]) -> dict[ClaimState, tuple[int, int]]:
    """Return how many claims of a selection stand in each state, and what they come to in fen."""
    inner = statement.with_only_columns(SubsidyClaim.state, SubsidyClaim.amount_fen).order_by(None).subquery()
    grouped = select(inner.c.state, func.count(), func.sum(inner.c.amount_fen)).group_by(inner.c.state)
    return {ClaimState(state): (count, int(total)) for state, count, total in session.execute(grouped)}


def subsidised_classes(provider_id: int | None) -> Select[TrainingClass, str, int, int, int]:
    """Select the finished classes of a centre whose course carries a subsidy, with how far their claims are."""

    def count(*states: ClaimState) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((SubsidyClaim.state.in_(states), 1), else_=0)), 0)

    return (
        select(
            TrainingClass,
            Course.title,
            count(ClaimState.LISTED).label("listed"),
            count(ClaimState.SUBMITTED).label("submitted"),
            count(ClaimState.PAID).label("paid"),
        )
        .join(Course, Course.id == TrainingClass.course_id)
        .outerjoin(Registration, Registration.class_id == TrainingClass.id)
        .outerjoin(SubsidyClaim, SubsidyClaim.registration_id == Registration.id)
        .where(
            TrainingClass.provider_id == provider_id,
            Course.is_subsidised,
            TrainingClass.state.in_(("finished", "archived")),
        )
        .group_by(TrainingClass.id, Course.title)
        .order_by(TrainingClass.ends_on.desc(), TrainingClass.id.desc())
    )


def history_of(session: Session, claim_id: int) -> Sequence[ClaimEvent]:
    """Return the steps of a claim, the latest first."""
    statement = select(ClaimEvent).options(joinedload(ClaimEvent.person)).where(ClaimEvent.claim_id == claim_id)
    return session.scalars(statement.order_by(ClaimEvent.id.desc())).all()


def claim_at(session: Session, provider_id: int, claim_id: int) -> SubsidyClaim:
    """Return a claim of a class of the centre. Raises NotFound for any other."""
    own = claims().where(SubsidyClaim.id == claim_id, TrainingClass.provider_id == provider_id)
    found = session.scalars(own).one_or_none()
    if found is None:
        raise NotFound
    return found


def sent_claim(session: Session, actor: Actor, claim_id: int) -> SubsidyClaim:
    """Return a claim that was submitted to the actor's department. Raises NotFound."""
    found = session.scalars(sent_claims(session, actor).where(SubsidyClaim.id == claim_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
