"""What firm A has registered at centre X in the estate: a worker with a seat, and one to whom a seat is offered."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.rules import token_hash
from services.core import clock
from services.core.base import Base
from services.core.work import Work
from services.training.models.courses import TrainingClass
from services.training.models.registrations import RegistrationState, SeatOffer
from services.training.operations.registering import Wish, register
from services.training.operations.trainees import Particulars, known_trainee
from tests.factories.booking import Market, actor_of
from tests.factories.training import BOOK, identity_number

TOKEN = "the-token-of-an-offer"


def registered(session: Session, x: Market, class_no: str) -> tuple[dict[str, list[Any]], list[Base]]:
    """Let A register two workers for a class; return what stands in addresses, and the rows that are A's alone."""
    class_id = session.scalars(select(TrainingClass.id).where(TrainingClass.no == class_no)).one()
    work = Work(session, actor_of(x.agent, x.firm), clock.now())
    wish = Wish(organisation_id=x.firm.id, employer=x.firm.name, job="灯工")
    trainees = [known_trainee(work, BOOK, Particulars(f"学员{one}", identity_number(900 + one))) for one in range(2)]
    seated, offered = (register(work, class_id, trainee, wish) for trainee in trainees)
    offered.state, offered.expires_at = RegistrationState.OFFERED, work.now + timedelta(hours=20)
    session.add(
        SeatOffer(
            registration_id=offered.id,
            token_hash=token_hash(TOKEN),
            sent_at=work.now,
            expires_at=work.now + timedelta(hours=20),
        )
    )
    session.flush()
    places = {
        "registration_id": [seated.id, offered.id],
        "training.answer_offer registration_id": [offered.id],
        "training.offer token": [TOKEN],
        "training.mine ?": [f"tab={name}" for name in ("coming", "waiting", "past", "certificates")],
        "training.employer ?": ["q=canary", "show=soon"],
        "training.register ?": ["for=firm"],
        "kind": ["csv", "xlsx"],
    }
    return places, [seated, offered, *trainees]
