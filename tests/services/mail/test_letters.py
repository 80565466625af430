"""Every letter in both languages, compared with what is stored, and with hostile facts in all its places.

``PORTAL_TEST_STORE_LETTERS=1`` writes what is stored anew.
"""

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.jobs.handlers import HANDLERS
from services.mail.bookings import TO_CENTRE, TO_CLIENT
from services.mail.composing import LETTERS
from services.mail.letters import Letter, Rendered
from services.mail.rendering import ROOT, one_line, render

STORED = Path(__file__).parent / "stored"
FOLDER = ROOT / "templates" / "mail"
NAMES = sorted(
    file.relative_to(FOLDER).as_posix().removesuffix(".subject.txt") for file in FOLDER.rglob("*.subject.txt")
)
MOMENT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
FACTS = {
    "accepted": True,
    "address": "宝应县玻璃产业园 1 号",
    "association": "示例·玻璃行业协会",
    "bring": "样品 3 件",
    "centre": "宝应玻璃检测中心",
    "class_no": "YY-20261124-0002",
    "code": "123456",
    "course": "玻璃热加工工（灯工）（初级）",
    "due_on": date(2026, 12, 16),
    "ends_at": datetime(2026, 12, 1, 3, tzinfo=UTC),
    "expires_at": MOMENT,
    "firm": "示例·甲玻璃厂",
    "inviter": "周厂长",
    "link": "/somewhere",
    "minutes": 15,
    "module": "盐雾试验",
    "month": "2026-11",
    "no": "YY-20261124-0001",
    "organisation": "示例·甲玻璃厂",
    "phone": "0514-88880001",
    "place": "一号楼",
    "posts": [{"title": "求购玻璃棒", "kind": "Need", "by": "示例·乙玻璃厂", "link": "/board/GX-20261124-0001"}],
    "promised_on": date(2026, 12, 8),
    "purpose": "register",
    "reader": "王芳",
    "reason": "设备检修",
    "search": "“玻璃棒”",
    "sentence": "Your password was changed.",
    "starts_at": MOMENT,
    "starts_on": date(2026, 12, 1),
    "subject": "年会通知",
    "text": "王芳您好：\n年会定于 12 月 20 日举行。",
    "title": "求购玻璃棒",
    "trainee": "李学员",
}

TRAINING_QUIET = {
    "headline": "",
    "reason": "",
    "until": None,
    "position": None,
    "former_no": "",
    "others": [],
    "valid_until": None,
    "check_link": "/v/abc",
}
"""What a letter of the training does not tell, unless ``TOLD`` says so."""
BOARD_QUIET = {"reason": "", "due_on": None, "until_on": None}
"""What a letter of the board does not tell, unless ``TOLD`` says so."""
QUIET = {
    "answer_due_on": None,
    "is_over": False,
    "is_replaced": False,
    "pays": False,
    "promised_on": None,
    "question": "",
    "reason": "",
    "samples_due_on": None,
    "sends": False,
    "valid_until": None,
}
"""What a letter of the laboratory does not tell, unless ``TOLD`` says so."""
SENDS = {"sends": True, "samples_due_on": date(2026, 12, 9)}
PROMISED = {"promised_on": date(2026, 12, 8)}
DUES = {"year": 2027, "yuan": "2000.00", "is_late": False}
TOLD: dict[str, dict[str, object]] = {
    "application_moved": {"headline": "Approved, dues to be paid", "reason": "", "until_on": date(2026, 12, 31)},
    "commission_approved": SENDS | PROMISED,
    "commission_declined": {"reason": "设备检修"},
    "commission_goes_on": PROMISED,
    "commission_kept": PROMISED | {"pays": True, "reason": "设备检修"},
    "commission_lapsed": {"is_over": True},
    "commission_paid": SENDS | PROMISED,
    "commission_proposed": {"valid_until": date(2026, 12, 4)},
    "commission_question": {"question": "样品用于何种食品？"},
    "commission_quoted": {"valid_until": date(2026, 12, 4)},
    "commission_replanned": PROMISED,
    "commission_resumed": PROMISED,
    "commission_samples_due": SENDS,
    "commission_submitted": PROMISED,
    "commission_suspended": {"reason": "设备检修"},
    "dues_asked": DUES,
    "dues_received": DUES | {"receipt_no": "YY-2027-00001"},
    "dues_reminder": DUES | {"is_late": True},
    "interest_declined": {"reason": "规格不符"},
    "interest_received": {"due_on": date(2026, 12, 8)},
    "interest_to_forward": {"due_on": date(2026, 12, 8)},
    "meeting_called_off": {"title": "年度会员大会", "reason": "设备检修"},
    "meeting_convened": {
        "title": "年度会员大会",
        "body": "General meeting",
        "agenda": "年度工作报告",
        "motions": ["年度会费预算", "展位联合预订方案"],
    },
    "objection_taken_up": {"answer_due_on": date(2026, 12, 11)},
    "post_expiring": {"until_on": date(2026, 12, 4)},
    "post_returned": {"reason": "请补充交货时间"},
    "post_taken_down": {"reason": "举报成立"},
    "posting_suspended": {"no": "", "title": "", "reason": "两次举报成立", "until_on": date(2027, 2, 22)},
    "report_void": {"firm": "", "is_replaced": True},
    "samples_received": PROMISED,
    "training_certificate_issued": {"valid_until": date(2029, 12, 1)},
    "training_certificate_replaced": {"former_no": "YY-20261124-0000", "reason": "设备检修"},
    "training_certificate_revoked": {"reason": "设备检修"},
    "training_offer": {"until": MOMENT},
    "training_over": {"headline": "The class is cancelled", "reason": "设备检修"},
    "training_postponed": {"reason": "设备检修"},
    "training_standing": {"headline": "A seat is kept, the fee is to be paid", "until": MOMENT},
}


