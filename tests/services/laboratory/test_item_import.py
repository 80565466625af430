"""Items come from a table: looked at first, every bad row told, all of it or nothing."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import ModuleKind
from services.core.errors import NotAllowed, RulesBroken
from services.laboratory.models.capability import ResultKind, TestField, TestItem
from services.laboratory.operations.item_import import Change, import_items, plan_items
from tests.factories.catalogue import make_module
from tests.factories.laboratory import make_laboratory, make_standard


@pytest.fixture
def lab(session: Session):
    lab = make_laboratory(session)
    for code in ("TX91", "TX92"):
        make_module(session, lab.provider, code=code, kind=ModuleKind.TEST)
    make_standard(session, "GB/T 3921-2008")
    return lab


TABLE = """项目编号,领域,结果类型,单位,试样数,检测依据
tx91,纺织,等级,级,2,gbt3921-2008（6.1）
ＴＸ92,textile,number,N,5,
"""


def test_a_table_defines_items_with_their_editions(lab, session: Session):
    plan = plan_items(session, lab.provider.id, TABLE)
    assert [one.change for one in plan.rows] == [Change.NEW, Change.NEW]

    assert import_items(lab.work(lab.admin), TABLE) == {Change.NEW: 2, Change.CHANGED: 0, Change.SAME: 0}
    item = session.get(TestItem, plan.rows[0].module.id)
    assert (item.field, item.result_kind, item.specimens) == (TestField.TEXTILE, ResultKind.GRADE, 2)
    assert [(one.standard.number, one.clause) for one in item.methods] == [("GB/T 3921-2008", "6.1")]
    assert import_items(lab.work(lab.admin), TABLE)[Change.SAME] == 2
    assert import_items(lab.work(lab.admin), TABLE.replace(",5,", ",6,"))[Change.CHANGED] == 1


def test_an_english_name_comes_with_the_table(lab, session: Session):
    table = "项目编号,领域,结果类型,英文名称\nTX91,纺织,等级,Colour fastness to washing\nTX92,纺织,数值,\n"
    plan = plan_items(session, lab.provider.id, table)

    import_items(lab.work(lab.admin), table)

    names = [session.get_one(TestItem, one.module.id).name_en for one in plan.rows]
    assert names == ["Colour fastness to washing", ""]
    with pytest.raises(RulesBroken):
        import_items(lab.work(lab.admin), table.replace("washing", "w" * 120))


def test_what_the_table_has_no_column_for_stays_and_an_empty_cell_empties(lab, session: Session):
    with_names = "项目编号,领域,结果类型,英文名称,试样数\nTX91,纺织,等级,Colour fastness to washing,4\n"
    (planned,) = plan_items(session, lab.provider.id, with_names).rows
    import_items(lab.work(lab.admin), with_names)

    import_items(lab.work(lab.admin), "项目编号,领域,结果类型,单位\nTX91,纺织,等级,级\n")
    item = session.get_one(TestItem, planned.module.id)
    assert (item.name_en, item.specimens, item.unit) == ("Colour fastness to washing", 4, "级")

    import_items(lab.work(lab.admin), with_names.replace("Colour fastness to washing", ""))
    assert (item.name_en, item.unit) == ("", "级")


def test_every_bad_row_is_told_and_nothing_is_taken_in(lab, session: Session):
    before = len(session.scalars(select(TestItem)).all())
    table = (
        "项目编号,领域,结果类型,小数位数,检出限,检测依据\n"
        "TX91,纺织,数值,9,,\n"
        "TX92,木材,数值,1,,\n"
        "XX99,纺织,数值,1,,\n"
        "TX92,纺织,数值,1,viel,\n"
        "TX92,纺织,数值,1,,GB/T 1-1900\n"
    )
    with pytest.raises(RulesBroken) as error:
        import_items(lab.work(lab.admin), table)
    assert {one.values["row"] for one in error.value.errors} == {2, 3, 4, 5, 6}
    assert "小数位数" in {one.values.get("column") for one in error.value.errors}
    assert len(session.scalars(select(TestItem)).all()) == before


def test_another_laboratorys_codes_are_unknown_and_clerks_may_not(lab, session: Session):
    other = make_laboratory(session)
    assert plan_items(session, other.provider.id, TABLE).rows == []
    with pytest.raises(NotAllowed):
        import_items(lab.work(lab.clerk), TABLE)
