"""A missing or damaged index is told as such, and a rebuild mends it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.search.documents import LAYOUT, Kind, Question
from services.search.engine import Engine, IndexUnusable
from services.search.engines.choice import EngineName
from tests.services.search.engines.conftest import EMBEDDED
from tests.services.search.engines.test_behaviour import asked, entry, ids


@pytest.mark.parametrize("name", list(EngineName))
def test_a_missing_index_is_said_to_be_unusable_until_it_is_made(name: EngineName, open_index: Callable[[str], Engine]):
    index = open_index(name)
    for call in (
        lambda: index.search(Question()),
        lambda: index.suggest("bo", ("all",)),
        lambda: list(index.keys()),
        index.health,
        index.commit,
    ):
        if name is EngineName.WHOOSH:
            index.upsert([entry(1, "玻璃棒")])  # it gathers first and looks at its files when it commits
        with pytest.raises(IndexUnusable):
            call()

    index.rebuild([entry(1, "玻璃棒")])
    assert ids(index, asked("玻璃棒")) == [1]


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Whoosh leaves what it could not read open
@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize("damage", ["emptied", "cut", "scribbled", "gone"])
def test_damage_is_told_or_does_not_matter_and_a_rebuild_mends_it(
    name: EngineName, damage: str, tmp_path: Path, open_index: Callable[[str], Engine]
):
    index = open_index(name)
    index.rebuild(entry(number, f"玻璃棒{number}号") for number in range(1, 50))
    index.close()
    folder = tmp_path / f"{name}-{LAYOUT}"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        kept = path.read_bytes()
        spoil(path, kept, damage)
        broken = open_index(name)
        try:
            hits = broken.search(asked("玻璃棒"))
            list(broken.keys())
            assert hits.total <= 49
        except IndexUnusable:
            pass
        broken.close()
        path.unlink(missing_ok=True)
        path.write_bytes(kept)

    (folder / "CURRENT").write_text("nonsense")
    mended = open_index(name)
    with pytest.raises(IndexUnusable):
        mended.search(Question())
    mended.rebuild([entry(1, "玻璃棒")])
    assert list(mended.keys()) == [(Kind.POST, 1, 1)]


def spoil(path: Path, kept: bytes, damage: str) -> None:
    """Put a damaged file in the place of ``path``; what has the old one mapped goes on reading that."""
    path.unlink()
    half = len(kept) // 2
    damaged = {"emptied": b"", "cut": kept[:half], "scribbled": kept[:half] + b"\xff" * (len(kept) - half)}
    if damage in damaged:
        path.write_bytes(damaged[damage])
