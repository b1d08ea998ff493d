"""LangChain with FAISS: the splitting, number of passages and prompt of its question answering tutorial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocol import ANSWER_TOKENS, BATCH, CONTEXT, Heard, Models, Reply, main, text_files

PROMPT = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer the "
    "question. If you don't know the answer, just say that you don't know. Use three sentences maximum and keep the "
    "answer concise.\nQuestion: {question} \nContext: {context} \nAnswer:"
)


class LangChain:
    uses = (
        "RecursiveCharacterTextSplitter 1000/200 characters, FAISS similarity search k=4, the rlm/rag-prompt of its "
        "tutorial, returned sources as citations; ChatLlamaCpp at temperature 0 (repeat penalty 1.1 is its own)"
    )

    def __init__(self, models: Models, what: str) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings

        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(models.encoder),
            encode_kwargs={"prompt_name": "passage"},
            query_encode_kwargs={"prompt_name": "query"},
        )
        self._retriever: Any = None
        self._chain = self._made(models) if what == "serve" else None

    def _made(self, models: Models) -> Any:
        from langchain_community.chat_models import ChatLlamaCpp
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import ChatPromptTemplate

        model = ChatLlamaCpp(
            model_path=str(models.llm),
            n_ctx=CONTEXT,
            n_batch=BATCH,
            n_threads=models.threads,
            max_tokens=ANSWER_TOKENS,
            temperature=0.0,
            verbose=False,
        )
        return ChatPromptTemplate.from_messages([("human", PROMPT)]) | model | StrOutputParser()

    def index(self, documents: Path, store: Path) -> int:
        from langchain_community.document_loaders import TextLoader
        from langchain_community.vectorstores import FAISS
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        read = [part for path in text_files(documents) for part in TextLoader(str(path), encoding="utf-8").load()]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        pieces = splitter.split_documents(read)
        FAISS.from_documents(pieces, self._embeddings).save_local(str(store))
        return len(pieces)

    def open(self, store: Path) -> None:
        from langchain_community.vectorstores import FAISS

        # It pickles its texts; this file was written by `index` above.
        found = FAISS.load_local(str(store), self._embeddings, allow_dangerous_deserialization=True)
        self._retriever = found.as_retriever()

    def ask(self, question: str, heard: Heard) -> Reply:
        sources = tuple(found.page_content for found in self._retriever.invoke(question))
        pieces = []
        for piece in self._chain.stream({"question": question, "context": "\n\n".join(sources)}):
            heard(piece)
            pieces.append(piece)
        return Reply("".join(pieces), sources, sources)


if __name__ == "__main__":
    main(LangChain)
