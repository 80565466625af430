"""Words that mean the same find each other; staff maintain them."""

import pytest
from sqlalchemy import select

from services.core.actor import Actor
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound
from services.core.outbox import REBUILD, OutboxTask
from services.search.errors import TermTwice, TooFewTerms, TooManyTerms
from services.search.lexicon import lexicon_of
from services.search.models import SynonymTerm
from services.search.operations.synonyms import remove_group, save_group
from services.search.queries.synonyms import group, groups_found
from tests.factories.board import make_board, make_post
from tests.services.search.conftest import ids_of


def test_each_word_of_a_group_finds_the_others(session, work, search):
    board = make_board(session)
    post = make_post(session, board.stranger, title="求购高硼硅玻璃棒十吨", body="灯工用料，要求无气线、结石。" * 3)
    other = make_post(session, board.stranger, title="供应玻棒，规格齐全", body="灯工用料，要求无气线、结石。" * 3)
    save_group(work, ["玻璃棒", "玻棒", "glass rod"])

    for line in ("玻璃棒", "玻棒"):
        assert ids_of(search(line)) >= {("post", post.id), ("post", other.id)}


def test_words_are_folded_and_typed_in_one_line(work):
    made = save_group(work, ["瓦楞箱、紙箱, ＰＥＴ箱"], note=" 包装 ")

    assert [one.term for one in made.terms] == ["瓦楞箱", "纸箱", "pet箱"]
    assert made.note == "包装"


def test_a_change_is_known_at_once_and_has_the_index_made_anew(session, work):
    made = save_group(work, ["纸箱", "瓦楞箱"])
    assert lexicon_of(session).synonyms["纸箱"] == ("瓦楞箱",)

    save_group(work, ["纸箱", "外箱"], group_id=made.id, version=made.version)
    assert lexicon_of(session).synonyms == {"纸箱": ("外箱",), "外箱": ("纸箱",)}
    assert session.scalars(select(OutboxTask.task)).all() == [REBUILD]

    remove_group(work, made.id)
    assert lexicon_of(session).synonyms == {}
    assert session.scalars(select(SynonymTerm)).all() == []


def test_a_group_needs_two_words_at_most_seven_and_none_of_another_group(work):
    save_group(work, ["纸箱", "瓦楞箱"])

    with pytest.raises(TooFewTerms):
        save_group(work, ["纸箱", "箱"])
    with pytest.raises(TooManyTerms):
        save_group(work, [f"同义词{number}" for number in range(8)])
    with pytest.raises(TermTwice) as refused:
        save_group(work, ["外箱", "紙箱"])
    assert refused.value.values == {"term": "纸箱"}


def test_an_old_version_is_not_saved_over_a_new_one(session, work):
    made = save_group(work, ["纸箱", "瓦楞箱"])
    seen = made.version
    save_group(work, ["纸箱", "外箱"], group_id=made.id, version=seen)
    session.flush()

    with pytest.raises(ChangedMeanwhile):
        save_group(work, ["纸箱", "盒子"], group_id=made.id, version=seen)


def test_only_those_who_may_maintain_them(work_as):
    visitor = work_as(Actor.visitor())

    with pytest.raises(NotAllowed):
        save_group(visitor, ["纸箱", "瓦楞箱"])
    with pytest.raises(NotAllowed):
        remove_group(visitor, 1)


def test_groups_are_looked_up_by_their_words(session, work):
    made = save_group(work, ["纸箱", "瓦楞箱"])
    save_group(work, ["玻璃棒", "玻棒"])

    assert session.scalars(groups_found("紙")).all() == [made]
    assert len(session.scalars(groups_found()).all()) == 2
    assert group(session, made.id) is made
    with pytest.raises(NotFound):
        group(session, made.id + 100)
