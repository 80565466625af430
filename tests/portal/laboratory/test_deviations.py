"""The client decides on a sample that is not as ordered."""

import io

import pytest
from PIL import Image

from services.core.files import store
from services.core.uploads import examine
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.samples import SampleState
from services.laboratory.operations import samples
from tests.factories.laboratory_samples import arrival, make_awaited, whole_samples
from tests.plumbing.reviewing import page_of, post_form

C, S = CommissionState, SampleState


@pytest.fixture
def commission(lab, app):
    """Return a commission of which both samples deviate; the first was photographed."""
    made = make_awaited(lab)
    first, second = whole_samples(lab, made)
    work, content = lab.work(lab.clerk), io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    upload = examine(content, "裂纹.png")
    photo = store(work, app.config["PORTAL"].uploads, upload, organisation_id=lab.firm.id, purpose="sample")
    samples.deviate(work, first.id, arrival(photo_id=photo.id), deviation="杯口有裂纹")
    samples.deviate(work, second.id, arrival(), deviation="少一件")
    lab.session.commit()
    return made


def at(commission) -> str:
    return f"/commissions/{commission.id}/deviation"


def hidden_of(client, commission, sample) -> dict[str, str]:
    boxes = page_of(client.get(at(commission))).select("main form")
    chosen = [box for box in boxes if box.select(f"input[name=sample_id][value='{sample.id}']")]
    return {one["name"]: one["value"] for one in chosen[0].select("input[type=hidden]")}


def states(lab, commission) -> list[SampleState]:
    lab.session.rollback()
    lab.session.refresh(commission)
    return [one.state for one in whole_samples(lab, commission)]


def bare_post(browser, address: str, **data):
    """Post by hand, without having seen the form."""
    token = page_of(browser.get("/messages")).select_one("input[name=csrf_token]")["value"]
    return browser.post(address, data={"csrf_token": token, **data})


def test_the_client_reads_what_differs_and_sees_the_photograph(lab, browser, commission):
    firm = browser("agent")

    page = page_of(firm.get(at(commission)))

    assert "杯口有裂纹" in page.text
    assert len(page.select("main form")) == 2
    address = page.select_one(".sample-photo img")["src"]
    assert firm.get(address).data.startswith(b"\x89PNG")
    assert browser("rival_agent").get(address).status_code == 404


def test_one_is_accepted_and_the_other_declined(lab, browser, commission):
    firm = browser("agent")
    first, second = whole_samples(lab, commission)

    answer = firm.post(at(commission), data=hidden_of(firm, commission, first) | {"decision": "accept"})
    assert (answer.status_code, answer.location) == (303, at(commission))
    assert states(lab, commission) == [S.RECEIVED, S.DEVIATING]
    assert commission.state is C.CLIENT_CONFIRM

    firm.post(at(commission), data=hidden_of(firm, commission, second) | {"decision": "decline"})
    assert states(lab, commission) == [S.RECEIVED, S.REFUSED]
    assert commission.state is C.SAMPLE_IN
    assert not page_of(firm.get(at(commission))).select("main form")


@pytest.mark.parametrize("decision", ["", "perhaps"])
def test_a_decision_is_one_of_two(lab, browser, commission, decision):
    firm = browser("agent")
    first, _ = whole_samples(lab, commission)

    answer = firm.post(at(commission), data=hidden_of(firm, commission, first) | {"decision": decision})

    assert answer.status_code == 400
    assert page_of(answer).select(".field__error")
    assert states(lab, commission) == [S.DEVIATING, S.DEVIATING]


def test_a_decision_sent_twice_counts_once_and_a_second_one_is_refused(lab, browser, commission):
    firm = browser("agent")
    first, _ = whole_samples(lab, commission)
    sent, other = ({**hidden_of(firm, commission, first), "decision": "accept"} for _ in range(2))

    assert [firm.post(at(commission), data=sent).status_code for _ in range(2)] == [303, 303]
    assert firm.post(at(commission), data=other | {"decision": "decline"}).status_code == 409
    assert states(lab, commission) == [S.RECEIVED, S.DEVIATING]


def test_others_and_the_laboratory_decide_nothing(lab, browser, commission):
    data = {"sample_id": str(whole_samples(lab, commission)[0].id), "decision": "accept"}

    assert browser("rival_agent").get(at(commission)).status_code == 404
    assert bare_post(browser("rival_agent"), at(commission), **data).status_code == 404
    assert bare_post(browser("clerk"), at(commission), **data).status_code == 403
    assert states(lab, commission) == [S.DEVIATING, S.DEVIATING]


def test_a_sample_of_another_commission_is_none_of_this_page(lab, browser, commission):
    firm, other = browser("agent"), make_awaited(lab)
    first, _ = whole_samples(lab, commission)
    foreign = {"sample_id": str(whole_samples(lab, other)[0].id), "decision": "accept"}

    assert firm.post(at(commission), data=hidden_of(firm, commission, first) | foreign).status_code == 404


def test_a_commission_without_deviation_has_no_such_page(lab, browser):
    assert browser("agent").get(at(make_awaited(lab))).status_code == 404


def test_a_form_of_the_page_can_be_sent_as_it_stands(lab, browser, commission):
    firm = browser("agent")

    answer = post_form(firm, at(commission), decision="accept")

    assert answer.status_code == 303
