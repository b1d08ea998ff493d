"""Old Word files (.doc, Word 97 to 2003): the parts of the binary format that say what text stands where in which font.

Our own reading over olefile: antiword and catdoc lose the fonts that tell TCVN3 and VNI from Unicode.
Source of the format: [MS-DOC] Word (.doc) Binary File Format; all numbers are little-endian, offsets in bytes.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_WORD_97 = 0xC1
_STYLE = 0x4600
_STYLE_OF_RUN = 0x4A30
_FONT = 0x4A4F
_HIDDEN = 0x083C
_DELETED = 0x0800
_IN_TABLE = 0x2416
_ROW_END = 0x2417
_OUTLINE = 0x2640
_OPERAND_BYTES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_PAGE = 512

Properties = dict[int, int]
"""Single property modifiers (sprm) with operands of at most four bytes."""


@dataclass(frozen=True, slots=True)
class Style:
    base: int
    outline: bool
    font: int | None


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters with the same properties."""

    text: str
    run: Properties
    paragraph: Properties


class OldWord(Exception):
    """Word 95 or older, or encrypted: the exception's text says which."""


class Doc97:
    """The main text of a document in pieces; wrong offsets end in struct.error, IndexError or KeyError."""

    def __init__(self, main: bytes, tables: dict[str, bytes]) -> None:
        self.main = main
        flags = self._u16(0x0A)
        if self._u16(0x00) != 0xA5EC or self._u16(0x02) < _WORD_97:
            raise OldWord("old")
        if flags & 0x0100:
            raise OldWord("encrypted")
        self.table = tables["1Table" if flags & 0x0200 else "0Table"]
        self.characters = self._u32(0x4C)
        self.fonts = list(self._fonts())
        self.default_font = 0
        self.styles = self._styles()
        self._runs = self._properties(0xFA, paragraphs=False)
        self._paragraphs = self._properties(0x102, paragraphs=True)

    def _u16(self, at: int) -> int:
        return int(struct.unpack_from("<H", self.main, at)[0])

    def _u32(self, at: int) -> int:
        return int(struct.unpack_from("<I", self.main, at)[0])

    def _part(self, at: int) -> bytes:
        """The stretch of the table stream whose offset and length stand at `at` of the header."""
        start, length = self._u32(at), self._u32(at + 4)
        return self.table[start : start + length]

    def segments(self) -> Iterator[Segment]:
        """The main text from left to right."""
        left = self.characters
        for text, start, width in self._pieces():
            own = text[:left]
            left -= len(own)
            at = 0
            while at < len(own):
                place = start + at * width
                run_end, run = _at(self._runs, place)
                paragraph_end, paragraph = _at(self._paragraphs, place)
                end = max(at + 1, (min(run_end, paragraph_end) - start) // width)
                yield Segment(own[at:end], run, paragraph)
                at = end

    def _pieces(self) -> Iterator[tuple[str, int, int]]:
        """Text, its offset in the main stream, and the bytes of a character."""
        clx, at = self._part(0x01A2), 0
        while clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        (length,) = struct.unpack_from("<I", clx, at + 1)
        plc = clx[at + 5 : at + 5 + length]
        count = (length - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", plc)
        for n in range(count):
            (offset,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * n + 2)
            size = max(0, positions[n + 1] - positions[n])
            if offset & 0x40000000:
                start = (offset & 0x3FFFFFFF) // 2
                yield _western(self.main[start : start + size]), start, 1
            else:
                yield self.main[offset : offset + 2 * size].decode("utf-16-le", "replace"), offset, 2

    def _properties(self, header: int, *, paragraphs: bool) -> list[tuple[int, int, Properties]]:
        """Stretches of the main stream, start and end, with their properties, in order."""
        plc = self._part(header)
        count = (len(plc) - 4) // 8
        found = []
        for (number,) in struct.iter_unpack("<I", plc[4 * (count + 1) : 4 * (count + 1) + 4 * count]):
            page = self.main[number * _PAGE : (number + 1) * _PAGE]
            size = page[_PAGE - 1]
            edges = struct.unpack_from(f"<{size + 1}I", page)
            of = _of_paragraph if paragraphs else _of_run
            found += [(edges[n], edges[n + 1], of(page, size, n)) for n in range(size)]
        return sorted(found, key=lambda stretch: stretch[0])

    def _fonts(self) -> Iterator[str]:
        part = self._part(0x0112)
        if not part:
            return
        (count,) = struct.unpack_from("<H", part)
        at = 4
        for _ in range(count):
            name = part[at + 40 : at + 1 + part[at]].decode("utf-16-le", "replace")
            yield name.split("\0")[0]
            at += 1 + part[at]

    def _styles(self) -> dict[int, Style]:
        part = self._part(0xA2)
        size, count, base_size = struct.unpack_from("<HHH", part)
        (self.default_font,) = struct.unpack_from("<H", part, 14)
        at, found = 2 + size, {}
        for number in range(count):
            (length,) = struct.unpack_from("<H", part, at)
            if length:
                found[number] = _style(part[at + 2 : at + 2 + length], base_size)
            at += 2 + length
        return found

    def font(self, segment: Segment) -> str | None:
        """The font of a segment's characters: their own, else their style's, else the paragraph's style's."""
        number = segment.run.get(_FONT)
        for style in (segment.run.get(_STYLE_OF_RUN), segment.paragraph.get(_STYLE, 0)):
            if number is None and style is not None:
                number = next((s.font for s in self._chain(style) if s.font is not None), None)
        number = self.default_font if number is None else number
        return self.fonts[number] if number < len(self.fonts) else None

    def is_heading(self, paragraph: Properties) -> bool:
        if _OUTLINE in paragraph:
            return paragraph[_OUTLINE] < 9
        return any(style.outline for style in self._chain(paragraph.get(_STYLE, 0)))

    def _chain(self, number: int) -> Iterator[Style]:
        seen: set[int] = set()
        while number in self.styles and number not in seen:
            seen.add(number)
            yield self.styles[number]
            number = self.styles[number].base


def is_hidden(segment: Segment) -> bool:
    return bool(segment.run.get(_HIDDEN) or segment.run.get(_DELETED))


def in_table(paragraph: Properties) -> bool:
    return bool(paragraph.get(_IN_TABLE))


def ends_row(paragraph: Properties) -> bool:
    return bool(paragraph.get(_ROW_END))


def _western(raw: bytes) -> str:
    return "".join(c if c != "\ufffd" else chr(b) for c, b in zip(raw.decode("cp1252", "replace"), raw, strict=True))


def _at(stretches: list[tuple[int, int, Properties]], place: int) -> tuple[int, Properties]:
    """The end of the stretch that a place lies in, and its properties."""
    n = bisect_right(stretches, place, key=lambda stretch: stretch[0])
    if n and place < stretches[n - 1][1]:
        return stretches[n - 1][1:]
    return stretches[n][0] if n < len(stretches) else 1 << 32, {}


def _of_run(page: bytes, size: int, n: int) -> Properties:
    at = page[4 * (size + 1) + n] * 2
    return _modifiers(page[at + 1 : at + 1 + page[at]]) if at else {}


def _of_paragraph(page: bytes, size: int, n: int) -> Properties:
    at = page[4 * (size + 1) + 13 * n] * 2
    if not at:
        return {}
    length, at = (2 * page[at] - 1, at + 1) if page[at] else (2 * page[at + 1], at + 2)
    (style,) = struct.unpack_from("<H", page, at)
    return {_STYLE: style} | _modifiers(page[at + 2 : at + length])


def _modifiers(raw: bytes) -> Properties:
    """The operands of a list of modifiers; one of variable length is passed over."""
    found: Properties = {}
    at = 0
    while at + 2 < len(raw):
        (code,) = struct.unpack_from("<H", raw, at)
        size = _OPERAND_BYTES.get(code >> 13)
        at += 2
        if size is None:
            at += 1 + raw[at] if code != 0xD608 else 1 + int(struct.unpack_from("<H", raw, at)[0])
            continue
        found[code] = int.from_bytes(raw[at : at + size], "little")
        at += size
    return found


def _style(raw: bytes, base_size: int) -> Style:
    _, kind, parts = struct.unpack_from("<HHH", raw)
    at = base_size + 2 + 2 * struct.unpack_from("<H", raw, base_size)[0] + 2
    groups = []
    for _ in range(parts & 0xF):
        at += at % 2
        if at + 2 > len(raw):
            break
        (length,) = struct.unpack_from("<H", raw, at)
        groups.append(raw[at + 2 : at + 2 + length])
        at += 2 + length
    paragraph = _modifiers(groups[0][2:]) if kind & 0xF == 1 and groups else {}
    run = _modifiers(groups[1 if kind & 0xF == 1 else 0]) if len(groups) > (kind & 0xF == 1) else {}
    return Style(kind >> 4, paragraph.get(_OUTLINE, 9) < 9, run.get(_FONT))
