"""The real backend with scripted answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from embeddings.encoder import HashEncoder
from rag.courtesy import GREETING
from rag.errors import GenerationFailed
from rag.library import Library
from rag.llm import ScriptedLLM
from rag.records import (
    REFUSAL,
    Answer,
    Citation,
    Claim,
    Correction,
    Document,
    Done,
    Event,
    Evidence,
    ModelNames,
    Related,
    ShortAnswer,
    Status,
    Timings,
    Token,
    Turn,
)
from rag.settings import Settings
from ui import labels
from ui.backend import Backend

SEEDS = Path(__file__).parents[2] / "seeds"
SON_LA = "003_be0442578d074c8c.txt"
LAO_CAI = "000_6ac36037e3ee8a6b.txt"
SON_LA_QUESTION = "Đại tướng Phan Văn Giang làm việc với Tỉnh ủy Sơn La khi nào?"
SLOW_QUESTION = "câu hỏi chậm về Sơn La"
FALSE_QUESTION = "Ai làm việc với Tỉnh ủy Sơn La chiều 22/10?"
"""Answered with a correction that repeats what stands from `chiều` on."""
ATTACK = (
    "<script>window.__pwned=1</script><img src=http://evil.example/x.png onerror='window.__pwned=2'>"
    "<style>body{display:none}</style><iframe src=http://evil.example/></iframe>"
    "![x](http://evil.example/y.png) [bấm](javascript:alert(1)) "
    "{{constructor.constructor('window.__pwned=3')()}} {{{value}}} ${window.__pwned=4} `${window.__pwned=5}` "
    "$$\\sqrt{x}$$ </textarea></title><svg onload=window.__pwned=6>"
)


class ScriptedBackend(Backend):
    """A real library with the hash encoder, whose answers are scripted: the question decides what happens."""

    def __init__(self, folder: Path, pace: float = 0.01) -> None:
        settings = Settings(data=folder / "library", models=folder / "models", least_confidence=0)
        super().__init__(Library(settings, encoder=HashEncoder(), llm=ScriptedLLM(["không có"])))
        self.config = folder / "hoidap.toml"
        self.pace = pace
        self.stopped = threading.Event()
        self.histories: list[list[Turn]] = []
        self.warm = threading.Event()

    def put(self, path: Path, title: str = "") -> Document:
        """Bring in a file, under another title than its own where one is given."""
        added = next(p.document_id for p in self.ingest([path]) if p.document_id)
        if title:
            with self._library.database.transaction() as connection:
                connection.execute("UPDATE documents SET title=? WHERE id=?", (title, added))
        return self.document(added)

    def examples(self) -> tuple[str, ...]:
        return labels.EXAMPLES

    def warm_up(self) -> None:
        self.warm.wait(0.2)

    # ---- answers

    def ask(self, question: str, history: Sequence[Turn], within: Collection[str] | None = None) -> Generator[Event]:
        """A question within some documents is answered for real."""
        self.histories.append(list(history))
        self.stopped.clear()
        try:
            yield from self._answer(question) if within is None else super().ask(question, history, within)
        except GeneratorExit:
            self.stopped.set()
            raise

    def _answer(self, question: str) -> Generator[Event]:
        yield from self._status("search", 1)
        if "lỗi lạ" in question:
            raise RuntimeError("secret internal detail /home/x")
        if question.startswith("Chào"):
            yield Done(replace(self._base(question), answer=GREETING, confidence=1.0))
            return
        citations = () if "chiều" in question else self._citations(question)
        if citations:
            yield Evidence(citations, self._standalone(question))
        if "lỗi" in question:
            raise GenerationFailed()
        if not citations:
            yield Done(self._refusal(question))
            return
        answer = self._answered(question, citations)
        yield from self._status("read", 200 if "chậm" in question else 4)
        for word in answer.answer.split(" "):
            time.sleep(self.pace)
            yield Token(word + " ")
        yield Token("Bịa thêm 99,9%.")
        yield from self._status("verify", 2)
        yield Done(answer)

    def _status(self, stage: str, steps: int) -> Iterator[Event]:
        for step in range(steps):
            yield Status(stage, step / steps)
            time.sleep(self.pace)

    def _standalone(self, question: str) -> str:
        return "Kinh tế Sơn La 9 tháng năm 2024 tăng bao nhiêu?" if question.startswith("Còn") else question

    def _citations(self, question: str) -> tuple[Citation, ...]:
        if "giá vàng" in question:
            return ()
        wanted = (
            "Sáng 22/10",
            "Kinh tế của tỉnh tăng trưởng khá",
            "Cùng dự buổi làm việc",
            "Cụ thể, tỉnh Sơn La",
        )
        path = SON_LA
        if "đánh tráo" in question:
            wanted, path = ("<script>", "{{constructor"), "attack"
        document = next(d for d in self.documents() if d.path.startswith(path))
        text = self.text(document.id)
        starts = [text.index(words) for words in wanted]
        return tuple(self._cite(n, document, text, start) for n, start in enumerate(starts, 1))

    def _cite(self, number: int, document: Document, text: str, start: int) -> Citation:
        newline = text.find("\n", start)
        end = newline if newline > 0 else len(text)
        published = document.published.value if document.published else None
        return Citation(
            number,
            document.id,
            document.title,
            document.path,
            published,
            start,
            end,
            text[start:end],
            document.sha256,
        )

    def _answered(self, question: str, evidence: Sequence[Citation]) -> Answer:
        first, second = evidence[0], evidence[1]
        if "đánh tráo" in question:
            body = ATTACK
        else:
            body = "Đại tướng Phan Văn Giang làm việc với Ban Thường vụ Tỉnh ủy Sơn La sáng 22/10"
        one = f"{body} [1]."
        two = "Kinh tế của tỉnh 9 tháng năm 2024 tăng 7,36% so với cùng kỳ năm trước [2]."
        text = f"{one} {two}"
        claims = (
            Claim(one, 0, len(one), "supported", (1,)),
            Claim(two, len(one) + 1, len(text), "supported", (2,)),
        )
        where = self.text(first.document_id).find("22/10")
        short = ShortAnswer("22/10", first.document_id, where, where + 5) if where >= 0 else None
        return replace(
            self._base(question),
            answer=text,
            short_answer=short,
            claims=claims,
            citations=(first, second),
            confidence=0.93,
            extractive="nguyên văn" in question,
        )

    def _refusal(self, question: str) -> Answer:
        related = tuple(Related(d.id, d.title) for d in self.documents()[:2])
        correction = self._correction(question) if "chiều" in question else None
        refused = replace(self._base(question), refused=True, reason="no_evidence")
        return replace(refused, related=related, correction=correction)

    def _correction(self, question: str) -> Correction:
        stated = question[question.index("chiều") :].rstrip("?")
        text = f"Tài liệu gần nhất nói về “Sáng 22/10”, không nêu “{stated}”."
        return Correction(text, self._citations(SON_LA_QUESTION)[0])

    def _base(self, question: str) -> Answer:
        return Answer(
            question=question,
            standalone_question=self._standalone(question),
            answer=REFUSAL,
            short_answer=None,
            refused=False,
            reason=None,
            extractive=False,
            claims=(),
            citations=(),
            related=(),
            correction=None,
            confidence=0.1,
            timings=Timings(0.05, 0.31, 2.4, 4.8),
            model=ModelNames("qwen2.5-coder-1.5b", "multilingual-e5-small"),
        )


def scripted(folder: Path) -> ScriptedBackend:
    """The stand-in with the five seed articles."""
    backend = ScriptedBackend(folder)
    assert [p.outcome for p in backend.ingest([SEEDS])] == ["added"] * 5
    return backend
