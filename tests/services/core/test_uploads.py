"""Files are known by their content, and only whole, small, harmless ones of five kinds pass."""

import io
import zipfile

import pytest
from PIL import Image

from services.core import uploads
from services.core.uploads import FileDamaged, FileRefused, PictureTooLarge, examine

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **options)
    return out.getvalue()


def office(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


DOCX = office({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
XLSX = office({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"})


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (picture(), "jpg"), (picture("PNG"), "png"), (DOCX, "docx"), (XLSX, "xlsx")],
)
def test_the_five_kinds_pass_whatever_they_are_called(content, extension):
    found = examine(io.BytesIO(content), "scan.exe")

    assert found.extension == extension
    assert found.name == f"scan.exe.{extension}"


REFUSED = {
    "empty": b"",
    "html": b"<html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "program": b"MZ\x90\x00",
    "gif and script": b"GIF89a<script>",
    "too long": b"x" * (uploads.MOST_BYTES + 1),
    "plain zip": office({"evil.txt": b"x"}),
    "presentation": office({"[Content_Types].xml": b"x", "ppt/presentation.xml": b"x"}),
    "macro": office({"[Content_Types].xml": b"x", "word/document.xml": b"x", "word/vbaProject.bin": b"x"}),
    "path upwards": office({"[Content_Types].xml": b"x", "word/document.xml": b"x", "../../escape": b"x"}),
    "absolute path": office({"[Content_Types].xml": b"x", "word/document.xml": b"x", "/etc/passwd": b"x"}),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_other_kinds_are_refused(content):
    with pytest.raises(FileRefused):
        examine(io.BytesIO(content), "licence.pdf")


@pytest.mark.parametrize(
    "content",
    [
        PDF.replace(b"%%EOF", b""),
        PDF.replace(b"1 0 obj", b"<script>alert(1)</script>"),
        picture()[:200],
        picture("PNG")[:60],
        b"\xff\xd8\xff" + b"not a picture",
        b"PK\x03\x04" + b"not an archive",
    ],
    ids=["pdf without end", "pdf and html", "half a jpg", "half a png", "fake jpg", "fake zip"],
)
def test_damaged_and_two_faced_files_are_refused(content):
    with pytest.raises(FileDamaged):
        examine(io.BytesIO(content), "licence.pdf")


def test_a_packed_bomb_is_refused():
    bomb = office({"[Content_Types].xml": b"x", "word/document.xml": b"\0" * (uploads.MOST_UNPACKED + 1)})

    with pytest.raises(FileRefused):
        examine(io.BytesIO(bomb), "bomb.docx")


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(office({"[Content_Types].xml": b"x", "word/document.xml": b"\0" * 5_000_000}))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")

    with pytest.raises(FileRefused):
        examine(io.BytesIO(bytes(content)), "bomb.docx")


def test_too_many_entries_are_refused():
    parts = {"[Content_Types].xml": b"x", "word/document.xml": b"x"}
    parts |= {f"word/{number}.xml": b"" for number in range(uploads.MOST_ENTRIES)}

    with pytest.raises(FileRefused):
        examine(io.BytesIO(office(parts)), "many.docx")


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PIXELS", 100)

    with pytest.raises(PictureTooLarge):
        examine(io.BytesIO(picture()), "scan.jpg")


def test_a_picture_keeps_nothing_but_its_pixels():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    content = picture(exif=exif, comment=b"secret remark") + b"<script>secret tail</script>"

    found = examine(io.BytesIO(content), "IMG_0001.JPG")

    assert b"secret" not in found.content
    with Image.open(io.BytesIO(found.content)) as kept:
        assert kept.size == (40, 30)
        assert not kept.getexif()


def test_a_picture_is_turned_the_way_its_camera_said():
    exif = Image.Exif()
    exif[0x0112] = 6

    found = examine(io.BytesIO(picture(exif=exif)), "IMG.jpg")

    with Image.open(io.BytesIO(found.content)) as kept:
        assert kept.size == (30, 40)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("营业执照 “扫描件”.pdf", "营业执照 “扫描件”.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\scans\\licence.PDF", "licence.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("two\r\nlines\0.pdf", "twolines.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("长" * 400 + ".pdf", "长" * uploads.LONGEST_NAME + ".pdf"),
    ],
)
def test_the_name_is_kept_as_data(given, shown):
    assert examine(io.BytesIO(PDF), given).name == shown
