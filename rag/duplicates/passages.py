"""Found passages without those that only repeat what a near duplicate's passage says.

A passage is left out only where the document that is shown instead says all of it: what one paper adds or tells
otherwise stays, so that it can be the answer, or be shown as a disagreement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag import facts
from rag.duplicates.stories import SHINGLE
from rag.records import Chunk, Document
from rag.sentences import split_sentences
from rag.text import tokens

if TYPE_CHECKING:
    from rag.evidence import Scored
    from rag.library import Library

_NEARLY = 0.8
"""Share of a sentence's shingles that must stand in the other text; those with a value must all stand there."""
_TELLING = frozenset({"không", "chưa", "chẳng", "tăng", "giảm"})
_Shingle = tuple[str, ...]


def distinct(library: Library, scores: Mapping[int, float], k: int) -> dict[int, float]:
    """The best `k` chunks with their scores, best first, one for each thing that is said.

    Where a passage repeats a document that is there already, that document's own passage takes its place. Of equal
    scores the document published first comes first, then the longer one.
    """
    with library.database.snapshot():
        document_of = library.store.chunk_documents(scores)
        twins = library.duplicates.of(set(document_of.values()))
        documents = library.store.documents_among(document_of.values())
        kept: dict[int, float] = {}
        shown = _Shown(library, twins)
        for chunk_id in sorted(document_of, key=lambda i: (-scores[i], *_seniority(documents[document_of[i]]), i)):
            if len(kept) == k:
                break
            mirror = shown.mirror(chunk_id, document_of[chunk_id])
            kept.setdefault(mirror or chunk_id, scores[chunk_id])
        return kept


def _seniority(document: Document) -> tuple[str, int]:
    return document.published.value if document.published else "9999", -document.characters


class _Shown:
    """The documents that passages were kept of, in order, and what each of their chunks says."""

    def __init__(self, library: Library, twins: Mapping[str, frozenset[str]]) -> None:
        self._library = library
        self._twins = twins
        self._documents: list[str] = []
        self._said: dict[str, dict[int, frozenset[_Shingle]]] = {}

    def mirror(self, chunk_id: int, document_id: str) -> int | None:
        """The chunk of a shown near duplicate that says the same; None where the chunk itself is to be shown."""
        for other in self._documents:
            if other == document_id:
                return None
            if other in self._twins.get(document_id, ()):
                found = self._covering(self._library.store.chunks([chunk_id])[chunk_id], other)
                if found is not None:
                    return found
        if document_id not in self._documents:
            self._documents.append(document_id)
        return None

    def _covering(self, chunk: Chunk, document_id: str) -> int | None:
        if document_id not in self._said:
            chunks = self._library.store.chunks_of(document_id)
            self._said[document_id] = {c.id: frozenset(s for part in _parts(c.text) for s in part) for c in chunks}
        said = self._said[document_id]
        whole = frozenset().union(*said.values())
        parts = _parts(chunk.text)
        if not all(_says(part, whole) for part in parts):
            return None
        own = frozenset(s for part in parts for s in part)
        return max(said, key=lambda i: (len(own & said[i]), -i), default=None)


def _parts(text: str) -> list[dict[_Shingle, bool]]:
    """The shingles of each sentence, with whether a number, a name or a denial stands in them."""
    return [_shingles(text[start:end]) for start, end in split_sentences(text, 0, len(text))]


def _shingles(sentence: str) -> dict[_Shingle, bool]:
    words = [(key, _tells(t.text)) for t in tokens(sentence) for key in facts.keys(t.text)]
    runs = [words[at : at + SHINGLE] for at in range(max(1, len(words) - SHINGLE + 1))]
    return {tuple(key for key, _ in run): any(telling for _, telling in run) for run in runs}


def _tells(word: str) -> bool:
    return not word.islower() or word in _TELLING


def _says(part: Mapping[_Shingle, bool], whole: frozenset[_Shingle]) -> bool:
    held = sum(shingle in whole for shingle in part)
    return held >= _NEARLY * len(part) and all(shingle in whole for shingle, telling in part.items() if telling)


def said_once(library: Library, sentences: Sequence[Scored]) -> list[Scored]:
    """The sentences in their order, without those that an earlier one of a near duplicate says in the same words."""
    twins = library.duplicates.of({s.sentence.document_id for s in sentences})
    if not twins:
        return list(sentences)
    said: dict[tuple[str, ...], set[str]] = {}
    once = []
    for scored in sentences:
        where = said.setdefault(facts.keys(scored.sentence.text), set())
        if where.isdisjoint(twins.get(scored.sentence.document_id, ())):
            once.append(scored)
        where.add(scored.sentence.document_id)
    return once
