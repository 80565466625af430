"""The options of an order: what is judged, when it is wished for, whom to call, and what is refused beside its field."""

import re

import pytest

from services.catalogue.models import PriceExtra
from services.laboratory.models.commissions import Commission
from tests.factories.ordering import make_draft
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form

GIVEN = {"contact_name": "周厂长", "contact_phone": "13800000009"}


@pytest.fixture
def firm(client, lab):
    """Return a browser of the firm's agent."""
    return as_person(client, lab.agent, lab.firm)


def fields(response, holding):
    """Return what a browser would send for the form that has the named field."""
    return fields_of(form_of(page_of(response), holding={holding}))


def test_options_are_kept(firm, lab):
    lab.stress.may_subcontract = True
    lab.session.add(PriceExtra(module_id=lab.stress.id, code="pick-up", name="上门取样", amount_fen=5000))
    commission = make_draft(lab)

    response = post_form(
        firm,
        f"/testing/{commission.id}/options",
        contact_name="周厂长",
        contact_phone="13800000009",
        is_judged="y",
        limit_set=str(lab.limits.id),
        extras=["pick-up"],
        may_subcontract="y",
        paper_copies="2",
        remarks="轻放",
    )

    assert response.location == f"/testing/{commission.id}/confirm"
    lab.session.rollback()
    commission = lab.session.get(Commission, commission.id)
    assert (commission.limit_set_id, commission.extras, commission.paper_copies) == (lab.limits.id, ["pick-up"], 2)
    assert commission.subcontract_consent_by_id == lab.agent.id


def test_wrong_options_keep_what_was_typed(firm, lab):
    commission = make_draft(lab)

    response = post_form(
        firm,
        f"/testing/{commission.id}/options",
        contact_name="",
        contact_phone="13800000009",
        paper_copies="99",
        wished_on="soon",
        remarks="轻放",
    )

    assert response.status_code == 400
    page = page_of(response)
    assert len(page.select(".error-summary li")) == 3
    assert page.select_one("#remarks").get_text().strip() == "轻放"


def test_tests_without_limits_are_not_offered_to_be_judged(firm, lab):
    commission = make_draft(lab, lab.adhesion)
    address = f"/testing/{commission.id}/options"

    page = page_of(firm.get(address))
    assert page.select_one("#is_judged") is None
    assert f"{lab.adhesion.module.name}：无判定限值" in page.get_text()

    forged = {"is_judged": "y", "limit_set": str(lab.limits.id)}
    response = firm.post(address, data=fields(firm.get(address), "contact_name") | GIVEN | forged)
    lab.session.rollback()
    assert response.location == f"/testing/{commission.id}/confirm"
    assert not lab.session.get(Commission, commission.id).is_judged


def test_each_test_says_by_what_it_can_be_judged(firm, lab):
    commission = make_draft(lab, lab.stress, lab.adhesion)

    shown = page_of(firm.get(f"/testing/{commission.id}/options")).get_text()

    assert f"{lab.stress.module.name}：可按{lab.limits.name}判定" in shown
    assert f"{lab.adhesion.module.name}：无判定限值" in shown


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"is_judged": "y", "limit_set": ""}, "limit_set"),
        ({"wished_on": "2026-01-05"}, "wished_on"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"extras": ["free-lunch"]}, "extras"),
    ],
)
def test_what_cannot_be_done_is_refused_beside_its_field(firm, lab, typed, field):
    lab.session.add(PriceExtra(module_id=lab.stress.id, code="pick-up", name="上门取样", amount_fen=5000))
    commission = make_draft(lab)

    response = post_form(firm, f"/testing/{commission.id}/options", **(GIVEN | {"remarks": "轻放"} | typed))

    page = page_of(response)
    assert response.status_code in {400, 409}
    assert re.search("[一-鿿]", page.select_one(f"#{field}-notes .field__error").get_text())
    assert page.select_one("#remarks").get_text().strip() == "轻放"


@pytest.mark.parametrize("typed", ["0514-88000001", "138 0000 0009", "400-800-1234"])
def test_a_mobile_number_or_a_landline_can_be_called(firm, lab, typed):
    commission = make_draft(lab)

    response = post_form(firm, f"/testing/{commission.id}/options", **(GIVEN | {"contact_phone": typed}))

    assert response.location == f"/testing/{commission.id}/confirm"
