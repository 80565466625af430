"""Pictures of a post: at most six, on drafts alone, and nothing of their names is kept."""

import io

import pytest
from PIL import Image

from services.board.errors import PictureExpected, TooManyPictures
from services.board.models.posts import PostState
from services.board.operations.pictures import add_picture, remove_picture
from services.core.errors import NotFound, WrongState
from services.core.files import content_of
from services.core.uploads import Upload, examine
from tests.factories.board import make_post


def picture(name="晶石玻璃厂区.png"):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return examine(io.BytesIO(out.getvalue()), name)


@pytest.fixture
def draft(session, board):
    return make_post(session, board.member, board.association, state=PostState.DRAFT)


@pytest.fixture
def mine(work_as, board):
    return work_as(board.member.actor)


def test_a_picture_is_kept_under_a_name_that_says_nothing(mine, draft, tmp_path):
    kept = add_picture(mine, tmp_path, draft.id, picture())

    assert (kept.position, kept.file.name, draft.version) == (1, "picture-1.png", 2)
    assert content_of(tmp_path, kept.file).startswith(b"\x89PNG")


def test_six_are_enough_and_gaps_are_filled(mine, draft, tmp_path):
    for _ in range(6):
        add_picture(mine, tmp_path, draft.id, picture())
    with pytest.raises(TooManyPictures):
        add_picture(mine, tmp_path, draft.id, picture())

    remove_picture(mine, draft.id, 3)

    assert add_picture(mine, tmp_path, draft.id, picture()).position == 3
    with pytest.raises(NotFound):
        remove_picture(mine, draft.id, 7)


def test_documents_published_posts_and_other_firms_are_refused(mine, work_as, draft, board, session, tmp_path):
    published = make_post(session, board.member, board.association)
    with pytest.raises(PictureExpected):
        add_picture(mine, tmp_path, draft.id, Upload("a.pdf", "pdf", "application/pdf", b"%PDF-"))
    with pytest.raises(WrongState):
        add_picture(mine, tmp_path, published.id, picture())
    with pytest.raises(NotFound):
        add_picture(work_as(board.stranger.actor), tmp_path, draft.id, picture())
