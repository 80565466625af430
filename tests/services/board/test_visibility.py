"""Who reads a post: the condition and the tokens agree, for every mode and every reader; the face gives nothing away."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.posts import Post, PostState, Visibility
from services.board.queries.visibility import (
    face_of,
    hidden_face_of,
    mine_or,
    reader_of,
    readers_of,
    tokens_of,
    visible_to,
)
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.organisations.models import OrgKind
from tests.factories.board import enrol_firm, make_association, make_firm, make_node, make_post
from tests.factories.catalogue import make_cluster

EVERYBODY = {"poster", "member", "node", "named", "stranger", "unverified", "outsider", "staff", "visitor", "office"}
WHO = {
    Visibility.PUBLIC: EVERYBODY | {"rival_staff", "rival_member", "operator"},
    Visibility.ANONYMOUS: EVERYBODY | {"rival_staff", "rival_member", "operator"},
    Visibility.VERIFIED: EVERYBODY - {"unverified", "visitor", "office"} | {"rival_staff", "rival_member"},
    Visibility.MEMBERS: {"poster", "member", "node", "staff"},
    Visibility.SELECTED: {"poster", "node", "named", "staff"},
}


@pytest.fixture
def today():
    return clock.local_day(clock.now())


@pytest.fixture
def readers(session, board, today):
    """One reader of every kind by what it is called in ``WHO``."""
    node = make_node(session, board.cluster)
    elsewhere = make_cluster(session)
    rival = make_association(session, elsewhere)
    rival_member = make_firm(session, elsewhere, chain_node="玻璃棒管")
    enrol_firm(session, rival, rival_member)
    make_node(session, elsewhere)
    office = make_firm(session, board.cluster, Role.GOV_OFFICER, kind=OrgKind.DEPARTMENT)
    operator = make_firm(session, None, Role.SYSADMIN, kind=OrgKind.OPERATOR)
    named = make_firm(session, None)
    member = make_firm(session, board.cluster)
    enrol_firm(session, board.association, member)
    actors = {
        "poster": board.member.actor,
        "node": board.other_member.actor,
        "member": member.actor,
        "named": named.actor,
        "stranger": board.stranger.actor,
        "unverified": board.unverified.actor,
        "outsider": board.outsider.actor,
        "staff": board.association.actor,
        "visitor": Actor.visitor(),
        "office": office.actor,
        "rival_staff": rival.actor,
        "rival_member": rival_member.actor,
        "operator": operator.actor,
    }
    found = {who: reader_of(session, actor, today) for who, actor in actors.items()}
    assert found["node"].node_ids == {node.id}
    return found


def _post(session, board, readers, visibility, **over):
    targets = {}
    if visibility is Visibility.SELECTED:
        targets = {
            "target_nodes": tuple(readers["node"].node_ids),
            "target_firms": (readers["named"].organisation_id, readers["unverified"].organisation_id),
        }
    return make_post(session, board.member, board.association, visibility=visibility, **targets, **over)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_condition_and_the_tokens_agree_for_every_mode_and_every_reader(session, board, readers, visibility):
    post = _post(session, board, readers, visibility)

    by_condition = {
        who for who, reader in readers.items() if session.scalar(select(Post.id).where(visible_to(reader))) == post.id
    }
    by_tokens = {who for who, reader in readers.items() if set(tokens_of(reader)) & set(readers_of(post))}

    assert by_condition == WHO[visibility]
    assert by_tokens == WHO[visibility]


@pytest.mark.parametrize("state", [state for state in PostState if state is not PostState.PUBLISHED])
def test_what_is_not_published_is_read_by_nobody(session, board, readers, state):
    _post(session, board, readers, Visibility.PUBLIC, state=state)

    for reader in readers.values():
        assert session.scalar(select(Post.id).where(visible_to(reader))) is None


def test_what_ran_out_is_read_by_nobody_even_before_the_job_expires_it(session, board, readers, today):
    _post(session, board, readers, Visibility.PUBLIC, valid_until=today - timedelta(days=1))

    assert session.scalar(select(Post.id).where(visible_to(readers["visitor"]))) is None


def test_without_an_association_members_means_verified_firms_and_the_operator_reviews(session, board, readers):
    post = make_post(session, board.outsider, None, visibility=Visibility.MEMBERS)

    who = {who for who, reader in readers.items() if session.scalar(select(Post.id).where(visible_to(reader)))}

    assert who == EVERYBODY - {"unverified", "visitor", "office"} | {"rival_staff", "rival_member", "operator"}
    assert who == {who for who, reader in readers.items() if set(tokens_of(reader)) & set(readers_of(post))}


def test_the_firm_reads_its_own_in_any_state_and_the_association_all_but_drafts(session, board, readers):
    draft = _post(session, board, readers, Visibility.PUBLIC, state=PostState.DRAFT)
    closed = _post(session, board, readers, Visibility.PUBLIC, state=PostState.CLOSED)

    def read_by(who):
        reader = readers[who]
        return set(session.scalars(select(Post.id).where(mine_or(reader, visible_to(reader)))))

    assert read_by("poster") == {draft.id, closed.id}
    assert read_by("staff") == {closed.id}
    assert read_by("member") == read_by("rival_staff") == read_by("visitor") == set()


def test_the_face_of_an_anonymous_post_is_the_association_and_nothing_else(session, board, readers):
    post = _post(session, board, readers, Visibility.ANONYMOUS)
    firm, front = board.member.organisation, board.association.organisation

    for who, reader in readers.items():
        hidden = hidden_face_of(post, reader)
        assert (hidden and hidden.name) == (firm.name if who == "staff" else None), who
    face = face_of(post)
    assert face.is_anonymous
    assert (face.name, face.label) == (front.name, front.label)
    assert (face.organisation_id, face.town, face.level) == (None, "", 0)


def test_the_face_of_any_other_post_is_the_firm(session, board):
    post = make_post(session, board.member, board.association)
    firm = board.member.organisation

    face = face_of(post)

    assert (face.name, face.town, face.level, face.is_anonymous) == (firm.name, firm.town, firm.level, False)
