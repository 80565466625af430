"""Nobody reads or changes what belongs to another firm or another centre, by whichever door.

Everything private to firm A and centre X carries a canary (tests/factories/estate.py); outsiders try every address that
leads to it.
"""

import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from services.accounts.models import Person, PersonState
from services.core.notices import Notification
from services.jobs.worker import Worker
from services.mail.rendering import render
from services.organisations.models import Membership, Organisation, OrgState
from tests.factories.canaries import CANARY
from tests.factories.estate import CENTRE_ROLES, Estate
from tests.factories.jobs import Remembering
from tests.plumbing.estate import addresses, browser_of, digest, pages
from tests.portal.test_access import OWNERS, table

OUTSIDERS = [
    "visitor",
    "nobody",
    "rival",
    "rival's agent",
    "other centre",
    "other centre's clerk",
    "other department",
    "other association",
]
# They try every thing of a kind, in each state; the others one that is asked for by query and one by address.
THOROUGH = {"rival", "other centre"}
# A firm's name is public there, and nothing else of it.
PUBLIC_NAMES = {
    "association.show",
    "billing.desk_accounts",
    "booking.desk_new",
    "organisations.directory",
    "organisations.show",
    "organisations.join",
    "organisations.claim_one",
}
# The secret addresses of others, which are no secrets to the test.
SECRETS = {"booking.feed", "organisations.invitation", "training.offer"}
UNTOUCHED = frozenset({"attempt", "sign_in.seen_at"})
FILLED = {
    "reason": "因故",
    "remark": "备注",
    "delivery_note": "已交付",
    "amount": "1.00",
    "due": "1.00",
    "was": "20000",
    "method": "cash",
    "received_on": "2026-11-24",
    "refunded_on": "2026-11-24",
    "fee_fen": "0",
    "role": "ent_user",
    "level": "2",
    "name": "名称",
    "day": "2026-12-15",
    "starts_at": "2026-12-15T09:00",
    "other": "own",
    "purpose": "试样",
    "contact_name": "某人",
    "contact_phone": "13800000001",
    "on_account": "1",
    "units": "2",
    "period": "/",
    "shown_fee_fen": "0",
}


@pytest.fixture
def database_url(estate_url: str) -> str:
    return estate_url


def leaks(response: TestResponse, endpoint: str, estate: Estate) -> Iterator[str]:
    """Yield what the answer tells that it should not, its headers included."""
    told = response.get_data() + repr(response.headers).encode()
    for word in sorted(set(CANARY.findall(told.decode("utf-8", "replace")))):
        if not (word.startswith("canary-n-") and endpoint in PUBLIC_NAMES):
            yield f"{endpoint} tells {estate.planted.get(word, 'the name, or a canary')}"


def private(app: Flask, method: str) -> list[Rule]:
    """Return the rules that answer ``method`` and lead to what belongs to somebody else."""
    whose = {endpoint: row.whose for endpoint, row in table().items()}
    return [rule for rule in pages(app, method) if rule.arguments and whose[rule.endpoint]]


# Told on pages that the estate has no occasion for: a decided request, rules set aside.
UNSEEN = {
    "join_request.reason",
    "booking.override_reason",
    "verification.reason",
    "interest.contact_name",  # shown by sending a form, after the interest was accepted
    "interest.contact_phone",
}


def test_the_owners_read_what_is_planted(app, session, estate: Estate):
    shown = set()
    for who in ("agent", "ent_admin", "provider_admin", "sysadmin"):
        client = browser_of(app, session, estate, who)
        for rule in pages(app, "GET"):
            for address in addresses(app, estate, rule):
                told = client.get(address, buffered=True).get_data().decode("utf-8", "replace")
                shown |= {estate.planted.get(word) for word in CANARY.findall(told)}

    assert set(estate.planted.values()) - shown <= UNSEEN


def tried(app: Flask, estate: Estate, rule: Rule, who: str) -> list[str]:
    """Return the addresses of a rule that an outsider tries."""
    every = addresses(app, estate, rule)
    return every if who in THOROUGH else sorted({every[0], every[-1]})


