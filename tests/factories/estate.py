"""A portal with something of everything: firms A and B, centres X and Y, somebody of every role, and canaries.

Everything private to firm A carries ``canary-a-…``, everything private to centre X ``canary-x-…``, and A's name, which is
public in the directory but nowhere else, ``canary-n-…``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person, SignIn
from services.accounts.rules import token_hash
from services.billing.models import Order, Payment, PaymentMethod
from services.billing.operations.orders import record_payment, record_refund
from services.booking.models import Booking, BookingEvent, BookingState, Outage
from services.booking.operations import changing
from services.booking.operations.outages import enter_outage
from services.booking.rules import Span
from services.calendars.operations import make_feed
from services.catalogue.models import ModuleState
from services.core import clock
from services.core.actor import Actor
from services.core.base import Base
from services.core.files import Attachment, store
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.uploads import examine
from services.core.work import Work
from services.organisations.models import (
    Invitation,
    JoinKind,
    JoinRequest,
    Membership,
    Organisation,
    OrgKind,
    OrgType,
    Verification,
)
from tests.factories.accounts import make_person
from tests.factories.board import Firm
from tests.factories.booking import Market, actor_of, at, make_agent, make_market
from tests.factories.booking_desk import in_state, nine
from tests.factories.canaries import canary, plant
from tests.factories.catalogue import make_cluster, make_extra, make_module, make_price
from tests.factories.estate_board import posted
from tests.factories.estate_board_desk import reviewed
from tests.factories.estate_capability import able
from tests.factories.estate_classes import taught
from tests.factories.estate_discipline import disciplined
from tests.factories.estate_interests import interested
from tests.factories.estate_laboratory import equip, in_test
from tests.factories.estate_meetings import met
from tests.factories.estate_papers import papers, private_rows
from tests.factories.estate_register import enrolled
from tests.factories.estate_registrations import registered
from tests.factories.estate_review import at_the_desk
from tests.factories.estate_search import searched
from tests.factories.estate_teaching import held_class
from tests.factories.estate_training_desk import planned
from tests.factories.organisations import (
    make_invitation,
    make_join_request,
    make_organisation,
    make_region,
    make_verification,
)

WORKDAYS = [date(2026, 11, 24) + timedelta(days=one) for one in range(1, 40) if (one + 1) % 7 < 5]
FIRM_ROLES = {Role.ENT_ADMIN, Role.ENT_USER}
CENTRE_ROLES = {Role.ANALYST, Role.LAB_CLERK, Role.PROVIDER_ADMIN, Role.REVIEWER_LAB, Role.SIGNATORY, Role.TRAINER}
OTHER_HOMES = {
    OrgKind.ASSOCIATION: {Role.ASSOC_OFFICER, Role.ASSOC_STAFF},
    OrgKind.DEPARTMENT: {Role.GOV_OFFICER, Role.GOV_FINANCE, Role.AUDITOR},
    OrgKind.FINANCIAL: {Role.BANK_USER},
    OrgKind.INSTITUTE: {Role.EXPERT},
    OrgKind.OPERATOR: {Role.SYSADMIN},
}


@dataclass
class Estate:
    """What there is, as plain ids that hold in every copy of the database."""

    people: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """Who there is: a role, or a word such as ``rival``; the person and the organisation acted for."""
    things: dict[str, list[Any]] = field(default_factory=dict)
    """What stands in addresses, by the name of the place; the first is the usual one."""
    planted: dict[str, str] = field(default_factory=dict)

    def of(self, endpoint: str, place: str) -> list[Any]:
        """Return what can stand in a place of an endpoint's address."""
        return self.things.get(f"{endpoint} {place}") or self.things[place]


