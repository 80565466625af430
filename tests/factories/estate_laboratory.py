"""What the laboratory of centre X does for firm A in the estate: a commission in test, with a reading and its file."""

from pathlib import Path

from sqlalchemy.orm import Session

from services.core.files import store
from services.core.uploads import examine
from services.laboratory.models.commissions import Commission
from services.laboratory.operations import testing
from services.laboratory.rules.readings import Conditions, Observation
from tests.factories.booking import Market
from tests.factories.laboratory import Laboratory, make_laboratory
from tests.factories.laboratory_results import begin, lines_of, make_taken


def equip(session: Session, x: Market) -> Laboratory:
    """Give centre X a laboratory; its clients are firms A and B."""
    return make_laboratory(session, provider=x.provider, firm=x.firm, rival=x.rival)


def in_test(lab: Laboratory, picture: Path, uploads: Path) -> tuple[Commission, dict]:
    """Have a line of firm A tested; return its commission, and what stands in addresses."""
    commission = make_taken(lab, lab.lead, lab.fastness)
    line = lines_of(lab, commission)[0]
    begin(lab, line)
    work = lab.work(lab.analyst)
    with picture.open("rb") as stream:
        file = store(work, uploads, examine(stream, "谱图.png"), organisation_id=lab.provider.id, purpose="raw_record")
    testing.enter(
        work, line.id, {1: Observation("0.12")}, Conditions(lab.spectrometer.id, 231, 520), attachment_id=file.id
    )
    return commission, {
        "line_id": [line.id],
        "specimen": [1],
        "laboratory.work_file attachment_id": [file.id],
        "laboratory.worklist ?": [
            *(f"show={name}" for name in ("mine", "all", "unassigned", "checks", "outside")),
            "q=x",
        ],
    }
