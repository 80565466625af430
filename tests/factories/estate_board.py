"""What firm A has posted in the estate: an anonymous post that everybody reads, one for selected readers, a draft."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from services.board.models.posts import PostPicture, PostState, Visibility
from services.core import clock
from services.core.base import Base
from services.core.files import store
from services.core.uploads import examine
from services.core.work import Work
from services.organisations.models import Organisation
from tests.factories.board import Firm, make_association, make_post
from tests.factories.booking import Market
from tests.factories.canaries import canary
from tests.factories.catalogue import make_cluster
from tests.factories.organisations import actor_of

PUBLIC_PAGES = ("show", "print_post", "picture")


def posted(
    session: Session, x: Market, selected_no: str, picture: Path, uploads: Path
) -> tuple[dict[str, list[Any]], list[Base]]:
    """Let A post behind an association; return the places, and what is A's own.

    The public text of the anonymous post gives nothing away, so it is not planted; its contact is.
    """
    a = Firm(x.firm, x.agent, actor_of(session, x.agent, x.firm))
    association = make_association(session, make_cluster(session))
    anonymous = make_post(
        session,
        a,
        association,
        visibility=Visibility.ANONYMOUS,
        contact_name=canary("a"),
        gathers_until=clock.local_day(clock.now()) + timedelta(days=10),
        unit="吨",
    )
    draft = make_post(session, a, association, state=PostState.DRAFT)
    for post in (anonymous, draft):
        _illustrate(Work(session, a.actor, clock.now()), post.id, picture, uploads, x.firm)
    session.flush()
    places: dict[str, list[Any]] = {f"board.{name} no": [anonymous.no, selected_no] for name in PUBLIC_PAGES}
    places |= {
        "board.card no": [anonymous.no],
        "board.edit no": [selected_no],
        **{f"board.{name} no": [anonymous.no] for name in ("add_quantity", "take_quantity_back", "report_post")},
        **{f"board.{name} post_id": [draft.id] for name in ("act", "draft", "draft_picture")},
        "board.act deed": ["discard"],
        "position": [1],
        "board.feed ?": ["q=canary", "direction=need"],
        "board.index ?": ["q=canary", "sort=price", f"q={anonymous.no}"],
        "board.mine ?": ["tab=drafts", "tab=done"],
        "board.new ?": ["direction=offer&title=canary", f"copy={selected_no}"],
    }
    return places, [draft]


def _illustrate(work: Work, post_id: int, picture: Path, uploads: Path, owner: Organisation) -> None:
    with picture.open("rb") as stream:
        file = store(work, uploads, examine(stream, "样品.png"), organisation_id=owner.id, purpose="post")
    work.session.add(PostPicture(post_id=post_id, position=1, file_id=file.id))
