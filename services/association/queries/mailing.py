"""Reads of mailings and templates, and the preview of a letter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.accounts.models import Person
from services.association.models.notices import Mailing, MailingReader, MailTemplate
from services.association.queries.readers import Addressee
from services.association.rules.letters import filled
from services.core.errors import NotFound
from services.organisations.models import Organisation

MOST_TEMPLATES = 100


def values_for(one: Addressee, association: Organisation) -> dict[str, str]:
    """Return what the places of a letter to this reader are filled with."""
    return {
        "企业": one.member.organisation.name,
        "姓名": one.person.name,
        "会员编号": one.member.no,
        "协会": association.name,
    }


@dataclass(frozen=True)
class Preview:
    """A letter as one reader gets it."""

    reader: str
    firm: str
    subject: str
    text: str


def preview(mailing: Mailing, association: Organisation, one: Addressee) -> Preview:
    """Return the letter with its places filled for this reader."""
    values = values_for(one, association)
    return Preview(
        one.person.name,
        one.member.organisation.label,
        filled(mailing.subject, values),
        filled(mailing.text, values),
    )


def mailings(association_id: int) -> Select[Mailing]:
    """Select the mailings of an association, the newest first."""
    return select(Mailing).where(Mailing.association_id == association_id).order_by(Mailing.id.desc())


def mailing_of(session: Session, association_id: int | None, mailing_id: int) -> Mailing:
    """Return a mailing of the association. Raises NotFound for that of another."""
    statement = (
        select(Mailing)
        .options(joinedload(Mailing.association))
        .where(Mailing.id == mailing_id, Mailing.association_id == association_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def templates(session: Session, association_id: int) -> list[MailTemplate]:
    """Return the templates of an association, by name."""
    statement = (
        select(MailTemplate)
        .where(MailTemplate.association_id == association_id)
        .order_by(MailTemplate.name)
        .limit(MOST_TEMPLATES)
    )
    return list(session.scalars(statement))


def template_of(session: Session, association_id: int | None, template_id: int) -> MailTemplate:
    """Return a template of the association. Raises NotFound for that of another."""
    found = session.get(MailTemplate, template_id)
    if found is None or found.association_id != association_id:
        raise NotFound
    return found


def readers_of(mailing_id: int) -> Select[MailingReader]:
    """Select to whom a mailing went, by their names."""
    return (
        select(MailingReader)
        .join(MailingReader.person)
        .options(contains_eager(MailingReader.person), joinedload(MailingReader.organisation))
        .where(MailingReader.mailing_id == mailing_id)
        .order_by(Person.name, MailingReader.id)
    )


def reader_counts(session: Session, mailing_ids: Iterable[int]) -> dict[int, int]:
    """Return how many readers each of the mailings has."""
    statement = (
        select(MailingReader.mailing_id, func.count())
        .where(MailingReader.mailing_id.in_(list(mailing_ids)))
        .group_by(MailingReader.mailing_id)
        .order_by(MailingReader.mailing_id)
    )
    return dict(session.execute(statement).all())
