"""A library of made-up documents of any size: real rows through the store, made words and vectors, no encoder.

Words follow Zipf's law over Vietnamese syllables, each document has words of its own, and its vectors lie about
their topic and their document as those of an encoder do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from rag.document_rows import NewDocument, insert
from rag.records import Span, SpanKind
from rag.store import Store
from rag.syllables import is_syllable

DIMENSION = 384
PASSAGES = 5
"""Passages of a document, of two sentences each."""
FINGERPRINT = "made"
_WORDS, _OWN, _SENTENCE = 30_000, 12, 14
_COMMON, _TOPIC, _DOCUMENT, _PASSAGE, _ASKED = 1.0, 0.36, 0.27, 0.3, 0.42
"""Lengths of what a vector is the sum of. With these two passages have a cosine of about .8 over all, .9 within a
document, and a question .87 with its passage: about what multilingual-e5-small gives."""
_BLOCK = 200
_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
_RHYMES = """a ai an ang anh ao ay ăn ăng âm ân ây e em en ê ênh i ia iên in inh iêu o oan oi on ong ô ôi ông
ơ ơi u ua uôc ui un ung ư ưa ươi ương ưu y yên at ac ach ăt âp êt ich it ôc uât""".split()
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a passage."""

    text: str
    vector: np.ndarray
    """float32 (DIMENSION,)"""


class Maker:
    """Documents by number: the same number gives the same document."""

    @cached_property
    def _words(self) -> np.ndarray:
        """Words of one or two syllables, the frequent ones first."""
        import unicodedata

        chance = np.random.default_rng(1)
        spelt = (o + unicodedata.normalize("NFC", r[0] + t + r[1:]) for o, r, t in product(_ONSETS, _RHYMES, _TONES))
        syllables = np.array(sorted({s for s in spelt if is_syllable(s)}), dtype=object)
        first, second = chance.choice(syllables, (2, _WORDS))
        pairs = zip(first, second, strict=True)
        return np.array([a if n < 300 or n % 4 == 0 else f"{a} {b}" for n, (a, b) in enumerate(pairs)])

    @cached_property
    def _steps(self) -> np.ndarray:
        weights = 1 / (np.arange(_WORDS) + 3.0)
        return np.cumsum(weights / weights.sum())

    @cached_property
    def _axes(self) -> np.ndarray:
        """float32 (DIMENSION,): how much of each axis there is; few axes have most of it."""
        scale = (np.arange(DIMENSION) + 8.0) ** -0.5
        return (scale / np.sqrt((scale**2).mean())).astype(np.float32)

    def _cloud(self, chance: np.random.Generator, *shape: int) -> np.ndarray:
        """float32 (*shape, DIMENSION), of length about 1."""
        return self._axes * chance.standard_normal((*shape, DIMENSION), dtype=np.float32) / np.sqrt(DIMENSION)

    @cached_property
    def _topics(self) -> np.ndarray:
        return self._cloud(np.random.default_rng(2), 3000)

    @cached_property
    def _middle(self) -> np.ndarray:
        return self._cloud(np.random.default_rng(3))

    def _vectors(self, chance: np.random.Generator, count: int) -> np.ndarray:
        """float32 (count, PASSAGES, DIMENSION), unit rows."""
        topic = self._topics[np.minimum(chance.zipf(1.3, count), len(self._topics)) - 1]
        about = self._middle * _COMMON + topic * _TOPIC + self._cloud(chance, count) * _DOCUMENT
        return _unit(about[:, None, :] + self._cloud(chance, count, PASSAGES) * _PASSAGE)

    def documents(self, first: int, last: int) -> Iterator[NewDocument]:
        """Those with the numbers from `first` to before `last`."""
        for block in range(first // _BLOCK, (last - 1) // _BLOCK + 1):
            for number, document in enumerate(self._block(block), start=block * _BLOCK):
                if first <= number < last:
                    yield document

    def _block(self, block: int) -> Iterator[NewDocument]:
        chance = np.random.default_rng((4, block))
        vectors = self._vectors(chance, _BLOCK)
        size = (_BLOCK, 2 * PASSAGES + 1, _SENTENCE)
        drawn = np.searchsorted(self._steps, chance.random(size))
        own = np.searchsorted(self._steps, chance.random((_BLOCK, _OWN)) * 0.5 + 0.5)
        mine = own[np.arange(_BLOCK)[:, None, None], chance.integers(0, _OWN, size)]
        said = np.where(chance.random(size) < 0.25, mine, drawn)
        noise = _unit(np.repeat(vectors, 2, axis=1) + self._cloud(chance, _BLOCK, 2 * PASSAGES) * _PASSAGE)
        for at in range(_BLOCK):
            yield _document(block * _BLOCK + at, self._words[said[at]], vectors[at], noise[at])

    def questions(self, count: int, documents: int) -> list[Asked]:
        """About passages of the first so many documents."""
        chance = np.random.default_rng(5)
        found = []
        for number in chance.integers(0, documents, count).tolist():
            document = next(self.documents(number, number + 1))
            passage = int(chance.integers(PASSAGES))
            start, end = document.chunks[passage]
            words = document.text[start:end].replace(".", "").split()
            at = int(chance.integers(0, max(1, len(words) - 9)))
            vector = _unit(document.chunk_vectors[passage] + self._cloud(chance) * _ASKED)
            found.append(Asked(" ".join(words[at : at + 9]) + " là bao nhiêu?", vector))
        return found


def _document(number: int, words: np.ndarray, vectors: np.ndarray, sentence_vectors: np.ndarray) -> NewDocument:
    lines = [f"{' '.join(row).capitalize()}." for row in words]
    title = f"{lines[0][:-1]} {number}"
    text, spans, sentences, chunks = title + "\n", [Span(0, len(title), SpanKind.TITLE)], [], []
    for one, other in zip(lines[1::2], lines[2::2], strict=True):
        start, middle = len(text), len(text) + len(one)
        text += f"{one} {other}\n"
        spans.append(Span(start, len(text) - 1, SpanKind.BODY))
        sentences += [Span(start, middle, SpanKind.BODY), Span(middle + 1, len(text) - 1, SpanKind.BODY)]
        chunks.append((start, len(text) - 1))
    source = f"/made/{number:08}.txt"
    return NewDocument(
        source, source[6:], text, 0, len(title), None, tuple(spans), tuple(sentences), sentence_vectors,
        tuple(chunks), vectors,
    )  # fmt: skip


def fill(store: Store, maker: Maker, first: int, last: int) -> None:
    """Store documents, a thousand a transaction."""
    for start in range(first, last, 1000):
        with store.database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO meta(key, value) VALUES('encoder', ?)", (FINGERPRINT,))
            for document in maker.documents(start, min(last, start + 1000)):
                insert(connection, document.id, document)


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return unit
