"""What may not stand in a text is found wherever it hides, and nothing else is."""

import csv
from pathlib import Path

import pytest

from services.board.rules.contents import Fault, Told, contact_spans, findings_in

with (Path(__file__).parent / "contents.csv").open(encoding="utf-8", newline="") as file:
    CORPUS = [(row["text"], row["found"]) for row in csv.DictReader(file)]
IDENTITY = ("示例·晶石玻璃有限公司", "晶石", "演示路8号")
FORBIDDEN = {"一次性发泡餐具": "国家明令淘汰"}


def found(text, **over):
    return [(one.fault, one.shown) for one in findings_in([Told("body", text)], forbidden=FORBIDDEN, **over)]


@pytest.mark.parametrize(("text", "shown"), CORPUS)
def test_contact_data_is_found_and_the_words_of_the_trade_are_not(text, shown):
    assert "|".join(text[start:end] for start, end in contact_spans(text)) == shown


@pytest.mark.parametrize("text", [text for text, shown in CORPUS if not shown])
def test_the_words_of_the_trade_break_no_other_rule(text):
    assert found(text) == []


def test_the_corpus_holds_enough_of_both_kinds():
    assert sum(bool(shown) for _, shown in CORPUS) >= 60
    assert sum(not shown for _, shown in CORPUS) >= 60


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("晶石玻璃诚征外协", "晶石"),
        ("晶 石牌灯饰", "晶 石"),
        ("送货到演示路8号", "送货到演示路8号"),
        ("送货到工业大道16号仓", "送货到工业大道16号"),
        ("ＪＩＮＧ示例·晶石玻璃有限公司", "示例·晶石玻璃有限公司"),
    ],
)
def test_an_anonymous_text_names_neither_the_firm_nor_its_door(text, shown):
    assert found(text, identity=IDENTITY) == [(Fault.IDENTITY, shown)]
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["供应象牙雕件", "收购犀牛角", "高仿名牌包", "代开发票", "供应一次性发泡餐具", "供应雷管"]
)
def test_forbidden_goods_are_found(text):
    assert [fault for fault, _ in found(text)] == [Fault.FORBIDDEN]


@pytest.mark.parametrize("text", ["消毒品灌装", "象牙白面料", "水枪、手枪钻外壳", "喷枪支架", "子弹头玻璃瓶"])
def test_goods_that_only_sound_forbidden_are_not(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "限男性",
        "女士优先",
        "18-35岁",
        "年龄25至40周岁",
        "45岁以下",
        "要求已婚已育",
        "不招外地",
        "只招女工",
        "年龄不超过40",
    ],
)
def test_recruitment_by_sex_age_or_origin_is_found(text):
    assert Fault.DISCRIMINATION in {fault for fault, _ in found(text, is_recruitment=True)}
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["男女不限", "年满18周岁", "接受零基础，夫妻房", "计件5500–7500元", "三班倒，每班8小时"]
)
def test_what_a_recruitment_may_say_is_not(text):
    assert found(text, is_recruitment=True) == []


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<b>急</b>", "<img src=x onerror=a>", "javascript:alert(1)", "&#x3c;a"]
)
def test_markup_is_found(text):
    assert Fault.MARKUP in {fault for fault, _ in found(text)}


@pytest.mark.parametrize("text", ["壁厚<2mm且长度>1m", "a<b", "P<0.05", "A&B公司图纸"])
def test_signs_of_comparison_are_no_markup(text):
    assert found(text) == []


@pytest.mark.parametrize("sign", ["a", "1 ", "a@a.", "1", "<", "一", "0 5 ", "www.", "微信", "13 "])
def test_endless_texts_are_examined_in_bounded_work(sign):
    findings_in([Told("body", (sign * 2000)[:2000])], identity=IDENTITY, is_recruitment=True)
