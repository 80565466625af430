"""What happens to a member: its representatives, its level and seats, its exit and its expulsion."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.association.errors import (
    DayPassed,
    MembershipOver,
    NotBeforeStart,
    NotOurPerson,
    ReasonMissing,
    SeatTaken,
)
from services.association.models.register import (
    CouncilSeat,
    Ending,
    Member,
    MemberRepresentative,
    Office,
    Representation,
    Tier,
)
from services.association.operations.settling import cut_terms
from services.association.operations.standings import locked_member, note_member, refresh
from services.association.operations.telling import tell_member, tell_office
from services.association.queries.members import is_in_membership, share_a_cluster
from services.core import links
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import acts_for

DAY = timedelta(days=1)


def own_member(work: Work, member_id: int) -> Member:
    """Return the entry of the actor's own organisation, or one of the actor's association; locked. NotFound for others."""
    allowed = [one for one in (Permission.MEMBERSHIP_ACT, Permission.MEMBER_MANAGE) if work.actor.may(one)]
    if not allowed:
        work.require(Permission.MEMBERSHIP_ACT)
    member = locked_member(work, member_id)
    own = work.actor.may(Permission.MEMBERSHIP_ACT, member.organisation_id)
    if not own and not work.actor.may(Permission.MEMBER_MANAGE, member.association_id):
        raise NotFound
    return member


def desk_member(work: Work, member_id: int) -> Member:
    """Return a member of the actor's association, locked; NotFound for any other."""
    work.require(Permission.MEMBER_MANAGE)
    member = locked_member(work, member_id)
    work.require(Permission.MEMBER_MANAGE, scope=member.association_id)
    return member


def name_representative(
    work: Work, member_id: int, role: Representation, person_id: int, from_on: date
) -> MemberRepresentative:
    """Let a person represent a member in a matter from a day on; whoever did so before does until the day before."""
    member = own_member(work, member_id)
    if not is_in_membership(member):
        raise MembershipOver
    if not acts_for(work.session, person_id, member.organisation_id):
        raise NotOurPerson
    if from_on < work.today:
        raise DayPassed
    _end_present(work, member, role, from_on - DAY)
    made = MemberRepresentative(member_id=member.id, person_id=person_id, role=role, from_on=from_on)
    work.session.add(made)
    work.session.flush()
    note_member(work, member, "representative", role=role.value, person_id=person_id, from_on=from_on)
    work.record("member.representative", member, role=role, person_id=person_id, from_on=from_on)
    return made


def end_representative(work: Work, representative_id: int) -> None:
    """Let a person represent a member no more from today on."""
    allowed = work.actor.may(Permission.MEMBERSHIP_ACT) or work.actor.may(Permission.MEMBER_MANAGE)
    found = work.session.get(MemberRepresentative, representative_id) if allowed else None
    if found is None:
        work.require(Permission.MEMBERSHIP_ACT)
        raise NotFound
    member = own_member(work, found.member_id)
    _end_present(work, member, found.role, work.today - DAY)
    note_member(work, member, "representative_ended", role=found.role.value)
    work.record("member.representative_ended", member, role=found.role)


def set_tier(work: Work, member_id: int, tier: Tier) -> None:
    """Give a member another level of dues; it counts from the next dues that are asked for."""
    member = desk_member(work, member_id)
    note_member(work, member, "tier", before=member.tier.value, after=tier.value)
    work.record("member.tier", member, before=member.tier, after=tier)
    member.tier = tier
    member.version += 1


def give_seat(work: Work, association_id: int, organisation_id: int, office: Office, from_on: date) -> CouncilSeat:
    """Let an organisation hold an office from a day on. Raises SeatTaken while it holds another."""
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    if not share_a_cluster(work.session, association_id, organisation_id):
        raise NotFound
    seat = CouncilSeat(association_id=association_id, organisation_id=organisation_id, office=office, from_on=from_on)
    work.session.add(seat)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise SeatTaken from clash
    work.record("seat.given", seat, organisation_id=organisation_id, office=office, from_on=from_on)
    return seat


