"""``portal translations``: from marked sentences to Chinese and English pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from portal.config import ROOT

FOLDER = ROOT / "translations"
SOURCE = "en"
TRANSLATED = "zh_Hans_CN"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CHATTER = (
    b'"POT-Creation',
    b'"PO-Revision',
    b'"Last-Tr',
    b'"Language-Team',
    b'"Report-',
    b'"Generated-By',
    b'"Project-Id',
)
PLACE = re.compile(r"%\((\w+)\)[sd]|%%|%[sd]")


@click.group()
def translations() -> None:
    """Look after the translations (docs/operations.md)."""


@translations.command("extract")
def extract_command() -> None:
    """Write every marked sentence to translations/messages.pot."""
    found = extracted()
    with (FOLDER / "messages.pot").open("wb") as file:
        write_po(file, found, width=120, sort_output=True, omit_header=True)
    click.echo(f"{len(found)} sentences.")


@translations.command("merge")
def merge_command() -> None:
    """Bring both messages.po up to date with the sources; what has been translated stays."""
    found = extracted()
    chinese = merged(found, known_translations())
    english = merged(found, {})
    for message in english:
        if message.id:
            message.string = _english(message)
    for locale, catalog in ((TRANSLATED, chinese), (SOURCE, english)):
        content = io.BytesIO()
        write_po(content, catalog, width=120, sort_output=True, no_location=True, ignore_obsolete=True)
        lines = content.getvalue().splitlines(keepends=True)
        _replace(po_file(locale), b"".join(line for line in lines if not line.startswith(CHATTER)))
    compile_all()
    click.echo(f"{len(found)} sentences, {len(list(faults(chinese)))} of them still without good Chinese.")


@translations.command("compile")
def compile_command() -> None:
    """Compile both messages.po for the running portal."""
    compile_all()


@translations.command("check")
def check_command() -> None:
    """Fail when a sentence has no translation, a doubtful one, or one with other places than its source."""
    found, complaints = extracted(), []
    for locale in (TRANSLATED, SOURCE):
        catalog = read(po_file(locale))
        missing = [message for message in found if message.id and _of(catalog, message) is None]
        complaints += [f"{locale}: not merged: {_first(message)!r}" for message in missing]
        complaints += [f"{locale}: {fault}" for fault in faults(catalog)]
    for complaint in complaints:
        click.echo(complaint, err=True)
    if complaints:
        raise click.ClickException(
            f"{len(complaints)} entries to translate. `portal translations merge` adds new ones."
        )


def po_file(locale: str) -> Path:
    """Return where the translations of ``locale`` lie."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def read(path: Path) -> Catalog:
    """Read one file of translations."""
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def extracted() -> Catalog:
    """Return every sentence that is marked in the sources and templates."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog(charset="utf-8")
    places = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, strip_comment_tags=True)
    for name, line, message, comments, context in places:
        catalog.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return catalog


def known_translations() -> dict[tuple[object, str | None], Message]:
    """Return what has been translated."""
    path = po_file(TRANSLATED)
    if not path.exists():
        return {}
    return {_key(message): message for message in read(path) if message.id and any(_strings(message))}


def merged(found: Catalog, known: dict[tuple[object, str | None], Message]) -> Catalog:
    """Return the sentences of ``found`` with the translations of ``known``."""
    locale = TRANSLATED if known else SOURCE
    catalog = Catalog(locale=locale, charset="utf-8", header_comment="", project="cluster-portal", fuzzy=False)
    for message in found:
        if not message.id:
            continue
        old = known.get(_key(message))
        flags = {"python-format"} if PLACE.search(_first(message)) else set()
        flags |= {"fuzzy"} & set(old.flags) if old else set()
        catalog.add(message.id, _plural_safe(message, old), flags=flags, context=message.context)
    return catalog


def faults(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translations of ``catalog``, one line for each sentence."""
    for message in catalog:
        if not message.id:
            continue
        strings = _strings(message)
        if not all(strings):
            yield f"missing: {_first(message)!r}"
        elif message.fuzzy:
            yield f"doubtful: {_first(message)!r}"
        elif any(not _same_places(message, text) for text in strings):
            yield f"other places: {_first(message)!r} -> {strings!r}"


def places(*texts: str) -> set[str]:
    """Return the places such as ``%(name)s`` that ``texts`` have."""
    return {match.group() for text in texts for match in PLACE.finditer(text) if match.group() != "%%"}


def compile_all() -> None:
    """Write the .mo beside each .po that is there."""
    for locale in (TRANSLATED, SOURCE):
        if not po_file(locale).exists():
            continue
        content = io.BytesIO()
        write_mo(content, read(po_file(locale)))
        _replace(po_file(locale).with_suffix(".mo"), content.getvalue())


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _first(message: Message) -> str:
    return _ids(message)[0]


def _key(message: Message) -> tuple[object, str | None]:
    return _first(message), message.context


def _of(catalog: Catalog, message: Message) -> Message | None:
    return catalog.get(message.id, message.context)


def _english(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _plural_safe(message: Message, old: Message | None) -> str | tuple[str, ...]:
    """Return the old translation in the shape of ``message``: a plural keeps a tuple, a plain sentence a text."""
    strings = _strings(old) if old else ("",)
    return strings[0] if isinstance(message.id, str) else strings[:1]


def _same_places(message: Message, text: str) -> bool:
    """Tell whether ``text`` has the places of ``message``; one form of a plural may leave one out ("one booking")."""
    wanted, found = places(_ids(message)[-1]), places(text)
    return found <= wanted and len(wanted - found) <= (0 if isinstance(message.id, str) else 1)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
