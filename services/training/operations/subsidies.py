"""Claims for the subsidy of a training: listed for the department, once for a person, an occupation and a level."""

from __future__ import annotations

from sqlalchemy import select

from services.core import clock
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.training.errors import ClaimedAlready, ClaimTooLate, NothingToIssue
from services.training.models.courses import CertificateKind, Level
from services.training.models.outcomes import Certificate, CertificateState, ClaimState, SubsidyClaim
from services.training.operations.steps import of_staff
from services.training.rules.subsidies import subsidy_fen

CLAIM_MONTHS = 12
STEPS: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.LISTED: frozenset({ClaimState.SUBMITTED, ClaimState.REFUSED}),
    ClaimState.SUBMITTED: frozenset({ClaimState.PAID, ClaimState.REFUSED}),
    ClaimState.PAID: frozenset(),
    ClaimState.REFUSED: frozenset(),
}
NAMES: dict[ClaimState, str] = {
    ClaimState.LISTED: N_("Claim listed"),
    ClaimState.SUBMITTED: N_("Claim submitted"),
    ClaimState.PAID: N_("Claim paid"),
    ClaimState.REFUSED: N_("Claim refused"),
}


def list_claim(work: Work, registration_id: int) -> SubsidyClaim:
    """Put a graduate on the list for the subsidy; the amount is computed and kept with what it was computed from.

    Raises NothingToIssue without a certificate that stands or for a course without subsidy, ClaimTooLate more than twelve
    months after it, ClaimedAlready for the same person, occupation and level.
    """
    registration = of_staff(work, registration_id)
    training_class = registration.training_class
    course = training_class.course
    statement = select(Certificate).where(
        Certificate.registration_id == registration.id, Certificate.state == CertificateState.ISSUED
    )
    certificate = work.session.scalars(statement).one_or_none()
    if certificate is None or not course.is_subsidised or course.certificate is CertificateKind.NONE:
        raise NothingToIssue
    issued_on = clock.local_day(certificate.issued_at)
    if work.today > clock.months_after(issued_on, CLAIM_MONTHS):
        raise ClaimTooLate(name=registration.trainee.name)
    standard = standard_fen(work, course.level)
    amount = subsidy_fen(training_class.fee_fen, standard, course.level, course.shortage_percent)
    if amount <= 0:
        raise NothingToIssue
    entered = insert_unless_taken(
        work.session,
        SubsidyClaim,
        registration_id=registration.id,
        certificate_id=certificate.id,
        trainee_id=registration.trainee_id,
        occupation=course.occupation,
        level=course.level,
        amount_fen=amount,
        facts={
            "fee_fen": training_class.fee_fen,
            "standard_fen": standard,
            "shortage_percent": course.shortage_percent,
        },
        listed_at=work.now,
        listed_by_id=work.actor.person_id,
        state=ClaimState.LISTED,
        state_reason="",
    )
    if not entered:
        raise ClaimedAlready(name=registration.trainee.name)
    claim = work.session.scalars(
        select(SubsidyClaim).where(
            SubsidyClaim.registration_id == registration.id, SubsidyClaim.state == ClaimState.LISTED
        )
    ).one()
    work.record("subsidy_claim.listed", claim, amount_fen=amount)
    return claim


def decide_claim(work: Work, claim_id: int, state: ClaimState, reason: str = "") -> None:
    """Record what became of a claim at the department; a refusal needs its reason and frees the person to claim again."""
    claim = work.session.get(SubsidyClaim, claim_id, with_for_update={"of": SubsidyClaim})
    if claim is None:
        raise NotFound
    work.require(Permission.CLASS_RUN, scope=claim.registration.training_class.provider_id)
    if state not in STEPS[claim.state]:
        raise WrongState(state=NAMES[claim.state])
    if state is ClaimState.REFUSED and not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    before = claim.state
    claim.state, claim.state_reason = state, reason.strip()
    work.record(f"subsidy_claim.{state.value}", claim, before=before, after=state, reason=reason.strip())


def standard_fen(work: Work, level: Level) -> int:
    """Return the department's standard for a level, in fen; nothing for courses without one."""
    return 0 if level is Level.NONE else int(setting(work.session, f"training.subsidy_{level.value}")) * 100
