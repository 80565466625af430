"""我要检测: tests with price and days for everybody, samples, options, and one page to confirm."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.booking.models import Claim
from services.catalogue.models import Market, ModuleMarket, ModuleProduct, ProductClass
from services.core import clock
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import TestLine
from services.laboratory.models.samples import Sample
from services.organisations.models import OrgState
from tests.factories.laboratory import make_laboratory
from tests.factories.ordering import make_draft
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form


@pytest.fixture
def firm(client, lab):
    """Return a browser of the firm's agent."""
    return as_person(client, lab.agent, lab.firm)


def text(response):
    """Return what a page says."""
    return " ".join(page_of(response).get_text(" ").split())


def count(lab, column):
    """Return how many rows there are now."""
    lab.session.rollback()  # what was read before is an older state of the database
    return lab.session.scalar(select(func.count(column)))


# Before signing in ---------------------------------------------------------------------------------------------------


def test_everybody_sees_price_days_and_what_to_bring(client, lab):
    lab.stress.sample_amount = "3 件"
    lab.session.commit()

    page = client.get(f"/testing?m={lab.stress.module.code}&m={lab.package.code}&n=2")

    assert page.status_code == 200
    shown = text(page)
    assert "¥240.00" in shown
    assert "¥640.00" in shown
    assert "3 件" in shown


def test_product_market_and_words_narrow_the_list(client, lab, session):
    session.merge(ProductClass(code="glass/6", name="日用玻璃"))
    session.flush()
    session.add(ModuleProduct(module_id=lab.stress.id, product_code="glass/6"))
    session.add(ModuleMarket(module_id=lab.lead.id, market=Market.EU))
    session.commit()

    def shown(query):
        return {one.get_text() for one in page_of(client.get(f"/testing?{query}")).select(".module__title")}

    everything = shown("")
    assert len(everything) == 5
    assert lab.lead.module.name in shown("product=glass/6&market=eu")
    assert lab.lead.module.name not in shown("market=us")
    assert shown(f"q={lab.adhesion.module.name}") >= {lab.adhesion.module.name}
    assert shown("product=nonsense&market=nowhere&n=x&m=zzz") == everything


def test_many_tests_are_folded_by_field_and_what_was_chosen_stands_open(client, lab, monkeypatch):
    monkeypatch.setattr("portal.laboratory.ordering.FEW_CARDS", 3)

    def groups(address):
        folded = page_of(client.get(address)).select("details.test-group")
        return {one.select_one("summary h2").get_text(): one.has_attr("open") for one in folded}

    assert list(groups("/testing")) == ["检测套餐", "玻璃", "化学", "纺织"]
    assert not any(groups("/testing").values())
    assert [name for name, is_open in groups(f"/testing?m={lab.lead.module.code}").items() if is_open] == ["化学"]
    assert all(groups(f"/testing?q={lab.lead.module.code}").values())


def test_an_item_that_is_closed_says_why(client, lab):
    lab.polariscope.calibration_due_on = clock.local_day(clock.now()) - timedelta(days=1)
    lab.session.commit()

    shown = text(client.get(f"/testing?m={lab.stress.module.code}"))

    assert "偏光应力仪" in shown


def test_the_list_takes_the_same_number_of_queries_however_long(client, lab, counted_queries):
    def queries():
        with counted_queries() as statements:
            client.get("/testing")
        return len(statements)

    few = queries()
    for _ in range(3):
        make_laboratory(lab.session)
    assert queries() == few


def test_a_visitor_is_asked_to_sign_in_for_the_samples(client, lab):
    response = client.get(f"/testing/samples?m={lab.stress.module.code}")

    assert response.status_code == 302
    assert "testing" in response.location


def test_modules_that_are_tests_lead_here_and_are_not_booked(firm, lab):
    code = lab.stress.module.code
    assert firm.get(f"/bookings/new/{code}").location == f"/testing?m={code}"
    links = [one["href"] for one in page_of(firm.get(f"/services/{code}")).select(".toolbar a")]
    assert f"/testing?m={code}" in links


