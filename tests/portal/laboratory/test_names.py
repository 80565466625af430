"""English names of test items: entered once, read on English pages, with the Chinese name where there is none."""

import pytest

from services.laboratory.models.commissions import CommissionState
from tests.factories.laboratory import make_commission
from tests.plumbing.reviewing import page_of, post_form

NAME = "Lead release from glass"


@pytest.fixture
def named(lab):
    """Return the item that has an English name."""
    lab.lead.name_en = NAME
    lab.session.commit()
    return lab.lead


def english(lab, browser, who):
    person = getattr(lab, who)
    person.locale = "en"
    lab.session.commit()
    return browser(who)


def test_the_name_is_typed_into_the_form_of_the_item_and_stands_on_its_page(lab, browser):
    admin, item_id = browser("admin"), lab.lead.id

    assert post_form(admin, f"/laboratory/capability/items/{item_id}/edit", name_en="x" * 121).status_code == 400
    post_form(admin, f"/laboratory/capability/items/{item_id}/edit", name_en=NAME)

    assert NAME in admin.get(f"/laboratory/capability/items/{item_id}").text


def test_english_pages_show_it_and_fall_back_to_the_chinese_name(lab, browser, named):
    commission = make_commission(lab, CommissionState.TESTING, items=(named, lab.stress))
    address, chinese, other = f"/commissions/{commission.id}", named.module.name, lab.stress.module.name

    text = page_of(browser("agent").get(address)).get_text()
    assert chinese in text
    assert NAME not in text
    text = page_of(english(lab, browser, "agent").get(address)).get_text()
    assert NAME in text
    assert other in text


def test_the_cards_of_the_wizard_and_what_was_chosen_carry_it(lab, browser, named):
    client, code = english(lab, browser, "agent"), named.module.code

    cards = page_of(client.get(f"/testing?m={code}"))

    assert NAME in [one.get_text(strip=True) for one in cards.select(".module__title")]
    assert NAME in cards.select_one("#chosen").get_text()