def make_estate(session: Session, uploads: Path) -> Estate:
    """Make everything, committed. The clock must stand at ``tests.factories.booking_desk.NOW``."""
    estate = Estate()
    x = make_market(session)
    y = replace(make_market(session), firm=x.rival, agent=x.rival_agent)
    x.firm.shows_contact, x.firm.region_code = False, make_region(session).code
    _people(session, estate, x, y)
    _dealings(session, estate, x, y, uploads)
    _entries(session, estate, x, uploads)
    _catalogue(session, estate, x)
    estate.things |= taught(session, x)
    estate.things |= held_class(session, x, estate.people[Role.TRAINER.value][0])
    trainer_id, home_id = estate.people[Role.TRAINER.value]
    trainer = Actor(trainer_id, "教师", home_id, frozenset({Role.TRAINER}))
    estate.things |= planned(session, x, Work(session, trainer, clock.now()), uploads)
    places, of_training = registered(session, x, estate.things["class_no"][0])
    estate.things |= places
    _plant(session, estate, x, [*_laboratory(session, estate, x, uploads), *of_training])
    session.commit()
    return estate


def _people(session: Session, estate: Estate, x: Market, y: Market) -> None:
    """Bring in somebody of every role; those of firms belong to A, those of centres to X."""
    homes = dict.fromkeys(FIRM_ROLES, x.firm) | dict.fromkeys(CENTRE_ROLES, x.provider.organisation)
    for kind, roles in OTHER_HOMES.items():
        home = make_organisation(session, kind=kind, org_type=OrgType.ADMINISTRATION)
        homes |= dict.fromkeys(roles, home)
    for role, home in homes.items():
        estate.people[role.value] = make_agent(session, home, role).id, home.id
    elsewhere = make_organisation(
        session, kind=OrgKind.DEPARTMENT, org_type=OrgType.ADMINISTRATION, region_code="420607"
    )
    other_association = make_organisation(session, kind=OrgKind.ASSOCIATION, org_type=OrgType.INTERMEDIARY)
    for name, home, role in (
        ("other association", other_association, Role.ASSOC_STAFF),
        ("rival", x.rival, Role.ENT_ADMIN),
        ("rival's agent", x.rival, Role.ENT_USER),
        ("other centre", y.provider.organisation, Role.PROVIDER_ADMIN),
        ("other centre's clerk", y.provider.organisation, Role.LAB_CLERK),
        ("other department", elsewhere, Role.GOV_OFFICER),
    ):
        estate.people[name] = make_agent(session, home, role).id, home.id
    estate.people["nobody"] = make_person(session).id, None
    estate.people["agent"] = x.agent.id, x.firm.id


def _dealings(session: Session, estate: Estate, x: Market, y: Market, uploads: Path) -> None:
    """Let A and B book at X, and B at Y; give A a booking in every state, a payment, a refund, a file and a feed."""
    days = iter(WORKDAYS)
    bookings = {state: in_state(x, state, nine(next(days), resource_id=x.stove.id)) for state in BookingState}
    done = bookings[BookingState.COMPLETED]
    theirs_at_x, theirs_at_y = (
        market.request(nine(next(days), resource_id=market.stove.id), by=firm)
        for market, firm in ((x, x.rival), (y, y.firm))
    )
    changing.confirm(x.staff(), theirs_at_x.id)
    changing.confirm(y.staff(), theirs_at_y.id)
    staff = x.staff()
    payment = record_payment(
        staff, done.order_id, amount_fen=15000, method=PaymentMethod.CASH, received_on=staff.today, reference="付现"
    )
    record_refund(
        staff, done.order_id, amount_fen=1000, method=PaymentMethod.CASH, reason="多付", refunded_on=staff.today
    )
    done.delivery_file_id = _picture(staff, uploads, x.firm, "delivery").id
    session.add(BookingEvent(booking_id=done.id, at=clock.now(), kind="move", reason=canary("a")))
    feed, token = make_feed(x.work())
    outage = enter_outage(
        x.staff(),
        resource_id=x.bench.id,
        span=Span(at("08:30", WORKDAYS[-1]), at("11:30", WORKDAYS[-1])),
        kind="maintenance",
        reason="保养",
        decisions={},
    )
    session.flush()
    rest = [one.id for one in bookings.values() if one is not done]
    whole_year = "from=2026-01-01&until=2026-12-31"
    estate.things |= {
        "booking_id": [done.id, *rest],
        "order_id": [done.order_id],
        "payment_id": [payment.id],
        "feed_id": [feed.id],
        "outage_id": [outage.id],
        "booking.feed token": [token],
        "resource_id": [x.stove.id, x.bath.id],
        "booking.week code": [x.stove.code],
        "code": [x.hours.code],
        "provider_id": [x.provider.id],
        "booking.move booking_id": [bookings[BookingState.REQUESTED].id],
        "booking.cancel booking_id": [bookings[BookingState.REQUESTED].id],
        "booking.decline booking_id": [bookings[BookingState.PROPOSED].id],
        "booking.confirm_hold booking_id": [bookings[BookingState.HELD].id],
        "booking.desk_move booking_id": [bookings[BookingState.CONFIRMED].id],
        "booking.free_times ?": [f"module={x.hours.code}&day={WORKDAYS[0]}&days=7"],
        "booking.index ?": ["tab=coming", "tab=waiting", "tab=past", "q=canary"],
        "booking.desk_new ?": [f"firm={x.firm.id}&module={x.hours.id}", "q=canary"],
        "booking.outage_new ?": [f"resource={x.stove.id}"],
        "booking.payments ?": ["q=canary", "show=all"],
        "booking.payments_export ?": [whole_year],
        "booking.day_sheet ?": [f"day={WORKDAYS[0]}", f"day={WORKDAYS[3]}&resource={x.stove.id}"],
        "booking.day_sheet_print ?": [f"day={WORKDAYS[0]}"],
        "booking.resource_week ?": [f"week={WORKDAYS[0]}"],
        "booking.utilisation ?": [whole_year],
        "booking.queue ?": [f"show={name}" for name in ("requests", "displaced", "proposed", "refunds")],
        "booking.week ?": [f"monday={WORKDAYS[0]}"],
        "catalogue.index ?": ["q=canary"],
        "organisations.directory ?": ["name=canary"],
        "rival's booking": [theirs_at_x.id],
        "other centre's module": [y.hours.id],
    }


