"""A training centre with a course and a class, companies, and people who want a seat."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import ric

from services.billing.models import Order, PaymentMethod
from services.billing.operations.orders import record_payment
from services.catalogue.models import CenterType, Provider
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.models import Organisation
from services.training.models.courses import ClassState, Course, TrainingClass
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.paying import follow_payment
from services.training.operations.registering import Wish, register
from services.training.operations.trainees import IdentityBook, Particulars, known_trainee
from tests.factories.accounts import make_person
from tests.factories.booking import make_agent, make_firm
from tests.factories.catalogue import make_provider

SECRET = "a secret of the tests, long enough to be one"
BOOK = IdentityBook(SECRET)
_numbers = count(1)


def identity_number(serial: int, born_on: date = date(1990, 5, 20)) -> str:
    """Return an identity number that holds, another for each serial."""
    body = f"321023{born_on:%Y%m%d}{serial % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")  # which it leaves out


@dataclass
class School:
    """What the tests of the training stand on; everything is committed."""

    session: Session
    centre: Provider
    course: Course
    training_class: TrainingClass
    trainer: Actor

    def work(self, actor: Actor | None = None) -> Work:
        """Return a work of the trainer, or of somebody else."""
        return Work(self.session, actor or self.trainer, clock.now())

    def on_the_day(self) -> Work:
        """Return a work of the trainer in the morning of the first day of the class."""
        return Work(self.session, self.trainer, clock.at(self.training_class.starts_on, 7 * 60 + 30))

    def paid(self, registration: Registration, amount_fen: int | None = None) -> None:
        """Record money for a registration at the counter, all that can be paid unless said, and let things go on."""
        order = self.session.get_one(Order, registration.order_id)
        cashier = self.work(Actor(None, "收款", self.centre.id, frozenset({Role.PROVIDER_ADMIN})))
        record_payment(
            cashier,
            order.id,
            amount_fen=amount_fen or order.payable_fen,
            method=PaymentMethod.TRANSFER,
            received_on=cashier.today,
        )
        follow_payment(self.work(Actor.system("test")), order_id=order.id)

    def worker(self, name: str = "", **over) -> tuple[Trainee, Actor]:
        """Make a worker with an account and a known identity."""
        number = next(_numbers)
        person = make_person(self.session, name=name or f"王示例{number}", mobile=f"137{number:08d}")
        given = Particulars(person.name, identity_number(number), person_id=person.id, **over)
        trainee = known_trainee(self.work(), BOOK, given)
        self.session.commit()
        return trainee, Actor(person.id, person.name, None, frozenset())

    def firm(self) -> tuple[Organisation, Actor]:
        """Make a company and the actor of its administrator."""
        firm = make_firm(self.session)
        person = make_agent(self.session, firm)
        self.session.commit()
        return firm, Actor(person.id, person.name, firm.id, frozenset({Role.ENT_ADMIN}))

    def enrol(self, how_many: int = 1) -> list[Registration]:
        """Register as many workers, each by themselves."""
        return [self.enrolled()[0] for _ in range(how_many)]

    def enrolled(self) -> tuple[Registration, Actor]:
        """Register one worker; return the registration and the worker."""
        trainee, actor = self.worker()
        registration = register(self.work(actor), self.training_class.id, trainee)
        self.session.commit()
        return registration, actor

    def sent(self, firm: Organisation, actor: Actor) -> Registration:
        """Register one worker of a company."""
        trainee, _ = self.worker()
        wish = Wish(organisation_id=firm.id, employer=firm.name)
        registration = register(self.work(actor), self.training_class.id, trainee, wish)
        self.session.commit()
        return registration

    def states(self) -> list[RegistrationState]:
        """Return the states of all registrations, in the order in which they came."""
        return list(self.session.scalars(select(Registration.state).order_by(Registration.id)))

    def counters(self) -> tuple[int, int]:
        """Return how many seats are taken and how many people wait, as the class has it."""
        self.session.refresh(self.training_class)
        return self.training_class.seats_taken, self.training_class.waiting


def make_school(session: Session, **over) -> School:
    """Make a centre with a course and an open class of two seats; ``over`` is for the class."""
    centre = make_provider(session, center_type=CenterType.TRAIN)
    course = Course(
        code=f"KC{next(_numbers):02d}",
        provider_id=centre.id,
        title="玻璃热加工工（灯工）（初级）",
        theory_hours=16,
        practice_hours=64,
        is_published=True,
    )
    session.add(course)
    session.flush()
    training_class = make_class(session, course, **over)
    trainer = make_agent(session, centre.organisation, Role.TRAINER)
    session.commit()
    actor = Actor(trainer.id, trainer.name, centre.id, frozenset({Role.TRAINER}))
    return School(session, centre, course, training_class, actor)


def make_class(session: Session, course: Course, **over) -> TrainingClass:
    """Make an open class of two seats that begins in twelve days."""
    now = clock.now()
    values = {
        "capacity": 2,
        "min_seats": 1,
        "state": ClassState.OPEN,
        "starts_on": clock.local_day(now) + timedelta(days=12),
        "ends_on": clock.local_day(now) + timedelta(days=22),
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
    } | over
    made = TrainingClass(
        no=f"BM-{next(_numbers):04d}", course=course, provider_id=course.provider_id, state_at=now, **values
    )
    session.add(made)
    session.flush()
    return made
