"""Letters of the association about its meetings. What is voted on and how is read on the pages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.association.meeting_words import BODY_NAMES
from services.association.models.meetings import Meeting, MeetingState
from services.core import links
from services.mail.letters import Letter
from services.mail.readers import to_person


def convened(session: Session, *, meeting_id: int, person_id: int) -> Letter | None:
    """A representative is called to a meeting; None when it has been called off meanwhile."""
    meeting = session.get_one(Meeting, meeting_id)
    if meeting.state is MeetingState.CANCELLED:
        return None
    return to_person(
        session,
        person_id,
        "association/meeting_convened",
        title=meeting.title,
        body=BODY_NAMES[meeting.body],
        place=meeting.place,
        starts_at=meeting.starts_at,
        motions=[motion.title for motion in meeting.motions],
        agenda=meeting.agenda,
        link=links.meeting(meeting.id),
    )


def called_off(session: Session, *, meeting_id: int, person_id: int) -> Letter | None:
    """Whoever was called learns that the meeting does not take place, and why."""
    meeting = session.get_one(Meeting, meeting_id)
    return to_person(
        session,
        person_id,
        "association/meeting_called_off",
        title=meeting.title,
        starts_at=meeting.starts_at,
        reason=meeting.state_reason,
        link=links.meeting(meeting.id),
    )