def _picture(work: Work, uploads: Path, owner: Organisation, purpose: str) -> Attachment:
    path = uploads.parent / "licence.png"
    Image.new("RGB", (8, 8), "white").save(path)
    with path.open("rb") as stream:
        return store(work, uploads, examine(stream, "执照.png"), organisation_id=owner.id, purpose=purpose)


def _entries(session: Session, estate: Estate, x: Market, uploads: Path) -> None:
    """Give A an invitation, requests to join and to claim it, and a verification that waits."""
    firm, agent = x.firm, x.agent
    person_id, _ = estate.people["nobody"]
    nobody = session.get_one(Person, person_id)
    token = make_invitation(session, firm, agent, nobody.mobile or "")
    make_invitation(session, firm, agent, canary("a"))
    join_request = make_join_request(session, make_person(session), firm, remark="请加入")
    licence = _picture(x.work(), uploads, firm, "licence")
    claim = make_join_request(
        session, make_person(session), firm, kind=JoinKind.CLAIM, licence_id=licence.id, remark="认领"
    )
    verification = make_verification(session, firm, agent, licence_id=licence.id)
    member = session.scalars(select(Membership).where(Membership.person_id == estate.people["ent_user"][0])).one()
    invitations = session.scalars(select(Invitation.id).order_by(Invitation.id)).all()
    message = Notification(person_id=agent.id, at=clock.now(), message="%(name)s", facts={"name": "某事"})
    task = OutboxTask(task="mail.unknown", created_at=clock.now(), due_at=clock.now() + timedelta(days=1))
    sign_in = SignIn(
        token_hash=token_hash("of the agent"), person_id=agent.id, started_at=clock.now(), seen_at=clock.now()
    )
    session.add_all([message, task, sign_in])
    session.flush()
    estate.things |= {
        "organisation_id": [firm.id],
        "person_id": [agent.id],
        "invitation_id": list(reversed(invitations)),
        "organisations.invitation token": [token],
        "request_id": [join_request.id],
        "organisations.claim_case request_id": [claim.id],
        "organisations.grant_claim request_id": [claim.id],
        "organisations.refuse_claim request_id": [claim.id],
        "verification_id": [verification.id],
        "attachment_id": [licence.id],
        "membership_id": [member.id],
        "message_id": [message.id],
        "sign_in_id": [sign_in.id],
        "task_id": [task.id],
        "year": [2026],
        "day": ["2026-12-01"],
        "deed": ["disable"],
        "filename": ["css/portal.css"],
    }


