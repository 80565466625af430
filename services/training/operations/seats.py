"""The one way in which seats of a class are taken and given back, and places on its waiting list.

A seat is one conditional UPDATE of the class: it holds at READ COMMITTED and at REPEATABLE READ, on PostgreSQL and SQLite
(measured in training-and-association.md 1); the CHECK of the table stands behind it. No other code writes these columns.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, CursorResult, Update, or_, select, update

from services.core.work import Work
from services.training.errors import RegistrationClosed, WaitingListFull
from services.training.models.courses import ClassState, TrainingClass

_CLASS = TrainingClass.__table__.c


def take_seats(work: Work, class_id: int, count: int = 1) -> bool:
    """Take seats for newcomers, if so many are free and nobody waits for them; tell whether they were."""
    statement = update(TrainingClass).where(
        *_takes_registrations(work, class_id), _CLASS.seats_taken + count <= _CLASS.capacity, _CLASS.waiting == 0
    )
    return _changed(work, statement.values(seats_taken=_CLASS.seats_taken + count)) == 1


def join_list(work: Work, class_id: int, count: int = 1) -> range:
    """Join the end of the waiting list and return the places.

    WaitingListFull when so many more may not wait and so many seats are not free, RegistrationClosed when the class takes
    nobody now.
    """
    takes = _takes_registrations(work, class_id)
    fits = or_(
        _CLASS.waiting_limit.is_(None),
        _CLASS.waiting + count <= _CLASS.waiting_limit,
        _CLASS.seats_taken + count <= _CLASS.capacity,
    )
    statement = (
        update(TrainingClass)
        .where(*takes, fits)
        .values(waiting=_CLASS.waiting + count, last_place=_CLASS.last_place + count)
        .returning(_CLASS.last_place)
        .execution_options(synchronize_session=False)
    )
    last: int | None = work.session.execute(statement).scalar()
    if last is None:
        is_open = work.session.scalar(select(_CLASS.id).where(*takes)) is not None
        raise WaitingListFull if is_open else RegistrationClosed
    return range(last - count + 1, last + 1)


def _takes_registrations(work: Work, class_id: int) -> list[ColumnElement[bool]]:
    return [
        _CLASS.id == class_id,
        _CLASS.state == ClassState.OPEN,
        _CLASS.opens_at <= work.now,
        _CLASS.closes_at > work.now,
    ]


def leave_list(work: Work, class_id: int) -> None:
    """Leave the waiting list without a seat."""
    statement = update(TrainingClass).where(_CLASS.id == class_id, _CLASS.waiting > 0)
    assert _changed(work, statement.values(waiting=_CLASS.waiting - 1)) == 1


def promote_one(work: Work, class_id: int) -> bool:
    """Turn a place on the list into a seat, if one is free; tell whether it was."""
    statement = update(TrainingClass).where(
        _CLASS.id == class_id, _CLASS.seats_taken < _CLASS.capacity, _CLASS.waiting > 0
    )
    values = {"seats_taken": _CLASS.seats_taken + 1, "waiting": _CLASS.waiting - 1}
    return _changed(work, statement.values(values)) == 1


def take_back(work: Work, class_id: int) -> bool:
    """Take a seat again for somebody whose payment came late, if one is free and nobody waits; tell whether it was."""
    statement = update(TrainingClass).where(
        _CLASS.id == class_id,
        _CLASS.state.in_([ClassState.OPEN, ClassState.CLOSED]),
        _CLASS.seats_taken < _CLASS.capacity,
        _CLASS.waiting == 0,
    )
    return _changed(work, statement.values(seats_taken=_CLASS.seats_taken + 1)) == 1


def free_seat(work: Work, class_id: int) -> None:
    """Give a seat back; the caller has turned ``holds_seat`` of its registration off in the same transaction."""
    statement = update(TrainingClass).where(_CLASS.id == class_id, _CLASS.seats_taken > 0)
    assert _changed(work, statement.values(seats_taken=_CLASS.seats_taken - 1)) == 1


def set_capacity(work: Work, class_id: int, capacity: int, **limits: int | None) -> bool:
    """Give the class another number of seats; False, and nothing changed, when more are taken.

    ``limits`` are columns that must fit the seats at every moment: the minimum, and the cap of a company.
    """
    statement = update(TrainingClass).where(_CLASS.id == class_id, _CLASS.seats_taken <= capacity)
    return _changed(work, statement.values(capacity=capacity, **limits)) == 1


def _changed(work: Work, statement: Update) -> int:
    result = work.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount
