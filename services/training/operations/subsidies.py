"""Claims for the subsidy of a training: listed by the centre, submitted to the department, and decided there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import ClaimedAlready, ClaimTooLate, NothingToIssue
from services.training.models.courses import TrainingClass
from services.training.models.outcomes import Certificate, ClaimEvent, ClaimState, SubsidyClaim
from services.training.models.registrations import IdentityView, Registration
from services.training.operations.steps import lock_class, of_centre
from services.training.operations.trainees import IdentityBook
from services.training.queries.certificates import certificates_of_registrations
from services.training.queries.classes import standard_fen
from services.training.queries.subsidies import Candidate, candidates_of, sent_claim, sent_claims
from services.training.rules.states import CLAIM_NAMES
from services.training.rules.subsidies import is_too_late
from services.training.teaching_errors import CertificateEnded

ON_THE_LIST = N_("Printed on the claim list of the subsidy")


def list_class(work: Work, class_id: int) -> int:
    """List everybody of a class for whom a subsidy can be claimed; return how many. Raises NothingToIssue for nobody."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    due = [one for one in candidates_of(work.session, found, work.today) if one.is_due]
    if not due:
        raise NothingToIssue
    for one in due:
        _list(work, found, one)
    return len(due)


def submit_class(work: Work, class_id: int) -> int:
    """Submit every listed claim of a class to the department; return how many. Raises NothingToIssue for none.

    Nothing is submitted while one of them came too late (ClaimTooLate) or has no certificate any more (CertificateEnded).
    """
    of_centre(work, class_id, Permission.CLASS_RUN)
    listed = _claims(work, class_id, ClaimState.LISTED)
    if not listed:
        raise NothingToIssue
    _refuse_ended(work, listed)
    for claim in listed:
        if is_too_late(_first_certified(work, claim), work.today):
            raise ClaimTooLate(name=claim.registration.trainee.name)
    for claim in listed:
        _turn(work, claim, ClaimState.SUBMITTED, "")
    return len(listed)


def drop_claim(work: Work, claim_id: int, reason: str) -> None:
    """Take a listed claim off the list before it is submitted, for a reason; the person can be listed again."""
    claim = _locked(work, claim_id)
    work.require(Permission.CLASS_RUN, scope=claim.registration.training_class.provider_id)
    _refuse_unless(claim, ClaimState.LISTED, reason)
    _turn(work, claim, ClaimState.REFUSED, reason)


def pay_claim(work: Work, claim_id: int) -> None:
    """Record that the department has paid a claim. CertificateEnded when its certificate was taken back."""
    claim = _of_department(work, claim_id)
    _refuse_unless(claim, ClaimState.SUBMITTED)
    _refuse_ended(work, [claim])
    _turn(work, claim, ClaimState.PAID, "")


def refuse_claim(work: Work, claim_id: int, reason: str) -> None:
    """Record that the department has refused a claim, with the reason; the person can be claimed for again."""
    claim = _of_department(work, claim_id)
    _refuse_unless(claim, ClaimState.SUBMITTED, reason)
    _turn(work, claim, ClaimState.REFUSED, reason)
    message = N_("The subsidy for %(name)s was refused: %(reason)s")
    work.tell(claim.listed_by_id, message, name=claim.registration.trainee.name, reason=reason.strip())


def pay_class(work: Work, class_no: str) -> int:
    """Record that the department has paid every submitted claim of a class; return how many.

    CertificateEnded, and nothing is paid, while one of them has no certificate any more.
    """
    work.require(Permission.SUBSIDY_DECIDE)
    sent = work.session.scalars(sent_claims(work.session, work.actor, class_no=class_no).limit(1)).first()
    if sent is None:
        raise NotFound
    lock_class(work, sent.registration.class_id)
    due = _claims(work, sent.registration.class_id, ClaimState.SUBMITTED)
    if not due:
        raise NothingToIssue
    _refuse_ended(work, due)
    for claim in due:
        _turn(work, claim, ClaimState.PAID, "")
    return len(due)


def identities_on_list(work: Work, book: IdentityBook, class_no: str) -> dict[int, str]:
    """Return the full identity numbers of everybody on the claim list of a class, by registration; each reading is kept.

    For the centre of the class, and for the department once the list was submitted. Raises NotFound for anybody else.
    """
    statement = select(TrainingClass).where(TrainingClass.no == class_no)
    found = work.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    claims = _readable(work, found)
    if not claims:
        raise NotFound
    for claim in claims:
        view = IdentityView(
            trainee_id=claim.trainee_id, person_id=work.actor.person_id or 0, reason=ON_THE_LIST, at=work.now
        )
        work.session.add(view)
        work.record("trainee.identity_read", claim.registration.trainee, reason=ON_THE_LIST)
    return {
        one.registration_id: book.unseal(one.registration.trainee.identity_sealed)
        or one.registration.trainee.identity_masked
        for one in claims
    }


