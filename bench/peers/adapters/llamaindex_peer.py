"""LlamaIndex with its citation query engine: its own splitting, prompt, number of passages and vector store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from protocol import ANSWER_TOKENS, BATCH, CONTEXT, Heard, Models, Reply, main, text_files

_MARKER = re.compile(r"\[([\d,\s]+)\]")
_LABEL = re.compile(r"^Source \d+:\n")


def chat_ml(text: str) -> str:
    """The model's own chat form, which LlamaCPP's documentation asks its user to give."""
    return f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"


class LlamaIndex:
    uses = (
        "CitationQueryEngine: SentenceSplitter 1024/200 tokens, top 2, citation chunks of 512 tokens, its English "
        "citation prompt, SimpleVectorStore; temperature 0"
    )

    def __init__(self, models: Models, what: str) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.embed_model = HuggingFaceEmbedding(
            model_name=str(models.encoder), query_instruction="query: ", text_instruction="passage: "
        )
        self._engine: Any = None
        self._llm = self._opened(models) if what == "serve" else None

    def _opened(self, models: Models) -> Any:
        from llama_index.llms.llama_cpp import LlamaCPP

        threads = models.threads
        return LlamaCPP(
            model_path=str(models.llm),
            temperature=0.0,
            max_new_tokens=ANSWER_TOKENS,
            context_window=CONTEXT,
            model_kwargs={"n_threads": threads, "n_threads_batch": threads, "n_batch": BATCH},
            completion_to_prompt=chat_ml,
            messages_to_prompt=lambda messages: chat_ml("\n".join(str(m.content) for m in messages)),
            verbose=False,
        )

    def index(self, documents: Path, store: Path) -> int:
        from llama_index.core import SimpleDirectoryReader, VectorStoreIndex

        read = SimpleDirectoryReader(input_files=text_files(documents)).load_data()
        index = VectorStoreIndex.from_documents(read)
        index.storage_context.persist(persist_dir=str(store))
        return len(index.docstore.docs)

    def open(self, store: Path) -> None:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.core.query_engine import CitationQueryEngine

        index = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(store)))
        self._engine = CitationQueryEngine.from_args(index, llm=self._llm, streaming=True)

    def ask(self, question: str, heard: Heard) -> Reply:
        response = self._engine.query(question)
        pieces = []
        for piece in response.response_gen:
            heard(piece)
            pieces.append(piece)
        answer = "".join(pieces)
        sources = tuple(_LABEL.sub("", node.node.get_content()) for node in response.source_nodes)
        numbers = {int(n) for found in _MARKER.findall(answer) for n in re.findall(r"\d+", found)}
        return Reply(answer, tuple(sources[n - 1] for n in sorted(numbers) if 0 < n <= len(sources)), sources)


if __name__ == "__main__":
    main(LlamaIndex)
