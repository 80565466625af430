"""Reads the text of a PDF without the program that made it: content streams, decoded by the fonts' own tables."""

import io
import re

from pyhanko.pdf_utils.reader import PdfFileReader

_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(<[0-9a-fA-F]+>|\[[^\]]*\])")
_ONE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_SHOWN = re.compile(rb"/(\S+)\s+[\d.]+\s+Tf|<([0-9a-fA-F]+)>|\(((?:\\.|[^()\\])*)\)", re.S)


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, in the order in which it is drawn."""
    reader = PdfFileReader(io.BytesIO(pdf))
    return [_text_of(page) for page in _leaves(reader.root["/Pages"])]


def _leaves(node) -> list:
    if node["/Type"] == "/Page":
        return [node]
    return [leaf for kid in node["/Kids"] for leaf in _leaves(kid.get_object())]


def _text_of(page) -> str:
    fonts = {name[1:].encode(): _table(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    contents = page["/Contents"]
    parts = [contents] if hasattr(contents, "data") else [one.get_object() for one in contents]
    found, table = [], {}
    for font, code, literal in _SHOWN.findall(b"\n".join(part.data for part in parts)):
        if font:
            table = fonts[font]
        else:
            found.append(_decoded(bytes.fromhex(code.decode()) if code else _unescaped(literal), table))
    return "".join(found)


def _unescaped(literal: bytes) -> bytes:
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(match: re.Match) -> bytes:
        sign = match.group(1)
        return bytes([int(sign, 8)]) if sign.isdigit() else names.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, literal, flags=re.S)


def _decoded(code: bytes, table: dict[int, str]) -> str:
    return "".join(table.get(int.from_bytes(code[at : at + 2], "big"), "") for at in range(0, len(code), 2))


def _table(font) -> dict[int, str]:
    """Return which characters the glyph numbers of a font stand for."""
    cmap, table = font["/ToUnicode"].data, {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        table |= {int(code, 16): _characters(text) for code, text in _ONE.findall(block)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, text in _RANGE.findall(block):
            start = int(text.strip(b"<>"), 16) if text.startswith(b"<") else None
            singles = re.findall(rb"<([0-9a-fA-F]+)>", text)
            for number, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                table[code] = chr(start + number) if start is not None else _characters(singles[number])
    return table


def _characters(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")
