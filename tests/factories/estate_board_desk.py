"""What waits at the review desk of the estate's association: a post, a report of abuse, a suspension, a word, a member."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.board.models.posts import PostState
from services.board.models.reviews import AbuseReason, AbuseReport, ForbiddenWord, PostingSuspension
from services.core import clock
from services.organisations.models import ClusterOrganisation, Organisation
from tests.factories.board import Firm, enrol_firm, make_firm, make_post
from tests.factories.catalogue import make_cluster
from tests.factories.organisations import actor_of


def reviewed(session: Session, clerk: tuple[int, int | None]) -> dict[str, list[Any]]:
    """Give the association of ``clerk`` something of everything to decide; return the places."""
    person, organisation = session.get_one(Person, clerk[0]), session.get_one(Organisation, clerk[1])
    association = Firm(organisation, person, actor_of(session, person, organisation))
    cluster = make_cluster(session)
    session.add(ClusterOrganisation(cluster_id=cluster.id, organisation_id=organisation.id))
    member, other = make_firm(session, cluster), make_firm(session, cluster)
    enrol_firm(session, association, member)
    waiting = make_post(session, member, association, state=PostState.SUBMITTED, valid_until=None)
    reported = make_post(session, member, association)
    today = clock.local_day(clock.now())
    report = AbuseReport(
        post_id=reported.id,
        organisation_id=other.organisation.id,
        person_id=other.person.id,
        reason=AbuseReason.FALSE,
        at=clock.now(),
    )
    suspension = PostingSuspension(
        organisation_id=member.organisation.id, from_on=today, until_on=today + timedelta(days=89), reason="两次举报"
    )
    word = ForbiddenWord(word="发泡餐具", reason="国家明令淘汰")
    session.add_all([report, suspension, word])
    session.flush()
    return {
        **{f"board.{name} no": [waiting.no] for name in ("desk_post", "review_post")},
        "board.take_post_down no": [reported.no],
        "board.count_reading no": [reported.no],
        "board.end_member organisation_id": [member.organisation.id],
        "board.mark_member organisation_id": [other.organisation.id],
        "board.behalf ?": ["q=canary"],
        "board.desk ?": ["list=held", "list=afterwards", "list=all"],
        "board.desk_report report_id": [report.id],
        "suspension_id": [suspension.id],
        "word_id": [word.id],
    }
