"""What the fixed words of notices and mailings are called; marked here, translated where they are shown."""

from __future__ import annotations

from services.association.models.notices import Audience, MailingState, NoticeKind, NoticeState
from services.core.messages import N_

KIND_NAMES = {
    NoticeKind.NOTICE: N_("Notice"),
    NoticeKind.DOCUMENT: N_("Document"),
}

AUDIENCE_NAMES = {
    Audience.PUBLIC: N_("Everybody"),
    Audience.MEMBERS: N_("Members"),
    Audience.COUNCIL: N_("Members on the council"),
}

STATE_NAMES = {
    NoticeState.DRAFT: N_("Draft"),
    NoticeState.PUBLISHED: N_("Published"),
    NoticeState.WITHDRAWN: N_("Notice withdrawn"),
}

MAILING_NAMES = {
    MailingState.DRAFT: N_("Being prepared"),
    MailingState.SENDING: N_("Going out"),
    MailingState.SENT: N_("Sent to all readers"),
    MailingState.GIVEN_UP: N_("Given up"),
}

NAMES = {NoticeKind: KIND_NAMES, Audience: AUDIENCE_NAMES, NoticeState: STATE_NAMES, MailingState: MAILING_NAMES}
