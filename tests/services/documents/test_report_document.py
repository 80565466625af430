"""The PDF of a report as readers get it: its text, its pages, its signature, and what others put into its fields."""

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from services.documents.rendering import picture
from services.documents.reports import issued_document, page_data, preview
from services.documents.signing import FILE, seal_key
from tests.factories.laboratory import make_laboratory
from tests.factories.reports import BASE, make_checked, real_pdf, reviewed
from tests.services.documents.pdf_text import pages_of

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.sqlite_only


def line(**over) -> dict:
    values = {
        "line_id": 1,
        "result_id": 1,
        "sample": "JC-20261124-0001-S01",
        "item": "铅迁移量",
        "method": "GB 31604.34-2016 4.2",
        "unit": "mg/L",
        "limit": "≤ 0.5",
        "result": "<0.05",
        "uncertainty": "",
        "verdict": "pass",
        "by": "CMA",
    }
    return values | over


def contents(**over) -> dict:
    sample = {
        "no": "JC-20261124-0001-S01",
        "name": "玻璃杯",
        "details": "350 mL",
        "quantity": "4 件",
        "condition": "完好",
    }
    values = {
        "no": "JC-20261124-0001-R1",
        "edition": 1,
        "language": "zh",
        "code": "ABCDEFGHJKLMNPQRSTUVWXYZ23",
        "shown_code": "ABCD EFGH JKLM NPQR STUV WXYZ 23",
        "laboratory": {"name": "示例县检验检测中心", "address": "科技路 8 号", "phone": ""},
        "marks": {"cma": "191020340001", "cnas": ""},
        "replaces": None,
        "change_reason": "",
        "changed_parts": "",
        "client": {"name": "示例·玻璃厂", "address": "示例镇 1 号"},
        "commission_no": "JC-20261124-0001",
        "purpose": "export",
        "producer": "",
        "received_on": "2026-11-24",
        "tested": "2026-11-25 – 2026-11-27",
        "issued_on": "2026-11-28",
        "samples": [sample],
        "deviations": [],
        "groups": [{"kind": "in_scope", "lines": [line()]}],
        "instruments": [{"code": "E-G05", "name": "原子吸收光谱仪", "certificate": "JZ-1", "due_on": "2027-05-01"}],
        "environment": "21.0–23.5 ℃",
        "criterion": "GB 4806.5-2016",
        "decision_rule": "simple",
        "summary": "pass",
        "failed": [],
        "conclusion": "",
        "remarks": "",
        "prepared_by": "赵一",
        "reviewed_by": "钱二",
        "issued_by": "孙三",
        "objection_days": 15,
    }
    return values | over


def text_of(**over) -> str:
    return "\n".join(pages_of(preview(contents(**over), BASE, NOW)))


# Fields of ISO/IEC 17025 7.8.2.1 ------------------------------------------------------------------------------------


def test_it_prints_what_a_report_has_to_say():
    printed = text_of()

    for word in (
        "检测报告",
        "示例县检验检测中心",
        "科技路 8 号",
        "示例·玻璃厂",
        "JC-20261124-0001-S01",
        "玻璃杯",
        "完好",
        "2026-11-24",
        "2026-11-25 – 2026-11-27",
        "2026-11-28",
        "GB 31604.34-2016 4.2",
        "铅迁移量",
        "<0.05",
        "mg/L",
        "合格",
        "191020340001",
        "JZ-1",
        "以修约后的结果与限值比较",
        "检测结果仅对来样负责",
        "不得部分复制",
        "样品名称、型号、批号、商标和生产单位由委托方提供",
        "赵一",
        "钱二",
        "孙三",
        "于签发之日起 15 日内",
        "ABCD EFGH JKLM NPQR STUV WXYZ 23",
        "https://portal.example/verify/ABCDEFGHJKLMNPQRSTUVWXYZ23",
    ):
        assert word in printed, word


def test_every_page_bears_number_and_count_and_the_last_one_the_end_mark():
    pages = pages_of(preview(contents(groups=[{"kind": "in_scope", "lines": [line()] * 60}]), BASE, NOW))

    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert "JC-20261124-0001-R1" in page
        assert f"第 {number} 页 共 {len(pages)} 页" in page
    assert "报告结束" in pages[-1]
    assert not any("报告结束" in page for page in pages[:-1])


