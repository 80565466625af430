"""A case of firm A before an association, and what the association of the estate tells its members."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.cases import Case, CaseKind
from services.association.models.notices import Audience, NoticeKind
from services.association.models.register import Tier
from services.association.operations import cases, mailing, mediating, notices
from services.association.operations.notices import WishNotice
from services.association.queries.cases import panel_members
from services.association.queries.readers import Segment
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.core.uploads import Upload, examine
from services.core.work import Work
from services.organisations.models import Organisation
from tests.factories.board import Firm
from tests.factories.booking import Market, actor_of
from tests.factories.canaries import canary
from tests.factories.discipline import appoint_all, make_circle, make_pact, propose, wish_case, work_of

DESK_NOTICES = ("desk_notice", "notice_deed")
MAILINGS = ("show_mailing", "edit_mailing", "send_mailing", "give_up_mailing")


def disciplined(
    session: Session, x: Market, staff: tuple[int, int], picture: Path, uploads: Path
) -> dict[str, list[Any]]:
    """Let A complain and settle, and the secretariat write to its members; return what stands in addresses."""
    with picture.open("rb") as stream:
        upload = examine(stream, "照片.png")
    places = _case(session, x, upload, uploads) | _told(session, staff, upload, uploads)
    session.flush()
    return places


def _case(session: Session, x: Market, upload: Upload, uploads: Path) -> dict[str, list[Any]]:
    """Let A complain before an association of its own; whatever is said carries a canary."""
    circle = replace(make_circle(session), claimant=Firm(x.firm, x.agent, actor_of(x.agent, x.firm)))
    make_pact(session, circle.association_id)
    said = {"title": canary("a"), "facts": canary("a"), "demand": canary("a")}
    made = [_complaint(session, circle, kind, said) for kind in (CaseKind.COPYING, CaseKind.PAYMENT)]
    case = made[0]
    desk = work_of(session, circle.association)
    cases.accept(desk, case.id)
    cases.answer(work_of(session, circle.respondent), case.id, text=canary("a"))
    evidence = cases.add_evidence(work_of(session, circle.claimant), case.id, uploads, upload, text=canary("a"))
    cases.remark(work_of(session, circle.claimant), case.id, text=canary("a"))
    appoint_all(session, circle, case, circle.judges)
    mediating.mediate(desk, case.id)
    propose(session, circle, case)
    session.flush()
    panellist = panel_members(session, case.id)[0]
    return {
        "case_id": [one.id for one in made],
        "association.case_agreement case_id": [case.id],
        "association.case_evidence case_id": [case.id],
        "evidence_id": [evidence.id],
        "panellist_id": [panellist.id],
        "association.case_deed deed": ["remark", "sign", "withdraw"],
        "association.cases ?": ["list=panel"],
        "association.desk_cases ?": ["list=all", "list=overdue", "list=submitted"],
        "association.pact ?": ["version=1"],
        "association.centre ?": ["tab=communication", "tab=discipline"],
        "association.directory ?": ["q=canary"],
        "association.notices ?": ["kind=document"],
        "association.desk_notices ?": ["state=draft"],
        **{
            f"association.{name} association_id": [circle.association_id]
            for name in ("pact", "sign_pact", "unsign_pact", "new_case", "supervised")
        },
    }


def _complaint(session: Session, circle: Any, kind: CaseKind, said: dict[str, str]) -> Case:
    return cases.complain(work_of(session, circle.claimant), wish_case(circle, kind=kind, **said))


def _told(session: Session, staff: tuple[int, int], upload: Upload, uploads: Path) -> dict[str, list[Any]]:
    person, association = session.get_one(Person, staff[0]), session.get_one(Organisation, staff[1])
    actor = Actor(person.id, person.name, association.id, frozenset({Role.ASSOC_STAFF}))
    work = Work(session, actor, clock.now())
    public, council, draft = (
        _notice(work, association.id, audience, uploads, upload, is_published=is_published)
        for audience, is_published in ((Audience.PUBLIC, True), (Audience.COUNCIL, True), (Audience.MEMBERS, False))
    )
    nobody = Segment(tiers=frozenset({Tier.PRESIDENT}))
    sending = mailing.prepare(work, association.id, subject="致{企业}", text="您好", segment=nobody)
    template = mailing.save_template(work, association.id, name="年会", subject="年会", text="您好")
    session.flush()
    return {
        **{f"association.{name} notice_id": [public.id] for name in ("notice", "notice_file")},
        **{f"association.{name} notice_id": [draft.id, council.id] for name in DESK_NOTICES},
        **{f"association.{name} notice_id": [council.id] for name in ("confirm_notice", "notice_receipts")},
        "notice_id": [public.id],
        "association.notice_file file_id": [public.files[0].id],
        "association.notice_deed deed": ["publish", "discard", "withdraw", "remind"],
        **{f"association.{name} mailing_id": [sending.id] for name in MAILINGS},
        "mailing_id": [sending.id],
        "template_id": [template.id],
        "association.new_mailing ?": [f"template={template.id}"],
    }


def _notice(
    work: Work, association_id: int, audience: Audience, uploads: Path, upload: Upload, *, is_published: bool
) -> Any:
    wish = WishNotice(NoticeKind.NOTICE, audience, "通知", "正文", wants_receipt=audience is Audience.COUNCIL)
    notice = notices.write_notice(work, association_id, wish)
    work.session.flush()
    notices.add_file(work, notice.id, uploads, upload)
    if is_published:
        notices.publish(work, notice.id)
    work.session.flush()
    return notice
