"""What is looked at every night: items without an edition in force are closed, and what is about to end is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import selectinload

from services.accounts.models import Person
from services.catalogue.models import CenterType, ModuleState, Provider, Recognition, Resource, ServiceModule
from services.catalogue.operations.states import pause_module
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.capability_errors import EditionWithdrawn
from services.laboratory.models.capability import (
    Expiry,
    ExpiryNotice,
    ItemMethod,
    ScopeEntry,
    Signatory,
    TestItem,
)
from services.laboratory.queries.capability import WHOLE
from services.laboratory.queries.module_facts import facts_of
from services.laboratory.rules.editions import method_on, without_edition
from services.organisations.queries import holders_of
from services.standards.models import Standard, StandardState
from services.standards.queries import is_in

SENTENCES: dict[Expiry, str] = {
    Expiry.CERTIFICATE: N_("Your certificate “%(name)s” ends on %(day)s."),
    Expiry.SCOPE: N_("The scope of %(name)s ends on %(day)s."),
    Expiry.CALIBRATION: N_("The calibration of %(name)s ends on %(day)s."),
    Expiry.SIGNATORY: N_("The authorisation of %(name)s to sign reports ends on %(day)s."),
}

LINKS: dict[Expiry, str] = {
    Expiry.CERTIFICATE: "/laboratory/capability",
    Expiry.SCOPE: "/laboratory/capability/expiring",
    Expiry.CALIBRATION: "/laboratory/capability/instruments",
    Expiry.SIGNATORY: "/laboratory/capability/signatories",
}


@dataclass(frozen=True)
class Ending:
    """Something of a laboratory's capability that ends on a day, that day still included."""

    kind: Expiry
    provider_id: int
    subject_id: int
    name: str
    ends_on: date


def check_capabilities(work: Work) -> None:
    """Close published items that no edition in force is left for, and tell each laboratory what is about to end."""
    for item in _without_edition(work):
        if method_on(item, work.today) is None:
            pause_module(work, item.id, closing_words(item, work.today))
    for item in work.session.scalars(_published()):
        _follow_scope(work, item)
    until = work.today + timedelta(days=int(setting(work.session, "laboratory.certificate_warning_days")))
    for ending in endings(work, until):
        _tell_once(work, ending)


def closing_words(item: TestItem, day: date) -> str:
    """Return what clients read on the page of an item that is closed.

    Like every reason on a module's page it is content, in the language of the centres.
    """
    reason = without_edition(item, day)
    if isinstance(reason, EditionWithdrawn):
        old, new = reason.values["number"], reason.values["successor"]
        return f"{old} 已废止，由 {new} 替代。请按新标准另选项目，或向本中心咨询。"
    numbers = "、".join(method.standard.number for method in item.methods if method.ended_at is None)
    return (
        f"检测依据 {numbers} 目前不在有效期内。请另选项目，或向本中心咨询。" if numbers else "目前没有有效的检测依据。"
    )


def endings(work: Work, until: date) -> list[Ending]:
    """Return what ends from today until a day: certificates, scope, calibrations and authorisations."""
    return [*_certificates(work, until), *_scopes(work, until), *_calibrations(work, until), *_signatories(work, until)]


def _without_edition(work: Work) -> list[TestItem]:
    """Return the published items that have editions, none of them in force today."""
    method = exists().where(ItemMethod.item_id == TestItem.id)
    holding = method.where(
        ItemMethod.standard_id == Standard.id,
        or_(ItemMethod.ended_at.is_(None), ItemMethod.ended_at > work.now),
        is_in(StandardState.CURRENT, work.today),
    )
    statement = (
        select(TestItem)
        .join(ServiceModule, ServiceModule.id == TestItem.id)
        .where(ServiceModule.state == ModuleState.PUBLISHED, method, ~holding)
        .options(selectinload(TestItem.methods).joinedload(ItemMethod.standard).joinedload(Standard.successor))
        .order_by(TestItem.id)
    )
    return list(work.session.scalars(statement))


def _published() -> Select[TestItem]:
    """Return the statement for the published items, with their editions and scope."""
    statement = select(TestItem).join(ServiceModule, ServiceModule.id == TestItem.id)
    return statement.where(ServiceModule.state == ModuleState.PUBLISHED).options(*WHOLE).order_by(TestItem.id)


