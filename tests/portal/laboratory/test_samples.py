"""Pages about samples in the store, blind for analysts, and everything that can be done to a sample."""

import pytest

from services.core import clock
from services.laboratory.models.commissions import CommissionState, Leftover
from services.laboratory.models.samples import SampleState
from services.laboratory.operations import custody, retention
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_samples import make_objection, make_retained, whole_samples
from tests.plumbing.reviewing import page_of, post_form

C, S = CommissionState, SampleState


@pytest.fixture
def desk(browser):
    """Return the browser of the reception clerk."""
    return browser("clerk")


@pytest.fixture
def bench(browser):
    """Return the browser of an analyst."""
    return browser("analyst")


@pytest.fixture
def sample(lab):
    """Return a sample that lies in the store, ready to be tested."""
    return whole_samples(lab, make_commission(lab))[0]


def state_of(lab: Laboratory, sample) -> SampleState:
    lab.session.rollback()
    lab.session.refresh(sample)
    return sample.state


def page_at(sample) -> str:
    return f"/laboratory/samples/{sample.id}"


def press(browser, sample, address: str, **data):
    return post_form(browser, page_at(sample), action=f"{page_at(sample)}/{address}", **data)


def bare_post(browser, address: str, **data):
    """Post by hand, without having seen the form."""
    token = page_of(browser.get("/messages")).select_one("input[name=csrf_token]")["value"]
    return browser.post(address, data={"csrf_token": token, **data})


def test_a_sample_goes_out_and_comes_back_by_its_page(lab, bench, sample):
    answer = press(bench, sample, "taking", amount="1 件")
    assert (answer.status_code, answer.location) == (303, page_at(sample))
    assert state_of(lab, sample) is S.IN_TEST

    press(bench, sample, "bringing-back", place="样品室C3", amount="余 2 件")
    assert state_of(lab, sample) is S.TESTED
    titles = [one.get_text(" ", strip=True) for one in page_of(bench.get(page_at(sample))).select(".timeline__title")]
    assert len(titles) == 3


def test_bringing_back_without_a_place_is_shown_beside_the_field(lab, bench, sample):
    press(bench, sample, "taking")

    answer = press(bench, sample, "bringing-back", place="", amount="余 2 件")

    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one("#bring_back-place-notes .field__error")
    assert page.select_one("#bring_back-amount")["value"] == "余 2 件"
    assert state_of(lab, sample) is S.IN_TEST


def test_a_sample_is_moved_and_divided(lab, bench, sample):
    press(bench, sample, "move", place="冷藏柜2")
    press(bench, sample, "division", parts="2", amount="5 g")

    page = page_of(bench.get(page_at(sample)))
    assert [link.text for link in page.select("#parts + ul a")] == [f"{sample.no}-1", f"{sample.no}-2"]
    assert "冷藏柜2" in page.select_one(".facts").text
    labels = page_of(bench.get(f"{page_at(sample)}/label")).select(".sample-label__no")
    assert [one.text for one in labels] == [sample.no, f"{sample.no}-1", f"{sample.no}-2"]


@pytest.mark.parametrize("parts", ["0", "21", "两", ""])
def test_a_number_of_parts_is_a_number(lab, bench, sample, parts):
    answer = press(bench, sample, "division", parts=parts)

    assert answer.status_code == 400
    assert page_of(answer).select_one("#divide-parts-notes .field__error")


def test_two_people_dispose_of_a_sample(lab, desk, bench):
    sample = make_retained(lab)
    press(desk, sample, "disposal-proposal", note="留样期满")
    own = page_of(desk.get(page_at(sample)))
    assert not own.select(f"form[action='{page_at(sample)}/disposal']")

    press(bench, sample, "disposal", note="集中处置")

    assert state_of(lab, sample) is S.DISPOSED


def test_a_hand_made_confirmation_by_the_same_person_is_refused(lab, desk):
    sample = make_retained(lab)
    form = page_of(desk.get(page_at(sample))).select_one("form[action$='disposal-proposal']")
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    press(desk, sample, "disposal-proposal")

    answer = desk.post(f"{page_at(sample)}/disposal", data=hidden)

    assert answer.status_code == 409
    assert state_of(lab, sample) is S.RETAINED


