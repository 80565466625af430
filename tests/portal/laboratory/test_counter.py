"""The sample counter: from a scanned number to the receipt, the deviation, the refusal, and the labels."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from services.core.files import Attachment
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.samples import CustodyEvent, RefusalReason, SampleState
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_samples import make_awaited, whole_samples
from tests.plumbing.reviewing import page_of, post_form

C, S = CommissionState, SampleState


@pytest.fixture
def desk(lab, client, as_person):
    """Return the browser of the reception clerk."""
    return as_person(client, lab.clerk, lab.provider.organisation)


@pytest.fixture
def bench(lab, app, as_person):
    """Return the browser of an analyst."""
    return as_person(app.test_client(), lab.analyst, lab.provider.organisation)


def picture():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "JPEG")
    content.seek(0)
    return content, "样品.jpg"


def arrival_of(sample) -> str:
    return f"/laboratory/samples/{sample.id}/arrival"


def typed(**over) -> dict:
    return {
        "decision": "receive",
        "condition": "完好",
        "place": "样品室B2",
        "quantity": "3",
        "brought_by": "李师傅",
    } | over


def again(lab: Laboratory, row):
    lab.session.rollback()
    lab.session.refresh(row)
    return row


# The scanner ---------------------------------------------------------------------------------------------------------


def test_a_scanned_label_leads_to_the_receipt_and_later_to_the_sample(lab, desk):
    first, second = whole_samples(lab, make_awaited(lab))
    first.state, first.place = S.RECEIVED, "A1"
    lab.session.commit()

    assert desk.get(f"/laboratory/counter?code={second.no}").location == arrival_of(second)
    assert desk.get(f"/laboratory/counter?code={first.no.lower()}").location == f"/laboratory/samples/{first.id}"


def test_the_qr_code_of_a_label_is_understood_like_its_number(lab, desk):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]
    address = f"http://localhost/laboratory/counter?code={sample.no}"

    answer = desk.get("/laboratory/counter", query_string={"code": address})

    assert answer.location == arrival_of(sample)


def test_a_commission_number_leads_to_its_samples(lab, desk):
    commission = make_awaited(lab)

    answer = desk.get(f"/laboratory/counter?code={commission.no}")

    assert answer.location == f"/laboratory/counter/{commission.id}"


def test_the_reception_finds_by_name_and_telephone_what_has_no_number_with_it(lab, desk):
    commission = make_awaited(lab)
    for words in (lab.firm.name[:4], "13800000009"):
        page = page_of(desk.get("/laboratory/counter", query_string={"code": words}))
        assert commission.no in page.select_one("main").text
    assert page_of(desk.get("/laboratory/counter?code=13900000000")).select_one("main .empty")


def test_an_analyst_is_led_to_the_sample_and_never_sees_the_client(lab, bench):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]

    assert bench.get(f"/laboratory/counter?code={sample.no}").location == f"/laboratory/samples/{sample.id}"
    assert bench.get(f"/laboratory/counter?code={commission.no}").location.startswith("/laboratory/samples?")
    for address in ("/laboratory/counter", f"/laboratory/counter?code={lab.firm.name[:4]}"):
        told = bench.get(address).text
        assert commission.no not in told
        assert commission.contact_phone not in told
    assert bench.get(f"/laboratory/counter/{commission.id}").status_code == 403
    assert bench.get(arrival_of(sample)).status_code == 403


def test_another_laboratorys_numbers_lead_nowhere(lab, desk, session):
    other = make_laboratory(session)
    commission = make_commission(other, C.AWAIT_SAMPLE)
    sample = whole_samples(other, commission)[0]

    assert desk.get(f"/laboratory/counter?code={sample.no}").status_code == 200
    for address in (
        f"/laboratory/counter/{commission.id}",
        arrival_of(sample),
        f"/laboratory/counter/{commission.id}/labels",
    ):
        assert desk.get(address).status_code == 404


def test_the_counter_reads_the_same_number_of_queries_however_much_is_awaited(lab, desk, counted_queries):
    make_awaited(lab)
    with counted_queries() as few:
        desk.get("/laboratory/counter")
    for _ in range(12):
        make_awaited(lab)
    with counted_queries() as many:
        desk.get("/laboratory/counter")

    assert len(few) == len(many)


# The receipt ---------------------------------------------------------------------------------------------------------


def test_a_receipt_leads_to_the_next_sample_and_then_to_the_commission(lab, desk):
    commission = make_awaited(lab)
    first, second = whole_samples(lab, commission)

    answer = post_form(desk, arrival_of(first), **typed())
    assert (answer.status_code, answer.location) == (303, arrival_of(second))

    answer = post_form(desk, arrival_of(second), **typed())
    assert answer.location == f"/laboratory/counter/{commission.id}"
    assert again(lab, commission).state is C.SAMPLE_IN
    assert (first.state, first.place, first.condition) == (S.RECEIVED, "样品室B2", "完好")


def test_the_photograph_is_kept_and_shown(lab, desk):
    sample = whole_samples(lab, make_awaited(lab))[0]

    post_form(desk, arrival_of(sample), **typed(photo=picture()))

    lab.session.rollback()
    event = lab.session.scalars(select(CustodyEvent).where(CustodyEvent.sample_id == sample.id)).one()
    assert event.photo.media_type == "image/jpeg"
    page = page_of(desk.get(f"/laboratory/samples/{sample.id}"))
    address = page.select_one(".sample-photo img")["src"]
    assert desk.get(address).data.startswith(b"\xff\xd8\xff")


def test_all_mistakes_are_shown_at_once_and_what_was_typed_stays(lab, desk):
    sample = whole_samples(lab, make_awaited(lab))[0]

    answer = post_form(desk, arrival_of(sample), **typed(condition="", quantity="零", place="", brought_by="老王"))

    page = page_of(answer)
    assert answer.status_code == 400
    wrong = {box["id"] for box in page.select(".field__notes") if box.select(".field__error")}
    assert wrong == {"condition-notes", "quantity-notes", "place-notes"}
    assert page.select_one("#brought_by")["value"] == "老王"
    assert page.select_one("#quantity")["value"] == "零"
    assert again(lab, sample).state is S.EXPECTED


@pytest.mark.parametrize(("decision", "field"), [("deviate", "deviation"), ("refuse", "refusal_reason")])
def test_a_deviation_and_a_refusal_need_reason_and_photograph(lab, desk, decision, field):
    sample = whole_samples(lab, make_awaited(lab))[0]

    answer = post_form(desk, arrival_of(sample), **typed(decision=decision))

    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one(f"#{field}-notes .field__error")
    assert page.select_one("#photo-notes .field__error")
    assert again(lab, sample).state is S.EXPECTED


def test_a_document_is_no_photograph(lab, desk):
    sample = whole_samples(lab, make_awaited(lab))[0]
    paper = (io.BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"), "a.pdf")

    answer = post_form(desk, arrival_of(sample), **typed(photo=paper))

    assert answer.status_code == 400
    assert page_of(answer).select_one("#photo-notes .field__error")


def test_a_deviation_and_a_refusal_are_recorded(lab, desk):
    commission = make_awaited(lab)
    first, second = whole_samples(lab, commission)

    post_form(desk, arrival_of(first), **typed(decision="deviate", deviation="少一件", photo=picture()))
    post_form(desk, arrival_of(second), **typed(decision="refuse", refusal_reason="broken", photo=picture()))

    assert again(lab, commission).state is C.CLIENT_CONFIRM
    assert (first.state, first.deviation) == (S.DEVIATING, "少一件")
    assert (second.state, second.refusal) == (S.REFUSED, RefusalReason.BROKEN)
    assert lab.session.scalars(select(Attachment.organisation_id)).all() == [lab.firm.id] * 2


def test_a_receipt_sent_twice_is_recorded_once(lab, desk):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]
    form = page_of(desk.get(arrival_of(sample))).select_one("main form[method=post]")
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}

    answers = [desk.post(arrival_of(sample), data=typed() | hidden) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    lab.session.rollback()
    assert len(lab.session.scalars(select(CustodyEvent.id)).all()) == 1


def test_a_second_receipt_from_another_window_is_refused(lab, desk):
    sample = whole_samples(lab, make_awaited(lab))[0]
    form = page_of(desk.get(arrival_of(sample))).select_one("main form[method=post]")
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    post_form(desk, arrival_of(sample), **typed())

    answer = desk.post(arrival_of(sample), data=typed(place="别处") | hidden)

    assert answer.status_code == 409
    assert again(lab, sample).place == "样品室B2"


# Labels --------------------------------------------------------------------------------------------------------------


def test_labels_carry_number_and_qr_code(lab, desk):
    commission = make_awaited(lab)

    page = page_of(desk.get(f"/laboratory/counter/{commission.id}/labels"))

    labels = page.select(".sample-label")
    assert [one.select_one(".sample-label__no").text for one in labels] == [
        one.no for one in whole_samples(lab, commission)
    ]
    assert all(one.select_one("img")["src"].startswith("data:image/svg+xml") for one in labels)


def test_no_labels_are_printed_for_samples_that_will_not_come(lab, desk):
    commission = make_commission(lab, C.CANCELLED, sample_state=S.WITHDRAWN)
    sample = whole_samples(lab, commission)[0]
    addresses = [f"/laboratory/counter/{commission.id}/labels", f"/laboratory/samples/{sample.id}/label"]

    for page in (f"/laboratory/counter/{commission.id}", f"/laboratory/samples/{sample.id}"):
        links = {one["href"] for one in page_of(desk.get(page)).select("main a[href]")}
        assert links.isdisjoint(addresses)
    for address in addresses:
        answer = desk.get(address)
        assert answer.status_code == 409
        assert "没有需要标签的样品" in page_of(answer).get_text()