def _follow_scope(work: Work, item: TestItem) -> None:
    """Let the catalogue tell the mark that the edition in force today really has: for lists, cards and choices."""
    facts, module = facts_of(item, work.today), item.module
    if facts.in_force is None or module.recognition is facts.recognition:
        return
    before, module.recognition = module.recognition, facts.recognition
    number = facts.in_force.standard.number
    is_marked = facts.recognition is not Recognition.NONE
    module.recognition_note = f"依据 {number}，" + ("在证书范围内。" if is_marked else "不在证书范围内，报告不带标志。")
    work.record("module.recognition_followed", module, recognition=[before, facts.recognition], standard=number)


def _certificates(work: Work, until: date) -> list[Ending]:
    statement = select(Provider).where(
        Provider.center_type == CenterType.TEST, Provider.qualified_until.between(work.today, until)
    )
    return [
        Ending(Expiry.CERTIFICATE, one.id, one.id, one.qualification, one.qualified_until)
        for one in work.session.scalars(statement.order_by(Provider.id))
        if one.qualified_until is not None
    ]


def _scopes(work: Work, until: date) -> list[Ending]:
    """Return the scope entries that nothing follows."""
    later = select(ScopeEntry).subquery()
    is_followed = exists().where(
        later.c.method_id == ScopeEntry.method_id,
        later.c.mark == ScopeEntry.mark,
        later.c.valid_until > ScopeEntry.valid_until,
    )
    statement = (
        select(ScopeEntry.id, ScopeEntry.valid_until, ServiceModule.provider_id, ServiceModule.name, Standard.number)
        .join(ItemMethod, ItemMethod.id == ScopeEntry.method_id)
        .join(ServiceModule, ServiceModule.id == ItemMethod.item_id)
        .join(Standard, Standard.id == ItemMethod.standard_id)
        .where(ScopeEntry.valid_until.between(work.today, until), ItemMethod.ended_at.is_(None), ~is_followed)
        .order_by(ScopeEntry.id)
    )
    return [
        Ending(Expiry.SCOPE, provider_id, key, f"{name}（{number}）", ends_on)
        for key, ends_on, provider_id, name, number in work.session.execute(statement)
    ]


def _calibrations(work: Work, until: date) -> list[Ending]:
    """Return the instruments by the day that the latest calibration of each names."""
    statement = select(Resource).where(Resource.calibration_due_on.between(work.today, until)).order_by(Resource.id)
    return [
        Ending(Expiry.CALIBRATION, one.provider_id, one.id, f"{one.name}（{one.code}）", one.calibration_due_on)
        for one in work.session.scalars(statement)
        if one.calibration_due_on is not None
    ]


def _signatories(work: Work, until: date) -> list[Ending]:
    last = func.max(Signatory.valid_until)
    statement = (
        select(Signatory.provider_id, Signatory.person_id, Signatory.field, func.max(Signatory.id), last)
        .group_by(Signatory.provider_id, Signatory.person_id, Signatory.field)
        .having(last.between(work.today, until))
        .order_by(Signatory.person_id, Signatory.field)
    )
    rows = work.session.execute(statement).all()
    signatory_names = (
        select(Signatory.id, Person.name)
        .join(Person, Person.id == Signatory.person_id)
        .where(Signatory.id.in_([row[3] for row in rows]))
    )
    names: dict[int, str] = dict(work.session.execute(signatory_names).all())
    return [Ending(Expiry.SIGNATORY, provider_id, key, names[key], ends_on) for provider_id, _, _, key, ends_on in rows]


def _tell_once(work: Work, ending: Ending) -> None:
    """Tell the administrators of the laboratory, unless they have been told."""
    is_new = insert_unless_taken(
        work.session,
        ExpiryNotice,
        kind=ending.kind,
        subject_id=ending.subject_id,
        ends_on=ending.ends_on,
        told_at=work.now,
    )
    if not is_new:
        return
    for person_id in work.session.scalars(holders_of(Permission.CAPABILITY_EDIT, ending.provider_id)).all():
        work.tell(
            person_id,
            SENTENCES[ending.kind],
            link=LINKS[ending.kind],
            name=ending.name,
            day=ending.ends_on,
        )
