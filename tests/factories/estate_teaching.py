"""A class that was held at centre X, with its lessons, scores, certificate and subsidy claim."""

from typing import Any

from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.permissions import Role
from services.training.models.courses import Course
from services.training.operations.subsidies import list_class, submit_class
from services.training.queries.results import assessments_of
from tests.factories.booking import Market
from tests.factories.organisations import make_region
from tests.factories.training import School, make_class
from tests.factories.training_run import Running, make_running

OF_CLASS = (
    "roster",
    "marks",
    "void_mark",
    "finish",
    "certificates",
    "issue_all",
    "class_subsidies",
    "list_claims",
    "submit_claims",
    "print_claims",
    "export_claims",
    "pay_class",
    "print_sent_claims",
    "evidence",
)
OF_LESSON = ("roll", "roll_code", "sheet", "sign_in")
OF_CERTIFICATE = ("certificate", "certificate_file", "replace", "revoke")
OF_TOKEN = ("verify_certificate", "certificate_json")
OF_CLAIM = ("claim", "pay_claim", "refuse_claim", "drop_claim")


def held_class(session: Session, x: Market, trainer_id: int) -> dict[str, list[Any]]:
    """Hold a class at X, certify the one who passed, and submit the claim; return the places."""
    held = _held(session, x, trainer_id)
    certificate = held.certify()
    class_id, work = held.school.training_class.id, held.school.work()
    list_class(work, class_id)
    submit_class(work, class_id)
    session.flush()
    claim_id = 1
    tried = assessments_of(session, class_id)[held.people[1][0].id]
    return {
        **{f"training.{name} class_no": [held.no] for name in OF_CLASS},
        **{f"training.{name} lesson_id": [held.lessons[0].id] for name in OF_LESSON},
        **{f"training.{name} no": [certificate.no] for name in OF_CERTIFICATE},
        **{f"training.{name} token": [certificate.token] for name in OF_TOKEN},
        **{f"training.{name} claim_id": [claim_id] for name in OF_CLAIM},
        "training.issue registration_id": [held.people[1][0].id],
        "training.void_mark assessment_id": [tried[0].id],
        "training.subsidies_desk ?": [f"class={held.no}&state=submitted", "q=canary"],
        "training.marks ?": ["part=theory"],
    }


def _held(session: Session, x: Market, trainer_id: int) -> Running:
    course = Course(
        code="KC90", provider_id=x.provider.id, title="玻璃冷加工工（初级）", theory_hours=16, is_published=True
    )
    session.add(course)
    x.provider.organisation.region_code = make_region(session).code
    session.flush()
    trainer = Actor(trainer_id, "某教师", x.provider.id, frozenset({Role.TRAINER}))
    school = School(session, x.provider, course, make_class(session, course), trainer)
    held = make_running(school, fee_fen=98000)
    held.graduate(80, 59)
    return held
