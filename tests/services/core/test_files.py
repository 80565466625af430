"""Attachments lie under random names, whole, within a quota, and are handed out only as they were stored."""

import hashlib
import io
import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.core import clock, files
from services.core.actor import Actor
from services.core.files import Attachment, FileLost, QuotaUsed, content_of, store, sweep_orphans
from services.core.uploads import Upload, examine
from services.core.work import Work, working
from tests.factories.accounts import make_person
from tests.factories.organisations import make_organisation

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(name: str = "licence.pdf") -> Upload:
    return examine(io.BytesIO(PDF), name)


def test_a_file_lies_under_a_random_name_and_comes_back_whole(work, session, tmp_path):
    organisation = make_organisation(session)

    kept = store(work, tmp_path, upload("../执照.pdf"), organisation_id=organisation.id, purpose="licence")

    assert kept.name == "执照.pdf"
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (tmp_path / kept.key).read_bytes() == PDF
    assert "执照" not in kept.key
    assert len(kept.key) > 40
    assert content_of(tmp_path, kept) == PDF
    assert [path.name for path in tmp_path.glob("*/*") if path.suffix == ".part"] == []


@pytest.mark.parametrize("harm", ["changed", "removed"])
def test_a_file_that_is_not_what_was_stored_is_not_handed_out(work, session, tmp_path, harm):
    kept = store(work, tmp_path, upload(), organisation_id=make_organisation(session).id, purpose="licence")
    path = tmp_path / kept.key
    if harm == "changed":
        path.write_bytes(PDF.replace(b"1 0", b"2 0"))
    else:
        path.unlink()

    with pytest.raises(FileLost):
        content_of(tmp_path, kept)


def test_one_organisation_cannot_fill_the_disk(work, session, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "QUOTA_BYTES", len(PDF) * 2)
    mine, other = make_organisation(session), make_organisation(session)
    for _ in range(2):
        store(work, tmp_path, upload(), organisation_id=mine.id, purpose="licence")

    with pytest.raises(QuotaUsed):
        store(work, tmp_path, upload(), organisation_id=mine.id, purpose="licence")

    store(work, tmp_path, upload(), organisation_id=other.id, purpose="licence")
    assert session.scalar(select(func.count()).select_from(Attachment)) == 3


def test_one_person_without_an_organisation_has_a_quota_too(session, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PERSONAL_QUOTA_BYTES", len(PDF))
    person = make_person(session)
    session.commit()
    actor = Actor(person.id, person.name)
    with working(session, actor) as work:
        store(work, tmp_path, upload(), organisation_id=None, purpose="licence")

    with pytest.raises(QuotaUsed), working(session, actor) as work:
        store(work, tmp_path, upload(), organisation_id=None, purpose="licence")


def test_what_a_rolled_back_transaction_left_is_swept_away(session, tmp_path):
    mine = {"organisation_id": make_organisation(session).id, "purpose": "licence"}
    session.commit()
    with working(session, Actor.system("test")) as work:
        kept = store(work, tmp_path, upload(), **mine).key
    lost = store(Work(session, Actor.system("test"), clock.now()), tmp_path, upload(), **mine).key
    session.rollback()
    now = clock.now()

    assert sweep_orphans(session, tmp_path, now) == []
    long_ago = (now - timedelta(days=3)).timestamp()
    for key in (kept, lost):
        os.utime(tmp_path / key, (long_ago, long_ago))
    assert sweep_orphans(session, tmp_path, now) == [lost]
    assert (tmp_path / kept).exists()
    assert not (tmp_path / lost).exists()
