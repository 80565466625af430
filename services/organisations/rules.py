"""Pure rules about organisations: names, telephone numbers, regions, size classes and states."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from services.accounts.contacts import canonical_mobile
from services.core.messages import N_
from services.organisations.models import OrgState

_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?\Z")
_INDUSTRY = re.compile(r"[0-9]{4}\Z")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_BRACKETS = str.maketrans("【】〔〕[]{}", "()()()()")

# Cyrillic and Greek letters that look like Latin ones (Unicode TR39), in lower case as after case folding.
_LOOK_ALIKES = {
    **dict(zip("авеікмнорстухјѕ", "abeikmhopctyxjs", strict=True)),
    **dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True)),
}
_AS_LATIN = str.maketrans(_LOOK_ALIKES)
_ENDINGS = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|股份公司|公司|集团|工厂|厂|工作室|合作社|经营部|商行|\(演示\))+$"
)
_PLACES = re.compile(r"^(示例·)?(.{2,3}省)?(.{2,4}市)?(.{2,4}[县区])?")


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common.

    Full and half width, kinds of brackets, spaces, invisible characters, case, and letters of other scripts that look
    Latin make no difference.
    """
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_DASHES).translate(_BRACKETS).translate(_AS_LATIN)
    return "".join(char for char in plain if unicodedata.category(char)[0] not in "ZC")[:100]


def name_core(key: str) -> str:
    """Return the telling part of a name key, without the place before and the legal form behind; at least two
    characters, otherwise the whole key."""
    core = _ENDINGS.sub("", _PLACES.sub("", key))
    return core if len(core) >= 2 else key


def odd_letters(name: str) -> str:
    """Return the letters of ``name`` that only look like Latin ones, for the verifier to see."""
    return "".join(char for char in unicodedata.normalize("NFKC", name) if char.casefold() in _LOOK_ALIKES)


def telephone(text: str) -> str | None:
    """Return the stored form of a mobile or landline number, None for anything else."""
    mobile = canonical_mobile(text)
    if mobile is not None:
        return mobile
    plain = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text).translate(_DASHES))
    return plain if _LANDLINE.match(plain) else None


def is_industry_class(code: str) -> bool:
    """Tell whether ``code`` has the form of a class of GB/T 4754: four digits."""
    return _INDUSTRY.match(code) is not None


def region_prefix(code: str) -> str:
    """Return what the codes of everything inside a region begin with: ``4206`` for 420600, ``420607`` for 420607."""
    return re.sub(r"(?<=..)(00){1,2}\Z", "", code) if len(code) == 6 else code


def state_when_restored(level: int, *, is_waiting: bool) -> OrgState:
    """Return the state a suspended organisation comes back to."""
    if is_waiting:
        return OrgState.CHANGING if level >= 2 else OrgState.SUBMITTED
    return OrgState.VERIFIED if level >= 2 else OrgState.DRAFT


class Sector(StrEnum):
    """The sectors that the size classes of 2011 tell apart (工信部联企业〔2011〕300号)."""

    INDUSTRY = "industry"
    TRANSPORT = "transport"
    STORAGE = "storage"
    WHOLESALE = "wholesale"
    RETAIL = "retail"
    SOFTWARE = "software"
    LEASING = "leasing"
    FARMING = "farming"
    OTHER = "other"


class Size(StrEnum):
    """A size class (企业划型): computed, never typed."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


SIZE_NAMES: dict[Size, str] = {
    Size.LARGE: N_("Large enterprise"),
    Size.MEDIUM: N_("Medium enterprise"),
    Size.SMALL: N_("Small enterprise"),
    Size.MICRO: N_("Micro enterprise"),
}

# Lower limits of (employees, revenue in ten thousand yuan) for large, medium and small; None: not asked.
_LIMITS: dict[Sector, tuple[tuple[int | None, int | None], ...]] = {
    Sector.INDUSTRY: ((1000, 40000), (300, 2000), (20, 300)),
    Sector.TRANSPORT: ((1000, 30000), (300, 3000), (20, 200)),
    Sector.STORAGE: ((200, 30000), (100, 1000), (20, 100)),
    Sector.WHOLESALE: ((200, 40000), (20, 5000), (5, 1000)),
    Sector.RETAIL: ((300, 20000), (50, 500), (10, 100)),
    Sector.SOFTWARE: ((300, 10000), (100, 1000), (10, 50)),
    Sector.LEASING: ((300, 120000), (100, 8000), (10, 100)),
    Sector.FARMING: ((None, 20000), (None, 500), (None, 50)),
    Sector.OTHER: ((300, None), (100, None), (10, None)),
}


def size_class(sector: Sector, employees: int, revenue_wan: int) -> Size:
    """Return the size class; both lower limits must be met, otherwise the next lower class is tried.

    ``revenue_wan`` is last year's revenue in ten thousand yuan (in leasing: total assets).
    """
    for size, (least_employees, least_revenue) in zip(Size, _LIMITS[sector], strict=False):
        if employees >= (least_employees or 0) and revenue_wan >= (least_revenue or 0):
            return size
    return Size.MICRO
