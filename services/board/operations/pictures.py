"""Pictures of a post: at most six, without anything but their pixels, under names that say nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from services.board.errors import PictureExpected, TooManyPictures
from services.board.models.posts import Post, PostPicture, PostState
from services.board.operations.steps import note, post_of_firm
from services.board.rules.states import POST_NAMES
from services.core.errors import NotFound, WrongState
from services.core.files import store
from services.core.uploads import Upload
from services.core.work import Work

MOST_PICTURES = 6
_EDITABLE = frozenset({PostState.DRAFT, PostState.RETURNED})


def add_picture(work: Work, folder: Path, post_id: int, upload: Upload) -> PostPicture:
    """Put a picture on a draft or a returned post, after those that are there. Its file name is forgotten."""
    post = _editable(work, post_id)
    if upload.extension not in {"jpg", "png"}:
        raise PictureExpected
    taken = {picture.position for picture in post.pictures}
    if len(taken) >= MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    position = min(set(range(1, MOST_PICTURES + 1)) - taken)
    nameless = replace(upload, name=f"picture-{position}.{upload.extension}")
    file = store(work, folder, nameless, organisation_id=post.organisation_id, purpose="post")
    picture = PostPicture(post_id=post.id, position=position, file=file)
    post.pictures.append(picture)
    _changed(work, post)
    return picture


def remove_picture(work: Work, post_id: int, position: int) -> None:
    """Take a picture off a draft or a returned post."""
    post = _editable(work, post_id)
    picture = next((one for one in post.pictures if one.position == position), None)
    if picture is None:
        raise NotFound
    post.pictures.remove(picture)
    _changed(work, post)


def _editable(work: Work, post_id: int) -> Post:
    post = post_of_firm(work, post_id)
    if post.state not in _EDITABLE:
        raise WrongState(state=POST_NAMES[post.state])
    return post


def _changed(work: Work, post: Post) -> None:
    post.version += 1
    note(work, post, "changed", version=post.version)
    work.record("post.pictures", post, version=post.version)
