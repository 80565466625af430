"""Signing in: limits that hold, tokens that die, and no word to strangers about who exists."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.accounts.credentials import check_present, check_sign_in
from services.accounts.errors import AccountDisabled, TooManyTries, WrongCredentials
from services.accounts.models import Attempt, Person, PersonState, SignIn
from services.accounts.operations import passwords as password_operations
from services.accounts.operations.passwords import change_password
from services.accounts.operations.people import disable_person, enable_person
from services.accounts.operations.sign_ins import (
    Entry,
    end_other_sign_ins,
    end_sign_in,
    end_sign_ins,
    note_seen,
    sign_in,
)
from services.accounts.passwords import NewPassword
from services.accounts.queries import live_sign_in, live_sign_ins
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound
from services.core.permissions import Role
from services.core.work import Work, working
from tests.factories.accounts import PASSWORD, QUICK_HASH, make_person

HOME, ELSEWHERE = "192.0.2.7", "203.0.113."


def try_in(session, login, password=PASSWORD, address=HOME, later=timedelta()):
    """Sign in as a request does: compare first, then act in a transaction."""
    with working(session, Actor.visitor(address)) as work:
        now = work.now + later
    check = check_sign_in(session, login, password, address, now)
    with working(session, Actor.visitor(address), now=now) as work:
        return sign_in(work, check, browser="Firefox/140")


@pytest.mark.parametrize("login", ["g01_admin", "G01_Admin", "138 0013 8000", "+8613800138000", "Li@Example.com"])
def test_people_sign_in_with_any_of_their_names(session, login):
    make_person(session, login="g01_admin", mobile="13800138000", email="li@example.com")
    session.commit()
    entry = try_in(session, login)
    assert isinstance(entry, Entry)
    assert not entry.needs_second_factor


def test_a_sign_in_is_live_until_it_is_idle_for_three_hours_or_twelve_old(session, work):
    person = make_person(session)
    session.commit()
    token = try_in(session, person.mobile).token
    began = live_sign_in(session, token, work.now).started_at
    assert live_sign_in(session, token, began + timedelta(hours=2, minutes=59))
    assert live_sign_in(session, token, began + timedelta(hours=3)) is None
    own = session.scalars(select(SignIn)).one()
    for hours in (2, 4, 6, 8, 10):
        note_seen(Work(session, work.actor, began + timedelta(hours=hours)), own.id)
    session.expire_all()
    assert live_sign_in(session, token, began + timedelta(hours=11, minutes=59))
    assert live_sign_in(session, token, began + timedelta(hours=12)) is None


def test_being_seen_is_noted_every_five_minutes_at_most(session, work):
    person = make_person(session)
    session.commit()
    try_in(session, person.mobile)
    own = session.scalars(select(SignIn)).one()
    began, number = own.seen_at, own.id
    note_seen(Work(session, work.actor, began + timedelta(minutes=4)), number)
    session.expire_all()
    assert session.get(SignIn, number).seen_at == began
    note_seen(Work(session, work.actor, began + timedelta(minutes=6)), number)
    session.expire_all()
    assert session.get(SignIn, number).seen_at == began + timedelta(minutes=6)


def test_the_token_is_not_stored(session):
    person = make_person(session)
    session.commit()
    token = try_in(session, person.mobile).token
    assert token not in session.scalars(select(SignIn.token_hash)).one()


@pytest.mark.parametrize("login", ["13800138000", "13800138001", "nobody", "", "x" * 300])
def test_five_failures_close_the_door_whether_the_account_exists_or_not(session, login):
    make_person(session, mobile="13800138000")
    session.commit()
    answers = [try_in(session, login, "wrong") for _ in range(6)]
    assert [type(one) for one in answers] == [WrongCredentials] * 5 + [TooManyTries]


def test_a_closed_door_stays_closed_for_the_right_password_after_a_restart_and_opens_by_itself(session, new_session):
    make_person(session, mobile="13800138000")
    session.commit()
    for _ in range(5):
        try_in(session, "13800138000", "wrong")
    afresh = new_session()
    assert isinstance(try_in(afresh, "13800138000"), TooManyTries)
    assert isinstance(try_in(afresh, "13800138000", later=timedelta(minutes=15, seconds=1)), Entry)


def test_failures_under_every_name_of_an_account_count_together(session):
    make_person(session, login="g01_admin", mobile="13800138000", email="li@example.com")
    session.commit()
    for login in ("g01_admin", "13800138000", "li@example.com", "G01_ADMIN", "+86 13800138000"):
        try_in(session, login, "wrong")
    assert isinstance(try_in(session, "g01_admin"), TooManyTries)


def fail(session, check):
    with working(session, Actor.visitor()) as work:
        assert isinstance(sign_in(work, check, browser=""), WrongCredentials)


def another_account(limit, number):
    return dataclasses.replace(limit, subject=limit.subject.replace("13900000000", f"{number}"))


def test_a_stranger_does_not_lock_the_owner_out_of_a_known_place(session):
    make_person(session, mobile="13800138000")
    session.commit()
    assert isinstance(try_in(session, "13800138000"), Entry)
    for number in range(25):
        fail(session, check_sign_in(session, "13800138000", "wrong", f"{ELSEWHERE}{number}", clock.now()))
    assert isinstance(try_in(session, "13800138000", address=f"{ELSEWHERE}99"), TooManyTries)
    assert isinstance(try_in(session, "13800138000"), Entry)


def test_spraying_many_accounts_from_one_address_is_stopped(session):
    make_person(session, mobile="13800138000")
    session.commit()
    check = check_sign_in(session, "13900000000", "wrong", HOME, clock.now())
    for number in range(50):
        fail(session, dataclasses.replace(check, limits=tuple(another_account(one, number) for one in check.limits)))
    assert isinstance(try_in(session, "13800138000"), TooManyTries)
    assert isinstance(try_in(session, "13800138000", address=f"{ELSEWHERE}1"), Entry)


def test_a_right_password_forgets_the_failures_before(session):
    make_person(session, mobile="13800138000")
    session.commit()
    for _ in range(2):
        for _ in range(4):
            try_in(session, "13800138000", "wrong")
        assert isinstance(try_in(session, "13800138000"), Entry)


def test_a_password_changed_between_comparing_and_entering_does_not_open(session):
    person = make_person(session)
    session.commit()
    check = check_sign_in(session, person.mobile, PASSWORD, HOME, person.created_at)
    with working(session, Actor.system("test")) as work:
        work.session.get(Person, check.person_id).password_hash = "-"
    with working(session, Actor.visitor(HOME)) as work:
        assert isinstance(sign_in(work, check, browser=""), WrongCredentials)


def test_whoever_knows_the_password_of_a_disabled_account_is_told_so_and_others_are_not(session):
    person = make_person(session, state=PersonState.DISABLED)
    session.commit()
    assert isinstance(try_in(session, person.mobile), AccountDisabled)
    assert isinstance(try_in(session, person.mobile, "wrong"), WrongCredentials)
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_counting_is_exact_however_many_come_together(session, new_session):
    person = make_person(session)
    session.commit()
    rivals = [new_session() for _ in range(8)]
    checks = [check_sign_in(one, person.mobile, "wrong", HOME, person.created_at) for one in rivals]
    right = check_sign_in(session, person.mobile, PASSWORD, HOME, person.created_at)
    answers = []
    for rival, check in zip(rivals, checks, strict=True):
        with working(rival, Actor.visitor(HOME)) as work:
            answers.append(type(sign_in(work, check, browser="")))
    assert answers == [WrongCredentials] * 5 + [TooManyTries] * 3
    with working(session, Actor.visitor(HOME)) as work:
        assert isinstance(sign_in(work, right, browser=""), TooManyTries)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 15  # five, under three subjects each


def acting(session, person):
    return Work(session, Actor(person.id, person.name, address=HOME), person.created_at)


def test_ending_one_of_ones_own_sign_ins(session, work):
    mine, theirs = make_person(session), make_person(session)
    session.commit()
    token, other = try_in(session, mine.mobile).token, try_in(session, theirs.mobile).token
    own, foreign = live_sign_in(session, token, work.now), live_sign_in(session, other, work.now)
    with pytest.raises(NotFound):
        end_sign_in(acting(session, mine), foreign.id)
    with pytest.raises(NotFound):
        end_other_sign_ins(acting(session, mine), foreign.id)
    end_sign_in(acting(session, mine), own.id)
    session.flush()
    assert live_sign_in(session, token, work.now) is None
    assert live_sign_in(session, other, work.now) is not None


def test_ending_all_others(session, work):
    person = make_person(session)
    session.commit()
    tokens = [try_in(session, person.mobile).token for _ in range(3)]
    own = live_sign_in(session, tokens[1], work.now)
    assert end_other_sign_ins(acting(session, person), own.id) == 2
    assert [live_sign_in(session, one, work.now) is not None for one in tokens] == [False, True, False]
    assert [one.id for one in live_sign_ins(session, person.id, work.now)] == [own.id]


def test_changing_the_password_ends_every_sign_in_and_begins_a_new_one(session, work, promised):
    person = make_person(session)
    session.commit()
    tokens = [try_in(session, person.mobile).token for _ in range(2)]
    own = live_sign_in(session, tokens[0], work.now)
    own.organisation_id = 7
    new = NewPassword.choose("eleven copper kettles")
    check = check_present(session, person, PASSWORD, HOME, work.now)
    entry = change_password(acting(session, person), check, new, sign_in_id=own.id)
    session.flush()
    assert [live_sign_in(session, one, work.now) for one in tokens] == [None, None]
    assert live_sign_in(session, entry.token, work.now).organisation_id == 7
    assert [one["person_id"] for one in promised("mail.password_changed")] == [person.id]


def test_a_wrong_present_password_changes_nothing_and_is_counted(session, work):
    person = make_person(session)
    session.commit()
    own = live_sign_in(session, try_in(session, person.mobile).token, work.now)
    for expected in [password_operations.WrongPassword] * 5 + [TooManyTries]:
        check = check_present(session, person, "wrong", HOME, work.now)
        answer = change_password(acting(session, person), check, NewPassword(QUICK_HASH), sign_in_id=own.id)
        assert isinstance(answer, expected)
    assert session.get(Person, person.id).password_hash == QUICK_HASH
    assert own.ended_at is None


def manager(session):
    person = make_person(session)
    return Work(session, Actor(person.id, person.name, 1, frozenset({Role.SYSADMIN})), person.created_at)


def test_a_disabled_person_is_out_at_once_and_may_come_back(session, work):
    person = make_person(session)
    session.commit()
    token = try_in(session, person.mobile).token
    admin = manager(session)
    disable_person(admin, person.id, reason="Left the firm")
    disable_person(admin, person.id, reason="Twice")
    assert live_sign_in(session, token, work.now) is None
    enable_person(admin, person.id, reason="Came back")
    assert live_sign_in(session, token, work.now) is None
    session.commit()
    assert isinstance(try_in(session, person.mobile), Entry)


def test_staff_end_all_sign_ins_of_a_person(session, work):
    person = make_person(session)
    session.commit()
    token = try_in(session, person.mobile).token
    end_sign_ins(manager(session), person.id)
    assert live_sign_in(session, token, work.now) is None


@pytest.mark.parametrize(
    "manage", [lambda w, i: disable_person(w, i, reason=""), lambda w, i: enable_person(w, i, reason=""), end_sign_ins]
)
def test_only_the_operator_manages_people(session, manage):
    person = make_person(session)
    with pytest.raises(NotAllowed):
        manage(acting(session, person), person.id)
    with pytest.raises(NotFound):
        manage(manager(session), 999_999)
