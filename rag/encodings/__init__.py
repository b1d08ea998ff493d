"""Text files before Unicode and after: which encoding the bytes are in, and the text they mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from rag.encodings.codepages import decode, from_western, western_bytes
from rag.encodings.detection import code_page, evidence, fit
from rag.errors import UnreadableDocument

_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_LEAST_SHARE = 0.5
"""Share of the words with marks that must be syllables for a line to count as read."""
_FEW_WORDS = 3
_SAMPLE = 200_000
_UNICODE_NEXT = "Hãy lưu lại tệp bằng UTF-8."
_LEAST_MANGLED = 5
"""Words that must be wrong as they stand, and right when converted, before Unicode counts as a code page's bytes."""


def decoded(raw: bytes, declared: str | None = None) -> str:
    """The text of a file in UTF-8, UTF-16, TCVN3, VNI, VISCII or Windows-1258, or of lines in two of them.

    Args:
        declared: the encoding that the file itself names; it is believed only where none of these fits.

    Raises:
        UnreadableDocument: binary, or in no encoding that is certain.
    """
    try:
        return _detected(raw)
    except UnreadableDocument:
        text = _as_declared(raw, declared)
        if text is None:
            raise
        return text


def _as_declared(raw: bytes, encoding: str | None) -> str | None:
    if encoding is None or b"\0" in raw:
        return None
    try:
        return raw.decode(encoding)
    except (LookupError, UnicodeError):
        return None


def _detected(raw: bytes) -> str:
    if raw[:2] in _BOMS:
        return _strict(raw, "utf-16")
    if raw.count(0) * 1000 > len(raw):
        return _unmarked_utf16(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_lines(raw))


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown(str(error)) from error


def _unknown(detail: str, where: str = "Tệp") -> UnreadableDocument:
    return UnreadableDocument(
        f"{where} không ở bảng mã UTF-8, và không rõ là bảng mã nào.", next_step=_UNICODE_NEXT, detail=detail
    )


def _unmarked_utf16(raw: bytes) -> str:
    """UTF-16 without its byte order mark: one of the two orders gives letters that Vietnamese has."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        usual = sum(c in "\t\r\n" or " " <= c <= "\u0323" or "\u1ea0" <= c <= "\u20ab" for c in text)
        if usual > 0.97 * len(text) and fit(text).share >= 0.5:
            return text
    raise UnreadableDocument("Tệp nhị phân, không phải văn bản.", next_step="Tệp này được bỏ qua.")


def _lines(raw: bytes) -> Iterator[str]:
    """Each line in UTF-8 if it reads so, else in the code page of all that are not in UTF-8, else in its own."""
    lines = raw.splitlines(keepends=True)
    common = code_page(b"".join(line for line in lines if _utf8(line) is None))
    for number, line in enumerate(lines, start=1):
        yield _line(line, common, number)


def _line(line: bytes, common: str | None, number: int) -> str:
    utf8 = _utf8(line)
    if utf8 is not None and utf8.isascii() and not _CONTROLS.search(utf8):
        return utf8
    readings = [] if utf8 is None else [utf8]
    readings += [decode(line, common)] if common else []
    best = max(readings, key=_share, default="")
    if _share(best) >= _LEAST_SHARE:
        return best
    own = code_page(line)
    if own:
        return decode(line, own)
    if common and _few_words(readings[-1]):
        return best
    if utf8 is None:
        raise _unknown(f"line {number}, the others {common}", f"Dòng {number} của tệp")
    return utf8


def _few_words(text: str) -> bool:
    """True for a line whose few words with marks may well be names of another language."""
    found = fit(text)
    return found.right + found.wrong <= _FEW_WORDS and "\ufffd" not in text


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _share(text: str) -> float:
    return fit(text).share


def mangled(text: str) -> str | None:
    """The code page whose bytes were taken for Western letters in most of a text: `Céng hßa` is TCVN3.

    None for a text that reads as it is.
    """
    sample = text[:_SAMPLE]
    whole = fit(sample)
    if whole.wrong < _LEAST_MANGLED or whole.share >= _LEAST_SHARE:
        return None
    name = code_page(western_bytes(sample))
    return name if name and evidence(from_western(sample, name)) >= _LEAST_MANGLED else None


def unmangled(pieces: Sequence[str]) -> list[str]:
    """The paragraphs or lines of a text, the mangled ones put right; the others stay."""
    common = mangled("\n".join(piece for piece in pieces if _share(piece) < _LEAST_SHARE))
    return [piece if _share(piece) >= _LEAST_SHARE else _put_right(piece, common) for piece in pieces]


def _put_right(piece: str, common: str | None) -> str:
    """A piece in the code page of all the odd ones, else in its own, else as it is."""
    for name in (common, mangled(piece)):
        if name and _share(read := from_western(piece, name)) >= _LEAST_SHARE:
            return read
    return piece
