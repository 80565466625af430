"""The desk of the capability: lists, forms, tables, for the administrator of the laboratory and nobody else."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import ModuleKind, Resource
from services.core import clock
from services.laboratory.models.capability import (
    Calibration,
    ItemMethod,
    LimitSet,
    PackageItem,
    ScopeEntry,
    Signatory,
    TestItem,
)
from tests.factories.catalogue import make_module
from tests.factories.laboratory import make_item, make_laboratory, make_standard
from tests.plumbing.reviewing import page_of, post_form

BASE = "/laboratory/capability"
TODAY = clock.local_day(clock.now())


@pytest.fixture
def admin(browser):
    return browser("admin")


def main(answer) -> str:
    return page_of(answer).select_one("main").text


def test_the_list_tells_editions_marks_and_why_an_item_is_closed(lab, admin, session: Session):
    lab.polariscope.calibration_due_on = TODAY - timedelta(days=1)
    session.commit()

    text = main(admin.get(BASE))
    assert lab.lead.methods[0].standard.number in text
    assert lab.polariscope.name in text
    closed = main(admin.get(f"{BASE}?show=closed"))
    assert lab.stress.module.name in closed
    assert lab.lead.module.name not in closed
    assert lab.stress.module.name not in main(admin.get(f"{BASE}?field=chemistry"))


def test_the_list_takes_the_same_queries_with_many_items(lab, admin, session: Session, counted_queries):
    admin.get(BASE)
    with counted_queries() as few:
        admin.get(BASE)
    for _ in range(20):
        make_item(session, lab.provider, resources=(lab.polariscope,))
    session.commit()
    with counted_queries() as many:
        admin.get(BASE)
    assert len(many) == len(few)


def test_a_test_is_defined_and_changed(lab, admin, session: Session):
    module = make_module(session, lab.provider, kind=ModuleKind.TEST)
    session.commit()
    assert module.name in main(admin.get(f"{BASE}/undefined"))
    address = f"{BASE}/items/{module.id}/edit"

    assert post_form(admin, address, unit="MPa", decimals="1").status_code == 303
    session.rollback()
    assert session.get(TestItem, module.id).decimals == 1
    wrong = post_form(admin, address, lod="viel", decimals="1", range_low="3", range_high="2")
    page = page_of(wrong)
    assert wrong.status_code == 409
    assert page.select("#lod-notes .field__error")
    assert page.select("#range_high-notes .field__error")
    assert page.select_one("#lod")["value"] == "viel"
    assert post_form(admin, address, decimals="9").status_code == 400


def test_a_conflict_shows_both_versions(lab, admin, session: Session):
    address = f"{BASE}/items/{lab.stress.id}/edit"
    assert post_form(admin, address, specimens="7").status_code == 303
    answer = post_form(admin, address, specimens="9", version="1")
    assert answer.status_code == 409
    assert "7" in main(answer)


def test_editions_and_scope_are_entered_and_ended(lab, admin, session: Session):
    make_standard(session, "GB/T 9286-2021")
    session.commit()
    item = f"{BASE}/items/{lab.adhesion.id}"
    assert post_form(admin, f"{item}/methods", standard="gbt9286-2021", clause="7").status_code == 303
    assert post_form(admin, f"{item}/methods", standard="gbt9286-2021").status_code == 409
    session.rollback()
    method = session.scalars(select(ItemMethod).order_by(ItemMethod.id.desc())).first()
    days = {"valid_from": TODAY.isoformat(), "valid_until": (TODAY + timedelta(days=9)).isoformat()}
    scope = f"{item}/methods/{method.id}/scope"
    assert post_form(admin, scope, certificate_no="DEMO-1", **days).status_code == 303
    assert post_form(admin, scope, certificate_no="DEMO-1", **days).status_code == 409
    session.rollback()
    entry = session.scalars(select(ScopeEntry).order_by(ScopeEntry.id.desc())).first()
    assert post_form(admin, f"{item}/scope/{entry.id}/end", valid_until=TODAY.isoformat()).status_code == 303
    assert post_form(admin, item, action=f"{item}/methods/{method.id}/end").status_code == 303
    session.rollback()
    session.refresh(method)
    assert method.ended_at is not None


def test_limits_are_opened_filled_and_emptied(lab, admin, session: Session):
    assert post_form(admin, f"{BASE}/limits/new", name="企业限值").status_code == 303
    assert post_form(admin, f"{BASE}/limits/new", name="企业限值").status_code == 409
    limits = session.scalars(select(LimitSet).where(LimitSet.name == "企业限值")).one()
    address = f"{BASE}/limits/{limits.id}"
    session.rollback()
    assert post_form(admin, address, item_id=lab.fastness.id, low="3-4").status_code == 303
    wrong = post_form(admin, address, item_id=lab.fastness.id, low="6")
    assert (wrong.status_code, page_of(wrong).select_one("#low")["value"]) == (409, "6")
    session.rollback()
    (limit,) = session.get(LimitSet, limits.id).limits
    remove = f"{address}/items/{limit.id}/remove"
    session.rollback()
    assert post_form(admin, address, action=remove).status_code == 303
    assert post_form(admin, f"{address}/edit", name="企业限值二").status_code == 303


def test_a_package_is_filled_and_refused_when_it_would_cost_more_than_its_items(lab, admin, session: Session):
    address = f"{BASE}/packages/{lab.package.id}"
    wrong = post_form(admin, address, **{f"item_{lab.lead.id}": ""})
    assert wrong.status_code == 409
    assert post_form(admin, address, **{f"item_{lab.lead.id}": "2"}).status_code == 303
    session.rollback()
    assert session.get(PackageItem, (lab.package.id, lab.lead.id)).quantity == 2
    assert lab.package.name in main(admin.get(f"{BASE}/packages"))


def test_a_price_that_makes_a_package_too_dear_is_refused_on_the_price_page(lab, admin):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    address = f"/services/desk/{lab.package.id}/prices"
    assert post_form(admin, address, effective_on=tomorrow, unit_fen="999").status_code == 409
    assert post_form(admin, address, effective_on=tomorrow, unit_fen="199").status_code == 303


def test_a_calibration_is_entered_with_its_file(lab, admin, session: Session):
    address, picture = f"{BASE}/instruments/{lab.polariscope.id}", io.BytesIO()
    Image.new("L", (8, 8)).save(picture, "PNG")
    due = TODAY + timedelta(days=365)
    typed = {"calibrated_on": TODAY.isoformat(), "due_on": due.isoformat(), "certificate_no": "JZ-77"}
    assert post_form(admin, address, **typed, file=(io.BytesIO(picture.getvalue()), "证书.png")).status_code == 303
    session.rollback()
    session.refresh(lab.polariscope)
    assert lab.polariscope.calibration_due_on == due
    calibration = session.scalars(select(Calibration).where(Calibration.certificate_no == "JZ-77")).one()
    assert admin.get(f"{BASE}/calibrations/{calibration.id}/file").status_code == 200
    wrong = post_form(admin, address, **typed | {"due_on": "2020-01-01"})
    assert (wrong.status_code, page_of(wrong).select_one("#certificate_no")["value"]) == (409, "JZ-77")
    assert admin.get(f"{BASE}/instruments?due=1").status_code == 200


def test_a_signatory_is_authorised_and_ends(lab, admin, session: Session):
    typed = {
        "person_id": lab.signatory.id,
        "fields": ["glass", "food"],
        "valid_from": TODAY.isoformat(),
        "valid_until": (TODAY + timedelta(days=9)).isoformat(),
    }
    assert post_form(admin, f"{BASE}/signatories", **typed).status_code == 303
    assert post_form(admin, f"{BASE}/signatories", **typed).status_code == 409
    session.rollback()
    row = session.scalars(select(Signatory).order_by(Signatory.id.desc())).first()
    address = f"{BASE}/signatories/{row.id}/end"
    assert post_form(admin, address, valid_until=TODAY.isoformat()).status_code == 303


def test_a_table_of_items_goes_out_and_comes_back(lab, admin):
    text = admin.get(f"{BASE}/items.csv").get_data(as_text=True).removeprefix("\ufeff")
    assert post_form(admin, f"{BASE}/import", table=text, step="look").status_code == 200
    assert post_form(admin, f"{BASE}/import", table=text, step="apply").status_code == 303
    assert post_form(admin, f"{BASE}/import", table=text.replace("glass", "wood"), step="apply").status_code == 409


@pytest.mark.parametrize("who", ["clerk", "analyst", "agent"])
def test_others_are_not_let_in(lab, browser, who: str):
    for path in ("", "/limits", "/packages", "/instruments", "/signatories", "/import", f"/items/{lab.stress.id}"):
        assert browser(who).get(f"{BASE}{path}").status_code == 403


def test_another_laboratory_is_not_there(lab, admin, session: Session):
    other = make_laboratory(session)
    method = other.stress.methods[0]
    for path in (
        f"items/{other.stress.id}",
        f"items/{other.stress.id}/edit",
        f"items/{other.stress.id}/methods",
        f"items/{lab.stress.id}/methods/{method.id}/scope",
        f"items/{lab.stress.id}/scope/{method.scopes[0].id}/end",
        f"limits/{other.limits.id}",
        f"packages/{other.package.id}",
        f"instruments/{other.polariscope.id}",
    ):
        assert admin.get(f"{BASE}/{path}").status_code == 404, path


def test_the_page_of_a_service_tells_its_edition_what_comes_and_its_mark(lab, client, session: Session):
    soon = TODAY + timedelta(days=30)
    new = make_standard(session, "GB/T 3920-2024", issued_on=date(2024, 1, 1), effective_on=soon)
    session.add(ItemMethod(item_id=lab.stress.id, standard_id=new.id, added_at=clock.now()))
    session.commit()
    text = main(client.get(f"/services/{lab.stress.module.code}"))
    assert lab.stress.methods[0].standard.number in text
    assert "GB/T 3920-2024" in text
    assert soon.isoformat() in text
    assert "191020340001" in text
    assert session.get(Resource, lab.polariscope.id).name in text
