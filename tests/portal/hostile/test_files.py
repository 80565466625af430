"""Files that are not what they say, under names that lead elsewhere."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core.files import Attachment
from tests.plumbing.reviewing import fields_of, form_of, page_of
from tests.portal.hostile.answers import fault_of
from tests.portal.hostile.keeping import Kept

EDIT = "/organisations/mine/edit"
SCRIPT = b"<html><script>alert(1)</script></html>"


def picture(kind: str = "JPEG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, kind)
    return content.getvalue()


def vast_picture() -> bytes:
    """Return the head of a picture of 50,000 times 50,000 pixels."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


TABLE = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
REFUSED = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "HTML as PDF": SCRIPT,
    "HTML in a PDF": b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF",
    "half a PDF": b"%PDF-1.7\n1 0 obj",
    "vast picture": vast_picture(),
    "half a picture": picture()[:200],
    "bomb": archive({**TABLE, "xl/sheet.xml": b"0" * 80_000_000}),
    "leads out": archive({**TABLE, "../../evil": b"x"}),
    "macro": archive({**TABLE, "xl/vbaProject.bin": b"x"}),
    "entities": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "one byte": b" ",
    "program": b"MZ\x90\x00",
}
NAMES = (
    *("../../../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x", "CON", "a\x00b.jpg", ".htaccess", "x.jpg."),
    *("abc\u202egpj.exe", "长" * 400 + ".jpg", "<xss>.jpg", '";\r\nX: y.jpg', "检测报告.pdf", "𠮷.jpg", ""),
)

LICENCES = select(Attachment).where(Attachment.purpose == "licence").order_by(Attachment.id)


def sent_with(browser: FlaskClient, content: bytes, name: str, number: int):
    """Send the particulars of the firm with a licence."""
    form = fields_of(form_of(page_of(browser.get(EDIT)), holding={"licence"}))
    form |= {"name": f"示例·改名{number}有限公司", "licence": (io.BytesIO(content), name)}
    return browser.post(EDIT, data=form, content_type="multipart/form-data")


def test_what_is_no_document_is_refused_beside_its_field(
    signed_in: Callable[[str], FlaskClient], session: Session, tmp_path: Path
) -> None:
    browser = signed_in("g01_admin")
    answers = {kind: sent_with(browser, content, "licence.pdf", 1) for kind, content in REFUSED.items()}
    assert {kind: fault_of(answer) for kind, answer in answers.items() if fault_of(answer)} == {}
    assert {answer.status_code for answer in answers.values()} <= {200, 400}
    assert session.scalars(LICENCES).all() == []
    assert not list((tmp_path / "uploads").rglob("*.*"))


def test_a_picture_that_is_a_page_as_well_keeps_its_pixels_only(
    signed_in: Callable[[str], FlaskClient], session: Session, tmp_path: Path
) -> None:
    browser = signed_in("g01_admin")
    assert sent_with(browser, picture() + SCRIPT, "x.html", 1).status_code == 303
    (stored,) = (tmp_path / "uploads").rglob("*.jpg")
    assert b"script" not in stored.read_bytes()
    attachment = session.scalars(LICENCES).one()
    answer = browser.get(f"/organisations/licences/{attachment.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_no_name_leads_a_file_elsewhere(
    signed_in: Callable[[str], FlaskClient], session: Session, tmp_path: Path
) -> None:
    browser, before = signed_in("g01_admin"), set(tmp_path.iterdir())
    kept, names = Kept(tmp_path / "portal.sqlite"), []
    for number, name in enumerate(NAMES):
        assert fault_of(sent_with(browser, picture(), name, number)) is None, name
        session.rollback()
        for attachment in session.scalars(LICENCES).all():
            names.append(attachment.name)
            answer = browser.get(f"/organisations/licences/{attachment.id}")
            assert (answer.status_code, fault_of(answer)) == (200, None), name
        session.rollback()
        kept.put_back()
    kept.close()
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "uploads"}
    assert {"检测报告.pdf.jpg", "𠮷.jpg", "passwd.jpg", "boot.ini.jpg"} <= set(names)
    assert not set("".join(names)) & set("/\\\r\n\x00\u202e")


def test_without_its_folder_a_file_is_stored_and_a_lost_one_is_told(
    signed_in: Callable[[str], FlaskClient], session: Session, tmp_path: Path
) -> None:
    browser = signed_in("g01_admin")
    assert not (tmp_path / "uploads").exists()
    assert sent_with(browser, picture(), "x.jpg", 1).status_code == 303
    attachment = session.scalars(LICENCES).one()
    (tmp_path / "uploads" / attachment.key).unlink()
    answer = browser.get(f"/organisations/licences/{attachment.id}")
    assert answer.status_code in {404, 409}
    assert page_of(answer).h1
