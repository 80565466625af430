"""The score of domain.md 6.11."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.board.models.posts import Direction
from services.board.rules.matching import (
    Class,
    Corpus,
    Parts,
    Side,
    Spot,
    bigrams,
    category,
    freshness,
    may_match,
    nearness,
    parts_of,
    spec_share,
    text_likeness,
    trust,
)
from services.board.rules.wishes import SpecWish

TODAY = date(2026, 11, 25)


def side(number=1, **over):
    values = {
        "id": number,
        "organisation_id": number,
        "direction": Direction.NEED,
        "what": Class("glass/10"),
        "title": "求购高硼硅玻璃棒",
        "body": "用于灯工挂件",
        "published_on": TODAY,
    }
    return Side(**values | over)


def offer(**over):
    return side(2, **{"direction": Direction.OFFER, "title": "供应玻璃管"} | over)


def test_the_vector_of_the_guide():
    parts = Parts(category=1, text=0.62, spec=0.8, place=1, trust=0.7, freshness=0.9)

    assert parts.score == pytest.approx(0.84)
    assert parts.percent == 84
    assert parts.is_suggested


@pytest.mark.parametrize(("text", "suggested"), [(0.2, True), (0.199, False)])
def test_a_counterpart_is_suggested_from_fifty_five(text, suggested):
    parts = Parts(category=1, text=text, spec=0, place=1, trust=0.5, freshness=0)

    assert parts.is_suggested is suggested


def test_needs_meet_offers_of_other_firms_only():
    assert may_match(side(), offer())
    assert not may_match(side(), side(2))
    assert not may_match(side(), offer(organisation_id=1))


@pytest.mark.parametrize(
    ("mine", "other", "share"),
    [
        (Class("glass/10"), Class("glass/10"), 1),
        (Class("glass/10", 1), Class("auto/1", 1), 1),
        (Class("glass/10"), Class("glass/3"), 0.7),
        (Class(None, 1, 9), Class(None, 2, 9), 0.7),
        (Class(None, 1), Class(None, 2), 0.4),
        (Class(None, 2), Class(None, 1), 0.4),
        (Class(None, 1), Class(None, 3), 0),
        (Class("glass/1"), Class("auto/1"), 0),
        (Class(), Class(), 0),
        (Class("glass"), Class("auto"), 0),
    ],
)
def test_the_category(mine, other, share):
    assert category(mine, other, {(1, 2)}) == share


def test_chinese_is_cut_into_bigrams_and_latin_into_words():
    assert bigrams("玻璃棒Φ6，GB 4806.5 管") == ["玻璃", "璃棒", "6", "gb", "4806.5", "管"]


def test_what_all_posts_say_counts_little():
    texts = [bigrams("求购玻璃棒"), bigrams("求购纸箱"), bigrams("求购模具")]
    corpus = Corpus.of(texts)

    assert corpus.weight("求购") < corpus.weight("纸箱")


def test_the_title_counts_twice():
    terms = side(title="玻璃", body="玻璃管").terms

    assert terms == {"玻璃": 3, "璃管": 1}


def test_likeness_is_one_for_the_same_text_and_nothing_for_none_in_common():
    corpus = Corpus.of([bigrams("求购玻璃棒")])
    one = corpus.vector(side(title="玻璃棒", body="").terms)

    assert text_likeness(one, one) == pytest.approx(1)
    assert text_likeness(one, corpus.vector({"纸箱": 1})) == 0
    assert text_likeness(one, corpus.vector({})) == 0


def test_specifications_quantity_and_prices_count_as_one_share():
    need = side(
        specs=(SpecWish("外径", "6–22", "mm"), SpecWish("颜色", "透明")),
        quantity=Decimal(8),
        unit="吨/月",
        price_to_fen=1000,
        price_unit="kg",
    )
    fitting = offer(
        specs=(SpecWish("直径", "10–40", "mm"),),
        quantity=Decimal(30),
        unit="吨/月",
        price_from_fen=920,
        price_to_fen=1050,
        price_unit="元/kg",
    )
    dear = offer(quantity=Decimal(30), unit="吨/月", price_from_fen=1100, price_to_fen=1200, price_unit="元/kg")

    assert spec_share(need, fitting) == 1
    assert spec_share(fitting, need) == 1
    assert spec_share(need, dear) == 0.5
    assert spec_share(need, offer(price_from_fen=99999, price_unit="台时")) == 0.5  # nothing can be compared


@pytest.mark.parametrize(
    ("wanted", "spot", "share"),
    [
        (None, Spot("420607"), 1),
        (Spot("321023", "小官庄镇"), Spot("321023", "小官庄镇"), 1),
        (Spot("321023", "小官庄镇"), Spot("321023", "安宜镇"), 0.7),
        (Spot("321023"), Spot("321023"), 0.7),
        (Spot("321023"), Spot("321012"), 0.4),
        (Spot("321023"), Spot("420607"), 0.2),
        (Spot("321023"), None, 0.2),
    ],
)
def test_nearness(wanted, spot, share):
    assert nearness(wanted, spot) == share


def test_trust_is_half_verification_and_half_answering():
    assert trust(3, 1.0) == 1
    assert trust(2, None) == pytest.approx(2 / 6 + 0.25)
    assert trust(0, 0.0) == 0


@pytest.mark.parametrize(("age", "share"), [(0, 1), (6, 0.9), (60, 0), (90, 0), (-1, 1)])
def test_freshness_ends_after_sixty_days(age, share):
    assert freshness(TODAY - timedelta(days=age), TODAY) == pytest.approx(share)


def test_the_score_of_an_anonymous_counterpart_does_not_move_with_its_firm():
    here = side(wanted=Spot("321023", "小官庄镇"))
    near = offer(is_anonymous=True, spot=Spot("321023", "小官庄镇"), level=3, answer_rate=1.0)
    far = offer(is_anonymous=True, spot=Spot("420607", "双沟镇"), level=0, answer_rate=0.0)

    assert parts_of(here, near, text=0.5, today=TODAY) == parts_of(here, far, text=0.5, today=TODAY)
