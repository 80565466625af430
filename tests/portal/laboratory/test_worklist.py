"""Work lists as analysts and checkers see them: blind, bounded, and with lines to give."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.core import clock
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample, SampleState
from tests.factories.laboratory import Laboratory, make_commission
from tests.factories.laboratory_results import begun, enter, lines_of, make_taken, submitted
from tests.plumbing.reviewing import page_of, post_form

L = LineState
SECRET = {
    "payer_name": "canary-payer",
    "producer_name": "canary-producer",
    "contact_name": "canary-contact",
    "contact_phone": "13900000077",
    "remarks": "canary-remarks",
}


def numbers(page) -> list[str]:
    return [link.get_text(strip=True) for link in page.select(".queue tbody a[href^='/laboratory/work/']")]


def address(line: TestLine) -> str:
    return f"/laboratory/work/{line.id}"


def again(lab: Laboratory, line: TestLine) -> TestLine:
    lab.session.rollback()
    lab.session.refresh(line)
    return line


# Lists --------------------------------------------------------------------------------------------------------------


def test_what_is_promised_first_stands_first_and_what_is_late_is_red(lab, browser):
    today = clock.local_day(clock.now())
    later, late = (
        make_taken(lab, promised_on=today + timedelta(days=3)),
        make_taken(lab, promised_on=today - timedelta(days=1)),
    )

    page = page_of(browser("analyst").get("/laboratory/work"))

    assert numbers(page) == [f"{late.no}-S01", f"{later.no}-S01"]
    assert page.select_one(".queue tbody tr .late")


def test_each_list_holds_its_lines(lab, browser):
    mine, theirs, free = (lines_of(lab, make_taken(lab))[0] for _ in range(3))
    theirs.analyst_id, free.analyst_id = lab.other_analyst.id, None
    waiting = submitted(lab)
    make_commission(lab, CommissionState.AWAIT_SAMPLE)
    lab.session.commit()
    desk, shown = browser("analyst"), {}
    for name in ("mine", "unassigned", "all", "checks", "outside"):
        shown[name] = set(numbers(page_of(desk.get(f"/laboratory/work?show={name}"))))

    number = {line: line.sample.no for line in (mine, theirs, free)}
    checked = lab.session.get_one(TestLine, waiting.line_id).sample.no
    assert shown == {
        "mine": {number[mine]},
        "unassigned": {number[free]},
        "all": set(number.values()),
        "checks": {checked},
        "outside": set(),
    }


def test_a_checker_sees_first_what_is_to_be_checked(lab, browser):
    submitted(lab)

    assert len(numbers(page_of(browser("reviewer").get("/laboratory/work")))) == 1


def test_lines_are_found_by_sample_and_item(lab, browser):
    first, second = make_taken(lab), make_taken(lab, lab.stress)
    desk = browser("analyst")

    assert numbers(page_of(desk.get(f"/laboratory/work?q={first.no}"))) == [f"{first.no}-S01"]
    assert numbers(page_of(desk.get(f"/laboratory/work?q={lab.stress.module.name}"))) == [f"{second.no}-S01"]
    assert page_of(desk.get("/laboratory/work?q=%25")).select_one(".empty")


def test_neither_list_nor_line_says_who_the_client_is(lab, browser):
    lab.firm.name = "canary-firm"
    result = submitted(lab, lab.lead, "0.12", **SECRET)
    line = lines_of(lab, make_taken(lab, **SECRET))[0]
    kept = {"name": "canary-name", "brand": "canary-brand", "model": "canary-model", "description": "canary-about"}
    lab.session.execute(update(Sample).values(**kept, batch_no="canary-batch", hazard="易碎"))
    lab.agent.name = "canary-agent"
    lab.session.commit()
    for name in ("analyst", "reviewer", "signatory"):
        desk = browser(name)
        for where in ("", "?show=all", "?show=checks", f"/{line.id}", f"/{result.line_id}"):
            text = desk.get(f"/laboratory/work{where}").get_data(as_text=True)
            assert "canary" not in text, (name, where)
            assert "13900000077" not in text
    assert "易碎" in browser("analyst").get(address(line)).get_data(as_text=True)


def test_a_list_takes_as_many_queries_for_fifty_lines_as_for_ten(lab, browser, counted_queries):
    desk, used = browser("analyst"), []
    for samples in (5, 20):
        make_taken(lab, lab.lead, lab.stress, samples=samples)
        for where in ("?show=mine", "?show=all", "?show=unassigned"):
            desk.get(f"/laboratory/work{where}")
            with counted_queries() as statements:
                desk.get(f"/laboratory/work{where}")
            used.append(len(statements))

    assert used[:3] == used[3:]
    assert max(used) <= 12


def test_a_line_takes_as_many_queries_for_twenty_specimens_as_for_two(lab, browser, counted_queries):
    used = []
    desk = browser("analyst")
    for specimens in (2, 20):
        lab.lead.specimens = specimens
        line = begun(lab)
        enter(lab, line, *["0.10"] * specimens)
        lab.session.commit()
        with counted_queries() as statements:
            assert desk.get(address(line)).status_code == 200
        used.append(len(statements))

    assert used[0] == used[1]


def test_twenty_thousand_lines_stand_behind_a_bounded_page(lab, browser, counted_queries):
    commission = make_taken(lab)
    item_ids = [one.id for one in (lab.lead, lab.stress, lab.fastness, lab.adhesion)]
    now, made = clock.now(), {"commission_id": commission.id, "name": "杯", "state": SampleState.IN_TEST}
    lab.session.bulk_insert_mappings(Sample, [made | {"position": 10 + one} for one in range(5000)])
    samples = lab.session.scalars(select(Sample.id).where(Sample.position >= 10)).all()
    values = {"commission_id": commission.id, "analyst_id": lab.analyst.id, "state": L.SCHEDULED, "state_at": now}
    lab.session.bulk_insert_mappings(
        TestLine, [values | {"sample_id": sample, "item_id": item} for sample in samples for item in item_ids]
    )
    lab.session.commit()
    desk = browser("analyst")

    with counted_queries() as statements:
        page = page_of(desk.get("/laboratory/work?show=mine&page=200"))

    assert len(page.select(".queue tbody tr")) == 50
    assert len(statements) <= 12


# Assigning ----------------------------------------------------------------------------------------------------------


def give(desk, where: str, lines: list[TestLine], person_id: int):
    """Tick lines in a list, whose boxes belong to the form by its name, and give them to somebody."""
    form = page_of(desk.get(where)).select_one("#assign")
    hidden = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    return desk.post(form["action"], data=hidden | {"person": person_id, "chosen": [one.id for one in lines]})


def test_ticked_lines_are_given_and_the_list_shown_again(lab, browser):
    lines = lines_of(lab, make_taken(lab, samples=2))

    answer = give(browser("clerk"), "/laboratory/work?show=all", lines, lab.other_analyst.id)

    assert (answer.status_code, answer.location) == (303, "/laboratory/work?show=all")
    assert {again(lab, one).analyst_id for one in lines} == {lab.other_analyst.id}


@pytest.mark.parametrize("chosen", [[], ["x"], ["-1"], ["99999999999999999999"]])
def test_ticking_nothing_says_so(lab, browser, chosen):
    make_taken(lab)
    desk = browser("clerk")
    token = page_of(desk.get("/laboratory/work?show=all")).select_one("#assign [name=csrf_token]")["value"]

    answer = desk.post(
        "/laboratory/work/assignments",
        data={"csrf_token": token, "person": lab.analyst.id, "chosen": chosen},
        follow_redirects=True,
    )

    assert page_of(answer).select_one(".flashes .notice--warning")


def test_a_colleagues_line_is_not_taken(lab, browser):
    line = lines_of(lab, make_taken(lab))[0]
    desk = browser("other_analyst")

    answer = give(desk, "/laboratory/work?show=all", [line], lab.other_analyst.id)

    assert page_of(desk.get(answer.location)).select_one(".flashes .notice--warning")
    assert again(lab, line).analyst_id == lab.analyst.id


def test_a_line_is_handed_over_from_its_own_page(lab, browser):
    line = begun(lab)
    url = address(line)

    answer = post_form(browser("analyst"), url, action="/laboratory/work/assignments", person=str(lab.other_analyst.id))

    assert (answer.status_code, answer.location) == (303, url)
    assert again(lab, line).analyst_id == lab.other_analyst.id
