"""Modules are found by words, narrowed by facets with honest counts, and ordered."""

from datetime import date

import pytest

from services.catalogue.browsing import DaysBand, Facet, PriceBand, Sort, Wish, browse, days_band, price_band
from services.catalogue.models import CenterType, Market, ModuleKind, ModuleState, Recognition, ServiceField
from services.catalogue.search_words import words_of
from services.organisations.models import OrgState
from tests.factories.catalogue import make_cluster, make_module, make_price, make_product, make_provider

TODAY = date(2026, 11, 24)


def codes(session, line: str = "", sort: Sort = Sort.RELEVANCE, **choices: str) -> list[str]:
    wish = Wish(line, {Facet(name): value for name, value in choices.items()}, sort)
    return [card.code for card in browse(session, wish, day=TODAY).cards]


@pytest.fixture
def catalogue(session):
    glass = make_cluster(session, key="BY-GLASS")
    lab = make_provider(session, "宝应检测中心", clusters=[glass])
    works = make_provider(session, "研发中心", center_type=CenterType.RD)
    ornaments = make_product(session, code="glass/1", name="玻璃圣诞工艺品")
    make_module(
        session,
        lab,
        code="K01",
        name="玻璃圣诞挂件方案",
        kind=ModuleKind.PACKAGE,
        working_days=6,
        products=[ornaments],
        markets=[Market.EU],
        price={"unit_fen": 170000},
    )
    make_module(session, lab, code="TG01", name="内应力", method="GB/T 4545-2007", working_days=2, products=[ornaments])
    make_module(session, lab, code="TX01", name="色牢度", recognition=Recognition.NONE, audience="100%棉布_服装")
    make_module(
        session,
        works,
        code="R01",
        name="灯工操作台机时",
        kind=ModuleKind.MACHINE_HOUR,
        working_days=None,
        recognition=Recognition.NOT_APPLICABLE,
        fields=[ServiceField.TECHNOLOGY, ServiceField.TRAINING],
        price={"unit_fen": 4000},
    )
    return glass, lab, works


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("圣诞 欧盟", ["K01"]),
        ("圣诞挂件出口欧盟", ["K01"]),
        ("挂件 出口", ["K01"]),
        ("export", ["K01"]),
        ("出口美国", []),
        ("ＴＧ０１", ["TG01"]),
        ("tg01", ["TG01"]),
        ("GBT4545", ["TG01"]),
        ("灯", ["R01"]),
        ("宝应检测", ["K01", "TG01", "TX01"]),
        ("圣诞工艺品", ["K01", "TG01"]),
        ("100%", ["TX01"]),
        ("_", ["TX01"]),
        ("%%", []),
        ("<script>", []),
        ("🙂", []),
        ("/", ["TG01"]),
        ("", ["K01", "TG01", "TX01", "R01"]),
    ],
)
def test_a_line_finds_modules_by_name_code_method_product_market_and_provider(session, catalogue, line, found):
    assert codes(session, line) == found


def test_a_hit_in_the_name_comes_before_one_in_the_product(session, catalogue):
    make_module(session, code="A99", name="普通方案", audience="做色牢度的厂", kind=ModuleKind.PACKAGE)

    assert codes(session, "色牢度") == ["TX01", "A99"]


def test_each_facet_narrows(session, catalogue):
    glass, lab, works = catalogue

    assert codes(session, field="training") == ["R01"]
    assert codes(session, center="rd") == ["R01"]
    assert codes(session, cluster=str(glass.id)) == ["K01", "TG01", "TX01"]
    assert codes(session, product="glass/1") == ["K01", "TG01"]
    assert codes(session, market="eu") == ["K01"]
    assert codes(session, price="to-100") == ["R01"]
    assert codes(session, days="appointment") == ["R01"]
    assert codes(session, days="to-2") == ["TG01"]
    assert codes(session, recognition="none") == ["TX01"]
    assert codes(session, provider=str(works.id)) == ["R01"]
    assert codes(session, provider=str(lab.id), days="to-2") == ["TG01"]
    assert codes(session, provider="nonsense") == []


