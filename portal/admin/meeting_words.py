"""What is told in the audit log about meetings of an association, their motions and votes."""

from __future__ import annotations

from services.core.messages import N_

MEETING_WORDS: dict[str, str] = {
    "challenge.dismissed": N_("Challenge of a count dismissed"),
    "challenge.filed": N_("Count challenged"),
    "challenge.recounted": N_("Votes counted again"),
    "challenge.upheld": N_("Challenge of a count upheld"),
    "meeting.answered": N_("Notice of a meeting answered"),
    "meeting.attendance_struck": N_("Attendance of a meeting taken back"),
    "meeting.attended": N_("Signed in to a meeting"),
    "meeting.begin": N_("Meeting begun"),
    "meeting.call_off": N_("Meeting called off"),
    "meeting.changed": N_("Meeting changed"),
    "meeting.close": N_("Meeting closed"),
    "meeting.convene": N_("Notices of a meeting sent"),
    "meeting.minutes_published": N_("Minutes published"),
    "meeting.minutes_written": N_("Minutes written"),
    "meeting.planned": N_("Meeting planned"),
    "motion.annul": N_("Vote declared void"),
    "motion.challenge": N_("Resolution challenged"),
    "motion.close": N_("Vote closed"),
    "motion.count": N_("Votes counted"),
    "motion.decline": N_("Motion not put on an agenda"),
    "motion.dismiss": N_("Resolution stands after a challenge"),
    "motion.list": N_("Motion put on an agenda"),
    "motion.notify": N_("Motion notified to the members"),
    "motion.open": N_("Vote opened"),
    "motion.proposed": N_("Motion proposed"),
    "motion.published": N_("Result of a vote published"),
    "motion.recused": N_("Member stepped aside"),
    "motion.unlist": N_("Motion taken off the agenda"),
    "motion.withdraw": N_("Motion withdrawn"),
    "proxy.accepted": N_("Proxy accepted"),
    "proxy.filed": N_("Proxy filed"),
    "proxy.refused": N_("Proxy refused"),
    "proxy.withdrawn": N_("Proxy withdrawn"),
    "vote.cast": N_("Vote cast"),
    "vote.written_down": N_("Show of hands written down"),
}
