"""A scripted backend with the verbs of the real one; the question decides what happens."""

from __future__ import annotations

import hashlib
import threading
import time
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rag.courtesy import GREETING
from rag.errors import GenerationFailed, UnknownDocument
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
    IngestProgress,
    ModelNames,
    Published,
    Related,
    ShortAnswer,
    Span,
    SpanKind,
    Status,
    Timings,
    Token,
    Turn,
)

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


class ScriptedBackend:
    """Everything in memory; the question decides what happens."""

    def __init__(self, folder: Path, pace: float = 0.03) -> None:
        self.uploads = folder / "uploads"
        self.pace = pace
        self.stopped = threading.Event()
        self.histories: list[list[Turn]] = []
        self.warm = threading.Event()
        self._texts: dict[str, str] = {}
        self._documents: dict[str, Document] = {}

    # ---- documents

    def put(self, path: Path, title: str = "") -> Document:
        raw = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        text = unicodedata.normalize("NFC", raw)
        sha = hashlib.sha256(text.encode()).hexdigest()
        heading = text.strip().split("\n")[0].removeprefix("date 2024-10 ").removeprefix("date 2025-04 ")[:120]
        published = Published("2024-10", "month", "header") if "date 2024-10" in text else None
        start = text.index(heading)
        document = Document(
            id=sha[:16],
            title=title or heading,
            title_start=start,
            title_end=start + len(heading),
            path=path.name,
            source=str(path),
            published=published,
            sha256=sha,
            characters=len(text),
            ingested_at="2026-11-22T12:00:00",
        )
        self._documents[document.id] = document
        self._texts[document.id] = text
        return document

    def documents(self) -> list[Document]:
        return list(reversed(self._documents.values()))

    def document(self, document_id: str) -> Document:
        if document_id not in self._documents:
            raise UnknownDocument()
        return self._documents[document_id]

    def text(self, document_id: str) -> str:
        return self._texts[self.document(document_id).id]

    def spans(self, document_id: str) -> list[Span]:
        """Title, captions (file names and the line after), and body; together the whole text."""
        document, spans, position, caption = self.document(document_id), [], 0, False
        for line in self.text(document_id).splitlines(keepends=True):
            end = position + len(line)
            picture = line.strip().lower().endswith(".jpg")
            kind = SpanKind.BOILERPLATE if picture else SpanKind.CAPTION if caption else SpanKind.BODY
            if position <= document.title_start < end and document.title_end <= end:
                kind = SpanKind.TITLE
            spans.append(Span(position, end, kind))
            position, caption = end, picture
        return spans

    def delete(self, document_ids: Sequence[str]) -> int:
        return sum(self._documents.pop(i, None) is not None for i in document_ids)

    def ingest(self, paths: Sequence[Path]) -> Iterator[IngestProgress]:
        for number, path in enumerate(paths, 1):
            if not path.read_bytes().strip():
                yield IngestProgress(path.name, "failed", None, "Tệp trống.", number, len(paths))
                continue
            document = self.put(path)
            yield IngestProgress(path.name, "added", document.id, "", number, len(paths))

    def warm_up(self) -> None:
        self.warm.wait(0.2)

    # ---- answers

    def ask(self, question: str, history: Sequence[Turn]) -> Generator[Event]:
        self.histories.append(list(history))
        self.stopped.clear()
        try:
            yield from self._answer(question)
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
        document = next(d for d in self._documents.values() if d.path.startswith(path))
        text = self._texts[document.id]
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
        where = self._texts[first.document_id].find("22/10")
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
    for path in sorted(SEEDS.glob("*.txt")):
        backend.put(path)
    return backend
