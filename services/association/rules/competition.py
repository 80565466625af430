"""Words of price fixing, output limits and market sharing, which no pact and no motion may contain (domain.md 9)."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(
    r"最低(?:售|销售|出厂)?(?:限)?价|最低价格|统一(?:定价|价格|售价|报价|涨价|调价)|(?:联合|集体|共同|同步)(?:定价|涨价|提价|调价|抬价)"
    r"|价格(?:同盟|联盟|协同|自律)|固定价格|协议价格|限价销售|不得低于[^。；，]{0,12}(?:价|元)"
    r"|(?:限|减|控)产|产量(?:配额|限额|上限)|销量(?:配额|限额|上限)|限制产量|生产配额"
    r"|(?:划分|分割|瓜分|分配)[^。；，]{0,8}(?:市场|客户|区域|地盘)|市场(?:划分|分割|份额分配)|客户(?:划分|分配)"
    r"|(?:联合|集体)抵制|价格联动|price[ -]?fixing|minimum price|output quota|market sharing",
    re.IGNORECASE,
)


def findings(text: str) -> list[str]:
    """Return the places of ``text`` that speak of agreed prices, limited output or shared markets, each once."""
    plain = unicodedata.normalize("NFKC", text)
    squeezed = re.sub(r"(?<=[\u4e00-\u9fff])[\s·.\-_*]+(?=[\u4e00-\u9fff])", "", plain)
    return list(dict.fromkeys(match.group() for match in _FORBIDDEN.finditer(squeezed)))
