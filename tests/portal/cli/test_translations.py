"""Translations are gathered, merged without loss, checked, and compiled."""

import sys
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.support import Translations
from click.testing import CliRunner

from portal.cli import main
from portal.cli.translations import faults, merged, po_file, read

SOURCE = Catalog()
SOURCE.add("Booking %(no)s")
SOURCE.add(("%(num)s slot", "%(num)s slots"))
SOURCE.add("Open", context="verb")


def known(*messages: tuple) -> dict:
    catalog = Catalog(locale="zh_Hans_CN")
    for message, string, *rest in messages:
        catalog.add(message, string, context=rest[0] if rest else None, flags=rest[1] if len(rest) > 1 else ())
    return {
        (message.id if isinstance(message.id, str) else message.id[0], message.context): message
        for message in catalog
        if message.id
    }


def test_what_is_translated_stays_and_what_is_new_waits() -> None:
    catalog = merged(SOURCE, known(("Booking %(no)s", "预约 %(no)s"), ("Gone", "消失")))
    assert catalog["Booking %(no)s"].string == "预约 %(no)s"
    assert "Gone" not in catalog
    assert sorted(faults(catalog)) == ["missing: '%(num)s slot'", "missing: 'Open'"]


def test_a_plural_and_a_context_keep_their_shape() -> None:
    plural = (("%(num)s slot", "%(num)s slots"), ("%(num)s 个时段",))
    catalog = merged(SOURCE, known(("Booking %(no)s", "预约 %(no)s"), plural, ("Open", "打开", "verb")))
    assert list(faults(catalog)) == []
    assert catalog[("%(num)s slot", "%(num)s slots")].string == ("%(num)s 个时段",)
    assert catalog.get("Open", "verb").string == "打开"


@pytest.mark.parametrize("string", ["预约", "预约 %(number)s", "预约 %(no)s %(more)s", "预约 %s"])
def test_other_places_are_a_fault(string: str) -> None:
    assert any(fault.startswith("other places") for fault in faults(merged(SOURCE, known(("Booking %(no)s", string)))))


def test_a_doubtful_translation_is_a_fault() -> None:
    catalog = merged(SOURCE, known(("Booking %(no)s", "预约 %(no)s", None, {"fuzzy"})))
    assert "doubtful: 'Booking %(no)s'" in faults(catalog)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of translations for two sentences."""
    (tmp_path / "babel.cfg").write_text("[python: **.py]\n")
    (tmp_path / "page.py").write_text("_('Hello')\nngettext('%(num)s slot', '%(num)s slots', 2)\n")
    module = sys.modules["portal.cli.translations"]  # the package shows the command under this name
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def test_the_whole_way(folder: Path) -> None:
    run = CliRunner()
    assert "2 sentences" in run.invoke(main, ["translations", "extract"]).output
    assert "2 of them" in run.invoke(main, ["translations", "merge"]).output
    result = run.invoke(main, ["translations", "check"])
    assert result.exit_code == 1
    assert "missing: 'Hello'" in result.output

    po = po_file("zh_Hans_CN")
    text = po.read_text().replace('msgid "Hello"\nmsgstr ""', 'msgid "Hello"\nmsgstr "您好"')
    po.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(num)s 个时段"'))
    assert "0 of them" in run.invoke(main, ["translations", "merge"]).output
    assert run.invoke(main, ["translations", "check"]).exit_code == 0

    chinese = Translations.load(str(folder), ["zh_Hans_CN"])
    english = Translations.load(str(folder), ["en"])
    assert chinese.gettext("Hello") == "您好"
    assert chinese.ngettext("%(num)s slot", "%(num)s slots", 2) == "%(num)s 个时段"
    assert english.ngettext("%(num)s slot", "%(num)s slots", 2) == "%(num)s slots"


def test_a_new_sentence_that_was_not_merged_is_told(folder: Path) -> None:
    CliRunner().invoke(main, ["translations", "merge"])
    (folder / "page.py").write_text("_('Hello')\n_('Another')\n")
    assert "not merged: 'Another'" in CliRunner().invoke(main, ["translations", "check"]).output


def test_a_merge_repeated_changes_nothing(folder: Path) -> None:
    CliRunner().invoke(main, ["translations", "merge"])
    before = po_file("zh_Hans_CN").read_bytes()
    CliRunner().invoke(main, ["translations", "merge"])
    assert po_file("zh_Hans_CN").read_bytes() == before
    assert read(po_file("en")).locale_identifier == "en"