def _catalogue(session: Session, estate: Estate, x: Market) -> None:
    """Give X a draft and something that waits for publication."""
    draft = make_module(session, x.provider, name="未公布的服务", state=ModuleState.DRAFT)
    extra = make_extra(session, draft)
    price = make_price(session, draft, effective_on=date(2027, 1, 1))
    submitted = make_module(session, x.provider, state=ModuleState.SUBMITTED, published_at=None)
    estate.things |= {
        "module_id": [draft.id],
        "extra_id": [extra.id],
        "price_id": [price.id],
        "policy_id": [x.stove.policy_id],
        "step": ["submit"],
        "key": [make_cluster(session).key],
        "center_type": ["test"],
        "home.language code": ["en"],
        **{
            f"catalogue.{name} module_id": [submitted.id]
            for name in ("publication_show", "publication_publish", "publication_send_back")
        },
        **{f"catalogue.{name} module_id": [x.hours.id] for name in ("desk_pause", "desk_withdraw")},
    }


def _laboratory(session: Session, estate: Estate, x: Market, uploads: Path) -> list[Base]:
    """Let A have something tested at X."""
    lab = equip(session, x)
    _, places = in_test(lab, uploads.parent / "licence.png", uploads)
    picture = uploads.parent / "licence.png"
    estate.things |= places | able(lab, picture, uploads) | at_the_desk(lab, picture, uploads)
    estate.things |= papers(lab, x, picture, uploads)
    estate.things |= reviewed(session, estate.people["assoc_staff"])
    administrator = session.get_one(Person, estate.people[Role.ENT_ADMIN.value][0])
    a = Firm(x.firm, administrator, actor_of(administrator, x.firm))
    estate.things |= met(session, a, estate.people["assoc_staff"], picture, uploads)
    estate.things |= enrolled(session, a, estate.people["assoc_staff"], picture, uploads)
    estate.things |= disciplined(session, x, estate.people["assoc_staff"], picture, uploads)
    places, on_the_board = interested(session, x)
    selected_no = places["board.post_matches no"][0]
    own_places, own_posts = posted(session, x, selected_no, picture, uploads)
    estate.things |= places | own_places | searched(session)
    return [*private_rows(lab), *on_the_board, *own_posts]


def _plant(session: Session, estate: Estate, x: Market, ordered: Iterable[Base]) -> None:
    """Plant canaries in what A and X keep to themselves."""
    session.flush()
    firm_id, centre_id = x.firm.id, x.provider.id
    x.firm.name, x.firm.short_name = f"示例·{canary('n')}", canary("n")

    def rows(model: Any, *conditions: Any) -> Iterable[Any]:
        return session.scalars(select(model).where(*conditions).order_by(model.id)).all()

    bookings = rows(Booking, Booking.organisation_id == firm_id)
    orders = rows(Order, Order.organisation_id == firm_id)
    payments = rows(Payment, Payment.order_id.in_([one.id for one in orders]))
    of_firm = [
        *ordered,
        *bookings,
        *orders,
        *(line for order in orders for line in (*order.lines, *order.refunds)),
        *payments,
        *rows(Attachment, Attachment.organisation_id == firm_id),
        *rows(JoinRequest, JoinRequest.organisation_id == firm_id),
        *rows(Verification, Verification.organisation_id == firm_id),
        *_people_of(session, firm_id),
        x.firm,
    ]
    his_mail = rows(Notification, Notification.person_id.in_([one.id for one in _people_of(session, firm_id)]))
    estate.planted |= plant([*of_firm, *his_mail], "a")
    drafts = session.scalars(select(type(x.hours)).where(type(x.hours).id == estate.things["module_id"][0])).all()
    of_centre = [*rows(Outage, Outage.resource_id == x.bench.id), *_people_of(session, centre_id), *drafts]
    estate.planted |= plant(of_centre, "x")


def _people_of(session: Session, organisation_id: int) -> list[Person]:
    statement = select(Person).join(Membership, Membership.person_id == Person.id)
    return list(session.scalars(statement.where(Membership.organisation_id == organisation_id).order_by(Person.id)))
