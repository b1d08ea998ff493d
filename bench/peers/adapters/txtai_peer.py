"""txtai: its embeddings database and RAG pipeline, with the prompt of the pipeline's documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocol import ANSWER_TOKENS, BATCH, CONTEXT, Heard, Models, Reply, main, text_files

PROMPT = """
  Answer the following question using the provided context.

  Question:
  {question}

  Context:
  {context}
"""


class Txtai:
    uses = (
        "Segmentation by paragraphs, Embeddings with content, RAG with 3 passages and the prompt of its documentation, "
        "the pipeline's reference as citation; temperature 0"
    )

    def __init__(self, models: Models, what: str) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings(
            path=str(models.encoder),
            method="sentence-transformers",
            content=True,
            instructions={"query": "query: ", "data": "passage: "},
        )
        self._llm = self._opened(models) if what == "serve" else None
        self._rag: Any = None

    def _opened(self, models: Models) -> Any:
        from txtai import LLM

        threads = models.threads
        return LLM(
            str(models.llm),
            method="llama.cpp",
            n_ctx=CONTEXT,
            n_batch=BATCH,
            n_threads=threads,
            n_threads_batch=threads,
        )

    def index(self, documents: Path, store: Path) -> int:
        from txtai.pipeline import Segmentation

        segment = Segmentation(paragraphs=True)
        pieces = [piece for path in text_files(documents) for piece in segment(path.read_text("utf-8")) if piece]
        self._embeddings.index(pieces)
        self._embeddings.save(str(store))
        return self._embeddings.count()

    def open(self, store: Path) -> None:
        from txtai import RAG

        self._embeddings.load(str(store))
        self._rag = RAG(self._embeddings, self._llm, template=PROMPT, output="reference")

    def ask(self, question: str, heard: Heard) -> Reply:
        pieces = []
        for piece in self._rag(question, stream=True, maxlength=ANSWER_TOKENS, temperature=0.0):
            heard(piece)
            pieces.append(piece)
        answer = "".join(pieces)
        # What the pipeline does itself where it does not stream.
        best = self._rag.query([question], None)[0]
        texts = {key: text for key, text, _ in best}
        named = self._rag.reference([question], [(None, answer)], [best])[0][2]
        return Reply(answer, (texts[named],) if named in texts else (), tuple(texts.values()))


if __name__ == "__main__":
    main(Txtai)