@pytest.mark.parametrize(
    ("language", "there", "not_there"),
    [
        ("zh", ["检测报告", "不合格"], ["TEST REPORT", "Page 1 of"]),
        (
            "en",
            ["TEST REPORT", "Page 1 of", "Fail", "Results relate only to the samples as received"],
            ["检测报告", "不合格"],
        ),
        ("both", ["检测报告", "TEST REPORT", "第 1 页", "Page 1 of", "不合格 Fail"], []),
    ],
)
def test_it_is_worded_in_chinese_english_or_both(language, there, not_there):
    failed = [{"kind": "in_scope", "lines": [line(verdict="fail")]}]
    printed = text_of(language=language, summary="fail", failed=["S01 铅迁移量"], groups=failed)

    assert [word for word in there if word not in printed] == []
    assert [word for word in not_there if word in printed] == []


def test_mixed_reports_separate_the_lines_and_name_the_subcontractor():
    groups = [
        {"kind": "in_scope", "lines": [line()]},
        {"kind": "outside", "lines": [line(item="附着力", by="")]},
        {"kind": "subcontracted", "lines": [line(item="砷溶出量", by="省质检院 CMA 2100")]},
    ]
    printed = text_of(groups=groups)

    inside, outside, other = (printed.index(word) for word in ("范围内的检测结果", "范围外的检测结果", "分包项目"))
    assert inside < printed.index("铅迁移量") < outside < printed.index("附着力") < other < printed.index("砷溶出量")
    assert "省质检院 CMA 2100" in printed
    assert "不具有对社会的证明作用" in printed


def test_an_amendment_names_what_it_replaces_and_why():
    old = {"no": "JC-20261124-0001-R1", "issued_on": "2026-11-20"}
    printed = text_of(no="JC-20261124-0001-R2", replaces=old, change_reason="名称有误", changed_parts="第 1 页")

    assert "更正并代替 JC-20261124-0001-R1" in printed
    assert "名称有误" in printed
    assert "第 1 页" in printed


def test_a_deviation_brings_its_disclaimer():
    assert "不承担责任" not in text_of()
    printed = text_of(deviations=[{"no": "S01", "text": "杯口缺损"}])
    assert "杯口缺损" in printed
    assert "不承担责任" in printed


def test_without_a_mark_none_is_printed_and_a_draft_says_so():
    printed = text_of(marks={"cma": "", "cnas": ""}, groups=[{"kind": "unmarked", "lines": [line(by="")]}])

    assert "191020340001" not in printed
    assert "草稿" in printed


@pytest.mark.parametrize(
    "word", ["#panic()", "$x$ *bold* _it_", "= 标题", "\\u{41} @ref <label>", "{{7*7}} ${7*7} %s", '"]']
)
def test_what_people_type_is_printed_and_never_obeyed(word):
    assert word in text_of(conclusion=word)


# The signed file ----------------------------------------------------------------------------------------------------


@pytest.fixture
def signed(tmp_path: Path) -> bytes:
    return issued_document(contents(), BASE, tmp_path, NOW)


def status_of(pdf: bytes):
    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    trusted = ValidationContext(trust_roots=[embedded.signer_cert], allow_fetching=False)
    return validate_pdf_signature(embedded, trusted)


def test_the_issued_file_is_no_draft_and_its_signature_covers_all_of_it(signed):
    status = status_of(signed)

    assert "草稿" not in "".join(pages_of(signed))
    assert status.intact
    assert status.valid
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signing_cert.subject.native["common_name"] == "示例县检验检测中心"


def test_a_changed_byte_is_seen(signed):
    at = signed.index(b"/Type/Page") if b"/Type/Page" in signed else signed.index(b"/Type /Page")
    changed = signed[:at] + b"/TYPE" + signed[at + 5 :]

    assert hashlib.sha256(changed).digest() != hashlib.sha256(signed).digest()
    assert not status_of(changed).intact


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first = seal_key(tmp_path, "示例县检验检测中心", NOW)

    assert seal_key(tmp_path, "另一家", NOW) == first
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_pages_can_be_looked_at_as_pictures():
    pages = picture("report", page_data(contents(), BASE), pixels_per_inch=30)

    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_a_real_report_of_the_laboratory_is_rendered_from_its_rows(session, tmp_path):
    lab = make_laboratory(session)
    report = reviewed(lab, make_checked(lab, items=(lab.stress, lab.lead, lab.fastness, lab.adhesion), samples=2))

    printed = "".join(pages_of(real_pdf(lab, report, tmp_path)))

    for word in (
        report.no,
        lab.firm.name,
        lab.lead.module.name,
        "3-4",
        "切口平滑，无脱落",
        lab.signatory.name,
        "偏光应力仪",
    ):
        assert word in printed, word
