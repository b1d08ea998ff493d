"""The counts behind `ToneMarks`, kept in a file beside the indexes and brought up to what has changed.

Each counted document stands in the file as the numbers of its syllables, so that one that goes is taken off exactly.
Of a library with more than CHARACTERS a share of the documents is counted, drawn by their checksums.
"""

from __future__ import annotations

import io
import json
import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from embeddings.checksum import CorruptedIndex, save_checked, verify_checksum
from rag.errors import HoidapError
from rag.files import exclusive, is_writable
from rag.records import Span
from rag.store import Store
from rag.syllable_counts import BREAK, Sequenced, counted, in_order, letters, words
from rag.tone_marks import ToneMarks, Vocabulary

CHARACTERS = 16_000_000
"""Of the documents that are counted, about 55,000 passages: twice as many take another 0.4 s at each change."""
_FORMAT = 1
_SHORTEST = 400
"""Characters that a document has on average at least; only how long the share is looked for depends on it."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What was counted: equal states mean equal counts."""

    format: int
    database: str
    seq: int
    remarked: int


@dataclass(frozen=True, slots=True)
class Learned:
    """A document as it was counted."""

    marks: int
    """CRC of its spans."""
    sequence: Sequenced


class LearnedTexts:
    """The counted documents by the checksum of their text."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._prior = self.vocabulary.prior()
        self._documents: dict[str, Learned] = {}

    def follow(self, store: Store, *, remarked: bool) -> None:
        """Make it the documents that the store has now; of those that went, no word is kept."""
        found = {
            sha256: self._learned(store, document_id, sha256, remarked=remarked)
            for document_id, sha256 in _counted_documents(store)
        }
        gone = any(found.get(sha256) is not learned for sha256, learned in self._documents.items())
        self._documents = found
        if gone:
            self._forget()

    def _forget(self) -> None:
        """Drop the forms that no document has."""
        sequences = [self._prior, *(learned.sequence for learned in self._documents.values())]
        used = np.unique(np.concatenate(sequences))
        used = used[used >= 0]
        number = np.full(len(self.vocabulary.forms) + 1, BREAK, dtype=np.int32)  # the last stands for BREAK itself
        number[used] = np.arange(len(used))
        self.vocabulary = Vocabulary(self.vocabulary.forms[n] for n in used.tolist())
        self._prior = self.vocabulary.prior()
        self._documents = {
            sha256: Learned(learned.marks, number[learned.sequence]) for sha256, learned in self._documents.items()
        }

    def _learned(self, store: Store, document_id: str, sha256: str, *, remarked: bool) -> Learned:
        known = self._documents.get(sha256)
        if known and not remarked:
            return known
        spans = store.spans(document_id)
        marks = _marks(spans)
        if known and known.marks == marks:
            return known
        return Learned(marks, self.vocabulary.sequence(store.text(document_id), spans))

    def marks(self) -> ToneMarks:
        """The counts of all of them."""
        sequences = [learned.sequence for learned in self._documents.values()]
        return ToneMarks(*counted(self.vocabulary.forms, np.concatenate([self._prior, *sequences])))

    def arrays(self) -> list[np.ndarray]:
        """For a file."""
        learned = self._documents.values()
        return [
            letters(self.vocabulary.forms),
            letters(tuple(self._documents)),
            np.array([each.marks for each in learned], dtype=np.int64),
            np.array([len(each.sequence) for each in learned], dtype=np.int64),
            np.concatenate([np.empty(0, dtype=np.int32), *(each.sequence for each in learned)]),
        ]

    @classmethod
    def of(cls, arrays: Iterator[np.ndarray]) -> Self:
        """What `arrays` gave."""
        forms, documents, marks, lengths, sequence = arrays
        learned = cls.__new__(cls)
        learned.vocabulary = Vocabulary(words(forms))
        learned._prior = learned.vocabulary.prior()
        parts = np.split(sequence, np.cumsum(lengths)[:-1]) if len(lengths) else []
        pairs = zip(words(documents), marks.tolist(), parts, strict=True)
        learned._documents = {sha256: Learned(crc, part) for sha256, crc, part in pairs}
        return learned


def _marks(spans: list[Span]) -> int:
    return zlib.crc32(repr([(s.start, s.end, s.kind.value) for s in spans]).encode())


def _counted_documents(store: Store) -> list[tuple[str, str]]:
    """Id and checksum of all documents, or of the largest half, quarter, … that has at most CHARACTERS; by id."""
    halvings = max(0, (store.count() * _SHORTEST // CHARACTERS).bit_length())
    while True:
        below = f"{(1 << 32 - halvings) - 1:08x}g"
        rows = store.database.rows("SELECT id, sha256, characters FROM documents WHERE sha256<? ORDER BY id", (below,))
        if sum(row[2] for row in rows) <= CHARACTERS or halvings == 31:
            return [(row[0], row[1]) for row in rows]
        halvings += 1


class MarkCache:
    """The counts of a library, in memory and in a file.

    Args:
        folder: where the file is.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._path = folder / "tone_marks"
        self._store = store
        self._state: State | None = None
        self._marks: ToneMarks | None = None
        self._learned: LearnedTexts | None = None

    def current(self) -> ToneMarks:
        """Of the texts as they are; quick when nothing changed."""
        with self._store.database.snapshot():
            state = State(_FORMAT, self._store.database_id(), self._store.last_seq(), self._store.remarked())
            if self._marks is None:
                self._read(state, texts=False)
            if self._marks is None or self._state != state:
                self._marks = self._follow(state)
                self._write(state)
            self._state = state
            return self._marks

    def _follow(self, state: State) -> ToneMarks:
        if self._learned is None:
            self._read(state, texts=True)
        before = self._state
        learned, self._learned = self._learned or LearnedTexts(), None
        learned.follow(self._store, remarked=before is None or before.remarked != state.remarked)
        self._learned = learned
        return learned.marks()

    def _read(self, state: State, *, texts: bool) -> None:
        """What the file has, unless it is of another library or damaged; the counts alone, or the texts too."""
        try:
            verify_checksum(self._path)
            with self._path.open("rb") as file:
                found = State(**json.loads(np.load(file).tobytes()))
                if (found.format, found.database) != (state.format, state.database):
                    return
                arrays = _saved(file)
                counts, lower = in_order(arrays), in_order(arrays)
                self._learned = LearnedTexts.of(arrays) if texts else None
                self._marks, self._state = ToneMarks(counts, lower), found
        except (CorruptedIndex, OSError, ValueError, TypeError) as error:
            _LOG.info("tone marks are counted anew: %s", error)

    def _write(self, state: State) -> None:
        """Keep it for the next process; one that may not write counts again."""
        if self._marks is None or self._learned is None or not is_writable(self._path.parent):
            return
        packed = letters((json.dumps({name: getattr(state, name) for name in State.__slots__}),))
        arrays = [packed, *self._marks.arrays(), *self._learned.arrays()]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self._path.with_name("tone_marks.lock")):
                save_checked(self._path, lambda half: _save(half, arrays))
        except (OSError, HoidapError) as error:
            _LOG.warning("tone marks could not be kept: %s", error)


def _save(path: Path, arrays: list[np.ndarray]) -> None:
    with path.open("wb") as file:
        for array in arrays:
            np.save(file, array)


def _saved(file: io.BufferedReader) -> Iterator[np.ndarray]:
    """The arrays that follow in a file, before its checksum."""
    for _ in range(12 + 5):
        yield np.load(file)
