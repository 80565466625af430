"""Several people at once, typed or from a file: each row is told what is wrong; registered once, all or the right ones."""

import io
import zipfile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.importing import HEADS
from tests.factories.training import identity_number
from tests.plumbing.reviewing import page_of, post_form

S = RegistrationState
PEOPLE = [(f"王示例{'甲乙丙丁戊己庚辛'[one]}", identity_number(600 + one), "", "初中", "灯工") for one in range(8)]
WRONG = [("李示例", "321023199001010000", "", "", ""), (PEOPLE[0][0], PEOPLE[0][1], "123", "", "")]


@pytest.fixture
def address(school) -> str:
    school.training_class.capacity = 10
    school.session.commit()
    return f"/classes/{school.training_class.no}/register-many"


@pytest.fixture
def client(school, browser):
    _, agent = school.firm()
    return browser(agent)


def sheet(rows, heads=HEADS) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for number, row in enumerate([heads, *rows]):
            page.write_row(number, 0, row)
    return io.BytesIO(out.getvalue()), "学员.xlsx"


def typed(rows) -> dict[str, str]:
    names = ("name", "identity", "mobile", "education", "job")
    return {
        f"people-{number}-{name}": cell
        for number, row in enumerate(rows)
        for name, cell in zip(names, row, strict=True)
    }


def shown(answer) -> dict[str, str]:
    """Return the fields of the form on a page as they stand, the chosen of the radio buttons."""
    form = page_of(answer).select_one("form.form[enctype]")
    return {
        one["name"]: one.get("value", "")
        for one in form.select("input[name]")
        if one["type"] not in {"file", "radio", "checkbox"}
    } | {"choice": "all"}


def registrations(school) -> list[Registration]:
    school.session.rollback()
    return list(school.session.scalars(select(Registration).order_by(Registration.id)))


def test_a_spreadsheet_is_read_into_rows_and_every_row_says_what_is_wrong(school, client, address):
    answer = post_form(client, address, file=sheet([*PEOPLE, *WRONG]), step="look")

    page = page_of(answer)
    assert answer.status_code == 200
    assert page.select_one("[name=people-7-identity]")["value"] == PEOPLE[7][1]
    assert page.select_one("#people-8-identity-notes .field__error")
    assert page.select_one("#people-9-mobile-notes .field__error")
    assert "1" in page.select_one("#people-9-identity-notes .field__error").get_text(), "stands in row 1 already"
    assert len(page.select(".people-row--wrong")) == 2
    assert registrations(school) == []
    assert school.session.scalars(select(Trainee.id)).all() == []


def test_all_or_nothing_registers_nobody_while_a_row_is_wrong(school, client, address):
    looked = post_form(client, address, file=sheet([*PEOPLE, *WRONG]), step="look")

    answer = client.post(address, data=shown(looked) | {"step": "register"})

    assert answer.status_code == 409
    assert registrations(school) == []
    assert page_of(answer).select_one("[name=people-8-name]")["value"] == "李示例"


def test_the_right_rows_alone_are_registered_and_the_others_stay(school, client, address):
    looked = post_form(client, address, file=sheet([*PEOPLE, *WRONG]), step="look")
    sent = shown(looked) | {"step": "register", "choice": "valid"}

    answer = client.post(address, data=sent)

    page = page_of(answer)
    assert answer.status_code == 200
    assert len(registrations(school)) == 8
    assert len(page.select("table tbody tr")) == 8
    assert PEOPLE[1][1] not in page.select_one("table").get_text(), "masked"
    assert page.select_one("[name=people-0-name]")["value"] == "李示例"
    assert page.select_one("#people-0-identity-notes .field__error")

    again = client.post(address, data=sent)
    assert again.status_code == 303, "the same sending once more does nothing"
    assert len(registrations(school)) == 8

    corrected = shown(answer) | {"step": "register", "people-0-identity": identity_number(650)}
    corrected |= {f"people-1-{name}": "" for name in ("name", "identity", "mobile")}
    assert client.post(address, data=corrected).status_code == 303
    assert len(registrations(school)) == 9