def _readable(work: Work, found: TrainingClass) -> Sequence[SubsidyClaim]:
    """Return the claims of a class that are on its list, for whoever may print it."""
    if work.actor.may(Permission.SUBSIDY_DECIDE):
        sent = sent_claims(work.session, work.actor, class_no=found.no).where(SubsidyClaim.state != ClaimState.REFUSED)
        return work.session.scalars(sent).all()
    work.require(Permission.CLASS_RUN, scope=found.provider_id)
    return _claims(work, found.id, ClaimState.LISTED, ClaimState.SUBMITTED, ClaimState.PAID)


def _list(work: Work, training_class: TrainingClass, candidate: Candidate) -> SubsidyClaim:
    course, registration = training_class.course, candidate.registration
    assert candidate.certificate is not None
    entered = insert_unless_taken(
        work.session,
        SubsidyClaim,
        registration_id=registration.id,
        certificate_id=candidate.certificate.id,
        trainee_id=registration.trainee_id,
        occupation=course.occupation,
        level=course.level,
        amount_fen=candidate.amount_fen,
        facts={
            "fee_fen": training_class.fee_fen,
            "standard_fen": standard_fen(work.session, course.level),
            "shortage_percent": course.shortage_percent,
        },
        listed_at=work.now,
        listed_by_id=work.actor.person_id,
        state=ClaimState.LISTED,
        state_reason="",
    )
    if not entered:
        raise ClaimedAlready(name=registration.trainee.name)
    statement = select(SubsidyClaim).where(
        SubsidyClaim.registration_id == registration.id, SubsidyClaim.state == ClaimState.LISTED
    )
    claim = work.session.scalars(statement).one()
    _keep(work, claim, None, "")
    work.record("subsidy_claim.listed", claim, amount_fen=candidate.amount_fen)
    return claim


def _claims(work: Work, class_id: int, *states: ClaimState) -> Sequence[SubsidyClaim]:
    statement = (
        select(SubsidyClaim)
        .join(Registration, Registration.id == SubsidyClaim.registration_id)
        .where(Registration.class_id == class_id, SubsidyClaim.state.in_(states))
        .order_by(SubsidyClaim.id)
        .with_for_update(of=SubsidyClaim)
    )
    return work.session.scalars(statement, execution_options={"populate_existing": True}).all()


def _of_department(work: Work, claim_id: int) -> SubsidyClaim:
    """Return a claim that was submitted to the actor's department, locked. Raises NotFound for any other."""
    work.require(Permission.SUBSIDY_DECIDE)
    sent_claim(work.session, work.actor, claim_id)
    return _locked(work, claim_id)


def _locked(work: Work, claim_id: int) -> SubsidyClaim:
    claim = work.session.get(SubsidyClaim, claim_id, with_for_update={"of": SubsidyClaim}, populate_existing=True)
    if claim is None:
        raise NotFound
    return claim


def _refuse_unless(claim: SubsidyClaim, state: ClaimState, reason: str | None = None) -> None:
    if claim.state is not state:
        raise WrongState(state=CLAIM_NAMES[claim.state])
    if reason is not None and not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])


def _refuse_ended(work: Work, claims: Sequence[SubsidyClaim]) -> None:
    """Refuse claims whose certificate was revoked since; one that was replaced stands in its new number."""
    standing = certificates_of_registrations(work.session, [one.registration_id for one in claims])
    for claim in claims:
        if claim.registration_id not in standing:
            raise CertificateEnded(name=claim.registration.trainee.name)


def _first_certified(work: Work, claim: SubsidyClaim) -> datetime:
    statement = select(func.min(Certificate.issued_at)).where(Certificate.registration_id == claim.registration_id)
    found: datetime = work.session.scalars(statement).one()
    return found


def _turn(work: Work, claim: SubsidyClaim, after: ClaimState, reason: str) -> None:
    before = claim.state
    claim.state, claim.state_reason = after, reason.strip()
    _keep(work, claim, before, reason.strip())
    work.record(f"subsidy_claim.{after.value}", claim, before=before, after=after, reason=reason.strip())


def _keep(work: Work, claim: SubsidyClaim, before: ClaimState | None, reason: str) -> None:
    event = ClaimEvent(
        claim_id=claim.id, at=work.now, person_id=work.actor.person_id, before=before, after=claim.state, reason=reason
    )
    work.session.add(event)