def test_a_proposed_disposal_is_called_off(lab, desk, bench):
    sample = make_retained(lab)
    press(desk, sample, "disposal-proposal")

    press(bench, sample, "keeping", note="客户来电要求保留")

    lab.session.rollback()
    lab.session.refresh(sample)
    assert sample.disposal_asked_by_id is None


def test_a_sample_is_returned_by_the_reception_only(lab, desk, bench):
    sample = make_retained(lab, leftover=Leftover.RETURN)
    assert not page_of(bench.get(page_at(sample))).select("form[action$='/return']")
    assert bare_post(bench, f"{page_at(sample)}/return", taken_by="李师傅").status_code == 403

    press(desk, sample, "return", taken_by="李师傅")

    assert state_of(lab, sample) is S.RETURNED


def test_an_open_objection_is_told_and_offers_no_disposal(lab, desk):
    sample = make_retained(lab)
    make_objection(lab, sample.commission)

    page = page_of(desk.get(page_at(sample)))

    assert page.select_one("main .notice--danger")
    assert not page.select("form[action$='/disposal-proposal'], form[action$='/return']")


def test_an_analyst_sees_the_number_and_never_the_client(lab, desk, bench, sample):
    for address in (
        page_at(sample),
        "/laboratory/samples",
        f"/laboratory/samples?q={sample.no}",
        f"{page_at(sample)}/label",
    ):
        told = bench.get(address).text
        assert sample.no in told
        for secret in (lab.firm.name, lab.firm.label, "周厂长", "13800000009"):
            assert secret not in told
    assert lab.firm.label in desk.get(page_at(sample)).text
    assert "周厂长" in desk.get(page_at(sample)).text


def test_another_laboratorys_samples_do_not_exist(lab, desk, session):
    other = make_laboratory(session)
    sample = whole_samples(other, make_commission(other))[0]
    addresses = ("taking", "bringing-back", "move", "division", "return", "disposal-proposal", "disposal", "keeping")

    assert desk.get(page_at(sample)).status_code == 404
    assert desk.get(f"{page_at(sample)}/label").status_code == 404
    assert [bare_post(desk, f"{page_at(sample)}/{one}").status_code for one in addresses] == [404] * len(addresses)


@pytest.mark.parametrize("name", ["reviewer", "signatory", "agent"])
def test_others_handle_no_samples(lab, browser, sample, name):
    who = browser(name)

    for address in ("/laboratory/counter", "/laboratory/samples", page_at(sample)):
        assert who.get(address).status_code == 403
    assert bare_post(who, f"{page_at(sample)}/taking").status_code == 403


def test_a_step_sent_twice_is_taken_once(lab, bench, sample):
    form = page_of(bench.get(page_at(sample))).select_one("form[action$='/move']")
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}

    answers = [bench.post(f"{page_at(sample)}/move", data=hidden | {"place": "B7"}) for _ in range(2)]

    assert {one.status_code for one in answers} == {303}
    assert len(page_of(bench.get(page_at(sample))).select(".timeline__item")) == 2


def test_the_list_shows_what_is_due_and_what_is_out(lab, desk):
    due, out = make_retained(lab), whole_samples(lab, make_commission(lab))[0]
    custody.take_out(lab.work(lab.analyst), out.id)
    lab.session.commit()

    def numbers(show: str) -> list[str]:
        return [link.text for link in page_of(desk.get(f"/laboratory/samples?show={show}")).select("main tbody a")]

    assert (numbers("due"), numbers("out")) == ([due.no], [out.no])
    assert set(numbers("all")) == set(numbers("nonsense")) == {due.no, out.no}
    retention.ask_disposal(lab.work(lab.clerk), due.id)
    lab.session.commit()
    assert (numbers("due"), numbers("proposed")) == ([], [due.no])


def test_the_list_reads_the_same_number_of_queries_with_many_samples(lab, desk, counted_queries):
    make_commission(lab, samples=2)
    with counted_queries() as few:
        desk.get("/laboratory/samples")
    make_commission(lab, samples=28)
    with counted_queries() as many:
        page = page_of(desk.get("/laboratory/samples"))

    assert len(page.select("main tbody tr")) == 30
    assert len(few) == len(many)


def test_looking_changes_nothing(lab, desk, sample):
    version = sample.version
    for address in (page_at(sample), "/laboratory/samples", f"/laboratory/counter?code={sample.no}"):
        desk.get(address)

    lab.session.rollback()
    lab.session.refresh(sample)
    assert (sample.version, sample.received_at <= clock.now()) == (version, True)
