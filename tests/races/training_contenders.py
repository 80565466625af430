"""What people do who want the last seats at the same moment; each runs in a process of its own, so it takes plain values."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.engine import is_transient
from services.core.work import working
from services.training.errors import WaitingListFull
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.registering import register, withdraw

TRIES = 500


def actor_of(task: dict) -> Actor:
    """Return the worker."""
    return Actor(task["person"], "学员", None, frozenset())


def registers(session: Session, task: dict) -> str:
    """Register for the class; say how the registration stands."""
    return _until_done(lambda: _register(session, task))


def registers_in_a_snapshot(session: Session, task: dict) -> str:
    """Register at REPEATABLE READ, where a count is as old as the transaction."""
    engine = session.get_bind().engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as strict:
        return _until_done(lambda: _register(strict, task))


def registers_or_withdraws(session: Session, task: dict) -> str:
    """Give a seat back, or ask for one."""
    if "registration" not in task:
        return registers(session, task)
    return _until_done(lambda: _withdraw(session, task))


def counts_then_writes(session: Session, task: dict) -> str:
    """Do what unguarded systems do: count in one transaction, write in the next, and trust the count."""
    taken = select(func.count()).where(Registration.class_id == task["class"], Registration.holds_seat)
    room = session.get_one(TrainingClass, task["class"]).capacity - (session.scalar(taken) or 0)
    if room <= 0:
        return "full"
    with working(session, actor_of(task), now=task["now"]) as work:
        work.session.add(
            Registration(
                no=f"PX-{task['trainee']}",
                class_id=task["class"],
                trainee_id=task["trainee"],
                registered_by_id=task["person"],
                state=RegistrationState.CONFIRMED,
                state_at=task["now"],
                holds_seat=True,
                registered_at=task["now"],
            )
        )
    return "confirmed"


def _register(session: Session, task: dict) -> str:
    try:
        with working(session, actor_of(task), now=task["now"]) as work:
            trainee = work.session.get_one(Trainee, task["trainee"])
            return register(work, task["class"], trainee).state.value
    except WaitingListFull:
        return "full"


def _withdraw(session: Session, task: dict) -> str:
    with working(session, actor_of(task), now=task["now"]) as work:
        withdraw(work, task["registration"])
    return "withdrawn"


def _until_done(attempt: Callable[[], str]) -> str:
    """Try again after a deadlock or a failed serialisation, as the portal does."""
    for _ in range(TRIES):
        try:
            return attempt()
        except DBAPIError as error:
            if not is_transient(error):
                raise
    return "gave up"
