"""Lexical search with BM25 over terms made by us; tantivy is a derived cache, never the truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rag.text import Terms

ACCENTED_WEIGHT = 1.0
FOLDED_WEIGHT = 1.0
_COMMON_ACCENTED, _COMMON_FOLDED = 0.2, 0.1
"""Share of the chunks from which a syllable does not say which chunks are scored in a large index."""
_CANDIDATES = 20
"""Chunks that are scored for each one wanted: with 1,000 the best 50 of 318 real questions stayed the same."""
_COUNTED = 2000
"""Chunks with a term up to which they are counted one by one; a common syllable stands in hundreds of thousands."""


@dataclass(frozen=True, slots=True)
class LexicalHit:
    chunk_id: int
    score: float
    """BM25; 0 or more."""


class LexicalIndex(Protocol):
    """A searchable set of chunks, each known by its id."""

    def update(self, removed: Sequence[int], added: Iterable[tuple[int, Terms]]) -> None:
        """Remove, then add; an id that is added again must be among the removed."""
        ...

    def search(self, terms: Terms, k: int, among: Sequence[int] | None = None) -> list[LexicalHit]:
        """The best `k` chunks, best first; of these ids where they are given, with the same scores."""
        ...

    def document_frequency(self, folded: str) -> int:
        """In how many chunks a folded term or bigram stands."""
        ...

    @property
    def count(self) -> int: ...

    @property
    def ids(self) -> list[int]:
        """Of all chunks, rising."""
        ...


class TantivyIndex:
    """Two fields, already tokenised: accented syllables; folded syllables and bigrams.

    Args:
        folder: where the index lives; None keeps it in memory.

    Raises:
        OSError, ValueError: the folder holds no index that tantivy can open.
    """

    large = 100_000
    """Chunks above which a question's common syllables do not say which chunks are scored."""

    def __init__(self, folder: Path | None) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("chunk_id", stored=False, indexed=True, fast=True)
        for field in ("accented", "folded"):
            builder.add_text_field(field, stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        if folder is None:
            self._index = tantivy.Index(self._schema)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))
        self._searcher = self._index.searcher()

    def update(self, removed: Sequence[int], added: Iterable[tuple[int, Terms]]) -> None:
        writer = self._index.writer(heap_size=50_000_000, num_threads=1)
        for chunk_id in removed if self.count else ():
            writer.delete_documents_by_query(self._tantivy.Query.term_query(self._schema, "chunk_id", chunk_id))
        for chunk_id, terms in added:
            document = self._tantivy.Document()
            document.add_unsigned("chunk_id", chunk_id)
            document.add_text("accented", " ".join(terms.accented))
            document.add_text("folded", " ".join(terms.folded))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, terms: Terms, k: int, among: Sequence[int] | None = None) -> list[LexicalHit]:
        query = self._query(terms)
        if query is None or self.count == 0:
            return []
        if among is None and self.count > self.large:
            among = self._candidates(terms, k)
        return self._best(query if among is None else self._confined(query, among), k)

    def _best(self, query: Any, k: int) -> list[LexicalHit]:
        searcher = self._searcher
        found = searcher.search(query, limit=k, count=False)
        ids = searcher.fast_field_values("chunk_id", [address for _, address in found.hits])
        return [LexicalHit(int(key), score) for (score, _), key in zip(found.hits, ids, strict=True)]

    def _candidates(self, terms: Terms, k: int) -> list[int] | None:
        """Chunks that the rarer terms find; None where these are too few, so that every chunk must be scored.

        Syllables that half of all chunks have make most of the work and next to none of the difference.
        """
        rare = self._query(
            Terms(
                tuple(t for t in terms.accented if self._share("accented", t) <= _COMMON_ACCENTED),
                tuple(t for t in terms.folded if "_" in t or self._share("folded", t) <= _COMMON_FOLDED),
            )
        )
        found = self._best(rare, _CANDIDATES * k) if rare is not None else []
        return [hit.chunk_id for hit in found] if len(found) > k else None

    def _share(self, field: str, term: str) -> float:
        return float(self._searcher.doc_freq(field, term) / self.count)

    def _query(self, terms: Terms) -> Any:
        t = self._tantivy
        fields = (("accented", ACCENTED_WEIGHT, terms.accented), ("folded", FOLDED_WEIGHT, terms.folded))
        clauses = [
            (t.Occur.Should, t.Query.boost_query(t.Query.term_query(self._schema, field, term, "freq"), weight))
            for field, weight, values in fields
            for term in dict.fromkeys(values)
        ]
        return t.Query.boolean_query(clauses) if clauses else None

    def _confined(self, query: Any, chunk_ids: Sequence[int]) -> Any:
        t = self._tantivy
        chosen = t.Query.const_score_query(t.Query.term_set_query(self._schema, "chunk_id", list(chunk_ids)), 0.0)
        return t.Query.boolean_query([(t.Occur.Must, query), (t.Occur.Must, chosen)])

    def document_frequency(self, folded: str) -> int:
        # The searcher's own number goes on counting removed chunks until segments merge, but is there at once.
        roughly = int(self._searcher.doc_freq("folded", folded))
        if roughly > _COUNTED:
            return min(roughly, self.count)
        query = self._tantivy.Query.term_query(self._schema, "folded", folded)
        return int(self._searcher.search(query, limit=1, count=True).count or 0)

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    @property
    def ids(self) -> list[int]:
        found = self._searcher.search(self._tantivy.Query.all_query(), limit=max(1, self.count), count=False)
        return sorted(map(int, self._searcher.fast_field_values("chunk_id", [address for _, address in found.hits])))


class ExactLexicalIndex:
    """The fake that can be computed by hand: the score is the number of the question's terms found."""

    def __init__(self) -> None:
        self._chunks: dict[int, Terms] = {}

    def update(self, removed: Sequence[int], added: Iterable[tuple[int, Terms]]) -> None:
        for chunk_id in removed:
            self._chunks.pop(chunk_id, None)
        self._chunks.update(added)

    def search(self, terms: Terms, k: int, among: Sequence[int] | None = None) -> list[LexicalHit]:
        accented, folded = set(terms.accented), set(terms.folded)
        hits = [
            LexicalHit(chunk_id, float(len(accented.intersection(t.accented)) + len(folded.intersection(t.folded))))
            for chunk_id, t in self._chunks.items()
            if among is None or chunk_id in among
        ]
        best = sorted((h for h in hits if h.score > 0), key=lambda h: (-h.score, h.chunk_id))
        return best[:k]

    def document_frequency(self, folded: str) -> int:
        return sum(folded in terms.folded for terms in self._chunks.values())

    @property
    def count(self) -> int:
        return len(self._chunks)

    @property
    def ids(self) -> list[int]:
        return sorted(self._chunks)