# Samples -------------------------------------------------------------------------------------------------------------


def test_samples_make_a_draft_with_the_tests_that_were_ticked(firm, lab):
    address = f"/testing/samples?m={lab.stress.module.code}&m={lab.fastness.module.code}"
    page = post_form(firm, address, more="1", **{"samples-0-name": "杯一"})
    assert page_of(page).select_one("#samples-0-name")["value"] == "杯一"

    tests = {"samples-0-tests": [str(lab.stress.id)], "samples-1-tests": [str(lab.stress.id), str(lab.fastness.id)]}
    form = fields(page, "samples-0-name") | {"samples-1-name": "杯二", **tests}
    form.pop("more", None)
    response = firm.post(address, data=form)

    lab.session.rollback()
    commission = lab.session.scalars(select(Commission)).one()
    assert response.location == f"/testing/{commission.id}/options"
    assert commission.state is CommissionState.DRAFT
    names = lab.session.execute(
        select(Sample.name, TestLine.item_id).join(TestLine, TestLine.sample_id == Sample.id).order_by(TestLine.id)
    ).all()
    assert sorted(names) == sorted([("杯一", lab.stress.id), ("杯二", lab.stress.id), ("杯二", lab.fastness.id)])


def fields(response, holding):
    """Return what a browser would send for the form that has the named field."""
    return fields_of(form_of(page_of(response), holding={holding}))


def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost(firm, lab):
    address = f"/testing/samples?m={lab.stress.module.code}"

    response = post_form(
        firm,
        address,
        **{"samples-0-name": "", "samples-0-model": "M1", "samples-0-quantity": "0", "chosen-0-quantity": "x"},
    )

    assert response.status_code == 400
    page = page_of(response)
    assert len(page.select(".error-summary li")) == 3
    assert page.select_one("#samples-0-model")["value"] == "M1"
    assert page.select_one("#chosen-0-quantity")["value"] == "x"
    assert count(lab, Commission.id) == 0


@pytest.mark.parametrize("typed", ["9" * 30, "²", "-1", "eins", ""])
def test_a_test_that_cannot_exist_is_not_ordered(firm, lab, typed):
    address = f"/testing/samples?m={lab.stress.module.code}"
    sent = {"samples-0-name": "玻璃杯", "chosen-0-module_id": typed}

    response = post_form(firm, address, **sent)

    assert response.status_code in {303, 400, 409}
    [*lines] = lab.session.scalars(select(TestLine.item_id))
    assert set(lines) <= {lab.stress.id}


def test_an_order_without_a_sample_is_refused_beside_the_samples(firm, lab):
    response = post_form(firm, f"/testing/samples?m={lab.stress.module.code}", **{"samples-0-name": ""})

    assert response.status_code == 409
    assert page_of(response).select_one("#samples-notes .field__error")


def test_a_test_that_is_in_two_packages_is_named(firm, lab):
    address = f"/testing/samples?m={lab.stress.module.code}&m={lab.package.code}"
    both = {"samples-0-name": "杯", "samples-0-tests": [str(lab.stress.id), str(lab.package.id)]}

    response = post_form(firm, address, **both)

    told = page_of(response).select_one(".error-summary").get_text()
    assert response.status_code == 409
    assert f"“{lab.stress.module.name}”在同一样品上重复" in told
    assert lab.package.name in told


def test_sending_the_samples_twice_makes_one_draft(firm, lab):
    address = f"/testing/samples?m={lab.stress.module.code}"
    form = fields(firm.get(address), "samples-0-name") | {"samples-0-name": "杯"}

    first = firm.post(address, data=form)
    second = firm.post(address, data=form)

    assert first.location == second.location
    assert count(lab, Commission.id) == 1


def test_a_draft_shows_its_samples_again_and_takes_changes(firm, lab):
    commission = make_draft(lab, samples=2)

    response = post_form(firm, f"/testing/{commission.id}/samples", **{"samples-1-name": "", "samples-0-name": "瓶"})

    assert response.location == f"/testing/{commission.id}/options"
    lab.session.rollback()
    assert lab.session.scalars(select(Sample.name)).all() == ["瓶"]


