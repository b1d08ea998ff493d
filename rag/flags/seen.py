"""All that an answer saw, so that what went wrong can be looked into later and elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from rag.errors import UnknownDocument
from rag.records import Answer, Citation, Turn

if TYPE_CHECKING:
    from rag.library import Library

_PACKAGES = ("hoidap", "llama-cpp-python", "sentence-transformers", "torch", "onnxruntime", "faiss-cpu", "tantivy")
_AROUND = 300
"""Characters of the document kept on either side of a quote."""


def seen(
    library: Library,
    answer: Answer,
    *,
    history: Sequence[Turn],
    evidence: Sequence[Citation],
    features: Mapping[str, float],
    within: Collection[str] | None = None,
) -> dict[str, Any]:
    """Question, history, scope, answer, evidence, confidence features, models, settings, versions and documents.

    `within` are the ids of the only documents that it was asked of, None for the whole library.
    Paths of the machine are left out: it may be handed on.
    """
    return {
        "question": answer.question,
        "history": [list(turn) for turn in history],
        "scope": None if within is None else sorted(within),
        "answer": asdict(answer),
        "evidence": [asdict(citation) for citation in evidence],
        "features": dict(features),
        "models": _models(library, answer),
        "settings": library.settings.model_dump(mode="json", exclude={"data", "models", "confidence"}),
        "versions": {"python": sys.version.split()[0], **{name: _version(name) for name in _PACKAGES}},
        "documents": list(_documents(library, answer, [*answer.citations, *evidence])),
    }


def _models(library: Library, answer: Answer) -> dict[str, dict[str, str | None]]:
    from rag.models import statuses

    hashes = {status.spec.name: status.marker.sha256 for status in statuses(library.settings.models) if status.marker}
    llm, encoder = answer.model.llm, answer.model.encoder
    stored = library.store.encoder_fingerprint()
    return {
        "llm": {"name": llm, "sha256": hashes.get(llm or "")},
        "encoder": {"name": encoder, "sha256": hashes.get(encoder), "fingerprint": stored},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _documents(library: Library, answer: Answer, cited: Iterable[Citation]) -> Iterator[dict[str, Any]]:
    """Each document that was cited, shown or named as related, with what stands around its quotes."""
    quotes: dict[str, list[Citation]] = {}
    for citation in (*cited, *([answer.correction.citation] if answer.correction else [])):
        quotes.setdefault(citation.document_id, []).append(citation)
    for document_id in dict.fromkeys([*quotes, *(related.document_id for related in answer.related)]):
        try:
            document, text = library.document(document_id), library.text(document_id)
        except UnknownDocument:
            continue
        places = {(c.start, c.end) for c in quotes.get(document_id, [])}
        around = [
            {"start": max(0, s - _AROUND), "text": text[max(0, s - _AROUND) : e + _AROUND]} for s, e in sorted(places)
        ]
        yield {
            "id": document.id,
            "title": document.title,
            "path": document.path,
            "sha256": document.sha256,
            "contexts": around,
        }
