"""What is found, for whom, and that nothing else is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.posts import Post, PostState, Visibility
from services.board.queries.visibility import reader_of, visible_to
from services.catalogue.models import Market, ModuleKind, ModuleMarket, ModuleState
from services.core import clock
from services.core.actor import Actor
from services.organisations.models import OrgState
from services.search import finding
from services.search.documents import Kind, Order
from services.search.errors import LineTooLong
from services.search.finding import Wish
from tests.factories.board import make_board, make_node, make_post
from tests.factories.catalogue import make_module, make_provider
from tests.factories.laboratory import make_standard
from tests.factories.organisations import make_organisation
from tests.factories.training import make_school
from tests.services.search.conftest import ids_of, titles_of

CANARY = "金丝雀牌滤芯"


def test_every_kind_is_found_in_its_own_group_with_counts(session, search):
    board = make_board(session)
    provider = make_provider(session)
    module = make_module(session, provider, name="玻璃棒退火服务", kind=ModuleKind.PROJECT)
    item = make_module(session, provider, name="玻璃棒膨胀系数", kind=ModuleKind.TEST)
    standard = make_standard(session, "GB/T 16920-2015", title="玻璃棒平均线热膨胀系数的测定")
    post = make_post(session, board.member)
    firm = make_organisation(session, name="示例玻璃棒有限公司")
    course = make_school(session).course
    course.title = "玻璃棒热加工"

    found = search("玻璃棒")

    assert [group.kind for group in found.groups] == list(Kind)
    assert ids_of(found) >= {
        ("module", module.id),
        ("item", item.id),
        ("standard", standard.id),
        ("post", post.id),
        ("course", course.id),
        ("enterprise", firm.id),
    }
    assert list(found.counts) == list(Kind)
    assert found.total == sum(found.counts.values())
    assert not found.is_loose
    assert not found.is_from_database


@pytest.mark.parametrize(
    "line",
    [
        "gb4806.5",
        "GB/T4806.5",
        "ＧＢ４８０６．５",
        "GB 4806.5—2016",
        "4806.5",
        "玻璃製品",
        "boli",
        "blzp",
        "bo li zhi pin",
    ],
)
def test_a_standard_is_found_in_any_spelling(session, search, line):
    standard = make_standard(session, "GB 4806.5-2016", title="食品接触用玻璃制品")
    make_standard(session, "GB/T 3920-2008", title="纺织品 色牢度试验 耐摩擦色牢度")

    assert titles_of(search(line))[0] == f"{standard.number} {standard.title}"


@pytest.mark.parametrize(
    "line", ["GBT3920", "gb3920", "gb/t 3920-2008", "色牢度", "耐摩擦", "磨擦色牢度", "selaodu", "色", "sld"]
)
def test_what_is_typed_wrongly_or_shortly_is_found_as_well(session, search, line):
    make_standard(session, "GB 4806.5-2016", title="食品接触用玻璃制品")
    standard = make_standard(session, "GB/T 3920-2008", title="纺织品 色牢度试验 耐摩擦色牢度")

    assert ids_of(search(line)) == {("standard", standard.id)}


def test_latin_words_may_differ_by_a_letter(session, search):
    standard = make_standard(session, title="玻璃", title_en="Borosilicate glass")

    assert ids_of(search("borosillicate")) == {("standard", standard.id)}


def test_words_are_marked_in_title_and_text(session, search):
    make_standard(session, title="玻璃棒的测定", summary="甲" * 200 + "用玻璃棒" + "乙" * 200)

    find = search("玻璃棒").groups[0].finds[0]

    assert [piece.text for piece in find.title if piece.is_marked] == ["玻璃棒"]
    assert [piece.text for piece in find.text if piece.is_marked] == ["玻璃棒"]
    assert sum(len(piece.text) for piece in find.text) < 100


def test_nothing_is_found_for_nothing_but_signs(session, search):
    make_standard(session)

    assert search("😀 !?").total == 0
    assert search("<<>>").total == 0


def test_too_long_a_line_is_refused(search):
    with pytest.raises(LineTooLong):
        search("玻" * 201)


@pytest.mark.parametrize(
    "bomb",
    [
        "*" * 200,
        "玻璃" * 100,
        "a~ " * 60,
        "(" * 200,
        "enterprise:甲 readers:org:1",
        "x" * 200,
        "[* TO *]",
        "a OR " * 40,
        "\0\u202e%_",
    ],
)
def test_a_bomb_is_only_a_line_of_words(session, search, bomb):
    make_standard(session, title="玻璃")

    assert search(bomb).total <= 1


@pytest.mark.parametrize("value", ["\0", "9" * 30, "²", "\ud800", "x" * 500, "' OR 1=1 --", ""])
def test_a_facet_takes_whatever_stands_in_an_address(session, search, value):
    make_post(session, make_board(session).member)

    for name in ("node", "product", "town", "cluster"):
        found = search("玻璃棒", kind=Kind.POST, facets={name: (value,)})
        assert found.counts[Kind.POST] == 1


@pytest.mark.parametrize("line", ["\0玻璃\0", "玻璃\ud800", "\u202e玻璃\u200b"])
def test_without_an_index_too_whatever_is_typed_is_only_words(session, whoosh, line):
    make_standard(session, title="玻璃")
    session.commit()
    reader = reader_of(session, Actor.visitor(), clock.local_day(clock.now()))

    assert finding.search(session, whoosh, reader, Wish(line)).total == 1


def everyone(board):
    return [
        board.visitor,
        board.association.actor,
        board.member.actor,
        board.other_member.actor,
        board.stranger.actor,
        board.unverified.actor,
        board.outsider.actor,
    ]


@pytest.mark.parametrize("visibility", Visibility)
def test_a_post_is_found_counted_and_suggested_for_its_readers_alone(session, search, whoosh, visibility):
    board = make_board(session)
    node = make_node(session, board.cluster)
    targets = (node.id,) if visibility is Visibility.SELECTED else ()
    post = make_post(
        session,
        board.member,
        board.association,
        title=f"求购{CANARY}",
        visibility=visibility,
        target_nodes=targets,
        is_urgent=True,
    )
    make_post(session, board.member, title="求购别的玻璃棒")
    search()
    day = clock.local_day(clock.now())
    for actor in everyone(board):
        reader = reader_of(session, actor, day)
        may_read = session.scalar(finding_ids(reader, post.id)) is not None
        overview, board_page = search(CANARY, actor), search(CANARY, actor, kind=Kind.POST)
        assert (("post", post.id) in ids_of(overview)) is may_read
        assert overview.total == (1 if may_read else 0) or overview.is_loose
        assert board_page.counts.get(Kind.POST, 0) == overview.counts.get(Kind.POST, 0)
        urgent = {choice.value for choice in search("", actor, kind=Kind.POST).choices.get("urgent", ())}
        assert urgent == ({"yes"} if may_read else set())
        assert bool(finding.suggest(session, whoosh, reader, "jinsique")) is may_read
        assert bool(finding.suggest(session, whoosh, reader, "金丝")) is may_read


def finding_ids(reader, post_id):
    return select(Post.id).where(visible_to(reader), Post.id == post_id)


def test_an_anonymous_post_is_not_found_by_anything_of_its_firm(session, search):
    board = make_board(session)
    firm = board.member.organisation
    firm.name, firm.short_name, firm.town = "示例曌淼有限公司", "曌淼", "曌溪"
    post = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)

    for actor in everyone(board):
        for line in ("曌淼", "曌溪", "曌", "zhaomiao"):
            assert ("post", post.id) not in ids_of(search(line, actor, kind=Kind.POST))
    found = search("", kind=Kind.POST)
    assert ("post", post.id) in ids_of(found)
    assert "town" not in found.choices
    assert "verified" not in found.choices
    assert found.groups[0].finds[0].thing.face.organisation_id is None


def test_what_the_index_still_has_but_may_no_longer_be_read_is_neither_shown_nor_counted(session, search):
    board = make_board(session)
    post = make_post(session, board.member, title=f"求购{CANARY}")
    assert search(CANARY).total == 1

    post.visibility = Visibility.VERIFIED
    found = search(CANARY)

    assert found.total == 0
    assert not ids_of(found)
    assert search(CANARY, board.stranger.actor).total == 1


@pytest.mark.parametrize("state", [state for state in PostState if state is not PostState.PUBLISHED])
def test_only_published_posts_are_found(session, search, state):
    board = make_board(session)
    make_post(session, board.member, title=f"求购{CANARY}", state=state)

    assert search(CANARY, board.member.actor).total == 0


def test_drafts_and_what_suspended_providers_offer_are_not_found(session, search):
    suspended = make_provider(session)
    make_module(session, suspended, name=f"{CANARY}检验")
    suspended.organisation.state = OrgState.SUSPENDED
    make_module(session, name=f"{CANARY}检验", state=ModuleState.DRAFT)

    assert search(CANARY).total == 0


def test_hits_of_a_kind_are_narrowed_counted_and_paged(session, search):
    board = make_board(session)
    urgent = [make_post(session, board.member, is_urgent=True) for _ in range(3)]
    for _ in range(4):
        make_post(session, board.member)

    all_posts = search("玻璃棒", kind=Kind.POST, per_page=5)
    narrowed = search("玻璃棒", kind=Kind.POST, facets={"urgent": ("yes",), "nonsense": ("x",)})
    second = search("玻璃棒", kind=Kind.POST, per_page=5, page=2)

    assert (all_posts.total, all_posts.pages, len(all_posts.groups[0].finds)) == (7, 2, 5)
    assert len(second.groups[0].finds) == 2
    assert not ids_of(second) & ids_of(all_posts)
    assert [(choice.value, choice.count) for choice in all_posts.choices["urgent"]] == [("yes", 3)]
    assert ids_of(narrowed) == {("post", post.id) for post in urgent}
    assert narrowed.counts[Kind.POST] == 7
    assert narrowed.total == 3


def test_hits_are_sorted_by_date_price_and_deadline(session, search):
    board = make_board(session)
    now, day = clock.now(), clock.local_day(clock.now())
    old = make_post(session, board.member, published_at=now - timedelta(days=9), price_from_fen=100, price_to_fen=200)
    new = make_post(session, board.member, price_from_fen=900, valid_until=day + timedelta(days=3))
    priceless = make_post(
        session, board.member, published_at=now - timedelta(days=5), valid_until=day + timedelta(days=9)
    )

    def order(by: Order) -> list[int]:
        return [find.id for find in search("玻璃棒", kind=Kind.POST, order=by).groups[0].finds]

    assert order(Order.NEWEST) == [new.id, priceless.id, old.id]
    assert order(Order.PRICE) == [old.id, new.id, priceless.id]
    assert order(Order.DEADLINE) == [new.id, priceless.id, old.id]


def test_a_market_is_found_without_blanks_beside_the_product(session, search):
    export = make_module(session, name="圣诞挂件检测方案", kind=ModuleKind.PACKAGE)
    export.markets = [ModuleMarket(market=Market.EU)]
    make_module(session, name="圣诞挂件内销检测", kind=ModuleKind.PACKAGE)

    assert titles_of(search("圣诞挂件出口欧盟"))[0] == "圣诞挂件检测方案"


def test_the_number_of_statements_does_not_grow_with_the_hits(session, search, counted_queries):
    board = make_board(session)
    for _ in range(3):
        make_post(session, board.member)
    search("玻璃棒")
    with counted_queries() as few:
        search("玻璃棒", kind=Kind.POST, per_page=3)
    with counted_queries() as many:
        search("玻璃棒", kind=Kind.POST, per_page=20)

    assert len(few) == len(many)


def test_without_an_index_the_database_is_searched_and_the_answer_says_so(session, whoosh):
    board = make_board(session)
    seen = make_post(session, board.member, title="求购玻璃棒若干吨")
    hidden = make_post(session, board.member, title="求购玻璃棒若干吨", visibility=Visibility.VERIFIED)
    standard = make_standard(session, "GB 4806.5-2016", title="食品接触用玻璃制品")
    session.commit()
    reader = reader_of(session, board.visitor, clock.local_day(clock.now()))

    found = finding.search(session, whoosh, reader, Wish("玻璃棒 若干"))

    assert found.is_from_database
    assert ids_of(found) == {("post", seen.id)}
    assert hidden.id != seen.id
    assert ids_of(finding.search(session, whoosh, reader, Wish("gb4806.5"))) == {("standard", standard.id)}
    assert ids_of(finding.search(session, whoosh, reader, Wish("玻璃%"))) == set()
    assert finding.search(session, whoosh, reader, Wish("玻璃", kind=Kind.POST)).total == 1
    assert finding.suggest(session, whoosh, reader, "玻") == []
