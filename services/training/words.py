"""What the fixed words of the training are called; marked here, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.core.messages import N_
from services.training.models.courses import CertificateKind, LessonKind, Level, Promotion
from services.training.models.outcomes import CheckOutcome, Part, Presence, SignMethod
from services.training.models.papers import DocumentKind
from services.training.models.registrations import Sex

LEVEL_NAMES: dict[Level, str] = {
    Level.NONE: N_("No level"),
    Level.SPECIAL: N_("Special skill"),
    Level.JUNIOR: N_("Junior worker (level 5)"),
    Level.MIDDLE: N_("Skilled worker (level 4)"),
    Level.SENIOR: N_("Senior worker (level 3)"),
    Level.TECHNICIAN: N_("Technician (level 2)"),
    Level.SENIOR_TECHNICIAN: N_("Senior technician (level 1)"),
}

CERTIFICATE_NAMES: dict[CertificateKind, str] = {
    CertificateKind.NONE: N_("No certificate"),
    CertificateKind.COMPLETION: N_("Certificate of completion"),
    CertificateKind.SKILL_LEVEL: N_("Skill level certificate"),
    CertificateKind.AUTHORITY: N_("Prepares for the licence that the state authority issues"),
}

LESSON_NAMES: dict[LessonKind, str] = {
    LessonKind.THEORY: N_("Theory"),
    LessonKind.PRACTICE: N_("Practice"),
    LessonKind.ASSESSMENT: N_("Examination"),
}

PROMOTION_NAMES: dict[Promotion, str] = {
    Promotion.FIRST: N_("Strictly in the order of the waiting list"),
    Promotion.FITS: N_("In the order of the list, the first whose group fits"),
}

PRESENCE_NAMES: dict[Presence, str] = {
    Presence.PRESENT: N_("Present"),
    Presence.LATE: N_("Late"),
    Presence.LEFT_EARLY: N_("Left early"),
    Presence.LEAVE: N_("On leave"),
    Presence.ABSENT: N_("Absent"),
}

METHOD_NAMES: dict[SignMethod, str] = {
    SignMethod.CODE: N_("Signed in with the code"),
    SignMethod.TEACHER: N_("Entered by the teacher"),
    SignMethod.SHEET: N_("From the paper sheet"),
}

PART_NAMES: dict[Part, str] = {Part.THEORY: N_("Theory"), Part.PRACTICE: N_("Practice")}

CHECK_NAMES: dict[CheckOutcome, str] = {
    CheckOutcome.VALID: N_("This certificate is genuine and valid"),
    CheckOutcome.EXPIRED: N_("This certificate is genuine; its time is over"),
    CheckOutcome.REPLACED: N_("This certificate was replaced and is void"),
    CheckOutcome.REVOKED: N_("This certificate was revoked and is void"),
    CheckOutcome.ALTERED: N_("This file is not the one that was issued: it was changed"),
    CheckOutcome.NOT_FOUND: N_("No certificate was found"),
}

SEX_NAMES: dict[Sex, str] = {Sex.MALE: N_("Male"), Sex.FEMALE: N_("Female")}

DOCUMENT_NAMES: dict[DocumentKind, str] = {
    DocumentKind.APPLICATION: N_("Application to hold the class"),
    DocumentKind.SYLLABUS: N_("Teaching plan and timetable"),
    DocumentKind.TEACHERS: N_("Proof of the teachers' qualification"),
    DocumentKind.PREMISES: N_("Proof of rooms and equipment"),
    DocumentKind.ROSTER: N_("List of the trainees"),
    DocumentKind.RECEIPT: N_("Receipt of the filing"),
    DocumentKind.OTHER: N_("Other paper"),
}

NAMES: dict[type[StrEnum], Mapping[Any, str]] = {
    Level: LEVEL_NAMES,
    DocumentKind: DOCUMENT_NAMES,
    CertificateKind: CERTIFICATE_NAMES,
    LessonKind: LESSON_NAMES,
    Promotion: PROMOTION_NAMES,
    Presence: PRESENCE_NAMES,
    SignMethod: METHOD_NAMES,
    Part: PART_NAMES,
    Sex: SEX_NAMES,
    CheckOutcome: CHECK_NAMES,
}