def test_the_counts_of_a_facet_ignore_its_own_choice_and_obey_all_others(session, catalogue):
    wish = Wish(choices={Facet.RECOGNITION: "cma", Facet.PRODUCT: "glass/1"})

    found = browse(session, wish, day=TODAY)

    assert found.total == 2
    assert found.counts[Facet.RECOGNITION] == {"cma": 2}
    assert found.counts[Facet.PRODUCT] == {"glass/1": 2}
    assert found.counts[Facet.DAYS] == {"to-10": 1, "to-2": 1}
    alone = browse(session, Wish(choices={Facet.RECOGNITION: "cma"}), day=TODAY)
    assert alone.counts[Facet.RECOGNITION] == {"cma": 2, "none": 1, "not_applicable": 1}


def test_lists_are_ordered_by_price_or_days(session, catalogue):
    assert codes(session, sort=Sort.PRICE) == ["R01", "TG01", "TX01", "K01"]
    assert codes(session, sort=Sort.DAYS) == ["TG01", "TX01", "K01", "R01"]


def test_drafts_withdrawn_modules_and_suspended_providers_are_not_found_and_paused_ones_come_last(session):
    for state in ModuleState:
        make_module(session, code=f"S-{state.value[:4].upper()}", state=state, state_reason="设备检修")
    suspended = make_module(session, code="S-GONE")
    suspended.provider.organisation.state = OrgState.SUSPENDED
    session.flush()

    assert codes(session) == ["S-PUBL", "S-PAUS"]


def test_pages_are_cut_and_an_impossible_one_is_the_last(session):
    for _ in range(5):
        make_module(session)

    found = browse(session, Wish(), day=TODAY, page=99, per_page=2)

    assert (found.total, found.pages, found.number, len(found.cards)) == (5, 3, 3, 1)


def test_the_price_of_the_day_is_shown_and_a_coming_one_is_not(session):
    module = make_module(session, code="P1", price={"unit_fen": 10000, "effective_on": date(2026, 1, 1)})
    make_price(session, module, unit_fen=30000, effective_on=date(2026, 12, 1))

    assert browse(session, Wish(), day=TODAY).cards[0].from_fen == 10000
    assert browse(session, Wish(), day=date(2026, 12, 1)).cards[0].from_fen == 30000


def test_a_price_by_agreement_is_its_least_and_tiers_show_the_lowest(session):
    make_module(session, code="N1", is_negotiable=True, price={"unit_fen": 0, "minimum_fen": 50000})
    make_module(session, code="N2", price={"unit_fen": 10000, "tiers": [[10, 8000]]})
    make_module(session, code="N3", price={"unit_fen": 0})
    make_module(session, code="N4", price={})

    shown = {card.code: (card.from_fen, card.is_free) for card in browse(session, Wish(), day=TODAY).cards}

    assert shown == {"N1": (50000, False), "N2": (8000, False), "N3": (0, True), "N4": (None, False)}


@pytest.mark.sqlite_only
def test_a_line_is_cut_to_eight_words_and_markets_are_taken_out_of_it():
    assert len(words_of("a b c d e f g h i j")) == 8
    assert [word.spellings[0] for word in words_of("圣诞挂件出口欧盟")] == ["圣诞挂件", "出口欧盟"]
    assert words_of("   ") == []


@pytest.mark.sqlite_only
def test_bands_meet_without_a_gap():
    amounts = [0, 1, 10_000, 10_001, 30_000, 30_001, 100_000, 100_001]
    assert [price_band(fen) for fen in amounts] == [
        PriceBand.FREE,
        PriceBand.TO_100,
        PriceBand.TO_100,
        PriceBand.TO_300,
        PriceBand.TO_300,
        PriceBand.TO_1000,
        PriceBand.TO_1000,
        PriceBand.MORE,
    ]
    assert [days_band(days) for days in (None, 0, 2, 3, 5, 6, 10, 11)] == [
        DaysBand.APPOINTMENT,
        DaysBand.TO_2,
        DaysBand.TO_2,
        DaysBand.TO_5,
        DaysBand.TO_5,
        DaysBand.TO_10,
        DaysBand.TO_10,
        DaysBand.MORE,
    ]