def end_seat(work: Work, seat_id: int, until_on: date) -> None:
    """End an office; ``until_on`` is its last day."""
    work.require(Permission.MEMBER_MANAGE)
    seat = work.session.get(CouncilSeat, seat_id, with_for_update={"of": CouncilSeat})
    if seat is None:
        raise NotFound
    work.require(Permission.MEMBER_MANAGE, scope=seat.association_id)
    if until_on < seat.from_on:
        raise NotBeforeStart
    seat.until_on = until_on
    work.record("seat.ended", seat, until_on=until_on)


def ask_exit(work: Work, member_id: int, reason: str) -> None:
    """A member asks to leave; the secretariat sets the day. Membership is voluntary: no reason is needed."""
    work.require(Permission.MEMBERSHIP_ACT)
    member = own_member(work, member_id)
    work.require(Permission.MEMBERSHIP_ACT, scope=member.organisation_id)
    if not is_in_membership(member):
        raise MembershipOver
    if member.exit_asked_on is None:
        member.exit_asked_on = work.today
        note_member(work, member, "exit_asked", reason=reason)
        work.record("member.exit_asked", member, reason=reason)
        message = N_("Member %(no)s asks to leave.")
        tell_office(work, member.association_id, message, links.member_desk(member.id), no=member.no)


def take_back_exit(work: Work, member_id: int) -> None:
    """A member stays after all, as long as no day has been set."""
    work.require(Permission.MEMBERSHIP_ACT)
    member = own_member(work, member_id)
    work.require(Permission.MEMBERSHIP_ACT, scope=member.organisation_id)
    if member.exit_asked_on is None or member.ended_on is not None:
        raise NotFound
    member.exit_asked_on = None
    note_member(work, member, "exit_taken_back")
    work.record("member.exit_taken_back", member)


def confirm_exit(work: Work, member_id: int, outside_on: date) -> None:
    """Let a member that asked to leave be outside from a day on."""
    member = desk_member(work, member_id)
    if member.exit_asked_on is None or not is_in_membership(member):
        raise NotFound
    if outside_on < work.today:
        raise DayPassed(field="outside_on")
    end_membership(work, member, Ending.EXITED, outside_on)
    tell_member(
        work,
        member,
        N_("Your membership ends; %(day)s is the first day outside."),
        Representation.CONTACT,
        day=outside_on,
    )


def expel(work: Work, member_id: int, *, reason: str, motion_id: int) -> bool:
    """Expel a member from today on, as a meeting has decided; tell whether it was still one."""
    member = locked_member(work, member_id)
    if not reason.strip():
        raise ReasonMissing
    if not is_in_membership(member):
        return False
    end_membership(work, member, Ending.EXPELLED, work.today, reason=reason, motion_id=motion_id)
    message = N_("Your organisation has been expelled from the association: %(reason)s")
    tell_member(work, member, message, Representation.CONTACT, reason=reason)
    return True


def end_membership(
    work: Work, member: Member, ending: Ending, outside_on: date, *, reason: str = "", motion_id: int | None = None
) -> None:
    """End a membership: its terms, seats and representatives end the day before; the member's row is locked."""
    member.ended_on, member.ended_as, member.ended_reason = outside_on, ending, reason
    cut_terms(work, member, outside_on)
    seats = select(CouncilSeat).where(
        CouncilSeat.association_id == member.association_id,
        CouncilSeat.organisation_id == member.organisation_id,
        CouncilSeat.until_on.is_(None) | (CouncilSeat.until_on >= outside_on),
    )
    for seat in work.session.scalars(seats).all():
        seat.until_on = max(seat.from_on, outside_on - DAY)
    for role in Representation:
        _end_present(work, member, role, outside_on - DAY)
    note_member(work, member, ending.value, reason=reason, on=outside_on)
    work.record(f"member.{ending.value}", member, on=outside_on, reason=reason, motion_id=motion_id)
    refresh(work, member)


def _end_present(work: Work, member: Member, role: Representation, until_on: date) -> None:
    """Whoever represents a member beyond a day does so until that day; one that begins later never does."""
    statement = select(MemberRepresentative).where(
        MemberRepresentative.member_id == member.id,
        MemberRepresentative.role == role,
        MemberRepresentative.until_on.is_(None) | (MemberRepresentative.until_on > until_on),
    )
    for one in work.session.scalars(statement).all():
        if one.from_on > until_on:
            work.session.delete(one)
        else:
            one.until_on = until_on
    work.session.flush()
