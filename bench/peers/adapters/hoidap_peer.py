"""hoidap itself, through the same protocol; runs in the main environment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from protocol import Heard, Models, Reply, main


class Hoidap:
    uses = "as the product answers: its own passages, sentences as evidence, prompt, gate, verification and refusal"

    def __init__(self, models: Models, what: str) -> None:
        self._models = models
        self._what = what
        self._library: Any = None

    def _opened(self, store: Path) -> Any:
        from rag import Library, load_settings
        from rag.models import CATALOGUE

        # Models by their names, so that the product does with them whatever it does for its users.
        encoder, llm = self._models.encoder, self._models.llm
        name = llm.stem if llm.stem in CATALOGUE else str(llm)
        return Library.open(load_settings(data=store, models=encoder.parent, encoder=encoder.name, llm=name))

    def index(self, documents: Path, store: Path) -> int:
        from rag import ingest

        with self._opened(store) as library:
            outcomes = [progress.outcome for progress in ingest(library, [documents])]
            library.indexes.refresh()
            if outcomes.count("added") != len(outcomes):
                raise SystemExit(f"not everything was stored: {outcomes}")
            return len(library.store.chunk_ids())

    def open(self, store: Path) -> None:
        self._library = self._opened(store)
        self._library.warm_up()
        self._library.meetings()

    def ask(self, question: str, heard: Heard) -> Reply:
        from time import perf_counter

        from rag import ask
        from rag.records import Done, Evidence, Token

        started, evidence = perf_counter(), None
        sources: tuple[str, ...] = ()
        for event in ask(self._library, question):
            if isinstance(event, Evidence):
                evidence = evidence or perf_counter() - started
                sources = tuple(c.quote for c in event.citations)
            elif isinstance(event, Token):
                heard(event.text)
            elif isinstance(event, Done):
                answer = event.answer
        cited = tuple(c.quote for c in answer.citations)
        return Reply(answer.answer, cited, sources, answer.refused, evidence)


if __name__ == "__main__":
    main(Hoidap)