def test_nobody_touches_the_draft_of_another_firm(client, lab):
    commission = make_draft(lab)
    rival = as_person(client, lab.rival_agent, lab.rival)

    for page in ("samples", "options", "confirm"):
        assert rival.get(f"/testing/{commission.id}/{page}").status_code == 404


def test_the_laboratorys_people_do_not_order(client, lab):
    analyst = as_person(client, lab.analyst, lab.provider.organisation)

    assert analyst.get(f"/testing/samples?m={lab.stress.module.code}").status_code == 403


# Confirming ----------------------------------------------------------------------------------------------------------


def test_one_page_shows_everything_and_the_button_orders_exactly_that(firm, lab):
    commission = make_draft(lab, lab.stress, samples=3, now=clock.now())
    address = f"/testing/{commission.id}/confirm"
    assert "¥360.00" in text(firm.get(address))

    response = firm.post(address, data=fields(firm.get(address), "due_fen"))

    assert response.location == f"/commissions/{commission.id}"
    lab.session.rollback()
    assert lab.session.get(Commission, commission.id).state is CommissionState.SUBMITTED
    assert count(lab, Claim.id) == 1
    assert "预留" in text(firm.get(response.location))


def test_a_price_that_has_changed_is_shown_before_anything_is_ordered(firm, lab):
    commission = make_draft(lab, lab.stress, now=clock.now())
    address = f"/testing/{commission.id}/confirm"
    form = fields(firm.get(address), "due_fen")
    lab.stress.module.prices[0].unit_fen = 13000
    lab.session.commit()

    response = firm.post(address, data=form)

    assert response.status_code == 409
    assert "130.00" in text(response)
    assert fields(response, "due_fen")["due_fen"] == "13000"
    assert count(lab, Claim.id) == 0


def test_a_date_that_has_moved_is_offered_and_nothing_is_claimed(firm, lab):
    commission = make_draft(lab, lab.stress, now=clock.now())
    address = f"/testing/{commission.id}/confirm"
    form = fields(firm.get(address), "due_fen")
    promised = form["promised_on"]
    earlier = (clock.local_day(clock.now()) + timedelta(days=1)).isoformat()

    response = firm.post(address, data=form | {"promised_on": earlier})

    assert response.status_code == 409
    assert fields(response, "due_fen")["promised_on"] == promised
    assert count(lab, Claim.id) == 0


def test_what_is_in_the_way_is_listed_and_there_is_no_button(firm, lab):
    commission = make_draft(lab, lab.stress, now=clock.now(), is_judged=True)
    lab.firm.state = OrgState.SUBMITTED
    lab.session.commit()

    page = page_of(firm.get(f"/testing/{commission.id}/confirm"))

    assert len(page.select(".notice--danger li")) == 2
    assert page.select_one("main form[method=post]") is None


def test_nonsense_in_the_hidden_fields_orders_nothing(firm, lab):
    commission = make_draft(lab, lab.stress, now=clock.now())
    address = f"/testing/{commission.id}/confirm"

    response = firm.post(address, data=fields(firm.get(address), "due_fen") | {"due_fen": "x"})

    assert response.status_code in {200, 400}
    assert count(lab, Claim.id) == 0


def test_whoever_comes_back_after_ordering_is_led_to_the_order(firm, lab):
    commission = make_draft(lab, lab.stress, now=clock.now())
    address = f"/testing/{commission.id}/confirm"
    form = fields(firm.get(address), "due_fen")
    first = firm.post(address, data=form)

    assert firm.post(address, data=form).location == first.location
    for step in ("samples", "options", "confirm"):
        back = firm.get(f"/testing/{commission.id}/{step}")
        assert (back.status_code, back.location) == (303, first.location)
    assert "不再是草稿" in text(firm.get(first.location))
    assert count(lab, Claim.id) == 1
