"""The second factor: each code serves once, five tries, recovery codes, and switching it on and off."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from services.accounts.credentials import check_present
from services.accounts.errors import OfferLapsed, SignInLapsed, TooManyTries, WrongFactor, WrongPassword
from services.accounts.factors import matching_step, offer
from services.accounts.models import Person, RecoveryCode, SignIn
from services.accounts.operations.factors import (
    FactorSet,
    clear_factor,
    renew_recovery_codes,
    set_factor,
    switch_factor_off,
)
from services.accounts.operations.sign_ins import Entry, begin, pass_second_factor
from services.accounts.queries import live_sign_in, live_sign_ins, recovery_codes_left
from services.accounts.vault import Vault
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed
from services.core.work import Work, working
from tests.factories.accounts import PASSWORD, RECOVERY_CODE, SECRET, give_factor, make_person

HOME = "192.0.2.7"


@pytest.fixture
def person(session, vault):
    someone = make_person(session)
    give_factor(session, someone, vault)
    session.commit()
    return someone


@pytest.fixture
def app_of(person):
    """Return what the person's app shows at a moment."""
    return pyotp.TOTP(SECRET).at


def waiting(session, person):
    with working(session, Actor.visitor(HOME)) as work:
        return begin(work, work.session.get(Person, person.id), browser="").token


def pass_with(session, vault, token, code, now=None):
    with working(session, Actor.visitor(HOME), now=now) as work:
        return pass_second_factor(work, vault, token, code)


def test_a_password_alone_opens_nothing(session, person):
    token = waiting(session, person)
    assert live_sign_in(session, token, clock.now()) is None
    assert live_sign_ins(session, person.id, clock.now()) == []


def test_the_code_begins_another_sign_in_under_another_token(session, vault, person, app_of):
    token = waiting(session, person)
    entry = pass_with(session, vault, token, app_of(clock.now()))
    assert isinstance(entry, Entry)
    assert entry.token != token
    assert live_sign_in(session, entry.token, clock.now()).passed_second_factor
    assert isinstance(pass_with(session, vault, token, app_of(clock.now() + timedelta(seconds=30))), SignInLapsed)


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_app_may_be_one_step_off(seconds, good, app_of):
    now = clock.now()
    assert (matching_step(SECRET, app_of(now + timedelta(seconds=seconds)), now) is not None) is good


def test_full_width_figures_and_spaces_are_understood(app_of):
    now = clock.now()
    code = app_of(now)
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in code)
    assert matching_step(SECRET, f" {wide[:3]} {wide[3:]} ", now)


def test_a_step_serves_once_even_in_two_sign_ins(session, vault, person, app_of):
    now = clock.now()
    first, second = waiting(session, person), waiting(session, person)
    assert isinstance(pass_with(session, vault, first, app_of(now), now), Entry)
    assert isinstance(pass_with(session, vault, second, app_of(now), now), WrongFactor)
    assert isinstance(pass_with(session, vault, second, app_of(now - timedelta(seconds=30)), now), WrongFactor)
    assert isinstance(pass_with(session, vault, second, app_of(now + timedelta(seconds=30)), now), Entry)


def test_five_tries_and_the_sign_in_is_over(session, vault, person, app_of):
    token, now = waiting(session, person), clock.now()
    for _ in range(5):
        assert isinstance(pass_with(session, vault, token, "no code"), WrongFactor)
    assert isinstance(pass_with(session, vault, token, app_of(now), now), TooManyTries)
    assert isinstance(pass_with(session, vault, token, app_of(now), now), SignInLapsed)


def test_ten_failures_over_several_sign_ins_close_the_door_for_a_quarter_of_an_hour(session, vault, person, app_of):
    for _ in range(2):
        token = waiting(session, person)
        for _ in range(5):
            pass_with(session, vault, token, "no code")
    assert isinstance(pass_with(session, vault, waiting(session, person), app_of(clock.now())), TooManyTries)


def test_the_second_factor_is_awaited_for_ten_minutes(session, vault, person, app_of):
    token, late = waiting(session, person), clock.now() + timedelta(minutes=10)
    assert isinstance(pass_with(session, vault, token, app_of(late), late), SignInLapsed)


def test_a_recovery_code_serves_once_and_its_owner_is_told(session, vault, person):
    first, second = waiting(session, person), waiting(session, person)
    assert isinstance(pass_with(session, vault, first, RECOVERY_CODE.upper().replace("-", " ")), Entry)
    assert isinstance(pass_with(session, vault, second, RECOVERY_CODE), WrongFactor)
    assert recovery_codes_left(session, person.id) == 0