def is_refused(response: TestResponse, who: str) -> bool:
    if who == "visitor":
        return response.status_code == 404 or (
            response.status_code in {302, 303} and "/accounts/sign-in" in response.location
        )
    return response.status_code in {403, 404}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_of_others_is_read(app, session, estate: Estate, who):
    client, faults = browser_of(app, session, estate, who), []
    belonging = private(app, "GET")
    for rule in pages(app, "GET"):
        if rule.endpoint in SECRETS:
            continue
        for address in tried(app, estate, rule, who):
            response = client.get(address, buffered=True)
            faults += leaks(response, rule.endpoint, estate)
            if rule in belonging and not is_refused(response, who):
                faults.append(f"{address}: {response.status}")

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_of_others_is_changed(app, session, estate: Estate, database_url, who):
    client, faults = browser_of(app, session, estate, who), []
    sent = FILLED | {"csrf_token": csrf_token(client), "acting_for": str(acting_for(estate, who) or "")}
    before = digest(database_url, leaving_out=UNTOUCHED)
    for rule in private(app, "POST"):
        if rule.endpoint == "organisations.invitation" and who == "nobody":
            continue  # the invitation is theirs
        for address in tried(app, estate, rule, who):
            response = client.post(address, data=sent | {"form_token": secrets.token_urlsafe(9)})
            faults += leaks(response, rule.endpoint, estate)
            if not is_refused(response, who):
                faults.append(f"{address}: {response.status}")

    assert not faults, "\n".join(faults)
    assert digest(database_url, leaving_out=UNTOUCHED) == before


def csrf_token(client: FlaskClient) -> str:
    """Return a token that counts for this browser."""
    page = client.get("/accounts/forgotten").text
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def acting_for(estate: Estate, who: str) -> int | None:
    return estate.people.get(who, (0, None))[1]


@pytest.mark.parametrize(
    ("who", "address", "data"),
    [
        ("other centre", "/bookings/desk/confirmations", {"chosen": "{request}"}),
        ("other centre", "/bookings/desk/outages/new?resource={resource}", {"kind": "breakdown"}),
        ("other centre", "/bookings/desk/new?firm={firm}&module={hours}", {"booked_for": "{agent}"}),
        ("other centre", "/services/desk/{other_module}/extras/{extra}", {"name": "加印", "amount": "1.00"}),
        ("other centre", "/services/desk/{other_module}/prices/{price}/remove", {}),
        ("rival", "/organisations/switch", {"organisation_id": "{firm}"}),
        ("rival", "/organisations/{firm}/people/{rival}/dismiss", {}),
        ("ent_admin", "/organisations/{firm}/people/{rival}/dismiss", {}),
    ],
)
def test_an_id_of_others_in_a_form_changes_nothing(app, session, estate: Estate, database_url, who, address, data):
    client, names = browser_of(app, session, estate, who), ids(estate)
    sent = FILLED | {"csrf_token": csrf_token(client), "acting_for": str(acting_for(estate, who))}
    before = digest(database_url, leaving_out=UNTOUCHED | {"form_receipt"})

    response = client.post(
        address.format(**names), data=sent | {name: value.format(**names) for name, value in data.items()}
    )

    assert digest(database_url, leaving_out=UNTOUCHED | {"form_receipt"}) == before
    if who != "ent_admin":
        assert not list(leaks(response, "a form", estate))


def ids(estate: Estate) -> dict[str, int]:
    return {
        "request": estate.things["booking.move booking_id"][0],
        "resource": estate.things["resource_id"][0],
        "firm": estate.things["organisation_id"][0],
        "hours": estate.things["catalogue.desk_pause module_id"][0],
        "agent": estate.things["person_id"][0],
        "other_module": estate.things["other centre's module"][0],
        "extra": estate.things["extra_id"][0],
        "price": estate.things["price_id"][0],
        "rival": estate.people["rival"][0],
    }


