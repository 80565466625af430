"""Custody of samples: taken out and brought back, moved, divided, without gaps and never changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.core import clock
from services.core.errors import NotAllowed, NotFound, WrongState
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.samples import CustodyEvent, CustodyKind, Sample, SampleState
from services.laboratory.operations import custody
from services.laboratory.queries.samples import chain_is_whole, find, plain_code
from services.laboratory.rules.custody import is_whole
from services.laboratory.samples_errors import NotYetTestable, OnlyWholeSamples
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_samples import make_retained, whole_samples

C, K, S = CommissionState, CustodyKind, SampleState


@pytest.fixture
def lab(session) -> Laboratory:
    return make_laboratory(session)


@pytest.fixture
def sample(lab) -> Sample:
    """Return a sample that lies in the store, ready to be tested."""
    return whole_samples(lab, make_commission(lab))[0]


def kinds(lab: Laboratory, sample: Sample) -> list[CustodyKind]:
    statement = select(CustodyEvent.kind).where(CustodyEvent.sample_id == sample.id).order_by(CustodyEvent.seq)
    return list(lab.session.scalars(statement))


# Out and back --------------------------------------------------------------------------------------------------------


def test_an_analyst_signs_a_sample_out_and_back_in(lab, sample):
    custody.take_out(lab.work(lab.analyst), sample.id, amount="1 件", note="测应力")
    assert (sample.state, sample.holder_id) == (S.IN_TEST, lab.analyst.id)
    assert not chain_is_whole(lab.session, sample.id)

    custody.bring_back(lab.work(lab.analyst), sample.id, place="样品室C3", amount="余 2 件")
    assert (sample.state, sample.holder_id, sample.place) == (S.TESTED, None, "样品室C3")
    assert kinds(lab, sample) == [K.RECEIVED, K.TAKEN, K.BROUGHT_BACK]
    assert chain_is_whole(lab.session, sample.id)


def test_each_event_says_who_where_how_much_and_in_what_state(lab, sample):
    custody.take_out(lab.work(lab.analyst), sample.id, amount="1 件")
    custody.bring_back(lab.work(lab.other_analyst), sample.id, place="样品室C3", amount="余 2 件", note="无破损")

    taken, back = lab.session.scalars(select(CustodyEvent).where(CustodyEvent.seq > 1).order_by(CustodyEvent.seq))
    assert (taken.given_by, taken.taken_by, taken.amount) == ("样品室A1", lab.analyst.name, "1 件")
    assert (back.given_by, back.taken_by, back.place) == (lab.analyst.name, "样品室C3", "样品室C3")
    assert (back.amount, back.note, back.state_after) == ("余 2 件", "无破损", S.TESTED)
    assert [one.person_id for one in (taken, back)] == [lab.analyst.id, lab.other_analyst.id]


def test_what_is_out_is_not_taken_again_and_what_lies_here_is_not_brought_back(lab, sample):
    with pytest.raises(WrongState):
        custody.bring_back(lab.work(lab.analyst), sample.id, place="A1")
    custody.take_out(lab.work(lab.analyst), sample.id)
    with pytest.raises(WrongState):
        custody.take_out(lab.work(lab.other_analyst), sample.id)

    assert kinds(lab, sample) == [K.RECEIVED, K.TAKEN]


@pytest.mark.parametrize(
    "state", [C.AWAIT_PAYMENT, C.AWAIT_SAMPLE, C.CLIENT_CONFIRM, C.SUSPENDED, C.CANCELLED, C.TERMINATED]
)
def test_nothing_is_taken_out_for_a_commission_that_is_not_to_be_tested(lab, state):
    waiting = whole_samples(lab, make_commission(lab, state, sample_state=S.RECEIVED))[0]

    with pytest.raises(NotYetTestable):
        custody.take_out(lab.work(lab.analyst), waiting.id)


def test_a_sample_of_a_terminated_commission_is_kept_when_it_comes_back(lab):
    commission = make_commission(lab, C.TERMINATED, sample_state=S.IN_TEST)
    out = whole_samples(lab, commission)[0]

    custody.bring_back(lab.work(lab.analyst), out.id, place="A1")

    assert (out.state, out.retained_until) == (S.RETAINED, clock.local_day(clock.now()))
    assert kinds(lab, out)[-2:] == [K.BROUGHT_BACK, K.RETAINED]


def test_a_retained_sample_that_is_tested_again_is_retained_again(lab):
    kept = make_retained(lab, days=30)
    until = kept.retained_until

    custody.take_out(lab.work(lab.analyst), kept.id)
    custody.bring_back(lab.work(lab.analyst), kept.id, place="留样室")

    assert (kept.state, kept.retained_until) == (S.RETAINED, until)
    assert chain_is_whole(lab.session, kept.id)


def test_a_sample_is_moved_within_the_store_only(lab, sample):
    custody.move(lab.work(lab.analyst), sample.id, place="冷藏柜2")
    assert sample.place == "冷藏柜2"
    assert kinds(lab, sample)[-1] is K.MOVED

    custody.take_out(lab.work(lab.analyst), sample.id)
    with pytest.raises(WrongState):
        custody.move(lab.work(lab.analyst), sample.id, place="A1")


# Who may -------------------------------------------------------------------------------------------------------------


def test_only_who_handles_samples_handles_them(lab, sample):
    for person in (lab.reviewer, lab.signatory, lab.agent):
        with pytest.raises(NotAllowed):
            custody.take_out(lab.work(person), sample.id)


def test_another_laboratory_and_a_draft_have_no_samples_here(lab, sample, session):
    other = make_laboratory(session)
    draft = whole_samples(lab, make_commission(lab, C.DRAFT))[0]

    for work, one in ((other.work(other.analyst), sample), (lab.work(lab.analyst), draft)):
        with pytest.raises(NotFound):
            custody.take_out(work, one.id)


# Parts ---------------------------------------------------------------------------------------------------------------


def test_a_divided_sample_has_numbered_parts_with_chains_of_their_own(lab, sample):
    parts = custody.divide(lab.work(lab.analyst), sample.id, parts=2, amount="5 g")
    more = custody.divide(lab.work(lab.analyst), sample.id, parts=1)

    assert [one.no for one in [*parts, *more]] == [f"{sample.no}-1", f"{sample.no}-2", f"{sample.no}-3"]
    assert {one.state for one in parts} == {S.RECEIVED}
    assert [kinds(lab, one) for one in parts] == [[K.DIVIDED], [K.DIVIDED]]
    assert kinds(lab, sample) == [K.RECEIVED, K.DIVIDED, K.DIVIDED]
    assert chain_is_whole(lab.session, sample.id)


def test_a_part_that_is_out_is_a_gap_in_the_chain_of_the_whole(lab, sample):
    part, _ = custody.divide(lab.work(lab.analyst), sample.id, parts=2)
    custody.take_out(lab.work(lab.analyst), part.id)
    assert not chain_is_whole(lab.session, sample.id)

    custody.bring_back(lab.work(lab.analyst), part.id, place="A1")
    assert chain_is_whole(lab.session, sample.id)


def test_a_part_is_not_divided_again(lab, sample):
    part, *_ = custody.divide(lab.work(lab.analyst), sample.id, parts=2)

    with pytest.raises(OnlyWholeSamples):
        custody.divide(lab.work(lab.analyst), part.id, parts=2)


# Without gaps --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seq", [1, 3])
def test_the_database_refuses_an_event_out_of_order(lab, sample, seq):
    event = CustodyEvent(
        sample_id=sample.id, seq=seq, at=clock.now(), kind=K.MOVED, state_after=S.RECEIVED, place="别处"
    )
    lab.session.add(event)

    with pytest.raises(DBAPIError):
        lab.session.flush()


@pytest.mark.parametrize("change", ["UPDATE custody_event SET place = 'x'", "DELETE FROM custody_event"])
def test_the_database_keeps_every_event(lab, sample, change):
    with pytest.raises(DBAPIError):
        lab.session.execute(text(change))


def chain(*kinds_and_states: tuple[CustodyKind, SampleState], step: int = 1) -> list[CustodyEvent]:
    now = clock.now()
    return [
        CustodyEvent(seq=1 + number * step, at=now + timedelta(minutes=number), kind=kind, state_after=state)
        for number, (kind, state) in enumerate(kinds_and_states)
    ]


CAME, OUT, BACK = (K.RECEIVED, S.RECEIVED), (K.TAKEN, S.IN_TEST), (K.BROUGHT_BACK, S.TESTED)


@pytest.mark.parametrize(
    ("events", "state", "whole"),
    [
        (chain(), S.EXPECTED, False),
        (chain(CAME), S.RECEIVED, True),
        (chain(CAME, OUT), S.IN_TEST, False),
        (chain(CAME, OUT, BACK), S.TESTED, True),
        (chain(CAME, OUT, BACK, OUT, BACK), S.TESTED, True),
        (chain(CAME, OUT, OUT, BACK), S.TESTED, False),
        (chain(CAME, BACK), S.TESTED, False),
        (chain(CAME, OUT, (K.MOVED, S.IN_TEST), BACK), S.TESTED, False),
        (chain(OUT, BACK), S.TESTED, False),
        (chain(CAME, OUT, BACK), S.RETAINED, False),
        (chain(CAME, OUT, BACK, step=2), S.TESTED, False),
        (list(reversed(chain(CAME, OUT, BACK))), S.RECEIVED, False),
        (chain((K.DEVIATION, S.DEVIATING), CAME), S.RECEIVED, True),
        (chain(CAME, (K.RETURNED, S.RETURNED), (K.MOVED, S.RETURNED)), S.RETURNED, False),
    ],
)
def test_a_chain_is_whole_or_it_is_not(events, state, whole):
    assert is_whole(events, state) is whole


def test_a_chain_does_not_go_back_in_time():
    came, out, back = chain(CAME, OUT, BACK)
    back.at = out.at - timedelta(seconds=1)

    assert not is_whole([came, out, back], S.TESTED)


# The scanner ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "JC-20261124-0001-S01",
        " jc-20261124-0001-s01\n",
        "https://portal.example/laboratory/counter?code=JC-20261124-0001-S01",
        "https://portal.example/x/JC-20261124-0001-S01",
    ],
)
def test_a_code_is_read_however_it_was_scanned(typed):
    assert plain_code(typed) == "JC-20261124-0001-S01"


@pytest.mark.parametrize("typed", ["", "https://", "http://[", "x" * 500, "https://a/?code="])
def test_nonsense_stands_for_nothing(lab, typed):
    assert find(lab.session, lab.provider.id, plain_code(typed)) is None