def test_a_changed_secret_key_leaves_the_recovery_codes(session, person, app_of):
    other = Vault("another secret, after the first was lost for good", "second factor")
    token = waiting(session, person)
    assert isinstance(pass_with(session, other, token, app_of(clock.now())), WrongFactor)
    assert isinstance(pass_with(session, other, token, RECOVERY_CODE), Entry)


def test_the_secret_is_sealed(session, vault, person):
    stored = session.get(Person, person.id).totp_secret
    assert SECRET.encode() not in stored
    assert vault.unseal(stored) == SECRET
    assert Vault("a secret of the tests, long enough to be one", "something else").unseal(stored) is None
    assert vault.unseal(b"not sealed at all") is None


@pytest.fixture
def plain(session):
    """Return somebody without a second factor, signed in twice, and their work."""
    someone = make_person(session)
    session.commit()
    waiting(session, someone)
    waiting(session, someone)
    return someone


def acting(session, person, now=None):
    return Work(session, Actor(person.id, person.name, address=HOME), now or clock.now())


def sign_in_id(session, person):
    return session.scalars(
        select(SignIn.id).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).limit(1)
    ).one()


def set_up(session, vault, person, now=None):
    work = acting(session, person, now)
    chosen = offer(vault, person.id, work.now)
    code = pyotp.TOTP(chosen.secret).at(work.now)
    return chosen, code, set_factor(work, vault, chosen.sealed, code, sign_in_id=sign_in_id(session, person))


def test_setting_it_up_gives_ten_codes_and_ends_what_was_signed_in_before(session, vault, plain, promised):
    chosen, code, done = set_up(session, vault, plain)
    assert isinstance(done, FactorSet)
    assert len(set(done.recovery_codes)) == 10
    assert [one.passed_second_factor for one in live_sign_ins(session, plain.id, clock.now())] == [True]
    assert plain.has_second_factor
    assert vault.unseal(plain.totp_secret) == chosen.secret
    assert promised("mail.send")[0]["contact"] == plain.mobile
    session.commit()
    assert isinstance(pass_with(session, vault, waiting(session, plain), code), WrongFactor)
    assert isinstance(pass_with(session, vault, waiting(session, plain), done.recovery_codes[3]), Entry)


def test_a_wrong_first_code_sets_nothing(session, vault, plain):
    work = acting(session, plain)
    sealed = offer(vault, plain.id, work.now).sealed
    with pytest.raises(WrongFactor):
        set_factor(work, vault, sealed, "000000x", sign_in_id=sign_in_id(session, plain))
    assert not plain.has_second_factor


def test_an_offer_is_for_one_person_and_one_hour(session, vault, plain):
    work = acting(session, plain)
    foreign = offer(vault, plain.id + 1, work.now).sealed
    old = offer(vault, plain.id, work.now - timedelta(hours=1)).sealed
    for sealed in (foreign, old, "", "made up", "中文"):
        with pytest.raises(OfferLapsed):
            set_factor(work, vault, sealed, "123456", sign_in_id=sign_in_id(session, plain))


def checked(session, person, password=PASSWORD):
    return check_present(session, person, password, HOME, clock.now())


def test_new_recovery_codes_void_the_old(session, vault, plain):
    _, _, done = set_up(session, vault, plain)
    session.commit()
    assert isinstance(renew_recovery_codes(acting(session, plain), checked(session, plain, "wrong")), WrongPassword)
    fresh = renew_recovery_codes(acting(session, plain), checked(session, plain))
    session.commit()
    assert isinstance(pass_with(session, vault, waiting(session, plain), done.recovery_codes[0]), WrongFactor)
    assert isinstance(pass_with(session, vault, waiting(session, plain), fresh[0]), Entry)


def test_switching_it_off_asks_for_the_password_and_renews_the_sign_in(session, vault, plain):
    set_up(session, vault, plain)
    session.commit()
    own = sign_in_id(session, plain)
    refused = switch_factor_off(acting(session, plain), checked(session, plain, "wrong"), sign_in_id=own)
    assert isinstance(refused, WrongPassword)
    assert plain.has_second_factor
    entry = switch_factor_off(acting(session, plain), checked(session, plain), sign_in_id=own)
    session.flush()
    assert not plain.has_second_factor
    assert session.scalars(select(RecoveryCode)).all() == []
    assert [one.id != own for one in live_sign_ins(session, plain.id, clock.now())] == [True]
    assert live_sign_in(session, entry.token, clock.now())


def test_staff_clear_a_lost_factor(session, work, person):
    with pytest.raises(NotAllowed):
        clear_factor(acting(session, person), person.id, reason="")
    clear_factor(work, person.id, reason="Telephone lost")
    assert not session.get(Person, person.id).has_second_factor
