"""The standards library: everybody searches it, staff maintain it, tables are looked at before they are taken in."""

import io
import zipfile
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import ModuleState
from services.core.permissions import Role
from services.standards.models import Standard
from tests.factories.booking import make_agent, make_firm
from tests.factories.laboratory import make_laboratory, make_standard
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import page_of, post_form

TYPED = {
    "number": "gbt3920—2024",
    "title": "耐摩擦色牢度",
    "issued_on": "2024-12-31",
    "effective_on": "2027-01-01",
}


@pytest.fixture
def admin(client: FlaskClient, session: Session) -> FlaskClient:
    lab = make_laboratory(session)
    return as_person(client, lab.admin)


def test_everybody_finds_an_edition_in_any_spelling_and_sees_its_chain_and_its_tests(client, session: Session):
    lab = make_laboratory(session)
    new = make_standard(session, "GB/T 3920-2024", effective_on=date(2030, 1, 1), title="耐摩擦色牢度")
    old = make_standard(session, "GB/T 3920-2008", withdrawn_on=date(2030, 1, 1), successor_id=new.id)
    lab.fastness.methods[0].standard_id = old.id
    session.commit()

    page = page_of(client.get("/standards?q=ＧＢ／Ｔ３９２０"))
    assert [link.text for link in page.select("tbody td:first-child a")] == ["GB/T 3920-2008", "GB/T 3920-2024"]
    page = page_of(client.get("/standards?state=upcoming"))
    assert "GB/T 3920-2024" in page.text

    page = page_of(client.get(f"/standards/{old.id}"))
    assert "GB/T 3920-2024" in page.select_one("main").text
    assert lab.fastness.module.name in page.select_one("main").text
    lab.fastness.module.state = ModuleState.DRAFT
    session.commit()
    assert lab.fastness.module.name not in page_of(client.get(f"/standards/{old.id}")).select_one("main").text
    assert client.get("/standards/99999").status_code == 404


def test_the_list_takes_the_same_queries_with_many_standards(client, session: Session, counted_queries):
    for _ in range(3):
        make_standard(session)
    session.commit()
    client.get("/standards")
    with counted_queries() as few:
        client.get("/standards")
    for _ in range(30):
        make_standard(session)
    session.commit()
    with counted_queries() as many:
        client.get("/standards")
    assert len(many) == len(few)


def test_an_edition_is_entered_once_however_often_the_form_is_sent(admin, session: Session):
    first = post_form(admin, "/standards/new", **TYPED)
    standard = session.scalars(select(Standard).where(Standard.key == "GBT3920-2024")).one()
    assert first.status_code == 303
    assert first.location.endswith(f"/standards/{standard.id}")

    again = post_form(admin, "/standards/new", **TYPED)
    assert again.status_code == 409
    assert page_of(again).select_one("#number")["value"] == TYPED["number"]


def test_everything_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(admin):
    answer = post_form(admin, "/standards/new", **TYPED | {"issued_on": "2028-01-01", "successor": "GB/T 1-1900"})
    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select("#effective_on-notes .field__error")
    assert page.select("#successor-notes .field__error")
    assert page.select_one("#successor")["value"] == "GB/T 1-1900"
    assert post_form(admin, "/standards/new", number="", title="").status_code == 400


def test_an_edition_is_changed_and_a_conflict_shows_both_versions(admin, session: Session):
    standard = make_standard(session, "GB/T 1-2020")
    session.commit()
    address = f"/standards/{standard.id}/edit"
    assert post_form(admin, address, title="新名称").status_code == 303
    answer = post_form(admin, address, title="别的名称", version="1")
    assert answer.status_code == 409
    assert "新名称" in page_of(answer).select_one("main").text


def test_firms_read_and_do_not_edit(client, session: Session):
    firm = make_firm(session)
    as_person(client, make_agent(session, firm, Role.ENT_ADMIN))
    for address in ("/standards/new", "/standards/import", "/standards/table.csv"):
        assert client.get(address).status_code == 403


TABLE = "标准号,名称,实施日期,替代标准\nGB/T 1-2009,甲,2009-06-01,GB/T 1-2020\nGB/T 1-2020,甲,2020-06-01,\n"


def test_a_pasted_table_is_looked_at_and_then_taken_in(admin, session: Session):
    look = post_form(admin, "/standards/import", table=TABLE, step="look")
    assert look.status_code == 200
    assert session.scalars(select(Standard).where(Standard.key == "GBT1-2009")).all() == []
    session.rollback()  # what the portal writes is seen by a transaction that begins later
    assert "GB/T 1-2009" in page_of(look).select_one("tbody").text

    assert post_form(admin, "/standards/import", table=TABLE, step="apply").status_code == 303
    assert session.scalars(select(Standard.key).where(Standard.key.like("GBT1-%"))).all() == ["GBT1-2009", "GBT1-2020"]


def test_bad_rows_are_told_and_nothing_is_taken_in(admin, session: Session):
    answer = post_form(admin, "/standards/import", table=TABLE.replace("2009-06-01", "gestern"), step="apply")
    assert answer.status_code == 409
    assert "2" in page_of(answer).select_one("#table-notes .field__error").text
    assert session.scalars(select(Standard).where(Standard.key == "GBT1-2020")).all() == []


@pytest.mark.parametrize(
    "table", ["", "nur ein Kopf", "a,b\n1,2\n", "标准号,名称,实施日期\nGB/T 1-2009,=cmd,2009-06-01\n"]
)
def test_what_is_no_table_is_refused(admin, table: str):
    assert post_form(admin, "/standards/import", table=table, step="look").status_code == 409


def workbook(formula: str = "") -> bytes:
    """Return a small XLSX with a head row and one edition."""

    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    head = "".join(cell(one) for one in ("标准号", "名称", "实施日期"))
    row = cell("GB/T 7-2021") + cell("庚") + (formula or cell("2021-03-01"))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row>{head}</row><row>{row}</row>'
        "</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_a_workbook_is_read_and_its_rows_stand_in_the_form(admin):
    answer = post_form(admin, "/standards/import", file=(io.BytesIO(workbook()), "标准.xlsx"), step="look")
    assert answer.status_code == 200
    assert "GB/T 7-2021,庚,2021-03-01" in page_of(answer).select_one("#table").text


def test_formulas_in_a_workbook_are_refused(admin):
    file = (io.BytesIO(workbook("<c><f>cmd()</f><v>1</v></c>")), "标准.xlsx")
    assert post_form(admin, "/standards/import", file=file, step="look").status_code == 409


def test_another_kind_of_file_is_refused(admin):
    file = (io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), "标准.xlsx")
    assert post_form(admin, "/standards/import", file=file, step="look").status_code == 409


def test_the_library_leaves_as_a_table_that_can_come_back(admin, session: Session):
    new = make_standard(session, "GB/T 2-2020", effective_on=date(2020, 1, 1))
    make_standard(session, "GB/T 2-2009", withdrawn_on=date(2020, 1, 1), successor_id=new.id)
    session.commit()
    text = admin.get("/standards/table.csv").get_data(as_text=True)
    answer = post_form(admin, "/standards/import", table=text.removeprefix("\ufeff"), step="look")
    assert answer.status_code == 200
