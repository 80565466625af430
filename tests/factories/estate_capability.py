"""What the laboratory of centre X can do in the estate: what stands in the addresses of its desk."""

from datetime import date
from pathlib import Path

from sqlalchemy import select

from services.core.files import store
from services.core.uploads import examine
from services.laboratory.models.capability import Signatory
from services.laboratory.operations.certifying import CalibrationEntry, add_calibration
from tests.factories.laboratory import Laboratory


def able(lab: Laboratory, picture: Path, uploads: Path) -> dict:
    """Give the spectrometer a certificate as a file, and return what stands in addresses."""
    work, method = lab.work(lab.admin), lab.stress.methods[0]
    with picture.open("rb") as stream:
        upload = examine(stream, "校准证书.png")
    file = store(work, uploads, upload, organisation_id=lab.provider.id, purpose="calibration")
    entry = CalibrationEntry(work.today, date(2027, 12, 1), "JZ-2026-1")
    calibration = add_calibration(work, lab.spectrometer.id, entry, file)
    signatory = select(Signatory.id).where(Signatory.provider_id == lab.provider.id).order_by(Signatory.id)
    return {
        "item_id": [lab.stress.id],
        "method_id": [method.id],
        "scope_id": [method.scopes[0].id],
        "limit_set_id": [lab.limits.id],
        "limit_id": [lab.limits.limits[0].id],
        "package_id": [lab.package.id],
        "laboratory.instrument resource_id": [lab.spectrometer.id, lab.polariscope.id],
        "calibration_id": [calibration.id],
        "signatory_id": [lab.session.scalars(signatory.limit(1)).one()],
        "standard_id": [method.standard_id],
        "standards.index ?": ["q=GB", "state=current", "state=withdrawn", "state=x"],
        "laboratory.capability ?": ["show=closed", "field=glass", "q=x"],
        "laboratory.instruments ?": ["due=1"],
        "laboratory.limit_sets ?": ["q=x"],
    }
