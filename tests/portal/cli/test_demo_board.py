"""The board of the demonstration: thirty posts in the states that are told, and the counterparts they find."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.cli.demo.sheets import stories
from services.board.models.interests import Deal, Interest, InterestState
from services.board.models.matches import PostMatch
from services.board.models.posts import Contribution, Post, PostState, Visibility


def titles(session: Session, state: PostState) -> list[str]:
    return list(session.scalars(select(Post.title).where(Post.state == state).order_by(Post.id)))


def test_the_posts_stand_as_they_are_told(full: Session):
    states = Counter(full.scalars(select(Post.state)))
    assert states == {
        PostState.PUBLISHED: 20,
        PostState.EXPIRED: 3,
        PostState.SUBMITTED: 2,
        PostState.DEALT: 2,
        PostState.RETURNED: 1,
        PostState.TAKEN_DOWN: 1,
        PostState.DRAFT: 1,
    }
    assert set(full.scalars(select(Post.visibility))) == set(Visibility) - {Visibility.VERIFIED}
    assert titles(full, PostState.RETURNED) == ["求购10.9级螺栓用盘条SWRCH35K"]


def test_the_posts_find_the_counterparts_that_are_expected(full: Session):
    one, other = aliased(Post), aliased(Post)
    statement = select(one.title, other.title).join(PostMatch, PostMatch.post_id == one.id)
    pairs = set(full.execute(statement.join(other, PostMatch.other_id == other.id)).all())
    beginnings = {(a[:6], b[:6]) for a, b in pairs}
    assert {
        ("求购高硼硅玻", "供应中性硼硅"),
        ("连杆粗加工外", "数控车床4台"),
        ("校服面料：涤", "活性染色来料"),
    } <= beginnings
    dealt = set(titles(full, PostState.DEALT))
    assert not {title for pair in pairs for title in pair} & dealt, "what is closed is not suggested"


def test_interests_deals_and_quantities_are_shown(full: Session):
    states = set(full.scalars(select(Interest.state)))
    assert {
        InterestState.SUBMITTED,
        InterestState.SEEN,
        InterestState.EXCHANGED,
        InterestState.DECLINED,
        InterestState.NEGOTIATING,
        InterestState.DEALT,
        InterestState.FAILED,
    } <= states
    assert len(full.scalars(select(Deal)).all()) == 2
    assert sum(full.scalars(select(Contribution.quantity_milli))) == 16300
    assert full.scalar(select(Interest.id).where(Interest.reminded_at.is_not(None))) is not None


def test_the_small_board_needs_nobody_who_is_not_there(small: Session):
    keys = {story["key"] for story in stories("posts")["posts"] if story["small"]}
    assert len(small.scalars(select(Post)).all()) == len(keys)
    for kind in ("interests", "contributions", "reports"):
        assert {story["post"] for story in stories("posts")[kind] if story["small"]} <= keys
