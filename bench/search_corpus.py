"""Posts of a make-believe county in any number, always the same ones, and their tokens kept in a file."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from services.search.analysis import Analyser
from services.search.documents import Document, Entry, Kind

MATERIALS = (
    "不锈钢 铝合金 碳钢 铸铁 黄铜 紫铜 高硼硅 钠钙 钢化 磨砂 亚克力 聚丙烯 尼龙 "
    "硅胶 橡胶 竹制 实木 胶合板 瓦楞 蜂窝 涤棉 纯棉 亚麻 羊毛 帆布 陶瓷 石墨 "
    "碳纤维 玻璃钢 镀锌"
).split()
THINGS = (
    "水槽 螺栓 法兰 弹簧 齿轮 轴套 连杆 支架 托盘 货架 周转箱 密封圈 垫片 软管 "
    "接头 阀门 滤芯 泵体 叶轮 端盖 灯罩 花瓶 烛台 酒杯 挂件 摆件 奖杯 风铃 果盘 "
    "茶壶 储物罐 试管 烧杯 棒料 管材 板材 型材 线束 插座 开关 手套 围裙 工装 "
    "校服 面料 衬布 织带 拉链 纽扣 包装盒 护角 内托 标签 吊牌 手提袋 泡沫箱 "
    "保温箱 模具 夹具 刀具 砂轮 钻头 铰刀 轴承 滚轮 皮带 链条 导轨 电机外壳 "
    "散热片 铭牌 防护罩 工作台 操作椅 梯子 扳手 量规 检具"
).split()
TRADES = (
    ("need", "求购{0}，月用{1}件"),
    ("offer", "供应{0}现货，规格齐全，起订{1}件"),
    ("need", "{0}外协加工，{1}天内交货"),
    ("offer", "承接{0}来料加工，日产{1}件"),
    ("offer", "处理库存{0}共{1}件"),
)
SENTENCES = (
    "尺寸按图纸，公差正负零点一毫米，首件确认后批量生产",
    "表面无划伤、气泡和毛刺，逐件检验，附出厂检测报告",
    "先供小样试用，合格后签年度合同，月结三十天",
    "送货到厂，运费由供方承担，破损先行赔付",
    "用于出口欧洲的订单，需通过有害物质检测",
    "中性盐雾不低于二百四十小时，涂层附着力零级",
    "材料附质保书，硬度和成分抽检，不良率不超过百分之一",
    "旺季产能紧张，希望长期合作，急件当天答复",
    "可按样品打样，打样费在批量订货后抵扣",
    "包装要求五层纸箱加护角，跌落试验合格",
    "现货充足，支持小批量，开增值税专用发票",
    "设备为数控车床和加工中心，三班生产，交期稳定",
)
TOWNS = tuple(
    f"{name}镇"
    for name in "小官庄 西安丰 望直港 安宜 双沟 古驿 张湾 龙王 石桥 黄集 伙牌 程河 朱集 东津 峪山 黄龙".split()
)
CLASSES = tuple(f"class/{number}" for number in range(48))
NEWEST = datetime(2026, 11, 25, tzinfo=UTC)


def goods() -> list[str]:
    """Return what is traded, in an order that mixes materials."""
    names = [material + thing for material, thing in product(MATERIALS, THINGS)]
    random.Random(1).shuffle(names)
    return names


def documents(count: int) -> Iterator[Document]:
    """Yield so many posts; the good of number n is the n-th of ``goods``, again and again."""
    chance, names = random.Random(2), goods()
    for ident in range(1, count + 1):
        name = names[ident % len(names)]
        direction, title = chance.choice(TRADES)
        yield Document(
            kind=Kind.POST,
            id=ident,
            version=ident,
            title=title.format(name, chance.randrange(10, 5000)),
            body="。".join((f"{name}：" + chance.choice(SENTENCES), *chance.sample(SENTENCES, 4))),
            facets={"town": (chance.choice(TOWNS),), "class": (chance.choice(CLASSES),)},
            at=NEWEST - timedelta(minutes=chance.randrange(500_000)),
            direction=direction,
        )


def analyser() -> Analyser:
    """Return an analyser that knows things and materials, as the catalogue's words would be known."""
    return Analyser([*THINGS, *MATERIALS])


def write_entries(path: Path, count: int) -> None:
    """Cut the posts and write them to ``path``."""
    cutter = analyser()
    with path.open("wb") as file:
        for document in documents(count):
            pickle.dump(cutter.entry(document), file, protocol=5)


def read_entries(path: Path, most: int) -> Iterator[Entry]:
    """Yield the first entries of ``path`` again, without cutting."""
    with path.open("rb") as file:
        for _ in range(most):
            yield pickle.load(file)
