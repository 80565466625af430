"""What becomes of samples in the end: kept, returned, disposed of by two people, and held by an objection."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.core import clock
from services.core.errors import NotAllowed, NotFound, WrongState
from services.laboratory.models.commissions import CommissionState, Leftover
from services.laboratory.models.lines import LineState
from services.laboratory.models.reports import ObjectionState
from services.laboratory.models.samples import CustodyEvent, CustodyKind, RefusalReason, Sample, SampleState
from services.laboratory.operations import custody, retention
from services.laboratory.operations.ending import give_up
from services.laboratory.operations.samples import receive, refuse
from services.laboratory.queries.samples import Shown, chain_is_whole, counts, listed
from services.laboratory.queries.surveys import lines_of
from services.laboratory.samples_errors import (
    AlreadyProposed,
    KeptByObjection,
    NotProposed,
    NotTheSamePerson,
    ReturnAgreed,
    StillKept,
)
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_samples import arrival, make_awaited, make_objection, make_retained, whole_samples

C, K, L, S = CommissionState, CustodyKind, LineState, SampleState


@pytest.fixture
def lab(session) -> Laboratory:
    return make_laboratory(session)


def today():
    return clock.local_day(clock.now())


def disposed(lab: Laboratory, sample: Sample) -> Sample:
    retention.ask_disposal(lab.work(lab.clerk), sample.id)
    return retention.confirm_disposal(lab.work(lab.analyst), sample.id)


# Kept ----------------------------------------------------------------------------------------------------------------


def test_a_sample_is_kept_as_long_as_the_longest_of_its_items_asks(lab):
    lab.stress.retained_days, lab.lead.retained_days = 30, 60
    commission = make_commission(lab, C.ISSUED, items=(lab.stress, lab.lead), line_state=L.CHECKED)
    sample = whole_samples(lab, commission)[0]

    retention.retain_after_issue(lab.work(lab.signatory), commission)

    assert (sample.state, sample.retained_until) == (S.RETAINED, today() + timedelta(days=60))
    assert chain_is_whole(lab.session, sample.id)


def test_cancelled_lines_keep_nothing_and_what_perishes_may_go_at_once(lab):
    lab.stress.retained_days, lab.lead.retained_days = 0, 60
    commission = make_commission(lab, C.ISSUED, items=(lab.stress, lab.lead), line_state=L.CHECKED)
    sample = whole_samples(lab, commission)[0]
    for line in lines_of(lab.session, commission.id):
        line.state = L.CANCELLED if line.item_id == lab.lead.id else line.state

    retention.retain_after_issue(lab.work(lab.signatory), commission)

    assert sample.retained_until == today()
    assert disposed(lab, sample).state is S.DISPOSED


def test_a_later_edition_keeps_longer_and_never_shorter(lab):
    sample = make_retained(lab, days=30)
    lab.stress.retained_days = 10
    retention.retain_after_issue(lab.work(lab.signatory), sample.commission)
    assert sample.retained_until == today() + timedelta(days=30)

    lab.stress.retained_days = 90
    retention.retain_after_issue(lab.work(lab.signatory), sample.commission)
    assert sample.retained_until == today() + timedelta(days=90)
    events = lab.session.scalars(select(CustodyEvent.kind).where(CustodyEvent.sample_id == sample.id)).all()
    assert events.count(K.RETAINED) == 1


def test_parts_are_kept_as_long_as_the_whole(lab):
    lab.stress.retained_days = 45
    commission = make_commission(lab, C.TESTING)
    sample = whole_samples(lab, commission)[0]
    part, *_ = custody.divide(lab.work(lab.analyst), sample.id, parts=2)

    retention.retain_after_issue(lab.work(lab.signatory), commission)

    assert part.retained_until == sample.retained_until == today() + timedelta(days=45)


def test_what_ended_without_a_report_is_put_away(lab):
    commission = make_commission(lab, C.CANCELLED, samples=3, sample_state=S.RECEIVED, line_state=L.PENDING)
    here, out, awaited = whole_samples(lab, commission)
    out.state, awaited.state = S.IN_TEST, S.EXPECTED

    give_up(lab.work(), commission, reason="cancelled")

    assert (here.state, here.retained_until) == (S.RETAINED, today())
    assert (out.state, awaited.state) == (S.IN_TEST, S.WITHDRAWN)


# Returned ------------------------------------------------------------------------------------------------------------


def test_a_sample_is_returned_to_whoever_signs_for_it(lab):
    sample = make_retained(lab, leftover=Leftover.RETURN)

    retention.give_back(lab.work(lab.clerk), sample.id, taken_by="李师傅")

    event = lab.session.scalars(select(CustodyEvent).order_by(CustodyEvent.id.desc())).first()
    assert sample.state is S.RETURNED
    assert (event.kind, event.given_by, event.taken_by) == (K.RETURNED, lab.clerk.name, "李师傅")


def test_a_refused_sample_goes_back_at_once(lab):
    sample = whole_samples(lab, make_awaited(lab))[0]
    refuse(lab.work(lab.clerk), sample.id, arrival(), reason=RefusalReason.BROKEN)

    assert retention.give_back(lab.work(lab.clerk), sample.id, taken_by="李师傅").state is S.RETURNED


def test_a_sample_that_is_still_needed_stays(lab):
    needed = whole_samples(lab, make_commission(lab))[0]
    kept = make_retained(lab, days=1)

    for sample, reason in ((needed, WrongState), (kept, StillKept)):
        with pytest.raises(reason):
            retention.give_back(lab.work(lab.clerk), sample.id, taken_by="李师傅")
        with pytest.raises(reason):
            retention.ask_disposal(lab.work(lab.clerk), sample.id)


# Disposed of ---------------------------------------------------------------------------------------------------------


def test_disposal_takes_two_people(lab):
    sample = make_retained(lab)
    retention.ask_disposal(lab.work(lab.clerk), sample.id)
    with pytest.raises(NotTheSamePerson):
        retention.confirm_disposal(lab.work(lab.clerk), sample.id)

    retention.confirm_disposal(lab.work(lab.analyst), sample.id)

    assert sample.state is S.DISPOSED
    assert (sample.disposal_asked_by_id, sample.disposed_by_id) == (lab.clerk.id, lab.analyst.id)
    assert chain_is_whole(lab.session, sample.id)


@pytest.mark.parametrize("second", ["nobody", "the same"])
def test_the_database_knows_no_disposal_by_one(lab, second):
    sample = make_retained(lab)
    sample.state, sample.disposal_asked_by_id = S.DISPOSED, lab.clerk.id
    sample.disposed_by_id = None if second == "nobody" else lab.clerk.id

    with pytest.raises(IntegrityError):
        lab.session.flush()


def test_disposal_is_proposed_first_and_once(lab):
    sample = make_retained(lab)
    with pytest.raises(NotProposed):
        retention.confirm_disposal(lab.work(lab.analyst), sample.id)
    retention.ask_disposal(lab.work(lab.clerk), sample.id)
    with pytest.raises(AlreadyProposed):
        retention.ask_disposal(lab.work(lab.analyst), sample.id)


def test_a_proposal_is_called_off_and_may_be_made_again(lab):
    sample = make_retained(lab)
    retention.ask_disposal(lab.work(lab.clerk), sample.id)

    retention.call_off_disposal(lab.work(lab.analyst), sample.id)

    with pytest.raises(NotProposed):
        retention.confirm_disposal(lab.work(lab.analyst), sample.id)
    retention.ask_disposal(lab.work(lab.analyst), sample.id)
    assert retention.confirm_disposal(lab.work(lab.clerk), sample.id).state is S.DISPOSED


def test_what_the_client_wants_back_is_disposed_of_for_a_reason_only(lab):
    sample = make_retained(lab, leftover=Leftover.RETURN)
    with pytest.raises(ReturnAgreed):
        retention.ask_disposal(lab.work(lab.clerk), sample.id, note=" ")

    retention.ask_disposal(lab.work(lab.clerk), sample.id, note="三次通知未取，客户电话同意")


def test_only_this_laboratory_disposes(lab, session):
    sample = make_retained(lab)
    other = make_laboratory(session)

    with pytest.raises(NotFound):
        retention.ask_disposal(other.work(other.clerk), sample.id)
    for person in (lab.reviewer, lab.agent):
        with pytest.raises(NotAllowed):
            retention.ask_disposal(lab.work(person), sample.id)
    with pytest.raises(NotAllowed):
        retention.give_back(lab.work(lab.analyst), sample.id, taken_by="李师傅")


# An objection --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [ObjectionState.LODGED, ObjectionState.INVESTIGATING, ObjectionState.RETESTING])
def test_an_open_objection_keeps_every_sample_here(lab, state):
    sample = make_retained(lab)
    retention.ask_disposal(lab.work(lab.clerk), sample.id)
    make_objection(lab, sample.commission, state)

    with pytest.raises(KeptByObjection):
        retention.confirm_disposal(lab.work(lab.analyst), sample.id)
    with pytest.raises(KeptByObjection):
        retention.give_back(lab.work(lab.clerk), sample.id, taken_by="李师傅")

    assert sample.state is S.RETAINED


@pytest.mark.parametrize("gone", [S.DISPOSED, S.RETURNED])
def test_the_database_keeps_what_is_doubted(lab, gone):
    sample = make_retained(lab)
    make_objection(lab, sample.commission)
    values = {"state": gone, "disposal_asked_by_id": lab.clerk.id, "disposed_by_id": lab.analyst.id}

    with pytest.raises(DBAPIError, match="sample_stays_while_doubted"):
        lab.session.execute(update(Sample).where(Sample.id == sample.id).values(**values))


@pytest.mark.parametrize("state", [ObjectionState.ANSWERED, ObjectionState.CLOSED])
def test_an_answered_objection_keeps_nothing(lab, state):
    sample = make_retained(lab)
    make_objection(lab, sample.commission, state)

    assert disposed(lab, sample).state is S.DISPOSED


# What is due ---------------------------------------------------------------------------------------------------------


def shown(lab: Laboratory, what: Shown, **over) -> list[str]:
    found = lab.session.scalars(listed(lab.provider.id, what, today(), **over)).all()
    return [one.no for one in found]


def test_the_list_shows_what_may_go_and_not_what_is_doubted(lab):
    due, kept, doubted = make_retained(lab), make_retained(lab, days=20), make_retained(lab)
    make_objection(lab, doubted.commission)

    assert shown(lab, Shown.DUE) == [due.no]
    assert set(shown(lab, Shown.RETAINED)) == {due.no, kept.no, doubted.no}
    assert counts(lab.session, lab.provider.id, today()) == {"out": 0, "due": 1, "proposed": 0}

    retention.ask_disposal(lab.work(lab.clerk), due.id)
    lab.session.flush()
    assert (shown(lab, Shown.DUE), shown(lab, Shown.PROPOSED)) == ([], [due.no])


def test_samples_are_found_by_state_place_number_and_name_of_this_laboratory_only(lab, session):
    other = make_laboratory(session)
    make_commission(other)
    commission = make_awaited(lab)
    first, second = whole_samples(lab, commission)
    receive(lab.work(lab.clerk), first.id, arrival(place="冷藏柜2"))
    first.name, second.name = "高硼硅杯", "陶瓷碗"
    lab.session.flush()

    assert shown(lab, Shown.ALL) == [first.no]
    assert shown(lab, Shown.WAITING, place="冷藏柜2", words="硼硅") == [first.no]
    assert shown(lab, Shown.WAITING, place="别处") == []
    assert shown(lab, Shown.ALL, words=str(commission.no).lower()) == [first.no]
    assert shown(lab, Shown.ALL, words="%") == []
