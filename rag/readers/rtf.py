"""Rich text (.rtf): our own reading, because striprtf loses the fonts that tell TCVN3 and VNI from Unicode.

Source of the format: Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.encodings.fonts import code_page_of
from rag.readers.rows import Stream
from rag.records import Extracted

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])"
    r"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    "colortbl info pict object objdata header headerl headerr headerf footer footerl footerr footerf footnote"
    " fldinst nonshppict filetbl listtable revtbl generator xmlnstbl themedata colorschememapping latentstyles".split()
)
_CHARSETS = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_HEADING_STYLE = re.compile(r"\s*heading \d", re.I)


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    place: str = "body"
    """`body`, `fonttbl`, `stylesheet` or `skipped`."""
    font: int = -1
    fallback: int = 1
    """Characters to leave out after a Unicode one."""
    hidden: bool = False
    fresh: bool = False
    """True until something stands in the group: only there a destination can."""
    optional: bool = False
    """True after `\\*`: a destination that is not known is skipped."""


class _Rtf:
    def __init__(self) -> None:
        self.stream = Stream()
        self.state = _State()
        self.stack: list[_State] = []
        self.names: dict[int, str] = {}
        self.charsets: dict[int, int] = {}
        self.headings: set[int] = set()
        self.default_font = 0
        self.code_page = "cp1252"
        self.style = 0
        self.outline = False
        self.in_table = False
        self.left_out = 0
        self.bytes = bytearray()

    # Characters

    def byte(self, value: bytes) -> None:
        dropped = min(self.left_out, len(value))
        self.left_out -= dropped
        self.bytes += value[dropped:]

    def flush(self) -> None:
        """Hand on the bytes that were gathered in one font."""
        if self.bytes:
            raw, self.bytes = bytes(self.bytes), bytearray()
            self.character(raw.decode(self._encoding(), "replace"))

    def _encoding(self) -> str:
        if code_page_of(self._font()):
            return "cp1252"
        return _CHARSETS.get(self.charsets.get(self._number(), -1), self.code_page)

    def _number(self) -> int:
        return self.default_font if self.state.font < 0 else self.state.font

    def _font(self) -> str | None:
        return self.names.get(self._number())

    def character(self, text: str) -> None:
        place = self.state.place
        if place == "fonttbl":
            self.names[self.state.font] = (self.names.get(self.state.font, "") + text).rstrip(";")
        elif place == "stylesheet" and _HEADING_STYLE.match(text):
            self.headings.add(self.style)
        elif place == "body" and not self.state.hidden:
            self.stream.add(text, self._font())

    # Groups

    def brace(self, which: str) -> None:
        self.left_out = 0
        if which == "{":
            self.stack.append(self.state)
            self.state = replace(self.state, fresh=True, optional=False)
        elif self.stack:
            self.state = self.stack.pop()

    # Control words

    def control(self, word: str, number: int | None) -> None:
        fresh, optional = self.state.fresh, self.state.optional
        self.state = replace(self.state, fresh=False, optional=False)
        if word in ("fonttbl", "stylesheet") and fresh:
            self.state = replace(self.state, place=word)
        elif fresh and (word in _SKIPPED or (optional and word not in ("cs", "fldrslt"))):
            self.state = replace(self.state, place="skipped")
        elif word in _CHARACTERS:
            self.character(_CHARACTERS[word])
        elif word == "u" and number is not None:
            self.character(chr(number % 0x10000))
            self.left_out = self.state.fallback
        elif self.state.place == "body":
            if not self._formatting(word, number):
                self._structure(word)
        elif self.state.place != "skipped":
            self._table(word, number)

    def _formatting(self, word: str, number: int | None) -> bool:
        value = number or 0
        if word == "f":
            self.state = replace(self.state, font=value)
        elif word == "uc":
            self.state = replace(self.state, fallback=value)
        elif word == "v":
            self.state = replace(self.state, hidden=number != 0)
        elif word == "plain":
            self.state = replace(self.state, font=-1, hidden=False)
        elif word == "deff":
            self.default_font = value
        elif word == "ansicpg":
            self.code_page = {1258: "cp1258", 1252: "cp1252"}.get(value, self.code_page)
        elif word == "s":
            self.style = value
        elif word == "outlinelevel":
            self.outline = value < 9
        else:
            return False
        return True

    def _structure(self, word: str) -> None:
        if word in ("par", "sect", "page"):
            heading = self.outline or self.style in self.headings
            self.stream.end_paragraph(heading=heading, in_table=self.in_table)
        elif word == "pard":
            self.in_table, self.outline, self.style = False, False, 0
        elif word == "intbl":
            self.in_table = True
        elif word in ("cell", "nestcell"):
            self.stream.end_cell()
        elif word in ("row", "nestrow"):
            self.stream.end_row()

    def _table(self, word: str, number: int | None) -> None:
        """Entries of the tables of fonts and styles."""
        value = number or 0
        if word == "f" and self.state.place == "fonttbl":
            self.state = replace(self.state, font=value)
        elif word == "fcharset":
            self.charsets[self.state.font] = value
        elif word == "s":
            self.style = value
        elif word == "outlinelevel" and value < 9:
            self.headings.add(self.style)

    def symbol(self, symbol: str) -> None:
        if symbol == "*":
            self.state = replace(self.state, optional=True)
        elif symbol in "{}\\":
            self.byte(symbol.encode())
        elif symbol in "\r\n":
            self._structure("par")
        elif symbol == "-":
            # A soft hyphen, which in a font of TCVN3 is the letter ư.
            self.character("\xad" if code_page_of(self._font()) == "TCVN3" else "")
        else:
            self.character({"~": " ", "_": "-"}.get(symbol, ""))


def read(raw: bytes) -> Extracted:
    """Paragraphs, headings and table rows; runs in a font of TCVN3 or VNI are converted, embedded objects left out.

    Raises:
        UnreadableDocument: no text.
    """
    rtf = _Rtf()
    source, at = raw.decode("latin-1"), 0
    while match := _TOKEN.match(source, at):
        at = match.end()
        if match["word"] == "bin":
            at += max(0, int(match["number"] or 0))
            continue
        _apply(rtf, match)
    rtf.flush()
    rtf.stream.end_paragraph()
    return rtf.stream.blocks.extracted()


def _apply(rtf: _Rtf, match: re.Match[str]) -> None:
    if match["text"]:
        rtf.byte(match["text"].encode("latin-1"))
    elif match["hex"]:
        rtf.byte(bytes.fromhex(match["hex"]))
    elif match["word"] or match["brace"] or match["symbol"]:
        rtf.flush()
        if match["brace"]:
            rtf.brace(match["brace"])
        elif match["word"]:
            rtf.control(match["word"], int(match["number"]) if match["number"] else None)
        else:
            rtf.symbol(match["symbol"])
