"""From a file to documents that lack only their vectors: read, clean, cut. Pure work, no database."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import PassageText, PassageVectors
from rag.chunking import ChunkSpan, SentenceSpan, chunks_of, sentences_of
from rag.cleaning import Cleaned, clean, titled
from rag.dates import published
from rag.document_rows import NewDocument, text_sha256
from rag.errors import UnreadableDocument
from rag.file_search import FoundFile
from rag.landmarks import with_title
from rag.readers import Part, parts
from rag.records import Extracted, Published, Span


@dataclass(frozen=True, slots=True)
class ReadText:
    """One document's text as a file gave it."""

    source: str
    path: str
    extracted: Extracted
    sha256: str

    @property
    def text(self) -> str:
        return self.extracted.text


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """A member of an archive, or an attachment, that cannot be read; the others can."""

    source: str
    path: str
    failure: UnreadableDocument


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document without vectors; `passages` is what the encoder reads, one a chunk."""

    read: ReadText
    cleaned: Cleaned
    published: Published | None
    sentences: tuple[SentenceSpan, ...]
    chunks: tuple[ChunkSpan, ...]
    passages: tuple[PassageText, ...]

    def with_vectors(self, vectors: Sequence[PassageVectors]) -> NewDocument:
        """The whole document, given the vectors of its passages in their order."""
        return NewDocument(
            source=self.read.source,
            path=self.read.path,
            text=self.read.text,
            title_start=self.cleaned.title_start,
            title_end=self.cleaned.title_end,
            published=self.published,
            spans=self.cleaned.spans,
            sentences=tuple(Span(s.start, s.end, s.kind) for s in self.sentences),
            sentence_vectors=np.concatenate([v.spans for v in vectors]),
            chunks=tuple((chunk.start, chunk.end) for chunk in self.chunks),
            chunk_vectors=np.stack([v.passage for v in vectors]),
            landmarks=with_title(self.read.extracted),
        )


def read_file(file: FoundFile) -> list[ReadText | UnreadPart]:
    """The documents of a file, each with its text or the reason why it has none.

    Raises:
        UnreadableDocument: the file cannot be used.
    """
    try:
        str(file.path).encode()
    except UnicodeEncodeError as error:
        raise UnreadableDocument("Tên tệp không ở bảng mã UTF-8.", next_step="Hãy đổi tên tệp.") from error
    found = [_read_part(part) for part in parts(file.path, file.relative)]
    if len(found) == 1 and isinstance(found[0], UnreadPart):
        raise found[0].failure
    return found


def _read_part(part: Part) -> ReadText | UnreadPart:
    try:
        if any(unicodedata.category(c) == "Cc" for c in part.path):  # a line break would forge a row of a listing
            raise UnreadableDocument("Tên tệp có ký tự điều khiển hoặc xuống dòng.", next_step="Hãy đổi tên tệp.")
        extracted = part.read()
    except UnreadableDocument as error:
        return UnreadPart(part.source, part.path, error)
    return ReadText(part.source, part.path, extracted, text_sha256(extracted.text))


def prepare(read: ReadText) -> Prepared:
    """Clean a text and cut it.

    Raises:
        UnreadableDocument: there is no sentence of evidence in it.
    """
    text = read.text
    cleaned = titled(clean(text), read.extracted.title)
    sentences = sentences_of(text, cleaned.spans)
    if not sentences:
        raise UnreadableDocument("Tệp không có câu nào dùng được.", next_step="Tệp này được bỏ qua.")
    chunks = chunks_of(sentences)
    title = text[cleaned.title_start : cleaned.title_end]
    date = published(text) or read.extracted.published
    passages = [_passage(text, title, date.value if date else "", sentences, chunk) for chunk in chunks]
    return Prepared(read, cleaned, date, tuple(sentences), tuple(chunks), tuple(passages))


def _passage(text: str, title: str, date: str, sentences: Sequence[SentenceSpan], chunk: ChunkSpan) -> PassageText:
    """What the encoder reads of a chunk: title and date, then the text with its sentence spans."""
    own = text[chunk.start : chunk.end]
    context = "" if own == title else f"{title} {date}".strip() + "\n"
    shift = len(context) - chunk.start
    inside = sentences[chunk.first : chunk.last + 1]
    return PassageText(context + own, tuple((s.start + shift, s.end + shift) for s in inside))
