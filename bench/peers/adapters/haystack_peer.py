"""Haystack: its splitter, in-memory store and retriever as they are, the prompt of its first tutorial on RAG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocol import ANSWER_TOKENS, BATCH, CONTEXT, Heard, Models, Reply, main, text_files

PROMPT = """
Given the following information, answer the question.

Context:
{% for document in documents %}
    {{ document.content }}
{% endfor %}

Question: {{question}}
Answer:
"""
_STORE = "documents.json"


class Haystack:
    uses = (
        "DocumentSplitter of 200 words, InMemoryEmbeddingRetriever top 10, the prompt of its first RAG tutorial, "
        "AnswerBuilder's documents as citations; temperature 0"
    )

    def __init__(self, models: Models, what: str) -> None:
        self._models = models
        self._pipeline: Any = None
        self._heard: Heard = lambda piece: None
        self._embedder = self._document_embedder() if what == "index" else None

    def _document_embedder(self) -> Any:
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(
            model=str(self._models.encoder), prefix="passage: ", progress_bar=False
        )
        embedder.warm_up()
        return embedder

    def index(self, documents: Path, store: Path) -> int:
        from haystack import Pipeline
        from haystack.components.converters import TextFileToDocument
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.writers import DocumentWriter
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        kept = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("converter", TextFileToDocument())
        pipeline.add_component("splitter", DocumentSplitter())
        pipeline.add_component("embedder", self._embedder)
        pipeline.add_component("writer", DocumentWriter(kept))
        pipeline.connect("converter", "splitter")
        pipeline.connect("splitter", "embedder")
        pipeline.connect("embedder", "writer")
        pipeline.run({"converter": {"sources": text_files(documents)}})
        store.mkdir(parents=True, exist_ok=True)
        kept.save_to_disk(str(store / _STORE))
        return kept.count_documents()

    def open(self, store: Path) -> None:
        from haystack import Pipeline
        from haystack.components.builders import AnswerBuilder, ChatPromptBuilder
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.dataclasses import ChatMessage
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        kept = InMemoryDocumentStore.load_from_disk(str(store / _STORE))
        builder = ChatPromptBuilder(template=[ChatMessage.from_user(PROMPT)], required_variables="*")
        pipeline = Pipeline()
        pipeline.add_component(
            "embedder",
            SentenceTransformersTextEmbedder(model=str(self._models.encoder), prefix="query: ", progress_bar=False),
        )
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(kept))
        pipeline.add_component("builder", builder)
        pipeline.add_component("llm", self._generator())
        pipeline.add_component("answers", AnswerBuilder())
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        pipeline.connect("retriever", "builder.documents")
        pipeline.connect("builder.prompt", "llm.messages")
        pipeline.connect("llm.replies", "answers.replies")
        pipeline.connect("retriever", "answers.documents")
        pipeline.warm_up()
        self._pipeline = pipeline

    def _generator(self) -> Any:
        from haystack_integrations.components.generators.llama_cpp import LlamaCppChatGenerator

        threads = self._models.threads
        return LlamaCppChatGenerator(
            model=str(self._models.llm),
            n_ctx=CONTEXT,
            n_batch=BATCH,
            model_kwargs={"n_threads": threads, "n_threads_batch": threads, "verbose": False},
            generation_kwargs={"max_tokens": ANSWER_TOKENS, "temperature": 0.0},
            streaming_callback=lambda chunk: self._heard(chunk.content or ""),
        )

    def ask(self, question: str, heard: Heard) -> Reply:
        self._heard = heard
        asked = {"embedder": {"text": question}, "builder": {"question": question}, "answers": {"query": question}}
        answer = self._pipeline.run(asked)["answers"]["answers"][0]
        sources = tuple(document.content for document in answer.documents)
        return Reply(answer.data, sources, sources)


if __name__ == "__main__":
    main(Haystack)