def test_a_receipt_is_shown_with_its_own_booking_only(app, session, estate: Estate):
    booking_id, payment_id = estate.things["rival's booking"][0], estate.things["payment_id"][0]

    response = browser_of(app, session, estate, "rival").get(f"/bookings/{booking_id}/receipts/{payment_id}")

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("rival", "/bookings/{}"),
        ("rival", "/bookings/{}/file"),
        ("rival", "/bookings/{}/booking.ics"),
        ("other centre", "/bookings/desk/{}"),
        ("other centre", "/services/desk/{}"),
        ("rival", "/organisations/licences/{}"),
    ],
)
def test_what_is_of_others_looks_like_what_is_not_there(app, session, estate: Estate, who, address):
    client = browser_of(app, session, estate, who)
    thing = estate.things["attachment_id" if "licences" in address else "booking_id"][0]
    if "services" in address:
        thing = estate.things["module_id"][0]
    bodies = {client.get(address.format(one)).text.replace(address.format(one), "…") for one in (thing, 2**31 - 1)}

    assert len(bodies) == 1


def test_letters_and_messages_tell_nobody_of_others(session, estate: Estate, engine):
    postman = Remembering()
    worker = Worker(engine, postman, timetable=())
    while worker.turn():
        pass
    session.expire_all()
    insiders = set(session.scalars(select(Membership.person_id).where(Membership.organisation_id.in_(homes(estate)))))
    addressees = {one.mobile: one for one in session.scalars(select(Person).order_by(Person.id))}
    strangers = [
        render(letter, site_name="平台", base_url="http://localhost")
        for letter, _ in postman.posted
        if addressees[letter.mobile].id not in insiders
    ]
    messages = session.scalars(select(Notification).where(Notification.person_id.not_in(insiders))).all()

    assert strangers
    assert len(strangers) < len(postman.posted)
    assert messages
    told = [f"{one.subject} {one.text} {one.html}" for one in strangers]
    told += [f"{one.message} {one.facts} {one.link}" for one in messages]
    assert not [words for text in told for words in CANARY.findall(text)]


def homes(estate: Estate) -> set[int | None]:
    """Return firm A and centre X."""
    return {estate.people[role.value][1] for role in (*OWNERS["firm"], *CENTRE_ROLES)}


def dismiss(app: Flask, session: Session, estate: Estate, person_id: int) -> None:
    admin = browser_of(app, session, estate, "ent_admin")
    firm_id = estate.things["organisation_id"][0]
    response = admin.post(
        f"/organisations/{firm_id}/people/{person_id}/dismiss",
        data={"csrf_token": csrf_token(admin), "acting_for": str(firm_id)},
    )
    assert response.status_code == 303


def disable(app: Flask, session: Session, estate: Estate, person_id: int) -> None:
    session.get_one(Person, person_id).state = PersonState.DISABLED


def suspend(app: Flask, session: Session, estate: Estate, person_id: int) -> None:
    session.get_one(Organisation, estate.things["organisation_id"][0]).state = OrgState.SUSPENDED


# What people were told stays theirs.
OWN_PAPERS = {"messages.index", "home.bench"}


@pytest.mark.parametrize("lose", [dismiss, disable, suspend])
def test_whoever_loses_the_right_is_out_at_the_next_click(app, session, estate: Estate, lose):
    person_id = estate.things["person_id"][0]
    client = browser_of(app, session, estate, "agent")
    assert client.get("/bookings").status_code == 200
    session.get_one(Person, person_id).name = "前同事"
    session.commit()
    lose(app, session, estate, person_id)
    session.commit()

    faults = []
    for rule in pages(app, "GET"):
        if rule.endpoint in OWN_PAPERS | {"organisations.invitation"}:
            continue
        for address in addresses(app, estate, rule):
            response = client.get(address, buffered=True)
            faults += leaks(response, rule.endpoint, estate)
    assert client.get("/bookings").status_code in {302, 403}
    assert not faults, "\n".join(faults)
