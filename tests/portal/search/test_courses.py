"""Courses among the results of the search."""

import pytest

from services.training.models.courses import Level
from tests.factories.search import build_index
from tests.factories.training import make_school
from tests.plumbing.reviewing import page_of


@pytest.fixture
def school(app, session):
    school = make_school(session)
    school.course.level, school.course.is_subsidised = Level.JUNIOR, True
    school.training_class.no = "BM-20261124-0007"
    build_index(app, session)
    return school


def test_courses_have_a_group_of_their_own(client, school):
    page = page_of(client.get("/search?q=灯工"))

    assert page.select_one(".hit-group .section-title").get_text(strip=True) == "课程（1）"
    hit = page.select_one(".hit")
    assert hit.select_one("h3 a")["href"] == f"/courses/{school.course.code}"
    assert hit.select_one(".hit__facts a")["href"] == "/classes/BM-20261124-0007"


def test_courses_are_narrowed_by_level_and_subsidy(client, school):
    page = page_of(client.get("/search?kind=course&skill=junior&subsidy=yes"))

    assert len(page.select(".hit")) == 1
    assert {one.get_text(strip=True) for one in page.select(".chip--active")} == {"初级工（五级）", "补贴性培训"}
    assert not page_of(client.get("/search?kind=course&skill=senior")).select(".hit")


@pytest.mark.parametrize("line", ["BM-20261124-0007", " bm-20261124-0007", "ＢＭ－20261124－0007"])
def test_the_number_of_a_class_leads_to_it(client, school, line):
    assert client.get("/search", query_string={"q": line}).location == "/classes/BM-20261124-0007"


def test_the_number_of_no_class_is_looked_for_like_any_words(client, school):
    assert client.get("/search?q=BM-20261124-0099").status_code == 200
