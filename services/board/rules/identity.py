"""By what a firm is known: the telling part of its name, without place, trade and legal form."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 2
_LONG = 4
"""A rest of that length still has a trade in it that is not listed; its first two characters tell the firm as well."""
_FRAME = re.compile(r"\([^()]*\)|^示例[·・.\-]?")
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|"
    "云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|全国"
).split("|")
_PLACE_ENDING = re.compile(r"(?:自治区|自治州|特别行政区|开发区|园区|街道|省|市|县|区|镇|乡)$")
_REGION = re.compile(r"^(?:[^省市县区镇乡]{2,3}[省市县区镇乡](?=..))")
_LEGAL = (
    "股份|有限|责任公司|公司|集团|工厂|厂|工作室|工坊|作坊|车间|合作社|合作联社|经营部|商行|门市|"
    "中心|研究院|研究所|运输队"
)
_TRADES = (
    "玻璃|玻管|棒管|水晶|琉璃|灯工|灯饰|声光|拉管|热弯|器皿|瓶业|圣诞|工艺|饰品|礼品|制品|用品|日用|镀膜|不锈钢|"
    "纸箱|纸业|纸品|包装|彩印|印刷|印务|印染|染整|再生纸|进出口|外贸|国际|贸易|商贸|物资|电商|电子|电器|电气|电力|"
    "气体|工业|实业|产业|科技|技术|智能|信息|网络|软件|机械|机电|机加|设备|装备|仪器|仪表|自动化|模具|精密|铸造|"
    "锻造|轴承|弹簧|紧固件|密封件|橡塑|橡胶|塑料|塑胶|五金|金属|钢|铝|铜|线束|汽车|汽配|零部件|配件|部件|表面|电镀|"
    "漆|涂料|化工|新材料|材料|建材|建筑|工程|环保|能源|新能源|光伏|照明|家具|木业|陶瓷|石材|服装|服饰|制衣|针织|棉织|"
    "棉纺|纺织|纺|织造|辅料|皮革|鞋业|食品|粮油|面业|米业|豆制品|蔬菜|果蔬|水产|养殖|种植|饲料|农业|农民|农产品|"
    "生态|农机|茶业|酒业|医药|医疗|生物|检测|检验|设计|文化|传媒|广告|咨询|服务|管理|投资|控股|融资|担保|供应链|"
    "物流|快运|货运|货代|运输|仓储|城配|冷链|冷库|易碎品|加工|制造|生产|销售|专业"
)
_TRADE = re.compile(f"{_LEGAL}|{_TRADES}")


def telling_names(keys: Iterable[str], places: Iterable[str]) -> list[str]:
    """Return what tells the firm in its names, given as name keys: 示例·方盒纸箱包装有限公司 is known as 方盒.

    ``places`` are the regions and the town it is in; they tell nobody apart.
    """
    known = _known(places)
    found = [part for key in keys for part in _telling(key, known)]
    return list(dict.fromkeys(found))


def _telling(key: str, places: frozenset[str]) -> list[str]:
    rest = _without_places(_FRAME.sub("", key), places)
    trade = _TRADE.search(rest, SHORTEST)
    core = (rest[: trade.start()] if trade else rest).strip("·・.-_ ")
    if len(core) < SHORTEST or core in places or _TRADE.fullmatch(core) or (core.isascii() and len(core) == SHORTEST):
        return []
    first = core[:SHORTEST]
    is_long = len(core) >= _LONG and not core.isascii() and not _TRADE.fullmatch(first)
    return [core, first] if is_long else [core]


def _known(places: Iterable[str]) -> frozenset[str]:
    given = [place for place in places if len(place) >= SHORTEST]
    return frozenset(
        name
        for place in (*given, *_PROVINCES)
        for name in (place, _PLACE_ENDING.sub("", place))
        if len(name) >= SHORTEST
    )


def _without_places(name: str, places: frozenset[str]) -> str:
    """Take regions off the beginning while a name is left."""
    while True:
        place = max((one for one in places if name.startswith(one)), key=len, default="")
        match = None if place else _REGION.match(name)
        length = len(place) or (match.end() if match else 0)
        rest = name[length:]
        if place and rest[:1] in tuple("省市县区镇乡") and len(rest) > SHORTEST:
            rest = rest[1:]
        if not length or len(rest) < SHORTEST or _TRADE.match(rest):
            return name
        name = rest
