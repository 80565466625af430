"""What visitors read of modules, prices, providers and clusters."""

from datetime import date

import pytest

from services.catalogue import queries
from services.catalogue.errors import NoSuchModule
from services.catalogue.models import CenterType, ModuleState
from services.core.errors import NotFound
from services.organisations.models import OrgState
from tests.factories.catalogue import (
    make_cluster,
    make_extra,
    make_module,
    make_price,
    make_product,
    make_provider,
    make_resource,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("state", [ModuleState.DRAFT, ModuleState.SUBMITTED, ModuleState.WITHDRAWN])
def test_what_is_not_public_exists_for_its_own_provider_only(session, state):
    module = make_module(session, code="TG20", state=state, state_reason="标准废止")

    assert queries.module_shown_to(session, "TG20", module.provider_id) is module
    for other in (None, module.provider_id + 1):
        with pytest.raises(NoSuchModule):
            queries.module_shown_to(session, "TG20", other)


@pytest.mark.parametrize("code", ["", "nope", "TG01\x00", "\ud800", "x" * 500, "玻璃"])
def test_a_code_that_cannot_be_is_not_asked_for(session, code):
    with pytest.raises(NoSuchModule):
        queries.module_shown_to(session, code, None)
    assert queries.compared(session, [code]) == []


def test_paused_modules_are_shown(session):
    make_module(session, code="TG14", state=ModuleState.PAUSED, state_reason="检定过期")

    assert queries.is_visible(queries.module_shown_to(session, "TG14", None))


def test_prices_in_force_and_to_come(session):
    module = make_module(session, price={"effective_on": date(2026, 1, 1)})
    later = make_price(session, module, effective_on=date(2027, 1, 1))
    soon = make_price(session, module, effective_on=date(2026, 12, 1))

    assert queries.price_in_force(module, TODAY).effective_on == date(2026, 1, 1)
    assert queries.price_in_force(module, date(2025, 1, 1)) is None
    assert queries.coming_prices(module, TODAY) == [soon, later]


def test_calibration_that_expired_yesterday_counts_and_today_does_not(session):
    provider = make_provider(session)
    due = {"old": date(2026, 11, 23), "today": TODAY, "never": None}
    resources = [make_resource(session, provider, name=name, calibration_due_on=day) for name, day in due.items()]

    assert [one.name for one in queries.uncalibrated(resources, TODAY)] == ["old"]


def test_related_modules_share_products_before_they_share_the_provider(session):
    provider = make_provider(session)
    ornaments = make_product(session)
    module = make_module(session, provider, code="T1", products=[ornaments])
    make_module(session, provider, code="A1")
    make_module(session, code="Z1", products=[ornaments])
    make_module(session, provider, code="A2", state=ModuleState.PAUSED, state_reason="检修")
    make_module(session, code="B1")

    assert [card.code for card in queries.related(session, module, TODAY)] == ["Z1", "A1"]


def test_four_modules_are_compared_in_the_order_asked_for(session):
    for code in ("A", "B", "C", "D", "E"):
        make_module(session, code=code)
    make_module(session, code="X", state=ModuleState.DRAFT)

    asked = ["C", "A", "C", "X", "B", "D", "E"]
    assert [module.code for module in queries.compared(session, asked)] == ["C", "A", "B"]


def test_a_price_sheet_holds_the_published_modules_of_a_provider_and_their_extras_once(session):
    provider, other = make_provider(session, "甲"), make_provider(session, "乙", center_type=None)
    for code in ("A2", "A1"):
        make_extra(session, make_module(session, provider, code=code))
    make_module(session, other, code="A0")
    make_module(session, provider, code="A3", state=ModuleState.PAUSED, state_reason="检修")

    sheets = queries.price_sheets(session, TODAY)
    assert [(sheet.provider_name, [card.code for card in sheet.cards]) for sheet in sheets] == [
        ("甲", ["A1", "A2"]),
        ("乙", ["A0"]),
    ]
    assert sheets[0].extras == [("英文报告", 10000)]
    assert [sheet.provider_name for sheet in queries.price_sheets(session, TODAY, other.id)] == ["乙"]


def test_providers_by_kind_by_cluster_and_with_counts(session):
    glass = make_cluster(session, key="BY-GLASS")
    lab = make_provider(session, clusters=[glass])
    works = make_provider(session, center_type=CenterType.RD)
    gone = make_provider(session, clusters=[glass])
    gone.organisation.state = OrgState.SUSPENDED
    make_module(session, lab)
    session.flush()

    assert queries.providers(session, center_type=CenterType.RD) == [works]
    assert queries.providers(session, cluster_id=glass.id) == [lab]
    assert queries.module_counts(session, [lab.id, works.id]) == {lab.id: 1}
    assert queries.provider(session, lab.id).clusters == [glass]
    with pytest.raises(NotFound):
        queries.provider(session, gone.id)


def test_a_cluster_is_found_by_its_key(session):
    glass = make_cluster(session, key="BY-GLASS")

    assert queries.cluster(session, "BY-GLASS") is glass
    assert queries.clusters(session) == [glass]
    for key in ("XX", "\x00", "玻璃"):
        with pytest.raises(NotFound):
            queries.cluster(session, key)
