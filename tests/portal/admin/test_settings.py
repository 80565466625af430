"""Settings are changed within their ranges, all mistakes told at once."""

from sqlalchemy.orm import Session

from portal.admin.forms import SETTING_WORDS
from services.core.settings import DEFAULTS, RANGES, setting
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form


def test_settings_are_shown_and_changed(staff, session: Session) -> None:
    page = page_of(staff.admin.get("/admin/settings"))
    assert page.select_one("#booking_hold_minutes")["value"] == "15"

    answer = post_form(staff.admin, "/admin/settings", booking_hold_minutes="２０", security_staff_second_factor="y")
    assert answer.status_code == 303
    assert setting(session, "booking.hold_minutes") == 20
    assert setting(session, "security.staff_second_factor") is True
    assert staff.admin.get("/admin/settings").location == "/accounts/factor"  # staff now need a second factor


def test_all_mistakes_are_told_and_what_was_typed_stays(staff, session: Session) -> None:
    answer = post_form(staff.admin, "/admin/settings", booking_hold_minutes="0", booking_no_show_limit="1e3")
    page = page_of(answer)
    assert len(page.select(".field__error")) == 2
    assert page.select_one("#booking_no_show_limit")["value"] == "1e3"
    assert setting(session, "booking.hold_minutes") == 15


def test_the_same_form_twice_is_saved_once(staff) -> None:
    sent = fields_of(form_of(page_of(staff.admin.get("/admin/settings")), holding={"booking_no_show_limit"}))
    answers = [staff.admin.post("/admin/settings", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.location for answer in answers} == {"/admin/settings"}


def test_every_setting_has_its_words_and_its_range() -> None:
    assert set(SETTING_WORDS) == set(DEFAULTS)
    assert {name for name, value in DEFAULTS.items() if not isinstance(value, bool)} == set(RANGES)


def test_others_may_not(staff) -> None:
    for client in (staff.auditor, staff.outsider):
        assert client.get("/admin/settings").status_code == 403
