"""What may not stand in the text of a post: contact data, who an anonymous firm is, forbidden goods, discrimination, HTML.

Every rule names the place, so that the form can mark it. Contact data is looked for in a folded text: full-width,
circled, spelled (一三八…, 幺) and decorated digits are digits, and whatever stands between them is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.board.rules.folding import Folded, fold
from services.board.rules.numbers_told import telephone_numbers

Span = tuple[int, int]


class Fault(StrEnum):
    """Why a place in a text is refused."""

    CONTACT = "contact"
    IDENTITY = "identity"
    FORBIDDEN = "forbidden"
    DISCRIMINATION = "discrimination"
    MARKUP = "markup"


@dataclass(frozen=True)
class Finding:
    """A place in a field: ``shown`` is what stands there; ``row`` counts keywords and specification rows from 0."""

    fault: Fault
    field: str
    start: int
    end: int
    shown: str
    row: int = 0
    why: str = ""


@dataclass(frozen=True)
class Told:
    """One text of a post: the field it stands in, and its row for keywords and specifications."""

    field: str
    text: str
    row: int = 0


_CHAT = r"(?:微信|薇信|徽信|溦信|v信|w信|微[❤♥x×]|weixin|wechat)"
_CHAT_RULES = (
    rf"(?:加|[+➕]|我的|搜|联系){_CHAT}",
    rf"{_CHAT}(?:号(?!段)|同号|同步|联系|联络|咨询|私聊|群|id|帐号|账号|:|是(?=[a-z0-9]))",
    rf"{_CHAT}[ :]*[a-z0-9][a-z0-9_-]{{4,19}}",
    r"(?:威信|维信|卫星)[ :]*(?:号[ :]*)?[a-z][a-z0-9_-]{4,19}",
    r"(?<![a-z0-9])(?:vx|wx|v❤)(?![a-z])(?:号|同号|[ :]+[a-z0-9]|:)[a-z0-9_-]*",
    r"(?:加|[+➕])(?:我)?(?:vx|wx|v|微|薇)(?![a-z微])(?:[ :]*[a-z0-9_-]{4,20}|$|(?=[,.;。，、 ]|详|细聊|聊|私|咨询|联系))",
    r"(?<![a-z])(?:q ?q|扣扣|企鹅)[ ]?(?:号|群|联系|[ :]*[0-9]{5,12})[ :]*[0-9]*",
    r"(?:抖音|快手|小红书|钉钉|飞书)(?:号|id|帐号|账号)[ :]*[a-z0-9_-]+",
    r"(?<![a-z])(?:telegram|whatsapp|skype|line id)(?![a-z])",
)
_TOP = r"(?:com(?:\.cn)?|cn|net|org|top|shop|vip|cc|xyz|io|info|biz|site|store|tech|online|ltd|mobi|me|hk|tw)"
_AT, _DOT = r"(?:@|\(at\)|\[at\]|#at#|艾特)", r"(?:\.|。|点|dot)"
_ADDRESS_RULES = (
    rf"[a-z0-9][a-z0-9._%+-]* ?{_AT} ?[a-z0-9][a-z0-9-]*(?: ?{_DOT} ?[a-z0-9-]+)* ?{_DOT} ?{_TOP}(?![a-z])",
    r"(?:https?|ftp)[:/ ]+[^\s\u4e00-\u9fff]+",
    r"(?<![a-z0-9])www ?[.。点] ?[a-z0-9-]+(?: ?[.。点] ?[a-z0-9-]+)*",
    rf"(?<![a-z0-9.@-])[a-z0-9][a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.|。|点| dot ){_TOP}(?![a-z0-9])(?:/[^\s\u4e00-\u9fff]*)?",
)
_CONTACT = tuple(re.compile(rule) for rule in (*_CHAT_RULES, *_ADDRESS_RULES))
_TAGS = "br|div|span|script|style|img|svg|iframe|link|table|form|input|body|html|video|object|embed|meta"
_MARKUP = re.compile(
    rf"<\s*/?\s*(?:{_TAGS})\b[^>]*>?|<\s*/?\s*[abipqsu](?:\s[^<>]*)?/?>|<!--|<[a-z][a-z0-9]*\s[^<>]*=[^<>]*>"
    r"|&#x?[0-9a-f]+;|(?:java|vb)script\s*:",
    re.IGNORECASE,
)
_DISCRIMINATION = tuple(
    re.compile(rule)
    for rule in (
        r"(?:限|只招|仅招|只要|仅限|要求)(?:男|女)(?:性|士|生|工)?(?!女)",
        r"(?:男|女)(?:性|士|生|工)?(?:优先|为主|勿扰|不要|不招)",
        r"(?:不招|不要|拒收)(?:男|女)(?:性|士|生|工)?",
        r"[0-9]{2} ?(?:周)?岁? ?(?:-|~|至|到) ?[0-9]{2} ?(?:周)?岁",
        r"[0-9]{2} ?(?:周)?岁(?:以下|以内|以前|为限)",
        r"年龄(?:不超过|不大于|小于|[<≤])[0-9]{2}",
        r"(?:限|要求|仅限)?(?:已婚已育|未婚|未育)(?:优先|者)?",
        r"(?:不招|不要|谢绝)(?:外地|少数民族|[\u4e00-\u9fff]{1,3}族|[\u4e00-\u9fff]{2}人(?=[,.，。、 ]|$))",
        r"(?:属相|星座|血型)(?:要求|不要|限)",
        r"乙肝(?:[\u4e00-\u9fff]{0,4})(?:勿|不要|不招|阴性)",
    )
)
_EXACT_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:路|街|大道|巷|弄)[0-9]{1,5}(?:-[0-9]+)?号|[\u4e00-\u9fff]{2,6}村[0-9]{1,4}(?:组|号)"
)
_FORBIDDEN = {
    r"枪支(?!架|撑|座)|(?<![油水])手枪(?!钻|式)|子弹(?!头|钢|型)|弹药": "枪支弹药",
    r"炸药|雷管|烟花爆竹|黑火药": "爆炸物品",
    r"(?<!消)毒品|海洛因|冰毒|摇头丸|氯胺酮": "毒品",
    r"象牙(?!白|色|黄|瓷|果|贝)|犀牛角|虎骨|穿山甲|玳瑁": "国家保护野生动物及其制品",
    r"代开发票|虚开发票|代开增值税|假发票|假币|假证": "票证类违法交易",
    r"高仿|精仿|a货|假冒(?=[\u4e00-\u9fff]{0,6}(?:供应|出售|批发))": "假冒商品",
    r"走私|水货": "走私货物",
    r"赌博机|老虎机|博彩": "赌博用品",
    r"人体器官|卵子交易": "法律禁止的交易",
}
_DECORATION = r"[\W_]{0,4}"
"""What may stand between the characters of a name without hiding it."""
_GOODS = tuple((re.compile(rule), why) for rule, why in _FORBIDDEN.items())


def contact_spans(text: str) -> list[Span]:
    """Return the places of ``text`` that tell how somebody is reached outside the portal, in order, without overlaps."""
    folded = fold(text)
    found = [folded.span(*match.span()) for rule in _CONTACT for match in rule.finditer(folded.text)]
    return _merged([*found, *telephone_numbers(folded)])


def findings_in(
    texts: Sequence[Told],
    *,
    identity: Iterable[str] = (),
    forbidden: Mapping[str, str] | None = None,
    is_recruitment: bool = False,
) -> list[Finding]:
    """Return everything that may not stand in ``texts``.

    ``identity`` are the names and addresses that an anonymous text must not have (none for other posts); ``forbidden``
    are the staff's words of forbidden goods with their reasons.
    """
    names = [name for name in identity if name]
    return [
        Finding(fault, told.field, start, end, told.text[start:end], told.row, why)
        for told in texts
        for fault, (start, end), why in _faults(told.text, names, forbidden or {}, is_recruitment=is_recruitment)
    ]


def _faults(
    text: str, names: Sequence[str], forbidden: Mapping[str, str], *, is_recruitment: bool
) -> Iterator[tuple[Fault, Span, str]]:
    folded = fold(text)
    yield from ((Fault.CONTACT, span, "") for span in contact_spans(text))
    yield from ((Fault.MARKUP, match.span(), "") for match in _MARKUP.finditer(text))
    for rule, why in _GOODS:
        yield from ((Fault.FORBIDDEN, folded.span(*match.span()), why) for match in rule.finditer(folded.text))
    for word, why in forbidden.items():
        yield from ((Fault.FORBIDDEN, span, why) for span in _places(folded, word))
    if is_recruitment:
        for rule in _DISCRIMINATION:
            yield from ((Fault.DISCRIMINATION, folded.span(*m.span()), "") for m in rule.finditer(folded.text))
    if names:
        spans = [span for name in names for span in _places(folded, name, between=_DECORATION)]
        spans += [folded.span(*match.span()) for match in _EXACT_ADDRESS.finditer(folded.text)]
        yield from ((Fault.IDENTITY, span, "") for span in _merged(spans))


def _places(folded: Folded, word: str, *, between: str = r"[^\w]{0,2}") -> list[Span]:
    """Return where ``word`` stands, however it is spaced or dotted."""
    signs = [re.escape(sign) for sign in fold(word).text if sign.isalnum()]
    if len(signs) < 2:
        return []
    return [folded.span(*match.span()) for match in re.finditer(between.join(signs), folded.text)]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