def rendered(name: str, locale: str, **over: object) -> Rendered:
    folder, _, short = name.partition("/")
    quiet = {"association": {}, "laboratory": QUIET, "board": BOARD_QUIET, "training": TRAINING_QUIET}.get(folder)
    facts = FACTS | (quiet | TOLD.get(short, {}) if quiet is not None else {}) | over
    letter = Letter(name=name, locale=locale, facts=facts)
    return render(letter, site_name="产业集群公共服务平台", base_url="https://portal.example")


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_says_what_is_stored(name: str, locale: str) -> None:
    letter = rendered(name, locale)
    found = f"{letter.subject}\n\n{letter.text}"
    stored = STORED / locale / f"{name}.txt"
    if os.environ.get("PORTAL_TEST_STORE_LETTERS"):
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(found, encoding="utf-8")
    assert found == stored.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_chinese_letter_is_chinese(name: str) -> None:
    letter = rendered(name, "zh_Hans_CN", sentence="")
    words = re.sub(r"https://\S+|YY-\S+", "", letter.subject + letter.text)
    assert not re.search(r"[A-Za-z]{2,}", words), words


@pytest.mark.parametrize("name", NAMES)
def test_what_people_typed_is_text_in_every_place(name: str) -> None:
    hostile = "<img src=x onerror=alert(1)>{{7*7}}%(x)s${9}"
    texts = {fact: hostile for fact, value in FACTS.items() if isinstance(value, str) and fact != "link"}
    letter = rendered(name, "zh_Hans_CN", **texts)
    assert "<img" not in letter.html
    assert "49" not in letter.html
    assert "&lt;img" in letter.html


@pytest.mark.parametrize("name", NAMES)
def test_subjects_tell_no_names_of_others_and_no_reasons(name: str) -> None:
    """They go out as text messages too."""
    subject = rendered(name, "zh_Hans_CN").subject
    for secret in ("firm", "organisation", "inviter", "reason", "centre", "reader", "address"):
        assert str(FACTS[secret]) not in subject
    assert "¥" not in subject


def test_every_booking_letter_has_its_templates_and_its_task() -> None:
    booking = {name.removeprefix("booking/") for name in NAMES if name.startswith("booking/")}
    assert booking == {*TO_CLIENT, *TO_CENTRE}
    tasks = {*LETTERS, *HANDLERS}
    assert {f"mail.{name}" for name in booking} <= tasks


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("a\r\nBcc: x@example.com", "a Bcc: x@example.com"),
        ("a\u2028b\u2029c\u0085d\x0be\x00f", "a b c d e f"),
        ("  中文\t主题 ", "中文 主题"),
        ("\ud800", ""),
    ],
)
def test_a_subject_is_one_line(typed: str, line: str) -> None:
    assert one_line(typed) == line