def test_rows_that_are_typed_are_registered_once_with_their_jobs(school, client, address):
    first = client.get(address)
    sent = shown(first) | typed(PEOPLE[:3]) | {"step": "register"}

    answers = [client.post(address, data=sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert [one.job for one in registrations(school)] == ["灯工"] * 3
    assert {one.state for one in registrations(school)} == {S.CONFIRMED}


def test_people_who_want_to_stay_together_wait_together(school, client, address):
    school.enrol(8)
    sent = shown(client.get(address)) | typed(PEOPLE[:3]) | {"step": "register", "together": "y"}

    assert client.post(address, data=sent).status_code == 303

    made = registrations(school)[8:]
    assert {one.state for one in made} == {S.WAITLISTED}, "two seats are free, three want to be together"
    assert len({one.group_id for one in made}) == 1


def test_one_bill_for_all_of_them(school, client, address):
    school.training_class.fee_fen = 98000
    school.session.commit()
    sent = shown(client.get(address)) | typed(PEOPLE[:3]) | {"step": "register"}

    client.post(address, data=sent)

    assert len({one.order_id for one in registrations(school)}) == 1


def test_rows_beyond_what_one_company_may_hold_are_told(school, client, address):
    school.training_class.company_cap = 2
    school.session.commit()
    sent = shown(client.get(address)) | typed(PEOPLE[:3]) | {"step": "register", "choice": "valid"}

    answer = client.post(address, data=sent)

    assert len(registrations(school)) == 2
    assert page_of(answer).select_one("#people-0-name-notes .field__error")


def test_the_conditions_are_asked_for_when_registering(school, client, address):
    school.course.needs_health = True
    school.session.commit()
    sent = shown(client.get(address)) | typed(PEOPLE[:1]) | {"step": "register"}

    answer = client.post(address, data=sent)
    assert answer.status_code == 400
    assert page_of(answer).select_one("#meets_health-notes .field__error")
    assert client.post(address, data=sent | {"meets_health": "y"}).status_code == 303


def test_nobody_listed_and_too_many_rows_are_told(school, client, address):
    assert client.post(address, data=shown(client.get(address)) | {"step": "register"}).status_code == 409
    many = [(f"王示{number}", identity_number(number), "", "", "") for number in range(61)]
    answer = post_form(client, address, file=sheet(many), step="look")
    assert answer.status_code == 409
    assert page_of(answer).select_one("#file-notes .field__error")


def test_more_rows_keep_what_was_typed(client, address):
    sent = shown(client.get(address)) | typed(PEOPLE[:1]) | {"step": "more"}
    page = page_of(client.post(address, data=sent))
    assert page.select_one("[name=people-0-name]")["value"] == PEOPLE[0][0]
    assert page.select_one("[name=people-9-name]")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [bomb(), b"PK\x03\x04 not an archive", b"%PDF-1.4 %%EOF", b"\0\1\2", "随便".encode()]
)
def test_a_file_that_is_no_table_is_told_in_words(school, client, address, content):
    answer = post_form(client, address, file=(io.BytesIO(content), "学员.xlsx"), step="look", **typed(PEOPLE[:1]))
    assert answer.status_code == 409
    assert page_of(answer).select_one(".error-summary")
    assert page_of(answer).select_one("[name=people-0-name]")["value"] == PEOPLE[0][0]


def test_the_template_can_be_filled_in_and_keeps_long_numbers(client):
    answer = client.get("/training-records/template.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == HEADS
    assert rows[1][1] == "11010519491231002X"


def test_who_has_no_company_is_sent_away(school, browser, address):
    _, worker = school.worker()
    assert browser(worker).get(address).status_code == 403
    assert browser().get(address).status_code == 302


def test_a_class_that_is_closed_meanwhile_takes_nobody_and_loses_nothing(school, client, address):
    sent = shown(client.get(address)) | typed(PEOPLE[:1]) | {"step": "register"}
    school.session.get_one(TrainingClass, school.training_class.id).state = "closed"
    school.session.commit()
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert page_of(answer).select_one("[name=people-0-name]")["value"] == PEOPLE[0][0]


def test_everything_wrong_is_told_at_once_and_listed_at_the_top(school, client, address):
    school.course.needs_health = True
    school.session.commit()
    sent = shown(client.get(address)) | typed([*PEOPLE[:1], *WRONG[:1]]) | {"step": "register"}

    page = page_of(client.post(address, data=sent))

    assert {one["href"] for one in page.select(".error-summary a")} == {"#meets_health", "#people-1-identity"}
    looked = page_of(client.post(address, data=sent | {"step": "look"}))
    assert looked.select_one(".error-summary a[href='#people-1-identity']")
    assert not looked.select(".notice--success")


def test_a_name_from_a_file_is_kept_as_it_is_when_typed(client, address):
    rows = [("王 示例", PEOPLE[0][1]), ("John  Smith", PEOPLE[1][1])]
    page = client.get(address)
    answer = client.post(
        address, data=shown(page) | {"step": "look", "file": sheet(rows)}, content_type="multipart/form-data"
    )
    assert [shown(answer)[f"people-{number}-name"] for number in (0, 1)] == ["王示例", "John Smith"]


def test_the_template_has_a_name_that_every_server_can_send(client):
    header = client.get("/training-records/template.xlsx").headers["Content-Disposition"]
    assert header == "attachment; filename*=UTF-8''%E5%AD%A6%E5%91%98%E6%8A%A5%E5%90%8D%E8%A1%A8.xlsx"
    assert header.isascii()
