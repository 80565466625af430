"""Tables from spreadsheets: what would fill the memory is refused before it is read, wherever it hides."""

import io
import zipfile

import pytest
import xlsxwriter

from services.core.sheets import FormulaFound, text_of
from services.core.uploads import FileDamaged

HEAD = '<c r="A1" t="inlineStr"><is><t>姓名</t></is></c>'
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
}


def book(rows: str, *, folder: str = "worksheets", **parts: str) -> bytes:
    out = io.BytesIO()
    links = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="{folder}/sheet1.xml"/></Relationships>'
    )
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**PARTS, "xl/_rels/workbook.xml.rels": links, **parts}.items():
            archive.writestr(name, content)
        archive.writestr(
            f"xl/{folder}/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return out.getvalue()


def test_a_sheet_is_read_as_it_would_be_typed() -> None:
    assert text_of(book(f'<row r="1">{HEAD}<c r="C1"><v>3</v></c></row>')) == "姓名,,3\n"


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='2'><c r = 'XFD1048576'><v>1</v></c></row>",
        '<row r="2"><c s=">" r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="ZZZZZZZZ99999999999"><v>1</v></c></row>',
        "<row><c><v>1</v></c></row>",
        '<row r="2">' + '<c r="A2"/>' * 200_001 + "</row>",
    ],
)
@pytest.mark.parametrize("folder", ["worksheets", "elsewhere"])
def test_cells_so_far_apart_that_the_reader_would_run_out_of_memory_are_refused(far: str, folder: str) -> None:
    with pytest.raises(FileDamaged):
        text_of(book(f'<row r="1">{HEAD}</row>{far}', folder=folder))


def test_a_sheet_whose_cells_stand_in_order_is_read_and_bounded_as_well() -> None:
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 3}</row>" for _ in range(2))
    assert text_of(book(rows)) == "1,1,1\n1,1,1\n"
    with pytest.raises(FileDamaged):
        text_of(book("<row><c><v>1</v></c></row>" * 1_500 + "<row>" + "<c/>" * 1_500 + "</row>"))
    with pytest.raises(FileDamaged):
        text_of(book('<row><c s=">" r="XFD1048576"><v>1</v></c></row>'))


@pytest.mark.parametrize("name", ["content.xml", "xl/workbook.bin"])
def test_a_file_that_could_be_read_as_another_kind_of_book_is_refused(name: str) -> None:
    with pytest.raises(FileDamaged):
        text_of(book(f'<row r="1">{HEAD}</row>', **{name: "<a/>"}))


def test_a_formula_is_found_wherever_the_sheet_lies() -> None:
    with pytest.raises(FormulaFound):
        text_of(book('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', folder="elsewhere"))


def test_a_table_that_a_spreadsheet_program_wrote_is_read() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as written:
        sheet = written.add_worksheet()
        for number in range(1001):
            sheet.write_row(number, 0, ["姓名", "身份证号"] if number == 0 else ["王示例", str(number)])
        sheet.set_column(0, 16_383, 12)
        sheet.write_comment(0, 0, "每行一人")
    assert len(text_of(out.getvalue()).splitlines()) == 1001
