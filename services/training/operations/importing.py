"""Registering many people of a company at once, typed or from a spreadsheet: each row is told what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from services.accounts.contacts import canonical_mobile
from services.core.errors import RuleBroken, RulesBroken
from services.core.sheets import TableRow, rows_of, text_of
from services.core.work import Work
from services.training.errors import (
    AlreadyRegistered,
    CompanyFull,
    MobileWrong,
    NameMissing,
    NobodyListed,
    TextTooLong,
    TooManyListed,
    TwiceInTable,
    WaitingListFull,
)
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, Trainee
from services.training.operations.enrolling import acting_firm, announced_class, clash_of, person_faults
from services.training.operations.promoting import seats_of_companies
from services.training.operations.registering import Wish, register, register_together
from services.training.operations.steps import lock_class
from services.training.operations.trainees import IdentityBook, Particulars, known_trainee
from services.training.queries.clashes import clashes
from services.training.rules.eligibility import Condition, undeclared
from services.training.rules.identity import identity_of, plain_name
from services.training.rules.states import ENDED

MOST_PEOPLE = 60
LENGTHS = {"name": 40, "education": 30, "job": 40}
COLUMNS = {
    "name": ("姓名", "name"),
    "identity": ("身份证号", "身份证号码", "identity number"),
    "mobile": ("手机号", "手机", "mobile"),
    "education": ("学历", "文化程度", "education"),
    "job": ("工种/岗位", "工种", "岗位", "job"),
}
NEEDED = ("name", "identity")
HEADS = tuple(spellings[0] for spellings in COLUMNS.values())


class Choice(StrEnum):
    """What is done when rows are wrong: nothing, or the right ones alone."""

    ALL = "all"
    VALID = "valid"


@dataclass(frozen=True)
class Line:
    """One person as typed or as a row of a spreadsheet says; ``number`` is the row."""

    number: int
    name: str
    identity: str
    mobile: str = ""
    education: str = ""
    job: str = ""

    @property
    def given(self) -> Particulars:
        """What is asked of a trainee."""
        return Particulars(self.name, self.identity, canonical_mobile(self.mobile) or "", self.education)


@dataclass(frozen=True)
class Checked:
    """A row, and everything that is wrong with it."""

    line: Line
    faults: tuple[RuleBroken, ...] = ()


@dataclass(frozen=True)
class Order:
    """How the rows are to be registered."""

    choice: Choice = Choice.ALL
    together: bool = False
    knowingly: bool = False
    declared: frozenset[Condition] = frozenset()


@dataclass(frozen=True)
class Registered:
    """What came of a list: every row as it was checked, and who was registered."""

    checked: list[Checked]
    registration_ids: list[int]


class RowsWrong(RulesBroken):
    """Rows are wrong, and nobody was registered; ``checked`` says what is wrong with each."""

    def __init__(self, checked: Sequence[Checked], errors: Sequence[RuleBroken] = ()) -> None:
        super().__init__(errors)
        self.checked = list(checked)


def lines_of(content: bytes) -> list[Line]:
    """Return the people whom an uploaded table lists. Raises RulesBroken, or FileRefused for what is no table."""
    rows = rows_of(text_of(content), COLUMNS, needed=NEEDED)
    if len(rows) > MOST_PEOPLE:
        raise TooManyListed(most=MOST_PEOPLE)
    return [_line(number, row) for number, row in enumerate(rows, 1)]


def _line(number: int, row: TableRow) -> Line:
    solid = {name: "".join(row[name].split()) for name in ("identity", "mobile")}
    words = {name: " ".join(row[name].split()) for name in ("education", "job")}
    return Line(number, plain_name(row["name"]), **solid, **words)


def check_lines(
    work: Work,
    book: IdentityBook,
    class_id: int,
    lines: Sequence[Line],
    *,
    knowingly: bool = False,
    together: bool = False,
) -> list[Checked]:
    """Return each row with everything that is wrong with it; nobody is entered or registered.

    Raises what keeps the whole list from being registered: nobody listed, too many, the class is not open.
    """
    firm = acting_firm(work)
    if not lines:
        raise NobodyListed
    if len(lines) > MOST_PEOPLE:
        raise TooManyListed(most=MOST_PEOPLE)
    training_class = announced_class(work, class_id, firm.id)
    known = _known(work, book, lines)
    found = clashes(work.session, class_id, [one.id for one in known.values()]) if not knowingly else {}
    taken = _registered(work, class_id, known)
    checked: list[Checked] = []
    seen: dict[str, int] = {}
    for line in lines:
        faults = [*_shape(line), *person_faults(work, book, training_class, line.given)]
        key = _key(work, book, line)
        if key is not None and key in seen:
            faults.append(TwiceInTable(row=seen[key]))
        trainee = known.get(key or "")
        if trainee is not None and trainee.name == line.name:
            faults += [AlreadyRegistered(name=line.name)] if trainee.id in taken else []
            faults += clash_of(work, trainee, found.get(trainee.id))
        if key is not None:
            seen.setdefault(key, line.number)
        checked.append(Checked(line, tuple(faults)))
    return _placed(training_class, _capped(work, training_class, firm.id, checked), together=together)


def register_lines(work: Work, book: IdentityBook, class_id: int, lines: Sequence[Line], order: Order) -> Registered:
    """Register the people of a list: all or nobody, or the rows that are right alone; together if they ask for it.

    Raises RowsWrong with the rows when nobody is registered, and what ``register`` raises.
    """
    firm = acting_firm(work)
    trainees = _entered(work, book, class_id, lines, order)
    lock_class(work, class_id)
    checked = check_lines(work, book, class_id, lines, knowingly=order.knowingly, together=order.together)
    right = [one.line for one in checked if not one.faults]
    if not right or (order.choice is Choice.ALL and len(right) < len(checked)):
        raise RowsWrong(checked)
    people = [trainees[line.number] for line in right]
    wish = Wish(organisation_id=firm.id, employer=firm.name)
    if order.together and len(people) > 1:
        made = register_together(work, class_id, people, wish)
    else:
        made = [register(work, class_id, trainee, wish) for trainee in people]
    for line, registration in zip(right, made, strict=True):
        registration.job = line.job
    return Registered(checked, [one.id for one in made])


def _entered(work: Work, book: IdentityBook, class_id: int, lines: Sequence[Line], order: Order) -> dict[int, Trainee]:
    """Return the trainees of the rows that are right, entered in one order, so that no two lists wait for each other."""
    training_class = announced_class(work, class_id, work.actor.organisation_id)
    missing = undeclared(training_class.course, order.declared)
    checked = check_lines(work, book, class_id, lines, knowingly=order.knowingly, together=order.together)
    wrong = any(one.faults for one in checked)
    if missing or (wrong and order.choice is Choice.ALL):
        raise RowsWrong(checked, missing)
    right = [one.line for one in checked if not one.faults]
    ordered = sorted(right, key=lambda line: _key(work, book, line) or "")
    return {line.number: known_trainee(work, book, line.given) for line in ordered}


def _shape(line: Line) -> list[RuleBroken]:
    faults: list[RuleBroken] = [] if line.name else [NameMissing()]
    if line.mobile and canonical_mobile(line.mobile) is None:
        faults.append(MobileWrong())
    for name, most in LENGTHS.items():
        if len(getattr(line, name)) > most:
            faults.append(TextTooLong(field=name, most=most))
    return faults


def _capped(work: Work, training_class: TrainingClass, firm_id: int, checked: list[Checked]) -> list[Checked]:
    """Mark the rows beyond what the company may hold in this class."""
    cap = training_class.company_cap
    if cap is None:
        return checked
    return _beyond(checked, cap - seats_of_companies(work, training_class.id)[firm_id], CompanyFull(cap=cap))


def _placed(training_class: TrainingClass, checked: list[Checked], *, together: bool) -> list[Checked]:
    """Mark the rows for which neither a seat nor a place on the waiting list is left; people together fit or do not."""
    seats, places = training_class.free_seats, training_class.free_places
    if places is None:
        return checked
    if not together:
        return _beyond(checked, seats + places, WaitingListFull())
    size = sum(not one.faults for one in checked)
    return _beyond(checked, size if size <= max(seats, places) else 0, WaitingListFull())


def _beyond(checked: list[Checked], room: int, fault: RuleBroken) -> list[Checked]:
    """Mark the right rows after the first ``room`` of them with a fault."""
    told: list[Checked] = []
    for one in checked:
        if not one.faults:
            room -= 1
        over = not one.faults and room < 0
        told.append(Checked(one.line, (fault,)) if over else one)
    return told


def _key(work: Work, book: IdentityBook, line: Line) -> str | None:
    identity = identity_of(line.identity, work.today)
    return book.hash_of(identity) if identity else None


def _known(work: Work, book: IdentityBook, lines: Sequence[Line]) -> dict[str, Trainee]:
    """Return the trainees that are known already, by the hash of their number."""
    keys = {key for line in lines if (key := _key(work, book, line)) is not None}
    statement = select(Trainee).where(Trainee.identity_hash.in_(keys))
    return {one.identity_hash: one for one in work.session.scalars(statement.order_by(Trainee.id))}


def _registered(work: Work, class_id: int, known: dict[str, Trainee]) -> set[int]:
    statement = select(Registration.trainee_id).where(
        Registration.class_id == class_id,
        Registration.trainee_id.in_([one.id for one in known.values()]),
        Registration.state.not_in(ENDED),
    )
    return set(work.session.scalars(statement))
