"""Nobody who reads the tables after the close can join a voter and a choice; before it, this test shows that one could."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from services.association.models.ballots import Ballot, Choice, Slip
from services.association.models.meetings import MotionState
from services.association.operations import counting
from tests.factories.meetings import Assembly, make_assembly

VOTERS, FEW = 80, 6
CHANCE = 0.5
FAR_FROM_CHANCE = 0.3
"""More than five standard deviations of what guessing would find among eighty voters."""


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session, VOTERS)


def cast(assembly: Assembly, motion, **more) -> dict[int, str]:
    """Let everybody vote, each in a transaction of its own, in no order; the first half for, the second against."""
    voters = assembly.voters.copy()
    secrets.SystemRandom().shuffle(voters)
    said = {}
    for number, voter in enumerate(voters):
        choice = Choice.FOR if number < len(voters) / 2 else Choice.AGAINST
        assembly.vote(motion, voter, choice)
        assembly.session.commit()
        said[voter.member.id] = choice.value
    return said


def rows(session: Session, statement: str) -> Sequence:
    found = session.execute(text(statement)).all()
    session.rollback()
    return found


def agreement(said: dict[int, str], members: Sequence[int], choices: Sequence[str]) -> float:
    """Pair two columns line by line and return how much of it is true."""
    assert len(members) == len(choices) == VOTERS
    return sum(said[member] == choice for member, choice in zip(members, choices, strict=True)) / VOTERS


def orders_of_voters(session: Session, database: str) -> dict[str, list[int]]:
    """Return every order of the voters that the tables show."""
    place = "ctid" if database == "postgresql" else "rowid"
    audit = "SELECT facts FROM audit_entry WHERE kind = 'vote.cast' ORDER BY id"
    facts = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in rows(session, audit)]
    return {
        "as they voted": [one["member_id"] for one in facts],
        "as the roll lies": [row[0] for row in rows(session, "SELECT member_id FROM roll_entry")],
        "by the roll's place": [row[0] for row in rows(session, f"SELECT member_id FROM roll_entry ORDER BY {place}")],
        "by member": [row[0] for row in rows(session, "SELECT member_id FROM roll_entry ORDER BY member_id")],
    }


def orders_of_votes(session: Session, database: str, table: str) -> dict[str, list[str]]:
    """Return every order of the votes that the tables show."""
    wanted = {"as they lie": "", "by key": " ORDER BY key", "by receipt": " ORDER BY receipt, key"}
    if database == "postgresql":
        wanted |= {"by place": " ORDER BY ctid", "by transaction": " ORDER BY xmin::text::bigint"}
    return {
        name: [row[0] for row in rows(session, f"SELECT choice FROM {table}{order}")] for name, order in wanted.items()
    }


def test_after_the_close_no_order_tells_who_chose_what(assembly: Assembly, session: Session, database: str) -> None:
    motion = assembly.opened(is_secret=True, gives_receipts=True)
    said = cast(assembly, motion)

    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    session.commit()

    for of_voters, members in orders_of_voters(session, database).items():
        for of_votes, choices in orders_of_votes(session, database, "ballot").items():
            found = agreement(said, members, choices)
            assert abs(found - CHANCE) < FAR_FROM_CHANCE, (of_voters, of_votes, found)
    assert rows(session, "SELECT count(*) FROM slip")[0][0] == 0
    assert motion.votes_for == motion.votes_against == VOTERS / 2


@pytest.mark.postgresql_only
def test_after_the_close_all_rows_come_from_one_transaction(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened(is_secret=True)
    said = cast(assembly, motion)
    joined = "SELECT r.member_id, s.choice FROM roll_entry r JOIN slip s ON s.xmin = r.xmin"
    assert dict(tuple(row) for row in rows(session, joined)) == said, "while the vote is open the server itself could"
    in_order = rows(session, "SELECT member_id FROM roll_entry ORDER BY xmin::text::bigint")
    slips = rows(session, "SELECT choice FROM slip ORDER BY ctid")
    assert agreement(said, [row[0] for row in in_order], [row[0] for row in slips]) == 1
    file_before = rows(session, "SELECT pg_relation_filenode('slip')")

    counting.close_vote(assembly.work(), motion.id)
    session.commit()

    makers = "SELECT count(DISTINCT xmin::text) FROM"
    assert rows(session, f"{makers} roll_entry")[0][0] == rows(session, f"{makers} ballot")[0][0] == 1
    votes = """SELECT count(*) FROM audit_entry a WHERE a.kind = 'vote.cast'
               AND (a.xmin IN (SELECT xmin FROM ballot) OR a.xmin IN (SELECT xmin FROM roll_entry))"""
    assert rows(session, votes)[0][0] == 0
    assert rows(session, "SELECT pg_relation_filenode('slip')") != file_before, "the file with the slips is gone"


@pytest.mark.sqlite_only
def test_the_file_holds_no_slip_any_more(session: Session) -> None:
    assembly = make_assembly(session, FEW)
    motion = assembly.opened(is_secret=True)
    cast(assembly, motion)
    keys = [row[0] for row in rows(session, "SELECT key FROM slip")]
    assert len(keys) == FEW
    for table in ("slip", "ballot"):
        with pytest.raises(OperationalError, match="rowid"):
            session.execute(text(f"SELECT rowid FROM {table}"))
        session.rollback()

    counting.close_vote(assembly.work(), motion.id)
    session.commit()

    with session.get_bind().connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    content = Path(path).read_bytes()
    assert not [key for key in keys if key.encode() in content]


def test_a_slip_and_a_ballot_say_nothing_but_the_choice() -> None:
    for model in (Slip, Ballot):
        assert {column.name for column in model.__table__.columns} == {"key", "motion_id", "choice", "receipt"}


def test_the_ballots_of_a_vote_have_other_keys_than_its_slips(session: Session) -> None:
    assembly = make_assembly(session, FEW)
    motion = assembly.opened(is_secret=True)
    cast(assembly, motion)
    before = {row[0] for row in rows(session, "SELECT key FROM slip")}

    counting.close_vote(assembly.work(), motion.id)
    session.commit()

    after = {row[0] for row in rows(session, "SELECT key FROM ballot")}
    assert len(before) == len(after) == FEW
    assert not before & after


def test_slips_of_another_open_vote_survive_the_sealing(session: Session) -> None:
    assembly = make_assembly(session, 4)
    meeting = assembly.plan()
    first, second = (assembly.listed(meeting, is_secret=True) for _ in range(2))
    assembly.hold(meeting)
    assembly.attend(meeting)
    for motion in (first, second):
        assembly.open(motion)
        for voter in assembly.voters:
            assembly.vote(motion, voter, Choice.AGAINST)
    session.commit()

    counting.close_vote(assembly.work(), first.id)
    session.commit()
    assembly.decided(second)

    assert (second.state, second.votes_against, second.present) == (MotionState.REJECTED, 4, 4)
