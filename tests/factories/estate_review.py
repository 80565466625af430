"""What the desk of centre X's laboratory has to do for firm A in the estate: reviews, questions, a consultation."""

from pathlib import Path
from typing import Any

from services.core import clock
from services.core.files import Attachment, store
from services.core.uploads import examine
from services.laboratory.models.commissions import (
    Commission,
    CommissionFile,
    CommissionState,
    Consultation,
    ConsultationPhoto,
    ConsultationState,
    Feasibility,
)
from services.laboratory.operations import reviewing
from tests.factories.canaries import canary
from tests.factories.laboratory import Laboratory
from tests.factories.ordering import make_order

C = CommissionState


def at_the_desk(lab: Laboratory, picture: Path, uploads: Path) -> dict[str, list[Any]]:
    """Give firm A commissions where each page of the desk can be opened, and a question; return what is in addresses."""
    session = lab.session
    made = {state: make_order(lab, now=clock.now()) for state in (C.SUBMITTED, C.IN_REVIEW, C.NEED_INFO, C.TESTING)}
    for state, commission in made.items():
        commission.state, commission.remarks = state, canary("a")
    reviewing.add_note(lab.work(lab.clerk), made[C.IN_REVIEW].id, text=canary("x"))
    file = _stored(lab, picture, uploads)
    session.add(CommissionFile(commission_id=made[C.IN_REVIEW].id, attachment_id=file.id))
    question = _question(lab, _stored(lab, picture, uploads))
    session.commit()
    return _places(made, file, question)


def _stored(lab: Laboratory, picture: Path, uploads: Path) -> Attachment:
    with picture.open("rb") as stream:
        upload = examine(stream, "图纸.png")
    return store(lab.work(), uploads, upload, organisation_id=lab.firm.id, purpose="commission")


def _question(lab: Laboratory, photo: Attachment) -> Consultation:
    question = Consultation(
        no="JZ-20261124-0001",
        provider_id=lab.provider.id,
        organisation_id=lab.firm.id,
        asked_by_id=lab.agent.id,
        question=canary("a"),
        state=ConsultationState.ANSWERED,
        asked_at=clock.now(),
        feasibility=Feasibility.DIFFICULT,
        answer=canary("a"),
        answered_by_id=lab.clerk.id,
        answered_at=clock.now(),
    )
    lab.session.add(question)
    lab.session.flush()
    lab.session.add(ConsultationPhoto(consultation_id=question.id, attachment_id=photo.id))
    lab.session.flush()
    lab.session.refresh(question, ["photos"])
    return question


def _places(made: dict[CommissionState, Commission], file: Attachment, question: Consultation) -> dict[str, list[Any]]:
    reviewed, photo = made[C.IN_REVIEW].id, question.photos[0].id
    files = ("commission_file", "desk_commission_file")
    photos = ("consultation_photo", "desk_consultation_photo")
    return {
        **{f"laboratory.{name} commission_id": [reviewed] for name in ("review", "quote", *files)},
        **{f"laboratory.{name} file_id": [file.id] for name in files},
        **{f"laboratory.{name} file_id": [photo] for name in photos},
        **{
            f"laboratory.{name} commission_id": [one.id for one in made.values()]
            for name in ("desk_commission", "take_over", "add_note")
        },
        "laboratory.take_up commission_id": [made[C.SUBMITTED].id],
        "laboratory.answer commission_id": [made[C.NEED_INFO].id],
        **{
            f"laboratory.{name} commission_id": [made[C.TESTING].id]
            for name in ("end", "agree_end", "decline_end", "suspend", "resume", "ask_termination")
        },
        **{
            f"laboratory.{name} commission_id": [made[C.TESTING].id]
            for name in ("agree_termination", "decline_termination", "keep_contract")
        },
        "consultation_id": [question.id],
        "laboratory.desk_commissions ?": [f"show={name}" for name in ("all", "running", "client")] + ["q=x"],
        "laboratory.desk_consultations ?": ["show=answered"],
        "laboratory.behalf ?": ["q=x"],
    }
