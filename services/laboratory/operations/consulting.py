"""Free questions before an order (检测咨询): a firm asks with photographs, a clerk answers, perhaps with a ready order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.catalogue.models import CenterType, Market, ProductClass, Provider
from services.core.errors import NotAllowed, NotFound, RuleBroken, RulesBroken, WrongState
from services.core.files import store
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.laboratory.consulting_errors import (
    AnswerNeeded,
    FeasibilityNeeded,
    NoLaboratory,
    NoOrderForImpossible,
    OnlyPhotos,
    QuestionMissing,
    TooManyPhotos,
)
from services.laboratory.models.commissions import (
    CommissionState,
    Consultation,
    ConsultationPhoto,
    ConsultationState,
    Feasibility,
)
from services.laboratory.operations.ordering import draft
from services.laboratory.operations.steps import step
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish
from services.laboratory.queries.readers import readers_at
from services.laboratory.rules.consulting import CONSULTATION_NAMES, CONSULTATION_STEPS, MOST_PHOTOS
from services.organisations.queries import holders_of

SAMPLE = "样品"
"""What the sample of a ready order is called until the client describes it."""


@dataclass(frozen=True)
class Question:
    """What a firm asks, of which laboratory, about what."""

    provider_id: int
    question: str
    product_code: str | None = None
    market: Market | None = None
    photos: Sequence[Upload] = ()


def ask(work: Work, asked: Question, *, folder: Path) -> Consultation:
    """The question waits for the clerks of the laboratory, with its photographs; asking is free."""
    organisation_id = work.actor.organisation_id
    work.require(Permission.COMMISSION_PLACE, scope=organisation_id)
    if organisation_id is None or work.actor.person_id is None:
        raise NotAllowed
    _refuse_unfit(work, asked)
    consultation = Consultation(
        no=work.number("JZ"),
        provider_id=asked.provider_id,
        organisation_id=organisation_id,
        asked_by_id=work.actor.person_id,
        product_code=asked.product_code,
        market=asked.market,
        question=asked.question.strip(),
        state=ConsultationState.ASKED,
        asked_at=work.now,
    )
    work.session.add(consultation)
    work.session.flush()  # the photographs point to it
    for photo in asked.photos:
        kept = store(work, folder, photo, organisation_id=organisation_id, purpose="consultation")
        work.session.add(ConsultationPhoto(consultation_id=consultation.id, attachment_id=kept.id))
    work.record("consultation.ask", consultation, no=consultation.no, photos=len(asked.photos))
    for person_id in work.session.scalars(holders_of(Permission.COMMISSION_REVIEW, asked.provider_id)).all():
        message = N_("A firm asks a question: %(no)s.")
        work.tell(person_id, message, link=f"/laboratory/consultations/{consultation.id}", no=consultation.no)
    return consultation


def _refuse_unfit(work: Work, asked: Question) -> None:
    wrong: list[RuleBroken] = []
    provider = work.session.get(Provider, asked.provider_id)
    if provider is None or provider.center_type is not CenterType.TEST:
        wrong.append(NoLaboratory())
    if not asked.question.strip():
        wrong.append(QuestionMissing())
    if len(asked.photos) > MOST_PHOTOS:
        wrong.append(TooManyPhotos(most=MOST_PHOTOS))
    if any(not photo.media_type.startswith("image/") for photo in asked.photos):
        wrong.append(OnlyPhotos())
    if wrong:
        raise RulesBroken(wrong)


def answer(
    work: Work,
    consultation_id: int,
    *,
    feasibility: Feasibility | None,
    text: str,
    items: Sequence[tuple[int, int]] = (),
) -> Consultation:
    """The firm reads whether it can be done and how; with ``items`` (module, quantity) a ready order waits for it.

    An earlier answer is replaced, and so is its ready order while nobody has touched it.
    """
    consultation = _of_laboratory(work, consultation_id)
    wrong: list[RuleBroken] = []
    if not text.strip():
        wrong.append(AnswerNeeded())
    if feasibility is None:
        wrong.append(FeasibilityNeeded())
    if feasibility is Feasibility.IMPOSSIBLE and items:
        wrong.append(NoOrderForImpossible())
    if wrong:
        raise RulesBroken(wrong)
    consultation.feasibility, consultation.answer = feasibility, text.strip()
    consultation.answered_by_id, consultation.answered_at = work.actor.person_id, work.now
    _step(work, consultation, "answer", feasibility=feasibility)
    _prepare_order(work, consultation, items)
    message, link = N_("The laboratory has answered your question %(no)s."), f"/consultations/{consultation.id}"
    for person_id in readers_at(work.session, consultation.organisation_id, consultation.asked_by_id):
        work.tell(person_id, message, link=link, no=consultation.no)
        work.later("mail.consultation_answered", consultation_id=consultation.id, person_id=person_id)
    return consultation


def _prepare_order(work: Work, consultation: Consultation, items: Sequence[tuple[int, int]]) -> None:
    """Put a draft in place of an earlier one, with one sample to be described by the client."""
    if consultation.commission is not None and consultation.commission.state is CommissionState.DRAFT:
        step(work, consultation.commission, "cancel", reason=consultation.no)
    consultation.commission = None
    if not items:
        return
    product = work.session.get(ProductClass, consultation.product_code) if consultation.product_code else None
    asker = consultation.asked_by
    consultation.commission = draft(
        work,
        Wish(
            provider_id=consultation.provider_id,
            organisation_id=consultation.organisation_id,
            chosen=tuple(Chosen(module_id, quantity) for module_id, quantity in items),
            samples=(SampleWish(name=product.name if product else SAMPLE),),
            options=Options(
                product_code=consultation.product_code,
                market=consultation.market,
                contact_name=asker.name,
                contact_phone=asker.mobile or "",
                remarks=consultation.no,
            ),
            placed_by_id=asker.id,
        ),
    )


def close(work: Work, consultation_id: int) -> Consultation:
    """Nothing more is expected; either side may say so."""
    consultation = _locked(work, consultation_id)
    if work.actor.organisation_id == consultation.provider_id:
        work.require(Permission.COMMISSION_REVIEW, scope=consultation.provider_id)
    else:
        work.require(Permission.COMMISSION_PLACE, scope=consultation.organisation_id)
    _step(work, consultation, "close")
    return consultation


def _of_laboratory(work: Work, consultation_id: int) -> Consultation:
    consultation = _locked(work, consultation_id)
    work.require(Permission.COMMISSION_REVIEW, scope=consultation.provider_id)
    return consultation


def _locked(work: Work, consultation_id: int) -> Consultation:
    consultation = work.session.get(Consultation, consultation_id, with_for_update={"of": Consultation})
    if consultation is None:
        raise NotFound
    return consultation


def _step(work: Work, consultation: Consultation, name: str, **facts: object) -> None:
    starts, after = CONSULTATION_STEPS[name]
    if consultation.state not in starts:
        raise WrongState(state=CONSULTATION_NAMES[consultation.state])
    consultation.state = after
    work.record(f"consultation.{name}", consultation, no=consultation.no, **facts)
