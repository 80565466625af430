"""A laboratory with items of every kind, its people, two firms, and commissions as rows, for tests."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.catalogue.models import (
    BookingMode,
    CapacityKind,
    ModuleKind,
    PriceUnit,
    Provider,
    Resource,
    ResourceKind,
    ServiceModule,
)
from services.core import clock
from services.core.permissions import Role
from services.core.work import Work
from services.laboratory.models.capability import (
    Calibration,
    ItemMethod,
    Limit,
    LimitSet,
    Mark,
    PackageItem,
    ResultKind,
    ScopeEntry,
    Signatory,
    TestField,
    TestItem,
)
from services.laboratory.models.commissions import (
    Commission,
    CommissionCharge,
    CommissionState,
    ContractReview,
    ReviewDecision,
)
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import CustodyEvent, CustodyKind, Sample, SampleState
from services.organisations.models import Organisation
from services.standards.models import Standard
from tests.factories.booking import actor_of, make_agent, make_firm
from tests.factories.catalogue import make_module, make_policy, make_provider, make_resource, open_weekly

_numbers = count(1)
S = SampleState
K = CustodyKind
_RECEIVED = ((K.RECEIVED, S.RECEIVED),)
_TAKEN = (*_RECEIVED, (K.TAKEN, S.IN_TEST))
_BACK = (*_TAKEN, (K.BROUGHT_BACK, S.TESTED))
_STORY = {
    S.EXPECTED: (),
    S.WITHDRAWN: (),
    S.DEVIATING: ((K.DEVIATION, S.DEVIATING),),
    S.REFUSED: ((K.REFUSED, S.REFUSED),),
    S.IN_TEST: _TAKEN,
    S.TESTED: _BACK,
    S.RETAINED: (*_BACK, (K.RETAINED, S.RETAINED)),
}
"""What brought a sample into its state: custody events and the state after each."""


def make_standard(session: Session, number: str = "", **over) -> Standard:
    """Make a standard in force since 2009."""
    number = number or f"GB/T {90000 + next(_numbers)}-2009"
    values = {
        "key": number.replace(" ", "").replace("/", ""),
        "title": f"试验方法 {number}",
        "issued_on": date(2008, 6, 1),
        "effective_on": date(2009, 1, 1),
        "updated_at": clock.now(),
    } | over
    standard = Standard(number=number, **values)
    session.add(standard)
    session.flush()
    return standard


def make_item(
    session: Session,
    provider: Provider,
    *,
    standard: Standard | None = None,
    resources: tuple[Resource, ...] = (),
    marks: tuple[Mark, ...] = (Mark.CMA,),
    module: dict | None = None,
    **over,
) -> TestItem:
    """Make a published item (120 yuan a sample, five working days) by a standard in force, in scope of its marks."""
    made = make_module(
        session,
        provider,
        **(
            {
                "kind": ModuleKind.TEST,
                "booking_mode": BookingMode.PROJECT,
                "resources": resources,
                "price": {"unit": PriceUnit.SAMPLE, "unit_fen": 12000, "member_discount_percent": 10},
            }
            | (module or {})
        ),
    )
    values = {"field": TestField.GLASS, "result_kind": ResultKind.NUMBER, "unit": "mg/L", "decimals": 2} | over
    item = TestItem(id=made.id, **values)
    session.add(item)
    session.flush()
    add_method(session, item, standard or make_standard(session), marks=marks)
    return item


def add_method(session: Session, item: TestItem, standard: Standard, *, marks: tuple[Mark, ...] = ()) -> ItemMethod:
    """Let an item be tested by one more edition, in scope of ``marks`` for these years."""
    method = ItemMethod(item_id=item.id, standard_id=standard.id, clause="4.2", added_at=clock.now())
    session.add(method)
    session.flush()
    for mark in marks:
        session.add(
            ScopeEntry(
                method_id=method.id,
                mark=mark,
                certificate_no="191020340001",
                valid_from=date(2022, 1, 1),
                valid_until=date(2028, 12, 31),
                entered_at=clock.now(),
            )
        )
    session.flush()
    session.expire(item, ["methods"])
    return method


@dataclass
class Laboratory:
    """Everything a test of the laboratory needs; ``make_laboratory`` commits it."""

    session: Session
    provider: Provider
    admin: Person
    clerk: Person
    analyst: Person
    other_analyst: Person
    reviewer: Person
    signatory: Person
    firm: Organisation
    agent: Person
    rival: Organisation
    rival_agent: Person
    polariscope: Resource
    spectrometer: Resource
    stress: TestItem
    lead: TestItem
    fastness: TestItem
    adhesion: TestItem
    package: ServiceModule
    limits: LimitSet
    roles: dict[int, Role] = field(default_factory=dict)

    def work(self, person: Person | None = None, *, now=None) -> Work:
        """Return a work of the firm's agent, or of somebody else of this laboratory's world."""
        person = person or self.agent
        home = {self.agent.id: self.firm, self.rival_agent.id: self.rival}.get(person.id, self.provider.organisation)
        return Work(self.session, actor_of(person, home, self.roles[person.id]), now or clock.now())


def make_laboratory(
    session: Session,
    *,
    provider: Provider | None = None,
    firm: Organisation | None = None,
    rival: Organisation | None = None,
) -> Laboratory:
    """Make a laboratory: a polariscope by the half hour, a spectrometer of 24 a day, four items, a package, limits.

    Centre and firms are new ones unless they are given.
    """
    provider = provider or make_provider(session)
    home = provider.organisation
    policy = make_policy(session, provider, lead_min=0, maximum_min=480, needs_approval=False)
    polariscope = make_resource(session, provider, policy=policy, name="偏光应力仪", kind=ResourceKind.INSTRUMENT)
    spectrometer = make_resource(
        session,
        provider,
        policy=policy,
        name="原子吸收光谱仪",
        kind=ResourceKind.INSTRUMENT,
        capacity_kind=CapacityKind.BATCH,
        daily_capacity=24,
    )
    for resource in (polariscope, spectrometer):
        open_weekly(session, resource, "08:30-11:30,13:30-17:00")
        calibrate(session, resource)
    stress = make_item(session, provider, resources=(polariscope,), unit="nm/cm", decimals=0, minutes_per_sample=30)
    lead = make_item(
        session, provider, resources=(spectrometer,), field=TestField.CHEMISTRY, lod="0.05", minutes_per_sample=20
    )
    fastness = make_item(
        session, provider, marks=(), field=TestField.TEXTILE, result_kind=ResultKind.GRADE, unit="级", decimals=0
    )
    adhesion = make_item(session, provider, marks=(), result_kind=ResultKind.TEXT, unit="", decimals=0)
    package = make_module(
        session,
        provider,
        kind=ModuleKind.PACKAGE,
        booking_mode=BookingMode.PROJECT,
        price={"unit": PriceUnit.SAMPLE, "unit_fen": 20000},
    )
    session.add_all(PackageItem(package_id=package.id, item_id=item.id) for item in (stress, lead))
    limits = LimitSet(provider_id=provider.id, name="GB 4806.5-2016 玻璃制品")
    limits.limits = [
        Limit(item_id=lead.id, high="0.5"),
        Limit(item_id=fastness.id, low="3"),
        Limit(item_id=stress.id, high="100"),
    ]
    session.add(limits)
    firm, rival = firm or make_firm(session), rival or make_firm(session)
    roles = {
        "admin": Role.PROVIDER_ADMIN,
        "clerk": Role.LAB_CLERK,
        "analyst": Role.ANALYST,
        "other_analyst": Role.ANALYST,
        "reviewer": Role.REVIEWER_LAB,
        "signatory": Role.SIGNATORY,
    }
    staff = {name: make_agent(session, home, role) for name, role in roles.items()}
    agent, rival_agent = make_agent(session, firm), make_agent(session, rival)
    for test_field in TestField:
        authorise(session, provider, staff["signatory"], test_field)
    session.commit()
    held = {person.id: roles[name] for name, person in staff.items()}
    return Laboratory(
        session=session,
        provider=provider,
        firm=firm,
        agent=agent,
        rival=rival,
        rival_agent=rival_agent,
        polariscope=polariscope,
        spectrometer=spectrometer,
        stress=stress,
        lead=lead,
        fastness=fastness,
        adhesion=adhesion,
        package=package,
        limits=limits,
        roles=held | {agent.id: Role.ENT_ADMIN, rival_agent.id: Role.ENT_ADMIN},
        **staff,
    )


def calibrate(session: Session, resource: Resource, *, days: int = 200) -> Calibration:
    """Calibrate an instrument for the ``days`` to come."""
    today = clock.local_day(clock.now())
    resource.calibration_due_on = today + timedelta(days=days)
    calibration = Calibration(
        resource_id=resource.id,
        calibrated_on=today - timedelta(days=100),
        due_on=resource.calibration_due_on,
        certificate_no=f"JZ-{next(_numbers)}",
        entered_at=clock.now(),
    )
    session.add(calibration)
    session.flush()
    return calibration


def authorise(session: Session, provider: Provider, person: Person, test_field: TestField) -> Signatory:
    """Let a person sign reports of a field for these years."""
    signatory = Signatory(
        provider_id=provider.id,
        person_id=person.id,
        field=test_field,
        valid_from=date(2022, 1, 1),
        valid_until=date(2030, 12, 31),
    )
    session.add(signatory)
    session.flush()
    return signatory


def record_review(
    lab: Laboratory, commission: Commission, decision: ReviewDecision = ReviewDecision.ACCEPT
) -> ContractReview:
    """Keep the record of a contract review by the clerk."""
    review = ContractReview(
        commission_id=commission.id,
        checks={},
        decision=decision,
        reviewed_by_id=lab.clerk.id,
        reviewed_at=clock.now(),
    )
    lab.session.add(review)
    lab.session.flush()
    return review


def make_commission(
    lab: Laboratory,
    state: CommissionState = CommissionState.SAMPLE_IN,
    *,
    items: tuple[TestItem, ...] = (),
    samples: int = 1,
    sample_state: SampleState | None = None,
    line_state: LineState = LineState.SCHEDULED,
    **over,
) -> Commission:
    """Make a commission of the firm as rows, without its story: each item on each sample; committed.

    Samples are received, with their custody event, unless the state comes before that or ``sample_state`` says so.
    """
    session, number = lab.session, next(_numbers)
    values = {
        "no": None if state is CommissionState.DRAFT else f"JC-20261124-{number:04d}",
        "placed_by_id": lab.agent.id,
        "contact_name": "周厂长",
        "contact_phone": "13800000009",
        "state_at": clock.now(),
        "created_at": clock.now(),
        "promised_on": date(2026, 12, 8),
        "clerk_id": lab.clerk.id,
    } | over
    commission = Commission(provider_id=lab.provider.id, organisation_id=lab.firm.id, state=state, **values)
    session.add(commission)
    session.flush()
    early = state in {
        CommissionState.DRAFT,
        CommissionState.SUBMITTED,
        CommissionState.IN_REVIEW,
        CommissionState.QUOTED,
        CommissionState.AWAIT_PAYMENT,
        CommissionState.AWAIT_SAMPLE,
    }
    sample_state = sample_state or (S.EXPECTED if early else S.RECEIVED)
    items = items or (lab.stress,)
    for position in range(1, samples + 1):
        sample = Sample(
            no=f"{commission.no}-S{position:02d}" if commission.no else None,
            commission_id=commission.id,
            position=position,
            name=f"玻璃杯{position}",
            state=sample_state,
            received_at=None if sample_state is S.EXPECTED else clock.now(),
            place="" if sample_state is S.EXPECTED else "样品室A1",
        )
        session.add(sample)
        session.flush()
        for seq, (kind, after) in enumerate(_STORY.get(sample_state, _RECEIVED), 1):
            session.add(
                CustodyEvent(
                    sample_id=sample.id,
                    seq=seq,
                    at=clock.now(),
                    kind=kind,
                    state_after=after,
                    place="样品室A1",
                    given_by="周厂长",
                    taken_by=lab.clerk.name,
                    person_id=lab.clerk.id,
                )
            )
            session.flush()  # custody counts without gaps
        session.add_all(
            TestLine(
                commission_id=commission.id,
                sample_id=sample.id,
                item_id=item.id,
                method_id=item.methods[0].id,
                analyst_id=lab.analyst.id,
                state=line_state,
                state_at=clock.now(),
                finished_at=clock.now() if line_state in {LineState.SUBMITTED, LineState.CHECKED} else None,
            )
            for item in items
        )
    session.add_all(
        CommissionCharge(commission_id=commission.id, module_id=item.id, quantity=samples) for item in items
    )
    session.commit()
    return commission
