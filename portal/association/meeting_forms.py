"""Forms of meetings, motions and votes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.components import word
from portal.desk import ActionForm, DeskForm, VersionField, named
from portal.files import ExaminedField
from portal.forms.fields import LocalDateTimeField, Required
from portal.i18n import gettext
from services.association.models.ballots import Choice
from services.association.models.meetings import Answer, Body, Meeting, Mode, Motion, MotionSubject
from services.association.operations.meetings import MeetingWish
from services.association.operations.motions import Listing
from services.core import clock
from services.core.messages import N_

Named = Iterable[tuple[int, str]]
FOR_A_SECRET_VOTE = timedelta(minutes=30)
FREE_SUBJECTS = (MotionSubject.GENERAL, MotionSubject.ELECTION)
"""What the secretariat may bring by itself; everything else comes from its own desk, with the record it is about."""


class MeetingForm(DeskForm):
    """What the secretariat enters of a meeting."""

    version = VersionField()
    title = StringField(N_("Title of the meeting"), [Required(), Length(max=80)])
    body = SelectField(N_("Body that meets"), [Required()])
    mode = SelectField(N_("How it is held"), [Required()])
    starts_at = LocalDateTimeField(N_("Start of the meeting"), [Required()])
    ends_at = LocalDateTimeField(N_("End of the meeting"), [Required()])
    place = StringField(
        N_("Place"), [Length(max=120)], description=N_("For a remote meeting, how one joins it; needed on site.")
    )
    chair = StringField(N_("Chair"), [Length(max=40)])
    agenda = TextAreaField(
        N_("Agenda"),
        [Length(max=2000)],
        description=N_("What is discussed without a vote. Motions are put on the agenda afterwards."),
        render_kw={"rows": 4},
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.body.choices, self.mode.choices = named(Body), named(Mode)

    @property
    def wish(self) -> MeetingWish:
        """The meeting that is wished for."""
        return MeetingWish(
            body=Body(self.body.data),
            mode=Mode(self.mode.data),
            title=self.title.data,
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            place=self.place.data or "",
            agenda=self.agenda.data or "",
            chair=self.chair.data or "",
        )


class AnswerForm(ActionForm):
    """The answer to a notice, one button for each; the notice is that of ``member``."""

    member = VersionField()
    answer = RadioField(N_("Answer"), [Required()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.answer.choices = named(Answer)


class TakeBackForm(ActionForm):
    """Why a member takes its motion back."""

    reason = StringField(N_("Reason for taking it back"), [Required(), Length(max=200)])


class RefusalForm(ActionForm):
    """Why a proxy is not accepted."""

    reason = StringField(N_("Reason for refusing"), [Required(), Length(max=200)])


class WallForm(ActionForm):
    """The code that is shown in the room."""

    code = StringField(N_("Code on the wall"), [Required(), Length(max=20)])


class RowForm(ActionForm):
    """A button that belongs to one member."""

    member = VersionField()


class ProxyForm(DeskForm):
    """Who votes for a member, with the signed document."""

    principal = SelectField(N_("Member that gives its proxy"), [Required()], coerce=int)
    agent_id = SelectField(N_("Member that votes for it"), [Required()], coerce=int)
    document = ExaminedField(
        N_("Signed power of attorney"),
        [Required()],
        description=N_("A scan or a photograph with signature and seal: PDF, JPG or PNG."),
    )

    def __init__(self, principals: Named, agents: Named, **values: Any) -> None:
        super().__init__(**values)
        self.principal.choices = list(principals)
        self.agent_id.choices = [(0, gettext("Please choose")), *agents]

    def validate_agent_id(self, field: SelectField) -> None:
        """Ask for a choice."""
        if not field.data:
            raise ValidationError(gettext("Please choose among what is offered here."))


class VoteForm(DeskForm):
    """The vote of one member."""

    member = VersionField()
    choice = RadioField(N_("Your vote"), [Required()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.choice.choices = named(Choice)


class ReasonedForm(DeskForm):
    """Something that a member says with its reason."""

    member = SelectField(N_("Member"), [Required()], coerce=int)
    reason = TextAreaField(N_("Reason"), [Required(), Length(max=200)], render_kw={"rows": 3})

    def __init__(self, *args: Any, members: Named, **values: Any) -> None:
        super().__init__(*args, **values)
        self.member.choices = list(members)


class ChallengeForm(DeskForm):
    """Why a member challenges a count."""

    member = SelectField(N_("Member"), [Required()], coerce=int)
    grounds = TextAreaField(N_("What is wrong with the count"), [Required(), Length(max=1000)], render_kw={"rows": 5})

    def __init__(self, *args: Any, members: Named, **values: Any) -> None:
        super().__init__(*args, **values)
        self.member.choices = list(members)


class MotionForm(DeskForm):
    """A motion in words."""

    title = StringField(N_("Title of the motion"), [Required(), Length(max=80)])
    text = TextAreaField(N_("What is to be decided"), [Required(), Length(max=3000)], render_kw={"rows": 8})


class ProposeForm(MotionForm):
    """A motion of a member."""

    member = SelectField(N_("Member"), [Required()], coerce=int)

    def __init__(self, *args: Any, members: Named, **values: Any) -> None:
        super().__init__(*args, **values)
        self.member.choices = list(members)


class DeskMotionForm(MotionForm):
    """A motion of the secretariat."""

    about = SelectField(N_("Matter of the motion"), [Required()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.about.choices = [(one.value, word(one)) for one in FREE_SUBJECTS]


class ListingForm(DeskForm):
    """On which agenda a motion is put, and how it is voted on."""

    meeting_id = SelectField(N_("Meeting"), [Required()], coerce=int)
    is_secret = BooleanField(N_("Secret ballot"))
    gives_receipts = BooleanField(
        N_("Give each voter a receipt"),
        description=N_(
            "With it a voter finds its own ballot in the published list, and can prove to others how it voted."
        ),
    )

    def __init__(self, *args: Any, meetings: Iterable[Meeting], **values: Any) -> None:
        super().__init__(*args, **values)
        self.meeting_id.choices = [(one.id, f"{one.held_on.isoformat()} {one.title}") for one in meetings]

    @property
    def listing(self) -> Listing:
        """How the motion is put on the agenda."""
        return Listing(self.meeting_id.data, bool(self.is_secret.data), bool(self.gives_receipts.data))


class OpenForm(DeskForm):
    """The opening of a vote."""

    closes_at = LocalDateTimeField(
        N_("End of the vote"),
        [Optional()],
        description=N_("From this moment on no vote is taken. Leave it empty to close the vote by hand."),
    )

    @classmethod
    def fresh_for(cls, motion: Motion) -> OpenForm:
        """Return the form of a motion as it is first shown: a secret vote in a meeting ends half an hour later."""
        mode = motion.meeting.mode if motion.meeting else None
        is_bound = motion.is_secret and mode is not Mode.CORRESPONDENCE
        form = cls(mark="open", fresh=True, closes_at=clock.now() + FOR_A_SECRET_VOTE if is_bound else None)
        form.explain(motion)
        return form

    def explain(self, motion: Motion) -> None:
        """Say what the end means for this motion."""
        if motion.is_secret:
            self.closes_at.description = N_(
                "From this moment on no vote is taken. A secret vote is closed before it only when everybody who is "
                "present has voted."
            )


class HandForm(DeskForm):
    """A show of hands, written down."""

    member = SelectField(N_("Member"), [Required()], coerce=int)
    choice = RadioField(N_("Vote"), [Required()])

    def __init__(self, *args: Any, members: Named, **values: Any) -> None:
        super().__init__(*args, **values)
        self.member.choices = list(members)
        self.choice.choices = named(Choice)


class RulingForm(DeskForm):
    """What becomes of a challenge."""

    ruling = RadioField(N_("Ruling"), [Required()])
    answer = TextAreaField(N_("Answer to the member"), [Required(), Length(max=1000)], render_kw={"rows": 4})

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.ruling.choices = [
            ("dismiss", gettext("The count stands")),
            ("uphold", gettext("The vote is void and has to be repeated")),
        ]


class MinutesForm(DeskForm):
    """The text of the minutes."""

    version = VersionField()
    minutes = TextAreaField(
        N_("Minutes"),
        [Required(), Length(max=5000)],
        description=N_(
            "What was reported and discussed. Attendance and the figures of the votes are added by themselves."
        ),
        render_kw={"rows": 14},
    )
    keeper = StringField(N_("Keeper of the minutes"), [Required(), Length(max=40)])
