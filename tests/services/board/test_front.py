"""The figures of the home page, and what the form of a post offers."""

from services.board.models.interests import AmountBand, Deal, InterestState
from services.board.models.posts import Visibility
from services.board.queries.choices import firms_named, names_of, nodes_for
from services.board.queries.front import BoardFigures, board_figures
from services.board.queries.visibility import Reader
from services.core import clock
from tests.factories.board import make_board, make_firm, make_node, make_post
from tests.factories.interests import make_interest


def figures(session) -> BoardFigures:
    now = clock.now()
    return board_figures(session, Reader(None, clock.local_day(now)), now)


def make_deal(session, post, firm) -> None:
    interest = make_interest(session, post, firm, state=InterestState.DEALT)
    deal = Deal(interest_id=interest.id, band=AmountBand.TO_10K, recorded_at=clock.now(), recorded_by_id=firm.person.id)
    session.add(deal)
    session.flush()


def test_open_posts_are_those_that_everybody_reads(session):
    board = make_board(session)
    for mode in (Visibility.PUBLIC, Visibility.ANONYMOUS, Visibility.MEMBERS):
        make_post(session, board.member, board.association, visibility=mode)

    assert figures(session).open_posts == 2


def test_deals_of_fewer_than_five_firms_are_not_told(session):
    board = make_board(session)
    post = make_post(session, board.member, board.association)
    for firm in (board.other_member, board.stranger, board.outsider):
        make_deal(session, post, firm)
    assert figures(session).deals is None

    make_deal(session, post, make_firm(session))
    assert figures(session).deals == 4


def test_a_firm_chooses_among_the_nodes_of_its_chains_and_else_among_all(session):
    board = make_board(session)
    own, other = make_node(session, board.cluster), make_node(session, board.outsider.organisation.clusters[0], "锻造")

    assert [node.id for _, node in nodes_for(session, board.member.organisation.id)] == [own.id]
    assert [node.id for _, node in nodes_for(session, make_firm(session).organisation.id)] == [own.id, other.id]


def test_firms_are_found_by_their_full_and_their_short_name(session):
    first = make_firm(session, name="宝应县晶源玻璃制品有限公司", short_name="晶源玻璃").organisation
    second = make_firm(session, name="襄阳晶源玻璃厂", short_name="晶源玻璃").organisation

    found = firms_named(session, ["宝应县晶源玻璃制品有限公司", "晶源玻璃", "没有这家"])

    assert found == {"宝应县晶源玻璃制品有限公司": [first.id], "晶源玻璃": [first.id, second.id], "没有这家": []}
    assert names_of(session, [second.id]) == ["襄阳晶源玻璃厂"]
