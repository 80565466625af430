"""What the register of an association has in the estate: A is its member, owes dues, and has an application returned."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.dues import BankLine, DuesMethod
from services.association.models.register import (
    ApplicationObjection,
    ApplicationState,
    CouncilSeat,
    Member,
    MemberRepresentative,
    Office,
)
from services.association.operations import bank, charters, payments, tables
from services.association.operations.payments import Money
from services.core import clock
from services.core.actor import Actor
from services.core.files import store
from services.core.permissions import Role
from services.core.uploads import examine
from services.core.work import Work
from services.organisations.models import Organisation
from tests.factories.board import Firm
from tests.factories.canaries import canary
from tests.factories.register import AMOUNTS, make_application, make_dues_table, make_invoice

STATEMENT = (
    "交易日期,交易流水号,对方户名,摘要,贷方金额\n2026-11-20,S1,{payer},{remark},10.00\n2026-11-20,S2,张三,退款,7.00\n"
)
PUBLIC = ("show", "charter", "members", "join")


def enrolled(
    session: Session, firm: Firm, staff: tuple[int, int], picture: Path, uploads: Path
) -> dict[str, list[Any]]:
    """Let A owe dues and pay a part of them; return what stands in addresses."""
    person_id, association_id = staff
    name = session.get_one(Person, person_id).name
    desk = Work(session, Actor(person_id, name, association_id, frozenset({Role.ASSOC_STAFF})), clock.now())
    member = session.scalars(
        select(Member).where(Member.organisation_id == firm.organisation.id, Member.association_id == association_id)
    ).one()
    make_dues_table(session, association_id)
    edition = charters.draft_edition(desk, association_id, "第一条 会员自愿入会")
    charters.adopt_edition(desk, edition.id, adopted_on=date(2026, 1, 5), meeting="会员大会")
    draft_edition = charters.draft_edition(desk, association_id, "第二版草案")
    draft = tables.prepare_table(desk, association_id, 2031, AMOUNTS)
    due_on = desk.today + timedelta(days=20)  # A has its rights, though it owes
    invoice = make_invoice(session, member, desk.today.year, issued_on=desk.today, due_on=due_on)
    invoice.reason = canary("a")
    money = Money(50_000, desk.today, "付款单位", DuesMethod.CASH)
    payment = payments.record_payment(desk, invoice.id, money)
    bank.take_in(desk, association_id, "一月.csv", STATEMENT.format(payer="付款单位", remark=invoice.no).encode())
    waiting, other = session.scalars(select(BankLine).order_by(BankLine.id)).all()
    bank.set_aside(desk, other.id, "退款")
    seat = CouncilSeat(
        association_id=association_id,
        organisation_id=firm.organisation.id,
        office=Office.DIRECTOR,
        from_on=date(2026, 1, 5),
    )
    session.add(seat)
    session.flush()
    representative = session.scalars(
        select(MemberRepresentative).where(MemberRepresentative.member_id == member.id)
    ).first()
    assert representative is not None
    return _applications(session, firm, desk, picture, uploads) | {
        "member_id": [member.id],
        "invoice_id": [invoice.id],
        "line_id": [waiting.id],
        "association.take_line_up line_id": [other.id],
        "table_id": [draft.id],
        "edition_id": [draft_edition.id],
        "seat_id": [seat.id],
        "representative_id": [representative.id],
        "association.desk_receipt payment_id": [payment.id],
        "association.receipt payment_id": [payment.id],
        "association.reverse_payment payment_id": [payment.id],
        **{f"association.{page} association_id": [association_id] for page in PUBLIC},
        "association.desk_members ?": ["standing=active", "q=canary", "leaving=1"],
        "association.desk_dues ?": [f"year={desk.today.year}&q=canary"],
        "association.desk_bank ?": ["state=booked", "state=set_aside"],
        "association.desk_applications ?": ["state=returned"],
    }


def _applications(session: Session, firm: Firm, desk: Work, picture: Path, uploads: Path) -> dict[str, list[Any]]:
    """One of A that was returned, with its file, and one of another firm that is in public notice."""
    association_id = desk.actor.organisation_id or 0
    with picture.open("rb") as stream:
        file = store(
            Work(session, firm.actor, clock.now()),
            uploads,
            examine(stream, "申请表.png"),
            organisation_id=firm.organisation.id,
            purpose="membership",
        )
    returned = make_application(
        session,
        association_id,
        firm,
        attachment_id=file.id,
        introduction=canary("a"),
        state=ApplicationState.RETURNED,
        state_reason=canary("a"),
    )
    other = Firm(session.get_one(Organisation, _another(session, firm)), firm.person, firm.actor)
    noticed = make_application(
        session,
        association_id,
        other,
        introduction="玻璃制品",
        state=ApplicationState.PUBLIC_NOTICE,
        notice_from_on=desk.today,
        notice_until_on=date(2027, 12, 31),
    )
    objection = ApplicationObjection(
        application_id=returned.id,
        organisation_id=other.organisation.id,
        person_id=firm.person.id,
        text=canary("a"),
        at=clock.now(),
    )
    session.add(objection)
    session.flush()
    return {
        "application_id": [returned.id],
        "association.object_to_application application_id": [noticed.id],
        "association.answer_objection objection_id": [objection.id],
    }


def _another(session: Session, firm: Firm) -> int:
    """Return an enterprise that is somebody else."""
    statement = select(Member.organisation_id).where(Member.organisation_id != firm.organisation.id)
    found = session.scalars(statement.order_by(Member.id)).first()
    assert found is not None
    return found
